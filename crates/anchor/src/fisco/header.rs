//! Block headers: what their hash covers, and who may sign it.

use serde::{Deserialize, Serialize};

use super::suite::Suite;
use super::{Hash, Hex, HexOf, NodeId};
use crate::rlp::{self, Item, RlpError};

/// Most sealers of a group that are read.
pub const MAX_SEALERS: usize = 512;
/// Fields of a header of version 2.
const FIELDS: usize = 13;
/// Octets of a sealer and its weight behind it: extra data of version 3 is shorter, so that it hides none.
const SEALER_AND_WEIGHT: usize = 72;

/// The header of a block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Header {
    /// Of version 2: the RLP that is hashed.
    V2(Hex),
    /// Of version 3: the members that are hashed, as the node names them.
    V3(Box<Members>),
}

/// The members of a header of version 3.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Members {
    /// Votes that each sealer has, in their order.
    pub consensus_weights: Vec<u64>,
    /// For applications; empty but in the first block.
    pub extra_data: Hex,
    /// In decimal.
    pub gas_used: String,
    /// The height.
    pub number: u64,
    /// The block before; none in the first.
    pub parent_info: Vec<Parent>,
    /// The root over the receipts.
    pub receipts_root: Hash,
    /// Which of the sealers made the block.
    pub sealer: u64,
    /// Public keys of the sealers.
    pub sealer_list: Vec<NodeId>,
    /// The root over the state.
    pub state_root: Hash,
    /// Milliseconds since 1970 by the clock of the sealer.
    pub timestamp: u64,
    /// The root over the transactions.
    pub txs_root: Hash,
    /// Of the chain's rules: 0x03 and three octets more.
    pub version: u32,
}

/// The block before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Parent {
    /// Its hash.
    pub block_hash: Hash,
    /// Its height.
    pub block_number: u64,
}

/// A header that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Its hash, recomputed.
    pub hash: Hash,
    /// Its height.
    pub number: u64,
    /// Milliseconds since 1970 by the clock of the sealer that made it.
    pub milliseconds: u64,
    /// The root over the transactions.
    pub root: Hash,
    /// Public keys of the sealers with their votes, in the order that signatures refer to.
    pub sealers: Vec<(NodeId, u64)>,
}

impl Header {
    /// Reads the header; none where it is not in the one form of its version.
    #[must_use]
    pub fn read(&self, suite: Suite) -> Option<Block> {
        match self {
            Self::V2(rlp) => read_rlp(&rlp.0, suite),
            Self::V3(members) => members.read(suite),
        }
    }
}

/// The fields of a header of version 2 that are not free.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    /// Hash of the block before, roots over state, transactions, receipts, hash of the data base.
    pub hashes: [Hash; 5],
    /// 256 octets.
    pub bloom: Vec<u8>,
    /// Height, gas limit, gas used, milliseconds since 1970.
    pub numbers: [u64; 4],
    /// For applications.
    pub extra: Vec<Vec<u8>>,
    /// Which of the sealers made the block.
    pub sealer: u64,
    /// Public keys of the sealers.
    pub sealers: Vec<NodeId>,
}

impl Fields {
    /// The RLP that is hashed.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let strings = |all: &mut dyn Iterator<Item = &[u8]>| -> Vec<Vec<u8>> {
            all.map(rlp::string).collect()
        };
        let mut items = strings(&mut self.hashes.iter().map(|h| h.0.as_slice()));
        items.push(rlp::string(&self.bloom));
        items.extend(self.numbers.iter().map(|number| rlp::number(*number)));
        items.push(rlp::list(&strings(
            &mut self.extra.iter().map(Vec::as_slice),
        )));
        items.push(rlp::number(self.sealer));
        let mut sealers = self.sealers.iter().map(|s| s.0.as_slice());
        items.push(rlp::list(&strings(&mut sealers)));
        rlp::list(&items)
    }

    /// Reads the RLP.
    ///
    /// # Errors
    /// [`RlpError`] where it is not in its one form.
    pub fn decode(octets: &[u8]) -> Result<Self, RlpError> {
        let fields = Item::whole(octets)?.items(FIELDS)?;
        let [
            hashes @ ..,
            bloom,
            number,
            limit,
            used,
            time,
            extra,
            sealer,
            sealers,
        ] = fields.as_slice()
        else {
            return Err(RlpError("too few fields for a header"));
        };
        let hashes = hashes.iter().map(|hash| hash.exactly().map(HexOf));
        let hashes: Vec<Hash> = hashes.collect::<Result<_, _>>()?;
        let extra = extra.items(octets.len())?.into_iter();
        let sealers = sealers.items(MAX_SEALERS)?.into_iter();
        Ok(Self {
            hashes: hashes.try_into().map_err(|_| RlpError("not five hashes"))?,
            bloom: bloom.exactly::<256>()?.to_vec(),
            numbers: [
                number.number()?,
                limit.number()?,
                used.number()?,
                time.number()?,
            ],
            extra: extra
                .map(|e| e.octets().map(<[u8]>::to_vec))
                .collect::<Result<_, _>>()?,
            sealer: sealer.number()?,
            sealers: sealers
                .map(|node| node.exactly().map(HexOf))
                .collect::<Result<_, _>>()?,
        })
    }
}

fn read_rlp(octets: &[u8], suite: Suite) -> Option<Block> {
    let fields = Fields::decode(octets).ok()?;
    let [_, _, root, _, _] = fields.hashes;
    let [number, _, _, milliseconds] = fields.numbers;
    Some(Block {
        hash: suite.hash(octets),
        number,
        milliseconds,
        root,
        sealers: distinct(fields.sealers.into_iter().map(|node| (node, 1)).collect())?,
    })
}

/// Not without sealers, not with too many, none twice, and not with more votes than can be counted.
pub(super) fn distinct(sealers: Vec<(NodeId, u64)>) -> Option<Vec<(NodeId, u64)>> {
    let mut names: Vec<&NodeId> = sealers.iter().map(|(name, _)| name).collect();
    names.sort();
    names.dedup();
    let counted = (1..=MAX_SEALERS).contains(&sealers.len()) && names.len() == sealers.len();
    let votes = |sum: u64, (_, weight): &(NodeId, u64)| sum.checked_add(*weight);
    let votes = sealers.iter().try_fold(0, votes)?;
    (counted && votes > 0).then_some(sealers)
}

impl Members {
    /// The hash of the header: its members one behind the other, integers in eight octets, the version in four.
    #[must_use]
    pub fn hash(&self, suite: Suite) -> Hash {
        let mut text = self.version.to_be_bytes().to_vec();
        for parent in &self.parent_info {
            text.extend(parent.block_number.to_be_bytes());
            text.extend(parent.block_hash.0);
        }
        for root in [&self.txs_root, &self.receipts_root, &self.state_root] {
            text.extend(root.0);
        }
        text.extend(self.number.to_be_bytes());
        text.extend(self.gas_used.as_bytes());
        text.extend(self.timestamp.to_be_bytes());
        text.extend(self.sealer.to_be_bytes());
        self.sealer_list.iter().for_each(|node| text.extend(node.0));
        text.extend(&self.extra_data.0);
        let weights = self.consensus_weights.iter();
        weights.for_each(|weight| text.extend(weight.to_be_bytes()));
        suite.hash(&text)
    }

    /// No other division of the hashed octets into members passes these rules.
    fn read(&self, suite: Suite) -> Option<Block> {
        let [parent] = self.parent_info.as_slice() else {
            return None;
        };
        let digits = self.gas_used.as_bytes();
        let decimal = (1..=78).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
        let linked = parent.block_number.checked_add(1) == Some(self.number);
        let weighed = self.consensus_weights.len() == self.sealer_list.len();
        let by_sealer = usize::try_from(self.sealer).is_ok_and(|at| at < self.sealer_list.len());
        let short = self.extra_data.0.len() < SEALER_AND_WEIGHT;
        // The first octet of a time is no digit, so the gas ends where it seems to.
        let in_time = self.timestamp < 1 << 53;
        let known = self.version >> 24 == 3;
        if !(decimal && linked && weighed && by_sealer && short && in_time && known) {
            return None;
        }
        let nodes = self.sealer_list.iter().copied();
        let weights = self.consensus_weights.iter().copied();
        Some(Block {
            hash: self.hash(suite),
            number: self.number,
            milliseconds: self.timestamp,
            root: self.txs_root,
            sealers: distinct(nodes.zip(weights).collect())?,
        })
    }
}

/// Votes that make a block final: all but less than a third. With 3f + 1 votes these are 2f + 1.
#[must_use]
pub fn quorum(votes: u64) -> u64 {
    votes - votes.saturating_sub(1) / 3
}

/// A sealer's signature over the hash of a block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// Which of the header's sealers, from 0.
    pub sealer: u32,
    /// As the suite makes it.
    pub signature: Hex,
}

/// What is wrong with signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forged {
    /// No sealer has that number, or one signs twice.
    Sealer(u32),
    /// The signature does not hold.
    Signature(u32),
}

impl Block {
    /// The sealers that signed, in the order of the signatures.
    ///
    /// # Errors
    /// [`Forged`] for the first signature that is none.
    pub fn signers(&self, signatures: &[Signature], suite: Suite) -> Result<Vec<NodeId>, Forged> {
        let mut signers = Vec::new();
        for signature in signatures {
            let number = signature.sealer;
            let index = usize::try_from(number).unwrap_or(usize::MAX);
            let sealer = self.sealers.get(index);
            let (sealer, _) = sealer.ok_or(Forged::Sealer(number))?;
            if signers.contains(sealer) {
                return Err(Forged::Sealer(number));
            }
            if !suite.sealed(sealer, &self.hash, &signature.signature.0) {
                return Err(Forged::Signature(number));
            }
            signers.push(*sealer);
        }
        Ok(signers)
    }
}

/// Votes of the signers among these sealers, and the votes that are needed.
#[must_use]
pub fn votes(sealers: &[(NodeId, u64)], signers: &[NodeId]) -> (u64, u64) {
    let sum = |of: &mut dyn Iterator<Item = &(NodeId, u64)>| {
        of.fold(0_u64, |sum, (_, weight)| sum.saturating_add(*weight))
    };
    let signed = |(sealer, _): &&(NodeId, u64)| signers.contains(sealer);
    let given = sum(&mut sealers.iter().filter(signed));
    (given, quorum(sum(&mut sealers.iter())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quorum_is_all_but_less_than_a_third() {
        for (votes, needed) in [
            (1, 1),
            (2, 2),
            (3, 3),
            (4, 3),
            (5, 4),
            (6, 5),
            (7, 5),
            (10, 7),
        ] {
            assert_eq!(quorum(votes), needed);
        }
        assert_eq!(quorum(0), 0);
        assert_eq!(quorum(u64::MAX), u64::MAX - (u64::MAX - 1) / 3);
    }
}
