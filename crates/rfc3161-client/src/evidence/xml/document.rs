//! Opening XML that may be hostile, and telling a record by its document element.

use std::borrow::Cow;

use roxmltree::{Document, Error, ParsingOptions};

/// The namespace of RFC 6283 §8.
pub(super) const NAMESPACE: &str = "urn:ietf:params:xml:ns:ers";
/// Nodes of one document: a list of half a million digests, each with its text and white space around it.
const MAX_NODES: u32 = 1 << 21;
/// Declarations of namespaces in one document.
const MAX_NAMESPACES: usize = 256;
/// Equals signs from the start of one tag to the next: attributes, and the end of a digest in base 64.
const MAX_ATTRIBUTES: usize = 64;

/// Why a document was not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// It is no XML.
    Malformed,
    /// It may be, but has a document type, or more of something than is read here.
    Budget,
}

/// The text of a document in UTF-8, with or without a mark at its beginning, its line ends as XML 1.0 §2.11 has every
/// reader take them: the parser leaves some beside references. Text beyond ASCII under the name of another encoding is
/// not read.
pub(super) fn text(octets: &[u8]) -> Result<Cow<'_, str>, Refused> {
    let octets = octets.strip_prefix(b"\xef\xbb\xbf").unwrap_or(octets);
    if !octets.is_ascii()
        && declared(octets).is_some_and(|name| !name.eq_ignore_ascii_case("utf-8"))
    {
        return Err(Refused::Budget);
    }
    let text = std::str::from_utf8(octets).map_err(|_| Refused::Malformed)?;
    let mut text = match text.contains('\r') {
        true => Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")),
        false => Cow::Borrowed(text),
    };
    // The parser knows a declaration by the space behind its name alone; any white space may stand there (§2.8).
    if let Some(rest) = text
        .strip_prefix("<?xml")
        .filter(|rest| rest.starts_with(['\t', '\n']))
    {
        text = Cow::Owned(format!("<?xml {}", &rest[1..]));
    }
    Ok(text)
}

/// The encoding that an XML declaration names (§4.3.3).
fn declared(octets: &[u8]) -> Option<String> {
    let head = octets.strip_prefix(b"<?xml")?;
    head.first().filter(|next| next.is_ascii_whitespace())?;
    let end = head.windows(2).position(|pair| pair == b"?>")?;
    let head = String::from_utf8_lossy(&head[..end]);
    let (_, value) = head.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value
        .chars()
        .next()
        .filter(|one| ['"', '\''].contains(one))?;
    let name = value[1..].split(quote).next()?;
    Some(name.to_owned())
}

/// Opens a document. What would keep the reader busy for hours is refused: its work grows with the square of one tag's
/// attributes, and with the cube of declarations nested in each other.
pub(super) fn open(text: &str) -> Result<Document<'_>, Refused> {
    let namespaces = text.matches("xmlns").count();
    let attributes = text.split('<').map(|tag| tag.matches('=').count()).max();
    if namespaces > MAX_NAMESPACES || attributes > Some(MAX_ATTRIBUTES) {
        return Err(Refused::Budget);
    }
    let options = ParsingOptions {
        nodes_limit: MAX_NODES,
        ..ParsingOptions::default()
    };
    Document::parse_with_options(text, options).map_err(|error| match error {
        Error::DtdDetected
        | Error::NodesLimitReached
        | Error::AttributesLimitReached
        | Error::NamespacesLimitReached => Refused::Budget,
        _ => Refused::Malformed,
    })
}

/// Whether a file that begins with these octets is an evidence record in XML, by the name of its document element.
pub fn is_xml_evidence(head: &[u8]) -> bool {
    let head = String::from_utf8_lossy(head);
    let mut rest = head.trim_start_matches('\u{feff}');
    loop {
        rest = rest.trim_start();
        let ends = match rest {
            _ if rest.starts_with("<?") => "?>",
            _ if rest.starts_with("<!--") => "-->",
            _ => break,
        };
        let Some((_, after)) = rest.split_once(ends) else {
            return false;
        };
        rest = after;
    }
    let Some(tag) = start_tag(rest) else {
        return false;
    };
    let alone = format!("{}/>", tag.trim_end_matches('/'));
    open(&alone).is_ok_and(|document| {
        let root = document.root_element();
        root.has_tag_name((NAMESPACE, "EvidenceRecord"))
    })
}

/// A start tag up to its end, which an attribute's value does not make.
fn start_tag(text: &str) -> Option<&str> {
    let mut quote = None;
    for (at, sign) in text.char_indices() {
        match (quote, sign) {
            (None, '>') => return text.get(..at),
            (None, '"' | '\'') => quote = Some(sign),
            (Some(open), _) if open == sign => quote = None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_told_by_its_document_element() {
        let records = [
            "<EvidenceRecord xmlns=\"urn:ietf:params:xml:ns:ers\" Version=\"1.0\"><Archive",
            "\u{feff}<?xml version=\"1.0\"?>\n<!-- > -->\n<?a b?><e:EvidenceRecord a=\">/\" \
             xmlns:e='urn:ietf:params:xml:ns:ers'>",
            "<EvidenceRecord xmlns='urn:ietf:params:xml:ns:ers'/>",
        ];
        for record in records {
            assert!(is_xml_evidence(record.as_bytes()), "{record}");
        }
        let others = [
            "",
            "<",
            "EvidenceRecord",
            "<EvidenceRecord>",
            "<EvidenceRecord xmlns=\"urn:ietf:params:xml:ns:ers:2\">",
            "<EvidenceRecords xmlns=\"urn:ietf:params:xml:ns:ers\">",
            "<a><EvidenceRecord xmlns=\"urn:ietf:params:xml:ns:ers\">",
            "<!DOCTYPE a><EvidenceRecord xmlns=\"urn:ietf:params:xml:ns:ers\">",
            "<!-- <EvidenceRecord xmlns=\"urn:ietf:params:xml:ns:ers\"> ",
            "<EvidenceRecord xmlns=\"urn:ietf:params:xml:ns:ers\"",
        ];
        for other in others {
            assert!(!is_xml_evidence(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn a_text_is_taken_as_xml_has_it() {
        let of = |octets: &[u8]| text(octets).map(Cow::into_owned);
        assert_eq!(
            of(b"\xef\xbb\xbf<a>\r&amp;\r\n</a>"),
            Ok("<a>\n&amp;\n</a>".into())
        );
        assert_eq!(
            of(b"<?xml\tversion='1.0'?><a/>"),
            Ok("<?xml version='1.0'?><a/>".into())
        );
        let latin = "<?xml version='1.0' encoding = \"ISO-8859-1\"?><a>\u{e9}</a>";
        assert_eq!(of(latin.as_bytes()), Err(Refused::Budget));
        let ascii = latin.replace('\u{e9}', "e");
        assert_eq!(of(ascii.as_bytes()), Ok(ascii.clone()));
        let utf8 = latin.replace("ISO-8859-1", "utf-8");
        assert_eq!(of(utf8.as_bytes()), Ok(utf8.clone()));
        assert_eq!(of(b"<a>\xff</a>"), Err(Refused::Malformed));
    }

    #[test]
    fn what_would_keep_the_reader_busy_is_refused() {
        let refused = |text: &str| open(text).err();
        assert_eq!(refused("<a>"), Some(Refused::Malformed));
        assert_eq!(refused("<!DOCTYPE a []><a/>"), Some(Refused::Budget));
        let many = "<a xmlns='b'/>".repeat(MAX_NAMESPACES + 1);
        assert_eq!(refused(&format!("<a>{many}</a>")), Some(Refused::Budget));
        let attributes: String = (0..=MAX_ATTRIBUTES)
            .map(|at| format!(" a{at}=''"))
            .collect();
        assert_eq!(refused(&format!("<a{attributes}/>")), Some(Refused::Budget));
    }
}
