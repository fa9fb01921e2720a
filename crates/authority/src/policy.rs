//! Object identifiers with arcs of up to 128 bits (ITU-T X.660: UUID-based arcs under 2.25), which
//! the general type of the `der` crate cannot hold.

use der::{DecodeValue, EncodeValue, FixedTag, Header, Length, Reader, Tag, Writer};

/// The contents octets of an OBJECT IDENTIFIER (X.690 §8.19): a time-stamping policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PolicyId(Vec<u8>);

impl PolicyId {
    /// Reads the dotted form, such as `1.3.6.1.4.1.99999.1`. `None` when it is not one.
    pub(crate) fn parse(dotted: &str) -> Option<Self> {
        let mut arcs = Vec::new();
        for part in dotted.split('.') {
            let plain = part.bytes().all(|byte| byte.is_ascii_digit());
            let shortest = part == "0" || !part.starts_with('0');
            if !plain || !shortest {
                return None;
            }
            arcs.push(part.parse::<u128>().ok()?);
        }
        let [first, second, rest @ ..] = arcs.as_slice() else {
            return None;
        };
        if *first > 2 || (*first < 2 && *second > 39) {
            return None;
        }
        let mut contents = Vec::new();
        push_arc(&mut contents, second.checked_add(first * 40)?);
        for arc in rest {
            push_arc(&mut contents, *arc);
        }
        Some(Self(contents))
    }
}

/// Base 128, most significant group first, the top bit set on all groups but the last.
fn push_arc(contents: &mut Vec<u8>, arc: u128) {
    let mut groups = Vec::new();
    let mut rest = arc;
    loop {
        let group = rest.to_le_bytes()[0] & 0x7f;
        groups.push(if groups.is_empty() {
            group
        } else {
            group | 0x80
        });
        rest >>= 7;
        if rest == 0 {
            break;
        }
    }
    contents.extend(groups.iter().rev());
}

impl FixedTag for PolicyId {
    const TAG: Tag = Tag::ObjectIdentifier;
}

impl<'a> DecodeValue<'a> for PolicyId {
    type Error = der::Error;

    fn decode_value<R: Reader<'a>>(reader: &mut R, header: Header) -> der::Result<Self> {
        Ok(Self(reader.read_vec(header.length())?))
    }
}

impl EncodeValue for PolicyId {
    fn value_len(&self) -> der::Result<Length> {
        Length::try_from(self.0.len())
    }

    fn encode_value(&self, writer: &mut impl Writer) -> der::Result<()> {
        writer.write(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arcs_are_base_128() {
        let rsadsi = PolicyId::parse("1.2.840.113549").map(|policy| policy.0);
        assert_eq!(rsadsi, Some(vec![0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d]));
        assert_eq!(
            PolicyId::parse("2.999.3").map(|p| p.0),
            Some(vec![0x88, 0x37, 0x03])
        );
    }

    #[test]
    fn what_is_no_identifier_is_refused() {
        for text in [
            "", "1", "3.1", "1.40", "1..2", "1.2.", "1.2.x", "1.02.3", "+1.2",
        ] {
            assert_eq!(PolicyId::parse(text), None, "{text}");
        }
    }
}
