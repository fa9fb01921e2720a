//! One run of all checks.

use std::collections::BTreeMap;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::codes::{ENTRIES, Entry};
use crate::compare::{compare, into_check};
use crate::examination::Examination;
use crate::judgement::Judgement;
use crate::plan::Plan;
use crate::processes::{self, Process};
use crate::report::{Check, Counts, FORMAT, Moment, Phase, Report};
use crate::system::{Failure, Platform, System};
use crate::{
    browser, clock, machine, names, proxy, references, roots, routes, security, session, storage,
    target,
};

/// The comparison with the run before.
const AGAIN: &str = "30";

/// Checks of a running browser.
const RUNNING: [&str; 2] = ["19", "20"];

/// What all checks of one run share.
pub(crate) struct Round<'p> {
    pub plan: &'p Plan,
    pub phase: Phase,
    pub platform: Platform,
    /// The environment of this program.
    pub environment: BTreeMap<String, String>,
    /// Taken once, so that three checks judge the same list.
    pub processes: Result<Vec<Process>, Failure>,
    /// Both clocks at the start, in microseconds: wall, monotonic.
    pub started_us: (i64, u64),
}

impl<'p> Round<'p> {
    fn new(system: &mut dyn System, plan: &'p Plan, phase: Phase) -> Self {
        Self {
            started_us: (system.wall_us(), system.monotonic_us()),
            plan,
            phase,
            platform: system.platform(),
            environment: system.environment(),
            processes: processes::all(system),
        }
    }
}

/// Runs every check and reports.
///
/// It never fails: what cannot be read is a check not made. The checks read and ask; they change nothing but one
/// empty temporary file. With no network answering, a run takes as long as its time-outs: 2.5 s per server and question.
pub fn check(system: &mut dyn System, plan: &Plan, phase: Phase) -> Report {
    let round = Round::new(system, plan, phase);
    let mut report = Report {
        checks: all(system, &round),
        counts: Counts::default(),
        ended: moment((system.wall_us(), system.monotonic_us())),
        format: FORMAT.to_owned(),
        phase,
        proven: round.platform == Platform::Linux,
        session: plan.session.clone(),
        started: moment(round.started_us),
        system: round.platform,
        tool: plan.tool.clone(),
    };
    if let (Phase::After, Some(before)) = (phase, &plan.before) {
        again(&mut report, before);
    }
    report.counts = Counts::of(&report.checks);
    report
}

/// Checks 19 and 20 alone, while the browser runs: what they read ends with it. Put them into [`Plan::running`] for the
/// report after the capture.
pub fn check_running(system: &mut dyn System, plan: &Plan) -> Vec<Check> {
    let round = Round::new(system, plan, Phase::Before);
    let running = ENTRIES
        .iter()
        .filter(|entry| RUNNING.contains(&entry.number));
    running.map(|entry| one(system, entry, &round)).collect()
}

fn all(system: &mut dyn System, round: &Round<'_>) -> Vec<Check> {
    ENTRIES
        .iter()
        .filter(|entry| round.phase == Phase::After || entry.number != AGAIN)
        .map(|entry| earlier(entry, round).unwrap_or_else(|| one(system, entry, round)))
        .collect()
}

/// What was checked while the browser ran.
fn earlier(entry: &Entry, round: &Round<'_>) -> Option<Check> {
    let made = round
        .plan
        .running
        .iter()
        .filter(|_| round.phase == Phase::After);
    made.filter(|check| RUNNING.contains(&check.number.as_str()))
        .find(|check| check.number == entry.number)
        .cloned()
}

/// Check 30 rests on all others.
fn again(report: &mut Report, before: &Report) {
    let changes = compare(before, report);
    if let Some(check) = report.checks.iter_mut().find(|check| check.number == AGAIN) {
        into_check(check, &changes);
    }
}

fn one(system: &mut dyn System, entry: &'static Entry, round: &Round<'_>) -> Check {
    let mut examination = Examination::new(system, entry);
    let judgement = examine(entry.number, &mut examination, round);
    examination.finish(judgement)
}

fn examine(number: &str, examination: &mut Examination<'_>, round: &Round<'_>) -> Judgement {
    let examine: fn(&mut Examination<'_>, &Round<'_>) -> Judgement = match number {
        "01" => machine::system,
        "02" => machine::virtualisation,
        "03" => clock::offset,
        "04" => clock::zone,
        "05" => names::hosts,
        "06" => names::resolvers,
        "07" => names::answers,
        "08" => names::cache,
        "09" => proxy::proxies,
        "10" => proxy::tunnels,
        "11" => routes::routes,
        "12" => target::path,
        "13" => routes::public_address,
        "14" => routes::redirections,
        "15" => roots::roots,
        "16" => browser::binary,
        "17" => browser::policies,
        "18" => browser::profile,
        "19" => browser::command_line,
        "20" => browser::modules,
        "21" => processes::programs,
        "22" => processes::listeners,
        "23" => security::antivirus,
        "24" => security::boot,
        "25" => routes::office_network,
        "26" => session::control_sites,
        "27" => session::self_test,
        "28" => session::people,
        "29" => session::recording,
        "30" => session::again,
        "31" => machine::privileges,
        "32" => processes::screen_sharing,
        "33" => storage::disk,
        "34" => storage::removable,
        "35" => processes::automation,
        "36" => target::addresses,
        "37" => clock::integrity,
        "38" => references::references,
        _ => |_, _| Judgement::missing("check-unknown"),
    };
    examine(examination, round)
}

fn moment((unix_us, monotonic_us): (i64, u64)) -> Moment {
    let unix_ms = unix_us.div_euclid(1000);
    Moment {
        monotonic_ms: monotonic_us / 1000,
        unix_ms,
        utc: rfc3339(unix_ms),
    }
}

/// RFC 3339 in UTC with milliseconds; empty when no calendar reaches that far.
pub(crate) fn rfc3339(unix_ms: i64) -> String {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(unix_ms) * 1_000_000)
        .ok()
        .and_then(|time| time.format(&Rfc3339).ok())
        .unwrap_or_default()
}
