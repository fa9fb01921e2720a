//! Reports of the clean-environment check among the items of a package: what they count, and nothing more.

use fidem_package::Source;
use serde::Deserialize;

use crate::codes;
use crate::report::{Findings, Layer};

/// Canonical JSON: the first field of a report comes first.
const BEGINNING: &[u8] = b"{\"checks\":[";
/// Most octets of a report: thirty checks, each with its raw outputs.
const MOST: u64 = 64 << 20;

#[derive(Deserialize)]
struct Report {
    checks: Vec<Check>,
    counts: Counts,
    format: String,
    phase: String,
}

#[derive(Deserialize)]
struct Check {
    verdict: String,
}

#[derive(Deserialize, Default, PartialEq, Eq)]
struct Counts {
    abnormal: u32,
    normal: u32,
    not_checked: u32,
}

impl Counts {
    fn of(checks: &[Check]) -> Option<Self> {
        let mut counts = Self::default();
        for check in checks {
            match check.verdict.as_str() {
                "abnormal" => counts.abnormal += 1,
                "normal" => counts.normal += 1,
                "not-checked" => counts.not_checked += 1,
                _ => return None,
            }
        }
        Some(counts)
    }
}

/// Notes the counts of an item that is a report.
pub(crate) fn item(source: &dyn Source, number: u32, findings: &mut Findings) {
    let Some(report) = read(source) else {
        return;
    };
    let item = number.to_string();
    let judged = report.and_then(|report| judge(&report).map(|phase| (report, phase)));
    match judged {
        Ok((report, (zh, en))) => {
            let counts = &report.counts;
            let params = [
                ("item", item.as_str()),
                ("phase_zh", zh),
                ("phase_en", en),
                ("normal", &counts.normal.to_string()),
                ("abnormal", &counts.abnormal.to_string()),
                ("not_checked", &counts.not_checked.to_string()),
            ];
            findings.note(codes::CLEANLINESS, Layer::Source, &params);
        }
        Err(reason) => {
            let params = [("item", item.as_str()), ("reason", reason.as_str())];
            findings.note(codes::CLEANLINESS_MALFORMED, Layer::Source, &params);
        }
    }
}

/// `None` for an item that is no report, nor calls itself one.
fn read(source: &dyn Source) -> Option<Result<Report, String>> {
    /// The field that names the format, in anything canonical.
    #[derive(Deserialize)]
    struct Named {
        format: String,
    }
    if !(BEGINNING.len() as u64..=MOST).contains(&source.len()) {
        return None;
    }
    let head = source.read_vec(0, BEGINNING.len()).ok()?;
    if head != BEGINNING {
        return None;
    }
    let bytes = source
        .read_vec(0, usize::try_from(source.len()).ok()?)
        .ok()?;
    let named: Named = serde_json::from_slice(&bytes).ok()?;
    if named.format.split('/').next() != Some("fidem-cleanliness") {
        return None;
    }
    Some(serde_json::from_slice(&bytes).map_err(|e| e.to_string()))
}

/// The words of its phase, where its format is known and its counts are those of its checks.
fn judge(report: &Report) -> Result<(&'static str, &'static str), String> {
    if report.format != "fidem-cleanliness/1" {
        return Err(report.format.clone());
    }
    if Counts::of(&report.checks).as_ref() != Some(&report.counts) {
        return Err("counts".to_owned());
    }
    match report.phase.as_str() {
        "before" => Ok(("采集前", "before the capture")),
        "after" => Ok(("采集后", "after the capture")),
        other => Err(format!("phase {other}")),
    }
}
