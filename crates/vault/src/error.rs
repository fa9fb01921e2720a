//! What can go wrong in a vault.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::disk::Step;
use crate::key::Key;

/// The operating system's word on a failed call: comparable, unlike [`io::Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OsFailure {
    /// The portable kind.
    pub kind: io::ErrorKind,
    /// The system's error number, where there was one.
    pub number: Option<i32>,
}

impl From<&io::Error> for OsFailure {
    fn from(error: &io::Error) -> Self {
        OsFailure {
            kind: error.kind(),
            number: error.raw_os_error(),
        }
    }
}

/// A vault did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum VaultError {
    /// The disk, or the quota of this user, is full. Nothing was half-published.
    #[error("no space left: needed {needed:?} bytes, free {free:?}")]
    NoSpace {
        /// Bytes of the write that did not fit, where known.
        needed: Option<u64>,
        /// Bytes free for this user at that moment, where known.
        free: Option<u64>,
    },
    /// The store let a second creation of one name pass: originals would not be safe in it.
    #[error("{} replaces a file that already exists, or cannot create without replacing", folder.display())]
    NotCreateOnly {
        /// The folder tried.
        folder: PathBuf,
    },
    /// No object stands under this key.
    #[error("no object {key}")]
    Missing {
        /// The key asked for.
        key: Key,
    },
    /// The object's bytes no longer have the digest that is its name.
    #[error("object {key} now has SHA-256 {found}")]
    Altered {
        /// The object's name.
        key: Key,
        /// The SHA-256 of the bytes now there.
        found: Key,
    },
    /// What came back from the medium is not what was to be stored.
    #[error("the copy read back from the medium has SHA-256 {found}, not {key}")]
    ReadBackDiffers {
        /// The digest the bytes should have.
        key: Key,
        /// The digest of the bytes read back.
        found: Key,
    },
    /// The object is larger than the caller was prepared to hold in memory.
    #[error("object {key} has {size} bytes, more than {limit}")]
    TooLarge {
        /// The object's name.
        key: Key,
        /// Its size in bytes.
        size: u64,
        /// The caller's limit in bytes.
        limit: u64,
    },
    /// Something stands among the objects that no vault put there.
    #[error("{} is not an object", path.display())]
    Stranger {
        /// Where it stands.
        path: PathBuf,
    },
    /// The caller asked to stop.
    #[error("cancelled")]
    Cancelled,
    /// A call to the disk failed for another reason.
    #[error("{step:?} {}: {}", path.display(), failure.kind)]
    Disk {
        /// What was being done.
        step: Step,
        /// To which file or folder.
        path: PathBuf,
        /// What the system said.
        failure: OsFailure,
    },
}

impl VaultError {
    /// A stable code by which a screen finds its sentence.
    pub fn code(&self) -> &'static str {
        match self {
            VaultError::NoSpace { .. } => "no-space",
            VaultError::NotCreateOnly { .. } => "vault-not-create-only",
            VaultError::Missing { .. } => "object-missing",
            VaultError::Altered { .. } => "object-altered",
            VaultError::ReadBackDiffers { .. } => "read-back-differs",
            VaultError::TooLarge { .. } => "object-too-large",
            VaultError::Stranger { .. } => "not-an-object",
            VaultError::Cancelled => "cancelled",
            VaultError::Disk { .. } => "vault-disk",
        }
    }

    pub(crate) fn disk(step: Step, path: &Path, error: &io::Error) -> Self {
        VaultError::Disk {
            step,
            path: path.to_owned(),
            failure: OsFailure::from(error),
        }
    }
}
