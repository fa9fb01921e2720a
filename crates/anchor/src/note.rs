//! Signed notes (`c2sp.org/signed-note`): text, a blank line, signature lines.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, VerifyingKey};
use fidem_fingerprint::{hex, sha256};

/// Signature type octet of Ed25519.
const ED25519: u8 = 0x01;
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

/// The public half of a log's or witness's key: `name+hash+base64`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogKey {
    /// Key name, by convention the log's origin.
    pub name: String,
    /// Ed25519 public key (RFC 8032).
    pub public: [u8; 32],
}

impl LogKey {
    /// The four octets that name the key in a signature line.
    #[must_use]
    pub fn hash(&self) -> [u8; 4] {
        let mut text = self.name.clone().into_bytes();
        text.extend([b'\n', ED25519]);
        text.extend(self.public);
        let digest = sha256(&text);
        [digest[0], digest[1], digest[2], digest[3]]
    }

    /// The line that names the key to others.
    #[must_use]
    pub fn to_line(&self) -> String {
        let mut typed = vec![ED25519];
        typed.extend(self.public);
        format!(
            "{}+{}+{}",
            self.name,
            hex::encode(&self.hash()),
            STANDARD.encode(typed)
        )
    }

    /// Reads a key line.
    ///
    /// # Errors
    /// [`NoteError::Key`].
    pub fn from_line(line: &str) -> Result<Self, NoteError> {
        let wrong = || NoteError::Key {
            key: line.to_owned(),
        };
        let (name, rest) = line.split_once('+').ok_or_else(wrong)?;
        let (hash, key) = rest.split_once('+').ok_or_else(wrong)?;
        let typed = STANDARD.decode(key).map_err(|_| wrong())?;
        let (&ED25519, public) = typed.split_first().ok_or_else(wrong)? else {
            return Err(wrong());
        };
        let key = Self {
            name: name.to_owned(),
            public: public.try_into().map_err(|_| wrong())?,
        };
        match !name.is_empty() && hex::encode(&key.hash()) == hash {
            true => Ok(key),
            false => Err(wrong()),
        }
    }
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
        if note.len() > MAX_NOTE {
            return Err(NoteError::Budget);
        }
        let split = note.rfind("\n\n").ok_or(NoteError::Shape)?;
        let (text, lines) = (&note[..=split], &note[split + 2..]);
        if lines.is_empty() || !lines.ends_with('\n') || text.len() < 2 {
            return Err(NoteError::Shape);
        }
        let signatures = lines
            .lines()
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
        for s in &self.signatures {
            let mut typed = s.hash.to_vec();
            typed.extend(&s.signature);
            out.push_str(&format!("— {} {}\n", s.name, STANDARD.encode(typed)));
        }
        out
    }

    /// Whether `key` signed this text: `None` when no line names the key, else whether the signature holds.
    #[must_use]
    pub fn signed_by(&self, key: &LogKey) -> Option<bool> {
        let hash = key.hash();
        let line = self
            .signatures
            .iter()
            .find(|s| s.name == key.name && s.hash == hash)?;
        let holds = VerifyingKey::from_bytes(&key.public)
            .ok()
            .zip(Signature::from_slice(&line.signature).ok())
            .is_some_and(|(k, s)| k.verify_strict(self.text.as_bytes(), &s).is_ok());
        Some(holds)
    }
}

fn signature(line: &str) -> Option<NoteSignature> {
    let (name, data) = line.strip_prefix("— ")?.split_once(' ')?;
    let typed = STANDARD.decode(data).ok()?;
    let (hash, signature) = typed.split_first_chunk()?;
    (!name.is_empty()).then(|| NoteSignature {
        name: name.to_owned(),
        hash: *hash,
        signature: signature.to_vec(),
    })
}
