//! FISCO BCOS receipts whose signatures hold, whatever was mutated: four sealers with fixed keys.

use fidem_anchor::fisco::header::Fields;
use fidem_anchor::fisco::merkle::{root_of_sixteen, root_of_two};
use fidem_anchor::fisco::transaction::{Data, Rlp};
use fidem_anchor::fisco::{
    Hash, Header, Hex, HexOf, NodeId, Pin, Receipt, SM2_IDENTITY, Signature, Suite, Transaction,
};
use sm2::dsa::signature::Signer;

/// What every transaction here carries.
pub const PAYLOAD: [u8; 32] = [0x5a; 32];

/// A sealer.
enum Key {
    Keccak(k256::ecdsa::SigningKey),
    Sm(sm2::dsa::SigningKey),
}

impl Key {
    fn new(suite: Suite, octet: u8) -> Self {
        let octets = [octet; 32];
        match suite {
            Suite::Keccak => {
                Self::Keccak(k256::ecdsa::SigningKey::from_slice(&octets).expect("a key"))
            }
            Suite::Sm => {
                Self::Sm(sm2::dsa::SigningKey::from_slice(SM2_IDENTITY, &octets).expect("a key"))
            }
        }
    }

    fn public(&self) -> NodeId {
        let point = match self {
            Self::Keccak(key) => key.verifying_key().to_sec1_point(false).as_bytes().to_vec(),
            Self::Sm(key) => key.verifying_key().to_sec1_bytes().to_vec(),
        };
        NodeId::of(&point[1..]).expect("two coordinates")
    }

    fn seal(&self, hash: &Hash) -> Vec<u8> {
        match self {
            Self::Keccak(key) => {
                let (signature, number) = key.sign_prehash_recoverable(&hash.0);
                [&signature.to_bytes()[..], &[number.to_byte()]].concat()
            }
            Self::Sm(key) => Signer::<sm2::dsa::Signature>::sign(key, &hash.0)
                .to_bytes()
                .to_vec(),
        }
    }

    fn sign(&self, hash: &Hash) -> Vec<u8> {
        let mut signature = self.seal(hash);
        if let Self::Sm(key) = self {
            signature.extend(&key.verifying_key().to_sec1_bytes()[1..]);
        }
        signature
    }
}

fn sealers(suite: Suite) -> Vec<NodeId> {
    (1..=4)
        .map(|octet| Key::new(suite, octet).public())
        .collect()
}

/// The four sealers, pinned for the network of every transaction here.
pub fn pins() -> Vec<Pin> {
    let pin = |(suite, network): (Suite, &str)| Pin {
        name: "fuzz".to_owned(),
        network: network.to_owned(),
        sealers: sealers(suite),
        suite,
        weights: Vec::new(),
    };
    let all = [
        (Suite::Keccak, "fisco:7/1"),
        (Suite::Keccak, "fisco:chain0/group0"),
        (Suite::Sm, "fisco:chain0/group0"),
    ];
    all.into_iter().map(pin).collect()
}

/// The transaction of version 2.
pub fn transaction_v2() -> Vec<u8> {
    let transaction = Rlp {
        nonce: vec![0x80; 16],
        gas_price: 1,
        gas: 30_000_000,
        limit: 500,
        to: vec![4; 20],
        value: 0,
        input: PAYLOAD.to_vec(),
        chain: 7,
        group: 1,
        extra: Vec::new(),
    };
    let signature = Key::new(Suite::Keccak, 9).sign(&transaction.signed_hash(Suite::Keccak));
    transaction.encode(&signature.try_into().expect("65 octets"))
}

/// The transaction of version 3.
pub fn transaction_v3(suite: Suite) -> Vec<u8> {
    let data = Data {
        chain: b"chain0".to_vec(),
        group: b"group0".to_vec(),
        limit: 500,
        nonce: vec![b'1'; 39],
        to: format!("0x{}", "04".repeat(20)).into_bytes(),
        input: PAYLOAD.to_vec(),
        ..Data::default()
    };
    data.encode(suite, &Key::new(suite, 9).sign(&data.hash(suite)))
}

/// The receipt with the root that its path leads to, under the signatures of three of the four; none where its parts
/// cannot be read.
pub fn sealed(mut receipt: Receipt) -> Option<Receipt> {
    let suite = receipt.suite;
    match &mut receipt.header {
        Header::V2(rlp) => {
            let transaction = Transaction::read_rlp(&receipt.transaction.0, suite).ok()?;
            let mut fields = Fields::decode(&rlp.0).ok()?;
            let index = receipt.index?;
            fields.hashes[2] = root_of_sixteen(&transaction.hash, index, &receipt.path, suite)?;
            fields.sealers = sealers(suite);
            rlp.0 = fields.encode();
        }
        Header::V3(members) => {
            let transaction = Transaction::read_tars(&receipt.transaction.0, suite).ok()?;
            members.txs_root = root_of_two(&transaction.hash, &receipt.path, suite)?;
            members.sealer_list = sealers(suite);
        }
    }
    let block = receipt.header.read(suite)?;
    let sign = |sealer: u32| Signature {
        sealer,
        signature: Hex(Key::new(suite, sealer as u8 + 1).seal(&block.hash)),
    };
    receipt.signatures = (0..3).map(sign).collect();
    Some(receipt)
}

/// A hash of nothing in particular.
pub fn hash(octet: u8) -> Hash {
    HexOf([octet; 32])
}
