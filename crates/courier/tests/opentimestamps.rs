//! The OpenTimestamps rail against calendars of the kit over a real Bitcoin node in regtest.

use std::collections::BTreeSet;

use fidem_anchor::bitcoin::{Pin, Run, Runs, judge};
use fidem_anchor::receipt::{Judgement, Payload, Place, Remark, Worth};
use fidem_courier::rails::opentimestamps::{HeaderSource, OpenTimestamps, Settings};
use fidem_courier::{Evidence, Rail, Wire};
use fidem_testkit::bitcoin::Regtest;
use fidem_testkit::calendar::Calendar;
use fidem_testkit::gate::Gate;
use fidem_testkit::rails::{Fault, Lab, conform, impatient, prepare};

struct OtsLab {
    regtest: Regtest,
    calendars: [Calendar; 2],
    gates: Vec<Gate>,
    published: Option<u64>,
    pins: Vec<Pin>,
}

/// What a node or calendar would say to deceive.
fn alter(fault: Fault, path: &str, asked: &[u8], mut answer: Vec<u8>) -> Vec<u8> {
    let asked = String::from_utf8_lossy(asked).into_owned();
    let text = String::from_utf8_lossy(&answer).into_owned();
    match fault {
        Fault::WrongNetwork if asked.contains(r#""getblockhash","params":[0]"#) => {
            let main = "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f";
            format!(r#"{{"error":null,"id":1,"result":"{main}"}}"#).into_bytes()
        }
        // Another root in the header than the block has.
        Fault::Lie if asked.contains("getblockheader") => {
            let at = text.find(r#""result":""#).map_or(0, |at| at + 10 + 80);
            answer[at] = if answer[at] == b'0' { b'1' } else { b'0' };
            answer
        }
        // A path that leads nowhere.
        Fault::Lie if path.starts_with("/timestamp/") => {
            let middle = answer.len() / 2;
            answer[middle] ^= 1;
            answer
        }
        _ => answer,
    }
}

impl OtsLab {
    fn start() -> Option<Self> {
        let regtest = Regtest::start().unwrap()?;
        let calendars = [Calendar::start().unwrap(), Calendar::start().unwrap()];
        let targets = [
            regtest.url().to_owned(),
            calendars[0].url(),
            calendars[1].url(),
        ];
        let gates = targets
            .iter()
            .map(|target| Gate::start(target, Box::new(alter)).unwrap())
            .collect();
        Some(Self {
            regtest,
            calendars,
            gates,
            published: None,
            pins: Vec::new(),
        })
    }

    fn settings(&self) -> Settings {
        Settings {
            calendars: vec![
                self.gates[1].url(),
                self.gates[2].url(),
                // One that is gone hinders nobody.
                "http://127.0.0.1:9".to_owned(),
            ],
            confirmations: 6,
            headers: HeaderSource::Node {
                url: self.gates[0].url(),
            },
            network: "bitcoin-regtest".to_owned(),
        }
    }
}

impl Lab for OtsLab {
    fn rail(&self) -> Box<dyn Rail> {
        Box::new(OpenTimestamps::new(self.settings()).unwrap())
    }

    fn network(&self) -> String {
        "bitcoin-regtest".to_owned()
    }

    fn settle(&mut self) {
        for calendar in &self.calendars {
            self.published = calendar.publish(&self.regtest).or(self.published);
        }
        self.regtest.mine(6);
    }

    fn taken(&mut self) -> usize {
        let all: BTreeSet<_> = self.calendars.iter().flat_map(Calendar::received).collect();
        all.len()
    }

    fn fault(&mut self, fault: Fault) -> bool {
        self.gates.iter().for_each(|gate| gate.set(Some(fault)));
        true
    }

    fn heal(&mut self) {
        self.gates.iter().for_each(|gate| gate.set(None));
    }

    fn fork(&mut self) -> bool {
        // Both calendars published: the earlier block goes, and with it the later one.
        self.regtest.replace_from(self.published.unwrap() - 1);
        true
    }

    fn judge(&self, evidence: &[Evidence], payload: &Payload, pinned: bool) -> Judgement {
        let file = |name: &str| {
            let mut files = evidence.iter();
            files.find(|file| file.name == name).unwrap().octets.clone()
        };
        let (proof, headers) = (file("proof.ots"), file("headers.bin"));
        let runs = match Runs::parse([headers.as_slice()]) {
            Ok(runs) => runs,
            Err(_) => {
                return Judgement::failed(Place::default(), Remark::new("headers-unread", &[]));
            }
        };
        let mut pins = self.pins.clone();
        if pinned && pins.is_empty() {
            // What a court would have fetched by itself: the hash of the last header, from another node.
            let run = Run::parse(&headers).unwrap();
            let index = run.headers().len() - 1;
            let height = u32::try_from(self.regtest.height()).unwrap();
            let first = run.headers()[index].hash();
            let above = self.height_of(&first, height);
            pins = vec![Pin::new(self.network(), [(above, first)])];
        }
        judge(&proof, payload, &runs, if pinned { &pins } else { &[] })
    }

    fn worth(&self) -> (Worth, Worth) {
        (Worth::Canonical, Worth::WorkOnly)
    }
}

impl OtsLab {
    fn height_of(&self, hash: &[u8; 32], tip: u32) -> u32 {
        let mut shown = *hash;
        shown.reverse();
        let shown = fidem_fingerprint::hex::encode(&shown);
        let courier = impatient();
        let mut wire = Wire::new(&courier);
        (0..=tip)
            .rev()
            .find(|height| {
                let params = serde_json::json!([height]);
                let at = wire.rpc(self.regtest.url(), &[], "getblockhash", &params);
                at.unwrap() == serde_json::json!(shown)
            })
            .unwrap_or(0)
    }
}

#[test]
fn the_rail_keeps_the_contract_over_a_real_node() {
    let Some(mut lab) = OtsLab::start() else {
        return;
    };
    conform(&mut lab);
}

#[test]
fn nothing_but_a_digest_leaves_for_a_calendar() {
    let Some(lab) = OtsLab::start() else { return };
    let courier = impatient();
    let mut wire = Wire::new(&courier);
    let payload = [0x77; 32];
    let rail = lab.rail();
    let ticket = prepare(&*rail, &mut wire, &payload).unwrap();
    assert!(wire.egress().is_empty(), "preparing dials nobody");
    rail.submit(&mut wire, &ticket).unwrap();
    for calendar in &lab.calendars {
        let received = calendar.received();
        assert_eq!(received.len(), 1);
        assert_eq!(received[0].len(), 32, "R-069");
        assert_ne!(received[0], payload, "the root itself stays here");
    }
    let octets: Vec<u64> = wire.egress().iter().map(|e| e.bytes_sent).collect();
    assert!(octets.iter().all(|sent| *sent <= 32), "{octets:?}");
}
