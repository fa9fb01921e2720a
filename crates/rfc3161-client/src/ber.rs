//! A tolerant reader of BER over raw slices (X.690 §8), and the few encodings that are written (X.690 §10).
//!
//! It accepts what time-stamp authorities really send: indefinite lengths, constructed octet strings, sets in
//! any order. It keeps the raw octets of every element, because signatures cover octets, not meanings.

use std::borrow::Cow;

use crate::error::{ParseError, malformed};

/// Nesting accepted; real tokens stay below 20.
pub(crate) const MAX_DEPTH: usize = 32;

pub(crate) const BOOLEAN: u8 = 0x01;
pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const NULL: u8 = 0x05;
pub(crate) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(crate) const ENUMERATED: u8 = 0x0a;
pub(crate) const UTC_TIME: u8 = 0x17;
pub(crate) const GENERALIZED_TIME: u8 = 0x18;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;
const CONSTRUCTED: u8 = 0x20;

/// Identifier octet of a constructed context tag `[number]`.
pub(crate) const fn context(number: u8) -> u8 {
    0xa0 | number
}

/// Identifier octet of a primitive context tag `[number]`.
pub(crate) const fn context_primitive(number: u8) -> u8 {
    0x80 | number
}

/// One element: identifier, content and the whole encoding.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Element<'a> {
    /// The identifier octet.
    pub tag: u8,
    /// The content octets, without any end-of-contents octets.
    pub content: &'a [u8],
    /// The whole encoding.
    pub raw: &'a [u8],
    /// Whether the length was of the indefinite form.
    pub indefinite: bool,
    depth: usize,
}

/// A position in a row of elements.
#[derive(Clone, Debug)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
    depth: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes,
            depth: 0,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The octets not yet read.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub(crate) fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// Reads the next element, whatever it is.
    pub(crate) fn element(&mut self) -> Result<Element<'a>, ParseError> {
        let (element, rest) = read(self.rest, self.depth)?;
        self.rest = rest;
        Ok(element)
    }

    /// Reads the next element, which must carry `tag`.
    pub(crate) fn expect(
        &mut self,
        tag: u8,
        what: &'static str,
    ) -> Result<Element<'a>, ParseError> {
        match self.peek() {
            Some(found) if found == tag => self.element(),
            found => Err(ParseError::UnexpectedTag {
                expected: what,
                found,
            }),
        }
    }

    /// Reads the next element when it carries `tag`.
    pub(crate) fn optional(&mut self, tag: u8) -> Result<Option<Element<'a>>, ParseError> {
        match self.peek() {
            Some(found) if found == tag => self.element().map(Some),
            _ => Ok(None),
        }
    }

    /// Reads a SEQUENCE and returns a reader of its content.
    pub(crate) fn sequence(&mut self, what: &'static str) -> Result<Reader<'a>, ParseError> {
        self.expect(SEQUENCE, what)?.reader()
    }

    /// Reads an OCTET STRING, primitive or constructed, and joins its segments.
    pub(crate) fn octet_string(&mut self, what: &'static str) -> Result<Cow<'a, [u8]>, ParseError> {
        let element = self.element()?;
        match element.tag {
            OCTET_STRING => Ok(Cow::Borrowed(element.content)),
            0x24 => element.joined_octets().map(Cow::Owned),
            found => Err(ParseError::UnexpectedTag {
                expected: what,
                found: Some(found),
            }),
        }
    }

    /// Reads an OBJECT IDENTIFIER in dotted form.
    pub(crate) fn oid(&mut self, what: &'static str) -> Result<String, ParseError> {
        crate::oid::dotted(self.expect(OBJECT_IDENTIFIER, what)?.content)
    }

    /// Reads an INTEGER and returns its content octets (two's complement, at least one).
    pub(crate) fn integer(&mut self, what: &'static str) -> Result<&'a [u8], ParseError> {
        self.expect(INTEGER, what)?.integer_octets(what)
    }

    /// Reads an INTEGER from 0 to 2^63-1.
    pub(crate) fn small_integer(&mut self, what: &'static str) -> Result<u64, ParseError> {
        small(self.integer(what)?).ok_or(malformed(what))
    }

    /// Ends the reading: nothing may be left.
    pub(crate) fn finish(&self, what: &'static str) -> Result<(), ParseError> {
        if self.rest.is_empty() {
            return Ok(());
        }
        Err(ParseError::TrailingBytes {
            what,
            count: self.rest.len(),
        })
    }

    /// Reads all elements left, at most `limit` of them.
    pub(crate) fn all(
        &mut self,
        what: &'static str,
        limit: usize,
    ) -> Result<Vec<Element<'a>>, ParseError> {
        let mut elements = Vec::new();
        while !self.is_empty() {
            if elements.len() == limit {
                return Err(ParseError::LimitExceeded { what, limit });
            }
            elements.push(self.element()?);
        }
        Ok(elements)
    }
}

impl<'a> Element<'a> {
    /// A reader of the content, one level deeper.
    pub(crate) fn reader(&self) -> Result<Reader<'a>, ParseError> {
        let depth = self.depth.saturating_add(1);
        if depth > MAX_DEPTH {
            return Err(ParseError::LimitExceeded {
                what: "nesting",
                limit: MAX_DEPTH,
            });
        }
        Ok(Reader {
            rest: self.content,
            depth,
        })
    }

    /// The content octets of an INTEGER; an empty one is malformed (X.690 §8.3.1).
    pub(crate) fn integer_octets(&self, what: &'static str) -> Result<&'a [u8], ParseError> {
        if self.content.is_empty() {
            Err(malformed(what))
        } else {
            Ok(self.content)
        }
    }

    fn is_constructed(&self) -> bool {
        self.tag & CONSTRUCTED != 0
    }

    /// Joins the segments of a constructed string (X.690 §8.7.3).
    pub(crate) fn joined_octets(&self) -> Result<Vec<u8>, ParseError> {
        let mut joined = Vec::with_capacity(self.content.len());
        let mut segments = self.reader()?;
        while !segments.is_empty() {
            joined.extend_from_slice(&segments.octet_string("segment of an octet string")?);
        }
        Ok(joined)
    }

    /// Octets of an implicitly tagged OCTET STRING, primitive or constructed.
    pub(crate) fn implicit_octets(&self) -> Result<Cow<'a, [u8]>, ParseError> {
        if self.is_constructed() {
            self.joined_octets().map(Cow::Owned)
        } else {
            Ok(Cow::Borrowed(self.content))
        }
    }

    /// The value of a BOOLEAN content.
    pub(crate) fn boolean(&self) -> Result<bool, ParseError> {
        match self.content {
            [octet] => Ok(*octet != 0),
            _ => Err(malformed("BOOLEAN")),
        }
    }

    /// The octets of a BIT STRING of whole octets.
    pub(crate) fn bit_string(&self) -> Result<&'a [u8], ParseError> {
        match self.content {
            [0, octets @ ..] => Ok(octets),
            _ => Err(malformed("BIT STRING")),
        }
    }

    /// The same element in DER: definite shortest lengths, joined strings, sets in order (X.690 §10, §11).
    pub(crate) fn to_der(self) -> Result<Vec<u8>, ParseError> {
        if self.tag == OCTET_STRING | CONSTRUCTED {
            return Ok(encode(OCTET_STRING, &self.joined_octets()?));
        }
        if self.tag == BOOLEAN {
            return Ok(encode(BOOLEAN, &[if self.boolean()? { 0xff } else { 0 }]));
        }
        if !self.is_constructed() {
            return Ok(encode(self.tag, self.content));
        }
        let mut children = self.children_der()?;
        if self.tag == SET {
            children.sort();
        }
        Ok(encode(self.tag, &children.concat()))
    }

    /// The children, each in DER, in the order in which they stand.
    pub(crate) fn children_der(&self) -> Result<Vec<Vec<u8>>, ParseError> {
        let mut reader = self.reader()?;
        let mut children = Vec::new();
        while !reader.is_empty() {
            children.push(reader.element()?.to_der()?);
        }
        Ok(children)
    }
}

/// Reads exactly one element that fills `bytes`.
pub(crate) fn whole<'a>(bytes: &'a [u8], what: &'static str) -> Result<Element<'a>, ParseError> {
    let mut reader = Reader::new(bytes);
    let element = reader.element()?;
    reader.finish(what)?;
    Ok(element)
}

/// Reads exactly one SEQUENCE that fills `bytes` and returns a reader of its content.
pub(crate) fn whole_sequence<'a>(
    bytes: &'a [u8],
    what: &'static str,
) -> Result<Reader<'a>, ParseError> {
    let mut reader = Reader::new(bytes);
    let content = reader.sequence(what)?;
    reader.finish(what)?;
    Ok(content)
}

/// A non-negative INTEGER content that fits 63 bits.
pub(crate) fn small(content: &[u8]) -> Option<u64> {
    if content.first()? & 0x80 != 0 {
        return None;
    }
    let digits = magnitude(content);
    if digits.len() > 8 {
        return None;
    }
    Some(
        digits
            .iter()
            .fold(0, |value, octet| value << 8 | u64::from(*octet)),
    )
}

/// Content octets of a non-negative INTEGER without leading zeros.
pub(crate) fn magnitude(content: &[u8]) -> &[u8] {
    let zeros = content.iter().take_while(|octet| **octet == 0).count();
    content.get(zeros..).unwrap_or_default()
}

fn read(bytes: &[u8], depth: usize) -> Result<(Element<'_>, &[u8]), ParseError> {
    let Some((&tag, after_tag)) = bytes.split_first() else {
        return Err(ParseError::UnexpectedTag {
            expected: "an element",
            found: None,
        });
    };
    if tag & 0x1f == 0x1f {
        // No type of CMS, TSP or PKIX has a tag number above 30.
        return Err(malformed("identifier octets"));
    }
    let (length, body) = read_length(after_tag)?;
    let header = bytes.len().saturating_sub(body.len());
    let (content_length, total, indefinite) = match length {
        Some(length) => (length, header.saturating_add(length), false),
        None if tag & CONSTRUCTED == 0 => return Err(malformed("indefinite length")),
        None => {
            let length = end_of_contents(body, depth.saturating_add(1))?;
            (
                length,
                header.saturating_add(length).saturating_add(2),
                true,
            )
        }
    };
    let content = body.get(..content_length).ok_or(ParseError::Truncated {
        missing: content_length.saturating_sub(body.len()),
    })?;
    let (raw, rest) = bytes
        .split_at_checked(total)
        .ok_or(ParseError::Truncated { missing: 2 })?;
    Ok((
        Element {
            tag,
            content,
            raw,
            indefinite,
            depth,
        },
        rest,
    ))
}

/// Reads length octets; `None` is the indefinite form.
fn read_length(bytes: &[u8]) -> Result<(Option<usize>, &[u8]), ParseError> {
    let (&first, rest) = bytes
        .split_first()
        .ok_or(ParseError::Truncated { missing: 1 })?;
    match first {
        0..=0x7f => Ok((Some(usize::from(first)), rest)),
        0x80 => Ok((None, rest)),
        0x81..=0x88 => {
            let (octets, rest) = rest
                .split_at_checked(usize::from(first & 0x7f))
                .ok_or(ParseError::Truncated { missing: 1 })?;
            let length = octets
                .iter()
                .fold(0u64, |value, octet| value << 8 | u64::from(*octet));
            Ok((
                Some(usize::try_from(length).map_err(|_| malformed("length"))?),
                rest,
            ))
        }
        _ => Err(malformed("length")),
    }
}

/// Length of the content before the end-of-contents octets (X.690 §8.1.5).
fn end_of_contents(bytes: &[u8], depth: usize) -> Result<usize, ParseError> {
    if depth > MAX_DEPTH {
        return Err(ParseError::LimitExceeded {
            what: "nesting",
            limit: MAX_DEPTH,
        });
    }
    let mut rest = bytes;
    while !rest.starts_with(&[0, 0]) {
        rest = read(rest, depth)?.1;
    }
    Ok(bytes.len().saturating_sub(rest.len()))
}

/// Encodes one element in DER.
pub(crate) fn encode(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(content.len().saturating_add(6));
    out.push(tag);
    let octets = content.len().to_be_bytes();
    let digits = magnitude(&octets);
    match digits {
        [] => out.push(0),
        [one] if *one < 0x80 => out.push(*one),
        // A length has at most eight octets, so the sum stays below 0x89.
        _ => {
            out.push(0x80 | u8::try_from(digits.len()).unwrap_or(8));
            out.extend_from_slice(digits);
        }
    }
    out.extend_from_slice(content);
    out
}

/// Encodes a SEQUENCE of parts already encoded.
pub(crate) fn encode_sequence(parts: &[&[u8]]) -> Vec<u8> {
    encode(SEQUENCE, &parts.concat())
}

/// Encodes a non-negative INTEGER from its big-endian magnitude.
pub(crate) fn encode_unsigned(bytes: &[u8]) -> Vec<u8> {
    encode(INTEGER, &unsigned_content(bytes))
}

/// Content octets of the INTEGER with this magnitude.
pub(crate) fn unsigned_content(bytes: &[u8]) -> Vec<u8> {
    let digits = magnitude(bytes);
    let mut content = Vec::with_capacity(digits.len().saturating_add(1));
    if digits.first().is_none_or(|octet| octet & 0x80 != 0) {
        content.push(0);
    }
    content.extend_from_slice(digits);
    content
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_indefinite_lengths_and_joins_segments() {
        // [constructed OCTET STRING, indefinite] { 04 02 "ab", 24 03 { 04 01 "c" } }
        let bytes = [
            0x24, 0x80, 4, 2, b'a', b'b', 0x24, 3, 4, 1, b'c', 0, 0, 0xff,
        ];
        let mut reader = Reader::new(&bytes);
        assert_eq!(reader.octet_string("test").unwrap().as_ref(), b"abc");
        assert_eq!(reader.rest(), [0xff]);
    }

    #[test]
    fn refuses_what_is_cut_off_or_too_deep() {
        assert_eq!(
            Reader::new(&[0x30, 5, 1]).element().unwrap_err(),
            ParseError::Truncated { missing: 4 }
        );
        assert!(Reader::new(&[0x30, 0x80, 1, 1, 0]).element().is_err());
        let deep = [0x30, 0x80].repeat(40);
        assert_eq!(
            Reader::new(&deep).element().unwrap_err(),
            ParseError::LimitExceeded {
                what: "nesting",
                limit: MAX_DEPTH
            }
        );
        assert!(
            Reader::new(&[0x30, 0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])
                .element()
                .is_err()
        );
    }

    #[test]
    fn re_encodes_in_der() {
        let bytes = [0x31, 0x80, 2, 1, 9, 1, 1, 1, 0, 0];
        assert_eq!(
            whole(&bytes, "set").unwrap().to_der().unwrap(),
            [0x31, 6, 1, 1, 0xff, 2, 1, 9]
        );
        assert_eq!(encode_unsigned(&[0, 0x80]), [2, 2, 0, 0x80]);
        assert_eq!(encode_unsigned(&[]), [2, 1, 0]);
        assert_eq!(encode(OCTET_STRING, &[7; 300])[..4], [4, 0x82, 1, 44]);
    }
}
