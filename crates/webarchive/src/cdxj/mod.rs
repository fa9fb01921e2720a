//! CDXJ 0.1: one line for each record that can be asked for, sorted by its octets.
//!
//! A line is a key (the address as SURT, [`surt`]), a time stamp of fourteen digits, and one JSON object. Lines are
//! spelled as `cdxj-indexer` spells them: ASCII only, numbers as strings, `", "` and `": "` between.

mod post;
mod surt;

pub(crate) use post::quoted;
pub use post::{append_body, request_query};
pub use surt::surt;
pub(crate) use surt::unescape_once;

use serde::Deserialize;

use crate::digest::sha256_text;
use crate::http::Head;
use crate::rfc3339::timestamp14;
use crate::warc::{Kind, Placed, Record};

/// One line of an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What lines are sorted by and looked up with.
    pub key: String,
    /// Fourteen digits of `WARC-Date`.
    pub timestamp: String,
    /// `WARC-Target-URI`.
    pub url: String,
    /// Type of the payload, without parameters.
    pub mime: Option<String>,
    /// Status of an HTTP response.
    pub status: Option<String>,
    /// `WARC-Payload-Digest`.
    pub digest: Option<String>,
    /// Of the member, in octets.
    pub length: u64,
    /// Of the member in its archive.
    pub offset: u64,
    /// The archive, under `archive/`.
    pub filename: String,
    /// `POST` or `PUT`, where the body is part of the key.
    pub method: Option<String>,
    /// The body as it entered the key.
    pub request_body: Option<String>,
}

/// Why a line cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LineError {
    /// Not `key timestamp {…}`.
    #[error("not a key, a time stamp and an object")]
    Form,
    /// The time stamp is not of fourteen digits, or seventeen.
    #[error("the time stamp is none")]
    Timestamp,
    /// The object lacks a mandatory field, or one is of another kind.
    #[error("the object cannot be read")]
    Object,
}

#[derive(Deserialize)]
struct Object {
    url: String,
    mime: Option<String>,
    status: Option<Text>,
    digest: Option<String>,
    length: Text,
    offset: Text,
    filename: String,
    method: Option<String>,
    #[serde(rename = "requestBody")]
    request_body: Option<String>,
}

/// A number, in quotes or not.
#[derive(Deserialize)]
#[serde(untagged)]
enum Text {
    Number(u64),
    String(String),
}

impl Text {
    fn into_string(self) -> String {
        match self {
            Self::Number(n) => n.to_string(),
            Self::String(s) => s,
        }
    }

    fn number(&self) -> Option<u64> {
        match self {
            Self::Number(n) => Some(*n),
            Self::String(s) if s.bytes().all(|b| b.is_ascii_digit()) => s.parse().ok(),
            Self::String(_) => None,
        }
    }
}

impl Entry {
    /// The line of a response or resource that was put at `placed` of `filename`; `None` for records that nobody asks
    /// for. `request` is the record of the request: the body of a `POST` or `PUT` becomes part of the key.
    #[must_use]
    pub fn of(
        record: &Record,
        request: Option<&Record>,
        placed: &Placed,
        filename: &str,
    ) -> Option<Self> {
        let url = record.target_uri.clone()?;
        let http = match record.kind {
            Kind::Response if record.is_http() => {
                crate::http::split(&record.block).map(|(head, _)| Head::parse(head))
            }
            Kind::Response | Kind::Resource => None,
            _ => return None,
        };
        let mime = match &http {
            Some(head) => head.mime(),
            None => record
                .content_type
                .as_deref()
                .and_then(|t| t.split(';').next()),
        };
        let body = request.and_then(|r| request_query(&r.block));
        let key = match &body {
            Some((method, query)) => surt(&append_body(&url, method, query)),
            None => surt(&url),
        };
        let (method, request_body) = body.unzip();
        Some(Self {
            key,
            timestamp: timestamp14(&record.date),
            mime: mime.map(|m| m.trim().to_owned()),
            status: http.and_then(|h| h.status()).map(|s| s.to_string()),
            digest: placed.payload.as_ref().map(sha256_text),
            length: placed.length,
            offset: placed.offset,
            filename: filename.to_owned(),
            url,
            method,
            request_body,
        })
    }

    /// Reads a line without its line end.
    ///
    /// # Errors
    /// [`LineError`].
    pub fn parse(line: &str) -> Result<Self, LineError> {
        let mut parts = line.splitn(3, ' ');
        let (Some(key), Some(timestamp), Some(json)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err(LineError::Form);
        };
        if key.is_empty() {
            return Err(LineError::Form);
        }
        let digits = timestamp.bytes().all(|b| b.is_ascii_digit());
        if !digits || !matches!(timestamp.len(), 14 | 17) {
            return Err(LineError::Timestamp);
        }
        let object: Object = serde_json::from_str(json).map_err(|_| LineError::Object)?;
        Ok(Self {
            key: key.to_owned(),
            timestamp: timestamp.to_owned(),
            url: object.url,
            mime: object.mime,
            status: object.status.map(Text::into_string),
            digest: object.digest,
            length: object.length.number().ok_or(LineError::Object)?,
            offset: object.offset.number().ok_or(LineError::Object)?,
            filename: object.filename,
            method: object.method,
            request_body: object.request_body,
        })
    }

    /// The line with its line end.
    #[must_use]
    pub fn to_line(&self) -> String {
        let mut out = format!("{} {} {{", self.key, self.timestamp);
        let length = self.length.to_string();
        let offset = self.offset.to_string();
        let fields = [
            ("url", Some(self.url.as_str())),
            ("mime", self.mime.as_deref()),
            ("status", self.status.as_deref()),
            ("digest", self.digest.as_deref()),
            ("length", Some(&length)),
            ("offset", Some(&offset)),
            ("filename", Some(&self.filename)),
            ("requestBody", self.request_body.as_deref()),
            ("method", self.method.as_deref()),
        ];
        let mut between = "";
        for (name, value) in fields {
            if let Some(value) = value {
                out.push_str(between);
                out.push_str(&format!("\"{name}\": "));
                quote(&mut out, value);
                between = ", ";
            }
        }
        out.push_str("}\n");
        out
    }
}

/// The index over `entries`: their lines, sorted.
#[must_use]
pub fn index(entries: &[Entry]) -> Vec<u8> {
    let mut lines: Vec<String> = entries.iter().map(Entry::to_line).collect();
    lines.sort_unstable();
    lines.concat().into_bytes()
}

/// A JSON string (RFC 8259 §7) of ASCII alone.
fn quote(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            ' '..='~' => out.push(c),
            _ => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        Entry {
            key: "com,example)/a".to_owned(),
            timestamp: "20261126214111".to_owned(),
            url: "https://example.com/a?\u{1F600}\"".to_owned(),
            mime: Some("text/html".to_owned()),
            status: Some("200".to_owned()),
            digest: Some("sha256:00".to_owned()),
            length: 12,
            offset: 34,
            filename: "data.warc.gz".to_owned(),
            method: None,
            request_body: None,
        }
    }

    #[test]
    fn golden_line() {
        assert_eq!(
            entry().to_line(),
            "com,example)/a 20261126214111 {\"url\": \"https://example.com/a?\\ud83d\\ude00\\\"\", \"mime\": \
             \"text/html\", \"status\": \"200\", \"digest\": \"sha256:00\", \"length\": \"12\", \"offset\": \"34\", \
             \"filename\": \"data.warc.gz\"}\n"
        );
        assert_eq!(Entry::parse(entry().to_line().trim_end()), Ok(entry()));
    }

    #[test]
    fn lines_of_others() {
        let line = r#"com,a)/ 20200101000000123 {"url":"http://a.com/","status":200,"length":1,"offset":0,"filename":"x.warc.gz","referrer":"y"}"#;
        let found = Entry::parse(line).expect("a line");
        assert_eq!(found.status.as_deref(), Some("200"));
        for (line, error) in [
            ("com,a)/ 2020", LineError::Form),
            (" 20200101000000 {}", LineError::Form),
            ("com,a)/ 2020 {}", LineError::Timestamp),
            ("com,a)/ 20200101000000 {}", LineError::Object),
        ] {
            assert_eq!(Entry::parse(line), Err(error));
        }
    }

    #[test]
    fn sorted_by_octets() {
        let mut upper = entry();
        upper.key = "com,Z)/".to_owned();
        let text = String::from_utf8(index(&[entry(), upper])).expect("ASCII");
        assert!(text.starts_with("com,Z)/ "));
    }
}
