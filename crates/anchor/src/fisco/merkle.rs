//! The way from a transaction to the root in the header.
//!
//! Version 2 joins sixteen: the leaves are RLP(index) ‖ hash, and what remains is hashed once more. Version 3 joins two,
//! without telling leaves from nodes; that is harmless here, because a payload's transaction is longer than two hashes.

use serde::{Deserialize, Serialize};

use super::suite::Suite;
use super::{Hash, Hex};
use crate::rlp;

/// Levels of a tree of 2^32 transactions joined by two.
pub const MAX_LEVELS: usize = 32;
/// Children of a node of version 2.
const WIDTH: usize = 16;

/// What stands beside the way on one level.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// In order, before it.
    pub left: Vec<Hex>,
    /// In order, behind it.
    pub right: Vec<Hex>,
}

impl Level {
    fn joined(&self, own: &[u8], suite: Suite) -> Hash {
        let mut text = Vec::new();
        self.left.iter().for_each(|left| text.extend(&left.0));
        text.extend(own);
        self.right.iter().for_each(|right| text.extend(&right.0));
        suite.hash(&text)
    }

    fn width(&self) -> usize {
        self.left.len().saturating_add(self.right.len())
    }
}

/// A leaf of version 2.
#[must_use]
pub fn leaf(index: u32, hash: &Hash) -> Vec<u8> {
    let mut leaf = rlp::number(index.into());
    leaf.extend(hash.0);
    leaf
}

/// The root that a path of version 2 leads to; none where it is no path of that index.
#[must_use]
pub fn root_of_sixteen(hash: &Hash, index: u32, path: &[Level], suite: Suite) -> Option<Hash> {
    let (last, levels) = path.split_last()?;
    let mut own = leaf(index, hash);
    let mut at = usize::try_from(index).ok()?;
    if levels.len() > MAX_LEVELS || last.width() != 0 {
        return None;
    }
    for (depth, level) in levels.iter().enumerate() {
        let fits = level.width() < WIDTH && level.left.len() == at % WIDTH;
        let first = at.checked_sub(at % WIDTH)?;
        if !fits || !neighbours_fit(level, (depth == 0).then_some(first)) {
            return None;
        }
        own = level.joined(&own, suite).0.to_vec();
        at /= WIDTH;
    }
    (at == 0).then(|| last.joined(&own, suite))
}

/// Nodes have 32 octets; leaves begin with their indices, counted from the first of the node.
fn neighbours_fit(level: &Level, first: Option<usize>) -> bool {
    let Some(first) = first else {
        let mut all = level.left.iter().chain(&level.right);
        return all.all(|node| node.0.len() == 32);
    };
    let indexed = |(index, leaf): (usize, &Hex)| {
        let index = u64::try_from(index).unwrap_or(u64::MAX);
        let prefix = rlp::number(index);
        let rest = leaf.0.strip_prefix(prefix.as_slice());
        rest.is_some_and(|hash| hash.len() == 32)
    };
    let own = first.saturating_add(level.left.len());
    (first..).zip(&level.left).all(indexed)
        && (own.saturating_add(1)..).zip(&level.right).all(indexed)
}

/// The root that a path of version 3 leads to; the transaction's own hash where it is alone in its block.
#[must_use]
pub fn root_of_two(hash: &Hash, path: &[Level], suite: Suite) -> Option<Hash> {
    if path.len() > MAX_LEVELS {
        return None;
    }
    let mut own = *hash;
    for level in path {
        let mut all = level.left.iter().chain(&level.right);
        if level.width() > 1 || !all.all(|node| node.0.len() == 32) {
            return None;
        }
        own = level.joined(&own.0, suite);
    }
    Some(own)
}

/// The path of one of the transactions of a block of version 2, and the root.
#[must_use]
pub fn paths_of_sixteen(hashes: &[Hash], index: u32, suite: Suite) -> (Vec<Level>, Hash) {
    let leaves = (0..).zip(hashes).map(|(index, hash)| leaf(index, hash));
    let (mut path, root) = climb(leaves.collect(), index, WIDTH, suite);
    path.push(Level::default());
    (path, suite.hash(&root))
}

/// The path of one of the transactions of a block of version 3, and the root.
#[must_use]
pub fn paths_of_two(hashes: &[Hash], index: u32, suite: Suite) -> (Vec<Level>, Hash) {
    let nodes = hashes.iter().map(|hash| hash.0.to_vec()).collect();
    let (path, root) = climb(nodes, index, 2, suite);
    (path, Hash::of(&root).unwrap_or(super::HexOf([0; 32])))
}

fn climb(mut nodes: Vec<Vec<u8>>, index: u32, width: usize, suite: Suite) -> (Vec<Level>, Vec<u8>) {
    let mut path = Vec::new();
    let mut at = usize::try_from(index).unwrap_or(usize::MAX);
    while nodes.len() > 1 {
        let group = nodes.chunks(width).nth(at / width).unwrap_or_default();
        let (left, own) = group.split_at_checked(at % width).unwrap_or_default();
        let right = own.split_first().map_or(&[][..], |(_, right)| right);
        let octets = |nodes: &[Vec<u8>]| nodes.iter().cloned().map(Hex).collect();
        path.push(Level {
            left: octets(left),
            right: octets(right),
        });
        let joined = nodes.chunks(width).map(<[Vec<u8>]>::concat);
        nodes = joined.map(|text| suite.hash(&text).0.to_vec()).collect();
        at /= width;
    }
    (path, nodes.pop().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::super::HexOf;
    use super::*;

    fn hashes(count: u32) -> Vec<Hash> {
        let hash = |index: u32| Suite::Keccak.hash(&index.to_be_bytes());
        (0..count).map(hash).collect()
    }

    #[test]
    fn every_transaction_of_every_block_leads_to_the_root() {
        for count in [1, 2, 3, 5, 16, 17, 33, 256, 257] {
            let hashes = hashes(count);
            for (index, hash) in (0..).zip(&hashes) {
                let (path, root) = paths_of_sixteen(&hashes, index, Suite::Keccak);
                assert_eq!(
                    root_of_sixteen(hash, index, &path, Suite::Keccak),
                    Some(root)
                );
                let elsewhere = root_of_sixteen(hash, index ^ 1, &path, Suite::Keccak);
                assert_ne!(elsewhere, Some(root), "{index} of {count}");
                let (path, root) = paths_of_two(&hashes, index, Suite::Sm);
                assert_eq!(root_of_two(hash, &path, Suite::Sm), Some(root));
            }
        }
        let alone = hashes(1);
        assert_eq!(paths_of_two(&alone, 0, Suite::Sm).1, alone[0]);
    }

    #[test]
    fn wide_levels_and_odd_nodes_are_refused() {
        let hashes = hashes(4);
        let (path, _) = paths_of_two(&hashes, 1, Suite::Sm);
        let mut wide = path.clone();
        wide[0].right.push(Hex(vec![7; 32]));
        assert_eq!(root_of_two(&hashes[1], &wide, Suite::Sm), None);
        let mut odd = path;
        odd[1].right[0].0.pop();
        assert_eq!(root_of_two(&hashes[1], &odd, Suite::Sm), None);
        let long = vec![Level::default(); MAX_LEVELS + 1];
        assert_eq!(root_of_two(&HexOf([1; 32]), &long, Suite::Sm), None);
        assert_eq!(
            root_of_sixteen(&HexOf([1; 32]), 0, &[], Suite::Keccak),
            None
        );
    }
}
