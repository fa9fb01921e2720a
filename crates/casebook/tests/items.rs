//! Items: registering, withdrawing, lowering.

mod common;

use common::*;
use fidem_casebook::{BatchId, CasebookError};

#[test]
fn items_come_back_as_they_went_in() {
    let (_dir, mut casebook, _) = office();
    let (id, batch) = case(&mut casebook, "i");
    let mut odd = new_item("微信聊天 '; DROP TABLE item; --.png");
    odd.original_path = Some("D:\\证据\\微信聊天.png".into());
    odd.member = Some("evidence/0002.png".into());
    odd.size = u64::from(u32::MAX) * 1024;
    let numbers = casebook
        .items_add(AT, &id, batch, &[new_item("one"), odd.clone()])
        .unwrap();
    assert_eq!(numbers, [1, 2]);
    assert_eq!(
        casebook
            .items_add(AT, &id, batch, &[new_item("three")])
            .unwrap(),
        [3]
    );
    let item = casebook.item(&id, 2).unwrap();
    assert_eq!(item.name, odd.name);
    assert_eq!(
        (item.original_path, item.member),
        (odd.original_path, odd.member)
    );
    assert_eq!(
        (item.size, item.sha256, item.sm3),
        (odd.size, odd.sha256, odd.sm3)
    );
    assert_eq!((item.nonces, item.facts_json), (odd.nonces, odd.facts_json));
    assert_eq!(
        (item.added_by.as_str(), item.seal, item.withdrawn),
        (FIRST, None, None)
    );
    let page: Vec<u32> = casebook
        .items(&id, 1, 5)
        .unwrap()
        .iter()
        .map(|i| i.number)
        .collect();
    assert_eq!(page, [2, 3]);
}

#[test]
fn a_batch_of_items_goes_in_whole_or_not_at_all() {
    let (_dir, mut casebook, _) = office();
    let (id, batch) = case(&mut casebook, "i");
    let head = casebook.journal_head().unwrap();
    let mut bad = new_item("bad");
    bad.size = u64::MAX;
    let refused = casebook.items_add(AT, &id, batch, &[new_item("good"), bad]);
    assert!(
        matches!(refused, Err(CasebookError::Database(_))),
        "{refused:?}"
    );
    assert_eq!(casebook.items(&id, 0, 9).unwrap(), []);
    assert_eq!(casebook.journal_head().unwrap(), head);
    assert_eq!(casebook.search("good").unwrap(), []);
    let refused = casebook.items_add(AT, &id, BatchId(9), &[new_item("x")]);
    assert!(matches!(
        refused,
        Err(CasebookError::UnknownBatch { batch: 9, .. })
    ));
    assert_eq!(
        casebook.items_add(AT, &id, batch, &[]).unwrap(),
        Vec::<u32>::new()
    );
    assert_eq!(casebook.journal_head().unwrap(), head);
}

#[test]
fn a_withdrawn_item_stays_and_is_out_of_the_next_seal() {
    let (_dir, mut casebook, _) = office();
    let (id, batch) = case(&mut casebook, "i");
    casebook
        .items_add(AT, &id, batch, &[new_item("a"), new_item("b")])
        .unwrap();
    casebook.item_withdraw(LATER, &id, 1, "当事人撤回").unwrap();
    let withdrawn = casebook.item(&id, 1).unwrap().withdrawn.unwrap();
    assert_eq!(
        (withdrawn.at.as_str(), withdrawn.person.as_str()),
        (LATER, FIRST)
    );
    assert_eq!(withdrawn.reason, "当事人撤回");
    let open: Vec<u32> = casebook
        .items_unsealed(&id)
        .unwrap()
        .iter()
        .map(|i| i.number)
        .collect();
    assert_eq!(open, [2]);
    assert_eq!(
        casebook.item_withdraw(LATER, &id, 1, "x"),
        Err(CasebookError::ItemWithdrawn { item: 1 })
    );
    assert_eq!(
        casebook.item_withdraw(LATER, &id, 2, ""),
        Err(CasebookError::BadText { field: "reason" })
    );
    let missing = casebook.item_withdraw(LATER, &id, 7, "x");
    assert!(matches!(
        missing,
        Err(CasebookError::UnknownItem { item: 7, .. })
    ));
}

#[test]
fn r022_a_lowered_class_keeps_the_computed_one_and_the_reason() {
    let (_dir, mut casebook, _) = office();
    let (id, batch) = case(&mut casebook, "i");
    let mut item = new_item("a");
    item.class = "A".into();
    casebook.items_add(AT, &id, batch, &[item]).unwrap();
    casebook
        .item_lower_class(LATER, &id, 1, "A-", "设备非本处所有")
        .unwrap();
    let item = casebook.item(&id, 1).unwrap();
    assert_eq!(
        (item.class.as_str(), item.class_computed.as_str()),
        ("A-", "A")
    );
    assert_eq!(item.lowered_reason.as_deref(), Some("设备非本处所有"));
    assert_eq!(
        casebook.item_lower_class(LATER, &id, 1, "A-", "x"),
        Err(CasebookError::SameClass {
            item: 1,
            class: "A-".into()
        })
    );
}

#[test]
fn a_sealed_item_is_never_edited() {
    let (_dir, mut casebook, _) = office();
    let id = sealed_case(&mut casebook, "i");
    let sealed = || CasebookError::ItemSealed { item: 1, seal: 1 };
    assert_eq!(casebook.item_withdraw(LATER, &id, 1, "x"), Err(sealed()));
    assert_eq!(
        casebook.item_lower_class(LATER, &id, 1, "D", "x"),
        Err(sealed())
    );
}

#[test]
fn batches_keep_their_facts() {
    let (_dir, mut casebook, _) = office();
    let (id, first) = case(&mut casebook, "i");
    let second = casebook
        .batch_add(LATER, &id, r#"{"by":"李小明"}"#)
        .unwrap();
    assert_eq!((first, second), (BatchId(1), BatchId(2)));
    let batches = casebook.batches(&id).unwrap();
    assert_eq!(batches[1].facts_json, r#"{"by":"李小明"}"#);
    assert_eq!(
        (batches[1].at.as_str(), batches[1].person.as_str()),
        (LATER, FIRST)
    );
}
