//! Transactions made, and those of others put back into their octets.

use fidem_anchor::evm::{Address, keccak};
use fidem_anchor::rlp;
use k256::ecdsa::SigningKey;
use serde_json::Value;

use super::answer::{field, number, octets, quantity, unread};
use crate::RailError;

/// What is offered for one unit of gas, in wei.
#[derive(Clone, Copy)]
pub(super) enum Fees {
    Legacy(u128),
    Market { most: u128, tip: u128 },
}

impl Fees {
    pub fn most(self) -> u128 {
        match self {
            Self::Legacy(price) => price,
            Self::Market { most, .. } => most,
        }
    }

    /// Cut to a limit, where the price of the moment is within it.
    pub fn under(self, limit: u128, price: u128) -> Result<Self, RailError> {
        if price > limit {
            return Err(RailError::Setting {
                what: format!("max_fee_per_gas: the network asks for {price}"),
            });
        }
        Ok(match self {
            Self::Legacy(price) => Self::Legacy(price),
            Self::Market { most, tip } => Self::Market {
                most: most.min(limit),
                tip: tip.min(limit),
            },
        })
    }
}

/// A transaction before it is signed.
pub(super) struct Unsigned<'a> {
    pub chain_id: u64,
    pub nonce: u64,
    pub fees: Fees,
    pub gas: u64,
    pub to: Address,
    pub input: &'a [u8],
}

impl Unsigned<'_> {
    /// Its octets, signed (RFC 6979: the same ones every time).
    pub fn signed(&self, key: &SigningKey) -> Vec<u8> {
        match self.fees {
            Fees::Legacy(price) => self.legacy(price, key),
            Fees::Market { most, tip } => self.market(most, tip, key),
        }
    }

    fn tail(&self) -> [Vec<u8>; 4] {
        [
            rlp::number(self.gas),
            rlp::string(&self.to),
            rlp::number(0),
            rlp::string(self.input),
        ]
    }

    fn legacy(&self, price: u128, key: &SigningKey) -> Vec<u8> {
        let mut fields = vec![rlp::number(self.nonce), rlp::natural(&price.to_be_bytes())];
        fields.extend(self.tail());
        let mut signed = fields.clone();
        signed.extend([rlp::number(self.chain_id), rlp::number(0), rlp::number(0)]);
        let [r, s, parity] = sign(key, &keccak(&rlp::list(&signed)));
        // Two for each chain and 35, the parity added (EIP-155).
        let odd = u128::from(parity != [0]);
        let v = u128::from(self.chain_id) * 2 + 35 + odd;
        fields.extend([
            rlp::natural(&v.to_be_bytes()),
            rlp::natural(&r),
            rlp::natural(&s),
        ]);
        rlp::list(&fields)
    }

    fn market(&self, most: u128, tip: u128, key: &SigningKey) -> Vec<u8> {
        let mut fields = vec![
            rlp::number(self.chain_id),
            rlp::number(self.nonce),
            rlp::natural(&tip.to_be_bytes()),
            rlp::natural(&most.to_be_bytes()),
        ];
        fields.extend(self.tail());
        fields.push(rlp::list::<Vec<u8>>(&[]));
        let digest = keccak(&[vec![2], rlp::list(&fields)].concat());
        let [r, s, parity] = sign(key, &digest);
        fields.extend([rlp::natural(&parity), rlp::natural(&r), rlp::natural(&s)]);
        [vec![2], rlp::list(&fields)].concat()
    }
}

/// `r`, `s` and the parity.
fn sign(key: &SigningKey, digest: &[u8; 32]) -> [Vec<u8>; 3] {
    let (signature, recovery) = key.sign_prehash_recoverable(digest);
    let (r, s) = signature.split_bytes();
    [r.to_vec(), s.to_vec(), vec![u8::from(recovery.is_y_odd())]]
}

/// A transaction of a block as its octets.
pub(super) fn rebuilt(told: &Value) -> Result<Vec<u8>, RailError> {
    let kind = told.get("type").map_or(Ok(0), quantity)?;
    let names: &[&str] = match kind {
        0 => &[
            "nonce", "gasPrice", "gas", "to", "value", "input", "v", "r", "s",
        ],
        1 => &[
            "chainId",
            "nonce",
            "gasPrice",
            "gas",
            "to",
            "value",
            "input",
            "accessList",
            "yParity",
            "r",
            "s",
        ],
        2 => &[
            "chainId",
            "nonce",
            "maxPriorityFeePerGas",
            "maxFeePerGas",
            "gas",
            "to",
            "value",
            "input",
            "accessList",
            "yParity",
            "r",
            "s",
        ],
        3 => &[
            "chainId",
            "nonce",
            "maxPriorityFeePerGas",
            "maxFeePerGas",
            "gas",
            "to",
            "value",
            "input",
            "accessList",
            "maxFeePerBlobGas",
            "blobVersionedHashes",
            "yParity",
            "r",
            "s",
        ],
        4 => &[
            "chainId",
            "nonce",
            "maxPriorityFeePerGas",
            "maxFeePerGas",
            "gas",
            "to",
            "value",
            "input",
            "accessList",
            "authorizationList",
            "yParity",
            "r",
            "s",
        ],
        _ => return Err(unread("a transaction of a later kind")),
    };
    let fields = names.iter().map(|name| part(told, name));
    let list = rlp::list(&fields.collect::<Result<Vec<_>, _>>()?);
    match u8::try_from(kind) {
        Ok(kind @ 1..) => Ok([vec![kind], list].concat()),
        _ => Ok(list),
    }
}

fn part(told: &Value, name: &str) -> Result<Vec<u8>, RailError> {
    match name {
        // None where a contract is made.
        "to" => match told.get("to") {
            Some(Value::Null) | None => Ok(rlp::string(&[])),
            Some(to) => Ok(rlp::string(&octets(to)?)),
        },
        "input" | "address" => Ok(rlp::string(&octets(field(told, name)?)?)),
        // Older nodes tell the parity by its older name.
        "yParity" => {
            let parity = told.get("yParity").or_else(|| told.get("v"));
            Ok(rlp::string(&number(
                parity.ok_or_else(|| unread("no yParity"))?,
            )?))
        }
        "accessList" => listed(told, name, &|entry| {
            let keys = listed(entry, "storageKeys", &|key| Ok(rlp::string(&octets(key)?)))?;
            Ok(rlp::list(&[part(entry, "address")?, keys]))
        }),
        "blobVersionedHashes" => listed(told, name, &|hash| Ok(rlp::string(&octets(hash)?))),
        "authorizationList" => listed(told, name, &|entry| {
            let names = ["chainId", "address", "nonce", "yParity", "r", "s"];
            let parts = names.iter().map(|name| part(entry, name));
            Ok(rlp::list(&parts.collect::<Result<Vec<_>, _>>()?))
        }),
        _ => Ok(rlp::string(&number(field(told, name)?)?)),
    }
}

fn listed(
    told: &Value,
    name: &str,
    each: &dyn Fn(&Value) -> Result<Vec<u8>, RailError>,
) -> Result<Vec<u8>, RailError> {
    let list = field(told, name)?;
    let list = list.as_array().ok_or_else(|| unread("no list"))?;
    let parts: Result<Vec<_>, _> = list.iter().map(each).collect();
    Ok(rlp::list(&parts?))
}
