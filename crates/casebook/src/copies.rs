//! Second copies of the office and when a restore from each was last tried.

use crate::casebook::Casebook;
use crate::error::Result;

/// Where a second copy lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondCopy {
    /// Folder or medium, in the person's words.
    pub place: String,
    /// When it was made, RFC 3339 UTC.
    pub made: String,
    /// When a restore from it was last tried with success; `None` is never.
    pub last_tested: Option<String>,
}

impl Casebook {
    /// Every second copy known; none yet means that there is none.
    ///
    /// # Errors
    /// [`crate::CasebookError::Database`].
    pub fn copies_status(&self) -> Result<Vec<SecondCopy>> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT place, made, last_tested FROM second_copy ORDER BY place")?;
        let rows = statement.query_map([], |row| {
            Ok(SecondCopy {
                place: row.get(0)?,
                made: row.get(1)?,
                last_tested: row.get(2)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}
