//! a file that is not the sealed one is compared with it, and the places where it differs are told; never why.

use fidem_tests::demo::{Bench, demo};
use fidem_tests::fidem::{self, Answer, repository};

const CHAT: &str = "03-往来/聊天记录.txt";
const INVOICE: &str = "02-报价与付款/商业发票.pdf";

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(repository().join("samples/case-shop").join(name)).unwrap()
}

/// The demonstration's package against a file of that name.
fn against(name: &str, octets: &[u8]) -> Answer {
    let bench = Bench::new();
    let package = bench.file("demo.asice", &demo().package);
    let trust = bench.file("roots.pem", &demo().trust);
    let last = name.rsplit('/').next().unwrap();
    let given = bench.file(last, octets);
    let paths = [trust, given].map(|path| path.display().to_string());
    fidem::verify(&package, &["--trust", &paths[0], "--data", &paths[1]])
}

fn said(answer: &Answer, code: &str) -> String {
    let all = answer.findings();
    let found = all.iter().find(|f| f["code"] == code);
    let found = found.unwrap_or_else(|| panic!("no {code}: {}", answer.told()));
    assert_eq!(found["status"], "note", "where, and no more");
    found["message"].as_str().unwrap().to_owned()
}

#[test]
fn the_sealed_file_differs_nowhere() {
    let answer = against(CHAT, &sample(CHAT)).exits(0);
    assert!(answer.finds("data-matches"));
    for code in ["data-places", "data-stretch", "data-line", "data-pages"] {
        assert!(!answer.finds(code), "{code}");
    }
}

#[test]
fn r117_a_changed_octet_is_told_by_its_place_line_and_character() {
    let mut chat = sample(CHAT);
    let second = chat.iter().position(|b| *b == b'\n').unwrap() + 1;
    chat[second] ^= 1;
    let answer = against(CHAT, &chat).exits(1);
    assert_eq!(answer.json()["verdict"], "mismatch");
    assert!(answer.finds("data-unknown"));
    let places = said(&answer, "data-places");
    assert!(
        places.contains(&format!("at bytes {} (from 1)", second + 1)),
        "{places}"
    );
    assert!(said(&answer, "data-line").contains("line 2, character 1"));
    assert!(!answer.finds("data-pages"));
}

#[test]
fn r117_what_was_added_or_left_out_is_told_by_what_is_the_same() {
    let chat = sample(CHAT);
    let mut longer = chat.clone();
    longer.splice(40..40, *b"0000");
    let stretch = said(&against(CHAT, &longer).exits(1), "data-stretch");
    assert!(
        stretch.contains(&format!(
            "original {} bytes, handed in {}",
            chat.len(),
            chat.len() + 4
        )),
        "{stretch}"
    );
    let shorter = said(&against(CHAT, &chat[..100]).exits(1), "data-stretch");
    assert!(
        shorter.contains("first 100 bytes and the last 0"),
        "{shorter}"
    );
}

#[test]
fn r117_of_a_pdf_the_pages_are_told() {
    let mut invoice = sample(INVOICE);
    // An octet of a content stream, not of the tables.
    let stream = invoice.windows(7).position(|w| w == b"stream\n").unwrap() + 12;
    invoice[stream] ^= 1;
    let answer = against(INVOICE, &invoice).exits(1);
    assert!(answer.finds("data-places"));
    let pages = said(&answer, "data-pages");
    assert!(pages.ends_with(": 1."), "{pages}");
}

#[test]
fn a_file_of_another_name_is_compared_with_nothing() {
    let mut chat = sample(CHAT);
    chat[0] ^= 1;
    let answer = against("其他.txt", &chat).exits(1);
    assert!(answer.finds("data-unknown"));
    assert!(!answer.finds("data-places"));
}
