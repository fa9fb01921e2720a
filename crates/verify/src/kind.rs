//! What a file is, by its content.

use fidem_anchor::ots;
use fidem_package::Source;
use fidem_webarchive::{Limits, wacz};
use serde::Serialize;

use crate::xml;

/// Octets before the end of the document element's start tag.
const MAX_PROLOG: u64 = 64 << 10;

/// Kinds of subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A package of whole seals.
    Package,
    /// A package of one exhibit.
    Partial,
    /// A certificate PDF.
    Certificate,
    /// An RFC 3161 token or response.
    Token,
    /// An evidence record of RFC 4998, or of RFC 6283 in XML.
    EvidenceRecord,
    /// A `c2sp.org/tlog-proof`.
    LogProof,
    /// An OpenTimestamps proof.
    OpenTimestamps,
    /// A WACZ.
    WebArchive,
    /// None of these.
    Unknown,
}

/// An evidence record's first field is an INTEGER; a token's is an OBJECT IDENTIFIER, a response's a SEQUENCE.
fn begins_with_version(head: &[u8]) -> bool {
    let header = match head.get(1) {
        Some(length @ 0x81..=0x88) => 2 + usize::from(length & 0x7f),
        _ => 2,
    };
    head.get(header) == Some(&0x02)
}

/// Looks at the first octets. A package may turn out to be [`Kind::Partial`] once opened.
pub(crate) fn of(source: &dyn Source) -> Kind {
    let len = usize::try_from(source.len().min(64)).unwrap_or(0);
    let Ok(head) = source.read_vec(0, len) else {
        return Kind::Unknown;
    };
    if head.starts_with(b"PK") {
        match !begins_with_mimetype(&head) && is_web_archive(source, &head) {
            true => Kind::WebArchive,
            false => Kind::Package,
        }
    } else if head.starts_with(b"%PDF-") {
        Kind::Certificate
    } else if head.starts_with(b"c2sp.org/tlog-proof") {
        Kind::LogProof
    } else if head.starts_with(ots::MAGIC) {
        Kind::OpenTimestamps
    } else if head.first() == Some(&0x30) {
        match begins_with_version(&head) {
            true => Kind::EvidenceRecord,
            false => Kind::Token,
        }
    } else if xml::may_be(&head) && rfc3161_client::is_xml_evidence(&prolog(source)) {
        Kind::EvidenceRecord
    } else if is_web_archive(source, &head) {
        // Its first octets may be what is damaged; its directory stands at the end.
        Kind::WebArchive
    } else {
        Kind::Unknown
    }
}

/// The name in the first local header of a zip (APPNOTE 4.3.7).
fn first_name(head: &[u8]) -> &[u8] {
    let len = match head.get(26..28) {
        Some([low, high]) => usize::from(u16::from_le_bytes([*low, *high])),
        _ => 0,
    };
    head.get(30..30 + len).unwrap_or_default()
}

/// ISO/IEC 21320-1 and EN 319 162-1 let a package begin with its type.
fn begins_with_mimetype(head: &[u8]) -> bool {
    first_name(head) == b"mimetype"
}

/// By the name of its first member, or by its directory: one of them is enough, since the other may be damaged.
fn is_web_archive(source: &dyn Source, head: &[u8]) -> bool {
    let first = std::str::from_utf8(first_name(head)).is_ok_and(wacz::is_telling);
    let zip = head.starts_with(b"PK") && first;
    zip || wacz::names(source, &Limits::default())
        .iter()
        .any(|name| wacz::is_telling(name))
}

/// The beginning in which the document element of XML must stand.
fn prolog(source: &dyn Source) -> Vec<u8> {
    let len = usize::try_from(source.len().min(MAX_PROLOG)).unwrap_or(0);
    source.read_vec(0, len).unwrap_or_default()
}
