//! Inclusion proofs (`c2sp.org/tlog-proof`): an entry's index, its path, and the checkpoint it leads to.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fidem_fingerprint::tree;

use crate::checkpoint::decimal;
use crate::{Checkpoint, CheckpointError, Note, NoteError};

const HEADER: &str = "c2sp.org/tlog-proof@v1\n";
/// A path in a log of 2^63 entries.
const MAX_PATH: usize = 63;

/// Why a proof does not hold together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProofError {
    /// Not the lines of a proof.
    #[error("not a tlog-proof: {what}")]
    Shape {
        /// Which part.
        what: &'static str,
    },
    /// The checkpoint is not a signed note.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The note is not a checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The path does not lead from the entry to the checkpoint's root.
    #[error("the path does not lead to the root of the checkpoint")]
    Path,
}

/// A parsed proof. Whose log it is, is a question of keys that the caller asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogProof {
    /// Position of the entry, from 0.
    pub index: u64,
    /// Siblings from the leaf upward.
    pub path: Vec<tree::Hash>,
    /// The signed checkpoint.
    pub note: Note,
}

impl LogProof {
    /// Reads a proof.
    ///
    /// # Errors
    /// [`ProofError`].
    pub fn parse(text: &str) -> Result<Self, ProofError> {
        let shape = |what| ProofError::Shape { what };
        let rest = text.strip_prefix(HEADER).ok_or(shape("header"))?;
        let (head, note) = rest.split_once("\n\n").ok_or(shape("blank line"))?;
        let mut lines = head.split('\n').peekable();
        lines.next_if(|l| l.starts_with("extra "));
        let index = lines
            .next()
            .and_then(|l| l.strip_prefix("index "))
            .and_then(decimal)
            .ok_or(shape("index"))?;
        let path = lines
            .map(|l| STANDARD.decode(l).ok().and_then(|h| h.try_into().ok()))
            .collect::<Option<Vec<tree::Hash>>>()
            .filter(|p| p.len() <= MAX_PATH)
            .ok_or(shape("path"))?;
        Ok(Self {
            index,
            path,
            note: Note::parse(note)?,
        })
    }

    /// Writes the proof.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut out = format!("{HEADER}index {}\n", self.index);
        for hash in &self.path {
            STANDARD.encode_string(hash, &mut out);
            out.push('\n');
        }
        out.push('\n');
        out.push_str(&self.note.to_text());
        out
    }

    /// The checkpoint, once the path is shown to lead to it from `entry`.
    ///
    /// # Errors
    /// [`ProofError::Path`], [`ProofError::Checkpoint`].
    pub fn checkpoint_over(&self, entry: &[u8]) -> Result<Checkpoint, ProofError> {
        let checkpoint = Checkpoint::from_text(&self.note.text)?;
        let leaf = tree::leaf_hash(entry);
        let root = tree::root_from_inclusion(&leaf, self.index, checkpoint.size, &self.path)
            .map_err(|_| ProofError::Path)?;
        match root == checkpoint.root {
            true => Ok(checkpoint),
            false => Err(ProofError::Path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{LogKey, NoteSignature};
    use ed25519_dalek::{Signer, SigningKey};

    fn signed(entries: &[[u8; 32]], index: u64) -> (LogProof, LogKey) {
        let secret = SigningKey::from_bytes(&[3; 32]);
        let key = LogKey {
            name: "fidem.example/log".into(),
            public: secret.verifying_key().to_bytes(),
        };
        let log = tree::Tree::new(entries.iter().map(|e| tree::leaf_hash(e)).collect());
        let text = Checkpoint {
            origin: key.name.clone(),
            size: log.size(),
            root: log.root(),
        }
        .to_text();
        let signature = secret.sign(text.as_bytes()).to_bytes();
        let note = Note {
            text,
            signatures: vec![NoteSignature::ed25519(&key, signature)],
        };
        let path = log.inclusion(index).unwrap_or_default();
        (LogProof { index, path, note }, key)
    }

    #[test]
    fn a_proof_reads_back_and_holds_for_its_entry_only() {
        let entries = [[1; 32], [2; 32], [3; 32], [4; 32], [5; 32]];
        for (i, entry) in (0..).zip(&entries) {
            let (proof, key) = signed(&entries, i);
            let again = LogProof::parse(&proof.to_text());
            assert_eq!(again.as_ref(), Ok(&proof));
            assert_eq!(proof.checkpoint_over(entry).map(|c| c.size), Ok(5));
            assert_eq!(proof.checkpoint_over(&[9; 32]), Err(ProofError::Path));
            assert_eq!(proof.note.signed_by(&key), Some(true));
            assert_eq!(LogKey::from_line(&key.to_line()), Ok(key));
        }
    }

    #[test]
    fn another_key_or_text_does_not_hold() {
        let (mut proof, key) = signed(&[[1; 32]], 0);
        let other = LogKey {
            public: SigningKey::from_bytes(&[4; 32]).verifying_key().to_bytes(),
            ..key.clone()
        };
        assert_eq!(proof.note.signed_by(&other), None);
        proof.note.text = proof.note.text.replace("\n1\n", "\n2\n");
        assert_eq!(proof.note.signed_by(&key), Some(false));
    }

    #[test]
    fn malformed_proofs_are_named() {
        let (proof, _) = signed(&[[1; 32], [2; 32]], 1);
        let text = proof.to_text();
        for (from, to) in [
            ("tlog-proof@v1", "tlog-proof@v2"),
            ("index 1", "index x"),
            ("index 1", "index 01"),
            ("index 1", "index +1"),
            ("index 1\n", "index 1\r\n"),
            ("— fidem.example/log ", "— fidem.example+log "),
            ("\n\n", "\n"),
        ] {
            assert!(LogProof::parse(&text.replacen(from, to, 1)).is_err());
        }
    }
}
