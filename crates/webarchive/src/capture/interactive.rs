//! What is stated of a capture that a person drove.

use serde::{Deserialize, Serialize};

/// What a person did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interactive {
    /// The film of the recorded part; none where none was made.
    pub film: Option<Filming>,
    /// Pages the person fixed, in order.
    pub fixed: Vec<FixedPage>,
    /// The sign-in before it, whose traffic is not recorded; none where nobody signed in.
    pub login: Option<Login>,
}

/// A page as a person fixed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FixedPage {
    /// When, RFC 3339 UTC.
    pub at: String,
    /// What the person calls it.
    pub label: String,
    /// How the names of its members begin.
    pub prefix: String,
    /// Its title.
    pub title: String,
    /// Its address.
    pub url: String,
}

/// A sign-in, as it is printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// The account, as the person named it beforehand; what it belongs to is not proved by it.
    pub account: String,
    /// Begin and end, RFC 3339 UTC.
    pub times: (String, String),
    /// Cookies taken over into the recording browser.
    pub cookies: u32,
    /// The film of it, in which secrets are drawn blank.
    pub film: Option<Filming>,
    /// Who signed in.
    pub person: String,
    /// Address that was opened for it.
    pub url: String,
}

/// A film. It has no sound.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filming {
    /// Files it has.
    pub files: u32,
    /// Frames in all files.
    pub frames: u32,
    /// Where nothing was filmed though something happened.
    pub gaps: Vec<Gap>,
    /// SHA-256 of the last line of its chain, lowercase hex.
    pub head: String,
    /// Why filming ended early; none when it did not.
    pub problem: Option<String>,
}

/// A stretch in which something happened and nothing was filmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gap {
    /// Frame before it, milliseconds since the film began.
    pub from_ms: u64,
    /// Frame after it, or the film's end.
    pub to_ms: u64,
    /// `no-frame`; `paused` where a person paused the film; `pictures` while the recorder took pictures of the whole page;
    /// `other-window` while a tab or window was in front that could not be filmed.
    pub reason: String,
}
