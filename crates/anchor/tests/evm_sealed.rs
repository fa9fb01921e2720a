//! Sealed headers of others: blocks of Besu networks under IBFT 2.0 and QBFT as their nodes told them, and a header under
//! Clique. Without them the tests pass over, and say so.

use std::path::PathBuf;

use fidem_anchor::evm::{Consensus, Header, keccak, quorum};
use fidem_anchor::rlp;
use fidem_fingerprint::hex;
use serde_json::Value;

fn vector(name: &str) -> Option<Value> {
    let folder = std::env::var_os("FIDEM_VECTORS").map(|folder| PathBuf::from(folder).join("evm"));
    let Some(folder) = folder.filter(|folder| folder.is_dir()) else {
        eprintln!("skipped: no vectors of EVM chains");
        return None;
    };
    Some(serde_json::from_slice(&std::fs::read(folder.join(name)).unwrap()).unwrap())
}

fn octets(value: &Value) -> Vec<u8> {
    let digits = value.as_str().unwrap().trim_start_matches("0x");
    let even = if digits.len() % 2 == 1 { "0" } else { "" };
    hex::decode(&format!("{even}{digits}")).unwrap()
}

/// The header of a block as a node told it.
fn header(block: &Value) -> Vec<u8> {
    let names = [
        "parentHash",
        "sha3Uncles",
        "miner",
        "stateRoot",
        "transactionsRoot",
        "receiptsRoot",
        "logsBloom",
        "difficulty",
        "number",
        "gasLimit",
        "gasUsed",
        "timestamp",
        "extraData",
        "mixHash",
        "nonce",
        "baseFeePerGas",
    ];
    let numbers = [
        "difficulty",
        "number",
        "gasLimit",
        "gasUsed",
        "timestamp",
        "baseFeePerGas",
    ];
    let told = names.iter().filter(|name| block.get(**name).is_some());
    let fields = told.map(|name| match numbers.contains(name) {
        true => rlp::natural(&octets(&block[*name])),
        false => rlp::string(&octets(&block[*name])),
    });
    rlp::list(&fields.collect::<Vec<_>>())
}

#[test]
fn blocks_of_besu_have_their_hash_and_their_quorum() {
    for (name, consensus, validators) in [
        ("ibft2_block1.json", Consensus::Ibft2, 4),
        ("qbft_block58866.json", Consensus::Qbft, 1),
        ("qbft_block7528.json", Consensus::Qbft, 4),
    ] {
        let Some(block) = vector(name) else { return };
        let header = match block.get("header") {
            Some(header) => octets(header),
            None => header(&block),
        };
        let parsed = Header::parse(&header).unwrap();
        let hash = parsed.hash(consensus).unwrap().to_vec();
        assert_ne!(keccak(&header).to_vec(), hash);
        if let Some(told) = block.get("hash") {
            assert_eq!(hash, octets(told), "{name}");
        }
        let sealed = parsed.seals(consensus).unwrap();
        assert_eq!(sealed.named.len(), validators);
        assert!(
            sealed.sealers.is_subset(&sealed.named),
            "{name}: {sealed:?}"
        );
        assert_eq!(sealed.sealers.len(), quorum(validators));
        // Under the other one, or with another root, they are not the validators'.
        let other = match consensus {
            Consensus::Qbft => Consensus::Ibft2,
            _ => Consensus::Qbft,
        };
        let mut altered = header.clone();
        altered[100] ^= 1;
        let altered = Header::parse(&altered).unwrap().seals(consensus);
        for wrong in [parsed.seals(other), altered] {
            assert!(wrong.is_none_or(|wrong| wrong.sealers.is_disjoint(&sealed.named)));
        }
    }
}

#[test]
fn a_header_of_clique_names_its_signer() {
    let Some(vector) = vector("clique_block7269.json") else {
        return;
    };
    let unsealed = octets(&vector["unsealed_header"]);
    assert_eq!(keccak(&unsealed).to_vec(), octets(&vector["hash"]));
    let fields = rlp::Item::whole(&unsealed)
        .and_then(|item| item.items(15))
        .unwrap();
    let sealers = vector["signatures"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|signature| {
            let mut fields: Vec<Vec<u8>> = fields.iter().map(|field| field.encoded()).collect();
            let vanity = rlp::Item::whole(&fields[12])
                .and_then(rlp::Item::octets)
                .unwrap();
            fields[12] = rlp::string(&[vanity, &octets(signature)].concat());
            let header = rlp::list(&fields);
            let sealed = Header::parse(&header).unwrap().seals(Consensus::Clique)?;
            sealed.sealers.first().copied()
        });
    let sealers: Vec<String> = sealers.map(|sealer| hex::encode(&sealer)).collect();
    assert!(
        sealers.contains(&vector["signer"].as_str().unwrap().to_owned()),
        "{sealers:?}"
    );
}
