//! The elements of a record (RFC 6283 §2.1, §3.1, §4.1). What the schema has no place for is refused: nothing may stand in
//! a record that reads as if it were proved.

use roxmltree::{Document, Node};

use super::document::{self, NAMESPACE, Refused};
use super::{Unread, XmlRecord, digest};
use crate::canonical_xml::{Canonicalization, LeftOut};
use crate::digest::DigestAlgorithm;
use crate::error::{ParseError, malformed};
use crate::evidence::record::{ArchiveTimeStamp, Chain};
use crate::evidence::{MAX_CHAINS, MAX_DIGESTS, MAX_LISTS, MAX_TIME_STAMPS, ReducedHashTree};
use crate::pem::base64;

/// Octets accepted in one record: each chain has those of all earlier ones digested anew.
const MAX_RECORD: usize = 32 << 20;

impl XmlRecord {
    /// Reads a record.
    pub(super) fn parse(octets: &[u8]) -> Result<Self, Unread> {
        if octets.len() > MAX_RECORD {
            return Err(exceeded("EvidenceRecord", MAX_RECORD).into());
        }
        let refused = |refused| match refused {
            Refused::Malformed => malformed("XML"),
            Refused::Budget => malformed("XML: a document type, or more than a record has"),
        };
        let text = document::text(octets).map_err(refused)?;
        let document = document::open(&text).map_err(refused)?;
        Self::of(&document)
    }

    fn of(document: &Document<'_>) -> Result<Self, Unread> {
        let root = document.root_element();
        if !root.has_tag_name((NAMESPACE, "EvidenceRecord")) {
            return Err(malformed("EvidenceRecord").into());
        }
        if plain(root, "Version") != Some("1.0") {
            return Err(malformed("EvidenceRecord Version").into());
        }
        let parts = [
            "EncryptionInformation",
            "SupportingInformationList",
            "ArchiveTimeStampSequence",
        ];
        let [encryption, _, sequence] = parts_of(root, parts)?;
        if encryption.is_some() {
            return Err(Unread::Kind("EncryptionInformation".to_owned()));
        }
        let sequence = sequence.ok_or(malformed("ArchiveTimeStampSequence"))?;
        let elements = in_order(sequence, "ArchiveTimeStampChain", MAX_CHAINS, 0)?;
        let mut record = Self {
            chains: Vec::new(),
            methods: Vec::new(),
            renewed: Vec::new(),
        };
        for (at, element) in elements.iter().enumerate() {
            record.chain(*element, &elements[at..])?;
        }
        let count: usize = record.chains.iter().map(|one| one.time_stamps.len()).sum();
        match count <= MAX_TIME_STAMPS {
            true => Ok(record),
            false => Err(exceeded("ArchiveTimeStampSequence", MAX_TIME_STAMPS).into()),
        }
    }

    /// Adds a chain; `following` is itself and the later ones.
    fn chain(&mut self, element: Node<'_, '_>, following: &[Node<'_, '_>]) -> Result<(), Unread> {
        let (digest_uri, method) = methods(element)?;
        let elements = in_order(element, "ArchiveTimeStamp", MAX_TIME_STAMPS, 2)?;
        let algorithm = DigestAlgorithm::from_uri(&digest_uri);
        let oid = algorithm.map_or(digest_uri, |known| known.oid().to_owned());
        let mut time_stamps = Vec::with_capacity(elements.len());
        let mut renewed = Vec::with_capacity(elements.len());
        let mut before = None;
        for element in elements {
            let (time_stamp, token) = time_stamp(element, &oid)?;
            time_stamps.push(time_stamp);
            renewed.push(match (algorithm.zip(method), before) {
                (None, _) => Vec::new(),
                (Some(both), Some(earlier)) => of_time_stamp(both, earlier),
                (Some(both), None) => of_sequence(both, following),
            });
            before = Some(token);
        }
        self.chains.push(Chain {
            time_stamps,
            raw: Vec::new(),
        });
        self.methods.push(method);
        self.renewed.push(renewed);
        Ok(())
    }
}

/// The identifier of a chain's digest (§4.1.1), and its canonicalization where that is known (§4.1.2).
fn methods(chain: Node<'_, '_>) -> Result<(String, Option<Canonicalization>), ParseError> {
    let mut children = chain.children().filter(Node::is_element);
    let mut named = |name: &'static str| {
        let method = children.next();
        let method = method.filter(|method| method.has_tag_name((NAMESPACE, name)));
        let uri = method.and_then(|method| plain(method, "Algorithm"));
        method.zip(uri).ok_or(malformed(name))
    };
    let (_, digest_uri) = named("DigestMethod")?;
    let (method, uri) = named("CanonicalizationMethod")?;
    // What stands in the method would change its result.
    let bare = !method.children().any(|child| child.is_element());
    let known = Canonicalization::from_uri(uri).filter(|_| bare);
    Ok((digest_uri.to_owned(), known))
}

/// The digest of a `TimeStamp` that is renewed (§4.2.1).
fn of_time_stamp(
    (algorithm, method): (DigestAlgorithm, Canonicalization),
    element: Node<'_, '_>,
) -> Vec<Vec<u8>> {
    let digest = digest(algorithm, |sink| {
        method.element(element, &LeftOut::new(), sink)
    });
    digest.into_iter().collect()
}

/// The digest of the sequence before `chains` (§4.2.2): without them, and as it was when white space came with them. None
/// for the first chain, which renews nothing.
fn of_sequence(
    (algorithm, method): (DigestAlgorithm, Canonicalization),
    chains: &[Node<'_, '_>],
) -> Vec<Vec<u8>> {
    let Some(sequence) = chains.first().and_then(Node::parent_element) else {
        return Vec::new();
    };
    let earlier = sequence.children().filter(Node::is_element).count() - chains.len();
    if earlier == 0 {
        return Vec::new();
    }
    let removed: LeftOut = chains.iter().map(|chain| chain.id().get()).collect();
    let white = |node: &Node<'_, '_>| node.text().is_some_and(|text| text.trim().is_empty());
    let with_space = chains.iter().filter_map(Node::prev_sibling);
    let with_space = with_space.filter(|node| node.is_text() && white(node));
    let spaced: LeftOut = with_space
        .map(|node| node.id().get())
        .chain(removed.iter().copied())
        .collect();
    let mut forms = vec![removed, spaced];
    forms.dedup();
    let digests = forms
        .iter()
        .map(|left_out| digest(algorithm, |sink| method.element(sequence, left_out, sink)));
    digests.filter_map(Result::ok).collect()
}

/// Reads an `ArchiveTimeStamp`, and returns its `TimeStamp` with it.
fn time_stamp<'d, 'i>(
    element: Node<'d, 'i>,
    oid: &str,
) -> Result<(ArchiveTimeStamp, Node<'d, 'i>), Unread> {
    // No attribute is defined that would change what is proved.
    let [tree, stamp, _] = parts_of(element, ["HashTree", "TimeStamp", "Attributes"])?;
    let stamp = stamp.ok_or(malformed("TimeStamp"))?;
    // The list holds copies for verifiers that have no others.
    let [token, _] = parts_of(stamp, ["TimeStampToken", "CryptographicInformationList"])?;
    let token = token.ok_or(malformed("TimeStampToken"))?;
    let kind = plain(token, "Type").unwrap_or_default();
    if kind != "RFC3161" {
        return Err(Unread::Kind(kind.to_owned()));
    }
    let time_stamp = ArchiveTimeStamp {
        algorithm: Some(oid.to_owned()),
        tree: tree.map(hash_tree).transpose()?,
        token: octets(token, "TimeStampToken")?,
        raw: Vec::new(),
    };
    Ok((time_stamp, stamp))
}

/// Reads a `HashTree` (§3.1.1).
fn hash_tree(element: Node<'_, '_>) -> Result<ReducedHashTree, ParseError> {
    let sequences = in_order(element, "Sequence", MAX_LISTS, 0)?;
    let list = |sequence: &Node<'_, '_>| {
        let digests = sequence.children().filter(Node::is_element);
        let digests: Vec<Vec<u8>> = digests
            .map(
                |value| match value.has_tag_name((NAMESPACE, "DigestValue")) {
                    true => octets(value, "DigestValue"),
                    false => Err(malformed("Sequence")),
                },
            )
            .collect::<Result<_, _>>()?;
        match digests.len() {
            0 => Err(malformed("Sequence")),
            1..=MAX_DIGESTS => Ok(digests),
            _ => Err(exceeded("Sequence", MAX_DIGESTS)),
        }
    };
    let lists = sequences.iter().map(list).collect::<Result<_, _>>()?;
    Ok(ReducedHashTree { lists })
}

/// An attribute of no namespace, as all of the schema are; one of another namespace means something else.
fn plain<'d>(element: Node<'d, '_>, name: &str) -> Option<&'d str> {
    let mut attributes = element.attributes();
    let found = attributes.find(|one| one.namespace().is_none() && one.name() == name);
    found.map(|attribute| attribute.value())
}

/// The octets of an element that holds base 64 and no other element.
fn octets(element: Node<'_, '_>, what: &'static str) -> Result<Vec<u8>, ParseError> {
    let mut text = String::new();
    for child in element.children() {
        if child.is_element() {
            return Err(malformed(what));
        }
        if child.is_text() {
            text.push_str(child.text().unwrap_or_default());
        }
    }
    let octets = base64(&text).filter(|octets| !octets.is_empty());
    octets.ok_or(malformed(what))
}

/// The children of these names, each once at most, and no others.
fn parts_of<'d, 'i, const N: usize>(
    element: Node<'d, 'i>,
    names: [&'static str; N],
) -> Result<[Option<Node<'d, 'i>>; N], ParseError> {
    let mut found = [None; N];
    for child in element.children().filter(Node::is_element) {
        let at = names
            .iter()
            .position(|name| child.has_tag_name((NAMESPACE, *name)));
        match at.map(|at| &mut found[at]) {
            Some(slot @ None) => *slot = Some(child),
            _ => return Err(malformed("EvidenceRecord: an element out of its place")),
        }
    }
    Ok(found)
}

/// The children of one name by their `Order`, which counts from 1; at least one, and beside them as many `others`.
fn in_order<'d, 'i>(
    element: Node<'d, 'i>,
    name: &'static str,
    limit: usize,
    others: usize,
) -> Result<Vec<Node<'d, 'i>>, ParseError> {
    let mut numbered = Vec::new();
    let mut beside = 0;
    for child in element.children().filter(Node::is_element) {
        if !child.has_tag_name((NAMESPACE, name)) {
            beside += 1;
            continue;
        }
        if numbered.len() == limit {
            return Err(exceeded(name, limit));
        }
        let order = plain(child, "Order").unwrap_or_default().trim();
        numbered.push((order.parse::<usize>().map_err(|_| malformed(name))?, child));
    }
    numbered.sort_by_key(|(order, _)| *order);
    let counted = (1..).zip(&numbered).all(|(due, (order, _))| due == *order);
    match counted && beside == others && !numbered.is_empty() {
        true => Ok(numbered.into_iter().map(|(_, child)| child).collect()),
        false => Err(malformed(name)),
    }
}

fn exceeded(what: &'static str, limit: usize) -> ParseError {
    ParseError::LimitExceeded { what, limit }
}
