//! Merkle trees of RFC 6962 §2.1 with SHA-256: leaves are hashed behind `0x00`, nodes behind
//! `0x01`, and a level of odd length passes its last node up unchanged.

mod level;
mod path;

pub use self::path::PathError;
pub use self::path::root_from_inclusion;
pub use self::path::verify_consistency;

/// The hash of a leaf or of a node.
pub type Hash = [u8; 32];

const LEAF: u8 = 0x00;
const NODE: u8 = 0x01;

/// `MTH({d(0)})`: the hash of one leaf with the contents `data`.
pub fn leaf_hash(data: &[u8]) -> Hash {
    let mut hasher = crate::Sha256Hasher::new();
    hasher.update(&[LEAF]);
    hasher.update(data);
    hasher.finish()
}

/// The hashes of many leaves of one length, several at once.
pub fn leaf_hashes<const N: usize>(data: &[[u8; N]]) -> Vec<Hash> {
    let mut hashes = Vec::with_capacity(data.len());
    level::Prefixed::new(LEAF).append(data, &mut hashes);
    hashes
}

/// The hash of the node above `left` and `right`.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut hasher = crate::Sha256Hasher::new();
    hasher.update(&[NODE]);
    hasher.update(left);
    hasher.update(right);
    hasher.finish()
}

/// The root of the tree over `leaf_hashes`; of no leaves it is the SHA-256 of nothing.
pub fn root(leaf_hashes: &[Hash]) -> Hash {
    // A perfect subtree at a time: its levels stay in the nearest caches, where whole levels of
    // a large tree would each travel through memory.
    const SUBTREE: usize = 1 << 10;
    let mut nodes = level::Prefixed::new(NODE);
    let mut tops = Vec::with_capacity(leaf_hashes.len().div_ceil(SUBTREE));
    let (mut below, mut above) = (Vec::new(), Vec::new());
    for leaves in leaf_hashes.chunks(SUBTREE) {
        below.clear();
        below.extend_from_slice(leaves);
        while below.len() > 1 {
            above.clear();
            append_level_above(&mut nodes, &below, &mut above);
            std::mem::swap(&mut below, &mut above);
        }
        tops.append(&mut below);
    }
    match tops[..] {
        [] => crate::sha256(b""),
        [root] => root,
        _ => root(&tops),
    }
}

/// Hashes the pairs of `below`, and passes up the last of an odd number.
fn append_level_above(nodes: &mut level::Prefixed<64>, below: &[Hash], above: &mut Vec<Hash>) {
    let (pairs, _) = below.as_flattened().as_chunks::<64>();
    nodes.append(pairs, above);
    let (_, odd) = below.as_chunks::<2>();
    above.extend_from_slice(odd);
}

/// A tree that keeps every level, so that paths are read and not computed.
#[derive(Clone, Debug)]
pub struct Tree {
    /// From the leaves to the root; one level of no leaves for the empty tree.
    levels: Vec<Vec<Hash>>,
}

impl Tree {
    /// The tree over `leaf_hashes`.
    pub fn new(leaf_hashes: Vec<Hash>) -> Self {
        let mut nodes = level::Prefixed::new(NODE);
        let mut levels = vec![leaf_hashes];
        while let Some(below) = levels.last()
            && below.len() > 1
        {
            let mut above = Vec::with_capacity(below.len().div_ceil(2));
            append_level_above(&mut nodes, below, &mut above);
            levels.push(above);
        }
        Tree { levels }
    }

    /// How many leaves the tree has.
    pub fn size(&self) -> u64 {
        self.leaves() as u64
    }

    /// The root; of no leaves it is the SHA-256 of nothing.
    pub fn root(&self) -> Hash {
        match self.levels.last().map(Vec::as_slice) {
            Some([root]) => *root,
            _ => crate::sha256(b""),
        }
    }

    /// `PATH(m, D[n])`, RFC 6962 §2.1.1: the hashes beside the way from leaf `index` up to the
    /// root. `None` if the tree has no such leaf.
    pub fn inclusion(&self, index: u64) -> Option<Vec<Hash>> {
        let mut index = usize::try_from(index)
            .ok()
            .filter(|&index| index < self.leaves())?;
        let mut path = Vec::with_capacity(self.levels.len());
        for level in &self.levels {
            // The last of an odd level has nothing beside it.
            path.extend(level.get(index ^ 1));
            index >>= 1;
        }
        Some(path)
    }

    /// `PROOF(m, D[n])`, RFC 6962 §2.1.2: the hashes that show the tree of the first `old_size`
    /// leaves to be a beginning of this one. `None` if this tree is smaller than that.
    ///
    /// Empty for `old_size` 0, which RFC 6962 leaves out, and for the tree's own size.
    pub fn consistency(&self, old_size: u64) -> Option<Vec<Hash>> {
        let old = usize::try_from(old_size)
            .ok()
            .filter(|&old| old <= self.leaves())?;
        if old == 0 || old == self.leaves() {
            return Some(Vec::new());
        }
        // The largest perfect subtree at the end of the old tree: the verifier starts there, and
        // knows it already when it is the whole old tree.
        let height = old.trailing_zeros();
        let mut path = Vec::with_capacity(self.levels.len() + 1);
        let mut levels = self.levels.iter().skip(usize::try_from(height).ok()?);
        let mut index = (old - 1) >> height;
        if !old.is_power_of_two() {
            path.extend(self.levels.get(usize::try_from(height).ok()?)?.get(index));
        }
        for level in &mut levels {
            path.extend(level.get(index ^ 1));
            index >>= 1;
        }
        Some(path)
    }

    fn leaves(&self) -> usize {
        self.levels.first().map_or(0, Vec::len)
    }
}
