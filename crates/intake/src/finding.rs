//! What is said about a file: refused, and why; or taken, with a remark. The codes are listed at the crate's root.

use std::collections::BTreeMap;
use std::io;

/// The data of a finding by name; numbers in decimal. A screen puts them into its sentence.
pub type Params = BTreeMap<&'static str, String>;

/// A file, folder or other thing that was not taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The path as a person reads it; bytes that are no Unicode as `%XX`.
    pub path_display: String,
    /// Stable code of the reason.
    pub code: &'static str,
    /// Its data.
    pub params: Params,
}

/// A remark about a file that is taken in, or about a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Stable code of the remark.
    pub code: &'static str,
    /// The name of the item or folder it is about.
    pub subject: String,
    /// Its data.
    pub params: Params,
}

impl Note {
    pub(crate) fn new(code: &'static str, subject: &str) -> Self {
        Note {
            code,
            subject: subject.to_owned(),
            params: Params::new(),
        }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.params.insert(name, value.into());
        self
    }
}

/// Why something is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    Symlink {
        target: String,
    },
    NotAFile {
        kind: &'static str,
    },
    Unreadable {
        kind: io::ErrorKind,
        number: Option<i32>,
    },
    MediumLost {
        read: u64,
        size: u64,
        number: Option<i32>,
    },
    ChangedWhileRead {
        what: Vec<&'static str>,
        size_before: u64,
        size_after: u64,
        read: u64,
    },
    Vanished,
    NotFound,
}

impl Refusal {
    pub(crate) fn unreadable(error: &io::Error) -> Self {
        Refusal::Unreadable {
            kind: error.kind(),
            number: error.raw_os_error(),
        }
    }

    pub(crate) fn of(self, path_display: String) -> Refused {
        Refused {
            path_display,
            code: self.code(),
            params: self.params(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Refusal::Symlink { .. } => "symlink",
            Refusal::NotAFile { .. } => "not-a-file",
            Refusal::Unreadable { .. } => "unreadable",
            Refusal::MediumLost { .. } => "medium-lost",
            Refusal::ChangedWhileRead { .. } => "changed-while-read",
            Refusal::Vanished => "vanished",
            Refusal::NotFound => "not-found",
        }
    }

    fn params(self) -> Params {
        let mut params = Params::new();
        match self {
            Refusal::Symlink { target } => {
                params.insert("target", target);
            }
            Refusal::NotAFile { kind } => {
                params.insert("kind", kind.to_owned());
            }
            Refusal::Unreadable { kind, number } => {
                params.insert("kind", kind.to_string());
                params.extend(number.map(|number| ("os_error", number.to_string())));
            }
            Refusal::MediumLost { read, size, number } => {
                params.insert("bytes_read", read.to_string());
                params.insert("size", size.to_string());
                params.extend(number.map(|number| ("os_error", number.to_string())));
            }
            Refusal::ChangedWhileRead {
                what,
                size_before,
                size_after,
                read,
            } => {
                params.insert("what", what.join(" "));
                params.insert("size_before", size_before.to_string());
                params.insert("size_after", size_after.to_string());
                params.insert("bytes_read", read.to_string());
            }
            Refusal::Vanished | Refusal::NotFound => {}
        }
        params
    }
}
