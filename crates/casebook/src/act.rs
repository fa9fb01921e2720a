//! One act of the open person: a transaction that cannot commit without its journal entries.

use fidem_fingerprint::{hex, sha256};
use fidem_manifest::{canonical, chain};
use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use serde::Serialize;

use crate::cases::CaseKey;
use crate::error::{CasebookError, Result};
use crate::instant;
use crate::journal::{self, Head};
use crate::people::Person;

/// Format name of a journal entry.
pub(crate) const ENTRY_FORMAT: &str = "fidem-journal/1";

/// A journal entry as it is written: canonical JSON (RFC 8785), the fields in the order of their names.
///
/// `prev` is the chain hash before this entry, 64 zeros before the first. The chain hash after it is
/// SHA-256(`prev` ‖ SHA-256(entry)), so that an extract for one case can leave out the text of other cases' entries.
#[derive(Debug, Serialize)]
struct EntryBody<'a, D> {
    action: &'a str,
    actor: Actor<'a>,
    at: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    case: Option<&'a str>,
    details: &'a D,
    format: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    host: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<u32>,
    prev: String,
    seq: u64,
}

#[derive(Debug, Serialize)]
struct Actor<'a> {
    name: &'a str,
    roles: Vec<&'static str>,
}

/// A write transaction with the journal's head in hand.
pub(crate) struct Act<'a> {
    tx: Transaction<'a>,
    at: &'a str,
    person: &'a Person,
    host: Option<&'a str>,
    head: Head,
    began_at: u64,
}

impl<'a> Act<'a> {
    pub(crate) fn begin(
        conn: &'a mut Connection,
        person: &'a Person,
        host: Option<&'a str>,
        at: &'a str,
    ) -> Result<Self> {
        instant::check(at)?;
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // The kept head, not the last row: after a truncated tail the gap stays for ever.
        let head = journal::head(&tx)?;
        let began_at = head.seq;
        Ok(Self {
            tx,
            at,
            person,
            host,
            head,
            began_at,
        })
    }

    pub(crate) fn conn(&self) -> &Connection {
        &self.tx
    }

    pub(crate) fn at(&self) -> &str {
        self.at
    }

    pub(crate) fn person(&self) -> &Person {
        self.person
    }

    /// Appends one entry; the number it got.
    pub(crate) fn record<D: Serialize>(
        &mut self,
        action: &str,
        case: Option<&CaseKey>,
        item: Option<u32>,
        details: &D,
    ) -> Result<u64> {
        let seq = self.head.seq + 1;
        let body = EntryBody {
            action,
            actor: Actor {
                name: &self.person.name,
                roles: self.person.roles.iter().map(|role| role.as_str()).collect(),
            },
            at: self.at,
            case: case.map(|key| key.number.as_str()),
            details,
            format: ENTRY_FORMAT,
            host: self.host,
            item,
            prev: hex::encode(&self.head.hash),
            seq,
        };
        let bytes = canonical::encode(&body).map_err(|e| CasebookError::Unwritable {
            reason: e.to_string(),
        })?;
        let hash = chain(&self.head.hash, &sha256(&bytes));
        self.tx
            .prepare_cached(
                "INSERT INTO journal (seq, at, action, casefile, item, bytes, hash)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                seq,
                self.at,
                action,
                case.map(|key| key.no),
                item,
                bytes,
                hash
            ])?;
        self.head = Head { seq, hash };
        Ok(seq)
    }

    /// Moves the kept head and commits. An act without an entry is a mistake of ours and does not commit.
    pub(crate) fn commit(self) -> Result<()> {
        if self.head.seq == self.began_at {
            return Err(CasebookError::Unwritable {
                reason: "the act left no entry".to_owned(),
            });
        }
        self.tx.execute(
            "UPDATE journal_head SET seq = ?1, hash = ?2",
            params![self.head.seq, self.head.hash],
        )?;
        Ok(self.tx.commit()?)
    }
}
