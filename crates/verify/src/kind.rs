//! What a file is, by its content.

use fidem_package::Source;
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
        Kind::Package
    } else if head.starts_with(b"%PDF-") {
        Kind::Certificate
    } else if head.starts_with(b"c2sp.org/tlog-proof") {
        Kind::LogProof
    } else if head.first() == Some(&0x30) {
        match begins_with_version(&head) {
            true => Kind::EvidenceRecord,
            false => Kind::Token,
        }
    } else if xml::may_be(&head) && rfc3161_client::is_xml_evidence(&prolog(source)) {
        Kind::EvidenceRecord
    } else {
        Kind::Unknown
    }
}

/// The beginning in which the document element of XML must stand.
fn prolog(source: &dyn Source) -> Vec<u8> {
    let len = usize::try_from(source.len().min(MAX_PROLOG)).unwrap_or(0);
    source.read_vec(0, len).unwrap_or_default()
}
