//! The command line as a contract: JSON shapes, exit codes, refusals with their reasons, both languages.

use std::path::Path;

use fidem_fingerprint::{hex, of, sha256, sm3};
use fidem_manifest::Revision;
use fidem_package::layout;
use fidem_testkit::{FrozenClock, Lie, LyingAuthority};
use fidem_tests::demo::{Bench, demo};
use fidem_tests::fidem::{self, Answer};
use fidem_tests::forgery::{now, partial};
use fidem_tests::members::Members;
use fidem_tests::place::{CLERK, Place, REVIEWER, authorities};
use serde_json::{Value, json};

#[track_caller]
fn keys(value: &Value) -> Vec<String> {
    let object = value
        .as_object()
        .unwrap_or_else(|| panic!("no object: {value}"));
    object.keys().cloned().collect()
}

#[track_caller]
fn refused(answer: Answer, code: &str) {
    let answer = answer.exits(1);
    assert_eq!(answer.error(), code, "{}", answer.told());
    assert!(!answer.stderr.trim().is_empty(), "{}", answer.told());
}

#[test]
fn a_lost_passphrase_is_replaced_by_the_recovery_sheet() {
    let place = Place::new();
    let mistyped = "AAAAA-AAAAA";
    refused(
        place.recover(CLERK, Some(mistyped), "another passphrase"),
        "wrong-recovery-sheet",
    );
    let _ = place.run(&["case", "list"]).exits(0);
    let _ = place
        .recover(CLERK, None, "a wholly new passphrase")
        .exits(0);
    refused(place.run(&["case", "list"]), "wrong-passphrase");
    let _ = place
        .recover(CLERK, None, &fidem_tests::place::passphrase(CLERK))
        .exits(0);
    let journal = place.run(&["journal", "export"]).exits(0);
    assert!(journal.stdout.contains("recover"), "{}", journal.told());
}

#[test]
fn the_main_job_from_an_empty_folder_to_a_second_revision() {
    let place = Place::new();
    place.hire(REVIEWER, "reviewer");
    place.hire("王五", "clerk,reviewer");
    let case = take_in(&place);
    before_any_seal(&place, &case);
    waiting_then_complete(&place, &case);
    reviewed_by_another(&place, &case);
    let trust = place.path("roots.pem");
    delivered_twice_the_same(&place, &case, &trust);
    receipt_with_originals(&place, &trust);
    tokens_by_themselves(&place, &trust);
    opened_field_by_field(&place);
    one_exhibit(&place, &case, &trust);
    more_material_is_another_revision(&place, &case, &trust);
    looked_up(&place, &case);
}

fn take_in(place: &Place) -> String {
    let made = place
        .run(&[
            "case",
            "new",
            "--matter",
            "网店侵权页面",
            "--applicant",
            "陈静怡",
        ])
        .exits(0)
        .json();
    assert_eq!(keys(&made), ["id", "number"]);
    let case = made["number"].as_str().unwrap_or_default().to_owned();
    assert!(case.ends_with(")保全字第0001号"), "{case}");

    let contract = place.file("in/合同.txt", "甲方：某某".as_bytes());
    let folder = place.file("in/folder/b.bin", &[0, 1, 2]);
    let _ = place.file("in/folder/a.bin", b"");
    let folder = Path::new(&folder).parent().map(|p| p.display().to_string());
    let added = place
        .run_as(
            "王五",
            &["add", &case, &contract, &folder.unwrap_or_default()],
        )
        .exits(0)
        .json();
    let items = added["items"].as_array().cloned().unwrap_or_default();
    assert_eq!(items.len(), 3, "{added}");
    for (i, item) in items.iter().enumerate() {
        assert_eq!(item["id"], json!(i + 1));
        assert_eq!(item["class"], "C");
    }
    let first = of("甲方：某某".as_bytes());
    assert_eq!(items[0]["sha256"], hex::encode(&first.sha256));
    assert_eq!(items[0]["sm3"], hex::encode(&first.sm3));
    case
}

fn before_any_seal(place: &Place, case: &str) {
    refused(place.run(&["certify", case, "-o", "x.pdf"]), "not-sealed");
    refused(place.run(&["export", case, "-o", "x.asice"]), "not-sealed");
    refused(
        place.run(&["export", case, "--only", "1", "-o", "x.asice"]),
        "item-not-sealed",
    );
    assert!(!Path::new(&place.path("x.pdf")).exists());
    assert!(!Path::new(&place.path("x.asice")).exists());
    let _ = place
        .run(&["withdraw", case, "3", "--reason", "重复提交"])
        .exits(0);
    refused(
        place.run(&["withdraw", case, "3", "--reason", "again"]),
        "item-withdrawn",
    );
    refused(
        place.run(&["withdraw", case, "9", "--reason", "none"]),
        "unknown-item",
    );
    let raised = place.run(&["add", case, &place.path("in/合同.txt"), "--class", "A"]);
    refused(raised, "class-refused");
    nothing_to_take_in(place, case);
}

/// Each path that was left out is named with its reason, for people and for scripts, and nothing is recorded.
fn nothing_to_take_in(place: &Place, case: &str) {
    let absent = place.path("absent");
    let json = place.run(&["add", case, &absent]).exits(1).json();
    assert_eq!(json["items"], json!([]));
    assert_eq!(json["refused"][0]["path"], json!(absent));
    assert_eq!(json["refused"][0]["code"], "not-found");
    let empty = place.path("empty");
    std::fs::create_dir(&empty).unwrap();
    let json = place.run(&["add", case, &empty]).exits(1).json();
    assert_eq!((&json["items"], &json["refused"]), (&json!([]), &json!([])));
}

fn waiting_then_complete(place: &Place, case: &str) {
    let waiting = place.run_as("王五", &["seal", case]).exits(0).json();
    assert_eq!(waiting["state"], "待固化");
    assert_eq!(waiting["seal"], 1);
    assert_eq!(waiting["tokens"], json!([]));
    refused(place.run(&["certify", case, "-o", "x.pdf"]), "seal-waiting");
    refused(place.run_as(REVIEWER, &["review", case]), "seal-waiting");
    refused(
        place.run(&["export", case, "-o", "x.asice"]),
        "seal-waiting",
    );
    refused(
        place.run(&["withdraw", case, "1", "--reason", "late"]),
        "item-sealed",
    );

    // An authority that nobody reaches leaves the seal waiting and says why.
    let deaf = "http://127.0.0.1:9/";
    let still = place.run(&["seal", case, "--tsa", deaf]).exits(0).json();
    assert_eq!(still["state"], "待固化");
    assert_eq!(still["tokens"][0]["counts"], false);
    assert!(still["tokens"][0]["problem"].is_string(), "{still}");

    let running = authorities();
    std::fs::copy(running.roots(), place.path("roots.pem")).expect("copied");
    place.choose(&running);
    let sealed = place.run(&["seal", case]).exits(0).json();
    assert_eq!(sealed["state"], "固化");
    assert_eq!(sealed["seal"], 1);
    let tokens = sealed["tokens"].as_array().cloned().unwrap_or_default();
    assert_eq!(tokens.len(), 2, "{sealed}");
    assert!(
        tokens
            .iter()
            .all(|t| t["counts"] == true && t["time"].is_string())
    );
    refused(place.run(&["seal", case]), "nothing-to-seal");
}

/// The queue outlives the program: each command is a process of its own.
#[test]
fn seals_that_wait_are_a_queue_and_are_retried() {
    let place = Place::new();
    let paper = place.file("in/合同.txt", "甲方：某某".as_bytes());
    let cases = ["网店侵权页面", "往来函件"].map(|matter| place.case(matter));
    for case in &cases {
        let _ = place.run(&["add", case, &paper]).exits(0);
        let _ = place.run(&["seal", case, "--tsa", "http://127.0.0.1:9/"]);
    }
    let queue = place.run(&["queue"]).exits(0).json();
    assert_eq!(queue["waiting"].as_array().map(Vec::len), Some(2));
    assert_eq!(queue["completed"], 0);
    // Nobody answers: said by the exit code, and nothing is lost.
    let deaf = ["queue", "--retry", "--tsa", "http://127.0.0.1:9/"];
    let still = place.run(&deaf).exits(1).json();
    assert_eq!(still["waiting"], queue["waiting"]);

    let running = authorities();
    let [first, _] = running.urls();
    let roots = running.roots().display().to_string();
    let with = |policy: &str| {
        place.run(&[
            "authority",
            "choose",
            &first,
            "--roots",
            &roots,
            "--policy",
            policy,
        ])
    };
    refused(with("not a policy"), "policy");
    // An authority that does not issue under the policy asked for gives no token.
    let _ = with("1.2.3.4").exits(0);
    let _ = place.run(&["queue", "--retry"]).exits(1);
    let _ = with(fidem_authority::DEMONSTRATION_POLICY).exits(0);
    place.choose(&running);
    let done = place.run(&["queue", "--retry"]).exits(0).json();
    assert_eq!(done, json!({"completed": 2, "waiting": []}));
    let standing = place.run(&["authority", "list"]).exits(0).json();
    for row in standing["authorities"].as_array().expect("rows") {
        assert_eq!(row["last_outcome"], "answered", "{row}");
        assert_eq!(row["accuracy_micros"], 1_000_000);
        assert!(
            row["policy"].is_string() && row["expires"].is_string(),
            "{row}"
        );
        assert!(
            row["clock_offset"].as_i64().is_some_and(|s| s.abs() < 60),
            "{row}"
        );
        // What is not known is not made up.
        assert_eq!(row["operator"], Value::Null);
    }
}

fn opened_field_by_field(place: &Place) {
    let package = place.path("one.asice");
    let opened = place.run(&["token", &package]).exits(0).json();
    let tokens = opened["tokens"].as_array().cloned().unwrap_or_default();
    assert_eq!(tokens.len(), 2, "{opened}");
    for token in &tokens {
        let fields = &token["fields"];
        assert_eq!(fields["accuracy"], "±1 s");
        assert_eq!(fields["imprint-algorithm"], "SHA-256");
        assert_eq!(fields["revocation"], "CRL 1 · OCSP 0");
        assert_eq!(fields["extensions"], "");
    }
    let told = fidem::run(fidem::command().args(["--lang", "zh", "token", &package])).exits(0);
    assert!(
        told.stdout.contains("不表明数据形成于此时间"),
        "{}",
        told.told()
    );
    refused(place.run(&["token", &place.path("in/合同.txt")]), "damaged");
}

fn reviewed_by_another(place: &Place, case: &str) {
    refused(place.run_as("王五", &["review", case]), "same-person");
    refused(place.run(&["review", case]), "role");
    let review = place.run_as(REVIEWER, &["review", case]).exits(0).json();
    assert_eq!(review["seal"], 1);
    refused(
        place.run_as(REVIEWER, &["add", case, &place.path("in/合同.txt")]),
        "role",
    );
}

fn delivered_twice_the_same(place: &Place, case: &str, trust: &str) {
    let running = place.path("in/合同.txt");
    refused(
        place.run(&["certify", case, "--kind", "公证书", "-o", "x.pdf"]),
        "kind",
    );
    let issued = place.run(&["certify", case, "-o", "receipt.pdf"]).exits(0);
    assert!(
        issued.json()["certificate"].is_string(),
        "{}",
        issued.told()
    );

    let first = place
        .run(&["export", case, "-o", "one.asice"])
        .exits(0)
        .json();
    assert_eq!(first["revision"], 1, "{first}");
    assert!(
        first["package"]
            .as_str()
            .is_some_and(|p| p.ends_with("one.asice"))
    );
    let again = place
        .run(&["export", case, "-o", "two.asice"])
        .exits(0)
        .json();
    assert_eq!(again["revision"], 1);
    let read = |name: &str| std::fs::read(place.path(name)).expect("written");
    assert!(
        read("one.asice") == read("two.asice"),
        "the same revision is the same bytes"
    );

    let file = place.folder().join("one.asice");
    let report = fidem::verify(&file, &["--trust", trust]).exits(0).json();
    for key in ["verdict", "layers", "findings", "trust"] {
        assert!(report.get(key).is_some(), "{key} in {report}");
    }
    for finding in report["findings"].as_array().into_iter().flatten() {
        for key in ["code", "layer", "status", "message"] {
            assert!(finding[key].is_string(), "{key} in {finding}");
        }
    }
    let _ = fidem::verify::<&str>(&file, &[]).exits(2);
    // Originals handed in beside a package are compared, or it is said that they were not.
    let same = fidem::verify(&file, &["--trust", trust, "--data", &running]);
    let _ = same.exits(0);
}

fn receipt_with_originals(place: &Place, trust: &str) {
    let receipt = place.folder().join("receipt.pdf");
    let contract = place.path("in/合同.txt");
    let with = |data: &[&str]| {
        let mut more = vec!["--trust", trust];
        if !data.is_empty() {
            more.push("--data");
        }
        more.extend(data);
        fidem::verify(&receipt, &more)
    };
    let alone = with(&[]).exits(2);
    assert_eq!(alone.layer("content"), "not-supplied");
    let both = with(&[&contract, &place.path("in/folder/a.bin")]).exits(0);
    assert!(both.finds("data-matches"), "{}", both.told());
    let altered = place.file("altered/合同.txt", "甲方：某人".as_bytes());
    let other = with(&[&contract, &altered]).exits(1);
    assert!(other.finds("data-unknown"), "{}", other.told());
    let _ = with(&[&altered]).exits(1);
    let _ = with(&[&place.path("absent.txt")]).exits(2);
}

fn tokens_by_themselves(place: &Place, trust: &str) {
    let members = Members::of(&std::fs::read(place.path("one.asice")).expect("written"));
    let xml = members.bytes(&layout::asic_manifest(1));
    let token = place.file("seal.tst", &members.bytes(&layout::token(1)));
    let token = Path::new(&token);
    let data = place.file("seal.xml", &xml);
    let with = |more: &[&str]| {
        let mut all = vec!["--trust", trust];
        all.extend(more);
        fidem::verify(token, &all)
    };
    let alone = with(&[]).exits(0);
    assert_eq!(alone.layer("content"), "not-supplied");
    assert_eq!(with(&["--data", &data]).exits(0).layer("content"), "match");
    let right = format!("sha256:{}", hex::encode(&sha256(&xml)));
    assert_eq!(
        with(&["--digest", &right]).exits(0).layer("content"),
        "match"
    );
    let wrong = format!("sha256:{}", hex::encode(&sha256(b"other")));
    assert!(with(&["--digest", &wrong]).exits(1).finds("data-differs"));
    let other = format!("sm3:{}", hex::encode(&sm3(&xml)));
    with(&["--digest", &other]).is_not_accepted("a digest of another kind than the token's");
    let wrong = place.file("wrong.xml", b"other");
    assert!(with(&["--data", &wrong]).exits(1).finds("data-differs"));
    let _ = with(&["--data", &data, "--digest", &right]).exits(64);
    let _ = fidem::verify::<&str>(token, &[]).exits(2);
}

fn one_exhibit(place: &Place, case: &str, trust: &str) {
    let part = place
        .run(&["export", case, "--only", "1", "-o", "part.asice"])
        .exits(0);
    assert_eq!(part.json()["revision"], Value::Null);
    let file = place.folder().join("part.asice");
    let report = fidem::verify(&file, &["--trust", trust]).exits(0);
    assert_eq!(report.json()["kind"], "partial");
    assert_eq!(report.layer("content"), "match");
    let members = Members::of(&std::fs::read(&file).expect("written"));
    assert_eq!(members.under("evidence/").len(), 1);
    assert_eq!(members.under("certificate/").len(), 0);
    assert_eq!(members.find(&layout::manifest(1)), None);
    refused(
        place.run(&["export", case, "--only", "3", "-o", "x.asice"]),
        "item-not-sealed",
    );
}

fn more_material_is_another_revision(place: &Place, case: &str, trust: &str) {
    let more = place.file("in/补充.txt", b"more");
    let _ = place.run_as("王五", &["add", case, &more]).exits(0);
    refused(place.run(&["export", case, "-o", "x.asice"]), "unsealed");
    // The first authorities are gone; the next ones come with this act alone.
    let running = authorities();
    let [first, second] = running.urls();
    let roots = running.roots().display().to_string();
    let stamping = ["--tsa", &first, "--tsa", &second, "--trust", &roots];
    let seal = [&["seal", case][..], &stamping].concat();
    let sealed = place.run_as("王五", &seal).exits(0).json();
    assert_eq!(
        (&sealed["seal"], &sealed["state"]),
        (&json!(2), &json!("固化"))
    );
    let export = [&["export", case, "-o", "three.asice"][..], &stamping].concat();
    assert_eq!(place.run(&export).exits(0).json()["revision"], 2);

    let read = |name: &str| Members::of(&std::fs::read(place.path(name)).expect("written"));
    let (old, new) = (read("one.asice"), read("three.asice"));
    let revision = Revision::from_bytes(&new.bytes(layout::REVISION)).expect("a revision");
    let before = hex::encode(&sha256(&old.bytes(layout::DELIVERY)));
    assert_eq!(
        revision.previous,
        Some(before),
        "revision 2 names revision 1"
    );
    for name in old
        .under("seals/001/")
        .iter()
        .chain(&old.under("META-INF/timestamp0"))
    {
        assert_eq!(old.find(name), new.find(name), "{name} is unchanged");
    }
    let both = [trust, &roots]
        .map(|p| std::fs::read(p).expect("roots"))
        .concat();
    let all = Bench::trusting(&both);
    all.verify(&new.write()).exits(0);
    // With the roots of the first seal only, the second has no time.
    let file = place.folder().join("three.asice");
    let _ = fidem::verify(&file, &["--trust", trust]).exits(2);
}

fn looked_up(place: &Place, case: &str) {
    // Names and words of two characters, in the middle of others too.
    for words in ["静怡", "陈静怡", "侵权", "合同", "补充"] {
        let found = place.run(&["search", words]).exits(0).json();
        assert_eq!(found["hits"][0]["case"], case, "{words}: {found}");
    }
    let none = place.run(&["search", "不存在"]).exits(1).json();
    assert_eq!(none["hits"], json!([]));
    let copy = place.file("elsewhere/renamed.dat", "甲方：某某".as_bytes());
    let found = place.run(&["search", &copy]).exits(0).json();
    assert_eq!(found["hits"][0]["item"], 1, "{found}");
    let unknown = place.file("elsewhere/unknown.dat", b"never handed in");
    let _ = place.run(&["search", &unknown]).exits(1);

    let shown = place.run(&["case", "show", case]).exits(0).json();
    assert_eq!(shown["items"].as_array().map(Vec::len), Some(4), "{shown}");
    assert_eq!(shown["items"][2]["withdrawn"], true);
    assert_eq!(shown["seals"].as_array().map(Vec::len), Some(2));
    let exported = place.run(&["journal", "export"]).exits(0).json();
    let verified = place.run(&["journal", "verify"]).exits(0).json();
    let entries = exported["entries"].as_array().map(Vec::len).unwrap_or(0) as u64;
    // Opening the office is an entry of its own.
    let counted = verified["entries"].as_u64().unwrap_or(0);
    assert!(
        entries > 10 && (entries..entries + 5).contains(&counted),
        "{entries} {counted}"
    );
    let health = place.run(&["doctor"]).exits(0).json();
    assert_eq!(health["damaged"], json!([]));
    assert_eq!(health["originals"], 4);
}

#[test]
fn the_demonstration_names_its_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let answer = fidem::run(
        fidem::command()
            .current_dir(folder.path())
            .args(["demo", "--json"]),
    )
    .exits(0);
    let made = answer.json();
    let mut due = vec!["certificate", "exhibit", "package", "report", "trust"];
    // The page goes along where this machine has one.
    due.extend(made.get("verifier").map(|_| "verifier"));
    assert_eq!(keys(&made), due);
    for (_, path) in made.as_object().into_iter().flatten() {
        let path = Path::new(path.as_str().unwrap_or_default());
        assert!(
            path.is_file() && path.parent() == Some(folder.path()),
            "{path:?}"
        );
    }
    let inside = std::fs::read_dir(folder.path()).map(Iterator::count);
    assert_eq!(inside.ok(), Some(due.len()), "nothing else is left behind");
    let report: Value = serde_json::from_slice(&demo().report).expect("JSON");
    assert_eq!(report["verdict"], "match");
}

#[test]
fn wrong_usage_is_64_and_needs_no_office() {
    let bench = Bench::new();
    let file = bench.file(
        "a.tst",
        &Members::of(&demo().package).bytes(&layout::token(1)),
    );
    let file = file.display().to_string();
    let cases: [&[&str]; 14] = [
        &[],
        &["frobnicate"],
        &["verify"],
        &["fingerprint"],
        &["add", "1"],
        &["withdraw", "1", "1"],
        &["withdraw", "1", "one", "--reason", "x"],
        &["case", "new", "--matter", "x"],
        &["case", "list"],
        &["verify", &file, "--at", "yesterday"],
        &["verify", &file, "--digest", "sha256"],
        &["verify", &file, "--digest", "md5000:00"],
        &["verify", &file, "--digest", "sha256:00ff"],
        &["verify", &file, "--lang", "fr"],
    ];
    for arguments in cases {
        let answer = fidem::run(fidem::command().args(arguments)).exits(64);
        assert!(!answer.stderr.trim().is_empty(), "{}", answer.told());
    }
    for arguments in [&["--help"][..], &["--version"], &["verify", "--help"]] {
        let _ = fidem::run(fidem::command().args(arguments)).exits(0);
    }
}

#[test]
fn a_help_text_offers_nothing_that_is_not_built() {
    let help = fidem::run(fidem::command().arg("--help")).exits(0).stdout;
    for word in [
        "capture", "anchor", "renew", "due", "replay", "witness", "restore",
    ] {
        let offered = help.lines().any(|l| l.trim_start().starts_with(word));
        if offered {
            let answer = fidem::run(fidem::command().args([word, "--help"]));
            assert_eq!(answer.code, Some(0), "{word}");
        }
    }
}

#[test]
fn of_several_files_a_mismatch_outranks_what_could_not_be_checked() {
    let bench = Bench::new();
    let good = bench.file("good.asice", &demo().package);
    let noise = bench.file("noise.bin", b"noise");
    let mut members = Members::of(&demo().package);
    members.change("revision.json", |b| b[0] ^= 1);
    let bad = bench.file("bad.asice", &members.write());
    let absent = bench.folder().join("absent.asice");
    let judge = |files: &[&Path]| {
        let trust = bench.trust();
        let mut command = fidem::command();
        command.arg("verify").args(files).arg("--json");
        fidem::run(command.arg("--trust").arg(trust))
    };
    let both = judge(&[&good, &good]).exits(0).json();
    assert_eq!(
        both["verdict"], "match",
        "one object on standard output: {both}"
    );
    assert_eq!(both["reports"].as_array().map(Vec::len), Some(2));
    judge(&[&good, &noise]).exits(2);
    judge(&[&noise, &bad, &good]).exits(1);
    judge(&[&absent]).exits(2);
    judge(&[&good, &absent]).exits(2);
    // A file that is not there hides no mismatch of another.
    judge(&[&bad, &absent]).exits(1);
    judge(&[&absent, &bad]).exits(1);
}

#[test]
fn what_cannot_be_read_was_not_checked() {
    let bench = Bench::new();
    let good = bench.file("good.asice", &demo().package);
    let garbage = bench.file("garbage.pem", b"no certificate");
    for trust in [bench.folder().join("absent.pem"), garbage] {
        let answer = fidem::verify(&good, &["--trust".as_ref(), trust.as_os_str()]);
        // 1 would say that the package contradicts itself.
        let answer = answer.exits(2);
        assert!(!answer.stderr.trim().is_empty());
    }
    let folder = bench.folder().to_owned();
    let _ = fidem::verify::<&str>(&folder, &[]).exits(2);
}

#[test]
fn files_handed_in_beside_a_package_are_never_silently_ignored() {
    let bench = Bench::new();
    let good = bench.file("good.asice", &demo().package);
    let altered = bench.file("altered.csv", b"never sealed");
    let trust = bench.trust();
    let more = [
        "--trust".as_ref(),
        trust.as_path(),
        "--data".as_ref(),
        altered.as_path(),
    ];
    fidem::verify(&good, &more).is_not_accepted("a file that is in no seal");
    let exhibit = partial(&Members::of(&demo().package), 1).write();
    let exhibit = bench.file("exhibit.asice", &exhibit);
    fidem::verify(&exhibit, &more).is_not_accepted("a file that is not the exhibit");
    let digest = format!("sha256:{}", "0".repeat(64));
    let trust = trust.display().to_string();
    let answer = fidem::verify(&good, &["--trust", &trust, "--digest", &digest]);
    assert_ne!(answer.code, Some(0), "{}", answer.told());
}

#[test]
fn fingerprints_equal_those_of_the_library() {
    let bench = Bench::new();
    let file = bench.file("a b.txt", b"abc");
    let answer = fidem::run(fidem::command().arg("fingerprint").arg(&file).arg("--json"));
    let json = answer.exits(0).json();
    assert_eq!(json["files"][0]["sha256"], hex::encode(&sha256(b"abc")));
    assert_eq!(json["files"][0]["sm3"], hex::encode(&sm3(b"abc")));
    assert_eq!(json["files"][0]["size"], 3);
    let absent = bench.folder().join("absent");
    let _ = fidem::run(fidem::command().arg("fingerprint").arg(absent)).exits(1);
}

#[test]
fn every_sentence_is_there_in_chinese_and_english() {
    let bench = Bench::new();
    let good = bench.file("good.asice", &demo().package);
    let says = |lang: &str, arguments: &[&str]| {
        let answer = fidem::run(fidem::command().args(arguments).args(["--lang", lang]));
        assert!(!answer.panicked(), "{}", answer.told());
        answer.stdout + &answer.stderr
    };
    let chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    let good = good.display().to_string();
    let trust = bench.trust().display().to_string();
    let report: &[&str] = &["verify", &good, "--trust", &trust];
    let (zh, en) = (says("zh", report), says("en", report));
    assert!(zh.contains("核验结论：一致") && zh.contains("演示"), "{zh}");
    assert!(en.contains("match") && en.contains("DEMONSTRATION"), "{en}");
    for findings in [&zh, &en] {
        assert!(
            !findings.contains('{'),
            "a parameter was not filled in: {findings}"
        );
    }
    let refusals: [&[&str]; 5] = [
        &["case", "list"],
        &["case", "list", "--office", "/nonexistent", "--as", "x"],
        &["verify", "/nonexistent"],
        &["verify", &good, "--at", "x"],
        &["verify", &good, "--trust", "/nonexistent"],
    ];
    for arguments in refusals {
        let mut sentences = Vec::new();
        for lang in ["zh", "en"] {
            let mut command = fidem::command();
            command.env("FIDEM_PASSPHRASE", "x").args(arguments);
            let answer = fidem::run(command.args(["--lang", lang]));
            assert!(matches!(answer.code, Some(1 | 2 | 64)), "{}", answer.told());
            let text = answer.stderr.trim().to_owned();
            assert!(!text.is_empty(), "{}", answer.told());
            assert_eq!(lang == "zh", chinese(&text), "{}", answer.told());
            sentences.push(text);
        }
        assert_ne!(sentences[0], sentences[1]);
    }
}

#[test]
fn an_office_open_elsewhere_is_refused_and_a_stuck_seal_can_be_killed() {
    let place = Place::new();
    let case = place.case("停顿的机构");
    let _ = place
        .run(&["add", &case, &place.file("a.txt", b"a")])
        .exits(0);
    let silent = LyingAuthority::start(Lie::Silence, &FrozenClock::at(now())).expect("one");
    // Whoever comes first has the office; on a busy machine the seal may need another try to be first.
    let mut answer = None;
    for wait in [1, 2, 4, 8] {
        let mut stuck = place
            .command(CLERK, &["seal", &case, "--tsa", &silent.url()])
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("started");
        std::thread::sleep(std::time::Duration::from_secs(wait));
        let listed = place.run(&["case", "list"]);
        stuck.kill().and_then(|()| stuck.wait()).expect("ended");
        let refused = listed.code == Some(1);
        answer = Some(listed);
        if refused {
            break;
        }
    }
    let answer = answer.expect("tried");
    refused(answer, "already-open");
    let running = authorities();
    place.choose(&running);
    let sealed = place.run(&["seal", &case]).exits(0).json();
    assert_eq!(
        (&sealed["seal"], &sealed["state"]),
        (&json!(1), &json!("固化"))
    );

    let mut wrong = place.command(CLERK, &["case", "list", "--json"]);
    refused(
        fidem::run(wrong.env("FIDEM_PASSPHRASE", "wrong")),
        "wrong-passphrase",
    );
    refused(place.run_as("nobody", &["case", "list"]), "unknown-person");
    refused(
        place.run(&["case", "show", "(2020)保全字第0001号"]),
        "unknown-case",
    );
}

#[test]
fn lying_authorities_never_complete_a_seal() {
    let place = Place::new();
    let case = place.case("说谎的机构");
    let _ = place
        .run(&["add", &case, &place.file("a.txt", b"a")])
        .exits(0);
    let clock = FrozenClock::at(now());
    for lie in [
        Lie::WrongNonce,
        Lie::WrongImprint,
        Lie::ExpiredLeaf,
        Lie::NonCriticalUsage,
        Lie::WrongTime,
        Lie::BrokenSignature,
        Lie::OtherRoot,
        Lie::Truncated,
    ] {
        let liar = LyingAuthority::start(lie, &clock).expect("one");
        let root = place.file("liar.pem", liar.root_pem().as_bytes());
        let answer = place
            .run(&["seal", &case, "--tsa", &liar.url(), "--trust", &root])
            .exits(0);
        let json = answer.json();
        assert_eq!(json["state"], "待固化", "{lie:?}\n{}", answer.told());
        let problem = json["tokens"][0]["problem"].as_str().unwrap_or_default();
        assert!(!problem.is_empty(), "{lie:?}\n{}", answer.told());
    }
    let running = authorities();
    place.choose(&running);
    assert_eq!(place.run(&["seal", &case]).exits(0).json()["state"], "固化");
    let _ = place.run(&["export", &case, "-o", "case.asice"]).exits(0);
    let roots = running.roots();
    let file = place.folder().join("case.asice");
    // Tokens that did not count do not travel.
    let report = fidem::verify(&file, &["--trust".as_ref(), roots.as_os_str()]).exits(0);
    assert_eq!(report.codes("mismatch"), [""; 0], "{}", report.told());
}

#[test]
fn a_reader_who_leaves_early_causes_no_panic() {
    use std::process::Stdio;
    let bench = Bench::new();
    let good = bench.file("good.asice", &demo().package);
    let mut child = fidem::command()
        .arg("verify")
        .arg(&good)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("started");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("ended");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!said.contains("panicked at"), "{said}");
    assert_ne!(output.status.code(), Some(101));
}
