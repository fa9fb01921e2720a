//! What the judgement of a receipt means for the report.

use std::collections::BTreeMap;

use fidem_anchor::receipt::{Judgement, Worth};
use rfc3161_client::UnixTime;

use crate::codes::{self, Code};
use crate::report::{Findings, Layer, Status};
use crate::trust::Trust;

/// Reports a judgement about `subject`: an anchoring's number, or `-` for a bare proof.
pub(crate) fn report(judged: &Judgement, subject: &str, trust: &Trust, findings: &mut Findings) {
    let (code, status) = match judged.worth {
        Worth::Canonical => (codes::ANCHOR_CANONICAL, Status::Match),
        Worth::QuorumUnpinned => (codes::ANCHOR_QUORUM_UNPINNED, Status::CannotCheck),
        Worth::WorkOnly => (codes::ANCHOR_POW_ONLY, Status::CannotCheck),
        Worth::InclusionOnly => (codes::ANCHOR_INCLUSION_ONLY, Status::CannotCheck),
        Worth::Pending => (codes::ANCHOR_PENDING, Status::CannotCheck),
        Worth::Failed => (codes::ANCHOR_FAILED, Status::Mismatch),
    };
    for pin in &judged.pins {
        let used = trust.pin_used(pin);
        if !findings.trust.contains(&used) {
            findings.trust.push(used);
        }
    }
    let place = &judged.place;
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
    let params = [
        ("anchor", subject.to_owned()),
        ("block", text(&place.block)),
        ("height", text(&place.height.map(|h| h.to_string()))),
        ("network", place.network.clone()),
        ("time", text(&place.time.map(|t| UnixTime(t).to_string()))),
        ("transaction", text(&place.transaction)),
        ("worth", judged.worth.as_str().to_owned()),
    ];
    let params: Vec<(&'static str, &str)> = params.iter().map(|(k, v)| (*k, v.as_str())).collect();
    findings.add(code, Layer::Chain, status, &params);
    for remark in &judged.remarks {
        note(remark.code, &remark.params, subject, findings);
    }
}

fn note(
    code: &'static str,
    params: &BTreeMap<&'static str, String>,
    subject: &str,
    findings: &mut Findings,
) {
    let shown: Vec<(&'static str, String)> = params
        .iter()
        .map(|(name, value)| (*name, shown(name, value)))
        .collect();
    let mut all: Vec<(&'static str, &str)> = vec![("anchor", subject)];
    all.extend(shown.iter().map(|(name, value)| (*name, value.as_str())));
    findings.note(Code(code), Layer::Chain, &all);
}

/// Judges give times in seconds since 1970.
fn shown(name: &str, value: &str) -> String {
    let seconds = value.parse().ok();
    match (name, seconds) {
        ("time" | "not-before" | "not-after", Some(seconds)) => UnixTime(seconds).to_string(),
        _ => value.to_owned(),
    }
}
