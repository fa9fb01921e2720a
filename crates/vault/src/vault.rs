//! Opening a vault, and what it offers.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::FlockOperation;

use crate::commit;
use crate::disk::{Disk, Hook, Publication, Step};
use crate::error::VaultError;
use crate::incoming::Incoming;
use crate::key::Key;

const OBJECTS: &str = "sha256";
const INCOMING: &str = "incoming";
const QUARANTINE: &str = "quarantine";
const LOCK: &str = "in-use";

/// A folder of originals. Cheap to share by reference between threads.
pub struct Vault {
    pub(crate) disk: Arc<Disk>,
    pub(crate) objects: PathBuf,
    pub(crate) incoming: PathBuf,
    pub(crate) quarantine: PathBuf,
    /// Shared lock on `incoming/`: while it is held no other process clears that folder.
    _in_use: File,
}

/// How an object came to stand under its key.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stored {
    /// It was not there before.
    New,
    /// The same bytes were already there, were read, and are used.
    Reused,
    /// Something else stood under the key, torn or decayed. It was moved aside and the right bytes took its place.
    Replaced {
        /// Where the wrong bytes are kept.
        quarantined: PathBuf,
    },
}

impl Vault {
    /// Opens the vault in `folder`, making what is missing.
    ///
    /// Tries whether a second creation of a name is refused, and clears what an interrupted session left in `incoming/`
    /// unless another process is at work in it.
    ///
    /// # Errors
    /// [`VaultError::NotCreateOnly`] when the store replaces files; else what the disk refused.
    pub fn open(folder: &Path) -> Result<Vault, VaultError> {
        Vault::prepare(folder, None)
    }

    /// As [`Vault::open`]; `hook` is asked around every effect on the disk.
    ///
    /// # Errors
    /// As [`Vault::open`], and what the hook reports.
    pub fn open_with(folder: &Path, hook: Arc<dyn Hook>) -> Result<Vault, VaultError> {
        Vault::prepare(folder, Some(hook))
    }

    fn prepare(folder: &Path, hook: Option<Arc<dyn Hook>>) -> Result<Vault, VaultError> {
        let root = std::path::absolute(folder)
            .map_err(|error| VaultError::disk(Step::Read, folder, &error))?;
        let disk = Arc::new(Disk::new(root.clone(), hook));
        let [objects, incoming, quarantine] =
            [OBJECTS, INCOMING, QUARANTINE].map(|name| root.join(name));
        for part in [&objects, &incoming, &quarantine] {
            disk.make_folder(part)?;
        }
        let in_use = occupy(&disk, &incoming)?;
        let vault = Vault {
            disk,
            objects,
            incoming,
            quarantine,
            _in_use: in_use,
        };
        vault.refuse_a_store_that_replaces()?;
        Ok(vault)
    }

    fn refuse_a_store_that_replaces(&self) -> Result<(), VaultError> {
        probe(self, |from, to| self.disk.publish(from, to))
    }

    /// An empty place for bytes of any size, written piece by piece.
    ///
    /// # Errors
    /// What the disk refused.
    pub fn writer(&self) -> Result<Incoming, VaultError> {
        Incoming::create(Arc::clone(&self.disk), &self.incoming)
    }

    /// A whole small content at once; holds no descriptor afterwards.
    ///
    /// # Errors
    /// What the disk refused; [`VaultError::NoSpace`] names the size.
    pub fn write_whole(&self, bytes: &[u8]) -> Result<Incoming, VaultError> {
        let mut incoming = self.writer()?;
        incoming.write(bytes)?;
        incoming.close();
        Ok(incoming)
    }

    /// Makes every incoming content an object, and returns only when all of them will survive a power cut.
    ///
    /// Each is read back from the medium and compared with its key first. On an error some objects of the batch may
    /// already stand whole under their keys; nothing refers to them, and offering the batch again is safe. The answer
    /// has one entry per item, in their order.
    ///
    /// # Errors
    /// [`VaultError::ReadBackDiffers`] when the bytes do not have the digest of their key; [`VaultError::NoSpace`]; else what
    /// the disk refused.
    pub fn commit_all(&self, items: Vec<(Incoming, Key)>) -> Result<Vec<Stored>, VaultError> {
        commit::commit_all(self, items)
    }

    /// [`Vault::commit_all`] for one content.
    ///
    /// # Errors
    /// As there.
    pub fn commit(&self, incoming: Incoming, key: Key) -> Result<Stored, VaultError> {
        let stored = self.commit_all(vec![(incoming, key)])?;
        stored.into_iter().next().ok_or(VaultError::Missing { key })
    }

    /// Bytes this user may still write here.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn free_bytes(&self) -> Result<u64, VaultError> {
        self.disk.free_bytes()
    }

    /// The folder this vault lives in.
    pub fn folder(&self) -> &Path {
        self.disk.root()
    }
}

/// Takes the shared lock; whoever gets it alone first sweeps the floor.
fn occupy(disk: &Disk, incoming: &Path) -> Result<File, VaultError> {
    let path = incoming.join(LOCK);
    let fail = |error: io::Error| VaultError::disk(Step::Read, &path, &error);
    let lock = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(fail)?;
    if rustix::fs::flock(&lock, FlockOperation::NonBlockingLockExclusive).is_ok() {
        clear_stale(disk, incoming)?;
    }
    rustix::fs::flock(&lock, FlockOperation::LockShared).map_err(|error| fail(error.into()))?;
    Ok(lock)
}

fn clear_stale(disk: &Disk, incoming: &Path) -> Result<(), VaultError> {
    let fail = |error: io::Error| VaultError::disk(Step::Read, incoming, &error);
    for entry in fs::read_dir(incoming).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        if entry.file_name() != LOCK {
            disk.remove_incoming(&entry.path())?;
        }
    }
    Ok(())
}

/// Creates one name twice by `publish`. Only a store that refuses the second creation can hold originals.
fn probe(
    vault: &Vault,
    publish: impl Fn(&Path, &Path) -> Result<Publication, VaultError>,
) -> Result<(), VaultError> {
    let first = vault.write_whole(b"first")?;
    let second = vault.write_whole(b"second")?;
    let mut name = first.path().as_os_str().to_owned();
    name.push("-probe");
    let name = PathBuf::from(name);

    let once = publish(first.path(), &name);
    let twice = publish(second.path(), &name);
    let kept = fs::read(&name);
    vault.disk.remove_incoming(&name)?;
    match (once, twice, kept) {
        (Ok(Publication::Done), Ok(Publication::NameTaken), Ok(kept)) if kept == b"first" => Ok(()),
        (Err(error @ VaultError::NoSpace { .. }), ..) => Err(error),
        _ => Err(VaultError::NotCreateOnly {
            folder: vault.folder().to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_that_replaces_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::open(folder.path()).unwrap();
        let lying = |from: &Path, to: &Path| {
            fs::rename(from, to).unwrap();
            Ok(Publication::Done)
        };
        let expected = VaultError::NotCreateOnly {
            folder: folder.path().to_owned(),
        };
        assert_eq!(probe(&vault, lying), Err(expected.clone()));

        // One that says it refused, and replaced all the same.
        let two_faced = |from: &Path, to: &Path| {
            let taken = to.exists();
            fs::rename(from, to).unwrap();
            Ok(if taken {
                Publication::NameTaken
            } else {
                Publication::Done
            })
        };
        assert_eq!(probe(&vault, two_faced), Err(expected));
    }
}
