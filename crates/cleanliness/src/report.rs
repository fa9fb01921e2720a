//! The report and its parts; fields stand in the order of canonical JSON (RFC 8785).

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::system::Platform;

/// The format's name and version.
pub const FORMAT: &str = "fidem-cleanliness/1";

/// How long a check before a capture holds: 30 minutes.
pub const VALIDITY_MS: u64 = 30 * 60 * 1000;

/// Bytes of one raw output kept in the report; its digest always covers all bytes read.
const MAX_RAW_BYTES: usize = 128 * 1024;

/// Why bytes are not a report.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// Not canonical JSON (RFC 8785), or not writable as such.
    #[error(transparent)]
    Canonical(#[from] fidem_manifest::canonical::CanonicalError),
    /// Canonical JSON, but not the fields of a report.
    #[error("not a cleanliness report: {reason}")]
    Fields {
        /// What the reader found.
        reason: String,
    },
    /// Another format or version.
    #[error("the format is {found}, not fidem-cleanliness/1")]
    Format {
        /// What it says.
        found: String,
    },
}

/// 清洁性检查报告: one run of all checks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// The checks in the order of their numbers.
    pub checks: Vec<Check>,
    /// How many of each verdict.
    pub counts: Counts,
    /// When the last check ended.
    pub ended: Moment,
    /// [`FORMAT`].
    pub format: String,
    /// Before or after the capture.
    pub phase: Phase,
    /// Whether the checks of this system were tried on real machines; false: class at most A-.
    pub proven: bool,
    /// The capture session, lowercase hexadecimal.
    pub session: String,
    /// When the first check began.
    pub started: Moment,
    /// Whose methods were used.
    pub system: Platform,
    /// The program that checked.
    pub tool: Tool,
}

impl Report {
    /// The report as canonical JSON.
    ///
    /// # Errors
    /// [`ReportError::Canonical`] when a value cannot be written so.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ReportError> {
        Ok(fidem_manifest::canonical::encode(self)?)
    }

    /// Reads a report.
    ///
    /// # Errors
    /// Bytes that are not canonical JSON, other fields, another format.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ReportError> {
        fidem_manifest::canonical::check(bytes)?;
        let report: Self = serde_json::from_slice(bytes).map_err(|e| ReportError::Fields {
            reason: e.to_string(),
        })?;
        match report.format == FORMAT {
            true => Ok(report),
            false => Err(ReportError::Format {
                found: report.format,
            }),
        }
    }

    /// The check of that code.
    #[must_use]
    pub fn check(&self, code: &str) -> Option<&Check> {
        self.checks.iter().find(|check| check.code == code)
    }

    /// What was found abnormal.
    pub fn abnormal(&self) -> impl Iterator<Item = &Check> {
        self.checks
            .iter()
            .filter(|check| check.verdict == Verdict::Abnormal)
    }

    /// The gravest effect: of any check, or of a system whose checks are unproven.
    #[must_use]
    pub fn effect(&self) -> Effect {
        let worst = self.checks.iter().map(|check| check.effect).max();
        let unproven = match self.proven {
            true => Effect::None,
            false => Effect::ClassAMinus,
        };
        worst.unwrap_or(Effect::None).max(unproven)
    }

    /// Whether a capture may still rest on this report at `monotonic_ms` of the same boot.
    #[must_use]
    pub fn holds_at(&self, monotonic_ms: u64) -> bool {
        monotonic_ms
            .checked_sub(self.ended.monotonic_ms)
            .is_some_and(|age| age <= VALIDITY_MS)
    }
}

/// A moment on both clocks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moment {
    /// The monotonic clock in milliseconds since an unnamed start (on Linux: since boot, sleep not counted).
    pub monotonic_ms: u64,
    /// Milliseconds since 1970-01-01T00:00:00Z by the machine's clock.
    pub unix_ms: i64,
    /// The same, RFC 3339 in UTC.
    pub utc: String,
}

/// Which side of the capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Before the first request.
    Before,
    /// After the browser ended.
    After,
}

/// The program that checked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// How many checks ended with each verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// 异常.
    pub abnormal: u32,
    /// 正常.
    pub normal: u32,
    /// 未能检查.
    pub not_checked: u32,
}

impl Counts {
    /// Counts the verdicts.
    #[must_use]
    pub fn of(checks: &[Check]) -> Self {
        let mut counts = Self::default();
        for check in checks {
            match check.verdict {
                Verdict::Abnormal => counts.abnormal += 1,
                Verdict::Normal => counts.normal += 1,
                Verdict::NotChecked => counts.not_checked += 1,
            }
        }
        counts
    }
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// Stable slug; [`crate::codes::title`] gives its sentence.
    pub code: String,
    /// What the verdict does to the source class or the capture.
    pub effect: Effect,
    /// What was read or run, exactly, in order.
    pub method: Vec<String>,
    /// `01` … `38`.
    pub number: String,
    /// What was read, typed.
    pub observed: BTreeMap<String, Value>,
    /// The number of the item of R-041 it belongs to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub r041: Option<u8>,
    /// The outputs themselves.
    pub raw: Vec<Raw>,
    /// Why abnormal, or why not checked; empty when normal.
    pub reasons: Vec<Reason>,
    /// The verdict.
    pub verdict: Verdict,
}

impl Check {
    /// Whether one of its reasons has that code.
    #[must_use]
    pub fn says(&self, code: &str) -> bool {
        self.reasons.iter().any(|reason| reason.code == code)
    }
}

/// 正常, 异常, 未能检查.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// 正常: read, and nothing found.
    Normal,
    /// 异常: something found.
    Abnormal,
    /// 未能检查: not, or not wholly, readable. Never counted as passed.
    NotChecked,
}

/// What a verdict does; ordered by gravity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// Nothing.
    None,
    /// The item's class is at most A-, and two persons must give a reason to go on.
    ClassAMinus,
    /// No capture.
    Blocks,
}

/// A reason: a code and its parameters, never a sentence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// Stable code; [`crate::codes::sentence`] words it.
    pub code: String,
    /// What the sentence names.
    pub params: BTreeMap<String, String>,
}

impl Reason {
    /// A reason with parameters.
    #[must_use]
    pub fn new(code: &str, params: &[(&str, &str)]) -> Self {
        let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), bounded(value));
        Self {
            code: code.to_owned(),
            params: params.iter().map(pair).collect(),
        }
    }
}

fn bounded(value: &str) -> String {
    value
        .chars()
        .filter(|c| !c.is_control())
        .take(400)
        .collect()
}

/// A typed observation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// Yes or no.
    Flag(bool),
    /// A whole number; the name says its unit.
    Integer(i64),
    /// Text.
    Text(String),
    /// Several.
    List(Vec<Value>),
    /// Named parts.
    Record(BTreeMap<String, Value>),
}

impl Value {
    /// A list of texts.
    pub fn texts<T: ToString>(items: impl IntoIterator<Item = T>) -> Self {
        Self::List(
            items
                .into_iter()
                .map(|item| Self::Text(item.to_string()))
                .collect(),
        )
    }

    /// Named parts.
    pub fn record<const N: usize>(parts: [(&str, Value); N]) -> Self {
        Self::Record(
            parts
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        )
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Flag(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Self::Integer(i64::from(value))
    }
}

impl From<u64> for Value {
    fn from(value: u64) -> Self {
        Self::Integer(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl From<usize> for Value {
    fn from(value: usize) -> Self {
        Self::Integer(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

/// One output as it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Raw {
    /// The bytes when they are not UTF-8 (RFC 4648 §4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base64: Option<String>,
    /// Why it could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Exit code of a program.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit: Option<i32>,
    /// The check that holds these bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub see: Option<String>,
    /// SHA-256 over all bytes read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// How many bytes were read.
    pub size: u64,
    /// What was read or run.
    pub source: String,
    /// The bytes as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Only the beginning is kept here; size and digest are of the whole.
    #[serde(skip_serializing_if = "is_false")]
    pub truncated: bool,
    /// The bytes may hold secrets of the user and are not kept; size and digest are.
    #[serde(skip_serializing_if = "is_false")]
    pub withheld: bool,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the shape serde asks for"
)]
fn is_false(value: &bool) -> bool {
    !*value
}

impl Raw {
    /// Bytes that were read.
    #[must_use]
    pub fn of(source: &str, bytes: &[u8]) -> Self {
        let kept = &bytes[..kept_length(bytes)];
        let text = std::str::from_utf8(kept).ok().map(str::to_owned);
        let base64 = match &text {
            Some(_) => None,
            None => Some(STANDARD.encode(kept)),
        };
        Self {
            text,
            base64,
            truncated: kept.len() < bytes.len(),
            ..Self::digest_of(source, bytes)
        }
    }

    /// Bytes that were read and must not be kept.
    #[must_use]
    pub fn withheld(source: &str, bytes: &[u8]) -> Self {
        Self {
            withheld: true,
            ..Self::digest_of(source, bytes)
        }
    }

    /// Bytes that another check of the same report keeps.
    #[must_use]
    pub fn kept_by(number: &str, source: &str, bytes: &[u8]) -> Self {
        Self {
            see: Some(number.to_owned()),
            ..Self::digest_of(source, bytes)
        }
    }

    /// What could not be read.
    #[must_use]
    pub fn failed(source: &str, error: &str) -> Self {
        Self {
            source: source.to_owned(),
            error: Some(bounded(error)),
            ..Self::default()
        }
    }

    fn digest_of(source: &str, bytes: &[u8]) -> Self {
        Self {
            source: source.to_owned(),
            size: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            sha256: Some(fidem_fingerprint::hex::encode(&fidem_fingerprint::sha256(
                bytes,
            ))),
            ..Self::default()
        }
    }
}

/// Length of the beginning to keep: never in the middle of a character, where the whole is text.
fn kept_length(bytes: &[u8]) -> usize {
    if bytes.len() <= MAX_RAW_BYTES {
        return bytes.len();
    }
    match std::str::from_utf8(&bytes[..MAX_RAW_BYTES]) {
        Err(e) if e.error_len().is_none() => e.valid_up_to(),
        _ => MAX_RAW_BYTES,
    }
}
