//! A document's way: what is written for it, who approved it, what was added to it later, to whom it went.

use fidem_fingerprint::{hex, sha256};
use rusqlite::{OptionalExtension, params};
use serde_json::{Value, json};

use crate::casebook::Casebook;
use crate::cases::{self, check_json, check_line};
use crate::error::{CasebookError, Result};

/// What a person wrote for a document that is not issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperDraft {
    /// JSON, opaque here.
    pub particulars_json: String,
    /// When it was last changed.
    pub at: String,
    /// By whom.
    pub person: String,
}

/// An approval as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// Which kind of document.
    pub kind: String,
    /// SHA-256 of the content that was approved.
    pub content_sha256: [u8; 32],
    /// The checklist as ticked: JSON.
    pub checklist_json: String,
    /// When.
    pub at: String,
    /// Who.
    pub person: String,
}

/// A document added to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amendment {
    /// The added one.
    pub document_id: String,
    /// The one it is added to.
    pub amends: String,
    /// `explanation`, `supplement`, `correction` or `withdrawal`.
    pub sort: String,
    /// When it was issued.
    pub at: String,
}

/// What was put on a document's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEdition {
    /// `handler`, `approver`, `office`, or `archive` for a time stamp alone.
    pub capacity: String,
    /// Name in the certificate that signed.
    pub signer: String,
    /// PAdES level reached, such as `B-LT`.
    pub level: String,
    /// The whole file.
    pub pdf: Vec<u8>,
}

/// A kept edition, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// From 1; the file as issued is none.
    pub number: u32,
    /// In which capacity was signed.
    pub capacity: String,
    /// Name in the certificate.
    pub signer: String,
    /// PAdES level.
    pub level: String,
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
    /// When.
    pub at: String,
    /// Who was logged in.
    pub person: String,
}

/// A line of the copy register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyGiven {
    /// The document.
    pub document_id: String,
    /// `paper` or `file`.
    pub form: String,
    /// How many.
    pub copies: u32,
    /// To whom.
    pub recipient: String,
    /// On what ground.
    pub basis: String,
    /// When.
    pub at: String,
    /// By whom.
    pub person: String,
}

impl Casebook {
    /// Keeps what a person wrote for a document. The journal gets its digest.
    ///
    /// # Errors
    /// [`CasebookError::NotJson`], [`CasebookError::UnknownCase`], [`CasebookError::CaseVoid`].
    pub fn paper_draft_set(
        &mut self,
        at: &str,
        case: &str,
        kind: &str,
        particulars_json: &str,
    ) -> Result<()> {
        check_line("kind", kind)?;
        check_json("particulars", particulars_json)?;
        let mut act = self.act(at)?;
        let key = cases::open_key(act.conn(), case)?;
        act.conn().execute(
            "INSERT INTO paper_draft (casefile, kind, particulars_json, changed_at, changed_by)
             VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (casefile, kind)
             DO UPDATE SET particulars_json = ?3, changed_at = ?4, changed_by = ?5",
            params![key.no, kind, particulars_json, act.at(), act.person().id],
        )?;
        let digest = hex::encode(&sha256(particulars_json.as_bytes()));
        let details = json!({ "kind": kind, "sha256": digest });
        act.record("certificate.drafted", Some(&key), None, &details)?;
        act.commit()
    }

    /// What was last written for a document of that kind.
    ///
    /// # Errors
    /// [`CasebookError::UnknownCase`].
    pub fn paper_draft(&self, case: &str, kind: &str) -> Result<Option<PaperDraft>> {
        let key = cases::key(&self.conn, case)?;
        let found = self.conn.query_row(
            "SELECT d.particulars_json, d.changed_at, p.name FROM paper_draft d
             JOIN person p ON p.id = d.changed_by WHERE d.casefile = ?1 AND d.kind = ?2",
            params![key.no, kind],
            |row| {
                Ok(PaperDraft {
                    particulars_json: row.get(0)?,
                    at: row.get(1)?,
                    person: row.get(2)?,
                })
            },
        );
        Ok(found.optional()?)
    }

    /// Records the open person's approval of a content.
    ///
    /// # Errors
    /// [`CasebookError::NotJson`], [`CasebookError::UnknownCase`], [`CasebookError::CaseVoid`].
    pub fn approval_add(
        &mut self,
        at: &str,
        case: &str,
        kind: &str,
        content_sha256: [u8; 32],
        checklist_json: &str,
    ) -> Result<()> {
        check_line("kind", kind)?;
        check_json("checklist", checklist_json)?;
        let checklist: Value = serde_json::from_str(checklist_json).unwrap_or_default();
        let mut act = self.act(at)?;
        let key = cases::open_key(act.conn(), case)?;
        act.conn().execute(
            "INSERT INTO approval (casefile, kind, content_sha256, checklist_json, at, person)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                key.no,
                kind,
                content_sha256,
                checklist_json,
                act.at(),
                act.person().id
            ],
        )?;
        let details = json!({
            "checklist": checklist,
            "content_sha256": hex::encode(&content_sha256),
            "kind": kind,
        });
        act.record("certificate.approved", Some(&key), None, &details)?;
        act.commit()
    }

    /// The approvals of a case, in order.
    ///
    /// # Errors
    /// [`CasebookError::UnknownCase`].
    pub fn approvals(&self, case: &str) -> Result<Vec<Approval>> {
        let key = cases::key(&self.conn, case)?;
        let mut statement = self.conn.prepare_cached(
            "SELECT a.kind, a.content_sha256, a.checklist_json, a.at, p.name FROM approval a
             JOIN person p ON p.id = a.person WHERE a.casefile = ?1 ORDER BY a.id",
        )?;
        let rows = statement.query_map([key.no], |row| {
            Ok(Approval {
                kind: row.get(0)?,
                content_sha256: row.get(1)?,
                checklist_json: row.get(2)?,
                at: row.get(3)?,
                person: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// What was added to documents of a case, in order.
    ///
    /// # Errors
    /// [`CasebookError::UnknownCase`].
    pub fn amendments(&self, case: &str) -> Result<Vec<Amendment>> {
        let key = cases::key(&self.conn, case)?;
        let mut statement = self.conn.prepare_cached(
            "SELECT a.document_id, a.amends, a.sort, d.issued_at FROM amendment a
             JOIN certificate d ON d.document_id = a.document_id WHERE d.casefile = ?1 ORDER BY d.rowid",
        )?;
        let rows = statement.query_map([key.no], |row| {
            Ok(Amendment {
                document_id: row.get(0)?,
                amends: row.get(1)?,
                sort: row.get(2)?,
                at: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Keeps a document's file after a signature or time stamp was put on it.
    ///
    /// # Errors
    /// [`CasebookError::UnknownCertificate`]; [`CasebookError::DigestMismatch`] where the file does not start with the
    /// octets of the edition before.
    pub fn edition_add(&mut self, at: &str, document_id: &str, new: &NewEdition) -> Result<u32> {
        check_line("capacity", &new.capacity)?;
        check_line("signer", &new.signer)?;
        check_line("level", &new.level)?;
        let before = self.certificate_pdf(document_id)?;
        if !new.pdf.starts_with(&before) {
            let what = "certificate";
            return Err(CasebookError::DigestMismatch { what });
        }
        let case = self.certificate_case(document_id)?;
        let digest = sha256(&new.pdf);
        let mut act = self.act(at)?;
        let key = cases::open_key(act.conn(), &case)?;
        let number: u32 = act.conn().query_row(
            "SELECT coalesce(max(number), 0) + 1 FROM edition WHERE document_id = ?1",
            [document_id],
            |row| row.get(0),
        )?;
        act.conn().execute(
            "INSERT INTO edition (document_id, number, capacity, signer, level, pdf, sha256, at, person)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                document_id,
                number,
                new.capacity,
                new.signer,
                new.level,
                new.pdf,
                digest,
                act.at(),
                act.person().id
            ],
        )?;
        let details = json!({
            "capacity": new.capacity,
            "document": document_id,
            "level": new.level,
            "number": number,
            "sha256": hex::encode(&digest),
            "signer": new.signer,
        });
        act.record("certificate.signed", Some(&key), None, &details)?;
        act.commit()?;
        Ok(number)
    }

    /// The editions of a document, in order.
    ///
    /// # Errors
    /// [`CasebookError::Database`].
    pub fn editions(&self, document_id: &str) -> Result<Vec<Edition>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT e.number, e.capacity, e.signer, e.level, e.sha256, e.at, p.name FROM edition e
             JOIN person p ON p.id = e.person WHERE e.document_id = ?1 ORDER BY e.number",
        )?;
        let rows = statement.query_map([document_id], |row| {
            Ok(Edition {
                number: row.get(0)?,
                capacity: row.get(1)?,
                signer: row.get(2)?,
                level: row.get(3)?,
                sha256: row.get(4)?,
                at: row.get(5)?,
                person: row.get(6)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Enters into the copy register that copies were given.
    ///
    /// # Errors
    /// [`CasebookError::BadText`] without recipient or ground, [`CasebookError::UnknownCertificate`].
    pub fn copy_given_add(&mut self, at: &str, case: &str, copy: &CopyGiven) -> Result<()> {
        check_line("recipient", &copy.recipient)?;
        check_line("basis", &copy.basis)?;
        let known = self.certificates(case)?;
        if !known.iter().any(|d| d.document_id == copy.document_id) {
            return Err(CasebookError::UnknownCertificate {
                document_id: copy.document_id.clone(),
            });
        }
        let mut act = self.act(at)?;
        let key = cases::key(act.conn(), case)?;
        act.conn().execute(
            "INSERT INTO copy_given (document_id, form, copies, recipient, basis, at, person)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                copy.document_id,
                copy.form,
                copy.copies,
                copy.recipient,
                copy.basis,
                act.at(),
                act.person().id
            ],
        )?;
        let details = json!({
            "basis": copy.basis,
            "copies": copy.copies,
            "document": copy.document_id,
            "form": copy.form,
            "recipient": copy.recipient,
        });
        act.record("certificate.copied", Some(&key), None, &details)?;
        act.commit()
    }

    /// The copy register of a case, in order.
    ///
    /// # Errors
    /// [`CasebookError::UnknownCase`].
    pub fn copies_given(&self, case: &str) -> Result<Vec<CopyGiven>> {
        let key = cases::key(&self.conn, case)?;
        let mut statement = self.conn.prepare_cached(
            "SELECT g.document_id, g.form, g.copies, g.recipient, g.basis, g.at, p.name FROM copy_given g
             JOIN certificate d ON d.document_id = g.document_id JOIN person p ON p.id = g.person
             WHERE d.casefile = ?1 ORDER BY g.id",
        )?;
        let rows = statement.query_map([key.no], |row| {
            Ok(CopyGiven {
                document_id: row.get(0)?,
                form: row.get(1)?,
                copies: row.get(2)?,
                recipient: row.get(3)?,
                basis: row.get(4)?,
                at: row.get(5)?,
                person: row.get(6)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}
