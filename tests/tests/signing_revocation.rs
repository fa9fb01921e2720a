//! Revocation of signers and authorities, asked while signing through the program, kept in the file, and enough for a judge
//! whom no network reaches years later.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use fidem_testkit::{
    OpensslAuthority, SignerAuthority, Standing, TestkitError, Validity,
    another_openssl_tsa_with_responders, openssl_tsa_with_responders,
};
use fidem_tests::fidem::{self, Answer};
use fidem_tests::forgery::now;
use fidem_tests::place::{CLERK, Place, REVIEWER};
use fidem_tests::signing::{OFFICE, SECRET, issue, leave, refused, sign, together, tool};

const YEAR: i64 = 365 * 86_400;

/// What a document security store holds (EN 319 142-1 §5.4.2.2), by the reader of others.
fn store(pdf: &[u8]) -> BTreeMap<&'static str, Vec<Vec<u8>>> {
    let document = lopdf::Document::load_mem(pdf).expect("a PDF");
    let catalog = document.catalog().expect("a catalog");
    let mut found = BTreeMap::new();
    let Ok(store) = catalog.get(b"DSS") else {
        return found;
    };
    let (_, store) = document.dereference(store).expect("the store");
    let store = store.as_dict().expect("a dictionary");
    for key in ["Certs", "CRLs", "OCSPs"] {
        let list = store.get(key.as_bytes()).map(|list| {
            let (_, list) = document.dereference(list).expect("a list");
            list.as_array().expect("an array").clone()
        });
        let streams = list.unwrap_or_default().into_iter().map(|one| {
            let (_, stream) = document.dereference(&one).expect("an entry");
            let stream = stream.as_stream().expect("a stream");
            stream.get_plain_content().expect("its octets")
        });
        found.insert(key, streams.collect());
    }
    found
}

/// The names of the responders of OCSP responses, as the program `openssl` reads them.
fn responders(place: &Place, responses: &[Vec<u8>]) -> Vec<String> {
    let said = responses.iter().map(|response| {
        let file = place.file("response", response);
        let read = Command::new("openssl")
            .args(["ocsp", "-noverify", "-resp_text", "-respin", &file])
            .output()
            .expect("openssl");
        let text = String::from_utf8_lossy(&read.stdout).into_owned();
        assert!(text.contains("Cert Status: good"), "{text}");
        let line = text.lines().find(|line| line.contains("Responder Id"));
        line.unwrap_or_default().trim().to_owned()
    });
    said.collect()
}

/// Where what the last document time stamp covers ends.
fn end_of_last_stamp(pdf: &[u8]) -> usize {
    let key = b"/ByteRange [";
    let last = pdf.windows(key.len()).rposition(|window| window == key);
    let at = last.expect("a signature") + key.len();
    let text = String::from_utf8_lossy(&pdf[at..at + 80]).into_owned();
    let numbers = text.split(']').next().unwrap_or_default();
    let numbers: Vec<usize> = numbers
        .split_whitespace()
        .map(|n| n.parse().expect("a number"))
        .collect();
    numbers[2] + numbers[3]
}

fn at(answer_at: i64) -> String {
    rfc3161_client::UnixTime(answer_at).to_rfc3339()
}

fn says_unchecked(report: &Answer, code: &str) -> bool {
    let report = report.json();
    let list = report["not_checked"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    list.iter().any(|one| one["code"] == code)
}

#[test]
fn r097_revocation_is_asked_before_signing_and_kept_for_whoever_verifies_later() {
    let Some(signers) = SignerAuthority::start().expect("an authority") else {
        eprintln!("skipped: no openssl here");
        return;
    };
    let signers = Arc::new(signers);
    let key = |name: &str, validity| {
        signers
            .issue(name, validity, SECRET)
            .expect("a key")
            .display()
            .to_string()
    };
    let (handler, approver, office) = (
        key(CLERK, Validity::Year),
        key(REVIEWER, Validity::Year),
        key(OFFICE, Validity::Year),
    );
    let ended = key(&format!("{CLERK}@ended"), Validity::Ended);
    let stolen = key(&format!("{CLERK}@stolen"), Validity::Year);
    let meanwhile = key(&format!("{CLERK}@meanwhile"), Validity::Year);
    let place = Place::new();
    // What they stamp must not be older than the certificates.
    let tsa = |made: Result<Option<OpensslAuthority>, TestkitError>| {
        made.ok().flatten().expect("an authority")
    };
    let mut first = tsa(openssl_tsa_with_responders(Standing::Good));
    let mut second = tsa(another_openssl_tsa_with_responders(Standing::Good));
    let stamps = place.file(
        "stamps.pem",
        [first.root_pem(), second.root_pem()].concat().as_bytes(),
    );
    let choose = [
        "authority",
        "choose",
        &first.url(),
        &second.url(),
        "--roots",
        &stamps,
    ];
    let _ = place.run(&choose).exits(0);
    let (case, document) = issue(&place);
    let by = |person: &str, capacity: &str, key: &str| {
        sign(&place, person, &document, capacity, SECRET, &["--key", key])
    };

    // Refused before anything is signed: the document stays as it was issued.
    refused(by(CLERK, "handler", &ended), "certificate-expired");
    signers.revoke(&format!("{CLERK}@stolen")).expect("revoked");
    refused(by(CLERK, "handler", &stolen), "certificate-revoked");
    // Revoked while the stamp was being made: what is asked then stops it.
    let revoking = Arc::clone(&signers);
    first.before_next(move || {
        let name = format!("{CLERK}@meanwhile");
        revoking.revoke(&name).expect("revoked");
    });
    refused(by(CLERK, "handler", &meanwhile), "certificate-revoked");
    let pdf = place.path("signed.pdf");
    let get = || {
        let _ = place.run(&["paper", "get", &document, "-o", &pdf]).exits(0);
        std::fs::read(&pdf).expect("written")
    };
    let issued = std::fs::read(place.path("record.pdf")).expect("issued");
    assert_eq!(get(), issued);

    // Whatever was said before the stamp is now too old for it (whole seconds): asked again, responders say more.
    first.stamp_after(Duration::from_millis(1100));
    let _ = by(CLERK, "handler", &handler).exits(0);
    let _ = by(REVIEWER, "approver", &approver).exits(0);
    // The first authority stamps the last signature and is gone; the second stamps the whole.
    first.answer_only(1);
    let last = by(CLERK, "office", &office).exits(0).json();
    assert_eq!(last["level"], "B-LTA");
    let signed = get();

    let kept = store(&signed);
    let list = signers.list().expect("a list");
    assert!(
        kept["CRLs"].contains(&list),
        "the signers' own list, as it was served"
    );
    let said = responders(&place, &kept["OCSPs"]);
    let of = |name: &str| said.iter().filter(|one| one.contains(name)).count();
    // One for each signer at least, and one for each certificate below the root of either authority: the archive stamp's
    // was known only when it had answered.
    let ours = ["Signers root", "Independent root", "Independent middle"];
    assert!(
        of(ours[0]) >= 3 && ours.iter().all(|name| of(name) > 0),
        "{said:?}"
    );
    assert_eq!(
        (of("Another root"), of("Another middle")),
        (1, 1),
        "{said:?}"
    );

    // Beside the file: `crls` hold the list, an attribute what the responder said.
    second.stamp_after(Duration::from_millis(1100));
    let beside = place.path("beside.p7s");
    let more = ["--key", &handler, "--detached", "-o", &beside];
    let _ = sign(&place, CLERK, &document, "handler", SECRET, &more).exits(0);
    let p7s = std::fs::read(&beside).expect("written");
    assert!(p7s.windows(list.len()).any(|window| window == list));
    leave("document-ocsp.p7s", &p7s);
    second.stamp_after(Duration::ZERO);

    let stamped = end_of_last_stamp(&signed);
    assert!(stamped < signed.len());
    let before = responders(&place, &store(&signed[..stamped])["OCSPs"]);
    let before_of = |name: &str| before.iter().any(|one| one.contains(name));
    assert!(
        ours.iter().all(|name| before_of(name)) && !before_of("Another"),
        "{before:?}"
    );

    // Nobody is left to ask.
    let signers_root = signers.root_pem().display().to_string();
    let roots = together(&place, "roots.pem", &[signers_root, stamps.clone()]);
    leave("office-b-lta.pdf", &signed);
    leave("office-trust.pem", &std::fs::read(&roots).expect("roots"));
    first.close_responders();
    second.close_responders();
    drop(signers);
    let contract = place.path("合同.txt");
    let verify = |file: &str, time: i64| {
        let time = at(time);
        let more = ["--data", &contract, "--trust", &roots, "--at", &time];
        fidem::verify(Path::new(file), &more)
    };
    let today = verify(&pdf, now() + 60);
    assert_eq!(today.layer("signature"), "match", "{}", today.told());
    assert!(
        !says_unchecked(&today, "not-checked-signer-revocation"),
        "{}",
        today.told()
    );
    let with_beside = {
        let time = at(now() + 60);
        let more = [
            "--data",
            &contract,
            "--trust",
            &roots,
            "--signature",
            &beside,
        ];
        fidem::verify(Path::new(&pdf), &[&more[..], &["--at", &time]].concat())
    };
    let held = with_beside.finds("detached-signature-holds");
    assert!(held, "{}", with_beside.told());
    // The list is of before the signature; the responder spoke after its stamp.
    let unchecked = says_unchecked(&with_beside, "not-checked-signer-revocation");
    assert!(!unchecked, "{}", with_beside.told());
    let line = "cms -verify -binary -inform DER -purpose any -out /dev/null -in";
    let files = [beside.as_str(), "-content", &pdf, "-CAfile", &roots];
    let line: Vec<&str> = line.split(' ').chain(files).collect();
    tool(&place, "openssl", &line);
    // The signers' certificates ended a year ago; the archive stamp was made before.
    let later = verify(&pdf, now() + 2 * YEAR);
    assert_eq!(later.layer("signature"), "match", "{}", later.told());

    // Stamped again, as the office does before that stamp's certificate ends: the same document, and more proof.
    let renewed = place.path("renewed.pdf");
    first.answer_only(usize::MAX);
    let propose = ["renew", &case, "--propose"];
    place.hire("王五", "archivist");
    let _ = place.run_as("王五", &propose).exits(0);
    let told = place
        .run(&["paper", "renew", &document, "-o", &renewed])
        .exits(0)
        .json();
    assert!(
        told["authority"]
            .as_str()
            .unwrap_or_default()
            .contains("Independent"),
        "{told}"
    );
    let octets = std::fs::read(&renewed).expect("written");
    assert!(octets.starts_with(&signed) && octets.len() > signed.len());
    leave("office-b-lta-renewed.pdf", &octets);
    for time in [now() + 60, now() + 2 * YEAR] {
        let after = verify(&renewed, time);
        assert_eq!(after.layer("signature"), "match", "{}", after.told());
        let stamps = after
            .findings()
            .iter()
            .filter(|f| f["code"] == "document-stamp-holds")
            .count();
        assert_eq!(stamps, 2, "{}", after.told());
    }
}
