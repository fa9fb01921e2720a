//! Reading planned files into the vault, batch by batch.
//!
//! A batch is read; its small contents are fingerprinted together; everything goes into the vault and is durable there; then
//! its records go to the sink. What the sink has accepted stays, whatever happens after.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use fidem_fingerprint::Hasher;
use fidem_vault::{Vault, VaultError};
use thiserror::Error;

use crate::batch::{About, Batch, Content, Fingerprinted};
use crate::finding::{Note, Refusal, Refused};
use crate::media::media_type;
use crate::name;
use crate::plan::{Plan, Planned};
use crate::source::{FileSystem, Reading, Shelf};

/// Up to this size a file is held in memory and fingerprinted together with others, which is many times faster.
const SMALL: u64 = 8 << 20;

/// Larger files are read in blocks of this many bytes.
const BLOCK: usize = 1 << 20;

/// A file that is durably in the vault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Its position in [`Plan::files`].
    pub planned: usize,
    /// Its name as an item.
    pub name: String,
    /// Where it was found, as a person reads it.
    pub original_path: String,
    /// The name's bytes in hexadecimal, when they are no Unicode.
    pub name_bytes_hex: Option<String>,
    /// Media type by content; a statement about form, not about truth.
    pub media_type: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of the bytes: also their key in the vault.
    pub sha256: [u8; 32],
    /// SM3 of the same bytes.
    pub sm3: [u8; 32],
    /// When reading began, RFC 3339, by the clock given.
    pub received_at: String,
    /// When the digests existed.
    pub hashed_at: String,
    /// Remarks.
    pub notes: Vec<Note>,
}

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress<'a> {
    /// Files read or refused.
    pub files_done: usize,
    /// Files planned.
    pub files_total: usize,
    /// Bytes of those, by the plan, and of the one being read.
    pub bytes_done: u64,
    /// Bytes planned.
    pub bytes_total: u64,
    /// The name of the file at hand; empty at the very end.
    pub current: &'a str,
}

/// How it ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Files the sink accepted.
    pub taken: usize,
    /// Files that turned out not to be fit, beside those refused by the plan.
    pub refused: Vec<Refused>,
    /// The person stopped it; what the sink had accepted by then stays.
    pub cancelled: bool,
}

/// It could not go on. What the sink had accepted by then stays.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum IntakeError<E> {
    /// The files planned do not fit. Nothing was read.
    #[error("{needed} bytes are needed, {free} are free")]
    NoSpace {
        /// Bytes needed on the vault's disk.
        needed: u64,
        /// Bytes free there.
        free: u64,
    },
    /// The vault refused.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The caller's sink refused.
    #[error("the records were not accepted")]
    Sink(E),
}

impl<E> IntakeError<E> {
    /// A stable code by which a screen finds its sentence.
    pub fn code(&self) -> &'static str {
        match self {
            IntakeError::NoSpace { .. } => "no-space",
            IntakeError::Vault(error) => error.code(),
            IntakeError::Sink(_) => "records-not-accepted",
        }
    }
}

/// Takes the planned files in.
///
/// `clock` gives the present as RFC 3339 UTC. `progress` is told before every file and every block of a large one, and may
/// stop the work. `sink` gets the records of each batch after its bytes are durable in the vault.
///
/// # Errors
/// [`IntakeError::NoSpace`] before anything is read; later the vault's or the sink's refusal. A file that cannot be
/// taken is no error: it is in [`Outcome::refused`].
pub fn take_in<E>(
    plan: &Plan,
    vault: &Vault,
    clock: &mut dyn FnMut() -> String,
    progress: &mut dyn FnMut(Progress<'_>) -> ControlFlow<()>,
    sink: &mut dyn FnMut(Vec<Taken>) -> Result<(), E>,
) -> Result<Outcome, IntakeError<E>> {
    take_from(&FileSystem, plan, vault, clock, progress, sink)
}

pub(crate) fn take_from<E>(
    shelf: &dyn Shelf,
    plan: &Plan,
    vault: &Vault,
    clock: &mut dyn FnMut() -> String,
    progress: &mut dyn FnMut(Progress<'_>) -> ControlFlow<()>,
    sink: &mut dyn FnMut(Vec<Taken>) -> Result<(), E>,
) -> Result<Outcome, IntakeError<E>> {
    let (needed, free) = (space_needed(plan), vault.free_bytes()?);
    if needed > free {
        return Err(IntakeError::NoSpace { needed, free });
    }
    let mut desk = Desk {
        shelf,
        plan,
        vault,
        clock,
        progress,
        sink,
        batch: Batch::default(),
        files_done: 0,
        bytes_done: 0,
        first: BTreeMap::new(),
        outcome: Outcome::default(),
    };
    desk.outcome.cancelled = desk.work()?.is_break();
    Ok(desk.outcome)
}

/// Whole blocks of 4 KiB, as file systems count, and one more for each file's place in a folder.
fn space_needed(plan: &Plan) -> u64 {
    const BLOCK: u64 = 4096;
    let of_one = |file: &Planned| {
        file.size
            .div_ceil(BLOCK)
            .saturating_add(1)
            .saturating_mul(BLOCK)
    };
    plan.files.iter().map(of_one).fold(0, u64::saturating_add)
}

struct Desk<'a, E> {
    shelf: &'a dyn Shelf,
    plan: &'a Plan,
    vault: &'a Vault,
    clock: &'a mut dyn FnMut() -> String,
    progress: &'a mut dyn FnMut(Progress<'_>) -> ControlFlow<()>,
    sink: &'a mut dyn FnMut(Vec<Taken>) -> Result<(), E>,
    batch: Batch,
    files_done: usize,
    bytes_done: u64,
    /// Contents this intake has brought into the vault, with the first item that had them.
    first: BTreeMap<[u8; 32], usize>,
    outcome: Outcome,
}

/// Why one file did not come in.
enum Halt {
    Refused(Refusal),
    Vault(VaultError),
    Cancelled,
}

impl From<Refusal> for Halt {
    fn from(refusal: Refusal) -> Self {
        Halt::Refused(refusal)
    }
}

impl From<VaultError> for Halt {
    fn from(error: VaultError) -> Self {
        Halt::Vault(error)
    }
}

impl<E> Desk<'_, E> {
    fn work(&mut self) -> Result<ControlFlow<()>, IntakeError<E>> {
        for (planned, file) in self.plan.files.iter().enumerate() {
            if self.tell(&file.name, 0).is_break() {
                return Ok(ControlFlow::Break(()));
            }
            if !self.batch.has_room_for(file.size) {
                self.hand_over()?;
            }
            match self.read(planned, file) {
                Ok(()) => {}
                Err(Halt::Refused(refusal)) => {
                    self.outcome
                        .refused
                        .push(refusal.of(name::readable_path(&file.path)));
                }
                Err(Halt::Vault(error)) => return Err(error.into()),
                Err(Halt::Cancelled) => return Ok(ControlFlow::Break(())),
            }
            self.files_done += 1;
            self.bytes_done = self.bytes_done.saturating_add(file.size);
        }
        self.hand_over()?;
        // Whoever stops now is too late: everything is in.
        let _ = self.tell("", 0);
        Ok(ControlFlow::Continue(()))
    }

    fn tell(&mut self, current: &str, within: u64) -> ControlFlow<()> {
        (self.progress)(Progress {
            files_done: self.files_done,
            files_total: self.plan.files.len(),
            bytes_done: self
                .bytes_done
                .saturating_add(within)
                .min(self.plan.total_bytes),
            bytes_total: self.plan.total_bytes,
            current,
        })
    }

    fn read(&mut self, planned: usize, file: &Planned) -> Result<(), Halt> {
        let received_at = (self.clock)();
        let reading = Reading::of(self.shelf.open(&file.path)?);
        let state = reading.state();
        let (media_type, content) = if state.size <= SMALL {
            let range = self.batch.hold(reading)?;
            (
                media_type(self.batch.held(&range), &file.name),
                Content::Held(range),
            )
        } else {
            self.stream(reading, file)?
        };
        let as_planned = state.size == file.size && state.modified == file.modified;
        let changed_since_planned = (!as_planned).then_some(state.size);
        let about = About {
            planned,
            received_at,
            media_type,
            changed_since_planned,
        };
        self.batch.push(about, content, state.size);
        Ok(())
    }

    /// A large file, block by block, into both digests and the vault's incoming folder.
    fn stream(
        &mut self,
        mut reading: Reading,
        file: &Planned,
    ) -> Result<(&'static str, Content), Halt> {
        let mut incoming = self.vault.writer()?;
        let mut hasher = Hasher::new();
        let mut kind = None;
        let mut buffer = vec![0; BLOCK];
        loop {
            let block = reading.next(&mut buffer)?;
            if block.is_empty() {
                break;
            }
            kind.get_or_insert_with(|| media_type(block, &file.name));
            hasher.update(block);
            incoming.write(block)?;
            if self.tell(&file.name, incoming.position()).is_break() {
                return Err(Halt::Cancelled);
            }
        }
        reading.finish()?;
        let fingerprint = hasher.finish();
        let hashed_at = (self.clock)();
        let kind = kind.unwrap_or_else(|| media_type(&[], &file.name));
        Ok((
            kind,
            Content::Streamed {
                incoming,
                fingerprint,
                hashed_at,
            },
        ))
    }

    /// The batch into the vault, then its records to the sink.
    fn hand_over(&mut self) -> Result<(), IntakeError<E>> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let first = &mut self.first;
        let stored = self
            .batch
            .store(self.vault, self.clock, &mut |about, fingerprint| {
                *first.entry(fingerprint.sha256).or_insert(about.planned) == about.planned
            })?;
        let count = stored.len();
        let records = stored.into_iter().map(|file| self.record(file)).collect();
        (self.sink)(records).map_err(IntakeError::Sink)?;
        self.outcome.taken += count;
        Ok(())
    }

    fn record(&self, stored: Fingerprinted) -> Taken {
        let Fingerprinted {
            about,
            fingerprint,
            hashed_at,
        } = stored;
        let file = &self.plan.files[about.planned];
        let mut notes = file.notes.clone();
        if let Some(size) = about.changed_since_planned {
            let note =
                Note::new("changed-since-planned", &file.name).with("size", size.to_string());
            notes.push(note.with("size_planned", file.size.to_string()));
        }
        if let Some(first) = self
            .first
            .get(&fingerprint.sha256)
            .filter(|first| **first != about.planned)
        {
            notes.push(
                Note::new("same-content", &file.name).with("first", &self.plan.files[*first].name),
            );
        }
        Taken {
            planned: about.planned,
            name: file.name.clone(),
            original_path: name::readable_path(&file.path),
            name_bytes_hex: file.name_bytes_hex.clone(),
            media_type: about.media_type.to_owned(),
            size: fingerprint.size,
            sha256: fingerprint.sha256,
            sm3: fingerprint.sm3,
            received_at: about.received_at,
            hashed_at,
            notes,
        }
    }
}

#[cfg(test)]
#[path = "take_tests.rs"]
mod tests;
