//! Evidence records (RFC 4998) that hold: of one object, renewed by a time-stamp, and by a new hash tree.

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
