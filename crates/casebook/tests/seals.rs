//! Seals, tokens, reviews, certificates, revisions, the office log.

mod common;

use common::*;
use fidem_casebook::{
    CasebookError, HitKind, NewCertificate, NewDetachedSignature, Revision, SealState,
};
use fidem_fingerprint::sha256;

#[test]
fn a_seal_waits_until_a_token_counts() {
    let (_dir, mut casebook, _) = office();
    let (id, batch) = case(&mut casebook, "s");
    let items = casebook
        .items_add(AT, &id, batch, &[new_item("a"), new_item("b")])
        .unwrap();
    assert_eq!(casebook.next_seal_number(&id).unwrap(), 1);
    assert_eq!(casebook.seal_begin(AT, &id, &items, b"M", b"S").unwrap(), 1);
    assert_eq!(casebook.next_seal_number(&id).unwrap(), 2);
    let waiting = casebook.seals_waiting().unwrap();
    assert_eq!(waiting.len(), 1);
    assert_eq!(
        (waiting[0].case.as_str(), waiting[0].items),
        (id.as_str(), 2)
    );
    assert_eq!(waiting[0].manifest_sha256, sha256(b"M"));
    assert_eq!(
        (waiting[0].seal_json.as_slice(), waiting[0].seal_sha256),
        (b"S".as_slice(), sha256(b"S"))
    );
    assert_eq!(
        casebook.seal_complete(AT, &id, 1),
        Err(CasebookError::NoToken { seal: 1 })
    );
    casebook.token_add(AT, &id, 1, &token(1, false)).unwrap();
    assert_eq!(
        casebook.seal_complete(AT, &id, 1),
        Err(CasebookError::NoToken { seal: 1 })
    );
    assert_eq!(
        casebook.token_add(AT, &id, 1, &token(1, true)),
        Err(CasebookError::TokenExists {
            seal: 1,
            ordinal: 1
        })
    );
    casebook.token_add(AT, &id, 1, &token(2, true)).unwrap();
    casebook.seal_complete(LATER, &id, 1).unwrap();
    assert_eq!(
        casebook.seal_complete(AT, &id, 1),
        Err(CasebookError::SealComplete { seal: 1 })
    );
    let seal = casebook.seal(&id, 1).unwrap();
    assert_eq!(
        (seal.state, seal.completed.as_deref()),
        (SealState::Sealed, Some(LATER))
    );
    assert_eq!(casebook.seals_waiting().unwrap(), []);
    assert_eq!(casebook.seal_manifest(&id, 1).unwrap(), b"M");
    let tokens = casebook.tokens(&id, 1).unwrap();
    assert_eq!(
        tokens
            .iter()
            .map(|t| (t.ordinal, t.counts))
            .collect::<Vec<_>>(),
        [(1, false), (2, true)]
    );
    // Renewal later.
    casebook.token_add(LATER, &id, 1, &token(3, true)).unwrap();
}

#[test]
fn a_refused_seal_fixes_nothing() {
    let (_dir, mut casebook, _) = office();
    let (id, batch) = case(&mut casebook, "s");
    let items: Vec<_> = ["a", "b", "c"].into_iter().map(new_item).collect();
    casebook.items_add(AT, &id, batch, &items).unwrap();
    casebook.item_withdraw(AT, &id, 2, "x").unwrap();
    casebook.seal_begin(AT, &id, &[3], b"M", b"S").unwrap();
    let head = casebook.journal_head().unwrap();
    let mut begin = |items: &[u32]| casebook.seal_begin(AT, &id, items, b"M2", b"S2");
    assert_eq!(begin(&[]), Err(CasebookError::NothingToSeal));
    assert_eq!(
        begin(&[1, 2]),
        Err(CasebookError::ItemWithdrawn { item: 2 })
    );
    assert_eq!(
        begin(&[1, 3]),
        Err(CasebookError::ItemSealed { item: 3, seal: 1 })
    );
    assert_eq!(begin(&[1, 1]), Err(CasebookError::ItemTwice { item: 1 }));
    assert!(matches!(
        begin(&[1, 9]),
        Err(CasebookError::UnknownItem { item: 9, .. })
    ));
    assert_eq!(casebook.journal_head().unwrap(), head);
    assert_eq!(casebook.item(&id, 1).unwrap().seal, None);
    assert_eq!(casebook.seals(&id).unwrap().len(), 1);
    assert_eq!(casebook.next_seal_number(&id).unwrap(), 2);
    let of_seal: Vec<u32> = casebook
        .items_of_seal(&id, 1)
        .unwrap()
        .iter()
        .map(|i| i.number)
        .collect();
    assert_eq!(of_seal, [3]);
}

#[test]
fn r081_who_handled_does_not_review() {
    let (dir, mut casebook, _) = office();
    let id = sealed_case(&mut casebook, "r");
    let (name, handled) = (FIRST.to_owned(), "registered items");
    assert_eq!(casebook.review_hindrance(&id, 1).unwrap(), Some(handled));
    assert_eq!(
        casebook.review_add(AT, &id, 1, [5; 32], "{}"),
        Err(CasebookError::SamePerson { name, handled })
    );
    let mut casebook = as_other(&dir, casebook, "李四");
    assert_eq!(casebook.review_hindrance(&id, 1).unwrap(), None);
    casebook
        .review_add(LATER, &id, 1, [5; 32], r#"{"身份":true}"#)
        .unwrap();
    let reviews = casebook.reviews(&id).unwrap();
    assert_eq!((reviews[0].seal, reviews[0].person.as_str()), (1, "李四"));
    assert_eq!(reviews[0].approved_sha256, [5; 32]);
    // The reviewer then adds to a further seal: the first review stays, the second seal is not hers to review.
    let batch = casebook.batch_add(LATER, &id, "{}").unwrap();
    let items = casebook
        .items_add(LATER, &id, batch, &[new_item("late")])
        .unwrap();
    let seal = casebook.seal_begin(LATER, &id, &items, b"M", b"S").unwrap();
    assert_eq!(
        casebook.review_add(LATER, &id, seal, [5; 32], "{}"),
        Err(CasebookError::SealWaiting { seal })
    );
    casebook
        .token_add(LATER, &id, seal, &token(1, true))
        .unwrap();
    casebook.seal_complete(LATER, &id, seal).unwrap();
    assert_eq!(casebook.review_hindrance(&id, 1).unwrap(), None);
    assert_eq!(
        casebook.review_hindrance(&id, seal).unwrap(),
        Some("registered items")
    );
    assert!(
        casebook
            .review_add(LATER, &id, seal, [5; 32], "{}")
            .is_err()
    );
}

#[test]
fn each_kind_of_handling_hinders() {
    let (dir, mut casebook, _) = office();
    let (id, batch) = case(&mut casebook, "h");
    let mut item = new_item("a");
    item.class = "A".into();
    casebook.items_add(AT, &id, batch, &[item]).unwrap();
    let mut casebook = as_other(&dir, casebook, "降级");
    casebook.item_lower_class(LATER, &id, 1, "C", "x").unwrap();
    drop(casebook);
    let casebook = fidem_casebook::Casebook::open(dir.path(), FIRST, PASSPHRASE, LATER).unwrap();
    let mut casebook = as_other(&dir, casebook, "固化");
    casebook.seal_begin(LATER, &id, &[1], b"M", b"S").unwrap();
    casebook.token_add(LATER, &id, 1, &token(1, true)).unwrap();
    drop(casebook);
    let casebook = fidem_casebook::Casebook::open(dir.path(), FIRST, PASSPHRASE, LATER).unwrap();
    let mut casebook = as_other(&dir, casebook, "完成");
    casebook.seal_complete(LATER, &id, 1).unwrap();
    drop(casebook);
    for (name, expected) in [
        (FIRST, Some("registered items")),
        ("降级", Some("changed an item")),
        ("固化", Some("made a seal")),
        ("完成", Some("made a seal")),
    ] {
        let casebook = fidem_casebook::Casebook::open(dir.path(), name, PASSPHRASE, LATER).unwrap();
        assert_eq!(
            casebook.review_hindrance(&id, 1).unwrap(),
            expected,
            "{name}"
        );
    }
}

fn certificate(id: &str) -> NewCertificate {
    NewCertificate {
        kind: "receipt".into(),
        document_id: id.into(),
        seals_upto: 1,
        pdf: b"%PDF-1.7".to_vec(),
        data_json: "{}".into(),
        sha256: sha256(b"%PDF-1.7"),
        reviewed_by: None,
        amends: None,
        seal_place: None,
    }
}

#[test]
fn a_certificate_is_kept_byte_for_byte() {
    let (_dir, mut casebook, _) = office();
    let id = sealed_case(&mut casebook, "d");
    casebook
        .certificate_add(LATER, &id, &certificate("D-1"))
        .unwrap();
    assert_eq!(casebook.certificate_pdf("D-1").unwrap(), b"%PDF-1.7");
    let kept = casebook.certificates(&id).unwrap();
    assert_eq!(
        (kept[0].document_id.as_str(), kept[0].issued_by.as_str()),
        ("D-1", FIRST)
    );
    let document_id = "D-1".to_owned();
    assert_eq!(
        casebook.certificate_add(LATER, &id, &certificate("D-1")),
        Err(CasebookError::CertificateExists { document_id })
    );
    let mut wrong = certificate("D-2");
    wrong.pdf.push(b'\n');
    let what = "certificate";
    assert_eq!(
        casebook.certificate_add(LATER, &id, &wrong),
        Err(CasebookError::DigestMismatch { what })
    );
    let document_id = "D-9".to_owned();
    assert_eq!(
        casebook.certificate_pdf("D-9"),
        Err(CasebookError::UnknownCertificate { document_id })
    );
    let journal = casebook.journal(&Default::default()).unwrap();
    let last = String::from_utf8(journal.last().unwrap().bytes.clone()).unwrap();
    assert!(last.contains(&fidem_fingerprint::hex::encode(&sha256(b"%PDF-1.7"))));
    let hits = casebook.find_digest(&sha256(b"%PDF-1.7")).unwrap();
    assert_eq!(
        (hits[0].kind, hits[0].text.as_str()),
        (HitKind::Certificate, "D-1")
    );
}

#[test]
fn a_signature_beside_a_document_is_kept_byte_for_byte_and_over_the_file_as_it_stands() {
    let (_dir, mut casebook, _) = office();
    let id = sealed_case(&mut casebook, "d");
    casebook
        .certificate_add(LATER, &id, &certificate("D-1"))
        .unwrap();
    let new = NewDetachedSignature {
        capacity: "office".into(),
        signer: "CN=Office".into(),
        algorithm: "SM2 SM3".into(),
        over: sha256(b"%PDF-1.7"),
        cms: vec![0x30, 0],
    };
    assert_eq!(casebook.detached_signature_add(LATER, "D-1", &new), Ok(1));
    assert_eq!(casebook.detached_signature_add(LATER, "D-1", &new), Ok(2));
    let kept = casebook.detached_signatures("D-1").unwrap();
    assert_eq!(
        (kept.len(), kept[1].number, kept[1].cms.as_slice()),
        (2, 2, [0x30, 0].as_slice())
    );
    assert_eq!((kept[0].person.as_str(), kept[0].over), (FIRST, new.over));
    assert_eq!(casebook.certificate_case("D-1"), Ok(id));
    let journal = casebook.journal(&Default::default()).unwrap();
    let last = String::from_utf8(journal.last().unwrap().bytes.clone()).unwrap();
    assert!(last.contains(&fidem_fingerprint::hex::encode(&sha256(&[0x30, 0]))));
    // Over another file, and beside a document that is not there.
    let other = NewDetachedSignature {
        over: [7; 32],
        ..new.clone()
    };
    let what = "certificate";
    assert_eq!(
        casebook.detached_signature_add(LATER, "D-1", &other),
        Err(CasebookError::DigestMismatch { what })
    );
    let document_id = "D-9".to_owned();
    assert_eq!(
        casebook.detached_signature_add(LATER, "D-9", &new),
        Err(CasebookError::UnknownCertificate { document_id })
    );
}

fn revision(number: u32, token: Option<&[u8]>) -> Revision {
    Revision {
        number,
        content_key: format!("key-{number}"),
        journal_upto: 12,
        delivery_sha256: [7; 32],
        delivery_token: token.map(<[u8]>::to_vec),
        revision_json: b"{}".to_vec(),
        created: LATER.into(),
    }
}

#[test]
fn revisions_are_numbered_without_gaps() {
    let (_dir, mut casebook, _) = office();
    let (id, _) = case(&mut casebook, "e");
    let (expected, found) = (1, 2);
    assert_eq!(
        casebook.revision_add(AT, &id, &revision(2, None)),
        Err(CasebookError::RevisionOrder { expected, found })
    );
    casebook.revision_add(AT, &id, &revision(1, None)).unwrap();
    casebook
        .revision_add(AT, &id, &revision(2, Some(b"t")))
        .unwrap();
    assert_eq!(
        casebook.revisions(&id).unwrap(),
        [revision(1, None), revision(2, Some(b"t"))]
    );
}

#[test]
fn the_office_log_counts_from_zero_and_keeps_the_newest_checkpoint_in_front() {
    let (_dir, mut casebook, _) = office();
    assert_eq!(casebook.log_leaves().unwrap(), Vec::<[u8; 32]>::new());
    for (leaf, index) in [([1; 32], 0), ([2; 32], 1), ([1; 32], 2)] {
        assert_eq!(casebook.log_append(AT, leaf).unwrap(), index);
    }
    assert_eq!(casebook.log_leaves().unwrap(), [[1; 32], [2; 32], [1; 32]]);
    assert_eq!(casebook.log_checkpoint().unwrap(), None);
    casebook
        .log_checkpoint_set(AT, "office\n2\nroot\n")
        .unwrap();
    casebook
        .log_checkpoint_set(AT, "office\n3\nroot\n")
        .unwrap();
    assert_eq!(
        casebook.log_checkpoint().unwrap().as_deref(),
        Some("office\n3\nroot\n")
    );
}

#[test]
fn a_setting_is_kept_and_its_value_stays_out_of_the_journal() {
    let (_dir, mut casebook, _) = office();
    assert_eq!(casebook.setting("tsa").unwrap(), None);
    casebook.set_setting(AT, "tsa", "password=hunter2").unwrap();
    casebook.set_setting(AT, "tsa", "password=hunter3").unwrap();
    assert_eq!(
        casebook.setting("tsa").unwrap().as_deref(),
        Some("password=hunter3")
    );
    for entry in casebook.journal(&Default::default()).unwrap() {
        assert!(!String::from_utf8(entry.bytes).unwrap().contains("hunter"));
    }
    assert_eq!(casebook.copies_status().unwrap(), []);
}
