//! 核验报告 as a document: a report of a verification in the words of its reader. It needs no office.

use fidem_certificate::{Bilingual, FileRow, FindingRow, LayerRow, Outcome, ReportData, TrustRoot};
use fidem_fingerprint::hex;
use fidem_verify::{Finding, Language, Layer, Report, Status, TrustOrigin, Verdict};
use rfc3161_client::UnixTime;

use super::data::program;
use super::{conforms, typesetter};
use crate::{Desk, Result};

/// What a report is of and for whom.
#[derive(Debug, Clone)]
pub struct ReportRequest<'a> {
    /// The file that was judged.
    pub subject: &'a std::path::Path,
    /// Originals given with it.
    pub data: &'a [std::path::PathBuf],
    /// Who had it made; may be empty.
    pub made_by: &'a str,
    /// The time at which was judged, when another than now.
    pub at: Option<UnixTime>,
    /// Chinese alone.
    pub chinese_only: bool,
}

/// Layers in the order of the strip.
const LAYERS: [(Layer, &str, &str, &str); 7] = [
    (Layer::Content, "content", "内容", "Content"),
    (Layer::Manifest, "manifest", "清单", "Manifest"),
    (Layer::Time, "time", "时间", "Time"),
    (Layer::Chain, "chain", "链", "Chain"),
    (Layer::Signature, "signature", "签名", "Signature"),
    (Layer::Journal, "journal", "日志", "Journal"),
    (Layer::Source, "source", "来源", "Source"),
];

/// Sets a report as PDF/A-3a and PDF/UA-1.
///
/// # Errors
/// [`crate::OfficeError::Io`] where the files are gone; [`crate::OfficeError::Certificate`].
pub fn report_pdf(report: &Report, what: &ReportRequest<'_>, desk: &dyn Desk) -> Result<Vec<u8>> {
    let mut files = Vec::new();
    for path in what.data.iter().filter(|path| path.is_file()) {
        files.push(file_row(path)?);
    }
    let at = UnixTime(desk.now()).to_rfc3339();
    let demonstration = report
        .findings
        .iter()
        .any(|f| f.code == fidem_verify::codes::DEMONSTRATION);
    let data = ReportData {
        issued_at: at,
        judged_at: what.at.map(UnixTime::to_rfc3339),
        chinese_only: what.chinese_only,
        made_by: what.made_by.to_owned(),
        subject: file_row(what.subject)?,
        files,
        verdict: match report.verdict {
            Verdict::Match => Outcome::Match,
            Verdict::Mismatch => Outcome::Mismatch,
            Verdict::CannotCheck => Outcome::CannotCheck,
        },
        layers: LAYERS.map(|layer| layer_row(report, layer)).to_vec(),
        not_checked: report
            .not_checked
            .iter()
            .map(|c| both(|l| c.sentence(l, &std::collections::BTreeMap::new())))
            .collect(),
        trust_roots: report
            .trust
            .iter()
            .map(|t| TrustRoot {
                name: t.name.clone(),
                sha256: t.sha256.clone(),
                source: None,
            })
            .collect(),
        trust_supplied: report
            .trust
            .iter()
            .any(|t| t.origin == TrustOrigin::SuppliedByVerifier),
        demonstration,
        program: program()?,
    };
    let rendered = typesetter()?.render_report(&data)?;
    conforms(&rendered.pdf)?;
    Ok(rendered.pdf)
}

fn layer_row(report: &Report, (layer, key, zh, en): (Layer, &str, &str, &str)) -> LayerRow {
    let mut findings: Vec<&Finding> = report
        .findings
        .iter()
        .filter(|f| f.layer == layer)
        .collect();
    // What decides comes first; within one gravity the order in which it was found.
    findings.sort_by_key(|f| std::cmp::Reverse(f.status));
    LayerRow {
        key: key.to_owned(),
        name: Bilingual::new(zh, en),
        outcome: outcome(report.layers.of(layer)),
        findings: findings
            .into_iter()
            .map(|f| FindingRow {
                code: f.code.0.to_owned(),
                outcome: outcome(f.status),
                sentence: both(|language| f.message(language)),
            })
            .collect(),
    }
}

fn both(sentence: impl Fn(Language) -> String) -> Bilingual {
    Bilingual::new(sentence(Language::Chinese), sentence(Language::English))
}

fn outcome(status: Status) -> Outcome {
    match status {
        Status::Match => Outcome::Match,
        Status::Mismatch => Outcome::Mismatch,
        Status::CannotCheck => Outcome::CannotCheck,
        Status::NotSupplied => Outcome::NotSupplied,
        Status::Absent | Status::Note => Outcome::Absent,
    }
}

fn file_row(path: &std::path::Path) -> Result<FileRow> {
    let print = crate::fingerprint_file(path)?;
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned());
    Ok(FileRow {
        name: name.unwrap_or_default(),
        size: std::fs::metadata(path).map_or(0, |m| m.len()),
        sha256: hex::encode(&print.sha256),
        sm3: hex::encode(&print.sm3),
    })
}
