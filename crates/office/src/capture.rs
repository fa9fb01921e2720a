//! Web capture (立即固定): examined, recorded, archived, fixed by a seal of its own, and stamped, in one act.
//!
//! Fixing comes before forms: nothing but a recorder that fails its self-test keeps a capture from being made. What is
//! missing or abnormal keeps a document from being issued.

mod act;
mod device;
mod environment;
mod files;
mod films;
mod recovery;
mod references;
mod withheld;

use std::path::PathBuf;
use std::sync::mpsc::Receiver;
use std::time::Duration;

use fidem_capture::interactive::{Command, SignIn, Told};
use fidem_capture::{
    Beginning, Browser, Completeness, Ending, Interactive, Keys, Operations, Sinks,
};
use fidem_cleanliness::{Counts, Effect, Reference, Report};
use fidem_fingerprint::sha256;
use rfc3161_client::UnixTime;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::folder::at;
use crate::{Desk, Office, Result, SealOptions, Sealed, Step, Task};

pub use act::capture_with;
pub use device::{DeviceStanding, Place};
pub use environment::{Environment, Probes};
pub(crate) use files::keep_bytes;
pub use recovery::{Recovered, Unrecovered};

/// Name and version of the program, as archives name what wrote them.
pub(crate) const SOFTWARE: &str = concat!("Fidem ", env!("CARGO_PKG_VERSION"));
/// Longer than this between the end of a capture and its first token is printed, seconds.
const GAP: i64 = 600;
/// How long all authorities together may keep a page from being opened (R-055: fixing comes first). Who has not answered by
/// then is asked again at the end of the capture.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long they may keep the clerk waiting at its end, where none answered before it.
const PATIENCE_AFTER: Duration = Duration::from_secs(15);

/// How to capture.
#[derive(Default)]
pub struct CaptureOptions {
    /// Authorities and trust of the seals.
    pub seal: SealOptions,
    /// The browser; the first one found where none is named.
    pub browser: Option<PathBuf>,
    /// A root certificate for this run alone; a deviation.
    pub extra_root: Option<PathBuf>,
    /// Bounds.
    pub bounds: fidem_capture::Options,
    /// Names of fields that are secret on this site beside the known ones.
    pub secret_fields: Vec<String>,
}

/// What came of a capture.
#[derive(Debug, Clone)]
pub struct Captured {
    /// Its identifier.
    pub capture: String,
    /// Item of the archive.
    pub item: u32,
    /// All items it made: reports, archive, withheld files.
    pub items: Vec<u32>,
    /// The address as asked for.
    pub url: String,
    /// Name of the archive.
    pub wacz: String,
    /// Source class of the archive.
    pub class: String,
    /// How it ended.
    pub ending: Ending,
    /// How whole it is.
    pub completeness: Completeness,
    /// Verdicts before the capture.
    pub before: Counts,
    /// Verdicts after it.
    pub after: Option<Counts>,
    /// The office's reference pages as fetched before it.
    pub references_before: Vec<Reference>,
    /// The same after it.
    pub references_after: Vec<Reference>,
    /// The seal made before the capture, over the cleanliness report.
    pub seal_before: Sealed,
    /// The seal made at its end.
    pub seal: Sealed,
    /// Places masked in the court's copy.
    pub masked: usize,
    /// What a person did, where one drove the browser.
    pub interactive: Option<Interactive>,
    /// Seconds between its end and its first token, where that is more than ten minutes or none has come yet.
    pub gap: Option<Option<i64>>,
}

/// The summary of a capture, as the casebook keeps it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CaptureSummary {
    /// Item of the archive.
    pub item: u32,
    /// All items it made.
    pub items: Vec<u32>,
    /// Whether anything is less than whole.
    pub partial: bool,
    /// Exchanges in the archive.
    pub archived: u32,
    /// Exchanges in the log.
    pub exchanged: u32,
    /// Verdicts before the capture: normal, abnormal, not checked.
    pub before: (u32, u32, u32),
    /// Title of the page.
    pub title: String,
    /// How it ended: stable code.
    pub ending: String,
    /// A person drove the browser.
    pub interactive: bool,
}

/// Lends an office: a capture holds it only while it writes, not while a page is open before somebody.
pub trait Lend {
    /// Does something with the office, alone.
    ///
    /// # Errors
    /// Those of the act, and whatever keeps the office from being had.
    fn lend<T>(&mut self, act: impl FnOnce(&mut Office) -> Result<T>) -> Result<T>;
}

impl Lend for Office {
    fn lend<T>(&mut self, act: impl FnOnce(&mut Office) -> Result<T>) -> Result<T> {
        act(self)
    }
}

/// Who drives the browser.
pub enum Driving<'a> {
    /// Nobody: the address is opened, scrolled and fixed.
    Alone,
    /// A person, in a window.
    Person {
        /// A sign-in before it, whose traffic is not recorded.
        login: Option<SignIn>,
        /// What the person wants; hanging up ends the capture in order.
        commands: &'a Receiver<Command>,
        /// Is told what happens.
        told: &'a mut dyn FnMut(Told),
    },
}

impl Office {
    /// Captures one address into a case.
    ///
    /// # Errors
    /// As [`capture_with`].
    pub fn capture(
        &mut self,
        desk: &mut dyn Desk,
        case: &str,
        url: &str,
        options: &CaptureOptions,
    ) -> Result<Captured> {
        capture_with(self, desk, case, url, options, Driving::Alone)
    }

    /// The captures of a case.
    ///
    /// # Errors
    /// [`OfficeError::Casebook`].
    pub fn captures(&self, case: &str) -> Result<Vec<(fidem_casebook::Capture, CaptureSummary)>> {
        let captures = self.book.captures(&self.case(case)?.id)?;
        let read = |c: fidem_casebook::Capture| {
            let summary = serde_json::from_str(&c.summary_json).unwrap_or_default();
            (c, summary)
        };
        Ok(captures.into_iter().map(read).collect())
    }
}

/// The report made before the capture, and where it stands.
pub(crate) struct Before {
    report: Report,
    item: u32,
    seal: Sealed,
}

/// Codes of the checks that let no capture begin.
fn blocking(report: &Report) -> String {
    let checks = report.checks.iter().filter(|c| c.effect == Effect::Blocks);
    let codes: Vec<&str> = checks.map(|c| c.code.as_str()).collect();
    codes.join(", ")
}

fn beginning(
    browser: &Browser,
    options: &CaptureOptions,
    driving: &Driving<'_>,
    desk: &dyn Desk,
) -> Beginning {
    let (interactive, login) = match driving {
        Driving::Alone => (false, None),
        Driving::Person { login, .. } => (true, login.clone()),
    };
    Beginning {
        browser: browser.clone(),
        interactive,
        login,
        options: options.bounds.clone(),
        secret_fields: options.secret_fields.clone(),
        started: at(desk),
    }
}

/// The key of the masks follows from the capture's own key, so that one secret opens everything.
fn mask_key(keys: &Keys) -> [u8; 32] {
    sha256(format!("fidem masks of {}", keys.secret).as_bytes())
}

fn counts(counts: Counts) -> (u32, u32, u32) {
    (counts.normal, counts.abnormal, counts.not_checked)
}

/// The stable code of an ending.
pub(crate) fn ending_code(ending: &Ending) -> String {
    let value = serde_json::to_value(ending).unwrap_or_else(|_| json!({}));
    value["code"].as_str().unwrap_or_default().to_owned()
}

/// Ten minutes and more until the first token, or no token yet.
fn gap(ended: i64, seal: &Sealed) -> Option<Option<i64>> {
    let times = seal
        .tokens
        .iter()
        .filter(|t| t.counts)
        .filter_map(|t| t.time.as_deref());
    let first = times.filter_map(UnixTime::from_rfc3339).map(|t| t.0).min();
    match first {
        None => Some(None),
        Some(first) => (first - ended > GAP).then_some(Some(first - ended)),
    }
}

/// Tells of a step; a stop here ends the capture before it began, or keeps what there is.
fn step(desk: &mut dyn Desk, name: &str) -> Result<()> {
    crate::intake::go_on(desk.progress(Step {
        task: Task::Capture,
        done: 0,
        total: 0,
        current: name,
    }))
}

/// Where a capture's operation log and encrypted streams go.
pub(crate) type Opened = (Operations, Sinks);
