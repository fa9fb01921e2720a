//! Reports of verification, worded in both languages by the verifier itself.

use std::collections::BTreeMap;

use fidem_verify as verify;
use serde::Serialize;
use specta::Type;

use super::Bilingual;

/// State of a layer or weight of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the states are those of fidem_verify::Status")]
pub enum FindingStatus {
    Note,
    Absent,
    Match,
    NotSupplied,
    CannotCheck,
    Mismatch,
}

impl From<verify::Status> for FindingStatus {
    fn from(status: verify::Status) -> Self {
        match status {
            verify::Status::Note => Self::Note,
            verify::Status::Absent => Self::Absent,
            verify::Status::Match => Self::Match,
            verify::Status::NotSupplied => Self::NotSupplied,
            verify::Status::CannotCheck => Self::CannotCheck,
            verify::Status::Mismatch => Self::Mismatch,
        }
    }
}

/// State of a layer as its cell shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the states are those of fidem_verify::Status")]
pub enum LayerStatus {
    Absent,
    Match,
    NotSupplied,
    CannotCheck,
    Mismatch,
}

impl From<verify::Status> for LayerStatus {
    /// A layer of which only remarks were made has nothing that could be checked.
    fn from(status: verify::Status) -> Self {
        match status {
            verify::Status::Note | verify::Status::Absent => Self::Absent,
            verify::Status::Match => Self::Match,
            verify::Status::NotSupplied => Self::NotSupplied,
            verify::Status::CannotCheck => Self::CannotCheck,
            verify::Status::Mismatch => Self::Mismatch,
        }
    }
}

/// The seven layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the layers are those of fidem_verify::Layer")]
pub enum LayerName {
    Content,
    Manifest,
    Time,
    Chain,
    Signature,
    Journal,
    Source,
}

impl From<verify::Layer> for LayerName {
    fn from(layer: verify::Layer) -> Self {
        match layer {
            verify::Layer::Content => Self::Content,
            verify::Layer::Manifest => Self::Manifest,
            verify::Layer::Time => Self::Time,
            verify::Layer::Chain => Self::Chain,
            verify::Layer::Signature => Self::Signature,
            verify::Layer::Journal => Self::Journal,
            verify::Layer::Source => Self::Source,
        }
    }
}

/// The state of every layer.
#[derive(Debug, Clone, Copy, Serialize, Type)]
#[allow(missing_docs, reason = "the layers are those of fidem_verify::Layers")]
pub struct Layers {
    pub content: LayerStatus,
    pub manifest: LayerStatus,
    pub time: LayerStatus,
    pub chain: LayerStatus,
    pub signature: LayerStatus,
    pub journal: LayerStatus,
    pub source: LayerStatus,
}

/// The three verdicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
#[allow(
    missing_docs,
    reason = "the verdicts are those of fidem_verify::Verdict"
)]
pub enum Verdict {
    Match,
    Mismatch,
    CannotCheck,
}

/// What was verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the kinds are those of fidem_verify::Kind")]
pub enum FileKind {
    Package,
    Partial,
    Certificate,
    Token,
    EvidenceRecord,
    LogProof,
    OpenTimestamps,
    WebArchive,
    Unknown,
}

impl From<verify::Kind> for FileKind {
    fn from(kind: verify::Kind) -> Self {
        match kind {
            verify::Kind::Package => Self::Package,
            verify::Kind::Partial => Self::Partial,
            verify::Kind::Certificate => Self::Certificate,
            verify::Kind::Token => Self::Token,
            verify::Kind::EvidenceRecord => Self::EvidenceRecord,
            verify::Kind::LogProof => Self::LogProof,
            verify::Kind::OpenTimestamps => Self::OpenTimestamps,
            verify::Kind::WebArchive => Self::WebArchive,
            verify::Kind::Unknown => Self::Unknown,
        }
    }
}

/// One statement about one layer.
#[derive(Debug, Clone, Serialize, Type)]
pub struct Finding {
    /// Stable code.
    pub code: String,
    /// Which layer.
    pub layer: LayerName,
    /// What it means for the layer.
    pub status: FindingStatus,
    /// The sentence.
    pub message: Bilingual,
}

/// Where trust came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum TrustOrigin {
    /// With the program.
    CompiledIn,
    /// Handed in by whoever verifies.
    SuppliedByVerifier,
}

impl From<verify::TrustOrigin> for TrustOrigin {
    fn from(origin: verify::TrustOrigin) -> Self {
        match origin {
            verify::TrustOrigin::CompiledIn => Self::CompiledIn,
            verify::TrustOrigin::SuppliedByVerifier => Self::SuppliedByVerifier,
        }
    }
}

/// What kind of trust decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum TrustKind {
    /// A root of time-stamping authorities.
    TsaRoot,
    /// The key of an office log.
    LogKey,
    /// The key of a witness.
    Witness,
    /// A checkpoint or validators of a network.
    ChainPin,
    /// A root of signatures.
    SignatureRoot,
}

impl TrustKind {
    fn of(kind: &str) -> Self {
        match kind {
            "log-key" => Self::LogKey,
            "witness" => Self::Witness,
            "chain-pin" => Self::ChainPin,
            "signature-root" => Self::SignatureRoot,
            _ => Self::TsaRoot,
        }
    }
}

/// A root or key that decided something.
#[derive(Debug, Clone, Serialize, Type)]
pub struct TrustRoot {
    /// Kind.
    pub kind: TrustKind,
    /// Name.
    pub name: String,
    /// SHA-256.
    pub sha256: String,
    /// Where it came from.
    pub origin: TrustOrigin,
}

/// The result of one verification.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The file.
    pub file: String,
    /// What it is.
    pub kind: FileKind,
    /// The verdict, never shown without its layers.
    pub verdict: Verdict,
    /// The layers.
    pub layers: Layers,
    /// Findings in the order they were made.
    pub findings: Vec<Finding>,
    /// What decided.
    pub trust: Vec<TrustRoot>,
    /// What nobody checked.
    pub not_checked: Vec<Bilingual>,
    /// The case it speaks of, or empty.
    pub case_number: String,
    /// Whether it was made for demonstration.
    pub demonstration: bool,
    /// The report for experts, as `fidem verify --json` prints it in either language, without its line feed.
    pub raw: Bilingual,
}

impl Report {
    /// The report on a file.
    #[must_use]
    pub fn new(file: String, report: &verify::Report) -> Self {
        let layers = report.layers;
        Self {
            file,
            kind: report.kind.into(),
            verdict: match report.verdict {
                verify::Verdict::Match => Verdict::Match,
                verify::Verdict::Mismatch => Verdict::Mismatch,
                verify::Verdict::CannotCheck => Verdict::CannotCheck,
            },
            layers: Layers {
                content: layers.content.into(),
                manifest: layers.manifest.into(),
                time: layers.time.into(),
                chain: layers.chain.into(),
                signature: layers.signature.into(),
                journal: layers.journal.into(),
                source: layers.source.into(),
            },
            findings: report.findings.iter().map(finding).collect(),
            trust: report
                .trust
                .iter()
                .map(|used| TrustRoot {
                    kind: TrustKind::of(used.kind),
                    name: used.name.clone(),
                    sha256: used.sha256.clone(),
                    origin: used.origin.into(),
                })
                .collect(),
            not_checked: report
                .not_checked
                .iter()
                .map(|code| sentence(*code))
                .collect(),
            case_number: report.case.clone().unwrap_or_default(),
            demonstration: report.has(verify::codes::DEMONSTRATION),
            raw: Bilingual {
                zh: report.to_json(verify::Language::Chinese).to_string(),
                en: report.to_json(verify::Language::English).to_string(),
            },
        }
    }
}

fn finding(finding: &verify::Finding) -> Finding {
    Finding {
        code: finding.code.0.to_owned(),
        layer: finding.layer.into(),
        status: finding.status.into(),
        message: Bilingual {
            zh: finding.message(verify::Language::Chinese),
            en: finding.message(verify::Language::English),
        },
    }
}

fn sentence(code: verify::codes::Code) -> Bilingual {
    let none = BTreeMap::new();
    Bilingual {
        zh: code.sentence(verify::Language::Chinese, &none),
        en: code.sentence(verify::Language::English, &none),
    }
}
