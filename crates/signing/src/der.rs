//! DER (X.690) written and read, as little of it as signatures need.

pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(crate) const ENUMERATED: u8 = 0x0a;
pub(crate) const UTC_TIME: u8 = 0x17;
pub(crate) const GENERALIZED_TIME: u8 = 0x18;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;
pub(crate) const NULL: &[u8] = &[5, 0];

/// Object identifiers, as the content octets of their elements.
pub(crate) mod oid {
    // RFC 5652, RFC 5035, RFC 3161
    pub(crate) const DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1];
    pub(crate) const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2];
    pub(crate) const CONTENT_TYPE: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 3];
    pub(crate) const MESSAGE_DIGEST: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 4];
    pub(crate) const SIGNING_TIME: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 5];
    pub(crate) const SIGNATURE_TIME_STAMP: &[u8] =
        &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 2, 14];
    // RFC 5126
    pub(crate) const REVOCATION_VALUES: &[u8] =
        &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 2, 24];
    pub(crate) const SIGNING_CERTIFICATE_V2: &[u8] =
        &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 2, 47];
    // GM/T 0010: the content types of signed data under SM2
    pub(crate) const GM_DATA: &[u8] = &[0x2a, 0x81, 0x1c, 0xcf, 0x55, 6, 1, 4, 2, 1];
    pub(crate) const GM_SIGNED_DATA: &[u8] = &[0x2a, 0x81, 0x1c, 0xcf, 0x55, 6, 1, 4, 2, 2];
    // digests
    pub(crate) const SHA1: &[u8] = &[0x2b, 0x0e, 3, 2, 26];
    pub(crate) const SHA256: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1];
    pub(crate) const SHA384: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 2];
    pub(crate) const SM3: &[u8] = &[0x2a, 0x81, 0x1c, 0xcf, 0x55, 1, 0x83, 0x11];
    // signatures
    pub(crate) const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
    pub(crate) const RSA_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11];
    pub(crate) const RSA_SHA384: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 12];
    pub(crate) const RSA_SHA512: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 13];
    pub(crate) const ECDSA_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
    pub(crate) const ECDSA_SHA384: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 3];
    pub(crate) const SM2_SM3: &[u8] = &[0x2a, 0x81, 0x1c, 0xcf, 0x55, 1, 0x83, 0x75];
    // keys
    pub(crate) const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
    pub(crate) const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
    pub(crate) const P384: &[u8] = &[0x2b, 0x81, 4, 0, 34];
    pub(crate) const SM2: &[u8] = &[0x2a, 0x81, 0x1c, 0xcf, 0x55, 1, 0x82, 0x2d];
    // OCSP
    pub(crate) const OCSP_BASIC: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 48, 1, 1];
}

/// One element over parts laid end to end.
pub(crate) fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut octets = vec![tag];
    match u8::try_from(length) {
        Ok(short) if short < 0x80 => octets.push(short),
        _ => {
            let bytes = length.to_be_bytes();
            let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
            let count = u8::try_from(bytes.len() - zeros).unwrap_or(8);
            octets.push(0x80 | count);
            octets.extend_from_slice(&bytes[zeros..]);
        }
    }
    for part in parts {
        octets.extend_from_slice(part);
    }
    octets
}

pub(crate) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    element(SEQUENCE, parts)
}

pub(crate) fn object(identifier: &[u8]) -> Vec<u8> {
    element(OBJECT_IDENTIFIER, &[identifier])
}

/// A whole number below 128.
pub(crate) fn small(number: u8) -> Vec<u8> {
    element(INTEGER, &[&[number]])
}

/// SET OF in the order of DER (X.690 §11.6).
pub(crate) fn set_of(mut members: Vec<Vec<u8>>) -> Vec<u8> {
    members.sort();
    let members: Vec<&[u8]> = members.iter().map(Vec::as_slice).collect();
    element(SET, &members)
}

/// An element with what stands after it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Element<'a> {
    pub(crate) tag: u8,
    pub(crate) content: &'a [u8],
    /// Tag, length and content.
    pub(crate) raw: &'a [u8],
}

/// Elements one after another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl<'a> Reader<'a> {
    /// The next element, of any tag; lengths are definite and of at most four octets.
    pub(crate) fn next(&mut self) -> Option<Element<'a>> {
        let (&tag, &first) = (self.0.first()?, self.0.get(1)?);
        let (header, length) = match first {
            0..=0x7f => (2, usize::from(first)),
            0x81..=0x84 => {
                let count = usize::from(first & 0x7f);
                let digits = self.0.get(2..2 + count)?;
                let length = digits
                    .iter()
                    .fold(0_u64, |sum, digit| sum << 8 | u64::from(*digit));
                (2 + count, usize::try_from(length).ok()?)
            }
            _ => return None,
        };
        let end = header.checked_add(length)?;
        let raw = self.0.get(..end)?;
        self.0 = &self.0[end..];
        Some(Element {
            tag,
            content: &raw[header..],
            raw,
        })
    }

    /// The next element if it has this tag.
    pub(crate) fn expect(&mut self, tag: u8) -> Option<Element<'a>> {
        self.optional(tag)
    }

    /// The next element if it has this tag; otherwise nothing is read.
    pub(crate) fn optional(&mut self, tag: u8) -> Option<Element<'a>> {
        let mut ahead = *self;
        let element = ahead.next().filter(|element| element.tag == tag)?;
        *self = ahead;
        Some(element)
    }

    /// What is inside the next element of this tag.
    pub(crate) fn enter(&mut self, tag: u8) -> Option<Reader<'a>> {
        self.expect(tag).map(|element| Reader(element.content))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_as_short_as_they_can_be() {
        assert_eq!(element(OCTET_STRING, &[&[7; 3]]), [4, 3, 7, 7, 7]);
        assert_eq!(element(OCTET_STRING, &[&[0; 0x7f]])[..2], [4, 0x7f]);
        assert_eq!(element(OCTET_STRING, &[&[0; 0x80]])[..3], [4, 0x81, 0x80]);
        assert_eq!(element(SEQUENCE, &[&[0; 300]])[..4], [0x30, 0x82, 1, 0x2c]);
    }

    #[test]
    fn members_of_a_set_are_ordered() {
        let set = set_of(vec![small(9), small(1)]);
        assert_eq!(set, [0x31, 6, 2, 1, 1, 2, 1, 9]);
    }

    #[test]
    fn what_is_written_is_read() {
        let long = element(OCTET_STRING, &[&[5; 70_000]]);
        let outer = sequence(&[&small(3), &long]);
        let mut fields = Reader(&outer).enter(SEQUENCE).unwrap();
        assert_eq!(fields.expect(INTEGER).unwrap().content, [3]);
        assert!(fields.optional(INTEGER).is_none());
        assert_eq!(fields.expect(OCTET_STRING).unwrap().raw, long);
        assert!(fields.next().is_none());
        assert!(
            Reader(&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff])
                .next()
                .is_none()
        );
        assert!(Reader(&[0x30, 0x80, 0, 0]).next().is_none());
    }
}
