//! Receipts of EVM chains. No sealed header of others comes with a transaction that carries 32 octets: those here are sealed
//! with our own keys, by code that shares nothing with the judge but RLP and Keccak; `evm_sealed.rs` reads seals of others.
//! A header and transaction of `anvil` are in `data/`.

use fidem_anchor::evm::{Address, Consensus, Pin, Receipt, address_of, keccak, trie};
use fidem_anchor::octets::Hex;
use fidem_anchor::receipt::{Judgement, Payload, Pins, Worth, judge};
use fidem_anchor::rlp;
use fidem_fingerprint::hex;
use k256::ecdsa::SigningKey;
use serde_json::{Value, json};

const PAYLOAD: Payload = [0x5a; 32];
const CHAIN: u64 = 5555;
const HEIGHT: u64 = 7_000;

fn key(number: u8) -> SigningKey {
    SigningKey::from_slice(&[number; 32]).unwrap()
}

fn address(number: u8) -> Address {
    address_of(key(number).verifying_key())
}

/// `r`, `s` and the parity.
fn sign(key: &SigningKey, digest: &[u8; 32]) -> (Vec<u8>, Vec<u8>, u8) {
    let (signature, recovery) = key.sign_prehash_recoverable(digest);
    let (r, s) = signature.split_bytes();
    (r.to_vec(), s.to_vec(), recovery.to_byte())
}

fn seal(key: &SigningKey, digest: &[u8; 32]) -> Vec<u8> {
    let (r, s, parity) = sign(key, digest);
    [r, s, vec![parity]].concat()
}

fn legacy(chain: u64, input: &[u8]) -> Vec<u8> {
    let mut fields = vec![
        rlp::number(3),
        rlp::number(1_000_000_000),
        rlp::number(30_000),
        rlp::string(&[0x11; 20]),
        rlp::number(0),
        rlp::string(input),
    ];
    let unsigned = [
        &fields[..],
        &[rlp::number(chain), rlp::number(0), rlp::number(0)],
    ]
    .concat();
    let (r, s, parity) = sign(&key(9), &keccak(&rlp::list(&unsigned)));
    fields.push(rlp::number(chain * 2 + 35 + u64::from(parity)));
    fields.extend([rlp::natural(&r), rlp::natural(&s)]);
    rlp::list(&fields)
}

fn fee_market(chain: u64, input: &[u8]) -> Vec<u8> {
    let mut fields = vec![
        rlp::number(chain),
        rlp::number(0),
        rlp::number(1),
        rlp::number(2),
        rlp::number(30_000),
        rlp::string(&[0x11; 20]),
        rlp::number(0),
        rlp::string(input),
        rlp::list::<Vec<u8>>(&[]),
    ];
    let unsigned = [vec![2], rlp::list(&fields)].concat();
    let (r, s, parity) = sign(&key(9), &keccak(&unsigned));
    fields.extend([
        rlp::number(parity.into()),
        rlp::natural(&r),
        rlp::natural(&s),
    ]);
    [vec![2], rlp::list(&fields)].concat()
}

fn header(parent: [u8; 32], root: [u8; 32], number: u64, extra: &[u8]) -> Vec<u8> {
    let mut fields = vec![rlp::string(&parent), rlp::string(&[1; 32])];
    fields.extend([
        rlp::string(&[2; 20]),
        rlp::string(&[3; 32]),
        rlp::string(&root),
    ]);
    fields.extend([
        rlp::string(&[4; 32]),
        rlp::string(&[0; 256]),
        rlp::number(2),
    ]);
    fields.extend([
        rlp::number(number),
        rlp::number(30_000_000),
        rlp::number(21_000),
    ]);
    fields.extend([rlp::number(1_796_126_400), rlp::string(extra)]);
    fields.extend([rlp::string(&[5; 32]), rlp::string(&[0; 8])]);
    // Since London.
    fields.push(rlp::number(7));
    rlp::list(&fields)
}

/// The part of the extra data of IBFT 2.0 and QBFT that every hash is taken over.
fn bft(consensus: Consensus, validators: &[u8]) -> Vec<Vec<u8>> {
    let addresses: Vec<Vec<u8>> = validators
        .iter()
        .map(|n| rlp::string(&address(*n)))
        .collect();
    let vote = match consensus {
        Consensus::Ibft2 => vec![0x80],
        _ => vec![0xc0],
    };
    vec![rlp::string(&[0; 32]), rlp::list(&addresses), vote]
}

/// Extra data for the hash of the block, for the seals, and whole.
fn sealed_extra(
    consensus: Consensus,
    validators: &[u8],
    signers: &[u8],
    at: impl Fn(&[u8]) -> [u8; 32],
) -> [Vec<u8>; 2] {
    let constant = bft(consensus, validators);
    let round = match consensus {
        Consensus::Ibft2 => rlp::string(&[0, 0, 0, 1]),
        _ => rlp::number(1),
    };
    let empty = vec![0xc0];
    let (hashed, signed) = match consensus {
        Consensus::Ibft2 => (
            constant.clone(),
            [&constant[..], std::slice::from_ref(&round)].concat(),
        ),
        _ => (
            [&constant[..], &[rlp::number(0), empty.clone()]].concat(),
            [&constant[..], &[round.clone(), empty]].concat(),
        ),
    };
    let digest = at(&rlp::list(&signed));
    let seals: Vec<Vec<u8>> = signers
        .iter()
        .map(|n| rlp::string(&seal(&key(*n), &digest)))
        .collect();
    let whole = [&constant[..], &[round, rlp::list(&seals)]].concat();
    [rlp::list(&hashed), rlp::list(&whole)]
}

/// A block full of neighbours, ours among them.
fn transactions(ours: &[u8]) -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = (0..200_u8).map(|n| legacy(CHAIN, &[n; 32])).collect();
    // Neighbours of other kinds are octets in the trie, no more.
    all[3] = [vec![1], rlp::list(&[rlp::number(1)])].concat();
    all[4] = [vec![3], rlp::list(&[rlp::number(2)])].concat();
    all[5] = [vec![4], rlp::list(&[rlp::number(3)])].concat();
    all[137] = ours.to_vec();
    all
}

fn receipt(
    consensus: Consensus,
    ours: Vec<u8>,
    blocks: Vec<Vec<u8>>,
    trie: &trie::Trie,
) -> Receipt {
    let mut blocks = blocks.into_iter().map(Hex);
    Receipt {
        format: fidem_anchor::evm::FORMAT.to_owned(),
        chain_id: CHAIN,
        consensus,
        header: blocks.next().unwrap(),
        successors: blocks.collect(),
        index: 137,
        transaction: Hex(ours),
        proof: trie.proof_at(137).into_iter().map(Hex).collect(),
    }
}

fn plain(ours: Vec<u8>) -> Receipt {
    let trie = trie::Trie::of_list(&transactions(&ours));
    let block = header([8; 32], trie.root(), HEIGHT, b"geth");
    receipt(Consensus::None, ours, vec![block], &trie)
}

/// A block and as many after it, each sealed by one signer.
fn clique(signers: &[u8]) -> Receipt {
    let ours = legacy(CHAIN, &PAYLOAD);
    let trie = trie::Trie::of_list(&transactions(&ours));
    let (mut parent, mut root, mut blocks) = ([8; 32], trie.root(), Vec::new());
    for (number, signer) in (HEIGHT..).zip(signers) {
        let digest = keccak(&header(parent, root, number, &[0; 32]));
        let extra = [vec![0; 32], seal(&key(*signer), &digest)].concat();
        let block = header(parent, root, number, &extra);
        (parent, root) = (keccak(&block), [6; 32]);
        blocks.push(block);
    }
    receipt(Consensus::Clique, ours, blocks, &trie)
}

fn besu(consensus: Consensus, validators: &[u8], signers: &[u8]) -> Receipt {
    let ours = fee_market(CHAIN, &PAYLOAD);
    let trie = trie::Trie::of_list(&transactions(&ours));
    let of = |parent, root, number| {
        let made = |extra: &[u8]| header(parent, root, number, extra);
        let [hashed, whole] =
            sealed_extra(consensus, validators, signers, |extra| keccak(&made(extra)));
        (keccak(&made(&hashed)), made(&whole))
    };
    let (hash, first) = of([8; 32], trie.root(), HEIGHT);
    let (_, second) = of(hash, [6; 32], HEIGHT + 1);
    receipt(consensus, ours, vec![first, second], &trie)
}

fn pins(pin: Value) -> Pins {
    Pins {
        evm: vec![serde_json::from_value::<Pin>(pin).unwrap()],
        ..Pins::default()
    }
}

fn validators(consensus: &str, numbers: &[u8]) -> Pins {
    let addresses: Vec<String> = numbers.iter().map(|n| hex::encode(&address(*n))).collect();
    let set = json!({"consensus": consensus, "addresses": addresses});
    pins(json!({"name": "test", "chain_id": CHAIN, "validators": [set]}))
}

fn judged(receipt: &Receipt, pins: &Pins) -> Judgement {
    judge(&receipt.to_bytes().unwrap(), &PAYLOAD, pins).unwrap()
}

fn verdict(receipt: &Receipt, pins: &Pins) -> (Worth, &'static str) {
    let judged = judged(receipt, pins);
    (judged.worth, judged.remarks[0].code)
}

#[test]
fn a_transaction_in_a_block_is_only_that() {
    for ours in [legacy(CHAIN, &PAYLOAD), fee_market(CHAIN, &PAYLOAD)] {
        let receipt = plain(ours.clone());
        let found = judged(&receipt, &Pins::default());
        assert_eq!(found.worth, Worth::InclusionOnly);
        assert_eq!(found.place.network, "eip155:5555");
        assert_eq!(found.place.height, Some(HEIGHT));
        assert_eq!(found.place.time, Some(1_796_126_400));
        assert_eq!(
            found.place.block,
            Some(hex::encode(&keccak(&receipt.header.0)))
        );
        assert_eq!(found.place.transaction, Some(hex::encode(&keccak(&ours))));
        let sender = found
            .remarks
            .iter()
            .find(|remark| remark.code == "evm-sender");
        assert_eq!(
            sender.map(|r| r.params["address"].clone()),
            Some(hex::encode(&address(9)))
        );
    }
}

#[test]
fn a_pinned_block_decides_for_and_against() {
    let receipt = plain(legacy(CHAIN, &PAYLOAD));
    let hash = hex::encode(&keccak(&receipt.header.0));
    let pin = |chain: u64, height: u64, hash: &str| {
        let block = json!({"height": height, "hash": hash});
        pins(json!({"name": "test", "chain_id": chain, "blocks": [block]}))
    };
    let found = judged(&receipt, &pin(CHAIN, HEIGHT, &hash));
    assert_eq!(
        (found.worth, found.pins),
        (Worth::Canonical, vec!["test".to_owned()])
    );
    // A pin of another chain or height says nothing.
    for other in [pin(CHAIN + 1, HEIGHT, &hash), pin(CHAIN, HEIGHT + 1, &hash)] {
        assert_eq!(judged(&receipt, &other).worth, Worth::InclusionOnly);
    }
    let other = pin(CHAIN, HEIGHT, &"11".repeat(32));
    assert_eq!(
        verdict(&receipt, &other),
        (Worth::Failed, "evm-other-block")
    );
    // One that follows is pinned.
    let receipt = clique(&[1, 2, 3]);
    let last = hex::encode(&keccak(&receipt.successors[1].0));
    assert_eq!(
        judged(&receipt, &pin(CHAIN, HEIGHT + 2, &last)).worth,
        Worth::Canonical
    );
    // IBFT 2.0 and QBFT leave seals out of the hash.
    for consensus in [Consensus::Ibft2, Consensus::Qbft] {
        let receipt = besu(consensus, &[1], &[1]);
        let hash = judged(&receipt, &Pins::default()).place.block.unwrap();
        assert_ne!(hash, hex::encode(&keccak(&receipt.header.0)));
        assert_eq!(
            judged(&receipt, &pin(CHAIN, HEIGHT, &hash)).worth,
            Worth::Canonical
        );
    }
}

#[test]
fn clique_needs_a_majority_of_its_pinned_signers() {
    let pinned = validators("clique", &[1, 2, 3, 4]);
    for (signers, expected) in [
        (&[1, 2, 3][..], (Worth::Canonical, "evm-sender")),
        (&[1, 2, 1, 4], (Worth::Canonical, "evm-sender")),
        (&[1, 2], (Worth::InclusionOnly, "evm-too-few-blocks")),
        (&[1, 2, 1, 2], (Worth::InclusionOnly, "evm-too-few-blocks")),
        (&[7, 2, 3, 4], (Worth::Failed, "evm-not-sealed")),
        (&[1, 7, 3, 4], (Worth::Failed, "evm-not-sealed")),
    ] {
        assert_eq!(verdict(&clique(signers), &pinned), expected, "{signers:?}");
    }
    // Without a pin nobody says who may sign.
    let unpinned = judged(&clique(&[1, 2, 3, 4]), &Pins::default());
    assert_eq!(unpinned.worth, Worth::InclusionOnly);
    let other = validators("qbft", &[1, 2, 3, 4]);
    assert_eq!(
        verdict(&clique(&[1, 2, 3]), &other),
        (Worth::Failed, "evm-other-consensus")
    );
}

#[test]
fn clique_successors_must_be_linked() {
    let mut receipt = clique(&[1, 2, 3]);
    receipt.successors.remove(0);
    let pinned = validators("clique", &[1, 2, 3, 4]);
    assert_eq!(verdict(&receipt, &pinned), (Worth::Failed, "evm-link"));
}

#[test]
fn two_thirds_of_the_validators_must_have_sealed() {
    for (consensus, name) in [(Consensus::Ibft2, "ibft2"), (Consensus::Qbft, "qbft")] {
        let all = [1, 2, 3, 4];
        let pinned = validators(name, &all);
        let whole = besu(consensus, &all, &[1, 2, 4]);
        assert_eq!(judged(&whole, &pinned).worth, Worth::Canonical);
        assert_eq!(
            verdict(&whole, &Pins::default()),
            (Worth::QuorumUnpinned, "evm-sealers")
        );
        // Too few, one twice, strangers that the header itself names.
        for few in [&[1, 2][..], &[1, 2, 2]] {
            let few = besu(consensus, &all, few);
            assert_eq!(verdict(&few, &pinned), (Worth::Failed, "evm-not-sealed"));
            assert_eq!(judged(&few, &Pins::default()).worth, Worth::InclusionOnly);
        }
        let strangers = besu(consensus, &[5, 6, 7, 8], &[5, 6, 7, 8]);
        assert_eq!(
            verdict(&strangers, &pinned),
            (Worth::Failed, "evm-not-sealed")
        );
        assert_eq!(
            judged(&strangers, &Pins::default()).worth,
            Worth::QuorumUnpinned
        );
        // Strangers beside a quorum change nothing.
        let more = besu(consensus, &all, &[1, 2, 3, 7]);
        assert_eq!(judged(&more, &pinned).worth, Worth::Canonical);
        // A set that seals other blocks says nothing.
        let mut later = pinned.clone();
        later.evm[0].validators[0].from = HEIGHT + 1;
        assert_eq!(judged(&whole, &later).worth, Worth::QuorumUnpinned);
        later.evm[0].validators[0].from = 0;
        later.evm[0].validators[0].until = Some(HEIGHT);
        assert_eq!(judged(&whole, &later).worth, Worth::Canonical);
    }
}

#[test]
fn the_seals_of_one_consensus_are_not_those_of_another() {
    let mut receipt = besu(Consensus::Ibft2, &[1], &[1]);
    receipt.consensus = Consensus::Qbft;
    assert_eq!(judged(&receipt, &Pins::default()).worth, Worth::Failed);
    let mut receipt = besu(Consensus::Qbft, &[1], &[1]);
    receipt.consensus = Consensus::Ibft2;
    assert_eq!(judged(&receipt, &Pins::default()).worth, Worth::Failed);
    receipt.consensus = Consensus::None;
    receipt.successors.clear();
    assert_eq!(
        judged(&receipt, &Pins::default()).worth,
        Worth::InclusionOnly
    );
}

#[test]
fn the_payload_is_the_whole_input() {
    let longer = [&PAYLOAD[..], &[0]].concat();
    for input in [&longer[..], &PAYLOAD[..31], &[], &[0x5b; 32]] {
        let receipt = plain(legacy(CHAIN, input));
        assert_eq!(
            verdict(&receipt, &Pins::default()),
            (Worth::Failed, "evm-other-payload")
        );
    }
    let elsewhere = plain(legacy(CHAIN + 1, &PAYLOAD));
    assert_eq!(
        verdict(&elsewhere, &Pins::default()),
        (Worth::Failed, "evm-other-chain")
    );
}

#[test]
fn contradictions_are_named() {
    let whole = plain(legacy(CHAIN, &PAYLOAD));
    let mut receipt = whole.clone();
    receipt.index = 136;
    assert_eq!(
        verdict(&receipt, &Pins::default()),
        (Worth::Failed, "evm-path")
    );
    let mut receipt = whole.clone();
    receipt.proof.pop();
    assert_eq!(
        verdict(&receipt, &Pins::default()),
        (Worth::Failed, "evm-path")
    );
    let mut receipt = whole.clone();
    receipt.header = Hex(vec![0xc0]);
    assert_eq!(
        verdict(&receipt, &Pins::default()),
        (Worth::Failed, "evm-header")
    );
    let mut receipt = whole.clone();
    receipt.transaction = Hex(vec![1, 0xc0]);
    assert_eq!(
        verdict(&receipt, &Pins::default()),
        (Worth::Failed, "evm-transaction")
    );
    // Another transaction with the same payload is not the one in the block.
    let mut receipt = whole;
    receipt.transaction = Hex(fee_market(CHAIN, &PAYLOAD));
    assert_eq!(
        verdict(&receipt, &Pins::default()),
        (Worth::Failed, "evm-path")
    );
}

#[test]
fn no_flipped_octet_stays_canonical() {
    for (receipt, pins) in [
        (clique(&[1, 2]), validators("clique", &[1, 2, 3])),
        (
            besu(Consensus::Ibft2, &[1], &[1]),
            validators("ibft2", &[1]),
        ),
        (besu(Consensus::Qbft, &[1], &[1]), validators("qbft", &[1])),
    ] {
        let octets = receipt.to_bytes().unwrap();
        let whole = judge(&octets, &PAYLOAD, &pins).unwrap();
        assert_eq!(whole.worth, Worth::Canonical);
        for at in (0..octets.len()).step_by(5) {
            let mut damaged = octets.clone();
            damaged[at] ^= 1;
            if let Ok(found) = judge(&damaged, &PAYLOAD, &pins) {
                let passes = found.worth == Worth::Canonical && found.place != whole.place;
                assert!(!passes, "octet {at}: {found:?}");
            }
        }
    }
}

/// A transaction among 150 others that `anvil` 1.7.1 took in, with headers as mainnet has them (21 fields).
#[test]
fn a_receipt_of_a_real_node() {
    let octets = include_bytes!("data/evm.json");
    let found = judge(octets, &[7; 32], &Pins::default()).unwrap();
    assert_eq!(found.worth, Worth::InclusionOnly, "{found:?}");
    assert_eq!(found.place.network, "eip155:5555");
    // What `docs/format/example/evm.py` finds too.
    let hash = "39146c47ac17351cd7ebb5485824837436ccfe41e96376eb0ebd4b0e1fb13259";
    let transaction = "5e9db4e89584f77f28a6608bc00229d17f06a437dd6c01097a187781be8ddaa7";
    assert_eq!(found.place.block.as_deref(), Some(hash));
    assert_eq!(found.place.transaction.as_deref(), Some(transaction));
    assert_eq!(
        (found.place.height, found.place.time),
        (Some(4), Some(1_795_763_607))
    );
    let block = json!({"height": 4, "hash": hash});
    let pinned = pins(json!({"name": "anvil", "chain_id": CHAIN, "blocks": [block]}));
    let found = judge(octets, &[7; 32], &pinned).unwrap();
    assert_eq!(found.worth, Worth::Canonical);
    assert_eq!(
        judge(octets, &[8; 32], &pinned).unwrap().worth,
        Worth::Failed
    );
}
