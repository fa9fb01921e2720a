//! System, roots, browser, security, storage.

use std::collections::BTreeMap;

use super::pairs;
use crate::browser::{Binary, Policies};
use crate::examination::Examination;
use crate::machine::Virtual;
use crate::roots::{Added, Roots};
use crate::security::{Antivirus, Boot};
use crate::storage::{Disk, free_kib};
use crate::system::Failure;

const POLICIES: &[&str] = &[
    "com.google.Chrome.plist",
    "com.microsoft.Edge.plist",
    "org.chromium.Chromium.plist",
];

/// Name, version, build, hardware.
pub(crate) fn system(x: &mut Examination<'_>) -> BTreeMap<&'static str, String> {
    let text = x.output("sw_vers", &[]).unwrap_or_default();
    let mut facts = BTreeMap::new();
    for (name, value) in pairs(&text) {
        let known = match name {
            "ProductName" => "name",
            "ProductVersion" => "version",
            "BuildVersion" => "build",
            _ => continue,
        };
        facts.insert(known, value.to_owned());
    }
    let model = x.output("sysctl", &["-n", "hw.model"]).ok();
    facts.extend(model.map(|model| ("model", model.trim().to_owned())));
    facts
}

/// The kernel says whether a hypervisor lies below it.
pub(crate) fn virtualisation(x: &mut Examination<'_>) -> Virtual {
    let below = x.output("sysctl", &["-n", "kern.hv_vmm_present"]).ok();
    let signs = below
        .as_ref()
        .filter(|text| text.trim() == "1")
        .map(|_| "kern.hv_vmm_present".to_owned());
    Virtual {
        read: below.is_some(),
        signs: signs.into_iter().collect(),
        remote: None,
    }
}

/// The link of /etc/localtime.
pub(crate) fn zone(x: &mut Examination<'_>) -> Option<String> {
    let target = x.system.link("/etc/localtime");
    x.keep("link:/etc/localtime", target.as_ref().map(String::as_bytes));
    target
        .ok()?
        .split_once("zoneinfo/")
        .map(|(_, name)| name.to_owned())
}

/// The effective user is root.
pub(crate) fn privileged(x: &mut Examination<'_>) -> Option<bool> {
    let user = x.output("id", &["-u"]).ok()?;
    Some(user.trim() == "0")
}

/// Certificates whose trust a user or an administrator changed; the system's own need no such setting.
pub(crate) fn roots(x: &mut Examination<'_>) -> Roots {
    let mut facts = Roots::default();
    let usual = x.run(
        "security",
        &[
            "find-certificate",
            "-a",
            "-Z",
            "/System/Library/Keychains/SystemRootCertificates.keychain",
        ],
    );
    let count = |text: &[u8]| {
        String::from_utf8_lossy(text)
            .matches("SHA-256 hash:")
            .count()
    };
    facts.usual = usual.map(|ran| count(&ran.stdout)).unwrap_or(0);
    for (place, arguments) in [
        ("user", &["dump-trust-settings"][..]),
        ("administrator", &["dump-trust-settings", "-d"]),
    ] {
        match x.run("security", arguments) {
            Ok(ran) => facts
                .added
                .extend(trusted(&String::from_utf8_lossy(&ran.stdout), place)),
            Err(_) => facts.unreadable.push(place.to_owned()),
        }
    }
    facts
}

/// `Cert 0: Charles Proxy CA`.
fn trusted(text: &str, place: &str) -> Vec<Added> {
    let names = text
        .lines()
        .filter_map(|line| line.strip_prefix("Cert ")?.split_once(": "));
    let added = |(_, name): (&str, &str)| Added {
        place: format!("trust settings of the {place}"),
        digest: String::new(),
        subject: name.trim().to_owned(),
    };
    names.map(added).collect()
}

/// By the code signature of the whole application.
pub(crate) fn binary(x: &mut Examination<'_>, path: &str) -> Binary {
    let bundle = path.find(".app/").map_or(path, |at| &path[..at + 4]);
    let verified = x.run("codesign", &["--verify", "--deep", "--strict", bundle]);
    let shown = x.run("codesign", &["-dvv", bundle]);
    // codesign speaks on standard error.
    let text = shown
        .map(|ran| String::from_utf8_lossy(&ran.stderr).into_owned())
        .unwrap_or_default();
    let authority = text
        .lines()
        .find_map(|line| line.strip_prefix("Authority="))
        .map(str::to_owned);
    let exit = verified.ok().and_then(|ran| ran.exit);
    Binary {
        origin: authority.filter(|_| exit == Some(0)),
        altered: exit
            .filter(|code| *code != 0)
            .map(|_| bundle.to_owned())
            .into_iter()
            .collect(),
        version: x
            .output(path, &["--version"])
            .ok()
            .map(|text| text.trim().to_owned()),
        digest: None,
    }
}

/// Managed preferences of the machine.
pub(crate) fn policies(x: &mut Examination<'_>) -> Policies {
    let folder = "/Library/Managed Preferences";
    let mut facts = Policies::default();
    match x.list(folder) {
        Ok(names) => {
            let known = names
                .iter()
                .filter(|name| POLICIES.contains(&name.as_str()));
            facts.policies = known.map(|name| format!("{folder}/{name}")).collect();
        }
        Err(Failure::Missing) => (),
        Err(_) => facts.unreadable.push(folder.to_owned()),
    }
    facts
}

/// XProtect, which is part of the system, with the version of its list.
pub(crate) fn antivirus(x: &mut Examination<'_>) -> Option<Vec<Antivirus>> {
    let list = "/Library/Apple/System/Library/CoreServices/XProtect.bundle/Contents/Info";
    let version = x
        .output("defaults", &["read", list, "CFBundleShortVersionString"])
        .ok()?;
    let program = Antivirus {
        name: format!("XProtect {}", version.trim()),
        ..Antivirus::default()
    };
    Some(vec![program])
}

/// System integrity protection stands for secure boot here.
pub(crate) fn boot(x: &mut Examination<'_>) -> Boot {
    let text = x.output("csrutil", &["status"]).ok();
    let modules = x.output("kmutil", &["showloaded", "--list-only"]).ok();
    let third = |text: String| {
        text.lines()
            .filter(|line| !line.contains("com.apple."))
            .map(|line| line.trim().to_owned())
            .collect()
    };
    let secure = text.as_deref().and_then(protection);
    Boot {
        secure,
        modules: modules.map(third),
        protection_off: (secure == Some(false)).then(|| "System Integrity Protection".to_owned()),
    }
}

/// `System Integrity Protection status: enabled.`
fn protection(text: &str) -> Option<bool> {
    let (_, status) = text.split_once("status:")?;
    match status.trim().split(['.', ' ']).next()? {
        "enabled" => Some(true),
        "disabled" => Some(false),
        _ => None,
    }
}

/// Free space, and the serial number of the disk's node.
pub(crate) fn disk(x: &mut Examination<'_>) -> Disk {
    let free = x
        .output("df", &["-Pk", "/"])
        .ok()
        .and_then(|text| free_kib(&text));
    let text = x.output("diskutil", &["info", "/"]).unwrap_or_default();
    let serial = pairs(&text)
        .find(|(name, _)| *name == "Volume UUID")
        .map(|(_, value)| value.to_owned());
    Disk {
        free: free.map(|kib| kib * 1024),
        serials: serial.into_iter().collect(),
    }
}

/// External disks: `/dev/disk4 (external, physical):`.
pub(crate) fn removable(x: &mut Examination<'_>) -> Option<Vec<String>> {
    let text = x.output("diskutil", &["list", "external"]).ok()?;
    let lines = text.lines().filter(|line| line.starts_with("/dev/"));
    Some(
        lines
            .filter_map(|line| line.split_whitespace().next())
            .map(str::to_owned)
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integrity_protection_has_three_answers() {
        assert_eq!(
            protection("System Integrity Protection status: enabled.\n"),
            Some(true)
        );
        assert_eq!(
            protection("System Integrity Protection status: disabled.\n"),
            Some(false)
        );
        assert_eq!(
            protection("System Integrity Protection status: unknown (Custom Configuration).\n"),
            None
        );
    }

    #[test]
    fn trust_settings_name_what_was_added() {
        let text = "Number of trusted certs = 1\nCert 0: Charles Proxy CA (12 Mar 2026, mac.local)\n   Number of trust settings : 10\n";
        assert_eq!(
            trusted(text, "user")[0].subject,
            "Charles Proxy CA (12 Mar 2026, mac.local)"
        );
        assert!(
            trusted(
                "SecTrustSettingsCopyCertificates: No Trust Settings were found.\n",
                "user"
            )
            .is_empty()
        );
    }
}
