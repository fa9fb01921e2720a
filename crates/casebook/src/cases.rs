//! Cases (卷宗): numbered without gaps, corrected but never deleted.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::de::IgnoredAny;
use serde_json::json;

use crate::act::Act;
use crate::casebook::Casebook;
use crate::error::{CasebookError, Result, is_duplicate};
use crate::{instant, search, words};

/// Longest field a person types, in characters.
const LONGEST: usize = 4096;

/// Whether a case is being worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseState {
    /// 办理中.
    Open,
    /// 作废: the number stays visible.
    Void,
}

impl CaseState {
    /// The word in the file.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Void => "void",
        }
    }
}

/// A case to be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewCase {
    /// 申请事项.
    pub matter: String,
    /// 申请人.
    pub applicant: String,
    /// Kind of applicant.
    pub applicant_kind: Option<String>,
    /// Number of the applicant's document; never enters the journal.
    pub applicant_id: Option<String>,
    /// 代理人.
    pub agent: Option<String>,
    /// 用途、证明目的.
    pub purpose: Option<String>,
    /// Facts of the acceptance: JSON, opaque here.
    pub facts_json: String,
}

/// A case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Random identifier.
    pub id: String,
    /// 保全编号, `(2026)保全字第0001号`.
    pub number: String,
    /// Its year, in Beijing.
    pub year: u32,
    /// Its serial within the year, from 1.
    pub serial: u32,
    /// 申请事项.
    pub matter: String,
    /// 申请人.
    pub applicant: String,
    /// Kind of applicant.
    pub applicant_kind: Option<String>,
    /// Number of the applicant's document.
    pub applicant_id: Option<String>,
    /// 代理人.
    pub agent: Option<String>,
    /// 用途、证明目的.
    pub purpose: Option<String>,
    /// 受理编号.
    pub acceptance_number: Option<String>,
    /// 公证书编号.
    pub notarial_number: Option<String>,
    /// Facts of the acceptance: JSON.
    pub facts_json: String,
    /// Whether it is void.
    pub state: CaseState,
    /// Why it is void.
    pub void_reason: Option<String>,
    /// When it was opened.
    pub created: String,
    /// By whom.
    pub created_by: String,
}

/// A case in a list, with what is asked of it first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseRow {
    /// The case.
    pub case: Case,
    /// Items not withdrawn.
    pub items: u64,
    /// Those in a seal, waiting seals included.
    pub sealed_items: u64,
    /// Seals.
    pub seals: u64,
    /// Seals that wait for tokens (待固化).
    pub waiting_seals: u64,
    /// Time of the last journal entry of the case.
    pub last_act: String,
    /// What it was.
    pub last_action: String,
}

/// Which cases to list. The newest come first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseFilter {
    /// Words found in number, matter, applicant, agent or purpose.
    pub words: Option<String>,
    /// Only in this state.
    pub state: Option<CaseState>,
    /// Leave out so many.
    pub offset: u64,
    /// At most so many.
    pub limit: u64,
}

impl Default for CaseFilter {
    fn default() -> Self {
        Self {
            words: None,
            state: None,
            offset: 0,
            limit: 100,
        }
    }
}

/// What to correct; `None` leaves a field as it is. An empty text empties a field that may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseChange {
    /// 申请事项.
    pub matter: Option<String>,
    /// 申请人.
    pub applicant: Option<String>,
    /// Kind of applicant.
    pub applicant_kind: Option<String>,
    /// Number of the applicant's document.
    pub applicant_id: Option<String>,
    /// 代理人.
    pub agent: Option<String>,
    /// 用途、证明目的.
    pub purpose: Option<String>,
    /// 受理编号.
    pub acceptance_number: Option<String>,
    /// 公证书编号.
    pub notarial_number: Option<String>,
    /// Facts of the acceptance: JSON.
    pub facts_json: Option<String>,
}

/// One corrected field, with what it said before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseCorrection {
    /// Number of the journal entry.
    pub seq: u64,
    /// When.
    pub at: String,
    /// By whom.
    pub person: String,
    /// The field.
    pub field: String,
    /// What it said.
    pub before: Option<String>,
    /// What it says since.
    pub after: Option<String>,
}

/// A case as the other tables and the journal name it.
#[derive(Debug, Clone)]
pub(crate) struct CaseKey {
    pub(crate) no: i64,
    pub(crate) number: String,
    void: bool,
}

const COLUMNS: &str = "c.id, c.number, c.year, c.serial, c.matter, c.applicant, c.applicant_kind, c.applicant_id, \
     c.agent, c.purpose, c.acceptance_number, c.notarial_number, c.facts_json, c.state, c.void_reason, c.created, p.name";
const TABLES: &str = "casefile c JOIN person p ON p.id = c.created_by";

impl Casebook {
    /// Opens a case under the next number of the year. The year is Beijing's.
    ///
    /// # Errors
    /// [`CasebookError::BadText`], [`CasebookError::NotJson`], [`CasebookError::CaseExists`].
    pub fn case_new(&mut self, at: &str, new: &NewCase, id: String) -> Result<Case> {
        check_new(new, &id)?;
        let year = instant::beijing_year(at)?;
        let mut act = self.act(at)?;
        let serial: u32 = act.conn().query_row(
            "INSERT INTO case_serial (year, last) VALUES (?1, 1)
             ON CONFLICT (year) DO UPDATE SET last = last + 1 RETURNING last",
            [year],
            |row| row.get(0),
        )?;
        let number = format!("({year})保全字第{serial:04}号");
        insert(&act, new, &id, (year, serial, &number))?;
        let key = key(act.conn(), &id)?;
        index(act.conn(), &key)?;
        let details =
            json!({ "applicant": new.applicant, "id": id, "matter": new.matter, "number": number });
        act.record("case.opened", Some(&key), None, &details)?;
        act.commit()?;
        one(&self.conn, &key)
    }

    /// A case by its id or its number; full-width brackets and digits are read as the narrow ones.
    ///
    /// # Errors
    /// [`CasebookError::Database`].
    pub fn case_find(&self, id_or_number: &str) -> Result<Option<Case>> {
        match key(&self.conn, id_or_number) {
            Ok(key) => one(&self.conn, &key).map(Some),
            Err(CasebookError::UnknownCase { .. }) => Ok(None),
            Err(other) => Err(other),
        }
    }

    /// A page of cases, the newest first.
    ///
    /// # Errors
    /// [`CasebookError::Database`].
    pub fn case_list(&self, filter: &CaseFilter) -> Result<Vec<CaseRow>> {
        let sql = format!(
            "SELECT {COLUMNS}, c.no,
                 c.last_item - (SELECT count(*) FROM item i WHERE i.casefile = c.no AND i.withdrawn_at IS NOT NULL),
                 (SELECT coalesce(sum(s.items), 0) FROM seal s WHERE s.casefile = c.no),
                 (SELECT count(*) FROM seal s WHERE s.casefile = c.no),
                 (SELECT count(*) FROM seal s WHERE s.casefile = c.no AND s.state = 'waiting'),
                 j.at, j.action
             FROM {TABLES}
             LEFT JOIN journal j ON j.seq = (SELECT max(seq) FROM journal WHERE casefile = c.no)
             WHERE {FILTER} ORDER BY c.no DESC LIMIT ?3 OFFSET ?4"
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let (state, words) = arguments(filter);
        let rows =
            statement.query_map(params![state, words, filter.limit, filter.offset], case_row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// How many cases the filter finds, whatever its page.
    ///
    /// # Errors
    /// [`CasebookError::Database`].
    pub fn case_count(&self, filter: &CaseFilter) -> Result<u64> {
        let (state, words) = arguments(filter);
        let sql = format!("SELECT count(*) FROM casefile c WHERE {FILTER}");
        Ok(self
            .conn
            .prepare_cached(&sql)?
            .query_row(params![state, words], |row| row.get(0))?)
    }

    /// Corrects fields; what they said before is kept ([`Casebook::case_corrections`]). The journal names the fields,
    /// never their values: a document number must not leave with an extract. Nothing changed leaves no entry.
    ///
    /// # Errors
    /// [`CasebookError::UnknownCase`], [`CasebookError::CaseVoid`], [`CasebookError::BadText`],
    /// [`CasebookError::NotJson`].
    pub fn case_update(&mut self, at: &str, case: &str, change: &CaseChange) -> Result<Case> {
        let mut act = self.act(at)?;
        let key = open_key(act.conn(), case)?;
        let before = one(act.conn(), &key)?;
        let differing = differing(&before, change)?;
        if differing.is_empty() {
            return Ok(before);
        }
        let fields: Vec<&str> = differing.iter().map(|d| d.field).collect();
        let details = json!({ "fields": fields });
        let seq = act.record("case.corrected", Some(&key), None, &details)?;
        for change in &differing {
            correct(&act, &key, seq, change)?;
        }
        index(act.conn(), &key)?;
        act.commit()?;
        one(&self.conn, &key)
    }

    /// Every correction of a case, in order.
    ///
    /// # Errors
    /// [`CasebookError::UnknownCase`].
    pub fn case_corrections(&self, case: &str) -> Result<Vec<CaseCorrection>> {
        let key = key(&self.conn, case)?;
        let mut statement = self.conn.prepare_cached(
            "SELECT h.seq, h.at, p.name, h.field, h.before, h.after
             FROM case_change h JOIN person p ON p.id = h.person WHERE h.casefile = ?1 ORDER BY h.id",
        )?;
        let rows = statement.query_map([key.no], |row| {
            Ok(CaseCorrection {
                seq: row.get(0)?,
                at: row.get(1)?,
                person: row.get(2)?,
                field: row.get(3)?,
                before: row.get(4)?,
                after: row.get(5)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Makes a case void (作废). Its number, items and seals stay.
    ///
    /// # Errors
    /// [`CasebookError::UnknownCase`], [`CasebookError::CaseVoid`], [`CasebookError::BadText`] for the reason.
    pub fn case_void(&mut self, at: &str, case: &str, reason: &str) -> Result<()> {
        check_text("reason", reason)?;
        let mut act = self.act(at)?;
        let key = open_key(act.conn(), case)?;
        act.conn().execute(
            "UPDATE casefile SET state = 'void', void_reason = ?2 WHERE no = ?1",
            params![key.no, reason],
        )?;
        act.record("case.void", Some(&key), None, &json!({ "reason": reason }))?;
        act.commit()
    }
}

/// ?1 state or null, ?2 full-text query or null. A case's own row in the index has an even number.
const FILTER: &str = "(?1 IS NULL OR c.state = ?1) AND (?2 IS NULL OR c.no IN \
     (SELECT rowid / 2 FROM search WHERE search MATCH ?2 AND rowid % 2 = 0))";

fn arguments(filter: &CaseFilter) -> (Option<&'static str>, Option<String>) {
    let typed = filter.words.as_deref().filter(|w| !w.trim().is_empty());
    // Something was typed, but nothing that could be in a text: it is found nowhere, not everywhere.
    let query = typed.map(|typed| words::query(typed).unwrap_or_else(|| "\"\"".to_owned()));
    (filter.state.map(CaseState::as_str), query)
}

/// A field a person fills: not empty, not endless, no control characters but line breaks.
pub(crate) fn check_text(field: &'static str, text: &str) -> Result<()> {
    let control = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    match text.trim().is_empty() || text.chars().count() > LONGEST || text.chars().any(control) {
        true => Err(CasebookError::BadText { field }),
        false => Ok(()),
    }
}

/// A word or name on one line: no control characters at all.
pub(crate) fn check_line(field: &'static str, text: &str) -> Result<()> {
    match text.chars().any(char::is_control) {
        true => Err(CasebookError::BadText { field }),
        false => check_text(field, text),
    }
}

pub(crate) fn check_json(field: &'static str, text: &str) -> Result<()> {
    serde_json::from_str::<IgnoredAny>(text)
        .map(drop)
        .map_err(|e| CasebookError::NotJson {
            field,
            reason: e.to_string(),
        })
}

/// A case by id or number.
pub(crate) fn key(conn: &Connection, case: &str) -> Result<CaseKey> {
    let narrow = case.trim().replace('（', "(").replace('）', ")");
    conn.prepare_cached("SELECT no, number, state FROM casefile WHERE id = ?1 OR number = ?2")?
        .query_row([case, &narrow], |row| {
            Ok(CaseKey {
                no: row.get(0)?,
                number: row.get(1)?,
                void: row.get::<_, String>(2)? == CaseState::Void.as_str(),
            })
        })
        .optional()?
        .ok_or_else(|| CasebookError::UnknownCase {
            case: case.to_owned(),
        })
}

/// A case that may still be worked on.
pub(crate) fn open_key(conn: &Connection, case: &str) -> Result<CaseKey> {
    let key = key(conn, case)?;
    match key.void {
        true => Err(CasebookError::CaseVoid { number: key.number }),
        false => Ok(key),
    }
}

fn check_new(new: &NewCase, id: &str) -> Result<()> {
    check_line("id", id)?;
    check_text("matter", &new.matter)?;
    // Fixing comes before forms: who asked for it may be filled in later, and nothing is issued before.
    if !new.applicant.is_empty() {
        check_text("applicant", &new.applicant)?;
    }
    let optional = [
        ("applicant kind", &new.applicant_kind),
        ("applicant id", &new.applicant_id),
        ("agent", &new.agent),
        ("purpose", &new.purpose),
    ];
    for (field, text) in optional {
        text.as_deref().map_or(Ok(()), |t| check_text(field, t))?;
    }
    check_json("facts", &new.facts_json)
}

fn insert(act: &Act<'_>, new: &NewCase, id: &str, numbered: (u32, u32, &str)) -> Result<()> {
    let (year, serial, number) = numbered;
    act.conn()
        .execute(
            "INSERT INTO casefile (id, year, serial, number, matter, applicant, applicant_kind, applicant_id, agent,
                 purpose, facts_json, state, created, created_by)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 'open', ?12, ?13)",
            params![
                id, year, serial, number, new.matter, new.applicant, new.applicant_kind, new.applicant_id, new.agent,
                new.purpose, new.facts_json, act.at(), act.person().id
            ],
        )
        .map_err(|e| match is_duplicate(&e) {
            true => CasebookError::CaseExists { id: id.to_owned() },
            false => e.into(),
        })?;
    Ok(())
}

fn one(conn: &Connection, key: &CaseKey) -> Result<Case> {
    let sql = format!("SELECT {COLUMNS} FROM {TABLES} WHERE c.no = ?1");
    Ok(conn.prepare_cached(&sql)?.query_row([key.no], case)?)
}

fn index(conn: &Connection, key: &CaseKey) -> Result<()> {
    let case = one(conn, key)?;
    let optional = |field: &Option<String>| field.clone().unwrap_or_default();
    let text = words::indexed(&[
        &case.number,
        &case.matter,
        &case.applicant,
        &optional(&case.applicant_id),
        &optional(&case.agent),
        &optional(&case.purpose),
        &optional(&case.acceptance_number),
        &optional(&case.notarial_number),
    ]);
    search::set_case(conn, key.no, &text)
}

/// One field that differs.
struct Differing {
    field: &'static str,
    /// The statement that sets it; spelled out, so that no SQL is put together from names.
    sql: &'static str,
    before: Option<String>,
    after: Option<String>,
}

fn differing(case: &Case, change: &CaseChange) -> Result<Vec<Differing>> {
    let set = |field, sql, before: Option<&String>, after: &Option<String>| {
        let after = after.as_ref()?;
        let after = Some(after.clone()).filter(|text| !text.trim().is_empty());
        (before != after.as_ref()).then(|| Differing {
            field,
            sql,
            before: before.cloned(),
            after,
        })
    };
    let found: Vec<Differing> = [
        set(
            "matter",
            "UPDATE casefile SET matter = ?2 WHERE no = ?1",
            Some(&case.matter),
            &change.matter,
        ),
        set(
            "applicant",
            "UPDATE casefile SET applicant = ?2 WHERE no = ?1",
            Some(&case.applicant),
            &change.applicant,
        ),
        set(
            "applicant kind",
            "UPDATE casefile SET applicant_kind = ?2 WHERE no = ?1",
            case.applicant_kind.as_ref(),
            &change.applicant_kind,
        ),
        set(
            "applicant id",
            "UPDATE casefile SET applicant_id = ?2 WHERE no = ?1",
            case.applicant_id.as_ref(),
            &change.applicant_id,
        ),
        set(
            "agent",
            "UPDATE casefile SET agent = ?2 WHERE no = ?1",
            case.agent.as_ref(),
            &change.agent,
        ),
        set(
            "purpose",
            "UPDATE casefile SET purpose = ?2 WHERE no = ?1",
            case.purpose.as_ref(),
            &change.purpose,
        ),
        set(
            "acceptance number",
            "UPDATE casefile SET acceptance_number = ?2 WHERE no = ?1",
            case.acceptance_number.as_ref(),
            &change.acceptance_number,
        ),
        set(
            "notarial number",
            "UPDATE casefile SET notarial_number = ?2 WHERE no = ?1",
            case.notarial_number.as_ref(),
            &change.notarial_number,
        ),
        set(
            "facts",
            "UPDATE casefile SET facts_json = ?2 WHERE no = ?1",
            Some(&case.facts_json),
            &change.facts_json,
        ),
    ]
    .into_iter()
    .flatten()
    .collect();
    found.iter().try_for_each(check_differing)?;
    Ok(found)
}

fn check_differing(change: &Differing) -> Result<()> {
    let text = change.after.as_deref();
    match change.field {
        "facts" => check_json("facts", text.unwrap_or_default()),
        "matter" | "applicant" => check_text(change.field, text.unwrap_or_default()),
        _ => text.map_or(Ok(()), |text| check_text(change.field, text)),
    }
}

fn correct(act: &Act<'_>, key: &CaseKey, seq: u64, change: &Differing) -> Result<()> {
    act.conn()
        .execute(change.sql, params![key.no, change.after])?;
    act.conn().execute(
        "INSERT INTO case_change (casefile, seq, at, person, field, before, after) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![key.no, seq, act.at(), act.person().id, change.field, change.before, change.after],
    )?;
    Ok(())
}

fn case(row: &Row<'_>) -> rusqlite::Result<Case> {
    let void = row.get::<_, String>(13)? == CaseState::Void.as_str();
    Ok(Case {
        id: row.get(0)?,
        number: row.get(1)?,
        year: row.get(2)?,
        serial: row.get(3)?,
        matter: row.get(4)?,
        applicant: row.get(5)?,
        applicant_kind: row.get(6)?,
        applicant_id: row.get(7)?,
        agent: row.get(8)?,
        purpose: row.get(9)?,
        acceptance_number: row.get(10)?,
        notarial_number: row.get(11)?,
        facts_json: row.get(12)?,
        state: if void {
            CaseState::Void
        } else {
            CaseState::Open
        },
        void_reason: row.get(14)?,
        created: row.get(15)?,
        created_by: row.get(16)?,
    })
}

fn case_row(row: &Row<'_>) -> rusqlite::Result<CaseRow> {
    Ok(CaseRow {
        case: case(row)?,
        items: row.get(18)?,
        sealed_items: row.get(19)?,
        seals: row.get(20)?,
        waiting_seals: row.get(21)?,
        // A case has at least the entry of its opening; a cut journal must not make the list unreadable.
        last_act: row.get::<_, Option<String>>(22)?.unwrap_or_default(),
        last_action: row.get::<_, Option<String>>(23)?.unwrap_or_default(),
    })
}
