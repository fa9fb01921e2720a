//! A block as a node tells it in JSON, put back into the octets that its hash is taken over.

use fidem_anchor::evm::{self, Consensus};
use fidem_anchor::rlp;
use serde_json::Value;

use super::answer::{field, lie, number, octets, octets_of, quantity, unread};
use super::transaction;
use crate::RailError;

/// A block whose header has its hash.
pub(super) struct Block {
    pub number: u64,
    pub hash: [u8; 32],
    pub time: u64,
    pub header: Vec<u8>,
    pub base_fee: Option<u64>,
    /// Hashes of its transactions, in order.
    pub hashes: Vec<[u8; 32]>,
    /// The transactions, where they were asked for.
    whole: Vec<Value>,
}

#[derive(Clone, Copy)]
enum Form {
    /// So many octets.
    Octets(usize),
    /// As many as there are.
    Any,
    Number,
}

/// The header in order; what stands after the fifteenth came with later forks.
const FIELDS: [(&str, Form); 23] = [
    ("parentHash", Form::Octets(32)),
    ("sha3Uncles", Form::Octets(32)),
    ("miner", Form::Octets(20)),
    ("stateRoot", Form::Octets(32)),
    ("transactionsRoot", Form::Octets(32)),
    ("receiptsRoot", Form::Octets(32)),
    ("logsBloom", Form::Octets(256)),
    ("difficulty", Form::Number),
    ("number", Form::Number),
    ("gasLimit", Form::Number),
    ("gasUsed", Form::Number),
    ("timestamp", Form::Number),
    ("extraData", Form::Any),
    ("mixHash", Form::Octets(32)),
    ("nonce", Form::Octets(8)),
    // London
    ("baseFeePerGas", Form::Number),
    // Shanghai
    ("withdrawalsRoot", Form::Octets(32)),
    // Cancun
    ("blobGasUsed", Form::Number),
    ("excessBlobGas", Form::Number),
    ("parentBeaconBlockRoot", Form::Octets(32)),
    // Prague
    ("requestsHash", Form::Octets(32)),
    // EIP-7928, EIP-7843
    ("blockAccessListHash", Form::Octets(32)),
    ("slotNumber", Form::Number),
];

impl Block {
    /// Reads a block; its header must have its hash, which no chain but one of Ethereum's kind can give.
    pub fn read(answer: &Value, consensus: Consensus) -> Result<Self, RailError> {
        let header = header(answer)?;
        let hash = octets_of(answer, "hash")?;
        let parsed = evm::Header::parse(&header).map_err(|e| unread(&e.to_string()))?;
        let own = parsed.hash(consensus).map_err(|e| unread(&e.to_string()))?;
        if own != hash {
            return Err(lie("the header of the block does not have its hash"));
        }
        let listed = field(answer, "transactions")?;
        let listed = listed.as_array().ok_or_else(|| unread("no list"))?;
        let (number, time) = (parsed.number, parsed.time);
        Ok(Self {
            number,
            hash,
            time,
            base_fee: answer.get("baseFeePerGas").and_then(|f| quantity(f).ok()),
            hashes: listed.iter().map(hash_of).collect::<Result<_, _>>()?,
            whole: listed.clone(),
            header,
        })
    }

    /// A transaction as its octets; none where it is of a kind that is not known here.
    pub fn rebuilt(&self, index: usize) -> Option<Vec<u8>> {
        let octets = transaction::rebuilt(self.whole.get(index)?).ok()?;
        (self.hashes.get(index) == Some(&evm::keccak(&octets))).then_some(octets)
    }
}

fn hash_of(listed: &Value) -> Result<[u8; 32], RailError> {
    match listed {
        Value::Object(_) => octets_of(listed, "hash"),
        _ => {
            let hash = octets(listed)?.try_into();
            hash.map_err(|_| unread("a hash of another length"))
        }
    }
}

fn header(answer: &Value) -> Result<Vec<u8>, RailError> {
    let mut fields = Vec::with_capacity(FIELDS.len());
    for (at, (name, form)) in FIELDS.into_iter().enumerate() {
        let told = answer.get(name).filter(|told| !told.is_null());
        let told = match told {
            Some(told) => told,
            None if at >= evm::LEAST_FIELDS => continue,
            None => return Err(unread(&format!("no {name}"))),
        };
        fields.push(match form {
            Form::Number => rlp::string(&number(told)?),
            Form::Any => rlp::string(&octets(told)?),
            Form::Octets(length) => match octets(told)? {
                octets if octets.len() == length => rlp::string(&octets),
                _ => return Err(unread(&format!("{name} of another length"))),
            },
        });
    }
    Ok(rlp::list(&fields))
}
