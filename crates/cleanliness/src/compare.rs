//! Before against after: what changed while the capture ran (check 30, R-040).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::judgement::Judgement;
use crate::report::{Check, Effect, Reason, Report, Value, Verdict};

/// Checks that are compared: clock, hosts, proxies, routes, command line, programs.
const COMPARED: &[&str] = &["03", "05", "09", "11", "19", "21"];
/// Observations that differ from run to run by nature: measurements.
const MEASURED: &[&str] = &[
    "servers",
    "http_date_offset_us",
    "processes",
    "programs_hashed",
];
/// Observations that exist only once the browser ran; their checks judge them.
const OF_THE_BROWSER: &[&str] = &["browser", "arguments", "variables"];
/// Difference between the clocks of both runs that is no step, in milliseconds.
const MAX_STEP_MS: i64 = 1000;

/// Reason of check 30 before its comparison.
pub(crate) const PENDING: &str = "comparison-pending";

/// One change between two runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// What it is.
    pub after: String,
    /// What it was.
    pub before: String,
    /// Code of the check.
    pub code: String,
    /// What it does to the capture.
    pub effect: Effect,
    /// The observation that changed; `verdict` for the verdict itself, `clock` for the step of the clock.
    pub what: String,
}

/// Every change of checks 03, 05, 09, 11, 19 and 21, and a step of the clock between the runs.
///
/// Programs that began or ended are listed with no effect: machines live. Whatever else changed is abnormal.
#[must_use]
pub fn compare(before: &Report, after: &Report) -> Vec<Change> {
    let mut changes: Vec<Change> = step(before, after).into_iter().collect();
    let numbered = |report: &Report, number: &str| {
        report
            .checks
            .iter()
            .find(|check| check.number == number)
            .cloned()
    };
    for number in COMPARED {
        if let (Some(old), Some(new)) = (numbered(before, number), numbered(after, number)) {
            changes.extend(of_check(&old, &new));
        }
    }
    changes
}

/// Wall time passed less monotonic time passed; meaningless if the machine was started anew, and then it is a step too.
fn step(before: &Report, after: &Report) -> Option<Change> {
    let wall = after.started.unix_ms - before.started.unix_ms;
    let monotonic = i64::try_from(after.started.monotonic_ms).ok()?
        - i64::try_from(before.started.monotonic_ms).ok()?;
    (wall.saturating_sub(monotonic).saturating_abs() > MAX_STEP_MS || monotonic < 0).then(|| {
        Change {
            code: "clock-offset".to_owned(),
            what: "clock".to_owned(),
            before: before.started.utc.clone(),
            after: after.started.utc.clone(),
            effect: Effect::ClassAMinus,
        }
    })
}

fn of_check(old: &Check, new: &Check) -> Vec<Change> {
    let change = |what: &str, before: String, after: String, effect: Effect| Change {
        code: new.code.clone(),
        what: what.to_owned(),
        before,
        after,
        effect,
    };
    let mut changes = Vec::new();
    if new.verdict != old.verdict {
        let effect = if new.verdict == Verdict::Abnormal {
            new.effect
        } else {
            Effect::None
        };
        changes.push(change(
            "verdict",
            format!("{:?}", old.verdict),
            format!("{:?}", new.verdict),
            effect,
        ));
    }
    let names: BTreeSet<&String> = old.observed.keys().chain(new.observed.keys()).collect();
    for name in names.into_iter().filter(|name| is_state(name)) {
        if let Some((before, after)) = differing(old.observed.get(name), new.observed.get(name)) {
            let effect = if new.number == "21" {
                Effect::None
            } else {
                Effect::ClassAMinus
            };
            changes.push(change(name, before, after, effect));
        }
    }
    if raw_differs(old, new) && changes.is_empty() {
        changes.push(change(
            "bytes",
            digests(old),
            digests(new),
            Effect::ClassAMinus,
        ));
    }
    changes
}

fn is_state(name: &str) -> bool {
    !MEASURED.contains(&name) && !OF_THE_BROWSER.contains(&name)
}

/// What only one side has, as text; `None` when both are equal.
fn differing(old: Option<&Value>, new: Option<&Value>) -> Option<(String, String)> {
    if old == new {
        return None;
    }
    let (old, new) = (parts(old), parts(new));
    let only = |a: &BTreeSet<String>, b: &BTreeSet<String>| {
        a.difference(b).cloned().collect::<Vec<_>>().join("; ")
    };
    let found = (only(&old, &new), only(&new, &old));
    (found != (String::new(), String::new())).then_some(found)
}

fn parts(value: Option<&Value>) -> BTreeSet<String> {
    let one = |value: &Value| match value {
        Value::Text(text) => text.clone(),
        other => serde_json::to_string(other).unwrap_or_default(),
    };
    match value {
        None => BTreeSet::new(),
        Some(Value::List(list)) => list.iter().map(one).collect(),
        Some(Value::Record(record)) => record
            .iter()
            .map(|(name, value)| format!("{name} {}", one(value)))
            .collect(),
        Some(value) => [one(value)].into(),
    }
}

/// Only the hosts file is compared to the octet: comments may hide what a reader skips.
fn raw_differs(old: &Check, new: &Check) -> bool {
    new.number == "05" && digests(old) != digests(new)
}

fn digests(check: &Check) -> String {
    let digests = check.raw.iter().filter_map(|raw| raw.sha256.clone());
    digests.collect::<Vec<_>>().join(" ")
}

/// Check 30 from the comparison: every change that has an effect is abnormal, all are listed.
pub(crate) fn into_check(check: &mut Check, changes: &[Change]) {
    let judgement = judge(changes);
    check.reasons = judgement.abnormal;
    check.verdict = match check.reasons.is_empty() {
        true => Verdict::Normal,
        false => Verdict::Abnormal,
    };
    check.effect = changes
        .iter()
        .map(|change| change.effect)
        .max()
        .unwrap_or(Effect::None);
    let text = |change: &Change| {
        format!(
            "{} {}: {} → {}",
            change.code, change.what, change.before, change.after
        )
    };
    check.observed =
        BTreeMap::from([("changes".to_owned(), Value::texts(changes.iter().map(text)))]);
}

fn judge(changes: &[Change]) -> Judgement {
    let mut judgement = Judgement::default();
    for change in changes
        .iter()
        .filter(|change| change.effect != Effect::None)
    {
        let params = [
            ("after", change.after.as_str()),
            ("before", change.before.as_str()),
            ("check", change.code.as_str()),
            ("what", change.what.as_str()),
        ];
        judgement.abnormal.push(Reason::new("changed", &params));
    }
    judgement
}
