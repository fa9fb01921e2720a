//! Checking paths, without the tree.

use super::Hash;
use super::node_hash;

/// Why a path proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PathError {
    /// The leaf lies beyond the tree.
    #[error("leaf {index} is not in a tree of {size} leaves")]
    IndexBeyondTree {
        /// Index of the leaf, from 0.
        index: u64,
        /// Leaves of the tree.
        size: u64,
    },
    /// A tree does not shrink.
    #[error("the older tree has {old_size} leaves, the newer only {new_size}")]
    OldBeyondNew {
        /// Leaves of the older tree.
        old_size: u64,
        /// Leaves of the newer tree.
        new_size: u64,
    },
    /// The sizes alone say how many hashes a path has.
    #[error("the path has {found} hashes instead of {expected}")]
    Length {
        /// Hashes that a path between these sizes has.
        expected: usize,
        /// Hashes of this path.
        found: usize,
    },
    /// The path does not lead to the root of the older tree.
    #[error("the path does not lead to the root of the older tree")]
    OldRoot {
        /// The root it leads to.
        computed: Hash,
    },
    /// The path does not lead to the root of the newer tree.
    #[error("the path does not lead to the root of the newer tree")]
    NewRoot {
        /// The root it leads to.
        computed: Hash,
    },
}

/// The root of the tree of `size` leaves in which `path` leads up from the leaf `index` with the
/// hash `leaf` (RFC 9162 §2.1.3.2; the paths are those of RFC 6962 §2.1.1).
///
/// The leaf is in a tree of known root if and only if this is that root.
///
/// # Errors
/// [`PathError::IndexBeyondTree`], or [`PathError::Length`].
pub fn root_from_inclusion(
    leaf: &Hash,
    index: u64,
    size: u64,
    path: &[Hash],
) -> Result<Hash, PathError> {
    if index >= size {
        return Err(PathError::IndexBeyondTree { index, size });
    }
    let steps = steps(index, size);
    expect_length(steps.clone().count(), path)?;
    let mut root = *leaf;
    for (step, beside) in steps.zip(path) {
        root = match step {
            Step::Left => node_hash(beside, &root),
            Step::Right => node_hash(&root, beside),
        };
    }
    Ok(root)
}

/// Checks that the tree of `old_size` leaves with the root `old_root` is a beginning of the tree
/// of `new_size` leaves with the root `new_root` (RFC 9162 §2.1.4.2).
///
/// The empty tree is a beginning of every tree: its path is empty and its root is compared too.
///
/// # Errors
/// Every [`PathError`] but [`PathError::IndexBeyondTree`].
pub fn verify_consistency(
    old_size: u64,
    old_root: &Hash,
    new_size: u64,
    new_root: &Hash,
    path: &[Hash],
) -> Result<(), PathError> {
    if old_size > new_size {
        return Err(PathError::OldBeyondNew { old_size, new_size });
    }
    if old_size == 0 {
        expect_length(0, path)?;
        return expect_old(old_root, crate::sha256(b""));
    }
    if old_size == new_size {
        expect_length(0, path)?;
        return expect_new(new_root, *old_root);
    }
    // Both roots are built up from the largest perfect subtree that ends the older tree. What
    // lies to its left belongs to both trees, what lies to its right to the newer one alone.
    let height = old_size.trailing_zeros();
    let steps = steps((old_size - 1) >> height, ((new_size - 1) >> height) + 1);
    let named = usize::from(!old_size.is_power_of_two());
    expect_length(named + steps.clone().count(), path)?;
    let (start, path) = match path {
        [start, rest @ ..] if named == 1 => (start, rest),
        _ => (old_root, path),
    };
    let (mut old, mut new) = (*start, *start);
    for (step, beside) in steps.zip(path) {
        match step {
            Step::Left => {
                old = node_hash(beside, &old);
                new = node_hash(beside, &new);
            }
            Step::Right => new = node_hash(&new, beside),
        }
    }
    expect_old(old_root, old)?;
    expect_new(new_root, new)
}

/// On which side of the way up the next hash lies.
#[derive(Clone, Copy)]
enum Step {
    Left,
    Right,
}

/// The steps from node `index` of a level of `size` nodes up to the root. Where the way is the
/// last of an odd level, there is nothing beside it and no step.
fn steps(index: u64, size: u64) -> impl Iterator<Item = Step> + Clone {
    let last = size.saturating_sub(1);
    (0..u64::BITS)
        .map_while(move |height| (last >> height != 0).then_some(height))
        .filter_map(move |height| match (index >> height, last >> height) {
            (index, _) if index % 2 == 1 => Some(Step::Left),
            (index, last) if index < last => Some(Step::Right),
            _ => None,
        })
}

fn expect_length(expected: usize, path: &[Hash]) -> Result<(), PathError> {
    let found = path.len();
    if found == expected {
        Ok(())
    } else {
        Err(PathError::Length { expected, found })
    }
}

fn expect_old(expected: &Hash, computed: Hash) -> Result<(), PathError> {
    if *expected == computed {
        Ok(())
    } else {
        Err(PathError::OldRoot { computed })
    }
}

fn expect_new(expected: &Hash, computed: Hash) -> Result<(), PathError> {
    if *expected == computed {
        Ok(())
    } else {
        Err(PathError::NewRoot { computed })
    }
}
