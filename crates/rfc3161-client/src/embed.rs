//! Revocation lists put into a token (RFC 5652 §10.2.1). They stand outside of what the authority signed, so the
//! signature stays what it is; the octets of the token change, so this comes before anything hashes it.

use crate::ber::{self, Reader};
use crate::cms::MAX_TOKEN;
use crate::error::{ParseError, malformed};
use crate::token::Token;

const CERTIFICATES: u8 = ber::context(0);
const LISTS: u8 = ber::context(1);

/// The token with `lists` (in DER) among its revocation information. Every other element keeps its octets; lists that
/// are there already are not repeated. The version need not change, as only `other` kinds raise it (§5.1).
///
/// # Errors
/// `ParseError` when `token` is no bare token, or would grow beyond the budget for tokens.
pub fn embed_revocation_lists(token: &[u8], lists: &[Vec<u8>]) -> Result<Vec<u8>, ParseError> {
    let mut content_info = ber::whole_sequence(token, "ContentInfo")?;
    let content_type = content_info.element()?.raw;
    let mut explicit = content_info.expect(ber::context(0), "content")?.reader()?;
    let fields = explicit.sequence("SignedData")?;
    let signed_data = ber::encode(ber::SEQUENCE, &with_lists(fields, lists)?);
    let content = ber::encode(ber::context(0), &signed_data);
    let embedded = ber::encode_sequence(&[content_type, &content]);
    if embedded.len() > MAX_TOKEN {
        return Err(ParseError::LimitExceeded {
            what: "token",
            limit: MAX_TOKEN,
        });
    }
    Token::parse(&embedded)?;
    Ok(embedded)
}

/// The fields of `SignedData` (§5.1), the set of revocation information in its place and in DER order.
fn with_lists(mut fields: Reader<'_>, lists: &[Vec<u8>]) -> Result<Vec<u8>, ParseError> {
    let mut out = Vec::new();
    let mut choices = lists.to_vec();
    let mut signers = None;
    // version, digestAlgorithms, encapContentInfo
    for _ in 0..3 {
        out.extend_from_slice(fields.element()?.raw);
    }
    while !fields.is_empty() {
        let element = fields.element()?;
        match element.tag {
            CERTIFICATES => out.extend_from_slice(element.raw),
            LISTS => choices.extend(element.children_der()?),
            ber::SET => signers = Some(element.raw),
            _ => return Err(malformed("SignedData")),
        }
    }
    choices.sort();
    choices.dedup();
    if !choices.is_empty() {
        out.extend(ber::encode(LISTS, &choices.concat()));
    }
    out.extend_from_slice(signers.ok_or(malformed("signerInfos"))?);
    Ok(out)
}
