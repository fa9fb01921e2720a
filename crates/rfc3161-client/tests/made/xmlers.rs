//! Evidence records in XML (RFC 6283), written by hand: canonical forms are put together here, not by what is tested.

use rfc3161_client::{DigestAlgorithm, ReducedHashTree};

pub const INCLUSIVE: &str = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
pub const INCLUSIVE11: &str = "http://www.w3.org/2006/12/xml-c14n11";
pub const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const NAMESPACE: &str = "urn:ietf:params:xml:ns:ers";

/// How a record is written.
#[derive(Clone)]
pub struct Style {
    pub method: &'static str,
    /// With its colon, or none.
    pub prefix: &'static str,
    /// Before each chain and after the last one.
    pub space: &'static str,
}

/// A record: each chain with its digest and the canonical text of its archive time-stamps.
#[derive(Clone)]
pub struct XmlRecord {
    pub style: Style,
    pub chains: Vec<(DigestAlgorithm, Vec<Stamped>)>,
}

#[derive(Clone)]
pub struct Stamped {
    pub tree: Option<ReducedHashTree>,
    pub token: Vec<u8>,
}

impl XmlRecord {
    pub fn new(style: Style) -> Self {
        Self {
            style,
            chains: Vec::new(),
        }
    }

    pub fn with_chain(&self, algorithm: DigestAlgorithm, first: Stamped) -> Self {
        let mut record = self.clone();
        record.chains.push((algorithm, vec![first]));
        record
    }

    pub fn with_time_stamp(&self, next: Stamped) -> Self {
        let mut record = self.clone();
        record.chains.last_mut().unwrap().1.push(next);
        record
    }

    /// The digest that a time-stamp renewal is over.
    pub fn time_stamp_renewal(&self) -> Vec<u8> {
        let (algorithm, stamps) = self.chains.last().unwrap();
        let element = self.time_stamp(&stamps.last().unwrap().token);
        let canonical = self.apex(&element, "TimeStamp");
        algorithm.digest(canonical.as_bytes()).unwrap()
    }

    /// The digest that a hash-tree renewal has beside those of the data.
    pub fn hash_tree_renewal(&self, algorithm: DigestAlgorithm) -> Vec<u8> {
        let canonical = self.apex(&self.sequence(), "ArchiveTimeStampSequence");
        algorithm.digest(canonical.as_bytes()).unwrap()
    }

    /// The record, in a form that is not canonical.
    pub fn to_xml(&self) -> String {
        let prefix = self.style.prefix;
        let record = self.element("EvidenceRecord", " Version=\"1.0\"", &self.sequence());
        let root = self.apex(&record, "EvidenceRecord");
        let short = ["DigestMethod", "CanonicalizationMethod"].iter();
        let short = short.fold(root, |text, name| {
            text.replace(&format!("></{prefix}{name}>"), "  />")
        });
        // The first occurrence is that of the document element.
        format!(
            "<?xml version=\"1.0\"?>\n{}",
            short.replace(" Order=\"1\"", " Order = '1'")
        )
    }

    fn sequence(&self) -> String {
        let mut content = String::new();
        for (at, (algorithm, stamps)) in self.chains.iter().enumerate() {
            content.push_str(self.style.space);
            let uri = match algorithm {
                DigestAlgorithm::Sha256 => "http://www.w3.org/2001/04/xmlenc#sha256",
                _ => "http://www.w3.org/2001/04/xmlenc#sha512",
            };
            let mut parts = self.element("DigestMethod", &format!(" Algorithm=\"{uri}\""), "");
            let method = format!(" Algorithm=\"{}\"", self.style.method);
            parts.push_str(&self.element("CanonicalizationMethod", &method, ""));
            for (at, stamped) in stamps.iter().enumerate() {
                let tree = stamped.tree.as_ref().map(|tree| self.tree(tree));
                let content = tree.unwrap_or_default() + &self.time_stamp(&stamped.token);
                parts.push_str(&self.element("ArchiveTimeStamp", &order(at), &content));
            }
            content.push_str(&self.element("ArchiveTimeStampChain", &order(at), &parts));
        }
        content.push_str(self.style.space);
        self.element("ArchiveTimeStampSequence", "", &content)
    }

    fn tree(&self, tree: &ReducedHashTree) -> String {
        let list = |(at, list): (usize, &Vec<Vec<u8>>)| {
            let values = list.iter();
            let values = values.map(|value| self.element("DigestValue", "", &base64(value)));
            self.element("Sequence", &order(at), &values.collect::<String>())
        };
        let lists: String = tree.lists.iter().enumerate().map(list).collect();
        self.element("HashTree", "", &lists)
    }

    fn time_stamp(&self, token: &[u8]) -> String {
        let token = format!("\n{}\n", base64(token));
        let token = self.element("TimeStampToken", " Type=\"RFC3161\"", &token);
        self.element("TimeStamp", "", &token)
    }

    fn element(&self, name: &str, attributes: &str, content: &str) -> String {
        let prefix = self.style.prefix;
        format!("<{prefix}{name}{attributes}>{content}</{prefix}{name}>")
    }

    /// An element by itself, with the namespace declared.
    fn apex(&self, element: &str, name: &str) -> String {
        let prefix = self.style.prefix;
        let declaration = match prefix.strip_suffix(':') {
            Some(prefix) => format!(" xmlns:{prefix}=\"{NAMESPACE}\""),
            None => format!(" xmlns=\"{NAMESPACE}\""),
        };
        let tag = format!("<{prefix}{name}");
        element.replacen(&tag, &format!("{tag}{declaration}"), 1)
    }
}

fn order(at: usize) -> String {
    format!(" Order=\"{}\"", at + 1)
}

pub fn base64(octets: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in octets.chunks(3) {
        let mut bits = 0u32;
        for at in 0..3 {
            bits = bits << 8 | u32::from(chunk.get(at).copied().unwrap_or(0));
        }
        for at in 0..4 {
            let digit = (bits >> (18 - 6 * at)) & 63;
            let sign = usize::try_from(digit).unwrap();
            text.push(if at > chunk.len() {
                '='
            } else {
                char::from(DIGITS[sign])
            });
        }
    }
    text
}
