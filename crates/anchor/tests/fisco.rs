//! Recorded blocks, proofs and transactions of FISCO BCOS chains: every hash comes out as it was printed. Without the
//! vectors the tests pass over, and say so.

use fidem_anchor::fisco::header::votes;
use fidem_anchor::fisco::merkle::{root_of_sixteen, root_of_two};
use fidem_anchor::fisco::transaction::{Data, Rlp};
use fidem_anchor::fisco::{Fixed, Hash, Suite, Transaction, answer};
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
    Fixed::of(&answer::octets(value).unwrap()).unwrap()
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
