//! Seals of headers: Clique (EIP-225), IBFT 2.0 and QBFT (as Hyperledger Besu writes them).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::header::Header;
use super::signature::{Address, sealer};
use crate::rlp::{self, Item, RlpError};

/// Validators of a chain, at most.
pub const MOST_VALIDATORS: usize = 1024;
/// Octets of a seal.
const SEAL: usize = 65;
/// Octets before anything of the consensus.
const VANITY: usize = 32;

/// How a chain seals its blocks, which also decides what the hash of a block is taken over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Consensus {
    /// No seal in the header that could be judged offline: proof of stake, proof of work, development.
    #[default]
    None,
    /// Proof of authority with one seal for each block (EIP-225).
    Clique,
    /// IBFT 2.0.
    Ibft2,
    /// QBFT.
    Qbft,
}

/// What IBFT 2.0 and QBFT keep in a header.
#[derive(Debug, Clone)]
pub(super) struct Bft<'a> {
    consensus: Consensus,
    /// Vanity, validators, vote: in every hash.
    constant: [Item<'a>; 3],
    round: Item<'a>,
    /// Who may seal this block.
    pub validators: BTreeSet<Address>,
    seals: Vec<&'a [u8]>,
}

impl<'a> Bft<'a> {
    pub fn parse(extra: &'a [u8], consensus: Consensus) -> Result<Self, RlpError> {
        let items = Item::whole(extra)?.items(5)?;
        let [vanity, validators, vote, round, seals] = items.as_slice() else {
            return Err(RlpError("not five parts of a seal"));
        };
        vanity.exactly::<VANITY>()?;
        match consensus {
            Consensus::Ibft2 => drop(round.exactly::<4>()?),
            _ => drop(round.number()?),
        }
        let addresses = validators.items(MOST_VALIDATORS)?.into_iter();
        let seals = seals.items(MOST_VALIDATORS)?.into_iter();
        Ok(Self {
            consensus,
            constant: [*vanity, *validators, *vote],
            round: *round,
            validators: addresses.map(Item::exactly).collect::<Result<_, _>>()?,
            seals: seals.map(Item::octets).collect::<Result<_, _>>()?,
        })
    }

    /// Without seals and round: what the hash of the block is taken over.
    pub fn for_the_hash(&self) -> Vec<u8> {
        let mut items = self.constant.map(Item::encoded).to_vec();
        if self.consensus == Consensus::Qbft {
            items.extend([rlp::number(0), rlp::list::<Vec<u8>>(&[])]);
        }
        rlp::list(&items)
    }

    /// Without seals: what they are made over.
    fn for_the_seals(&self) -> Vec<u8> {
        let mut items = self.constant.map(Item::encoded).to_vec();
        items.push(self.round.encoded());
        if self.consensus == Consensus::Qbft {
            items.push(rlp::list::<Vec<u8>>(&[]));
        }
        rlp::list(&items)
    }

    /// Who sealed; one octet that is not a seal spoils all.
    fn sealers(&self, header: &Header<'_>) -> Option<BTreeSet<Address>> {
        let digest = header.hash_with(&self.for_the_seals());
        let sealers = self.seals.iter().map(|seal| sealer(&digest, seal));
        sealers.collect()
    }
}

/// Seals that are needed of so many validators of IBFT 2.0 and QBFT: two thirds, rounded up.
#[must_use]
pub fn quorum(validators: usize) -> usize {
    validators.saturating_mul(2).div_ceil(3)
}

/// The signers of Clique that are needed of so many: more than half.
#[must_use]
pub fn majority(signers: usize) -> usize {
    signers / 2 + 1
}

/// What the seals of a header say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Whose seals are on it.
    pub sealers: BTreeSet<Address>,
    /// Whom the header itself names as validators.
    pub named: BTreeSet<Address>,
}

/// Reads the seals of a header; none where one of them is nobody's.
pub(super) fn seals(header: &Header<'_>, consensus: Consensus) -> Option<Sealed> {
    match consensus {
        Consensus::None => None,
        Consensus::Clique => {
            let unsealed = header.extra.len().checked_sub(SEAL)?;
            let (rest, seal) = header.extra.split_at_checked(unsealed)?;
            if rest.len() < VANITY {
                return None;
            }
            Some(Sealed {
                sealers: BTreeSet::from([sealer(&header.hash_with(rest), seal)?]),
                named: BTreeSet::new(),
            })
        }
        Consensus::Ibft2 | Consensus::Qbft => {
            let bft = Bft::parse(header.extra, consensus).ok()?;
            Some(Sealed {
                sealers: bft.sealers(header)?,
                named: bft.validators,
            })
        }
    }
}
