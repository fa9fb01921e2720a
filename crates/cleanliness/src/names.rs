//! Names: hosts file, resolvers, independent answers, cache (checks 05 … 08).

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use crate::check::Round;
use crate::clock::with_port;
use crate::examination::Examination;
use crate::judgement::Judgement;
use crate::report::Value;
use crate::system::Platform;
use crate::target::{hosts_of, is_public};
use crate::wire::dns::{self, Kind};
use crate::{macos, windows};

/// Fewest independent resolvers that must answer.
const MIN_RESOLVERS: usize = 2;
/// How often a resolver may be silent.
const MAX_SILENT: u32 = 2;
/// An address where no resolver is (RFC 5737, TEST-NET-2): an answer from there was made on the way.
const NOBODY: &str = "198.51.100.53:53";

/// One line of a hosts file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HostsEntry {
    pub address: IpAddr,
    pub names: Vec<String>,
}

/// What decides over names before any resolver.
#[derive(Debug, Default)]
pub(crate) struct HostsFacts {
    /// The file, if it could be read.
    pub entries: Option<Vec<HostsEntry>>,
    /// This machine's own name.
    pub own: String,
    /// Another place than usual, or another way around the resolver.
    pub diversions: Vec<String>,
}

/// Check 05: the hosts file.
pub(crate) fn hosts(x: &mut Examination<'_>, round: &Round<'_>) -> Judgement {
    let facts = match round.platform {
        Platform::Linux => linux_hosts(x),
        Platform::Windows => windows::hosts(x, round),
        Platform::Macos => macos::hosts(x),
    };
    let entries = facts.entries.as_deref().unwrap_or_default();
    let added: Vec<&HostsEntry> = entries
        .iter()
        .filter(|entry| !is_default(entry, &facts.own))
        .collect();
    x.observe(
        "added",
        Value::texts(added.iter().map(|entry| entry_text(entry))),
    );
    x.observe("diversions", Value::texts(&facts.diversions));
    judge_hosts(&facts, &hosts_of(round.plan))
}

fn linux_hosts(x: &mut Examination<'_>) -> HostsFacts {
    let own = x
        .text("/proc/sys/kernel/hostname")
        .unwrap_or_default()
        .trim()
        .to_owned();
    let order = x.text("/etc/nsswitch.conf").unwrap_or_default();
    HostsFacts {
        entries: x.text("/etc/hosts").ok().map(|text| hosts_entries(&text)),
        own,
        diversions: foreign_sources(&order),
    }
}

/// Sources of host names in nsswitch.conf(5) beyond those of a plain installation.
fn foreign_sources(text: &str) -> Vec<String> {
    const PLAIN: &[&str] = &[
        "files",
        "dns",
        "mdns4_minimal",
        "mdns4",
        "mdns",
        "mdns_minimal",
        "mdns6",
        "mdns6_minimal",
        "myhostname",
        "mymachines",
        "resolve",
    ];
    let line = text
        .lines()
        .find_map(|line| line.trim().strip_prefix("hosts:"))
        .unwrap_or_default();
    let words = line
        .split_whitespace()
        .filter(|word| !word.starts_with('[') && !word.ends_with(']'));
    words
        .filter(|word| !PLAIN.contains(word))
        .map(|word| format!("nsswitch {word}"))
        .collect()
}

/// Reads hosts(5); the same on every system.
pub(crate) fn hosts_entries(text: &str) -> Vec<HostsEntry> {
    let text = text.trim_start_matches('\u{feff}');
    let lines = text
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default());
    lines
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            // A zone (fe80::1%lo0) is part of the spelling, not of the address.
            let address = words.next()?.split('%').next()?.parse().ok()?;
            let names = words.map(str::to_lowercase).collect();
            Some(HostsEntry { address, names })
        })
        .collect()
}

fn entry_text(entry: &HostsEntry) -> String {
    format!("{} {}", entry.address, entry.names.join(" "))
}

/// What installers write: loopback and multicast names, and the machine's own name on loopback.
fn is_default(entry: &HostsEntry, own: &str) -> bool {
    const USUAL: &[&str] = &[
        "localhost",
        "localhost.localdomain",
        "localhost4",
        "localhost4.localdomain4",
        "localhost6",
        "localhost6.localdomain6",
        "ip6-localhost",
        "ip6-loopback",
        "ip6-localnet",
        "ip6-mcastprefix",
        "ip6-allnodes",
        "ip6-allrouters",
        "ip6-allhosts",
        "broadcasthost",
    ];
    let own_name = |name: &String| {
        let own = own.to_lowercase();
        !own.is_empty()
            && (*name == own
                || name
                    .strip_prefix(&own)
                    .is_some_and(|rest| rest.starts_with('.')))
    };
    let special = matches!(entry.address, IpAddr::V6(ip) if ip.is_multicast() || ip.segments()[0] == 0xfe00)
        || entry.address == IpAddr::from([255, 255, 255, 255]);
    (entry.address.is_loopback() || special)
        && entry
            .names
            .iter()
            .all(|name| USUAL.contains(&name.as_str()) || own_name(name))
}

fn judge_hosts(facts: &HostsFacts, targets: &BTreeSet<String>) -> Judgement {
    let mut judgement = Judgement::default();
    let Some(entries) = &facts.entries else {
        judgement.unchecked("hosts-unreadable", &[]);
        return judgement;
    };
    for entry in entries {
        let address = entry.address.to_string();
        for name in entry.names.iter().filter(|name| targets.contains(*name)) {
            judgement.abnormal("hosts-captured", &[("address", &address), ("host", name)]);
        }
        // A name without a dot cannot be a site's; it is listed and no more.
        let foreign =
            !is_default(entry, &facts.own) && entry.names.iter().any(|name| name.contains('.'));
        if foreign && !entry.names.iter().any(|name| targets.contains(name)) {
            judgement.abnormal("hosts-added", &[("entry", &entry_text(entry))]);
        }
    }
    for diversion in &facts.diversions {
        judgement.abnormal("hosts-diverted", &[("what", diversion)]);
    }
    judgement
}

/// Check 06: the resolvers the system asks.
pub(crate) fn resolvers(x: &mut Examination<'_>, round: &Round<'_>) -> Judgement {
    let found = match round.platform {
        Platform::Linux => linux_resolvers(x),
        Platform::Windows => windows::resolvers(x),
        Platform::Macos => macos::resolvers(x),
    };
    x.observe("resolvers", Value::texts(found.iter().flatten()));
    judge_resolvers(found.as_deref())
}

fn linux_resolvers(x: &mut Examination<'_>) -> Option<Vec<IpAddr>> {
    let text = x.text("/etc/resolv.conf").ok()?;
    let mut found = nameservers(&text);
    // systemd's stub answers for others: those are the resolvers.
    if found.iter().all(is_stub) {
        let behind = x
            .text("/run/systemd/resolve/resolv.conf")
            .map(|text| nameservers(&text));
        found.extend(behind.unwrap_or_default());
    }
    Some(found)
}

fn nameservers(text: &str) -> Vec<IpAddr> {
    let values = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("nameserver"));
    values
        .filter_map(|value| value.trim().split('%').next()?.parse().ok())
        .collect()
}

/// The stub of systemd-resolved(8).
fn is_stub(address: &IpAddr) -> bool {
    [IpAddr::from([127, 0, 0, 53]), IpAddr::from([127, 0, 0, 54])].contains(address)
}

fn judge_resolvers(found: Option<&[IpAddr]>) -> Judgement {
    let mut judgement = Judgement::default();
    match found {
        None | Some([]) => judgement.unchecked("resolvers-unknown", &[]),
        Some(found) => {
            for address in found.iter().filter(|ip| ip.is_loopback() && !is_stub(ip)) {
                judgement.abnormal(
                    "resolver-on-this-machine",
                    &[("address", &address.to_string())],
                );
            }
        }
    }
    judgement
}

/// Answers for one host.
#[derive(Debug, Default)]
struct HostAnswers {
    /// By the system's resolver.
    system: BTreeSet<IpAddr>,
    /// By each independent resolver that answered.
    independent: BTreeMap<String, BTreeSet<IpAddr>>,
    /// Used by the browser.
    browser: BTreeSet<IpAddr>,
}

/// Check 07: every host by independent resolvers.
pub(crate) fn answers(x: &mut Examination<'_>, round: &Round<'_>) -> Judgement {
    let plan = round.plan;
    let hosts: BTreeSet<String> = hosts_of(plan)
        .into_iter()
        .filter(|host| host.parse::<IpAddr>().is_err())
        .collect();
    if hosts.is_empty() {
        return Judgement::missing("no-targets");
    }
    if plan.resolvers.is_empty() {
        return Judgement::missing("no-resolvers");
    }
    let (mut all, mut silent) = (BTreeMap::new(), BTreeMap::new());
    for host in hosts {
        let found = host_answers(x, round, &host, &mut silent);
        all.insert(host, found);
    }
    let intercepted = ask(x, NOBODY, "example.com", Kind::A).is_some();
    let values = all
        .iter()
        .map(|(host, found)| (host.clone(), answers_value(found)))
        .collect();
    x.observe("hosts", Value::Record(values));
    x.observe("intercepted", intercepted);
    judge_answers(&all, intercepted)
}

/// Asks everyone for one host. Who was silent too often is asked no more: a page has hundreds of hosts.
fn host_answers(
    x: &mut Examination<'_>,
    round: &Round<'_>,
    host: &str,
    silent: &mut BTreeMap<String, u32>,
) -> HostAnswers {
    let mut found = HostAnswers {
        system: x.resolve(host).unwrap_or_default().into_iter().collect(),
        ..HostAnswers::default()
    };
    for resolver in &round.plan.resolvers {
        let failures = silent.entry(resolver.clone()).or_default();
        if *failures >= MAX_SILENT {
            continue;
        }
        let server = with_port(resolver, 53);
        if let Some(v4) = ask(x, &server, host, Kind::A) {
            let v6 = ask(x, &server, host, Kind::Aaaa).unwrap_or_default();
            found
                .independent
                .insert(resolver.clone(), v4.into_iter().chain(v6).collect());
        } else {
            *failures += 1;
        }
    }
    let launch = round.plan.launch.as_ref();
    found.browser = launch
        .and_then(|launch| launch.addresses.get(host))
        .cloned()
        .unwrap_or_default();
    found
}

/// The addresses a resolver gives; `None` when it gives no usable answer.
fn ask(x: &mut Examination<'_>, server: &str, host: &str, kind: Kind) -> Option<Vec<IpAddr>> {
    let id = u16::try_from(x.system.nonce() & 0xffff).unwrap_or(1);
    let question = dns::question(id, host, kind)?;
    let reply = x
        .ask_udp(server, &format!("dns {} {host}", kind.name()), &question)
        .ok()?;
    let answer = dns::answer(&question, &reply.bytes).ok()?;
    matches!(answer.code, 0 | 3).then_some(answer.addresses)
}

fn answers_value(found: &HostAnswers) -> Value {
    let pairs = found.independent.iter();
    let independent = pairs
        .map(|(server, ips)| (server.clone(), Value::texts(ips)))
        .collect();
    Value::record([
        ("browser", Value::texts(&found.browser)),
        ("independent", Value::Record(independent)),
        ("system", Value::texts(&found.system)),
    ])
}

fn judge_answers(all: &BTreeMap<String, HostAnswers>, intercepted: bool) -> Judgement {
    let mut judgement = Judgement::default();
    if intercepted {
        judgement.abnormal("dns-intercepted", &[("address", NOBODY)]);
    }
    for (host, found) in all {
        judge_host(host, found, &mut judgement);
    }
    judgement
}

fn judge_host(host: &str, found: &HostAnswers, judgement: &mut Judgement) {
    let union: BTreeSet<IpAddr> = found.independent.values().flatten().copied().collect();
    if found.independent.len() < MIN_RESOLVERS {
        let answered = found.independent.len().to_string();
        judgement.unchecked(
            "too-few-resolvers",
            &[("answered", &answered), ("host", host)],
        );
    }
    if found.independent.is_empty() {
        return;
    }
    if found.system.is_empty() && found.browser.is_empty() {
        judgement.unchecked("no-system-answer", &[("host", host)]);
    }
    if !found.system.is_empty() && !found.system.iter().any(|ip| near(*ip, &union)) {
        let (ours, theirs) = (joined(&found.system), joined(&union));
        judgement.abnormal(
            "dns-differs",
            &[("host", host), ("system", &ours), ("independent", &theirs)],
        );
    }
    for ip in found.browser.iter().filter(|ip| !near(**ip, &union)) {
        let (ip, theirs) = (ip.to_string(), joined(&union));
        judgement.abnormal(
            "browser-address-differs",
            &[("address", &ip), ("host", host), ("independent", &theirs)],
        );
    }
    let private = found
        .system
        .iter()
        .filter(|ip| !is_public(**ip) && !union.contains(ip));
    for ip in private {
        judgement.abnormal(
            "dns-private",
            &[("address", &ip.to_string()), ("host", host)],
        );
    }
}

fn joined(addresses: &BTreeSet<IpAddr>) -> String {
    let texts: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    texts.join(", ")
}

/// Among the answers, or in the network of one: sites that answer from many places give each resolver its nearest.
fn near(address: IpAddr, answers: &BTreeSet<IpAddr>) -> bool {
    answers.iter().any(|answer| match (address, answer) {
        (IpAddr::V4(a), IpAddr::V4(b)) => {
            a == *b || is_public(address) && a.octets()[..3] == b.octets()[..3]
        }
        (IpAddr::V6(a), IpAddr::V6(b)) => {
            a == *b || is_public(address) && a.segments()[..3] == b.segments()[..3]
        }
        _ => false,
    })
}

/// Check 08: what the system's cache of names says of itself.
pub(crate) fn cache(x: &mut Examination<'_>, round: &Round<'_>) -> Judgement {
    let read = match round.platform {
        Platform::Linux => x.output("resolvectl", &["statistics"]),
        Platform::Windows => x.output("ipconfig", &["/displaydns"]),
        Platform::Macos => x.output("dscacheutil", &["-statistics"]),
    };
    match read {
        Ok(_) => Judgement::default(),
        Err(_) => Judgement::missing("dns-cache-unreadable"),
    }
}

#[cfg(test)]
#[path = "names_tests.rs"]
mod tests;
