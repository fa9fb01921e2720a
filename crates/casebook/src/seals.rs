//! Seals (固化) and their tokens (时间戳).
//!
//! A seal begins waiting (待固化): its items are fixed and its statement stands, whatever becomes of the authorities.
//! It is complete once a token that counts is in. Later tokens renew it; nothing of it is ever edited.

use fidem_fingerprint::{hex, sha256};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::json;

use crate::act::Act;
use crate::casebook::Casebook;
use crate::cases::{self, CaseKey, check_json, check_line};
use crate::error::{CasebookError, Result, is_duplicate};
use crate::items;

/// How far a seal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealState {
    /// 待固化: waits for its tokens.
    Waiting,
    /// 固化.
    Sealed,
}

impl SealState {
    /// The word in the file.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sealed => "sealed",
        }
    }
}

/// A seal, without its manifest, which can be large ([`Casebook::seal_manifest`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    /// The case's id.
    pub case: String,
    /// The case's number.
    pub case_number: String,
    /// Number within the case, from 1.
    pub number: u32,
    /// How far it is.
    pub state: SealState,
    /// How many items it fixes.
    pub items: u32,
    /// SHA-256 of the manifest.
    pub manifest_sha256: [u8; 32],
    /// The seal statement's bytes.
    pub seal_json: Vec<u8>,
    /// SHA-256 of the statement, which every token and receipt refers to.
    pub seal_sha256: [u8; 32],
    /// When it was begun.
    pub created: String,
    /// By whom.
    pub created_by: String,
    /// When it was complete.
    pub completed: Option<String>,
    /// By whom.
    pub completed_by: Option<String>,
}

/// A token to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewToken {
    /// Number within the seal, from 1; names the members in a package.
    pub ordinal: u32,
    /// The authority's name.
    pub authority: String,
    /// Where it was asked.
    pub url: String,
    /// The ASiC manifest that was stamped.
    pub asic_xml: Vec<u8>,
    /// The token, DER.
    pub token: Vec<u8>,
    /// What verification found: JSON, opaque here.
    pub summary_json: String,
    /// Whether the token was found good enough to complete the seal.
    pub counts: bool,
}

/// A kept token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Number within the seal.
    pub ordinal: u32,
    /// The authority's name.
    pub authority: String,
    /// Where it was asked.
    pub url: String,
    /// The ASiC manifest that was stamped.
    pub asic_xml: Vec<u8>,
    /// The token, DER.
    pub token: Vec<u8>,
    /// What verification found: JSON.
    pub summary_json: String,
    /// Whether it counts.
    pub counts: bool,
    /// When it was kept.
    pub added_at: String,
}

const SELECT: &str = "SELECT c.id, c.number, s.number, s.state, s.items, s.manifest_sha256, s.seal_json, s.seal_sha256,
     s.created, p.name, s.completed, q.name
     FROM seal s JOIN casefile c ON c.no = s.casefile JOIN person p ON p.id = s.created_by
     LEFT JOIN person q ON q.id = s.completed_by";

impl Casebook {
    /// The number the next seal of the case will get.
    ///
    /// # Errors
    /// [`CasebookError::UnknownCase`].
    pub fn next_seal_number(&self, case: &str) -> Result<u32> {
        let key = cases::key(&self.conn, case)?;
        next_number(&self.conn, &key)
    }

    /// Fixes items in a seal that waits for its tokens; its number, which is the one [`Casebook::next_seal_number`]
    /// told, and which the caller has written into the statement.
    ///
    /// # Errors
    /// [`CasebookError::NothingToSeal`], [`CasebookError::ItemTwice`], [`CasebookError::ItemSealed`],
    /// [`CasebookError::ItemWithdrawn`], [`CasebookError::UnknownItem`], [`CasebookError::CaseVoid`],
    /// [`CasebookError::UnknownCase`].
    pub fn seal_begin(
        &mut self,
        at: &str,
        case: &str,
        items: &[u32],
        manifest: &[u8],
        seal_json: &[u8],
    ) -> Result<u32> {
        let mut act = self.act(at)?;
        let key = cases::open_key(act.conn(), case)?;
        let count = u32::try_from(items.len()).unwrap_or(u32::MAX);
        if count == 0 {
            return Err(CasebookError::NothingToSeal);
        }
        let number = next_number(act.conn(), &key)?;
        let digests = (sha256(manifest), sha256(seal_json));
        act.conn().execute(
            "INSERT INTO seal (casefile, number, state, items, manifest, manifest_sha256, seal_json, seal_sha256,
                 created, created_by) VALUES (?1, ?2, 'waiting', ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                key.no, number, count, manifest, digests.0, seal_json, digests.1, act.at(), act.person().id
            ],
        )?;
        act.conn().execute(
            "UPDATE casefile SET last_seal = ?2 WHERE no = ?1",
            params![key.no, number],
        )?;
        fix_items(act.conn(), &key, number, items)?;
        let details = json!({
            "items": count,
            "manifest_sha256": hex::encode(&digests.0),
            "seal": number,
            "seal_sha256": hex::encode(&digests.1),
        });
        act.record("seal.begun", Some(&key), None, &details)?;
        act.commit()?;
        Ok(number)
    }

    /// Keeps a token, of a waiting seal or as the renewal of a complete one.
    ///
    /// # Errors
    /// [`CasebookError::UnknownSeal`], [`CasebookError::TokenExists`], [`CasebookError::NotJson`],
    /// [`CasebookError::BadText`].
    pub fn token_add(&mut self, at: &str, case: &str, seal: u32, token: &NewToken) -> Result<()> {
        check_line("authority", &token.authority)?;
        check_json("summary", &token.summary_json)?;
        let mut act = self.act(at)?;
        let key = cases::key(act.conn(), case)?;
        one(act.conn(), &key, seal)?;
        insert_token(&act, &key, seal, token)?;
        let details = json!({
            "authority": token.authority,
            "counts": token.counts,
            "ordinal": token.ordinal,
            "seal": seal,
            "token_sha256": hex::encode(&sha256(&token.token)),
            "url": token.url,
        });
        act.record("token.added", Some(&key), None, &details)?;
        act.commit()
    }

    /// The tokens of a seal, by ordinal.
    ///
    /// # Errors
    /// [`CasebookError::UnknownCase`], [`CasebookError::UnknownSeal`].
    pub fn tokens(&self, case: &str, seal: u32) -> Result<Vec<Token>> {
        let key = cases::key(&self.conn, case)?;
        one(&self.conn, &key, seal)?;
        let mut statement = self.conn.prepare_cached(
            "SELECT ordinal, authority, url, asic_xml, token, summary_json, counts, added_at FROM token
             WHERE casefile = ?1 AND seal = ?2 ORDER BY ordinal",
        )?;
        let rows = statement.query_map(params![key.no, seal], token)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The token that came last from this address, in any case; one that counts comes before one that does not.
    ///
    /// # Errors
    /// [`CasebookError::Database`].
    pub fn latest_token(&self, url: &str) -> Result<Option<Token>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT ordinal, authority, url, asic_xml, token, summary_json, counts, added_at FROM token
             WHERE url = ?1 ORDER BY counts DESC, added_at DESC, ordinal DESC LIMIT 1",
        )?;
        Ok(statement.query_row([url], token).optional()?)
    }

    /// Completes a waiting seal: 待固化 → 固化.
    ///
    /// # Errors
    /// [`CasebookError::SealComplete`], [`CasebookError::NoToken`] when none that counts is in,
    /// [`CasebookError::UnknownSeal`].
    pub fn seal_complete(&mut self, at: &str, case: &str, seal: u32) -> Result<()> {
        let mut act = self.act(at)?;
        let key = cases::key(act.conn(), case)?;
        if one(act.conn(), &key, seal)?.state == SealState::Sealed {
            return Err(CasebookError::SealComplete { seal });
        }
        let tokens: u32 = act.conn().query_row(
            "SELECT count(*) FROM token WHERE casefile = ?1 AND seal = ?2 AND counts = 1",
            params![key.no, seal],
            |row| row.get(0),
        )?;
        if tokens == 0 {
            return Err(CasebookError::NoToken { seal });
        }
        act.conn().execute(
            "UPDATE seal SET state = 'sealed', completed = ?3, completed_by = ?4 WHERE casefile = ?1 AND number = ?2",
            params![key.no, seal, act.at(), act.person().id],
        )?;
        let details = json!({ "seal": seal, "tokens": tokens });
        act.record("seal.completed", Some(&key), None, &details)?;
        act.commit()
    }

    /// The seals of a case, in order.
    ///
    /// # Errors
    /// [`CasebookError::UnknownCase`].
    pub fn seals(&self, case: &str) -> Result<Vec<Seal>> {
        let key = cases::key(&self.conn, case)?;
        let sql = format!("{SELECT} WHERE s.casefile = ?1 ORDER BY s.number");
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map([key.no], seal_row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// One seal.
    ///
    /// # Errors
    /// [`CasebookError::UnknownCase`], [`CasebookError::UnknownSeal`].
    pub fn seal(&self, case: &str, number: u32) -> Result<Seal> {
        let key = cases::key(&self.conn, case)?;
        one(&self.conn, &key, number)
    }

    /// Every seal of the office that waits for tokens, the oldest first.
    ///
    /// # Errors
    /// [`CasebookError::Database`].
    pub fn seals_waiting(&self) -> Result<Vec<Seal>> {
        let sql =
            format!("{SELECT} WHERE s.state = 'waiting' ORDER BY s.created, s.casefile, s.number");
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map([], seal_row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The manifest's bytes, compared with the digest that was taken when it came in.
    ///
    /// # Errors
    /// [`CasebookError::UnknownSeal`], [`CasebookError::DigestMismatch`].
    pub fn seal_manifest(&self, case: &str, number: u32) -> Result<Vec<u8>> {
        let key = cases::key(&self.conn, case)?;
        let kept = one(&self.conn, &key, number)?;
        let manifest: Vec<u8> = self.conn.query_row(
            "SELECT manifest FROM seal WHERE casefile = ?1 AND number = ?2",
            params![key.no, number],
            |row| row.get(0),
        )?;
        match sha256(&manifest) == kept.manifest_sha256 {
            true => Ok(manifest),
            false => Err(CasebookError::DigestMismatch { what: "manifest" }),
        }
    }
}

pub(crate) fn one(conn: &Connection, key: &CaseKey, number: u32) -> Result<Seal> {
    let sql = format!("{SELECT} WHERE s.casefile = ?1 AND s.number = ?2");
    conn.prepare_cached(&sql)?
        .query_row(params![key.no, number], seal_row)
        .optional()?
        .ok_or_else(|| CasebookError::UnknownSeal {
            number: key.number.clone(),
            seal: number,
        })
}

fn next_number(conn: &Connection, key: &CaseKey) -> Result<u32> {
    Ok(conn.query_row(
        "SELECT last_seal + 1 FROM casefile WHERE no = ?1",
        [key.no],
        |row| row.get(0),
    )?)
}

/// Puts each item into the seal; when one refuses, says why.
fn fix_items(conn: &Connection, key: &CaseKey, seal: u32, numbers: &[u32]) -> Result<()> {
    let mut statement = conn.prepare_cached(
        "UPDATE item SET seal = ?3
         WHERE casefile = ?1 AND number = ?2 AND seal IS NULL AND withdrawn_at IS NULL",
    )?;
    for number in numbers {
        if statement.execute(params![key.no, number, seal])? == 1 {
            continue;
        }
        let item = items::one(conn, key, *number)?;
        return Err(match items::check_editable(&item) {
            // Fixed a moment ago by this very loop.
            Err(CasebookError::ItemSealed { item, seal: by }) if by == seal => {
                CasebookError::ItemTwice { item }
            }
            Err(other) => other,
            Ok(()) => CasebookError::Damaged {
                what: "an item refuses its seal",
            },
        });
    }
    Ok(())
}

fn insert_token(act: &Act<'_>, key: &CaseKey, seal: u32, token: &NewToken) -> Result<()> {
    let ordinal = token.ordinal;
    act.conn()
        .execute(
            "INSERT INTO token (casefile, seal, ordinal, authority, url, asic_xml, token, summary_json, counts, added_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![
                key.no, seal, ordinal, token.authority, token.url, token.asic_xml, token.token, token.summary_json,
                token.counts, act.at()
            ],
        )
        .map_err(|e| match is_duplicate(&e) {
            true => CasebookError::TokenExists { seal, ordinal },
            false => e.into(),
        })?;
    Ok(())
}

fn seal_row(row: &Row<'_>) -> rusqlite::Result<Seal> {
    let sealed = row.get::<_, String>(3)? == SealState::Sealed.as_str();
    Ok(Seal {
        case: row.get(0)?,
        case_number: row.get(1)?,
        number: row.get(2)?,
        state: if sealed {
            SealState::Sealed
        } else {
            SealState::Waiting
        },
        items: row.get(4)?,
        manifest_sha256: row.get(5)?,
        seal_json: row.get(6)?,
        seal_sha256: row.get(7)?,
        created: row.get(8)?,
        created_by: row.get(9)?,
        completed: row.get(10)?,
        completed_by: row.get(11)?,
    })
}

fn token(row: &Row<'_>) -> rusqlite::Result<Token> {
    Ok(Token {
        ordinal: row.get(0)?,
        authority: row.get(1)?,
        url: row.get(2)?,
        asic_xml: row.get(3)?,
        token: row.get(4)?,
        summary_json: row.get(5)?,
        counts: row.get(6)?,
        added_at: row.get(7)?,
    })
}
