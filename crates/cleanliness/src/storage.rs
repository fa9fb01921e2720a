//! Where the evidence will lie, and what else is plugged in (checks 33, 34).

use crate::check::Round;
use crate::examination::Examination;
use crate::judgement::Judgement;
use crate::report::Value;
use crate::system::Platform;
use crate::{macos, windows};

/// Least free space: 3 GB.
const MIN_FREE: u64 = 3_000_000_000;

/// The storage medium.
#[derive(Debug, Default)]
pub(crate) struct Disk {
    /// Free bytes where the profile lies.
    pub free: Option<u64>,
    /// Serial numbers of the machine's disks.
    pub serials: Vec<String>,
}

/// Check 33: free space, serial number.
pub(crate) fn disk(x: &mut Examination<'_>, round: &Round<'_>) -> Judgement {
    let profile = round
        .plan
        .browser
        .as_ref()
        .map(|browser| browser.profile.clone());
    let facts = match round.platform {
        Platform::Linux => linux_disk(x, profile.as_deref()),
        Platform::Windows => windows::disk(x, profile.as_deref()),
        Platform::Macos => macos::disk(x),
    };
    if let Some(free) = facts.free {
        x.observe("free_bytes", free);
    }
    x.observe("serials", Value::texts(&facts.serials));
    judge_disk(&facts)
}

fn judge_disk(facts: &Disk) -> Judgement {
    let mut judgement = Judgement::default();
    match facts.free {
        Some(free) if free < MIN_FREE => {
            judgement.abnormal("disk-nearly-full", &[("free", &free.to_string())]);
        }

        Some(_) => (),
        None => judgement.unchecked("free-space-unknown", &[]),
    }
    if facts.serials.is_empty() {
        judgement.unchecked("disk-serial-unknown", &[]);
    }
    judgement
}

fn linux_disk(x: &mut Examination<'_>, profile: Option<&str>) -> Disk {
    let folder = profile
        .and_then(|path| path.rsplit_once('/'))
        .map_or("/", |(folder, _)| folder);
    let folder = if folder.is_empty() { "/" } else { folder };
    let mut facts = Disk {
        free: x
            .output("df", &["-Pk", folder])
            .ok()
            .and_then(|text| free_kib(&text))
            .map(|kib| kib * 1024),
        ..Disk::default()
    };
    for device in x
        .list("/sys/block")
        .unwrap_or_default()
        .iter()
        .filter(|name| is_disk(name))
    {
        let places = [
            format!("/sys/block/{device}/serial"),
            format!("/sys/block/{device}/device/serial"),
        ];
        let serial = places
            .iter()
            .find_map(|path| x.text(path).ok())
            .unwrap_or_default();
        let serial = serial.trim();
        facts
            .serials
            .extend((!serial.is_empty()).then(|| format!("{device} {serial}")));
    }
    facts
}

fn is_disk(name: &str) -> bool {
    !["loop", "ram", "zram", "dm-", "md", "sr", "fd"]
        .iter()
        .any(|prefix| name.starts_with(prefix))
}

/// Fourth column of `df -Pk` (POSIX).
pub(crate) fn free_kib(text: &str) -> Option<u64> {
    text.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()
}

/// Check 34: removable media that are mounted.
pub(crate) fn removable(x: &mut Examination<'_>, round: &Round<'_>) -> Judgement {
    let found = match round.platform {
        Platform::Linux => linux_removable(x),
        Platform::Windows => windows::removable(x),
        Platform::Macos => macos::removable(x),
    };
    x.observe("mounted", Value::texts(found.iter().flatten()));
    let mut judgement = Judgement::default();
    match &found {
        None => judgement.unchecked("media-unknown", &[]),
        Some(media) => {
            for medium in media {
                judgement.abnormal("removable-mounted", &[("medium", medium)]);
            }
        }
    }
    judgement
}

fn linux_removable(x: &mut Examination<'_>) -> Option<Vec<String>> {
    let mounts = x.text("/proc/mounts").ok()?;
    let devices = x.list("/sys/block").ok()?;
    let mut removable = Vec::new();
    for device in devices {
        let flag = x.text(&format!("/sys/block/{device}/removable")).ok();
        removable.extend(
            flag.filter(|flag| flag.trim() == "1")
                .map(|_| format!("/dev/{device}")),
        );
    }
    Some(mounted(&mounts, &removable))
}

/// Mounts of such devices, partitions included, and of media that desktops mount for their users.
fn mounted(mounts: &str, removable: &[String]) -> Vec<String> {
    let mount = |line: &str| {
        let (device, rest) = line.split_once(' ')?;
        let place = rest.split(' ').next()?;
        let plugged = removable
            .iter()
            .any(|name| device.starts_with(name.as_str()));
        let for_user = place.starts_with("/media/") || place.starts_with("/run/media/");
        (device.starts_with("/dev/") && (plugged || for_user)).then(|| format!("{device} {place}"))
    };
    mounts.lines().filter_map(mount).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_space_is_the_fourth_column() {
        let text =
            "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/vda 100 40 60 40% /\n";
        assert_eq!(free_kib(text), Some(60));
        assert_eq!(free_kib(""), None);
    }

    #[test]
    fn a_full_disk_is_abnormal_and_an_unknown_one_not_checked() {
        let mut facts = Disk {
            free: Some(MIN_FREE),
            serials: vec!["sda X".to_owned()],
        };
        assert!(judge_disk(&facts).codes().is_empty());
        facts.free = Some(MIN_FREE - 1);
        assert_eq!(judge_disk(&facts).codes(), ["disk-nearly-full"]);
        assert_eq!(
            judge_disk(&Disk::default()).codes(),
            ["free-space-unknown", "disk-serial-unknown"]
        );
    }

    #[test]
    fn a_stick_that_is_mounted_is_found() {
        let mounts = "/dev/sda2 / ext4 rw 0 0\n/dev/sdb1 /mnt vfat rw 0 0\n/dev/sdc1 /media/u/KEY exfat rw 0 0\n";
        let found = mounted(mounts, &["/dev/sdb".to_owned()]);
        assert_eq!(found, ["/dev/sdb1 /mnt", "/dev/sdc1 /media/u/KEY"]);
    }
}
