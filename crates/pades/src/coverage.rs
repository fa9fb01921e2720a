//! Which octets a signature covers: all up to the end of its own update, but for its own value (EN 319 142-1 §5.1).

use fidem_pdf::{Dictionary, File, Object, Reference, Section};
use rfc3161_client::Finding;

use crate::rules::{self, finding};

/// What a signature is over, and its value.
#[derive(Clone, Debug)]
pub(crate) struct Covered<'a> {
    /// The octets before and after the value.
    pub pieces: [&'a [u8]; 2],
    /// The octets of `Contents`, padding included.
    pub contents: Vec<u8>,
}

/// Demands that `ByteRange` is exactly [0, a, b, c] where the gap from a to b is the hexadecimal string `Contents` of
/// this very dictionary and b + c is the end of the update that holds it.
pub(crate) fn check<'a>(
    file: &File<'a>,
    section: &Section,
    value: Reference,
    dictionary: &Dictionary,
) -> Result<Covered<'a>, Finding> {
    let wrong = |why: &str| finding(&rules::BYTE_RANGE, &[("why", why)]);
    let unsound = |why: &str| finding(&rules::DICTIONARY, &[("why", why)]);
    let contents = dictionary.get("Contents").and_then(Object::as_string);
    let contents = contents.ok_or_else(|| unsound("Contents"))?.to_vec();
    let gap = file
        .value_place(value, "Contents")
        .ok()
        .flatten()
        .ok_or_else(|| unsound("Contents"))?;
    let ranges = dictionary.get("ByteRange").and_then(Object::as_array);
    let numbers: Option<Vec<usize>> = ranges
        .unwrap_or_default()
        .iter()
        .map(Object::as_size)
        .collect();
    let Some([start, before, after, rest]) = numbers.as_deref() else {
        return Err(wrong("four numbers"));
    };
    if *start != 0 {
        return Err(wrong("start"));
    }
    if *before != gap.start || *after != gap.end {
        return Err(wrong("gap"));
    }
    let bytes = file.bytes();
    let end = after.checked_add(*rest).ok_or_else(|| wrong("end"))?;
    if !ends_with(bytes, section, end) {
        return Err(wrong("end"));
    }
    let hexadecimal = bytes
        .get(gap.start + 1..gap.end.saturating_sub(1))
        .is_some_and(|digits| {
            digits.len() == contents.len() * 2 && digits.iter().all(u8::is_ascii_hexdigit)
        });
    match (hexadecimal, bytes.get(..gap.start), bytes.get(gap.end..end)) {
        (true, Some(first), Some(second)) => Ok(Covered {
            pieces: [first, second],
            contents,
        }),
        _ => Err(unsound("hexadecimal string")),
    }
}

/// Whether a range ends where the update does; its last end of line may have been written by whoever came next.
fn ends_with(bytes: &[u8], section: &Section, end: usize) -> bool {
    end <= section.end
        && bytes
            .get(end..section.end)
            .is_some_and(|rest| rest.iter().all(|octet| matches!(octet, b'\r' | b'\n')))
}
