//! Archive time-stamps of others (EN 319 162-1) over a package of ours: the example of the format, stamped on twice.

use std::io::Cursor;

use fidem_authority::{Authority, AuthorityOptions, KeyKind};
use fidem_package::asic::{AsicManifest, Reference};
use fidem_package::{Container, Writer, layout};
use fidem_verify::{Report, Request, Status, Trust, Verdict, codes, verify};
use rfc3161_client::{
    AlgorithmEnd, DigestAlgorithm, Imprint, RatedAlgorithm, TimeStampRequest, UnixTime, token_of,
};

/// Its own certificates end on 2126-10-28.
const EXAMPLE: &[u8] = include_bytes!("../../../docs/format/example/example.asice");
const TRUST: &[u8] = include_bytes!("../../../docs/format/example/trust.json");
const FIRST: &str = "META-INF/timestamp-archive1.tst";
const SECOND: &str = "META-INF/timestamp-archive2.tst";

type Members = Vec<(String, Vec<u8>)>;

fn instant(date: &str) -> UnixTime {
    UnixTime::from_rfc3339(&format!("{date}T00:00:00Z")).unwrap()
}

fn authority(from: &str, to: &str) -> Authority {
    let (from, to) = (instant(from).0, instant(to).0);
    let options = AuthorityOptions::demonstration("乙", KeyKind::P256, from, to);
    let seed = u8::try_from(from % 251).unwrap();
    Authority::new(&options, &mut |entropy| {
        entropy.fill(seed);
        Ok(())
    })
    .unwrap()
}

/// Holds from 2125 to 2140.
fn early() -> Authority {
    authority("2125-01-01", "2140-01-01")
}

/// Holds from 2135 to 2160.
fn late() -> Authority {
    authority("2135-01-01", "2160-01-01")
}

fn members(package: &[u8]) -> Members {
    let source = package.to_vec();
    let container = Container::open(&source).unwrap();
    let all = container.members().iter();
    all.map(|one| (one.name.clone(), container.bytes(one, 1 << 20).unwrap()))
        .collect()
}

fn package(members: &Members) -> Vec<u8> {
    let mut writer = Writer::new(Cursor::new(Vec::new())).unwrap();
    for (name, bytes) in members.iter().filter(|(name, _)| name != "mimetype") {
        writer.member(name, bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Renames the newest archive manifest, and stamps a new one that references all but what `left_out` names.
fn stamped_on(
    members: &Members,
    (renamed, token): (&str, &str),
    authority: &Authority,
    date: &str,
    left_out: &str,
) -> Members {
    let mut members = members.clone();
    for (name, _) in &mut members {
        if name == layout::DELIVERY {
            *name = renamed.to_owned();
        }
    }
    let covered = members.iter().filter(|(name, _)| name != left_out);
    let references = covered.map(|(name, bytes)| Reference {
        member: name.clone(),
        sha256: DigestAlgorithm::Sha256
            .digest(bytes)
            .unwrap()
            .try_into()
            .unwrap(),
    });
    let manifest = AsicManifest {
        token: token.to_owned(),
        references: references.collect(),
    };
    let xml = manifest.to_xml();
    let request = TimeStampRequest {
        imprint: Imprint::sha256_of(&xml),
        policy: None,
        nonce: None,
        cert_req: true,
    };
    let reply = authority.reply(&request.to_der().unwrap(), instant(date).0 * 1000);
    members.push((layout::DELIVERY.to_owned(), xml));
    members.push((token.to_owned(), token_of(&reply).unwrap().to_vec()));
    members
}

fn once(left_out: &str) -> Members {
    let example = members(EXAMPLE);
    let names = ("META-INF/ASiCArchiveManifest001.xml", FIRST);
    stamped_on(&example, names, &early(), "2126-01-01", left_out)
}

fn twice(left_out: &str) -> Members {
    let names = ("META-INF/ASiCArchiveManifest002.xml", SECOND);
    stamped_on(&once(""), names, &late(), "2139-01-01", left_out)
}

fn judge_with(members: &Members, date: &str, ends: &[AlgorithmEnd]) -> Report {
    let roots = early().root_pem().unwrap() + &late().root_pem().unwrap();
    let files = [("trust.json", TRUST), ("roots.pem", roots.as_bytes())];
    let mut trust = Trust::supplied(files).unwrap();
    trust.algorithms.ends.extend_from_slice(ends);
    let subject = package(members);
    let request = Request {
        subject: &subject,
        data: &[],
        digest: None,
        revocation: &[],
        headers: &[],
        signatures: &[],
        trust: &trust,
        at: instant(date),
    };
    verify(&request, &mut |_, _| {})
}

fn judge(members: &Members, date: &str) -> Report {
    judge_with(members, date, &[])
}

#[track_caller]
fn expect(report: &Report, verdict: Verdict) {
    assert_eq!(report.verdict, verdict, "{:#?}", report.findings);
}

fn count(report: &Report, code: codes::Code) -> usize {
    let found = report.findings.iter();
    found.filter(|finding| finding.code == code).count()
}

#[test]
fn a_package_by_itself_lasts_as_long_as_its_own_tokens() {
    let example = members(EXAMPLE);
    expect(&judge(&example, "2126-06-01"), Verdict::Match);
    let lapsed = judge(&example, "2130-01-01");
    expect(&lapsed, Verdict::CannotCheck);
    assert!(lapsed.has(codes::TOKENS_ALL_EXPIRED));
    assert!(!lapsed.has(codes::ARCHIVE_HOLDS));
}

#[test]
fn an_archive_time_stamp_carries_the_tokens_it_references() {
    let report = judge(&once(""), "2130-01-01");
    expect(&report, Verdict::Match);
    assert_eq!(count(&report, codes::ARCHIVE_HOLDS), 1);
    assert!(report.has(codes::TOKEN_CARRIED) && report.has(codes::DELIVERY_TIME));
    let lapsed = judge(&once(""), "2150-01-01");
    expect(&lapsed, Verdict::CannotCheck);
    assert!(lapsed.has(codes::TOKENS_ALL_EXPIRED) && !lapsed.has(codes::ARCHIVE_HOLDS));
}

#[test]
fn a_second_one_carries_the_first() {
    let report = judge(&twice(""), "2150-01-01");
    expect(&report, Verdict::Match);
    assert_eq!(count(&report, codes::ARCHIVE_HOLDS), 2);
    // The first archive token and the seal's own.
    assert_eq!(count(&report, codes::TOKEN_CARRIED), 2);
}

#[test]
fn what_is_not_referenced_is_not_carried() {
    for left_out in ["META-INF/timestamp001.tst", "META-INF/ASiCManifest001.xml"] {
        let report = judge(&once(left_out), "2130-01-01");
        expect(&report, Verdict::CannotCheck);
        assert!(report.has(codes::ARCHIVE_HOLDS) && report.has(codes::TOKENS_ALL_EXPIRED));
    }
    // The chain ends where the second does not cover the first, and the seal's token is too late for the second alone.
    let report = judge(&twice(FIRST), "2150-01-01");
    expect(&report, Verdict::CannotCheck);
    assert_eq!(count(&report, codes::ARCHIVE_HOLDS), 1);
}

#[test]
fn every_cut_link_is_seen() {
    let whole = twice("");
    for altered in 0..whole.len() {
        let (name, bytes) = &whole[altered];
        if name == "mimetype" || bytes.is_empty() {
            continue;
        }
        let mut cut = whole.clone();
        let middle = bytes.len() / 2;
        cut[altered].1[middle] ^= 1;
        let report = judge(&cut, "2150-01-01");
        assert_ne!(report.verdict, Verdict::Match, "{name}");
    }
    for removed in 0..whole.len() {
        let mut cut = whole.clone();
        let (name, _) = cut.remove(removed);
        let report = judge(&cut, "2150-01-01");
        let kept = name == "mimetype";
        assert_eq!(report.verdict == Verdict::Match, kept, "{name}");
    }
}

#[test]
fn a_digest_that_has_ended_carries_nothing() {
    let end = AlgorithmEnd {
        algorithm: RatedAlgorithm::Digest(DigestAlgorithm::Sha256),
        until: instant("2128-01-01"),
    };
    let report = judge_with(&once(""), "2130-01-01", &[end]);
    expect(&report, Verdict::CannotCheck);
    assert!(!report.has(codes::ARCHIVE_HOLDS));
}

#[test]
fn an_authority_that_is_not_trusted_carries_nothing() {
    let stranger = authority("2124-01-01", "2140-01-01");
    let example = members(EXAMPLE);
    let names = ("META-INF/ASiCArchiveManifest001.xml", FIRST);
    let report = judge(
        &stamped_on(&example, names, &stranger, "2126-01-01", ""),
        "2130-01-01",
    );
    expect(&report, Verdict::CannotCheck);
    assert!(report.has(codes::ARCHIVE_UNDECIDED) && !report.has(codes::ARCHIVE_HOLDS));
    assert_ne!(report.layers.time, Status::Match);
}

#[test]
fn a_second_list_and_a_stray_token_belong_to_nothing() {
    let example = members(EXAMPLE);
    let list = example.iter().find(|(name, _)| name == layout::DELIVERY);
    let mut doubled = example.clone();
    doubled.push((
        "META-INF/ASiCArchiveManifest001.xml".to_owned(),
        list.unwrap().1.clone(),
    ));
    let report = judge(&doubled, "2126-06-01");
    expect(&report, Verdict::Mismatch);
    assert!(report.has(codes::MEMBER_UNKNOWN));
    let receipt = (
        "META-INF/ASiCArchiveManifest001.xml",
        "certificate/forged.pdf",
    );
    let named = stamped_on(&example, receipt, &early(), "2126-01-01", "");
    let report = judge(&named, "2126-06-01");
    expect(&report, Verdict::Mismatch);
    assert!(report.has(codes::STATEMENT_MALFORMED) && report.has(codes::MEMBER_UNLISTED));
    let mut stray = once("");
    stray.push(("META-INF/timestamp-other.tst".to_owned(), vec![1]));
    let report = judge(&stray, "2130-01-01");
    expect(&report, Verdict::Mismatch);
    assert!(report.has(codes::MEMBER_UNKNOWN));
}

#[test]
fn the_manifest_of_a_seal_under_another_name_is_no_link() {
    let mut more = members(EXAMPLE);
    let own = layout::asic_manifest(1);
    let xml = more
        .iter()
        .find(|(name, _)| *name == own)
        .map(|(_, xml)| xml.clone());
    more.push((
        "META-INF/ASiCArchiveManifest001.xml".to_owned(),
        xml.unwrap(),
    ));
    let report = judge(&more, "2126-06-01");
    expect(&report, Verdict::Mismatch);
    assert!(!report.has(codes::ARCHIVE_HOLDS));
    assert!(report.has(codes::MEMBER_UNLISTED) && report.has(codes::STATEMENT_MALFORMED));
}
