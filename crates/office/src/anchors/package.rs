//! Anchorings as they travel: what the office says, the paths of the seals, the evidence.

use fidem_anchor::receipt::Worth;
use fidem_casebook::Anchor;
use fidem_fingerprint::{Sha256Hasher, sha256, tree};
use fidem_manifest::{AdapterRef, Anchor as Statement, AnchorState, Disclosure};
use fidem_package::layout;
use fidem_verify::Trust;

use super::place_of;
use crate::package::PackageFile;
use crate::{Office, OfficeError, Result};

impl Office {
    /// Writes every anchoring of a case, or those of one seal.
    pub(crate) fn write_anchors(
        &self,
        case: &str,
        only: Option<u32>,
        file: &mut PackageFile,
    ) -> Result<()> {
        for (anchor, seals) in self.anchors_of(case)? {
            let seals: Vec<u32> = seals
                .into_iter()
                .filter(|seal| only.is_none_or(|wanted| wanted == *seal))
                .collect();
            if seals.is_empty() {
                continue;
            }
            let number = anchor.number;
            file.add(
                &layout::anchor_statement(number),
                &statement(&anchor)?.to_bytes()?,
            )?;
            let log = tree::Tree::new(self.leaf_hashes(anchor.what.size)?);
            for seal in seals {
                let proof = self.log_path(case, seal, &log)?;
                file.add(&layout::anchor_path(number, seal), proof.as_bytes())?;
            }
            for (name, octets) in self.travelling(&anchor)? {
                file.add(&layout::anchor(number, &name), &octets)?;
            }
        }
        Ok(())
    }

    /// What changes when an anchoring of the case does.
    pub(crate) fn anchors_key(&self, case: &str, key: &mut Sha256Hasher) -> Result<()> {
        for (anchor, seals) in self.anchors_of(case)? {
            key.update(&sha256(&statement(&anchor)?.to_bytes()?));
            for seal in seals {
                key.update(&seal.to_be_bytes());
            }
            for (_, octets) in self.travelling(&anchor)? {
                key.update(&sha256(&octets));
            }
        }
        Ok(())
    }

    /// Evidence of what is not final yet would only contradict a later revision.
    pub(super) fn travelling(&self, anchor: &Anchor) -> Result<Vec<(String, Vec<u8>)>> {
        match anchor.state {
            AnchorState::Final => Ok(self.book.anchor_files(anchor.number)?),
            _ => Ok(Vec::new()),
        }
    }

    /// What the evidence at hand is worth under the trust of this build.
    pub(super) fn worth_of(&self, anchor: &Anchor) -> Result<Option<Worth>> {
        let files = self.book.anchor_files(anchor.number)?;
        if files.is_empty() {
            return Ok(None);
        }
        let pins = Trust::compiled_in()?.pins;
        let judged = fidem_verify::judge_anchor(&statement(anchor)?, &files, &pins);
        Ok(Some(judged.worth))
    }
}

/// What is known of the network, as it was when the root was sent.
pub(super) fn disclosure(anchor: &Anchor) -> Result<Disclosure> {
    serde_json::from_str(&anchor.what.disclosure_json).map_err(|e| OfficeError::Damaged {
        what: format!("anchoring {}: {e}", anchor.number),
    })
}

pub(super) fn statement(anchor: &Anchor) -> Result<Statement> {
    let what = &anchor.what;
    Ok(Statement {
        adapter: AdapterRef {
            kind: what.kind.clone(),
            version: what.adapter_version,
        },
        anchor: anchor.number,
        changed: anchor.changed_at.clone(),
        disclosure: disclosure(anchor)?,
        format: Statement::FORMAT.to_owned(),
        network: what.network.clone(),
        payload: fidem_fingerprint::hex::encode(&what.root),
        place: place_of(anchor)?,
        rail: what.rail.clone(),
        size: what.size,
        state: anchor.state,
        submitted: anchor.prepared_at.clone(),
    })
}
