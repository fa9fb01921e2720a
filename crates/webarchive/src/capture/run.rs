//! The run of a capture: the browser, its bounds, in what it deviated, how it ended.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A browser as it stands on the disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Browser {
    /// The program that runs.
    pub path: PathBuf,
    /// What it says of itself.
    pub version: String,
    /// SHA-256 of the program, lowercase hex.
    pub sha256: String,
    /// Its size, octets.
    pub size: u64,
}

/// How a page is captured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Options {
    /// Width and height of the window, CSS pixels.
    pub window: (u32, u32),
    /// How far down a page is scrolled, CSS pixels. Pages that grow as one scrolls end here.
    pub scroll_pixels: u32,
    /// How long one page may load, milliseconds.
    pub load_ms: u64,
    /// How long one page may be scrolled, milliseconds.
    pub scroll_ms: u64,
    /// How long the network must be quiet before pictures are taken, milliseconds.
    pub quiet_ms: u64,
    /// How long that quiet is waited for, milliseconds.
    pub settle_ms: u64,
    /// Octets that one capture may receive; then it is ended and marked.
    pub payload: u64,
    /// Whether a window is shown, for a person to drive.
    pub headed: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            window: (1280, 900),
            scroll_pixels: 40_000,
            load_ms: 45_000,
            scroll_ms: 20_000,
            quiet_ms: 500,
            settle_ms: 10_000,
            payload: 512 << 20,
            headed: false,
        }
    }
}

impl Options {
    /// How long one page may load.
    #[must_use]
    pub fn load(&self) -> Duration {
        Duration::from_millis(self.load_ms)
    }

    /// How long the network must be quiet.
    #[must_use]
    pub fn quiet(&self) -> Duration {
        Duration::from_millis(self.quiet_ms)
    }

    /// How long that quiet is waited for.
    #[must_use]
    pub fn settle(&self) -> Duration {
        Duration::from_millis(self.settle_ms)
    }
}

/// In what a run differs from a browser as a member of the public would start it, beyond being recorded. Any of them
/// keeps the source class at A- or below.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Deviation {
    /// The browser ran without its sandbox.
    NoSandbox {},
    /// A root certificate was added for this run.
    ExtraRoot {
        /// SHA-256 of the certificate, lowercase hex.
        sha256: String,
    },
    /// A server key was accepted whatever its certificate: only the recorder's self-test does that, for its own server.
    AcceptedKey {
        /// Base64 of the SHA-256 of the key.
        spki: String,
    },
    /// The profile stood on a disk, since the system offered no folder in memory.
    ProfileOnDisk {},
    /// Host names were directed elsewhere: only replay and self-test do that.
    DirectedNames {
        /// The rule.
        rule: String,
    },
}

/// Why a capture ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Ending {
    /// The page was taken and the browser closed in order.
    Closed {},
    /// The main address could not be opened; what was exchanged until then is kept.
    NotOpened {
        /// The browser's name of the error.
        error: String,
    },
    /// The address offered a file instead of a page.
    Downloaded {},
    /// More came than one capture may receive.
    PayloadLimit {
        /// The limit, octets.
        limit: u64,
    },
    /// A person stopped it.
    Stopped {},
    /// The browser ended by itself.
    BrowserEnded {},
    /// What is withheld could not be written any more.
    NotWritten {
        /// What the system said.
        reason: String,
        /// There was no space left.
        full: bool,
    },
    /// The recorder itself was ended in the middle; this was made of what it had written.
    Interrupted {},
}

/// A file the page offered instead of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Download {
    /// Address.
    pub url: String,
    /// Name the server proposed.
    pub name: String,
    /// `inProgress`, `completed` or `canceled`.
    pub state: String,
}

/// How far a page was scrolled, and why no further.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scrolled {
    /// Down to here, CSS pixels.
    pub to: u32,
    /// Height of the page when scrolling ended, CSS pixels.
    pub height: u32,
    /// `end` when the page's end was reached, else the bound that ended it: `pixels` or `time`.
    pub ended_by: String,
    /// The page grew while it was scrolled.
    pub grew: bool,
}
