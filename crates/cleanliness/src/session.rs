//! What the caller brings: control sites, self-test, people, recording; and the second run (checks 26 … 30).

use crate::check::Round;
use crate::compare;
use crate::examination::Examination;
use crate::judgement::Judgement;
use crate::plan::{ControlSite, People, Recording, SelfTest};
use crate::report::{Phase, Value};

/// Fewest control sites that must be met (check 26).
const MIN_SITES: usize = 2;
/// Fewest resources of a self-test that proves anything (check 27).
const MIN_SERVED: u32 = 100;
/// Longest gap of a recording that is no gap.
const MAX_GAP_MS: u64 = 2000;

/// Check 26: sites of the open internet whose keys are known.
pub(crate) fn control_sites(x: &mut Examination<'_>, round: &Round<'_>) -> Judgement {
    let sites = &round.plan.control_sites;
    given(x, "control sites", serde_json::to_vec(sites));
    x.observe(
        "met",
        Value::texts(
            sites
                .iter()
                .filter(|site| is_met(site))
                .map(|site| &site.host),
        ),
    );
    judge_sites(sites)
}

/// What the caller found by its own means is kept as given.
fn given(x: &mut Examination<'_>, what: &str, bytes: Result<Vec<u8>, serde_json::Error>) {
    x.keep(
        &format!("given by the caller: {what}"),
        Ok(&bytes.unwrap_or_default()),
    );
}

fn is_met(site: &ControlSite) -> bool {
    let expected = |key: &String| site.pinned.iter().any(|pin| pin.eq_ignore_ascii_case(key));
    site.met.iter().any(expected)
}

fn judge_sites(sites: &[ControlSite]) -> Judgement {
    let mut judgement = Judgement::default();
    for site in sites
        .iter()
        .filter(|site| !site.met.is_empty() && !is_met(site))
    {
        judgement.abnormal("control-site-differs", &[("host", &site.host)]);
    }
    for site in sites.iter().filter(|site| site.met.is_empty()) {
        let reason = site.error.as_deref().unwrap_or_default();
        judgement.unchecked(
            "control-site-unreached",
            &[("host", &site.host), ("reason", reason)],
        );
    }
    if sites.len() < MIN_SITES {
        judgement.unchecked(
            "too-few-control-sites",
            &[("count", &sites.len().to_string())],
        );
    }
    judgement
}

/// Check 27: did the recorder record its own pages octet by octet?
pub(crate) fn self_test(x: &mut Examination<'_>, round: &Round<'_>) -> Judgement {
    let Some(test) = &round.plan.self_test else {
        return Judgement::missing("self-test-not-run");
    };
    given(x, "self-test", serde_json::to_vec(test));
    x.observe("served", test.served);
    x.observe("matching", test.matching);
    judge_self_test(test)
}

fn judge_self_test(test: &SelfTest) -> Judgement {
    let mut judgement = Judgement::default();
    if test.matching != test.served || !test.differing.is_empty() {
        let (matching, served) = (test.matching.to_string(), test.served.to_string());
        judgement.abnormal(
            "self-test-failed",
            &[("matching", &matching), ("served", &served)],
        );
        judgement.blocks = true;
    }
    if test.served < MIN_SERVED {
        judgement.unchecked(
            "self-test-too-small",
            &[("served", &test.served.to_string())],
        );
    }
    judgement
}

/// Check 28: the people and the case.
pub(crate) fn people(x: &mut Examination<'_>, round: &Round<'_>) -> Judgement {
    let Some(people) = &round.plan.people else {
        return Judgement::missing("people-unnamed");
    };
    given(x, "people", serde_json::to_vec(people));
    x.observe("case", people.case.as_str());
    x.observe("notary", people.notary.as_str());
    x.observe("operator", people.operator.as_str());
    x.observe("second", people.second.as_str());
    judge_people(people)
}

fn judge_people(people: &People) -> Judgement {
    let mut judgement = Judgement::default();
    let parts = [
        ("case", &people.case),
        ("notary", &people.notary),
        ("operator", &people.operator),
        ("second", &people.second),
    ];
    for (part, _) in parts.iter().filter(|(_, value)| value.trim().is_empty()) {
        judgement.unchecked("person-unnamed", &[("part", part)]);
    }
    if !people.second.trim().is_empty() && people.second == people.operator {
        judgement.abnormal("second-person-same", &[("name", &people.second)]);
    }
    judgement
}

/// Check 29: is everything on the recording?
pub(crate) fn recording(x: &mut Examination<'_>, round: &Round<'_>) -> Judgement {
    let Some(recording) = &round.plan.recording else {
        return Judgement::missing("no-recording");
    };
    given(x, "recording", serde_json::to_vec(recording));
    let before = round
        .plan
        .before
        .as_ref()
        .map(|report| report.started.unix_ms);
    let began = before.unwrap_or(round.started_us.0.div_euclid(1000));
    x.observe("started_unix_ms", recording.started_unix_ms);
    judge_recording(recording, began, round.phase)
}

/// It began before the first check, has no gap, and still runs when the last check begins.
fn judge_recording(recording: &Recording, began_ms: i64, phase: Phase) -> Judgement {
    let mut judgement = Judgement::default();
    if recording.started_unix_ms > began_ms {
        let late = (recording.started_unix_ms - began_ms).to_string();
        judgement.abnormal("recording-late", &[("milliseconds", &late)]);
    }
    if recording.ended_unix_ms.is_some() {
        judgement.abnormal("recording-ended-early", &[]);
    }
    if phase == Phase::After && recording.longest_gap_ms > MAX_GAP_MS {
        let gap = recording.longest_gap_ms.to_string();
        judgement.abnormal("recording-gap", &[("milliseconds", &gap)]);
    }
    judgement
}

/// Check 30: filled in by [`compare::into_check`] once all others are made.
pub(crate) fn again(_: &mut Examination<'_>, round: &Round<'_>) -> Judgement {
    match &round.plan.before {
        Some(_) => Judgement::missing(compare::PENDING),
        None => Judgement::missing("no-report-before"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(met: &[&str], pinned: &[&str]) -> ControlSite {
        let own = |list: &[&str]| list.iter().map(|&key| key.to_owned()).collect();
        ControlSite {
            host: "control.example".to_owned(),
            met: own(met),
            pinned: own(pinned),
            error: None,
        }
    }

    #[test]
    fn two_control_sites_must_show_a_known_key() {
        let good = site(&["aa", "bb"], &["BB"]);
        assert!(
            judge_sites(&[good.clone(), good.clone()])
                .codes()
                .is_empty()
        );
        assert_eq!(
            judge_sites(std::slice::from_ref(&good)).codes(),
            ["too-few-control-sites"]
        );
        let fake = site(&["cc"], &["bb"]);
        assert_eq!(
            judge_sites(&[good.clone(), fake]).codes(),
            ["control-site-differs"]
        );
        assert_eq!(
            judge_sites(&[good, site(&[], &["bb"])]).codes(),
            ["control-site-unreached"]
        );
    }

    #[test]
    fn a_failed_self_test_blocks() {
        let mut test = SelfTest {
            matching: 120,
            served: 120,
            ..SelfTest::default()
        };
        assert_eq!(judge_self_test(&test), Judgement::default());
        test.matching = 119;
        assert!(judge_self_test(&test).blocks);
        test = SelfTest::default();
        assert_eq!(judge_self_test(&test).codes(), ["self-test-too-small"]);
    }

    #[test]
    fn all_people_are_named_and_two_are_two() {
        let mut people = People {
            case: "（2026）沪徐证字第1号".to_owned(),
            notary: "甲".to_owned(),
            operator: "乙".to_owned(),
            second: "甲".to_owned(),
        };
        assert!(judge_people(&people).codes().is_empty());
        people.second = "乙".to_owned();
        assert_eq!(judge_people(&people).codes(), ["second-person-same"]);
        people.second.clear();
        assert_eq!(judge_people(&people).codes(), ["person-unnamed"]);
    }

    #[test]
    fn a_recording_surrounds_the_checks() {
        let mut recording = Recording {
            started_unix_ms: 1000,
            ended_unix_ms: None,
            longest_gap_ms: 400,
        };
        assert!(
            judge_recording(&recording, 1000, Phase::Before)
                .codes()
                .is_empty()
        );
        assert_eq!(
            judge_recording(&recording, 999, Phase::Before).codes(),
            ["recording-late"]
        );
        recording.longest_gap_ms = 2001;
        recording.ended_unix_ms = Some(5000);
        let expected = ["recording-ended-early", "recording-gap"];
        assert_eq!(
            judge_recording(&recording, 1000, Phase::After).codes(),
            expected
        );
    }
}
