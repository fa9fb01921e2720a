//! Electronic signatures on issued documents: handler, approver and office one after the other, each with a key that only
//! that person or the holder of the office's seal unlocks. Secrets are used once and never kept.

use std::path::Path;

use base64::Engine as _;
use fidem_casebook::{Certificate, NewEdition, Role};
use fidem_certificate::{Kind, SealPlace};
use fidem_signing::{
    Driver, KeyName, Pkcs11Key, Pkcs12Key, Place, Revocation, Seal, SignFailure, SignKey,
    SignatureField, SignatureRequest, SigningTime, TOKEN_ROOM, TokenName, ValidationData,
    add_validation_data, sign, time_stamp,
};
use fidem_verify::Trust;
use rfc3161_client::{
    CertificateSummary, DigestAlgorithm, Imprint, RevocationSources, Token, without_revocation_data,
};
use serde::{Deserialize, Serialize};

use crate::folder::at;
use crate::{AuthorityChoice, Desk, Office, OfficeError, Result};

const SETTING: &str = "signing";
/// Beijing is ahead of UTC by this, minutes.
const BEIJING: i16 = 480;
/// Largest key file read, octets.
const KEY_FILE: u64 = 1 << 20;

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

/// Where the key is. Passphrase and PIN are used once.
pub enum KeyPlace<'a> {
    /// A PKCS#12 file.
    File {
        /// The file.
        path: &'a Path,
        /// Its passphrase.
        passphrase: &'a str,
    },
    /// A PKCS#11 token, such as a UKey.
    Token {
        /// The driver.
        driver: &'a Path,
        /// Label of the token.
        token: &'a str,
        /// Label of the key, where there are several.
        key: Option<&'a str>,
        /// Its PIN.
        pin: &'a str,
    },
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
        for document in self.book.certificates(case)? {
            let open = self.signatures_open(&document.document_id)?;
            if !open.is_empty() {
                let names: Vec<&str> = open.iter().map(|c| c.as_str()).collect();
                return Err(OfficeError::Unsigned {
                    document: document.document_id,
                    open: names.join(", "),
                });
            }
        }
        Ok(())
    }

    /// Signs a document as the person who is logged in. After the last signature everything that a verifier without a
    /// network needs is put into the file, and a time stamp over the whole (PAdES B-LTA), as far as authorities answer.
    ///
    /// # Errors
    /// [`OfficeError::NotYourSignature`] for another's capacity or out of turn; [`OfficeError::Signing`] for the key, its
    /// certificate or the file; [`OfficeError::NoAuthority`] where no authority stamps the signature.
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
        let key = open_key(key)?;
        let signer = self.signer(key.as_ref(), capacity)?;
        let trust = crate::trust::for_stamping(&self.authorities()?, None)?;
        let revocation = self.revocation_of(desk, key.chain())?;
        let pdf = self.book.certificate_pdf(document_id)?;
        let policy = self.signing_policy()?;
        let seal = match capacity {
            SigningCapacity::Office => seal_of(&policy)?,
            _ => None,
        };
        let fields = match self.book.editions(document_id)?.is_empty() {
            true => declared(&open, &document),
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
        let mut heard = ValidationData::default();
        let given = Revocation {
            lists: &revocation.lists,
            responses: &revocation.responses,
        };
        let mut ask = |digest: &[u8; 32]| self.token_for(desk, digest, &trust, &mut heard);
        let mut signed =
            sign(&pdf, &request, key.as_ref(), time, &given, Some(&mut ask)).map_err(unsigned)?;
        let mut level = "B-T";
        heard.certificates.extend(key.chain().iter().cloned());
        heard.lists.extend(revocation.lists);
        heard.responses.extend(revocation.responses);
        let remaining: Vec<_> = open.into_iter().filter(|c| *c != capacity).collect();
        let data = self.heard_before(document_id, &heard)?;
        if remaining.is_empty() {
            (signed, level) = self.archived(desk, &signed, &data, &trust)?;
        }
        // Before the edition: what was heard must not be lost between two signatures.
        if !remaining.is_empty() {
            self.remember(desk, document_id, &data)?;
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
        Ok(SignedDocument {
            signer,
            level,
            remaining,
        })
    }

    /// Only who issued signs as handler, only who approved as approver; the seal is put last.
    fn may_sign(
        &self,
        document: &Certificate,
        capacity: SigningCapacity,
        open: &[SigningCapacity],
    ) -> Result<()> {
        let me = &self.person().name;
        let mine = match capacity {
            SigningCapacity::Handler => *me == document.issued_by,
            SigningCapacity::Approver => document.reviewed_by.as_ref() == Some(me),
            SigningCapacity::Office => self.require(&[Role::Notary, Role::Clerk]).is_ok(),
        };
        match mine && open.first() == Some(&capacity) {
            true => Ok(()),
            false => Err(OfficeError::NotYourSignature {
                capacity: capacity.as_str(),
                next: open.first().map_or("none", |c| c.as_str()),
            }),
        }
    }

    // A person's signature with a key of somebody else's name would be worth less than none.
    fn signer(&self, key: &dyn SignKey, capacity: SigningCapacity) -> Result<String> {
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

    /// A token over the digest from the first authority that answers; what it rests on goes to the validation data.
    fn token_for(
        &mut self,
        desk: &dyn Desk,
        digest: &[u8; 32],
        trust: &Trust,
        heard: &mut ValidationData,
    ) -> Result<Vec<u8>> {
        let imprint = Imprint {
            algorithm: DigestAlgorithm::Sha256,
            value: digest.to_vec(),
        };
        let choices = self.authorities()?;
        let (name, reply) = self.first_good(desk, &choices, &imprint, trust)?;
        if let Ok(token) = Token::parse(&reply.token) {
            heard
                .certificates
                .extend(token.certificates().iter().cloned());
            heard.lists.extend(token.revocation_lists().iter().cloned());
        }
        heard.responses.extend(reply.summary.responses());
        let answered = choices.iter().filter(|choice| choice.name == name);
        heard.certificates.extend(answered.flat_map(roots));
        Ok(without_revocation_data(&reply.token).unwrap_or(reply.token))
    }

    /// B-LT and B-LTA; where no authority answers a second time the file stays at B-LT.
    fn archived(
        &mut self,
        desk: &dyn Desk,
        signed: &[u8],
        data: &ValidationData,
        trust: &Trust,
    ) -> Result<(Vec<u8>, &'static str)> {
        let lt = add_validation_data(signed, data).map_err(|e| problem(&e))?;
        let mut heard = ValidationData::default();
        let mut ask = |digest: &[u8; 32]| self.token_for(desk, digest, trust, &mut heard);
        match time_stamp(&lt, TOKEN_ROOM, &mut ask) {
            Ok(lta) => Ok((lta, "B-LTA")),
            Err(SignFailure::Stamp(_)) => Ok((lt, "B-LT")),
            Err(SignFailure::Sign(error)) => Err(problem(&error)),
        }
    }

    /// What can be heard now of the signer's certificates; who does not answer leaves it unchecked.
    fn revocation_of(&mut self, desk: &dyn Desk, chain: &[Vec<u8>]) -> Result<ValidationData> {
        let mut heard = ValidationData::default();
        for pair in chain.windows(2) {
            let [certificate, issuer] = pair else {
                continue;
            };
            let Ok(sources) = RevocationSources::of(certificate, issuer) else {
                continue;
            };
            let courier = self.courier(crate::revocation::limits())?;
            for url in &sources.lists {
                let delivery = courier.revocation_list(url);
                let list = self.received(desk, None, "revocation-list", delivery)?;
                if let Some(list) = list {
                    heard.lists.push(list);
                    break;
                }
            }
            for url in &sources.responders {
                let delivery = courier.ask_responder(url, &sources.request);
                let response = self.received(desk, None, "ocsp", delivery)?;
                if let Some(response) = response {
                    heard.responses.push(response);
                    break;
                }
            }
        }
        Ok(heard)
    }

    // Validation data is put in once, after the last signature (it would settle nothing before); until then it is kept.
    fn heard_before(&self, document_id: &str, now: &ValidationData) -> Result<ValidationData> {
        let mut all = match self.book.setting(&kept_under(document_id))? {
            None => Kept::default(),
            Some(text) => serde_json::from_str(&text).map_err(|e| OfficeError::Damaged {
                what: e.to_string(),
            })?,
        };
        all.add(now);
        Ok(all.data())
    }

    fn remember(
        &mut self,
        desk: &dyn Desk,
        document_id: &str,
        data: &ValidationData,
    ) -> Result<()> {
        let mut kept = Kept::default();
        kept.add(data);
        let json = crate::intake::to_json(&kept)?;
        Ok(self
            .book
            .set_setting(&at(desk), &kept_under(document_id), &json)?)
    }
}

/// Validation data as kept between signatures: base64 of DER.
#[derive(Default, Serialize, Deserialize)]
struct Kept {
    certificates: Vec<String>,
    lists: Vec<String>,
    responses: Vec<String>,
}

impl Kept {
    fn add(&mut self, data: &ValidationData) {
        let standard = base64::engine::general_purpose::STANDARD;
        for (kept, new) in [
            (&mut self.certificates, &data.certificates),
            (&mut self.lists, &data.lists),
            (&mut self.responses, &data.responses),
        ] {
            for der in new {
                let text = standard.encode(der);
                if !kept.contains(&text) {
                    kept.push(text);
                }
            }
        }
    }

    fn data(&self) -> ValidationData {
        let standard = base64::engine::general_purpose::STANDARD;
        let read = |all: &[String]| all.iter().filter_map(|t| standard.decode(t).ok()).collect();
        ValidationData {
            certificates: read(&self.certificates),
            lists: read(&self.lists),
            responses: read(&self.responses),
        }
    }
}

fn kept_under(document_id: &str) -> String {
    format!("signing-data/{document_id}")
}

fn open_key(place: &KeyPlace<'_>) -> Result<Box<dyn SignKey>> {
    let refused = |error: fidem_signing::KeyError| OfficeError::Signing {
        reason: error.to_string(),
    };
    match place {
        KeyPlace::File { path, passphrase } => {
            let too_large = std::fs::metadata(path).is_ok_and(|m| m.len() > KEY_FILE);
            if too_large {
                return Err(OfficeError::Signing {
                    reason: format!("{}: no key file", path.display()),
                });
            }
            let file = std::fs::read(path).map_err(|e| OfficeError::io(path, &e))?;
            let key = Pkcs12Key::open(&file, passphrase).map_err(refused)?;
            Ok(Box::new(key))
        }
        KeyPlace::Token {
            driver,
            token,
            key,
            pin,
        } => {
            let driver = Driver::load(driver).map_err(refused)?;
            let name = key.map_or(KeyName::Only, KeyName::Label);
            let key = Pkcs11Key::open(&driver, TokenName::Label(token), name, pin);
            Ok(Box::new(key.map_err(refused)?))
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

/// The common name is the person's, or the person's with what an authority puts behind it, such as `张三@3301…`.
fn bears(subject: &str, person: &str) -> bool {
    let names = subject
        .split(", ")
        .filter_map(|part| part.strip_prefix("CN="));
    names.into_iter().any(|name| {
        let rest = name.strip_prefix(person);
        rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    })
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

fn roots(choice: &AuthorityChoice) -> Vec<Vec<u8>> {
    let pem = choice.roots_pem.as_deref().unwrap_or_default();
    rfc3161_client::certificates_from_pem(pem.as_bytes()).unwrap_or_default()
}

fn unsigned(failure: SignFailure<OfficeError>) -> OfficeError {
    match failure {
        SignFailure::Stamp(error) => error,
        SignFailure::Sign(error) => problem(&error),
    }
}

fn problem(error: &fidem_signing::SignError) -> OfficeError {
    OfficeError::Signing {
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::bears;

    #[test]
    fn a_name_that_only_begins_alike_is_another() {
        assert!(bears("C=CN, CN=张三", "张三"));
        assert!(bears("CN=张三@330100, C=CN", "张三"));
        assert!(!bears("C=CN, CN=张三丰", "张三"));
        assert!(!bears("C=CN, O=张三, CN=李四", "张三"));
        assert!(!bears("", "张三"));
    }
}
