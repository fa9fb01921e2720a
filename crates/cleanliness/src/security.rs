//! What guards the machine: security software, boot (checks 23, 24).

use time::{Date, Month};

use crate::check::Round;
use crate::examination::Examination;
use crate::judgement::Judgement;
use crate::report::Value;
use crate::system::Platform;
use crate::{macos, windows};

/// Oldest signatures that still guard, in days.
const MAX_SIGNATURE_DAYS: i64 = 30;

/// A security program, as it reports itself.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Antivirus {
    pub name: String,
    /// Age of its signatures, where it says so.
    pub signature_days: Option<i64>,
    /// Whether it says that it is on, where it says so.
    pub on: Option<bool>,
}

/// Check 23: security software.
pub(crate) fn antivirus(x: &mut Examination<'_>, round: &Round<'_>) -> Judgement {
    let today = round.started_us.0.div_euclid(86_400_000_000);
    let found = match round.platform {
        Platform::Linux => x
            .output("clamscan", &["--version"])
            .ok()
            .map(|text| vec![clam(&text, today)]),
        Platform::Windows => windows::antivirus(x),
        Platform::Macos => macos::antivirus(x),
    };
    let found = found.unwrap_or_default();
    x.observe(
        "programs",
        Value::texts(found.iter().map(|program| &program.name)),
    );
    judge_antivirus(&found)
}

fn judge_antivirus(found: &[Antivirus]) -> Judgement {
    if found.is_empty() {
        return Judgement::missing("no-security-software");
    }
    let mut judgement = Judgement::default();
    for program in found {
        if let Some(days) = program
            .signature_days
            .filter(|days| *days > MAX_SIGNATURE_DAYS)
        {
            judgement.abnormal(
                "signatures-old",
                &[("days", &days.to_string()), ("name", &program.name)],
            );
        }
    }
    if found.iter().all(|program| program.on == Some(false)) {
        judgement.abnormal("security-software-off", &[]);
    }
    judgement
}

/// `ClamAV 1.0.7/27500/Mon Dec 30 09:35:23 2024`; `today` in days since 1970.
fn clam(text: &str, today: i64) -> Antivirus {
    let date = text.trim().rsplit('/').next().and_then(asctime_days);
    Antivirus {
        name: text.trim().to_owned(),
        signature_days: date.map(|days| today - days),
        on: None,
    }
}

/// Days since 1970 of `Mon Dec 30 09:35:23 2024` (C's asctime).
fn asctime_days(text: &str) -> Option<i64> {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let words: Vec<&str> = text.split_whitespace().collect();
    let [_, month, day, _, year] = words[..] else {
        return None;
    };
    let month = u8::try_from(MONTHS.iter().position(|name| *name == month)? + 1).ok()?;
    let date = Date::from_calendar_date(
        year.parse().ok()?,
        Month::try_from(month).ok()?,
        day.parse().ok()?,
    );
    Some(date.ok()?.midnight().assume_utc().unix_timestamp() / 86_400)
}

/// How the machine was started and what runs in its kernel.
#[derive(Debug, Default)]
pub(crate) struct Boot {
    /// Secure boot, or what the system has of the kind.
    pub secure: Option<bool>,
    /// Modules in the kernel, where they can be read.
    pub modules: Option<Vec<String>>,
    /// Protection of the system that must not be off.
    pub protection_off: Option<String>,
}

/// Check 24: secure boot, kernel modules.
pub(crate) fn boot(x: &mut Examination<'_>, round: &Round<'_>) -> Judgement {
    let facts = match round.platform {
        Platform::Linux => linux_boot(x),
        Platform::Windows => windows::boot(x),
        Platform::Macos => macos::boot(x),
    };
    x.observe(
        "secure_boot",
        facts.secure.map_or(Value::from(""), Value::from),
    );
    x.observe("modules", Value::texts(facts.modules.iter().flatten()));
    judge_boot(&facts)
}

/// Recorded, not judged, but for a protection that was switched off.
fn judge_boot(facts: &Boot) -> Judgement {
    let mut judgement = Judgement::default();
    if let Some(what) = &facts.protection_off {
        judgement.abnormal("system-protection-off", &[("what", what)]);
    }
    if facts.secure.is_none() {
        judgement.unchecked("secure-boot-unknown", &[]);
    }
    if facts.modules.is_none() {
        judgement.unchecked("kernel-modules-unknown", &[]);
    }
    judgement
}

fn linux_boot(x: &mut Examination<'_>) -> Boot {
    // The variable of UEFI §3.3: four octets of attributes, one of value.
    let variable = "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";
    let by_firmware = x
        .read(variable)
        .ok()
        .and_then(|bytes| bytes.get(4).map(|value| *value == 1));
    let modules = x.text("/proc/modules").ok();
    let first = |line: &str| line.split(' ').next().unwrap_or_default().to_owned();
    Boot {
        secure: by_firmware.or_else(|| {
            x.output("mokutil", &["--sb-state"])
                .ok()
                .map(|text| text.contains("enabled"))
        }),
        modules: modules.map(|text| text.lines().map(first).collect()),
        protection_off: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_age_of_signatures_is_read() {
        let today = asctime_days("Thu Jan 9 00:00:00 2025").unwrap();
        let found = clam("ClamAV 1.0.7/27500/Mon Dec 30 09:35:23 2024\n", today);
        assert_eq!(found.signature_days, Some(10));
        assert!(judge_antivirus(&[found]).codes().is_empty());
        let old = clam("ClamAV 1.0.7/27500/Mon Dec  2 09:35:23 2024\n", today);
        assert_eq!(judge_antivirus(&[old]).codes(), ["signatures-old"]);
    }

    #[test]
    fn none_installed_is_not_checked_and_all_off_is_abnormal() {
        assert_eq!(judge_antivirus(&[]).codes(), ["no-security-software"]);
        let off = Antivirus {
            on: Some(false),
            ..Antivirus::default()
        };
        assert_eq!(judge_antivirus(&[off]).codes(), ["security-software-off"]);
    }

    #[test]
    fn what_of_the_boot_is_unread_is_said() {
        let codes = ["secure-boot-unknown", "kernel-modules-unknown"];
        assert_eq!(judge_boot(&Boot::default()).codes(), codes);
    }
}
