//! Files read but not yet in the vault.

use std::ops::Range;

use fidem_fingerprint::{Fingerprint, of_many};
use fidem_vault::{Incoming, Key, Vault, VaultError};

use crate::finding::Refusal;
use crate::source::Reading;

/// Files in one batch, at most.
pub const BATCH_FILES: usize = 500;

/// Bytes in one batch, at most; a single larger file is a batch by itself.
pub const BATCH_BYTES: u64 = 64 << 20;

/// What is known of one file of the batch beside its content.
pub(crate) struct About {
    pub(crate) planned: usize,
    pub(crate) received_at: String,
    pub(crate) media_type: &'static str,
    /// Its size now, when size or time are not as planned.
    pub(crate) changed_since_planned: Option<u64>,
}

/// Where one file's bytes are.
pub(crate) enum Content {
    /// In the batch's memory.
    Held(Range<usize>),
    /// Already in the vault's incoming folder.
    Streamed {
        incoming: Incoming,
        fingerprint: Fingerprint,
        hashed_at: String,
    },
}

/// A file with its digests.
pub(crate) struct Fingerprinted {
    pub(crate) about: About,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) hashed_at: String,
}

#[derive(Default)]
pub(crate) struct Batch {
    /// The small contents one after another; used again for the next batch.
    memory: Vec<u8>,
    files: Vec<(About, Content)>,
    bytes: u64,
}

impl Batch {
    pub(crate) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Whether a further file of `size` bytes belongs into it.
    pub(crate) fn has_room_for(&self, size: u64) -> bool {
        self.is_empty()
            || (self.files.len() < BATCH_FILES && self.bytes.saturating_add(size) <= BATCH_BYTES)
    }

    pub(crate) fn push(&mut self, about: About, content: Content, size: u64) {
        self.bytes = self.bytes.saturating_add(size);
        self.files.push((about, content));
    }

    pub(crate) fn held(&self, range: &Range<usize>) -> &[u8] {
        &self.memory[range.clone()]
    }

    /// Reads all of a small file into memory.
    pub(crate) fn hold(&mut self, reading: Reading) -> Result<Range<usize>, Refusal> {
        let start = self.memory.len();
        match append_all(reading, &mut self.memory) {
            Ok(()) => Ok(start..self.memory.len()),
            Err(refusal) => {
                self.memory.truncate(start);
                Err(refusal)
            }
        }
    }

    /// Fingerprints what is in memory, makes everything durable in the vault, and is empty again. A content for which
    /// `is_new` says no is there already and is not written again.
    pub(crate) fn store(
        &mut self,
        vault: &Vault,
        clock: &mut dyn FnMut() -> String,
        is_new: &mut dyn FnMut(&About, &Fingerprint) -> bool,
    ) -> Result<Vec<Fingerprinted>, VaultError> {
        let mut held = self.fingerprint_held().into_iter();
        let hashed_together = clock();
        let mut objects = Vec::with_capacity(self.files.len());
        let mut done = Vec::with_capacity(self.files.len());
        for (about, content) in std::mem::take(&mut self.files) {
            let (fingerprint, hashed_at, incoming) = match content {
                Content::Streamed {
                    incoming,
                    fingerprint,
                    hashed_at,
                } => {
                    let new = is_new(&about, &fingerprint);
                    (fingerprint, hashed_at, new.then_some(incoming))
                }
                Content::Held(range) => {
                    let Some(fingerprint) = held.next() else {
                        break;
                    };
                    let new = is_new(&about, &fingerprint)
                        .then(|| vault.write_whole(&self.memory[range]));
                    (fingerprint, hashed_together.clone(), new.transpose()?)
                }
            };
            objects.extend(incoming.map(|incoming| (incoming, Key(fingerprint.sha256))));
            done.push(Fingerprinted {
                about,
                fingerprint,
                hashed_at,
            });
        }
        vault.commit_all(objects)?;
        self.memory.clear();
        self.bytes = 0;
        Ok(done)
    }

    /// Those in memory, in their order.
    fn fingerprint_held(&self) -> Vec<Fingerprint> {
        let held = self.files.iter().filter_map(|(_, content)| match content {
            Content::Held(range) => Some(self.held(range)),
            Content::Streamed { .. } => None,
        });
        of_many(&held.collect::<Vec<_>>())
    }
}

/// Appends everything the source has. On a refusal `memory` may have grown: the caller cuts it back.
fn append_all(mut reading: Reading, memory: &mut Vec<u8>) -> Result<(), Refusal> {
    let start = memory.len();
    // One byte more than it says it has, so that the end is seen and not assumed.
    let room = usize::try_from(reading.state().size)
        .unwrap_or(usize::MAX)
        .saturating_add(1);
    memory.resize(start.saturating_add(room), 0);
    let mut end = start;
    loop {
        let count = reading.next(&mut memory[end..])?.len();
        if count == 0 {
            break;
        }
        end += count;
    }
    memory.truncate(end);
    reading.finish()
}
