//! Evidence records (RFC 4998) made, renewed and judged across decades: the clock is an argument.

mod made;

use made::decades::{anchors, authority, finds, instant, later_authority, passes, stamp, table};
use rfc3161_client::{
    AlgorithmTable, DigestAlgorithm, EvidenceInputs, EvidenceRecord, EvidenceVerification,
    HashTree, Indication, SubIndication, verify_evidence,
};

const SHA256: DigestAlgorithm = DigestAlgorithm::Sha256;
const SHA512: DigestAlgorithm = DigestAlgorithm::Sha512;
const DATA: [&[u8]; 3] = [b"seal", b"token", b"evidence"];

/// Octets of the head and of digestAlgorithms, which is for convenience and says nothing by itself.
const FIRST_COVERED: usize = 40;

fn digests(algorithm: DigestAlgorithm) -> Vec<Vec<u8>> {
    DATA.iter()
        .map(|data| algorithm.digest(data).unwrap())
        .collect()
}

/// A record over the data, whose group stands among two others.
fn first() -> EvidenceRecord {
    let other = |text: &str| vec![SHA256.digest(text.as_bytes()).unwrap()];
    let tree = HashTree::new(SHA256, vec![other("a"), digests(SHA256), other("b")]).unwrap();
    let token = stamp(
        authority("20250101000000Z", "20320101000000Z"),
        "20310301120000Z",
        SHA256,
        tree.root(),
    );
    EvidenceRecord::new(SHA256, tree.reduced(1).unwrap(), &token).unwrap()
}

fn renewed(record: &EvidenceRecord, gen_time: &'static str, to: &'static str) -> EvidenceRecord {
    let group = record.time_stamp_renewal().unwrap();
    let tree = HashTree::new(SHA256, vec![group, digests(SHA256)]).unwrap();
    let token = stamp(
        authority("20300101000000Z", to),
        gen_time,
        SHA256,
        tree.root(),
    );
    record
        .with_time_stamp(tree.reduced(0).unwrap(), &token)
        .unwrap()
}

fn rehashed(record: &EvidenceRecord, gen_time: &'static str, to: &'static str) -> EvidenceRecord {
    let group = record.hash_tree_renewal(SHA512, &digests(SHA512)).unwrap();
    let tree = HashTree::new(SHA512, vec![group]).unwrap();
    let token = stamp(
        later_authority("20300101000000Z", to),
        gen_time,
        SHA512,
        tree.root(),
    );
    record
        .with_chain(SHA512, tree.reduced(0).unwrap(), &token)
        .unwrap()
}

fn judge_with(
    record: &[u8],
    now: &str,
    algorithms: &AlgorithmTable,
    data: &dyn Fn(DigestAlgorithm) -> Option<Vec<Vec<u8>>>,
) -> EvidenceVerification {
    let anchors = anchors();
    verify_evidence(&EvidenceInputs {
        record,
        data,
        anchors: &anchors,
        intermediates: &[],
        crls: &[],
        algorithms,
        known_links: None,
        now: instant(now),
    })
}

fn judge(record: &EvidenceRecord, now: &str) -> EvidenceVerification {
    let record = record.to_der().unwrap();
    judge_with(&record, now, &table(), &|algorithm| {
        Some(digests(algorithm))
    })
}

#[test]
fn a_record_proves_until_its_certificates_end() {
    let verification = judge(&first(), "2031-12-31T00:00:00Z");
    passes(&verification);
    assert_eq!(
        verification.time.unwrap().time,
        instant("2031-03-01T12:00:00Z")
    );
    assert_eq!(
        verification.valid_until,
        Some(instant("2032-01-01T00:00:00Z"))
    );
    let late = judge(&first(), "2032-02-01T00:00:00Z");
    finds(&late, "evidence-renewed-too-late");
    assert_eq!(
        late.indication,
        Indication::Indeterminate(SubIndication::OutOfBoundsNoPoe)
    );
}

#[test]
fn a_time_stamp_renewal_in_time_carries_it_on() {
    let record = renewed(&first(), "20311201120000Z", "20350101000000Z");
    passes(&judge(&record, "2034-12-01T00:00:00Z"));
    finds(
        &judge(&record, "2035-02-01T00:00:00Z"),
        "evidence-renewed-too-late",
    );
    let again = renewed(&record, "20341201120000Z", "20500101000000Z");
    passes(&judge(&again, "2036-06-01T00:00:00Z"));
    let late = renewed(&first(), "20320601120000Z", "20350101000000Z");
    finds(
        &judge(&late, "2032-07-01T00:00:00Z"),
        "evidence-renewed-too-late",
    );
}

#[test]
fn a_hash_tree_renewal_outlives_the_digest() {
    let stamped = renewed(&first(), "20311201120000Z", "20500101000000Z");
    let record = rehashed(&stamped, "20360601120000Z", "20500101000000Z");
    passes(&judge(&record, "2045-01-01T00:00:00Z"));
    finds(
        &judge(&stamped, "2045-01-01T00:00:00Z"),
        "evidence-algorithm-ended",
    );
    let late = rehashed(&stamped, "20360801120000Z", "20500101000000Z");
    finds(
        &judge(&late, "2045-01-01T00:00:00Z"),
        "evidence-algorithm-ended",
    );
}

#[test]
fn every_cut_link_is_seen() {
    let whole = rehashed(
        &renewed(&first(), "20311201120000Z", "20500101000000Z"),
        "20360601120000Z",
        "20500101000000Z",
    );
    let octets = whole.to_der().unwrap();
    let at = "2040-01-01T00:00:00Z";
    let good = |algorithm| Some(digests(algorithm));
    passes(&judge_with(&octets, at, &table(), &good));
    // Any octet before the newest token, which has nothing after it that would cover its unsigned parts.
    let newest = whole.time_stamps().last().unwrap().token().len();
    for position in (FIRST_COVERED..octets.len() - newest).step_by(29) {
        let mut cut = octets.clone();
        cut[position] ^= 0x10;
        let verification = judge_with(&cut, at, &table(), &good);
        assert!(!verification.indication.is_passed(), "{position}");
    }
    // Other data, one file too few, one too many, none at hand.
    let others: [&dyn Fn(DigestAlgorithm) -> Vec<Vec<u8>>; 3] = [
        &|algorithm| vec![algorithm.digest(b"forged").unwrap(); 3],
        &|algorithm| digests(algorithm)[..2].to_vec(),
        &|algorithm| [digests(algorithm), vec![algorithm.digest(b"more").unwrap()]].concat(),
    ];
    for other in others {
        let verification = judge_with(&octets, at, &table(), &|algorithm| Some(other(algorithm)));
        finds(&verification, "evidence-data-differ");
    }
    finds(
        &judge_with(&octets, at, &table(), &|_| None),
        "evidence-data-not-at-hand",
    );
}

#[test]
fn renewals_of_another_record_do_not_serve() {
    let other = {
        let tree = HashTree::new(SHA256, vec![digests(SHA256)]).unwrap();
        let signer = authority("20250101000000Z", "20320101000000Z");
        let token = stamp(signer, "20310401120000Z", SHA256, tree.root());
        EvidenceRecord::new(SHA256, tree.reduced(0).unwrap(), &token).unwrap()
    };
    let group = other.time_stamp_renewal().unwrap();
    let tree = HashTree::new(SHA256, vec![group]).unwrap();
    let signer = authority("20300101000000Z", "20500101000000Z");
    let token = stamp(signer, "20311201120000Z", SHA256, tree.root());
    let swapped = first()
        .with_time_stamp(tree.reduced(0).unwrap(), &token)
        .unwrap();
    finds(
        &judge(&swapped, "2034-01-01T00:00:00Z"),
        "evidence-renewal-broken",
    );
    let backwards = renewed(&first(), "20301201120000Z", "20500101000000Z");
    finds(
        &judge(&backwards, "2031-06-01T00:00:00Z"),
        "evidence-out-of-order",
    );
}

#[test]
fn without_trust_nothing_passes() {
    let octets = first().to_der().unwrap();
    let verification = verify_evidence(&EvidenceInputs {
        record: &octets,
        data: &|algorithm| Some(digests(algorithm)),
        anchors: &[],
        intermediates: &[],
        crls: &[],
        algorithms: AlgorithmTable::built_in(),
        known_links: None,
        now: instant("2031-06-01T00:00:00Z"),
    });
    finds(&verification, "evidence-token-undecided");
}

#[test]
fn octets_survive_reading_and_writing() {
    let record = rehashed(&first(), "20311201120000Z", "20500101000000Z");
    let octets = record.to_der().unwrap();
    let read = EvidenceRecord::parse(&octets).unwrap();
    assert_eq!(read, record);
    assert_eq!(read.to_der().unwrap(), octets);
    assert_eq!(read.first_algorithm(), Some(SHA256));
    assert_eq!(read.algorithm(), Some(SHA512));
    for cut in [0, 1, 10, octets.len() / 2, octets.len() - 1] {
        assert!(EvidenceRecord::parse(&octets[..cut]).is_err());
    }
}
