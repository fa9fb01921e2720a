//! The journal's chain, and the extract of it that travels with a case: `fidem-journal-extract/1`.
//!
//! An entry is canonical JSON. The chain hash after entry *n* is SHA-256(chain hash before ‖ SHA-256(entry)), so an
//! extract can give the entries of its own case in full and every other as 32 octets, and the whole still links.

use fidem_fingerprint::{hex, sha256};
use serde::{Deserialize, Serialize};

use crate::{StatementError, Versioned, canonical};

const FORMAT: &str = "fidem-journal-extract/1";

/// The chain hash after one more entry.
#[must_use]
pub fn chain(before: &[u8; 32], entry_sha256: &[u8; 32]) -> [u8; 32] {
    let mut both = [0; 64];
    both[..32].copy_from_slice(before);
    both[32..].copy_from_slice(entry_sha256);
    sha256(&both)
}

/// One place in the chain: an entry of the case in full, or the digest of somebody else's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// The entry's canonical JSON, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// SHA-256 of an entry of another case, hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

/// The chain's state after a number of entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Entries so far.
    pub entries: u64,
    /// Chain hash.
    pub hash: [u8; 32],
}

/// The journal from a case's first act to its delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JournalExtract {
    /// Entries before the first link.
    pub before: u64,
    /// Chain hash before the first link, hex.
    pub before_hash: String,
    /// 保全编号.
    pub case: String,
    /// `fidem-journal-extract/1`.
    pub format: String,
    /// The links in order.
    pub links: Vec<Link>,
}

impl JournalExtract {
    /// The format name.
    pub const FORMAT: &'static str = FORMAT;

    /// Canonical bytes.
    ///
    /// # Errors
    /// [`StatementError::Canonical`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, StatementError> {
        Ok(canonical::encode(self)?)
    }

    /// Reads canonical bytes.
    ///
    /// # Errors
    /// See [`StatementError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StatementError> {
        crate::read(bytes, FORMAT)
    }

    /// Every head from before the first link to after the last.
    ///
    /// # Errors
    /// [`StatementError::Hex`] or [`StatementError::Inconsistent`] when a link is neither entry nor digest.
    pub fn heads(&self) -> Result<Vec<Head>, StatementError> {
        let field = "before_hash";
        let mut hash =
            hex::decode32(&self.before_hash).ok_or(StatementError::Hex { field, octets: 32 })?;
        let mut heads = Vec::with_capacity(self.links.len() + 1);
        heads.push(Head {
            entries: self.before,
            hash,
        });
        for (before, link) in (self.before..).zip(&self.links) {
            hash = chain(&hash, &link.digest()?);
            heads.push(Head {
                entries: before + 1,
                hash,
            });
        }
        Ok(heads)
    }
}

impl Link {
    fn digest(&self) -> Result<[u8; 32], StatementError> {
        match (&self.entry, &self.sha256) {
            (Some(entry), None) => Ok(sha256(entry.as_bytes())),
            (None, Some(digest)) => hex::decode32(digest).ok_or(StatementError::Hex {
                field: "sha256",
                octets: 32,
            }),
            _ => Err(StatementError::Inconsistent(
                "a journal link is an entry or a digest",
            )),
        }
    }
}

impl Versioned for JournalExtract {
    fn format(&self) -> &str {
        &self.format
    }
}
