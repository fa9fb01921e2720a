//! Evidence records in XML (RFC 6283): read and judged, never made. What differs from RFC 4998 is what a renewal is over:
//! the canonical form of elements in place of octets of DER, and beside the digests of the data in place of within them.

mod document;
mod read;

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::hash_tree::ordered;
use super::record::{ArchiveTimeStamp, Chain};
use super::rules::{DATA_CANONICAL, KIND_UNKNOWN, MALFORMED, in_xml};
use super::validation::{Asked, Due, Syntax, conclude, judge};
use super::{EvidenceInputs, EvidenceVerification};
use crate::canonical_xml::{Canonicalization, NotKnown};
use crate::digest::DigestAlgorithm;
use crate::error::ParseError;
use crate::finding::{Findings, Indication};
use document::Refused;

pub use document::is_xml_evidence;

/// A data object as XML: such data are digested in canonical form (RFC 6283 §4.1.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum XmlData {
    /// Its octets are no XML.
    NotXml,
    /// It may be XML, but is too large or of another encoding than UTF-8.
    NotRead,
    /// Octets that may be XML.
    Octets(Vec<u8>),
}

/// A record in XML.
struct XmlRecord {
    /// The chains, oldest first. Their own octets are left empty.
    chains: Vec<Chain>,
    /// The canonicalization of each chain, where it is known.
    methods: Vec<Option<Canonicalization>>,
    /// For each time-stamp the digest of what it renews. White space between elements is in the canonical form, and how
    /// much of it there was at the renewal is not always told: there may be two. None where the form is not known.
    renewed: Vec<Vec<Vec<Vec<u8>>>>,
}

/// Why XML is no record that can be judged.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Unread {
    Malformed(ParseError),
    /// What is not known here, as it is named.
    Kind(String),
}

impl From<ParseError> for Unread {
    fn from(error: ParseError) -> Self {
        Self::Malformed(error)
    }
}

/// Judges a record in XML by every rule (RFC 6283 §4.3). `xml` gives the data object at a position among the digests of
/// [`EvidenceInputs::data`]; it is asked for where the record does not hold the digest of the octets.
pub fn verify_xml_evidence(
    inputs: &EvidenceInputs<'_>,
    xml: &dyn Fn(usize) -> XmlData,
) -> EvidenceVerification {
    let mut verification = match XmlRecord::parse(inputs.record) {
        Ok(record) => {
            let judged = Judged {
                record,
                xml,
                canonical: RefCell::default(),
            };
            let verification = judge(&judged, inputs);
            by_canonical_form(verification, &judged.canonical.borrow())
        }
        Err(unread) => {
            let mut findings = Findings::default();
            match unread {
                Unread::Malformed(error) => {
                    findings.add(&MALFORMED, &[("error", &error.to_string())]);
                }
                Unread::Kind(kind) => findings.add(&KIND_UNKNOWN, &[("kind", &kind)]),
            }
            conclude(Vec::new(), findings)
        }
    };
    in_xml(&mut verification.findings);
    verification
}

/// A record with the way to the data that are XML.
struct Judged<'a> {
    record: XmlRecord,
    xml: &'a dyn Fn(usize) -> XmlData,
    /// The data objects that the record covers in canonical form alone.
    canonical: RefCell<BTreeSet<usize>>,
}

/// Says of which objects only the canonical form is covered: comments and the white space in tags may be others.
fn by_canonical_form(
    mut verification: EvidenceVerification,
    objects: &BTreeSet<usize>,
) -> EvidenceVerification {
    let mut findings = Findings::default();
    for object in objects {
        findings.add(&DATA_CANONICAL, &[("object", &object.to_string())]);
    }
    if !objects.is_empty() && verification.indication == Indication::Passed {
        verification.indication = Indication::PassedWithNotes;
    }
    verification.findings.extend(findings.0);
    verification
}

impl Syntax for Judged<'_> {
    fn chains(&self) -> &[Chain] {
        &self.record.chains
    }

    fn due(&self, asked: &Asked, inputs: &EvidenceInputs<'_>) -> Due {
        if asked.algorithm.hasher().is_none() {
            return Due::NotAtHand;
        }
        let time_stamp = &self.record.chains[asked.chain].time_stamps[asked.position];
        let list = first_list(time_stamp);
        let list: BTreeSet<&[u8]> = list.iter().map(Vec::as_slice).collect();
        let candidates = &self.record.renewed[asked.chain][asked.position];
        let renewed = || {
            let held = candidates.iter().find(|one| list.contains(one.as_slice()));
            held.or(candidates.first()).cloned().ok_or(NotKnown)
        };
        if asked.position > 0 {
            return renewed().map_or(Due::NotCanonical, |one| Due::Among(vec![one]));
        }
        let Some(data) = (inputs.data)(asked.algorithm) else {
            return Due::NotAtHand;
        };
        let group = data.len() != 1;
        let objects = data.into_iter().enumerate();
        let due = objects.map(|(at, digest)| match list.contains(digest.as_slice()) {
            true => Ok(digest),
            false => {
                let canonical = self.canonical(asked, at)?;
                if let Some(found) = &canonical
                    && list.contains(found.as_slice())
                {
                    self.canonical.borrow_mut().insert(at);
                }
                Ok(canonical.unwrap_or(digest))
            }
        });
        // The sequence so far stands beside the data (§4.2.2).
        let before = (asked.chain > 0).then(renewed);
        match due.chain(before).collect::<Result<Vec<_>, NotKnown>>() {
            Ok(due) if group => Due::Group(ordered(due)),
            Ok(due) => Due::Among(due),
            Err(NotKnown) => Due::NotCanonical,
        }
    }
}

impl Judged<'_> {
    /// The digest of a data object's canonical form; none where it is no XML.
    fn canonical(&self, asked: &Asked, at: usize) -> Result<Option<Vec<u8>>, NotKnown> {
        let octets = match (self.xml)(at) {
            XmlData::NotXml => return Ok(None),
            XmlData::NotRead => return Err(NotKnown),
            XmlData::Octets(octets) => octets,
        };
        let text = match document::text(&octets) {
            Ok(text) => text,
            Err(Refused::Malformed) => return Ok(None),
            Err(Refused::Budget) => return Err(NotKnown),
        };
        let document = match document::open(&text) {
            Ok(document) => document,
            Err(Refused::Malformed) => return Ok(None),
            Err(Refused::Budget) => return Err(NotKnown),
        };
        let method = self.record.methods[asked.chain].ok_or(NotKnown)?;
        digest(asked.algorithm, |sink| method.document(&document, sink)).map(Some)
    }
}

/// The digests with which a time-stamp begins: without a tree its imprint stands for itself (§3.1.1).
fn first_list(time_stamp: &ArchiveTimeStamp) -> Vec<Vec<u8>> {
    if let Some(tree) = &time_stamp.tree {
        return tree.lists.first().cloned().unwrap_or_default();
    }
    let token = crate::Token::parse(time_stamp.token()).ok();
    let imprint = token.map(|token| token.tst_info().message_imprint.value.clone());
    imprint.into_iter().collect()
}

/// The digest of what `write` puts out.
fn digest(
    algorithm: DigestAlgorithm,
    write: impl FnOnce(&mut dyn FnMut(&[u8])) -> Result<(), NotKnown>,
) -> Result<Vec<u8>, NotKnown> {
    let mut hasher = algorithm.hasher().ok_or(NotKnown)?;
    write(&mut |octets| hasher.update(octets))?;
    Ok(hasher.finish())
}
