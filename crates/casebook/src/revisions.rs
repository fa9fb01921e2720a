//! Deliveries: each export of a case is a numbered revision, kept so that it can be exported again byte for byte.

use fidem_fingerprint::hex;
use rusqlite::params;
use serde_json::json;

use crate::casebook::Casebook;
use crate::cases::{self, check_line};
use crate::error::{CasebookError, Result};
use crate::instant;

/// What a delivery needs besides what the case already keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// From 1, without gaps.
    pub number: u32,
    /// Names the delivered content: the same content is the same revision.
    pub content_key: String,
    /// The journal's length at the delivery; the extract ends there.
    pub journal_upto: u64,
    /// SHA-256 of the delivery manifest, which follows from the members.
    pub delivery_sha256: [u8; 32],
    /// The token over it; `None` when no authority answered, and the package says so.
    pub delivery_token: Option<Vec<u8>>,
    /// The revision statement's bytes.
    pub revision_json: Vec<u8>,
    /// When it was made, RFC 3339 UTC.
    pub created: String,
}

impl Casebook {
    /// Keeps a revision.
    ///
    /// # Errors
    /// [`CasebookError::RevisionOrder`], [`CasebookError::UnknownCase`], [`CasebookError::BadText`],
    /// [`CasebookError::BadTime`].
    pub fn revision_add(&mut self, at: &str, case: &str, revision: &Revision) -> Result<()> {
        check_line("content key", &revision.content_key)?;
        instant::check(&revision.created)?;
        let mut act = self.act(at)?;
        let key = cases::key(act.conn(), case)?;
        let expected: u32 = act.conn().query_row(
            "SELECT coalesce(max(number), 0) + 1 FROM revision WHERE casefile = ?1",
            [key.no],
            |row| row.get(0),
        )?;
        if revision.number != expected {
            let found = revision.number;
            return Err(CasebookError::RevisionOrder { expected, found });
        }
        act.conn().execute(
            "INSERT INTO revision (casefile, number, content_key, journal_upto, delivery_sha256, delivery_token,
                 revision_json, created, person) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                key.no, revision.number, revision.content_key, revision.journal_upto, revision.delivery_sha256,
                revision.delivery_token, revision.revision_json, revision.created, act.person().id
            ],
        )?;
        let details = json!({
            "content": revision.content_key,
            "delivery_sha256": hex::encode(&revision.delivery_sha256),
            "revision": revision.number,
            "stamped": revision.delivery_token.is_some(),
        });
        act.record("case.exported", Some(&key), None, &details)?;
        act.commit()
    }

    /// The revisions of a case, in order.
    ///
    /// # Errors
    /// [`CasebookError::UnknownCase`].
    pub fn revisions(&self, case: &str) -> Result<Vec<Revision>> {
        let key = cases::key(&self.conn, case)?;
        let mut statement = self.conn.prepare_cached(
            "SELECT number, content_key, journal_upto, delivery_sha256, delivery_token, revision_json, created
             FROM revision WHERE casefile = ?1 ORDER BY number",
        )?;
        let rows = statement.query_map([key.no], |row| {
            Ok(Revision {
                number: row.get(0)?,
                content_key: row.get(1)?,
                journal_upto: row.get(2)?,
                delivery_sha256: row.get(3)?,
                delivery_token: row.get(4)?,
                revision_json: row.get(5)?,
                created: row.get(6)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}
