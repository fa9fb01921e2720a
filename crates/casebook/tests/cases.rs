//! Numbers, corrections, void cases, lists.

mod common;

use common::*;
use fidem_casebook::{CaseChange, CaseFilter, CaseState, CasebookError};

#[test]
fn r001_numbers_have_no_gap_and_are_not_used_again() {
    let (_dir, mut casebook, _) = office();
    let mut open = |id: &str, at: &str| {
        casebook
            .case_new(at, &new_case("m", "a"), id.into())
            .map(|case| case.number)
    };
    assert_eq!(open("a", AT).unwrap(), "(2026)保全字第0001号");
    // A refused case takes no number with it.
    assert_eq!(
        open("a", AT),
        Err(CasebookError::CaseExists { id: "a".into() })
    );
    assert_eq!(open("b", AT).unwrap(), "(2026)保全字第0002号");
    assert_eq!(
        open("c", "2026-12-31T16:00:00Z").unwrap(),
        "(2027)保全字第0001号"
    );
    assert_eq!(open("d", AT).unwrap(), "(2026)保全字第0003号");
    casebook.case_void(AT, "b", "重复受理").unwrap();
    let next = casebook
        .case_new(AT, &new_case("m", "a"), "e".into())
        .unwrap();
    assert_eq!(next.number, "(2026)保全字第0004号");
    let void = casebook.case_find("(2026)保全字第0002号").unwrap().unwrap();
    assert_eq!(void.state, CaseState::Void);
    assert_eq!(void.void_reason.as_deref(), Some("重复受理"));
}

#[test]
fn a_void_case_takes_nothing_more() {
    let (_dir, mut casebook, _) = office();
    let (id, batch) = case(&mut casebook, "v");
    casebook.case_void(AT, &id, "误立").unwrap();
    let number = "(2026)保全字第0001号".to_owned();
    let void = || CasebookError::CaseVoid {
        number: number.clone(),
    };
    assert_eq!(casebook.case_void(AT, &id, "x"), Err(void()));
    assert_eq!(casebook.batch_add(AT, &id, "{}"), Err(void()));
    assert_eq!(
        casebook.items_add(AT, &id, batch, &[new_item("x")]),
        Err(void())
    );
    assert_eq!(casebook.seal_begin(AT, &id, &[1], b"", b""), Err(void()));
    assert_eq!(
        casebook.case_update(AT, &id, &CaseChange::default()),
        Err(void())
    );
}

#[test]
fn a_case_is_found_by_id_and_by_number_as_people_type_it() {
    let (_dir, mut casebook, _) = office();
    case(&mut casebook, "f");
    for typed in ["f", "(2026)保全字第0001号", " （2026）保全字第0001号 "] {
        assert_eq!(casebook.case_find(typed).unwrap().unwrap().id, "f");
    }
    assert_eq!(casebook.case_find("(2026)保全字第0002号").unwrap(), None);
}

#[test]
fn a_correction_keeps_what_was_there_and_tells_the_journal_no_secret() {
    let (_dir, mut casebook, _) = office();
    let mut new = new_case("合同纠纷", "李小明");
    new.applicant_id = Some("330106199001011234".into());
    casebook.case_new(AT, &new, "c".into()).unwrap();
    let change = CaseChange {
        applicant_id: Some("330106199001014321".into()),
        notarial_number: Some("(2026)浙杭网证字第123号".into()),
        matter: Some("合同纠纷".into()),
        ..CaseChange::default()
    };
    let case = casebook.case_update(LATER, "c", &change).unwrap();
    assert_eq!(case.notarial_number, change.notarial_number);
    let kept = casebook.case_corrections("c").unwrap();
    let fields: Vec<&str> = kept.iter().map(|k| k.field.as_str()).collect();
    assert_eq!(fields, ["applicant id", "notarial number"]);
    assert_eq!(kept[0].before, new.applicant_id);
    for entry in casebook.journal(&Default::default()).unwrap() {
        let text = String::from_utf8(entry.bytes).unwrap();
        assert!(!text.contains("33010619900101"), "{text}");
    }
    // Nothing differs: no entry, and a field can be emptied but not a mandatory one.
    let head = casebook.journal_head().unwrap();
    casebook.case_update(LATER, "c", &change).unwrap();
    assert_eq!(casebook.journal_head().unwrap(), head);
    let emptied = CaseChange {
        applicant_id: Some(String::new()),
        ..CaseChange::default()
    };
    assert_eq!(
        casebook
            .case_update(LATER, "c", &emptied)
            .unwrap()
            .applicant_id,
        None
    );
    let refused = CaseChange {
        matter: Some(" ".into()),
        ..CaseChange::default()
    };
    assert_eq!(
        casebook.case_update(LATER, "c", &refused),
        Err(CasebookError::BadText { field: "matter" })
    );
}

#[test]
fn what_cannot_be_a_case_is_refused_whole() {
    let (_dir, mut casebook, _) = office();
    let head = casebook.journal_head().unwrap();
    let refused = casebook.case_new(AT, &new_case("", "a"), "x".into());
    assert_eq!(refused, Err(CasebookError::BadText { field: "matter" }));
    let mut new = new_case("m", "a");
    new.facts_json = "{".into();
    let refused = casebook.case_new(AT, &new, "x".into());
    assert!(matches!(
        refused,
        Err(CasebookError::NotJson { field: "facts", .. })
    ));
    let refused = casebook.case_new("yesterday", &new_case("m", "a"), "x".into());
    assert_eq!(
        refused,
        Err(CasebookError::BadTime {
            at: "yesterday".into()
        })
    );
    assert_eq!(casebook.journal_head().unwrap(), head);
}

#[test]
fn the_list_counts_filters_and_pages() {
    let (_dir, mut casebook, _) = office();
    let sealed = sealed_case(&mut casebook, "one");
    let (two, batch) = case(&mut casebook, "two");
    casebook
        .items_add(
            AT,
            &two,
            batch,
            &[new_item("b"), new_item("c"), new_item("d")],
        )
        .unwrap();
    casebook.item_withdraw(AT, &two, 3, "重复").unwrap();
    casebook.seal_begin(LATER, &two, &[1], b"m", b"s").unwrap();
    casebook
        .case_new(AT, &new_case("遗嘱", "赵六"), "three".into())
        .unwrap();
    casebook.case_void(LATER, "three", "撤回申请").unwrap();
    let all = casebook.case_list(&CaseFilter::default()).unwrap();
    let ids: Vec<&str> = all.iter().map(|row| row.case.id.as_str()).collect();
    assert_eq!(ids, ["three", "two", "one"]);
    let counts =
        |row: &fidem_casebook::CaseRow| (row.items, row.sealed_items, row.seals, row.waiting_seals);
    assert_eq!(counts(&all[1]), (2, 1, 1, 1));
    assert_eq!(counts(&all[2]), (1, 1, 1, 0));
    assert_eq!(
        (all[1].last_act.as_str(), all[1].last_action.as_str()),
        (LATER, "seal.begun")
    );
    let list = |filter: CaseFilter| -> Vec<String> {
        let rows = casebook.case_list(&filter).unwrap();
        rows.into_iter().map(|row| row.case.id).collect()
    };
    let words = |text: &str| CaseFilter {
        words: Some(text.into()),
        ..CaseFilter::default()
    };
    assert_eq!(list(words("赵六")), ["three"]);
    assert_eq!(list(words("小明")), ["two", "one"]);
    assert_eq!(list(words("0001")), [sealed]);
    assert_eq!(list(words("a.txt")), Vec::<String>::new());
    assert_eq!(list(words("***")), Vec::<String>::new());
    assert_eq!(list(words("  ")).len(), 3);
    let void = CaseFilter {
        state: Some(CaseState::Void),
        ..CaseFilter::default()
    };
    assert_eq!(casebook.case_count(&void).unwrap(), 1);
    let page = CaseFilter {
        offset: 1,
        limit: 1,
        ..CaseFilter::default()
    };
    assert_eq!(list(page), ["two"]);
}
