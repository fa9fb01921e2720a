//! What there is to say of the signatures in a PDF.

use std::fmt;

use rfc3161_client::{
    CertificateSummary, Finding, GenTime, Indication, Severity, SubIndication, UnixTime,
    Verification as TokenVerification,
};

use crate::changes::Revision;

/// What a signature field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A signature of a person or an office.
    Signature,
    /// A time stamp over the document (EN 319 142-1 §5.4.3).
    DocumentTimeStamp,
}

/// The levels of EN 319 142-1 §6, computed from what is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// A signature that holds.
    BaselineB,
    /// With a time stamp that holds.
    BaselineT,
    /// With certificates and revocation data of its paths in the document.
    BaselineLt,
    /// With a document time stamp over those.
    BaselineLta,
}

impl Level {
    /// Such as `PAdES B-LTA`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::BaselineB => "PAdES B-B",
            Self::BaselineT => "PAdES B-T",
            Self::BaselineLt => "PAdES B-LT",
            Self::BaselineLta => "PAdES B-LTA",
        }
    }
}

/// The earliest time at which a signature is proved to have existed (EN 319 102-1 §5.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BestTime {
    /// By a time stamp over the signature itself.
    SignatureTimeStamp(GenTime),
    /// By a document time stamp in a later update.
    DocumentTimeStamp(GenTime),
    /// By nothing: the time of verification.
    Given(UnixTime),
}

impl BestTime {
    /// The time itself, to the second.
    #[must_use]
    pub fn time(&self) -> UnixTime {
        match self {
            Self::SignatureTimeStamp(time) | Self::DocumentTimeStamp(time) => time.time,
            Self::Given(time) => *time,
        }
    }

    /// Whether that time stamp proves as much or more.
    pub(crate) fn is_not_before(&self, stamp: &GenTime) -> bool {
        match self {
            Self::SignatureTimeStamp(time) | Self::DocumentTimeStamp(time) => stamp <= time,
            Self::Given(time) => stamp.time <= *time,
        }
    }
}

impl fmt::Display for BestTime {
    /// RFC 3339 with the fraction of a second that the time stamp states: cut off, it would claim an earlier time.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SignatureTimeStamp(time) | Self::DocumentTimeStamp(time) => time.fmt(formatter),
            Self::Given(time) => time.fmt(formatter),
        }
    }
}

/// One signature or document time stamp, judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The full name of its field.
    pub field: String,
    /// What it is.
    pub kind: Kind,
    /// The update that holds it, the file as written first being 1.
    pub revision: usize,
    /// Octets from the start of the file up to the end of that update.
    pub end: usize,
    /// Whether no update follows.
    pub covers_file: bool,
    /// The outcome for what it covers; what came after is in [`Verification::revisions`].
    pub indication: Indication,
    /// Every finding, in the order of the checks.
    pub findings: Vec<Finding>,
    /// The level; none where it does not pass, and for a document time stamp.
    pub level: Option<Level>,
    /// The certificate of the signer, or of the authority.
    pub signer: Option<CertificateSummary>,
    /// SHA-256 of the anchor on which the verdict rests, in lower-case hexadecimal digits.
    pub anchor: Option<String>,
    /// When it existed at the latest.
    pub time: BestTime,
    /// The time that the signer claims (`M`), as it is written; nobody has proved it.
    pub claimed_time: Option<String>,
    /// The reason that the signer gives.
    pub reason: Option<String>,
    /// Its time stamps; of a document time stamp, itself.
    pub time_stamps: Vec<TokenVerification>,
}

/// Everything that verification has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// Signatures and document time stamps, in the order in which they were added; empty where there are none.
    pub signatures: Vec<Signature>,
    /// Each update after the first signature, with what it added and what it should not have changed.
    pub revisions: Vec<Revision>,
    /// What decides against the updates.
    pub findings: Vec<Finding>,
}

impl Verification {
    /// The outcome over all: a document with several signatures passes when each of them does and nothing was changed.
    #[must_use]
    pub fn indication(&self) -> Indication {
        let own = self.signatures.iter().map(|one| one.indication);
        own.chain([outcome(&self.findings)])
            .max_by_key(|indication| weight(*indication))
            .unwrap_or(Indication::Passed)
    }
}

fn weight(indication: Indication) -> u8 {
    match indication {
        Indication::Passed => 0,
        Indication::PassedWithNotes => 1,
        Indication::Indeterminate(_) => 2,
        Indication::Failed(_) => 3,
    }
}

/// The outcome of findings: the first of the gravest gives the reason.
pub(crate) fn outcome(findings: &[Finding]) -> Indication {
    let worst = findings.iter().map(|finding| finding.severity).max();
    let reason = findings
        .iter()
        .filter(|finding| Some(finding.severity) == worst)
        .find_map(|finding| finding.sub_indication)
        .unwrap_or(SubIndication::SigConstraintsFailure);
    match worst {
        None | Some(Severity::Info) => Indication::Passed,
        Some(Severity::Note) => Indication::PassedWithNotes,
        Some(Severity::Indeterminate) => Indication::Indeterminate(reason),
        Some(Severity::Failure) => Indication::Failed(reason),
    }
}
