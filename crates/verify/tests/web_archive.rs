//! Web archives by themselves: sound ones, damaged ones, untrue ones, and those of others.
#![allow(clippy::print_stdout)]

mod sample;

use std::path::{Path, PathBuf};
use std::process::Command;

use fidem_verify::{
    Data, Finding, Kind, Language, Report, Request, Status, Trust, Verdict, codes, verify,
};
use fidem_webarchive::capture::{OPERATIONS, STATEMENT};
use rfc3161_client::UnixTime;

use sample::Members;

fn judge_with(wacz: &Vec<u8>, data: &[Data<'_>]) -> Report {
    let trust = Trust::compiled_in().unwrap();
    let request = Request {
        subject: wacz,
        data,
        digest: None,
        revocation: &[],
        headers: &[],
        signatures: &[],
        trust: &trust,
        at: UnixTime(1_795_000_000),
    };
    verify(&request, &mut |_, _| {})
}

fn judge(wacz: &Vec<u8>) -> Report {
    judge_with(wacz, &[])
}

fn find(report: &Report, code: codes::Code) -> &Finding {
    let found = report.findings.iter().find(|f| f.code == code);
    found.unwrap_or_else(|| panic!("no {}: {:#?}", code.0, report.findings))
}

fn altered(change: impl Fn(&mut Members)) -> Report {
    let (records, mut members, list) = sample::masked(&sample::members(&sample::statement()));
    change(&mut members);
    judge(&sample::package(&records, &members, Some(&list)))
}

fn member<'a>(members: &'a mut Members, name: &str) -> &'a mut Vec<u8> {
    let found = members.iter_mut().find(|(known, _)| known == name);
    &mut found.unwrap().1
}

#[test]
fn a_capture_matches_and_its_statements_are_remarks() {
    let report = judge(&sample::wacz(&sample::statement()));
    assert_eq!(
        (report.kind, report.verdict),
        (Kind::WebArchive, Verdict::Match),
        "{report:#?}"
    );
    assert_eq!(report.layers.content, Status::Match);
    assert_eq!(report.layers.source, Status::CannotCheck);
    for layer in [
        report.layers.manifest,
        report.layers.time,
        report.layers.chain,
    ] {
        assert_eq!(layer, Status::Absent);
    }
    let made = find(&report, codes::CAPTURE_MADE);
    assert_eq!(made.params["browser"], "Chromium 156.0");
    assert!(made.message(Language::Chinese).contains("采集正常结束"));
    assert!(report.has(codes::CAPTURE_WHOLE) && report.has(codes::WACZ_ALONE));
    // The cookie, and the operation that repeats it.
    let masked = find(&report, codes::CAPTURE_MASKED);
    assert_eq!(
        (&*masked.params["places"], &*masked.params["records"]),
        ("2", "2")
    );
    let linked = find(&report, codes::OPERATIONS_LINKED);
    assert_eq!(
        (&*linked.params["count"], &*linked.params["masked"]),
        ("4", "1")
    );
}

#[test]
fn the_whole_archive_matches_without_a_list_of_masks() {
    let members = sample::members(&sample::statement());
    let report = judge(&sample::package(&sample::records(), &members, None));
    assert_eq!(report.verdict, Verdict::Match, "{report:#?}");
    assert_eq!(
        find(&report, codes::OPERATIONS_LINKED).params["masked"],
        "0"
    );
    assert!(!report.has(codes::CAPTURE_MASKED));
}

/// A statement that claims more, or less, than is there.
#[test]
fn counts_of_completeness_are_those_of_the_records_and_connections() {
    for (stated, claims) in [(3, "archived"), (0, "archived"), (9, "exchanged")] {
        let mut forged = sample::statement();
        let mut members = sample::members(&forged);
        match claims {
            "archived" => forged.completeness.archived = stated,
            _ => forged.completeness.exchanged = stated,
        }
        *member(&mut members, STATEMENT) = serde_json::to_vec(&forged).unwrap();
        let report = judge(&sample::package(&sample::records(), &members, None));
        assert_eq!(report.verdict, Verdict::Mismatch, "{claims} {stated}");
        let differs = find(&report, codes::CAPTURE_COUNTS_DIFFER);
        assert_eq!(differs.params["stated"], stated.to_string());
        assert_eq!(differs.params["found"], "1");
    }
    // The other way about: a record taken out of the archive, everything else made to fit.
    let records: Vec<_> = sample::records().drain(..2).collect();
    let members = sample::members(&sample::statement());
    let report = judge(&sample::package(&records, &members, None));
    assert_eq!(
        find(&report, codes::CAPTURE_COUNTS_DIFFER).params["found"],
        "0"
    );
}

#[test]
fn a_partial_capture_is_called_partial() {
    let report = judge(&sample::wacz(&sample::partial()));
    assert_eq!(report.verdict, Verdict::Match);
    let partial = find(&report, codes::CAPTURE_PARTIAL);
    assert_eq!(partial.status, Status::Note);
    let zh = partial.message(Language::Chinese);
    assert!(
        zh.contains("PARTIAL") && zh.contains("1／4") && zh.contains("请求失败 2 处"),
        "{zh}"
    );
    assert!(
        partial
            .message(Language::English)
            .contains("cut short 1, request failed 2.")
    );
    assert!(
        find(&report, codes::CAPTURE_DEVIATION)
            .message(Language::Chinese)
            .contains("未启用沙箱")
    );
    assert!(
        find(&report, codes::CAPTURE_MADE)
            .message(Language::English)
            .contains("a person stopped it")
    );
    let mut lying = sample::partial();
    lying.completeness.partial = false;
    let report = judge(&sample::wacz(&lying));
    assert_eq!(report.verdict, Verdict::Mismatch);
    assert_eq!(
        find(&report, codes::CAPTURE_MALFORMED).params["member"],
        STATEMENT
    );
}

/// Where each member's header and data lie.
fn places(bytes: &[u8]) -> Vec<(String, usize, usize)> {
    let mut out = Vec::new();
    let mut at = 0;
    while bytes[at..].starts_with(b"PK\x03\x04") {
        let u16 = |i: usize| usize::from(u16::from_le_bytes([bytes[at + i], bytes[at + i + 1]]));
        let size = u32::from_le_bytes(bytes[at + 18..at + 22].try_into().unwrap());
        let name_end = at + 30 + u16(26);
        let name = String::from_utf8(bytes[at + 30..name_end].to_vec()).unwrap();
        let end = name_end + u16(28) + usize::try_from(size).unwrap();
        out.push((name, at, end));
        at = end;
    }
    out
}

#[test]
fn one_bit_anywhere_is_a_mismatch_that_names_its_member() {
    let sound = sample::wacz(&sample::statement());
    let places = places(&sound);
    let step = sound.len() / 500;
    for at in (0..sound.len())
        .step_by(step.max(1))
        .chain([0, 1, 2, 30, sound.len() - 1])
    {
        let mut bytes = sound.clone();
        bytes[at] ^= 1 << (at % 8);
        let report = judge(&bytes);
        assert_eq!(report.kind, Kind::WebArchive, "octet {at}");
        assert_eq!(report.verdict, Verdict::Mismatch, "octet {at}");
        let fault = find(&report, codes::WACZ_FAULT);
        match places
            .iter()
            .find(|(_, start, end)| (*start..*end).contains(&at))
        {
            Some((name, ..)) => assert_eq!(fault.params["member"], *name, "octet {at}"),
            None => assert_ne!(fault.params["offset"], "–", "octet {at}"),
        }
    }
}

#[test]
fn a_record_at_fault_is_named_by_its_number() {
    let sound = sample::wacz(&sample::statement());
    let (_, start, _) = places(&sound)[0].clone();
    let archive = start + 30 + "archive/data.warc.gz".len();
    let checked = fidem_webarchive::wacz::check(
        &sound,
        fidem_webarchive::Rules::Own,
        &fidem_webarchive::Limits::default(),
    );
    let second = &checked.archives[0].records[1];
    let mut bytes = sound;
    bytes[archive + usize::try_from(second.offset + second.length / 2).unwrap()] ^= 4;
    let report = judge(&bytes);
    let located = |f: &&Finding| f.code == codes::WACZ_FAULT && f.params["record"] == "1";
    let fault = report.findings.iter().find(located).unwrap();
    assert_eq!(fault.params["member"], "archive/data.warc.gz");
    assert_eq!(fault.params["offset"], second.offset.to_string());
}

#[test]
fn a_broken_log_of_operations_is_a_mismatch() {
    let report = altered(|members| {
        *member(members, OPERATIONS) = sample::operations(&["launch", "close"]);
        let log = member(members, OPERATIONS);
        log[10] ^= 1;
    });
    assert_eq!(report.verdict, Verdict::Mismatch);
    assert_eq!(find(&report, codes::OPERATIONS_BROKEN).params["line"], "2");
    assert!(!report.has(codes::WACZ_FAULT), "{report:#?}");
    let report = altered(|members| {
        let log = member(members, OPERATIONS);
        log.truncate(log.len() - 1);
    });
    assert_eq!(find(&report, codes::OPERATIONS_BROKEN).params["line"], "4");
}

#[test]
fn masks_that_are_not_there_or_not_listed_are_a_mismatch() {
    let members = sample::members(&sample::statement());
    let (records, masked, list) = sample::masked(&members);
    let unmasked = sample::package(&sample::records(), &masked, Some(&list));
    let report = judge(&unmasked);
    assert_eq!(report.verdict, Verdict::Mismatch);
    assert!(find(&report, codes::REDACTIONS_DIFFER).params["reason"].contains("is not"));
    let mut short = list.clone();
    short.records.pop();
    let report = judge(&sample::package(&records, &masked, Some(&short)));
    assert_eq!(find(&report, codes::OPERATIONS_BROKEN).params["line"], "3");
    let mut strange = list.clone();
    strange.records[0].record_id = "urn:uuid:0".to_owned();
    let report = judge(&sample::package(&records, &masked, Some(&strange)));
    assert_eq!(report.verdict, Verdict::Mismatch);
    assert!(report.has(codes::REDACTIONS_DIFFER));
}

#[test]
fn statements_that_cannot_be_read_or_are_absent_are_a_mismatch() {
    for (name, octets) in [
        (STATEMENT, &b"{}"[..]),
        (OPERATIONS, b"{}\n"),
        ("fidem/network.json", b"{\"format\":\"fidem-network/2\"}"),
    ] {
        let report = altered(|members| *member(members, name) = octets.to_vec());
        assert_eq!(report.verdict, Verdict::Mismatch, "{name}");
        assert!(report.has(codes::CAPTURE_MALFORMED) || report.has(codes::OPERATIONS_BROKEN));
        let report = altered(|members| members.retain(|(known, _)| known != name));
        let malformed =
            |f: &Finding| f.code == codes::CAPTURE_MALFORMED && f.params["member"] == name;
        assert!(report.findings.iter().any(malformed), "{name}: {report:#?}");
    }
}

#[test]
fn files_handed_in_must_stand_in_the_archive() {
    let wacz = sample::wacz(&sample::statement());
    let (png, page, other) = (
        b"\x89PNG\r\n\x1a\n".to_vec(),
        b"<html>".to_vec(),
        b"x".to_vec(),
    );
    let data = |name: &str, source| Data {
        name: name.to_owned(),
        source,
    };
    let report = judge_with(&wacz, &[data("a.png", &png), data("a.html", &page)]);
    assert_eq!(report.verdict, Verdict::Match, "{report:#?}");
    assert_eq!(
        find(&report, codes::WACZ_DATA_MATCHES).params["place"],
        "fidem/viewport.png"
    );
    let report = judge_with(&wacz, &[data("b", &other)]);
    assert_eq!(report.verdict, Verdict::Mismatch);
    assert!(report.has(codes::WACZ_DATA_UNKNOWN));
}

fn tool(name: &str) -> Option<PathBuf> {
    let bin = std::env::var_os("FIDEM_WARC_TOOLS").map(|v| Path::new(&v).join("bin").join(name));
    let found = bin.filter(|p| p.exists());
    if found.is_none() {
        println!("skipped: no {name} (FIDEM_WARC_TOOLS names a virtual environment with it)");
    }
    found
}

#[test]
fn what_py_wacz_makes_matches_and_is_called_another_s() {
    let Some(tool) = tool("wacz") else { return };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("verify-py-wacz");
    std::fs::create_dir_all(&folder).unwrap();
    let mut archive = fidem_webarchive::warc::Writer::new(Vec::new());
    for record in sample::records() {
        archive.write(&record).unwrap();
    }
    std::fs::write(folder.join("data.warc.gz"), archive.finish().unwrap()).unwrap();
    let made = folder.join("other.wacz");
    let _ = std::fs::remove_file(&made);
    let status = Command::new(tool)
        .args([
            "create",
            "-o",
            "other.wacz",
            "--detect-pages",
            "data.warc.gz",
        ])
        .current_dir(&folder)
        .output()
        .unwrap();
    assert!(status.status.success(), "{status:?}");
    let mut bytes = std::fs::read(made).unwrap();
    let report = judge(&bytes);
    assert_eq!(
        (report.kind, report.verdict),
        (Kind::WebArchive, Verdict::Match),
        "{report:#?}"
    );
    assert!(report.has(codes::WACZ_FOREIGN) && !report.has(codes::CAPTURE_MADE));
    let at = bytes
        .windows(4)
        .position(|w| w == b"\x1f\x8b\x08\x00")
        .unwrap()
        + 40;
    bytes[at] ^= 1;
    assert_eq!(judge(&bytes).verdict, Verdict::Mismatch);
}
