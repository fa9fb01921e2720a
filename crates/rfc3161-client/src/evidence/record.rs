//! The record's octets (RFC 4998 §3.1, §4.1, §5.1). Those of chains and tokens are kept as they came, because later
//! time-stamps cover them.

use super::{MAX_CHAINS, MAX_DIGESTS, MAX_LISTS, MAX_RECORD, MAX_TIME_STAMPS, ReducedHashTree};
use crate::algorithm::AlgorithmIdentifier;
use crate::ber::{self, Element, Reader};
use crate::digest::DigestAlgorithm;
use crate::error::{ParseError, malformed};
use crate::oid;

/// An `EvidenceRecord`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceRecord {
    /// The chains, oldest first; none is empty.
    pub(crate) chains: Vec<Chain>,
}

/// An `ArchiveTimeStampChain`: archive time-stamps under one digest algorithm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chain {
    pub(crate) time_stamps: Vec<ArchiveTimeStamp>,
    /// The encoding as read or written.
    pub(crate) raw: Vec<u8>,
}

/// An `ArchiveTimeStamp`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveTimeStamp {
    /// The algorithm of its hash tree, dotted; where absent that of the token's imprint holds.
    pub(crate) algorithm: Option<String>,
    /// The branch; absent where the time-stamp is over the one data object itself.
    pub(crate) tree: Option<ReducedHashTree>,
    /// The token, as it came.
    pub(crate) token: Vec<u8>,
    pub(crate) raw: Vec<u8>,
}

impl ArchiveTimeStamp {
    /// An archive time-stamp over the root of `tree`.
    pub(crate) fn new(
        algorithm: DigestAlgorithm,
        tree: ReducedHashTree,
        token: &[u8],
    ) -> Result<Self, ParseError> {
        let identifier = ber::encode(ber::OBJECT_IDENTIFIER, &oid::content(algorithm.oid())?);
        let lists: Vec<Vec<u8>> = tree.lists.iter().map(|list| encode_list(list)).collect();
        let raw = ber::encode_sequence(&[
            &ber::encode(ber::context(0), &identifier),
            &ber::encode(ber::context(2), &lists.concat()),
            token,
        ]);
        Ok(Self {
            algorithm: Some(algorithm.oid().to_owned()),
            tree: Some(tree),
            token: token.to_vec(),
            raw,
        })
    }

    /// The token, as it came.
    pub fn token(&self) -> &[u8] {
        &self.token
    }

    fn parse(element: &Element<'_>) -> Result<Self, ParseError> {
        const WHAT: &str = "ArchiveTimeStamp";
        if element.tag != ber::SEQUENCE {
            return Err(malformed(WHAT));
        }
        let mut fields = element.reader()?;
        let algorithm = match fields.optional(ber::context(0))? {
            Some(field) => Some(AlgorithmIdentifier::parse_fields(field.reader()?)?.oid),
            None => None,
        };
        // No attribute is defined that would change what is proved (§4.1).
        fields.optional(ber::context(1))?;
        let tree = match fields.optional(ber::context(2))? {
            Some(field) => Some(parse_tree(&field)?),
            None => None,
        };
        let token = fields.expect(ber::SEQUENCE, "timeStamp")?.raw.to_vec();
        fields.finish(WHAT)?;
        Ok(Self {
            algorithm,
            tree,
            token,
            raw: element.raw.to_vec(),
        })
    }
}

fn encode_list(digests: &[Vec<u8>]) -> Vec<u8> {
    let mut content = Vec::new();
    for digest in digests {
        content.extend_from_slice(&ber::encode(ber::OCTET_STRING, digest));
    }
    ber::encode(ber::SEQUENCE, &content)
}

fn parse_tree(field: &Element<'_>) -> Result<ReducedHashTree, ParseError> {
    const WHAT: &str = "reducedHashtree";
    let mut lists = Vec::new();
    for element in field.reader()?.all(WHAT, MAX_LISTS)? {
        if element.tag != ber::SEQUENCE {
            return Err(malformed(WHAT));
        }
        let mut digests = Vec::new();
        let mut list = element.reader()?;
        while !list.is_empty() {
            if digests.len() == MAX_DIGESTS {
                return Err(ParseError::LimitExceeded {
                    what: WHAT,
                    limit: MAX_DIGESTS,
                });
            }
            digests.push(list.octet_string(WHAT)?.into_owned());
        }
        lists.push(digests);
    }
    match lists.iter().any(Vec::is_empty) || lists.is_empty() {
        true => Err(malformed(WHAT)),
        false => Ok(ReducedHashTree { lists }),
    }
}

impl Chain {
    pub(crate) fn new(time_stamps: Vec<ArchiveTimeStamp>) -> Self {
        let parts: Vec<&[u8]> = time_stamps.iter().map(|one| one.raw.as_slice()).collect();
        let raw = ber::encode_sequence(&parts);
        Self { time_stamps, raw }
    }

    fn parse(element: &Element<'_>) -> Result<Self, ParseError> {
        const WHAT: &str = "ArchiveTimeStampChain";
        if element.tag != ber::SEQUENCE {
            return Err(malformed(WHAT));
        }
        let time_stamps = element
            .reader()?
            .all(WHAT, MAX_TIME_STAMPS)?
            .iter()
            .map(ArchiveTimeStamp::parse)
            .collect::<Result<Vec<_>, _>>()?;
        match time_stamps.is_empty() {
            true => Err(malformed(WHAT)),
            false => Ok(Self {
                time_stamps,
                raw: element.raw.to_vec(),
            }),
        }
    }
}

impl EvidenceRecord {
    /// Reads a record.
    ///
    /// # Errors
    /// `ParseError` when the bytes are none, exceed a budget, or carry encryption (§6), which is not known here.
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        const WHAT: &str = "EvidenceRecord";
        if bytes.len() > MAX_RECORD {
            return Err(ParseError::LimitExceeded {
                what: WHAT,
                limit: MAX_RECORD,
            });
        }
        let mut fields = ber::whole_sequence(bytes, WHAT)?;
        if fields.small_integer("EvidenceRecord.version")? != 1 {
            return Err(malformed("EvidenceRecord.version"));
        }
        fields.sequence("digestAlgorithms")?;
        // cryptoInfos are hints for validation and prove nothing; every token brings its own.
        fields.optional(ber::context(0))?;
        if fields.peek() == Some(ber::context(1)) {
            return Err(malformed("encryptionInfo"));
        }
        let mut sequence = fields.sequence("archiveTimeStampSequence")?;
        fields.finish(WHAT)?;
        let chains = parse_chains(&mut sequence)?;
        let count: usize = chains.iter().map(|chain| chain.time_stamps.len()).sum();
        match count {
            0 => Err(malformed("archiveTimeStampSequence")),
            1..=MAX_TIME_STAMPS => Ok(Self { chains }),
            _ => Err(ParseError::LimitExceeded {
                what: "archiveTimeStampSequence",
                limit: MAX_TIME_STAMPS,
            }),
        }
    }

    /// The record's octets. Chains that were read stand in them as they came.
    ///
    /// # Errors
    /// `ParseError` when a token's digest algorithm cannot be told.
    pub fn to_der(&self) -> Result<Vec<u8>, ParseError> {
        let mut algorithms = Vec::new();
        for time_stamp in self.chains.iter().flat_map(|chain| &chain.time_stamps) {
            let oid = time_stamp.algorithm_oid()?;
            let identifier = ber::encode(ber::OBJECT_IDENTIFIER, &oid::content(&oid)?);
            let identifier = ber::encode(ber::SEQUENCE, &identifier);
            if !algorithms.contains(&identifier) {
                algorithms.push(identifier);
            }
        }
        Ok(ber::encode_sequence(&[
            &ber::encode_unsigned(&[1]),
            &ber::encode(ber::SEQUENCE, &algorithms.concat()),
            &self.sequence(self.chains.len()),
        ]))
    }

    /// Every archive time-stamp, oldest first.
    pub fn time_stamps(&self) -> impl Iterator<Item = &ArchiveTimeStamp> {
        self.chains.iter().flat_map(|chain| &chain.time_stamps)
    }

    /// The algorithm of the last chain: under which the next time-stamp renewal is made.
    pub fn algorithm(&self) -> Option<DigestAlgorithm> {
        let last = self.chains.last()?.time_stamps.last()?;
        DigestAlgorithm::from_oid(&last.algorithm_oid().ok()?)
    }

    /// The algorithm under which the data objects are first covered (EN 319 162-1 names it in the manifest).
    pub fn first_algorithm(&self) -> Option<DigestAlgorithm> {
        DigestAlgorithm::from_oid(&self.time_stamps().next()?.algorithm_oid().ok()?)
    }

    /// The `ArchiveTimeStampSequence` with the first `count` chains (§5.2, atsc).
    pub(crate) fn sequence(&self, count: usize) -> Vec<u8> {
        let chains = self.chains.iter().take(count);
        let parts: Vec<&[u8]> = chains.map(|chain| chain.raw.as_slice()).collect();
        ber::encode_sequence(&parts)
    }
}

impl ArchiveTimeStamp {
    /// The dotted identifier of the tree's algorithm (§4.1: the imprint's where none is named).
    pub(crate) fn algorithm_oid(&self) -> Result<String, ParseError> {
        match &self.algorithm {
            Some(oid) => Ok(oid.clone()),
            None => Ok(crate::Token::parse(&self.token)?
                .tst_info()
                .message_imprint
                .algorithm_oid
                .clone()),
        }
    }
}

fn parse_chains(sequence: &mut Reader<'_>) -> Result<Vec<Chain>, ParseError> {
    sequence
        .all("archiveTimeStampSequence", MAX_CHAINS)?
        .iter()
        .map(Chain::parse)
        .collect()
}
