//! The adapter of BSN's city-node gateways against one of our own, which stands before a channel of our own: no account at
//! BSN is at hand. What both sides sign is checked with `openssl` where there is one.

use std::io::Write as _;
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fidem_anchor::receipt::{Judgement, Payload, Pins, Remark, Worth, judge};
use fidem_courier::rails::bsn::{BsnFabric, Settings};
use fidem_courier::{Courier, Evidence, Rail, RailError, State, Ticket, Wire};
use fidem_testkit::rails::{Fault, Lab, conform, impatient, prepare};
use fidem_testkit::{BsnAlgorithm, BsnGateway, Faulty};
use serde_json::{Value, json};

struct Channel {
    gateway: BsnGateway,
    courier: Courier,
}

impl Channel {
    fn start(algorithm: BsnAlgorithm) -> Self {
        Self {
            gateway: BsnGateway::start(algorithm).unwrap(),
            courier: impatient(),
        }
    }

    fn adapter(&self, more: &Value) -> BsnFabric {
        let mut settings = self.gateway.settings();
        for (name, value) in more.as_object().unwrap() {
            settings[name] = value.clone();
        }
        BsnFabric::new(serde_json::from_value(settings).unwrap()).unwrap()
    }

    fn submitted(&self, rail: &dyn Rail, payload: &Payload) -> Ticket {
        let mut wire = Wire::new(&self.courier);
        let ticket = prepare(rail, &mut wire, payload).unwrap();
        rail.submit(&mut wire, &ticket).unwrap()
    }

    fn look(&self, rail: &dyn Rail, ticket: &Ticket) -> Result<State, RailError> {
        rail.look(&mut Wire::new(&self.courier), ticket)
    }

    fn pins(&self) -> Pins {
        Pins {
            fabric: vec![serde_json::from_value(self.gateway.pin()).unwrap()],
            ..Pins::default()
        }
    }
}

impl Lab for Channel {
    fn rail(&self) -> Box<dyn Rail> {
        Box::new(self.adapter(&json!({})))
    }

    fn network(&self) -> String {
        "fabric:app0001".to_owned()
    }

    fn settle(&mut self) {
        self.gateway.cut();
    }

    fn taken(&mut self) -> usize {
        self.gateway.taken()
    }

    fn fault(&mut self, fault: Fault) -> bool {
        self.gateway.set(Some(fault));
        true
    }

    fn heal(&mut self) {
        self.gateway.set(None);
    }

    /// A channel of Fabric does not fork.
    fn fork(&mut self) -> bool {
        false
    }

    fn judge(&self, evidence: &[Evidence], payload: &Payload, pinned: bool) -> Judgement {
        let pins = if pinned { self.pins() } else { Pins::default() };
        judge(&evidence[0].octets, payload, &pins)
            .unwrap_or_else(|_| Judgement::failed(Default::default(), Remark::new("unread", &[])))
    }

    fn worth(&self) -> (Worth, Worth) {
        (Worth::Canonical, Worth::InclusionOnly)
    }
}

#[test]
fn conforms_with_every_algorithm() {
    for algorithm in [BsnAlgorithm::R1, BsnAlgorithm::K1, BsnAlgorithm::Sm2] {
        conform(&mut Channel::start(algorithm));
    }
}

#[test]
fn an_answer_without_a_block_is_never_final() {
    let channel = Channel::start(BsnAlgorithm::R1);
    let rail = channel.rail();
    let ticket = channel.submitted(&*rail, &[7; 32]);
    channel.gateway.cut();
    for block in [Value::Null, json!(""), json!("AAAA"), json!("!")] {
        channel.gateway.twist(move |path, body| {
            if path.ends_with("getBlockData") {
                body["blockData"] = block.clone();
            }
        });
        let state = channel.look(&*rail, &ticket);
        let refused = matches!(state, Err(RailError::Answer { .. } | RailError::Lie { .. }));
        assert!(refused, "{state:?}");
    }
    channel.gateway.set(None);
    assert!(matches!(
        channel.look(&*rail, &ticket),
        Ok(State::Final(..))
    ));
}

#[test]
fn no_lie_makes_it_final() {
    let channel = Channel::start(BsnAlgorithm::Sm2);
    let rail = channel.rail();
    let other = channel.submitted(&*rail, &[8; 32]);
    channel.gateway.cut();
    let ticket = channel.submitted(&*rail, &[7; 32]);
    channel.gateway.cut();
    // Another block, signed as it should be.
    let Ok(State::Final(_, evidence)) = channel.look(&*rail, &other) else {
        panic!("not final");
    };
    let receipt: Value = serde_json::from_slice(&evidence[0].octets).unwrap();
    let block = receipt["block"].clone();
    channel.gateway.twist(move |path, body| {
        if path.ends_with("getBlockData") {
            body["blockData"] = block.clone();
            body["blockNumber"] = json!(2);
        }
    });
    let state = channel.look(&*rail, &ticket);
    assert!(matches!(state, Err(RailError::Lie { .. })), "{state:?}");
    // The identifier of another transaction.
    channel.gateway.set(None);
    let kept: Value = serde_json::from_slice(&other.0).unwrap();
    let mut swapped: Value = serde_json::from_slice(&ticket.0).unwrap();
    swapped["transaction"] = kept["transaction"].clone();
    let state = channel.look(&*rail, &Ticket(swapped.to_string().into_bytes()));
    assert!(matches!(state, Err(RailError::Lie { .. })), "{state:?}");
    // A signature of something else.
    channel.gateway.leave_unsigned();
    let state = channel.look(&*rail, &ticket);
    assert!(matches!(state, Err(RailError::Lie { .. })), "{state:?}");
    // What the channel found invalid is prepared anew.
    channel.gateway.set(None);
    channel.gateway.twist(|path, body| {
        if path.ends_with("getTransaction") {
            body["status"] = json!(11);
        }
    });
    let state = channel.look(&*rail, &ticket);
    assert!(matches!(state, Ok(State::Forked { .. })), "{state:?}");
}

#[test]
fn a_block_that_the_orderer_did_not_sign_is_not_final() {
    let channel = Channel::start(BsnAlgorithm::K1);
    let rail = channel.rail();
    channel.gateway.forge();
    let ticket = channel.submitted(&*rail, &[7; 32]);
    channel.gateway.cut();
    let state = channel.look(&*rail, &ticket);
    assert!(matches!(state, Err(RailError::Lie { .. })), "{state:?}");
}

#[test]
fn pins_in_the_settings_decide_what_is_final() {
    let channel = Channel::start(BsnAlgorithm::R1);
    let ticket = channel.submitted(&*channel.rail(), &[7; 32]);
    channel.gateway.cut();
    let pinned = channel.adapter(&json!({"pins": [channel.gateway.pin()]}));
    assert!(matches!(
        channel.look(&pinned, &ticket),
        Ok(State::Final(..))
    ));
    let mut other = channel.gateway.pin();
    other["orderers"] = other["peers"].clone();
    let pinned = channel.adapter(&json!({"pins": [other]}));
    let state = channel.look(&pinned, &ticket);
    assert!(matches!(state, Err(RailError::Lie { .. })), "{state:?}");
}

/// The answer to a submission was lost, and the gateway has forgotten the nonce or never kept it: the payload is found in
/// the blocks and not sent again.
#[test]
fn what_was_taken_in_is_found_again() {
    let channel = Channel::start(BsnAlgorithm::R1);
    let rail = channel.rail();
    let mut wire = Wire::new(&channel.courier);
    let before = prepare(&*rail, &mut wire, &[7; 32]).unwrap();
    rail.submit(&mut wire, &before).unwrap();
    drop(wire);
    // The ticket is still the one without an identifier.
    assert_eq!(channel.look(&*rail, &before), Ok(State::Submitted));
    channel.gateway.cut();
    assert!(matches!(
        channel.look(&*rail, &before),
        Ok(State::Final(..))
    ));
    channel
        .gateway
        .twist(|path, _| assert!(!path.ends_with("reqChainCode"), "sent again"));
    let found = rail
        .submit(&mut Wire::new(&channel.courier), &before)
        .unwrap();
    channel.gateway.set(None);
    assert!(matches!(channel.look(&*rail, &found), Ok(State::Final(..))));
}

#[test]
fn a_wrong_key_is_refused_and_said() {
    let channel = Channel::start(BsnAlgorithm::R1);
    let stranger = channel.adapter(&json!({"key": "55".repeat(32)}));
    let probe = stranger.probe(&mut Wire::new(&channel.courier));
    assert!(
        matches!(probe, Err(RailError::Refused { code: 1001, .. })),
        "{probe:?}"
    );
    let mut settings = channel.gateway.settings();
    let shown = format!("{:?}", channel.adapter(&json!({})));
    assert!(!shown.contains(&"21".repeat(32)), "{shown}");
    for (name, value) in [("key", "00"), ("gateway_key", "AAAA"), ("key", "")] {
        settings[name] = json!(value);
        let settings: Settings = serde_json::from_value(settings.clone()).unwrap();
        assert!(matches!(
            BsnFabric::new(settings),
            Err(RailError::Setting { .. })
        ));
    }
}

fn openssl(arguments: &[&str], input: &[u8]) -> Option<Vec<u8>> {
    let mut child = Command::new("openssl")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    child.stdin.take()?.write_all(input).ok()?;
    let output = child.wait_with_output().ok()?;
    output.status.success().then_some(output.stdout)
}

/// A message to the gateway is signed over exactly these octets, with a key that `openssl` made, and `openssl` finds it
/// good.
#[test]
fn openssl_finds_the_messages_signed() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    for (algorithm, curve) in [("r1", "prime256v1"), ("k1", "secp256k1"), ("sm2", "SM2")] {
        let option = format!("ec_paramgen_curve:{curve}");
        let made = ["genpkey", "-algorithm", "EC", "-pkeyopt", &option];
        let Some(key) = openssl(&made, b"") else {
            eprintln!("skipped: no openssl with {curve}");
            continue;
        };
        let public = openssl(&["pkey", "-pubout"], &key).unwrap();
        let seen = std::sync::Arc::new(std::sync::Mutex::new(Value::Null));
        let keep = std::sync::Arc::clone(&seen);
        let server = Faulty::start(move |ask| {
            *keep.lock().unwrap() = serde_json::from_slice(&ask.body).unwrap();
            b"{}".to_vec()
        })
        .unwrap();
        let settings = json!({
            "url": server.url(), "user_code": "USER0001", "app_code": "app0001", "channel": "c",
            "chaincode": "cc", "function": "anchor", "algorithm": algorithm,
            "key": String::from_utf8(key).unwrap(),
            "gateway_key": String::from_utf8(public.clone()).unwrap(),
        });
        let rail = BsnFabric::new(serde_json::from_value(settings).unwrap()).unwrap();
        assert!(rail.probe(&mut Wire::new(&impatient())).is_err());
        let request = seen.lock().unwrap().clone();
        let mac = STANDARD.decode(request["mac"].as_str().unwrap()).unwrap();
        let message = b"USER0001app0001";
        std::fs::write(path("public"), public).unwrap();
        std::fs::write(path("mac"), mac).unwrap();
        let (message, more): (Vec<u8>, &[&str]) = match algorithm {
            "sm2" => (
                openssl(&["dgst", "-sm3", "-binary"], message).unwrap(),
                &["-digest", "sm3", "-pkeyopt", "distid:1234567812345678"],
            ),
            _ => (message.to_vec(), &["-digest", "sha256"]),
        };
        std::fs::write(path("message"), message).unwrap();
        let (public, mac, message) = (path("public"), path("mac"), path("message"));
        let verify = [
            "pkeyutl", "-verify", "-pubin", "-inkey", &public, "-rawin", "-in", &message,
            "-sigfile", &mac,
        ];
        assert!(
            openssl(&[&verify[..], more].concat(), b"").is_some(),
            "{algorithm}"
        );
    }
}
