//! Web archives and cleanliness reports among the items of a package.

mod sample;

use std::io::Cursor;

use fidem_fingerprint::{hex, of, sha256};
use fidem_manifest::{
    CaseRef, Content, Entry, Facts, ItemRecord, JournalHead, Manifest, ManifestDigest, Network,
    OfficeRef, Origin, Partial, Seal, Times,
};
use fidem_package::{Writer, checksums, layout};
use fidem_verify::{Finding, Kind, Language, Report, Request, Status, Trust, codes, verify};
use rfc3161_client::UnixTime;

const CASE: &str = "(2026)保全字第0001号";

/// A file with its media type, and whether the office captured it.
struct File<'a> {
    name: &'a str,
    media_type: &'a str,
    captured: bool,
    octets: Vec<u8>,
}

fn file<'a>(name: &'a str, media_type: &'a str, captured: bool, octets: &[u8]) -> File<'a> {
    File {
        name,
        media_type,
        captured,
        octets: octets.to_vec(),
    }
}

fn record(file: &File<'_>, number: u32, member: &str) -> Vec<u8> {
    let mut facts = Facts::supplied_by_party();
    if file.captured {
        facts.origin = Origin::OfficeCapture {
            clean_check_passed: false,
            device_of_office: true,
            network: Network::Office,
        };
    }
    let time = "2026-11-26T22:00:00Z".to_owned();
    ItemRecord {
        batch: 1,
        case: CASE.to_owned(),
        class: facts.class(),
        content: Content::of(&of(&file.octets)),
        facts,
        format: ItemRecord::FORMAT.to_owned(),
        lowered: None,
        media_type: file.media_type.to_owned(),
        member: member.to_owned(),
        name: file.name.to_owned(),
        name_bytes: None,
        notes: Vec::new(),
        number,
        original_path: file.name.to_owned(),
        times: Times {
            fingerprinted: time.clone(),
            received: time,
        },
        withheld: None,
    }
    .to_bytes()
    .unwrap()
}

/// A package under one seal without time stamps: its content is judged all the same.
struct Sealed {
    members: Vec<(String, Vec<u8>)>,
    manifest: Manifest,
}

fn sealed(files: &[File<'_>]) -> Sealed {
    let mut members = Vec::new();
    let mut items = Vec::new();
    for (number, file) in (1..).zip(files) {
        let member = format!("evidence/{number:04}-{}", file.name);
        let record = record(file, number, &member);
        let record_member = layout::record(1, number);
        items.push(Entry {
            content: Content::of(&of(&file.octets)),
            content_nonce: "01".repeat(16),
            member: member.clone(),
            number,
            record: Content::of(&of(&record)),
            record_member: record_member.clone(),
            record_nonce: "02".repeat(16),
            withheld: None,
        });
        members.push((member, file.octets.clone()));
        members.push((record_member, record));
    }
    let manifest = Manifest {
        case: CaseRef {
            id: "0".repeat(32),
            number: CASE.to_owned(),
        },
        format: Manifest::FORMAT.to_owned(),
        items,
        seal: 1,
    };
    let bytes = manifest.to_bytes().unwrap();
    let print = of(&bytes);
    let tree = manifest.tree().unwrap();
    let seal = Seal {
        case: CASE.to_owned(),
        demonstration: true,
        format: Seal::FORMAT.to_owned(),
        journal: JournalHead {
            entries: 1,
            head: "0".repeat(64),
        },
        manifest: ManifestDigest {
            sha256: hex::encode(&print.sha256),
            sm3: hex::encode(&print.sm3),
        },
        office: OfficeRef {
            id: "f".repeat(32),
            name: "某公证处".to_owned(),
        },
        root: hex::encode(&tree.root()),
        seal: 1,
        size: tree.size(),
        time: "2026-11-26T22:00:00Z".to_owned(),
    };
    members.push((layout::seal(1), seal.to_bytes().unwrap()));
    members.push((layout::manifest(1), bytes));
    Sealed { members, manifest }
}

impl Sealed {
    fn judge(&self) -> Report {
        let mut members = self.members.clone();
        let digests: Vec<_> = members
            .iter()
            .map(|(n, b)| (n.as_str(), sha256(b)))
            .collect();
        let list = checksums::write(digests.into_iter());
        members.push((layout::CHECKSUMS.to_owned(), list.into_bytes()));
        let mut writer = Writer::new(Cursor::new(Vec::new())).unwrap();
        for (name, bytes) in &members {
            writer.member(name, bytes).unwrap();
        }
        let subject = writer.finish().unwrap().into_inner();
        let trust = Trust::compiled_in().unwrap();
        let request = Request {
            subject: &subject,
            data: &[],
            digest: None,
            revocation: &[],
            headers: &[],
            signatures: &[],
            trust: &trust,
            at: UnixTime(1_795_000_000),
        };
        verify(&request, &mut |_, _| {})
    }
}

fn find(report: &Report, code: codes::Code) -> &Finding {
    let found = report.findings.iter().find(|f| f.code == code);
    found.unwrap_or_else(|| panic!("no {}: {:#?}", code.0, report.findings))
}

fn cleanliness(counts: &str) -> Vec<u8> {
    let check = |verdict: &str| format!("{{\"code\":\"x\",\"verdict\":\"{verdict}\"}}");
    let checks = [
        check("normal"),
        check("normal"),
        check("abnormal"),
        check("not-checked"),
    ];
    format!(
        "{{\"checks\":[{}],\"counts\":{counts},\"format\":\"fidem-cleanliness/1\",\"phase\":\"before\"}}",
        checks.join(",")
    )
    .into_bytes()
}

const COUNTS: &str = "{\"abnormal\":1,\"normal\":2,\"not_checked\":1}";

#[test]
fn a_capture_among_the_items_is_checked_and_its_report_found() {
    let clean = cleanliness(COUNTS);
    let mut statement = sample::partial();
    statement.cleanliness_before = Some(hex::encode(&sha256(&clean)));
    let wacz = sample::wacz(&statement);
    let report = sealed(&[
        file("clean.json", "application/json", false, &clean),
        file("page.wacz", "application/zip", true, &wacz),
    ])
    .judge();
    assert_eq!(
        (report.kind, report.layers.content),
        (Kind::Package, Status::Match),
        "{report:#?}"
    );
    let matches = find(&report, codes::WACZ_MATCHES);
    assert_eq!(matches.params["archive"], "evidence/0002-page.wacz");
    let partial = find(&report, codes::CAPTURE_PARTIAL);
    assert_eq!(
        (&*partial.params["item"], partial.status),
        ("2", Status::Note)
    );
    assert_eq!(
        find(&report, codes::CAPTURE_CLEANLINESS).params["report"],
        "1"
    );
    let counts = find(&report, codes::CLEANLINESS).message(Language::Chinese);
    assert!(
        counts.contains("正常 2 项，异常 1 项，未能检查 1 项"),
        "{counts}"
    );
    assert!(!report.has(codes::WACZ_ALONE));
    let alone = sealed(&[file("a", "application/wacz", true, &wacz)]).judge();
    assert!(
        alone.has(codes::CAPTURE_CLEANLINESS_ELSEWHERE),
        "{alone:#?}"
    );
}

#[test]
fn a_fault_in_a_capture_of_ours_is_a_mismatch_though_the_seal_holds() {
    let mut wacz = sample::wacz(&sample::statement());
    wacz[80] ^= 1;
    let report = sealed(&[file("page.wacz", "application/wacz", true, &wacz)]).judge();
    assert_eq!(report.layers.content, Status::Mismatch);
    let fault = find(&report, codes::WACZ_FAULT);
    assert_eq!(fault.params["member"], "archive/data.warc.gz");
    assert_eq!(fault.params["item"], "1");
    assert!(report.has(codes::EVIDENCE_MATCHES));
    // Whatever stands for an office capture is held to our form.
    let report = sealed(&[file("page.wacz", "application/wacz", true, b"no zip")]).judge();
    assert_eq!(find(&report, codes::WACZ_FAULT).status, Status::Mismatch);
}

#[test]
fn a_fault_in_what_a_party_handed_in_is_a_remark() {
    let report = sealed(&[file("page.wacz", "application/wacz", false, b"no zip")]).judge();
    assert_eq!(report.layers.content, Status::Match, "{report:#?}");
    assert_eq!(find(&report, codes::WACZ_FAULT).status, Status::Note);
}

#[test]
fn octets_changed_after_the_seal_are_named_in_the_archive() {
    let wacz = sample::wacz(&sample::statement());
    let mut package = sealed(&[file("page.wacz", "application/wacz", true, &wacz)]);
    package.members[0].1[80] ^= 1;
    let report = package.judge();
    assert!(report.has(codes::EVIDENCE_ALTERED));
    let fault = find(&report, codes::WACZ_FAULT);
    assert_eq!(fault.params["member"], "archive/data.warc.gz");
}

#[test]
fn a_report_with_other_counts_is_called_malformed() {
    let clean = cleanliness("{\"abnormal\":0,\"normal\":4,\"not_checked\":0}");
    let report = sealed(&[file("a.json", "application/json", false, &clean)]).judge();
    assert_eq!(report.layers.content, Status::Match);
    assert_eq!(
        find(&report, codes::CLEANLINESS_MALFORMED).status,
        Status::Note
    );
    let other = b"{\"checks\":[1],\"format\":\"another/1\"}";
    let report = sealed(&[file("a.json", "application/json", false, other)]).judge();
    assert!(!report.has(codes::CLEANLINESS_MALFORMED) && !report.has(codes::CLEANLINESS));
}

#[test]
fn the_package_of_one_capture_is_checked_too() {
    let wacz = sample::wacz(&sample::partial());
    let mut package = sealed(&[file("page.wacz", "application/wacz", true, &wacz)]);
    let partial = Partial::of(&package.manifest, 1).unwrap().unwrap();
    package
        .members
        .retain(|(name, _)| *name != layout::manifest(1));
    package
        .members
        .push((layout::PARTIAL.to_owned(), partial.to_bytes().unwrap()));
    let report = package.judge();
    assert_eq!(
        (report.kind, report.layers.content),
        (Kind::Partial, Status::Match),
        "{report:#?}"
    );
    assert!(report.has(codes::CAPTURE_PARTIAL));
    assert!(!report.has(codes::CAPTURE_CLEANLINESS_ELSEWHERE));
}
