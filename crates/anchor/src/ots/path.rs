//! Paths of RFC 6962 trees as operations, so that a proof needs no program of ours.

use fidem_fingerprint::{hex, tree};

use super::tree::{Branch, Timestamp};
use super::{DigestKind, Operation, Proof};

/// Everything between a file and the root that was anchored.
#[derive(Debug, Clone, Copy)]
pub struct ItemPath<'a> {
    /// SHA-256 of the file.
    pub sha256: &'a [u8; 32],
    /// SM3 of the file.
    pub sm3: &'a [u8; 32],
    /// The nonce of its leaf.
    pub nonce: &'a [u8; 16],
    /// Position of the leaf in the tree of its seal.
    pub leaf: u64,
    /// Leaves of that tree.
    pub leaves: u64,
    /// Siblings in that tree, upward.
    pub path: &'a [tree::Hash],
    /// The root of that tree.
    pub root: &'a tree::Hash,
    /// The seal statement, in which the root stands once in lowercase hex.
    pub seal: &'a [u8],
    /// Position of the seal in the office log.
    pub entry: u64,
    /// Entries of the office log under the anchored root.
    pub entries: u64,
    /// Siblings in the office log, upward.
    pub log_path: &'a [tree::Hash],
}

/// Why no proof can be made of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ItemPathError {
    /// The path of the item does not lead to the root of its seal.
    #[error("the path does not lead to the root of the seal")]
    Tree,
    /// The statement does not name that root exactly once.
    #[error("the seal does not name the root once")]
    Seal,
    /// The path of the seal does not lead to the anchored root.
    #[error("the path does not lead to the anchored root")]
    Log,
}

/// The proof of a file: its path to the anchored root, and on it what is known of that root.
///
/// # Errors
/// [`ItemPathError`].
pub fn of_item(item: &ItemPath<'_>, anchored: &Timestamp) -> Result<Proof, ItemPathError> {
    let mut steps = vec![
        Operation::Append([item.sm3.as_slice(), item.nonce].concat()),
        Operation::Prepend(vec![0]),
        Operation::Digest(DigestKind::Sha256),
    ];
    steps.extend(up(item.leaf, item.leaves, item.path));
    if apply(&steps, item.sha256).as_deref() != Some(item.root) {
        return Err(ItemPathError::Tree);
    }
    let (before, after) = around(item.seal, item.root).ok_or(ItemPathError::Seal)?;
    steps.push(Operation::Hexlify);
    steps.extend((!before.is_empty()).then(|| Operation::Prepend(before.to_vec())));
    steps.extend((!after.is_empty()).then(|| Operation::Append(after.to_vec())));
    steps.push(Operation::Digest(DigestKind::Sha256));
    steps.push(Operation::Prepend(vec![0]));
    steps.push(Operation::Digest(DigestKind::Sha256));
    steps.extend(up(item.entry, item.entries, item.log_path));
    let timestamp = along(item.sha256, steps, anchored).ok_or(ItemPathError::Log)?;
    Ok(Proof {
        kind: DigestKind::Sha256,
        timestamp,
    })
}

/// From the hash of a leaf to the root (RFC 9162 §2.1.3.2). A sibling on the right is appended before the mark of a node, one on
/// the left is prepended with it.
#[must_use]
pub fn up(index: u64, size: u64, path: &[tree::Hash]) -> Vec<Operation> {
    let mut steps = Vec::new();
    let (mut node, mut last) = (index, size.saturating_sub(1));
    for sibling in path {
        if node & 1 == 1 || node == last {
            steps.push(Operation::Prepend([&[1], sibling.as_slice()].concat()));
            while node & 1 == 0 && node != 0 {
                (node, last) = (node >> 1, last >> 1);
            }
        } else {
            steps.push(Operation::Append(sibling.to_vec()));
            steps.push(Operation::Prepend(vec![1]));
        }
        steps.push(Operation::Digest(DigestKind::Sha256));
        (node, last) = (node >> 1, last >> 1);
    }
    steps
}

/// The parts of a statement around the one place where it names a root.
fn around<'a>(seal: &'a [u8], root: &tree::Hash) -> Option<(&'a [u8], &'a [u8])> {
    let name = hex::encode(root);
    let mut places = seal.windows(name.len()).enumerate();
    let mut found = places.by_ref().filter(|(_, w)| *w == name.as_bytes());
    let (at, _) = found.next()?;
    match found.next() {
        Some(_) => None,
        None => Some((seal.get(..at)?, seal.get(at + name.len()..)?)),
    }
}

fn apply(steps: &[Operation], message: &[u8]) -> Option<Vec<u8>> {
    let mut steps = steps.iter();
    steps.try_fold(message.to_vec(), |message, step| step.apply(&message))
}

/// A tree of one branch: the steps, and what is known of the message that they lead to.
fn along(message: &[u8], steps: Vec<Operation>, end: &Timestamp) -> Option<Timestamp> {
    let mut messages = vec![message.to_vec()];
    for step in &steps {
        messages.push(step.apply(messages.last()?)?);
    }
    if messages.pop()? != end.message {
        return None;
    }
    let mut next = end.clone();
    for (message, step) in messages.into_iter().zip(steps).rev() {
        next = Timestamp {
            message,
            branches: vec![Branch::Step(step, Box::new(next))],
        };
    }
    Some(next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ots::Attestation;
    use fidem_fingerprint::sha256;

    fn anchored(message: Vec<u8>) -> Timestamp {
        Timestamp {
            message,
            branches: vec![Branch::Attested(Attestation::Bitcoin { height: 7 })],
        }
    }

    #[test]
    fn the_path_of_every_leaf_of_every_small_tree_leads_to_its_root() {
        for size in 1..=33_u64 {
            let leaves: Vec<_> = (0..size)
                .map(|n| tree::leaf_hash(&n.to_be_bytes()))
                .collect();
            let whole = tree::Tree::new(leaves.clone());
            for (index, leaf) in (0..).zip(&leaves) {
                let path = whole.inclusion(index).unwrap();
                let root = apply(&up(index, size, &path), leaf).unwrap();
                assert_eq!(root, whole.root(), "{index} of {size}");
            }
        }
    }

    #[test]
    fn a_file_leads_to_the_anchored_root_and_another_does_not() {
        let nonce = [9; 16];
        let data = |n: u8| [[n; 32].as_slice(), &[n + 1; 32], &nonce].concat();
        let case = tree::Tree::new((0..6).map(|n| tree::leaf_hash(&data(n))).collect());
        let root = hex::encode(&case.root());
        let seal = format!(r#"{{"case":"甲","root":"{root}","size":6}}"#).into_bytes();
        let log: Vec<_> = (0..11_u8)
            .map(|n| match n {
                4 => tree::leaf_hash(&sha256(&seal)),
                _ => tree::leaf_hash(&[n; 32]),
            })
            .collect();
        let log = tree::Tree::new(log);
        let (path, log_path) = (case.inclusion(2).unwrap(), log.inclusion(4).unwrap());
        let item = ItemPath {
            sha256: &[2; 32],
            sm3: &[3; 32],
            nonce: &nonce,
            leaf: 2,
            leaves: 6,
            path: &path,
            root: &case.root(),
            seal: &seal,
            entry: 4,
            entries: 11,
            log_path: &log_path,
        };
        let proof = of_item(&item, &anchored(log.root().to_vec())).unwrap();
        let again = Proof::parse(&proof.to_bytes()).unwrap();
        assert_eq!(again, proof);
        let [(message, Attestation::Bitcoin { height: 7 })] = again.timestamp.attestations()[..]
        else {
            panic!("{again:?}");
        };
        assert_eq!(message, log.root());
        let other = ItemPath {
            sha256: &[8; 32],
            ..item
        };
        let end = anchored(log.root().to_vec());
        assert_eq!(of_item(&other, &end), Err(ItemPathError::Tree));
        let twice = [seal.clone(), root.into_bytes()].concat();
        let twice = ItemPath {
            seal: &twice,
            ..item
        };
        assert_eq!(of_item(&twice, &end), Err(ItemPathError::Seal));
        let elsewhere = anchored(vec![0; 32]);
        assert_eq!(of_item(&item, &elsewhere), Err(ItemPathError::Log));
    }
}
