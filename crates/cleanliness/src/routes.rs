//! Routes, public address, redirections, and whose network this is (checks 11, 13, 14, 25).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::check::Round;
use crate::clock::with_port;
use crate::examination::Examination;
use crate::judgement::Judgement;
use crate::plan::OfficeNetwork;
use crate::report::Value;
use crate::system::Platform;
use crate::wire::http;
use crate::{macos, windows};

/// One route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Route {
    pub destination: IpAddr,
    pub prefix: u8,
    pub gateway: Option<IpAddr>,
    pub interface: String,
}

/// A neighbour on the link, with its hardware address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Neighbour {
    pub address: IpAddr,
    pub hardware: String,
}

/// Check 11: routes, gateway and its hardware address.
pub(crate) fn routes(x: &mut Examination<'_>, round: &Round<'_>) -> Judgement {
    let found = routes_of(x, round.platform);
    let neighbours = neighbours_of(x, round.platform);
    let outgoing = outgoing(x);
    x.observe(
        "routes",
        Value::texts(found.iter().flatten().map(route_text)),
    );
    x.observe(
        "gateways",
        Value::texts(gateways(found.as_deref(), &neighbours)),
    );
    x.observe(
        "outgoing",
        outgoing.map(|ip| ip.to_string()).unwrap_or_default(),
    );
    judge_routes(found.as_deref())
}

fn routes_of(x: &mut Examination<'_>, platform: Platform) -> Option<Vec<Route>> {
    match platform {
        Platform::Linux => linux_routes(x),
        Platform::Windows => windows::routes(x),
        Platform::Macos => macos::routes(x),
    }
}

fn neighbours_of(x: &mut Examination<'_>, platform: Platform) -> Vec<Neighbour> {
    match platform {
        Platform::Linux => x
            .text("/proc/net/arp")
            .map(|text| arp(&text))
            .unwrap_or_default(),
        Platform::Windows => windows::neighbours(x),
        Platform::Macos => macos::neighbours(x),
    }
}

/// The local address used towards the internet; nothing is sent.
fn outgoing(x: &mut Examination<'_>) -> Option<IpAddr> {
    let towards = IpAddr::from([198, 51, 100, 53]);
    let found = x.system.outgoing(towards);
    let text = found.as_ref().map(|ip| ip.to_string().into_bytes());
    x.keep(
        &format!("local address towards {towards}"),
        text.as_deref().map_err(|failure| *failure),
    );
    found.ok()
}

fn linux_routes(x: &mut Examination<'_>) -> Option<Vec<Route>> {
    let mut found = route_table(&x.text("/proc/net/route").ok()?);
    found.extend(
        x.text("/proc/net/ipv6_route")
            .map(|text| route_table_v6(&text))
            .unwrap_or_default(),
    );
    Some(found)
}

/// /proc/net/route: addresses are words in the machine's order, which is little-endian wherever we run.
fn route_table(text: &str) -> Vec<Route> {
    let word = |text: &str| u32::from_str_radix(text, 16).ok().map(u32::swap_bytes);
    let route = |line: &str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let gateway = Ipv4Addr::from(word(fields.get(2)?)?);
        Some(Route {
            destination: Ipv4Addr::from(word(fields.get(1)?)?).into(),
            prefix: u8::try_from(word(fields.get(7)?)?.count_ones()).ok()?,
            gateway: (!gateway.is_unspecified()).then_some(gateway.into()),
            interface: (*fields.first()?).to_owned(),
        })
    };
    text.lines().skip(1).filter_map(route).collect()
}

/// /proc/net/ipv6_route; routes of the loopback interface are left out.
fn route_table_v6(text: &str) -> Vec<Route> {
    let address = |text: &str| u128::from_str_radix(text, 16).ok().map(Ipv6Addr::from);
    let route = |line: &str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let gateway = address(fields.get(4)?)?;
        Some(Route {
            destination: address(fields.first()?)?.into(),
            prefix: u8::from_str_radix(fields.get(1)?, 16).ok()?,
            gateway: (!gateway.is_unspecified()).then_some(gateway.into()),
            interface: (*fields.get(9)?).to_owned(),
        })
    };
    text.lines()
        .filter_map(route)
        .filter(|route| route.interface != "lo")
        .collect()
}

/// /proc/net/arp.
fn arp(text: &str) -> Vec<Neighbour> {
    let neighbour = |line: &str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        Some(Neighbour {
            address: fields.first()?.parse().ok()?,
            hardware: fields.get(3)?.to_lowercase(),
        })
    };
    text.lines().skip(1).filter_map(neighbour).collect()
}

fn route_text(route: &Route) -> String {
    let via = route
        .gateway
        .map(|gateway| format!(" via {gateway}"))
        .unwrap_or_default();
    format!(
        "{}/{}{via} dev {}",
        route.destination, route.prefix, route.interface
    )
}

/// Gateways of default routes with their hardware addresses where known.
fn gateways(routes: Option<&[Route]>, neighbours: &[Neighbour]) -> Vec<String> {
    let defaults = routes
        .unwrap_or_default()
        .iter()
        .filter(|route| route.prefix == 0);
    let mut found: Vec<String> = defaults
        .filter_map(|route| route.gateway)
        .map(|gateway| {
            let known = neighbours
                .iter()
                .find(|neighbour| neighbour.address == gateway);
            format!(
                "{gateway} {}",
                known.map_or("", |neighbour| &neighbour.hardware)
            )
            .trim_end()
            .to_owned()
        })
        .collect();
    found.sort();
    found.dedup();
    found
}

fn judge_routes(found: Option<&[Route]>) -> Judgement {
    let Some(found) = found.filter(|found| !found.is_empty()) else {
        return Judgement::missing("routes-unknown");
    };
    let mut judgement = Judgement::default();
    // Two halves of the internet laid over the default route: how tunnels take over without replacing it.
    for route in found
        .iter()
        .filter(|route| route.destination.is_ipv4() && route.prefix == 1)
    {
        judgement.abnormal("route-over-default", &[("route", &route_text(route))]);
    }
    judgement
}

/// Check 13: the address the internet sees.
pub(crate) fn public_address(x: &mut Examination<'_>, round: &Round<'_>) -> Judgement {
    let services = &round.plan.egress_services;
    if services.is_empty() {
        return Judgement::missing("no-egress-services");
    }
    let found: Vec<String> = egress(x, services)
        .iter()
        .map(ToString::to_string)
        .collect();
    x.observe("addresses", Value::texts(&found));
    match found.is_empty() {
        true => Judgement::missing("public-address-unknown"),
        false => Judgement::default(),
    }
}

fn egress(x: &mut Examination<'_>, services: &[String]) -> Vec<IpAddr> {
    let mut found = Vec::new();
    for service in services {
        let rest = service.strip_prefix("http://").unwrap_or(service);
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let request = http::request("GET", host, &format!("/{path}"));
        let reply = x.ask_tcp(&with_port(host, 80), &request).ok();
        found.extend(reply.and_then(|reply| http::address(&reply)));
    }
    found.sort();
    found.dedup();
    found
}

/// Rules that send connections elsewhere.
#[derive(Debug, Default)]
pub(crate) struct Redirections {
    /// As the system spells them.
    pub rules: Vec<String>,
    /// Every place such rules can stand in was read.
    pub complete: bool,
}

/// Check 14: rules that send connections elsewhere.
pub(crate) fn redirections(x: &mut Examination<'_>, round: &Round<'_>) -> Judgement {
    let found = match round.platform {
        Platform::Linux => linux_redirections(x),
        Platform::Windows => windows::redirections(x),
        Platform::Macos => macos::redirections(x),
    };
    x.observe("rules", Value::texts(&found.rules));
    judge_redirections(&found)
}

fn judge_redirections(found: &Redirections) -> Judgement {
    let mut judgement = Judgement::default();
    for rule in &found.rules {
        judgement.abnormal("redirection", &[("rule", rule)]);
    }
    if !found.complete {
        judgement.unchecked("redirections-unreadable", &[]);
    }
    judgement
}

/// nft(8) shows nothing of the older tables, and iptables(8) nothing of newer ones: both must be readable, or the
/// kernel must say that it holds no older tables.
fn linux_redirections(x: &mut Examination<'_>) -> Redirections {
    let newer = x.output("nft", &["list", "ruleset"]);
    let mut complete = newer.is_ok();
    let mut texts: Vec<String> = newer.into_iter().collect();
    for (program, tables) in [
        ("iptables-save", "/proc/net/ip_tables_names"),
        ("ip6tables-save", "/proc/net/ip6_tables_names"),
    ] {
        let older = x.output(program, &[]);
        let none = x.text(tables).is_ok_and(|names| names.trim().is_empty());
        complete &= older.is_ok() || none;
        texts.extend(older);
    }
    Redirections {
        rules: texts.iter().flat_map(|text| redirecting(text)).collect(),
        complete,
    }
}

/// Lines of either spelling that change where a connection goes.
fn redirecting(text: &str) -> Vec<String> {
    let words = ["redirect", "dnat", "tproxy"];
    let changes = |line: &&str| {
        let lower = line.to_ascii_lowercase();
        lower.split_whitespace().any(|word| words.contains(&word))
    };
    text.lines()
        .filter(changes)
        .map(|line| line.trim().to_owned())
        .collect()
}

/// Check 25: is this the office's network?
pub(crate) fn office_network(x: &mut Examination<'_>, round: &Round<'_>) -> Judgement {
    let networks = &round.plan.office_networks;
    if networks.is_empty() {
        return Judgement::missing("no-office-networks");
    }
    let routes = routes_of(x, round.platform);
    let neighbours = neighbours_of(x, round.platform);
    let Some(local) = outgoing(x) else {
        return Judgement::missing("local-address-unknown");
    };
    let here = Here {
        local,
        gateways: gateways(routes.as_deref(), &neighbours),
        public: egress(x, &round.plan.egress_services),
    };
    let office = networks.iter().find(|network| here.is(network));
    x.observe("local", local.to_string());
    x.observe("gateways", Value::texts(&here.gateways));
    x.observe(
        "network",
        office.map_or("", |network| network.name.as_str()),
    );
    let mut judgement = Judgement::default();
    if office.is_none() {
        judgement.abnormal("not-office-network", &[("address", &local.to_string())]);
    }
    judgement
}

/// Where this machine stands.
struct Here {
    local: IpAddr,
    gateways: Vec<String>,
    public: Vec<IpAddr>,
}

impl Here {
    /// Every part the network is known by must be met; a network known by nothing is met by nobody.
    fn is(&self, network: &OfficeNetwork) -> bool {
        let known = !(network.prefixes.is_empty()
            && network.gateways.is_empty()
            && network.egress.is_empty());
        let gateway = |hardware: &String| {
            let hardware = hardware.to_lowercase();
            self.gateways
                .iter()
                .any(|gateway| gateway.ends_with(&hardware))
        };
        known
            && (network.prefixes.is_empty()
                || network
                    .prefixes
                    .iter()
                    .any(|prefix| within(self.local, prefix)))
            && (network.gateways.is_empty() || network.gateways.iter().any(gateway))
            && (network.egress.is_empty()
                || network.egress.iter().any(|ip| self.public.contains(ip)))
    }
}

/// Whether an address lies in `address/bits`.
fn within(address: IpAddr, prefix: &str) -> bool {
    let Some((base, bits)) = prefix.split_once('/') else {
        return prefix.parse() == Ok(address);
    };
    let (Ok(base), Ok(bits)) = (base.parse(), bits.parse::<u32>()) else {
        return false;
    };
    match (address, base) {
        (IpAddr::V4(a), IpAddr::V4(b)) if bits <= 32 => {
            (u32::from(a) ^ u32::from(b))
                .checked_shr(32 - bits)
                .unwrap_or(0)
                == 0
        }
        (IpAddr::V6(a), IpAddr::V6(b)) if bits <= 128 => {
            (u128::from(a) ^ u128::from(b))
                .checked_shr(128 - bits)
                .unwrap_or(0)
                == 0
        }
        _ => false,
    }
}

#[cfg(test)]
#[path = "routes_tests.rs"]
mod tests;
