//! Electronic signatures on issued documents: handler, approver and office one after the other, each with a key that only
//! that person or the holder of the office's seal unlocks. Secrets are used once and never kept.

use base64::Engine as _;
use fidem_casebook::{Certificate, NewEdition, Role};
use fidem_certificate::{Kind, SealPlace};
use fidem_signing::{
    Place, Seal, SignKey, SignatureField, SignatureRequest, SigningTime, TOKEN_ROOM,
    ValidationData, sign,
};
use rfc3161_client::CertificateSummary;
use serde::{Deserialize, Serialize};

use super::archiving::{Heard, Stamps, statements};
use super::ending::member;
use super::keys::{KeyPlace, bears, open_key};
use crate::folder::at;
use crate::renewal::RecordSummary;
use crate::{Desk, Office, OfficeError, Result};

const SETTING: &str = "signing";
/// Beijing is ahead of UTC by this, minutes.
const BEIJING: i16 = 480;

/// A file with one signature more.
struct Made {
    pdf: Vec<u8>,
    data: ValidationData,
    /// What its time stamp rests on.
    last: Option<RecordSummary>,
}

/// Which documents the office signs electronically, and with which seal to be seen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct SigningPolicy {
    /// Kinds that are signed; none means that nothing is.
    pub kinds: Vec<Kind>,
    /// 电子公章 as PNG, base64; empty for signatures without a picture.
    pub seal: String,
    /// Where is signed, for readers' panels.
    pub location: String,
}

/// In which capacity somebody signs, in the order of signing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SigningCapacity {
    /// 承办人.
    Handler,
    /// 审批人 or 复核人.
    Approver,
    /// 机构.
    Office,
}

impl SigningCapacity {
    /// The word for it in commands and records.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Handler => "handler",
            Self::Approver => "approver",
            Self::Office => "office",
        }
    }

    fn field(self) -> (&'static str, &'static str) {
        match self {
            Self::Handler => ("承办人签名", "承办人签名 Signature of the handler"),
            Self::Approver => ("审批人签名", "审批人签名 Signature of the approver"),
            Self::Office => ("机构电子公章", "机构电子公章 Seal of the office"),
        }
    }
}

/// A signature as it was put on a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedDocument {
    /// Name in the certificate.
    pub signer: String,
    /// PAdES level reached.
    pub level: &'static str,
    /// Who has still to sign, in order.
    pub remaining: Vec<SigningCapacity>,
}

impl Office {
    /// Which documents are signed.
    ///
    /// # Errors
    /// [`OfficeError::Damaged`].
    pub fn signing_policy(&self) -> Result<SigningPolicy> {
        match self.book.setting(SETTING)? {
            None => Ok(SigningPolicy::default()),
            Some(text) => serde_json::from_str(&text).map_err(|e| OfficeError::Damaged {
                what: e.to_string(),
            }),
        }
    }

    /// Decides which documents are signed; documents issued from now on say so.
    ///
    /// # Errors
    /// [`OfficeError::Role`] unless asked by an administrator; [`OfficeError::Signing`] for a seal that is no picture.
    pub fn signing_policy_set(&mut self, desk: &dyn Desk, policy: &SigningPolicy) -> Result<()> {
        self.require(&[Role::Admin])?;
        seal_of(policy)?;
        let json = crate::intake::to_json(policy)?;
        Ok(self.book.set_setting(&at(desk), SETTING, &json)?)
    }

    /// Who has still to sign a document, in order; none where it is complete or is not signed at all.
    ///
    /// # Errors
    /// [`OfficeError::Casebook`].
    pub fn signatures_open(&self, document_id: &str) -> Result<Vec<SigningCapacity>> {
        let document = self.book.certificate(document_id)?;
        let data: fidem_certificate::CertificateData = serde_json::from_str(&document.data_json)
            .map_err(|e| OfficeError::Damaged {
                what: e.to_string(),
            })?;
        if !data.electronically_signed {
            return Ok(Vec::new());
        }
        let mut due = vec![SigningCapacity::Handler];
        due.extend(
            data.second_person
                .is_some()
                .then_some(SigningCapacity::Approver),
        );
        due.push(SigningCapacity::Office);
        let done = self.book.editions(document_id)?;
        due.retain(|capacity| !done.iter().any(|e| e.capacity == capacity.as_str()));
        Ok(due)
    }

    /// Nothing is handed over that says it is signed and is not.
    pub(crate) fn all_signed(&self, case: &str) -> Result<()> {
        let documents = self.book.certificates(case)?;
        documents
            .iter()
            .try_for_each(|document| self.signed_by_all(&document.document_id))
    }

    /// Signs a document as the person who is logged in. After the last signature everything that a verifier without a
    /// network needs is put into the file, and a time stamp over the whole (PAdES B-LTA), as far as authorities answer.
    ///
    /// # Errors
    /// [`OfficeError::NotYourSignature`] for another's capacity or out of turn; [`OfficeError::CertificateRevoked`] and
    /// [`OfficeError::CertificateExpired`] before anything is signed; [`OfficeError::KeyNotForPdf`] for an SM2 key;
    /// [`OfficeError::Signing`] for the key or the file; [`OfficeError::CarriedByRecord`]; [`OfficeError::NoAuthority`] where no authority stamps the signature.
    pub fn sign_document(
        &mut self,
        desk: &dyn Desk,
        document_id: &str,
        capacity: SigningCapacity,
        key: &KeyPlace<'_>,
    ) -> Result<SignedDocument> {
        let document = self.book.certificate(document_id)?;
        let open = self.signatures_open(document_id)?;
        self.may_sign(&document, capacity, &open)?;
        self.not_carried(document_id)?;
        let key = open_key(key)?;
        let signer = self.signer(key.as_ref(), capacity)?;
        let choices = self.authorities()?;
        let trust = crate::trust::for_stamping(&choices, None)?;
        let by = Stamps {
            choices: &choices,
            trust: &trust,
        };
        let made = self.signature(desk, &document, capacity, key.as_ref(), &open, by)?;
        let (mut signed, mut level, mut last) = (made.pdf, "B-T", made.last);
        let remaining: Vec<_> = open.into_iter().filter(|c| *c != capacity).collect();
        let data = self.heard_before(document_id, &made.data)?;
        match remaining.is_empty() {
            true => {
                let archive;
                (signed, level, archive) = self.archived(desk, &signed, &data, by)?;
                last = archive.or(last);
            }
            // Before the edition: what was heard must not be lost between two signatures.
            false => self.remember(desk, document_id, &data)?,
        }
        self.book.edition_add(
            &at(desk),
            document_id,
            &NewEdition {
                capacity: capacity.as_str().to_owned(),
                signer: signer.clone(),
                level: level.to_owned(),
                pdf: signed,
            },
        )?;
        self.keep_last_stamp(desk, &member(document_id), last)?;
        Ok(SignedDocument {
            signer,
            level,
            remaining,
        })
    }

    /// The file with one signature more, stamped, and what was heard of everybody who had a part in it.
    fn signature(
        &mut self,
        desk: &dyn Desk,
        document: &Certificate,
        capacity: SigningCapacity,
        key: &dyn SignKey,
        open: &[SigningCapacity],
        by: Stamps<'_>,
    ) -> Result<Made> {
        let id = &document.document_id;
        let revocation = self.revocation_of(desk, key.chain())?;
        let pdf = self.book.certificate_pdf(id)?;
        let policy = self.signing_policy()?;
        let seal = match capacity {
            SigningCapacity::Office => seal_of(&policy)?,
            _ => None,
        };
        let fields = match self.book.editions(id)?.is_empty() {
            true => declared(open, document),
            false => Vec::new(),
        };
        let request = SignatureRequest {
            field: capacity.field().0,
            declare: &fields,
            seal: seal.as_ref(),
            reason: Some("出具文书"),
            location: (!policy.location.is_empty()).then_some(policy.location.as_str()),
            token_room: TOKEN_ROOM,
        };
        let time = SigningTime {
            unix: desk.now(),
            offset_minutes: BEIJING,
        };
        let mut heard = Heard::default();
        let given = statements(&revocation);
        let mut ask = |digest: &[u8; 32]| self.token_for(desk, digest, by, &mut heard);
        let pdf = sign(&pdf, &request, key, time, &given, Some(&mut ask))
            .map_err(OfficeError::unsigned)?;
        let since = self.revocation_since(desk, key, revocation)?;
        let mut data = heard.data;
        data.certificates.extend(key.chain().iter().cloned());
        data.lists.extend(since.lists);
        data.responses.extend(since.responses);
        Ok(Made {
            pdf,
            data,
            last: heard.last,
        })
    }

    /// Only who issued signs as handler, only who approved as approver; the seal is put last.
    fn may_sign(
        &self,
        document: &Certificate,
        capacity: SigningCapacity,
        open: &[SigningCapacity],
    ) -> Result<()> {
        match self.is_mine(document, capacity) && open.first() == Some(&capacity) {
            true => Ok(()),
            false => Err(OfficeError::NotYourSignature {
                capacity: capacity.as_str(),
                next: open.first().map_or("none", |c| c.as_str()),
            }),
        }
    }

    /// Whether the person logged in is who signs in that capacity.
    pub(super) fn is_mine(&self, document: &Certificate, capacity: SigningCapacity) -> bool {
        let me = &self.person().name;
        match capacity {
            SigningCapacity::Handler => *me == document.issued_by,
            SigningCapacity::Approver => document.reviewed_by.as_ref() == Some(me),
            SigningCapacity::Office => self.require(&[Role::Notary, Role::Clerk]).is_ok(),
        }
    }

    // A person's signature with a key of somebody else's name would be worth less than none.
    pub(super) fn signer(&self, key: &dyn SignKey, capacity: SigningCapacity) -> Result<String> {
        let leaf = key.chain().first();
        let summary = leaf.and_then(|der| CertificateSummary::of_der(der).ok());
        let subject = summary.map(|s| s.subject).unwrap_or_default();
        let me = &self.person().name;
        match capacity == SigningCapacity::Office || bears(&subject, me) {
            true => Ok(subject),
            false => Err(OfficeError::SignerName {
                subject,
                person: me.clone(),
            }),
        }
    }
}

fn declared(open: &[SigningCapacity], document: &Certificate) -> Vec<SignatureField> {
    let place = document.seal_place.as_deref();
    let place = place.and_then(|text| serde_json::from_str::<SealPlace>(text).ok());
    let field = |capacity: &SigningCapacity| {
        let (name, label) = capacity.field();
        SignatureField {
            name: name.to_owned(),
            label: label.to_owned(),
            place: match capacity {
                SigningCapacity::Office => place.map(|p| Place {
                    page: p.page,
                    left: p.left,
                    bottom: p.bottom,
                    width: p.width,
                    height: p.height,
                }),
                _ => None,
            },
        }
    };
    open.iter().map(field).collect()
}

fn seal_of(policy: &SigningPolicy) -> Result<Option<Seal>> {
    if policy.seal.is_empty() {
        return Ok(None);
    }
    let refused = |reason: String| OfficeError::Signing { reason };
    let png = base64::engine::general_purpose::STANDARD.decode(&policy.seal);
    let png = png.map_err(|e| refused(e.to_string()))?;
    let seal = Seal::from_png(&png).map_err(|e| refused(e.to_string()))?;
    Ok(Some(seal))
}
