//! A standard `.ots` for one file, for verifiers that know nothing of this program.

use std::path::{Path, PathBuf};

use fidem_anchor::ots::{ItemPath, Proof, of_item};
use fidem_fingerprint::{hex, tree};
use fidem_manifest::{AnchorState, Manifest, Partial};

use crate::{Office, OfficeError, Result};

/// A written proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemProof {
    /// The proof.
    pub proof: PathBuf,
    /// Headers for [`fidem_verify::Request::headers`], beside it.
    pub headers: PathBuf,
    /// Height of the block, as the proof claims it.
    pub height: Option<u64>,
}

impl Office {
    /// Writes the OpenTimestamps proof of one item to `out`, and the block headers beside it as `out.headers`.
    ///
    /// # Errors
    /// [`OfficeError::ItemNotSealed`]; [`OfficeError::NotAnchored`] where no OpenTimestamps anchoring over its seal is final.
    pub fn item_proof(&self, case: &str, item: u32, out: &Path) -> Result<ItemProof> {
        let case = self.case(case)?;
        let number = self
            .book
            .item(&case.id, item)?
            .seal
            .ok_or(OfficeError::ItemNotSealed { item })?;
        let (size, proof, headers, height) = self
            .opentimestamps_over(&case.id, number)?
            .ok_or(OfficeError::NotAnchored { seal: number })?;
        let octets = self
            .path_to(&case.id, number, item, size, &proof)?
            .to_bytes();
        let beside = PathBuf::from(format!("{}.headers", out.display()));
        for (path, octets) in [(out, &octets), (beside.as_path(), &headers)] {
            std::fs::write(path, octets).map_err(|e| OfficeError::io(path, &e))?;
        }
        Ok(ItemProof {
            proof: out.to_owned(),
            headers: beside,
            height,
        })
    }

    /// Size, proof, headers and height of a final OpenTimestamps anchoring over a seal.
    #[expect(
        clippy::type_complexity,
        reason = "four facts of one row, used at once"
    )]
    fn opentimestamps_over(
        &self,
        case: &str,
        seal: u32,
    ) -> Result<Option<(u64, Proof, Vec<u8>, Option<u64>)>> {
        for (anchor, seals) in self.anchors_of(case)? {
            if anchor.state != AnchorState::Final || !seals.contains(&seal) {
                continue;
            }
            let files = self.book.anchor_files(anchor.number)?;
            let file = |name: &str| files.iter().find(|(n, _)| n == name).map(|(_, o)| o);
            let Some((proof, headers)) = file("proof.ots").zip(file("headers.bin")) else {
                continue;
            };
            let proof = Proof::parse(proof).map_err(|e| damaged(&e))?;
            let height = super::place_of(&anchor)?.height;
            return Ok(Some((anchor.what.size, proof, headers.clone(), height)));
        }
        Ok(None)
    }

    fn path_to(
        &self,
        case: &str,
        seal: u32,
        item: u32,
        size: u64,
        anchored: &Proof,
    ) -> Result<Proof> {
        let statement = self.book.seal(case, seal)?;
        let manifest = Manifest::from_bytes(&self.book.seal_manifest(case, seal)?)?;
        let partial = Partial::of(&manifest, item)?.ok_or(OfficeError::ItemNotSealed { item })?;
        let kept = self.book.item(case, item)?;
        let nonce: [u8; 16] = hex::decode(&partial.content.nonce)
            .and_then(|n| n.try_into().ok())
            .ok_or_else(|| damaged(&"nonce"))?;
        let path = partial.content.path.iter().map(|step| hex::decode32(step));
        let path: Vec<tree::Hash> = path
            .collect::<Option<_>>()
            .ok_or_else(|| damaged(&"path"))?;
        let entry = self
            .book
            .log_index(&statement.seal_sha256)?
            .ok_or_else(|| damaged(&"log"))?;
        let log = tree::Tree::new(self.leaf_hashes(size)?);
        let log_path = log.inclusion(entry).ok_or_else(|| damaged(&"log"))?;
        let item = ItemPath {
            sha256: &kept.sha256,
            sm3: &kept.sm3,
            nonce: &nonce,
            leaf: partial.content.index,
            leaves: partial.size,
            path: &path,
            root: &manifest.tree()?.root(),
            seal: &statement.seal_json,
            entry,
            entries: size,
            log_path: &log_path,
        };
        of_item(&item, &anchored.timestamp).map_err(|e| damaged(&e))
    }
}

fn damaged(what: &dyn std::fmt::Display) -> OfficeError {
    OfficeError::Damaged {
        what: format!("OpenTimestamps proof: {what}"),
    }
}
