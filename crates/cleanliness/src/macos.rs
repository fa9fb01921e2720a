//! macOS: which commands give each fact, and how their outputs read. Judged from recorded outputs only.

mod network;
mod place;

pub(crate) use network::{
    hosts, interfaces, listeners, neighbours, proxies, redirections, resolvers, routes,
};
pub(crate) use place::{
    antivirus, binary, boot, disk, policies, privileged, removable, roots, system, virtualisation,
    zone,
};

/// `name : value` lines of scutil(8) and sw_vers(1).
fn pairs(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let lines = text.lines().filter_map(|line| line.split_once(':'));
    lines.map(|(name, value)| (name.trim(), value.trim()))
}
