//! From incoming bytes to objects. The order of the calls and its reasons: `disk.rs`.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;

use crate::disk::{Publication, Step};
use crate::error::VaultError;
use crate::incoming::Incoming;
use crate::key::Key;
use crate::read;
use crate::vault::{Stored, Vault};

/// Up to this many files are synced one by one; beyond it one call for the whole file system is cheaper, though it
/// also waits for what other programs wrote there.
const FEW: usize = 4;

/// Copies read back at the same time.
const READERS: usize = 8;

pub(crate) fn commit_all(
    vault: &Vault,
    mut items: Vec<(Incoming, Key)>,
) -> Result<Vec<Stored>, VaultError> {
    if items.is_empty() {
        return Ok(Vec::new());
    }
    items.iter_mut().for_each(|(incoming, _)| incoming.close());
    sync_contents(vault, &items)?;
    read_all_back(&items)?;
    let few = items.len() <= FEW;
    let mut batch = Batch {
        vault,
        done: BTreeMap::new(),
        folders: BTreeSet::new(),
    };
    let mut stored = Vec::with_capacity(items.len());
    for (incoming, key) in items {
        stored.push(batch.place(incoming, key)?);
    }
    batch.sync_names(few)?;
    Ok(stored)
}

fn sync_contents(vault: &Vault, items: &[(Incoming, Key)]) -> Result<(), VaultError> {
    if items.len() > FEW {
        return vault.disk.sync_everything(Step::SyncContents);
    }
    items
        .iter()
        .try_for_each(|(incoming, _)| vault.disk.sync_one(Step::SyncContents, incoming.path()))
}

/// A small file read from the medium costs a wait and hardly any work, so several are waited for at once.
fn read_all_back(items: &[(Incoming, Key)]) -> Result<(), VaultError> {
    let share = items.len().div_ceil(READERS).max(FEW);
    thread::scope(|scope| {
        let mut shares = items.chunks(share);
        let own = shares.next().unwrap_or_default();
        let start = |share| {
            let reader = thread::Builder::new().spawn_scoped(scope, move || read_share_back(share));
            reader.map_err(|_| share)
        };
        let others: Vec<_> = shares.map(start).collect();
        let mut verdict = read_share_back(own);
        for other in others {
            verdict = verdict.and(match other {
                // A reader that did not come back has confirmed nothing; nor has one that never started.
                Ok(reader) => reader.join().unwrap_or(Err(VaultError::Cancelled)),
                Err(share) => read_share_back(share),
            });
        }
        verdict
    })
}

fn read_share_back(share: &[(Incoming, Key)]) -> Result<(), VaultError> {
    share
        .iter()
        .try_for_each(|(incoming, key)| read_back(incoming, *key))
}

/// What counts is what the medium holds, not what was handed to it.
fn read_back(incoming: &Incoming, key: Key) -> Result<(), VaultError> {
    let (size, found) = read::digest_from_medium(incoming.path())?;
    if found == key && size == incoming.position() {
        Ok(())
    } else {
        Err(VaultError::ReadBackDiffers { key, found })
    }
}

struct Batch<'v> {
    vault: &'v Vault,
    /// Keys this batch has settled: a second item of the same content needs no second look.
    done: BTreeMap<Key, u64>,
    folders: BTreeSet<PathBuf>,
}

impl Batch<'_> {
    fn place(&mut self, incoming: Incoming, key: Key) -> Result<Stored, VaultError> {
        let size = incoming.position();
        if self.done.contains_key(&key) {
            return Ok(Stored::Reused);
        }
        let to = self.vault.objects.join(key.place());
        let stored = match self.publish(&incoming, &to)? {
            Publication::Done => Stored::New,
            Publication::NameTaken if read::is_intact(&to, key, size)? => {
                // Whoever put it there may not have come as far as syncing its name.
                self.remember_folders(&to);
                self.done.insert(key, size);
                return Ok(Stored::Reused);
            }
            Publication::NameTaken => self.replace(&incoming, &to, key)?,
        };
        incoming.published();
        self.remember_folders(&to);
        self.done.insert(key, size);
        Ok(stored)
    }

    /// Folders are made only when the move says that they are missing: most exist already.
    fn publish(&self, incoming: &Incoming, to: &Path) -> Result<Publication, VaultError> {
        let disk = &self.vault.disk;
        match disk.publish(incoming.path(), to) {
            Err(VaultError::Disk { failure, .. }) if failure.kind == io::ErrorKind::NotFound => {
                if let Some(folder) = to.parent() {
                    disk.make_folder(folder)?;
                }
                disk.publish(incoming.path(), to)
            }
            answer => answer,
        }
    }

    /// The wrong bytes are set aside, not destroyed: they may say something about the disk.
    fn replace(&self, incoming: &Incoming, to: &Path, key: Key) -> Result<Stored, VaultError> {
        let disk = &self.vault.disk;
        let quarantined = self.set_aside(to, key)?;
        disk.sync_one(Step::SyncNames, &self.vault.quarantine)?;
        match disk.publish(incoming.path(), to)? {
            Publication::Done => Ok(Stored::Replaced { quarantined }),
            // Another process repaired it in between; the next attempt finds its object.
            Publication::NameTaken => Err(VaultError::Stranger {
                path: to.to_owned(),
            }),
        }
    }

    fn set_aside(&self, object: &Path, key: Key) -> Result<PathBuf, VaultError> {
        let mut number = 0_u64;
        loop {
            let to = self.vault.quarantine.join(format!("{key}-{number}"));
            match self.vault.disk.quarantine(object, &to)? {
                Publication::Done => return Ok(to),
                Publication::NameTaken => number += 1,
            }
        }
    }

    fn remember_folders(&mut self, object: &Path) {
        // `cd`, `ab` and `sha256`: a folder that was just made is itself a name in the one above.
        let above = object.ancestors().skip(1).take(3);
        self.folders.extend(above.map(Path::to_owned));
    }

    fn sync_names(&self, few: bool) -> Result<(), VaultError> {
        let disk = &self.vault.disk;
        if !few {
            return disk.sync_everything(Step::SyncNames);
        }
        // Deepest first, so that a name never points at a folder whose content is not yet there.
        self.folders
            .iter()
            .rev()
            .try_for_each(|folder| disk.sync_one(Step::SyncNames, folder))
    }
}
