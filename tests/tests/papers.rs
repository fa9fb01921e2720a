//! Documents as two persons bring them about: what blocks, who approves, what issues, what is added later.

use std::path::Path;
use std::process::Command;

use fidem_fingerprint::{hex, sha256};
use fidem_tests::fidem::{self, Answer};
use fidem_tests::place::{CLERK, Place, REVIEWER, authorities};
use serde_json::{Value, json};

/// A grey picture of 8 by 8.
const PICTURE: &[u8] = include_bytes!("../../crates/certificate/specimen/print-1.png");

#[track_caller]
fn refused(answer: Answer, code: &str) -> Answer {
    let answer = answer.exits(1);
    assert_eq!(answer.error(), code, "{}", answer.told());
    answer
}

/// A sealed case with a contract and a picture, and its place.
fn sealed() -> (Place, String, fidem_testkit::TwoAuthorities) {
    let authorities = authorities();
    let place = Place::new();
    place.choose(&authorities);
    place.hire(REVIEWER, "reviewer");
    let case = place.case("合同保全");
    let contract = place.file("合同.txt", "甲方䶮，乙方𰻝。".as_bytes());
    let picture = place.file("截图.png", PICTURE);
    let _ = place.run(&["add", &case, &contract, &picture]).exits(0);
    let _ = place.run(&["seal", &case]).exits(0);
    (place, case, authorities)
}

fn write(place: &Place, kind: &str, case: &str, text: &Value) -> Answer {
    let file = place.file("text.json", &serde_json::to_vec(text).unwrap());
    place.run(&["paper", "write", case, "--kind", kind, "--text", &file])
}

fn codes(place: &Place, case: &str, kind: &str) -> Vec<String> {
    let answer = place
        .run(&["paper", "status", case, "--kind", kind])
        .exits(0);
    let json = answer.json();
    let list = json["documents"][0]["hindrances"]
        .as_array()
        .unwrap()
        .clone();
    list.iter()
        .map(|h| h["code"].as_str().unwrap().to_owned())
        .collect()
}

fn nothing_known() -> Value {
    json!({"origins": [{"batch": 1, "source": "申请人电脑导出", "generation": "申请人陈述由其手机拍摄", "storage": "无",
        "notarisation": "无", "witness": "无", "corroboration": "无"}]})
}

fn approve(place: &Place, case: &str, kind: &str) -> Answer {
    place.run_as(
        REVIEWER,
        &["paper", "approve", case, "--kind", kind, "--checked", "all"],
    )
}

/// The words of a document without spaces; none where poppler is not installed.
fn words(pdf: &str) -> Option<String> {
    let Ok(output) = Command::new("pdftotext")
        .args(["-layout", pdf, "-"])
        .output()
    else {
        eprintln!("skipped: no pdftotext here");
        return None;
    };
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Some(text.chars().filter(|c| !c.is_whitespace()).collect())
}

/// What a word processor reads in a draft; none where there is none here.
fn word_processor(place: &Place, docx: &str) -> Option<String> {
    let profile = format!("-env:UserInstallation=file://{}", place.path("soffice"));
    let converted = Command::new("soffice")
        .args([&profile, "--headless", "--convert-to", "pdf", "--outdir"])
        .arg(place.folder())
        .arg(docx)
        .output();
    match converted {
        Ok(done) if done.status.success() => words(&docx.replace(".docx", ".pdf")),
        _ => {
            eprintln!("skipped: no LibreOffice here");
            None
        }
    }
}

fn show(pdf: &str, name: &str) {
    if let Some(folder) = std::env::var_os("FIDEM_SHOW") {
        let _ = std::fs::copy(pdf, Path::new(&folder).join(name));
    }
}

#[test]
fn r083_a_record_issues_only_as_it_was_approved_and_a_change_brings_it_back() {
    let (place, case, _authorities) = sealed();
    let pdf = place.path("record.pdf");
    let certify = ["certify", &case, "--kind", "record", "-o", &pdf];
    refused(place.run(&certify), "paper-wanting");
    let open = codes(&place, &case, "record");
    assert!(open.contains(&"article-eighteen".to_owned()), "{open:?}");
    assert!(open.contains(&"not-approved".to_owned()));
    // the points are blank, and 无 is said by a person.
    refused(approve(&place, &case, "record"), "paper-wanting");
    let _ = write(&place, "record", &case, &nothing_known()).exits(0);
    assert_eq!(codes(&place, &case, "record"), ["not-approved"]);

    // The clerk has handled it and cannot approve; the reviewer answers for every point or for none.
    let own = [
        "paper",
        "approve",
        &case,
        "--kind",
        "record",
        "--checked",
        "all",
    ];
    refused(place.run(&own), "role");
    let some = [
        "paper",
        "approve",
        &case,
        "--kind",
        "record",
        "--checked",
        "matter,fees",
    ];
    refused(place.run_as(REVIEWER, &some), "checklist");
    let _ = approve(&place, &case, "record").exits(0);
    assert!(codes(&place, &case, "record").is_empty());

    // A word is changed: what was approved is another document.
    let mut changed = nothing_known();
    changed["anomalies"] = json!(["第二项由申请人自行截取"]);
    let _ = write(&place, "record", &case, &changed).exits(0);
    assert_eq!(codes(&place, &case, "record"), ["changed-since-approval"]);
    refused(place.run(&certify), "paper-wanting");
    assert!(!Path::new(&pdf).exists());
    let _ = approve(&place, &case, "record").exits(0);

    // who approved does not issue, though a notary may do either.
    let notary = "赵公证";
    place.hire(notary, "notary");
    let approve_as_notary = [
        "paper",
        "approve",
        &case,
        "--kind",
        "record",
        "--checked",
        "all",
    ];
    let _ = place.run_as(notary, &approve_as_notary).exits(0);
    refused(place.run_as(notary, &certify), "second-person");
    let _ = approve(&place, &case, "record").exits(0);

    let issued = place.run(&certify).exits(0).json();
    let document = issued["document"].as_str().unwrap();
    assert_eq!(document, format!("{case}-J01"));
    show(&pdf, "record.pdf");
    if let Some(words) = words(&pdf) {
        for said in [
            "公证书附件",
            REVIEWER,
            "第二项由申请人自行截取",
            "出具前补充",
            "第十七条对照表",
        ] {
            assert!(words.contains(said), "{said}");
        }
        assert!(
            !words.contains("第九十四条第二款"),
            "the items are of class C"
        );
    }
    // set anew from what was kept it has the same octets, and by another template it has others.
    let compare = || place.run(&["paper", "compare", document]);
    assert_eq!(compare().exits(0).json()["comparison"], "same");
    let folder = place.path("模板");
    let _ = place
        .run(&["paper", "templates", "--copy", &folder, "--built-in"])
        .exits(64);
    let _ = place
        .run(&["paper", "templates", "--copy", &folder])
        .exits(0);
    let words_file = format!("{folder}/words.typ");
    let changed = std::fs::read_to_string(&words_file)
        .unwrap()
        .replace("亦不保证", "也不保证");
    std::fs::write(&words_file, changed).unwrap();
    let _ = place
        .run(&["paper", "templates", "--use", &folder])
        .exits(0);
    assert_eq!(compare().exits(2).json()["comparison"], "differs");
    let _ = place.run(&["paper", "templates", "--built-in"]).exits(0);

    // PDF and originals are a whole proof.
    let originals = [place.path("合同.txt"), place.path("截图.png")];
    let roots = _authorities.roots().display().to_string();
    let more = ["--data", &originals[0], &originals[1], "--trust", &roots];
    let verified = fidem::verify(Path::new(&pdf), &more).exits(0);
    assert_eq!(verified.layer("content"), "match", "{}", verified.told());
    let package = place.path("case.asice");
    let _ = place.run(&["export", &case, "-o", &package]).exits(0);
    let _ = fidem::verify(Path::new(&package), &["--trust", &roots]).exits(0);
}

#[test]
fn r085_a_correction_is_added_and_the_original_stays_as_it_is() {
    let (place, case, _authorities) = sealed();
    let receipt = place.path("receipt.pdf");
    let issued = place
        .run(&["certify", &case, "-o", &receipt])
        .exits(0)
        .json();
    let receipt_id = issued["document"].as_str().unwrap().to_owned();
    assert_eq!(receipt_id, format!("{case}-H01"));

    assert_eq!(
        codes(&place, &case, "correction"),
        ["correction", "not-approved"]
    );
    let text = |document: &str, statement: &str| {
        json!({"correction": {"document-id": document, "sort": "correction", "place": "首页",
            "before": "事由：合同保全", "statement": statement, "reason": "笔误"}})
    };
    let _ = write(
        &place,
        "correction",
        &case,
        &text("(2020)别处-H01", "事由：购销合同保全"),
    )
    .exits(0);
    assert!(codes(&place, &case, "correction").contains(&"unknown-document".to_owned()));
    // R-107 reaches what is written for it.
    let _ = write(
        &place,
        "correction",
        &case,
        &text(&receipt_id, "内容绝对真实"),
    )
    .exits(0);
    assert!(codes(&place, &case, "correction").contains(&"forbidden".to_owned()));
    let _ = write(
        &place,
        "correction",
        &case,
        &text(&receipt_id, "事由：购销合同保全"),
    )
    .exits(0);
    let pdf = place.path("correction.pdf");
    refused(
        place.run(&["certify", &case, "--kind", "correction", "-o", &pdf]),
        "paper-wanting",
    );
    let _ = approve(&place, &case, "correction").exits(0);
    let _ = place
        .run(&["certify", &case, "--kind", "correction", "-o", &pdf])
        .exits(0);
    show(&pdf, "correction.pdf");

    let again = place.path("again.pdf");
    let _ = place
        .run(&["paper", "get", &receipt_id, "-o", &again])
        .exits(0);
    assert_eq!(
        std::fs::read(&receipt).unwrap(),
        std::fs::read(&again).unwrap()
    );
    let status = place.run(&["paper", "status", &case]).exits(0).json();
    let of = |id: &str| {
        let all = status["issued"].as_array().unwrap();
        all.iter().find(|d| d["document"] == id).unwrap().clone()
    };
    assert_eq!(of(&receipt_id)["state"], "corrected");
    assert_eq!(of(&format!("{case}-B01"))["amends"], json!(receipt_id));

    // The text is used up: the next one is written anew, and numbers have no gap.
    assert!(codes(&place, &case, "correction").contains(&"correction".to_owned()));
    let second = place
        .run(&["certify", &case, "-o", &place.path("second.pdf")])
        .exits(0)
        .json();
    assert_eq!(second["document"], json!(format!("{case}-H02")));
}

#[test]
fn every_other_kind_issues_and_the_register_knows_the_copies() {
    let (place, case, _authorities) = sealed();
    let list =
        json!({"list": [{"item": 1, "proves": "双方订有合同", "content": "合同全文", "pages": 3}]});
    let _ = write(&place, "list", &case, &list).exits(0);
    // nothing goes abroad without a word on the approval.
    let custodian = place.path("custodian.pdf");
    refused(
        place.run(&["certify", &case, "--kind", "custodian", "-o", &custodian]),
        "paper-wanting",
    );
    let _ = write(
        &place,
        "custodian",
        &case,
        &json!({"foreign": "不适用：当事人自行用于境外仲裁"}),
    )
    .exits(0);
    for (kind, letter) in [
        ("list", 'Q'),
        ("custodian", 'E'),
        ("steps", 'S'),
        ("prints", 'P'),
    ] {
        let pdf = place.path(&format!("{kind}.pdf"));
        for edition in [None, Some("--chinese-only")] {
            let mut line = vec!["certify", &case, "--kind", kind, "-o", &pdf];
            line.extend(edition);
            let issued = place.run(&line).exits(0).json();
            let count = if edition.is_none() { 1 } else { 2 };
            assert_eq!(
                issued["document"],
                json!(format!("{case}-{letter}{count:02}"))
            );
        }
        show(&pdf, &format!("{kind}.pdf"));
    }
    if let Some(words) = words(&place.path("list.pdf")) {
        assert!(words.contains("双方订有合同") && words.contains("第十九条"));
    }
    for (what, said) in [
        ("work-record", "第一步"),
        ("testimony", "公证证词"),
        ("list", "双方订有合同"),
    ] {
        let docx = place.path(&format!("{what}.docx"));
        let _ = place
            .run(&["paper", "draft", &case, "--what", what, "-o", &docx])
            .exits(0);
        let octets = std::fs::read(&docx).unwrap();
        assert!(octets.starts_with(b"PK"), "{what}");
        show(&docx, &format!("{what}.docx"));
        if let Some(words) = word_processor(&place, &docx) {
            assert!(
                words.contains(said) && words.contains("草稿"),
                "{what}: {words}"
            );
        }
    }
    let document = format!("{case}-Q01");
    let give = |recipient: &str| {
        place.run(&[
            "paper",
            "copy",
            &case,
            &document,
            "--recipient",
            recipient,
            "--basis",
            "当事人申请",
            "--copies",
            "2",
        ])
    };
    refused(give(""), "bad-text");
    let _ = give("王小明").exits(0);
    let register = place.run(&["paper", "copies", &case]).exits(0).json();
    assert_eq!(register["copies"][0]["recipient"], "王小明");
    assert_eq!(register["copies"].as_array().unwrap().len(), 1);
    refused(
        place.run(&["certify", &case, "--kind", "certificate", "-o", &custodian]),
        "kind",
    );
}

#[test]
fn a_draft_is_seen_and_a_verification_becomes_a_report() {
    let (place, case, authorities) = sealed();
    let draft = place.path("draft.pdf");
    let _ = place
        .run(&["paper", "preview", &case, "--kind", "record", "-o", &draft])
        .exits(0);
    if let Some(words) = words(&draft) {
        assert!(words.contains("草稿") && words.contains("未经第二人复核"));
    }
    let receipt = place.path("receipt.pdf");
    let _ = place.run(&["certify", &case, "-o", &receipt]).exits(0);
    let roots = authorities.roots().display().to_string();
    let (report, contract) = (place.path("report.pdf"), place.path("合同.txt"));
    let line = [
        "--data",
        &contract,
        "--trust",
        &roots,
        "--report",
        &report,
        "--made-by",
        "某某人民法院",
    ];
    let _ = fidem::verify(Path::new(&receipt), &line);
    show(&report, "report.pdf");
    if let Some(words) = words(&report) {
        for said in [
            "核验报告",
            "某某人民法院",
            "未核验的事项",
            "信任根由核验人提供",
        ] {
            assert!(words.contains(said), "{said}");
        }
    }
}

/// What a judge needs travels with the evidence, and the document names its digest.
#[test]
fn r116_the_verification_page_is_in_the_hand_over_and_on_the_document() {
    let (place, case, _authorities) = sealed();
    let page = place.file("verifier.html", b"<!doctype html><title>page</title>");
    let with = |line: &[&str]| {
        fidem::run(
            place
                .command(CLERK, line)
                .arg("--json")
                .env("FIDEM_VERIFIER", &page),
        )
    };
    let pdf = place.path("receipt.pdf");
    let _ = write(&place, "receipt", &case, &nothing_known()).exits(0);
    let _ = with(&["certify", &case, "-o", &pdf]).exits(0);
    let folder = place.path("交付");
    let told = with(&["export", &case, "--hand-over", "-o", &folder])
        .exits(0)
        .json();
    assert!(told["verifier"].is_string(), "{told}");
    let given = std::fs::read(format!("{folder}/verifier.html")).unwrap();
    assert_eq!(given, std::fs::read(&page).unwrap());
    let digest = hex::encode(&sha256(&given));
    // After the program was renewed the document still names the page of its day, and that goes along.
    let newer = place.file("newer.html", b"<!doctype html><title>newer</title>");
    let again = place.path("再次交付");
    let mut command = place.command(CLERK, &["export", &case, "--hand-over", "-o", &again]);
    let _ = fidem::run(command.arg("--json").env("FIDEM_VERIFIER", &newer)).exits(0);
    let read = |name: &str| std::fs::read(format!("{again}/{name}")).unwrap();
    assert_eq!(read("verifier.html"), std::fs::read(&newer).unwrap());
    assert_eq!(read(&format!("verifier-{}.html", &digest[..8])), given);
    for guide in ["VERIFY.txt", "核验说明.txt"] {
        let text = std::fs::read_to_string(format!("{folder}/{guide}")).unwrap();
        assert!(text.contains(&digest), "{guide}");
    }
    if let Some(words) = words(&pdf) {
        assert!(words.contains(&digest), "the document names the page");
        assert!(words.contains("已知答案相符"), "the self-test is named");
    }
}

#[test]
fn an_offices_templates_are_set_apart_and_neither_gut_a_document_nor_hang_the_program() {
    let (place, case, _authorities) = sealed();
    let folder = place.path("模板");
    let templates = |more: &[&str]| {
        let line = [&["paper", "templates"][..], more].concat();
        place.run(&line)
    };
    let _ = templates(&["--copy", &folder]).exits(0);
    refused(templates(&["--copy", &folder]), "io");
    refused(templates(&["--use", &place.path("nowhere")]), "io");
    let used = templates(&["--use", &folder]).exits(0).json();
    assert_eq!(used["templates"], json!(folder));
    let preview = || {
        let pdf = place.path("preview.pdf");
        place.run(&["paper", "preview", &case, "-o", &pdf])
    };
    let file = format!("{folder}/receipt.typ");
    let original = std::fs::read_to_string(&file).unwrap();
    let with = |text: String| std::fs::write(&file, text).unwrap();

    // A letterhead of the office's own is on the page.
    let form = format!("{folder}/form.typ");
    let look = std::fs::read_to_string(&form).unwrap();
    let name = "#text(size: 13pt, tracking: .12em, d.office.name.zh) \\\n";
    assert!(look.contains(name));
    std::fs::write(
        &form,
        look.replace(name, &format!("{name}本处地址：示范路一号 \\\n")),
    )
    .unwrap();
    let _ = preview().exits(0);
    if let Some(words) = words(&place.path("preview.pdf")) {
        assert!(words.contains("本处地址：示范路一号"));
    }
    // A mistake is shown at its line.
    with(format!("{original}\n#let x = \n"));
    let told = refused(preview(), "certificate").stderr;
    assert!(told.contains("receipt.typ:"), "{told}");
    let specimen = place.path("specimen.pdf");
    let trial = || templates(&["--try", "receipt", "-o", &specimen]);
    let fault = trial().exits(1).json();
    assert_eq!(fault["faults"][0]["code"], "template", "{fault}");
    assert_eq!(fault["faults"][0]["file"], "receipt.typ", "{fault}");
    assert!(fault["faults"][0]["line"].as_u64() >= Some(3), "{fault}");
    with(original.clone());
    let _ = trial().exits(0);
    if let Some(words) = words(&specimen) {
        assert!(words.contains("本处地址：示范路一号"));
        assert!(words.contains("演示") && words.contains("DEMONSTRATION"));
    }
    // What may not be left out stays, and files beside the folder are not read.
    with("#set document(title: \"x\")\n一张空白的纸".to_owned());
    refused(preview(), "certificate");
    assert_eq!(trial().exits(1).json()["faults"][0]["code"], "omitted");
    with(format!("{original}\n#read(\"/../text.json\")\n"));
    refused(preview(), "certificate");
    // One that eats all memory is ended, and the program goes on.
    with(format!(
        "{original}\n#let a = range(100000000).map(i => str(i) * 100)\n#a.len()\n"
    ));
    refused(preview(), "certificate");
    let _ = templates(&["--built-in"]).exits(0);
    let _ = preview().exits(0);
}
