//! Items (证据项) and the batches (交接批次) they came in: written once, withdrawn or lowered with a reason, never edited.

use fidem_fingerprint::hex;
use rusqlite::{CachedStatement, Connection, OptionalExtension, Row, params};
use serde::Serialize;
use serde_json::json;

use crate::act::Act;
use crate::casebook::Casebook;
use crate::cases::{self, CaseKey, check_json, check_line, check_text};
use crate::error::{CasebookError, Result};
use crate::{instant, search, words};

/// A batch's number within its case, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct BatchId(pub u32);

/// A hand-over of items: who, when, where, on what carrier, as facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Number within the case.
    pub id: BatchId,
    /// Facts: JSON, opaque here.
    pub facts_json: String,
    /// When it was recorded.
    pub at: String,
    /// By whom.
    pub person: String,
}

/// An item to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewItem {
    /// Name as shown: the file's name or a title.
    pub name: String,
    /// Path it was read from; a literal that may have lost what is not UTF-8.
    pub original_path: Option<String>,
    /// Media type.
    pub media_type: String,
    /// Source class (来源类别) computed from the facts; opaque here.
    pub class: String,
    /// Facts: JSON, opaque here.
    pub facts_json: String,
    /// Length in octets.
    pub size: u64,
    /// SHA-256.
    pub sha256: [u8; 32],
    /// SM3.
    pub sm3: [u8; 32],
    /// Nonces of the content leaf and of the record leaf, from the system's secure source.
    pub nonces: [[u8; 16]; 2],
    /// When it was received.
    pub received_at: String,
    /// When its fingerprint was taken.
    pub hashed_at: String,
    /// The member's name it should get in a package, when it matters.
    pub member: Option<String>,
}

/// An item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Number within the case, from 1.
    pub number: u32,
    /// The batch it came in.
    pub batch: BatchId,
    /// Name as shown.
    pub name: String,
    /// Path it was read from.
    pub original_path: Option<String>,
    /// Media type.
    pub media_type: String,
    /// Source class in force.
    pub class: String,
    /// Source class computed at intake; differs from `class` when it was lowered.
    pub class_computed: String,
    /// Why it was lowered.
    pub lowered_reason: Option<String>,
    /// Facts: JSON.
    pub facts_json: String,
    /// Length in octets.
    pub size: u64,
    /// SHA-256.
    pub sha256: [u8; 32],
    /// SM3.
    pub sm3: [u8; 32],
    /// Nonces of the content leaf and of the record leaf.
    pub nonces: [[u8; 16]; 2],
    /// When it was received.
    pub received_at: String,
    /// When its fingerprint was taken.
    pub hashed_at: String,
    /// The member's name it should get in a package.
    pub member: Option<String>,
    /// When it was registered.
    pub added_at: String,
    /// By whom.
    pub added_by: String,
    /// The seal it is in.
    pub seal: Option<u32>,
    /// Set when it was withdrawn.
    pub withdrawn: Option<Withdrawal>,
}

/// An item taken back before it was sealed. Row, digests and reason stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// When.
    pub at: String,
    /// By whom.
    pub person: String,
    /// Why.
    pub reason: String,
}

const SELECT: &str = "SELECT i.number, i.batch, i.name, i.original_path, i.media_type, i.class, i.class_computed,
     i.lowered_reason, i.facts_json, i.size, i.sha256, i.sm3, i.content_nonce, i.record_nonce, i.received_at,
     i.hashed_at, i.member, i.added_at, p.name, i.seal, i.withdrawn_at, w.name, i.withdrawn_reason
     FROM item i JOIN person p ON p.id = i.added_by LEFT JOIN person w ON w.id = i.withdrawn_by";

impl Casebook {
    /// Records a hand-over.
    ///
    /// # Errors
    /// [`CasebookError::UnknownCase`], [`CasebookError::CaseVoid`], [`CasebookError::NotJson`].
    pub fn batch_add(&mut self, at: &str, case: &str, facts_json: &str) -> Result<BatchId> {
        let mut act = self.act(at)?;
        let key = cases::open_key(act.conn(), case)?;
        let batch = receive(&mut act, &key, facts_json)?;
        act.commit()?;
        Ok(batch)
    }

    /// The batches of a case, in order.
    ///
    /// # Errors
    /// [`CasebookError::UnknownCase`].
    pub fn batches(&self, case: &str) -> Result<Vec<Batch>> {
        let key = cases::key(&self.conn, case)?;
        let mut statement = self.conn.prepare_cached(
            "SELECT b.number, b.facts_json, b.at, p.name FROM batch b JOIN person p ON p.id = b.person
             WHERE b.casefile = ?1 ORDER BY b.number",
        )?;
        let rows = statement.query_map([key.no], |row| {
            Ok(Batch {
                id: BatchId(row.get(0)?),
                facts_json: row.get(1)?,
                at: row.get(2)?,
                person: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Registers items in one transaction, each with its journal entry and its words in the index; their numbers, in
    /// the order given. All or none. Several hundred at a time is best: one durable commit costs as much as 200 rows.
    ///
    /// # Errors
    /// [`CasebookError::UnknownCase`], [`CasebookError::CaseVoid`], [`CasebookError::UnknownBatch`],
    /// [`CasebookError::BadText`], [`CasebookError::NotJson`], [`CasebookError::BadTime`].
    pub fn items_add(
        &mut self,
        at: &str,
        case: &str,
        batch: BatchId,
        items: &[NewItem],
    ) -> Result<Vec<u32>> {
        let mut act = self.act(at)?;
        let key = cases::open_key(act.conn(), case)?;
        let numbers = register(&mut act, &key, batch, items)?;
        // Nothing was done, and nothing stands in the journal.
        if numbers.is_empty() {
            return Ok(numbers);
        }
        act.commit()?;
        Ok(numbers)
    }

    /// One item.
    ///
    /// # Errors
    /// [`CasebookError::UnknownCase`], [`CasebookError::UnknownItem`].
    pub fn item(&self, case: &str, number: u32) -> Result<Item> {
        let key = cases::key(&self.conn, case)?;
        one(&self.conn, &key, number)
    }

    /// A page of a case's items in order, the withdrawn included.
    ///
    /// # Errors
    /// [`CasebookError::UnknownCase`].
    pub fn items(&self, case: &str, offset: u64, limit: u64) -> Result<Vec<Item>> {
        let key = cases::key(&self.conn, case)?;
        let sql = format!("{SELECT} WHERE i.casefile = ?1 ORDER BY i.number LIMIT ?2 OFFSET ?3");
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map(params![key.no, limit, offset], item)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The items in no seal and not withdrawn: what the next seal would fix.
    ///
    /// # Errors
    /// [`CasebookError::UnknownCase`].
    pub fn items_unsealed(&self, case: &str) -> Result<Vec<Item>> {
        let key = cases::key(&self.conn, case)?;
        let sql = format!(
            "{SELECT} WHERE i.casefile = ?1 AND i.seal IS NULL AND i.withdrawn_at IS NULL ORDER BY i.number"
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map([key.no], item)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The items of one seal, in order.
    ///
    /// # Errors
    /// [`CasebookError::UnknownCase`].
    pub fn items_of_seal(&self, case: &str, seal: u32) -> Result<Vec<Item>> {
        let key = cases::key(&self.conn, case)?;
        let sql = format!("{SELECT} WHERE i.casefile = ?1 AND i.seal = ?2 ORDER BY i.number");
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map(params![key.no, seal], item)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Takes an item back before it is sealed.
    ///
    /// # Errors
    /// [`CasebookError::ItemSealed`], [`CasebookError::ItemWithdrawn`], [`CasebookError::UnknownItem`],
    /// [`CasebookError::BadText`] for the reason.
    pub fn item_withdraw(&mut self, at: &str, case: &str, number: u32, reason: &str) -> Result<()> {
        check_text("reason", reason)?;
        let mut act = self.act(at)?;
        let key = cases::open_key(act.conn(), case)?;
        let item = one(act.conn(), &key, number)?;
        check_editable(&item)?;
        act.conn().execute(
            "UPDATE item SET withdrawn_at = ?3, withdrawn_by = ?4, withdrawn_reason = ?5
             WHERE casefile = ?1 AND number = ?2",
            params![key.no, number, act.at(), act.person().id, reason],
        )?;
        let details = json!({ "reason": reason, "sha256": hex::encode(&item.sha256) });
        act.record("item.withdrawn", Some(&key), Some(number), &details)?;
        act.commit()
    }

    /// Sets an item's source class below the computed one. That it is lower is for the caller to know; that it
    /// is not sealed and says why is for here.
    ///
    /// # Errors
    /// [`CasebookError::ItemSealed`], [`CasebookError::ItemWithdrawn`], [`CasebookError::SameClass`],
    /// [`CasebookError::UnknownItem`], [`CasebookError::BadText`].
    pub fn item_lower_class(
        &mut self,
        at: &str,
        case: &str,
        number: u32,
        class: &str,
        reason: &str,
    ) -> Result<()> {
        check_line("class", class)?;
        check_text("reason", reason)?;
        let mut act = self.act(at)?;
        let key = cases::open_key(act.conn(), case)?;
        let item = one(act.conn(), &key, number)?;
        check_editable(&item)?;
        if item.class == class {
            let class = class.to_owned();
            return Err(CasebookError::SameClass {
                item: number,
                class,
            });
        }
        act.conn().execute(
            "UPDATE item SET class = ?3, lowered_reason = ?4 WHERE casefile = ?1 AND number = ?2",
            params![key.no, number, class, reason],
        )?;
        let details = json!({ "after": class, "before": item.class, "reason": reason });
        act.record("item.class-lowered", Some(&key), Some(number), &details)?;
        act.commit()
    }
}

/// An item that may still change.
pub(crate) fn check_editable(item: &Item) -> Result<()> {
    match (item.seal, &item.withdrawn) {
        (Some(seal), _) => Err(CasebookError::ItemSealed {
            item: item.number,
            seal,
        }),
        (None, Some(_)) => Err(CasebookError::ItemWithdrawn { item: item.number }),
        (None, None) => Ok(()),
    }
}

pub(crate) fn one(conn: &Connection, key: &CaseKey, number: u32) -> Result<Item> {
    let sql = format!("{SELECT} WHERE i.casefile = ?1 AND i.number = ?2");
    let mut statement: CachedStatement<'_> = conn.prepare_cached(&sql)?;
    statement
        .query_row(params![key.no, number], item)
        .optional()?
        .ok_or_else(|| CasebookError::UnknownItem {
            number: key.number.clone(),
            item: number,
        })
}

fn check(item: &NewItem) -> Result<()> {
    // A file's name may be anything the disk held; it is shown and searched, not interpreted.
    if item.name.is_empty() {
        return Err(CasebookError::BadText { field: "item name" });
    }
    check_line("media type", &item.media_type)?;
    check_line("class", &item.class)?;
    check_json("facts", &item.facts_json)?;
    instant::check(&item.received_at)?;
    instant::check(&item.hashed_at)
}

fn check_batch(conn: &Connection, key: &CaseKey, batch: BatchId) -> Result<()> {
    conn.query_row(
        "SELECT 1 FROM batch WHERE casefile = ?1 AND number = ?2",
        params![key.no, batch.0],
        |_| Ok(()),
    )
    .optional()?
    .ok_or_else(|| CasebookError::UnknownBatch {
        number: key.number.clone(),
        batch: batch.0,
    })
}

/// A hand-over within an act.
pub(crate) fn receive(act: &mut Act<'_>, key: &CaseKey, facts_json: &str) -> Result<BatchId> {
    check_json("facts", facts_json)?;
    let number: u32 = act.conn().query_row(
        "UPDATE casefile SET last_batch = last_batch + 1 WHERE no = ?1 RETURNING last_batch",
        [key.no],
        |row| row.get(0),
    )?;
    act.conn().execute(
        "INSERT INTO batch (casefile, number, facts_json, at, person) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![key.no, number, facts_json, act.at(), act.person().id],
    )?;
    let details = json!({ "batch": number });
    act.record("batch.received", Some(key), None, &details)?;
    Ok(BatchId(number))
}

/// Items within an act; their numbers.
pub(crate) fn register(
    act: &mut Act<'_>,
    key: &CaseKey,
    batch: BatchId,
    items: &[NewItem],
) -> Result<Vec<u32>> {
    items.iter().try_for_each(check)?;
    check_batch(act.conn(), key, batch)?;
    if items.is_empty() {
        return Ok(Vec::new());
    }
    let first: u32 = act.conn().query_row(
        "SELECT last_item + 1 FROM casefile WHERE no = ?1",
        [key.no],
        |row| row.get(0),
    )?;
    let mut numbers = Vec::with_capacity(items.len());
    for (item, number) in items.iter().zip(first..) {
        insert(act, key, batch, number, item)?;
        let added = Added::of(item, batch);
        act.record("item.added", Some(key), Some(number), &added)?;
        numbers.push(number);
    }
    act.conn().execute(
        "UPDATE casefile SET last_item = ?2 WHERE no = ?1",
        params![key.no, numbers.last()],
    )?;
    Ok(numbers)
}

fn insert(act: &Act<'_>, key: &CaseKey, batch: BatchId, number: u32, item: &NewItem) -> Result<()> {
    let mut statement = act.conn().prepare_cached(
        "INSERT INTO item (casefile, number, batch, name, original_path, media_type, class, class_computed, facts_json,
             size, sha256, sm3, content_nonce, record_nonce, member, received_at, hashed_at, added_at, added_by)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
    )?;
    let [content_nonce, record_nonce] = &item.nonces;
    let id = statement.insert(params![
        key.no,
        number,
        batch.0,
        item.name,
        item.original_path,
        item.media_type,
        item.class,
        item.facts_json,
        item.size,
        item.sha256,
        item.sm3,
        content_nonce,
        record_nonce,
        item.member,
        item.received_at,
        item.hashed_at,
        act.at(),
        act.person().id
    ])?;
    search::add_item(act.conn(), id, &searchable(item))
}

/// The name, and the folders it came from; the path's last part is the name again.
fn searchable(item: &NewItem) -> String {
    let path = item.original_path.as_deref().unwrap_or_default();
    let folders = path.strip_suffix(item.name.as_str()).unwrap_or(path);
    words::indexed(&[&item.name, folders])
}

/// What the journal says of a new item; fields in the order of canonical JSON.
#[derive(Serialize)]
struct Added<'a> {
    batch: BatchId,
    class: &'a str,
    name: &'a str,
    sha256: String,
    size: u64,
    sm3: String,
}

impl<'a> Added<'a> {
    fn of(item: &'a NewItem, batch: BatchId) -> Self {
        Self {
            batch,
            class: &item.class,
            name: &item.name,
            sha256: hex::encode(&item.sha256),
            size: item.size,
            sm3: hex::encode(&item.sm3),
        }
    }
}

fn item(row: &Row<'_>) -> rusqlite::Result<Item> {
    let withdrawn = match (row.get(20)?, row.get(21)?, row.get(22)?) {
        (Some(at), Some(person), Some(reason)) => Some(Withdrawal { at, person, reason }),
        _ => None,
    };
    Ok(Item {
        number: row.get(0)?,
        batch: BatchId(row.get(1)?),
        name: row.get(2)?,
        original_path: row.get(3)?,
        media_type: row.get(4)?,
        class: row.get(5)?,
        class_computed: row.get(6)?,
        lowered_reason: row.get(7)?,
        facts_json: row.get(8)?,
        size: row.get(9)?,
        sha256: row.get(10)?,
        sm3: row.get(11)?,
        nonces: [row.get(12)?, row.get(13)?],
        received_at: row.get(14)?,
        hashed_at: row.get(15)?,
        member: row.get(16)?,
        added_at: row.get(17)?,
        added_by: row.get(18)?,
        seal: row.get(19)?,
        withdrawn,
    })
}
