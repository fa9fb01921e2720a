//! A signed receipt to a report: as the subject, and inside a package.

#[path = "../../pades/tests/maker/mod.rs"]
mod maker;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fidem_fingerprint::{hex, sha256};
use fidem_verify::{Data, Finding, Language, Report, Request, Status, Trust, codes, verify};
use maker::{
    ARCHIVED, RECEIPT, SIGNED, Signing, edit_with, made, office, pages, reference, size, stream,
};

fn plain_trust() -> Trust {
    Trust::supplied([("root.der", maker::anchors()[0].certificate.as_slice())]).unwrap()
}

fn report(pdf: &[u8], trust: &Trust) -> Report {
    report_beside(pdf, &[], trust)
}

/// With signatures beside the file.
fn report_beside(pdf: &[u8], beside: &[Vec<u8>], trust: &Trust) -> Report {
    let signatures: Vec<Data<'_>> = beside
        .iter()
        .map(|source| Data {
            name: "beside.p7s".to_owned(),
            source,
        })
        .collect();
    let request = Request {
        subject: &pdf.to_vec(),
        data: &[],
        digest: None,
        revocation: &[],
        headers: &[],
        signatures: &signatures,
        trust,
        at: made::now(),
    };
    verify(&request, &mut |_, _| {})
}

#[track_caller]
fn finding(report: &Report, code: codes::Code) -> &Finding {
    let found = report.findings.iter().find(|f| f.code == code);
    found.unwrap_or_else(|| panic!("no {code:?} in {:#?}", report.findings))
}

/// A trust file with that root under one kind.
fn trust_file(kind: &str) -> Result<Trust, fidem_verify::TrustError> {
    let der = &maker::anchors()[0].certificate;
    let text = format!(
        r#"{{"date":"2026-11-22","format":"fidem-trust/1","logs":[],"offices":[],"roots":[{{"certificate":"{}","exceptions":[],"kind":"{kind}","licence":"无","name":"Made","operator":"无","policies":[],"sha256":"{}","source":"test"}}],"serial":1}}"#,
        STANDARD.encode(der),
        hex::encode(&sha256(der)),
    );
    Trust::supplied([("trust.json", text.as_bytes())])
}

#[test]
fn an_unsigned_receipt_is_called_so() {
    let report = report(&RECEIPT, &plain_trust());
    assert_eq!(report.layers.signature, Status::CannotCheck);
    finding(&report, codes::UNSIGNED);
}

#[test]
fn a_signed_receipt_matches_with_its_root_listed() {
    let report = report(&ARCHIVED, &plain_trust());
    assert_eq!(
        report.layers.signature,
        Status::Match,
        "{:#?}",
        report.findings
    );
    let holds = finding(&report, codes::SIGNATURE_HOLDS);
    assert_eq!(holds.params["level"], "PAdES B-LTA");
    assert_eq!(holds.params["time"], "2026-06-01T12:00:00Z");
    finding(&report, codes::DOCUMENT_STAMP_HOLDS);
    finding(&report, codes::SIGNATURE_MAINTAINED);
    assert!(!report.has(codes::UNSIGNED));
    let kinds: Vec<&str> = report.trust.iter().map(|used| used.kind).collect();
    assert!(
        kinds.contains(&"signature-root") && kinds.contains(&"tsa-root"),
        "{kinds:?}"
    );
}

#[test]
fn a_time_is_told_as_it_was_stamped_and_never_earlier() {
    let made = || Signing::by(office()).stamped("20260601120000.75Z");
    let inside = report(&made().sign(&RECEIPT), &plain_trust());
    let told = &finding(&inside, codes::SIGNATURE_HOLDS).params["time"];
    assert_eq!(told, "2026-06-01T12:00:00.75Z");
    let beside = [made().cms(&[&RECEIPT])];
    let beside = report_beside(&RECEIPT, &beside, &plain_trust());
    let told = &finding(&beside, codes::DETACHED_HOLDS).params["time"];
    assert_eq!(told, "2026-06-01T12:00:00.75Z");
}

#[test]
fn kinds_of_roots_serve_what_they_are_for() {
    let of = |kind: &str| report(&SIGNED, &trust_file(kind).unwrap());
    let for_signatures = of("signature-root");
    assert_eq!(for_signatures.layers.signature, Status::Match);
    finding(&for_signatures, codes::SIGNATURE_HOLDS_UNDATED);
    finding(&for_signatures, codes::SIGNATURE_STAMP_UNDECIDED);
    let for_time = of("tsa-root");
    assert_eq!(for_time.layers.signature, Status::CannotCheck);
    finding(&for_time, codes::SIGNATURE_UNDECIDED);
    assert!(trust_file("any-root").is_err());
}

#[test]
fn what_was_changed_is_said_in_both_languages() {
    let (page, next) = (pages(&ARCHIVED)[0], size(&ARCHIVED));
    let forged = edit_with(
        &ARCHIVED,
        page,
        |page| page.set("Contents", reference(next)),
        &[(next, stream("", b"BT (another amount) Tj ET"))],
    );
    let report = report(&forged, &plain_trust());
    assert_eq!(report.layers.signature, Status::Mismatch);
    let changed = finding(&report, codes::SIGNATURE_CHANGED_AFTER);
    assert_eq!(
        changed.message(Language::Chinese),
        format!("PDF 签署后被改动（第 5 版）：第 1 页的内容被替换（Contents）（对象 {page}）。")
    );
    assert_eq!(
        changed.message(Language::English),
        format!(
            "PDF was changed after it was signed (revision 5): content of page 1 replaced (Contents) (object {page})."
        )
    );
    // the signature itself holds, as other readers say
    finding(&report, codes::SIGNATURE_HOLDS);
}

#[test]
fn octets_after_and_a_broken_signature_are_mismatches() {
    let longer = report(&[SIGNED.as_slice(), b"%%EOF\n"].concat(), &plain_trust());
    assert_eq!(longer.layers.signature, Status::Mismatch);
    finding(&longer, codes::SIGNATURE_OCTETS_AFTER);
    let mut altered = SIGNED.clone();
    altered[2000] ^= 1;
    let broken = report(&altered, &plain_trust());
    assert_eq!(broken.layers.signature, Status::Mismatch);
    let why = &finding(&broken, codes::SIGNATURE_BROKEN).params["why"];
    assert!(why.starts_with("message-digest-mismatch"), "{why}");
    // a document time stamp alone is no signature
    let stamped = maker::archive(&RECEIPT, "Archive1", "20260801120000Z");
    let stamped = report(&stamped, &plain_trust());
    assert_eq!(stamped.layers.signature, Status::CannotCheck);
    finding(&stamped, codes::UNSIGNED);
    let _ = Signing::by(office());
}

#[test]
fn a_signature_beside_a_file_is_over_exactly_its_octets() {
    let over = |octets: &[u8]| Signing::by(office()).cms(&[octets]);
    let judge = |pdf: &[u8], signed: &[u8]| report_beside(pdf, &[over(signed)], &plain_trust());
    let holds = judge(&ARCHIVED, &ARCHIVED);
    assert_eq!(
        holds.layers.signature,
        Status::Match,
        "{:#?}",
        holds.findings
    );
    let said = finding(&holds, codes::DETACHED_HOLDS_UNDATED);
    assert_eq!(said.params["octets"], ARCHIVED.len().to_string());
    assert!(said.params["algorithm"].starts_with("ECDSA"), "{said:?}");
    // It is a signature, also of a file that has none inside.
    let alone = judge(&RECEIPT, &RECEIPT);
    assert_eq!(alone.layers.signature, Status::Match);
    assert!(!alone.has(codes::UNSIGNED));
    let another = judge(&RECEIPT, &SIGNED);
    assert_eq!(another.layers.signature, Status::Mismatch);
    let why = &finding(&another, codes::DETACHED_BROKEN).params["why"];
    assert!(why.contains("message-digest-mismatch"), "{why}");
    // Who made it is not known to who trusts nobody.
    let trust = trust_file("tsa-root").unwrap();
    let unknown = report_beside(&RECEIPT, &[over(&RECEIPT)], &trust);
    assert_eq!(unknown.layers.signature, Status::CannotCheck);
    finding(&unknown, codes::DETACHED_UNDECIDED);
    let unread = report_beside(&RECEIPT, &[b"nothing".to_vec()], &plain_trust());
    assert_eq!(unread.layers.signature, Status::CannotCheck);
    finding(&unread, codes::DETACHED_UNREADABLE);
}

#[test]
fn what_came_after_a_signature_beside_a_file_is_compared() {
    let over = |octets: &[u8]| Signing::by(office()).cms(&[octets]);
    let judge = |pdf: &[u8], signed: &[u8]| report_beside(pdf, &[over(signed)], &plain_trust());
    let maintained = judge(&ARCHIVED, &SIGNED);
    assert_eq!(maintained.layers.signature, Status::Match);
    let earlier = finding(&maintained, codes::DETACHED_EARLIER);
    assert_eq!(earlier.params["octets"], SIGNED.len().to_string());
    let replaced = |pdf: &[u8]| {
        let (page, next) = (pages(pdf)[0], size(pdf));
        let content = stream("", b"BT (another amount) Tj ET");
        edit_with(
            pdf,
            page,
            |page| page.set("Contents", reference(next)),
            &[(next, content)],
        )
    };
    // Another page, appended to a file with signatures inside, and to one without: there nothing tells what it did.
    for signed in [&ARCHIVED, &RECEIPT] {
        let forged = judge(&replaced(signed), signed);
        assert_eq!(forged.layers.signature, Status::Mismatch);
        finding(&forged, codes::DETACHED_CHANGED_AFTER);
    }
    let longer = judge(&[ARCHIVED.as_slice(), b"%%EOF\n"].concat(), &ARCHIVED);
    assert_eq!(longer.layers.signature, Status::Mismatch);
    // A package has its own beside its documents.
    let package = report_beside(b"PK\x03\x04", &[over(&RECEIPT)], &plain_trust());
    finding(&package, codes::DETACHED_NOT_USED);
}
