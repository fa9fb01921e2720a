//! Signatures that lie beside an issued document, kept byte for byte.

use fidem_fingerprint::{hex, sha256};
use rusqlite::{OptionalExtension as _, params};
use serde_json::json;

use crate::casebook::Casebook;
use crate::cases::{self, check_line};
use crate::error::{CasebookError, Result};

/// A signature to be kept beside a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDetachedSignature {
    /// `handler`, `approver` or `office`.
    pub capacity: String,
    /// Name in the certificate that signed.
    pub signer: String,
    /// Algorithm, such as `SM2 SM3`.
    pub algorithm: String,
    /// SHA-256 of the file that is signed, as it stands.
    pub over: [u8; 32],
    /// DER of the signature (RFC 5652, GB/T 35275).
    pub cms: Vec<u8>,
}

/// A kept signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DetachedSignature {
    /// From 1.
    pub number: u32,
    /// In which capacity was signed.
    pub capacity: String,
    /// Name in the certificate.
    pub signer: String,
    /// Algorithm.
    pub algorithm: String,
    /// SHA-256 of the file that is signed.
    pub over: [u8; 32],
    /// DER of the signature.
    pub cms: Vec<u8>,
    /// SHA-256 of the signature.
    pub sha256: [u8; 32],
    /// When.
    pub at: String,
    /// Who was logged in.
    pub person: String,
}

impl Casebook {
    /// The id of a document's case.
    ///
    /// # Errors
    /// [`CasebookError::UnknownCertificate`].
    pub fn certificate_case(&self, document_id: &str) -> Result<String> {
        let of = "SELECT c.id FROM certificate d JOIN casefile c ON c.no = d.casefile WHERE d.document_id = ?1";
        let found = self.conn.query_row(of, [document_id], |row| row.get(0));
        found
            .optional()?
            .ok_or_else(|| CasebookError::UnknownCertificate {
                document_id: document_id.to_owned(),
            })
    }

    /// Keeps a signature beside a document; its digest enters the journal.
    ///
    /// # Errors
    /// [`CasebookError::UnknownCertificate`]; [`CasebookError::DigestMismatch`] where the document is another file by now.
    pub fn detached_signature_add(
        &mut self,
        at: &str,
        document_id: &str,
        new: &NewDetachedSignature,
    ) -> Result<u32> {
        check_line("capacity", &new.capacity)?;
        check_line("signer", &new.signer)?;
        check_line("algorithm", &new.algorithm)?;
        if self.certificate(document_id)?.sha256 != new.over {
            let what = "certificate";
            return Err(CasebookError::DigestMismatch { what });
        }
        let case = self.certificate_case(document_id)?;
        let digest = sha256(&new.cms);
        let mut act = self.act(at)?;
        let key = cases::open_key(act.conn(), &case)?;
        let number: u32 = act.conn().query_row(
            "SELECT coalesce(max(number), 0) + 1 FROM detached_signature WHERE document_id = ?1",
            [document_id],
            |row| row.get(0),
        )?;
        act.conn().execute(
            "INSERT INTO detached_signature (document_id, number, capacity, signer, algorithm, over, cms, sha256, at, person)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![
                document_id,
                number,
                new.capacity,
                new.signer,
                new.algorithm,
                new.over,
                new.cms,
                digest,
                act.at(),
                act.person().id
            ],
        )?;
        let details = json!({
            "algorithm": new.algorithm,
            "capacity": new.capacity,
            "document": document_id,
            "number": number,
            "over": hex::encode(&new.over),
            "sha256": hex::encode(&digest),
            "signer": new.signer,
        });
        act.record("certificate.signed-beside", Some(&key), None, &details)?;
        act.commit()?;
        Ok(number)
    }

    /// The signatures beside a document, in order, each compared with its digest.
    ///
    /// # Errors
    /// [`CasebookError::DigestMismatch`].
    pub fn detached_signatures(&self, document_id: &str) -> Result<Vec<DetachedSignature>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT s.number, s.capacity, s.signer, s.algorithm, s.over, s.cms, s.sha256, s.at, p.name
             FROM detached_signature s JOIN person p ON p.id = s.person WHERE s.document_id = ?1 ORDER BY s.number",
        )?;
        let rows = statement.query_map([document_id], |row| {
            Ok(DetachedSignature {
                number: row.get(0)?,
                capacity: row.get(1)?,
                signer: row.get(2)?,
                algorithm: row.get(3)?,
                over: row.get(4)?,
                cms: row.get(5)?,
                sha256: row.get(6)?,
                at: row.get(7)?,
                person: row.get(8)?,
            })
        })?;
        let kept: Vec<DetachedSignature> = rows.collect::<rusqlite::Result<_>>()?;
        match kept.iter().all(|one| sha256(&one.cms) == one.sha256) {
            true => Ok(kept),
            false => Err(CasebookError::DigestMismatch {
                what: "detached signature",
            }),
        }
    }
}
