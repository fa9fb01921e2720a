//! Every effect on the disk, in one place.
//!
//! The order of a commit, with the calls it makes (see `commit.rs`, which is the only caller):
//!
//! ```text
//!   1  open(incoming/x, O_CREAT|O_EXCL, 0444), write…, close       nothing refers to the bytes yet
//!   2  few files: fsync(each)       many: one syncfs(vault)        the bytes are on the medium
//!   3  posix_fadvise(DONTNEED), read, SHA-256                      … and are the right bytes
//!   4  mkdir(sha256/ab), mkdir(sha256/ab/cd) where missing
//!   5  renameat2(incoming/x, sha256/ab/cd/<hex>, RENAME_NOREPLACE) appears whole, or is refused
//!      where the file system has no such rename: link, then unlink(incoming/x)
//!   6  few files: fsync(cd), fsync(ab), fsync(sha256)              the name is on the medium
//!      many: one syncfs(vault)
//! ```
//!
//! A power cut before 2 leaves a file in `incoming/`, which the next start clears. A cut between 5 and 6 leaves
//! either no object or a whole one that nothing refers to. Since Linux 5.8 `syncfs` reports the write errors of
//! the files it covers, so a medium that fails at 2 is seen at 2.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{CWD, RenameFlags};
use rustix::io::Errno;

use crate::error::VaultError;

/// One kind of effect on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Step {
    /// An empty file in `incoming/`.
    CreateIncoming,
    /// Bytes into a file in `incoming/`.
    WriteIncoming,
    /// The bytes of incoming files onto the medium.
    SyncContents,
    /// A missing folder.
    MakeFolder,
    /// The create-only move of an incoming file to its key.
    Publish,
    /// The move of a wrong object out of its key.
    Quarantine,
    /// The names of published objects onto the medium.
    SyncNames,
    /// An incoming file that is not wanted any more.
    RemoveIncoming,
    /// Any look at the disk that changes nothing; hooks are not asked.
    Read,
}

/// Whether a [`Hook`] is asked before an effect or after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Moment {
    /// The effect has not happened. An error prevents it.
    Before,
    /// The effect has happened. An error is reported in its place, as by a disk that loses its answer.
    After,
}

/// Is asked around every effect on the disk; an error takes the place of the system's answer.
pub trait Hook: Send + Sync {
    /// `path` is the file or folder the effect is about.
    ///
    /// # Errors
    /// Whatever failure is to be reported.
    fn at(&self, moment: Moment, step: Step, path: &Path) -> io::Result<()>;
}

struct Unhindered;

impl Hook for Unhindered {
    fn at(&self, _: Moment, _: Step, _: &Path) -> io::Result<()> {
        Ok(())
    }
}

pub(crate) struct Disk {
    root: PathBuf,
    hook: Arc<dyn Hook>,
}

/// What became of an attempt to publish.
pub(crate) enum Publication {
    Done,
    NameTaken,
}

impl Disk {
    pub(crate) fn new(root: PathBuf, hook: Option<Arc<dyn Hook>>) -> Self {
        Disk {
            root,
            hook: hook.unwrap_or_else(|| Arc::new(Unhindered)),
        }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Read-only from birth; a stricter mask of the process is respected.
    pub(crate) fn create_incoming(&self, path: &Path) -> Result<Option<File>, VaultError> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).mode(0o444);
        let opened = self.effect(Step::CreateIncoming, path, || match options.open(path) {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(None),
            Err(error) => Err(error),
        });
        opened.map_err(|error| self.explain(Step::CreateIncoming, path, None, &error))
    }

    pub(crate) fn write(
        &self,
        file: &mut File,
        path: &Path,
        bytes: &[u8],
    ) -> Result<(), VaultError> {
        self.effect(Step::WriteIncoming, path, || file.write_all(bytes))
            .map_err(|error| {
                self.explain(
                    Step::WriteIncoming,
                    path,
                    u64::try_from(bytes.len()).ok(),
                    &error,
                )
            })
    }

    /// One file or folder onto the medium.
    pub(crate) fn sync_one(&self, step: Step, path: &Path) -> Result<(), VaultError> {
        self.run(step, path, || File::open(path)?.sync_all())
    }

    /// Everything on the vault's file system onto the medium: far cheaper than one call a file when there are many.
    pub(crate) fn sync_everything(&self, step: Step) -> Result<(), VaultError> {
        self.run(step, &self.root, || {
            Ok(rustix::fs::syncfs(File::open(&self.root)?)?)
        })
    }

    /// The folder and those above it that are missing. Private: originals are nobody else's business.
    pub(crate) fn make_folder(&self, path: &Path) -> Result<(), VaultError> {
        if path.is_dir() {
            return Ok(());
        }
        self.run(Step::MakeFolder, path, || {
            fs::DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(path)
        })
    }

    pub(crate) fn publish(&self, from: &Path, to: &Path) -> Result<Publication, VaultError> {
        let moved = self.effect(Step::Publish, to, || match move_create_only(from, to) {
            Ok(()) => Ok(Publication::Done),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Ok(Publication::NameTaken)
            }
            Err(error) => Err(error),
        });
        moved.map_err(|error| self.explain(Step::Publish, to, None, &error))
    }

    /// Moves a wrong object aside under a name that is free.
    pub(crate) fn quarantine(&self, object: &Path, to: &Path) -> Result<Publication, VaultError> {
        let moved = self.effect(Step::Quarantine, object, || {
            match move_create_only(object, to) {
                Ok(()) => Ok(Publication::Done),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    Ok(Publication::NameTaken)
                }
                Err(error) => Err(error),
            }
        });
        moved.map_err(|error| self.explain(Step::Quarantine, object, None, &error))
    }

    pub(crate) fn remove_incoming(&self, path: &Path) -> Result<(), VaultError> {
        self.run(Step::RemoveIncoming, path, || match fs::remove_file(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        })
    }

    /// Bytes this user may still write.
    pub(crate) fn free_bytes(&self) -> Result<u64, VaultError> {
        let state = rustix::fs::statvfs(&self.root)
            .map_err(|error| VaultError::disk(Step::Read, &self.root, &error.into()))?;
        Ok(state.f_bavail.saturating_mul(state.f_frsize))
    }

    fn run(
        &self,
        step: Step,
        path: &Path,
        act: impl FnOnce() -> io::Result<()>,
    ) -> Result<(), VaultError> {
        self.effect(step, path, act)
            .map_err(|error| self.explain(step, path, None, &error))
    }

    fn effect<T>(
        &self,
        step: Step,
        path: &Path,
        act: impl FnOnce() -> io::Result<T>,
    ) -> io::Result<T> {
        self.hook.at(Moment::Before, step, path)?;
        let done = act()?;
        self.hook.at(Moment::After, step, path)?;
        Ok(done)
    }

    fn explain(
        &self,
        step: Step,
        path: &Path,
        needed: Option<u64>,
        error: &io::Error,
    ) -> VaultError {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => VaultError::NoSpace {
                needed,
                free: self.free_bytes().ok(),
            },
            _ => VaultError::disk(step, path, error),
        }
    }
}

/// A move that refuses to replace, by whichever call the file system has.
fn move_create_only(from: &Path, to: &Path) -> io::Result<()> {
    match rustix::fs::renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {
            fs::hard_link(from, to)?;
            fs::remove_file(from)
        }
        answer => Ok(answer?),
    }
}
