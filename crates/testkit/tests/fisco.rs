//! The simulated group against recorded answers of real nodes: the same names, the same spelling, the same hashes.
//! Without the vectors the tests pass over, and say so.

use fidem_anchor::fisco::{Header, Suite, answer};
use fidem_testkit::fisco::{FLAVOURS, Group, Mined, header_answer};
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

/// What the simulator answers for a recorded block.
fn answered(recorded: &Value, header: Header, suite: Suite) -> Value {
    header_answer(&Mined {
        hash: header.read(suite).unwrap().hash,
        header,
        signatures: answer::signatures(recorded).unwrap(),
        transactions: Vec::new(),
    })
}

#[test]
fn a_recorded_header_of_version_3_is_answered_as_it_was() {
    let Some(recorded) = vector("v3_sm_block2.json") else {
        return;
    };
    let header = answer::header_v3(&recorded).unwrap();
    assert_eq!(answered(&recorded, header, Suite::Sm), recorded);
}

#[test]
fn a_recorded_header_of_version_2_is_answered_as_it_was() {
    let Some(mut recorded) = vector("v2_block1.json") else {
        return;
    };
    let header = answer::header_v2(&recorded).unwrap();
    let answered = answered(&recorded, header, Suite::Keccak);
    // Recorded is the whole block, which writes its height in hexadecimal; the header alone in decimal.
    recorded.as_object_mut().unwrap().remove("transactions");
    recorded["number"] = 1.into();
    assert_eq!(answered, recorded);
}

#[test]
fn made_blocks_hold_and_are_linked() {
    for flavour in FLAVOURS {
        let group = Group::start(flavour).unwrap();
        let mut chain = group.chain();
        chain.set_neighbours(20);
        for height in 1..4 {
            chain.mine();
            let block = chain.at(height).unwrap();
            let read = block.header.read(flavour.suite()).unwrap();
            assert_eq!((read.number, read.hash), (height, block.hash));
            let signers = read.signers(&block.signatures, flavour.suite()).unwrap();
            assert_eq!(signers, group.sealers());
            let said = header_answer(block);
            let before = chain.at(height - 1).unwrap();
            let parent = match said.get("parentHash") {
                Some(parent) => parent,
                None => &said["parentInfo"][0]["blockHash"],
            };
            assert_eq!(answer::octets(parent).unwrap(), before.hash.0);
        }
    }
}
