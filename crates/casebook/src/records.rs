//! Records of work: drafted at any time, completed once, never edited. A change is a further version.

use fidem_fingerprint::{hex, sha256};
use rusqlite::{OptionalExtension, Row, params};
use serde_json::json;

use crate::casebook::Casebook;
use crate::cases::{self, check_json};
use crate::error::{CasebookError, Result};

/// What a record is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordKind {
    /// 现场记录.
    OnSite,
    /// 手机取证记录.
    Phone,
    /// Why work went on after an abnormal finding: written by one person, confirmed by another.
    Reason,
}

impl RecordKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::OnSite, Self::Phone, Self::Reason];

    /// Stable name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OnSite => "onsite",
            Self::Phone => "phone",
            Self::Reason => "reason",
        }
    }
}

/// One version of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkRecord {
    /// What it is about.
    pub kind: RecordKind,
    /// Number within case and kind, from 1.
    pub number: u32,
    /// Version, from 1.
    pub version: u32,
    /// Whether it is complete.
    pub complete: bool,
    /// What it says: JSON, opaque here.
    pub body_json: String,
    /// When this version was written.
    pub at: String,
    /// By whom.
    pub person: String,
    /// The item that this version became.
    pub item: Option<u32>,
}

const SELECT: &str =
    "SELECT r.kind, r.number, r.version, r.complete, r.body_json, r.written_at, p.name, t.item
     FROM record r JOIN person p ON p.id = r.written_by
     LEFT JOIN record_item t ON t.casefile = r.casefile AND t.kind = r.kind AND t.number = r.number
       AND t.version = r.version";

impl Casebook {
    /// Writes a version: the first of a new record, or the next of record `number`. The number and version it got. A
    /// reason is never complete by this: another person confirms it.
    ///
    /// # Errors
    /// [`CasebookError::UnknownRecord`], [`CasebookError::NotJson`], [`CasebookError::UnknownCase`],
    /// [`CasebookError::CaseVoid`].
    pub fn record_write(
        &mut self,
        at: &str,
        case: &str,
        kind: RecordKind,
        number: Option<u32>,
        complete: bool,
        body_json: &str,
    ) -> Result<(u32, u32)> {
        check_json("record", body_json)?;
        let complete = complete && kind != RecordKind::Reason;
        let kept = self.records(case)?;
        let of_kind = kept.iter().filter(|r| r.kind == kind);
        let (number, version) = match number {
            None => (of_kind.map(|r| r.number).max().unwrap_or(0) + 1, 1),
            Some(number) => {
                let versions = of_kind.filter(|r| r.number == number).map(|r| r.version);
                let last = versions.max();
                let last = last.ok_or(CasebookError::UnknownRecord { number })?;
                (number, last + 1)
            }
        };
        self.record_insert(at, case, kind, (number, version), complete, body_json)?;
        Ok((number, version))
    }

    /// Confirms the latest version of a reason; the version made by that.
    ///
    /// # Errors
    /// [`CasebookError::SamePerson`] for who wrote it; [`CasebookError::UnknownRecord`] where there is none, or it is
    /// confirmed already.
    pub fn reason_confirm(&mut self, at: &str, case: &str, number: u32) -> Result<u32> {
        let kept = self.records(case)?;
        let of_number = kept
            .iter()
            .filter(|r| r.kind == RecordKind::Reason && r.number == number);
        let last = of_number.max_by_key(|r| r.version);
        let last = last.filter(|r| !r.complete);
        let last = last.ok_or(CasebookError::UnknownRecord { number })?;
        if last.person == self.person.name {
            return Err(CasebookError::SamePerson {
                name: last.person.clone(),
                handled: "wrote the reason",
            });
        }
        let (version, body) = (last.version + 1, last.body_json.clone());
        self.record_insert(at, case, RecordKind::Reason, (number, version), true, &body)?;
        Ok(version)
    }

    fn record_insert(
        &mut self,
        at: &str,
        case: &str,
        kind: RecordKind,
        (number, version): (u32, u32),
        complete: bool,
        body_json: &str,
    ) -> Result<()> {
        let mut act = self.act(at)?;
        let key = cases::open_key(act.conn(), case)?;
        act.conn().execute(
            "INSERT INTO record (casefile, kind, number, version, complete, body_json, written_at, written_by)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![key.no, kind.as_str(), number, version, complete, body_json, act.at(), act.person().id],
        )?;
        // The journal travels with the case; drafts, and what they say of phones and accounts, do not.
        let digest = hex::encode(&sha256(body_json.as_bytes()));
        let details = json!({"body_sha256": digest, "kind": kind.as_str(), "number": number, "version": version});
        let action = match complete {
            true => "record.completed",
            false => "record.drafted",
        };
        act.record(action, Some(&key), None, &details)?;
        act.commit()
    }

    /// Notes which item a completed version became.
    ///
    /// # Errors
    /// [`CasebookError::UnknownRecord`].
    pub fn record_kept(
        &mut self,
        at: &str,
        case: &str,
        record: &WorkRecord,
        item: u32,
    ) -> Result<()> {
        let mut act = self.act(at)?;
        let key = cases::open_key(act.conn(), case)?;
        let (kind, number, version) = (record.kind.as_str(), record.number, record.version);
        let changed = act.conn().execute(
            "INSERT INTO record_item (casefile, kind, number, version, item)
             SELECT casefile, kind, number, version, ?5 FROM record
             WHERE casefile = ?1 AND kind = ?2 AND number = ?3 AND version = ?4 AND complete = 1",
            params![key.no, kind, number, version, item],
        )?;
        if changed == 0 {
            return Err(CasebookError::UnknownRecord { number });
        }
        let details = json!({"kind": kind, "number": number, "version": version});
        act.record("record.kept", Some(&key), Some(item), &details)?;
        act.commit()
    }

    /// All versions of all records of a case, by kind, number and version.
    ///
    /// # Errors
    /// [`CasebookError::UnknownCase`].
    pub fn records(&self, case: &str) -> Result<Vec<WorkRecord>> {
        let key = cases::key(&self.conn, case)?;
        let query = format!("{SELECT} WHERE r.casefile = ?1 ORDER BY r.kind, r.number, r.version");
        let mut statement = self.conn.prepare_cached(&query)?;
        let rows = statement.query_map([key.no], read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// One version of a record; the latest where none is named.
    ///
    /// # Errors
    /// [`CasebookError::UnknownRecord`], [`CasebookError::UnknownCase`].
    pub fn work_record(
        &self,
        case: &str,
        kind: RecordKind,
        number: u32,
        version: Option<u32>,
    ) -> Result<WorkRecord> {
        let key = cases::key(&self.conn, case)?;
        let query = format!(
            "{SELECT} WHERE r.casefile = ?1 AND r.kind = ?2 AND r.number = ?3 AND (?4 IS NULL OR r.version = ?4)
             ORDER BY r.version DESC LIMIT 1"
        );
        self.conn
            .query_row(
                &query,
                params![key.no, kind.as_str(), number, version],
                read,
            )
            .optional()?
            .ok_or(CasebookError::UnknownRecord { number })
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<WorkRecord> {
    let kind: String = row.get(0)?;
    let known = RecordKind::ALL.into_iter().find(|k| k.as_str() == kind);
    Ok(WorkRecord {
        kind: known.unwrap_or(RecordKind::OnSite),
        number: row.get(1)?,
        version: row.get(2)?,
        complete: row.get(3)?,
        body_json: row.get(4)?,
        at: row.get(5)?,
        person: row.get(6)?,
        item: row.get(7)?,
    })
}
