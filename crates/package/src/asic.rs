//! `ASiCManifest*.xml` and `ASiCEvidenceRecordManifest*.xml` (ETSI EN 319 162-1 Annex A.4): which members a token or an
//! evidence record speaks of.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The namespace of the schema, version 1.2.1 of TS 102 918, which EN 319 162-1 keeps.
const NAMESPACE: &str = "http://uri.etsi.org/02918/v1.2.1#";
/// XML digital signature core.
const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
/// Identifier of SHA-256 in XML encryption.
const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";
/// MIME type of a token.
const TOKEN_TYPE: &str = "application/vnd.etsi.timestamp-token";

/// Declarations of namespaces in one manifest; ours has two.
const MAX_NAMESPACES: usize = 64;
/// Equals signs from the start of one tag to the next: attributes, and the end of a digest in base 64.
const MAX_ATTRIBUTES: usize = 64;

/// One referenced member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Member name, percent-decoding done.
    pub member: String,
    /// Its SHA-256.
    pub sha256: [u8; 32],
}

/// A manifest: the token or evidence record it belongs to, and what it references.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AsicManifest {
    /// Member with the token or the evidence record.
    pub token: String,
    /// Referenced members in order.
    pub references: Vec<Reference>,
}

/// Why XML is not a manifest we read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AsicError {
    /// Not well-formed, or with a document type.
    #[error("not well-formed XML: {reason}")]
    Xml {
        /// In the words of the XML reader.
        reason: String,
    },
    /// An element that the annex does not have here, or that is missing.
    #[error("the manifest lacks or repeats {what}")]
    Shape {
        /// Which.
        what: &'static str,
    },
    /// Another digest than SHA-256.
    #[error("digest method {found:?} where SHA-256 was expected")]
    Digest {
        /// What stands there.
        found: String,
    },
    /// A URI that is not a percent-encoded member name.
    #[error("reference {uri:?} is not the name of a member")]
    Uri {
        /// The URI.
        uri: String,
    },
}

impl AsicManifest {
    /// Writes the manifest.
    #[must_use]
    pub fn to_xml(&self) -> Vec<u8> {
        let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        // For evidence records the annex names no type.
        let mime_type = match self.token.ends_with(".ers") {
            true => String::new(),
            false => format!(" MimeType=\"{TOKEN_TYPE}\""),
        };
        xml.push_str(&format!(
            "<asic:ASiCManifest xmlns:asic=\"{NAMESPACE}\" xmlns:ds=\"{DSIG}\">\n<asic:SigReference URI=\"{}\"{mime_type}/>\n",
            encode(&self.token)
        ));
        for reference in &self.references {
            xml.push_str("<asic:DataObjectReference URI=\"");
            xml.push_str(&encode(&reference.member));
            xml.push_str("\"><ds:DigestMethod Algorithm=\"");
            xml.push_str(SHA256);
            xml.push_str("\"/><ds:DigestValue>");
            STANDARD.encode_string(reference.sha256, &mut xml);
            xml.push_str("</ds:DigestValue></asic:DataObjectReference>\n");
        }
        xml.push_str("</asic:ASiCManifest>\n");
        xml.into_bytes()
    }

    /// Reads a manifest.
    ///
    /// # Errors
    /// [`AsicError`].
    pub fn from_xml(bytes: &[u8]) -> Result<Self, AsicError> {
        let text = std::str::from_utf8(bytes).map_err(|e| AsicError::Xml {
            reason: e.to_string(),
        })?;
        check_budget(text)?;
        let document = roxmltree::Document::parse(text).map_err(|e| AsicError::Xml {
            reason: e.to_string(),
        })?;
        let root = document.root_element();
        if !root.has_tag_name((NAMESPACE, "ASiCManifest")) {
            return Err(AsicError::Shape {
                what: "ASiCManifest",
            });
        }
        let mut token = None;
        let mut references = Vec::new();
        for child in root.children().filter(roxmltree::Node::is_element) {
            if child.has_tag_name((NAMESPACE, "SigReference")) && token.is_none() {
                token = Some(member(child)?);
            } else if child.has_tag_name((NAMESPACE, "DataObjectReference")) {
                references.push(reference(child)?);
            } else {
                return Err(AsicError::Shape {
                    what: "SigReference",
                });
            }
        }
        let token = token.ok_or(AsicError::Shape {
            what: "SigReference",
        })?;
        Ok(Self { token, references })
    }
}

/// Refuses what would keep the XML reader busy for hours: its work grows with the square of one tag's attributes, and
/// with the cube of declarations nested in each other. A colon or an equals sign in a member's name is percent-encoded.
fn check_budget(text: &str) -> Result<(), AsicError> {
    let namespaces = text.matches("xmlns:").count();
    let attributes = text.split('<').map(|tag| tag.matches('=').count()).max();
    match namespaces <= MAX_NAMESPACES && attributes <= Some(MAX_ATTRIBUTES) {
        true => Ok(()),
        false => Err(AsicError::Xml {
            reason: "more namespaces or attributes than a manifest has".to_owned(),
        }),
    }
}

fn reference(node: roxmltree::Node<'_, '_>) -> Result<Reference, AsicError> {
    let only = |name, what| {
        let mut found = node.children().filter(|c| c.has_tag_name((DSIG, name)));
        match (found.next(), found.next()) {
            (Some(one), None) => Ok(one),
            _ => Err(AsicError::Shape { what }),
        }
    };
    let method = plain(only("DigestMethod", "DigestMethod")?, "Algorithm").unwrap_or_default();
    if method != SHA256 {
        return Err(AsicError::Digest {
            found: method.to_owned(),
        });
    }
    let value = only("DigestValue", "DigestValue")?
        .text()
        .unwrap_or_default();
    let sha256 = STANDARD
        .decode(value.trim())
        .ok()
        .and_then(|d| d.try_into().ok())
        .ok_or(AsicError::Shape {
            what: "DigestValue",
        })?;
    Ok(Reference {
        member: member(node)?,
        sha256,
    })
}

/// An attribute of no namespace, as those of the schema are; one of another namespace means something else.
fn plain<'d>(node: roxmltree::Node<'d, '_>, name: &str) -> Option<&'d str> {
    let mut attributes = node.attributes();
    let found = attributes.find(|one| one.namespace().is_none() && one.name() == name);
    found.map(|attribute| attribute.value())
}

fn member(node: roxmltree::Node<'_, '_>) -> Result<String, AsicError> {
    let uri = plain(node, "URI").unwrap_or_default();
    decode(uri)
        .filter(|name| crate::layout::check_name(name).is_ok())
        .ok_or_else(|| AsicError::Uri {
            uri: uri.to_owned(),
        })
}

/// RFC 3986 percent-encoding of everything but unreserved characters and `/`.
fn encode(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

fn decode(uri: &str) -> Option<String> {
    let mut out = Vec::with_capacity(uri.len());
    let mut bytes = uri.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let digits = [bytes.next()?, bytes.next()?];
        let text = std::str::from_utf8(&digits).ok()?;
        if text.starts_with('+') {
            return None;
        }
        out.push(u8::from_str_radix(text, 16).ok()?);
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> AsicManifest {
        AsicManifest {
            token: "META-INF/timestamp001.tst".into(),
            references: vec![
                Reference {
                    member: "seals/001/seal.json".into(),
                    sha256: [7; 32],
                },
                Reference {
                    member: "evidence/0001-合同 + 100%.pdf".into(),
                    sha256: [8; 32],
                },
            ],
        }
    }

    #[test]
    fn reads_back_what_it_wrote() {
        assert_eq!(AsicManifest::from_xml(&manifest().to_xml()), Ok(manifest()));
    }

    #[test]
    fn names_are_percent_encoded() {
        let xml = String::from_utf8_lossy(&manifest().to_xml()).into_owned();
        assert!(xml.contains("evidence/0001-%E5%90%88%E5%90%8C%20%2B%20100%25.pdf"));
    }

    #[test]
    fn other_digests_document_types_and_paths_are_refused() {
        let xml = String::from_utf8_lossy(&manifest().to_xml()).into_owned();
        let sha1 = xml.replace(SHA256, "http://www.w3.org/2000/09/xmldsig#sha1");
        assert!(matches!(
            AsicManifest::from_xml(sha1.as_bytes()),
            Err(AsicError::Digest { .. })
        ));
        let dtd = xml.replace("?>\n", "?>\n<!DOCTYPE a [<!ENTITY b \"c\">]>\n");
        assert!(matches!(
            AsicManifest::from_xml(dtd.as_bytes()),
            Err(AsicError::Xml { .. })
        ));
        let path = xml.replace("seals/001", "seals/..");
        assert!(matches!(
            AsicManifest::from_xml(path.as_bytes()),
            Err(AsicError::Uri { .. })
        ));
    }
}
