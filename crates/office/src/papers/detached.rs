//! Signatures beside a document (`.p7s`): SM2 with SM3 for readers of 国密, who find no SM2 inside a PDF.

use fidem_casebook::{DetachedSignature, NewDetachedSignature};
use fidem_certificate::CertificateData;
use fidem_fingerprint::sha256;
use fidem_package::layout;
use fidem_signing::{Detached, ValidationData};
use rfc3161_client::{CmsSignature, DigestAlgorithm, Imprint};

use super::archiving::statements;
use super::ending::member;
use super::keys::{KeyPlace, open_key};
use super::signing::SigningCapacity;
use crate::folder::at;
use crate::renewal::RecordSummary;
use crate::revocation::MAX_EMBEDDED;
use crate::{Desk, Office, OfficeError, Result};

/// Octets of what was heard and of the time stamp, which travel in a signature: verifiers read none of more than a megabyte.
const MAX_TRAVELLING: usize = 960 << 10;

/// A signature as it was put beside a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedBeside {
    /// Name in the certificate.
    pub signer: String,
    /// Algorithm, such as `SM2 SM3`.
    pub algorithm: &'static str,
    /// Its number among those of the document, from 1.
    pub number: u32,
    /// DER of the signature.
    pub cms: Vec<u8>,
}

impl Office {
    /// Signs a document's file as it stands, from beside, as the person who is logged in; with a time stamp of the
    /// signature. Whoever is to sign inside has signed before, since each of those signatures makes another file.
    ///
    /// # Errors
    /// [`OfficeError::Unsigned`] while somebody has still to sign inside; [`OfficeError::NotYourSignature`] for another's
    /// capacity; [`OfficeError::SignedBeside`] for a second signature in that capacity over the same file; those of
    /// [`Office::sign_document`] for key and certificate; [`OfficeError::NoAuthority`].
    pub fn sign_document_beside(
        &mut self,
        desk: &dyn Desk,
        document_id: &str,
        capacity: SigningCapacity,
        key: &KeyPlace<'_>,
    ) -> Result<SignedBeside> {
        let document = self.book.certificate(document_id)?;
        self.signed_by_all(document_id)?;
        // Pages that say that they are not signed electronically are not signed beside either.
        let data: CertificateData =
            serde_json::from_str(&document.data_json).map_err(|e| OfficeError::Damaged {
                what: e.to_string(),
            })?;
        if !data.electronically_signed || !self.is_mine(&document, capacity) {
            return Err(OfficeError::NotYourSignature {
                capacity: capacity.as_str(),
                next: "none",
            });
        }
        let pdf = self.book.certificate_pdf(document_id)?;
        self.not_beside(document_id, capacity, &document.sha256)?;
        let key = open_key(key)?;
        let signer = self.signer(key.as_ref(), capacity)?;
        let choices = self.authorities()?;
        let trust = crate::trust::for_stamping(&choices, None)?;
        let heard = self.revocation_of(desk, key.chain())?;
        let signature = Detached::sign(&pdf, key.as_ref(), desk.now(), &statements(&heard))
            .map_err(|e| OfficeError::not_signed(&e))?;
        let imprint = Imprint {
            algorithm: DigestAlgorithm::Sha256,
            value: signature.imprint().to_vec(),
        };
        let (authority, reply) = self.first_good(desk, &choices, &imprint, &trust)?;
        let last = Some(RecordSummary::of(authority, &reply.summary));
        let since = self.revocation_since(desk, key.as_ref(), heard)?;
        let since = travelling(since, reply.token.len());
        let cms = signature
            .finish(Some(&reply.token), &statements(&since))
            .map_err(|e| OfficeError::not_signed(&e))?;
        // What no verifier reads is not kept.
        CmsSignature::parse(&cms).map_err(|e| OfficeError::Signing {
            reason: e.to_string(),
        })?;
        let algorithm = key.algorithm().name();
        let new = NewDetachedSignature {
            capacity: capacity.as_str().to_owned(),
            signer: signer.clone(),
            algorithm: algorithm.to_owned(),
            over: sha256(&pdf),
            cms: cms.clone(),
        };
        // What is kept of a signature that is not there says nothing; one without it would stand in no calendar.
        let last_number = self.book.detached_signatures(document_id)?.pop();
        let number = last_number.map_or(1, |one| one.number + 1);
        let name = layout::detached_signature(&member(document_id), number);
        self.keep_last_stamp(desk, &name, last)?;
        let number = self
            .book
            .detached_signature_add(&at(desk), document_id, &new)?;
        Ok(SignedBeside {
            signer,
            algorithm,
            number,
            cms,
        })
    }

    /// One signature in each capacity over one file says all there is to say.
    fn not_beside(
        &self,
        document_id: &str,
        capacity: SigningCapacity,
        over: &[u8; 32],
    ) -> Result<()> {
        let kept = self.book.detached_signatures(document_id)?;
        let mut same = kept.iter().filter(|one| one.over == *over);
        match same.any(|one| one.capacity == capacity.as_str()) {
            false => Ok(()),
            true => Err(OfficeError::SignedBeside {
                document: document_id.to_owned(),
            }),
        }
    }

    /// The signatures beside a document, in order.
    ///
    /// # Errors
    /// [`OfficeError::Casebook`].
    pub fn detached_signatures(&self, document_id: &str) -> Result<Vec<DetachedSignature>> {
        Ok(self.book.detached_signatures(document_id)?)
    }

    /// The signatures beside a document under the names that they have beside a file of that name.
    ///
    /// # Errors
    /// [`OfficeError::Casebook`].
    pub fn signatures_beside(
        &self,
        document_id: &str,
        file: &str,
    ) -> Result<Vec<(String, Vec<u8>)>> {
        let kept = self.book.detached_signatures(document_id)?;
        let named = kept.into_iter().map(|one| {
            let name = layout::detached_signature(file, one.number);
            (name, one.cms)
        });
        Ok(named.collect())
    }
}

/// What was heard, as far as there is room beside a time stamp of that size. All of it was looked at; of what is left out
/// whoever verifies has to ask again.
fn travelling(mut heard: ValidationData, stamp: usize) -> ValidationData {
    let mut room = MAX_TRAVELLING.saturating_sub(stamp).min(MAX_EMBEDDED);
    let mut fits = |statement: &Vec<u8>| {
        let left = room.checked_sub(statement.len());
        room = left.unwrap_or(room);
        left.is_some()
    };
    // Small ones first, which say more of the day.
    heard.responses.retain(&mut fits);
    heard.lists.retain(&mut fits);
    heard
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_travel_as_far_as_there_is_room() {
        let list = |size: usize| vec![0x30; size];
        let of = |sizes: &[usize], stamp| {
            let heard = ValidationData {
                lists: sizes.iter().map(|size| list(*size)).collect(),
                responses: vec![list(1)],
                ..ValidationData::default()
            };
            let kept = travelling(heard, stamp);
            kept.lists.iter().map(Vec::len).collect::<Vec<_>>()
        };
        assert_eq!(
            of(&[700 << 10, 10, 500 << 10, 20 << 10], 6_000),
            [10, 500 << 10]
        );
        let large = ValidationData {
            responses: vec![list(8 << 20), list(9)],
            ..ValidationData::default()
        };
        assert_eq!(travelling(large, 6_000).responses, [list(9)]);
        assert_eq!(of(&[500 << 10, 10], 600 << 10), [10]);
        assert!(of(&[1], 2 << 20).is_empty());
    }
}
