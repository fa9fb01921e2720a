//! Settings of the office: text under a key.

use rusqlite::{OptionalExtension, params};
use serde_json::json;

use crate::casebook::Casebook;
use crate::cases::check_line;
use crate::error::Result;

impl Casebook {
    /// A setting's value.
    ///
    /// # Errors
    /// [`crate::CasebookError::Database`].
    pub fn setting(&self, key: &str) -> Result<Option<String>> {
        Ok(self
            .conn
            .query_row("SELECT value FROM setting WHERE key = ?1", [key], |row| {
                row.get(0)
            })
            .optional()?)
    }

    /// Sets it. The journal gets the key only: values may be secret.
    ///
    /// # Errors
    /// [`crate::CasebookError::BadText`] for the key.
    pub fn set_setting(&mut self, at: &str, key: &str, value: &str) -> Result<()> {
        check_line("key", key)?;
        let mut act = self.act(at)?;
        act.conn().execute(
            "INSERT INTO setting (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2",
            params![key, value],
        )?;
        act.record("setting.changed", None, None, &json!({ "key": key }))?;
        act.commit()
    }
}
