//! Data that may be XML: a record of RFC 6283 holds their canonical form.

use rfc3161_client::XmlData;

/// Largest data made canonical.
const MAX_XML: usize = 16 << 20;
/// The mark of UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";
/// Those of UTF-16, which is not read.
const OTHER_MARKS: [&[u8]; 2] = [b"\xfe\xff", b"\xff\xfe"];

/// Whether octets begin as XML does.
pub(crate) fn may_be(head: &[u8]) -> bool {
    let head = head.strip_prefix(MARK).unwrap_or(head);
    head.trim_ascii_start().starts_with(b"<")
}

/// Data as XML, where they begin as such. `read` hands over block after block and says whether it came to the end.
pub(crate) fn data(read: impl FnOnce(&mut dyn FnMut(&[u8])) -> bool) -> XmlData {
    let mut octets = Vec::new();
    let mut cut = false;
    let whole = read(&mut |block| {
        let room = MAX_XML - octets.len();
        cut |= block.len() > room;
        octets.extend_from_slice(&block[..block.len().min(room)]);
    });
    let other = OTHER_MARKS.iter().any(|mark| octets.starts_with(mark));
    match may_be(&octets) {
        _ if other || !whole => XmlData::NotRead,
        false => XmlData::NotXml,
        true if cut => XmlData::NotRead,
        true => XmlData::Octets(octets),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &[u8]) -> XmlData {
        data(|take| {
            take(text);
            true
        })
    }

    #[test]
    fn what_begins_with_a_tag_may_be_xml() {
        assert_eq!(
            of(b"\xef\xbb\xbf \n<a/>"),
            XmlData::Octets(b"\xef\xbb\xbf \n<a/>".to_vec())
        );
        assert_eq!(of(b"a<b/>"), XmlData::NotXml);
        assert_eq!(of(b""), XmlData::NotXml);
        assert_eq!(of(b"\xff\xfe<\0"), XmlData::NotRead);
        assert_eq!(data(|_| false), XmlData::NotRead);
        let mut large = vec![b' '; MAX_XML];
        large[0] = b'<';
        assert_eq!(of(&large), XmlData::Octets(large.clone()));
        large.push(b'>');
        assert_eq!(of(&large), XmlData::NotRead);
    }
}
