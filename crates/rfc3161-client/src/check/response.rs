//! The response around the token (RFC 3161 §2.4.2).

use crate::finding::Findings;
use crate::response::{TimeStampResponse, is_response};
use crate::rules;

/// The octets of the token in `bytes`, which are a token or a whole response; none when there is nothing to judge.
pub(crate) fn token(bytes: &[u8], findings: &mut Findings) -> Option<Vec<u8>> {
    if is_response(bytes) {
        token_of_response(bytes, findings)
    } else {
        Some(bytes.to_vec())
    }
}

/// The octets of the token in a response that must be one.
pub(crate) fn token_of_response(bytes: &[u8], findings: &mut Findings) -> Option<Vec<u8>> {
    let response = match TimeStampResponse::parse(bytes) {
        Ok(response) => response,
        Err(error) => {
            findings.add(&rules::RESPONSE_MALFORMED, &[("error", &error.to_string())]);
            return None;
        }
    };
    if !response.is_granted() {
        let params = [
            ("status", response.status_name()),
            ("failures", &response.failure_names().join(" ")),
            ("text", &response.status_strings.join(" ")),
        ];
        findings.add(&rules::RESPONSE_REFUSED, &params);
    } else if response.token.is_none() {
        findings.add(
            &rules::RESPONSE_WITHOUT_TOKEN,
            &[("status", response.status_name())],
        );
    }
    response.token
}
