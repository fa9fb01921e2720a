//! Evidence records in XML (RFC 6283) made, renewed and judged across decades.

mod made;

use made::decades::{anchors, authority, finds, instant, later_authority, passes, stamp, table};
use made::xmlers::{EXCLUSIVE, INCLUSIVE, INCLUSIVE11, Stamped, Style, XmlRecord};
use rfc3161_client::{
    DigestAlgorithm, EvidenceInputs, EvidenceVerification, HashTree, Indication, XmlData,
    is_xml_evidence, verify_xml_evidence,
};

const SHA256: DigestAlgorithm = DigestAlgorithm::Sha256;
const SHA512: DigestAlgorithm = DigestAlgorithm::Sha512;
const DATA: [&[u8]; 3] = [b"seal", b"token", b"evidence"];
const PLAIN: Style = Style {
    method: EXCLUSIVE,
    prefix: "",
    space: "",
};
/// When all of the renewals here are past and the newest still holds.
const LATE: &str = "2045-01-01T00:00:00Z";

fn digests(algorithm: DigestAlgorithm) -> Vec<Vec<u8>> {
    let digest = |data: &&[u8]| algorithm.digest(data).unwrap();
    DATA.iter().map(digest).collect()
}

/// Digests in a group beside another one, under a token.
fn stamped(algorithm: DigestAlgorithm, group: Vec<Vec<u8>>, at: &'static str) -> Stamped {
    let other = vec![algorithm.digest(b"other").unwrap()];
    let tree = HashTree::new(algorithm, vec![group, other]).unwrap();
    let (from, to) = ("20250101000000Z", "20500101000000Z");
    let signer = match algorithm {
        SHA256 => authority(from, to),
        _ => later_authority(from, to),
    };
    Stamped {
        tree: tree.reduced(0),
        token: stamp(signer, at, algorithm, tree.root()),
    }
}

fn first(style: Style) -> XmlRecord {
    let stamped = stamped(SHA256, digests(SHA256), "20310301120000Z");
    XmlRecord::new(style).with_chain(SHA256, stamped)
}

fn renewed(record: &XmlRecord, at: &'static str) -> XmlRecord {
    record.with_time_stamp(stamped(SHA256, vec![record.time_stamp_renewal()], at))
}

fn rehashed(record: &XmlRecord, at: &'static str) -> XmlRecord {
    let mut group = digests(SHA512);
    group.push(record.hash_tree_renewal(SHA512));
    record.with_chain(SHA512, stamped(SHA512, group, at))
}

/// One chain renewed by a time-stamp, then by a hash tree.
fn whole(style: Style) -> XmlRecord {
    rehashed(
        &renewed(&first(style), "20341201120000Z"),
        "20360601120000Z",
    )
}

fn judge_with(
    xml: &str,
    now: &str,
    data: &dyn Fn(DigestAlgorithm) -> Option<Vec<Vec<u8>>>,
    object: &dyn Fn(usize) -> XmlData,
) -> EvidenceVerification {
    let anchors = anchors();
    let inputs = EvidenceInputs {
        record: xml.as_bytes(),
        data,
        anchors: &anchors,
        intermediates: &[],
        crls: &[],
        algorithms: &table(),
        known_links: None,
        now: instant(now),
    };
    verify_xml_evidence(&inputs, object)
}

fn judge(xml: &str, now: &str) -> EvidenceVerification {
    let data = |algorithm| Some(digests(algorithm));
    judge_with(xml, now, &data, &|_| XmlData::NotXml)
}

#[test]
fn a_record_holds_through_both_renewals_however_it_is_written() {
    for method in [INCLUSIVE, INCLUSIVE11, EXCLUSIVE] {
        for (prefix, space) in [("", ""), ("ers:", "\n  "), ("", "\n")] {
            let style = Style {
                method,
                prefix,
                space,
            };
            let xml = whole(style).to_xml();
            assert!(is_xml_evidence(xml.as_bytes()));
            let verification = judge(&xml, LATE);
            passes(&verification);
            assert_eq!(verification.time_stamps.len(), 3);
            assert_eq!(
                verification.time.unwrap().time,
                instant("2031-03-01T12:00:00Z")
            );
        }
    }
}

#[test]
fn a_second_hash_tree_covers_all_chains_before_it() {
    for space in ["", "\n  "] {
        let style = Style { space, ..PLAIN };
        passes(&judge(
            &rehashed(&whole(style), "20400601120000Z").to_xml(),
            LATE,
        ));
    }
}

#[test]
fn a_record_ends_with_its_digest_unless_it_is_rehashed_in_time() {
    let record = renewed(&first(PLAIN), "20341201120000Z");
    passes(&judge(&record.to_xml(), "2036-06-01T00:00:00Z"));
    finds(&judge(&record.to_xml(), LATE), "evidence-algorithm-ended");
    let late = rehashed(&record, "20360801120000Z");
    finds(&judge(&late.to_xml(), LATE), "evidence-algorithm-ended");
    let expired = judge(&whole(PLAIN).to_xml(), "2050-02-01T00:00:00Z");
    finds(&expired, "evidence-renewed-too-late");
}

#[test]
fn every_cut_link_is_seen() {
    let xml = whole(PLAIN).to_xml();
    passes(&judge(&xml, LATE));
    let begin = xml.find("<ArchiveTimeStampSequence").unwrap();
    let end = xml.rfind("<TimeStampToken").unwrap();
    for position in (begin..end).step_by(41) {
        let mut octets = xml.clone().into_bytes();
        octets[position] ^= 1;
        let cut = String::from_utf8(octets).unwrap();
        let verification = judge(&cut, LATE);
        let around = &cut[position.saturating_sub(20)..position + 1];
        assert!(!verification.indication.is_passed(), "{position}: {around}");
    }
    // White space is in the canonical form.
    let spaced = xml.replacen("<TimeStamp>", "<TimeStamp> ", 1);
    finds(&judge(&spaced, LATE), "evidence-renewal-broken");
    // A comment is not, unless the method says so.
    let comment = xml.replacen("<TimeStamp>", "<TimeStamp><!-- a -->", 1);
    passes(&judge(&comment, LATE));
    let with_comments = format!("\"{EXCLUSIVE}WithComments\"");
    let commented = comment.replace(&format!("\"{EXCLUSIVE}\""), &with_comments);
    finds(&judge(&commented, LATE), "evidence-renewal-broken");
}

#[test]
fn other_data_fail_and_data_out_of_reach_decide_nothing() {
    let xml = whole(PLAIN).to_xml();
    let others: [&dyn Fn(DigestAlgorithm) -> Vec<Vec<u8>>; 3] = [
        &|algorithm| vec![algorithm.digest(b"forged").unwrap(); 3],
        &|algorithm| digests(algorithm)[..2].to_vec(),
        &|algorithm| [digests(algorithm), vec![algorithm.digest(b"more").unwrap()]].concat(),
    ];
    for other in others {
        let data = |algorithm| Some(other(algorithm));
        let verification = judge_with(&xml, LATE, &data, &|_| XmlData::NotXml);
        finds(&verification, "evidence-data-differ");
        finds(&verification, "evidence-renewal-broken");
    }
    let verification = judge_with(&xml, LATE, &|_| None, &|_| XmlData::NotXml);
    finds(&verification, "evidence-data-not-at-hand");
    assert!(matches!(
        verification.indication,
        Indication::Indeterminate(_)
    ));
}

/// §3.3: one object of a group is proved by itself; of two, the list must be theirs alone.
#[test]
fn one_object_is_found_among_its_group() {
    let xml = whole(PLAIN).to_xml();
    let some = |count: usize| {
        let data = move |algorithm| Some(digests(algorithm)[..count].to_vec());
        judge_with(&xml, LATE, &data, &|_| XmlData::NotXml)
    };
    passes(&some(1));
    finds(&some(2), "evidence-data-differ");
    passes(&some(3));
}

#[test]
fn clauses_are_those_of_the_standard_for_xml() {
    let data = |algorithm: DigestAlgorithm| Some(vec![algorithm.digest(b"other")?]);
    let verification = judge_with(&whole(PLAIN).to_xml(), LATE, &data, &|_| XmlData::NotXml);
    let clauses: Vec<_> = verification.findings.iter().map(|one| one.clause).collect();
    assert!(clauses.contains(&"RFC 6283 §3.3"));
    assert!(clauses.iter().all(|clause| clause.starts_with("RFC 6283")));
}

#[test]
fn renewals_of_another_record_do_not_serve() {
    let other = first(Style {
        prefix: "e:",
        ..PLAIN
    });
    let foreign = stamped(SHA256, vec![other.time_stamp_renewal()], "20341201120000Z");
    let xml = first(PLAIN).with_time_stamp(foreign).to_xml();
    finds(
        &judge(&xml, "2035-01-01T00:00:00Z"),
        "evidence-renewal-broken",
    );
    // Without the sequence so far, a new chain is over the data alone.
    let alone = stamped(SHA512, digests(SHA512), "20341201120000Z");
    let xml = first(PLAIN).with_chain(SHA512, alone).to_xml();
    finds(&judge(&xml, LATE), "evidence-renewal-broken");
    let backwards = renewed(&first(PLAIN), "20301201120000Z").to_xml();
    finds(
        &judge(&backwards, "2035-01-01T00:00:00Z"),
        "evidence-out-of-order",
    );
}

#[test]
fn a_method_that_is_not_known_decides_nothing() {
    let (known, unknown) = (EXCLUSIVE, "http://www.w3.org/2010/xml-c14n2");
    let xml = whole(PLAIN).to_xml();
    let listed = format!("\"{known}\"><a xmlns=\"urn:a\"/></CanonicalizationMethod>");
    for other in [
        xml.replace(known, unknown),
        xml.replace(&format!("\"{known}\"  />"), &listed),
    ] {
        let verification = judge(&other, LATE);
        finds(&verification, "evidence-canonicalization-unknown");
        assert!(matches!(
            verification.indication,
            Indication::Indeterminate(_)
        ));
    }
    // Nothing is renewed, so nothing is made canonical.
    let once = first(PLAIN).to_xml().replace(known, unknown);
    passes(&judge(&once, "2035-01-01T00:00:00Z"));
}

/// §4.1.2: data that are XML are digested in canonical form.
#[test]
fn data_in_xml_may_be_digested_in_canonical_form() {
    let object = "<?xml version=\"1.0\"?>\n<!-- a --><list  b='1' a=\"2\"><item/></list>\n";
    let canonical = "<list a=\"2\" b=\"1\"><item></item></list>";
    let record = |covered: &str| {
        let group = vec![SHA256.digest(covered.as_bytes()).unwrap()];
        let stamped = stamped(SHA256, group, "20310301120000Z");
        XmlRecord::new(PLAIN).with_chain(SHA256, stamped).to_xml()
    };
    let judge = |xml: &str, object: &str, given: XmlData| {
        let data = |algorithm: DigestAlgorithm| Some(vec![algorithm.digest(object.as_bytes())?]);
        judge_with(xml, "2035-01-01T00:00:00Z", &data, &|_| given.clone())
    };
    let octets = |text: &str| XmlData::Octets(text.as_bytes().to_vec());
    // What is not part of the canonical form was not compared, and that is said.
    for (covered, by_form) in [(canonical, 1), (object, 0)] {
        let verification = judge(&record(covered), object, octets(object));
        passes(&verification);
        let said = verification.findings.iter();
        let said = said.filter(|finding| finding.code == "evidence-data-canonical");
        assert_eq!(said.count(), by_form);
    }
    let other = object.replace("item", "other");
    finds(
        &judge(&record(canonical), &other, octets(&other)),
        "evidence-data-differ",
    );
    finds(
        &judge(&record(canonical), object, XmlData::NotXml),
        "evidence-data-differ",
    );
    let typed = object.replace("<list", "<!DOCTYPE list []><list");
    for undecided in [
        judge(&record(canonical), object, XmlData::NotRead),
        judge(&record(canonical), &typed, octets(&typed)),
    ] {
        finds(&undecided, "evidence-canonicalization-unknown");
    }
}

#[test]
fn without_a_tree_the_token_is_over_the_one_object() {
    let value = SHA256.digest(b"alone").unwrap();
    let signer = authority("20250101000000Z", "20500101000000Z");
    let token = stamp(signer, "20310301120000Z", SHA256, &value);
    let record = XmlRecord::new(PLAIN).with_chain(SHA256, Stamped { tree: None, token });
    let data =
        |text: &'static [u8]| move |algorithm: DigestAlgorithm| Some(vec![algorithm.digest(text)?]);
    let judge = |xml: &str, text| {
        judge_with(xml, "2035-01-01T00:00:00Z", &data(text), &|_| {
            XmlData::NotXml
        })
    };
    passes(&judge(&record.to_xml(), b"alone"));
    finds(&judge(&record.to_xml(), b"other"), "evidence-token-failed");
    // Nor can it carry a renewal, which is over two digests at least.
    let group = record.hash_tree_renewal(SHA512);
    let token = stamp(
        later_authority("20250101000000Z", "20500101000000Z"),
        "20340301120000Z",
        SHA512,
        &group,
    );
    let bare = record.with_chain(SHA512, Stamped { tree: None, token });
    finds(&judge(&bare.to_xml(), b"alone"), "evidence-renewal-broken");
}

#[test]
fn what_the_schema_has_no_place_for_is_refused() {
    let xml = renewed(&first(PLAIN), "20341201120000Z").to_xml();
    let malformed = [
        ("Version=\"1.0\"", "Version=\"2.0\""),
        (
            "xmlns=\"urn:ietf:params:xml:ns:ers\"",
            "xmlns=\"urn:other\"",
        ),
        ("?>\n", "?>\n<!DOCTYPE a [<!ENTITY b \"c\">]>\n"),
        ("Order=\"2\"", "Order=\"3\""),
        ("Order=\"2\"", "Order=\"1\""),
        ("Order=\"2\"", ""),
        (
            "<ArchiveTimeStampSequence>",
            "<ArchiveTimeStampSequence><Other/>",
        ),
        ("<ArchiveTimeStamp ", "<Other/><ArchiveTimeStamp "),
        ("<DigestMethod", "<Other/><DigestMethod"),
        ("<HashTree>", "<HashTree><Other/>"),
        ("<TimeStamp>", "<TimeStamp><Other/>"),
        ("<DigestValue>", "<DigestValue>*"),
        ("</EvidenceRecord>", ""),
    ];
    for (from, to) in malformed {
        let other = xml.replacen(from, to, 1);
        assert_ne!(other, xml, "{from}");
        let verification = judge(&other, "2035-01-01T00:00:00Z");
        finds(&verification, "evidence-malformed");
        assert!(matches!(verification.indication, Indication::Failed(_)));
    }
    let kinds = [
        ("Type=\"RFC3161\"", "Type=\"XMLENTRUST\""),
        (
            "<ArchiveTimeStampSequence>",
            "<EncryptionInformation/><ArchiveTimeStampSequence>",
        ),
    ];
    for (from, to) in kinds {
        let verification = judge(&xml.replacen(from, to, 1), "2035-01-01T00:00:00Z");
        finds(&verification, "evidence-kind-unknown");
        assert!(matches!(
            verification.indication,
            Indication::Indeterminate(_)
        ));
    }
}
