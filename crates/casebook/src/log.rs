//! The office log (本处登记日志): leaves in the order they came, and the newest signed checkpoint over them.

use fidem_fingerprint::{hex, sha256};
use rusqlite::{OptionalExtension, params};
use serde_json::json;

use crate::casebook::Casebook;
use crate::cases::check_text;
use crate::error::{CasebookError, Result};

impl Casebook {
    /// Appends a leaf, SHA-256 of a seal statement; its index, from 0. The same leaf twice gets two places.
    ///
    /// # Errors
    /// [`CasebookError::BadTime`].
    pub fn log_append(&mut self, at: &str, leaf: [u8; 32]) -> Result<u64> {
        self.log_append_all(at, &[leaf])
    }

    /// Appends leaves in one transaction, so that a batch costs one write to the disk; the index of the first.
    ///
    /// # Errors
    /// [`CasebookError::BadTime`].
    pub fn log_append_all(&mut self, at: &str, leaves: &[[u8; 32]]) -> Result<u64> {
        let mut act = self.act(at)?;
        let first: u64 = act.conn().query_row(
            "SELECT coalesce(max(idx) + 1, 0) FROM log_leaf",
            [],
            |row| row.get(0),
        )?;
        let mut statement = act
            .conn()
            .prepare_cached("INSERT INTO log_leaf (idx, leaf, at) VALUES (?1, ?2, ?3)")?;
        for (index, leaf) in (first..).zip(leaves) {
            statement.execute(params![index, leaf, act.at()])?;
        }
        drop(statement);
        let details = match leaves {
            [leaf] => json!({ "index": first, "leaf": hex::encode(leaf) }),
            many => {
                json!({ "count": many.len(), "index": first, "sha256": hex::encode(&sha256(many.as_flattened())) })
            }
        };
        act.record("log.appended", None, None, &details)?;
        act.commit()?;
        Ok(first)
    }

    /// Statements of seals that are not in the log, in the order in which they were made.
    ///
    /// # Errors
    /// [`CasebookError::Database`].
    pub fn seals_unlogged(&self) -> Result<Vec<[u8; 32]>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT seal_sha256 FROM seal s WHERE NOT EXISTS (SELECT 1 FROM log_leaf l WHERE l.leaf = s.seal_sha256)
             ORDER BY created, casefile, number",
        )?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Every leaf, in order.
    ///
    /// # Errors
    /// [`CasebookError::Damaged`] when an index is missing.
    pub fn log_leaves(&self) -> Result<Vec<[u8; 32]>> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT idx, leaf FROM log_leaf ORDER BY idx")?;
        let mut rows = statement.query([])?;
        let mut leaves = Vec::new();
        while let Some(row) = rows.next()? {
            let index: usize = row.get(0)?;
            if index != leaves.len() {
                let what = "a leaf of the office log is missing";
                return Err(CasebookError::Damaged { what });
            }
            leaves.push(row.get(1)?);
        }
        Ok(leaves)
    }

    /// Keeps a signed checkpoint; earlier ones stay in the file.
    ///
    /// # Errors
    /// [`CasebookError::BadText`].
    pub fn log_checkpoint_set(&mut self, at: &str, note: &str) -> Result<()> {
        check_text("checkpoint", note)?;
        let mut act = self.act(at)?;
        act.conn().execute(
            "INSERT INTO log_checkpoint (note, at) VALUES (?1, ?2)",
            params![note, act.at()],
        )?;
        let details = json!({ "sha256": hex::encode(&sha256(note.as_bytes())) });
        act.record("log.checkpoint", None, None, &details)?;
        act.commit()
    }

    /// Every kept note of a checkpoint, the oldest first.
    ///
    /// # Errors
    /// [`CasebookError::Database`].
    pub fn log_checkpoints(&self) -> Result<Vec<String>> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT note FROM log_checkpoint ORDER BY id")?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The newest note of a checkpoint that begins so: origin and size on lines of their own.
    ///
    /// # Errors
    /// [`CasebookError::Database`].
    pub fn log_checkpoint_of(&self, origin: &str, size: u64) -> Result<Option<String>> {
        let begins = format!("{origin}\n{size}\n");
        Ok(self
            .conn
            .query_row(
                "SELECT note FROM log_checkpoint WHERE substr(note, 1, length(?1)) = ?1 ORDER BY id DESC LIMIT 1",
                [begins],
                |row| row.get(0),
            )
            .optional()?)
    }

    /// The newest checkpoint.
    ///
    /// # Errors
    /// [`CasebookError::Database`].
    pub fn log_checkpoint(&self) -> Result<Option<String>> {
        Ok(self
            .conn
            .query_row(
                "SELECT note FROM log_checkpoint ORDER BY id DESC LIMIT 1",
                [],
                |row| row.get(0),
            )
            .optional()?)
    }
}
