//! One exhibit out of a seal, provable without the others: `fidem-partial/1`.

use fidem_fingerprint::{Fingerprint, hex, tree};
use serde::{Deserialize, Serialize};

use crate::{Manifest, StatementError, Versioned, canonical, listing};

const FORMAT: &str = "fidem-partial/1";

/// One leaf's place in the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeafProof {
    /// Position of the leaf, from 0; disclosed by this proof.
    pub index: u64,
    /// The leaf's nonce, hex.
    pub nonce: String,
    /// Siblings from the leaf upward (RFC 6962 §2.1.1), hex.
    pub path: Vec<String>,
}

impl LeafProof {
    /// The root that follows if the leaf stands for these bytes.
    ///
    /// # Errors
    /// [`StatementError::Hex`], or [`StatementError::Inconsistent`] when the path does not fit the tree's size.
    pub fn root(&self, bytes: &Fingerprint, size: u64) -> Result<tree::Hash, StatementError> {
        let data = listing::leaf(bytes, &listing::nonce(&self.nonce)?);
        let mut path = Vec::with_capacity(self.path.len());
        for step in &self.path {
            path.push(hex::decode32(step).ok_or(StatementError::Hex {
                field: "path",
                octets: 32,
            })?);
        }
        tree::root_from_inclusion(&tree::leaf_hash(&data), self.index, size, &path)
            .map_err(|_| StatementError::Inconsistent("the path does not fit the tree"))
    }
}

/// The proof that one item stands in a seal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Partial {
    /// 保全编号.
    pub case: String,
    /// Place of the content.
    pub content: LeafProof,
    /// `fidem-partial/1`.
    pub format: String,
    /// Item number.
    pub item: u32,
    /// Member with the bytes.
    pub member: String,
    /// Place of the record.
    pub record: LeafProof,
    /// Member with the record.
    pub record_member: String,
    /// Seal number.
    pub seal: u32,
    /// Leaves of the tree; disclosed by this proof.
    pub size: u64,
}

impl Partial {
    /// The format name.
    pub const FORMAT: &'static str = FORMAT;

    /// Takes one item's proof out of a manifest; `None` when the item does not stand in it.
    ///
    /// # Errors
    /// [`StatementError::Hex`] when the manifest's own digests are malformed.
    pub fn of(manifest: &Manifest, item: u32) -> Result<Option<Self>, StatementError> {
        let Some(position) = manifest.items.iter().position(|e| e.number == item) else {
            return Ok(None);
        };
        let entry = &manifest.items[position];
        let tree = manifest.tree()?;
        let first = u64::try_from(position * 2).unwrap_or(u64::MAX);
        let proof = |index: u64, nonce: &str| {
            tree.inclusion(index).map(|path| LeafProof {
                index,
                nonce: nonce.to_owned(),
                path: path.iter().map(|h| hex::encode(h)).collect(),
            })
        };
        let (Some(content), Some(record)) = (
            proof(first, &entry.content_nonce),
            proof(first + 1, &entry.record_nonce),
        ) else {
            return Ok(None);
        };
        Ok(Some(Self {
            case: manifest.case.number.clone(),
            content,
            format: FORMAT.to_owned(),
            item,
            member: entry.member.clone(),
            record,
            record_member: entry.record_member.clone(),
            seal: manifest.seal,
            size: tree.size(),
        }))
    }

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
        let partial: Self = crate::read(bytes, FORMAT)?;
        let first = partial.content.index;
        match first.is_multiple_of(2) && partial.record.index == first + 1 {
            true => Ok(partial),
            false => Err(StatementError::Inconsistent(
                "an item's two leaves stand side by side",
            )),
        }
    }
}

impl Versioned for Partial {
    fn format(&self) -> &str {
        &self.format
    }
}
