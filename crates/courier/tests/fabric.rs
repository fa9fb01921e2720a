//! The adapter of Fabric's own Gateway against a peer of our own, which stands before a channel of our own: no real peer is
//! at hand.

use fidem_anchor::receipt::{Judgement, Payload, Pins, Remark, Worth, judge};
use fidem_courier::rails::RailSettings;
use fidem_courier::rails::fabric::{Fabric, Settings};
use fidem_courier::{Courier, CourierError, Evidence, Rail, RailError, State, Ticket, Wire};
use fidem_testkit::rails::{Fault, Lab, conform, impatient, prepare};
use fidem_testkit::{FabricPeer, Faulty};
use serde_json::{Value, json};

struct Channel {
    peer: FabricPeer,
    courier: Courier,
}

impl Channel {
    fn start() -> Self {
        Self {
            peer: FabricPeer::start().unwrap(),
            courier: impatient(),
        }
    }

    fn start_tls() -> Self {
        Self {
            peer: FabricPeer::start_tls().unwrap(),
            courier: impatient(),
        }
    }

    fn settings(&self, more: &Value) -> Settings {
        let mut settings = self.peer.settings();
        for (name, value) in more.as_object().unwrap() {
            settings[name] = value.clone();
        }
        serde_json::from_value(settings).unwrap()
    }

    fn adapter(&self, more: &Value) -> Fabric {
        Fabric::new(self.settings(more)).unwrap()
    }

    fn prepared(&self, rail: &dyn Rail, payload: &Payload) -> Ticket {
        prepare(rail, &mut Wire::new(&self.courier), payload).unwrap()
    }

    fn submit(&self, rail: &dyn Rail, ticket: &Ticket) -> Result<Ticket, RailError> {
        rail.submit(&mut Wire::new(&self.courier), ticket)
    }

    fn look(&self, rail: &dyn Rail, ticket: &Ticket) -> Result<State, RailError> {
        rail.look(&mut Wire::new(&self.courier), ticket)
    }

    fn pins(&self) -> Pins {
        Pins {
            fabric: vec![serde_json::from_value(self.peer.pin()).unwrap()],
            ..Pins::default()
        }
    }

    /// How often a method was called.
    fn calls(&self, method: &str) -> usize {
        let calls = self.peer.calls();
        calls.iter().filter(|call| *call == method).count()
    }
}

impl Lab for Channel {
    fn rail(&self) -> Box<dyn Rail> {
        Box::new(self.adapter(&json!({})))
    }

    fn network(&self) -> String {
        "fabric:evidence-channel".to_owned()
    }

    fn settle(&mut self) {
        self.peer.cut();
    }

    fn taken(&mut self) -> usize {
        self.peer.taken()
    }

    fn fault(&mut self, fault: Fault) -> bool {
        self.peer.set(Some(fault));
        true
    }

    fn heal(&mut self) {
        self.peer.set(None);
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
fn conforms() {
    conform(&mut Channel::start());
}

#[test]
fn conforms_over_tls() {
    conform(&mut Channel::start_tls());
}

/// Each fault is the error that it should be, not just any.
#[test]
fn limits_hold_over_http2() {
    let channel = Channel::start();
    let rail = channel.rail();
    let ticket = channel.prepared(&*rail, &[7; 32]);
    let under = |fault| {
        channel.peer.set(Some(fault));
        match channel.look(&*rail, &ticket) {
            Err(RailError::Courier(error)) => error,
            other => panic!("{fault:?}: {other:?}"),
        }
    };
    assert!(matches!(
        under(Fault::Endless),
        CourierError::TooLarge { .. }
    ));
    assert!(matches!(under(Fault::Slow), CourierError::Timeout { .. }));
    assert!(matches!(
        under(Fault::Redirect),
        CourierError::Redirected { .. }
    ));
    assert!(matches!(
        under(Fault::Reset),
        CourierError::Interrupted { .. }
    ));
}

/// What left is on record, call by call.
#[test]
fn every_call_is_on_record() {
    let channel = Channel::start();
    let rail = channel.rail();
    let ticket = channel.prepared(&*rail, &[7; 32]);
    let mut wire = Wire::new(&channel.courier);
    rail.submit(&mut wire, &ticket).unwrap();
    let paths: Vec<String> = wire
        .egress()
        .iter()
        .map(|egress| egress.url.rsplit('/').next().unwrap().to_owned())
        .collect();
    assert_eq!(paths, ["Endorse", "Submit"]);
    assert!(wire.egress().iter().all(|egress| egress.bytes_sent > 500));
}

#[test]
fn other_roots_and_clients_without_a_name_have_no_connection() {
    let channel = Channel::start_tls();
    let stranger = FabricPeer::start_tls().unwrap().settings();
    let rail = channel.adapter(&json!({"tls_roots": stranger["tls_roots"]}));
    let probe = rail.probe(&mut Wire::new(&channel.courier));
    assert!(
        matches!(
            probe,
            Err(RailError::Courier(CourierError::UnreachableHost { .. }))
        ),
        "{probe:?}"
    );
    for identity in [json!(null), stranger["tls_identity"].clone()] {
        let rail = channel.adapter(&json!({"tls_identity": identity}));
        let probe = rail.probe(&mut Wire::new(&channel.courier));
        assert!(matches!(probe, Err(RailError::Courier(_))), "{probe:?}");
    }
    assert_eq!(channel.peer.calls(), Vec::<String>::new());
    let rail = channel.adapter(&json!({"tls_roots": "no certificate"}));
    assert!(rail.probe(&mut Wire::new(&channel.courier)).is_err());
}

/// A certificate that ran out is said to have run out; what was prepared or submitted waits, and goes on once there is a
/// new one.
#[test]
fn an_expired_certificate_is_named_and_loses_no_submission() {
    let channel = Channel::start_tls();
    let rail = channel.rail();
    let payload = [0x31; 32];
    let ticket = channel.prepared(&*rail, &payload);
    let calls = channel.peer.calls();
    channel.peer.expire(true);
    let mut wire = Wire::new(&channel.courier);
    let named = |error: RailError| match error {
        RailError::Courier(CourierError::UnreachableHost { host, reason }) => {
            assert_eq!(host, "127.0.0.1");
            assert!(reason.contains("expired"), "{reason}");
        }
        other => panic!("{other:?}"),
    };
    named(rail.probe(&mut wire).unwrap_err());
    named(rail.submit(&mut wire, &ticket).unwrap_err());
    // Nothing left before the handshake, and nothing is counted as sent.
    assert!(!wire.egress().is_empty());
    assert!(wire.egress().iter().all(|egress| egress.bytes_sent == 0));
    assert_eq!(channel.peer.calls(), calls);

    channel.peer.expire(false);
    let sent = channel.submit(&*rail, &ticket).unwrap();
    channel.peer.cut();
    channel.peer.expire(true);
    named(channel.look(&*rail, &sent).unwrap_err());
    named(channel.submit(&*rail, &sent).unwrap_err());
    channel.peer.expire(false);
    let State::Final(_, evidence) = channel.look(&*rail, &sent).unwrap() else {
        panic!("not final")
    };
    assert_eq!(
        channel.judge(&evidence, &payload, true).worth,
        Worth::Canonical
    );
    // The ticket of before the outage leads to the same transaction, and there is only one.
    channel.submit(&*rail, &ticket).unwrap();
    assert_eq!(channel.peer.taken(), 1);
}

/// A server of HTTP/1.1 is no peer, and ordinary exchanges stay with HTTP/1.1.
#[test]
fn the_two_versions_do_not_mix() {
    let channel = Channel::start();
    let plain = Faulty::start(|_| b"{}".to_vec()).unwrap();
    let rail = channel.adapter(&json!({"url": plain.url()}));
    let probe = rail.probe(&mut Wire::new(&channel.courier));
    assert!(matches!(probe, Err(RailError::Courier(_))), "{probe:?}");
    let url = channel.peer.settings()["url"].as_str().unwrap().to_owned();
    let posted = Wire::new(&channel.courier).post_json(&url, &[], &json!({}));
    assert!(matches!(posted, Err(RailError::Courier(_))), "{posted:?}");
    assert_eq!(channel.peer.calls(), Vec::<String>::new());
}

#[test]
fn another_channel_is_said() {
    let channel = Channel::start();
    channel.peer.set(Some(Fault::WrongNetwork));
    let rail = channel.rail();
    let met = prepare(&*rail, &mut Wire::new(&channel.courier), &[7; 32]);
    let expected = RailError::WrongNetwork {
        expected: "fabric:evidence-channel".to_owned(),
        found: "fabric:other-channel".to_owned(),
    };
    assert_eq!(met, Err(expected));
    // A channel that the peer does not have.
    channel.peer.set(None);
    let rail = channel.adapter(&json!({"channel": "third-channel"}));
    let probe = rail.probe(&mut Wire::new(&channel.courier));
    assert!(matches!(probe, Err(RailError::Refused { .. })), "{probe:?}");
}

#[test]
fn what_is_not_endorsed_is_not_sent() {
    let channel = Channel::start();
    let rail = channel.rail();
    let ticket = channel.prepared(&*rail, &[7; 32]);
    channel.peer.refuse();
    let refused = channel.submit(&*rail, &ticket);
    let Err(RailError::Refused { code: 10, reason }) = refused else {
        panic!("{refused:?}");
    };
    let words = "failed to endorse transaction, see attached details for more info; \
                 PeerMSP: chaincode response 500, not allowed";
    assert_eq!(reason, words);
    assert_eq!((channel.calls("Submit"), channel.peer.taken()), (0, 0));
    channel.peer.set(None);
    channel.submit(&*rail, &ticket).unwrap();
    assert_eq!(channel.peer.taken(), 1);
}

/// The peer puts together another transaction than was proposed, or one that nobody endorsed: the office's signature does
/// not leave.
#[test]
fn only_what_was_proposed_is_signed_away() {
    let channel = Channel::start();
    let rail = channel.rail();
    let ticket = channel.prepared(&*rail, &[7; 32]);
    let other = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let keep = std::sync::Arc::clone(&other);
    channel.peer.twist(move |method, message| {
        if method == "Endorse" {
            keep.lock().unwrap().clone_from(message);
        }
    });
    let second = channel.prepared(&*rail, &[8; 32]);
    channel.submit(&*rail, &second).unwrap();
    let other = other.lock().unwrap().clone();
    let before = channel.calls("Submit");
    let whole = other.clone();
    channel
        .peer
        .twist(move |_, message| message.clone_from(&whole));
    let sent = channel.submit(&*rail, &ticket);
    assert!(matches!(sent, Err(RailError::Lie { .. })), "{sent:?}");
    // One octet at a time.
    let mut lies = 0;
    for at in (0..other.len()).step_by(61) {
        channel.peer.twist(move |_, message| {
            if let Some(octet) = message.get_mut(at) {
                *octet ^= 1;
            }
        });
        match channel.submit(&*rail, &ticket) {
            Err(RailError::Lie { .. } | RailError::Answer { .. }) => lies += 1,
            other => panic!("{at}: {other:?}"),
        }
        assert_eq!(channel.calls("Submit"), before, "octet {at}");
    }
    assert!(lies > 10, "{lies}");
}

/// Sent twice before a block, and once more after it: the first of them counts.
#[test]
fn sent_again_it_is_one_transaction() {
    let channel = Channel::start();
    let rail = channel.rail();
    let ticket = channel.prepared(&*rail, &[7; 32]);
    channel.submit(&*rail, &ticket).unwrap();
    channel.submit(&*rail, &ticket).unwrap();
    assert_eq!(channel.look(&*rail, &ticket), Ok(State::Submitted));
    channel.peer.cut();
    let Ok(State::Final(place, _)) = channel.look(&*rail, &ticket) else {
        panic!("not final");
    };
    // Peers refuse to endorse what is in a block.
    channel.submit(&*rail, &ticket).unwrap();
    assert_eq!((channel.calls("Submit"), channel.peer.taken()), (2, 1));
    channel.peer.cut();
    let Ok(State::Final(again, _)) = channel.look(&*rail, &ticket) else {
        panic!("not final");
    };
    assert_eq!(place, again);
}

#[test]
fn what_the_channel_found_invalid_is_prepared_anew() {
    let channel = Channel::start();
    let rail = channel.rail();
    let ticket = channel.prepared(&*rail, &[7; 32]);
    channel.submit(&*rail, &ticket).unwrap();
    channel.peer.judge_as(10);
    channel.peer.cut();
    let reason = "the channel found it invalid: 10".to_owned();
    let state = channel.look(&*rail, &ticket);
    assert_eq!(state, Ok(State::Forked { reason }));
    channel.peer.judge_as(0);
    let ticket = channel.prepared(&*rail, &[7; 32]);
    channel.submit(&*rail, &ticket).unwrap();
    channel.peer.cut();
    assert!(matches!(
        channel.look(&*rail, &ticket),
        Ok(State::Final(..))
    ));
}

#[test]
fn no_lie_makes_it_final() {
    let channel = Channel::start();
    let rail = channel.rail();
    let ticket = channel.prepared(&*rail, &[7; 32]);
    channel.submit(&*rail, &ticket).unwrap();
    channel.peer.cut();
    let other = channel.prepared(&*rail, &[8; 32]);
    channel.submit(&*rail, &other).unwrap();
    channel.peer.cut();
    // Another block, signed as it should be.
    let block = channel.peer.block(2).unwrap();
    let answer = |block: &[u8]| {
        let result = [field(0x08, 200), octets(0x1a, block)].concat();
        octets(0x0a, &result)
    };
    for block in [answer(&block), answer(b""), Vec::new(), b"\x0a".to_vec()] {
        channel
            .peer
            .twist(move |_, message| message.clone_from(&block));
        let state = channel.look(&*rail, &ticket);
        assert!(
            matches!(
                state,
                Err(RailError::Lie { .. } | RailError::Answer { .. } | RailError::Refused { .. })
            ),
            "{state:?}"
        );
    }
    // The ticket of another payload.
    channel.peer.set(None);
    let kept: Value = serde_json::from_slice(&other.0).unwrap();
    let mut swapped: Value = serde_json::from_slice(&ticket.0).unwrap();
    swapped["id"] = kept["id"].clone();
    let state = channel.look(&*rail, &Ticket(swapped.to_string().into_bytes()));
    assert!(matches!(state, Err(RailError::Lie { .. })), "{state:?}");
    assert!(matches!(
        channel.look(&*rail, &ticket),
        Ok(State::Final(..))
    ));
}

/// A number below 16 384 under a one-octet key.
fn field(key: u8, value: u16) -> Vec<u8> {
    let low = u8::try_from(value & 0x7f).unwrap() | 0x80;
    vec![key, low, u8::try_from(value >> 7).unwrap()]
}

fn octets(key: u8, value: &[u8]) -> Vec<u8> {
    let length = u16::try_from(value.len()).unwrap();
    match length {
        short @ ..=0x7f => [&[key, u8::try_from(short).unwrap()], value].concat(),
        long => [&field(key, long), value].concat(),
    }
}

#[test]
fn a_block_that_the_orderer_did_not_sign_is_not_final() {
    let channel = Channel::start();
    let rail = channel.rail();
    channel.peer.forge();
    for verdict in [0, 10] {
        channel.peer.judge_as(verdict);
        let ticket = channel.prepared(&*rail, &[7; 32]);
        channel.submit(&*rail, &ticket).unwrap();
        channel.peer.cut();
        let state = channel.look(&*rail, &ticket);
        assert!(matches!(state, Err(RailError::Lie { .. })), "{state:?}");
    }
}

#[test]
fn pins_in_the_settings_decide_what_is_final() {
    let channel = Channel::start();
    let rail = channel.rail();
    let ticket = channel.prepared(&*rail, &[7; 32]);
    channel.submit(&*rail, &ticket).unwrap();
    channel.peer.cut();
    let pinned = channel.adapter(&json!({"pins": [channel.peer.pin()]}));
    assert!(matches!(
        channel.look(&pinned, &ticket),
        Ok(State::Final(..))
    ));
    let mut other = channel.peer.pin();
    other["orderers"] = other["peers"].clone();
    let pinned = channel.adapter(&json!({"pins": [other]}));
    let state = channel.look(&pinned, &ticket);
    assert!(matches!(state, Err(RailError::Lie { .. })), "{state:?}");
}

#[test]
fn no_key_is_shown_or_kept() {
    let channel = Channel::start_tls();
    let rail = channel.adapter(&json!({}));
    let settings = channel.peer.settings();
    let key = settings["key"].as_str().unwrap();
    let tls_key = settings["tls_identity"]["key"].as_str().unwrap();
    let secret_line = tls_key.lines().nth(1).unwrap();
    let ticket = channel.prepared(&rail, &[7; 32]);
    let kept = RailSettings {
        kind: "fabric".to_owned(),
        settings: settings.clone(),
    };
    let shown = [
        format!("{rail:?} {:?} {kept:?}", channel.settings(&json!({}))),
        String::from_utf8(ticket.0).unwrap(),
        kept.without_secrets().settings.to_string(),
    ];
    for text in shown {
        assert!(!text.contains(key) && !text.contains(secret_line), "{text}");
    }
    assert_eq!(kept.rail().unwrap().adapter().kind, "fabric");
    assert!(kept.finality_rule().is_some() && kept.framework().is_some());
    let mut back = kept.without_secrets();
    back.keep_secrets_of(&kept);
    assert_eq!(back, kept);
}

#[test]
fn settings_that_cannot_be_used_are_said() {
    let channel = Channel::start();
    for (name, value) in [
        ("key", json!("00")),
        ("key", json!("")),
        // A key of another certificate.
        ("key", json!("56".repeat(32))),
        ("certificate", json!("AAAA")),
        ("tls_identity", json!({"certificate": "", "key": ""})),
    ] {
        let made = Fabric::new(channel.settings(&json!({name: value})));
        assert!(
            matches!(made, Err(RailError::Setting { .. })),
            "{name}: {made:?}"
        );
    }
    let mut more = channel.peer.settings();
    more["unknown"] = json!(1);
    assert!(serde_json::from_value::<Settings>(more).is_err());
}
