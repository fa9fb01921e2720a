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

/// Texts as parts of one buffer; a text beyond 4 GiB cannot be told and stands as an empty one.
pub(crate) fn join(texts: &[String]) -> Vec<u8> {
    let mut out = Vec::with_capacity(texts.iter().map(|t| t.len() + PREFIX).sum());
    for text in texts {
        let (length, text) = match u32::try_from(text.len()) {
            Ok(length) => (length, text.as_bytes()),
            Err(_) => (0, &b""[..]),
        };
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(text);
    }
    out
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
    use super::{join, split};

    #[test]
    fn what_is_joined_is_split_again() {
        let texts = ["zh 中".to_owned(), String::new(), "en".to_owned()];
        let joined = join(&texts);
        let parts = split(&joined).unwrap();
        assert_eq!(
            parts,
            texts.iter().map(String::as_bytes).collect::<Vec<_>>()
        );
    }

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
