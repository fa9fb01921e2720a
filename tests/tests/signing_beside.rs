//! SM2 signatures beside a signed document, from the key to the judge, through the program.

use std::path::Path;

use fidem_authority::{AuthorityOptions, KeyKind};
use fidem_testkit::{FrozenClock, RunningAuthority};
use fidem_tests::fidem::{self, Answer};
use fidem_tests::forgery::now;
use fidem_tests::members::Members;
use fidem_tests::place::{CLERK, Place, REVIEWER};
use fidem_tests::signing::{
    OFFICE, SECRET, issue_again, issued, leave, refused, sign, sign_all, together,
};
use rfc3161_client::UnixTime;

const ARCHIVIST: &str = "王五";
const DAY: i64 = 86_400;

fn beside(place: &Place, person: &str, document: &str, capacity: &str, key: &str) -> Answer {
    let key = format!("{key}.sm2.p12");
    let more = ["--key", &key, "--detached"];
    sign(place, person, document, capacity, SECRET, &more)
}

fn finding(answer: &Answer, code: &str) -> serde_json::Value {
    let found = answer.findings().into_iter().find(|f| f["code"] == code);
    found.unwrap_or_else(|| panic!("no {code}: {}", answer.told()))
}

#[test]
fn r097_an_sm2_signature_lies_beside_the_document_wherever_it_goes() {
    let (place, case, document, authorities) = issued();
    let office = format!("{OFFICE}.sm2.p12");
    // Inside a PDF no reader understands it; and beside it signs what all have signed.
    let inside = sign(
        &place,
        CLERK,
        &document,
        "handler",
        SECRET,
        &["--key", &format!("{CLERK}.sm2.p12")],
    );
    refused(inside, "key-not-for-pdf");
    refused(
        beside(&place, CLERK, &document, "office", OFFICE),
        "unsigned",
    );
    sign_all(&place, &document);
    refused(
        beside(&place, REVIEWER, &document, "handler", OFFICE),
        "not-your-signature",
    );
    refused(
        beside(&place, CLERK, &document, "handler", OFFICE),
        "signer-name",
    );

    let p7s = place.path("by-itself.p7s");
    let more = ["--key", &office, "--detached", "-o", &p7s];
    let signed = sign(&place, CLERK, &document, "office", SECRET, &more)
        .exits(0)
        .json();
    assert_eq!(
        (&signed["algorithm"], &signed["detached"]),
        (&"SM2 SM3".into(), &1.into())
    );
    refused(
        beside(&place, CLERK, &document, "office", OFFICE),
        "signed-beside",
    );
    let second = beside(&place, CLERK, &document, "handler", CLERK)
        .exits(0)
        .json();
    assert_eq!(second["detached"], 2);
    assert_eq!(stands(&place), ["due", "due"]);

    // Taken out, both lie beside the file and are found by themselves.
    let pdf = place.path("signed.pdf");
    let got = place
        .run(&["paper", "get", &document, "-o", &pdf])
        .exits(0)
        .json();
    let names = [format!("{pdf}.p7s"), format!("{pdf}.2.p7s")];
    assert_eq!(got["signatures"], serde_json::json!(names));
    let (content, first) = (
        std::fs::read(&pdf).unwrap(),
        std::fs::read(&names[0]).unwrap(),
    );
    assert_eq!(first, std::fs::read(&p7s).unwrap());
    leave("document-sm2.p7s", &first);
    leave("document-sm2.content", &content);
    let stamps = authorities.roots().display().to_string();
    let roots = together(
        &place,
        "roots.pem",
        &[place.path("ca.pem"), place.path("sm2.pem"), stamps.clone()],
    );
    let contract = place.path("合同.txt");
    let verify = |file: &str, more: &[&str]| {
        let usual = ["--data", &contract, "--trust", &roots];
        fidem::verify(Path::new(file), &[&usual[..], more].concat())
    };
    let verified = verify(&pdf, &[]).exits(0);
    assert_eq!(verified.layer("signature"), "match", "{}", verified.told());
    let holds = finding(&verified, "detached-signature-holds");
    let facts = &holds["params"];
    assert_eq!(facts["algorithm"], "SM2 SM3");
    assert_eq!(facts["octets"], content.len().to_string());
    assert!(
        facts["signer"].as_str().unwrap().contains(OFFICE),
        "{holds}"
    );
    assert_eq!(
        verified
            .findings()
            .iter()
            .filter(|f| f["code"] == "detached-signature-holds")
            .count(),
        2
    );

    // Named, where it lies elsewhere; the root alone decides whether it is trusted.
    let alone = place.file("alone/signed.pdf", &content);
    let named = verify(&alone, &["--signature", &p7s]).exits(0);
    finding(&named, "detached-signature-holds");
    let without = together(&place, "no-sm2.pem", &[place.path("ca.pem"), stamps]);
    let untrusted = fidem::verify(Path::new(&pdf), &["--data", &contract, "--trust", &without]);
    assert_eq!(
        untrusted.layer("signature"),
        "cannot-check",
        "{}",
        untrusted.told()
    );
    finding(&untrusted, "detached-signature-undecided");

    // Over exactly these octets: not over the document before, with one octet more, or over another.
    let before = verify(&place.path("record.pdf"), &["--signature", &p7s]).exits(1);
    finding(&before, "detached-signature-broken");
    let longer = place.file("longer.pdf", &[content.as_slice(), b"\n% more\n"].concat());
    let longer = verify(&longer, &["--signature", &p7s]).exits(1);
    assert_eq!(longer.layer("signature"), "mismatch", "{}", longer.told());
    let altered = |at: usize, code: &str| {
        let mut octets = first.clone();
        octets[at] ^= 1;
        let file = place.file("broken.p7s", &octets);
        finding(&verify(&alone, &["--signature", &file]).exits(1), code);
    };
    // In the value of the signature, which follows its algorithm, and in that of the time stamp at the end.
    let sm2_with_sm3 = [0x2a, 0x81, 0x1c, 0xcf, 0x55, 1, 0x83, 0x75];
    let named = first
        .windows(sm2_with_sm3.len())
        .rposition(|octets| octets == sm2_with_sm3);
    altered(named.unwrap() + 30, "detached-signature-broken");
    altered(first.len() - 40, "detached-stamp-broken");
    let nothing = place.file("nothing.p7s", b"nothing");
    let unread = verify(&alone, &["--signature", &nothing]);
    finding(&unread, "detached-signature-unreadable");
    assert_eq!(unread.layer("signature"), "cannot-check");

    goes_along(&place, &case, &roots, &first);

    // A new archive time stamp leaves it what it is: over the file as it was.
    let renewed = place.path("renewed.pdf");
    place.hire(ARCHIVIST, "archivist");
    let _ = place
        .run_as(ARCHIVIST, &["renew", &case, "--propose"])
        .exits(0);
    let _ = place
        .run(&["paper", "renew", &document, "-o", &renewed])
        .exits(0);
    let after = verify(&renewed, &["--signature", &p7s]).exits(0);
    assert_eq!(after.layer("signature"), "match", "{}", after.told());
    let earlier = finding(&after, "detached-signature-earlier");
    assert_eq!(earlier["params"]["octets"], content.len().to_string());
    carried_on(&place, &case, &document, &roots);
}

/// An evidence record is over document and signatures as they stand; from then on it carries the proof, and the file stays.
fn carried_on(place: &Place, case: &str, document: &str, roots: &str) {
    let receipt = place.path("receipt.pdf");
    let answer = place.run(&["certify", case, "--kind", "receipt", "-o", &receipt]);
    let receipt = answer.exits(0).json()["document"].clone();
    let receipt = receipt.as_str().unwrap();
    refused(place.run(&["paper", "renew", receipt]), "not-signed");
    let _ = place
        .run_as(ARCHIVIST, &["renew", case, "--propose"])
        .exits(0);
    let _ = place.run(&["renew", case]).exits(0);
    refused(place.run(&["paper", "renew", document]), "second-person");
    assert_eq!(stands(place), ["carried", "carried"]);
    let package = place.path("carried.asice");
    let _ = place.run(&["export", case, "-o", &package]).exits(0);
    let inside = fidem::verify(Path::new(&package), &["--trust", roots]).exits(0);
    for layer in ["manifest", "time", "signature"] {
        assert_eq!(inside.layer(layer), "match", "{layer}: {}", inside.told());
    }
    finding(&inside, "detached-signature-earlier");
    // The record covers them: another in the place of one is seen.
    let mut members = Members::of(&std::fs::read(&package).unwrap());
    let all = members.under("META-INF/ASiCEvidenceRecordManifest");
    let covered = all
        .iter()
        .map(|name| String::from_utf8(members.bytes(name)).unwrap());
    let covered = covered.collect::<String>().matches(".p7s").count();
    assert_eq!(covered, 2);
    members.set("certificate/stray.p7s", b"stray".to_vec());
    let stray = place.file("stray.asice", &members.write());
    fidem::verify(Path::new(&stray), &["--trust", roots]).is_not_accepted("a stray signature");
    one_more(place, case, roots, &package);
}

/// A signature that came after the case's record has one of its own made over it; by an authority that lasts, records
/// carry what has ended years later.
fn one_more(place: &Place, case: &str, roots: &str, before: &str) {
    let later = issue_again(place, case);
    sign_all(place, &later);
    let _ = beside(place, CLERK, &later, "office", OFFICE).exits(0);
    assert_eq!(stands(place), ["due", "carried", "carried"]);
    let (start, end) = (now() - DAY, now() + 7300 * DAY);
    let options = AuthorityOptions::demonstration("丙 Third", KeyKind::P384, start, end);
    let lasting = RunningAuthority::start(&options, &FrozenClock::at(now())).unwrap();
    let root = lasting.authority().root_pem().unwrap();
    let root = place.file("lasting.pem", root.as_bytes());
    let choose = ["authority", "choose", &lasting.url(), "--roots", &root];
    let _ = place.run(&choose).exits(0);
    let _ = place.run_as(ARCHIVIST, &["renew", "--propose"]).exits(0);
    let renewed = place.run(&["renew"]).exits(0).json();
    let rows = renewed["renewed"].as_array().unwrap();
    assert!(rows.iter().all(|row| row["problem"].is_null()), "{renewed}");
    let made: Vec<_> = rows.iter().filter(|row| row["kind"] == "first").collect();
    assert_eq!(made.len(), 1, "{renewed}");
    assert_eq!(made[0]["record"], "META-INF/evidencerecord002.ers");
    assert_eq!(stands(place), ["carried", "carried", "carried"]);
    let package = place.path("carried-on.asice");
    let _ = place.run(&["export", case, "-o", &package]).exits(0);
    let roots = together(place, "all-roots.pem", &[roots.to_owned(), root]);
    let later = UnixTime(now() + 1800 * DAY).to_rfc3339();
    let at = |package: &str| {
        let more = ["--trust", &roots, "--at", &later];
        fidem::verify(Path::new(package), &more)
    };
    let verified = at(&package).exits(0);
    assert_eq!(verified.layer("signature"), "match", "{}", verified.told());
    let all = verified.findings();
    let carried = all.iter().filter(|f| f["code"] == "signature-carried");
    assert_eq!(carried.count(), 3, "{}", verified.told());
    assert_ne!(at(before).layer("signature"), "match");
}

/// How the time stamps of signatures beside documents stand in the calendar.
fn stands(place: &Place) -> Vec<String> {
    let told = place.run(&["due", "--all"]).exits(0).json();
    let rows = told["due"].as_array().expect("rows").iter();
    let beside = rows.filter(|row| row["member"].as_str().unwrap().ends_with(".p7s"));
    beside
        .map(|row| row["state"].as_str().unwrap().to_owned())
        .collect()
}

/// In the package, in the hand-over folder, and in the words of both languages.
fn goes_along(place: &Place, case: &str, roots: &str, first: &[u8]) {
    let package = place.path("case.asice");
    let _ = place.run(&["export", case, "-o", &package]).exits(0);
    let members = Members::of(&std::fs::read(&package).unwrap());
    let certificates = members.under("certificate/");
    let signatures: Vec<&String> = certificates
        .iter()
        .filter(|n| n.ends_with(".p7s"))
        .collect();
    assert_eq!(signatures.len(), 2, "{certificates:?}");
    assert!(signatures.iter().any(|name| members.bytes(name) == first));
    let inside = fidem::verify(Path::new(&package), &["--trust", roots]).exits(0);
    assert_eq!(inside.layer("signature"), "match", "{}", inside.told());
    finding(&inside, "detached-signature-holds");
    let folder = place.path("handed-over");
    let _ = place
        .run(&["export", case, "--hand-over", "-o", &folder])
        .exits(0);
    let there = std::fs::read_dir(&folder).unwrap();
    let names = there.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(names.filter(|name| name.ends_with(".p7s")).count(), 2);
    let mut said = fidem::command();
    said.args(["verify", &package, "--trust", roots])
        .env("LC_ALL", "zh_CN.UTF-8");
    let said = fidem::run(&mut said);
    assert!(said.stdout.contains("独立签名"), "{}", said.told());
}
