//! The adapter to FISCO BCOS against a simulated group, in its three flavours.

use fidem_anchor::fisco::header::{Members, Parent};
use fidem_anchor::fisco::transaction::Data;
use fidem_anchor::fisco::{FORMAT, Header, Hex, HexOf, Pin, Receipt, Signature, Suite};
use fidem_anchor::receipt::{Judgement, Payload, Pins, Place, Remark, Worth, judge};
use fidem_courier::rails::fisco::{Fisco, NOWHERE};
use fidem_courier::{Courier, Evidence, Rail, RailError, State, Ticket, Wire};
use fidem_testkit::fisco::{FLAVOURS, Flavour, Group, UNTRUTHS, Untruth};
use fidem_testkit::rails::{Fault, Lab, conform, impatient, prepare};

struct Simulated(Group);

impl Lab for Simulated {
    fn rail(&self) -> Box<dyn Rail> {
        Box::new(Fisco::new(self.0.settings()).unwrap())
    }

    fn network(&self) -> String {
        self.0.settings().network()
    }

    fn settle(&mut self) {
        self.0.chain().mine();
    }

    fn taken(&mut self) -> usize {
        self.0.chain().taken()
    }

    fn fault(&mut self, fault: Fault) -> bool {
        self.0.set(Some(fault));
        true
    }

    fn heal(&mut self) {
        self.0.set(None);
    }

    fn fork(&mut self) -> bool {
        false
    }

    fn judge(&self, evidence: &[Evidence], payload: &Payload, pinned: bool) -> Judgement {
        judged(evidence, payload, &self.0.pin(), pinned)
    }

    fn worth(&self) -> (Worth, Worth) {
        (Worth::Canonical, Worth::QuorumUnpinned)
    }
}

fn judged(evidence: &[Evidence], payload: &Payload, pin: &Pin, pinned: bool) -> Judgement {
    let pins = Pins {
        fisco: pinned.then(|| pin.clone()).into_iter().collect(),
        ..Pins::default()
    };
    let [file] = evidence else {
        panic!("one file");
    };
    assert_eq!(file.name, "receipt.json");
    let unread = |_| Judgement::failed(Place::default(), Remark::new("unread", &[]));
    judge(&file.octets, payload, &pins).unwrap_or_else(unread)
}

fn conforms(flavour: Flavour) {
    let group = Group::start(flavour).unwrap();
    group.chain().set_neighbours(9);
    conform(&mut Simulated(group));
}

#[test]
fn version_2_conforms() {
    conforms(Flavour::V2);
}

#[test]
fn version_3_conforms() {
    conforms(Flavour::V3);
}

#[test]
fn version_3_with_sm_conforms() {
    conforms(Flavour::V3Sm);
}

const PAYLOAD: Payload = [0x3c; 32];

/// A group, its adapter and a ticket whose transaction waits there.
fn waiting(flavour: Flavour, neighbours: u32) -> (Group, Fisco, Courier, Ticket) {
    let group = Group::start(flavour).unwrap();
    group.chain().set_neighbours(neighbours);
    let rail = Fisco::new(group.settings()).unwrap();
    let courier = impatient();
    let ticket = prepare(&rail, &mut Wire::new(&courier), &PAYLOAD).unwrap();
    // Straight into the pool: version 3 would keep the adapter waiting for a block.
    let kept: serde_json::Value = serde_json::from_slice(&ticket.0).unwrap();
    let octets = fidem_anchor::fisco::answer::octets(&kept["transaction"]).unwrap();
    group.chain().take_in(&octets).unwrap();
    (group, rail, courier, ticket)
}

fn receipt(flavour: Flavour, neighbours: u32) -> (Group, Receipt) {
    let (group, rail, courier, ticket) = waiting(flavour, neighbours);
    group.chain().mine();
    let state = rail.look(&mut Wire::new(&courier), &ticket).unwrap();
    let State::Final(_, evidence) = state else {
        panic!("{state:?}");
    };
    let receipt = Receipt::parse(&evidence[0].octets).unwrap();
    (group, receipt)
}

#[test]
fn no_lie_is_taken_for_final() {
    for flavour in FLAVOURS {
        let (group, rail, courier, ticket) = waiting(flavour, 3);
        for mined in [false, true] {
            if mined {
                group.chain().mine();
            }
            group.set(Some(Fault::Lie));
            for untruth in UNTRUTHS {
                group.chain().set_untruth(untruth);
                let state = rail.look(&mut Wire::new(&courier), &ticket);
                match (untruth, mined) {
                    // The lie is in another answer.
                    (Untruth::Hash, false) => assert_eq!(state, Ok(State::Submitted)),
                    (Untruth::Hash, true) => assert!(matches!(state, Ok(State::Final(..)))),
                    _ => {
                        let lie = matches!(state, Err(RailError::Lie { .. }));
                        assert!(lie, "{flavour:?} {untruth:?} {mined}: {state:?}");
                    }
                }
            }
            group.set(None);
        }
        let state = rail.look(&mut Wire::new(&courier), &ticket);
        assert!(matches!(state, Ok(State::Final(..))), "{state:?}");
        group.chain().mine();
        let again = rail.look(&mut Wire::new(&courier), &ticket);
        assert_eq!(again, state, "what is final stays so");
        let mut settings = group.settings();
        settings.group = "2".to_owned();
        let elsewhere = Fisco::new(settings).unwrap();
        let refused = elsewhere.look(&mut Wire::new(&courier), &ticket);
        assert!(matches!(refused, Err(RailError::Setting { .. })));
    }
}

#[test]
fn a_hash_that_is_not_the_transactions_is_a_lie() {
    for flavour in FLAVOURS {
        let group = Group::start(flavour).unwrap();
        let rail = Fisco::new(group.settings()).unwrap();
        let courier = impatient();
        let ticket = prepare(&rail, &mut Wire::new(&courier), &PAYLOAD).unwrap();
        group.chain().set_untruth(Untruth::Hash);
        group.set(Some(Fault::Lie));
        let sent = rail.submit(&mut Wire::new(&courier), &ticket);
        assert!(matches!(sent, Err(RailError::Lie { .. })), "{sent:?}");
    }
}

#[test]
fn too_late_for_its_block_is_forked_and_sent_anew() {
    for flavour in FLAVOURS {
        let group = Group::start(flavour).unwrap();
        let mut settings = group.settings();
        settings.window = Some(3);
        let rail = Fisco::new(settings).unwrap();
        let courier = impatient();
        let mut wire = Wire::new(&courier);
        let ticket = prepare(&rail, &mut wire, &PAYLOAD).unwrap();
        for _ in 0..2 {
            group.chain().mine();
            assert_eq!(rail.look(&mut wire, &ticket), Ok(State::Submitted));
        }
        group.chain().mine();
        let state = rail.look(&mut wire, &ticket);
        assert!(matches!(state, Ok(State::Forked { .. })), "{state:?}");
        let refused = rail.submit(&mut wire, &ticket);
        assert!(matches!(refused, Err(RailError::Refused { .. })));
        assert_eq!(group.chain().taken(), 0);
        let again = prepare(&rail, &mut wire, &PAYLOAD).unwrap();
        assert_ne!(again, ticket);
    }
}

#[test]
fn a_node_that_answers_once_the_block_is_made_needs_no_second_call() {
    for flavour in [Flavour::V3, Flavour::V3Sm] {
        let group = Group::start(flavour).unwrap();
        let rail = Fisco::new(group.settings()).unwrap();
        let courier = impatient();
        let mut wire = Wire::new(&courier);
        let ticket = prepare(&rail, &mut wire, &PAYLOAD).unwrap();
        let before = wire.egress().len();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while group.chain().taken() == 0 {
                    std::thread::sleep(std::time::Duration::from_millis(10));
                }
                group.chain().mine();
            });
            rail.submit(&mut wire, &ticket).unwrap();
        });
        assert_eq!(wire.egress().len() - before, 2);
        let state = rail.look(&mut wire, &ticket);
        assert!(matches!(state, Ok(State::Final(..))), "{state:?}");
        // And once it is in a block, sending it again is no second submission.
        rail.submit(&mut wire, &ticket).unwrap();
        assert_eq!(group.chain().taken(), 1);
    }
}

#[test]
fn fewer_than_a_quorum_of_signatures_are_inclusion() {
    for flavour in FLAVOURS {
        for (signing, is_final) in [(0, false), (2, false), (3, true)] {
            let (group, rail, courier, ticket) = waiting(flavour, 0);
            group.chain().let_sign(signing);
            group.chain().mine();
            let state = rail.look(&mut Wire::new(&courier), &ticket).unwrap();
            match state {
                State::Final(_, evidence) => {
                    assert!(is_final);
                    let pin = group.pin();
                    let judgement = judged(&evidence, &PAYLOAD, &pin, true);
                    assert_eq!(judgement.worth, Worth::Canonical);
                }
                State::Included(place) => {
                    assert!(!is_final);
                    assert_eq!(place.height, Some(1));
                }
                other => panic!("{other:?}"),
            }
        }
    }
}

/// Code of the first remark.
fn why(receipt: &Receipt, pins: &[Pin]) -> (Worth, &'static str) {
    let judged = receipt.judge(&PAYLOAD, pins);
    (judged.worth, judged.remarks[0].code)
}

#[test]
fn pins_of_other_sealers_networks_and_suites_do_not_decide() {
    for flavour in FLAVOURS {
        let (group, receipt) = receipt(flavour, 2);
        let pin = group.pin();
        let judged = receipt.judge(&PAYLOAD, std::slice::from_ref(&pin));
        assert_eq!(judged.pins, ["simulated group"]);
        let codes: Vec<_> = judged.remarks.iter().map(|remark| remark.code).collect();
        assert_eq!(codes, ["fisco-sender"]);
        let unpinned = (Worth::QuorumUnpinned, "fisco-unpinned");
        let network = Pin {
            network: "fisco:chain9/group0".to_owned(),
            ..pin.clone()
        };
        assert_eq!(why(&receipt, &[network]), unpinned);
        let suite = Pin {
            suite: match pin.suite {
                Suite::Keccak => Suite::Sm,
                Suite::Sm => Suite::Keccak,
            },
            ..pin.clone()
        };
        assert_eq!(why(&receipt, &[suite]), unpinned);
        let mut two_others = pin.clone();
        two_others.sealers[0] = HexOf([1; 64]);
        two_others.sealers[1] = HexOf([2; 64]);
        let below = (Worth::QuorumUnpinned, "fisco-pin-below-quorum");
        assert_eq!(why(&receipt, &[two_others]), below);
        let mut one_other = pin.clone();
        one_other.sealers[0] = HexOf([1; 64]);
        let differ = (Worth::Canonical, "fisco-sealers-differ");
        assert_eq!(why(&receipt, &[one_other]), differ);
        let mut heavy = pin.clone();
        heavy.weights = vec![1, 1, 1, 7];
        assert_eq!(why(&receipt, &[heavy.clone()]), differ);
        let mut without_the_heavy = receipt.clone();
        without_the_heavy.signatures.pop();
        assert_eq!(why(&without_the_heavy, &[heavy]), below);
        let mut short = pin.clone();
        short.weights = vec![1];
        let unusable = (Worth::QuorumUnpinned, "fisco-pin-unusable");
        assert_eq!(why(&receipt, &[short]), unusable);
        let json = serde_json::to_vec(&pin).unwrap();
        assert_eq!(serde_json::from_slice::<Pin>(&json).unwrap(), pin);
    }
}

#[test]
fn every_contradiction_has_its_name() {
    for flavour in FLAVOURS {
        let (group, receipt) = receipt(flavour, 1);
        let pins = [group.pin()];
        assert_eq!(why(&receipt, &pins).0, Worth::Canonical);
        let other = receipt.judge(&[0; 32], &pins);
        assert_eq!(
            (other.worth, other.remarks[0].code),
            (Worth::Failed, "fisco-payload")
        );
        let failed = |change: &dyn Fn(&mut Receipt)| {
            let mut changed = receipt.clone();
            change(&mut changed);
            let (worth, code) = why(&changed, &pins);
            assert_eq!(worth, Worth::Failed, "{code}");
            code
        };
        let code = failed(&|r| r.signatures[2].signature.0[40] ^= 1);
        assert_eq!(code, "fisco-signature");
        let code = failed(&|r| r.signatures[2].signature = Hex(Vec::new()));
        assert_eq!(code, "fisco-signature");
        let code = failed(&|r| r.signatures[2].sealer = 4);
        assert_eq!(code, "fisco-sealer");
        let code = failed(&|r| r.signatures[2] = r.signatures[1].clone());
        assert_eq!(code, "fisco-sealer");
        let code = failed(&|r| r.signatures[2].sealer = 3);
        assert_eq!(code, "fisco-signature");
        assert_eq!(failed(&|r| r.path.truncate(1)), "fisco-path");
        assert_eq!(failed(&|r| r.path[0].left[0].0[31] ^= 1), "fisco-path");
        let code = failed(&|r| r.index = r.index.map_or(Some(2), |_| None));
        assert_eq!(code, "fisco-path");
        let code = failed(&|r| r.transaction.0.push(0));
        assert_eq!(code, "fisco-transaction");
        let code = failed(&|r| match &mut r.header {
            Header::V2(rlp) => rlp.0.push(0),
            Header::V3(members) => members.consensus_weights.push(1),
        });
        assert_eq!(code, "fisco-header");
        let code = failed(&|r| match &mut r.header {
            Header::V2(rlp) => *rlp.0.last_mut().unwrap() ^= 1,
            Header::V3(members) => members.timestamp += 1,
        });
        assert_eq!(code, "fisco-signature");
    }
}

#[test]
fn a_probe_says_who_is_there_and_settings_are_not_shown() {
    for flavour in FLAVOURS {
        let group = Group::start(flavour).unwrap();
        let rail = Fisco::new(group.settings()).unwrap();
        let courier = impatient();
        let probe = rail.probe(&mut Wire::new(&courier)).unwrap();
        assert_eq!(probe.height, Some(0));
        let said = |name: &str| {
            let mut found = probe.remarks.iter().filter(|(n, _)| n == name);
            found.next().map(|(_, value)| value.clone())
        };
        assert_eq!(said("sealers").as_deref(), Some("as configured"));
        assert_eq!(
            probe.remarks.iter().filter(|(n, _)| n == "sealer").count(),
            4
        );
        let shown = format!("{:?} {rail:?}", group.settings());
        assert!(
            !shown.contains("2121") && shown.contains("x-api-key"),
            "{shown}"
        );

        group.chain().mine();
        let last_block = |rail: &Fisco| {
            let probe = rail.probe(&mut Wire::new(&courier)).unwrap();
            let of = |name: &str| {
                let mut found = probe.remarks.iter().filter(|(n, _)| n == name);
                found.next().unwrap().1.clone()
            };
            (of("sealers"), of("last block"))
        };
        let (sealers, last) = last_block(&rail);
        assert_eq!(sealers, "as configured");
        assert_eq!(last, "signed by the configured sealers");
        let mut settings = group.settings();
        settings.sealers = vec![HexOf([1; 64])];
        let (sealers, last) = last_block(&Fisco::new(settings).unwrap());
        assert_eq!(sealers, "other");
        assert_eq!(last, "not signed by the configured sealers");
    }
}

#[test]
fn settings_that_cannot_be_used_are_named() {
    let group = Group::start(Flavour::V2).unwrap();
    let refused = |change: &dyn Fn(&mut fidem_courier::rails::fisco::Settings)| {
        let mut settings = group.settings();
        change(&mut settings);
        match Fisco::new(settings) {
            Err(RailError::Setting { what }) => what,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(refused(&|s| s.chain = "chain0".to_owned()), "chain");
    assert_eq!(refused(&|s| s.group = "01".to_owned()), "group");
    assert_eq!(refused(&|s| s.suite = Suite::Sm), "suite");
    assert_eq!(refused(&|s| s.to = Some("0x12".to_owned())), "to");
    assert_eq!(refused(&|s| s.sealers.clear()), "sealers");
    assert_eq!(refused(&|s| s.window = Some(0)), "window");
    assert_eq!(refused(&|s| s.key = [0; 32].into()), "key");
    let json = serde_json::json!({
        "generation": "v3", "suite": "sm3-sm2", "url": "http://127.0.0.1:1/", "chain": "chain0",
        "group": "group0", "key": "21".repeat(32), "sealers": [group.sealers()[0]],
    });
    let settings = serde_json::from_value(json).unwrap();
    assert!(Fisco::new(settings).is_ok());
}

/// A group of one sealer, whose key is 32 times 01; the sender's is 32 times 21.
fn example() -> (Receipt, Pin) {
    let suite = Suite::Sm;
    let sealer = fidem_testkit::fisco::key(suite, 1);
    let sender = fidem_testkit::fisco::key(suite, 0x21);
    let data = Data {
        chain: b"chain0".to_vec(),
        group: b"group0".to_vec(),
        limit: 501,
        nonce: (1_u128 << 127).to_string().into_bytes(),
        to: NOWHERE.as_bytes().to_vec(),
        input: PAYLOAD.to_vec(),
        ..Data::default()
    };
    let hash = data.hash(suite);
    let members = Members {
        consensus_weights: vec![1],
        extra_data: Hex(Vec::new()),
        gas_used: "0".to_owned(),
        number: 2,
        parent_info: vec![Parent {
            block_hash: HexOf([0x11; 32]),
            block_number: 1,
        }],
        receipts_root: HexOf([0x22; 32]),
        sealer: 0,
        sealer_list: vec![sealer.public()],
        state_root: HexOf([0x33; 32]),
        timestamp: 1_796_126_400_000,
        txs_root: hash,
        version: 0x0303_0000,
    };
    let signature = Signature {
        sealer: 0,
        signature: Hex(sealer.seal(&members.hash(suite)).unwrap()),
    };
    let pin = Pin {
        name: "example".to_owned(),
        network: "fisco:chain0/group0".to_owned(),
        sealers: vec![sealer.public()],
        suite,
        weights: Vec::new(),
    };
    let receipt = Receipt {
        format: FORMAT.to_owned(),
        header: Header::V3(Box::new(members)),
        index: None,
        path: Vec::new(),
        signatures: vec![signature],
        suite,
        transaction: Hex(data.encode(suite, &sender.sign(&hash).unwrap())),
    };
    (receipt, pin)
}

/// Signatures are deterministic (RFC 6979), so the page shows the very octets.
#[test]
fn the_example_of_the_format_is_what_is_made() {
    let (receipt, pin) = example();
    let octets = receipt.to_bytes().unwrap();
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/format/fisco.md");
    let page = std::fs::read_to_string(page).unwrap();
    let (_, block) = page.rsplit_once("```json\n").unwrap();
    let (shown, _) = block.split_once("\n```").unwrap();
    // The page breaks the one line into several.
    let shown: String = shown.lines().map(str::trim).collect();
    let made = String::from_utf8(octets.clone()).unwrap();
    assert_eq!(shown, made);
    let pins = Pins {
        fisco: vec![pin],
        ..Pins::default()
    };
    let judged = judge(&octets, &PAYLOAD, &pins).unwrap();
    assert_eq!(judged.worth, Worth::Canonical);
    let place = judged.place;
    for value in [place.block.unwrap(), place.transaction.unwrap()] {
        assert!(page.contains(&value), "{value}");
    }
    assert_eq!(place.time, Some(1_796_126_400));
    assert!(
        page.contains(&judged.remarks[0].params["address"]),
        "{:?}",
        judged.remarks
    );
}
