//! The chunked transfer coding (RFC 9112 §7.1).

use std::ops::Range;

/// How a walk over chunks ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Walk {
    /// After the trailers, at this offset.
    Whole(usize),
    /// The octets ended first.
    Cut,
    /// At this offset stands no chunk.
    Malformed(usize),
}

/// Walks over the chunks at the beginning of these octets and tells the range of each one's data.
pub(super) fn walk(octets: &[u8], mut data: impl FnMut(Range<usize>)) -> Walk {
    let mut at = 0;
    loop {
        let Some((line, next)) = line(octets, at) else {
            return Walk::Cut;
        };
        let Some(size) = size(line) else {
            return Walk::Malformed(at);
        };
        if size == 0 {
            return trailers(octets, next);
        }
        let end = next.saturating_add(size);
        data(next..end.min(octets.len()));
        at = match end_of_data(octets, end) {
            Ok(Some(at)) => at,
            Ok(None) => return Walk::Cut,
            Err(()) => return Walk::Malformed(end),
        };
    }
}

/// The data of all chunks that are there; of the last one as much as there is.
pub(super) fn content(octets: &[u8]) -> Vec<u8> {
    let mut content = Vec::new();
    walk(octets, |range| {
        content.extend_from_slice(octets.get(range).unwrap_or_default());
    });
    content
}

/// A line and the offset after it.
fn line(octets: &[u8], at: usize) -> Option<(&[u8], usize)> {
    let rest = octets.get(at..)?;
    let end = memchr::memchr(b'\n', rest)?;
    let line = rest.get(..end)?;
    let next = at.checked_add(end)?.checked_add(1)?;
    Some((line.strip_suffix(b"\r").unwrap_or(line), next))
}

/// The size before extensions.
fn size(line: &[u8]) -> Option<usize> {
    let digits = line
        .split(|octet| *octet == b';')
        .next()
        .unwrap_or_default()
        .trim_ascii_end();
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    usize::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// The offset after the line end behind a chunk's data; none where the octets end first.
fn end_of_data(octets: &[u8], end: usize) -> Result<Option<usize>, ()> {
    match octets.get(end..).unwrap_or_default() {
        [b'\n', ..] => Ok(end.checked_add(1)),
        [b'\r', b'\n', ..] => Ok(end.checked_add(2)),
        [] | [b'\r'] => Ok(None),
        _ => Err(()),
    }
}

fn trailers(octets: &[u8], mut at: usize) -> Walk {
    while let Some((line, next)) = line(octets, at) {
        if line.is_empty() {
            return Walk::Whole(next);
        }
        at = next;
    }
    Walk::Cut
}
