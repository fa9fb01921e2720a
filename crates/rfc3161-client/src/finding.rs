//! What verification says: indications of EN 319 102-1 and findings with stable codes and their clause.

use std::cmp::Ordering;

use crate::certificate::CertificateSummary;
use crate::digest::Imprint;
use crate::time::{Accuracy, GenTime, UnixTime};

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Said for completeness.
    Info,
    /// The token stands, and a reader should know this.
    Note,
    /// What is at hand does not decide.
    Indeterminate,
    /// A rule is broken.
    Failure,
}

/// Why a token failed or could not be judged (EN 319 102-1 §5.1.3; the last four speak of the request and the clock).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum SubIndication {
    /// The bytes are not a token.
    FormatFailure,
    /// A digest differs.
    HashFailure,
    /// A signature is not that of the key.
    SigCryptoFailure,
    /// A constraint on the signature or its attributes is broken.
    SigConstraintsFailure,
    /// A constraint on the certificate or its path is broken.
    ChainConstraintsFailure,
    /// An algorithm or key is too weak, or not known, and no earlier proof exists.
    CryptoConstraintsFailureNoPoe,
    /// The signer's certificate is not at hand.
    NoSigningCertificateFound,
    /// No path leads to an anchor.
    NoCertificateChainFound,
    /// A certificate was not valid at genTime.
    OutOfBounds,
    /// An end has come, and nothing proves that the token was renewed before.
    OutOfBoundsNoPoe,
    /// Revoked before genTime.
    Revoked,
    /// Revoked, and nothing proves that the token is older.
    RevokedNoPoe,
    /// genTime lies ahead of the clock.
    TimeInFuture,
    /// The policy is not one for which the anchor is trusted.
    PolicyNotTrusted,
    /// The authority refused.
    ResponseRefused,
    /// The token does not answer the request.
    RequestMismatch,
}

impl SubIndication {
    /// The name in the manner of EN 319 102-1, such as `HASH_FAILURE`.
    pub fn name(self) -> &'static str {
        match self {
            Self::FormatFailure => "FORMAT_FAILURE",
            Self::HashFailure => "HASH_FAILURE",
            Self::SigCryptoFailure => "SIG_CRYPTO_FAILURE",
            Self::SigConstraintsFailure => "SIG_CONSTRAINTS_FAILURE",
            Self::ChainConstraintsFailure => "CHAIN_CONSTRAINTS_FAILURE",
            Self::CryptoConstraintsFailureNoPoe => "CRYPTO_CONSTRAINTS_FAILURE_NO_POE",
            Self::NoSigningCertificateFound => "NO_SIGNING_CERTIFICATE_FOUND",
            Self::NoCertificateChainFound => "NO_CERTIFICATE_CHAIN_FOUND",
            Self::OutOfBounds => "OUT_OF_BOUNDS",
            Self::OutOfBoundsNoPoe => "OUT_OF_BOUNDS_NO_POE",
            Self::Revoked => "REVOKED",
            Self::RevokedNoPoe => "REVOKED_NO_POE",
            Self::TimeInFuture => "TIME_IN_FUTURE",
            Self::PolicyNotTrusted => "POLICY_NOT_TRUSTED",
            Self::ResponseRefused => "RESPONSE_REFUSED",
            Self::RequestMismatch => "REQUEST_MISMATCH",
        }
    }
}

/// The outcome (EN 319 102-1 §5.1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Indication {
    /// Every rule holds.
    Passed,
    /// Every rule holds, and notes remain to be read.
    PassedWithNotes,
    /// What is at hand does not decide.
    Indeterminate(SubIndication),
    /// A rule is broken.
    Failed(SubIndication),
}

impl Indication {
    /// Whether the token may be used as time.
    pub fn is_passed(self) -> bool {
        matches!(self, Self::Passed | Self::PassedWithNotes)
    }
}

/// One result of one check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// A stable name, such as `imprint-mismatch`.
    pub code: &'static str,
    /// The clause that is applied, such as `RFC 3161 §2.4.2`.
    pub clause: &'static str,
    /// How much it weighs.
    pub severity: Severity,
    /// Why the token then fails or cannot be judged; none for information and notes.
    pub sub_indication: Option<SubIndication>,
    /// The facts, by name.
    pub params: Vec<(&'static str, String)>,
}

/// A rule whose finding may appear: what can be translated in advance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The code of its findings.
    pub code: &'static str,
    /// The clause that it applies.
    pub clause: &'static str,
    /// How much its findings weigh.
    pub severity: Severity,
    /// Why the token then fails or cannot be judged.
    pub sub_indication: Option<SubIndication>,
}

/// Everything that verification has to say of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// The outcome.
    pub indication: Indication,
    /// Every finding, in the order of the checks.
    pub findings: Vec<Finding>,
    /// The time stated; only worth something when the indication is passed.
    pub gen_time: Option<GenTime>,
    /// The deviation stated; `None` is unknown, not zero.
    pub accuracy: Option<Accuracy>,
    /// The token's serial number in lower-case hexadecimal digits.
    pub serial: Option<String>,
    /// The authority's policy, dotted.
    pub policy: Option<String>,
    /// What was stamped, when its algorithm is known.
    pub imprint: Option<Imprint>,
    /// The certificate that the `SignerInfo` names.
    pub signer: Option<CertificateSummary>,
    /// The path, from the signer to the anchor; the signer alone when no path was found.
    pub chain: Vec<CertificateSummary>,
    /// The certificates of that path in DER; empty when none was found. What there is to ask of their revocation,
    /// [`crate::RevocationSources`] tells.
    pub path: Vec<Vec<u8>>,
    /// SHA-256 of the anchor on which the verdict rests, in lower-case hexadecimal digits.
    pub anchor: Option<String>,
    /// The first end of a validity period along the path.
    pub earliest_expiry: Option<UnixTime>,
    /// The digests and keys on which the token rests, such as `SHA-256`, `RSA 2048` and `EC 256`.
    pub rests_on: Vec<String>,
    /// The first end of an algorithm or key size on which the token rests, where one is known.
    pub algorithms_until: Option<UnixTime>,
}

impl Verification {
    /// Until when the token proves by itself: the first end of a certificate or an algorithm.
    pub fn valid_until(&self) -> Option<UnixTime> {
        self.earliest_expiry
            .into_iter()
            .chain(self.algorithms_until)
            .min()
    }

    /// Whether each revocation list in the token says something of the path. One that does not is damaged, or is about
    /// certificates that the verdict does not rest on.
    pub fn speaks_of_every_list(&self, token: &crate::Token) -> bool {
        let about = ["revoked", "revocation-checked", "revocation-older"];
        let spoken = self
            .findings
            .iter()
            .filter(|finding| about.iter().any(|code| finding.code.starts_with(code)));
        spoken.count() >= token.revocation_lists().len()
    }

    /// What decided against the token or left it open: codes with their clauses.
    pub fn decisive(&self) -> Vec<String> {
        let decisive = self
            .findings
            .iter()
            .filter(|finding| finding.severity >= Severity::Indeterminate);
        decisive
            .map(|finding| format!("{} ({})", finding.code, finding.clause))
            .collect()
    }

    /// The finding with this code.
    pub fn finding(&self, code: &str) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.code == code)
    }
}

/// Findings as they are gathered.
#[derive(Clone, Debug, Default)]
pub(crate) struct Findings(pub Vec<Finding>);

impl Findings {
    /// Adds a finding of `rule` with its facts.
    pub(crate) fn add(&mut self, rule: &Rule, params: &[(&'static str, &str)]) {
        let params = params
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()))
            .collect();
        self.0.push(Finding {
            code: rule.code,
            clause: rule.clause,
            severity: rule.severity,
            sub_indication: rule.sub_indication,
            params,
        });
    }

    /// Adds a finding unless the same one stands already.
    pub(crate) fn add_once(&mut self, rule: &Rule, params: &[(&'static str, &str)]) {
        self.add(rule, params);
        if let Some((last, before)) = self.0.split_last()
            && before.contains(last)
        {
            self.0.pop();
        }
    }

    /// Whether a finding of `rule` stands.
    pub(crate) fn has(&self, rule: &Rule) -> bool {
        self.0.iter().any(|finding| finding.code == rule.code)
    }

    /// Faults of a certificate are laid to a signature because it shows that the key was used. Where its algorithm is not
    /// known, nothing shows that yet, and EN 319 102-1 §5.2.6 calls such faults indeterminate.
    pub(crate) fn soften_unproved(&mut self) {
        if self.has(&crate::rules::SIGNATURE_ALGORITHM_UNKNOWN) {
            self.soften(SubIndication::ChainConstraintsFailure);
        }
    }

    /// Lowers failures for `reason` to what does not decide.
    fn soften(&mut self, reason: SubIndication) {
        for finding in &mut self.0 {
            if finding.severity == Severity::Failure && finding.sub_indication == Some(reason) {
                finding.severity = Severity::Indeterminate;
            }
        }
    }

    /// The greatest weight among the findings.
    pub(crate) fn worst(&self) -> Severity {
        self.0
            .iter()
            .map(|finding| finding.severity)
            .max()
            .unwrap_or(Severity::Info)
    }

    /// The outcome: the first of the gravest findings gives the reason.
    pub(crate) fn indication(&self) -> Indication {
        let worst = self.worst();
        let reason = self
            .0
            .iter()
            .filter(|finding| finding.severity.cmp(&worst) == Ordering::Equal)
            .find_map(|finding| finding.sub_indication);
        match (worst, reason) {
            (Severity::Info, _) => Indication::Passed,
            (Severity::Note, _) => Indication::PassedWithNotes,
            (Severity::Indeterminate, reason) => {
                Indication::Indeterminate(reason.unwrap_or(SubIndication::SigConstraintsFailure))
            }
            (Severity::Failure, reason) => {
                Indication::Failed(reason.unwrap_or(SubIndication::SigConstraintsFailure))
            }
        }
    }
}

/// Facts that were made for one finding, as the adding takes them.
pub(crate) fn borrowed<'a, const N: usize>(
    params: &'a [(&'static str, String); N],
) -> [(&'static str, &'a str); N] {
    params
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()))
}
