//! Validation of records (RFC 4998 §4.3, §5.3): each time-stamp is judged at the time of the one that renewed it.

use super::hash_tree::ordered;
use super::record::Chain;
use super::rules::{
    ALGORITHM_ENDED, ALGORITHM_UNKNOWN, CANONICALIZATION_UNKNOWN, CHAIN_ALGORITHMS_DIFFER,
    DATA_DIFFER, DATA_NOT_AT_HAND, MALFORMED, OUT_OF_ORDER, RENEWAL_BROKEN, RENEWED_TOO_LATE,
    TOKEN_FAILED, TOKEN_UNDECIDED,
};
use super::{ArchiveTimeStamp, EvidenceRecord};
use crate::algorithm_table::AlgorithmTable;
use crate::digest::{DigestAlgorithm, Imprint};
use crate::finding::{Findings, Indication, Rule, Verification};
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

/// What a time-stamp is over, before its hash tree.
pub(super) enum Due {
    /// The digests that the first list must hold among others, of one data object or of what is renewed.
    Among(Vec<Vec<u8>>),
    /// Those of a group, in ascending order: the list must hold no others.
    Group(Vec<Vec<u8>>),
    /// The data cannot be read, or their digest never computed.
    NotAtHand,
    /// A canonical form that is not known here.
    NotCanonical,
}

impl Due {
    /// Whether a list begins a proof of what is due (§4.3).
    fn in_list(&self, list: &[Vec<u8>]) -> bool {
        match self {
            Self::Among(due) => due.iter().all(|one| list.contains(one)),
            Self::Group(due) => ordered(list.to_vec()) == *due,
            Self::NotAtHand | Self::NotCanonical => false,
        }
    }

    /// The one digest that a time-stamp without a tree is over (§4.2).
    fn alone(self) -> Option<Vec<u8>> {
        match self {
            Self::Among(due) => <[Vec<u8>; 1]>::try_from(due).ok().map(|[one]| one),
            _ => None,
        }
    }
}

/// The time-stamp asked about.
pub(super) struct Asked {
    pub(super) algorithm: DigestAlgorithm,
    /// Position of its chain, from 0.
    pub(super) chain: usize,
    /// Its own position in the chain, from 0.
    pub(super) position: usize,
}

/// What the two syntaxes of records differ in.
pub(super) trait Syntax {
    /// The chains, oldest first; none is empty.
    fn chains(&self) -> &[Chain];
    /// What a time-stamp should be over.
    fn due(&self, asked: &Asked, inputs: &EvidenceInputs<'_>) -> Due;
}

impl Syntax for EvidenceRecord {
    fn chains(&self) -> &[Chain] {
        &self.chains
    }

    fn due(&self, asked: &Asked, inputs: &EvidenceInputs<'_>) -> Due {
        let digests = || {
            let Asked {
                algorithm,
                chain,
                position,
            } = *asked;
            if position > 0 {
                let before = &self.chains[chain].time_stamps[position - 1];
                return Some(vec![algorithm.digest(before.token())?]);
            }
            let data = (inputs.data)(algorithm)?;
            if chain == 0 {
                return Some(ordered(data));
            }
            let older = Self {
                chains: self.chains[..chain].to_vec(),
            };
            older.hash_tree_renewal(algorithm, &data).map(ordered)
        };
        digests().map_or(Due::NotAtHand, |due| match due.len() {
            1 => Due::Among(due),
            _ => Due::Group(due),
        })
    }
}

/// Judges a record by every rule (RFC 4998 §5.3).
pub fn verify_evidence(inputs: &EvidenceInputs<'_>) -> EvidenceVerification {
    match EvidenceRecord::parse(inputs.record) {
        Ok(record) => judge(&record, inputs),
        Err(error) => {
            let mut findings = Findings::default();
            findings.add(&MALFORMED, &[("error", &error.to_string())]);
            conclude(Vec::new(), findings)
        }
    }
}

/// Judges a record that could be read.
pub(super) fn judge(record: &dyn Syntax, inputs: &EvidenceInputs<'_>) -> EvidenceVerification {
    let time_stamps = record.chains().iter().flat_map(|chain| &chain.time_stamps);
    let mut judge = Judge {
        record,
        inputs,
        findings: Findings::default(),
        times: time_stamps.map(gen_time).collect(),
        number: 0,
    };
    let mut time_stamps = Vec::with_capacity(judge.times.len());
    for (at, chain) in record.chains().iter().enumerate() {
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
    record: &'a dyn Syntax,
    inputs: &'a EvidenceInputs<'a>,
    findings: Findings,
    /// genTime of every token, where it can be read.
    times: Vec<Option<UnixTime>>,
    /// Number of the time-stamp at hand, from 0, through all chains.
    number: usize,
}

impl Judge<'_> {
    fn time_stamp(&mut self, chain: usize, position: usize) -> ArchiveTimeStampVerification {
        let time_stamp = &self.record.chains()[chain].time_stamps[position];
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
        let first = self.record.chains()[chain].time_stamps[0].algorithm_oid();
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
        let before: usize = self.record.chains()[..=chain]
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
        let asked = Asked {
            algorithm,
            chain,
            position,
        };
        let due = self.record.due(&asked, self.inputs);
        match due {
            Due::NotAtHand => return self.left_open(&DATA_NOT_AT_HAND),
            Due::NotCanonical => return self.left_open(&CANONICALIZATION_UNKNOWN),
            Due::Among(_) | Due::Group(_) => {}
        }
        let time_stamp = &self.record.chains()[chain].time_stamps[position];
        let broken = match (chain, position) {
            (0, 0) => &DATA_DIFFER,
            _ => &RENEWAL_BROKEN,
        };
        let root = match &time_stamp.tree {
            None => due.alone(),
            Some(tree) => tree
                .lists
                .first()
                .filter(|first| due.in_list(first))
                .and_then(|_| tree.root(algorithm)),
        };
        if root.is_none() {
            self.findings.add(broken, &[("number", &number)]);
        }
        root.map(|root| (algorithm, root))
    }

    fn left_open<T>(&mut self, rule: &Rule) -> Option<T> {
        let number = self.number.to_string();
        self.findings.add(rule, &[("number", &number)]);
        None
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

pub(super) fn conclude(
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
