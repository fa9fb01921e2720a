//! The bounds of a capture. Each is stated in the capture's record, since a bound is also what was not looked at.

use std::time::Duration;

use serde::{Deserialize, Serialize};

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
    pub(crate) fn load(&self) -> Duration {
        Duration::from_millis(self.load_ms)
    }

    pub(crate) fn quiet(&self) -> Duration {
        Duration::from_millis(self.quiet_ms)
    }

    pub(crate) fn settle(&self) -> Duration {
        Duration::from_millis(self.settle_ms)
    }
}
