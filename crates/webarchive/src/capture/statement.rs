//! `fidem/capture.json`.

use serde::{Deserialize, Serialize};

use crate::capture::{
    Browser, Completeness, Deviation, Download, Ending, Interactive, Options, Scrolled,
};

/// `fidem/capture.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// Identifier of the capture, 32 hexadecimal digits.
    pub capture: String,
    /// The browser that was used.
    pub browser: Browser,
    /// Its arguments after the program's name.
    pub command_line: Vec<String>,
    /// SHA-256 of the cleanliness report before the capture, lowercase hex; none when none was made.
    pub cleanliness_before: Option<String>,
    /// How far the device's clock was set during the capture, milliseconds.
    pub clock_step_ms: i64,
    /// How whole it is.
    pub completeness: Completeness,
    /// In what the run deviated.
    pub deviations: Vec<Deviation>,
    /// Files offered instead of, or beside, a page.
    pub downloads: Vec<Download>,
    /// When it ended, RFC 3339 UTC by the device's clock.
    pub ended: String,
    /// How it ended.
    pub ending: Ending,
    /// The browser's whole environment.
    pub environment: Vec<(String, String)>,
    /// Address of the main frame at the end; empty where none was shown.
    pub final_url: String,
    /// [`Statement::FORMAT`].
    pub format: String,
    /// What a person did, where one drove the browser; none in a capture that ran by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interactive: Option<Interactive>,
    /// Media fetched whole by the recorder, beside what the page loaded of them.
    pub media: Vec<String>,
    /// Bounds.
    pub options: Options,
    /// Size of the page, CSS pixels.
    pub page_size: (u32, u32),
    /// Each address that the main frame was sent through, with the status it answered.
    pub redirects: Vec<Hop>,
    /// How far the page was scrolled.
    pub scrolled: Option<Scrolled>,
    /// When it began.
    pub started: String,
    /// Title of the page.
    pub title: String,
    /// The address as asked for.
    pub url: String,
    /// User id the browser ran as, where the recorder was started by the system's administrator.
    pub user: Option<u32>,
    /// What the browser says it is.
    pub user_agent: String,
    /// Inner size of the window, CSS pixels.
    pub viewport: (u32, u32),
    /// What is encrypted and withheld.
    pub withheld: Vec<String>,
}

impl Statement {
    /// Name and version of the format.
    pub const FORMAT: &'static str = "fidem-capture/1";
}

/// One address of a chain of redirections.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hop {
    /// The address.
    pub url: String,
    /// What it answered; none where nothing came.
    pub status: Option<u16>,
    /// Why the browser redirected by itself, such as `HSTS`; empty where a server did.
    pub internal: String,
}
