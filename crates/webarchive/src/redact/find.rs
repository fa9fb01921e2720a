//! Places of secrets in a message, by the names beside them.

use std::ops::Range;

use super::names::{is_address_header, is_secret_field, is_secret_header};
use super::{Kind, json};
use crate::form::{self, Field};
use crate::http;
use crate::warc::{self, Record};

/// A place in a block or an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) range: Range<usize>,
    pub(super) kind: Kind,
    pub(super) name: String,
}

/// Places in the block of an HTTP record; none in others.
pub(super) fn in_block(record: &Record, more: &[String]) -> Vec<Place> {
    if !record.is_http() {
        return Vec::new();
    }
    let block = &record.block;
    let end = http::head_end(block).unwrap_or(block.len());
    let mut finder = Finder {
        block,
        more,
        out: Vec::new(),
    };
    finder.head(end);
    if record.kind == warc::Kind::Request {
        finder.body(end);
    }
    finder.out
}

/// Places in the query of an address.
pub(super) fn in_address(address: &[u8], more: &[String]) -> Vec<Place> {
    let mut finder = Finder {
        block: address,
        more,
        out: Vec::new(),
    };
    finder.query(0..address.len());
    finder.out
}

struct Finder<'a> {
    block: &'a [u8],
    more: &'a [String],
    out: Vec<Place>,
}

impl Finder<'_> {
    fn add(&mut self, range: Range<usize>, kind: Kind, name: &str) {
        if !range.is_empty() {
            self.out.push(Place {
                range,
                kind,
                name: name.chars().take(200).collect(),
            });
        }
    }

    fn head(&mut self, end: usize) {
        let mut at = 0;
        let block = self.block;
        for (i, line) in block[..end].split_inclusive(|b| *b == b'\n').enumerate() {
            let text = trimmed(block, at..at + line.len());
            match i {
                0 => self.query(text),
                _ => self.header(text),
            }
            at += line.len();
        }
    }

    fn header(&mut self, line: Range<usize>) {
        let Some(colon) = self.block[line.clone()].iter().position(|b| *b == b':') else {
            return;
        };
        let name =
            String::from_utf8_lossy(&self.block[line.start..line.start + colon]).into_owned();
        let value = trimmed(self.block, line.start + colon + 1..line.end);
        match name.to_ascii_lowercase().as_str() {
            "cookie" => self.cookies(value),
            "set-cookie" => {
                let first = self.block[value.clone()].split(|b| *b == b';').next();
                let len = first.map_or(0, <[u8]>::len);
                self.cookie(value.start..value.start + len, Kind::SetCookie);
            }
            "authorization" | "proxy-authorization" => {
                let scheme = self.block[value.clone()].iter().position(|b| *b == b' ');
                let start = value.start + scheme.map_or(0, |i| i + 1);
                let value = trimmed(self.block, start..value.end);
                self.add(value, Kind::Authorization, &name);
            }
            _ if is_secret_header(&name, self.more) => self.add(value, Kind::Header, &name),
            _ if is_address_header(&name) => self.query(value),
            _ => {}
        }
    }

    fn cookies(&mut self, value: Range<usize>) {
        let mut at = value.start;
        let block = self.block;
        for pair in block[value].split(|b| *b == b';') {
            self.cookie(at..at + pair.len(), Kind::Cookie);
            at += pair.len() + 1;
        }
    }

    /// `name=value`; a pair without `=` is a value without a name (RFC 6265bis §5.5).
    fn cookie(&mut self, pair: Range<usize>, kind: Kind) {
        let pair = trimmed(self.block, pair);
        let eq = self.block[pair.clone()].iter().position(|b| *b == b'=');
        let name = &self.block[pair.start..pair.start + eq.unwrap_or(0)];
        let name = String::from_utf8_lossy(name).into_owned();
        let start = pair.start + eq.map_or(0, |i| i + 1);
        let value = trimmed(self.block, start..pair.end);
        self.add(value, kind, name.trim());
    }

    /// The fields of the query of an address that stands in `range`, up to a blank, a quote or a fragment. A fragment
    /// that looks like a query is one, for some.
    fn query(&mut self, range: Range<usize>) {
        let text = &self.block[range.clone()];
        let Some(mark) = text.iter().position(|b| matches!(b, b'?' | b'#')) else {
            return;
        };
        let start = range.start + mark + 1;
        let rest = &self.block[start..range.end];
        let ends = |b: &u8| matches!(b, b' ' | b'"' | b'>' | b'\r' | b'\n');
        let len = rest.iter().position(ends).unwrap_or(rest.len());
        let mut at = start;
        for part in rest[..len].split(|b| matches!(b, b'#' | b'?')) {
            self.fields(form::urlencoded(part), at, Kind::Query);
            at += part.len() + 1;
        }
    }

    fn fields(&mut self, fields: Vec<Field>, base: usize, kind: Kind) {
        for field in fields {
            if is_secret_field(&field.name, self.more) {
                let range = base + field.value.start..base + field.value.end;
                self.add(range, kind, &field.name);
            }
        }
    }

    fn body(&mut self, start: usize) {
        let head = http::Head::parse(&self.block[..start]);
        let body = &self.block[start..];
        let content_type = head.field("content-type").unwrap_or("");
        let lower = content_type.to_ascii_lowercase();
        if lower.starts_with("multipart/") {
            let parts = form::boundary(content_type).and_then(|b| form::multipart(body, &b));
            self.fields(parts.unwrap_or_default(), start, Kind::Body);
            return;
        }
        // by what it looks like, since pages send either under any type
        let first = body.iter().find(|b| !b.is_ascii_whitespace());
        let fields = match first {
            Some(b'{' | b'[') => {
                let more = self.more;
                json::values(body, &|name| is_secret_field(name, more))
            }
            _ if lower.contains("json") => Vec::new(),
            _ if is_binary(&lower) => Vec::new(),
            _ => form::urlencoded(body),
        };
        self.fields(fields, start, Kind::Body);
    }
}

fn is_binary(content_type: &str) -> bool {
    ["image/", "audio/", "video/", "application/octet-stream"]
        .iter()
        .any(|kind| content_type.starts_with(kind))
}

/// Without blanks and line ends around.
fn trimmed(block: &[u8], range: Range<usize>) -> Range<usize> {
    let text = &block[range.clone()];
    let start = text.len() - text.trim_ascii_start().len();
    let len = text.trim_ascii().len();
    range.start + start..range.start + start + len
}
