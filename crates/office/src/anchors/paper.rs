//! Anchorings as the receipt prints and carries them, and what the parties have to do with who runs the networks.

use fidem_anchor::receipt::Worth;
use fidem_casebook::{Anchor, Case};
use fidem_certificate::{
    AnchorWorth, Attachment, Bilingual, ChainAnchor, Finality, NetworkAccess, Relationship,
};
use fidem_fingerprint::tree;
use fidem_manifest::{Access, AnchorState, Disclosure};
use fidem_package::layout;
use serde::{Deserialize, Serialize};

use super::package::{disclosure, statement};
use super::place_of;
use crate::folder::at;
use crate::{Desk, Office, OfficeError, Result, Role};

/// Whether a party has to do with the operator of a network. Until it is declared, nothing issues.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Interest {
    /// 无.
    None,
    /// 有.
    Some {
        /// Which.
        explanation: String,
    },
    /// 未查.
    Unchecked,
}

/// Declarations of a case by the names of rails.
type Declared = std::collections::BTreeMap<String, Interest>;

impl Office {
    /// Declares whether a party of the case has to do with the operator of a rail.
    ///
    /// # Errors
    /// [`OfficeError::Role`]; [`OfficeError::UnknownRail`] where no anchoring of that rail covers the case.
    pub fn interest_declare(
        &mut self,
        desk: &dyn Desk,
        case: &str,
        rail: &str,
        interest: Interest,
    ) -> Result<()> {
        self.require(&[Role::Clerk, Role::Notary])?;
        let case = self.case(case)?;
        let covering = self.anchors_of(&case.id)?;
        if !covering.iter().any(|(anchor, _)| anchor.what.rail == rail) {
            return Err(OfficeError::UnknownRail {
                rail: rail.to_owned(),
            });
        }
        let mut declared = self.declared(&case.id)?;
        declared.insert(rail.to_owned(), interest);
        let text = crate::intake::to_json(&declared)?;
        Ok(self
            .book
            .set_setting(&at(desk), &setting(&case.id), &text)?)
    }

    /// What was declared of the rails that cover a case; none where nothing was.
    ///
    /// # Errors
    /// [`OfficeError::Damaged`].
    pub fn interests(&self, case: &str) -> Result<Vec<(String, Option<Interest>)>> {
        let case = self.case(case)?;
        let declared = self.declared(&case.id)?;
        let mut rails = Vec::new();
        for (anchor, _) in self.anchors_of(&case.id)? {
            let rail = anchor.what.rail;
            let known = declared.get(&rail).cloned();
            if rails.iter().all(|(name, _)| *name != rail) {
                rails.push((rail, known));
            }
        }
        Ok(rails)
    }

    fn declared(&self, case: &str) -> Result<Declared> {
        match self.book.setting(&setting(case))? {
            None => Ok(Declared::new()),
            Some(text) => serde_json::from_str(&text).map_err(|e| OfficeError::Damaged {
                what: e.to_string(),
            }),
        }
    }

    /// Every rail over the case has its declaration.
    pub(crate) fn interests_declared(&self, case: &str) -> Result<()> {
        let open: Vec<String> = self
            .interests(case)?
            .into_iter()
            .filter(|(_, interest)| interest.is_none())
            .map(|(rail, _)| rail)
            .collect();
        match open.is_empty() {
            true => Ok(()),
            false => Err(OfficeError::InterestUndeclared {
                rails: open.join(", "),
            }),
        }
    }

    /// The anchorings for the page of Article 17.
    pub(crate) fn anchor_rows(&self, case: &Case) -> Result<Vec<ChainAnchor>> {
        let declared = self.declared(&case.id)?;
        let covering = self.anchors_of(&case.id)?.into_iter();
        covering
            .map(|(anchor, seals)| {
                let interest = declared.get(&anchor.what.rail).and_then(interest_words);
                self.anchor_row(&anchor, seals, interest)
            })
            .collect()
    }

    fn anchor_row(
        &self,
        anchor: &Anchor,
        seals: Vec<u32>,
        interest: Option<Bilingual>,
    ) -> Result<ChainAnchor> {
        let what = &anchor.what;
        let place = place_of(anchor)?;
        let known: Disclosure = disclosure(anchor)?;
        let said = |text: Option<String>| text.map(Bilingual::zh_only);
        Ok(ChainAnchor {
            anchor: anchor.number,
            seals,
            rail: what.rail.clone(),
            network: what.network.clone(),
            adapter: format!("{}/{}", what.kind, what.adapter_version),
            framework: known.framework,
            access: match known.access {
                Access::Public => NetworkAccess::Public,
                Access::Consortium => NetworkAccess::Consortium,
                Access::Private => NetworkAccess::Private,
            },
            region: known.region,
            genesis: known.genesis,
            contract: known.contract,
            identity: known.identity,
            operator: known.operator,
            filing: known.filing,
            nodes: said(known.nodes),
            as_of: known.as_of,
            overseas_public: known.overseas_public,
            submitted_at: anchor.prepared_at.clone(),
            height: place.height,
            block_hash: place.block,
            transaction: place.transaction,
            block_time: place.time,
            finality: match anchor.state {
                AnchorState::Prepared | AnchorState::Submitted => Finality::Submitted,
                AnchorState::Included => Finality::Included,
                AnchorState::Final => Finality::Final,
                AnchorState::Forked => Finality::Orphaned,
            },
            finality_rule: said(known.finality),
            worth: worth(self.worth_of(anchor)?),
            interest,
            conformity: said(known.conformity),
        })
    }

    /// Statement, paths and evidence of each anchoring, so that receipt and files are a whole proof.
    pub(crate) fn anchor_attachments(&self, case: &Case) -> Result<Vec<Attachment>> {
        let mut all = Vec::new();
        for (anchor, seals) in self.anchors_of(&case.id)? {
            let number = anchor.number;
            let mut attach = |name: &str, octets: Vec<u8>| {
                all.push(Attachment {
                    name: layout::attached_anchor(number, name),
                    media_type: media_type(name).to_owned(),
                    relationship: Relationship::Supplement,
                    description: "锚定凭据 Anchoring receipt".to_owned(),
                    bytes: octets,
                });
            };
            attach(layout::ANCHOR, statement(&anchor)?.to_bytes()?);
            let log = tree::Tree::new(self.leaf_hashes(anchor.what.size)?);
            for seal in seals {
                let path = self.log_path(&case.id, seal, &log)?;
                attach(&layout::anchor_path_name(seal), path.into_bytes());
            }
            for (name, octets) in self.travelling(&anchor)? {
                attach(&name, octets);
            }
        }
        Ok(all)
    }
}

fn setting(case: &str) -> String {
    format!("anchor-interest/{case}")
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.') {
        Some((_, "json")) => "application/json",
        Some((_, "tlog-proof")) => "text/plain",
        Some((_, "ots")) => "application/vnd.opentimestamps.ots",
        _ => "application/octet-stream",
    }
}

/// 未查 is printed by the page itself.
fn interest_words(interest: &Interest) -> Option<Bilingual> {
    match interest {
        Interest::None => Some(Bilingual::new("无", "None")),
        Interest::Some { explanation } => {
            Some(Bilingual::new(format!("有：{explanation}"), String::new()))
        }
        Interest::Unchecked => None,
    }
}

fn worth(worth: Option<Worth>) -> AnchorWorth {
    match worth {
        Some(Worth::Canonical) => AnchorWorth::Canonical,
        Some(Worth::QuorumUnpinned) => AnchorWorth::QuorumUnpinned,
        Some(Worth::WorkOnly) => AnchorWorth::PowOnly,
        Some(Worth::InclusionOnly) => AnchorWorth::InclusionOnly,
        // What does not hold is no receipt, and is not printed as one.
        Some(Worth::Pending | Worth::Failed) | None => AnchorWorth::Pending,
    }
}
