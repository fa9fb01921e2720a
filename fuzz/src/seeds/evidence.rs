//! Evidence records (RFC 4998) that hold: of one object, renewed by a time-stamp, and by a new hash tree. In XML
//! (RFC 6283) the same, and the renewal by a time-stamp.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fidem_fuzz::{DATA, NOW, stamp};
use rfc3161_client::{
    DigestAlgorithm, EvidenceRecord, HashTree, Imprint, ReducedHashTree, UnixTime,
};

pub(crate) fn records() -> Option<Vec<Vec<u8>>> {
    let (old, new) = (DigestAlgorithm::Sha256, DigestAlgorithm::Sha384);
    let (branch, token) = stamped(old, vec![old.digest(DATA)?], 3)?;
    let first = EvidenceRecord::new(old, branch, &token).ok()?;
    let (branch, token) = stamped(old, first.time_stamp_renewal()?, 2)?;
    let second = first.with_time_stamp(branch, &token).ok()?;
    let group = second.hash_tree_renewal(new, &[new.digest(DATA)?])?;
    let (branch, token) = stamped(new, group, 1)?;
    let third = second.with_chain(new, branch, &token).ok()?;
    let records = [first, second, third];
    records.iter().map(|one| one.to_der().ok()).collect()
}

/// The branch of a group beside another, and a token over the root, made so many days before now.
fn stamped(
    algorithm: DigestAlgorithm,
    group: Vec<Vec<u8>>,
    days: i64,
) -> Option<(ReducedHashTree, Vec<u8>)> {
    let other = vec![algorithm.digest(b"another object")?];
    let tree = HashTree::new(algorithm, vec![group, other])?;
    let value = tree.root().to_vec();
    let token = stamp(
        Imprint { algorithm, value },
        UnixTime(NOW.0 - days * 86_400),
    );
    Some((tree.reduced(0)?, token))
}

pub(crate) fn xml_records() -> Option<Vec<Vec<u8>>> {
    let algorithm = DigestAlgorithm::Sha256;
    let (branch, token) = stamped(algorithm, vec![algorithm.digest(DATA)?], 3)?;
    let (first, time_stamp) = archive_time_stamp(1, &branch, &token);
    let declared = " xmlns=\"urn:ietf:params:xml:ns:ers\">";
    let canonical = time_stamp.replacen('>', declared, 1);
    let group = vec![algorithm.digest(canonical.as_bytes())?];
    let (branch, token) = stamped(algorithm, group, 2)?;
    let (second, _) = archive_time_stamp(2, &branch, &token);
    let records = [first.clone(), first + &second];
    Some(records.iter().map(|one| record(one).into_bytes()).collect())
}

/// An `ArchiveTimeStamp`, and the `TimeStamp` in it.
fn archive_time_stamp(order: usize, branch: &ReducedHashTree, token: &[u8]) -> (String, String) {
    let list = |(at, digests): (usize, &Vec<Vec<u8>>)| {
        let values = digests.iter().map(|digest| STANDARD.encode(digest));
        let values: String = values
            .map(|value| format!("<DigestValue>{value}</DigestValue>"))
            .collect();
        format!("<Sequence Order=\"{}\">{values}</Sequence>", at + 1)
    };
    let lists: String = branch.lists.iter().enumerate().map(list).collect();
    let time_stamp = format!(
        "<TimeStamp><TimeStampToken Type=\"RFC3161\">{}</TimeStampToken></TimeStamp>",
        STANDARD.encode(token)
    );
    let whole = format!(
        "<ArchiveTimeStamp Order=\"{order}\"><HashTree>{lists}</HashTree>{time_stamp}</ArchiveTimeStamp>"
    );
    (whole, time_stamp)
}

fn record(time_stamps: &str) -> String {
    format!(
        "<EvidenceRecord xmlns=\"urn:ietf:params:xml:ns:ers\" Version=\"1.0\"><ArchiveTimeStampSequence>\
         <ArchiveTimeStampChain Order=\"1\"><DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/>\
         <CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>{time_stamps}\
         </ArchiveTimeStampChain></ArchiveTimeStampSequence></EvidenceRecord>"
    )
}
