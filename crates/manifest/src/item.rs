//! The record of one item: `fidem-item/1`.

use fidem_fingerprint::{Fingerprint, hex};
use serde::{Deserialize, Serialize};

use crate::{Facts, SourceClass, StatementError, Versioned, canonical};

const FORMAT: &str = "fidem-item/1";

/// Size and both digests of some bytes, in lower-case hex.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// SHA-256 (FIPS 180-4).
    pub sha256: String,
    /// Length in bytes.
    pub size: u64,
    /// SM3 (GB/T 32905).
    pub sm3: String,
}

impl Content {
    /// From a computed fingerprint.
    #[must_use]
    pub fn of(fingerprint: &Fingerprint) -> Self {
        Self {
            sha256: hex::encode(&fingerprint.sha256),
            size: fingerprint.size,
            sm3: hex::encode(&fingerprint.sm3),
        }
    }

    /// Back to a fingerprint.
    ///
    /// # Errors
    /// [`StatementError::Hex`] when a digest is not 64 lower-case hex digits.
    pub fn fingerprint(&self) -> Result<Fingerprint, StatementError> {
        let digest = |text: &str, field| {
            hex::decode32(text).ok_or(StatementError::Hex { field, octets: 32 })
        };
        Ok(Fingerprint {
            size: self.size,
            sha256: digest(&self.sha256, "sha256")?,
            sm3: digest(&self.sm3, "sm3")?,
        })
    }
}

/// When the office received the item and when its fingerprint was taken; RFC 3339 UTC of the office's device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Times {
    /// Fingerprint taken.
    pub fingerprinted: String,
    /// Received.
    pub received: String,
}

/// A class set below what the facts give, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lowered {
    /// What the facts give.
    pub from: SourceClass,
    /// The person's reason.
    pub reason: String,
}

/// What the office knows and states of one item. Its bytes are the second leaf of the item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemRecord {
    /// Hand-over batch (交接批次) within the case, from 1.
    pub batch: u32,
    /// The case's 保全编号.
    pub case: String,
    /// Source class, computed or lowered.
    pub class: SourceClass,
    /// The item's bytes.
    pub content: Content,
    /// Facts of the source.
    pub facts: Facts,
    /// `fidem-item/1`.
    pub format: String,
    /// Present when the class was lowered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lowered: Option<Lowered>,
    /// Media type as sniffed from the content.
    pub media_type: String,
    /// Member of the package that holds the bytes.
    pub member: String,
    /// The file's name as displayed.
    pub name: String,
    /// The name's literal octets in hex, where they are not Unicode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_bytes: Option<String>,
    /// Codes of what intake noticed.
    pub notes: Vec<String>,
    /// Number within the case, from 1.
    pub number: u32,
    /// Path as handed over, relative to what was handed over.
    pub original_path: String,
    /// When.
    pub times: Times,
    /// Why the bytes do not travel, where they are withheld.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withheld: Option<String>,
}

impl ItemRecord {
    /// The format name.
    pub const FORMAT: &'static str = FORMAT;

    /// Canonical bytes.
    ///
    /// # Errors
    /// [`StatementError::Canonical`] when a number leaves the format's integers.
    pub fn to_bytes(&self) -> Result<Vec<u8>, StatementError> {
        Ok(canonical::encode(self)?)
    }

    /// Reads canonical bytes.
    ///
    /// # Errors
    /// See [`StatementError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StatementError> {
        let record: Self = crate::read(bytes, FORMAT)?;
        record.content.fingerprint()?;
        Ok(record)
    }

    /// Whether the stated class is one that the stated facts support.
    #[must_use]
    pub fn class_is_supported(&self) -> bool {
        let computed = self.facts.class();
        match &self.lowered {
            None => self.class == computed,
            Some(lowered) => {
                lowered.from == computed && computed.lower_to(self.class) == Ok(self.class)
            }
        }
    }
}

impl Versioned for ItemRecord {
    fn format(&self) -> &str {
        &self.format
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> ItemRecord {
        ItemRecord {
            batch: 1,
            case: "(2026)保全字第0001号".into(),
            class: SourceClass::C,
            content: Content::of(&fidem_fingerprint::of(b"abc")),
            facts: Facts::supplied_by_party(),
            format: FORMAT.into(),
            lowered: None,
            media_type: "text/plain".into(),
            member: "evidence/0001-a.txt".into(),
            name: "a.txt".into(),
            name_bytes: None,
            notes: vec![],
            number: 1,
            original_path: "a.txt".into(),
            times: Times {
                fingerprinted: "2026-11-22T12:00:01Z".into(),
                received: "2026-11-22T12:00:00Z".into(),
            },
            withheld: None,
        }
    }

    #[test]
    fn reads_back_what_it_wrote() {
        let bytes = record().to_bytes().unwrap_or_default();
        assert_eq!(ItemRecord::from_bytes(&bytes), Ok(record()));
    }

    #[test]
    fn r021_a_record_that_claims_more_than_its_facts_shows() {
        let mut raised = record();
        raised.class = SourceClass::A;
        assert!(!raised.class_is_supported());
        raised.lowered = Some(Lowered {
            from: SourceClass::C,
            reason: "x".into(),
        });
        assert!(!raised.class_is_supported());
        assert!(record().class_is_supported());
    }

    #[test]
    fn another_version_is_named() {
        let mut other = record();
        other.format = "fidem-item/2".into();
        let bytes = other.to_bytes().unwrap_or_default();
        assert_eq!(
            ItemRecord::from_bytes(&bytes),
            Err(StatementError::Format {
                expected: FORMAT,
                found: "fidem-item/2".into()
            })
        );
    }
}
