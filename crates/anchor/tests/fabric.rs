//! Blocks of real Fabric channels: two of BSN, three of a network of version 3.1.5. Without the vectors the tests pass
//! over, and say so.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fidem_anchor::fabric::{Block, FORMAT, Pin, Receipt, Transaction};
use fidem_anchor::octets::Base64;
use fidem_anchor::receipt::{Judgement, Payload, Pins, Worth, judge};
use fidem_fingerprint::hex;
use serde_json::{Value, json};

/// What the transaction in block 3 of the recorded network carries.
const ANCHORED: &str = "80e90eb431e75056d8c1e768387e099724c28eedf956e597ec154c186c14e630";

fn vector(name: &str) -> Option<Vec<u8>> {
    let folder = std::env::var_os("FIDEM_VECTORS").map(PathBuf::from);
    let octets = folder.and_then(|folder| std::fs::read(folder.join("fabric").join(name)).ok());
    assert!(octets.is_some() || std::env::var_os("FIDEM_REQUIRE_VECTORS").is_none());
    if octets.is_none() {
        eprintln!("skipped: no vectors");
    }
    octets
}

fn payload() -> Payload {
    hex::decode32(ANCHORED).unwrap()
}

fn receipt(block: &[u8]) -> Receipt {
    Receipt {
        format: FORMAT.to_owned(),
        channel: "anchor".to_owned(),
        index: 0,
        block: Base64(block.to_vec()),
    }
}

fn judged(receipt: &Receipt, pins: &Pins) -> Judgement {
    judge(&receipt.to_bytes().unwrap(), &payload(), pins).unwrap()
}

fn verdict(receipt: &Receipt, pins: &Pins) -> (Worth, &'static str) {
    let judged = judged(receipt, pins);
    (judged.worth, judged.remarks[0].code)
}

fn pins(pin: Value) -> Pins {
    Pins {
        fabric: vec![serde_json::from_value::<Pin>(pin).unwrap()],
        ..Pins::default()
    }
}

/// The certificates of authorities in the genesis block, by their subject.
fn authorities(genesis: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let marker = b"-----BEGIN CERTIFICATE-----";
    for at in 0..genesis.len() {
        if genesis[at..].starts_with(marker) {
            let text = String::from_utf8_lossy(&genesis[at + marker.len()..]).into_owned();
            let inner = text
                .split("-----END")
                .next()
                .unwrap()
                .split_ascii_whitespace();
            let der = STANDARD.decode(inner.collect::<String>()).unwrap();
            let subject = x509_parser::parse_x509_certificate(&der)
                .unwrap()
                .1
                .subject()
                .to_string();
            found.push((subject, der));
        }
    }
    found
}

fn organisation(msp: &str, genesis: &[u8], hint: &str) -> Value {
    let certificates: Vec<String> = authorities(genesis)
        .iter()
        .filter(|(subject, _)| subject.contains(hint))
        .map(|(_, der)| STANDARD.encode(der))
        .collect();
    assert!(!certificates.is_empty());
    json!({"msp": msp, "certificates": certificates})
}

#[test]
fn blocks_of_bsn_hold_together() {
    for (name, number) in [("bsn_block1.pb", 1), ("bsn_block3.pb", 3)] {
        let Some(octets) = vector(name) else { return };
        let block = Block::parse(&octets).unwrap();
        assert_eq!(block.number, number);
        let orderers = block.orderers().unwrap();
        assert_eq!(orderers.len(), 1);
        assert_eq!(orderers[0].msp, "OrdererMSP");
        let transaction = Transaction::parse(block.data[0]).unwrap();
        assert_eq!(transaction.endorsers.len(), 1);
        assert!(transaction.channel.starts_with("app00"));
        assert!(!transaction.arguments.is_empty());
        assert_eq!(block.flag(0), Some(0));
        // It is not ours, and a certificate that nobody pinned vouches for nobody.
        let receipt = Receipt {
            channel: transaction.channel,
            ..receipt(&octets)
        };
        assert_eq!(
            verdict(&receipt, &Pins::default()),
            (Worth::Failed, "fabric-other-payload")
        );
    }
}

#[test]
fn orderer_and_peer_give_the_same_block() {
    let Some(from_orderer) = vector("fabric_block3_orderer.pb") else {
        return;
    };
    let Some(from_peer) = vector("fabric_block3_peer.pb") else {
        return;
    };
    let place = judged(&receipt(&from_orderer), &Pins::default()).place;
    assert_eq!(place.network, "fabric:anchor");
    assert_eq!((place.height, place.time), (Some(3), None));
    let id = "d767b84124c42d9293699468f1efa5c107900b9dfd6a0c721ebd20db3c287c4b";
    assert_eq!(place.transaction.as_deref(), Some(id));
    for block in [&from_orderer, &from_peer] {
        let found = judged(&receipt(block), &Pins::default());
        assert_eq!(found.worth, Worth::InclusionOnly);
        assert_eq!(found.place, place);
        assert_eq!(found.remarks[0].code, "fabric-no-time");
    }
}

#[test]
fn pinned_authorities_decide() {
    let Some(block) = vector("fabric_block3_peer.pb") else {
        return;
    };
    let Some(genesis) = vector("fabric_genesis.pb") else {
        return;
    };
    let orderers = organisation("OrdererMSP", &genesis, "ca.orderer");
    let peers = organisation("NotaryMSP", &genesis, "ca.notary");
    let pin = |orderers: &Value, peers: &Value| {
        pins(json!({"name": "test", "channel": "anchor", "orderers": [orderers], "peers": [peers]}))
    };
    let found = judged(&receipt(&block), &pin(&orderers, &peers));
    assert_eq!(found.worth, Worth::Canonical, "{found:?}");
    assert_eq!(found.pins, ["test"]);
    // The right name with the certificate of another organisation, and the other way round.
    let swapped = |msp: &str, of: &Value| json!({"msp": msp, "certificates": of["certificates"]});
    for (wrong, code) in [
        (
            pin(&swapped("OrdererMSP", &peers), &peers),
            "fabric-other-orderer",
        ),
        (
            pin(&swapped("Other", &orderers), &peers),
            "fabric-other-orderer",
        ),
        (
            pin(&orderers, &swapped("NotaryMSP", &orderers)),
            "fabric-other-endorser",
        ),
        (
            pin(&orderers, &swapped("Other", &peers)),
            "fabric-other-endorser",
        ),
    ] {
        assert_eq!(verdict(&receipt(&block), &wrong), (Worth::Failed, code));
    }
    // More than there are.
    let mut more = pin(&orderers, &peers);
    more.fabric[0].signatures = 2;
    assert_eq!(
        verdict(&receipt(&block), &more),
        (Worth::Failed, "fabric-other-orderer")
    );
    more.fabric[0].signatures = 1;
    more.fabric[0].endorsements = Some(2);
    assert_eq!(
        verdict(&receipt(&block), &more),
        (Worth::Failed, "fabric-other-endorser")
    );
    // Another channel's pin says nothing.
    more.fabric[0].channel = "other".to_owned();
    assert_eq!(judged(&receipt(&block), &more).worth, Worth::InclusionOnly);
}

#[test]
fn a_pinned_block_decides_for_and_against() {
    let Some(block) = vector("fabric_block3_orderer.pb") else {
        return;
    };
    let hash = hex::encode(&Block::parse(&block).unwrap().hash());
    let pin = |hash: &str| {
        let blocks = json!([{"height": 3, "hash": hash}]);
        pins(json!({"name": "test", "channel": "anchor", "blocks": blocks}))
    };
    assert_eq!(
        judged(&receipt(&block), &pin(&hash)).worth,
        Worth::Canonical
    );
    let other = pin(&"11".repeat(32));
    assert_eq!(
        verdict(&receipt(&block), &other),
        (Worth::Failed, "fabric-other-block")
    );
}

#[test]
fn the_genesis_block_holds_no_transaction() {
    let Some(genesis) = vector("fabric_genesis.pb") else {
        return;
    };
    let block = Block::parse(&genesis).unwrap();
    assert_eq!(block.number, 0);
    assert!(block.orderers().unwrap().is_empty());
    assert_eq!(
        verdict(&receipt(&genesis), &Pins::default()),
        (Worth::Failed, "fabric-transaction")
    );
}

#[test]
fn contradictions_are_named() {
    let Some(block) = vector("fabric_block3_peer.pb") else {
        return;
    };
    let mut other = receipt(&block);
    other.channel = "other".to_owned();
    assert_eq!(
        verdict(&other, &Pins::default()),
        (Worth::Failed, "fabric-other-channel")
    );
    let mut other = receipt(&block);
    other.index = 1;
    assert_eq!(
        verdict(&other, &Pins::default()),
        (Worth::Failed, "fabric-no-transaction")
    );
    let octets = receipt(&block).to_bytes().unwrap();
    let found = judge(&octets, &[0; 32], &Pins::default()).unwrap();
    assert_eq!(
        (found.worth, found.remarks[0].code),
        (Worth::Failed, "fabric-other-payload")
    );
}

/// Every octet of every recorded block: flipped, the block fails, or what was flipped is metadata that no signature covers
/// and everything that is judged stays as it was.
#[test]
fn no_flipped_octet_passes() {
    let Some(block) = vector("fabric_block3_peer.pb") else {
        return;
    };
    let Some(genesis) = vector("fabric_genesis.pb") else {
        return;
    };
    let whole = judged(&receipt(&block), &Pins::default());
    let pinned = pins(json!({
        "name": "test", "channel": "anchor",
        "orderers": [organisation("OrdererMSP", &genesis, "ca.orderer")],
        "peers": [organisation("NotaryMSP", &genesis, "ca.notary")],
    }));
    let mut unsigned = 0;
    for at in 0..block.len() {
        let mut damaged = block.clone();
        damaged[at] ^= 1;
        let found = judged(&receipt(&damaged), &pinned);
        match found.worth {
            Worth::Failed => {}
            Worth::Canonical if found.place == whole.place => unsigned += 1,
            _ => panic!("octet {at}: {found:?}"),
        }
    }
    // The flags of the peer and its commit hash, with their frames.
    assert!(unsigned < 60, "{unsigned} octets are not covered");
}
