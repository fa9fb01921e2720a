//! Transactions that carry 32 octets: legacy ones that name their chain (EIP-155), and those of type 2 (EIP-1559).

use super::keccak;
use super::signature::{Address, signer};
use crate::rlp::{self, Item, RlpError};

/// Accounts in an access list: more than the gas of any block pays for.
const MOST_ACCESSES: usize = 1 << 14;

/// A transaction as it was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    /// The chain that it names, and the only one where it can stand.
    pub chain_id: u64,
    /// Its number among those of its sender.
    pub nonce: u64,
    /// Whose signature it carries.
    pub sender: Address,
    /// The receiver, none where a contract is made.
    pub to: Option<Address>,
    /// The whole of its input.
    pub input: Vec<u8>,
    /// Keccak-256 of its octets.
    pub hash: [u8; 32],
}

/// Why octets are no such transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TransactionError {
    /// Not its encoding.
    #[error(transparent)]
    Rlp(#[from] RlpError),
    /// Another type of EIP-2718.
    #[error("a transaction of type {0}")]
    Kind(u8),
    /// A signature from before EIP-155, which holds on every chain.
    #[error("it names no chain")]
    NoChain,
    /// Nobody's signature.
    #[error("the signature is nobody's")]
    Signature,
}

impl Transaction {
    /// Reads a transaction and recovers who signed it.
    ///
    /// # Errors
    /// [`TransactionError`].
    pub fn parse(octets: &[u8]) -> Result<Self, TransactionError> {
        match octets.split_first() {
            Some((0xc0.., _)) => Self::legacy(octets),
            Some((2, rest)) => Self::fee_market(octets, rest),
            Some((kind @ 0..=0x7f, _)) => Err(TransactionError::Kind(*kind)),
            _ => Err(RlpError("no transaction").into()),
        }
    }

    fn legacy(octets: &[u8]) -> Result<Self, TransactionError> {
        let items = Item::whole(octets)?.items(9)?;
        let [nonce, price, gas, to, value, input, v, r, s] = items.as_slice() else {
            return Err(RlpError("not nine fields").into());
        };
        for number in [price, gas, value] {
            number.natural()?;
        }
        let v = v.number()?;
        let chain_id = match v.checked_sub(35) {
            Some(above) => above / 2,
            None => return Err(TransactionError::NoChain),
        };
        let mut signed: Vec<Vec<u8>> = items.iter().take(6).map(|item| item.encoded()).collect();
        signed.extend([rlp::number(chain_id), rlp::number(0), rlp::number(0)]);
        let signature = (r.natural()?, s.natural()?, v % 2 == 0);
        Self {
            chain_id,
            nonce: nonce.number()?,
            sender: Address::default(),
            to: receiver(*to)?,
            input: input.octets()?.to_vec(),
            hash: keccak(octets),
        }
        .signed_by(&keccak(&rlp::list(&signed)), signature)
    }

    fn fee_market(octets: &[u8], rest: &[u8]) -> Result<Self, TransactionError> {
        let items = Item::whole(rest)?.items(12)?;
        let [
            chain_id,
            nonce,
            tip,
            fee,
            gas,
            to,
            value,
            input,
            access,
            parity,
            r,
            s,
        ] = items.as_slice()
        else {
            return Err(RlpError("not twelve fields").into());
        };
        for number in [tip, fee, gas, value] {
            number.natural()?;
        }
        access.items(MOST_ACCESSES)?;
        let odd = match parity.number()? {
            parity @ (0 | 1) => parity == 1,
            _ => return Err(TransactionError::Signature),
        };
        let signed: Vec<Vec<u8>> = items.iter().take(9).map(|item| item.encoded()).collect();
        let signed = [vec![2], rlp::list(&signed)].concat();
        let signature = (r.natural()?, s.natural()?, odd);
        Self {
            chain_id: chain_id.number()?,
            nonce: nonce.number()?,
            sender: Address::default(),
            to: receiver(*to)?,
            input: input.octets()?.to_vec(),
            hash: keccak(octets),
        }
        .signed_by(&keccak(&signed), signature)
    }

    fn signed_by(
        self,
        digest: &[u8; 32],
        (r, s, odd): (&[u8], &[u8], bool),
    ) -> Result<Self, TransactionError> {
        let sender = signer(digest, r, s, odd, true).ok_or(TransactionError::Signature)?;
        Ok(Self { sender, ..self })
    }
}

fn receiver(item: Item<'_>) -> Result<Option<Address>, RlpError> {
    match item.octets()? {
        [] => Ok(None),
        _ => item.exactly().map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fidem_fingerprint::hex;

    /// The example of EIP-155: key 32 times 46.
    const EXAMPLE: &str = "f86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025\
        a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276\
        a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83";

    #[test]
    fn the_example_of_eip_155() {
        let octets = hex::decode(EXAMPLE).unwrap();
        let read = Transaction::parse(&octets).unwrap();
        assert_eq!((read.chain_id, read.nonce), (1, 9));
        assert_eq!(read.to, Some([0x35; 20]));
        assert_eq!(
            hex::encode(&read.sender),
            "9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f"
        );
        assert_eq!(
            hex::encode(&read.hash),
            "33469b22e9f636356c4160a87eb19df52b7412e8eac32a4a55ffe88ea8350788"
        );
        assert!(read.input.is_empty());
    }

    #[test]
    fn another_signer_or_none_after_any_flip() {
        let octets = hex::decode(EXAMPLE).unwrap();
        let sender = Transaction::parse(&octets).unwrap().sender;
        for at in 0..octets.len() {
            let mut damaged = octets.clone();
            damaged[at] ^= 1;
            let read = Transaction::parse(&damaged);
            assert_ne!(read.map(|read| read.sender), Ok(sender), "octet {at}");
        }
    }

    #[test]
    fn other_kinds_are_named() {
        for kind in [1, 3, 4] {
            let read = Transaction::parse(&[kind, 0xc0]);
            assert_eq!(read, Err(TransactionError::Kind(kind)));
        }
        assert!(matches!(
            Transaction::parse(&[]),
            Err(TransactionError::Rlp(_))
        ));
    }
}
