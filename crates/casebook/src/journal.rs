//! The journal (保管链日志): append-only, hash-linked, never empty of who did what, when and where.

use std::collections::BTreeMap;

use fidem_fingerprint::{hex, sha256};
use fidem_manifest::chain;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::act::ENTRY_FORMAT;
use crate::casebook::Casebook;
use crate::cases;
use crate::error::{CasebookError, Result};

/// The state of the journal after a number of entries. Printed on certificates, it shows a rollback of the whole file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Number of the last entry, from 1; 0 when there is none.
    pub seq: u64,
    /// Chain hash after it; 32 zero octets when there is none.
    pub hash: [u8; 32],
}

/// One entry as it stands in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Number, from 1, without gaps.
    pub seq: u64,
    /// What was done, for example `item.added`.
    pub action: String,
    /// The entry itself: canonical JSON, format `fidem-journal/1`.
    pub bytes: Vec<u8>,
    /// Chain hash after this entry: SHA-256(hash before ‖ SHA-256(bytes)).
    pub hash: [u8; 32],
}

impl Entry {
    /// SHA-256 of the entry, which stands for it in another case's extract.
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        sha256(&self.bytes)
    }
}

/// Which entries to read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JournalFilter {
    /// Only of this case, by id or number.
    pub case: Option<String>,
    /// Only of this action.
    pub action: Option<String>,
    /// From this number on; 0 and 1 both mean from the first.
    pub from_seq: u64,
    /// Up to and including this number.
    pub upto: Option<u64>,
    /// At most so many.
    pub limit: Option<u64>,
}

/// Where and how the journal does not hold together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the journal is broken at entry {seq}: {kind}")]
pub struct JournalFault {
    /// The first entry that is not as it was written.
    pub seq: u64,
    /// How.
    pub kind: FaultKind,
}

/// What was done to the journal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FaultKind {
    /// The entry is gone and later ones are there.
    #[error("the entry is missing")]
    Missing,
    /// The entry and everything after it is gone, though the kept head counts them.
    #[error("the tail is cut off; the kept head counts {head} entries")]
    Truncated {
        /// What the kept head counts.
        head: u64,
    },
    /// There are entries beyond the kept head.
    #[error("there are entries beyond the kept head of {head}")]
    BeyondHead {
        /// What the kept head counts.
        head: u64,
    },
    /// The entry is not the one its hash was made of.
    #[error("the entry was altered")]
    Altered,
    /// The entry is whole but does not follow on the one before it: one of the two was replaced.
    #[error("the entry does not follow on the one before it")]
    Unlinked,
    /// Another entry stands here.
    #[error("entry {found} stands in its place")]
    Misplaced {
        /// The number the entry itself states.
        found: u64,
    },
    /// The columns beside the entry do not repeat what it says.
    #[error("the columns beside the entry contradict it")]
    Relabelled,
    /// The last entry's hash is not that of the kept head.
    #[error("the kept head has another hash")]
    HeadDiffers,
    /// The entry cannot be read at all.
    #[error("the entry cannot be read: {reason}")]
    Unreadable {
        /// What the reader met.
        reason: String,
    },
}

/// Something that left the machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Egress {
    /// Octets sent.
    pub octets: u64,
    /// What came of it: `answered`, `refused`, `unreachable`, …
    pub outcome: String,
    /// Why it was sent, for example `time-stamp`.
    pub purpose: String,
    /// SHA-256 of what was sent, hex.
    pub sha256: String,
    /// Where to.
    pub url: String,
}

impl Casebook {
    /// Records an act that changes nothing here: a look, an export, a verification. The entry's number.
    ///
    /// # Errors
    /// [`CasebookError::BadTime`], [`CasebookError::UnknownCase`], [`CasebookError::BadText`] for the action, or
    /// [`CasebookError::Unwritable`] when the details hold anything but what canonical JSON with integers can say.
    pub fn journal_append(
        &mut self,
        at: &str,
        action: &str,
        case: Option<&str>,
        item: Option<u32>,
        details: Value,
    ) -> Result<u64> {
        cases::check_line("action", action)?;
        let mut act = self.act(at)?;
        let key = case.map(|case| cases::key(act.conn(), case)).transpose()?;
        let seq = act.record(action, key.as_ref(), item, &details)?;
        act.commit()?;
        Ok(seq)
    }

    /// Records what left the machine.
    ///
    /// # Errors
    /// As [`Casebook::journal_append`].
    pub fn egress_add(&mut self, at: &str, case: Option<&str>, egress: &Egress) -> Result<u64> {
        let mut act = self.act(at)?;
        let key = case.map(|case| cases::key(act.conn(), case)).transpose()?;
        let seq = act.record("egress", key.as_ref(), None, egress)?;
        act.commit()?;
        Ok(seq)
    }

    /// Entries in order.
    ///
    /// # Errors
    /// [`CasebookError::UnknownCase`].
    pub fn journal(&self, filter: &JournalFilter) -> Result<Vec<Entry>> {
        let case = filter.case.as_deref();
        let key = case.map(|case| cases::key(&self.conn, case)).transpose()?;
        let mut statement = self.conn.prepare_cached(match key {
            Some(_) => {
                "SELECT seq, action, bytes, hash FROM journal
                 WHERE casefile = ?1 AND seq BETWEEN ?2 AND ?3 AND (?4 IS NULL OR action = ?4)
                 ORDER BY seq LIMIT ?5"
            }
            None => {
                "SELECT seq, action, bytes, hash FROM journal
                 WHERE ?1 IS NULL AND seq BETWEEN ?2 AND ?3 AND (?4 IS NULL OR action = ?4)
                 ORDER BY seq LIMIT ?5"
            }
        })?;
        let rows = statement.query_map(
            params![
                key.map(|key| key.no),
                filter.from_seq,
                filter
                    .upto
                    .map_or(Ok(i64::MAX), i64::try_from)
                    .unwrap_or(i64::MAX),
                filter.action,
                filter
                    .limit
                    .map_or(Ok(i64::MAX), i64::try_from)
                    .unwrap_or(i64::MAX),
            ],
            entry,
        )?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The kept head.
    ///
    /// # Errors
    /// [`CasebookError::Database`].
    pub fn journal_head(&self) -> Result<Head> {
        head(&self.conn)
    }

    /// Whether the journal once had this head: what was printed elsewhere must still be found here, else the whole file
    /// was set back to an older state.
    ///
    /// # Errors
    /// [`CasebookError::Database`].
    pub fn journal_contains(&self, seq: u64, hash: &[u8; 32]) -> Result<bool> {
        if seq == 0 {
            return Ok(*hash == [0; 32]);
        }
        let found: Option<[u8; 32]> = self
            .conn
            .query_row("SELECT hash FROM journal WHERE seq = ?1", [seq], |row| {
                row.get(0)
            })
            .optional()?;
        Ok(found.as_ref() == Some(hash))
    }

    /// Reads the whole journal again and compares every link.
    ///
    /// # Errors
    /// The first fault, with its place.
    pub fn journal_verify(&self) -> std::result::Result<Head, JournalFault> {
        verify(&self.conn)
    }
}

pub(crate) fn head(conn: &Connection) -> Result<Head> {
    let read = |row: &Row<'_>| {
        Ok(Head {
            seq: row.get(0)?,
            hash: row.get(1)?,
        })
    };
    conn.query_row("SELECT seq, hash FROM journal_head WHERE id = 1", [], read)
        .optional()?
        .ok_or(CasebookError::Damaged {
            what: "the journal's head is missing",
        })
}

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry {
        seq: row.get(0)?,
        action: row.get(1)?,
        bytes: row.get(2)?,
        hash: row.get(3)?,
    })
}

/// What verification reads of an entry; the details and the actor may hold anything.
#[derive(Deserialize)]
struct Stated<'a> {
    #[serde(borrow)]
    action: std::borrow::Cow<'a, str>,
    at: &'a str,
    case: Option<String>,
    format: &'a str,
    item: Option<u32>,
    prev: &'a str,
    seq: u64,
}

/// A row with its repeated columns.
struct Stored {
    seq: u64,
    at: String,
    action: String,
    casefile: Option<i64>,
    item: Option<u32>,
    bytes: Vec<u8>,
    hash: [u8; 32],
}

fn verify(conn: &Connection) -> std::result::Result<Head, JournalFault> {
    let unreadable = |seq| move |e: rusqlite::Error| fault(seq, unreadable_as(&e));
    let kept = head(conn).map_err(|e| fault(0, unreadable_as(&e)))?;
    let numbers = case_numbers(conn).map_err(unreadable(0))?;
    let mut statement = conn
        .prepare("SELECT seq, at, action, casefile, item, bytes, hash FROM journal ORDER BY seq")
        .map_err(unreadable(0))?;
    let mut rows = statement.query([]).map_err(unreadable(0))?;
    let mut reached = Head {
        seq: 0,
        hash: [0; 32],
    };
    loop {
        let next = reached.seq + 1;
        let Some(row) = rows.next().map_err(unreadable(next))? else {
            break;
        };
        let stored = stored(row).map_err(unreadable(next))?;
        if next > kept.seq {
            return Err(fault(next, FaultKind::BeyondHead { head: kept.seq }));
        }
        reached.hash =
            check_entry(&stored, &reached, &numbers).map_err(|kind| fault(next, kind))?;
        reached.seq = next;
    }
    check_head(reached, kept)
}

fn check_head(reached: Head, kept: Head) -> std::result::Result<Head, JournalFault> {
    if reached.seq < kept.seq {
        let kind = FaultKind::Truncated { head: kept.seq };
        return Err(fault(reached.seq + 1, kind));
    }
    match reached.hash == kept.hash {
        true => Ok(reached),
        false => Err(fault(reached.seq, FaultKind::HeadDiffers)),
    }
}

fn check_entry(
    stored: &Stored,
    before: &Head,
    numbers: &BTreeMap<i64, String>,
) -> std::result::Result<[u8; 32], FaultKind> {
    let expected = before.seq + 1;
    if stored.seq != expected {
        return Err(FaultKind::Missing);
    }
    let stated: Stated<'_> = serde_json::from_slice(&stored.bytes).map_err(|e| {
        let reason = e.to_string();
        FaultKind::Unreadable { reason }
    })?;
    if stated.seq != expected {
        return Err(FaultKind::Misplaced { found: stated.seq });
    }
    let prev = hex::decode32(stated.prev).ok_or(FaultKind::Altered)?;
    if chain(&prev, &sha256(&stored.bytes)) != stored.hash {
        return Err(FaultKind::Altered);
    }
    if prev != before.hash {
        return Err(FaultKind::Unlinked);
    }
    let case = stored.casefile.map(|no| numbers.get(&no));
    let repeats = stated.format == ENTRY_FORMAT
        && stated.action == stored.action
        && stated.at == stored.at
        && stated.item == stored.item
        && case.map(|number| number.map(String::as_str)) == stated.case.as_deref().map(Some);
    match repeats {
        true => Ok(stored.hash),
        false => Err(FaultKind::Relabelled),
    }
}

fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
    Ok(Stored {
        seq: row.get(0)?,
        at: row.get(1)?,
        action: row.get(2)?,
        casefile: row.get(3)?,
        item: row.get(4)?,
        bytes: row.get(5)?,
        hash: row.get(6)?,
    })
}

fn case_numbers(conn: &Connection) -> rusqlite::Result<BTreeMap<i64, String>> {
    conn.prepare("SELECT no, number FROM casefile")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

fn fault(seq: u64, kind: FaultKind) -> JournalFault {
    JournalFault { seq, kind }
}

fn unreadable_as(error: &dyn std::fmt::Display) -> FaultKind {
    FaultKind::Unreadable {
        reason: error.to_string(),
    }
}
