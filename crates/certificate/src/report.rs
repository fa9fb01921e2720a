//! What a 核验报告 says: the layers and findings of a verification in the words of its reader.

use serde::{Deserialize, Serialize};

use crate::check::{digest, time};
use crate::{Bilingual, CertificateError, Problem, Program, TrustRoot};

/// content, manifest, time, chain, signature, journal, source.
const LAYERS: usize = 7;

/// One of the three outcomes, or why there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// 一致.
    Match,
    /// 不一致.
    Mismatch,
    /// 无法核验.
    CannotCheck,
    /// 无此内容.
    Absent,
    /// 未提供.
    NotSupplied,
}

impl Outcome {
    /// The word for it; these three and no others for what was checked.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Match => "一致",
            Self::Mismatch => "不一致",
            Self::CannotCheck => "无法核验",
            Self::Absent => "无此内容",
            Self::NotSupplied => "未提供",
        }
    }
}

/// One layer of the strip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerRow {
    /// Its word in records, such as `content`.
    pub key: String,
    /// Its name.
    pub name: Bilingual,
    /// How it came out.
    pub outcome: Outcome,
    /// What was found in it, the decisive first.
    pub findings: Vec<FindingRow>,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingRow {
    /// Its stable code.
    pub code: String,
    /// Whether it speaks for or against.
    pub outcome: Outcome,
    /// The sentence.
    pub sentence: Bilingual,
}

/// A file that was judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRow {
    /// Its name.
    pub name: String,
    /// Octets.
    pub size: u64,
    /// SHA-256.
    pub sha256: String,
    /// SM3.
    pub sm3: String,
}

/// Everything a 核验报告 prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportData {
    /// When the report was made, RFC 3339 in UTC.
    pub issued_at: String,
    /// The time at which was judged, when another than that of the report.
    #[serde(default)]
    pub judged_at: Option<String>,
    /// Chinese alone, without the English beneath.
    #[serde(default)]
    pub chinese_only: bool,
    /// Who had it made, as entered.
    #[serde(default)]
    pub made_by: String,
    /// What was judged.
    pub subject: FileRow,
    /// Originals that were given with it.
    #[serde(default)]
    pub files: Vec<FileRow>,
    /// The verdict; never shown without the layers.
    pub verdict: Outcome,
    /// All seven layers.
    pub layers: Vec<LayerRow>,
    /// What nobody checked.
    #[serde(default)]
    pub not_checked: Vec<Bilingual>,
    /// Trust roots used.
    pub trust_roots: Vec<TrustRoot>,
    /// Whether the trust was supplied by whoever verified.
    pub trust_supplied: bool,
    /// Whether the subject comes from a demonstration.
    #[serde(default)]
    pub demonstration: bool,
    /// The program.
    pub program: Program,
}

impl ReportData {
    /// Checks everything that [`crate::Typesetter::render_report`] checks before setting.
    ///
    /// # Errors
    /// [`CertificateError::Data`] for the first field that cannot be printed.
    pub fn check(&self) -> Result<(), CertificateError> {
        time("issued_at", &self.issued_at)?;
        self.judged_at
            .iter()
            .try_for_each(|at| time("judged_at", at))?;
        if self.layers.len() != LAYERS {
            return Err(CertificateError::Data {
                field: "layers".to_owned(),
                problem: Problem::Empty,
            });
        }
        for (i, file) in [&self.subject].into_iter().chain(&self.files).enumerate() {
            digest(&format!("files[{i}].sha256"), &file.sha256)?;
            digest(&format!("files[{i}].sm3"), &file.sm3)?;
        }
        for (i, root) in self.trust_roots.iter().enumerate() {
            digest(&format!("trust_roots[{i}].sha256"), &root.sha256)?;
        }
        Ok(())
    }
}
