//! What a verification says: layers, findings, the trust it rested on, and what it did not check.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::codes::{self, Code};
use crate::kind::Kind;
use crate::trust::{Trust, TrustUsed};

/// The three verdicts; never shown without the layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// 一致.
    Match,
    /// 不一致.
    Mismatch,
    /// 无法核验.
    CannotCheck,
}

impl Verdict {
    /// The exit code of the command line: 0, 1 or 2.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Match => 0,
            Self::Mismatch => 1,
            Self::CannotCheck => 2,
        }
    }
}

/// State of one layer, ordered from harmless to grave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// A remark that changes nothing; findings only.
    Note,
    /// The subject has no such layer.
    Absent,
    /// Checked and in agreement.
    Match,
    /// What it needs was not handed in.
    NotSupplied,
    /// It could not be checked.
    CannotCheck,
    /// Checked and in contradiction.
    Mismatch,
}

/// The seven layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// Bytes of the evidence.
    Content,
    /// Lists, manifest, tree, seal.
    Manifest,
    /// Time-stamp tokens.
    Time,
    /// Logs and chains.
    Chain,
    /// Signatures of persons and offices.
    Signature,
    /// The journal's extract.
    Journal,
    /// Where the evidence came from; never matches.
    Source,
}

/// The state of every layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Layers {
    /// Bytes of the evidence.
    pub content: Status,
    /// Lists, manifest, tree, seal.
    pub manifest: Status,
    /// Time-stamp tokens.
    pub time: Status,
    /// Logs and chains.
    pub chain: Status,
    /// Signatures.
    pub signature: Status,
    /// The journal's extract.
    pub journal: Status,
    /// Where the evidence came from.
    pub source: Status,
}

impl Layers {
    fn slot(&mut self, layer: Layer) -> &mut Status {
        match layer {
            Layer::Content => &mut self.content,
            Layer::Manifest => &mut self.manifest,
            Layer::Time => &mut self.time,
            Layer::Chain => &mut self.chain,
            Layer::Signature => &mut self.signature,
            Layer::Journal => &mut self.journal,
            Layer::Source => &mut self.source,
        }
    }

    /// The state of one.
    #[must_use]
    pub fn of(mut self, layer: Layer) -> Status {
        *self.slot(layer)
    }

    fn all(&self) -> [Status; 7] {
        [
            self.content,
            self.manifest,
            self.time,
            self.chain,
            self.signature,
            self.journal,
            self.source,
        ]
    }
}

/// One statement about one layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Stable code.
    pub code: Code,
    /// Which layer.
    pub layer: Layer,
    /// What it means for the layer.
    pub status: Status,
    /// Facts for the sentence.
    pub params: BTreeMap<&'static str, String>,
}

/// Language of the sentences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// 中文, the controlling text.
    Chinese,
    /// English.
    English,
}

/// The result of one verification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// What kind of thing was verified.
    pub kind: Kind,
    /// The verdict by the rule of the formats.
    pub verdict: Verdict,
    /// The state of every layer.
    pub layers: Layers,
    /// Findings in the order they were made.
    pub findings: Vec<Finding>,
    /// Roots and keys that decided something.
    pub trust: Vec<TrustUsed>,
    /// Codes of what nobody checked.
    pub not_checked: Vec<Code>,
    /// Case number, where the subject names one.
    pub case: Option<String>,
}

/// At most this many findings of one code are listed one by one; the rest are counted.
const LISTED: usize = 50;

/// Collects findings while a subject is verified.
pub(crate) struct Findings {
    pub(crate) list: Vec<Finding>,
    pub(crate) trust: Vec<TrustUsed>,
    pub(crate) not_checked: Vec<Code>,
    pub(crate) case: Option<String>,
    /// Id of the office that sealed it.
    pub(crate) office: Option<String>,
    /// Device time of the latest seal.
    pub(crate) sealed: Option<String>,
    /// SHA-256 of the documents that travel in it.
    pub(crate) documents: Vec<[u8; 32]>,
    layers: Layers,
    counts: BTreeMap<&'static str, usize>,
}

impl Findings {
    pub(crate) fn new() -> Self {
        let absent = Status::Absent;
        Self {
            list: Vec::new(),
            trust: Vec::new(),
            not_checked: Vec::new(),
            case: None,
            office: None,
            sealed: None,
            documents: Vec::new(),
            layers: Layers {
                content: absent,
                manifest: absent,
                time: absent,
                chain: absent,
                signature: absent,
                journal: absent,
                source: absent,
            },
            counts: BTreeMap::new(),
        }
    }

    /// Records a finding; the layer takes the gravest status met.
    pub(crate) fn add(
        &mut self,
        code: Code,
        layer: Layer,
        status: Status,
        params: &[(&'static str, &str)],
    ) {
        let slot = self.layers.slot(layer);
        *slot = (*slot).max(status);
        let count = self.counts.entry(code.0).or_insert(0);
        *count += 1;
        if *count > LISTED {
            return;
        }
        self.list.push(Finding {
            code,
            layer,
            status,
            params: params.iter().map(|(k, v)| (*k, (*v).to_owned())).collect(),
        });
    }

    pub(crate) fn note(&mut self, code: Code, layer: Layer, params: &[(&'static str, &str)]) {
        self.add(code, layer, Status::Note, params);
    }

    pub(crate) fn not_checked(&mut self, code: Code) {
        if !self.not_checked.contains(&code) {
            self.not_checked.push(code);
        }
    }

    pub(crate) fn layer(&mut self, layer: Layer) -> Status {
        *self.layers.slot(layer)
    }

    /// Closes a package or certificate: any mismatch, else content and time decide.
    pub(crate) fn whole(self, kind: Kind, trust: &Trust) -> Report {
        let l = self.layers;
        let verdict = if l.all().contains(&Status::Mismatch) {
            Verdict::Mismatch
        } else if l.content == Status::Match && l.time == Status::Match {
            Verdict::Match
        } else {
            Verdict::CannotCheck
        };
        self.close(kind, verdict, trust)
    }

    /// Closes a bare proof, judged by its own layer; a mismatch anywhere still counts.
    pub(crate) fn bare(self, kind: Kind, own: Layer, trust: &Trust) -> Report {
        let mut layers = self.layers;
        let verdict = if layers.all().contains(&Status::Mismatch) {
            Verdict::Mismatch
        } else if *layers.slot(own) == Status::Match && layers.content != Status::CannotCheck {
            Verdict::Match
        } else {
            Verdict::CannotCheck
        };
        self.close(kind, verdict, trust)
    }

    fn close(mut self, kind: Kind, verdict: Verdict, trust: &Trust) -> Report {
        for (code, count) in &self.counts {
            if *count > LISTED {
                self.list.push(Finding {
                    code: codes::MORE_OF_THE_SAME,
                    layer: Layer::Manifest,
                    status: Status::Note,
                    params: BTreeMap::from([
                        ("code", (*code).to_owned()),
                        ("count", (*count - LISTED).to_string()),
                    ]),
                });
            }
        }
        if trust.supplied_by_verifier() {
            self.note(codes::TRUST_SUPPLIED, Layer::Time, &[]);
        }
        Report {
            kind,
            verdict,
            layers: self.layers,
            findings: self.list,
            trust: self.trust,
            not_checked: self.not_checked,
            case: self.case,
        }
    }
}

impl Report {
    /// Whether a finding of that code was made.
    #[must_use]
    pub fn has(&self, code: Code) -> bool {
        self.findings.iter().any(|f| f.code == code)
    }

    /// The report as one JSON object; field order and sentences depend on nothing but the arguments.
    #[must_use]
    pub fn to_json(&self, language: Language) -> serde_json::Value {
        let findings: Vec<_> = self
            .findings
            .iter()
            .map(|f| {
                serde_json::json!({
                    "code": f.code.0,
                    "layer": f.layer,
                    "status": f.status,
                    "message": f.message(language),
                    "params": f.params,
                })
            })
            .collect();
        let not_checked: Vec<_> = self
            .not_checked
            .iter()
            .map(|c| serde_json::json!({"code": c.0, "message": c.sentence(language, &BTreeMap::new())}))
            .collect();
        serde_json::json!({
            "kind": self.kind,
            "verdict": self.verdict,
            "case": self.case,
            "layers": self.layers,
            "findings": findings,
            "trust": self.trust,
            "not_checked": not_checked,
        })
    }
}

impl Finding {
    /// The sentence for a person.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        self.code.sentence(language, &self.params)
    }
}
