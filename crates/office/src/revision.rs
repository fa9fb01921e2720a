//! Revisions: each delivery of new content has a number, names its predecessor, and can be written again byte for byte.

use fidem_casebook::{Case, Revision as Kept};
use fidem_fingerprint::{Sha256Hasher, hex, sha256};
use fidem_manifest::Revision;

use crate::folder::at;
use crate::{Desk, Office, Result};

/// A revision kept from an earlier delivery. The delivery manifest follows from the members, so its digest is enough.
pub(crate) struct KeptDelivery {
    pub(crate) sha256: [u8; 32],
    pub(crate) delivery_token: Option<Vec<u8>>,
}

/// What will be delivered as which revision.
pub(crate) struct Plan {
    pub(crate) statement: Revision,
    pub(crate) journal_upto: u64,
    pub(crate) kept: Option<KeptDelivery>,
    content_key: String,
}

impl Office {
    /// The same seals, tokens, proofs and receipts are the same revision.
    pub(crate) fn revision_plan(&self, desk: &dyn Desk, case: &Case) -> Result<Plan> {
        let content_key = self.content_key(&case.id)?;
        let last = self.book.revisions(&case.id)?.pop();
        match last {
            Some(kept) if kept.content_key == content_key => Ok(Plan {
                statement: Revision::from_bytes(&kept.revision_json)?,
                journal_upto: kept.journal_upto,
                kept: Some(KeptDelivery {
                    sha256: kept.delivery_sha256,
                    delivery_token: kept.delivery_token,
                }),
                content_key,
            }),
            last => Ok(Plan {
                statement: Revision {
                    case: case.number.clone(),
                    created: at(desk),
                    format: Revision::FORMAT.to_owned(),
                    number: last.as_ref().map_or(1, |k| k.number + 1),
                    previous: last.as_ref().map(|k| hex::encode(&k.delivery_sha256)),
                },
                journal_upto: self.book.journal_head()?.seq,
                kept: None,
                content_key,
            }),
        }
    }

    fn content_key(&self, case: &str) -> Result<String> {
        let mut key = Sha256Hasher::new();
        for seal in self.book.seals(case)? {
            key.update(&seal.seal_sha256);
            for token in self
                .book
                .tokens(case, seal.number)?
                .iter()
                .filter(|t| t.counts)
            {
                key.update(&sha256(&token.token));
            }
            let witnessed = self.witnessed_proof(case, seal.number)?;
            // Without one the key is what it was before there were witnesses.
            if let Some(proof) = witnessed {
                key.update(&sha256(proof.as_bytes()));
            }
            let proof = self.log_proof(case, seal.number)?.unwrap_or_default();
            key.update(&sha256(proof.as_bytes()));
        }
        for certificate in self.book.certificates(case)? {
            key.update(&certificate.sha256);
            for beside in self.book.detached_signatures(&certificate.document_id)? {
                key.update(&beside.sha256);
            }
        }
        for record in self.evidence(case)? {
            key.update(&sha256(&record.record));
        }
        self.anchors_key(case, &mut key)?;
        Ok(hex::encode(&key.finish()))
    }

    pub(crate) fn revision_keep(
        &mut self,
        desk: &dyn Desk,
        case: &str,
        plan: &Plan,
        xml: &[u8],
        token: Option<Vec<u8>>,
    ) -> Result<()> {
        let kept = Kept {
            number: plan.statement.number,
            content_key: plan.content_key.clone(),
            journal_upto: plan.journal_upto,
            delivery_sha256: sha256(xml),
            delivery_token: token,
            revision_json: plan.statement.to_bytes()?,
            created: plan.statement.created.clone(),
        };
        Ok(self.book.revision_add(&at(desk), case, &kept)?)
    }
}
