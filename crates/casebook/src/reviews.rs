//! Reviews (复核): by somebody who has not handled what is reviewed (程序规则 40; ).

use fidem_fingerprint::hex;
use rusqlite::{Connection, params};
use serde_json::{Value, json};

use crate::casebook::Casebook;
use crate::cases::{self, CaseKey, check_json};
use crate::error::{CasebookError, Result};
use crate::people::Person;
use crate::seals::{self, SealState};

/// A review as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// The seal it was given for.
    pub seal: u32,
    /// The reviewer.
    pub person: String,
    /// SHA-256 of what was approved; when that changes, the review no longer speaks of it.
    pub approved_sha256: [u8; 32],
    /// The checklist as ticked: JSON.
    pub checklist_json: String,
    /// When.
    pub at: String,
}

impl Casebook {
    /// Records the open person's approval of a complete seal. Whoever registered an item that is sealed up to
    /// here, lowered its class, recorded its batch, or made one of these seals, cannot give it.
    ///
    /// # Errors
    /// [`CasebookError::SamePerson`], [`CasebookError::SealWaiting`], [`CasebookError::UnknownSeal`],
    /// [`CasebookError::CaseVoid`], [`CasebookError::NotJson`].
    pub fn review_add(
        &mut self,
        at: &str,
        case: &str,
        seal: u32,
        approved_sha256: [u8; 32],
        checklist_json: &str,
    ) -> Result<()> {
        check_json("checklist", checklist_json)?;
        let mut act = self.act(at)?;
        let key = cases::open_key(act.conn(), case)?;
        if seals::one(act.conn(), &key, seal)?.state == SealState::Waiting {
            return Err(CasebookError::SealWaiting { seal });
        }
        check_other_person(act.conn(), &key, seal, act.person())?;
        act.conn().execute(
            "INSERT INTO review (casefile, seal, person, approved_sha256, checklist_json, at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                key.no,
                seal,
                act.person().id,
                approved_sha256,
                checklist_json,
                act.at()
            ],
        )?;
        let checklist: Value =
            serde_json::from_str(checklist_json).map_err(|e| CasebookError::NotJson {
                field: "checklist",
                reason: e.to_string(),
            })?;
        let details = json!({
            "approved_sha256": hex::encode(&approved_sha256),
            "checklist": checklist,
            "seal": seal,
        });
        act.record("review.approved", Some(&key), None, &details)?;
        act.commit()
    }

    /// The reviews of a case, in order.
    ///
    /// # Errors
    /// [`CasebookError::UnknownCase`].
    pub fn reviews(&self, case: &str) -> Result<Vec<Review>> {
        let key = cases::key(&self.conn, case)?;
        let mut statement = self.conn.prepare_cached(
            "SELECT r.seal, p.name, r.approved_sha256, r.checklist_json, r.at
             FROM review r JOIN person p ON p.id = r.person WHERE r.casefile = ?1 ORDER BY r.id",
        )?;
        let rows = statement.query_map([key.no], |row| {
            Ok(Review {
                seal: row.get(0)?,
                person: row.get(1)?,
                approved_sha256: row.get(2)?,
                checklist_json: row.get(3)?,
                at: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Why the open person could not review the case up to this seal; `None` when nothing stands against it.
    ///
    /// # Errors
    /// [`CasebookError::UnknownCase`].
    pub fn review_hindrance(&self, case: &str, seal: u32) -> Result<Option<&'static str>> {
        let key = cases::key(&self.conn, case)?;
        match check_other_person(&self.conn, &key, seal, &self.person) {
            Ok(()) => Ok(None),
            Err(CasebookError::SamePerson { handled, .. }) => Ok(Some(handled)),
            Err(other) => Err(other),
        }
    }
}

/// What counts as handling (confirming a reason that another wrote does not): word for the refusal, and a query that finds it (?1 case, ?2 person, ?3 seal).
const HANDLING: &[(&str, &str)] = &[
    (
        "registered items",
        "SELECT EXISTS (SELECT 1 FROM item WHERE casefile = ?1 AND added_by = ?2 AND seal <= ?3)",
    ),
    (
        "made a seal",
        "SELECT EXISTS (SELECT 1 FROM seal
         WHERE casefile = ?1 AND (created_by = ?2 OR completed_by = ?2) AND number <= ?3)",
    ),
    (
        "recorded a batch",
        "SELECT EXISTS (SELECT 1 FROM batch b JOIN item i ON i.casefile = b.casefile AND i.batch = b.number
         WHERE b.casefile = ?1 AND b.person = ?2 AND i.seal <= ?3)",
    ),
    (
        "wrote a record",
        "SELECT EXISTS (SELECT 1 FROM record r
         JOIN record_item t ON t.casefile = r.casefile AND t.kind = r.kind AND t.number = r.number
         JOIN item i ON i.casefile = t.casefile AND i.number = t.item
         WHERE r.casefile = ?1 AND r.written_by = ?2 AND i.seal <= ?3 AND (r.kind <> 'reason' OR r.complete = 0))",
    ),
    (
        "changed an item",
        "SELECT EXISTS (SELECT 1 FROM journal j, person p JOIN item i ON i.casefile = j.casefile AND i.number = j.item
         WHERE j.casefile = ?1 AND p.id = ?2 AND i.seal <= ?3 AND j.action = 'item.class-lowered'
           AND json_extract(CAST(j.bytes AS TEXT), '$.actor.name') = p.name)",
    ),
];

fn check_other_person(conn: &Connection, key: &CaseKey, seal: u32, person: &Person) -> Result<()> {
    for (handled, sql) in HANDLING {
        let found: bool = conn
            .prepare_cached(sql)?
            .query_row(params![key.no, person.id, seal], |row| row.get(0))?;
        if found {
            let name = person.name.clone();
            return Err(CasebookError::SamePerson { name, handled });
        }
    }
    Ok(())
}
