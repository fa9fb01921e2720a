//! The conformance suite of rails: what every adapter must do, whatever stands behind it.

use fidem_anchor::receipt::{Judgement, Payload, Worth};
use fidem_courier::{
    Courier, CourierOptions, Evidence, Rail, RailError, State, Supplies, Ticket, Wire,
};
use std::time::Duration;

/// What the other side does wrong, until it is healed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The connection breaks before an answer.
    Reset,
    /// An answer without end.
    Endless,
    /// An answer that drips.
    Slow,
    /// An answer that sends elsewhere.
    Redirect,
    /// Octets that are no answer.
    Garbage,
    /// Another network answers.
    WrongNetwork,
    /// A block, proof or signature that does not hold.
    Lie,
}

/// Every fault.
pub const FAULTS: [Fault; 7] = [
    Fault::Reset,
    Fault::Endless,
    Fault::Slow,
    Fault::Redirect,
    Fault::Garbage,
    Fault::WrongNetwork,
    Fault::Lie,
];

/// A network with an adapter to it, under the hand of the test.
pub trait Lab {
    /// The adapter as the office would configure it.
    fn rail(&self) -> Box<dyn Rail>;
    /// The network as the adapter names it.
    fn network(&self) -> String;
    /// Lets time pass until what was submitted is final.
    fn settle(&mut self);
    /// Submissions that the network has taken in, each once however often it was sent.
    fn taken(&mut self) -> usize;
    /// Starts a fault; false where this network cannot have it.
    fn fault(&mut self, fault: Fault) -> bool;
    /// Ends it.
    fn heal(&mut self);
    /// Replaces the blocks in which the last submission stands; false where the network cannot fork.
    fn fork(&mut self) -> bool;
    /// Judges evidence offline under the pins of this network, or under none.
    fn judge(&self, evidence: &[Evidence], payload: &Payload, pinned: bool) -> Judgement;
    /// What a final receipt is worth with and without pins.
    fn worth(&self) -> (Worth, Worth);
}

/// A courier that does not wait long.
///
/// # Panics
/// When no client can be made.
#[must_use]
pub fn impatient() -> Courier {
    Courier::new(&CourierOptions {
        connect_timeout: Duration::from_secs(2),
        total_timeout: Duration::from_secs(3),
        max_reply_bytes: 8 << 20,
        ..CourierOptions::default()
    })
    .expect("a courier")
}

/// Runs the whole suite.
///
/// # Panics
/// Where the adapter breaks the contract.
pub fn conform(lab: &mut dyn Lab) {
    let courier = impatient();
    connects(lab, &courier);
    let payload = [0x5a; 32];
    let ticket = submits_once(lab, &courier, &payload);
    survives_faults(lab, &courier, &ticket);
    let evidence = becomes_final(lab, &courier, &ticket);
    evidence_holds_offline(lab, &evidence, &payload);
    no_flipped_octet_passes(lab, &evidence, &payload);
    notices_a_fork(lab, &courier);
}

/// Prepares a payload.
///
/// # Errors
/// [`RailError`] of the adapter.
pub fn prepare(
    rail: &dyn Rail,
    wire: &mut Wire<'_>,
    payload: &Payload,
) -> Result<Ticket, RailError> {
    let mut random = |octets: &mut [u8]| getrandom::fill(octets).expect("randomness");
    rail.prepare(
        wire,
        payload,
        &mut Supplies {
            now: crate::NOON,
            random: &mut random,
        },
    )
}

fn connects(lab: &mut dyn Lab, courier: &Courier) {
    let probe = lab.rail().probe(&mut Wire::new(courier)).expect("a probe");
    assert_eq!(probe.network, lab.network());
    if lab.fault(Fault::WrongNetwork) {
        let met = lab.rail().probe(&mut Wire::new(courier));
        assert!(
            matches!(met, Err(RailError::WrongNetwork { .. })),
            "{met:?}"
        );
        lab.heal();
    }
}

/// A ticket that was kept and is sent again by another process is one submission.
fn submits_once(lab: &mut dyn Lab, courier: &Courier, payload: &Payload) -> Ticket {
    let before = lab.taken();
    let ticket = prepare(&*lab.rail(), &mut Wire::new(courier), payload).expect("a ticket");
    assert!(ticket.0.len() <= 1 << 20);
    assert!(
        serde_json::from_slice::<serde_json::Value>(&ticket.0).is_ok(),
        "a ticket is JSON"
    );
    assert_eq!(lab.taken(), before, "preparing submits nothing");
    let sent = lab.rail().submit(&mut Wire::new(courier), &ticket);
    let sent = sent.expect("a submission");
    // As if the program had ended before it could keep what came back.
    let again = lab.rail().submit(&mut Wire::new(courier), &ticket);
    assert!(again.is_ok(), "{again:?}");
    let state = lab.rail().look(&mut Wire::new(courier), &sent);
    assert!(
        matches!(state, Ok(State::Submitted | State::Included(_))),
        "{state:?}"
    );
    sent
}

/// Under every fault the state is an error or the one that was known, never final; afterwards nothing is lost.
fn survives_faults(lab: &mut dyn Lab, courier: &Courier, ticket: &Ticket) {
    for fault in FAULTS {
        if !lab.fault(fault) {
            continue;
        }
        let state = lab.rail().look(&mut Wire::new(courier), ticket);
        lab.heal();
        assert!(
            matches!(state, Err(_) | Ok(State::Submitted | State::Included(_))),
            "{fault:?}: {state:?}"
        );
    }
}

fn becomes_final(lab: &mut dyn Lab, courier: &Courier, ticket: &Ticket) -> Vec<Evidence> {
    lab.settle();
    assert_eq!(lab.taken(), 1, "one submission");
    // Now there is something to lie about.
    if lab.fault(Fault::Lie) {
        let state = lab.rail().look(&mut Wire::new(courier), ticket);
        lab.heal();
        assert!(!matches!(state, Ok(State::Final(..))), "{state:?}");
    }
    let state = lab.rail().look(&mut Wire::new(courier), ticket);
    let Ok(State::Final(place, evidence)) = state else {
        panic!("{state:?}");
    };
    assert_eq!(place.network, lab.network());
    evidence
}

fn evidence_holds_offline(lab: &dyn Lab, evidence: &[Evidence], payload: &Payload) {
    let (pinned, unpinned) = lab.worth();
    let judged = lab.judge(evidence, payload, true);
    assert_eq!(judged.worth, pinned, "{judged:?}");
    assert_eq!(judged.place.network, lab.network());
    assert_eq!(judged.pins.is_empty(), pinned != Worth::Canonical);
    let judged = lab.judge(evidence, payload, false);
    assert_eq!(judged.worth, unpinned, "{judged:?}");
    let judged = lab.judge(evidence, &[0xa5; 32], true);
    assert_eq!(judged.worth, Worth::Failed, "{judged:?}");
}

/// The receipt of another payload is not this one's, and no damage makes it worth more.
fn no_flipped_octet_passes(lab: &dyn Lab, evidence: &[Evidence], payload: &Payload) {
    let (pinned, _) = lab.worth();
    let whole = lab.judge(evidence, payload, true);
    for (index, file) in evidence.iter().enumerate() {
        let step = (file.octets.len() / 300).max(1);
        for at in (0..file.octets.len()).step_by(step) {
            let mut damaged = evidence.to_vec();
            damaged[index].octets[at] ^= 0x04;
            let judged = lab.judge(&damaged, payload, true);
            let same = judged.worth == pinned && judged.place != whole.place;
            assert!(!same, "{} octet {at}: {judged:?}", file.name);
        }
    }
}

fn notices_a_fork(lab: &mut dyn Lab, courier: &Courier) {
    let payload = [0x6b; 32];
    let ticket = prepare(&*lab.rail(), &mut Wire::new(courier), &payload).expect("a ticket");
    let sent = lab.rail().submit(&mut Wire::new(courier), &ticket);
    let sent = sent.expect("a submission");
    lab.settle();
    if !lab.fork() {
        return;
    }
    let state = lab.rail().look(&mut Wire::new(courier), &sent);
    assert!(matches!(state, Ok(State::Forked { .. })), "{state:?}");
    let ticket = prepare(&*lab.rail(), &mut Wire::new(courier), &payload).expect("a ticket");
    let sent = lab.rail().submit(&mut Wire::new(courier), &ticket);
    let sent = sent.expect("a second submission");
    lab.settle();
    let state = lab.rail().look(&mut Wire::new(courier), &sent);
    assert!(matches!(state, Ok(State::Final(..))), "{state:?}");
}
