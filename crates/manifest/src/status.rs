//! How the documents of a case stand, by the office's own word at a time: `fidem-status/1`.

use serde::{Deserialize, Serialize};

use crate::{StatementError, Versioned, canonical};

const FORMAT: &str = "fidem-status/1";

/// How an issued document stands. What was added to it is a document of its own; the document itself never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentStanding {
    /// Nothing was added to it.
    Issued,
    /// 已说明、补正.
    Explained,
    /// 已更正.
    Corrected,
    /// 已撤销.
    Withdrawn,
}

/// One issued document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListedDocument {
    /// Numbers of the documents added to it, in order.
    pub amended_by: Vec<String>,
    /// Its number.
    pub id: String,
    /// When it was issued.
    pub issued: String,
    /// SHA-256 in hex of its file as issued and after each signature.
    pub sha256: Vec<String>,
    /// How it stands.
    pub standing: DocumentStanding,
}

/// 状态清单: every document issued in a case, and how it stood when the list was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusList {
    /// 保全编号.
    pub case: String,
    /// When the list was made, by the office's device.
    pub created: String,
    /// In order of issue.
    pub documents: Vec<ListedDocument>,
    /// `fidem-status/1`.
    pub format: String,
    /// Id of the office.
    pub office: String,
}

impl StatusList {
    /// The format name, and the first line of the text that is signed.
    pub const FORMAT: &'static str = FORMAT;

    /// What the office signs: the format's name, and the statement as canonical JSON, a line each.
    ///
    /// # Errors
    /// [`StatementError::Canonical`].
    pub fn to_text(&self) -> Result<String, StatementError> {
        let json = String::from_utf8_lossy(&canonical::encode(self)?).into_owned();
        Ok(format!("{FORMAT}\n{json}\n"))
    }

    /// Reads the text of a signed note.
    ///
    /// # Errors
    /// See [`StatementError`].
    pub fn from_text(text: &str) -> Result<Self, StatementError> {
        let mut lines = text.split('\n');
        match (lines.next(), lines.next(), lines.next(), lines.next()) {
            (Some(FORMAT), Some(json), Some(""), None) => crate::read(json.as_bytes(), FORMAT),
            (found, ..) => Err(StatementError::Format {
                expected: FORMAT,
                found: found.unwrap_or_default().to_owned(),
            }),
        }
    }
}

impl Versioned for StatusList {
    fn format(&self) -> &str {
        &self.format
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list() -> StatusList {
        StatusList {
            case: "(2026)保全字第0001号".to_owned(),
            created: "2026-11-27T08:00:00Z".to_owned(),
            documents: vec![ListedDocument {
                amended_by: vec!["(2026)保全字第0001号-S01".to_owned()],
                id: "(2026)保全字第0001号-H01".to_owned(),
                issued: "2026-11-26T08:00:00Z".to_owned(),
                sha256: vec!["ab".repeat(32)],
                standing: DocumentStanding::Corrected,
            }],
            format: FORMAT.to_owned(),
            office: "00".repeat(16),
        }
    }

    #[test]
    fn what_is_written_is_read_and_nothing_else() {
        let text = list().to_text().unwrap();
        assert_eq!(StatusList::from_text(&text), Ok(list()));
        assert!(text.starts_with("fidem-status/1\n{\"case\":"));
        for wrong in [
            text.trim_end().to_owned(),
            format!("{text}x"),
            text.replace("fidem-status/1\n", "fidem-status/2\n"),
            text.replace("\"corrected\"", "\"fine\""),
            text.replace("{\"case\"", "{ \"case\""),
        ] {
            assert!(StatusList::from_text(&wrong).is_err(), "{wrong}");
        }
    }
}
