//! WARC 1.1 (ISO 28500:2017): one gzip member for each record.
//!
//! **The payload rule.** The block of a `request` or `response` of type `application/http` is the message as it passed
//! over the wire. Its payload is what follows the first empty line, octet by octet as on the wire: a chunked body keeps
//! its chunks, a compressed one stays compressed. `WARC-Payload-Digest` is the SHA-256 of that; `warcio check` and
//! FastWARC take the same octets. The payload of a `resource` is its whole block. Records of other kinds state none.
//! An archive of others that states the digest of the body without its chunks is not called broken for it.

mod check;
mod head;
mod read;
mod write;

pub use check::{Checked, Summary, check};
pub(crate) use check::{check_ids, check_into};
pub use head::{Head, Version};
pub use read::{ReadError, Reader, read_record};
pub use write::{Placed, WriteError, Writer};

use fidem_fingerprint::hex;

/// Type of an HTTP response block (ISO 28500 §6.3).
pub const HTTP_RESPONSE: &str = "application/http; msgtype=response";
/// Type of an HTTP request block (§6.5).
pub const HTTP_REQUEST: &str = "application/http; msgtype=request";
/// Type of a block of named fields.
pub const WARC_FIELDS: &str = "application/warc-fields";

/// `WARC-Type` (ISO 28500 §6). We write the first five; the others occur in archives of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// About the records that follow.
    Warcinfo,
    /// What was asked.
    Request,
    /// What was answered.
    Response,
    /// Something that was made, not answered.
    Resource,
    /// About another record.
    Metadata,
    /// The same as an earlier one.
    Revisit,
    /// Another form of an earlier one.
    Conversion,
    /// The next part of an earlier one.
    Continuation,
}

impl Kind {
    const ALL: [(Kind, &'static str); 8] = [
        (Kind::Warcinfo, "warcinfo"),
        (Kind::Request, "request"),
        (Kind::Response, "response"),
        (Kind::Resource, "resource"),
        (Kind::Metadata, "metadata"),
        (Kind::Revisit, "revisit"),
        (Kind::Conversion, "conversion"),
        (Kind::Continuation, "continuation"),
    ];

    /// As the standard spells it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(kind, _)| *kind == self)
            .map_or("", |(_, text)| text)
    }

    /// Reads the standard's spelling, in any case of letters.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, known)| known.eq_ignore_ascii_case(text))
            .map(|(kind, _)| *kind)
    }

    /// Whether `WARC-Target-URI` is mandatory (§5.10).
    #[must_use]
    pub fn needs_target(self) -> bool {
        !matches!(self, Kind::Warcinfo | Kind::Metadata)
    }
}

/// One record, its block in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// `WARC-Type`.
    pub kind: Kind,
    /// `WARC-Record-ID` without its angle brackets, for instance `urn:uuid:…`.
    pub id: String,
    /// `WARC-Date`: RFC 3339 in UTC, up to nine digits of a second.
    pub date: String,
    /// `WARC-Target-URI`.
    pub target_uri: Option<String>,
    /// `Content-Type` of the block.
    pub content_type: Option<String>,
    /// Further named fields in order, for instance `WARC-IP-Address`, `WARC-Concurrent-To` (with angle brackets),
    /// `WARC-Protocol`. Digests and `Content-Length` are the writer's.
    pub fields: Vec<(String, String)>,
    /// The content, as it is.
    pub block: Vec<u8>,
}

impl Record {
    /// The payload by the rule of this module; `None` for kinds without one.
    #[must_use]
    pub fn payload(&self) -> Option<&[u8]> {
        match self.kind {
            Kind::Request | Kind::Response if self.is_http() => {
                let end = crate::http::head_end(&self.block).unwrap_or(self.block.len());
                self.block.get(end..)
            }
            Kind::Request | Kind::Response | Kind::Resource => Some(&self.block),
            _ => None,
        }
    }

    /// Whether the block is an HTTP message.
    #[must_use]
    pub fn is_http(&self) -> bool {
        self.content_type.as_deref().is_some_and(is_http)
    }

    /// The first further field of that name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, v)| v.as_str())
    }
}

/// Whether a block of this type is an HTTP message.
pub(crate) fn is_http(content_type: &str) -> bool {
    let mime = content_type.split(';').next().unwrap_or("");
    mime.trim().eq_ignore_ascii_case("application/http")
}

/// A record id out of 16 octets the caller has chosen: `urn:uuid:` of version 8 (RFC 9562 §5.8).
#[must_use]
pub fn record_id(mut octets: [u8; 16]) -> String {
    octets[6] = octets[6] & 0x0f | 0x80;
    octets[8] = octets[8] & 0x3f | 0x80;
    let h = hex::encode(&octets);
    format!(
        "urn:uuid:{}-{}-{}-{}-{}",
        &h[..8],
        &h[8..12],
        &h[12..16],
        &h[16..20],
        &h[20..]
    )
}
