//! Receipts of Hyperledger Fabric channels: the whole block. `docs/format/fabric.md` is the description.
//!
//! A block gives order and no time: its header has none, and the one in a transaction is whatever its creator claims.

mod block;
mod identity;
mod judge;
mod protobuf;
mod transaction;

use serde::{Deserialize, Serialize};

use crate::octets::Base64;
use crate::receipt::{Judgement, LARGEST, Payload, ReceiptError, one_file};

pub use crate::receipt::PinnedBlock;
pub use block::Block;
pub use identity::Identity;
pub use protobuf::Message;
pub use transaction::{Transaction, claimed_id};

/// The format of these receipts.
pub const FORMAT: &str = "fidem-fabric/1";

/// What is wrong with a block or with something in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a block that holds: {0}")]
pub struct FabricError(pub &'static str);

/// Authorities of a Fabric channel, as a trust file pins them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pin {
    /// Name for reports.
    pub name: String,
    /// The channel.
    pub channel: String,
    /// Blocks that are known to be in the channel.
    #[serde(default)]
    pub blocks: Vec<PinnedBlock>,
    /// Organisations that order.
    #[serde(default)]
    pub orderers: Vec<Organisation>,
    /// Different orderers that have to have signed: one under Raft.
    #[serde(default = "one")]
    pub signatures: usize,
    /// Organisations that endorse.
    #[serde(default)]
    pub peers: Vec<Organisation>,
    /// Different organisations that have to have endorsed; without it more than half of them.
    #[serde(default)]
    pub endorsements: Option<usize>,
}

fn one() -> usize {
    1
}

/// An organisation of a channel.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    /// Its name (membership service provider).
    pub msp: String,
    /// Certificates of its authorities, or of its nodes themselves, in DER as base64.
    pub certificates: Vec<Base64>,
}

/// A receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// [`FORMAT`].
    pub format: String,
    /// The channel.
    pub channel: String,
    /// Where the transaction stands in the block.
    pub index: u64,
    /// The block as it came, `common.Block` of Fabric.
    pub block: Base64,
}

one_file!(Receipt, FORMAT, LARGEST);

impl Receipt {
    /// What it is worth.
    #[must_use]
    pub fn judge(&self, payload: &Payload, pins: &[Pin]) -> Judgement {
        judge::judge(self, payload, pins)
    }
}

/// The network as places and pins name it.
#[must_use]
pub fn network(channel: &str) -> String {
    format!("fabric:{channel}")
}
