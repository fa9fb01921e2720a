//! Signature dictionaries (ISO 32000-2 §12.8.1) with room for what is made after the rest of the file stands.

use std::ops::Range;

use fidem_pdf::{Object, Reference};

use crate::error::SignError;
use crate::update::{Update, write_hexadecimal, write_object};

/// `ByteRange` with ten digits for each number that is not yet known; the reader takes offsets of ten digits at most.
const BYTE_RANGE: &str = "/ByteRange [0 ##########  ##########  ##########]";

/// A dictionary in octets, with the places to fill in.
pub(crate) struct Draft {
    octets: Vec<u8>,
    byte_range: usize,
    contents: Range<usize>,
}

impl Draft {
    /// Entries, then /ByteRange, then /Contents with room for `room` octets.
    pub(crate) fn of(entries: &[(&str, Object)], room: usize) -> Self {
        let mut octets = b"<<".to_vec();
        for (key, value) in entries {
            octets.push(b'/');
            octets.extend_from_slice(key.as_bytes());
            octets.push(b' ');
            write_object(value, &mut octets);
        }
        let byte_range = octets.len();
        octets.extend_from_slice(BYTE_RANGE.as_bytes());
        octets.extend_from_slice(b"/Contents ");
        let start = octets.len();
        octets.push(b'<');
        octets.resize(octets.len() + 2 * room, b'0');
        octets.push(b'>');
        let contents = start..octets.len();
        octets.extend_from_slice(b">>");
        Self {
            octets,
            byte_range,
            contents,
        }
    }
}

/// A file that lacks nothing but the contents of its newest signature.
#[derive(Debug, Clone)]
pub(crate) struct Unfilled {
    bytes: Vec<u8>,
    /// The hexadecimal string with its angle brackets.
    contents: Range<usize>,
}

impl Unfilled {
    /// Writes the update with the draft at `reference`, and the byte range into it.
    pub(crate) fn write(
        mut update: Update<'_>,
        reference: Reference,
        draft: Draft,
    ) -> Result<Self, SignError> {
        update.put_verbatim(reference, draft.octets);
        let (mut bytes, start) = update.write(Some(reference))?;
        let contents = start + draft.contents.start..start + draft.contents.end;
        let after = bytes.len() - contents.end;
        let range = format!(
            "/ByteRange [0 {:<10}  {:<10}  {:<10}]",
            contents.start, contents.end, after
        );
        let place = start + draft.byte_range;
        if range.len() != BYTE_RANGE.len() {
            return Err(SignError::Structure("ByteRange"));
        }
        bytes[place..place + range.len()].copy_from_slice(range.as_bytes());
        Ok(Self { bytes, contents })
    }

    /// The octets before and after the contents: what is signed.
    pub(crate) fn covered(&self) -> [&[u8]; 2] {
        [
            &self.bytes[..self.contents.start],
            &self.bytes[self.contents.end..],
        ]
    }

    /// Offset and length of both parts.
    pub(crate) fn byte_range(&self) -> [usize; 4] {
        let end = self.contents.end;
        [0, self.contents.start, end, self.bytes.len() - end]
    }

    /// The finished file.
    pub(crate) fn fill(mut self, octets: &[u8]) -> Result<Vec<u8>, SignError> {
        let room = (self.contents.len() - 2) / 2;
        if octets.len() > room {
            return Err(SignError::Room {
                needed: octets.len(),
                room,
            });
        }
        let mut digits = Vec::with_capacity(2 * octets.len());
        write_hexadecimal(octets, &mut digits);
        let start = self.contents.start + 1;
        self.bytes[start..start + digits.len()].copy_from_slice(&digits);
        Ok(self.bytes)
    }
}
