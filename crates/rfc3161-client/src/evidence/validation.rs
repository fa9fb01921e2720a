//! Validation of records (RFC 4998 §4.3, §5.3): each time-stamp is judged at the time of the one that renewed it.

use super::hash_tree::ordered;
use super::{ArchiveTimeStamp, EvidenceRecord};
use crate::algorithm_table::AlgorithmTable;
use crate::digest::{DigestAlgorithm, Imprint};
use crate::finding::Severity::{Failure, Indeterminate};
use crate::finding::{Findings, Indication, Rule, Severity, SubIndication, Verification};
use crate::path::{Anchor, KnownLinks};
use crate::time::{GenTime, UnixTime};
use crate::verify::{Expected, Inputs, verify};

/// Everything that a verdict on a record depends on.
pub struct EvidenceInputs<'a> {
    /// The record.
    pub record: &'a [u8],
    /// The digests of the data objects that it should cover, under the algorithm asked for; `None` where the data are
    /// not at hand.
    pub data: &'a dyn Fn(DigestAlgorithm) -> Option<Vec<Vec<u8>>>,
    /// The certificates that are trusted by decision.
    pub anchors: &'a [Anchor],
    /// Certificates in DER that may help to build a path and are not trusted.
    pub intermediates: &'a [Vec<u8>],
    /// Revocation lists and OCSP responses in DER.
    pub crls: &'a [Vec<u8>],
    /// How long algorithms are relied on.
    pub algorithms: &'a AlgorithmTable,
    /// Signatures of certificates that need not be computed again.
    pub known_links: Option<&'a KnownLinks>,
    /// The caller's clock, at which the newest time-stamp is judged.
    pub now: UnixTime,
}

/// What is to be said of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceVerification {
    /// The outcome.
    pub indication: Indication,
    /// Every finding on the record as a whole; those on its tokens stand with them.
    pub findings: Vec<crate::Finding>,
    /// Each archive time-stamp, oldest first.
    pub time_stamps: Vec<ArchiveTimeStampVerification>,
    /// When the data existed at the latest: the time of the oldest token; only worth something when passed.
    pub time: Option<GenTime>,
    /// Until when the record proves by itself, as far as certificates and algorithms tell today.
    pub valid_until: Option<UnixTime>,
}

/// One archive time-stamp of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveTimeStampVerification {
    /// Position of its chain, from 0.
    pub chain: usize,
    /// The algorithm of its hash tree, when known.
    pub algorithm: Option<DigestAlgorithm>,
    /// The time at which it was judged: that of the next token, or the caller's clock.
    pub judged_at: UnixTime,
    /// The token.
    pub token: Verification,
}

const fn rule(
    code: &'static str,
    clause: &'static str,
    severity: Severity,
    sub: SubIndication,
) -> Rule {
    Rule {
        code,
        clause,
        severity,
        sub_indication: Some(sub),
    }
}

const MALFORMED: Rule = rule(
    "evidence-malformed",
    "RFC 4998 §3.1",
    Failure,
    SubIndication::FormatFailure,
);
const ALGORITHM_UNKNOWN: Rule = rule(
    "evidence-algorithm-unknown",
    "RFC 4998 §4.1",
    Indeterminate,
    SubIndication::CryptoConstraintsFailureNoPoe,
);
const ALGORITHM_ENDED: Rule = rule(
    "evidence-algorithm-ended",
    "RFC 4998 §5.3",
    Indeterminate,
    SubIndication::CryptoConstraintsFailureNoPoe,
);
const CHAIN_ALGORITHMS_DIFFER: Rule = rule(
    "evidence-chain-algorithms-differ",
    "RFC 4998 §5.3",
    Failure,
    SubIndication::FormatFailure,
);
const DATA_DIFFER: Rule = rule(
    "evidence-data-differ",
    "RFC 4998 §4.3",
    Failure,
    SubIndication::HashFailure,
);
const DATA_NOT_AT_HAND: Rule = rule(
    "evidence-data-not-at-hand",
    "RFC 4998 §4.3",
    Indeterminate,
    SubIndication::HashFailure,
);
const RENEWAL_BROKEN: Rule = rule(
    "evidence-renewal-broken",
    "RFC 4998 §5.3",
    Failure,
    SubIndication::HashFailure,
);
const OUT_OF_ORDER: Rule = rule(
    "evidence-out-of-order",
    "RFC 4998 §5.3",
    Failure,
    SubIndication::FormatFailure,
);
const RENEWED_TOO_LATE: Rule = rule(
    "evidence-renewed-too-late",
    "RFC 4998 §5.3",
    Indeterminate,
    SubIndication::OutOfBoundsNoPoe,
);
const TOKEN_FAILED: Rule = rule(
    "evidence-token-failed",
    "RFC 4998 §5.3",
    Failure,
    SubIndication::SigConstraintsFailure,
);
const TOKEN_UNDECIDED: Rule = rule(
    "evidence-token-undecided",
    "RFC 4998 §5.3",
    Indeterminate,
    SubIndication::SigConstraintsFailure,
);

/// Every rule for records.
pub const EVIDENCE_RULES: &[Rule] = &[
    MALFORMED,
    ALGORITHM_UNKNOWN,
    ALGORITHM_ENDED,
    CHAIN_ALGORITHMS_DIFFER,
    DATA_DIFFER,
    DATA_NOT_AT_HAND,
    RENEWAL_BROKEN,
    OUT_OF_ORDER,
    RENEWED_TOO_LATE,
    TOKEN_FAILED,
    TOKEN_UNDECIDED,
];

/// Judges a record by every rule (RFC 4998 §5.3).
pub fn verify_evidence(inputs: &EvidenceInputs<'_>) -> EvidenceVerification {
    let mut findings = Findings::default();
    let record = match EvidenceRecord::parse(inputs.record) {
        Ok(record) => record,
        Err(error) => {
            findings.add(&MALFORMED, &[("error", &error.to_string())]);
            return conclude(Vec::new(), findings);
        }
    };
    let mut judge = Judge {
        record: &record,
        inputs,
        findings,
        times: record.time_stamps().map(gen_time).collect(),
        number: 0,
    };
    let mut time_stamps = Vec::with_capacity(judge.times.len());
    for (at, chain) in record.chains.iter().enumerate() {
        for position in 0..chain.time_stamps.len() {
            time_stamps.push(judge.time_stamp(at, position));
            judge.number += 1;
        }
    }
    conclude(time_stamps, judge.findings)
}

fn gen_time(time_stamp: &ArchiveTimeStamp) -> Option<UnixTime> {
    let token = crate::Token::parse(time_stamp.token()).ok()?;
    Some(token.tst_info().gen_time.time)
}

struct Judge<'a> {
    record: &'a EvidenceRecord,
    inputs: &'a EvidenceInputs<'a>,
    findings: Findings,
    /// genTime of every token, where it can be read.
    times: Vec<Option<UnixTime>>,
    /// Number of the time-stamp at hand, from 0, through all chains.
    number: usize,
}

impl Judge<'_> {
    fn time_stamp(&mut self, chain: usize, position: usize) -> ArchiveTimeStampVerification {
        let time_stamp = &self.record.chains[chain].time_stamps[position];
        let algorithm = self.algorithm(chain, time_stamp);
        let expected = match algorithm.and_then(|found| self.root(found, chain, position)) {
            Some((algorithm, value)) => Expected::Digest(Imprint { algorithm, value }),
            None => Expected::NotGiven,
        };
        let judged_at = self.judged_at(self.number);
        let token = verify(&Inputs {
            token: time_stamp.token(),
            expected,
            request: None,
            anchors: self.inputs.anchors,
            intermediates: self.inputs.intermediates,
            crls: self.inputs.crls,
            algorithms: self.inputs.algorithms,
            known_links: self.inputs.known_links,
            now: judged_at,
        });
        self.token(&token, judged_at);
        ArchiveTimeStampVerification {
            chain,
            algorithm,
            judged_at,
            token,
        }
    }

    /// The time of the next token that can be read, or the caller's clock for the newest.
    fn judged_at(&self, number: usize) -> UnixTime {
        let later = self.times.iter().skip(number + 1).flatten().next();
        later.copied().unwrap_or(self.inputs.now)
    }

    /// The tree's algorithm, which must hold until the next chain begins and be one throughout a chain.
    fn algorithm(
        &mut self,
        chain: usize,
        time_stamp: &ArchiveTimeStamp,
    ) -> Option<DigestAlgorithm> {
        let number = self.number.to_string();
        let oid = time_stamp.algorithm_oid().unwrap_or_default();
        let first = self.record.chains[chain].time_stamps[0].algorithm_oid();
        if first.as_ref() != Ok(&oid) {
            self.findings
                .add(&CHAIN_ALGORITHMS_DIFFER, &[("number", &number)]);
        }
        let Some(algorithm) = DigestAlgorithm::from_oid(&oid) else {
            self.findings.add(
                &ALGORITHM_UNKNOWN,
                &[("number", &number), ("algorithm", &oid)],
            );
            return None;
        };
        let before: usize = self.record.chains[..=chain]
            .iter()
            .map(|one| one.time_stamps.len())
            .sum();
        let needed_until = self.judged_at(before.saturating_sub(1));
        let ended = self.inputs.algorithms.digest_until(algorithm);
        if let Some(until) = ended.filter(|until| *until <= needed_until) {
            let params = [
                ("number", number),
                ("algorithm", algorithm.name().to_owned()),
                ("until", until.to_rfc3339()),
            ];
            self.findings
                .add(&ALGORITHM_ENDED, &crate::finding::borrowed(&params));
        }
        Some(algorithm)
    }

    /// Checks that the branch begins with what it should be over, and follows it to the root.
    fn root(
        &mut self,
        algorithm: DigestAlgorithm,
        chain: usize,
        position: usize,
    ) -> Option<(DigestAlgorithm, Vec<u8>)> {
        let number = self.number.to_string();
        let Some(due) = self.due(algorithm, chain, position) else {
            self.findings.add(&DATA_NOT_AT_HAND, &[("number", &number)]);
            return None;
        };
        let time_stamp = &self.record.chains[chain].time_stamps[position];
        let broken = match (chain, position) {
            (0, 0) => &DATA_DIFFER,
            _ => &RENEWAL_BROKEN,
        };
        let root = match &time_stamp.tree {
            // Without a tree the time-stamp is over the one digest itself (§4.2).
            None => <[Vec<u8>; 1]>::try_from(due).ok().map(|[one]| one),
            Some(tree) => tree
                .lists
                .first()
                .filter(|first| covers(first, &due))
                .and_then(|_| tree.root(algorithm)),
        };
        if root.is_none() {
            self.findings.add(broken, &[("number", &number)]);
        }
        root.map(|root| (algorithm, root))
    }

    /// The digests that the first list must hold.
    fn due(
        &self,
        algorithm: DigestAlgorithm,
        chain: usize,
        position: usize,
    ) -> Option<Vec<Vec<u8>>> {
        if position > 0 {
            let before = &self.record.chains[chain].time_stamps[position - 1];
            return Some(vec![algorithm.digest(before.token())?]);
        }
        let data = (self.inputs.data)(algorithm)?;
        if chain == 0 {
            return Some(ordered(data));
        }
        let older = EvidenceRecord {
            chains: self.record.chains[..chain].to_vec(),
        };
        older.hash_tree_renewal(algorithm, &data).map(ordered)
    }

    fn token(&mut self, token: &Verification, judged_at: UnixTime) {
        let number = self.number.to_string();
        let time = self.times[self.number];
        let earlier = self.times[..self.number].iter().flatten().max();
        if time
            .zip(earlier.copied())
            .is_some_and(|(own, earlier)| own < earlier)
        {
            self.findings.add(&OUT_OF_ORDER, &[("number", &number)]);
        }
        let rule = match token.indication {
            Indication::Passed | Indication::PassedWithNotes => None,
            Indication::Indeterminate(_) => Some(&TOKEN_UNDECIDED),
            Indication::Failed(_) => Some(&TOKEN_FAILED),
        };
        if let Some(rule) = rule {
            let why = token.decisive().join("; ");
            self.findings
                .add(rule, &[("number", &number), ("why", &why)]);
        }
        if let Some(expiry) = token.earliest_expiry.filter(|expiry| *expiry < judged_at) {
            let params = [
                ("number", number),
                ("not_after", expiry.to_rfc3339()),
                ("judged_at", judged_at.to_rfc3339()),
            ];
            self.findings
                .add(&RENEWED_TOO_LATE, &crate::finding::borrowed(&params));
        }
    }
}

/// Whether a list begins a proof of these digests: of a group it must hold no others (§4.3), beside a single object's
/// digest its siblings may stand.
fn covers(list: &[Vec<u8>], due: &[Vec<u8>]) -> bool {
    match due {
        [one] => list.contains(one),
        several => ordered(list.to_vec()) == several,
    }
}

fn conclude(
    time_stamps: Vec<ArchiveTimeStampVerification>,
    findings: Findings,
) -> EvidenceVerification {
    EvidenceVerification {
        indication: findings.indication(),
        time: time_stamps
            .first()
            .and_then(|first| first.token.gen_time.clone()),
        valid_until: time_stamps.last().and_then(|last| last.token.valid_until()),
        findings: findings.0,
        time_stamps,
    }
}
