//! Sockets that listen (check 22).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::Process;
use crate::check::Round;
use crate::examination::Examination;
use crate::judgement::Judgement;
use crate::report::Value;
use crate::system::Platform;
use crate::{macos, windows};

/// Ports at which resolvers, servers, proxies and debuggers wait.
const PORTS: &[u16] = &[
    53, 80, 443, 1080, 3128, 7890, 7891, 7892, 7893, 8080, 8118, 8888, 8889, 9222, 9223, 9229,
    10808, 10809,
];

/// A socket that waits for others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Listener {
    pub address: SocketAddr,
    pub udp: bool,
}

/// Check 22: sockets that listen, and browsers that let themselves be driven over one.
pub(crate) fn listeners(x: &mut Examination<'_>, round: &Round<'_>) -> Judgement {
    let found = match round.platform {
        Platform::Linux => linux_listeners(x),
        Platform::Windows => windows::listeners(x),
        Platform::Macos => macos::listeners(x),
    };
    let text = |listener: &Listener| {
        format!(
            "{} {}",
            if listener.udp { "udp" } else { "tcp" },
            listener.address
        )
    };
    x.observe("listening", Value::texts(found.iter().flatten().map(text)));
    let driven = round
        .processes
        .iter()
        .flatten()
        .filter(|process| process.debugging_port.is_some());
    judge_listeners(found.as_deref(), &driven.collect::<Vec<_>>())
}

fn linux_listeners(x: &mut Examination<'_>) -> Option<Vec<Listener>> {
    let mut found = sockets(&x.text("/proc/net/tcp").ok()?, false);
    found.extend(sockets(
        &x.text("/proc/net/tcp6").unwrap_or_default(),
        false,
    ));
    found.extend(sockets(&x.text("/proc/net/udp").unwrap_or_default(), true));
    found.sort();
    found.dedup();
    Some(found)
}

/// /proc/net/tcp and its like: state 0A is LISTEN; a UDP socket without a peer waits for anyone (07).
fn sockets(text: &str, udp: bool) -> Vec<Listener> {
    let state = if udp { "07" } else { "0A" };
    let socket = |line: &str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let (address, port) = fields.get(1)?.split_once(':')?;
        let waits = *fields.get(3)? == state;
        let port = u16::from_str_radix(port, 16).ok()?;
        let address = SocketAddr::new(address_of(address)?, port);
        waits.then_some(Listener { address, udp })
    };
    text.lines().skip(1).filter_map(socket).collect()
}

/// Words of four octets, each in the machine's order (little-endian).
fn address_of(hex: &str) -> Option<IpAddr> {
    let word = |at: usize| {
        u32::from_str_radix(hex.get(at..at + 8)?, 16)
            .ok()
            .map(u32::swap_bytes)
    };
    match hex.len() {
        8 => Some(Ipv4Addr::from(word(0)?).into()),
        32 => {
            let high = u128::from(word(0)?) << 96 | u128::from(word(8)?) << 64;
            let low = u128::from(word(16)?) << 32 | u128::from(word(24)?);
            Some(Ipv6Addr::from(high | low).into())
        }
        _ => None,
    }
}

fn judge_listeners(found: Option<&[Listener]>, driven: &[&Process]) -> Judgement {
    let mut judgement = Judgement::default();
    for process in driven {
        let port = process.debugging_port.as_deref().unwrap_or_default();
        let pid = process.pid.to_string();
        judgement.abnormal(
            "debugging-port",
            &[("name", &process.name), ("pid", &pid), ("port", port)],
        );
    }
    match found {
        None => judgement.unchecked("sockets-unreadable", &[]),
        Some(found) => {
            for listener in found.iter().filter(|listener| suspicious(listener)) {
                judgement.abnormal(
                    "port-listening",
                    &[("address", &listener.address.to_string())],
                );
            }
        }
    }
    judgement
}

/// A port of the list, reachable by this machine; the stub of systemd-resolved(8) is none.
fn suspicious(listener: &Listener) -> bool {
    let ip = listener.address.ip();
    let stub = [IpAddr::from([127, 0, 0, 53]), IpAddr::from([127, 0, 0, 54])].contains(&ip);
    let port = listener.address.port();
    PORTS.contains(&port) && !(stub && port == 53) && (!listener.udp || port == 53)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "  sl  local_address rem_address   st tx_queue rx_queue\n\
        \x20  0: 0100007F:1ED2 00000000:0000 0A 00000000:00000000 00:00000000\n\
        \x20  1: 0100007F:2406 0100007F:9C40 01 00000000:00000000 00:00000000\n\
        \x20  2: 3500007F:0035 00000000:0000 0A 00000000:00000000 00:00000000\n";

    #[test]
    fn a_proxys_port_is_found_and_a_connection_or_the_stub_is_not() {
        let found = sockets(TABLE, false);
        assert_eq!(found.len(), 2);
        let judgement = judge_listeners(Some(&found), &[]);
        assert_eq!(judgement.codes(), ["port-listening"]);
        assert_eq!(judgement.abnormal[0].params["address"], "127.0.0.1:7890");
    }

    #[test]
    fn addresses_of_version_6_are_read() {
        let address = address_of("B80D01200000000000000000010000FE");
        assert_eq!(address, Some("2001:db8::fe00:1".parse().unwrap()));
        assert_eq!(
            address_of("00000000000000000000000001000000"),
            Some("::1".parse().unwrap())
        );
    }

    #[test]
    fn a_driven_browser_is_found_without_its_socket() {
        let process = Process {
            pid: 9,
            name: "chrome".to_owned(),
            executable: String::new(),
            debugging_port: Some("0".to_owned()),
        };
        assert_eq!(
            judge_listeners(Some(&[]), &[&process]).codes(),
            ["debugging-port"]
        );
        assert_eq!(judge_listeners(None, &[]).codes(), ["sockets-unreadable"]);
    }
}
