//! Witnesses of logs (`c2sp.org/tlog-witness`): what a log asks, and what a witness may sign.
//!
//! A witness signs a checkpoint only after it has seen that the log kept everything it had when the witness signed last. Two
//! witnesses that signed different roots of one size prove a split view.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fidem_fingerprint::tree;

use crate::checkpoint::decimal;
use crate::{Checkpoint, CheckpointError, LogKey, Note, NoteError};

/// Hashes of a consistency proof between sizes below 2^63.
const MAX_PROOF: usize = 63;

/// A request to sign a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// The size that the witness signed last, as the log knows it.
    pub old: u64,
    /// From that size to the checkpoint's (RFC 6962 §2.1.2).
    pub proof: Vec<tree::Hash>,
    /// The checkpoint, signed by its log.
    pub note: Note,
}

/// Text that is no request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AddCheckpointError {
    /// Not the lines of a request.
    #[error("not a request to a witness: {what}")]
    Shape {
        /// Which part.
        what: &'static str,
    },
    /// The checkpoint is no signed note.
    #[error(transparent)]
    Note(#[from] NoteError),
}

impl AddCheckpoint {
    /// Reads a request.
    ///
    /// # Errors
    /// [`AddCheckpointError`].
    pub fn parse(text: &str) -> Result<Self, AddCheckpointError> {
        let shape = |what| AddCheckpointError::Shape { what };
        let (head, note) = text.split_once("\n\n").ok_or(shape("blank line"))?;
        let mut lines = head.split('\n');
        let old = lines
            .next()
            .and_then(|l| l.strip_prefix("old "))
            .and_then(decimal)
            .ok_or(shape("old"))?;
        let proof = lines
            .map(|l| STANDARD.decode(l).ok().and_then(|h| h.try_into().ok()))
            .collect::<Option<Vec<tree::Hash>>>()
            .filter(|p| p.len() <= MAX_PROOF)
            .ok_or(shape("proof"))?;
        Ok(Self {
            old,
            proof,
            note: Note::parse(note)?,
        })
    }

    /// Writes the request.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut out = format!("old {}\n", self.old);
        for hash in &self.proof {
            STANDARD.encode_string(hash, &mut out);
            out.push('\n');
        }
        out.push('\n');
        out.push_str(&self.note.to_text());
        out
    }
}

/// What a witness signed last of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// Entries.
    pub size: u64,
    /// Root over them.
    pub root: tree::Hash,
}

/// Why a witness does not sign. The numbers of HTTP stand beside each.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// 400: the note is no checkpoint, or the old size is beyond the new.
    #[error("not a checkpoint that could follow: {0}")]
    Malformed(String),
    /// 404: the log is not watched.
    #[error("the log {0:?} is not watched")]
    UnknownLog(String),
    /// 403: no signature of the log's key holds.
    #[error("the checkpoint is not signed by its log")]
    Unsigned,
    /// 409: the witness signed another size last.
    #[error("the size signed last is {0}")]
    Conflict(u64),
    /// 422: the checkpoint does not keep what was signed last.
    #[error("the log no longer holds what was signed at size {}", .0.size)]
    Inconsistent(Known),
}

impl From<CheckpointError> for Refusal {
    fn from(error: CheckpointError) -> Self {
        Self::Malformed(error.to_string())
    }
}

/// Whether a witness may sign: the log is one of `logs`, its key signed, and everything that was known is still there.
///
/// # Errors
/// [`Refusal`].
pub fn consider(
    request: &AddCheckpoint,
    logs: &[LogKey],
    known: impl FnOnce(&str) -> Option<Known>,
) -> Result<Checkpoint, Refusal> {
    let checkpoint = Checkpoint::from_text(&request.note.text)?;
    let mut own = logs.iter().filter(|key| key.name == checkpoint.origin);
    let mut any = false;
    let signed = own.any(|key| {
        any = true;
        request.note.signed_by(key) == Some(true)
    });
    match (signed, any) {
        (true, _) => {}
        (false, true) => return Err(Refusal::Unsigned),
        (false, false) => return Err(Refusal::UnknownLog(checkpoint.origin)),
    }
    if request.old > checkpoint.size {
        return Err(Refusal::Malformed("it is smaller than before".to_owned()));
    }
    let last = known(&checkpoint.origin);
    let size = last.map_or(0, |known| known.size);
    if request.old != size {
        return Err(Refusal::Conflict(size));
    }
    match last.filter(|known| known.size > 0) {
        Some(known) => grown(known, &checkpoint, &request.proof)?,
        // From nothing everything follows, and no proof may pretend otherwise.
        None if request.proof.is_empty() => {}
        None => return Err(Refusal::Malformed("a proof from nothing".to_owned())),
    }
    Ok(checkpoint)
}

fn grown(known: Known, now: &Checkpoint, proof: &[tree::Hash]) -> Result<(), Refusal> {
    let holds = match known.size == now.size {
        true => proof.is_empty() && known.root == now.root,
        false => {
            tree::verify_consistency(known.size, &known.root, now.size, &now.root, proof).is_ok()
        }
    };
    match holds {
        true => Ok(()),
        false => Err(Refusal::Inconsistent(known)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{NoteSignature, WitnessKey, cosigned_text};
    use ed25519_dalek::{Signer, SigningKey};

    fn log() -> (SigningKey, LogKey) {
        let secret = SigningKey::from_bytes(&[3; 32]);
        let key = LogKey {
            name: "fidem/office".to_owned(),
            public: secret.verifying_key().to_bytes(),
        };
        (secret, key)
    }

    fn tree_of(entries: &[u8]) -> tree::Tree {
        tree::Tree::new(entries.iter().map(|n| tree::leaf_hash(&[*n; 32])).collect())
    }

    fn request(entries: &[u8], old: u64) -> AddCheckpoint {
        let (secret, key) = log();
        let tree = tree_of(entries);
        let text = Checkpoint {
            origin: key.name.clone(),
            size: tree.size(),
            root: tree.root(),
        }
        .to_text();
        let signature = secret.sign(text.as_bytes()).to_bytes();
        AddCheckpoint {
            old,
            proof: match old {
                0 => Vec::new(),
                _ => tree.consistency(old).unwrap_or_default(),
            },
            note: Note {
                text,
                signatures: vec![NoteSignature::ed25519(&key, signature)],
            },
        }
    }

    fn known(entries: &[u8]) -> Known {
        let tree = tree_of(entries);
        Known {
            size: tree.size(),
            root: tree.root(),
        }
    }

    #[test]
    fn a_witness_signs_what_grows_and_nothing_that_was_rewritten() {
        let logs = [log().1];
        let first = request(&[1, 2, 3], 0);
        assert_eq!(AddCheckpoint::parse(&first.to_text()), Ok(first.clone()));
        assert_eq!(consider(&first, &logs, |_| None).map(|c| c.size), Ok(3));
        let next = request(&[1, 2, 3, 4, 5], 3);
        assert_eq!(AddCheckpoint::parse(&next.to_text()), Ok(next.clone()));
        let last = known(&[1, 2, 3]);
        assert_eq!(
            consider(&next, &logs, |_| Some(last)).map(|c| c.size),
            Ok(5)
        );
        // The second entry is another one now.
        let rewritten = request(&[1, 9, 3, 4, 5], 3);
        let refused = consider(&rewritten, &logs, |_| Some(last));
        assert_eq!(refused, Err(Refusal::Inconsistent(last)));
        // Another view of the same size.
        let split = request(&[1, 9, 3], 3);
        let refused = consider(&split, &logs, |_| Some(last));
        assert_eq!(refused, Err(Refusal::Inconsistent(last)));
        // Repeated, it is signed again.
        assert!(consider(&request(&[1, 2, 3], 3), &logs, |_| Some(last)).is_ok());
    }

    #[test]
    fn refusals_are_named() {
        let logs = [log().1];
        let last = known(&[1, 2, 3]);
        let behind = request(&[1, 2, 3, 4], 2);
        let refused = consider(&behind, &logs, |_| Some(last));
        assert_eq!(refused, Err(Refusal::Conflict(3)));
        let unknown = consider(&behind, &[], |_| None);
        assert!(matches!(unknown, Err(Refusal::UnknownLog(_))));
        let mut forged = request(&[1, 2, 3, 4], 3);
        forged.note.text = forged.note.text.replace("\n4\n", "\n5\n");
        let refused = consider(&forged, &logs, |_| Some(last));
        assert_eq!(refused, Err(Refusal::Unsigned));
        for text in ["", "old 1\n", "old 01\n\nx", "old 1\nzz\n\nx"] {
            assert!(AddCheckpoint::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_cosignature_holds_for_its_time_and_text_only() {
        let secret = SigningKey::from_bytes(&[5; 32]);
        let key = WitnessKey {
            name: "witness.example".to_owned(),
            public: secret.verifying_key().to_bytes(),
        };
        assert_eq!(WitnessKey::from_line(&key.to_line()), Ok(key.clone()));
        assert!(LogKey::from_line(&key.to_line()).is_err());
        let mut note = request(&[1], 0).note;
        assert_eq!(note.cosigned_by(&key), None);
        let signature = secret.sign(cosigned_text(77, &note.text).as_bytes());
        let line = NoteSignature::cosignature(&key, 77, signature.to_bytes());
        note.signatures.push(line.clone());
        assert_eq!(note.cosigned_by(&key), Some(Some(77)));
        assert_eq!(
            NoteSignature::from_line(line.to_line().trim_end()),
            Some(line)
        );
        let mut later = note.clone();
        later.signatures[1].signature[7] ^= 1;
        assert_eq!(later.cosigned_by(&key), Some(None));
        note.text.push_str("more\n");
        assert_eq!(note.cosigned_by(&key), Some(None));
    }
}
