//! Recorded blocks, proofs and transactions of FISCO BCOS chains: every hash comes out as it was printed. Without the
//! vectors the tests pass over, and say so.

use fidem_anchor::fisco::header::{Members, Parent, votes};
use fidem_anchor::fisco::merkle::{root_of_sixteen, root_of_two};
use fidem_anchor::fisco::transaction::{Data, Rlp};
use fidem_anchor::fisco::{Hash, Header, Hex, HexOf, Suite, Transaction, answer};
use fidem_fingerprint::hex;
use serde_json::Value;

fn vector(name: &str) -> Option<Value> {
    let found = std::env::var_os("FIDEM_VECTORS").map(|folder| {
        let path = std::path::PathBuf::from(folder).join("fisco").join(name);
        std::fs::read(path).ok()
    });
    let found = found.flatten();
    assert!(found.is_some() || std::env::var_os("FIDEM_REQUIRE_VECTORS").is_none());
    if found.is_none() {
        eprintln!("skipped: no vectors");
    }
    found.map(|json| serde_json::from_slice(&json).unwrap())
}

fn hash(value: &Value) -> Hash {
    HexOf::of(&answer::octets(value).unwrap()).unwrap()
}

#[test]
fn a_block_of_version_2_and_its_transaction() {
    let Some(block) = vector("v2_block1.json") else {
        return;
    };
    let header = answer::header_v2(&block).unwrap();
    let read = header.read(Suite::Keccak).unwrap();
    assert_eq!(read.hash, hash(&block["hash"]));
    assert_eq!((read.number, read.milliseconds), (1, 0x0175_ac38_cf10));
    let signatures = answer::signatures(&block).unwrap();
    let signers = read.signers(&signatures, Suite::Keccak).unwrap();
    assert_eq!(votes(&read.sealers, &signers), (1, 1));
    assert!(read.signers(&signatures, Suite::Sm).is_err());

    let sent = &block["transactions"][0];
    let octets = |name: &str| answer::octets(&sent[name]).unwrap();
    let number = |name: &str| answer::number(&sent[name]).unwrap();
    let nonce = sent["nonce"].as_str().unwrap().trim_start_matches("0x");
    let transaction = Rlp {
        nonce: hex::decode(&format!("{nonce:0>64}")).unwrap(),
        gas_price: number("gasPrice"),
        gas: number("gas"),
        limit: number("blockLimit"),
        to: octets("to"),
        value: number("value"),
        input: octets("input"),
        chain: number("chainId"),
        group: number("groupId"),
        extra: octets("extraData"),
    };
    let signature = answer::octets(&sent["signature"]["signature"]).unwrap();
    let encoded = transaction.encode(&signature.try_into().unwrap());
    let again = Transaction::read_rlp(&encoded, Suite::Keccak).unwrap();
    assert_eq!(again.hash, hash(&sent["hash"]));
    assert_eq!(Suite::Keccak.address(&again.sender)[..], octets("from")[..]);
    assert_eq!(again.network, "fisco:1/1");
    assert_eq!(again.payload, None, "a call of another contract");
    let path = [Default::default()];
    let root = root_of_sixteen(&again.hash, 0, &path, Suite::Keccak);
    assert_eq!(root, Some(read.root));
}

#[test]
fn a_path_of_version_2_among_more_than_a_hundred_transactions() {
    let Some(proof) = vector("v2_tx_proof.json") else {
        return;
    };
    let path = answer::path_v2(&proof["txProof"]).unwrap();
    assert_eq!(path.len(), 4);
    let own = hash(&proof["transaction"]["hash"]);
    let root = root_of_sixteen(&own, 0x8c, &path, Suite::Keccak).unwrap();
    assert!(root.hex().starts_with("edf6863d"), "{}", root.hex());
    assert!(root.hex().contains("a7b6142"), "{}", root.hex());
    assert_eq!(root_of_sixteen(&own, 0x8d, &path, Suite::Keccak), None);
    for level in 0..3 {
        let mut other = path.clone();
        other[level].right[0].0[32 - 1] ^= 1;
        let other = root_of_sixteen(&own, 0x8c, &other, Suite::Keccak);
        assert_ne!(other, Some(root));
    }
}

#[test]
fn a_block_of_version_3_that_three_of_four_signed_with_sm2() {
    let Some(block) = vector("v3_sm_block2.json") else {
        return;
    };
    let header = answer::header_v3(&block).unwrap();
    let read = header.read(Suite::Sm).unwrap();
    assert_eq!(read.hash, hash(&block["hash"]));
    assert_eq!((read.number, read.milliseconds), (2, 1_680_598_474_810));
    let signatures = answer::signatures(&block).unwrap();
    let signers = read.signers(&signatures, Suite::Sm).unwrap();
    assert_eq!(votes(&read.sealers, &signers), (3, 3));
    for at in 0..64 {
        let mut wrong = signatures.clone();
        wrong[1].signature.0[at] ^= 1;
        assert!(read.signers(&wrong, Suite::Sm).is_err(), "octet {at}");
    }
    let mut twice = signatures.clone();
    twice.push(signatures[0].clone());
    assert!(read.signers(&twice, Suite::Sm).is_err());
    // A block of one transaction: its hash is the root.
    assert_eq!(root_of_two(&read.root, &[], Suite::Sm), Some(read.root));
    for (name, value) in [
        ("timestamp", Value::from(1_680_598_474_811_u64)),
        ("gasUsed", "2436".into()),
        ("number", 3.into()),
        ("version", 50_528_257.into()),
    ] {
        let mut other = block.clone();
        other[name] = value;
        let other = answer::header_v3(&other).unwrap().read(Suite::Sm);
        assert!(other.is_none_or(|other| other.hash != read.hash), "{name}");
    }
}

#[test]
fn transactions_of_version_3() {
    let Some(recorded) = vector("v3_tars.json") else {
        return;
    };
    let text = |value: &Value| value.as_str().unwrap().as_bytes().to_vec();
    let first = &recorded["v0"];
    let data = Data {
        chain: text(&first["chainID"]),
        group: text(&first["groupID"]),
        limit: 501,
        nonce: text(&first["nonce"]),
        to: text(&first["to"]),
        input: answer::octets(&first["input"]).unwrap(),
        ..Data::default()
    };
    assert_eq!(data.hash(Suite::Keccak), hash(&first["hash_keccak256"]));
    for encoded in recorded["tars_encoded_transactions"].as_array().unwrap() {
        let octets = answer::octets(&encoded["tars"]).unwrap();
        let read = Transaction::read_tars(&octets, Suite::Keccak).unwrap();
        assert_eq!(read.hash, hash(&encoded["hash_keccak256"]));
        assert_eq!(read.network, "fisco:chain0/group0");
        assert_eq!(read.payload, None, "the creation of a contract");
        assert!(Transaction::read_tars(&octets, Suite::Sm).is_err());
    }
}

/// A signature of SM2 cannot be made here, and that of ECDSA leads to some key whatever it is.
const SOME_SIGNATURE: [u8; 65] = {
    let mut signature = [1; 65];
    signature[64] = 0;
    signature
};

#[test]
fn a_hash_of_a_transaction_has_one_reading() {
    let whole = Data {
        chain: b"chain0".to_vec(),
        group: b"group0".to_vec(),
        limit: 500,
        nonce: vec![b'2'; 39],
        to: format!("0x{}", "0a".repeat(20)).into_bytes(),
        input: vec![0x5a; 32],
        ..Data::default()
    };
    let payload = |data: &Data| {
        assert_eq!(data.hash(Suite::Keccak), whole.hash(Suite::Keccak));
        let octets = data.encode(Suite::Keccak, &SOME_SIGNATURE);
        let read = Transaction::read_tars(&octets, Suite::Keccak).unwrap();
        read.payload
    };
    assert_eq!(payload(&whole), Some(HexOf([0x5a; 32])));
    let moved = |change: &dyn Fn(&mut Data)| {
        let mut data = whole.clone();
        change(&mut data);
        assert_eq!(payload(&data), None);
    };
    moved(&|data| {
        let last = data.nonce.pop();
        data.to.splice(0..0, last);
    });
    moved(&|data| data.nonce.extend(data.to.drain(..2)));
    moved(&|data| {
        let last = data.input.pop();
        data.abi.extend(last);
    });
    moved(&|data| data.to.extend(data.input.drain(..1)));
    // Between chain and group alone a letter can move: to another network, with the same payload at the same time.
    let mut other = whole.clone();
    other.group.splice(0..0, other.chain.pop());
    assert_eq!(payload(&other), Some(HexOf([0x5a; 32])));
}

#[test]
fn a_hash_of_a_header_has_one_reading() {
    let sealers: Vec<_> = (1..=4).map(|octet| HexOf([octet; 64])).collect();
    let whole = Members {
        consensus_weights: vec![1; 4],
        extra_data: Hex(Vec::new()),
        gas_used: "24363".to_owned(),
        number: 2,
        parent_info: vec![Parent {
            block_hash: HexOf([1; 32]),
            block_number: 1,
        }],
        receipts_root: HexOf([2; 32]),
        sealer: 1,
        sealer_list: sealers,
        state_root: HexOf([3; 32]),
        timestamp: 1_796_126_400_000,
        txs_root: HexOf([4; 32]),
        version: 0x0303_0000,
    };
    let read = |members: &Members| {
        assert_eq!(members.hash(Suite::Sm), whole.hash(Suite::Sm));
        Header::V3(Box::new(members.clone())).read(Suite::Sm)
    };
    assert!(read(&whole).is_some());
    // A sealer less, with its key and its weight as extra data.
    let mut fewer = whole.clone();
    let sealer = fewer.sealer_list.pop().unwrap();
    let weight = fewer.consensus_weights.pop().unwrap();
    fewer.extra_data = Hex([&sealer.0[..], &weight.to_be_bytes()].concat());
    assert_eq!(read(&fewer), None);
    // The parent's height and the first part of its hash as the root over the transactions.
    let mut orphan = whole.clone();
    orphan.parent_info.clear();
    let text = [
        &1_u64.to_be_bytes()[..],
        &[1; 32],
        &[4; 32],
        &[2; 32],
        &[3; 32],
    ]
    .concat();
    let roots = text.chunks(32).take(3).map(|root| HexOf::of(root).unwrap());
    let roots: Vec<Hash> = roots.collect();
    (orphan.txs_root, orphan.receipts_root, orphan.state_root) = (roots[0], roots[1], roots[2]);
    orphan.number = u64::from_be_bytes(text[96..104].try_into().unwrap());
    // What is left over would have to be decimal digits.
    orphan.gas_used = "0".to_owned();
    assert_eq!(Header::V3(Box::new(orphan)).read(Suite::Sm), None);
}
