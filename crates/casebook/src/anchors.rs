//! Anchorings of the office log as acts: prepared before anything is sent, and every change of state on record.

use fidem_fingerprint::hex;
use fidem_manifest::AnchorState;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::{Value, json};

use crate::casebook::Casebook;
use crate::cases::{check_json, check_line};
use crate::error::{CasebookError, Result};

/// Most octets of one file of evidence.
const LARGEST: usize = 64 << 20;

/// An anchoring that is about to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAnchor {
    /// Name of the rail in the settings.
    pub rail: String,
    /// Kind of the adapter.
    pub kind: String,
    /// Its version.
    pub adapter_version: u32,
    /// The network, as its kind names one.
    pub network: String,
    /// Entries of the office log under the root.
    pub size: u64,
    /// The root.
    pub root: [u8; 32],
    /// What is known of the network: JSON, opaque here.
    pub disclosure_json: String,
    /// What the adapter needs to go on.
    pub ticket: Vec<u8>,
}

/// An anchoring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// Number in the office, from 1.
    pub number: u32,
    /// What was prepared; the ticket is the newest.
    pub what: NewAnchor,
    /// How far it has come.
    pub state: AnchorState,
    /// Where it stands: JSON, opaque here.
    pub place_json: String,
    /// Why the last act at the rail failed.
    pub problem: Option<String>,
    /// When it was prepared.
    pub prepared_at: String,
    /// By whom.
    pub prepared_by: String,
    /// When its state changed last.
    pub changed_at: String,
}

/// A change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnchorStep {
    /// The state now.
    pub state: AnchorState,
    /// Where it stands: JSON.
    pub place_json: String,
    /// A newer ticket.
    pub ticket: Option<Vec<u8>>,
    /// Why, where it is forked.
    pub reason: Option<String>,
    /// Evidence that takes the place of what there was: names and octets.
    pub files: Vec<(String, Vec<u8>)>,
}

const SELECT: &str = "SELECT a.number, a.rail, a.kind, a.adapter_version, a.network, a.size, a.root, a.disclosure_json, a.ticket,
     a.state, a.place_json, a.problem, a.prepared_at, p.name, a.changed_at
     FROM anchor a JOIN person p ON p.id = a.prepared_by";

impl Casebook {
    /// Keeps what will be sent; its number.
    ///
    /// # Errors
    /// [`CasebookError::NotJson`], [`CasebookError::BadText`], [`CasebookError::BadTime`].
    pub fn anchor_begin(&mut self, at: &str, new: &NewAnchor) -> Result<u32> {
        check_line("rail", &new.rail)?;
        check_line("network", &new.network)?;
        check_json("disclosure", &new.disclosure_json)?;
        let mut act = self.act(at)?;
        let next = "SELECT coalesce(max(number), 0) + 1 FROM anchor";
        let number: u32 = act.conn().query_row(next, [], |row| row.get(0))?;
        act.conn().execute(
            "INSERT INTO anchor (number, rail, kind, adapter_version, network, size, root, disclosure_json, state, ticket,
                 place_json, prepared_at, prepared_by, changed_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'prepared', ?9, '{}', ?10, ?11, ?10)",
            params![
                number,
                new.rail,
                new.kind,
                new.adapter_version,
                new.network,
                new.size,
                new.root,
                new.disclosure_json,
                new.ticket,
                act.at(),
                act.person().id
            ],
        )?;
        let details = json!({
            "adapter": {"kind": new.kind, "version": new.adapter_version},
            "anchor": number,
            "network": new.network,
            "rail": new.rail,
            "root": hex::encode(&new.root),
            "size": new.size,
        });
        act.record("anchor.prepared", None, None, &details)?;
        act.commit()?;
        Ok(number)
    }

    /// Records how far it has come. The same state with a newer ticket or newer evidence is a step too.
    ///
    /// # Errors
    /// [`CasebookError::UnknownAnchor`], [`CasebookError::AnchorForked`], [`CasebookError::NotJson`],
    /// [`CasebookError::BadText`].
    pub fn anchor_step(&mut self, at: &str, number: u32, step: &AnchorStep) -> Result<()> {
        check_json("place", &step.place_json)?;
        let place: Value = serde_json::from_str(&step.place_json).unwrap_or_default();
        if step.files.iter().any(|(_, octets)| octets.len() > LARGEST) {
            return Err(CasebookError::BadText { field: "evidence" });
        }
        let known = self.anchor(number)?;
        if known.state == AnchorState::Forked && step.state != AnchorState::Forked {
            return Err(CasebookError::AnchorForked { anchor: number });
        }
        let mut act = self.act(at)?;
        act.conn().execute(
            "UPDATE anchor SET state = ?2, place_json = ?3, ticket = coalesce(?4, ticket), problem = ?5, changed_at = ?6
             WHERE number = ?1",
            params![
                number,
                step.state.as_str(),
                step.place_json,
                step.ticket,
                step.reason,
                act.at()
            ],
        )?;
        keep_files(act.conn(), act.at(), number, &step.files)?;
        let files: Vec<Value> = step
            .files
            .iter()
            .map(|(name, octets)| json!({"name": name, "sha256": hex::encode(&fidem_fingerprint::sha256(octets))}))
            .collect();
        let details = json!({
            "anchor": number,
            "files": files,
            "place": place,
            "reason": step.reason,
            "state": step.state.as_str(),
        });
        let action = format!("anchor.{}", step.state.as_str());
        act.record(&action, None, None, &details)?;
        act.commit()
    }

    /// Keeps why an act at the rail failed; the state stays.
    ///
    /// # Errors
    /// [`CasebookError::UnknownAnchor`].
    pub fn anchor_problem(&mut self, number: u32, problem: &str) -> Result<()> {
        let shortened: String = problem.chars().take(500).collect();
        let changed = self.conn.execute(
            "UPDATE anchor SET problem = ?2 WHERE number = ?1",
            params![number, shortened],
        )?;
        match changed {
            0 => Err(CasebookError::UnknownAnchor { anchor: number }),
            _ => Ok(()),
        }
    }

    /// Every anchoring, in the order of their numbers.
    ///
    /// # Errors
    /// [`CasebookError::Database`].
    pub fn anchors(&self) -> Result<Vec<Anchor>> {
        let sql = format!("{SELECT} ORDER BY a.number");
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map([], anchor)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// One anchoring.
    ///
    /// # Errors
    /// [`CasebookError::UnknownAnchor`].
    pub fn anchor(&self, number: u32) -> Result<Anchor> {
        let sql = format!("{SELECT} WHERE a.number = ?1");
        let mut statement = self.conn.prepare_cached(&sql)?;
        let found = statement.query_row([number], anchor).optional()?;
        found.ok_or(CasebookError::UnknownAnchor { anchor: number })
    }

    /// The newest evidence of an anchoring, by name.
    ///
    /// # Errors
    /// [`CasebookError::Database`].
    pub fn anchor_files(&self, number: u32) -> Result<Vec<(String, Vec<u8>)>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT name, octets FROM anchor_file WHERE anchor = ?1
             AND edition = (SELECT max(edition) FROM anchor_file WHERE anchor = ?1) ORDER BY name",
        )?;
        let rows = statement.query_map([number], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Where a leaf stands in the office log, from 0.
    ///
    /// # Errors
    /// [`CasebookError::Database`].
    pub fn log_index(&self, leaf: &[u8; 32]) -> Result<Option<u64>> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT min(idx) FROM log_leaf WHERE leaf = ?1")?;
        Ok(statement.query_row([leaf], |row| row.get(0))?)
    }

    /// Entries of the office log.
    ///
    /// # Errors
    /// [`CasebookError::Database`].
    pub fn log_size(&self) -> Result<u64> {
        let sql = "SELECT coalesce(max(idx) + 1, 0) FROM log_leaf";
        Ok(self.conn.query_row(sql, [], |row| row.get(0))?)
    }
}

fn keep_files(conn: &Connection, at: &str, number: u32, files: &[(String, Vec<u8>)]) -> Result<()> {
    if files.is_empty() {
        return Ok(());
    }
    let next = "SELECT coalesce(max(edition), 0) + 1 FROM anchor_file WHERE anchor = ?1";
    let edition: u32 = conn.query_row(next, [number], |row| row.get(0))?;
    for (name, octets) in files {
        check_line("name", name)?;
        conn.execute(
            "INSERT INTO anchor_file (anchor, edition, name, octets, at) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![number, edition, name, octets, at],
        )?;
    }
    Ok(())
}

fn anchor(row: &Row<'_>) -> rusqlite::Result<Anchor> {
    let state: String = row.get(9)?;
    let states = [
        AnchorState::Prepared,
        AnchorState::Submitted,
        AnchorState::Included,
        AnchorState::Final,
        AnchorState::Forked,
    ];
    Ok(Anchor {
        number: row.get(0)?,
        what: NewAnchor {
            rail: row.get(1)?,
            kind: row.get(2)?,
            adapter_version: row.get(3)?,
            network: row.get(4)?,
            size: row.get(5)?,
            root: row.get(6)?,
            disclosure_json: row.get(7)?,
            ticket: row.get(8)?,
        },
        // The table admits these five words only.
        state: states
            .into_iter()
            .find(|known| known.as_str() == state)
            .unwrap_or(AnchorState::Prepared),
        place_json: row.get(10)?,
        problem: row.get(11)?,
        prepared_at: row.get(12)?,
        prepared_by: row.get(13)?,
        changed_at: row.get(14)?,
    })
}
