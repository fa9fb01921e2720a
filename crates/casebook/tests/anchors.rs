//! Anchorings in the casebook: a ticket before anything is sent, states in their order, evidence that stays.

mod common;

use common::*;
use fidem_casebook::{AnchorStep, Casebook, CasebookError, JournalFilter, NewAnchor};
use fidem_manifest::AnchorState;

fn new(rail: &str) -> NewAnchor {
    NewAnchor {
        rail: rail.to_owned(),
        kind: "evm".to_owned(),
        adapter_version: 1,
        network: "eip155:5555".to_owned(),
        size: 3,
        root: [7; 32],
        disclosure_json: "{}".to_owned(),
        ticket: b"{\"first\":1}".to_vec(),
    }
}

fn step(state: AnchorState) -> AnchorStep {
    AnchorStep {
        state,
        place_json: "{}".to_owned(),
        ticket: None,
        reason: None,
        files: Vec::new(),
    }
}

#[test]
fn what_is_kept_before_sending_is_there_after_reopening() {
    let (dir, mut casebook, _) = office();
    let number = casebook.anchor_begin(AT, &new("甲")).unwrap();
    assert_eq!(number, 1);
    drop(casebook);
    let mut casebook = Casebook::open(dir.path(), FIRST, PASSPHRASE, LATER).unwrap();
    let kept = casebook.anchor(1).unwrap();
    assert_eq!(kept.what, new("甲"));
    assert_eq!(kept.state, AnchorState::Prepared);
    casebook.anchor_problem(1, "nobody answers").unwrap();
    assert_eq!(
        casebook.anchor(1).unwrap().problem.as_deref(),
        Some("nobody answers")
    );
    let sent = AnchorStep {
        ticket: Some(b"{\"second\":2}".to_vec()),
        ..step(AnchorState::Submitted)
    };
    casebook.anchor_step(AT, 1, &sent).unwrap();
    let kept = casebook.anchor(1).unwrap();
    assert_eq!(kept.what.ticket, b"{\"second\":2}");
    assert_eq!((kept.state, kept.problem), (AnchorState::Submitted, None));
}

#[test]
fn later_evidence_takes_the_place_of_earlier_and_a_fork_is_the_end() {
    let (_dir, mut casebook, _) = office();
    casebook.anchor_begin(AT, &new("甲")).unwrap();
    let file = |octets: &[u8]| ("receipt.json".to_owned(), octets.to_vec());
    let done = |octets: &[u8]| AnchorStep {
        files: vec![file(octets)],
        ..step(AnchorState::Final)
    };
    casebook.anchor_step(AT, 1, &done(b"{}")).unwrap();
    casebook
        .anchor_step(AT, 1, &done(b"{\"longer\":1}"))
        .unwrap();
    assert_eq!(casebook.anchor_files(1).unwrap(), [file(b"{\"longer\":1}")]);
    let forked = AnchorStep {
        reason: Some("another block".to_owned()),
        ..step(AnchorState::Forked)
    };
    casebook.anchor_step(AT, 1, &forked).unwrap();
    let again = casebook.anchor_step(AT, 1, &step(AnchorState::Submitted));
    assert!(
        matches!(again, Err(CasebookError::AnchorForked { anchor: 1 })),
        "{again:?}"
    );
    // What was final is still there to be looked at.
    assert_eq!(casebook.anchor_files(1).unwrap().len(), 1);
    let unknown = casebook.anchor_step(AT, 9, &step(AnchorState::Final));
    assert!(matches!(
        unknown,
        Err(CasebookError::UnknownAnchor { anchor: 9 })
    ));
    let entries = casebook.journal(&JournalFilter::default()).unwrap();
    let actions: Vec<String> = entries.into_iter().map(|entry| entry.action).collect();
    for action in ["anchor.prepared", "anchor.final", "anchor.forked"] {
        assert!(actions.iter().any(|a| a == action), "{action}: {actions:?}");
    }
    casebook.journal_verify().unwrap();
}

#[test]
fn bad_steps_change_nothing() {
    let (_dir, mut casebook, _) = office();
    casebook.anchor_begin(AT, &new("甲")).unwrap();
    let head = casebook.journal_head().unwrap();
    let place = AnchorStep {
        place_json: "{".to_owned(),
        ..step(AnchorState::Final)
    };
    assert!(matches!(
        casebook.anchor_step(AT, 1, &place),
        Err(CasebookError::NotJson { .. })
    ));
    let name = AnchorStep {
        files: vec![("a\nb".to_owned(), Vec::new())],
        ..step(AnchorState::Final)
    };
    assert!(casebook.anchor_step(AT, 1, &name).is_err());
    assert!(casebook.anchor_begin(AT, &new("")).is_err());
    assert_eq!(casebook.anchor(1).unwrap().state, AnchorState::Prepared);
    assert!(casebook.anchor_files(1).unwrap().is_empty());
    assert_eq!(casebook.journal_head().unwrap(), head);
    assert_eq!(casebook.anchors().unwrap().len(), 1);
}

#[test]
fn a_batch_of_the_log_is_one_entry_of_the_journal() {
    let (_dir, mut casebook, _) = office();
    assert_eq!(casebook.log_append(AT, [1; 32]).unwrap(), 0);
    let head = casebook.journal_head().unwrap().seq;
    assert_eq!(casebook.log_append_all(AT, &[[2; 32], [3; 32]]).unwrap(), 1);
    assert_eq!(casebook.journal_head().unwrap().seq, head + 1);
    assert_eq!(casebook.log_leaves().unwrap(), [[1; 32], [2; 32], [3; 32]]);
    assert_eq!(casebook.log_index(&[3; 32]).unwrap(), Some(2));
    assert_eq!(casebook.log_index(&[4; 32]).unwrap(), None);
    assert_eq!(casebook.log_size().unwrap(), 3);
}
