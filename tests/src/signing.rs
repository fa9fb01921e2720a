//! Documents to be signed, and keys that sign them, made by the program `openssl`.

use std::process::Command;

use fidem_testkit::TwoAuthorities;
use serde_json::json;

use crate::fidem::{self, Answer};
use crate::place::{CLERK, Place, REVIEWER, authorities};

/// The office's name as its certificate bears it.
pub const OFFICE: &str = "青石公证处";
/// The passphrase of every key file.
pub const SECRET: &str = "钥匙 key";

/// Asserts that it was refused with this code.
///
/// # Panics
/// When it was not.
#[track_caller]
pub fn refused(answer: Answer, code: &str) {
    let answer = answer.exits(1);
    assert_eq!(answer.error(), code, "{}", answer.told());
}

/// Runs a program in the place's folder.
///
/// # Panics
/// When it fails.
#[track_caller]
pub fn tool(place: &Place, program: &str, arguments: &[&str]) {
    let done = Command::new(program)
        .args(arguments)
        .current_dir(place.folder())
        .output();
    let done = done.unwrap_or_else(|e| panic!("{program}: {e}"));
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{program} {arguments:?}: {said}");
}

/// A root and a certificate for each name, as PKCS#12 files `<name>.p12`.
pub fn keys(place: &Place, names: &[&str]) {
    let req = ["req", "-utf8", "-newkey", "rsa:2048", "-nodes"];
    let root = [
        "-x509",
        "-days",
        "3650",
        "-keyout",
        "ca.key",
        "-out",
        "ca.pem",
        "-subj",
        "/CN=Test Root",
        "-addext",
        "basicConstraints=critical,CA:TRUE",
    ];
    tool(place, "openssl", &[&req[..], &root].concat());
    let usage = "keyUsage=critical,digitalSignature,nonRepudiation\nbasicConstraints=CA:FALSE\n";
    let _ = place.file("usage.cnf", usage.as_bytes());
    for name in names {
        let subject = format!("/C=CN/CN={name}");
        let [key, csr, pem, p12] = ["key", "csr", "pem", "p12"].map(|end| format!("{name}.{end}"));
        tool(
            place,
            "openssl",
            &[
                &req[..],
                &["-keyout", &key, "-out", &csr, "-subj", &subject],
            ]
            .concat(),
        );
        let signed = [
            "x509",
            "-req",
            "-in",
            &csr,
            "-CA",
            "ca.pem",
            "-CAkey",
            "ca.key",
            "-CAcreateserial",
            "-days",
            "365",
            "-extfile",
            "usage.cnf",
            "-out",
            &pem,
        ];
        tool(place, "openssl", &signed);
        let secret = format!("pass:{SECRET}");
        let packed = [
            "pkcs12",
            "-export",
            "-inkey",
            &key,
            "-in",
            &pem,
            "-certfile",
            "ca.pem",
            "-passout",
            &secret,
            "-out",
            &p12,
        ];
        tool(place, "openssl", &packed);
    }
}

/// A record that was approved and issued, to be signed by keys of [`keys`] and [`sm2_keys`], with the case's number.
#[must_use]
pub fn issued() -> (Place, String, String, TwoAuthorities) {
    let place = Place::new();
    // Their clock stands still: whatever is stamped must not be younger.
    keys(&place, &[CLERK, REVIEWER, OFFICE]);
    sm2_keys(&place, &[CLERK, OFFICE]);
    let authorities = authorities();
    place.choose(&authorities);
    let (case, document) = issue(&place);
    (place, case, document, authorities)
}

/// A record in a place with authorities, approved and issued as `record.pdf`, to be signed; the case's number and its own.
///
/// # Panics
/// When it is not issued.
#[must_use]
pub fn issue(place: &Place) -> (String, String) {
    place.hire(REVIEWER, "reviewer");
    let seal = include_bytes!("../../crates/certificate/tests/data/seal.png");
    let seal = place.file("seal.png", seal);
    let set = [
        "paper",
        "signing",
        "--kinds",
        "record",
        "--seal",
        &seal,
        "--location",
        "杭州",
    ];
    let _ = place.run(&set).exits(0);
    let case = place.case("合同保全");
    let contract = place.file("合同.txt", "甲方与乙方".as_bytes());
    let _ = place.run(&["add", &case, &contract]).exits(0);
    let _ = place.run(&["seal", &case]).exits(0);
    let document = issue_again(place, &case);
    (case, document)
}

/// A further record of a sealed case, as `record.pdf`; its number.
///
/// # Panics
/// When it is not issued.
#[must_use]
pub fn issue_again(place: &Place, case: &str) -> String {
    let words = json!({"origins": [{"batch": 1, "source": "申请人提交", "generation": "无", "storage": "无",
        "notarisation": "无", "witness": "无", "corroboration": "无"}]});
    let words = place.file("words.json", &serde_json::to_vec(&words).unwrap());
    let _ = place
        .run(&["paper", "write", case, "--kind", "record", "--text", &words])
        .exits(0);
    let approve = [
        "paper",
        "approve",
        case,
        "--kind",
        "record",
        "--checked",
        "all",
    ];
    let _ = place.run_as(REVIEWER, &approve).exits(0);
    let pdf = place.path("record.pdf");
    let answer = place
        .run(&["certify", case, "--kind", "record", "-o", &pdf])
        .exits(0);
    answer.json()["document"].as_str().unwrap().to_owned()
}

/// Signs as a person with a key.
#[must_use]
pub fn sign(
    place: &Place,
    person: &str,
    document: &str,
    capacity: &str,
    secret: &str,
    key: &[&str],
) -> Answer {
    let line = [
        &["paper", "sign", document, "--in", capacity, "--json"][..],
        key,
    ]
    .concat();
    let mut command = place.command(person, &line);
    command.env("FIDEM_KEY_PASSPHRASE", secret);
    command.env("SOFTHSM2_CONF", place.path("softhsm2.conf"));
    fidem::run(&mut command)
}

/// Handler, approver and office sign inside, with the keys of [`keys`].
pub fn sign_all(place: &Place, document: &str) {
    let signers = [
        (CLERK, "handler", CLERK),
        (REVIEWER, "approver", REVIEWER),
        (CLERK, "office", OFFICE),
    ];
    for (person, capacity, key) in signers {
        let key = format!("{key}.p12");
        let _ = sign(place, person, document, capacity, SECRET, &["--key", &key]).exits(0);
    }
}

/// An SM2 root `sm2.pem`, and a certificate under it for each name, as PKCS#12 files `<name>.sm2.p12`.
pub fn sm2_keys(place: &Place, names: &[&str]) {
    const IDENTITY: &str = "distid:1234567812345678";
    let usage = "keyUsage=critical,digitalSignature,nonRepudiation\nbasicConstraints=CA:FALSE\n";
    let _ = place.file("sm2.cnf", usage.as_bytes());
    let openssl = |line: &str, more: &[&str]| {
        let arguments: Vec<&str> = line.split(' ').chain(more.iter().copied()).collect();
        tool(place, "openssl", &arguments);
    };
    let key = "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:SM2 -pkeyopt ec_param_enc:named_curve -out";
    openssl(key, &["sm2.key"]);
    openssl(
        "req -x509 -new -utf8 -key sm2.key -sm3 -days 3650 -out sm2.pem -addext basicConstraints=critical,CA:TRUE",
        &["-sigopt", IDENTITY, "-subj", "/CN=SM2 Root"],
    );
    for name in names {
        let (own, request, certificate) = (
            format!("{name}.sm2.key"),
            format!("{name}.sm2.csr"),
            format!("{name}.sm2.pem"),
        );
        openssl(key, &[&own]);
        openssl(
            "req -new -utf8 -sm3",
            &[
                "-key",
                &own,
                "-sigopt",
                IDENTITY,
                "-subj",
                &format!("/C=CN/CN={name}"),
                "-out",
                &request,
            ],
        );
        openssl(
            "x509 -req -CA sm2.pem -CAkey sm2.key -CAcreateserial -sm3 -days 365 -extfile sm2.cnf",
            &[
                "-sigopt",
                IDENTITY,
                "-vfyopt",
                IDENTITY,
                "-in",
                &request,
                "-out",
                &certificate,
            ],
        );
        openssl(
            "pkcs12 -export -certfile sm2.pem",
            &[
                "-inkey",
                &own,
                "-in",
                &certificate,
                "-passout",
                &format!("pass:{SECRET}"),
                "-out",
                &format!("{name}.sm2.p12"),
            ],
        );
    }
}

/// A file of PEM with these one after another.
///
/// # Panics
/// When one is not there.
#[must_use]
pub fn together(place: &Place, name: &str, pem: &[String]) -> String {
    let all = pem
        .iter()
        .map(|path| std::fs::read_to_string(path).expect("PEM"));
    let all: Vec<String> = all.collect();
    place.file(name, all.concat().as_bytes())
}

/// Leaves a file for judges outside in the folder of the environment variable `FIDEM_SIGNED`, if there is one.
///
/// # Panics
/// When it cannot be written.
pub fn leave(name: &str, bytes: &[u8]) {
    if let Some(folder) = std::env::var_os("FIDEM_SIGNED").map(std::path::PathBuf::from) {
        std::fs::create_dir_all(&folder).expect("the folder");
        std::fs::write(folder.join(name), bytes).expect("a file");
    }
}
