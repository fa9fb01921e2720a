//! The manifest of one seal: `fidem-manifest/1`, and the tree over it.

use fidem_fingerprint::{Fingerprint, tree};
use serde::{Deserialize, Serialize};

use crate::{Content, Nonce, StatementError, Versioned, canonical};

const FORMAT: &str = "fidem-manifest/1";
/// Octets of a leaf's data: SHA-256 ‖ SM3 ‖ nonce.
const LEAF: usize = 80;

/// Which case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseRef {
    /// Random id.
    pub id: String,
    /// 保全编号.
    pub number: String,
}

/// One item in the manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The item's bytes.
    pub content: Content,
    /// Nonce of the content's leaf, hex.
    pub content_nonce: String,
    /// Member with the bytes.
    pub member: String,
    /// Number of the item within the case.
    pub number: u32,
    /// The record's bytes.
    pub record: Content,
    /// Member with the record.
    pub record_member: String,
    /// Nonce of the record's leaf, hex.
    pub record_nonce: String,
    /// Why the bytes do not travel, where they are withheld.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withheld: Option<String>,
}

impl Entry {
    /// The two leaves' data: content, record.
    ///
    /// # Errors
    /// [`StatementError::Hex`].
    pub fn leaves(&self) -> Result<[[u8; LEAF]; 2], StatementError> {
        Ok([
            leaf(&self.content.fingerprint()?, &nonce(&self.content_nonce)?),
            leaf(&self.record.fingerprint()?, &nonce(&self.record_nonce)?),
        ])
    }
}

/// Leaf data of some bytes: SHA-256 ‖ SM3 ‖ nonce.
pub(crate) fn leaf(fingerprint: &Fingerprint, nonce: &Nonce) -> [u8; LEAF] {
    let mut data = [0; LEAF];
    data[..32].copy_from_slice(&fingerprint.sha256);
    data[32..64].copy_from_slice(&fingerprint.sm3);
    data[64..].copy_from_slice(nonce);
    data
}

/// Reads a nonce of 32 hex digits.
pub(crate) fn nonce(text: &str) -> Result<Nonce, StatementError> {
    crate::random_id(text, "nonce")
}

/// All items of one seal with digests, sizes and every nonce.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The case.
    pub case: CaseRef,
    /// `fidem-manifest/1`.
    pub format: String,
    /// Items by ascending number.
    pub items: Vec<Entry>,
    /// Seal number within the case, from 1.
    pub seal: u32,
}

impl Manifest {
    /// The format name.
    pub const FORMAT: &'static str = FORMAT;

    /// Canonical bytes.
    ///
    /// # Errors
    /// [`StatementError::Canonical`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, StatementError> {
        Ok(canonical::encode(self)?)
    }

    /// Reads canonical bytes; items must ascend strictly by number.
    ///
    /// # Errors
    /// See [`StatementError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StatementError> {
        let manifest: Self = crate::read(bytes, FORMAT)?;
        crate::random_id(&manifest.case.id, "case.id")?;
        let ascending = manifest.items.windows(2).all(|w| w[0].number < w[1].number);
        match ascending && !manifest.items.is_empty() {
            true => Ok(manifest),
            false => Err(StatementError::Inconsistent(
                "the items of a manifest ascend by number and are at least one",
            )),
        }
    }

    /// The RFC 6962 tree: two leaves per item, content then record, in the order of the items.
    ///
    /// # Errors
    /// [`StatementError::Hex`].
    pub fn tree(&self) -> Result<tree::Tree, StatementError> {
        let mut data = Vec::with_capacity(self.items.len() * 2);
        for entry in &self.items {
            data.extend(entry.leaves()?);
        }
        Ok(tree::Tree::new(tree::leaf_hashes(&data)))
    }
}

impl Versioned for Manifest {
    fn format(&self) -> &str {
        &self.format
    }
}
