//! One capture: examined and sealed before the page is opened, recorded, kept and sealed at its end.

use std::ops::ControlFlow;

use fidem_capture::interactive::{Live, Told, Visit, visit};
use fidem_capture::{
    Audience, Browser, CaptureError, Ending, Keys, Operations, Plan, Process, ROOM, Recording,
    SelfTested, Sinks, archive, find_browser, free, record,
};
use fidem_casebook::{CaptureState, Case, Role, SealState};
use fidem_cleanliness::Effect;
use fidem_fingerprint::{hex, sha256};

use super::files::{self, CaptureFiles};
use super::{
    Before, CaptureOptions, CaptureSummary, Captured, Driving, Lend, PATIENCE, SOFTWARE, beginning,
    blocking, counts, ending_code, environment, films, gap, mask_key, step,
};
use crate::folder::{at, random_id};
use crate::intake::to_json;
use crate::seal::Whom;
use crate::{Desk, Office, OfficeError, Result, SealOptions, Sealed, Step, Task};

/// Captures one address into a case; the office is borrowed only while something is written into it.
///
/// # Errors
/// [`OfficeError::SelfTest`]; [`OfficeError::Unclean`]; [`OfficeError::NoSpace`]; [`OfficeError::Capture`] when no browser could be started. An
/// address that cannot be opened is a recorded failed capture, not an error. Where the office cannot be had at the end,
/// what was recorded lies encrypted in its folder, and [`Office::recover_captures`] finishes it.
pub fn capture_with<L: Lend>(
    lend: &mut L,
    desk: &mut dyn Desk,
    case: &str,
    url: &str,
    options: &CaptureOptions,
    driving: Driving<'_>,
) -> Result<Captured> {
    let mut plan = Plan::of(url, options.bounds.clone())?;
    plan.extra_root.clone_from(&options.extra_root);
    let browser = find_browser(options.browser.as_deref())?;
    lend.lend(|office| match free(office.dir()) {
        Some(free) if free < ROOM => Err(OfficeError::NoSpace { needed: ROOM, free }),
        _ => Ok(()),
    })?;
    step(desk, "self-test")?;
    let how = (options, &driving);
    let begun = lend.lend(|office| Begun::begin(office, desk, case, &plan, &browser, how))?;
    let (log, sinks) = begun.files.open()?;
    let mut act = Act {
        lend,
        desk,
        begun: &begun,
        plan: &plan,
        options,
        browser: &browser,
        before: None,
        failed: None,
    };
    let recorded = act.record(sinks, &log, driving);
    let (before, failed) = (act.before.take(), act.failed.take());
    // The encrypted copy of the operation log is whole only now.
    let _ = log.end_copy();
    match (recorded, failed, before) {
        (_, Some(error), _) => {
            lend.lend(|office| begun.give_up(office, desk))?;
            Err(error)
        }
        (Ok(recording), None, Some(before)) => {
            // From here on there is something to keep: a wish to stop comes too late.
            let mut desk = Unstoppable(desk);
            lend.lend(|office| begun.keep(office, &mut desk, recording, before, options))
        }
        (recorded, None, _) => {
            lend.lend(|office| begun.give_up(office, desk))?;
            Err(recorded.map_or_else(OfficeError::from, |r| not_begun(&r.ending)))
        }
    }
}

/// Why nothing was examined and nothing asked for, though the recorder had no error.
fn not_begun(ending: &Ending) -> OfficeError {
    match ending {
        Ending::Stopped {} => OfficeError::Stopped,
        other => OfficeError::from(CaptureError::Launch {
            reason: ending_code(other),
        }),
    }
}

/// A desk at which nobody can stop anything any more.
struct Unstoppable<'a>(&'a mut dyn Desk);

impl Desk for Unstoppable<'_> {
    fn now(&self) -> i64 {
        self.0.now()
    }

    fn entropy(&self, out: &mut [u8]) -> Result<()> {
        self.0.entropy(out)
    }

    fn progress(&mut self, step: Step<'_>) -> ControlFlow<()> {
        let _ = self.0.progress(step);
        ControlFlow::Continue(())
    }
}

/// A capture that has its place in the casebook and its folder.
struct Begun {
    case: Case,
    id: String,
    keys: Keys,
    files: CaptureFiles,
    tested: SelfTested,
}

impl Begun {
    fn begin(
        office: &mut Office,
        desk: &mut dyn Desk,
        case: &str,
        plan: &Plan,
        browser: &Browser,
        (options, driving): (&CaptureOptions, &Driving<'_>),
    ) -> Result<Self> {
        office.require(&[Role::Clerk, Role::Notary])?;
        let case = office.case(case)?;
        let tested = office.self_tested(desk, browser)?;
        let id = random_id(desk)?;
        let keys = Keys::generate();
        let now = at(desk);
        office
            .book
            .capture_begin(&now, &case.id, &id, &plan.url, &keys.secret)?;
        let beginning = beginning(browser, options, driving, desk);
        let files = CaptureFiles::begin(office.dir(), &id, &keys, &beginning)?;
        Ok(Self {
            case,
            id,
            keys,
            files,
            tested,
        })
    }

    /// A capture that ended before anything was asked for leaves its journal entries and nothing else.
    fn give_up(&self, office: &mut Office, desk: &dyn Desk) -> Result<()> {
        let nothing = CaptureState::Nothing;
        office
            .book
            .capture_end(&at(desk), &self.id, nothing, "{}")?;
        self.files.remove()
    }

    /// The seal of the report made before, where its authorities had not answered and now do. Where they still do not, it
    /// waits with the other one.
    fn asked_again(
        &self,
        office: &mut Office,
        desk: &mut dyn Desk,
        before: Sealed,
        after: &Sealed,
        options: &SealOptions,
    ) -> Result<Sealed> {
        let waits = before.state == SealState::Waiting;
        match waits && after.tokens.iter().any(|token| token.counts) {
            true => office.complete(desk, &self.case, before.seal, options, Whom::Everyone),
            false => Ok(before),
        }
    }

    fn keep(
        &self,
        office: &mut Office,
        desk: &mut dyn Desk,
        recording: Recording,
        before: Before,
        options: &CaptureOptions,
    ) -> Result<Captured> {
        let _ = step(desk, "examine");
        let after = office.report_after(&recording, &before)?;
        let _ = step(desk, "archive");
        let naming = archive::Naming {
            capture: &self.id,
            mask_key: mask_key(&self.keys),
            software: SOFTWARE,
            cleanliness_before: Some(hex::encode(&sha256(&before.report.to_bytes()?))),
            secret_fields: options.secret_fields.clone(),
        };
        let archived = self.files.archive(&recording, &naming)?;
        self.files.join(&self.keys.secret)?;
        let facts = office.capture_facts(&recording, &before.report, Some(&after))?;
        let completeness = archived.completeness().clone();
        let summary = |made: &[u32]| CaptureSummary {
            item: made.first().copied().unwrap_or_default(),
            items: [&[before.item], made].concat(),
            partial: completeness.partial,
            archived: completeness.archived,
            exchanged: completeness.exchanged,
            before: counts(before.report.counts),
            title: archived.statement.title.clone(),
            ending: ending_code(&recording.ending),
            interactive: recording.visit.is_some(),
        };
        let kept = self.files.keep(
            office,
            desk,
            &facts,
            Some(&after.to_bytes()?),
            archived.masked > 0,
            &films::of(&recording),
            &summary,
        )?;
        let _ = step(desk, "seal");
        let ended = desk.now();
        let stamping = &options.seal;
        let seal = match before.seal.tokens.iter().any(|token| token.counts) {
            true => office.seal_items(desk, &self.case, &kept.items, stamping)?,
            false => {
                let patience = super::PATIENCE_AFTER;
                office.seal_items_soon(desk, &self.case, &kept.items, stamping, patience)?
            }
        };
        let seal_before = self.asked_again(office, desk, before.seal, &seal, stamping)?;
        let summary = to_json(&kept.summary)?;
        let ended_at = at(desk);
        office
            .book
            .capture_end(&ended_at, &self.id, CaptureState::Kept, &summary)?;
        // The capture is in the case whatever becomes of the folder; what lies there is encrypted.
        let _ = self.files.remove();
        Ok(Captured {
            capture: self.id.clone(),
            item: kept.summary.item,
            items: kept.summary.items,
            url: recording.url,
            wacz: kept.name,
            class: facts.class().as_str().to_owned(),
            ending: recording.ending,
            completeness,
            before: before.report.counts,
            after: Some(after.counts),
            references_before: before.report.references(),
            references_after: after.references(),
            gap: gap(ended, &seal),
            seal_before,
            seal,
            masked: archived.masked,
            interactive: archived.statement.interactive,
        })
    }
}

/// A capture under way, seen from the recorder: examined and sealed between launch and the first request.
struct Act<'a, L> {
    lend: &'a mut L,
    desk: &'a mut dyn Desk,
    begun: &'a Begun,
    plan: &'a Plan,
    options: &'a CaptureOptions,
    browser: &'a Browser,
    before: Option<Before>,
    failed: Option<OfficeError>,
}

impl<L: Lend> Act<'_, L> {
    fn record(
        &mut self,
        sinks: Sinks,
        log: &Operations,
        driving: Driving<'_>,
    ) -> std::result::Result<Recording, CaptureError> {
        let (browser, plan) = (self.browser, self.plan);
        let Driving::Person {
            login,
            commands,
            told,
        } = driving
        else {
            return record(browser, plan, sinks, log, self);
        };
        let number = &self.begun.case.number;
        let film = |part| films::begin(&self.begun.files, part, number);
        let mut plan = plan.clone();
        plan.film = Some(film(films::RECORDED));
        let asked = Visit {
            plan,
            login_film: login.is_some().then(|| film(films::LOGIN).blank_secrets()),
            login,
        };
        let mut watched = Watched { act: self, told };
        visit(browser, &asked, sinks, log, commands, &mut watched)
    }

    /// The cleanliness report of the machine and of this very browser, fixed and stamped before anything is asked for
    ///
    fn examine(&mut self, process: &Process) -> Result<Before> {
        step(self.desk, "examine")?;
        let Self {
            desk,
            begun,
            options,
            ..
        } = self;
        let plan = self.lend.lend(|office| {
            office.environment_plan(&begun.case, &begun.id, self.browser, &begun.tested)
        })?;
        let report = environment::before(plan, &self.plan.url, process);
        let bytes = report.to_bytes()?;
        let name = format!("cleanliness-before-{}.json", &begun.id[..8]);
        let (item, seal) = self.lend.lend(|office| {
            let facts = office.report_facts(&report, &process.deviations)?;
            let item = files::keep_bytes(office, *desk, &begun.case, &facts, &name, &bytes)?;
            let stamping = &options.seal;
            let seal = office.seal_items_soon(*desk, &begun.case, &[item], stamping, PATIENCE)?;
            Ok((item, seal))
        })?;
        // The report stays as evidence of why nothing was captured.
        match report.effect() {
            Effect::Blocks => Err(OfficeError::Unclean {
                checks: blocking(&report),
            }),
            Effect::None | Effect::ClassAMinus => Ok(Before { report, item, seal }),
        }
    }
}

impl<L: Lend> Audience for Act<'_, L> {
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

/// The same before a person.
struct Watched<'a, 'b, L> {
    act: &'a mut Act<'b, L>,
    told: &'a mut dyn FnMut(Told),
}

impl<L: Lend> Audience for Watched<'_, '_, L> {
    fn running(&mut self, process: &Process) -> ControlFlow<()> {
        self.act.running(process)
    }

    fn step(&mut self, name: &str) -> ControlFlow<()> {
        self.act.step(name)
    }
}

impl<L: Lend> Live for Watched<'_, '_, L> {
    fn told(&mut self, told: Told) {
        (self.told)(told);
    }
}
