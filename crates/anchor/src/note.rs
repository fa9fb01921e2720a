//! Signed notes (`c2sp.org/signed-note`): text, a blank line, signature lines.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, VerifyingKey};

use crate::{LogKey, WitnessKey};

/// Longest note read.
const MAX_NOTE: usize = 64 << 10;
/// Most signatures read.
const MAX_SIGNATURES: usize = 64;

/// Why text is not a signed note, or a key line no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoteError {
    /// Longer than 64 KiB or with more than 64 signatures.
    #[error("a signed note over its budget")]
    Budget,
    /// No blank line, no final newline, or no signature line.
    #[error("not a signed note")]
    Shape,
    /// A signature line that is not `— name base64`.
    #[error("signature line {line} of the note is malformed")]
    SignatureLine {
        /// From 1.
        line: usize,
    },
    /// A key line that is not `name+hash+key`, or whose hash does not fit.
    #[error("not a verifier key: {key:?}")]
    Key {
        /// What was read.
        key: String,
    },
}

/// One signature line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    /// Key name.
    pub name: String,
    /// Key hash.
    pub hash: [u8; 4],
    /// What follows the hash: 64 octets for Ed25519.
    pub signature: Vec<u8>,
}

impl NoteSignature {
    /// An Ed25519 signature by that key.
    #[must_use]
    pub fn ed25519(key: &LogKey, signature: [u8; 64]) -> Self {
        Self {
            name: key.name.clone(),
            hash: key.hash(),
            signature: signature.to_vec(),
        }
    }

    /// A witness's signature with its time.
    #[must_use]
    pub fn cosignature(key: &WitnessKey, time: u64, signature: [u8; 64]) -> Self {
        Self {
            name: key.name.clone(),
            hash: key.hash(),
            signature: [time.to_be_bytes().as_slice(), &signature].concat(),
        }
    }

    /// Reads a line, without its end.
    #[must_use]
    pub fn from_line(line: &str) -> Option<Self> {
        signature(line)
    }

    /// The line, with its end.
    #[must_use]
    pub fn to_line(&self) -> String {
        let typed = [self.hash.as_slice(), &self.signature].concat();
        format!("— {} {}\n", self.name, STANDARD.encode(typed))
    }
}

/// A note: its text, which ends in a newline, and its signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The signed text.
    pub text: String,
    /// The signatures in order.
    pub signatures: Vec<NoteSignature>,
}

impl Note {
    /// Reads a note.
    ///
    /// # Errors
    /// [`NoteError`].
    pub fn parse(note: &str) -> Result<Self, NoteError> {
        Self::parse_within(note, MAX_NOTE)
    }

    /// As [`Note::parse`], of a note that may have so many octets.
    ///
    /// # Errors
    /// [`NoteError`].
    pub fn parse_within(note: &str, most: usize) -> Result<Self, NoteError> {
        if note.len() > most {
            return Err(NoteError::Budget);
        }
        let split = note.rfind("\n\n").ok_or(NoteError::Shape)?;
        let (text, lines) = (&note[..=split], &note[split + 2..]);
        if lines.is_empty() || !lines.ends_with('\n') || text.len() < 2 {
            return Err(NoteError::Shape);
        }
        let signatures = lines
            .split_terminator('\n')
            .enumerate()
            .map(|(i, line)| signature(line).ok_or(NoteError::SignatureLine { line: i + 1 }))
            .collect::<Result<Vec<_>, _>>()?;
        if signatures.len() > MAX_SIGNATURES {
            return Err(NoteError::Budget);
        }
        Ok(Self {
            text: text.to_owned(),
            signatures,
        })
    }

    /// Writes the note.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut out = format!("{}\n", self.text);
        for signature in &self.signatures {
            out.push_str(&signature.to_line());
        }
        out
    }

    /// Whether `key` signed this text: `None` when no line names the key, else whether the signature holds.
    #[must_use]
    pub fn signed_by(&self, key: &LogKey) -> Option<bool> {
        let line = self.line_of(&key.name, key.hash())?;
        Some(holds(&key.public, self.text.as_bytes(), &line.signature))
    }

    /// When a witness says to have seen this text, in seconds since 1970: `None` when no line names its key,
    /// `Some(None)` when the line does not hold (`c2sp.org/tlog-cosignature`).
    #[must_use]
    pub fn cosigned_by(&self, key: &WitnessKey) -> Option<Option<u64>> {
        let line = self.line_of(&key.name, key.hash())?;
        let Some((time, signature)) = line.signature.split_first_chunk::<8>() else {
            return Some(None);
        };
        let time = u64::from_be_bytes(*time);
        let message = cosigned_text(time, &self.text);
        let holds = holds(&key.public, message.as_bytes(), signature);
        Some(holds.then_some(time))
    }

    fn line_of(&self, name: &str, hash: [u8; 4]) -> Option<&NoteSignature> {
        let mut lines = self.signatures.iter();
        lines.find(|s| s.name == name && s.hash == hash)
    }
}

/// What a witness signs: a mark, the time, and the checkpoint's text.
#[must_use]
pub fn cosigned_text(time: u64, text: &str) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

fn holds(public: &[u8; 32], message: &[u8], signature: &[u8]) -> bool {
    VerifyingKey::from_bytes(public)
        .ok()
        .zip(Signature::from_slice(signature).ok())
        .is_some_and(|(key, signature)| key.verify_strict(message, &signature).is_ok())
}

fn signature(line: &str) -> Option<NoteSignature> {
    let (name, data) = line.strip_prefix("— ")?.split_once(' ')?;
    let typed = STANDARD.decode(data).ok()?;
    let (hash, signature) = typed.split_first_chunk()?;
    let named = !name.is_empty() && !name.contains(|c: char| c == '+' || c.is_whitespace());
    named.then(|| NoteSignature {
        name: name.to_owned(),
        hash: *hash,
        signature: signature.to_vec(),
    })
}
