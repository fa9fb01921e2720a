//! The rules for records, by the clauses of RFC 4998 and of its twin in XML.

use crate::finding::Severity::{Failure, Indeterminate, Note};
use crate::finding::{Finding, Rule, Severity, SubIndication};

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

pub(super) const MALFORMED: Rule = rule(
    "evidence-malformed",
    "RFC 4998 §3.1",
    Failure,
    SubIndication::FormatFailure,
);
pub(super) const ALGORITHM_UNKNOWN: Rule = rule(
    "evidence-algorithm-unknown",
    "RFC 4998 §4.1",
    Indeterminate,
    SubIndication::CryptoConstraintsFailureNoPoe,
);
pub(super) const ALGORITHM_ENDED: Rule = rule(
    "evidence-algorithm-ended",
    "RFC 4998 §5.3",
    Indeterminate,
    SubIndication::CryptoConstraintsFailureNoPoe,
);
pub(super) const CHAIN_ALGORITHMS_DIFFER: Rule = rule(
    "evidence-chain-algorithms-differ",
    "RFC 4998 §5.3",
    Failure,
    SubIndication::FormatFailure,
);
pub(super) const DATA_DIFFER: Rule = rule(
    "evidence-data-differ",
    "RFC 4998 §4.3",
    Failure,
    SubIndication::HashFailure,
);
pub(super) const DATA_CANONICAL: Rule = Rule {
    code: "evidence-data-canonical",
    clause: "RFC 6283 §4.1.2",
    severity: Note,
    sub_indication: None,
};
pub(super) const DATA_NOT_AT_HAND: Rule = rule(
    "evidence-data-not-at-hand",
    "RFC 4998 §4.3",
    Indeterminate,
    SubIndication::HashFailure,
);
pub(super) const RENEWAL_BROKEN: Rule = rule(
    "evidence-renewal-broken",
    "RFC 4998 §5.3",
    Failure,
    SubIndication::HashFailure,
);
pub(super) const OUT_OF_ORDER: Rule = rule(
    "evidence-out-of-order",
    "RFC 4998 §5.3",
    Failure,
    SubIndication::FormatFailure,
);
pub(super) const RENEWED_TOO_LATE: Rule = rule(
    "evidence-renewed-too-late",
    "RFC 4998 §5.3",
    Indeterminate,
    SubIndication::OutOfBoundsNoPoe,
);
pub(super) const TOKEN_FAILED: Rule = rule(
    "evidence-token-failed",
    "RFC 4998 §5.3",
    Failure,
    SubIndication::SigConstraintsFailure,
);
pub(super) const TOKEN_UNDECIDED: Rule = rule(
    "evidence-token-undecided",
    "RFC 4998 §5.3",
    Indeterminate,
    SubIndication::SigConstraintsFailure,
);

/// A method of canonicalization, or a construct in the XML that it is applied to, that is not known here.
pub(super) const CANONICALIZATION_UNKNOWN: Rule = rule(
    "evidence-canonicalization-unknown",
    "RFC 6283 §4.1.2",
    Indeterminate,
    SubIndication::HashFailure,
);
/// A record in XML with a token of another kind than RFC 3161's, or over data that are encrypted.
pub(super) const KIND_UNKNOWN: Rule = rule(
    "evidence-kind-unknown",
    "RFC 6283 §3.1.2",
    Indeterminate,
    SubIndication::FormatFailure,
);

/// Every rule for records.
pub const EVIDENCE_RULES: &[Rule] = &[
    MALFORMED,
    ALGORITHM_UNKNOWN,
    ALGORITHM_ENDED,
    CHAIN_ALGORITHMS_DIFFER,
    DATA_DIFFER,
    DATA_CANONICAL,
    DATA_NOT_AT_HAND,
    RENEWAL_BROKEN,
    OUT_OF_ORDER,
    RENEWED_TOO_LATE,
    TOKEN_FAILED,
    TOKEN_UNDECIDED,
    CANONICALIZATION_UNKNOWN,
    KIND_UNKNOWN,
];

/// Clauses of RFC 4998 and their twins.
const TWINS: &[(&str, &str)] = &[
    ("RFC 4998 §3.1", "RFC 6283 §2.1"),
    ("RFC 4998 §4.1", "RFC 6283 §4.1.1"),
    ("RFC 4998 §4.3", "RFC 6283 §3.3"),
    ("RFC 4998 §5.3", "RFC 6283 §4.3"),
];

/// Names the clauses that govern a record in XML.
pub(super) fn in_xml(findings: &mut [Finding]) {
    for finding in findings {
        let twin = TWINS.iter().find(|(asn1, _)| *asn1 == finding.clause);
        finding.clause = twin.map_or(finding.clause, |(_, xml)| xml);
    }
}
