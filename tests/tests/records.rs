//! Records of work as a clerk writes them: what is wanted, what blocks an issue and never a fixing, what two persons do,
//! and what of it stands in the receipt and in the package.

use std::path::Path;
use std::process::Command;

use fidem_loopback::Listen;
use fidem_loopback::sites::{Plain, Trap, Traps};
use fidem_tests::fidem::{self, Answer};
use fidem_tests::members::Members;
use fidem_tests::place::{CLERK, Place, REVIEWER, authorities};
use serde_json::{Value, json};

#[track_caller]
fn refused(answer: Answer, code: &str) {
    let answer = answer.exits(1);
    assert_eq!(answer.error(), code, "{}", answer.told());
    assert!(!answer.stderr.trim().is_empty(), "{}", answer.told());
}

fn office(matter: &str) -> (Place, String, fidem_testkit::TwoAuthorities) {
    let authorities = authorities();
    let place = Place::new();
    place.choose(&authorities);
    place.hire(REVIEWER, "reviewer");
    let case = place.case(matter);
    (place, case, authorities)
}

fn write(place: &Place, name: &str, value: &Value) -> String {
    place.file(name, &serde_json::to_vec(value).unwrap())
}

/// Two files obtained on site, with two officers named.
fn obtained_on_site(place: &Place, case: &str) -> Vec<Value> {
    let facts = json!({
        "art14_kind": "file", "handed_over_by": "王小明", "received_by": CLERK, "received_place": "现场",
        "origin": {"kind": "on-site", "officers": [CLERK, "赵六"]},
    });
    let facts = write(place, "facts.json", &facts);
    let photo = place.file("现场照片.jpg", b"\xff\xd8\xff photograph");
    let notes = place.file("打印件.pdf", b"%PDF-1.4 print");
    let added = place.run(&["add", case, &photo, &notes, "--facts", &facts]);
    added.exits(0).json()["items"].as_array().unwrap().clone()
}

fn on_site_record() -> Value {
    json!({
        "began": "2026-11-22T14:00:00+08:00", "ended": "2026-11-22T06:40:00Z",
        "place": "上海市浦东新区示范路1号",
        "persons": [
            {"name": CLERK, "capacity": "notary"},
            {"name": "赵六", "capacity": "assistant"},
            {"name": "王小明", "capacity": "applicant", "note": "申请人本人"},
        ],
        "device": {"description": "本处相机 A7，序列号 0001"},
        "network": "未接入网络",
        "steps": [{"at": "2026-11-22T06:05:00Z", "what": "拍摄店招"}, {"what": "打印并核对"}],
        "items": [1, 2],
        "under_seal": [{"number": "FC-2026-0001", "what": "存储卡一张"}],
        "signatories": [CLERK, "赵六", "王小明"],
        "remarks": "天气晴。",
    })
}

/// The words of a receipt without spaces; none where poppler is not installed.
fn words(pdf: &str) -> Option<String> {
    let Ok(output) = Command::new("pdftotext")
        .args(["-layout", pdf, "-"])
        .output()
    else {
        eprintln!("skipped: no pdftotext here");
        return None;
    };
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Some(
        text.chars()
            .filter(|c| !c.is_whitespace() && *c != '\u{200b}')
            .collect(),
    )
}

/// Keeps a receipt for the eye where asked for.
fn show(pdf: &str, name: &str) {
    if let Some(folder) = std::env::var_os("FIDEM_SHOW") {
        let _ = std::fs::copy(pdf, Path::new(&folder).join(name));
    }
}

#[test]
fn r049_no_complete_on_site_record_no_receipt_and_fixing_is_never_blocked() {
    let (place, case, authorities) = office("现场取证");
    let items = obtained_on_site(&place, &case);
    assert_eq!(items[0]["class"], "B");
    let sealed = place.run(&["seal", &case]).exits(0).json();
    assert_eq!(sealed["state"], "固化");
    let receipt = place.path("receipt.pdf");
    let certify = ["certify", &case, "-o", &receipt];
    refused(place.run(&certify), "records-wanting");
    let listed = place.run(&["record", "list", &case]).exits(1).json();
    let wanting = &listed["wanting"][0];
    assert_eq!(wanting["missing"], "onsite-record", "{listed}");
    assert_eq!(wanting["items"], json!([1, 2]));

    // A draft is kept whatever it lacks, and blocks on.
    let form = place.run(&["record", "onsite", &case]).exits(0).json();
    assert_eq!(form["items"], json!([1, 2]), "{form}");
    let draft = write(&place, "draft.json", &form);
    let kept = place
        .run(&["record", "onsite", &case, "--from", &draft])
        .exits(0)
        .json();
    assert_eq!(
        (&kept["complete"], &kept["number"]),
        (&json!(false), &json!(1))
    );
    assert!(
        kept["lacking"]
            .as_array()
            .unwrap()
            .contains(&json!("place")),
        "{kept}"
    );
    refused(place.run(&certify), "records-wanting");
    let complete = [
        "record",
        "onsite",
        &case,
        "--from",
        &draft,
        "--record",
        "1",
        "--complete",
    ];
    refused(place.run(&complete), "record-incomplete");

    // Two of the office, for what was obtained on site.
    let mut alone = on_site_record();
    alone["persons"].as_array_mut().unwrap().remove(1);
    let alone = write(&place, "alone.json", &alone);
    let answer = place.run(&["record", "onsite", &case, "--from", &alone, "--complete"]);
    assert!(
        answer.stderr.contains("two-office-persons"),
        "{}",
        answer.told()
    );
    refused(answer, "record-incomplete");

    let whole = write(&place, "whole.json", &on_site_record());
    let complete = [
        "record",
        "onsite",
        &case,
        "--from",
        &whole,
        "--record",
        "1",
        "--complete",
    ];
    let done = place.run(&complete).exits(0).json();
    assert_eq!(
        (&done["complete"], &done["version"]),
        (&json!(true), &json!(2))
    );
    // Complete, and not sealed yet.
    refused(place.run(&certify), "unsealed");
    let sealed = place.run(&["seal", &case]).exits(0).json();
    assert_eq!(sealed["items"], 1, "{sealed}");
    let _ = place.run_as(REVIEWER, &["review", &case]).exits(0);
    let _ = place.run(&certify).exits(0);
    show(&receipt, "onsite.pdf");
    if let Some(words) = words(&receipt) {
        for said in [
            "现场记录",
            "FC-2026-0001",
            "上海市浦东新区示范路1号",
            "2026-11-2214:00:00",
            "赵六",
        ] {
            assert!(words.contains(said), "{said}");
        }
    }
    stands_in_the_package(
        &place,
        &case,
        &items,
        &authorities.roots().display().to_string(),
    );
    changed_afterwards(&place, &case, &whole, &certify);
}

/// The record is an item like any other: sealed, listed, delivered, canonical.
fn stands_in_the_package(place: &Place, case: &str, items: &[Value], roots: &str) {
    let package = place.path("case.asice");
    let _ = place.run(&["export", case, "-o", &package]).exits(0);
    let members = Members::of(&std::fs::read(&package).unwrap());
    let bytes = members.bytes("evidence/0003-onsite-record-1.json");
    fidem_manifest::canonical::check(&bytes).unwrap();
    let record: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(record["format"], "fidem-onsite/1");
    assert_eq!(record["case"], case);
    assert_eq!(record["began"], "2026-11-22T06:00:00Z");
    assert_eq!(record["made"][0]["sha256"], items[0]["sha256"]);
    assert_eq!(record["made"][1]["sm3"], items[1]["sm3"]);
    assert_eq!(record["completed"]["by"], CLERK);
    let report = fidem::verify(Path::new(&package), &["--trust", roots]).exits(0);
    assert_eq!(report.layer("content"), "match", "{}", report.told());
}

/// An edit is a new version; what was sealed stays, and the new one is wanted in a seal of its own.
fn changed_afterwards(place: &Place, case: &str, whole: &str, certify: &[&str]) {
    let again = [
        "record",
        "onsite",
        case,
        "--from",
        whole,
        "--record",
        "1",
        "--complete",
    ];
    let done = place.run(&again).exits(0).json();
    assert_eq!(done["version"], 3);
    refused(place.run(certify), "unsealed");
    let _ = place.run(&["seal", case]).exits(0);
    let shown = place.run(&["case", "show", case]).exits(0).json();
    let names: Vec<&str> = shown["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|i| i["name"].as_str())
        .collect();
    assert_eq!(
        names[2..],
        ["onsite-record-1.json", "onsite-record-1-v3.json"]
    );
    let record = place
        .run(&["record", "show", case, "onsite", "1"])
        .exits(0)
        .json();
    assert_eq!(record["versions"].as_array().unwrap().len(), 3);
    let old = ["record", "show", case, "onsite", "1", "--version", "1"];
    let old = place.run(&old).exits(0).json();
    assert_eq!(old["body"]["record"]["place"], "");
    // Who wrote the record has handled the case; and a draft reopens the question.
    let _ = place
        .run(&["record", "onsite", case, "--from", whole, "--record", "1"])
        .exits(0);
    refused(place.run(certify), "records-wanting");
}

#[test]
fn a_record_that_names_what_is_not_there_is_refused_and_nothing_is_written() {
    let (place, case, _authorities) = office("现场取证");
    let _ = obtained_on_site(&place, &case);
    let tried = |change: &dyn Fn(&mut Value), code: &str| {
        let mut record = on_site_record();
        change(&mut record);
        let file = write(&place, "tried.json", &record);
        refused(
            place.run(&["record", "onsite", &case, "--from", &file]),
            code,
        );
    };
    tried(&|r| r["items"] = json!([9]), "unknown-item");
    tried(&|r| r["captures"] = json!(["00ff"]), "unknown-capture");
    tried(
        &|r| r["device"] = json!({"identity": "00ff"}),
        "unknown-device",
    );
    tried(&|r| r["place"] = json!("上海\u{0007}"), "record");
    tried(&|r| r["colour"] = json!("red"), "record");
    let whole = write(&place, "whole.json", &on_site_record());
    let other = ["record", "onsite", &case, "--from", &whole, "--record", "7"];
    refused(place.run(&other), "unknown-record");
    let by_reviewer = ["record", "onsite", &case, "--from", &whole];
    refused(place.run_as(REVIEWER, &by_reviewer), "role");
    refused(
        place.run(&["record", "confirm", &case, "1"]),
        "unknown-record",
    );
    let none = ["record", "reason", &case, "--reason", "无"];
    refused(place.run(&none), "record-incomplete");
    let listed = place.run(&["record", "list", &case]).exits(1).json();
    assert_eq!(listed["records"], json!([]));
}

#[test]
fn r048_a_repackaged_app_and_forwarded_material_are_reported_and_printed() {
    let (place, case, _authorities) = office("微信聊天记录");
    let chat = place.file("mmexport1700000000000.jpg", b"\xff\xd8\xff chat");
    let cable = place.file("MSG.db", b"SQLite format 3\0");
    let added = place.run(&["add", &case, &chat, &cable]).exits(0).json();
    assert_eq!(added["items"][0]["forwarded"], "named");
    assert_eq!(added["items"][1]["forwarded"], Value::Null);

    let mut phone = json!({
        "make": "华为", "model": "Mate 60", "imei": "860000000000001", "os": "HarmonyOS", "os_version": "4.2",
        "app": {
            "name": "微信", "package": "com.tencent.mm", "version": "8.0.50", "install_source": "应用市场",
            "signing_sha256": "AB:CD".to_owned() + &"00".repeat(30), "expected_sha256": "abce".to_owned() + &"00".repeat(30),
        },
        "rooted": "no", "network": "移动网络", "operated_by": "王小明",
        "accounts": [{"nickname": "小明", "id": "wxid_abc", "real_name_shown": "yes"}],
        "steps": [{"what": "飞行模式下连接数据线，导出聊天记录"}],
        "items": [
            {"item": 1, "forwarded": "unknown", "original": {"available_in_court": "no"}},
            {"item": 2, "forwarded": "no"},
        ],
    });
    let file = write(&place, "phone.json", &phone);
    let complete = ["record", "phone", &case, "--from", &file, "--complete"];
    // of the second item it is not said where its original is.
    refused(place.run(&complete), "record-incomplete");
    phone["items"][1]["original"] = json!({"available_in_court": "yes", "where": "申请人处", "by_whom": "王小明", "until": "结案"});
    let file = write(&place, "phone.json", &phone);
    // Kept, and the script learns of what it says.
    let done = place
        .run(&["record", "phone", &case, "--from", &file, "--complete"])
        .exits(1)
        .json();
    assert_eq!(done["complete"], true);
    assert_eq!(done["findings"], json!(["app-certificate-differs"]));
    let _ = place.run(&["seal", &case]).exits(0);
    let receipt = place.path("receipt.pdf");
    let _ = place.run(&["certify", &case, "-o", &receipt]).exits(0);
    show(&receipt, "phone.pdf");
    if let Some(words) = words(&receipt) {
        for said in [
            "手机取证记录",
            "应用签名证书与预期的不一致",
            "可能被压缩",
            "com.tencent.mm",
            "可以",
            "申请人处",
        ] {
            assert!(words.contains(said), "{said}");
        }
    }
    let shown = place.run(&["case", "show", &case]).exits(0).json();
    assert_eq!(shown["items"][2]["name"], "phone-record-1.json");
    assert_eq!(shown["items"][2]["class"], "C");
    assert_eq!(shown["wanting"], json!([]));
}

#[test]
fn r044_one_person_alone_cannot_go_on_to_a_receipt_after_an_abnormal_finding() {
    if !Path::new("/usr/lib/chromium/chromium").is_file() {
        eprintln!("skipped: no Chromium here");
        return;
    }
    let (place, case, authorities) = office("网页证据保全");
    let site = Plain::start(Listen::http()).unwrap();
    let url = format!("{}/index.html", site.endpoint(0).origin());
    let done = place.run(&["capture", &case, &url]).exits(0).json();
    // An address of this machine is abnormal whatever the machine.
    assert!(done["before"]["abnormal"].as_u64() > Some(0), "{done}");
    assert_eq!(
        (&done["state"], &done["class"]),
        (&json!("固化"), &json!("A-"))
    );
    let receipt = place.path("receipt.pdf");
    let certify = ["certify", &case, "-o", &receipt];
    refused(place.run(&certify), "records-wanting");
    let listed = place.run(&["record", "list", &case]).exits(1).json();
    let missing: Vec<&Value> = listed["wanting"]
        .as_array()
        .unwrap()
        .iter()
        .map(|w| &w["missing"])
        .collect();
    // an unattended capture has its operation log and wants no on-site record.
    assert_eq!(missing, [&json!("continuation-reason")]);

    let reason = "该网页预告今日下线；地址为本机测试站点，异常系此所致";
    let written = place
        .run(&["record", "reason", &case, "--reason", reason])
        .exits(0)
        .json();
    assert_eq!(
        (&written["complete"], &written["lacking"]),
        (&json!(false), &json!(["second-person"]))
    );
    refused(
        place.run(&["record", "confirm", &case, "1"]),
        "reason-alone",
    );
    refused(place.run(&certify), "records-wanting");
    let confirmed = place
        .run_as(REVIEWER, &["record", "confirm", &case, "1"])
        .exits(0)
        .json();
    assert_eq!(
        (&confirmed["complete"], &confirmed["person"]),
        (&json!(true), &json!(REVIEWER))
    );
    refused(
        place.run_as(REVIEWER, &["record", "confirm", &case, "1"]),
        "unknown-record",
    );
    refused(place.run(&certify), "unsealed");
    let _ = place.run(&["seal", &case]).exits(0);
    // Confirming is no handling: the second person reviews as well.
    let _ = place.run_as(REVIEWER, &["review", &case]).exits(0);
    let issued = place.run(&certify).exits(0);
    show(&receipt, "capture.pdf");
    if let Some(words) = words(&receipt) {
        let pages = [
            "经两人说明理由后继续",
            reason,
            "来源类别A-",
            "清洁性检查报告",
            "目标地址性质",
            "网页取证与网络证据",
            "请求的网址",
            "127.0.0.1",
            "检查报告的时间戳早于首次请求",
        ];
        for said in pages {
            assert!(words.contains(said), "{said}: {}", issued.told());
        }
    }
    let package = place.path("case.asice");
    let _ = place.run(&["export", &case, "-o", &package]).exits(0);
    let members = Members::of(&std::fs::read(&package).unwrap());
    let names = members.under("evidence/");
    let name = names
        .iter()
        .find(|n| n.ends_with("continuation-reason-1.json"))
        .unwrap();
    let record: Value = serde_json::from_slice(&members.bytes(name)).unwrap();
    assert_eq!(record["format"], "fidem-reason/1");
    assert_eq!(
        (&record["written"]["by"], &record["completed"]["by"]),
        (&json!(CLERK), &json!(REVIEWER))
    );
    let checks = record["abnormal"][0]["checks"].as_array().unwrap();
    assert!(checks.contains(&json!("target-address")), "{record}");
    let roots = authorities.roots().display().to_string();
    let report = fidem::verify(Path::new(&package), &["--trust", &roots]).exits(0);
    assert_eq!(report.layer("content"), "match", "{}", report.told());
}

/// What was exchanged although the page could not be opened: an encrypted connection to a server nobody vouches for.
#[test]
fn r036_a_partial_capture_says_so_with_its_network_and_tls_evidence() {
    if !Path::new("/usr/lib/chromium/chromium").is_file() {
        eprintln!("skipped: no Chromium here");
        return;
    }
    let (place, case, _authorities) = office("网页证据保全");
    let site = Traps { huge: 1 }.start().unwrap();
    let _ = place
        .run(&["capture", &case, &Trap::SelfSigned.url(&site)])
        .exits(0);
    let _ = place
        .run(&["capture", &case, &Trap::Cut.url(&site)])
        .exits(0);
    let reason = ["record", "reason", &case, "--reason", "测试站点"];
    let written = place.run(&reason).exits(0).json();
    let number = written["number"].to_string();
    let _ = place
        .run_as(REVIEWER, &["record", "confirm", &case, &number])
        .exits(0);
    let _ = place.run(&["seal", &case]).exits(0);
    let receipt = place.path("receipt.pdf");
    let _ = place.run(&["certify", &case, "-o", &receipt]).exits(0);
    show(&receipt, "partial.pdf");
    let Some(words) = words(&receipt) else {
        return;
    };
    for said in [
        "【不完整】",
        "PARTIAL",
        "网址未能打开",
        "响应未传完",
        "签名一致",
        "服务器证书",
        "有效期",
        "握手签名",
        "不证明此后所传内容由其签署",
        "ERR_CERT",
    ] {
        assert!(words.contains(said), "{said}");
    }
}
