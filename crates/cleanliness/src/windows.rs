//! Windows: which commands give each fact, and how their outputs read. Judged from recorded outputs only.
//!
//! The registry is read by `reg query`, whose output has no language; tools that speak the user's language are judged
//! by what of their output has none.

mod network;
mod place;

pub(crate) use network::{
    hosts, interfaces, listeners, neighbours, proxies, redirections, resolvers, routes,
};
pub(crate) use place::{
    antivirus, binary, boot, disk, policies, privileged, removable, roots, system, virtualisation,
    zone,
};

use std::collections::BTreeMap;

use crate::examination::Examination;
use crate::system::Failure;

/// Keys of a registry query with their values.
pub(crate) type Keys = BTreeMap<String, BTreeMap<String, String>>;

/// Runs `reg query`. A key that is not there is an empty answer; reg says so by exit code 1.
fn query(x: &mut Examination<'_>, key: &str, more: &[&str]) -> Result<Keys, Failure> {
    let arguments: Vec<&str> = ["query", key]
        .into_iter()
        .chain(more.iter().copied())
        .collect();
    let ran = x.run("reg", &arguments)?;
    Ok(registry(&String::from_utf8_lossy(&ran.stdout)))
}

/// `HKEY_…` lines, and below each `    Name    REG_TYPE    value`.
fn registry(text: &str) -> Keys {
    let mut keys = Keys::new();
    let mut current = String::new();
    for line in text.lines() {
        if line.starts_with("HKEY_") {
            line.trim().clone_into(&mut current);
            keys.entry(current.clone()).or_default();
        } else if let Some((name, value)) = registry_value(line) {
            keys.entry(current.clone()).or_default().insert(name, value);
        }
    }
    keys
}

fn registry_value(line: &str) -> Option<(String, String)> {
    let (name, rest) = line.trim_start().split_once("    REG_")?;
    let value = rest.split_once("    ").map_or("", |(_, value)| value);
    Some((name.trim().to_owned(), value.trim().to_owned()))
}

/// The first value of that name.
fn value<'k>(keys: &'k Keys, name: &str) -> Option<&'k str> {
    keys.values()
        .find_map(|values| values.get(name))
        .map(String::as_str)
}

/// `0x1` and its like.
fn dword(text: &str) -> Option<u32> {
    u32::from_str_radix(text.trim().strip_prefix("0x")?, 16).ok()
}

/// Runs a PowerShell expression that answers JSON, one object or a list of them.
fn powershell(x: &mut Examination<'_>, expression: &str) -> Option<Vec<serde_json::Value>> {
    let text = x
        .output(
            "powershell",
            &["-NoProfile", "-NonInteractive", "-Command", expression],
        )
        .ok()?;
    match serde_json::from_str(text.trim_start_matches('\u{feff}').trim()).ok()? {
        serde_json::Value::Array(list) => Some(list),
        one => Some(vec![one]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registry_is_read() {
        let text = "\r\nHKEY_CURRENT_USER\\Software\\X\r\n    ProxyEnable    REG_DWORD    0x1\r\n\
            \x20   ProxyServer    REG_SZ    127.0.0.1:7890\r\n    Empty    REG_SZ    \r\n\r\nHKEY_CURRENT_USER\\Software\\X\\Sub\r\n";
        let keys = registry(text);
        assert_eq!(keys.len(), 2);
        assert_eq!(value(&keys, "ProxyServer"), Some("127.0.0.1:7890"));
        assert_eq!(value(&keys, "ProxyEnable").and_then(dword), Some(1));
        assert_eq!(value(&keys, "Empty"), Some(""));
    }
}
