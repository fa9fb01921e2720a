//! Certificates and revocation lists put into a token (RFC 5652 §10.2). They stand outside of what the authority signed,
//! so the signature stays what it is; the octets of the token change, so this comes before anything hashes it.

use crate::ber::{self, Element, Reader};
use crate::cms::MAX_TOKEN;
use crate::error::{ParseError, malformed};
use crate::token::Token;

const CERTIFICATES: u8 = ber::context(0);
const LISTS: u8 = ber::context(1);

/// The token with these certificates and revocation lists (in DER) among its own, so that it can be validated when nobody
/// is left to ask. Every other element keeps its octets; what is there already is not repeated. The version need not
/// change, as only `other` kinds raise it (§5.1).
///
/// # Errors
/// `ParseError` when `token` is no bare token, or would grow beyond the budget for tokens.
pub fn embed_validation_data(
    token: &[u8],
    certificates: &[Vec<u8>],
    lists: &[Vec<u8>],
) -> Result<Vec<u8>, ParseError> {
    let mut content_info = ber::whole_sequence(token, "ContentInfo")?;
    let content_type = content_info.element()?.raw;
    let mut explicit = content_info.expect(ber::context(0), "content")?.reader()?;
    let fields = explicit.sequence("SignedData")?;
    let signed_data = ber::encode(ber::SEQUENCE, &with_data(fields, certificates, lists)?);
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

/// The token without any revocation information. Authorities put in lists of their own, also about certificates above
/// the anchor, which say nothing to whoever verifies.
///
/// # Errors
/// `ParseError` when `token` is no bare token.
pub fn without_revocation_data(token: &[u8]) -> Result<Vec<u8>, ParseError> {
    let mut content_info = ber::whole_sequence(token, "ContentInfo")?;
    let content_type = content_info.element()?.raw;
    let mut explicit = content_info.expect(ber::context(0), "content")?.reader()?;
    let mut fields = explicit.sequence("SignedData")?;
    let mut kept = Vec::new();
    while !fields.is_empty() {
        let element = fields.element()?;
        if element.tag != LISTS {
            kept.extend_from_slice(element.raw);
        }
    }
    let content = ber::encode(ber::context(0), &ber::encode(ber::SEQUENCE, &kept));
    let bare = ber::encode_sequence(&[content_type, &content]);
    Token::parse(&bare)?;
    Ok(bare)
}

/// The fields of `SignedData` (§5.1), both sets in their places. A set to which nothing is added keeps its octets; one
/// that grows is put in DER order.
fn with_data(
    mut fields: Reader<'_>,
    certificates: &[Vec<u8>],
    lists: &[Vec<u8>],
) -> Result<Vec<u8>, ParseError> {
    let mut out = Vec::new();
    let (mut bag, mut revocation, mut signers) = (None, None, None);
    // version, digestAlgorithms, encapContentInfo
    for _ in 0..3 {
        out.extend_from_slice(fields.element()?.raw);
    }
    while !fields.is_empty() {
        let element = fields.element()?;
        match element.tag {
            CERTIFICATES => bag = Some(element),
            LISTS => revocation = Some(element),
            ber::SET => signers = Some(element.raw),
            _ => return Err(malformed("SignedData")),
        }
    }
    out.extend(grown(CERTIFICATES, bag, certificates)?);
    out.extend(grown(LISTS, revocation, lists)?);
    out.extend_from_slice(signers.ok_or(malformed("signerInfos"))?);
    Ok(out)
}

fn grown(tag: u8, set: Option<Element<'_>>, added: &[Vec<u8>]) -> Result<Vec<u8>, ParseError> {
    let mut members = match &set {
        Some(set) => set.children_der()?,
        None => Vec::new(),
    };
    let before = members.len();
    for one in added {
        if !members.contains(one) {
            members.push(one.clone());
        }
    }
    match (set, members.len() == before) {
        (Some(set), true) => Ok(set.raw.to_vec()),
        (None, true) => Ok(Vec::new()),
        (_, false) => {
            members.sort();
            Ok(ber::encode(tag, &members.concat()))
        }
    }
}
