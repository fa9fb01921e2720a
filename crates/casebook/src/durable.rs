//! Replacing a small file so that a crash leaves the old one or the new one, never a mixture.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::error::{CasebookError, Result};

/// Readable by its owner only: wrapped keys and ciphertext are nobody else's business either.
const MODE: u32 = 0o600;

/// Replaces `dir/name` by `bytes`: write a neighbour, sync it, rename it over the old one, sync the folder.
///
/// The caller holds the office's lock, so that one fixed neighbour name is enough; one left by a crash is overwritten.
pub(crate) fn replace(dir: &Path, name: &str, bytes: &[u8]) -> Result<()> {
    let neighbour = dir.join(format!(".{name}.new"));
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(MODE)
        .open(&neighbour)
        .map_err(CasebookError::io(&neighbour))?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .map_err(CasebookError::io(&neighbour))?;
    let target = dir.join(name);
    fs::rename(&neighbour, &target).map_err(CasebookError::io(&target))?;
    sync_folder(dir)
}

/// Creates `path` empty and private; fails when it exists.
pub(crate) fn create_private(path: &Path) -> Result<()> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(MODE)
        .open(path)
        .map(drop)
        .map_err(CasebookError::io(path))
}

/// Makes the names in a folder durable.
pub(crate) fn sync_folder(dir: &Path) -> Result<()> {
    File::open(dir)
        .and_then(|folder| folder.sync_all())
        .map_err(CasebookError::io(dir))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_neighbour_left_by_a_crash_is_no_obstacle() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(".k.new"), b"half of someth").unwrap();
        replace(dir.path(), "k", b"one").unwrap();
        replace(dir.path(), "k", b"two").unwrap();
        assert_eq!(fs::read(dir.path().join("k")).unwrap(), b"two");
        assert!(!dir.path().join(".k.new").exists());
        let mode = fs::metadata(dir.path().join("k"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_failing_replacement_leaves_the_old_file() {
        let dir = tempfile::tempdir().unwrap();
        replace(dir.path(), "k", b"old").unwrap();
        // A folder in the neighbour's place: the new bytes cannot be written at all.
        fs::create_dir(dir.path().join(".k.new")).unwrap();
        assert!(replace(dir.path(), "k", b"new").is_err());
        assert_eq!(fs::read(dir.path().join("k")).unwrap(), b"old");
    }
}
