//! The imprint: its form, its strength, and whether it is that of the data (RFC 3161 §2.4.2).

use crate::algorithm_table::Strength;
use crate::digest::{DigestAlgorithm, Imprint};
use crate::finding::Findings;
use crate::rules;
use crate::tst_info::MessageImprint;
use crate::verify::Expected;

/// Checks the imprint by itself and against what the caller expects.
pub(crate) fn check(
    imprint: &MessageImprint,
    expected: &Expected<'_>,
    strength: Strength<'_>,
    findings: &mut Findings,
) {
    if imprint.has_parameters {
        findings.add(
            &rules::IMPRINT_ALGORITHM_PARAMETERS,
            &[("algorithm", &imprint.algorithm_oid)],
        );
    }
    let Some(stated) = imprint.imprint() else {
        findings.add(
            &rules::IMPRINT_ALGORITHM_UNKNOWN,
            &[("algorithm", &imprint.algorithm_oid)],
        );
        return;
    };
    if strength.digest_is_over(stated.algorithm) {
        findings.add(
            &rules::IMPRINT_ALGORITHM_WEAK,
            &[("algorithm", stated.algorithm.name())],
        );
    }
    if stated.value.len() != stated.algorithm.size() {
        findings.add(
            &rules::IMPRINT_LENGTH,
            &[("octets", &stated.value.len().to_string())],
        );
        return;
    }
    match expected {
        Expected::NotGiven => findings.add(&rules::IMPRINT_NOT_COMPARED, &[]),
        Expected::Data(data) => compare(
            &stated,
            Imprint::of(stated.algorithm, data),
            stated.algorithm,
            findings,
        ),
        Expected::Digest(given) => compare(&stated, Some(given.clone()), given.algorithm, findings),
    }
}

fn compare(
    stated: &Imprint,
    given: Option<Imprint>,
    algorithm: DigestAlgorithm,
    findings: &mut Findings,
) {
    let given = match given {
        Some(given) if given.algorithm == stated.algorithm => given,
        _ => {
            let params = [
                ("stated", stated.algorithm.name()),
                ("given", algorithm.name()),
            ];
            findings.add(&rules::IMPRINT_NOT_COMPARABLE, &params);
            return;
        }
    };
    let (given_hex, stated_hex) = (given.hex(), stated.hex());
    let params = [
        ("algorithm", stated.algorithm.name()),
        ("stated", &stated_hex),
        ("given", &given_hex),
    ];
    let rule = if given == *stated {
        &rules::IMPRINT_MATCHES
    } else {
        &rules::IMPRINT_MISMATCH
    };
    findings.add(rule, &params);
}
