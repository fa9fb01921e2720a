//! The hosts to be captured: the way to them, and what kind of address they have (checks 12, 36).

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::check::Round;
use crate::clock::with_port;
use crate::examination::Examination;
use crate::judgement::Judgement;
use crate::plan::Plan;
use crate::report::Value;
use crate::system::Platform;

/// Hosts whose route is traced; a page has hundreds.
const MAX_TRACED: usize = 2;

/// Host names of the plan, in lower case.
pub(crate) fn hosts_of(plan: &Plan) -> BTreeSet<String> {
    plan.targets
        .iter()
        .filter_map(|target| split(target))
        .map(|(host, _)| host)
        .collect()
}

/// Host and port of a URL, of `host:port` or of a bare host.
fn split(target: &str) -> Option<(String, u16)> {
    let (scheme, rest) = target.split_once("://").unwrap_or(("https", target));
    let authority = rest.split(['/', '?', '#']).next()?;
    let authority = authority.rsplit('@').next()?;
    let usual = if matches!(scheme, "http" | "ws") {
        80
    } else {
        443
    };
    let bracketed = authority
        .strip_prefix('[')
        .and_then(|rest| rest.split_once(']'));
    let (host, port) = match bracketed {
        Some((host, port)) => (host, port.strip_prefix(':')),
        None if authority.matches(':').count() > 1 => (authority, None),
        None => authority
            .split_once(':')
            .map_or((authority, None), |(host, port)| (host, Some(port))),
    };
    let host = host.trim_end_matches('.').to_lowercase();
    (!host.is_empty()).then(|| {
        (
            host,
            port.and_then(|port| port.parse().ok()).unwrap_or(usual),
        )
    })
}

/// Check 12: a connection to each target, and its route where a tool for that is installed.
pub(crate) fn path(x: &mut Examination<'_>, round: &Round<'_>) -> Judgement {
    let targets: BTreeMap<String, u16> =
        round.plan.targets.iter().filter_map(|t| split(t)).collect();
    if targets.is_empty() {
        return Judgement::missing("no-targets");
    }
    let mut judgement = Judgement::default();
    let mut reached = Vec::new();
    for (host, port) in &targets {
        if connected(round.plan, host) {
            reached.push(host);
            continue;
        }
        match x.ask_tcp(&with_port(host, *port), &[]) {
            Ok(_) => reached.push(host),
            Err(failure) => {
                let reason = failure.to_string();
                judgement.unchecked("target-unreached", &[("host", host), ("reason", &reason)]);
            }
        }
    }
    for host in targets.keys().take(MAX_TRACED) {
        trace(x, round.platform, host);
    }
    x.observe("reached", Value::texts(reached));
    judgement
}

/// The browser itself reached it: its log names the address.
fn connected(plan: &Plan, host: &str) -> bool {
    let launch = plan.launch.as_ref();
    launch
        .and_then(|launch| launch.addresses.get(host))
        .is_some_and(|found| !found.is_empty())
}

/// What the route tool says is kept and not judged.
fn trace(x: &mut Examination<'_>, platform: Platform, host: &str) {
    let arguments: (&str, &[&str]) = match platform {
        Platform::Linux => ("tracepath", &["-n", "-m", "12", host]),
        Platform::Windows => ("tracert", &["-d", "-h", "12", "-w", "500", host]),
        Platform::Macos => (
            "traceroute",
            &["-n", "-m", "12", "-w", "1", "-q", "1", host],
        ),
    };
    // A host that looks like an option is not handed to a program.
    if !host.starts_with('-') {
        x.run(arguments.0, arguments.1).ok();
    }
}

/// Check 36: is a target's address one that only this machine or network has?
pub(crate) fn addresses(x: &mut Examination<'_>, round: &Round<'_>) -> Judgement {
    let hosts = hosts_of(round.plan);
    if hosts.is_empty() {
        return Judgement::missing("no-targets");
    }
    let mut all = BTreeMap::new();
    for host in hosts {
        let mut found: BTreeSet<IpAddr> = match host.parse() {
            Ok(address) => [address].into(),
            Err(_) => x.resolve(&host).unwrap_or_default().into_iter().collect(),
        };
        let launch = round.plan.launch.as_ref();
        found.extend(
            launch
                .and_then(|launch| launch.addresses.get(&host))
                .into_iter()
                .flatten(),
        );
        all.insert(host, found);
    }
    let values = all
        .iter()
        .map(|(host, found)| (host.clone(), Value::texts(found)));
    x.observe("addresses", Value::Record(values.collect()));
    judge_addresses(&all)
}

fn judge_addresses(all: &BTreeMap<String, BTreeSet<IpAddr>>) -> Judgement {
    let mut judgement = Judgement::default();
    for (host, found) in all {
        if found.is_empty() {
            judgement.unchecked("target-unresolved", &[("host", host)]);
        }
        for address in found.iter().filter(|address| !is_public(**address)) {
            judgement.abnormal(
                "target-not-public",
                &[("address", &address.to_string()), ("host", host)],
            );
        }
    }
    judgement
}

/// Whether an address can belong to a site of the open internet (IANA special-purpose registries, RFC 6890).
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => match ip.to_ipv4_mapped() {
            Some(ip) => is_public_v4(ip),
            None => is_public_v6(ip),
        },
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let benchmark = a == 198 && matches!(b, 18 | 19);
    let protocol = a == 192 && b == 0 && c == 0;
    !(a == 0
        || a >= 224
        || shared
        || benchmark
        || protocol
        || ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_documentation())
}

/// Global unicast (2000::/3) less documentation.
fn is_public_v6(ip: Ipv6Addr) -> bool {
    let head = ip.segments();
    head[0] & 0xe000 == 0x2000 && !(head[0] == 0x2001 && head[1] == 0x0db8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_ports_of_every_spelling() {
        let cases = [
            ("https://www.Court.example/a?b", ("www.court.example", 443)),
            ("http://user@court.example:8080", ("court.example", 8080)),
            ("court.example", ("court.example", 443)),
            ("court.example:81", ("court.example", 81)),
            ("http://[2001:db8::1]:8/", ("2001:db8::1", 8)),
            ("2001:db8::1", ("2001:db8::1", 443)),
            ("http://court.example./", ("court.example", 80)),
        ];
        for (target, (host, port)) in cases {
            assert_eq!(split(target), Some((host.to_owned(), port)), "{target}");
        }
        assert_eq!(split("https:///x"), None);
    }

    #[test]
    fn special_addresses_are_not_public() {
        for address in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.1.1",
            "100.64.0.1",
            "0.0.0.0",
            "198.18.0.1",
            "192.0.2.1",
            "224.0.0.1",
            "::1",
            "fe80::1",
            "fc00::1",
            "::ffff:10.0.0.1",
            "2001:db8::1",
        ] {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
        for address in [
            "8.8.8.8",
            "100.128.0.1",
            "172.32.0.1",
            "2400:3200::1",
            "::ffff:8.8.8.8",
        ] {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn a_host_without_an_address_is_not_checked() {
        let none = [("court.example".to_owned(), BTreeSet::new())].into();
        assert_eq!(judge_addresses(&none).codes(), ["target-unresolved"]);
    }
}
