//! The machine: system, virtualisation, privileges (checks 01, 02, 31).

use std::collections::BTreeMap;

use crate::check::Round;
use crate::examination::Examination;
use crate::judgement::Judgement;
use crate::report::Value;
use crate::system::Platform;
use crate::{macos, windows};

/// Check 01: name, version, build, hardware.
pub(crate) fn system(x: &mut Examination<'_>, round: &Round<'_>) -> Judgement {
    let facts = match round.platform {
        Platform::Linux => linux_system(x),
        Platform::Windows => windows::system(x),
        Platform::Macos => macos::system(x),
    };
    for (name, value) in &facts {
        x.observe(name, value.as_str());
    }
    judge_system(&facts)
}

/// Normal once the system's name and its kernel or build were read.
fn judge_system(facts: &BTreeMap<&'static str, String>) -> Judgement {
    match facts.contains_key("name") && facts.contains_key("build") {
        true => Judgement::default(),
        false => Judgement::missing("system-unknown"),
    }
}

fn linux_system(x: &mut Examination<'_>) -> BTreeMap<&'static str, String> {
    let mut facts = BTreeMap::new();
    if let Ok(text) = x.text("/etc/os-release") {
        let fields = assignments(&text);
        let take = |name: &str| fields.get(name).cloned();
        facts.extend(take("NAME").map(|value| ("name", value)));
        facts.extend(take("VERSION").map(|value| ("version", value)));
    }
    for (name, path) in [
        ("build", "/proc/sys/kernel/osrelease"),
        ("kernel", "/proc/version"),
        ("machine-id", "/etc/machine-id"),
        ("maker", "/sys/class/dmi/id/sys_vendor"),
        ("model", "/sys/class/dmi/id/product_name"),
    ] {
        facts.extend(
            x.text(path)
                .ok()
                .map(|value| (name, value.trim().to_owned())),
        );
    }
    facts
}

/// `NAME="value"` lines, as in os-release(5).
pub(crate) fn assignments(text: &str) -> BTreeMap<String, String> {
    let pairs = text
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'));
    let unquoted = |value: &str| value.trim().trim_matches(['"', '\'']).to_owned();
    pairs
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.trim().to_owned(), unquoted(value)))
        .collect()
}

/// Signs of a virtual machine, a container or a remote session.
#[derive(Debug, Default)]
pub(crate) struct Virtual {
    /// Something that would have told was read.
    pub read: bool,
    /// What was found, in the system's words.
    pub signs: Vec<String>,
    /// The session comes from another machine.
    pub remote: Option<String>,
}

impl Virtual {
    /// Notes a sign if the text names a known hypervisor.
    pub fn product(&mut self, text: &str) {
        let lower = text.to_ascii_lowercase();
        self.read = true;
        if HYPERVISORS.iter().any(|name| lower.contains(name)) {
            self.signs.push(text.trim().to_owned());
        }
    }
}

const HYPERVISORS: &[&str] = &[
    "virtualbox",
    "vmware",
    "qemu",
    "kvm",
    "xen",
    "hyper-v",
    "virtual machine",
    "bochs",
    "parallels",
    "firecracker",
    "bhyve",
    "openstack",
    "alibaba cloud",
    "google compute",
    "amazon ec2",
    "gvisor",
    "cloud hypervisor",
];

/// Check 02: is the machine what it seems?
pub(crate) fn virtualisation(x: &mut Examination<'_>, round: &Round<'_>) -> Judgement {
    let mut facts = match round.platform {
        Platform::Linux => linux_virtual(x),
        Platform::Windows => windows::virtualisation(x),
        Platform::Macos => macos::virtualisation(x),
    };
    let remote = ["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"];
    let named = remote
        .iter()
        .find(|name| round.environment.contains_key(**name));
    facts.remote = facts
        .remote
        .or(named.map(|name| (*name).to_owned()))
        .or_else(|| {
            let session = round.environment.get("SESSIONNAME")?;
            session.starts_with("RDP-").then(|| session.clone())
        });
    x.observe("signs", Value::texts(&facts.signs));
    x.observe("remote", facts.remote.is_some());
    judge_virtual(&facts)
}

fn judge_virtual(facts: &Virtual) -> Judgement {
    let mut judgement = Judgement::default();
    if !facts.signs.is_empty() {
        judgement.abnormal("virtual-machine", &[("signs", &facts.signs.join(", "))]);
    }
    if let Some(session) = &facts.remote {
        judgement.abnormal("remote-session", &[("session", session)]);
    }
    if !facts.read {
        judgement.unchecked("virtualisation-unknown", &[]);
    }
    judgement
}

fn linux_virtual(x: &mut Examination<'_>) -> Virtual {
    let mut facts = Virtual::default();
    if let Ok(ran) = x.run("systemd-detect-virt", &[]) {
        let kind = String::from_utf8_lossy(&ran.stdout).trim().to_owned();
        facts.read |= !kind.is_empty();
        facts
            .signs
            .extend((!kind.is_empty() && kind != "none").then_some(kind));
    }
    for path in [
        "/sys/class/dmi/id/product_name",
        "/sys/class/dmi/id/sys_vendor",
    ] {
        if let Ok(text) = x.text(path) {
            facts.product(&text);
        }
    }
    if let Ok(text) = x.text("/proc/cpuinfo") {
        let flags = text
            .lines()
            .find(|line| line.starts_with("flags"))
            .unwrap_or_default();
        let virtual_processor = flags.split_whitespace().any(|flag| flag == "hypervisor");
        facts.read |= !flags.is_empty();
        facts
            .signs
            .extend(virtual_processor.then(|| "cpuid hypervisor".to_owned()));
    }
    facts.signs.extend(container(x));
    facts.signs.sort();
    facts.signs.dedup();
    facts
}

/// Signs of a container: files that engines leave, and the control group of the first process.
fn container(x: &mut Examination<'_>) -> Vec<String> {
    let mut signs = Vec::new();
    for path in ["/.dockerenv", "/run/.containerenv"] {
        signs.extend(x.read(path).is_ok().then(|| path.to_owned()));
    }
    let groups = x.text("/proc/1/cgroup").unwrap_or_default();
    let engines = ["docker", "kubepods", "lxc", "containerd", "podman"];
    signs.extend(
        engines
            .iter()
            .find(|name| groups.contains(**name))
            .map(|name| (*name).to_owned()),
    );
    signs
}

/// Check 31: does the user hold rights that change the machine?
pub(crate) fn privileges(x: &mut Examination<'_>, round: &Round<'_>) -> Judgement {
    let privileged = match round.platform {
        Platform::Linux => linux_privileged(x),
        Platform::Windows => windows::privileged(x),
        Platform::Macos => macos::privileged(x),
    };
    if let Some(privileged) = privileged {
        x.observe("privileged", privileged);
    }
    judge_privileges(privileged)
}

fn judge_privileges(privileged: Option<bool>) -> Judgement {
    let mut judgement = Judgement::default();
    match privileged {
        Some(true) => judgement.abnormal("user-privileged", &[]),
        Some(false) => (),
        None => judgement.unchecked("privileges-unknown", &[]),
    }
    judgement
}

/// The effective user is root, or the process may administer the machine (CAP_SYS_ADMIN, bit 21).
fn linux_privileged(x: &mut Examination<'_>) -> Option<bool> {
    let status = x.text("/proc/self/status").ok()?;
    let effective = status_field(&status, "Uid:")?
        .split_whitespace()
        .nth(1)?
        .to_owned();
    let capabilities = status_field(&status, "CapEff:").unwrap_or("0");
    let administers =
        u64::from_str_radix(capabilities.trim(), 16).is_ok_and(|set| set >> 21 & 1 == 1);
    x.observe("user", effective.as_str());
    Some(effective == "0" || administers)
}

/// A field of /proc/PID/status.
pub(crate) fn status_field<'t>(status: &'t str, name: &str) -> Option<&'t str> {
    status
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hypervisors_are_known_by_their_products() {
        let mut facts = Virtual::default();
        facts.product("LENOVO ThinkPad X1");
        assert!(judge_virtual(&facts).codes().is_empty());
        facts.product("VMware Virtual Platform");
        assert_eq!(judge_virtual(&facts).codes(), ["virtual-machine"]);
        assert_eq!(
            judge_virtual(&Virtual::default()).codes(),
            ["virtualisation-unknown"]
        );
    }

    #[test]
    fn assignments_lose_their_quotes() {
        let fields = assignments("NAME=\"UOS Desktop\"\n# x=y\nVERSION='20 (fou)'\n");
        assert_eq!(fields["NAME"], "UOS Desktop");
        assert_eq!(fields["VERSION"], "20 (fou)");
        assert_eq!(fields.len(), 2);
    }
}
