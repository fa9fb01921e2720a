//! The envelope: `ContentInfo`, `SignedData` and the form of its signer (RFC 5652 §3, §5).

use crate::finding::Findings;
use crate::rules;
use crate::token::Token;

/// Checks form and counts.
pub(crate) fn check(token: &Token, findings: &mut Findings) {
    if token.trailing > 0 {
        findings.add(
            &rules::TRAILING_BYTES,
            &[("count", &token.trailing.to_string())],
        );
    }
    let signed_data = &token.signed_data;
    // §5.1: 3 is the least for a content that is not id-data; attribute certificates raise it to 5 at most.
    if !(3..=5).contains(&signed_data.version) {
        findings.add(
            &rules::SIGNED_DATA_VERSION,
            &[("version", &signed_data.version.to_string())],
        );
    }
    if signed_data.passed_over > 0 {
        findings.add(
            &rules::ENTRIES_PASSED_OVER,
            &[("count", &signed_data.passed_over.to_string())],
        );
    }
    let Some(signer) = token.signer_info() else {
        findings.add(
            &rules::SIGNER_COUNT,
            &[("count", &signed_data.signers.len().to_string())],
        );
        return;
    };
    if signer.version != signer.due_version() {
        let (version, due) = (signer.version.to_string(), signer.due_version().to_string());
        findings.add(
            &rules::SIGNER_VERSION,
            &[("version", &version), ("due", &due)],
        );
    }
    let announced = signed_data
        .digest_algorithms
        .iter()
        .any(|known| known.is_same(&signer.digest_algorithm));
    if !announced {
        findings.add(
            &rules::DIGEST_NOT_ANNOUNCED,
            &[("algorithm", &signer.digest_algorithm.oid)],
        );
    }
}
