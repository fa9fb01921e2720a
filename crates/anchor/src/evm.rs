//! Receipts of EVM chains: a transaction, its path to the root in a block header, and what the header is worth.
//! `docs/format/evm.md` is the description.

mod header;
mod judge;
mod seal;
mod signature;
pub mod transaction;
pub mod trie;

use serde::{Deserialize, Serialize};

use crate::octets::{Hex, HexOf};
use crate::receipt::{Judgement, LARGEST, Payload, ReceiptError, one_file};

pub use crate::receipt::PinnedBlock;
pub use crate::recovery::keccak;
pub use header::{Header, LEAST_FIELDS};
pub use seal::{Consensus, MOST_VALIDATORS, Sealed, majority, quorum};
pub use signature::{Address, address_of, signer};

/// The format of these receipts.
pub const FORMAT: &str = "fidem-evm/1";

/// Validators or blocks of an EVM chain, as a trust file pins them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pin {
    /// Name for reports.
    pub name: String,
    /// The chain.
    pub chain_id: u64,
    /// Blocks that are known to be in the chain.
    #[serde(default)]
    pub blocks: Vec<PinnedBlock>,
    /// Validators, each set with the blocks that it seals.
    #[serde(default)]
    pub validators: Vec<Validators>,
}

/// A set of validators.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Validators {
    /// How they seal.
    pub consensus: Consensus,
    /// Who they are.
    pub addresses: Vec<HexOf<20>>,
    /// The first block that they seal.
    #[serde(default)]
    pub from: u64,
    /// The last one; without it, all that follow.
    #[serde(default)]
    pub until: Option<u64>,
}

impl Validators {
    fn seal(&self, height: u64) -> bool {
        self.from <= height && self.until.is_none_or(|until| height <= until)
    }
}

/// A receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// [`FORMAT`].
    pub format: String,
    /// The chain.
    pub chain_id: u64,
    /// How it seals its blocks.
    pub consensus: Consensus,
    /// The header of the block, RLP.
    pub header: Hex,
    /// Headers that follow it, each linked to the one before.
    pub successors: Vec<Hex>,
    /// Where the transaction stands in the block.
    pub index: u64,
    /// The transaction as it was signed.
    pub transaction: Hex,
    /// The nodes of the trie from the root to the transaction.
    pub proof: Vec<Hex>,
}

one_file!(Receipt, FORMAT, LARGEST);

impl Receipt {
    /// What it is worth.
    #[must_use]
    pub fn judge(&self, payload: &Payload, pins: &[Pin]) -> Judgement {
        judge::judge(self, payload, pins)
    }
}

/// The network as places and pins name it (CAIP-2).
#[must_use]
pub fn network(chain_id: u64) -> String {
    format!("eip155:{chain_id}")
}
