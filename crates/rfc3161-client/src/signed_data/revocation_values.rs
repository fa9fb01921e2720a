//! Revocation data among the unsigned attributes of a signature (RFC 5126 §6.3.4), for readers whose `crls` hold lists
//! alone (GB/T 35275).

use crate::ber::{self, Element};
use crate::cms::{MAX_SET, SignerInfo};
use crate::error::ParseError;
use crate::oid;
use crate::revocation::is_ocsp_response;

/// Its lists, and its OCSP responses each in the `OCSPResponse` that it was taken from. A value that cannot be read says
/// nothing, and neither do all where they hold more than [`MAX_SET`] together.
pub(super) fn of(signer: &SignerInfo) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for value in signer.unsigned_values(oid::REVOCATION_VALUES) {
        match statements(&value) {
            Ok(more) => found.extend(more),
            Err(ParseError::LimitExceeded { .. }) => return Vec::new(),
            Err(_) => {}
        }
    }
    match found.len() > MAX_SET {
        true => Vec::new(),
        false => found,
    }
}

fn statements(value: &[u8]) -> Result<Vec<Vec<u8>>, ParseError> {
    let mut fields = ber::whole_sequence(value, "RevocationValues")?;
    let mut found = Vec::new();
    if let Some(lists) = fields.optional(ber::context(0))? {
        // A response among the lists is none of them, and is taken for one that cannot be read.
        let lists = each(&lists)?.into_iter();
        found.extend(lists.map(|list| match is_ocsp_response(list.raw) {
            true => Vec::new(),
            false => list.raw.to_vec(),
        }));
    }
    if let Some(responses) = fields.optional(ber::context(1))? {
        found.extend(each(&responses)?.iter().map(|basic| whole(basic.raw)));
    }
    Ok(found)
}

/// The members of an explicitly tagged SEQUENCE OF.
fn each<'a>(tagged: &Element<'a>) -> Result<Vec<Element<'a>>, ParseError> {
    let mut list = tagged.reader()?.sequence("RevocationValues")?;
    list.all("RevocationValues", MAX_SET)
}

/// A successful `OCSPResponse` with that basic response (RFC 6960 §4.2.1).
fn whole(basic: &[u8]) -> Vec<u8> {
    const SUCCESSFUL: [u8; 3] = [ber::ENUMERATED, 1, 0];
    const BASIC: [u8; 11] = [ber::OBJECT_IDENTIFIER, 9, 0x2b, 6, 1, 5, 5, 7, 48, 1, 1];
    let body = ber::encode_sequence(&[&BASIC, &ber::encode(ber::OCTET_STRING, basic)]);
    ber::encode_sequence(&[&SUCCESSFUL, &ber::encode(ber::context(0), &body)])
}
