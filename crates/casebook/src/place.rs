//! Refusing folders that other machines can write to at the same time.
//!
//! SQLite's write-ahead log needs memory shared between its readers, and `flock` does not reach other machines
//! everywhere: on a network share a second computer could damage the casebook without anybody noticing.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::error::{CasebookError, Result};

/// Magic numbers of `statfs(2)` for file systems that live on another machine.
const SHARED: &[(u32, &str)] = &[
    (0x0000_6969, "NFS"),
    (0x0000_517B, "SMB"),
    (0xFF53_4D42, "CIFS"),
    (0xFE53_4D42, "SMB2"),
    (0x0102_1997, "9P"),
    (0x5346_414F, "AFS"),
    (0x6B41_4653, "AFS"),
    (0x7375_7245, "Coda"),
    (0x0000_564C, "NCP"),
    (0x00C3_6400, "Ceph"),
    (0x0116_1970, "GFS2"),
    (0x7461_636F, "OCFS2"),
    (0x0BD0_0BD0, "Lustre"),
    (0x1980_0202, "BeeGFS"),
    (0x4750_4653, "GPFS"),
    (0x786F_4256, "VirtualBox shared folder"),
    (0xBACB_ACBC, "VMware shared folder"),
];

/// FUSE says nothing by its number; the mount table names the driver.
const FUSE: u32 = 0x6573_5546;
const SHARED_FUSE: &[&str] = &[
    "sshfs",
    "s3fs",
    "rclone",
    "davfs",
    "davfs2",
    "glusterfs",
    "ceph",
    "ceph-fuse",
    "gcsfuse",
    "goofys",
    "smbnetfs",
    "gvfsd-fuse",
    "nfs",
    "nfs-ganesha",
    "curlftpfs",
    "afp",
    "moosefs",
    "mfs",
    "seaweedfs",
    "juicefs",
    "JuiceFS",
    "onedriver",
    "vmhgfs-fuse",
    "google-drive-ocamlfuse",
];

/// Accepts a folder of a local disk.
pub(crate) fn check_local(dir: &Path) -> Result<()> {
    let found = rustix::fs::statfs(dir).map_err(|errno| CasebookError::Io {
        path: dir.to_owned(),
        kind: errno.kind(),
    })?;
    // The kernel's word is 32 bits wide in meaning; its C type is signed on some machines.
    let magic = u32::try_from(i128::from(found.f_type) & 0xFFFF_FFFF).unwrap_or(0);
    let kind = match magic {
        FUSE => shared_fuse(dir),
        other => shared_magic(other).map(str::to_owned),
    };
    match kind {
        Some(kind) => Err(CasebookError::NetworkShare { kind }),
        None => Ok(()),
    }
}

fn shared_magic(magic: u32) -> Option<&'static str> {
    SHARED
        .iter()
        .find(|(number, _)| *number == magic)
        .map(|(_, name)| *name)
}

fn shared_fuse(dir: &Path) -> Option<String> {
    let device = fs::metadata(dir).ok()?.dev();
    let mounts = fs::read_to_string("/proc/self/mountinfo").ok()?;
    let (major, minor) = (rustix::fs::major(device), rustix::fs::minor(device));
    fuse_driver(&mounts, &format!("{major}:{minor}"))
        .filter(|driver| SHARED_FUSE.contains(driver))
        .map(|driver| format!("FUSE {driver}"))
}

/// The driver of a FUSE mount: `fuse.sshfs` → `sshfs` (proc_pid_mountinfo(5): the device is field 3, the type stands
/// after a lone hyphen).
fn fuse_driver<'a>(mounts: &'a str, device: &str) -> Option<&'a str> {
    mounts.lines().find_map(|line| {
        let (head, tail) = line.split_once(" - ")?;
        let of_device = head.split(' ').nth(2)? == device;
        let kind = tail.split(' ').next()?;
        of_device.then(|| kind.strip_prefix("fuse.")).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_named_and_disks_are_not() {
        assert_eq!(shared_magic(0x6969), Some("NFS"));
        assert_eq!(shared_magic(0xFF53_4D42), Some("CIFS"));
        assert_eq!(shared_magic(0xFE53_4D42), Some("SMB2"));
        for local in [
            0xEF53,
            0x9123_683E,
            0x5846_5342,
            0x0102_1994,
            0x794C_7630,
            FUSE,
        ] {
            assert_eq!(shared_magic(local), None, "{local:#x}");
        }
    }

    #[test]
    fn the_mount_table_tells_fuse_drivers_apart() {
        let mounts = "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n\
                      60 27 0:51 / /mnt/far\\040away rw shared:1 - fuse.sshfs user@host:/x rw\n\
                      61 27 0:52 / /mnt/usb rw - fuseblk /dev/sdb1 rw\n\
                      62 27 0:53 / /mnt/enc rw - fuse.gocryptfs /x rw\n";
        assert_eq!(fuse_driver(mounts, "0:51"), Some("sshfs"));
        assert_eq!(fuse_driver(mounts, "0:52"), None);
        assert_eq!(fuse_driver(mounts, "0:53"), Some("gocryptfs"));
        assert!(!SHARED_FUSE.contains(&"gocryptfs"));
    }

    #[test]
    fn a_temporary_folder_is_local() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(check_local(dir.path()), Ok(()));
    }
}
