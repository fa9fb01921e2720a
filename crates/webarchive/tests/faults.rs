//! Each fault by itself, and what the standards allow others.
#![allow(missing_docs)]

mod sample;

use fidem_fingerprint::{hex, sha256};
use fidem_webarchive::warc::{self, Kind, Record, Writer};
use fidem_webarchive::{Code, Limits, Rules, wacz};

/// A plain record with these header lines.
fn plain(lines: &[&str], block: &[u8]) -> Vec<u8> {
    let mut out = lines.join("\r\n").into_bytes();
    out.extend_from_slice(b"\r\n\r\n");
    out.extend_from_slice(block);
    out.extend_from_slice(b"\r\n\r\n");
    out
}

const ID: &str = "WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000001>";
const DATE: &str = "WARC-Date: 2026-01-01T00:00:00Z";
const EMPTY: &str =
    "WARC-Block-Digest: sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn codes_of(bytes: &[u8], rules: Rules, limits: &Limits) -> Vec<Code> {
    let checked = warc::check(&bytes.to_vec(), rules, limits);
    checked.findings.iter().map(|f| f.code).collect()
}

fn codes(bytes: &[u8]) -> Vec<Code> {
    codes_of(bytes, Rules::Standard, &Limits::default())
}

#[test]
fn headers() {
    let sound = [
        "WARC/1.1",
        "WARC-Type: metadata",
        ID,
        DATE,
        EMPTY,
        "Content-Length: 0",
    ];
    assert_eq!(codes(&plain(&sound, b"")), []);
    let with = |at: usize, line: &'static str| {
        let mut lines = sound;
        lines[at] = line;
        codes(&plain(&lines, b""))
    };
    assert_eq!(with(0, "WARC/1.0"), [Code::WarcVersion10]);
    assert_eq!(with(0, "WARC/2.0"), [Code::WarcVersion]);
    assert_eq!(with(1, "WARC-Type: novel"), [Code::WarcType]);
    assert_eq!(with(1, "X: y"), [Code::WarcFieldMissing]);
    assert_eq!(with(1, "WARC-Type: response"), [Code::WarcFieldMissing]);
    assert_eq!(with(2, "X: y"), [Code::WarcFieldMissing]);
    assert_eq!(with(2, "WARC-Record-ID: urn:x"), [Code::WarcRecordId]);
    assert_eq!(with(3, "X: y"), [Code::WarcFieldMissing]);
    assert_eq!(with(3, "WARC-Date: 2026-02-30T00:00:00Z"), [Code::WarcDate]);
    assert_eq!(with(4, "X: y"), [Code::WarcDigestAbsent]);
    assert_eq!(
        with(4, "no field"),
        [Code::WarcHeader, Code::WarcDigestAbsent]
    );
    assert_eq!(
        with(4, "WARC-Block-Digest: blake3:00"),
        [Code::WarcDigestUnknown]
    );
    assert_eq!(
        with(
            4,
            "WARC-Block-Digest: sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"
        ),
        [Code::WarcDigestAbsent]
    );
    assert_eq!(
        with(
            4,
            "WARC-Block-Digest: sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        ),
        [Code::WarcBlockDigest]
    );
    assert_eq!(with(5, "X: y"), [Code::WarcFieldMissing]);
    assert_eq!(with(5, "Content-Length: +0"), [Code::WarcContentLength]);
    assert_eq!(with(5, "Content-Length: 1"), [Code::WarcRecordEnd]);
    assert_eq!(with(5, "Content-Length: 99"), [Code::WarcTruncated]);
    let mut more = sound.to_vec();
    more.push("WARC-Target-URI: <http://a/>");
    more.push("WARC-Type: metadata");
    more.push("X: y");
    more.push(" folded");
    let found = [
        Code::WarcFolded,
        Code::WarcTargetBrackets,
        Code::WarcFieldRepeated,
    ];
    assert_eq!(codes(&plain(&more, b"")), found);
    let mut own = codes_of(&plain(&more, b""), Rules::Own, &Limits::default());
    own.dedup();
    assert_eq!(own, found);
}

#[test]
fn ids_references_and_ends() {
    let (bytes, _) = sample::archive(&sample::records());
    let twice = [bytes.clone(), bytes.clone()].concat();
    assert_eq!(codes(&twice), [Code::WarcRecordIdRepeated; 6]);
    let mut lost = sample::records();
    lost.remove(1);
    assert_eq!(codes(&sample::archive(&lost).0), [Code::WarcReference]);
    assert_eq!(codes(b""), [Code::WarcEmpty]);
    let junk = [&bytes[..], b"\x1f\x8b\x08"].concat();
    assert_eq!(codes(&junk), [Code::WarcTruncated]);
    let junk = [&bytes[..], b"\x1f\x8c\x08\0\0\0\0\0\0\0"].concat();
    assert_eq!(codes(&junk), [Code::WarcGzip]);
}

#[test]
fn budgets() {
    let (bytes, _) = sample::archive(&sample::records());
    for limits in [
        Limits {
            records: 2,
            ..Limits::default()
        },
        Limits {
            block: 60,
            ..Limits::default()
        },
        Limits {
            inflated: 600,
            ..Limits::default()
        },
    ] {
        assert_eq!(
            codes_of(&bytes, Rules::Standard, &limits),
            [Code::WarcBudget]
        );
    }
    let long = "X: ".to_owned() + &"y".repeat(100_000);
    let limits = Limits {
        header: 1000,
        ..Limits::default()
    };
    let bytes = plain(&["WARC/1.1", &long], b"");
    assert_eq!(
        codes_of(&bytes, Rules::Standard, &limits),
        [Code::WarcBudget]
    );
    // a megabyte of nothing in a kilobyte
    let bomb = sample::record(
        1,
        Kind::Resource,
        Some("urn:x"),
        "text/plain",
        &vec![0; 1 << 20],
    );
    let (bytes, _) = sample::archive(&[bomb]);
    assert!(bytes.len() < 3000);
    let limits = Limits {
        block: 1 << 16,
        ..Limits::default()
    };
    assert_eq!(
        codes_of(&bytes, Rules::Standard, &limits),
        [Code::WarcBudget]
    );
}

#[test]
fn the_payload_is_the_raw_body() {
    let block = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n";
    let digest = |of: &[u8]| format!("WARC-Payload-Digest: sha256:{}", hex::encode(&sha256(of)));
    let with = |payload: &str| {
        let block_digest = format!("WARC-Block-Digest: sha256:{}", hex::encode(&sha256(block)));
        let length = format!("Content-Length: {}", block.len());
        let lines = [
            "WARC/1.1",
            "WARC-Type: response",
            "WARC-Target-URI: http://a/",
            ID,
            DATE,
            "Content-Type: application/http;msgtype=response",
            &block_digest,
            payload,
            &length,
        ];
        codes(&plain(&lines, block))
    };
    assert_eq!(with(&digest(b"2\r\nab\r\n0\r\n\r\n")), []);
    assert_eq!(with(&digest(b"ab")), [Code::WarcPayloadDechunked]);
    assert_eq!(with(&digest(b"a")), [Code::WarcPayloadDigest]);
    let mut record = sample::records().remove(1);
    record.block = b"no message".to_vec();
    let (bytes, _) = sample::archive(&[record]);
    assert_eq!(codes(&bytes), [Code::WarcHttp]);
}

#[test]
fn what_the_writer_refuses() {
    let refused = |change: &dyn Fn(&mut Record)| {
        let mut record = sample::records().remove(1);
        change(&mut record);
        let mut writer = Writer::new(Vec::new());
        assert!(writer.write(&record).is_err());
        assert_eq!(writer.finish().expect("memory"), b"");
    };
    refused(&|r| r.date = "yesterday".to_owned());
    refused(&|r| r.id = "a>b".to_owned());
    refused(&|r| r.target_uri = None);
    refused(&|r| r.target_uri = Some("http://a/\r\nX: y".to_owned()));
    refused(&|r| r.fields.push(("content-LENGTH".to_owned(), "1".to_owned())));
    refused(&|r| r.fields.push(("a b".to_owned(), "1".to_owned())));
}

/// A stored-only zip of these members, made by hand.
fn zip(members: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, bytes) in members {
        let at = u32::try_from(out.len()).expect("small");
        let len = u32::try_from(bytes.len()).expect("small").to_le_bytes();
        let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0];
        common.extend(crc32fast::hash(bytes).to_le_bytes());
        common.extend([len, len].concat());
        common.extend(u16::try_from(name.len()).expect("small").to_le_bytes());
        common.extend([0, 0]);
        out.extend([b"PK\x03\x04", &common[..], name.as_bytes(), bytes].concat());
        directory.extend(
            [
                b"PK\x01\x02\x14\0",
                &common[..],
                &[0; 10],
                &at.to_le_bytes(),
            ]
            .concat(),
        );
        directory.extend(name.as_bytes());
    }
    let at = u32::try_from(out.len()).expect("small").to_le_bytes();
    let len = u32::try_from(directory.len()).expect("small").to_le_bytes();
    let count = u16::try_from(members.len()).expect("small").to_le_bytes();
    out.extend(directory);
    out.extend(
        [
            b"PK\x05\x06\0\0\0\0",
            &count[..],
            &count,
            &len,
            &at,
            &[0, 0],
        ]
        .concat(),
    );
    out
}

type Members = Vec<(&'static str, Vec<u8>)>;

/// The members of the sample, `change`d, and listed as they are.
fn members(change: &dyn Fn(&mut Members)) -> Members {
    let (warc, entries) = sample::archive(&sample::records());
    let pages = format!(
        "{{\"format\":\"json-pages-1.0\",\"id\":\"pages\"}}\n{{\"url\":\"{}\",\"ts\":\"{}\"}}\n",
        sample::HOME,
        sample::DATE
    );
    let mut out = vec![
        ("archive/data.warc.gz", warc),
        ("indexes/index.cdx", fidem_webarchive::cdxj::index(&entries)),
        ("pages/pages.jsonl", pages.into_bytes()),
    ];
    change(&mut out);
    let resources: Vec<String> = out
        .iter()
        .map(|(name, bytes)| {
            let hash = hex::encode(&sha256(bytes));
            format!(
                "{{\"path\":\"{name}\",\"hash\":\"sha256:{hash}\",\"bytes\":{}}}",
                bytes.len()
            )
        })
        .collect();
    let package = format!(
        "{{\"profile\":\"data-package\",\"wacz_version\":\"1.1.1\",\"resources\":[{}]}}",
        resources.join(",")
    );
    let digest = hex::encode(&sha256(package.as_bytes()));
    let digest = format!("{{\"path\":\"datapackage.json\",\"hash\":\"sha256:{digest}\"}}");
    out.push(("datapackage.json", package.into_bytes()));
    out.push(("datapackage-digest.json", digest.into_bytes()));
    out
}

/// Codes without that of the headers' form, which this zip has not from our writer.
fn wacz_codes(members: &[(&str, Vec<u8>)]) -> Vec<Code> {
    let checked = wacz::check(&zip(members), Rules::Standard, &Limits::default());
    let codes = checked.findings.iter().map(|f| f.code);
    codes.filter(|c| *c != Code::WaczZipForm).collect()
}

fn edited(member: usize, from: &str, to: &str) -> Vec<Code> {
    let members = members(&|m| {
        let text = String::from_utf8(m[member].1.clone()).expect("text");
        assert!(text.contains(from), "{text}");
        m[member].1 = text.replacen(from, to, 1).into_bytes();
    });
    wacz_codes(&members)
}

#[test]
fn listings() {
    assert_eq!(wacz_codes(&members(&|_| ())), []);
    let with = |change: &dyn Fn(&mut Members)| {
        let mut all = members(&|_| ());
        change(&mut all);
        wacz_codes(&all)
    };
    assert_eq!(
        with(&|m| m.push(("fidem/x.json", vec![]))),
        [Code::WaczMemberUnlisted]
    );
    assert_eq!(
        with(&|m| m.push(("../x", vec![]))),
        [Code::WaczZipName, Code::WaczMemberUnlisted]
    );
    assert_eq!(with(&|m| m.push(m[2].clone())), [Code::WaczZipDuplicate]);
    assert_eq!(
        with(&|m| m[2].1.pop().map_or((), |_| ())),
        [Code::WaczMemberSize, Code::WaczMemberHash]
    );
    assert_eq!(with(&|m| m.truncate(4)), [Code::WaczDigestAbsent]);
    assert_eq!(with(&|m| m[4].1[30] ^= 1), [Code::WaczDigest]);
    assert_eq!(with(&|m| m.truncate(3)), [Code::WaczDatapackage]);
    assert_eq!(
        with(&|m| m[3].1.push(b'x')),
        [Code::WaczDigest, Code::WaczDatapackage]
    );
    let absent = with(&|m| drop(m.remove(2)));
    assert_eq!(absent, [Code::WaczMemberAbsent, Code::WaczPagesAbsent]);
    assert_eq!(
        wacz_codes(&members(&|m| m.push(m[2].clone())))[..2],
        [Code::WaczZipDuplicate, Code::WaczMemberRepeated]
    );
    assert_eq!(
        wacz_codes(&members(&|m| m.push(("archive/x.txt", vec![])))),
        [Code::WaczPlace]
    );
    let none = wacz_codes(&members(&|m| m.truncate(0)));
    assert_eq!(
        none,
        [
            Code::WaczArchiveAbsent,
            Code::WaczIndexAbsent,
            Code::WaczPagesAbsent
        ]
    );
}

#[test]
fn indexes_and_pages() {
    assert_eq!(
        edited(1, "\"status\": \"200\"", "\"status\": \"404\""),
        [Code::WaczIndexContent]
    );
    assert_eq!(
        edited(1, "text/html", "text/plain"),
        [Code::WaczIndexContent]
    );
    assert_eq!(
        edited(1, "\"digest\": \"sha256:", "\"digest\": \"sha256:0"),
        [Code::WaczIndexContent]
    );
    assert_eq!(
        edited(1, " 20261126214111 ", " 20261126214112 "),
        [Code::WaczIndexContent]
    );
    assert_eq!(
        edited(1, "com,example)/a?", "com,example)/b?"),
        [Code::WaczIndexKey]
    );
    assert_eq!(
        edited(1, "com,example)/a?", "zz,example)/a?"),
        [Code::WaczIndexKey, Code::WaczIndexOrder]
    );
    assert_eq!(
        edited(1, "data.warc.gz", "other.warc.gz"),
        [Code::WaczIndexTarget, Code::WaczIndexGap]
    );
    assert_eq!(
        edited(1, "com,example)/a?", "com,example)/a? ?"),
        [
            Code::WaczIndexLine,
            Code::WaczIndexGap,
            Code::WaczPageUnindexed
        ]
    );
    assert_eq!(
        edited(2, "https://www.example.com/a", "https://www.example.com/b"),
        [Code::WaczPageUnindexed]
    );
    assert_eq!(
        edited(2, "json-pages-1.0", "json-pages-2.0"),
        [Code::WaczPagesLine]
    );
    assert_eq!(edited(2, "\"ts\"", "\"tz\""), [Code::WaczPagesLine]);
}

#[test]
fn zips_that_read_in_two_ways() {
    let sound = zip(&members(&|_| ()));
    let code = |bytes: Vec<u8>| {
        let checked = wacz::check(&bytes, Rules::Standard, &Limits::default());
        let mut codes = checked.findings.iter().map(|f| f.code);
        codes.find(|c| *c != Code::WaczZipForm)
    };
    let directory = sound
        .windows(4)
        .position(|w| w == b"PK\x01\x02")
        .expect("a directory");
    let changed = |at: usize, value: u8| {
        let mut bytes = sound.clone();
        bytes[at] = value;
        code(bytes)
    };
    assert_eq!(changed(30, b'A'), Some(Code::WaczZipHeaders));
    assert_eq!(changed(8, 8), Some(Code::WaczZipHeaders));
    assert_eq!(changed(14, sound[14] ^ 1), Some(Code::WaczZipHeaders));
    assert_eq!(changed(directory + 8, 1), Some(Code::WaczZipMethod));
    assert_eq!(changed(directory + 10, 12), Some(Code::WaczZipMethod));
    assert_eq!(changed(directory + 14, 0), Some(Code::WaczZipDate));
    assert_eq!(changed(directory + 42, 1), Some(Code::WaczZipHeaders));
    assert_eq!(changed(directory + 28, 9), Some(Code::WaczZip));
    assert_eq!(changed(sound.len() - 2, 1), Some(Code::WaczZip));
    // an octet between the last member and the directory
    let mut gap = sound.clone();
    gap.insert(directory, 0);
    let at = u32::try_from(directory + 1).expect("small").to_le_bytes();
    let end = gap.len();
    gap[end - 6..end - 2].copy_from_slice(&at);
    assert_eq!(code(gap), Some(Code::WaczZipPlace));
    // a member that reaches into the next, by both of its headers
    let mut overlap = sound.clone();
    for at in [18, 22, directory + 20, directory + 24] {
        overlap[at] = overlap[at].wrapping_add(1);
    }
    assert_eq!(code(overlap), Some(Code::WaczZipPlace));
    let limits = Limits {
        members: 2,
        ..Limits::default()
    };
    let checked = wacz::check(&sound, Rules::Standard, &limits);
    assert_eq!(checked.findings[0].code, Code::WaczBudget);
}
