//! What the headers of a zip and the checksum list may say beside what our writer says: the example of the formats.

use std::io::Cursor;

use fidem_package::{Container, Writer, layout};
use fidem_verify::{Report, Request, Trust, Verdict, verify};
use rfc3161_client::UnixTime;

const WHOLE: &[u8] = include_bytes!("../../../docs/format/example/example.asice");
const EXHIBIT: &[u8] = include_bytes!("../../../docs/format/example/example-item-1.asice");
const TRUST: &[u8] = include_bytes!("../../../docs/format/example/trust.json");

fn judged(package: &[u8]) -> Report {
    let trust = Trust::supplied([("trust.json", TRUST)]).unwrap();
    let package = package.to_vec();
    let request = Request {
        subject: &package,
        data: &[],
        digest: None,
        revocation: &[],
        headers: &[],
        signatures: &[],
        trust: &trust,
        at: UnixTime::from_rfc3339("2026-12-01T00:00:00Z").unwrap(),
    };
    verify(&request, &mut |_, _| ())
}

/// The first member is `mimetype`: its local header stands at 0, its central header where the directory begins.
fn patched(changes: &[(bool, usize, &[u8])]) -> Report {
    let mut package = WHOLE.to_vec();
    let end = package.len() - 22;
    let directory = u32::from_le_bytes(package[end + 16..end + 20].try_into().unwrap());
    for (central, at, octets) in changes {
        let at = at + if *central { directory as usize } else { 0 };
        package[at..at + octets.len()].copy_from_slice(octets);
    }
    judged(&package)
}

#[track_caller]
fn refused(report: &Report, code: &str) {
    assert_ne!(report.verdict, Verdict::Match);
    let found: Vec<&str> = report.findings.iter().map(|f| f.code.0).collect();
    assert!(found.contains(&code), "{code}: {found:?}");
}

#[test]
fn attributes_of_anything_but_a_plain_file_are_refused() {
    let mode = |mode: u32| (mode << 16).to_le_bytes();
    for external in [
        mode(0o120_777), // a link to what the member holds
        mode(0o040_755),
        mode(0o060_644),
        mode(0o104_755), // set-user-id
        0x10_u32.to_le_bytes(),
        0x08_u32.to_le_bytes(),
    ] {
        refused(&patched(&[(true, 38, &external)]), "container-not-a-file");
    }
    refused(&patched(&[(true, 36, &[2, 0])]), "container-not-a-file");
    for external in [
        mode(0),
        mode(0o600),
        mode(0o100_755),
        0x21_u32.to_le_bytes(),
    ] {
        let report = patched(&[(true, 38, &external), (true, 36, &[1, 0])]);
        assert_eq!(report.verdict, Verdict::Match, "{external:?}");
    }
}

#[test]
fn both_headers_show_one_time() {
    let time: &[u8] = &[0x20, 0x6c, 0x7b, 0x5b];
    refused(&patched(&[(false, 10, time)]), "container-inconsistent");
    refused(&patched(&[(true, 12, time)]), "container-inconsistent");
    let report = patched(&[(false, 10, time), (true, 12, time)]);
    assert_eq!(report.verdict, Verdict::Match);
}

#[test]
fn a_version_needed_is_one_of_stored_members() {
    for needed in [0_u16, 21, 46, 51, 63, 0x0314] {
        let needed = needed.to_le_bytes();
        refused(&patched(&[(true, 6, &needed)]), "container-compressed");
        refused(&patched(&[(false, 4, &needed)]), "container-inconsistent");
    }
    let report = patched(&[(false, 4, &[10, 0]), (true, 6, &[45, 0])]);
    assert_eq!(report.verdict, Verdict::Match);
}

/// The exhibit under another checksum list: nothing else is over that one.
fn listed(change: impl Fn(&mut Vec<u8>)) -> Report {
    let source = EXHIBIT.to_vec();
    let container = Container::open(&source).unwrap();
    let mut writer = Writer::new(Cursor::new(Vec::new())).unwrap();
    for member in container.members().iter().skip(1) {
        let mut bytes = container.bytes(member, 1 << 20).unwrap();
        if member.name == layout::CHECKSUMS {
            change(&mut bytes);
        }
        writer.member(&member.name, &bytes).unwrap();
    }
    judged(&writer.finish().unwrap().into_inner())
}

#[test]
fn a_checksum_list_has_one_form() {
    let malformed = "checksums-malformed";
    refused(&listed(|list| list.truncate(list.len() - 1)), malformed);
    refused(&listed(|list| list.extend_from_within(..)), malformed);
    // Not UTF-8: U+FFFD, which a lossy reader would make of it, may stand in a member's name.
    refused(&listed(|list| list[66] = 0xff), malformed);
    refused(&listed(|list| list[65] = b'*'), malformed);
    refused(&listed(|list| list.push(b'\n')), malformed);
    let turned = listed(|list| {
        let end = list.iter().position(|octet| *octet == b'\n').unwrap() + 1;
        list.rotate_left(end);
    });
    assert_eq!(turned.verdict, Verdict::Match);
}
