//! Where the browser lives for one capture: a folder of its own, in memory where the system offers that, which goes away
//! with the capture. Profile, cookies and downloads never reach a disk then; where they do, that is a deviation.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::CaptureError;

/// The folder, and the user who owns it.
pub(crate) struct Workplace {
    dir: TempDir,
    /// Whether it lies in memory.
    pub in_memory: bool,
    /// The user the browser runs as, where that is not the one running us.
    pub user: Option<User>,
    /// When it was made, empty: Unix milliseconds.
    pub made: i64,
}

/// An unprivileged user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct User {
    pub uid: u32,
    pub gid: u32,
}

/// `nobody` and `nogroup` of Debian and its kin. A browser started by root would run without its sandbox.
const NOBODY: User = User {
    uid: 65534,
    gid: 65534,
};

impl Workplace {
    /// Makes the folder.
    ///
    /// # Errors
    /// [`CaptureError::Io`].
    pub fn make() -> Result<Self, CaptureError> {
        let (base, in_memory) = base();
        let made = time::OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000;
        let dir = tempfile::Builder::new()
            .prefix("fidem-capture-")
            .tempdir_in(&base)
            .map_err(|e| CaptureError::io(&base, &e))?;
        let user = privileged().then_some(NOBODY);
        let place = Self {
            dir,
            in_memory,
            user,
            made: i64::try_from(made).unwrap_or_default(),
        };
        place.give(place.path())?;
        for folder in ["profile", "home", "downloads"] {
            place.folder(folder)?;
        }
        Ok(place)
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    pub fn profile(&self) -> PathBuf {
        self.path().join("profile")
    }

    pub fn home(&self) -> PathBuf {
        self.path().join("home")
    }

    pub fn downloads(&self) -> PathBuf {
        self.path().join("downloads")
    }

    fn folder(&self, name: &str) -> Result<(), CaptureError> {
        let path = self.path().join(name);
        std::fs::create_dir(&path).map_err(|e| CaptureError::io(&path, &e))?;
        self.give(&path)
    }

    /// Hands a file to the user the browser runs as.
    #[cfg(unix)]
    pub fn give(&self, path: &Path) -> Result<(), CaptureError> {
        let Some(User { uid, gid }) = self.user else {
            return Ok(());
        };
        std::os::unix::fs::chown(path, Some(uid), Some(gid)).map_err(|e| CaptureError::io(path, &e))
    }

    #[cfg(not(unix))]
    pub fn give(&self, _: &Path) -> Result<(), CaptureError> {
        Ok(())
    }
}

#[cfg(unix)]
fn privileged() -> bool {
    rustix::process::geteuid().is_root()
}

#[cfg(not(unix))]
fn privileged() -> bool {
    false
}

/// A folder in memory, or the system's temporary one.
#[cfg(target_os = "linux")]
fn base() -> (PathBuf, bool) {
    let own = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    let shared = Path::new("/dev/shm");
    // The runtime folder of a login is small on some systems, and closed to the user a privileged run hands over to.
    [Some(shared.to_owned()), own]
        .into_iter()
        .flatten()
        .find(|p| lies_in_memory(p))
        .map_or_else(|| (std::env::temp_dir(), false), |p| (p, true))
}

#[cfg(target_os = "linux")]
fn lies_in_memory(path: &Path) -> bool {
    const TMPFS: u64 = 0x0102_1994;
    let kind = rustix::fs::statfs(path).map(|s| u64::try_from(s.f_type).unwrap_or_default());
    kind == Ok(TMPFS) && tempfile::tempfile_in(path).is_ok()
}

#[cfg(not(target_os = "linux"))]
fn base() -> (PathBuf, bool) {
    (std::env::temp_dir(), false)
}
