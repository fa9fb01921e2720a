//! How whole a capture is.

use serde::{Deserialize, Serialize};

/// The result of the measurement.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Completeness {
    /// Whether anything is less than whole; printed as PARTIAL 不完整.
    pub partial: bool,
    /// Exchanges in the browser's log.
    pub exchanged: u32,
    /// Of these, in the archive.
    pub archived: u32,
    /// Requests of the page, its frames and workers.
    pub requested: u32,
    /// Of these, answered, with the answer in the archive.
    pub answered: u32,
    /// Addresses that documents and style sheets refer to.
    pub referred: u32,
    /// Of these, in the archive.
    pub captured: u32,
    /// Of these, not in the archive but accounted for by a line below or unused by the page.
    pub explained: u32,
    /// Requests of the browser on its own account.
    pub background: u32,
    /// Everything that is less than whole, and everything that was left out on purpose.
    pub lines: Vec<Line>,
}

impl Completeness {
    /// Adds a line; `partial` tells whether it makes the capture PARTIAL.
    pub fn line(&mut self, code: &str, url: &str, reason: impl Into<String>, partial: bool) {
        self.lines.push(Line {
            code: code.to_owned(),
            url: url.to_owned(),
            reason: reason.into(),
            partial,
        });
    }

    /// A viewing copy was not kept, for its size.
    pub fn leave_out(&mut self, copy: &str, size: String) {
        self.line("copy-left-out", copy, size, false);
        self.lines.sort();
    }
}

/// One thing to be told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// What it is: a stable code.
    pub code: String,
    /// The address it concerns; empty for the page as a whole.
    pub url: String,
    /// The browser's or the recorder's reason.
    pub reason: String,
    /// It makes the capture PARTIAL.
    pub partial: bool,
}
