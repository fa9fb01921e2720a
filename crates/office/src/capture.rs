//! Web capture (立即固定): examined, recorded, archived, fixed by a seal of its own, and stamped, in one act.
//!
//! Fixing comes before forms: nothing but a recorder that fails its self-test keeps a capture from being made. What is
//! missing or abnormal keeps a document from being issued.

mod device;
mod environment;
mod files;
mod recovery;
mod withheld;

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Duration;

use fidem_capture::{
    Audience, Beginning, Browser, Completeness, Ending, Keys, Operations, Plan, Process, ROOM,
    Recording, Sinks, archive, find_browser, free, record,
};
use fidem_casebook::{CaptureState, Case, Role, SealState};
use fidem_cleanliness::{Counts, Effect, Report};
use fidem_fingerprint::{hex, sha256};
use rfc3161_client::UnixTime;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::folder::{at, random_id};
use crate::intake::to_json;
use crate::seal::Whom;
use crate::{Desk, Office, OfficeError, Result, SealOptions, Sealed, Step, Task};

pub use device::{DeviceStanding, Place};
pub use environment::{Environment, Probes};
use files::CaptureFiles;

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
    /// The seal made before the capture, over the cleanliness report.
    pub seal_before: Sealed,
    /// The seal made at its end.
    pub seal: Sealed,
    /// Places masked in the court's copy.
    pub masked: usize,
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
}

impl Office {
    /// Captures one address into a case.
    ///
    /// # Errors
    /// [`OfficeError::SelfTest`]; [`OfficeError::NoSpace`]; [`OfficeError::Capture`] when no browser could be started. An address that cannot be
    /// opened is a recorded failed capture, not an error.
    pub fn capture(
        &mut self,
        desk: &mut dyn Desk,
        case: &str,
        url: &str,
        options: &CaptureOptions,
    ) -> Result<Captured> {
        self.require(&[Role::Clerk, Role::Notary])?;
        let case = self.case(case)?;
        let mut plan = Plan::of(url, options.bounds.clone())?;
        plan.extra_root.clone_from(&options.extra_root);
        let browser = find_browser(options.browser.as_deref())?;
        if let Some(free) = free(self.dir()).filter(|free| *free < ROOM) {
            return Err(OfficeError::NoSpace { needed: ROOM, free });
        }
        step(desk, "self-test")?;
        let tested = self.self_tested(desk, &browser)?;
        let id = random_id(desk)?;
        let keys = Keys::generate();
        self.book
            .capture_begin(&at(desk), &case.id, &id, &plan.url, &keys.secret)?;
        let files =
            CaptureFiles::begin(self.dir(), &id, &keys, &beginning(&browser, options, desk))?;
        let (log, sinks) = files.open()?;
        let mut act = Act {
            office: self,
            desk,
            case: &case,
            id: &id,
            plan: &plan,
            options,
            browser: &browser,
            tested: &tested,
            before: None,
            failed: None,
        };
        let recorded = record(&browser, &plan, sinks, &log, &mut act);
        let (before, failed) = (act.before.take(), act.failed.take());
        // The encrypted copy of the operation log is whole only now.
        let _ = log.end_copy();
        match (recorded, failed, before) {
            (_, Some(error), _) => {
                self.give_up(desk, &id, &files)?;
                Err(error)
            }
            (Ok(recording), None, Some(before)) => {
                self.keep_capture(desk, &case, &id, &keys, &files, recording, before, options)
            }
            (recorded, None, _) => {
                self.give_up(desk, &id, &files)?;
                Err(recorded.err().map_or(OfficeError::Stopped, Into::into))
            }
        }
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

    /// The seal of the report made before, where its authorities had not answered and now do. Where they still do not, it
    /// waits with the other one.
    fn asked_again(
        &mut self,
        desk: &mut dyn Desk,
        case: &Case,
        before: Sealed,
        after: &Sealed,
        options: &SealOptions,
    ) -> Result<Sealed> {
        let waits = before.state == SealState::Waiting;
        match waits && after.tokens.iter().any(|token| token.counts) {
            true => self.complete(desk, case, before.seal, options, Whom::Everyone),
            false => Ok(before),
        }
    }

    /// A capture that ended before anything was asked for leaves its journal entries and nothing else.
    fn give_up(&mut self, desk: &dyn Desk, id: &str, files: &CaptureFiles) -> Result<()> {
        self.book
            .capture_end(&at(desk), id, CaptureState::Nothing, "{}")?;
        files.remove()
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "one act, all of whose parts are known to its caller alone"
    )]
    fn keep_capture(
        &mut self,
        desk: &mut dyn Desk,
        case: &Case,
        id: &str,
        keys: &Keys,
        files: &CaptureFiles,
        recording: Recording,
        before: Before,
        options: &CaptureOptions,
    ) -> Result<Captured> {
        // From here on there is something to keep: a wish to stop comes too late.
        let _ = step(desk, "examine");
        let after = self.report_after(&recording, &before)?;
        let _ = step(desk, "archive");
        let naming = archive::Naming {
            capture: id,
            mask_key: mask_key(keys),
            software: SOFTWARE,
            cleanliness_before: Some(hex::encode(&sha256(&before.report.to_bytes()?))),
            secret_fields: options.secret_fields.clone(),
        };
        let archived = files.archive(&recording, &naming)?;
        files.join(&keys.secret)?;
        let facts = self.capture_facts(&recording, &before.report, Some(&after))?;
        let kept = files.keep(
            self,
            desk,
            case,
            &facts,
            Some(&after.to_bytes()?),
            archived.masked > 0,
        )?;
        let _ = step(desk, "seal");
        let ended = desk.now();
        let stamping = &options.seal;
        let seal = match before.seal.tokens.iter().any(|token| token.counts) {
            true => self.seal_items(desk, case, &kept.items, stamping)?,
            false => self.seal_items_soon(desk, case, &kept.items, stamping, PATIENCE_AFTER)?,
        };
        let seal_before = self.asked_again(desk, case, before.seal, &seal, &options.seal)?;
        let completeness = archived.completeness().clone();
        let mut items = vec![before.item];
        items.extend(&kept.items);
        let summary = CaptureSummary {
            item: kept.archive,
            items: items.clone(),
            partial: completeness.partial,
            archived: completeness.archived,
            exchanged: completeness.exchanged,
            before: counts(before.report.counts),
            title: archived.statement.title.clone(),
            ending: ending_code(&recording.ending),
        };
        let ended_at = at(desk);
        self.book
            .capture_end(&ended_at, id, CaptureState::Kept, &to_json(&summary)?)?;
        files.remove()?;
        Ok(Captured {
            capture: id.to_owned(),
            item: kept.archive,
            items,
            url: recording.url,
            wacz: kept.name,
            class: facts.class().as_str().to_owned(),
            ending: recording.ending,
            completeness,
            before: before.report.counts,
            after: Some(after.counts),
            gap: gap(ended, &seal),
            seal_before,
            seal,
            masked: archived.masked,
        })
    }
}

/// The report made before the capture, and where it stands.
pub(crate) struct Before {
    report: Report,
    item: u32,
    seal: Sealed,
}

/// A capture under way, seen from the recorder: examined and sealed between launch and the first request.
struct Act<'a> {
    office: &'a mut Office,
    desk: &'a mut dyn Desk,
    case: &'a Case,
    id: &'a str,
    plan: &'a Plan,
    options: &'a CaptureOptions,
    browser: &'a Browser,
    tested: &'a fidem_capture::SelfTested,
    before: Option<Before>,
    failed: Option<OfficeError>,
}

impl Audience for Act<'_> {
    fn running(&mut self, process: &Process) -> ControlFlow<()> {
        match self.examine(process) {
            Ok(before) => {
                self.before = Some(before);
                ControlFlow::Continue(())
            }
            Err(error) => {
                self.failed = Some(error);
                ControlFlow::Break(())
            }
        }
    }

    fn step(&mut self, name: &str) -> ControlFlow<()> {
        self.desk.progress(Step {
            task: Task::Capture,
            done: 0,
            total: 0,
            current: name,
        })
    }
}

impl Act<'_> {
    /// The cleanliness report of the machine and of this very browser, fixed and stamped before anything is asked for
    ///
    fn examine(&mut self, process: &Process) -> Result<Before> {
        step(self.desk, "examine")?;
        let plan = self
            .office
            .environment_plan(self.case, self.id, self.browser, self.tested)?;
        let report = environment::before(plan, &self.plan.url, process);
        let bytes = report.to_bytes()?;
        let facts = self.office.report_facts(&report, &process.deviations)?;
        let name = format!("cleanliness-before-{}.json", &self.id[..8]);
        let item = files::keep_bytes(self.office, self.desk, self.case, &facts, &name, &bytes)?;
        let options = &self.options.seal;
        let seal = self
            .office
            .seal_items_soon(self.desk, self.case, &[item], options, PATIENCE)?;
        // The report stays as evidence of why nothing was captured.
        match report.effect() {
            Effect::Blocks => Err(OfficeError::Unclean {
                checks: blocking(&report),
            }),
            Effect::None | Effect::ClassAMinus => Ok(Before { report, item, seal }),
        }
    }
}

/// Codes of the checks that let no capture begin.
fn blocking(report: &Report) -> String {
    let checks = report.checks.iter().filter(|c| c.effect == Effect::Blocks);
    let codes: Vec<&str> = checks.map(|c| c.code.as_str()).collect();
    codes.join(", ")
}

fn beginning(browser: &Browser, options: &CaptureOptions, desk: &dyn Desk) -> Beginning {
    Beginning {
        browser: browser.clone(),
        options: options.bounds.clone(),
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
