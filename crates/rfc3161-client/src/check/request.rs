//! Whether the token answers the request (RFC 3161 §2.4.1, §2.4.2).

use crate::ber;
use crate::digest::hex;
use crate::finding::{Findings, borrowed};
use crate::request::TimeStampRequest;
use crate::rules;
use crate::token::Token;

/// Compares imprint, nonce, policy and the presence of certificates.
pub(crate) fn check(request: &TimeStampRequest, token: &Token, findings: &mut Findings) {
    let stated = token.tst_info();
    if stated.message_imprint.imprint().as_ref() != Some(&request.imprint) {
        let params = [
            ("requested", request.imprint.hex()),
            ("stated", hex(&stated.message_imprint.value)),
            ("algorithm", stated.message_imprint.algorithm_oid.clone()),
        ];
        findings.add(&rules::REQUEST_IMPRINT_MISMATCH, &borrowed(&params));
    }
    check_nonce(request, stated.nonce.as_deref(), findings);
    if let Some(policy) = request.policy.as_deref()
        && policy != stated.policy
    {
        findings.add(
            &rules::POLICY_NOT_REQUESTED,
            &[("requested", policy), ("stated", &stated.policy)],
        );
    }
    match (request.cert_req, token.certificates().is_empty()) {
        (true, true) => findings.add(&rules::REQUESTED_CERTIFICATES_MISSING, &[]),
        (false, false) => findings.add(&rules::CERTIFICATES_NOT_REQUESTED, &[]),
        _ => {}
    }
}

fn check_nonce(request: &TimeStampRequest, stated: Option<&[u8]>, findings: &mut Findings) {
    let Some(nonce) = &request.nonce else {
        return;
    };
    let requested = ber::unsigned_content(nonce);
    match stated {
        None => findings.add(&rules::NONCE_MISSING, &[("requested", &hex(nonce))]),
        // The sign octet counts: a nonce that lost it is another number.
        Some(stated) if is_same_integer(stated, &requested) => {}
        Some(stated) => findings.add(
            &rules::NONCE_MISMATCH,
            &[("requested", &hex(nonce)), ("stated", &hex(stated))],
        ),
    }
}

fn is_same_integer(left: &[u8], right: &[u8]) -> bool {
    let is_negative = |content: &[u8]| content.first().is_some_and(|octet| octet & 0x80 != 0);
    is_negative(left) == is_negative(right) && ber::magnitude(left) == ber::magnitude(right)
}
