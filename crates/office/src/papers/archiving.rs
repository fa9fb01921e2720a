//! What makes a signed document verifiable without anybody to ask: tokens, certificates and revocation put into its file
//! (PAdES B-LT, B-LTA), and the renewal of its archive time stamp (EN 319 142-1 §5.5).

use base64::Engine as _;
use fidem_casebook::NewEdition;
use fidem_package::layout;
use fidem_pades::{Inputs, Kind, Verification};
use fidem_signing::{
    Revocation, SignFailure, SignKey, TOKEN_ROOM, ValidationData, add_validation_data, speaks_of,
    time_stamp,
};
use fidem_verify::Trust;
use rfc3161_client::{
    DigestAlgorithm, Imprint, RevocationSources, Token, UnixTime, without_revocation_data,
};
use serde::{Deserialize, Serialize};

use super::ending::member;
use crate::due::covered;
use crate::folder::at;
use crate::proposal::RENEWERS;
use crate::renewal::RecordSummary;
use crate::revocation::PATIENCE;
use crate::{AuthorityChoice, Desk, Office, OfficeError, Result};

/// In which capacity an edition is kept that nobody signed.
const ARCHIVE: &str = "archive";

/// Who is asked for a stamp, and by what the answer is judged.
#[derive(Clone, Copy)]
pub(crate) struct Stamps<'a> {
    pub(crate) choices: &'a [AuthorityChoice],
    pub(crate) trust: &'a Trust,
}

/// What was heard of the authorities that stamped, and what the last stamp rests on.
#[derive(Default)]
pub(super) struct Heard {
    pub(super) data: ValidationData,
    signer: String,
    pub(super) last: Option<RecordSummary>,
}

/// A document with a new archive time stamp.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RenewedDocument {
    /// Name in the certificate of the authority.
    pub authority: String,
    /// Its time, RFC 3339.
    pub time: String,
}

impl Office {
    /// A token over the digest from the first authority that answers; what it rests on goes to the validation data.
    pub(super) fn token_for(
        &mut self,
        desk: &dyn Desk,
        digest: &[u8; 32],
        by: Stamps<'_>,
        heard: &mut Heard,
    ) -> Result<Vec<u8>> {
        let imprint = Imprint {
            algorithm: DigestAlgorithm::Sha256,
            value: digest.to_vec(),
        };
        let (name, reply) = self.first_good(desk, by.choices, &imprint, by.trust)?;
        let data = &mut heard.data;
        if let Ok(token) = Token::parse(&reply.token) {
            data.certificates
                .extend(token.certificates().iter().cloned());
            data.lists.extend(token.revocation_lists().iter().cloned());
        }
        data.responses.extend(reply.summary.responses());
        let answered = by.choices.iter().filter(|choice| choice.name == name);
        data.certificates.extend(answered.flat_map(roots));
        heard.last = Some(RecordSummary::of(name.clone(), &reply.summary));
        heard.signer = reply.summary.signer.unwrap_or(name);
        Ok(without_revocation_data(&reply.token).unwrap_or(reply.token))
    }

    /// B-LT and B-LTA, with what the archive stamp rests on; where no authority answers a second time the file stays at
    /// B-LT.
    pub(super) fn archived(
        &mut self,
        desk: &dyn Desk,
        signed: &[u8],
        data: &ValidationData,
        by: Stamps<'_>,
    ) -> Result<(Vec<u8>, &'static str, Option<RecordSummary>)> {
        match self.stamped(desk, signed, data, by) {
            Ok((lta, heard)) => Ok((lta, "B-LTA", heard.last)),
            Err(SignFailure::Stamp(_)) => {
                let lt = add_validation_data(signed, data);
                Ok((lt.map_err(|e| OfficeError::not_signed(&e))?, "B-LT", None))
            }
            Err(SignFailure::Sign(error)) => Err(OfficeError::not_signed(&error)),
        }
    }

    /// Validation data, a time stamp over the whole, and after it what its own authority rests on and is not there yet:
    /// that can be known only when it has answered.
    fn stamped(
        &mut self,
        desk: &dyn Desk,
        pdf: &[u8],
        data: &ValidationData,
        by: Stamps<'_>,
    ) -> std::result::Result<(Vec<u8>, Heard), SignFailure<OfficeError>> {
        let before = add_validation_data(pdf, data)?;
        let mut heard = Heard::default();
        let mut ask = |digest: &[u8; 32]| self.token_for(desk, digest, by, &mut heard);
        let stamped = time_stamp(&before, TOKEN_ROOM, &mut ask)?;
        Ok((add_validation_data(&stamped, &heard.data)?, heard))
    }

    /// Puts a new archive time stamp on a signed document, before the last one's certificate or algorithm ends: what that
    /// one rests on first, as it can be heard now, then the stamp over all.
    ///
    /// # Errors
    /// [`OfficeError::Role`]; [`OfficeError::Unsigned`] and [`OfficeError::NotSigned`] for a document that is not signed by
    /// all; [`OfficeError::CarriedByRecord`] where an evidence record is over the file; [`OfficeError::SecondPerson`] unless
    /// another person proposed to renew its case; [`OfficeError::Signing`] where its
    /// signatures or stamps do not hold any more; [`OfficeError::NoAuthority`].
    pub fn renew_document(
        &mut self,
        desk: &dyn Desk,
        document_id: &str,
    ) -> Result<RenewedDocument> {
        self.require(&RENEWERS)?;
        self.renewable(document_id)?;
        let case = self.book.certificate_case(document_id)?;
        self.require_proposal(desk, Some(&case))?;
        let choices = self.authorities()?;
        let trust = crate::trust::for_stamping(&choices, None)?;
        let by = Stamps {
            choices: &choices,
            trust: &trust,
        };
        let held = self.trust_in_held(&choices, None)?;
        let renewed = self.stamp_again(desk, document_id, by, &held)?;
        self.clear_proposal(desk)?;
        Ok(renewed)
    }

    /// Only what is signed by all, and what no evidence record is over.
    pub(super) fn renewable(&self, document_id: &str) -> Result<()> {
        self.signed_by_all(document_id)?;
        if self.book.editions(document_id)?.is_empty() {
            return Err(OfficeError::NotSigned {
                document: document_id.to_owned(),
            });
        }
        self.not_carried(document_id)
    }

    /// The new archive time stamp of a document whose renewal was proposed; those it has are judged by `held`.
    pub(super) fn stamp_again(
        &mut self,
        desk: &dyn Desk,
        document_id: &str,
        by: Stamps<'_>,
        held: &Trust,
    ) -> Result<RenewedDocument> {
        let pdf = self.book.certificate_pdf(document_id)?;
        let data = self.still_known(desk, &pdf, held)?;
        let (renewed, heard) = self
            .stamped(desk, &pdf, &data, by)
            .map_err(OfficeError::unsigned)?;
        self.book.edition_add(
            &at(desk),
            document_id,
            &NewEdition {
                capacity: ARCHIVE.to_owned(),
                signer: heard.signer.clone(),
                level: "B-LTA".to_owned(),
                pdf: renewed,
            },
        )?;
        let last = heard.last;
        let time = last.as_ref().map(|last| last.time.clone());
        self.keep_last_stamp(desk, &member(document_id), last)?;
        Ok(RenewedDocument {
            authority: heard.signer,
            time: time.unwrap_or_default(),
        })
    }

    /// Nothing is done about a document that somebody has still to sign.
    pub(super) fn signed_by_all(&self, document_id: &str) -> Result<()> {
        let open = self.signatures_open(document_id)?;
        let names: Vec<&str> = open.iter().map(|c| c.as_str()).collect();
        match names.is_empty() {
            true => Ok(()),
            false => Err(OfficeError::Unsigned {
                document: document_id.to_owned(),
                open: names.join(", "),
            }),
        }
    }

    /// A file that an evidence record is over stays as it is: the record carries its proof on.
    pub(super) fn not_carried(&self, document_id: &str) -> Result<()> {
        let member = member(document_id);
        let case = self.book.certificate_case(document_id)?;
        for record in self.book.evidence_records(&case)? {
            if covered(&record.manifest_xml)?.contains(&member) {
                return Err(OfficeError::CarriedByRecord {
                    document: document_id.to_owned(),
                    record: layout::evidence_record(record.ordinal),
                });
            }
        }
        Ok(())
    }

    /// What can be heard now of every time stamp in a file. A stamp over a file that does not hold would prove nothing.
    fn still_known(
        &mut self,
        desk: &dyn Desk,
        pdf: &[u8],
        trust: &Trust,
    ) -> Result<ValidationData> {
        let judged = judge(pdf, trust, desk.now())?;
        let mut data = ValidationData::default();
        let stamps = judged.signatures.iter().flat_map(|one| &one.time_stamps);
        for stamp in stamps {
            let more = self.revocation_of(desk, &stamp.path)?;
            data.certificates.extend(stamp.path.iter().cloned());
            data.lists.extend(more.lists);
            data.responses.extend(more.responses);
        }
        Ok(data)
    }

    /// What can be heard now of a chain, each certificate issued by the next; who does not answer, or answers something
    /// else, leaves it unchecked. Nobody new is asked once [`PATIENCE`] is over.
    pub(super) fn revocation_of(
        &mut self,
        desk: &dyn Desk,
        chain: &[Vec<u8>],
    ) -> Result<ValidationData> {
        let mut heard = ValidationData::default();
        let begun = desk.now();
        let patient = || desk.now() - begun <= PATIENCE;
        for pair in chain.windows(2) {
            let [certificate, issuer] = pair else {
                continue;
            };
            let Ok(sources) = RevocationSources::of(certificate, issuer) else {
                continue;
            };
            let courier = self.courier(crate::revocation::limits())?;
            let speaks = |statement: &Vec<u8>| speaks_of(statement, certificate, issuer);
            for url in sources.lists.iter().filter(|_| patient()) {
                let delivery = courier.revocation_list(url);
                let list = self.received(desk, None, "revocation-list", delivery)?;
                if let Some(list) = list.filter(speaks) {
                    heard.lists.push(list);
                    break;
                }
            }
            for url in sources.responders.iter().filter(|_| patient()) {
                let delivery = courier.ask_responder(url, &sources.request);
                let response = self.received(desk, None, "ocsp", delivery)?;
                if let Some(response) = response.filter(speaks) {
                    heard.responses.push(response);
                    break;
                }
            }
        }
        Ok(heard)
    }

    /// What is heard of a signer's chain once the signature has its time stamp. Only a statement from after that tells that
    /// nothing was revoked when it was made (EN 319 102-1 §5.2.5); one that has become a revocation meanwhile stops it.
    pub(super) fn revocation_since(
        &mut self,
        desk: &dyn Desk,
        key: &dyn SignKey,
        before: ValidationData,
    ) -> Result<ValidationData> {
        // Whoever did not answer a moment ago is not waited for again.
        if before.lists.is_empty() && before.responses.is_empty() {
            return Ok(before);
        }
        let chain = key.chain();
        let now = self.revocation_of(desk, chain)?;
        let speaks = |statement: &[u8], number: usize| match chain.get(number..number + 2) {
            Some([certificate, issuer]) => speaks_of(statement, certificate, issuer),
            _ => false,
        };
        let since = ValidationData {
            certificates: Vec::new(),
            lists: newer(chain.len(), &speaks, before.lists, now.lists),
            responses: newer(chain.len(), &speaks, before.responses, now.responses),
        };
        fidem_signing::check(key, desk.now(), &statements(&since))
            .map_err(|e| OfficeError::not_signed(&e.into()))?;
        Ok(since)
    }

    // Validation data is put in once, after the last signature (it would settle nothing before); until then it is kept.
    pub(super) fn heard_before(
        &self,
        document_id: &str,
        now: &ValidationData,
    ) -> Result<ValidationData> {
        let mut all = match self.book.setting(&kept_under(document_id))? {
            None => Kept::default(),
            Some(text) => serde_json::from_str(&text).map_err(|e| OfficeError::Damaged {
                what: e.to_string(),
            })?,
        };
        all.add(now);
        Ok(all.data())
    }

    pub(super) fn remember(
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

/// The signatures of a file by the roots of the office's authorities; the newest stamp over the whole must hold, and nothing
/// may have been changed. Those of persons rest on roots that an office need not have.
fn judge(pdf: &[u8], trust: &Trust, now: i64) -> Result<Verification> {
    let refused = |reason: String| OfficeError::Signing { reason };
    let inputs = Inputs {
        intermediates: &trust.intermediates,
        algorithms: &trust.algorithms,
        known_links: Some(&trust.known_links),
        ..Inputs::new(pdf, &trust.anchors, UnixTime(now))
    };
    let judged = fidem_pades::verify(&inputs).map_err(|e| refused(e.to_string()))?;
    if let Some(against) = judged.findings.first() {
        return Err(refused(against.code.to_owned()));
    }
    let mut archives = judged.signatures.iter();
    let newest = archives.rfind(|one| one.kind == Kind::DocumentTimeStamp);
    match newest {
        Some(newest) if !newest.indication.is_passed() => {
            let worst = newest
                .findings
                .iter()
                .max_by_key(|finding| finding.severity);
            let why = worst.map_or("", |finding| finding.code);
            Err(refused(format!("{}: {why}", newest.field)))
        }
        _ => Ok(judged),
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

/// As a signature is checked with it.
pub(super) fn statements(data: &ValidationData) -> Revocation<'_> {
    Revocation {
        lists: &data.lists,
        responses: &data.responses,
    }
}

/// What was said now of the certificates of a chain, and what was said before of one of which nobody spoke again.
fn newer(
    certificates: usize,
    speaks: &dyn Fn(&[u8], usize) -> bool,
    before: Vec<Vec<u8>>,
    now: Vec<Vec<u8>>,
) -> Vec<Vec<u8>> {
    let said_again = |old: &Vec<u8>| {
        let mut of = (0..certificates).filter(|number| speaks(old, *number));
        of.all(|number| now.iter().any(|new| speaks(new, number)))
    };
    let kept: Vec<_> = before.into_iter().filter(|old| !said_again(old)).collect();
    [kept, now].concat()
}

fn kept_under(document_id: &str) -> String {
    format!("signing-data/{document_id}")
}

fn roots(choice: &AuthorityChoice) -> Vec<Vec<u8>> {
    let pem = choice.roots_pem.as_deref().unwrap_or_default();
    rfc3161_client::certificates_from_pem(pem.as_bytes()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A statement is the numbers of the certificates of which it speaks, after its own.
    fn of(before: &[&[u8]], now: &[&[u8]]) -> Vec<Vec<u8>> {
        let speaks = |statement: &[u8], number: usize| {
            statement[1..].iter().any(|one| usize::from(*one) == number)
        };
        let all = |said: &[&[u8]]| said.iter().map(|one| one.to_vec()).collect();
        newer(2, &speaks, all(before), all(now))
    }

    #[test]
    fn of_each_certificate_the_last_that_was_said_is_kept() {
        let (leaf, authority) = (&[9, 0][..], &[9, 1][..]);
        let later = (&[10, 0][..], &[10, 1][..]);
        assert_eq!(
            of(&[leaf, authority], &[later.0, later.1]),
            [later.0, later.1]
        );
        // Who was silent the second time, and one who answers for the other alone.
        assert_eq!(of(&[leaf, authority], &[]), [leaf, authority]);
        assert_eq!(of(&[leaf, authority], &[later.0]), [authority, later.0]);
        assert_eq!(of(&[leaf], &[later.1]), [leaf, later.1]);
        // One list may speak of both.
        assert_eq!(of(&[&[9, 0, 1]], &[later.0]), [&[9, 0, 1][..], later.0]);
        assert_eq!(of(&[leaf, authority], &[&[10, 0, 1]]), [[10, 0, 1]]);
    }
}
