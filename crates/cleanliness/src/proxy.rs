//! What could stand between browser and site: proxies and tunnels (checks 09, 10).

use crate::check::Round;
use crate::examination::Examination;
use crate::judgement::Judgement;
use crate::machine::assignments;
use crate::plan::Launch;
use crate::report::{Phase, Value};
use crate::system::{Failure, Platform};
use crate::{macos, windows};

/// One setting that names a proxy or a script that chooses one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Setting {
    /// Where it stands.
    pub place: String,
    /// What it says.
    pub value: String,
}

impl Setting {
    pub fn new(place: &str, value: &str) -> Self {
        Self {
            place: place.to_owned(),
            value: without_password(value),
        }
    }
}

/// Proxy addresses may carry a password; it does not belong in a report.
fn without_password(value: &str) -> String {
    match value.rsplit_once('@') {
        Some((before, host)) => {
            let scheme = before.split_once("://").map_or("", |(scheme, _)| scheme);
            let separator = if scheme.is_empty() { "" } else { "://" };
            format!("{scheme}{separator}…@{host}")
        }
        None => value.to_owned(),
    }
}

/// Check 09: proxies of the environment, of the system, and as the browser decided.
pub(crate) fn proxies(x: &mut Examination<'_>, round: &Round<'_>) -> Judgement {
    let browser = round
        .plan
        .browser
        .iter()
        .flat_map(|browser| &browser.environment);
    let variables = round.environment.iter().chain(browser);
    let mut found: Vec<Setting> = variables
        .filter_map(|(name, value)| variable(name, value))
        .collect();
    let read = match round.platform {
        Platform::Linux => linux_proxies(x, round, &mut found),
        Platform::Windows => windows::proxies(x, &mut found),
        Platform::Macos => macos::proxies(x, &mut found),
    };
    found.dedup();
    let launch = round.plan.launch.as_ref();
    x.observe(
        "settings",
        Value::texts(found.iter().map(|s| format!("{}: {}", s.place, s.value))),
    );
    let decisions = launch.iter().flat_map(|launch| &launch.proxy_decisions);
    x.observe(
        "browser",
        Value::texts(decisions.map(|d| format!("{}: {}", d.host, d.list))),
    );
    judge_proxies(&found, read, launch, round.phase)
}

/// `http_proxy` and its like, in either case (curl(1)); `no_proxy` is none.
fn variable(name: &str, value: &str) -> Option<Setting> {
    let names = [
        "http_proxy",
        "https_proxy",
        "ftp_proxy",
        "all_proxy",
        "socks_proxy",
        "socks_server",
        "auto_proxy",
    ];
    let known = names.contains(&name.to_ascii_lowercase().as_str());
    (known && !value.trim().is_empty()).then(|| Setting::new(name, value))
}

fn linux_proxies(x: &mut Examination<'_>, round: &Round<'_>, found: &mut Vec<Setting>) -> bool {
    let environment = x.read_withheld("/etc/environment");
    let readable = matches!(environment, Ok(_) | Err(Failure::Missing));
    let fields = assignments(&String::from_utf8_lossy(&environment.unwrap_or_default()));
    found.extend(
        fields
            .iter()
            .filter_map(|(name, value)| variable(name, value))
            .map(|setting| {
                Setting::new(
                    &format!("/etc/environment {}", setting.place),
                    &setting.value,
                )
            }),
    );
    if let Ok(mode) = x.output("gsettings", &["get", "org.gnome.system.proxy", "mode"]) {
        found.extend(gnome(&mode));
    }
    for home in homes(round) {
        if let Ok(text) = x.text(&format!("{home}/.config/kioslaverc")) {
            found.extend(kde(&text));
        }
    }
    readable
}

/// Home folders of this program and of the browser.
pub(crate) fn homes(round: &Round<'_>) -> Vec<String> {
    let browser = round
        .plan
        .browser
        .as_ref()
        .and_then(|browser| browser.environment.get("HOME"));
    let own = round.environment.get("HOME");
    let mut homes: Vec<String> = own.into_iter().chain(browser).cloned().collect();
    homes.dedup();
    homes
}

/// `'none'`, `'manual'` or `'auto'`.
fn gnome(mode: &str) -> Option<Setting> {
    let mode = mode.trim().trim_matches('\'');
    (!matches!(mode, "" | "none"))
        .then(|| Setting::new("gsettings org.gnome.system.proxy mode", mode))
}

/// `ProxyType` of kioslaverc: 0 none, 1 fixed, 2 script, 3 found by WPAD, 4 environment.
fn kde(text: &str) -> Option<Setting> {
    let kind = assignments(text).get("ProxyType").cloned()?;
    (!matches!(kind.as_str(), "0" | "")).then(|| Setting::new("kioslaverc ProxyType", &kind))
}

fn judge_proxies(
    found: &[Setting],
    read: bool,
    launch: Option<&Launch>,
    phase: Phase,
) -> Judgement {
    let mut judgement = Judgement::default();
    for setting in found {
        judgement.abnormal(
            "proxy-set",
            &[("place", &setting.place), ("value", &setting.value)],
        );
    }
    let decisions = launch.map_or(&[][..], |launch| &launch.proxy_decisions);
    for decision in decisions
        .iter()
        .filter(|decision| decision.list.trim() != "DIRECT")
    {
        judgement.abnormal(
            "browser-used-proxy",
            &[("host", &decision.host), ("list", &decision.list)],
        );
    }
    if !read {
        judgement.unchecked("proxy-settings-unreadable", &[]);
    }
    if phase == Phase::After && decisions.is_empty() {
        judgement.unchecked("proxy-decision-unknown", &[]);
    }
    judgement
}

/// One network interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Interface {
    pub name: String,
    /// It tunnels: by its kind, or by its name.
    pub tunnel: bool,
}

/// Check 10: VPN and TUN interfaces.
pub(crate) fn tunnels(x: &mut Examination<'_>, round: &Round<'_>) -> Judgement {
    let found = match round.platform {
        Platform::Linux => linux_interfaces(x),
        Platform::Windows => windows::interfaces(x),
        Platform::Macos => macos::interfaces(x),
    };
    x.observe(
        "interfaces",
        Value::texts(found.iter().flatten().map(|interface| &interface.name)),
    );
    judge_tunnels(found.as_deref())
}

fn linux_interfaces(x: &mut Examination<'_>) -> Option<Vec<Interface>> {
    let names = x.list("/sys/class/net").ok()?;
    let kind = |x: &mut Examination<'_>, name: &str| {
        let folder = format!("/sys/class/net/{name}");
        // ARPHRD_PPP and ARPHRD_NONE of if_arp.h: point to point without hardware addresses.
        let hardware = x.text(&format!("{folder}/type")).unwrap_or_default();
        let event = x.text(&format!("{folder}/uevent")).unwrap_or_default();
        let device = x.text(&format!("{folder}/tun_flags")).is_ok();
        device || matches!(hardware.trim(), "512" | "65534") || event.contains("DEVTYPE=wireguard")
    };
    let interfaces = names.into_iter().map(|name| Interface {
        tunnel: kind(x, &name) || is_tunnel_name(&name),
        name,
    });
    Some(interfaces.collect())
}

/// Names that tunnels give their interfaces.
pub(crate) fn is_tunnel_name(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let prefixes = [
        "tun",
        "tap",
        "wg",
        "ppp",
        "zt",
        "ipsec",
        "nordlynx",
        "tailscale",
        "wintun",
        "mihomo",
        "clash",
    ];
    prefixes.iter().any(|prefix| lower.starts_with(prefix)) && !lower.starts_with("tunl0")
}

fn judge_tunnels(found: Option<&[Interface]>) -> Judgement {
    let mut judgement = Judgement::default();
    match found {
        None | Some([]) => judgement.unchecked("interfaces-unknown", &[]),
        Some(found) => {
            for interface in found.iter().filter(|interface| interface.tunnel) {
                judgement.abnormal("tunnel", &[("name", &interface.name)]);
            }
        }
    }
    judgement
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::ProxyDecision;

    #[test]
    fn variables_of_either_case_count_and_no_proxy_does_not() {
        assert!(variable("HTTPS_PROXY", "http://127.0.0.1:7890").is_some());
        assert!(variable("all_proxy", "socks5://x").is_some());
        assert!(variable("no_proxy", "localhost").is_none());
        assert!(variable("http_proxy", " ").is_none());
    }

    #[test]
    fn passwords_do_not_enter_the_report() {
        let setting = variable("http_proxy", "http://me:secret@proxy.example:8080").unwrap();
        assert_eq!(setting.value, "http://…@proxy.example:8080");
    }

    #[test]
    fn desktops_say_none_in_their_ways() {
        assert_eq!(gnome("'none'\n"), None);
        assert!(gnome("'auto'\n").is_some());
        assert_eq!(kde("[Proxy Settings]\nProxyType=0\n"), None);
        assert!(kde("[Proxy Settings]\nProxyType=2\n").is_some());
    }

    #[test]
    fn the_browser_must_have_said_direct() {
        let said = |list: &str| Launch {
            proxy_decisions: vec![ProxyDecision {
                host: "court.example".to_owned(),
                list: list.to_owned(),
            }],
            ..Launch::default()
        };
        let judge = |launch: Option<&Launch>| judge_proxies(&[], true, launch, Phase::After);
        assert!(judge(Some(&said("DIRECT"))).codes().is_empty());
        assert_eq!(
            judge(Some(&said("PROXY 127.0.0.1:7890;DIRECT"))).codes(),
            ["browser-used-proxy"]
        );
        assert_eq!(judge(None).codes(), ["proxy-decision-unknown"]);
        assert!(
            judge_proxies(&[], true, None, Phase::Before)
                .codes()
                .is_empty()
        );
    }

    #[test]
    fn tunnels_are_known_by_name() {
        for name in ["tun0", "wg-office", "ppp0", "Wintun Userspace Tunnel"] {
            assert!(is_tunnel_name(name), "{name}");
        }
        for name in ["eth0", "wlan0", "docker0", "lo", "enp3s0"] {
            assert!(!is_tunnel_name(name), "{name}");
        }
    }
}
