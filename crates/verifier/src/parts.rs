//! Length-prefixed parts of one buffer.

use fidem_package::{Source, SourceError};

/// Octets of a length.
const PREFIX: usize = 4;

/// The parts, or `None` when a length does not fit what is left.
pub(crate) fn split(mut rest: &[u8]) -> Option<Vec<&[u8]>> {
    let mut parts = Vec::new();
    while !rest.is_empty() {
        let (prefix, after) = rest.split_first_chunk::<PREFIX>()?;
        let length = usize::try_from(u32::from_le_bytes(*prefix)).ok()?;
        let (part, left) = after.split_at_checked(length)?;
        parts.push(part);
        rest = left;
    }
    Some(parts)
}

/// One part, read in place: the request may fill most of the memory there is.
pub(crate) struct Part<'a>(pub(crate) &'a [u8]);

impl Source for Part<'_> {
    fn len(&self) -> u64 {
        Source::len(self.0)
    }

    fn read_at(&self, offset: u64, out: &mut [u8]) -> Result<(), SourceError> {
        self.0.read_at(offset, out)
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn parts_are_split_by_their_lengths() {
        assert_eq!(split(b""), Some(vec![]));
        assert_eq!(
            split(b"\x02\0\0\0ab\0\0\0\0\x01\0\0\0c"),
            Some(vec![&b"ab"[..], b"", b"c"])
        );
    }

    #[test]
    fn lengths_beyond_the_end_are_refused() {
        for wrong in [
            &b"\x01"[..],
            b"\x01\0\0",
            b"\x01\0\0\0",
            b"\xff\xff\xff\xffab",
            b"\0\0\0\0\x02\0\0\0a",
        ] {
            assert_eq!(split(wrong), None, "{wrong:?}");
        }
    }
}
