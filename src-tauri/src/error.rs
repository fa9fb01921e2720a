//! Refusals as the page gets them: a stable code and the facts its sentences need.

use std::collections::BTreeMap;

use fidem_casebook::CasebookError;
use fidem_office::OfficeError;
use serde::Serialize;
use specta::Type;

/// A refusal. The page has the sentences.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct ShellError {
    /// Stable code.
    pub code: String,
    /// Facts for the sentences and for support.
    pub params: BTreeMap<String, String>,
}

impl ShellError {
    /// A refusal of the shell itself.
    #[must_use]
    pub fn new(code: &str) -> Self {
        Self {
            code: code.to_owned(),
            params: BTreeMap::new(),
        }
    }

    /// With one more fact.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.params.insert(name.to_owned(), value.to_string());
        self
    }

    /// Nobody has opened an office.
    #[must_use]
    pub fn locked() -> Self {
        Self::new("locked")
    }

    /// Something of our own failed that has no sentence.
    #[must_use]
    pub fn unexpected(detail: impl ToString) -> Self {
        Self::new("unexpected").with("detail", detail)
    }
}

impl From<OfficeError> for ShellError {
    fn from(error: OfficeError) -> Self {
        let refused = Self::new(error.code());
        match &error {
            OfficeError::Role { needed } => refused.with("needed", needed),
            OfficeError::NoSpace { needed, free } => {
                refused.with("needed", needed).with("free", free)
            }
            OfficeError::Io { path, reason } => refused.with("path", path).with("reason", reason),
            OfficeError::Forbidden { field, phrase } => {
                refused.with("field", field).with("phrase", phrase)
            }
            OfficeError::InterestUndeclared { rails } => refused.with("rails", rails),
            OfficeError::PublicChain { rail } | OfficeError::UnknownRail { rail } => {
                refused.with("rail", rail)
            }
            OfficeError::Rail { rail, reason } => refused.with("rail", rail).with("reason", reason),
            OfficeError::Waiting { seal } => refused.with("seal", seal),
            OfficeError::Unsealed { count } => refused.with("count", count),
            OfficeError::SelfTest { matching, served } => {
                refused.with("matching", matching).with("served", served)
            }
            OfficeError::Unclean { checks } => refused.with("checks", checks),
            OfficeError::VaultDiffers { item } => refused.with("item", item),
            OfficeError::Casebook(CasebookError::BadText { field }) => refused.with("field", field),
            OfficeError::Casebook(CasebookError::NetworkShare { kind }) => {
                refused.with("kind", kind)
            }
            // What has no facts of its own for a sentence keeps its words for support.
            other => refused.with("detail", other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_keeps_its_code_and_facts() {
        let refused = ShellError::from(OfficeError::Waiting { seal: 3 });
        assert_eq!(refused.code, "seal-waiting");
        assert_eq!(refused.params.get("seal").map(String::as_str), Some("3"));
    }

    #[test]
    fn a_passphrase_never_travels_in_a_refusal() {
        let name = "苏晚".to_owned();
        let refused = ShellError::from(OfficeError::Casebook(CasebookError::WrongPassphrase {
            name,
        }));
        assert_eq!(refused.code, "wrong-passphrase");
        assert_eq!(refused.params.len(), 1);
    }
}
