//! Evidence records (证据记录): renewals of what was sealed. Every version is kept; nothing sealed is touched.

use fidem_fingerprint::{hex, sha256};
use rusqlite::params;
use serde_json::json;

use crate::casebook::Casebook;
use crate::cases::{self, check_json};
use crate::error::Result;

/// A version of an evidence record to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvidenceRecord {
    /// The case, by id or number.
    pub case: String,
    /// Number of the record within the case, from 1; names its members in a package.
    pub ordinal: u32,
    /// The manifest of what it covers, the same in every version.
    pub manifest_xml: Vec<u8>,
    /// The record, DER.
    pub record: Vec<u8>,
    /// What verification found: JSON, opaque here.
    pub summary_json: String,
}

/// The newest version of an evidence record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceRecord {
    /// Number within the case.
    pub ordinal: u32,
    /// How often it was stamped.
    pub version: u32,
    /// The manifest of what it covers.
    pub manifest_xml: Vec<u8>,
    /// The record, DER.
    pub record: Vec<u8>,
    /// What verification found: JSON.
    pub summary_json: String,
    /// When this version was kept.
    pub added_at: String,
}

impl Casebook {
    /// Keeps the records that one renewal made, all of them or none.
    ///
    /// # Errors
    /// [`crate::CasebookError::UnknownCase`], [`crate::CasebookError::NotJson`].
    pub fn evidence_add(&mut self, at: &str, records: &[NewEvidenceRecord]) -> Result<()> {
        let mut act = self.act(at)?;
        for new in records {
            check_json("summary", &new.summary_json)?;
            let key = cases::key(act.conn(), &new.case)?;
            let version: u32 = act.conn().query_row(
                "SELECT coalesce(max(version), 0) + 1 FROM evidence_record WHERE casefile = ?1 AND ordinal = ?2",
                params![key.no, new.ordinal],
                |row| row.get(0),
            )?;
            act.conn().execute(
                "INSERT INTO evidence_record (casefile, ordinal, version, manifest_xml, record, summary_json, added_at,
                     person) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                params![
                    key.no, new.ordinal, version, new.manifest_xml, new.record, new.summary_json, act.at(),
                    act.person().id
                ],
            )?;
            let details = json!({
                "manifest_sha256": hex::encode(&sha256(&new.manifest_xml)),
                "ordinal": new.ordinal,
                "record_sha256": hex::encode(&sha256(&new.record)),
                "version": version,
            });
            act.record("evidence.renewed", Some(&key), None, &details)?;
        }
        act.commit()
    }

    /// The evidence records of a case, each in its newest version.
    ///
    /// # Errors
    /// [`crate::CasebookError::UnknownCase`].
    pub fn evidence_records(&self, case: &str) -> Result<Vec<EvidenceRecord>> {
        let key = cases::key(&self.conn, case)?;
        let mut statement = self.conn.prepare_cached(
            "SELECT ordinal, version, manifest_xml, record, summary_json, added_at FROM evidence_record e
             WHERE casefile = ?1 AND version = (SELECT max(version) FROM evidence_record
                 WHERE casefile = e.casefile AND ordinal = e.ordinal)
             ORDER BY ordinal",
        )?;
        let rows = statement.query_map([key.no], |row| {
            Ok(EvidenceRecord {
                ordinal: row.get(0)?,
                version: row.get(1)?,
                manifest_xml: row.get(2)?,
                record: row.get(3)?,
                summary_json: row.get(4)?,
                added_at: row.get(5)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}
