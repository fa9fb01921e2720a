//! Transactions: of version 2 in RLP, of version 3 in Tars; and where the payload stands in them.
//!
//! The payload is the whole input of a call, 32 octets and nothing else, of a transaction without extra data, value or
//! ABI. Version 3 hashes its members one behind the other without their lengths. So every member whose length could vary
//! has one length here, or is empty, and counted from the end each has its place. What stays open, where the chain ends
//! and the group begins, makes another network of it, for which nothing is pinned.

use super::suite::Suite;
use super::tars::{self, Value};
use super::{Hash, HexOf, NodeId};
use crate::rlp::{self, Item, RlpError};

/// Members of a transaction of version 2, its signature among them.
const MEMBERS: usize = 13;
/// Digits of the nonce of version 3: a number of 128 bits whose highest bit is set, in decimal.
pub const NONCE_DIGITS: usize = 39;

/// A transaction of version 2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rlp {
    /// Chosen at random; an unsigned integer.
    pub nonce: Vec<u8>,
    /// In the chain's unit; nobody pays it.
    pub gas_price: u64,
    /// The most that the call may take.
    pub gas: u64,
    /// The last block that may take it in.
    pub limit: u64,
    /// The address that is called; empty for the creation of a contract.
    pub to: Vec<u8>,
    /// Zero.
    pub value: u64,
    /// What the call is given.
    pub input: Vec<u8>,
    /// The chain.
    pub chain: u64,
    /// The group.
    pub group: u64,
    /// For applications.
    pub extra: Vec<u8>,
}

impl Rlp {
    fn members(&self) -> Vec<Vec<u8>> {
        vec![
            rlp::natural(&self.nonce),
            rlp::number(self.gas_price),
            rlp::number(self.gas),
            rlp::number(self.limit),
            rlp::string(&self.to),
            rlp::number(self.value),
            rlp::string(&self.input),
            rlp::number(self.chain),
            rlp::number(self.group),
            rlp::string(&self.extra),
        ]
    }

    /// What its sender signs.
    #[must_use]
    pub fn signed_hash(&self, suite: Suite) -> Hash {
        suite.hash(&rlp::list(&self.members()))
    }

    /// The octets that are sent, with the signature r ‖ s ‖ v behind.
    #[must_use]
    pub fn encode(&self, signature: &[u8; 65]) -> Vec<u8> {
        let (rs, v) = signature.split_at(64);
        let (r, s) = rs.split_at(32);
        let v = v.first().map_or(0, |v| v.saturating_add(27));
        let mut members = self.members();
        members.extend([rlp::number(v.into()), rlp::natural(r), rlp::natural(s)]);
        rlp::list(&members)
    }

    /// Reads the octets that are sent, and the signature r ‖ s ‖ v. A shorter or longer form of the same would have another
    /// hash: there is none.
    ///
    /// # Errors
    /// [`RlpError`].
    pub fn decode(octets: &[u8]) -> Result<(Self, [u8; 65]), RlpError> {
        let members = Item::whole(octets)?.items(MEMBERS)?;
        let [
            nonce,
            price,
            gas,
            limit,
            to,
            value,
            input,
            chain,
            group,
            extra,
            v,
            r,
            s,
        ] = members.as_slice()
        else {
            return Err(RlpError("not thirteen members"));
        };
        let transaction = Self {
            nonce: word(*nonce)?.to_vec(),
            gas_price: price.number()?,
            gas: gas.number()?,
            limit: limit.number()?,
            to: to.octets()?.to_vec(),
            value: value.number()?,
            input: input.octets()?.to_vec(),
            chain: chain.number()?,
            group: group.number()?,
            extra: extra.octets()?.to_vec(),
        };
        let mut signature = [0; 65];
        let (rs, last) = signature.split_at_mut(64);
        let (left, right) = rs.split_at_mut(32);
        left.copy_from_slice(&word(*r)?);
        right.copy_from_slice(&word(*s)?);
        let number = v.number()?.checked_sub(27);
        let number = number.and_then(|v| u8::try_from(v).ok().filter(|v| *v <= u8::MAX - 27));
        last.fill(number.ok_or(RlpError("no number of a recovered key"))?);
        Ok((transaction, signature))
    }
}

/// An integer of at most 256 bits in its 32 octets.
fn word(item: Item<'_>) -> Result<[u8; 32], RlpError> {
    let octets = item.natural()?;
    let mut word = [0; 32];
    if let Some(last) = word
        .len()
        .checked_sub(octets.len())
        .and_then(|free| word.get_mut(free..))
    {
        last.copy_from_slice(octets);
    }
    Ok(word)
}

/// What a transaction of version 3 says and its hash covers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Data {
    /// Its form: 0, 1 or 2.
    pub version: i32,
    /// The chain.
    pub chain: Vec<u8>,
    /// The group.
    pub group: Vec<u8>,
    /// The last block that may take it in.
    pub limit: i64,
    /// Chosen at random.
    pub nonce: Vec<u8>,
    /// The address that is called, in hexadecimal.
    pub to: Vec<u8>,
    /// What the call is given.
    pub input: Vec<u8>,
    /// Of a contract that is made.
    pub abi: Vec<u8>,
    /// From form 1 on.
    pub value: Vec<u8>,
    /// From form 1 on.
    pub gas_price: Vec<u8>,
    /// From form 1 on.
    pub gas: i64,
    /// From form 1 on.
    pub fee: Vec<u8>,
    /// From form 1 on.
    pub priority_fee: Vec<u8>,
    /// In form 2.
    pub extension: Vec<u8>,
}

impl Data {
    /// The hash of the transaction, which is also what its sender signs.
    #[must_use]
    pub fn hash(&self, suite: Suite) -> Hash {
        let mut text = self.version.to_be_bytes().to_vec();
        text.extend([&*self.chain, &self.group].concat());
        text.extend(self.limit.to_be_bytes());
        text.extend([&*self.nonce, &self.to, &self.input, &self.abi].concat());
        if self.version >= 1 {
            text.extend([&*self.value, &self.gas_price].concat());
            text.extend(self.gas.to_be_bytes());
            text.extend([&*self.fee, &self.priority_fee].concat());
        }
        if self.version >= 2 {
            text.extend(&self.extension);
        }
        suite.hash(&text)
    }

    fn members(&self) -> Vec<(u8, Value)> {
        let text = |text: &Vec<u8>| Value::Text(text.clone());
        let members = [
            (1, Value::Integer(self.version.into())),
            (2, text(&self.chain)),
            (3, text(&self.group)),
            (4, Value::Integer(self.limit)),
            (5, text(&self.nonce)),
            (6, text(&self.to)),
            (7, Value::Octets(self.input.clone())),
            (8, text(&self.abi)),
            (9, text(&self.value)),
            (10, text(&self.gas_price)),
            (11, Value::Integer(self.gas)),
            (12, text(&self.fee)),
            (13, text(&self.priority_fee)),
            (14, Value::Octets(self.extension.clone())),
        ];
        members.into_iter().filter(has_value).collect()
    }

    fn read(members: &[(u8, Value)]) -> Option<Self> {
        let mut data = Self::default();
        for (number, value) in members {
            match (number, value.clone()) {
                (1, Value::Integer(integer)) => data.version = integer.try_into().ok()?,
                (2, Value::Text(text)) => data.chain = text,
                (3, Value::Text(text)) => data.group = text,
                (4, Value::Integer(integer)) => data.limit = integer,
                (5, Value::Text(text)) => data.nonce = text,
                (6, Value::Text(text)) => data.to = text,
                (7, Value::Octets(octets)) => data.input = octets,
                (8, Value::Text(text)) => data.abi = text,
                (9, Value::Text(text)) => data.value = text,
                (10, Value::Text(text)) => data.gas_price = text,
                (11, Value::Integer(integer)) => data.gas = integer,
                (12, Value::Text(text)) => data.fee = text,
                (13, Value::Text(text)) => data.priority_fee = text,
                (14, Value::Octets(octets)) => data.extension = octets,
                _ => return None,
            }
        }
        (0..=2).contains(&data.version).then_some(data)
    }

    /// The octets that are sent: the members, the hash and the signature over it.
    #[must_use]
    pub fn encode(&self, suite: Suite, signature: &[u8]) -> Vec<u8> {
        let hash = self.hash(suite).0.to_vec();
        tars::encode(&[
            (1, Value::Struct(self.members())),
            (2, Value::Octets(hash)),
            (3, Value::Octets(signature.to_vec())),
        ])
    }

    /// Reads the octets that are sent, and the signature; none where they are not in their one form or the hash in them
    /// is another.
    #[must_use]
    pub fn decode(octets: &[u8], suite: Suite) -> Option<(Self, Vec<u8>)> {
        let members = tars::decode(octets)?;
        let [
            (1, Value::Struct(data)),
            (2, Value::Octets(hash)),
            (3, Value::Octets(signature)),
        ] = members.as_slice()
        else {
            return None;
        };
        let data = Self::read(data)?;
        (data.hash(suite).0 == hash.as_slice()).then(|| (data, signature.clone()))
    }
}

/// A member of no value is left out.
fn has_value((_, value): &(u8, Value)) -> bool {
    match value {
        Value::Integer(integer) => *integer != 0,
        Value::Text(octets) | Value::Octets(octets) => !octets.is_empty(),
        Value::Struct(_) => true,
    }
}

/// A transaction that was read from its octets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    /// Its hash, recomputed.
    pub hash: Hash,
    /// The public key of its sender.
    pub sender: NodeId,
    /// Chain and group.
    pub network: String,
    /// The 32 octets, where it carries a payload as it must.
    pub payload: Option<HexOf<32>>,
    /// The last block that may take it in.
    pub limit: u64,
}

/// Why octets are no transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Not in the one form of its version.
    Form,
    /// The signature does not hold.
    Signature,
}

impl Transaction {
    /// Reads a transaction of version 2.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn read_rlp(octets: &[u8], suite: Suite) -> Result<Self, Refusal> {
        let (rlp, signature) = Rlp::decode(octets).map_err(|_| Refusal::Form)?;
        let sender = suite.signer(&rlp.signed_hash(suite), &signature);
        let called = rlp.to.len() == 20 && rlp.value == 0 && rlp.extra.is_empty();
        let payload = called.then(|| HexOf::of(&rlp.input)).flatten();
        Ok(Self {
            hash: suite.hash(octets),
            sender: sender.ok_or(Refusal::Signature)?,
            network: network(&rlp.chain.to_string(), &rlp.group.to_string()),
            payload,
            limit: rlp.limit,
        })
    }

    /// Reads a transaction of version 3.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn read_tars(octets: &[u8], suite: Suite) -> Result<Self, Refusal> {
        let (data, signature) = Data::decode(octets, suite).ok_or(Refusal::Form)?;
        let hash = data.hash(suite);
        let chain = name(&data.chain).ok_or(Refusal::Form)?;
        let group = name(&data.group).ok_or(Refusal::Form)?;
        let called = data.version == 0
            && data.nonce.len() == NONCE_DIGITS
            && data.nonce.iter().all(u8::is_ascii_digit)
            && address(&data.to).is_some()
            && data.abi.is_empty();
        Ok(Self {
            hash,
            sender: suite.signer(&hash, &signature).ok_or(Refusal::Signature)?,
            network: network(chain, group),
            payload: called.then(|| HexOf::of(&data.input)).flatten(),
            limit: data.limit.try_into().map_err(|_| Refusal::Form)?,
        })
    }
}

/// The network of a chain and a group.
#[must_use]
pub fn network(chain: &str, group: &str) -> String {
    format!("fisco:{chain}/{group}")
}

/// The name of a chain or group of version 3: 1 to 64 of `A-Z a-z 0-9 _ -`.
#[must_use]
pub fn name(octets: &[u8]) -> Option<&str> {
    let plain = |octet: &u8| octet.is_ascii_alphanumeric() || matches!(octet, b'_' | b'-');
    let named = (1..=64).contains(&octets.len()) && octets.iter().all(plain);
    named.then(|| std::str::from_utf8(octets).ok()).flatten()
}

/// The address of `0x` and 40 lower-case digits.
#[must_use]
pub fn address(text: &[u8]) -> Option<[u8; 20]> {
    let digits = text.strip_prefix(b"0x")?;
    let octets = fidem_fingerprint::hex::decode(std::str::from_utf8(digits).ok()?)?;
    octets.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transaction_of_version_2_has_one_form() {
        let whole = Rlp {
            nonce: [&[0; 31][..], &[5]].concat(),
            gas_price: 0,
            gas: 30_000,
            limit: 500,
            to: vec![4; 20],
            value: 0,
            input: vec![7; 32],
            chain: 1,
            group: 1,
            extra: Vec::new(),
        };
        let mut signature = [9; 65];
        signature[64] = 1;
        let read = Rlp::decode(&whole.encode(&signature));
        assert_eq!(read, Ok((whole.clone(), signature)));
        let wrong = |at: usize, member: Vec<u8>| {
            let mut members = whole.members();
            members.extend([
                rlp::number(28),
                rlp::natural(&[9; 32]),
                rlp::natural(&[9; 32]),
            ]);
            members[at] = member;
            Rlp::decode(&rlp::list(&members))
        };
        assert!(wrong(0, rlp::string(&[5])).is_ok());
        // Leading zeros, a number of 33 octets, a list, no number of a key.
        assert!(wrong(0, rlp::string(&[0, 5])).is_err());
        assert!(wrong(11, rlp::string(&[1; 33])).is_err());
        assert!(wrong(3, rlp::string(&[0, 5])).is_err());
        assert!(wrong(9, rlp::list::<Vec<u8>>(&[])).is_err());
        assert!(wrong(10, rlp::number(26)).is_err());
        assert!(wrong(10, rlp::number(256)).is_err());
    }
}
