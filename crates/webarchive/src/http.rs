//! Just enough of HTTP/1.1 messages (RFC 9112) to tell head from body, and a body from its chunks.

/// Longest head that is looked for; beyond it a block is no message.
const MAX_HEAD: usize = 1 << 20;

/// The head of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Request or status line, without its line end.
    pub start: String,
    /// Fields in order: name and value, blanks around the value taken away.
    pub fields: Vec<(String, String)>,
}

impl Head {
    /// Reads a head as [`split`] cuts it off; octets that are not UTF-8 are replaced.
    #[must_use]
    pub fn parse(head: &[u8]) -> Self {
        let text = String::from_utf8_lossy(head);
        let mut lines = text.split('\n').map(|l| l.trim_end_matches('\r'));
        let start = lines.next().unwrap_or("").to_owned();
        let fields = lines
            .filter_map(|l| l.split_once(':'))
            .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
            .collect();
        Self { start, fields }
    }

    /// The first field of that name, in any case of letters.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, v)| v.as_str())
    }

    /// The status of a response.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        let rest = self.start.strip_prefix("HTTP/")?;
        let code = rest.split(' ').nth(1)?;
        (code.len() == 3).then(|| code.parse().ok()).flatten()
    }

    /// The method of a request.
    #[must_use]
    pub fn method(&self) -> Option<&str> {
        let (method, rest) = self.start.split_once(' ')?;
        (!method.starts_with("HTTP/") && rest.contains(" HTTP/")).then_some(method)
    }

    /// The target of a request, as sent.
    #[must_use]
    pub fn target(&self) -> Option<&str> {
        self.method()?;
        self.start.split(' ').nth(1)
    }

    /// `Content-Type` without parameters.
    #[must_use]
    pub fn mime(&self) -> Option<&str> {
        let value = self.field("content-type")?;
        let end = value.find(|c: char| c == ';' || c.is_whitespace());
        Some(value[..end.unwrap_or(value.len())].trim()).filter(|m| !m.is_empty())
    }

    /// Whether the body came in chunks (RFC 9112 §6.1).
    #[must_use]
    pub fn is_chunked(&self) -> bool {
        self.field("transfer-encoding")
            .is_some_and(|v| v.to_ascii_lowercase().contains("chunked"))
    }
}

/// Where the body of a message starts: behind the first empty line.
#[must_use]
pub fn head_end(block: &[u8]) -> Option<usize> {
    end_from(block, 0)
}

fn end_from(block: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    while let Some(found) = block.get(at..)?.iter().position(|b| *b == b'\n') {
        let next = at + found + 1;
        match block.get(next..)? {
            [b'\n', ..] => return Some(next + 1),
            [b'\r', b'\n', ..] => return Some(next + 2),
            _ => at = next,
        }
    }
    None
}

/// Head and body of a whole message; `None` where no head ends.
#[must_use]
pub fn split(block: &[u8]) -> Option<(&[u8], &[u8])> {
    block.split_at_checked(head_end(block)?)
}

/// A chunked body without its chunks (RFC 9112 §7.1); `None` when it does not follow the grammar to its end.
#[must_use]
pub fn dechunk(body: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut reader = Dechunker::default();
    reader.update(body, &mut |bytes| out.extend_from_slice(bytes));
    reader.ended().then_some(out)
}

/// Tells head from body while the block passes.
#[derive(Default)]
pub(crate) struct Splitter {
    head: Vec<u8>,
    ended: bool,
}

impl Splitter {
    /// The part of `bytes` that belongs to the body.
    pub(crate) fn body<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        if self.ended || self.head.len() > MAX_HEAD {
            return if self.ended { bytes } else { &[] };
        }
        let before = self.head.len();
        let room = (MAX_HEAD + 4).saturating_sub(before);
        self.head.extend_from_slice(&bytes[..bytes.len().min(room)]);
        match end_from(&self.head, before.saturating_sub(3)) {
            Some(end) => {
                self.ended = true;
                self.head.truncate(end);
                bytes.get(end - before..).unwrap_or_default()
            }
            None => &[],
        }
    }

    /// The head once it has ended.
    pub(crate) fn head(&self) -> Option<Head> {
        self.ended.then(|| Head::parse(&self.head))
    }
}

/// Takes the chunks off a body while it passes.
#[derive(Default)]
pub(crate) struct Dechunker {
    state: Chunk,
    size: u64,
    line: Vec<u8>,
}

#[derive(Default, PartialEq, Eq)]
enum Chunk {
    #[default]
    Size,
    Data,
    DataEnd,
    Trailer,
    Ended,
    Broken,
}

/// Longest chunk size line or trailer field.
const MAX_LINE: usize = 8 << 10;

impl Dechunker {
    pub(crate) fn update(&mut self, mut bytes: &[u8], each: &mut dyn FnMut(&[u8])) {
        while !bytes.is_empty() && self.state != Chunk::Broken {
            bytes = match self.state {
                Chunk::Data => self.data(bytes, each),
                // octets behind the end: no chunked body
                Chunk::Ended => {
                    self.state = Chunk::Broken;
                    &[]
                }
                _ => self.line(bytes),
            };
        }
    }

    /// Whether the last chunk and the trailer have been read, and nothing else.
    pub(crate) fn ended(&self) -> bool {
        self.state == Chunk::Ended
    }

    fn data<'a>(&mut self, bytes: &'a [u8], each: &mut dyn FnMut(&[u8])) -> &'a [u8] {
        let n = usize::try_from(self.size)
            .unwrap_or(usize::MAX)
            .min(bytes.len());
        let (now, later) = bytes.split_at(n);
        each(now);
        self.size -= n as u64;
        if self.size == 0 {
            self.state = Chunk::DataEnd;
        }
        later
    }

    fn line<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let (now, rest, whole) = match bytes.iter().position(|b| *b == b'\n') {
            Some(i) => (&bytes[..i], &bytes[i + 1..], true),
            None => (bytes, &[][..], false),
        };
        if self.line.len() + now.len() > MAX_LINE {
            self.state = Chunk::Broken;
            return rest;
        }
        self.line.extend_from_slice(now);
        if whole {
            let line = std::mem::take(&mut self.line);
            self.state = self.next(line.strip_suffix(b"\r").unwrap_or(&line));
        }
        rest
    }

    fn next(&mut self, line: &[u8]) -> Chunk {
        match self.state {
            Chunk::Size => match chunk_size(line) {
                Some(0) => Chunk::Trailer,
                Some(size) => {
                    self.size = size;
                    Chunk::Data
                }
                None => Chunk::Broken,
            },
            Chunk::DataEnd if line.is_empty() => Chunk::Size,
            Chunk::Trailer if line.is_empty() => Chunk::Ended,
            Chunk::Trailer => Chunk::Trailer,
            _ => Chunk::Broken,
        }
    }
}

fn chunk_size(line: &[u8]) -> Option<u64> {
    let line = std::str::from_utf8(line).ok()?;
    let digits = line.split(';').next()?.trim();
    match digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        true => u64::from_str_radix(digits, 16).ok(),
        false => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads() {
        let block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\nbody";
        let (head, body) = split(block).expect("a head");
        assert_eq!(body, b"body");
        let head = Head::parse(head);
        assert_eq!(head.status(), Some(200));
        assert_eq!(head.mime(), Some("text/html"));
        assert!(head.is_chunked() && head.method().is_none());
        let request = Head::parse(b"POST /a?b=1 HTTP/1.1\r\nHost: x\r\n\r\n");
        assert_eq!(
            (request.method(), request.target()),
            (Some("POST"), Some("/a?b=1"))
        );
        assert_eq!(request.status(), None);
        assert_eq!(head_end(b"HTTP/1.1 200 OK\r\nA: b\r\n"), None);
    }

    #[test]
    fn splitting_does_not_depend_on_the_pieces() {
        let block = b"HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody\r\n\r\n";
        for size in 1..block.len() {
            let mut splitter = Splitter::default();
            let body: Vec<u8> = block
                .chunks(size)
                .flat_map(|c| splitter.body(c).to_vec())
                .collect();
            assert_eq!(body, b"body\r\n\r\n", "pieces of {size}");
            assert!(splitter.head().is_some());
        }
    }

    #[test]
    fn chunks() {
        let body = b"4\r\nWiki\r\n5;x=y\r\npedia\r\n0\r\nTrailer: 1\r\n\r\n";
        assert_eq!(dechunk(body).as_deref(), Some(&b"Wikipedia"[..]));
        for size in 1..body.len() {
            let mut reader = Dechunker::default();
            let mut out = Vec::new();
            for piece in body.chunks(size) {
                reader.update(piece, &mut |b| out.extend_from_slice(b));
            }
            assert!(reader.ended() && out == b"Wikipedia");
        }
        for bad in [
            &body[..body.len() - 1],
            b"x\r\n",
            b"+4\r\nWiki\r\n0\r\n\r\n",
            b"0\r\n\r\nmore",
        ] {
            assert_eq!(dechunk(bad), None);
        }
    }
}
