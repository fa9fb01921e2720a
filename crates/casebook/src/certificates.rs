//! Issued documents, kept byte for byte.

use fidem_fingerprint::{hex, sha256};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::json;

use crate::casebook::Casebook;
use crate::cases::{self, CaseKey, check_json, check_line};
use crate::error::{CasebookError, Result, is_duplicate};
use crate::seals;

/// A document to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCertificate {
    /// Which of the kinds of document.
    pub kind: String,
    /// The number printed on it; unique in the office.
    pub document_id: String,
    /// It covers the seals 1 to this one.
    pub seals_upto: u32,
    /// The file.
    pub pdf: Vec<u8>,
    /// What was set into the template: JSON, opaque here.
    pub data_json: String,
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
    /// Who reviewed; `None` prints 未经第二人复核.
    pub reviewed_by: Option<String>,
    /// The issued document that this one is added to, and how it bears on it.
    pub amends: Option<(String, String)>,
    /// Where the seal of the office goes: JSON, opaque here.
    pub seal_place: Option<String>,
}

/// A kept document, without its bytes ([`Casebook::certificate_pdf`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Which of the kinds of document.
    pub kind: String,
    /// The number printed on it.
    pub document_id: String,
    /// It covers the seals 1 to this one.
    pub seals_upto: u32,
    /// What was set into the template: JSON.
    pub data_json: String,
    /// SHA-256 of the file with all signatures put on it so far.
    pub sha256: [u8; 32],
    /// Who reviewed.
    pub reviewed_by: Option<String>,
    /// When it was issued.
    pub issued_at: String,
    /// By whom.
    pub issued_by: String,
    /// Where the seal of the office goes: JSON.
    pub seal_place: Option<String>,
}

const SELECT: &str = "SELECT d.kind, d.document_id, d.seals_upto, d.data_json,
         coalesce((SELECT e.sha256 FROM edition e WHERE e.document_id = d.document_id ORDER BY e.number DESC LIMIT 1), d.sha256),
         d.reviewed_by, d.issued_at, p.name, d.seal_place
     FROM certificate d JOIN person p ON p.id = d.issued_by";

impl Casebook {
    /// Keeps an issued document; its digest enters the journal.
    ///
    /// # Errors
    /// [`CasebookError::DigestMismatch`], [`CasebookError::CertificateExists`], [`CasebookError::UnknownSeal`],
    /// [`CasebookError::CaseVoid`], [`CasebookError::NotJson`], [`CasebookError::BadText`].
    pub fn certificate_add(&mut self, at: &str, case: &str, new: &NewCertificate) -> Result<()> {
        check_line("kind", &new.kind)?;
        check_line("document id", &new.document_id)?;
        check_json("data", &new.data_json)?;
        if sha256(&new.pdf) != new.sha256 {
            let what = "certificate";
            return Err(CasebookError::DigestMismatch { what });
        }
        let mut act = self.act(at)?;
        let key = cases::open_key(act.conn(), case)?;
        if new.seals_upto > 0 {
            seals::one(act.conn(), &key, new.seals_upto)?;
        }
        act.conn()
            .execute(
                "INSERT INTO certificate (document_id, casefile, kind, seals_upto, pdf, data_json, sha256, reviewed_by,
                     issued_at, issued_by, seal_place) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
                params![
                    new.document_id, key.no, new.kind, new.seals_upto, new.pdf, new.data_json, new.sha256,
                    new.reviewed_by, act.at(), act.person().id, new.seal_place
                ],
            )
            .map_err(|e| match is_duplicate(&e) {
                true => CasebookError::CertificateExists {
                    document_id: new.document_id.clone(),
                },
                false => e.into(),
            })?;
        if let Some((amends, sort)) = &new.amends {
            amend(act.conn(), &key, new, amends, sort)?;
        }
        let details = json!({
            "amends": new.amends,
            "document": new.document_id,
            "kind": new.kind,
            "reviewed_by": new.reviewed_by,
            "seals_upto": new.seals_upto,
            "sha256": hex::encode(&new.sha256),
        });
        act.record("certificate.issued", Some(&key), None, &details)?;
        act.commit()
    }

    /// The documents of a case, the oldest first.
    ///
    /// # Errors
    /// [`CasebookError::UnknownCase`].
    pub fn certificates(&self, case: &str) -> Result<Vec<Certificate>> {
        let key = cases::key(&self.conn, case)?;
        let sql = format!("{SELECT} WHERE d.casefile = ?1 ORDER BY d.rowid");
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map([key.no], certificate)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// One document.
    ///
    /// # Errors
    /// [`CasebookError::UnknownCertificate`].
    pub fn certificate(&self, document_id: &str) -> Result<Certificate> {
        let sql = format!("{SELECT} WHERE d.document_id = ?1");
        let found = self.conn.query_row(&sql, [document_id], certificate);
        found
            .optional()?
            .ok_or_else(|| CasebookError::UnknownCertificate {
                document_id: document_id.to_owned(),
            })
    }

    /// SHA-256 of a document's file as it was issued, before any signature.
    ///
    /// # Errors
    /// [`CasebookError::UnknownCertificate`].
    pub fn certificate_issued(&self, document_id: &str) -> Result<[u8; 32]> {
        let sql = "SELECT sha256 FROM certificate WHERE document_id = ?1";
        let found = self.conn.query_row(sql, [document_id], |row| row.get(0));
        found
            .optional()?
            .ok_or_else(|| CasebookError::UnknownCertificate {
                document_id: document_id.to_owned(),
            })
    }

    /// A document's file with all signatures put on it so far, compared with its digest.
    ///
    /// # Errors
    /// [`CasebookError::UnknownCertificate`], [`CasebookError::DigestMismatch`].
    pub fn certificate_pdf(&self, document_id: &str) -> Result<Vec<u8>> {
        let found: Option<(Vec<u8>, [u8; 32])> = self
            .conn
            .query_row(
                "SELECT pdf, sha256 FROM (
                     SELECT number, pdf, sha256 FROM edition WHERE document_id = ?1
                     UNION ALL SELECT 0, pdf, sha256 FROM certificate WHERE document_id = ?1
                 ) ORDER BY number DESC LIMIT 1",
                [document_id],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()?;
        let (pdf, digest) = found.ok_or_else(|| CasebookError::UnknownCertificate {
            document_id: document_id.to_owned(),
        })?;
        match sha256(&pdf) == digest {
            true => Ok(pdf),
            false => Err(CasebookError::DigestMismatch {
                what: "certificate",
            }),
        }
    }
}

fn amend(
    conn: &Connection,
    key: &CaseKey,
    new: &NewCertificate,
    amends: &str,
    sort: &str,
) -> Result<()> {
    let known: bool = conn.query_row(
        "SELECT EXISTS (SELECT 1 FROM certificate WHERE document_id = ?1 AND casefile = ?2)",
        params![amends, key.no],
        |row| row.get(0),
    )?;
    if !known {
        return Err(CasebookError::UnknownCertificate {
            document_id: amends.to_owned(),
        });
    }
    conn.execute(
        "INSERT INTO amendment (document_id, amends, sort) VALUES (?1, ?2, ?3)",
        params![new.document_id, amends, sort],
    )?;
    // What was written for it is said now; the next amendment is another.
    conn.execute(
        "DELETE FROM paper_draft WHERE casefile = ?1 AND kind = ?2",
        params![key.no, new.kind],
    )?;
    Ok(())
}

fn certificate(row: &Row<'_>) -> rusqlite::Result<Certificate> {
    Ok(Certificate {
        kind: row.get(0)?,
        document_id: row.get(1)?,
        seals_upto: row.get(2)?,
        data_json: row.get(3)?,
        sha256: row.get(4)?,
        reviewed_by: row.get(5)?,
        issued_at: row.get(6)?,
        issued_by: row.get(7)?,
        seal_place: row.get(8)?,
    })
}
