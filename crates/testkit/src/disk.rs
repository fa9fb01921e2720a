//! A disk that is soon full.

use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A file system of a few kilobytes, in memory, unmounted when the value is dropped.
#[derive(Debug)]
pub struct SmallDisk {
    folder: TempDir,
}

impl SmallDisk {
    /// Mounts one of about `bytes` (rounded up to pages by the system). `None` when this process may
    /// not mount, or on a system without tmpfs.
    pub fn new(bytes: u64) -> Option<Self> {
        let folder = tempfile::tempdir().ok()?;
        let size = format!("size={bytes},mode=0700");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "fidem-small-disk"])
            .arg(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
        mounted.then_some(Self { folder })
    }

    /// Octets that are free on it, as `df` says; none where that cannot be read.
    pub fn free(&self) -> Option<u64> {
        let said = Command::new("df")
            .args(["--output=avail", "-B1"])
            .arg(self.folder.path())
            .output()
            .ok()?;
        let text = String::from_utf8_lossy(&said.stdout).into_owned();
        text.lines().last()?.trim().parse().ok()
    }

    /// Where it is mounted.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // lazily, so that a file that a failed test left open does not keep it for ever
        let _ = Command::new("umount")
            .arg("--lazy")
            .arg(self.folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
    }
}
