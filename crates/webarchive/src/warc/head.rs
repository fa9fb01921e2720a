//! The header of a record: a version line and named fields (ISO 28500 §4, §5).

use crate::finding::{Code, Findings};
use crate::rfc3339::{Precision, is_date};
use crate::warc::Kind;

/// Versions that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// WARC/1.0 (ISO 28500:2009).
    V1_0,
    /// WARC/1.1 (ISO 28500:2017).
    V1_1,
}

/// A header as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// First line.
    pub version: Version,
    /// `WARC-Type`; `None` for one that is unknown.
    pub kind: Option<Kind>,
    /// `WARC-Record-ID` without angle brackets; empty where missing.
    pub id: String,
    /// `Content-Length`.
    pub length: u64,
    /// All fields in order, as they stand.
    pub fields: Vec<(String, String)>,
}

impl Head {
    /// The first field of that name, in any case of letters.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, v)| v.as_str())
    }

    /// All fields of that name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields
            .iter()
            .filter(move |(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, v)| v.as_str())
    }

    /// `WARC-Target-URI` without the angle brackets of early tools.
    #[must_use]
    pub fn target(&self) -> Option<&str> {
        let text = self.field("WARC-Target-URI")?;
        Some(unbracketed(text).unwrap_or(text))
    }
}

/// Reads a header up to and including its empty line. `None` when no length of a block can be had from it; what is
/// wrong stands in `findings` either way.
pub(crate) fn parse(bytes: &[u8], findings: &mut Findings) -> Option<Head> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        findings.add(Code::WarcHeader, &[("line", "not UTF-8")]);
        return None;
    };
    let mut lines = text.strip_suffix("\r\n\r\n")?.split("\r\n");
    let version = version(lines.next().unwrap_or(""), findings)?;
    let fields = fields(lines, findings);
    let mut head = Head {
        version,
        kind: None,
        id: String::new(),
        length: 0,
        fields,
    };
    head.length = length(&head, findings)?;
    head.kind = kind(&head, findings);
    head.id = id(&head, findings);
    check_date(&head, findings);
    check_target(&head, findings);
    check_repeated(&head, findings);
    Some(head)
}

fn version(line: &str, findings: &mut Findings) -> Option<Version> {
    match line {
        "WARC/1.1" => Some(Version::V1_1),
        "WARC/1.0" => {
            findings.add(Code::WarcVersion10, &[]);
            Some(Version::V1_0)
        }
        _ => {
            findings.add(Code::WarcVersion, &[("line", line)]);
            None
        }
    }
}

fn fields<'a>(
    lines: impl Iterator<Item = &'a str>,
    findings: &mut Findings,
) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = Vec::new();
    for line in lines {
        if let (Some(more), Some((_, value))) = (line.strip_prefix([' ', '\t']), out.last_mut()) {
            findings.add(Code::WarcFolded, &[("line", line)]);
            value.push(' ');
            value.push_str(more.trim());
            continue;
        }
        match line.split_once(':') {
            Some((name, value)) if is_token(name) && !value.contains(['\r', '\n', '\0']) => {
                out.push((name.to_owned(), value.trim_matches([' ', '\t']).to_owned()));
            }
            _ => findings.add(Code::WarcHeader, &[("line", line)]),
        }
    }
    out
}

fn length(head: &Head, findings: &mut Findings) -> Option<u64> {
    let Some(text) = head.field("Content-Length") else {
        missing(findings, "Content-Length");
        return None;
    };
    let length = match text.bytes().all(|b| b.is_ascii_digit()) {
        true => text.parse().ok(),
        false => None,
    };
    if length.is_none() {
        findings.add(Code::WarcContentLength, &[("value", text)]);
    }
    length
}

fn kind(head: &Head, findings: &mut Findings) -> Option<Kind> {
    let Some(text) = head.field("WARC-Type") else {
        missing(findings, "WARC-Type");
        return None;
    };
    let kind = Kind::parse(text);
    if kind.is_none() {
        findings.add(Code::WarcType, &[("value", text)]);
    }
    kind
}

fn id(head: &Head, findings: &mut Findings) -> String {
    let Some(text) = head.field("WARC-Record-ID") else {
        missing(findings, "WARC-Record-ID");
        return String::new();
    };
    match unbracketed(text).filter(|id| is_uri(id)) {
        Some(id) => id.to_owned(),
        None => {
            findings.add(Code::WarcRecordId, &[("value", text)]);
            text.to_owned()
        }
    }
}

fn check_date(head: &Head, findings: &mut Findings) {
    let precision = match head.version {
        Version::V1_0 => Precision::Seconds,
        Version::V1_1 => Precision::Any,
    };
    match head.field("WARC-Date") {
        None => missing(findings, "WARC-Date"),
        Some(text) if !is_date(text, precision) => {
            findings.add(Code::WarcDate, &[("value", text)]);
        }
        Some(_) => {}
    }
}

fn check_target(head: &Head, findings: &mut Findings) {
    match head.field("WARC-Target-URI") {
        None if head.kind.is_some_and(Kind::needs_target) => missing(findings, "WARC-Target-URI"),
        Some(text) if unbracketed(text).is_some() => {
            findings.add(Code::WarcTargetBrackets, &[("value", text)]);
        }
        _ => {}
    }
}

/// Only `WARC-Concurrent-To` may repeat (§4); `WARC-Protocol` does by the extension that defines it.
fn check_repeated(head: &Head, findings: &mut Findings) {
    let mut seen = std::collections::BTreeSet::new();
    for (name, _) in &head.fields {
        let name = name.to_ascii_lowercase();
        let may = matches!(name.as_str(), "warc-concurrent-to" | "warc-protocol")
            || !(name.starts_with("warc-") || name.starts_with("content-"));
        if !seen.insert(name.clone()) && !may {
            findings.add(Code::WarcFieldRepeated, &[("name", &name)]);
        }
    }
}

fn missing(findings: &mut Findings, name: &'static str) {
    findings.add(Code::WarcFieldMissing, &[("name", name)]);
}

pub(crate) fn unbracketed(text: &str) -> Option<&str> {
    text.strip_prefix('<')?.strip_suffix('>')
}

/// RFC 9110 §5.6.2.
pub(crate) fn is_token(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

/// As much of RFC 3986 as a record id needs: a scheme, and no octet that could end the field.
pub(crate) fn is_uri(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, rest)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && !rest.is_empty()
            && text
                .bytes()
                .all(|b| b.is_ascii_graphic() && !b"<>\"".contains(&b))
    })
}
