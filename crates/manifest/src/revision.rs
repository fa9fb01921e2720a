//! A delivery's number and its predecessor: `fidem-revision/1`.

use serde::{Deserialize, Serialize};

use crate::{StatementError, Versioned, canonical};

const FORMAT: &str = "fidem-revision/1";

/// Each export of a case is a numbered revision that names the one before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revision {
    /// 保全编号.
    pub case: String,
    /// When the revision was made, by the office's device.
    pub created: String,
    /// `fidem-revision/1`.
    pub format: String,
    /// From 1.
    pub number: u32,
    /// SHA-256 of the previous delivery manifest, hex; absent on the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<String>,
}

impl Revision {
    /// The format name.
    pub const FORMAT: &'static str = FORMAT;

    /// Canonical bytes.
    ///
    /// # Errors
    /// [`StatementError::Canonical`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, StatementError> {
        Ok(canonical::encode(self)?)
    }

    /// Reads canonical bytes.
    ///
    /// # Errors
    /// See [`StatementError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StatementError> {
        let revision: Self = crate::read(bytes, FORMAT)?;
        match (revision.number, &revision.previous) {
            (1, None) | (2.., Some(_)) => Ok(revision),
            _ => Err(StatementError::Inconsistent(
                "only the first revision has no predecessor",
            )),
        }
    }
}

impl Versioned for Revision {
    fn format(&self) -> &str {
        &self.format
    }
}
