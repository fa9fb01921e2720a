//! Receipts of FISCO BCOS groups, versions 2 and 3: transaction, path, header, signatures of the sealers.
//!
//! A block is final once sealers with all but less than a third of the votes have signed its hash (PBFT). Who the sealers
//! are stands in the header itself, so their signatures show something only to one who pinned them.

use serde::{Deserialize, Serialize};

use crate::receipt::{Judgement, Payload, Place, ReceiptError, Remark, Worth, one_file};

pub mod answer;
pub mod header;
pub mod merkle;
mod suite;
pub mod tars;
pub mod transaction;

pub use crate::octets::{Hex, HexOf};
pub use header::{Block, Header, Signature};
pub use merkle::Level;
pub use suite::{SM2_IDENTITY, Suite};
pub use transaction::Transaction;

use header::{Forged, votes};
use transaction::Refusal;

/// Thirty-two octets: a hash.
pub type Hash = HexOf<32>;
/// The two coordinates of a public key, which is how nodes are named.
pub type NodeId = HexOf<64>;

/// The format of these receipts.
pub const FORMAT: &str = "fidem-fisco/1";
/// Longest receipt read: a header with every sealer signing, and paths.
const LONGEST: usize = 1 << 20;

/// Sealers of a FISCO BCOS group, as a trust file pins them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pin {
    /// Name for reports.
    pub name: String,
    /// `fisco:` and chain and group: `fisco:chain0/group0`, `fisco:1/1`.
    pub network: String,
    /// Public keys of the sealers.
    pub sealers: Vec<NodeId>,
    /// Hash and signatures.
    pub suite: Suite,
    /// Votes of each sealer in their order; may be absent where each has one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weights: Vec<u64>,
}

impl Pin {
    /// The sealers with their votes; none where their numbers differ, one stands twice or none has a vote.
    #[must_use]
    pub fn votes(&self) -> Option<Vec<(NodeId, u64)>> {
        let ones = vec![1; self.sealers.len()];
        let weights = match self.weights.is_empty() {
            true => &ones,
            false => &self.weights,
        };
        let pairs = self.sealers.iter().copied().zip(weights.iter().copied());
        let fits = weights.len() == self.sealers.len();
        fits.then(|| header::distinct(pairs.collect()))?
    }
}

/// A receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// [`FORMAT`].
    pub format: String,
    /// The header of the block, which also says which version this is.
    pub header: Header,
    /// Position of the transaction in its block: version 2 only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<u32>,
    /// From the transaction to the root in the header.
    pub path: Vec<Level>,
    /// Signatures of sealers over the hash of the header.
    pub signatures: Vec<Signature>,
    /// Hash and signatures of the chain.
    pub suite: Suite,
    /// The octets of the transaction as it was sent.
    pub transaction: Hex,
}

one_file!(Receipt, FORMAT, LONGEST);

impl Receipt {
    /// What it is worth.
    #[must_use]
    pub fn judge(&self, payload: &Payload, pins: &[Pin]) -> Judgement {
        let mut place = Place::default();
        match self.held(payload, &mut place) {
            Ok(held) => held.weighed(place, pins),
            Err(reason) => Judgement::failed(place, reason),
        }
    }

    /// Everything that can be found wrong without a pin. The place is filled as far as it was shown.
    fn held(&self, payload: &Payload, place: &mut Place) -> Result<Held, Remark> {
        let wrong = |code| Remark::new(code, &[]);
        let transaction = self.read_transaction().map_err(|refusal| match refusal {
            Refusal::Form => wrong("fisco-transaction"),
            Refusal::Signature => wrong("fisco-transaction-signature"),
        })?;
        place.network.clone_from(&transaction.network);
        place.transaction = Some(transaction.hash.hex());
        if transaction.payload != Some(HexOf(*payload)) {
            return Err(wrong("fisco-payload"));
        }
        let block = self.header.read(self.suite);
        let block = block.ok_or_else(|| wrong("fisco-header"))?;
        let root = self.root(&transaction.hash);
        if root != Some(block.root) {
            return Err(wrong("fisco-path"));
        }
        if block.number > transaction.limit {
            return Err(wrong("fisco-limit"));
        }
        place.height = Some(block.number);
        place.block = Some(block.hash.hex());
        place.time = i64::try_from(block.milliseconds / 1000).ok();
        let signers = block.signers(&self.signatures, self.suite);
        let signers = signers.map_err(|forged| {
            let (code, sealer) = match forged {
                Forged::Sealer(sealer) => ("fisco-sealer", sealer),
                Forged::Signature(sealer) => ("fisco-signature", sealer),
            };
            Remark::new(code, &[("sealer", &sealer.to_string())])
        })?;
        Ok(Held {
            suite: self.suite,
            transaction,
            block,
            signers,
        })
    }

    fn read_transaction(&self) -> Result<Transaction, Refusal> {
        match self.header {
            Header::V2(_) => Transaction::read_rlp(&self.transaction.0, self.suite),
            Header::V3(_) => Transaction::read_tars(&self.transaction.0, self.suite),
        }
    }

    fn root(&self, hash: &Hash) -> Option<Hash> {
        match (&self.header, self.index) {
            (Header::V2(_), Some(index)) => {
                merkle::root_of_sixteen(hash, index, &self.path, self.suite)
            }
            (Header::V3(_), None) => merkle::root_of_two(hash, &self.path, self.suite),
            _ => None,
        }
    }
}

/// A receipt in which nothing is wrong.
struct Held {
    suite: Suite,
    transaction: Transaction,
    block: Block,
    signers: Vec<NodeId>,
}

impl Held {
    /// Counts votes: of the sealers that the header names, then of those that are pinned.
    fn weighed(&self, place: Place, pins: &[Pin]) -> Judgement {
        let mut judgement = Judgement {
            worth: Worth::QuorumUnpinned,
            place,
            remarks: Vec::new(),
            pins: Vec::new(),
        };
        let (given, needed) = votes(&self.block.sealers, &self.signers);
        match given < needed {
            true => {
                judgement.worth = Worth::InclusionOnly;
                judgement
                    .remarks
                    .push(below("fisco-below-quorum", None, given, needed));
            }
            false => self.weigh_under(pins, &mut judgement),
        }
        let sender = self.suite.address(&self.transaction.sender);
        let sender = fidem_fingerprint::hex::encode(&sender);
        let sender = Remark::new("fisco-sender", &[("address", &sender)]);
        judgement.remarks.push(sender);
        judgement
    }

    fn weigh_under(&self, pins: &[Pin], judgement: &mut Judgement) {
        let network = &judgement.place.network;
        let of_network = |pin: &&Pin| pin.network == *network && pin.suite == self.suite;
        let known: Vec<&Pin> = pins.iter().filter(of_network).collect();
        if known.is_empty() {
            judgement.remarks.push(Remark::new("fisco-unpinned", &[]));
        }
        for pin in known {
            match self.under(pin) {
                Ok(remark) => {
                    judgement.worth = Worth::Canonical;
                    judgement.pins.push(pin.name.clone());
                    judgement.remarks.extend(remark);
                }
                Err(remark) => judgement.remarks.push(remark),
            }
        }
    }

    /// Whether the pinned sealers have signed with a quorum of their own, and whether they are the header's.
    fn under(&self, pin: &Pin) -> Result<Option<Remark>, Remark> {
        let name = ("pin", &*pin.name);
        let pinned = pin.votes();
        let pinned = pinned.ok_or_else(|| Remark::new("fisco-pin-unusable", &[name]))?;
        let (given, needed) = votes(&pinned, &self.signers);
        if given < needed {
            let name = Some(&*pin.name);
            return Err(below("fisco-pin-below-quorum", name, given, needed));
        }
        let sorted = |sealers: &[(NodeId, u64)]| {
            let mut sealers = sealers.to_vec();
            sealers.sort();
            sealers
        };
        let same = sorted(&pinned) == sorted(&self.block.sealers);
        Ok((!same).then(|| Remark::new("fisco-sealers-differ", &[name])))
    }
}

/// Fewer votes than are needed, of the header's sealers or of a pin's.
fn below(code: &'static str, pin: Option<&str>, given: u64, needed: u64) -> Remark {
    let (given, needed) = (given.to_string(), needed.to_string());
    let mut params = vec![("given", &*given), ("needed", &needed)];
    params.extend(pin.map(|pin| ("pin", pin)));
    Remark::new(code, &params)
}
