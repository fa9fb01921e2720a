//! The journal as others read it: canonical entries, links, filters, heads printed elsewhere.

mod common;

use common::*;
use fidem_casebook::{CasebookError, Egress, JournalFilter};
use fidem_fingerprint::{hex, sha256};
use fidem_manifest::{Head, JournalExtract, Link, canonical, chain};
use serde_json::json;

#[test]
fn every_act_has_its_entry_and_every_entry_its_link() {
    let (_dir, mut casebook, _) = office();
    let id = sealed_case(&mut casebook, "j");
    let sha = hex::encode(&[9; 32]);
    casebook
        .journal_append(
            LATER,
            "item.viewed",
            Some(&id),
            Some(1),
            json!({"purpose": "复核"}),
        )
        .unwrap();
    let egress = Egress {
        octets: 32,
        outcome: "answered".into(),
        purpose: "time-stamp".into(),
        sha256: sha.clone(),
        url: "http://tsa.example/".into(),
    };
    casebook.egress_add(LATER, Some(&id), &egress).unwrap();
    let entries = casebook.journal(&JournalFilter::default()).unwrap();
    let actions: Vec<&str> = entries.iter().map(|e| e.action.as_str()).collect();
    assert_eq!(
        actions,
        [
            "office.created",
            "person.added",
            "case.opened",
            "batch.received",
            "item.added",
            "seal.begun",
            "token.added",
            "seal.completed",
            "item.viewed",
            "egress"
        ]
    );
    let mut prev = [0; 32];
    for (entry, seq) in entries.iter().zip(1..) {
        assert_eq!(entry.seq, seq);
        canonical::check(&entry.bytes).unwrap();
        let body: serde_json::Value = serde_json::from_slice(&entry.bytes).unwrap();
        assert_eq!(body["format"], "fidem-journal/1");
        assert_eq!(body["seq"], seq);
        assert_eq!(
            body["actor"],
            json!({"name": FIRST, "roles": ["notary", "admin"]})
        );
        assert_eq!(body["prev"], hex::encode(&prev));
        prev = chain(&prev, &sha256(&entry.bytes));
        assert_eq!(entry.hash, prev);
        assert!(casebook.journal_contains(entry.seq, &entry.hash).unwrap());
    }
    let head = casebook.journal_verify().unwrap();
    assert_eq!((head.seq, head.hash), (10, prev));
    let viewed: serde_json::Value = serde_json::from_slice(&entries[8].bytes).unwrap();
    assert_eq!(
        (&viewed["case"], &viewed["item"]),
        (&json!("(2026)保全字第0001号"), &json!(1))
    );
}

#[test]
fn a_filter_selects() {
    let (_dir, mut casebook, _) = office();
    sealed_case(&mut casebook, "one");
    sealed_case(&mut casebook, "two");
    let seqs = |filter: JournalFilter| -> Vec<u64> {
        let entries = casebook.journal(&filter).unwrap();
        entries.iter().map(|e| e.seq).collect()
    };
    let case = Some("two".to_owned());
    let of_two = JournalFilter {
        case: case.clone(),
        ..JournalFilter::default()
    };
    assert_eq!(seqs(of_two), [9, 10, 11, 12, 13, 14]);
    let part = JournalFilter {
        case,
        from_seq: 10,
        upto: Some(12),
        limit: Some(2),
        ..JournalFilter::default()
    };
    assert_eq!(seqs(part), [10, 11]);
    let action = JournalFilter {
        action: Some("item.added".into()),
        ..JournalFilter::default()
    };
    assert_eq!(seqs(action), [5, 11]);
}

#[test]
fn an_extract_links_with_other_cases_as_digests_only() {
    let (_dir, mut casebook, _) = office();
    sealed_case(&mut casebook, "mine");
    sealed_case(&mut casebook, "theirs");
    let number = casebook.case_find("mine").unwrap().unwrap().number;
    let entries = casebook.journal(&JournalFilter::default()).unwrap();
    let link = |entry: &fidem_casebook::Entry| {
        let body: serde_json::Value = serde_json::from_slice(&entry.bytes).unwrap();
        match body["case"] == number {
            true => Link {
                entry: Some(String::from_utf8(entry.bytes.clone()).unwrap()),
                sha256: None,
            },
            false => Link {
                entry: None,
                sha256: Some(hex::encode(&entry.sha256())),
            },
        }
    };
    let extract = JournalExtract {
        before: 0,
        before_hash: hex::encode(&[0; 32]),
        case: number.clone(),
        format: JournalExtract::FORMAT.into(),
        links: entries.iter().map(link).collect(),
    };
    let head = casebook.journal_head().unwrap();
    let last = Head {
        entries: head.seq,
        hash: head.hash,
    };
    assert_eq!(extract.heads().unwrap().last(), Some(&last));
    let bytes = extract.to_bytes().unwrap();
    assert!(!String::from_utf8(bytes).unwrap().contains("0002号"));
}

#[test]
fn what_cannot_be_written_canonically_is_refused_and_leaves_nothing() {
    let (_dir, mut casebook, _) = office();
    let head = casebook.journal_head().unwrap();
    let fraction = casebook.journal_append(AT, "x", None, None, json!({"n": 0.5}));
    assert!(
        matches!(fraction, Err(CasebookError::Unwritable { .. })),
        "{fraction:?}"
    );
    let case = "nowhere".to_owned();
    assert_eq!(
        casebook.journal_append(AT, "x", Some("nowhere"), None, json!({})),
        Err(CasebookError::UnknownCase { case })
    );
    let time = casebook.journal_append("now", "x", None, None, json!({}));
    assert_eq!(time, Err(CasebookError::BadTime { at: "now".into() }));
    assert_eq!(casebook.journal_head().unwrap(), head);
}

#[test]
fn r079_a_head_printed_elsewhere_shows_a_rollback() {
    let (dir, mut casebook, _) = office();
    sealed_case(&mut casebook, "one");
    drop(casebook);
    let folder = |name: &str| dir.path().join(name);
    let files = ["casebook.db", "casebook.db-wal", "office.key.json"];
    let saved: Vec<Option<Vec<u8>>> = files
        .iter()
        .map(|f| std::fs::read(folder(f)).ok())
        .collect();
    let open = || fidem_casebook::Casebook::open(dir.path(), FIRST, PASSPHRASE, LATER).unwrap();
    let mut casebook = open();
    sealed_case(&mut casebook, "two");
    let printed = casebook.journal_head().unwrap();
    drop(casebook);
    for (file, bytes) in files.iter().zip(saved) {
        let _ = std::fs::remove_file(folder(file));
        if let Some(bytes) = bytes {
            std::fs::write(folder(file), bytes).unwrap();
        }
    }
    let mut casebook = open();
    sealed_case(&mut casebook, "other");
    assert!(
        casebook.journal_verify().is_ok(),
        "an old state is whole in itself"
    );
    assert!(
        !casebook
            .journal_contains(printed.seq, &printed.hash)
            .unwrap()
    );
    assert!(casebook.journal_contains(0, &[0; 32]).unwrap());
    assert!(!casebook.journal_contains(10_000, &printed.hash).unwrap());
}
