//! Heads: where they end, their first line, their fields (RFC 9112 §2–5).

/// Length of the head at the beginning of these octets, its empty line included. Lines may end in a bare LF (§2.2).
pub(super) fn length(octets: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'\n', octets).find_map(|line_feed| {
        let after = octets.get(line_feed.checked_add(1)?..)?;
        let empty = match after {
            [b'\n', ..] => 1,
            [b'\r', b'\n', ..] => 2,
            _ => return None,
        };
        line_feed.checked_add(1)?.checked_add(empty)
    })
}

/// The first line, without its end.
pub(super) fn first_line(head: &[u8]) -> &[u8] {
    let line = head
        .split(|octet| *octet == b'\n')
        .next()
        .unwrap_or_default();
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// Method and target of a request line (§3).
pub(super) fn request_line(head: &[u8]) -> Option<(String, String)> {
    let line = std::str::from_utf8(first_line(head)).ok()?;
    let mut words = line.split(' ');
    let (method, target, version) = (words.next()?, words.next()?, words.next()?);
    let token = !method.is_empty() && method.bytes().all(|octet| octet.is_ascii_graphic());
    let well_formed = token && !target.is_empty() && version.starts_with("HTTP/1.");
    (well_formed && words.next().is_none()).then(|| (method.to_owned(), target.to_owned()))
}

/// Status code and minor version of a status line (§4).
pub(super) fn status_line(head: &[u8]) -> Option<(u16, u8)> {
    let line = first_line(head);
    let (name, rest) = line.split_at_checked(5)?;
    let (major, rest) = (
        name.eq_ignore_ascii_case(b"HTTP/"),
        rest.strip_prefix(b"1.")?,
    );
    let (minor, rest) = rest.split_first()?;
    let rest = rest.strip_prefix(b" ")?.trim_ascii_start();
    let (code, rest) = rest.split_at_checked(3)?;
    let ends = matches!(rest.first(), None | Some(b' ' | b'\t'));
    let digits = minor.is_ascii_digit() && code.iter().all(u8::is_ascii_digit);
    let code = std::str::from_utf8(code).ok()?.parse().ok()?;
    (major && ends && digits && code >= 100).then(|| (code, minor.saturating_sub(b'0')))
}

/// The fields of a head: names and values as sent, without the space around values. A folded line (§5.2) belongs to
/// the field before it and is not given by itself.
#[must_use]
pub fn fields(head: &[u8]) -> Fields<'_> {
    let body = memchr::memchr(b'\n', head).and_then(|end| head.get(end.checked_add(1)?..));
    Fields {
        rest: body.unwrap_or_default(),
    }
}

/// Iterator over the fields of a head.
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Fields<'a> {
    type Item = (&'a [u8], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        while !self.rest.is_empty() {
            let end = memchr::memchr(b'\n', self.rest).unwrap_or(self.rest.len());
            let (line, rest) = self.rest.split_at_checked(end)?;
            self.rest = rest.get(1..).unwrap_or_default();
            let folded = line.starts_with(b" ") || line.starts_with(b"\t");
            if let Some(colon) = memchr::memchr(b':', line)
                && !folded
            {
                let (name, value) = line.split_at_checked(colon)?;
                return Some((name, value.get(1..).unwrap_or_default().trim_ascii()));
            }
        }
        None
    }
}

impl<'a> Fields<'a> {
    /// All values of the fields of that name, in order.
    pub fn named(self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        let of_name = move |field: &(&[u8], &[u8])| field.0.eq_ignore_ascii_case(name.as_bytes());
        self.filter(of_name).map(|(_, value)| value)
    }

    /// The elements of the lists in all fields of that name (RFC 9110 §5.6.1).
    pub fn elements(self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        let list = |value: &'a [u8]| value.split(|octet| *octet == b',').map(<[u8]>::trim_ascii);
        self.named(name).flat_map(list)
    }
}

/// What `Content-Length` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Length {
    Absent,
    Octets(u64),
    Conflicting,
}

/// The one length; a value that is no number is no length, as browsers hold.
pub(super) fn content_length(head: &[u8]) -> Length {
    let mut length = Length::Absent;
    for value in fields(head).elements("content-length") {
        let digits = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
        let number = std::str::from_utf8(value)
            .ok()
            .and_then(|text| text.parse().ok());
        let Some(number) = number.filter(|_| digits) else {
            continue;
        };
        length = match length {
            Length::Octets(before) if before != number => return Length::Conflicting,
            _ => Length::Octets(number),
        };
    }
    length
}

/// Whether the last transfer coding is `chunked` (§6.1).
pub(super) fn is_chunked(head: &[u8]) -> bool {
    let last = fields(head).elements("transfer-encoding").last();
    last.is_some_and(|coding| coding.eq_ignore_ascii_case(b"chunked"))
}

/// The protocol switched to, in lower case (RFC 9110 §7.8).
pub(super) fn upgrade(head: &[u8]) -> String {
    let protocol = fields(head).named("upgrade").next().unwrap_or_default();
    String::from_utf8_lossy(protocol).to_ascii_lowercase()
}
