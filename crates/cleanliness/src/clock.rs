//! Time: offset from independent sources, zone, and whether the clock itself is tampered with (checks 03, 04, 37).

use std::collections::BTreeMap;

use crate::check::Round;
use crate::examination::Examination;
use crate::judgement::Judgement;
use crate::report::Value;
use crate::system::{FileTime, Platform};
use crate::wire::sntp::Sample;
use crate::wire::{http, sntp};
use crate::{macos, windows};

/// Largest offset accepted, in microseconds.
const MAX_OFFSET_US: i64 = 1_000_000;
/// Largest offset from an HTTP Date accepted: whole seconds, and caches on the way.
const MAX_DATE_OFFSET_US: i64 = 5_000_000;
/// Fewest time servers that must answer (R-041 item 3).
const MIN_SOURCES: usize = 2;

/// Check 03: SNTP exchanges with the plan's servers.
pub(crate) fn offset(x: &mut Examination<'_>, round: &Round<'_>) -> Judgement {
    if round.platform == Platform::Windows {
        // As reported by the system; the verdict rests on the exchanges below.
        x.run("w32tm", &["/query", "/status"]).ok();
    }
    let mut samples = BTreeMap::new();
    for server in &round.plan.time_servers {
        samples.extend(exchange(x, server).map(|sample| (server.clone(), sample)));
    }
    let mut dates = BTreeMap::new();
    for host in &round.plan.date_hosts {
        dates.extend(date_offset(x, host).map(|offset| (host.clone(), offset)));
    }
    x.observe(
        "servers",
        Value::List(samples.iter().map(sample_value).collect()),
    );
    let pairs = dates
        .iter()
        .map(|(host, us)| (host.clone(), Value::from(*us)))
        .collect();
    x.observe("http_date_offset_us", Value::Record(pairs));
    judge_offset(round.plan.time_servers.len(), &samples, &dates)
}

fn exchange(x: &mut Examination<'_>, server: &str) -> Option<Sample> {
    let address = with_port(server, 123);
    let request = sntp::request(x.system.nonce());
    let answer = x.ask_udp(&address, "sntp", &request).ok()?;
    sntp::sample(&request, &answer.bytes, answer.sent_us, answer.received_us).ok()
}

/// Offset by the Date of a web server, its half second allowed for.
fn date_offset(x: &mut Examination<'_>, host: &str) -> Option<i64> {
    let reply = x
        .ask_tcp(&with_port(host, 80), &http::request("HEAD", host, "/"))
        .ok()?;
    Some(http::date(&reply)? * 1_000_000 + 500_000 - x.system.wall_us())
}

fn sample_value((server, sample): (&String, &Sample)) -> Value {
    Value::record([
        ("delay_us", sample.delay_us.into()),
        ("offset_us", sample.offset_us.into()),
        ("server", server.as_str().into()),
        ("stratum", i64::from(sample.stratum).into()),
    ])
}

/// `host:port`, with the port added where none is given; bare IPv6 addresses are bracketed.
pub(crate) fn with_port(server: &str, port: u16) -> String {
    if server.parse::<std::net::Ipv6Addr>().is_ok() {
        return format!("[{server}]:{port}");
    }
    match server.rsplit_once(':') {
        Some((_, given)) if given.parse::<u16>().is_ok() => server.to_owned(),
        _ => format!("{server}:{port}"),
    }
}

fn judge_offset(
    asked: usize,
    samples: &BTreeMap<String, Sample>,
    dates: &BTreeMap<String, i64>,
) -> Judgement {
    let mut judgement = Judgement::default();
    for (server, sample) in samples {
        if sample.offset_us.saturating_abs() > MAX_OFFSET_US {
            let seconds = seconds(sample.offset_us);
            judgement.abnormal("clock-offset", &[("seconds", &seconds), ("source", server)]);
        }
    }
    for (host, offset) in dates {
        if offset.saturating_abs() > MAX_DATE_OFFSET_US {
            let seconds = seconds(*offset);
            judgement.abnormal("clock-offset", &[("seconds", &seconds), ("source", host)]);
        }
    }
    match samples.len() {
        _ if asked == 0 => judgement.unchecked("no-time-servers", &[]),
        answered if answered < MIN_SOURCES => {
            let answered = answered.to_string();
            judgement.unchecked("too-few-time-servers", &[("answered", &answered)]);
        }
        _ => (),
    }
    judgement
}

/// Seconds with three decimals and a sign.
fn seconds(us: i64) -> String {
    let (sign, ms) = (if us < 0 { "-" } else { "+" }, us.unsigned_abs() / 1000);
    format!("{sign}{}.{:03}", ms / 1000, ms % 1000)
}

/// Check 04: zone and language.
pub(crate) fn zone(x: &mut Examination<'_>, round: &Round<'_>) -> Judgement {
    let zone = round
        .environment
        .get("TZ")
        .cloned()
        .or_else(|| match round.platform {
            Platform::Linux => linux_zone(x),
            Platform::Windows => windows::zone(x),
            Platform::Macos => macos::zone(x),
        });
    let language = ["LC_ALL", "LC_TIME", "LANG"]
        .iter()
        .find_map(|name| round.environment.get(*name));
    x.observe("language", language.map_or("", String::as_str));
    match zone {
        Some(zone) => {
            x.observe("zone", zone);
            Judgement::default()
        }
        None => Judgement::missing("zone-unknown"),
    }
}

fn linux_zone(x: &mut Examination<'_>) -> Option<String> {
    let target = x.system.link("/etc/localtime");
    x.keep("link:/etc/localtime", target.as_ref().map(String::as_bytes));
    let name = target.ok().and_then(|path| {
        path.split_once("zoneinfo/")
            .map(|(_, name)| name.to_owned())
    });
    name.or_else(|| {
        x.text("/etc/timezone")
            .ok()
            .map(|text| text.trim().to_owned())
    })
}

/// What would tell a falsified clock.
#[derive(Debug, Default)]
struct Clocks {
    /// Around a fresh file.
    file: Option<FileTime>,
    /// Wall time passed less monotonic time passed since the run began, in microseconds.
    step_us: i64,
    /// Variables and libraries that preload or falsify.
    signs: Vec<String>,
}

/// Difference between clocks that a busy machine explains, in microseconds.
const MAX_STEP_US: i64 = 500_000;
/// A file's time may lag: coarse clocks, network file systems.
const MAX_FILE_US: i64 = 2_000_000;

/// Check 37: preloaded libraries, and clocks that contradict each other.
pub(crate) fn integrity(x: &mut Examination<'_>, round: &Round<'_>) -> Judgement {
    let mut facts = Clocks {
        signs: preloads(x, round),
        ..Clocks::default()
    };
    let file = x.system.file_time();
    let text = file.as_ref().map(|times| format!("{times:?}").into_bytes());
    x.keep(
        "clocks around a fresh file",
        text.as_deref().map_err(|failure| *failure),
    );
    facts.file = file.ok();
    let passed = (x.system.wall_us(), x.system.monotonic_us());
    let monotonic = passed.1.saturating_sub(round.started_us.1);
    facts.step_us = passed.0 - round.started_us.0 - i64::try_from(monotonic).unwrap_or(0);
    x.observe("step_us", facts.step_us);
    x.observe("signs", Value::texts(&facts.signs));
    judge_integrity(&facts)
}

/// Signs in the environments of this program and of the browser, and in what is mapped here.
fn preloads(x: &mut Examination<'_>, round: &Round<'_>) -> Vec<String> {
    let browser = round
        .plan
        .browser
        .iter()
        .flat_map(|browser| &browser.environment);
    let mut signs: Vec<String> = round
        .environment
        .iter()
        .chain(browser)
        .filter(|(name, value)| preloading(name) && !value.is_empty())
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    if round.platform == Platform::Linux {
        let maps = x.text("/proc/self/maps").unwrap_or_default();
        signs.extend(
            maps.lines()
                .filter_map(|line| line.split_whitespace().nth(5))
                .filter(falsifier)
                .map(str::to_owned),
        );
        let preload = x.text("/etc/ld.so.preload").unwrap_or_default();
        signs.extend(preload.split_whitespace().map(str::to_owned));
    }
    signs.sort();
    signs.dedup();
    signs
}

/// Variables that put foreign code into a program, or falsify its clock.
pub(crate) fn preloading(name: &str) -> bool {
    matches!(
        name,
        "LD_PRELOAD" | "LD_AUDIT" | "DYLD_INSERT_LIBRARIES" | "COR_PROFILER"
    ) || name.starts_with("FAKETIME")
}

fn falsifier(path: &&str) -> bool {
    ["libfaketime", "libproxychains", "libtsocks", "frida"]
        .iter()
        .any(|name| path.contains(name))
}

fn judge_integrity(facts: &Clocks) -> Judgement {
    let mut judgement = Judgement::default();
    for sign in &facts.signs {
        judgement.abnormal("preloaded", &[("what", sign)]);
    }
    if facts.step_us.saturating_abs() > MAX_STEP_US {
        judgement.abnormal("clock-step", &[("seconds", &seconds(facts.step_us))]);
    }
    match facts.file {
        None => judgement.unchecked("file-time-unknown", &[]),
        Some(times) => judge_file_time(&times, &mut judgement),
    }
    judgement
}

fn judge_file_time(times: &FileTime, judgement: &mut Judgement) {
    let file = times.file_us - times.wall_us;
    if file.saturating_abs() > MAX_FILE_US {
        judgement.abnormal("clock-not-that-of-files", &[("seconds", &seconds(file))]);
    }
    let kernel = times.kernel_us.map(|kernel| kernel - times.wall_us);
    if let Some(kernel) = kernel.filter(|us| us.saturating_abs() > MAX_STEP_US) {
        judgement.abnormal("clock-not-that-of-kernel", &[("seconds", &seconds(kernel))]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(offsets: &[i64]) -> BTreeMap<String, Sample> {
        let sample = |(i, &offset_us): (usize, &i64)| {
            let sample = Sample {
                offset_us,
                delay_us: 9000,
                stratum: 2,
            };
            (format!("s{i}"), sample)
        };
        offsets.iter().enumerate().map(sample).collect()
    }

    #[test]
    fn a_second_is_the_limit() {
        let none = BTreeMap::new();
        assert!(
            judge_offset(2, &samples(&[999_999, -1_000_000]), &none)
                .codes()
                .is_empty()
        );
        assert_eq!(
            judge_offset(2, &samples(&[0, -1_000_001]), &none).codes(),
            ["clock-offset"]
        );
    }

    #[test]
    fn one_source_is_no_check_and_none_is_none() {
        let none = BTreeMap::new();
        assert_eq!(
            judge_offset(2, &samples(&[0]), &none).codes(),
            ["too-few-time-servers"]
        );
        assert_eq!(
            judge_offset(0, &samples(&[]), &none).codes(),
            ["no-time-servers"]
        );
    }

    #[test]
    fn a_clock_that_only_programs_see_is_found() {
        let mut facts = Clocks {
            file: Some(FileTime {
                file_us: 5_000_000,
                kernel_us: Some(5_000_000),
                wall_us: 5_000_000,
            }),
            ..Clocks::default()
        };
        assert!(judge_integrity(&facts).codes().is_empty());
        facts.file = Some(FileTime {
            file_us: 305_000_000,
            kernel_us: Some(305_000_000),
            wall_us: 5_000_000,
        });
        let expected = ["clock-not-that-of-files", "clock-not-that-of-kernel"];
        assert_eq!(judge_integrity(&facts).codes(), expected);
        facts.step_us = -300_000_000;
        assert!(judge_integrity(&facts).codes().contains(&"clock-step"));
    }

    #[test]
    fn ports_are_added_where_none_is() {
        assert_eq!(with_port("ntp.example", 123), "ntp.example:123");
        assert_eq!(with_port("127.0.0.1:9", 123), "127.0.0.1:9");
        assert_eq!(with_port("2001:db8::1", 53), "[2001:db8::1]:53");
        assert_eq!(with_port("[2001:db8::1]:53", 9), "[2001:db8::1]:53");
    }

    #[test]
    fn seconds_carry_their_sign() {
        assert_eq!(seconds(-300_001_000), "-300.001");
        assert_eq!(seconds(4_200), "+0.004");
    }
}
