//! the office's signed list says how a document stands; without it, nobody can know, and every report says so.

use std::path::Path;
use std::time::Duration;

use fidem_tests::fidem::{self, Answer};
use fidem_tests::place::{Place, REVIEWER, authorities};
use serde_json::{Value, json};

struct Court {
    place: Place,
    case: String,
    trust: String,
    receipt: String,
    package: String,
    /// They answer as long as this lives.
    _authorities: fidem_testkit::TwoAuthorities,
}

impl Court {
    fn new() -> Self {
        let authorities = authorities();
        let place = Place::new();
        place.choose(&authorities);
        place.hire(REVIEWER, "reviewer");
        let case = place.case("合同保全");
        let contract = place.file("合同.txt", "甲方乙方。".as_bytes());
        let _ = place.run(&["add", &case, &contract]).exits(0);
        let _ = place.run(&["seal", &case]).exits(0);
        let [receipt, package] = ["receipt.pdf", "case.asice"].map(|name| place.path(name));
        let _ = place.run(&["certify", &case, "-o", &receipt]).exits(0);
        let _ = place.run(&["export", &case, "-o", &package]).exits(0);
        let key = place.run(&["log", "key"]).exits(0).json()["key"].clone();
        let trust = json!({"date": "2026-11-27", "format": "fidem-trust/1", "logs": [{"key": key}], "offices": [],
            "roots": [], "serial": 1});
        let _ = place.file("trust/trust.json", trust.to_string().as_bytes());
        let roots = std::fs::read(authorities.roots()).unwrap();
        let _ = place.file("trust/roots.pem", &roots);
        Self {
            trust: place.path("trust"),
            place,
            case,
            receipt,
            package,
            _authorities: authorities,
        }
    }

    fn list(&self, name: &str) -> String {
        let path = self.place.path(name);
        let _ = self
            .place
            .run(&["paper", "states", &self.case, "-o", &path])
            .exits(0);
        path
    }

    fn judged(&self, subject: &str, data: &[&str]) -> Answer {
        let mut more = vec!["--trust", &self.trust];
        if !data.is_empty() {
            more.push("--data");
            more.extend(data);
        }
        fidem::verify(Path::new(subject), &more)
    }

    fn amend(&self, sort: &str) {
        let text = json!({"correction": {"document-id": format!("{}-H01", self.case), "sort": sort, "place": "首页",
            "before": "事由：合同保全", "statement": "事由：购销合同保全", "reason": "笔误"}});
        let file = self.place.file("text.json", text.to_string().as_bytes());
        let kind = ["--kind", "correction"];
        let run = |line: &[&str]| self.place.run(&[line, &kind].concat()).exits(0);
        let _ = run(&["paper", "write", &self.case, "--text", &file]);
        let approve = ["paper", "approve", &self.case, "--checked", "all"];
        let _ = self
            .place
            .run_as(REVIEWER, &[&approve[..], &kind].concat())
            .exits(0);
        let _ = run(&[
            "certify",
            &self.case,
            "-o",
            &self.place.path("amendment.pdf"),
        ]);
    }
}

fn open(answer: &Answer) -> bool {
    let all: Vec<Value> = answer.json()["not_checked"].as_array().unwrap().clone();
    all.iter().any(|one| one["code"] == "not-checked-later")
}

fn stands(answer: &Answer, code: &str) {
    assert!(answer.finds(code), "{code}: {}", answer.told());
    assert_eq!(
        open(answer),
        !code.starts_with("status-") || code.contains("list"),
        "{code}"
    );
}

#[test]
fn r085_a_list_says_how_a_document_stands_and_the_latest_prevails() {
    let court = Court::new();
    let alone = court.judged(&court.receipt, &[]);
    assert!(open(&alone), "nobody can know without a list");
    assert!(
        alone
            .told()
            .contains("No status list that speaks of this was supplied")
    );

    let first = court.list("first.txt");
    let answer = court.judged(&court.receipt, &[&first]);
    stands(&answer, "status-issued");
    assert!(!answer.finds("data-unknown"), "a list is no evidence");
    let journal = court.place.run(&["journal", "export"]).exits(0).told();
    assert!(journal.contains("status-list.made"), "{journal}");
    // What the package holds was issued in the same case.
    stands(
        &court.judged(&court.package, &[&first]).exits(0),
        "status-issued",
    );

    std::thread::sleep(Duration::from_millis(1_100));
    court.amend("correction");
    let second = court.list("second.txt");
    stands(
        &court.judged(&court.receipt, &[&second]),
        "status-corrected",
    );
    for order in [[&*first, &*second], [&*second, &*first]] {
        let answer = court.judged(&court.receipt, &order);
        stands(&answer, "status-corrected");
        assert!(!answer.finds("status-issued"), "the later list prevails");
        let message = answer
            .findings()
            .into_iter()
            .find(|f| f["code"] == "status-corrected");
        let message = message.unwrap()["message"].to_string();
        assert!(
            message.contains(&format!("{}-B01", court.case)),
            "{message}"
        );
    }
    court.amend("withdrawal");
    let third = court.list("third.txt");
    let answer = court.judged(&court.package, &[&third]).exits(0);
    stands(&answer, "status-withdrawn");
    // A person reads it before anything else is said.
    let mut command = fidem::command();
    command.arg("verify").arg(&court.package).args([
        "--lang",
        "zh",
        "--trust",
        &court.trust,
        "--data",
        &third,
    ]);
    let told = fidem::run(&mut command).exits(0).told();
    let banner = told.find("已被撤销").unwrap();
    assert!(banner < told.find("[一致]").unwrap(), "{told}");
}

#[test]
fn only_the_offices_own_word_counts() {
    let court = Court::new();
    let list = court.list("list.txt");
    let text = std::fs::read_to_string(&list).unwrap();

    let forged = court.place.file(
        "forged.txt",
        text.replace("\"issued\"}", "\"withdrawn\"}").as_bytes(),
    );
    assert_ne!(std::fs::read_to_string(&forged).unwrap(), text);
    stands(
        &court.judged(&court.receipt, &[&forged]),
        "status-list-broken",
    );

    // Another office may say of its own documents what it likes.
    let other = Court::new();
    let theirs = other.list("list.txt");
    stands(
        &court.judged(&court.receipt, &[&theirs]),
        "status-list-untrusted",
    );

    // Two offices may give their cases the same number, and a court may know the keys of both.
    let both = court.place.path("both");
    std::fs::create_dir_all(&both).unwrap();
    for (name, from) in [("a", &court.trust), ("b", &other.trust)] {
        std::fs::copy(format!("{from}/trust.json"), format!("{both}/{name}.json")).unwrap();
        std::fs::copy(format!("{from}/roots.pem"), format!("{both}/{name}.pem")).unwrap();
    }
    assert_eq!(court.case, other.case);
    let answer = fidem::verify(
        Path::new(&court.package),
        &["--trust", &both, "--data", &theirs],
    );
    assert!(
        answer.finds("status-not-listed") && open(&answer),
        "{}",
        answer.told()
    );
    assert!(!answer.finds("status-issued"));

    // What is too large to be read is no list, and spoils nothing.
    let large = format!("fidem-status/1\n{}", "x".repeat(5 << 20));
    let large = court.place.file("large.txt", large.as_bytes());
    let answer = court.judged(&court.package, &[&large]).exits(0);
    stands(&answer, "status-list-broken");

    // A document that the list does not know was issued after it.
    std::thread::sleep(Duration::from_millis(1_100));
    let _ = court
        .place
        .run(&["certify", &court.case, "-o", &court.place.path("later.pdf")])
        .exits(0);
    let later = court.place.path("later.asice");
    let _ = court
        .place
        .run(&["export", &court.case, "-o", &later])
        .exits(0);
    let answer = court.judged(&later, &[&list]).exits(0);
    assert!(
        answer.finds("status-issued") && open(&answer),
        "{}",
        answer.told()
    );

    // Of another case: the list holds, and does not speak of this.
    let second = court.place.case("另案");
    let path = court.place.path("second.txt");
    let _ = court
        .place
        .run(&["paper", "states", &second, "-o", &path])
        .exits(0);
    let answer = court.judged(&court.receipt, &[&path]);
    assert!(answer.finds("status-not-listed") && open(&answer));
    let answer = court.judged(&court.package, &[&path]).exits(0);
    assert!(answer.finds("status-not-listed") && open(&answer));
}

/// Whatever a list is handed in beside, nobody says that nothing was.
#[test]
fn a_list_beside_a_time_stamp_is_compared_as_any_file() {
    let court = Court::new();
    let list = court.list("list.txt");
    let members = court.place.path("members");
    std::fs::create_dir_all(&members).unwrap();
    let unzip = std::process::Command::new("unzip")
        .args([
            "-qqo",
            &court.package,
            "META-INF/timestamp001.tst",
            "-d",
            &members,
        ])
        .status();
    assert!(unzip.unwrap().success());
    let token = format!("{members}/META-INF/timestamp001.tst");
    let answer = court.judged(&token, &[&list]).exits(1);
    assert!(answer.finds("data-differs"), "{}", answer.told());
}

#[test]
fn the_list_travels_in_every_hand_over() {
    let court = Court::new();
    let folder = court.place.path("交付");
    let _ = court
        .place
        .run(&["export", &court.case, "--hand-over", "-o", &folder])
        .exits(0);
    let list = format!("{folder}/status-list.txt");
    stands(
        &court
            .judged(&format!("{folder}/case.asice"), &[&list])
            .exits(0),
        "status-issued",
    );
    for guide in ["VERIFY.txt", "核验说明.txt"] {
        let text = std::fs::read_to_string(format!("{folder}/{guide}")).unwrap();
        assert!(text.contains("status-list.txt"), "{guide}");
    }
}
