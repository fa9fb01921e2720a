//! Finding cases and items by words, and anything by its digest.

use rusqlite::{Connection, Row, params};

use crate::casebook::Casebook;
use crate::error::Result;
use crate::words;

/// Most hits one search answers; the newest come first.
pub const SEARCH_LIMIT: u32 = 200;

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum HitKind {
    /// A case, by its own fields.
    Case,
    /// An item.
    Item,
    /// A seal, by the digest of its manifest or statement.
    Seal,
    /// A certificate, by its digest.
    Certificate,
}

/// One thing found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The case's id.
    pub case: String,
    /// The case's number.
    pub number: String,
    /// The item's number, for an item.
    pub item: Option<u32>,
    /// What it is.
    pub kind: HitKind,
    /// The item's name, the case's matter and applicant, the seal's number, the certificate's document id.
    pub text: String,
    /// Whether the item was withdrawn or the case is void.
    pub withdrawn: bool,
}

impl Casebook {
    /// Cases and items that hold every typed word; characters of Chinese must stand next to each other as typed.
    ///
    /// # Errors
    /// [`crate::CasebookError::Database`].
    pub fn search(&self, typed: &str) -> Result<Vec<Hit>> {
        let Some(query) = words::query(typed) else {
            return Ok(Vec::new());
        };
        let mut statement = self.conn.prepare_cached(
            "WITH found (row) AS (SELECT rowid FROM search WHERE search MATCH ?1 ORDER BY rowid DESC LIMIT ?2)
             SELECT c.id, c.number, NULL, 0, c.matter || ' / ' || c.applicant, c.state = 'void', found.row
                 FROM found JOIN casefile c ON c.no = found.row / 2 WHERE found.row % 2 = 0
             UNION ALL
             SELECT c.id, c.number, i.number, 1, i.name, i.withdrawn_at IS NOT NULL OR c.state = 'void', found.row
                 FROM found JOIN item i ON i.id = found.row / 2 JOIN casefile c ON c.no = i.casefile
                 WHERE found.row % 2 = 1
             ORDER BY 4, 7 DESC",
        )?;
        let rows = statement.query_map(params![query, SEARCH_LIMIT], hit)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Everything with this SHA-256: items, manifests, seal statements, certificates.
    ///
    /// # Errors
    /// [`crate::CasebookError::Database`].
    pub fn find_digest(&self, sha256: &[u8; 32]) -> Result<Vec<Hit>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT c.id, c.number, i.number, 1, i.name, i.withdrawn_at IS NOT NULL OR c.state = 'void'
                 FROM item i JOIN casefile c ON c.no = i.casefile WHERE i.sha256 = ?1
             UNION ALL
             SELECT c.id, c.number, NULL, 2, CAST(s.number AS TEXT), c.state = 'void'
                 FROM seal s JOIN casefile c ON c.no = s.casefile
                 WHERE s.manifest_sha256 = ?1 OR s.seal_sha256 = ?1
             UNION ALL
             SELECT c.id, c.number, NULL, 3, d.document_id, c.state = 'void'
                 FROM certificate d JOIN casefile c ON c.no = d.casefile WHERE d.sha256 = ?1
             ORDER BY 4, 2, 3 LIMIT ?2",
        )?;
        let rows = statement.query_map(params![sha256, SEARCH_LIMIT], hit)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

/// Replaces a case's words.
pub(crate) fn set_case(conn: &Connection, no: i64, text: &str) -> Result<()> {
    let row = no * 2;
    conn.prepare_cached("DELETE FROM search WHERE rowid = ?1")?
        .execute([row])?;
    add(conn, row, text)
}

/// Adds an item's words; they never change.
pub(crate) fn add_item(conn: &Connection, id: i64, text: &str) -> Result<()> {
    add(conn, id * 2 + 1, text)
}

fn add(conn: &Connection, row: i64, text: &str) -> Result<()> {
    conn.prepare_cached("INSERT INTO search (rowid, words) VALUES (?1, ?2)")?
        .execute(params![row, text])?;
    Ok(())
}

fn hit(row: &Row<'_>) -> rusqlite::Result<Hit> {
    Ok(Hit {
        case: row.get(0)?,
        number: row.get(1)?,
        item: row.get(2)?,
        kind: match row.get(3)? {
            0 => HitKind::Case,
            1 => HitKind::Item,
            2 => HitKind::Seal,
            _ => HitKind::Certificate,
        },
        text: row.get(4)?,
        withdrawn: row.get(5)?,
    })
}
