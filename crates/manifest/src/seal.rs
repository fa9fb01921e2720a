//! The seal statement: `fidem-seal/1`. Its digest is all that leaves the office.

use fidem_fingerprint::{Fingerprint, hex, tree};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::{StatementError, Versioned, canonical};

const FORMAT: &str = "fidem-seal/1";
/// Most bytes of a seal statement.
const MAX_BYTES: usize = 2048;

/// Digests of the manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestDigest {
    /// SHA-256, hex.
    pub sha256: String,
    /// SM3, hex.
    pub sm3: String,
}

/// The journal as it stood when the seal was made: rolling the office back below it shows (R-079).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JournalHead {
    /// Number of entries.
    pub entries: u64,
    /// Chain hash after them, hex.
    pub head: String,
}

/// Who says it is the office; a name typed by itself proves nothing until a key stands in the trust file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficeRef {
    /// Random id of the office folder.
    pub id: String,
    /// Name as entered.
    pub name: String,
}

/// One manifest, one tree, one time of the device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seal {
    /// 保全编号.
    pub case: String,
    /// Present and true in a demonstration.
    #[serde(
        default,
        deserialize_with = "only_true",
        skip_serializing_if = "std::ops::Not::not"
    )]
    pub demonstration: bool,
    /// `fidem-seal/1`.
    pub format: String,
    /// The journal's head.
    pub journal: JournalHead,
    /// The manifest's digests.
    pub manifest: ManifestDigest,
    /// The office.
    pub office: OfficeRef,
    /// Root of the tree, hex, lower case; stands once in the statement.
    pub root: String,
    /// Seal number within the case, from 1.
    pub seal: u32,
    /// Leaves of the tree: two per item.
    pub size: u64,
    /// Time of the office's device, RFC 3339 UTC.
    pub time: String,
}

impl Seal {
    /// The format name.
    pub const FORMAT: &'static str = FORMAT;

    /// Canonical bytes, at most 2 KiB.
    ///
    /// # Errors
    /// [`StatementError::TooLong`], [`StatementError::Canonical`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, StatementError> {
        let bytes = canonical::encode(self)?;
        within(&bytes)?;
        Ok(bytes)
    }

    /// Reads canonical bytes.
    ///
    /// # Errors
    /// See [`StatementError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StatementError> {
        within(bytes)?;
        let seal: Self = crate::read(bytes, FORMAT)?;
        seal.root_hash()?;
        for (text, field) in [
            (&seal.manifest.sha256, "manifest.sha256"),
            (&seal.manifest.sm3, "manifest.sm3"),
            (&seal.journal.head, "journal.head"),
        ] {
            hex::decode32(text).ok_or(StatementError::Hex { field, octets: 32 })?;
        }
        crate::random_id(&seal.office.id, "office.id")?;
        match seal.size >= 2 && seal.size.is_multiple_of(2) && seal.seal >= 1 {
            true => Ok(seal),
            false => Err(StatementError::Inconsistent(
                "a seal has a number and two leaves per item",
            )),
        }
    }

    /// The tree's root.
    ///
    /// # Errors
    /// [`StatementError::Hex`].
    pub fn root_hash(&self) -> Result<tree::Hash, StatementError> {
        hex::decode32(&self.root).ok_or(StatementError::Hex {
            field: "root",
            octets: 32,
        })
    }

    /// Whether the statement names these manifest bytes.
    #[must_use]
    pub fn names_manifest(&self, manifest: &Fingerprint) -> bool {
        self.manifest.sha256 == hex::encode(&manifest.sha256)
            && self.manifest.sm3 == hex::encode(&manifest.sm3)
    }
}

/// `false` is said by leaving the field out.
fn only_true<'de, D: Deserializer<'de>>(reader: D) -> Result<bool, D::Error> {
    match bool::deserialize(reader)? {
        true => Ok(true),
        false => Err(D::Error::custom("demonstration: false is left out")),
    }
}

fn within(bytes: &[u8]) -> Result<(), StatementError> {
    match bytes.len() <= MAX_BYTES {
        true => Ok(()),
        false => Err(StatementError::TooLong {
            format: FORMAT,
            found: bytes.len(),
            limit: MAX_BYTES,
        }),
    }
}

impl Versioned for Seal {
    fn format(&self) -> &str {
        &self.format
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal() -> Seal {
        Seal {
            case: "(2026)保全字第0001号".into(),
            demonstration: true,
            format: FORMAT.into(),
            journal: JournalHead {
                entries: 3,
                head: "1".repeat(64),
            },
            manifest: ManifestDigest {
                sha256: "2".repeat(64),
                sm3: "3".repeat(64),
            },
            office: OfficeRef {
                id: "a".repeat(32),
                name: "示范公证处".into(),
            },
            root: "4".repeat(64),
            seal: 1,
            size: 2,
            time: "2026-11-22T12:00:00Z".into(),
        }
    }

    #[test]
    fn a_seal_has_one_spelling() {
        let bytes = seal().to_bytes().unwrap();
        assert_eq!(Seal::from_bytes(&bytes), Ok(seal()));
        let text = String::from_utf8(bytes).unwrap();
        let id = "a".repeat(32);
        for (from, to) in [
            (r#""demonstration":true"#, r#""demonstration":false"#),
            (r#""demonstration":true"#, r#""demonstration":null"#),
            (id.as_str(), &id.to_uppercase()),
            (id.as_str(), "office"),
        ] {
            let other = text.replace(from, to);
            assert_ne!(other, text);
            assert!(Seal::from_bytes(other.as_bytes()).is_err(), "{to}");
        }
    }
}
