//! The rich packages of the mutation run, made by the program: `cargo test -p fidem-tests --test mutation_samples --
//! --ignored` writes them to the folder that `FIDEM_MUTATION_SAMPLES` names. What is committed lies in
//! `tests/data/mutation`, so that a mutant is the same one on every machine.
#![allow(missing_docs)]

use std::path::Path;
use std::process::Command;

use fidem_testkit::{BsnAlgorithm, BsnGateway, TwoAuthorities};
use fidem_tests::fidem;
use fidem_tests::place::{CLERK, Place, REVIEWER, authorities};
use serde_json::{Value, json};

#[path = "../../crates/verify/tests/sample/mod.rs"]
mod sample;

const OFFICE: &str = "青石公证处";
const RAIL: &str = "城市节点";
const SECRET: &str = "钥匙 key";

#[test]
#[ignore = "makes the committed packages anew"]
fn make() {
    let folder = std::env::var("FIDEM_MUTATION_SAMPLES").unwrap();
    let place = Place::new();
    // The authorities' clock stands still, and no certificate may be younger than what is stamped.
    signers(&place, &[CLERK, REVIEWER, OFFICE]);
    let authorities = authorities();
    set_up(&place, &authorities);
    let case = place.case("突变试验");
    let gateway = BsnGateway::start(BsnAlgorithm::Sm2).unwrap();
    anchor_rail(&place, &gateway);

    first_seal(&place, &case);
    place.run(&["anchor", "submit"]).exits(0);
    gateway.cut();
    place.run(&["anchor", "upgrade"]).exits(0);
    let declare = ["anchor", "interest", &case, RAIL, "--relation", "none"];
    place.run(&declare).exits(0);
    export(&place, &case, "rich-1.asice", &[]);

    let later = place.file("补充.txt", "其后补充".as_bytes());
    place.run(&["add", &case, &later]).exits(0);
    place.run(&["seal", &case]).exits(0);
    place.run(&["renew", &case, "--propose"]).exits(0);
    place.run_as(REVIEWER, &["renew", &case]).exits(0);
    export(&place, &case, "rich-2.asice", &[]);
    export(&place, &case, "rich-item-1.asice", &["--only", "1"]);
    export(&place, &case, "rich-item-2.asice", &["--only", "2"]);

    sign_record(&place, &case);
    export(&place, &case, "rich-3.asice", &[]);

    std::fs::write(place.path("rich-trust.json"), trust(&place, &gateway)).unwrap();
    let roots = [
        place.path("ca.pem"),
        authorities.roots().display().to_string(),
    ];
    let roots = roots.map(|path| std::fs::read_to_string(path).unwrap());
    std::fs::write(place.path("rich-roots.pem"), roots.concat()).unwrap();
    for name in [
        "rich-1.asice",
        "rich-2.asice",
        "rich-3.asice",
        "rich-item-1.asice",
        "rich-item-2.asice",
        "rich-trust.json",
        "rich-roots.pem",
    ] {
        std::fs::copy(place.path(name), Path::new(&folder).join(name)).unwrap();
    }
    let package = place.path("rich-3.asice");
    let together = place.path("trust");
    std::fs::create_dir_all(&together).unwrap();
    for name in ["rich-trust.json", "rich-roots.pem"] {
        std::fs::copy(place.path(name), Path::new(&together).join(name)).unwrap();
    }
    let trusting = ["--trust", &together];
    let report = fidem::verify(Path::new(&package), &trusting).exits(0);
    for layer in [
        "content",
        "manifest",
        "time",
        "chain",
        "signature",
        "journal",
    ] {
        assert_eq!(report.layer(layer), "match", "{layer}: {}", report.told());
    }
}

fn set_up(place: &Place, authorities: &TwoAuthorities) {
    place.choose(authorities);
    place.hire(REVIEWER, "reviewer,notary");
    let set = [
        "paper",
        "signing",
        "--kinds",
        "record",
        "--location",
        "杭州",
    ];
    place.run(&set).exits(0);
}

fn first_seal(place: &Place, case: &str) {
    let archive = sample::wacz(&sample::statement());
    let files = [
        place.file("合同.txt", "甲方与乙方".as_bytes()),
        place.file("empty.bin", b""),
        place.file("capture.wacz", &archive),
    ];
    for file in &files {
        place.run(&["add", case, file]).exits(0);
    }
    place.run(&["seal", case]).exits(0);
}

fn anchor_rail(place: &Place, gateway: &BsnGateway) {
    let facts = json!({"operator": "示范运营方", "access": "consortium", "framework": "示范", "as_of": "2026-11-27"});
    let rail = json!({"name": RAIL, "enabled": true, "disclosure": facts,
        "adapter": {"kind": "bsn-fabric", "settings": gateway.settings()}});
    let file = place.file("rail.json", rail.to_string().as_bytes());
    place.run(&["anchor", "rail", "set", &file]).exits(0);
    place.run(&["anchor", "rail", "test", RAIL]).exits(0);
}

/// A record of the work, issued and signed by three.
fn sign_record(place: &Place, case: &str) {
    let origin = |batch: u32| {
        json!({"batch": batch, "source": "申请人提交", "generation": "无", "storage": "无",
        "notarisation": "无", "witness": "无", "corroboration": "无"})
    };
    let words = json!({"origins": [origin(1), origin(2), origin(3), origin(4)]}).to_string();
    let words = place.file("words.json", words.as_bytes());
    let kind = ["--kind", "record"];
    let line = |line: &[&str], more: &[&str]| {
        let line = [line, &kind, more].concat();
        line.iter()
            .map(|word| (*word).to_owned())
            .collect::<Vec<_>>()
    };
    let run = |person: &str, line: Vec<String>| {
        let line: Vec<&str> = line.iter().map(String::as_str).collect();
        place.run_as(person, &line).exits(0).json()
    };
    run(CLERK, line(&["paper", "write", case], &["--text", &words]));
    run(
        REVIEWER,
        line(&["paper", "approve", case], &["--checked", "all"]),
    );
    let pdf = place.path("record.pdf");
    let issued = run(CLERK, line(&["certify", case], &["-o", &pdf]));
    let document = issued["document"].as_str().unwrap();
    for (person, capacity, key) in [
        (CLERK, "handler", CLERK),
        (REVIEWER, "approver", REVIEWER),
        (CLERK, "office", OFFICE),
    ] {
        let key = format!("{key}.p12");
        let line = [
            "paper", "sign", document, "--in", capacity, "--json", "--key", &key,
        ];
        let mut command = place.command(person, &line);
        command.env("FIDEM_KEY_PASSPHRASE", SECRET);
        let _ = fidem::run(&mut command).exits(0);
    }
}

fn export(place: &Place, case: &str, name: &str, more: &[&str]) {
    let file = place.path(name);
    let line = [&["export", case, "-o", &file], more].concat();
    place.run(&line).exits(0);
}

/// What a court would hold: the log's key, the chain's pins.
fn trust(place: &Place, gateway: &BsnGateway) -> String {
    let key: Value = place.run(&["log", "key"]).exits(0).json()["key"].clone();
    let trust = json!({
        "chains": {"fabric": [gateway.pin()]}, "date": "2026-11-27", "format": "fidem-trust/1", "logs": [{"key": key}],
        "offices": [], "roots": [], "serial": 1,
    });
    trust.to_string()
}

/// A root `ca.pem`, and for each name a PKCS#12 file.
fn signers(place: &Place, names: &[&str]) {
    let secret = format!("pass:{SECRET}");
    let usage = place.file(
        "usage.cnf",
        b"keyUsage=critical,digitalSignature,nonRepudiation\nbasicConstraints=CA:FALSE\n",
    );
    let new = "req -utf8 -newkey rsa:2048 -nodes -days 3650";
    let root = format!(
        "{new} -x509 -keyout ca.key -out ca.pem -subj /CN=Test_Root -addext basicConstraints=critical,CA:TRUE"
    );
    openssl(place, &root.split(' ').collect::<Vec<_>>());
    for name in names {
        let [key, csr, pem, p12] = ["key", "csr", "pem", "p12"].map(|end| format!("{name}.{end}"));
        let subject = format!("/C=CN/CN={name}");
        let asked = ["-keyout", &key, "-out", &csr, "-subj", &subject];
        openssl(place, &[new.split(' ').collect(), asked.to_vec()].concat());
        let signed = "x509 -req -CA ca.pem -CAkey ca.key -CAcreateserial -days 365";
        let files = ["-in", &csr, "-extfile", &usage, "-out", &pem];
        openssl(
            place,
            &[signed.split(' ').collect(), files.to_vec()].concat(),
        );
        let packed = [
            "pkcs12",
            "-export",
            "-certfile",
            "ca.pem",
            "-inkey",
            &key,
            "-in",
            &pem,
        ];
        let out = ["-passout", &secret, "-out", &p12];
        openssl(place, &[packed.to_vec(), out.to_vec()].concat());
    }
}

fn openssl(place: &Place, arguments: &[&str]) {
    let mut command = Command::new("openssl");
    let done = command.args(arguments).current_dir(place.folder()).output();
    let done = done.expect("openssl");
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{arguments:?}: {said}");
}
