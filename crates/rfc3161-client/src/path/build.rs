//! Building: every way from the signer to an anchor is tried, within a budget, until one holds.

use std::collections::BTreeMap;

use super::known::{self, KnownLinks};
use super::{Anchor, validate};
use crate::algorithm::Outcome;
use crate::algorithm_table::Strength;
use crate::certificate::Certificate;
use crate::finding::{Findings, Severity};
use crate::name;
use crate::rules;
use crate::time::UnixTime;

/// Certificates in one path, signer and anchor included.
const MAX_PATH: usize = 10;
/// Signatures verified in one search; a real path needs three.
const MAX_SIGNATURES: usize = 200;
/// Steps taken in one search, so that certificates of one name cannot be combined without end.
const MAX_STEPS: usize = 2_000;

/// An anchor with its certificate taken apart.
#[derive(Clone, Debug)]
pub(crate) struct AnchorCertificate<'a> {
    pub anchor: &'a Anchor,
    pub certificate: Certificate,
}

/// A complete path and what was found along it.
#[derive(Clone, Debug)]
pub(crate) struct Path<'a> {
    /// From the signer to the anchor.
    pub certificates: Vec<&'a Certificate>,
    pub anchor: &'a AnchorCertificate<'a>,
    pub findings: Findings,
}

/// What a path is judged for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Occasion<'a> {
    /// The time of the token or signature.
    pub time: UnixTime,
    /// What the signer's key was used for.
    pub purpose: Purpose<'a>,
    /// What is relied on today.
    pub strength: Strength<'a>,
}

/// What a path should permit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose<'a> {
    /// A token under this policy.
    TimeStamping { policy: &'a str },
    /// A signature of a person or an office over a document.
    Signing,
}

/// A search for a path on one occasion.
#[derive(Debug)]
pub(crate) struct Search<'a> {
    anchors: &'a [AnchorCertificate<'a>],
    pool: &'a [Certificate],
    occasion: Occasion<'a>,
    signatures: usize,
    steps: usize,
    known: Option<&'a KnownLinks>,
    links: BTreeMap<[u8; 64], Outcome>,
    best: Option<Path<'a>>,
    /// Certificates whose signature is not that of the authority they name by name and key identifier.
    broken: Vec<String>,
}

impl<'a> Search<'a> {
    /// A search among `anchors` and the untrusted certificates of `pool`.
    pub(crate) fn new(
        anchors: &'a [AnchorCertificate<'a>],
        pool: &'a [Certificate],
        occasion: Occasion<'a>,
        known: Option<&'a KnownLinks>,
    ) -> Self {
        Self {
            anchors,
            pool,
            occasion,
            signatures: 0,
            steps: 0,
            known,
            links: BTreeMap::new(),
            best: None,
            broken: Vec::new(),
        }
    }

    /// The path that holds best; the error says why there is none.
    pub(crate) fn run(mut self, signer: &'a Certificate) -> Result<Path<'a>, Findings> {
        let mut path = vec![signer];
        for anchor in self
            .anchors
            .iter()
            .filter(|anchor| anchor.certificate.der == signer.der)
        {
            self.complete(&path, anchor);
        }
        self.extend(&mut path);
        if let Some(best) = self.best.take() {
            return Ok(best);
        }
        Err(self.reasons())
    }

    fn reasons(&self) -> Findings {
        let mut findings = Findings::default();
        for certificate in &self.broken {
            findings.add_once(
                &rules::CERTIFICATE_SIGNATURE_INVALID,
                &[("certificate", certificate)],
            );
        }
        if self.anchors.is_empty() {
            findings.add(&rules::NO_ANCHOR_GIVEN, &[]);
        } else if self.is_exhausted() {
            findings.add(&rules::PATH_BUDGET_EXHAUSTED, &[]);
        } else {
            findings.add(&rules::PATH_NOT_FOUND, &[]);
        }
        findings
    }

    fn is_exhausted(&self) -> bool {
        self.signatures >= MAX_SIGNATURES || self.steps >= MAX_STEPS
    }

    fn is_done(&self) -> bool {
        self.is_exhausted()
            || self
                .best
                .as_ref()
                .is_some_and(|path| path.findings.worst() < Severity::Indeterminate)
    }

    fn extend(&mut self, path: &mut Vec<&'a Certificate>) {
        self.steps += 1;
        let Some(current) = path.last().copied() else {
            return;
        };
        let (anchors, pool) = (self.anchors, self.pool);
        for anchor in anchors
            .iter()
            .filter(|anchor| anchor.certificate.der != current.der)
        {
            if self.is_done() {
                return;
            }
            if self.link(current, &anchor.certificate) {
                path.push(&anchor.certificate);
                self.complete(path, anchor);
                path.pop();
            }
        }
        if path.len() + 1 >= MAX_PATH {
            return;
        }
        for issuer in pool {
            if self.is_done() {
                return;
            }
            let repeated = path.iter().any(|certificate| certificate.der == issuer.der);
            if !repeated && self.link(current, issuer) {
                path.push(issuer);
                self.extend(path);
                path.pop();
            }
        }
    }

    /// Judges a complete path and keeps it if none before was better.
    fn complete(&mut self, path: &[&'a Certificate], anchor: &'a AnchorCertificate<'a>) {
        let mut findings = Findings::default();
        for pair in path.windows(2) {
            self.report_link(pair, &mut findings);
        }
        validate::validate(path, anchor, &self.occasion, &mut findings);
        if self
            .best
            .as_ref()
            .is_none_or(|best| findings.worst() < best.findings.worst())
        {
            self.best = Some(Path {
                certificates: path.to_vec(),
                anchor,
                findings,
            });
        }
    }

    /// A link whose algorithm could not be judged is part of the path, and said.
    fn report_link(&self, pair: &[&Certificate], findings: &mut Findings) {
        let [child, issuer] = pair else {
            return;
        };
        let sha256 = child.sha256();
        match self.links.get(&known::link_of(child, issuer)) {
            Some(Outcome::Unsupported(algorithm)) => {
                let params = [("certificate", sha256.as_str()), ("algorithm", algorithm)];
                findings.add(&rules::CERTIFICATE_ALGORITHM_UNKNOWN, &params);
            }
            Some(Outcome::Refused(digest)) => {
                let params = [
                    ("certificate", sha256.as_str()),
                    ("algorithm", digest.name()),
                ];
                findings.add(&rules::CERTIFICATE_ALGORITHM_WEAK, &params);
            }
            _ => {}
        }
    }

    /// Whether `issuer` may have issued `child`: the names agree and the signature is not a wrong one.
    fn link(&mut self, child: &Certificate, issuer: &Certificate) -> bool {
        if !name::same(&child.issuer, &issuer.subject) {
            return false;
        }
        if !matches!(
            self.signature(child, issuer),
            Outcome::Invalid | Outcome::EmptyDistinguishingId
        ) {
            return true;
        }
        let named = child.authority_key_identifier();
        if named.is_some() && named == issuer.subject_key_identifier() {
            self.broken.push(child.sha256());
        }
        false
    }

    /// The signature on `child` by the key of `issuer`, computed once in a search. One that is known counts as work all
    /// the same, so that what is known never changes what is found.
    fn signature(&mut self, child: &Certificate, issuer: &Certificate) -> &Outcome {
        let link = known::link_of(child, issuer);
        let (known, signatures) = (self.known, &mut self.signatures);
        self.links.entry(link).or_insert_with(|| {
            *signatures += 1;
            if known.is_some_and(|known| known.contains(&link)) {
                return Outcome::Valid;
            }
            let outcome = child.signature_by(issuer);
            if let (Outcome::Valid, Some(known)) = (&outcome, known) {
                known.remember(link);
            }
            outcome
        })
    }
}
