//! Web captures as acts: begun before the browser starts, ended once.

use rusqlite::{OptionalExtension, Row, params};
use serde_json::{Value, json};

use crate::casebook::Casebook;
use crate::cases::{self, check_json, check_line};
use crate::error::{CasebookError, Result};
use crate::items::{self, NewItem};

/// A capture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capture {
    /// Random identifier, hex.
    pub id: String,
    /// Number of its case.
    pub case: String,
    /// The address as asked for.
    pub url: String,
    /// How it stands.
    pub state: CaptureState,
    /// Key that opens what it withholds.
    pub secret: String,
    /// What came of it: JSON, opaque here; `{}` until its items are in the case.
    pub summary_json: String,
    /// When it began.
    pub started_at: String,
    /// Who began it.
    pub started_by: String,
    /// When it ended.
    pub ended_at: Option<String>,
}

/// How a capture stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaptureState {
    /// Under way, or interrupted in the middle.
    Recording,
    /// Its items are in the case.
    Kept,
    /// It ended without anything to keep.
    Nothing,
}

impl CaptureState {
    fn as_str(self) -> &'static str {
        match self {
            Self::Recording => "recording",
            Self::Kept => "kept",
            Self::Nothing => "nothing",
        }
    }
}

const SELECT: &str = "SELECT c.id, f.number, c.url, c.state, c.secret, c.summary_json, c.started_at, p.name, c.ended_at
     FROM capture c JOIN casefile f ON f.no = c.casefile JOIN person p ON p.id = c.started_by";

impl Casebook {
    /// Records that a capture begins, with the key for what it withholds. The journal gets no key.
    ///
    /// # Errors
    /// [`CasebookError::UnknownCase`], [`CasebookError::CaseVoid`], [`CasebookError::BadText`].
    pub fn capture_begin(
        &mut self,
        at: &str,
        case: &str,
        id: &str,
        url: &str,
        secret: &str,
    ) -> Result<()> {
        check_line("url", url)?;
        let mut act = self.act(at)?;
        let key = cases::open_key(act.conn(), case)?;
        act.conn().execute(
            "INSERT INTO capture (id, casefile, url, state, secret, summary_json, started_at, started_by)
             VALUES (?1, ?2, ?3, 'recording', ?4, '{}', ?5, ?6)",
            params![id, key.no, url, secret, act.at(), act.person().id],
        )?;
        let details = json!({ "capture": id, "url": url });
        act.record("capture.begun", Some(&key), None, &details)?;
        act.commit()
    }

    /// Registers the items of a capture under way, with what is known of it (`summary`, JSON, made with their numbers) in
    /// the same transaction: a crash before the end leaves them known as its own, and no second set is made of it. Their
    /// numbers, in the order given.
    ///
    /// # Errors
    /// [`CasebookError::UnknownCapture`] when none of that id is under way, or it has its items; those of
    /// [`Casebook::batch_add`] and [`Casebook::items_add`].
    pub fn capture_keep(
        &mut self,
        at: &str,
        id: &str,
        facts_json: &str,
        items: &[NewItem],
        summary: impl FnOnce(&[u32]) -> String,
    ) -> Result<Vec<u32>> {
        let case = self.capture(id)?.case;
        let mut act = self.act(at)?;
        let key = cases::open_key(act.conn(), &case)?;
        let batch = items::receive(&mut act, &key, facts_json)?;
        let numbers = items::register(&mut act, &key, batch, items)?;
        let summary = summary(&numbers);
        check_json("summary", &summary)?;
        let changed = act.conn().execute(
            "UPDATE capture SET summary_json = ?2 WHERE id = ?1 AND state = 'recording' AND summary_json = '{}'",
            params![id, summary],
        )?;
        if changed == 0 {
            return Err(CasebookError::UnknownCapture { id: id.to_owned() });
        }
        act.commit()?;
        Ok(numbers)
    }

    /// Records how it ended.
    ///
    /// # Errors
    /// [`CasebookError::UnknownCapture`] when none of that id is under way; [`CasebookError::NotJson`].
    pub fn capture_end(
        &mut self,
        at: &str,
        id: &str,
        state: CaptureState,
        summary_json: &str,
    ) -> Result<()> {
        check_json("summary", summary_json)?;
        let case = self.capture(id)?.case;
        let mut act = self.act(at)?;
        let key = cases::key(act.conn(), &case)?;
        let changed = act.conn().execute(
            "UPDATE capture SET state = ?2, summary_json = ?3, ended_at = ?4 WHERE id = ?1 AND state = 'recording'",
            params![id, state.as_str(), summary_json, act.at()],
        )?;
        if changed == 0 {
            return Err(CasebookError::UnknownCapture { id: id.to_owned() });
        }
        let summary: Value = serde_json::from_str(summary_json).unwrap_or_default();
        let details = json!({"capture": id, "state": state.as_str(), "summary": summary});
        act.record("capture.ended", Some(&key), None, &details)?;
        act.commit()
    }

    /// One capture.
    ///
    /// # Errors
    /// [`CasebookError::UnknownCapture`].
    pub fn capture(&self, id: &str) -> Result<Capture> {
        let query = format!("{SELECT} WHERE c.id = ?1");
        self.conn
            .query_row(&query, [id], read)
            .optional()?
            .ok_or_else(|| CasebookError::UnknownCapture { id: id.to_owned() })
    }

    /// The captures of a case in the order of their beginning.
    ///
    /// # Errors
    /// [`CasebookError::UnknownCase`].
    pub fn captures(&self, case: &str) -> Result<Vec<Capture>> {
        let key = cases::key(&self.conn, case)?;
        let query = format!("{SELECT} WHERE c.casefile = ?1 ORDER BY c.rowid");
        let mut statement = self.conn.prepare_cached(&query)?;
        let rows = statement.query_map([key.no], read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Captures that began and have not ended: one may be under way; the others were interrupted.
    ///
    /// # Errors
    /// [`CasebookError::Database`].
    pub fn captures_under_way(&self) -> Result<Vec<Capture>> {
        let query = format!("{SELECT} WHERE c.state = 'recording' ORDER BY c.rowid");
        let mut statement = self.conn.prepare_cached(&query)?;
        let rows = statement.query_map([], read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Capture> {
    let state: String = row.get(3)?;
    Ok(Capture {
        id: row.get(0)?,
        case: row.get(1)?,
        url: row.get(2)?,
        state: match state.as_str() {
            "kept" => CaptureState::Kept,
            "nothing" => CaptureState::Nothing,
            _ => CaptureState::Recording,
        },
        secret: row.get(4)?,
        summary_json: row.get(5)?,
        started_at: row.get(6)?,
        started_by: row.get(7)?,
        ended_at: row.get(8)?,
    })
}
