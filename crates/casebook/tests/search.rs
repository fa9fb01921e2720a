//! Chinese search by single characters.

mod common;

use common::*;
use fidem_casebook::{CaseChange, Casebook, HitKind};

fn filled() -> (tempfile::TempDir, Casebook) {
    let (dir, mut casebook, _) = office();
    let mut new = new_case("商标侵权网页保全", "李小明");
    new.agent = Some("王芳".into());
    new.applicant_id = Some("330106199001011234".into());
    casebook.case_new(AT, &new, "one".into()).unwrap();
    let batch = casebook.batch_add(AT, "one", "{}").unwrap();
    let mut path = new_item("聊天记录.png");
    path.original_path = Some("E:/证据材料/手机导出/聊天记录.png".into());
    let items = [
        path,
        new_item("Contract_v2 final.PDF"),
        new_item("𬱖某身份证.jpg"),
        new_item("ＡＢＣ１２３.txt"),
    ];
    casebook.items_add(AT, "one", batch, &items).unwrap();
    casebook
        .case_new(AT, &new_case("遗嘱", "明小李"), "two".into())
        .unwrap();
    (dir, casebook)
}

fn found(casebook: &Casebook, words: &str) -> Vec<(String, Option<u32>)> {
    let hits = casebook.search(words).unwrap();
    hits.into_iter().map(|hit| (hit.case, hit.item)).collect()
}

#[test]
fn names_of_two_characters_are_found_and_only_in_their_order() {
    let (_dir, casebook) = filled();
    let one = || vec![("one".to_owned(), None)];
    assert_eq!(found(&casebook, "小明"), one());
    assert_eq!(found(&casebook, "王芳"), one());
    assert_eq!(found(&casebook, "明小"), [("two".to_owned(), None)]);
    assert_eq!(found(&casebook, "李明"), []);
    // Applicant and agent stand side by side in the index, and no phrase crosses the border.
    assert_eq!(found(&casebook, "明王"), []);
    assert_eq!(found(&casebook, "侵权 王芳"), one());
}

#[test]
fn files_are_found_by_name_folder_and_rare_characters() {
    let (_dir, casebook) = filled();
    let item = |number| vec![("one".to_owned(), Some(number))];
    assert_eq!(found(&casebook, "聊天"), item(1));
    assert_eq!(found(&casebook, "手机导出"), item(1));
    assert_eq!(found(&casebook, "contract"), item(2));
    assert_eq!(found(&casebook, "contr"), item(2));
    assert_eq!(found(&casebook, "ontract"), []);
    assert_eq!(found(&casebook, "v2 pdf"), item(2));
    assert_eq!(found(&casebook, "𬱖某"), item(3));
    assert_eq!(found(&casebook, "abc123"), item(4));
    assert_eq!(found(&casebook, "ａｂｃ"), item(4));
}

#[test]
fn numbers_are_found() {
    let (_dir, casebook) = filled();
    for typed in [
        "(2026)保全字第0002号",
        "（2026）保全字第0002号",
        "保全字第0002",
    ] {
        assert_eq!(
            found(&casebook, typed),
            [("two".to_owned(), None)],
            "{typed}"
        );
    }
    assert_eq!(
        found(&casebook, "330106199001011234"),
        [("one".to_owned(), None)]
    );
}

#[test]
fn no_typing_is_an_error_or_a_command() {
    let (_dir, casebook) = filled();
    for typed in [
        "",
        "\"",
        "'",
        "*",
        "a\"b",
        "words:李",
        "NEAR(李 小)",
        "李 OR 王",
        "NOT 李",
        "^李",
        "-李",
        "(",
        "{words}: x",
        "\0",
        "%",
        "李\"*",
    ] {
        casebook.search(typed).unwrap();
    }
    assert_eq!(found(&casebook, "遗嘱 OR 侵权"), []);
    assert_eq!(found(&casebook, "words:遗嘱"), []);
}

#[test]
fn a_corrected_case_is_found_by_its_new_words_only() {
    let (_dir, mut casebook) = filled();
    let change = CaseChange {
        applicant: Some("欧阳修".into()),
        ..CaseChange::default()
    };
    casebook.case_update(LATER, "two", &change).unwrap();
    assert_eq!(found(&casebook, "欧阳"), [("two".to_owned(), None)]);
    assert_eq!(found(&casebook, "明小李"), []);
}

#[test]
fn a_digest_finds_items_and_seals() {
    let (_dir, mut casebook) = filled();
    let digest = fidem_fingerprint::sha256;
    let hits = casebook
        .find_digest(&digest("聊天记录.png".as_bytes()))
        .unwrap();
    assert_eq!(
        (hits[0].item, hits[0].text.as_str(), hits[0].withdrawn),
        (Some(1), "聊天记录.png", false)
    );
    casebook.item_withdraw(LATER, "one", 1, "x").unwrap();
    assert!(
        casebook
            .find_digest(&digest("聊天记录.png".as_bytes()))
            .unwrap()[0]
            .withdrawn
    );
    assert!(casebook.search("聊天").unwrap()[0].withdrawn);
    casebook
        .seal_begin(LATER, "one", &[2], b"manifest", b"seal")
        .unwrap();
    for bytes in [b"manifest".as_slice(), b"seal"] {
        let hits = casebook.find_digest(&digest(bytes)).unwrap();
        assert_eq!((hits[0].kind, hits[0].text.as_str()), (HitKind::Seal, "1"));
    }
    assert_eq!(casebook.find_digest(&[0; 32]).unwrap(), []);
}
