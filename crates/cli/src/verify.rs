//! `fidem verify`: no office, no person, no network.

use std::path::{Path, PathBuf};

use fidem_office::{
    OfficeError, ReportRequest, SystemDesk, VerifyRequest, load_trust, report_pdf, verify_file,
};
use fidem_verify::codes::{self, Code};
use fidem_verify::{Finding, Language, Layers, Report, Status, Verdict};
use rfc3161_client::UnixTime;

use crate::failure::Failure;
use crate::material;
use crate::out::Out;
use crate::session::Result;

/// What to verify with.
pub struct Options {
    /// Original files.
    pub data: Vec<PathBuf>,
    /// A digest in place of the data.
    pub digest: Option<String>,
    /// Trust in place of the build's.
    pub trust: Option<PathBuf>,
    /// Runs of block headers for a bare `.ots`.
    pub headers: Vec<PathBuf>,
    /// Signatures beside a PDF.
    pub signatures: Vec<PathBuf>,
    /// Time of verification.
    pub at: Option<String>,
    /// Where to write the report as a PDF, and for whom.
    pub report: Option<(PathBuf, String)>,
}

/// Verifies files; of several, 1 outranks 2 outranks 0.
pub fn run(files: &[PathBuf], options: &Options, out: &Out) -> Result<u8> {
    let trust = match load_trust(options.trust.as_deref()) {
        Ok(trust) => trust,
        Err(error) => return cannot_read(error, out),
    };
    let at = options.at.as_deref().map(instant).transpose()?;
    let digest = options
        .digest
        .as_deref()
        .map(material::digest)
        .transpose()?;
    let mut reports = Vec::new();
    let mut unread = None;
    for file in files {
        let what = VerifyRequest {
            data: &options.data,
            digest: digest.clone(),
            trust: &trust,
            headers: &options.headers,
            signatures: &options.signatures,
            at,
        };
        match verify_file(file, &what, &mut SystemDesk) {
            Ok(report) => reports.push((file.as_path(), report)),
            Err(error) => unread = Some(error),
        }
    }
    let verdicts: Vec<Verdict> = reports.iter().map(|(_, r)| r.verdict).collect();
    if let (Some((path, made_by)), [(file, report)]) = (&options.report, reports.as_slice()) {
        let what = ReportRequest {
            subject: file,
            data: &options.data,
            made_by,
            at,
            chinese_only: false,
        };
        let pdf = report_pdf(report, &what, &SystemDesk)?;
        std::fs::write(path, pdf).map_err(|e| OfficeError::Io {
            path: path.display().to_string(),
            reason: e.to_string(),
        })?;
    }
    if !reports.is_empty() {
        print(&reports, out);
    }
    match unread {
        None => Ok(worst(verdicts.into_iter()).exit_code()),
        // What cannot be read was not checked; a mismatch elsewhere still outranks it.
        Some(error) => {
            out.remark_failure(&Failure::Office(error), reports.is_empty());
            let all = verdicts.into_iter().chain([Verdict::CannotCheck]);
            Ok(worst(all).exit_code())
        }
    }
}

/// A file that is not there could not be checked; that is exit code 2, not a refusal.
fn cannot_read(error: OfficeError, out: &Out) -> Result<u8> {
    out.failure(&Failure::Office(error));
    Ok(Verdict::CannotCheck.exit_code())
}

fn worst(verdicts: impl Iterator<Item = Verdict>) -> Verdict {
    let rank = |v: &Verdict| match v {
        Verdict::Match => 0,
        Verdict::CannotCheck => 1,
        Verdict::Mismatch => 2,
    };
    verdicts.max_by_key(rank).unwrap_or(Verdict::CannotCheck)
}

fn instant(text: &str) -> Result<UnixTime> {
    UnixTime::from_rfc3339(text).ok_or_else(|| {
        Failure::usage(
            format!("时间应为 RFC 3339 格式：{text}"),
            format!("A time is RFC 3339, not {text}"),
        )
    })
}

fn print(reports: &[(&Path, Report)], out: &Out) {
    let json = match reports {
        [(_, one)] => one.to_json(out.language),
        several => serde_json::json!({
            "verdict": worst(several.iter().map(|(_, r)| r.verdict)),
            "reports": several
                .iter()
                .map(|(path, report)| {
                    let mut json = report.to_json(out.language);
                    json["file"] = path.display().to_string().into();
                    json
                })
                .collect::<Vec<_>>(),
        }),
    };
    let text: Vec<String> = reports
        .iter()
        .map(|(path, report)| sentences(path, report, out.language))
        .collect();
    let text = text.join("\n");
    out.result(&json, &text, &text);
}

const LATER: [Code; 3] = [
    codes::STATUS_EXPLAINED,
    codes::STATUS_CORRECTED,
    codes::STATUS_WITHDRAWN,
];

/// The report for a person: never the verdict without its layers.
pub fn sentences(path: &Path, report: &Report, language: Language) -> String {
    let zh = language == Language::Chinese;
    let pick = |a: &'static str, b: &'static str| if zh { a } else { b };
    let mut out = format!(
        "{}\n{}：{}\n",
        path.display(),
        pick("核验结论", "verdict"),
        verdict(report.verdict, zh)
    );
    out.push_str(&format!("  {}\n\n", strip(&report.layers, zh)));
    // What the office said of a document later comes before what its octets show.
    let later = |f: &&Finding| LATER.contains(&f.code);
    for finding in report.findings.iter().filter(later) {
        out.push_str(&format!("  ! {}\n\n", finding.message(language)));
    }
    for finding in &report.findings {
        out.push_str(&format!(
            "  [{}] {}\n",
            status(finding.status, zh),
            finding.message(language)
        ));
    }
    if !report.trust.is_empty() {
        out.push_str(&format!("\n{}\n", pick("所用信任根", "trust used")));
        for root in &report.trust {
            out.push_str(&format!("  {}  SHA-256 {}\n", root.name, root.sha256));
        }
    }
    if !report.not_checked.is_empty() {
        out.push_str(&format!("\n{}\n", pick("未核验事项", "not checked")));
        for code in &report.not_checked {
            let sentence = code.sentence(language, &std::collections::BTreeMap::new());
            out.push_str(&format!("  · {sentence}\n"));
        }
    }
    out
}

fn strip(layers: &Layers, zh: bool) -> String {
    let cells = [
        ("内容", "content", layers.content),
        ("清单", "manifest", layers.manifest),
        ("时间", "time", layers.time),
        ("链", "chain", layers.chain),
        ("签名", "signature", layers.signature),
        ("日志", "journal", layers.journal),
        ("来源", "source", layers.source),
    ];
    let cells: Vec<String> = cells
        .iter()
        .map(|(a, b, s)| format!("{} {}", if zh { a } else { b }, status(*s, zh)))
        .collect();
    cells.join(" | ")
}

fn verdict(verdict: Verdict, zh: bool) -> &'static str {
    match (verdict, zh) {
        (Verdict::Match, true) => "一致",
        (Verdict::Match, false) => "match",
        (Verdict::Mismatch, true) => "不一致",
        (Verdict::Mismatch, false) => "mismatch",
        (Verdict::CannotCheck, true) => "无法核验",
        (Verdict::CannotCheck, false) => "cannot check",
    }
}

fn status(status: Status, zh: bool) -> &'static str {
    match (status, zh) {
        (Status::Note, true) => "说明",
        (Status::Note, false) => "note",
        (Status::Absent, true) => "无",
        (Status::Absent, false) => "absent",
        (Status::Match, true) => "一致",
        (Status::Match, false) => "match",
        (Status::NotSupplied, true) => "未提供",
        (Status::NotSupplied, false) => "not supplied",
        (Status::CannotCheck, true) => "无法核验",
        (Status::CannotCheck, false) => "cannot check",
        (Status::Mismatch, true) => "不一致",
        (Status::Mismatch, false) => "mismatch",
    }
}
