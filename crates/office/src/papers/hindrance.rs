//! What keeps a document from being issued, each as a code with its facts.

use fidem_casebook::{Case, SealState};
use fidem_certificate::{CertificateData, Kind};
use fidem_manifest::ProofScope;
use serde::Serialize;

use super::PaperText;
use crate::{Missing, Office, OfficeError, Result};

/// One thing that is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "code")]
pub enum Hindrance {
    /// Nothing is sealed.
    NotSealed,
    /// Items or records are not in a seal.
    Unsealed {
        /// How many.
        count: u64,
    },
    /// A seal waits for its time stamps.
    Waiting {
        /// Which.
        seal: u32,
    },
    /// A record or fact without which nothing issues.
    Record {
        /// Its code.
        missing: &'static str,
    },
    /// What the parties have to do with operators of networks is not declared.
    Interest {
        /// Names of the rails.
        rails: String,
    },
    /// One of the six points of Art 18 is neither filled nor declared 无.
    ArticleEighteen {
        /// Hand-over batch.
        batch: u32,
        /// Which point.
        point: &'static str,
    },
    /// A phrase that promises too much stands in a person's words.
    Forbidden {
        /// Where.
        field: String,
        /// What.
        phrase: String,
    },
    /// It is not written which document is amended, with what and why.
    Correction,
    /// The document to be amended is not one of this case.
    UnknownDocument {
        /// The number given.
        document_id: String,
    },
    /// Neither an approval for giving data abroad nor why none is needed.
    Foreign,
    /// No item has a picture.
    NoPictures,
    /// A second person has not approved it.
    NotApproved,
    /// It was approved, and its content has changed since.
    ChangedSinceApproval,
}

impl Hindrance {
    /// Stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotSealed => "not-sealed",
            Self::Unsealed { .. } => "unsealed",
            Self::Waiting { .. } => "waiting",
            Self::Record { .. } => "record",
            Self::Interest { .. } => "interest",
            Self::ArticleEighteen { .. } => "article-eighteen",
            Self::Forbidden { .. } => "forbidden",
            Self::Correction => "correction",
            Self::UnknownDocument { .. } => "unknown-document",
            Self::Foreign => "foreign",
            Self::NoPictures => "no-pictures",
            Self::NotApproved => "not-approved",
            Self::ChangedSinceApproval => "changed-since-approval",
        }
    }

    /// It is the approval itself that is missing.
    pub(super) fn is_approval(&self) -> bool {
        matches!(self, Self::NotApproved | Self::ChangedSinceApproval)
    }

    /// The pages can be set all the same.
    pub(super) fn allows_data(&self) -> bool {
        !matches!(self, Self::NotSealed | Self::Waiting { .. })
    }
}

impl std::fmt::Display for Hindrance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())?;
        match self {
            Self::Unsealed { count } => write!(f, " ({count})"),
            Self::Waiting { seal } => write!(f, " ({seal})"),
            Self::Record { missing } => write!(f, " ({missing})"),
            Self::Interest { rails } => write!(f, " ({rails})"),
            Self::ArticleEighteen { batch, point } => write!(f, " ({batch}: {point})"),
            Self::Forbidden { field, phrase } => write!(f, " ({field}: {phrase})"),
            Self::UnknownDocument { document_id } => write!(f, " ({document_id})"),
            _ => Ok(()),
        }
    }
}

impl Office {
    /// What hinders every document of the case.
    pub(super) fn case_hindrances(&self, case: &Case) -> Result<Vec<Hindrance>> {
        let seals = self.book.seals(&case.id)?;
        if seals.is_empty() {
            return Ok(vec![Hindrance::NotSealed]);
        }
        let waiting = seals.iter().filter(|s| s.state == SealState::Waiting);
        let mut found: Vec<Hindrance> = waiting
            .map(|s| Hindrance::Waiting { seal: s.number })
            .collect();
        if let Err(OfficeError::Unsealed { count }) = self.deliverable(&case.id) {
            found.push(Hindrance::Unsealed { count });
        }
        if case.applicant.is_empty() {
            let missing = Missing::Applicant.code();
            found.push(Hindrance::Record { missing });
        }
        let wanting = self.wanting(&case.id)?.into_iter().filter(|w| w.blocks);
        found.extend(wanting.map(|w| Hindrance::Record {
            missing: w.missing.code(),
        }));
        match self.interests_declared(&case.id) {
            Err(OfficeError::InterestUndeclared { rails }) => {
                found.push(Hindrance::Interest { rails });
                Ok(found)
            }
            Err(other) => Err(other),
            Ok(()) => Ok(found),
        }
    }
}

/// What hinders this document, by what it would print.
pub(super) fn of_data(data: &CertificateData, text: &PaperText) -> Vec<Hindrance> {
    let mut found: Vec<Hindrance> = Vec::new();
    for hit in data.forbidden() {
        found.push(Hindrance::Forbidden {
            phrase: hit.found.phrase.to_owned(),
            field: hit.field,
        });
    }
    match data.kind {
        Kind::Record => found.extend(article_eighteen(data)),
        Kind::Correction => found.extend(correction(data, text)),
        Kind::Custodian if text.foreign.trim().is_empty() => found.push(Hindrance::Foreign),
        _ => {}
    }
    found
}

// A blank would be read as nothing to say; 无 is said by whoever knows that there is none. What the office only took into
// custody (P0) has no such burden.
fn article_eighteen(data: &CertificateData) -> Vec<Hindrance> {
    let mut found = Vec::new();
    if data.items.iter().all(|i| i.scope == ProofScope::P0) {
        return found;
    }
    for origin in &data.origins {
        let batch = origin.batch;
        let points = [
            ("source", &origin.source),
            ("generation", &origin.generation),
            ("storage", &origin.storage),
            ("notarisation", &origin.notarisation),
            ("witness", &origin.witness),
            ("corroboration", &origin.corroboration),
        ];
        let blank = points.iter().filter(|(_, text)| text.is_none());
        found.extend(blank.map(|(point, _)| Hindrance::ArticleEighteen { batch, point }));
    }
    found
}

fn correction(data: &CertificateData, text: &PaperText) -> Option<Hindrance> {
    let Some(written) = &text.correction else {
        return Some(Hindrance::Correction);
    };
    let said = [&written.statement, &written.reason];
    if said.iter().any(|words| words.trim().is_empty()) {
        return Some(Hindrance::Correction);
    }
    let known = data.particulars.correction.is_some();
    (!known).then(|| Hindrance::UnknownDocument {
        document_id: written.document_id.clone(),
    })
}
