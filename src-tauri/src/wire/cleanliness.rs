//! 清洁性检查报告 for the page, each code with its sentences in both languages.

use fidem_capture as recorder;
use fidem_cleanliness::{self as kept, codes};
use fidem_office as office;
use serde::Serialize;
use specta::Type;

use super::Bilingual;

/// Most characters of one raw output that the window shows; the report in the vault has the rest.
const RAW_SHOWN: usize = 20_000;

/// How many checks ended with each verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CheckCounts {
    /// 正常.
    pub normal: u32,
    /// 异常.
    pub abnormal: u32,
    /// 未能检查; never counted as passed.
    pub not_checked: u32,
}

impl From<kept::Counts> for CheckCounts {
    fn from(counts: kept::Counts) -> Self {
        Self {
            normal: counts.normal,
            abnormal: counts.abnormal,
            not_checked: counts.not_checked,
        }
    }
}

/// Verdict of one check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
#[allow(
    missing_docs,
    reason = "the verdicts are those of fidem_cleanliness::Verdict"
)]
pub enum CheckVerdict {
    Normal,
    Abnormal,
    NotChecked,
}

/// What a verdict does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
#[allow(
    missing_docs,
    reason = "the effects are those of fidem_cleanliness::Effect"
)]
pub enum CheckEffect {
    None,
    ClassAMinus,
    Blocks,
}

impl From<kept::Effect> for CheckEffect {
    fn from(effect: kept::Effect) -> Self {
        match effect {
            kept::Effect::None => Self::None,
            kept::Effect::ClassAMinus => Self::ClassAMinus,
            kept::Effect::Blocks => Self::Blocks,
        }
    }
}

/// One output as it was read.
#[derive(Debug, Clone, Serialize, Type)]
pub struct RawOutput {
    /// What was read or run.
    pub source: String,
    /// Its text, or its beginning; none where it is not text or was not kept.
    pub text: Option<String>,
    /// Why it could not be read.
    pub error: Option<String>,
    /// SHA-256 over all that was read.
    pub sha256: Option<String>,
    /// Octets read.
    pub size: u64,
    /// Only its beginning is shown here.
    pub truncated: bool,
    /// It may hold secrets and was not kept.
    pub withheld: bool,
}

impl From<kept::Raw> for RawOutput {
    fn from(raw: kept::Raw) -> Self {
        let shown = |text: &String| text.chars().take(RAW_SHOWN).collect::<String>();
        let text = raw.text.as_ref().map(shown);
        let cut = raw.text.as_ref().map(String::len) != text.as_ref().map(String::len);
        Self {
            source: raw.source,
            text,
            error: raw.error,
            sha256: raw.sha256,
            size: raw.size,
            truncated: raw.truncated || cut,
            withheld: raw.withheld,
        }
    }
}

/// One check.
#[derive(Debug, Clone, Serialize, Type)]
pub struct CheckView {
    /// `01` … `37`.
    pub number: String,
    /// Stable slug.
    pub code: String,
    /// Its name.
    pub title: Bilingual,
    /// How it is done, in words.
    pub method: Bilingual,
    /// What was read or run, exactly.
    pub commands: Vec<String>,
    /// The verdict.
    pub verdict: CheckVerdict,
    /// What the verdict does.
    pub effect: CheckEffect,
    /// Why abnormal, or why not checked.
    pub reasons: Vec<Bilingual>,
    /// The outputs.
    pub raw: Vec<RawOutput>,
}

fn both(of: impl Fn(codes::Language) -> String) -> Bilingual {
    Bilingual {
        zh: of(codes::Language::Chinese),
        en: of(codes::Language::English),
    }
}

impl From<kept::Check> for CheckView {
    fn from(check: kept::Check) -> Self {
        let reason = |reason: &kept::Reason| both(|language| codes::sentence(reason, language));
        Self {
            title: both(|language| codes::title(&check.code, language)),
            method: both(|language| codes::method(&check.code, language)),
            number: check.number,
            code: check.code,
            commands: check.method,
            verdict: match check.verdict {
                kept::Verdict::Normal => CheckVerdict::Normal,
                kept::Verdict::Abnormal => CheckVerdict::Abnormal,
                kept::Verdict::NotChecked => CheckVerdict::NotChecked,
            },
            effect: check.effect.into(),
            reasons: check.reasons.iter().map(reason).collect(),
            raw: check.raw.into_iter().map(RawOutput::from).collect(),
        }
    }
}

/// A report.
#[derive(Debug, Clone, Serialize, Type)]
pub struct CleanlinessReport {
    /// After the capture; otherwise before it.
    pub after: bool,
    /// The system whose methods were used: `linux`, `windows`, `macos`.
    pub system: String,
    /// The checks of this system were tried on real machines.
    pub proven: bool,
    /// When the first check began, RFC 3339 UTC by the device's clock.
    pub started: String,
    /// When the last one ended.
    pub ended: String,
    /// Name and version of the program that checked.
    pub tool: String,
    /// How many of each verdict.
    pub counts: CheckCounts,
    /// The gravest effect.
    pub effect: CheckEffect,
    /// In the order of their numbers.
    pub checks: Vec<CheckView>,
}

impl From<kept::Report> for CleanlinessReport {
    fn from(report: kept::Report) -> Self {
        let system = serde_json::to_value(report.system).unwrap_or_default();
        Self {
            after: report.phase == kept::Phase::After,
            system: system.as_str().unwrap_or_default().to_owned(),
            proven: report.proven,
            effect: report.effect().into(),
            started: report.started.utc,
            ended: report.ended.utc,
            tool: format!("{} {}", report.tool.name, report.tool.version),
            counts: report.counts.into(),
            checks: report.checks.into_iter().map(CheckView::from).collect(),
        }
    }
}

/// The recorder's self-test.
#[derive(Debug, Clone, Serialize, Type)]
pub struct SelfTestView {
    /// Exchanges recorded as served.
    pub matching: u32,
    /// Exchanges served.
    pub served: u32,
    /// It records octet by octet.
    pub passed: bool,
}

impl From<recorder::SelfTested> for SelfTestView {
    fn from(tested: recorder::SelfTested) -> Self {
        Self {
            passed: tested.passed(),
            matching: tested.matching,
            served: tested.served,
        }
    }
}

/// An examination by itself.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct EnvironmentView {
    /// The report.
    pub report: CleanlinessReport,
    /// The self-test; none where no browser was found.
    pub self_test: Option<SelfTestView>,
}

impl From<office::Environment> for EnvironmentView {
    fn from(examined: office::Environment) -> Self {
        Self {
            report: examined.report.into(),
            self_test: examined.tested.map(SelfTestView::from),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_output_is_cut_and_says_so() {
        let whole = RawOutput::from(kept::Raw::of("uname -a", b"Linux"));
        assert_eq!(
            (whole.text.as_deref(), whole.truncated),
            (Some("Linux"), false)
        );
        let long = RawOutput::from(kept::Raw::of("ps", "甲".repeat(RAW_SHOWN + 1).as_bytes()));
        assert!(long.truncated);
        assert_eq!(long.text.map(|text| text.chars().count()), Some(RAW_SHOWN));
    }
}
