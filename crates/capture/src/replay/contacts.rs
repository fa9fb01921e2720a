//! With whom a viewing browser had to do, by its own log.

use std::net::SocketAddr;

use fidem_netlog::Log;
use serde::{Deserialize, Serialize};

/// Peers of a viewing browser. What it only asked the system's routing table about, without sending, is no contact.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contacts {
    /// TCP connections to this machine.
    pub loopback: u32,
    /// Addresses elsewhere: connected to, tried, or sent datagrams.
    pub outside: Vec<String>,
    /// Names that were asked of a resolver.
    pub looked_up: Vec<String>,
    /// The log has an end: nothing of it is missing.
    pub whole: bool,
}

impl Contacts {
    pub(crate) fn of(log: &Log) -> Self {
        let connected = log.connections.iter().filter_map(|c| c.peer.clone());
        let tried = log.failed.iter().map(|f| f.address.clone());
        let sent = log
            .datagrams
            .iter()
            .filter(|d| d.sent > 0)
            .map(|d| d.address.clone());
        let (own, mut outside): (Vec<String>, Vec<String>) = connected
            .chain(tried)
            .chain(sent)
            .partition(|peer| is_loopback(peer));
        outside.sort();
        outside.dedup();
        let asked = log
            .lookups
            .iter()
            .filter(|l| !l.host.is_empty() && !is_literal(&l.host));
        let mut looked_up: Vec<String> = asked.map(|l| l.host.clone()).collect();
        looked_up.sort();
        looked_up.dedup();
        Self {
            loopback: u32::try_from(own.len()).unwrap_or(u32::MAX),
            outside,
            looked_up,
            whole: !log.cut && log.events > 0,
        }
    }

    /// The log is whole, and nothing in it lies outside of this machine.
    #[must_use]
    pub fn all_on_this_machine(&self) -> bool {
        self.whole && self.outside.is_empty() && self.looked_up.is_empty()
    }
}

fn is_loopback(peer: &str) -> bool {
    peer.parse::<SocketAddr>()
        .is_ok_and(|peer| peer.ip().is_loopback())
}

/// An address as it stands needs no resolver.
fn is_literal(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.parse::<std::net::IpAddr>().is_ok() || host.parse::<SocketAddr>().is_ok()
}
