//! Evidence records in XML (RFC 6283), bare and in a package, as others make them.

use std::io::Cursor;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fidem_authority::{Authority, AuthorityOptions, KeyKind};
use fidem_package::Writer;
use fidem_package::asic::{AsicManifest, Reference};
use fidem_verify::{Data, Kind, Report, Request, Status, Trust, Verdict, codes, verify};
use rfc3161_client::{DigestAlgorithm, HashTree, Imprint, TimeStampRequest, UnixTime, token_of};

const NOW: UnixTime = UnixTime(1_796_126_400);
const DAY: i64 = 86_400;
const SHA256: DigestAlgorithm = DigestAlgorithm::Sha256;
const RECORD: &str = "META-INF/evidencerecord001.xml";
const MANIFEST: &str = "META-INF/ASiCEvidenceRecordManifest001.xml";
const TEXT: &[u8] = "甲方：某某".as_bytes();
const LIST: &[u8] = b"<list  b='1' a='2'/>";
const CANONICAL_LIST: &[u8] = b"<list a=\"2\" b=\"1\"></list>";

fn authority() -> Authority {
    let (from, to) = (NOW.0 - 100 * DAY, NOW.0 + 100 * DAY);
    let options = AuthorityOptions::demonstration("甲", KeyKind::P256, from, to);
    Authority::new(&options, &mut |entropy| {
        entropy.fill(7);
        Ok(())
    })
    .unwrap()
}

fn token(authority: &Authority, root: &[u8]) -> Vec<u8> {
    let request = TimeStampRequest {
        imprint: Imprint {
            algorithm: SHA256,
            value: root.to_vec(),
        },
        policy: None,
        nonce: None,
        cert_req: true,
    };
    let reply = authority.reply(&request.to_der().unwrap(), (NOW.0 - DAY) * 1000);
    token_of(&reply).unwrap().to_vec()
}

/// A record over objects whose digests are these.
fn record(authority: &Authority, objects: &[&[u8]]) -> String {
    let group = objects.iter().map(|object| SHA256.digest(object).unwrap());
    let tree = HashTree::new(SHA256, vec![group.collect()]).unwrap();
    let values = tree.reduced(0).unwrap().lists.concat();
    let values: String = values
        .iter()
        .map(|value| format!("<DigestValue>{}</DigestValue>", STANDARD.encode(value)))
        .collect();
    format!(
        "<?xml version=\"1.0\"?>\n<EvidenceRecord xmlns=\"urn:ietf:params:xml:ns:ers\" Version=\"1.0\">\
         <ArchiveTimeStampSequence><ArchiveTimeStampChain Order=\"1\">\
         <DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/>\
         <CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>\
         <ArchiveTimeStamp Order=\"1\"><HashTree><Sequence Order=\"1\">{values}</Sequence></HashTree>\
         <TimeStamp><TimeStampToken Type=\"RFC3161\">{}</TimeStampToken></TimeStamp></ArchiveTimeStamp>\
         </ArchiveTimeStampChain></ArchiveTimeStampSequence></EvidenceRecord>\n",
        STANDARD.encode(token(authority, tree.root()))
    )
}

fn judge(authority: &Authority, subject: &Vec<u8>, data: &[&'static [u8]]) -> Report {
    let roots = authority.root_pem().unwrap();
    let trust = Trust::supplied([("roots.pem", roots.as_bytes())]).unwrap();
    let data: Vec<Vec<u8>> = data.iter().map(|one| one.to_vec()).collect();
    let data: Vec<Data<'_>> = data
        .iter()
        .map(|source| Data {
            name: String::new(),
            source,
        })
        .collect();
    let request = Request {
        subject,
        data: &data,
        digest: None,
        revocation: &[],
        headers: &[],
        signatures: &[],
        trust: &trust,
        at: NOW,
    };
    verify(&request, &mut |_, _| {})
}

/// A package that is nothing but what one record covers.
fn package(record_name: &str, record: &str, covered: &[(&str, &[u8])]) -> Vec<u8> {
    let references = covered.iter().map(|(member, bytes)| Reference {
        member: (*member).to_owned(),
        sha256: SHA256.digest(bytes).unwrap().try_into().unwrap(),
    });
    let manifest = AsicManifest {
        token: record_name.to_owned(),
        references: references.collect(),
    };
    let mut writer = Writer::new(Cursor::new(Vec::new())).unwrap();
    for (name, bytes) in covered {
        writer.member(name, bytes).unwrap();
    }
    writer.member(MANIFEST, &manifest.to_xml()).unwrap();
    writer.member(record_name, record.as_bytes()).unwrap();
    writer.finish().unwrap().into_inner()
}

/// The members that no rule knows.
fn strays(report: &Report) -> Vec<String> {
    let strays = report.findings.iter();
    let strays = strays.filter(|finding| finding.code == codes::MEMBER_UNKNOWN);
    strays
        .map(|finding| finding.params["member"].clone())
        .collect()
}

#[test]
fn a_bare_record_is_judged_with_the_files_it_covers() {
    let authority = authority();
    let xml = record(&authority, &[TEXT, CANONICAL_LIST]).into_bytes();
    let report = judge(&authority, &xml, &[TEXT, LIST]);
    assert_eq!(report.kind, Kind::EvidenceRecord);
    assert_eq!(report.verdict, Verdict::Match, "{:#?}", report.findings);
    assert!(report.has(codes::RENEWAL_HOLDS) && report.has(codes::DATA_FITS_CANONICAL));
    let plain = record(&authority, &[TEXT]).into_bytes();
    assert!(judge(&authority, &plain, &[TEXT]).has(codes::DATA_FITS));
    let other = judge(&authority, &xml, &[TEXT, b"<list/>"]);
    assert_eq!(other.verdict, Verdict::Mismatch);
    assert!(other.has(codes::RENEWAL_INVALID));
    let none = judge(&authority, &xml, &[]);
    assert_eq!(none.verdict, Verdict::CannotCheck);
    assert!(none.has(codes::RENEWAL_UNDECIDED) && none.has(codes::NO_DATA));
    // A canonical form that is not known here decides nothing.
    let text = String::from_utf8(xml).unwrap();
    let unknown = text.replace("xml-exc-c14n#", "other#").into_bytes();
    let unknown = judge(&authority, &unknown, &[TEXT, LIST]);
    assert_eq!(unknown.verdict, Verdict::CannotCheck);
    assert!(unknown.has(codes::RENEWAL_UNDECIDED));
}

#[test]
fn other_xml_is_no_record() {
    let authority = authority();
    let xml = record(&authority, &[TEXT]);
    for other in [
        xml.replace("xml:ns:ers", "xml:ns:other"),
        xml.replace("EvidenceRecord", "Record"),
        format!("<a>{xml}</a>"),
    ] {
        let report = judge(&authority, &other.into_bytes(), &[TEXT]);
        assert_eq!(report.kind, Kind::Unknown);
        assert!(report.has(codes::KIND_UNKNOWN));
    }
}

#[test]
fn a_record_in_a_package_is_judged_as_one_of_ours() {
    let authority = authority();
    let covered: [(&str, &[u8]); 2] =
        [("evidence/0001-a.txt", TEXT), ("evidence/0002-b.xml", LIST)];
    let xml = record(&authority, &[TEXT, CANONICAL_LIST]);
    let report = judge(&authority, &package(RECORD, &xml, &covered), &[]);
    assert!(report.has(codes::RENEWAL_HOLDS), "{:#?}", report.findings);
    assert_eq!(strays(&report), [""; 0]);
    let fewer = record(&authority, &[TEXT]);
    let report = judge(&authority, &package(RECORD, &fewer, &covered), &[]);
    assert!(report.has(codes::RENEWAL_INVALID));
    assert_eq!(report.layers.time, Status::Mismatch);
    // A name promises a syntax.
    let named = package("META-INF/evidencerecord001.ers", &xml, &covered);
    let report = judge(&authority, &named, &[]);
    assert!(report.has(codes::RENEWAL_INVALID));
    let elsewhere = package("META-INF/evidencerecord002.xml", &xml, &covered);
    let report = judge(&authority, &elsewhere, &[]);
    assert!(report.has(codes::STATEMENT_MALFORMED));
    assert_eq!(strays(&report), ["META-INF/evidencerecord002.xml"]);
}
