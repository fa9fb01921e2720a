//! Hash trees over groups of data objects, and the branch that one group needs (RFC 4998 §4.2).

use crate::digest::DigestAlgorithm;

/// A tree over the groups of many records, whose root one time-stamp is asked for.
#[derive(Clone, Debug)]
pub struct HashTree {
    groups: Vec<Vec<Vec<u8>>>,
    /// From the digests of the groups up to the root; a node without a sibling is carried up as it is.
    levels: Vec<Vec<Vec<u8>>>,
}

/// The lists of digests that lead from one group to the root (the `reducedHashtree` of §4.1). Every list after the first
/// holds one sibling: for more, implementations differ in what they hash first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReducedHashTree {
    /// First the group's own digests, then the siblings of each level.
    pub lists: Vec<Vec<Vec<u8>>>,
}

impl HashTree {
    /// A tree over groups of digests made with `algorithm`. `None` without groups, with an empty one, with a digest of
    /// another length, or when the algorithm is never computed (MD5).
    pub fn new(algorithm: DigestAlgorithm, groups: Vec<Vec<Vec<u8>>>) -> Option<Self> {
        let fits = |digest: &Vec<u8>| digest.len() == algorithm.size();
        let sound = |group: &Vec<Vec<u8>>| !group.is_empty() && group.iter().all(fits);
        if groups.is_empty() || !groups.iter().all(sound) {
            return None;
        }
        let groups: Vec<_> = groups.into_iter().map(ordered).collect();
        let leaves = groups
            .iter()
            .map(|group| combine(algorithm, group))
            .collect::<Option<Vec<_>>>()?;
        let mut levels = vec![leaves];
        while let Some(level) = levels.last().filter(|level| level.len() > 1) {
            let above = level
                .chunks(2)
                .map(|pair| combine(algorithm, &ordered(pair.to_vec())))
                .collect::<Option<Vec<_>>>()?;
            levels.push(above);
        }
        Some(Self { groups, levels })
    }

    /// What the time-stamp is over.
    pub fn root(&self) -> &[u8] {
        let root = self.levels.last().and_then(|level| level.first());
        root.map_or(&[], Vec::as_slice)
    }

    /// The branch of one group, by its position among the groups given.
    pub fn reduced(&self, group: usize) -> Option<ReducedHashTree> {
        let mut lists = vec![self.groups.get(group)?.clone()];
        let mut position = group;
        for level in &self.levels {
            if let Some(sibling) = level.get(position ^ 1) {
                lists.push(vec![sibling.clone()]);
            }
            position /= 2;
        }
        Some(ReducedHashTree { lists })
    }
}

impl ReducedHashTree {
    /// The root that the branch leads to (§4.3, step 2).
    pub(crate) fn root(&self, algorithm: DigestAlgorithm) -> Option<Vec<u8>> {
        let mut lists = self.lists.iter();
        let mut node = combine(algorithm, &ordered(lists.next()?.clone()))?;
        for siblings in lists {
            let mut list = siblings.clone();
            list.push(node);
            node = combine(algorithm, &ordered(list))?;
        }
        Some(node)
    }
}

/// Binary ascending order. Equal objects each keep their digest: other implementations count them.
pub(crate) fn ordered(mut digests: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    digests.sort();
    digests
}

/// The digest of ordered digests; one alone stands for itself.
fn combine(algorithm: DigestAlgorithm, digests: &[Vec<u8>]) -> Option<Vec<u8>> {
    match digests {
        [] => None,
        [one] => Some(one.clone()),
        several => algorithm.digest(&several.concat()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHA256: DigestAlgorithm = DigestAlgorithm::Sha256;

    fn digest(text: &str) -> Vec<u8> {
        SHA256.digest(text.as_bytes()).unwrap()
    }

    fn groups(count: usize) -> Vec<Vec<Vec<u8>>> {
        let member = |group, member| digest(&format!("{group}.{member}"));
        (0..count)
            .map(|group| (0..=group % 3).map(|at| member(group, at)).collect())
            .collect()
    }

    #[test]
    fn every_branch_leads_to_the_root_and_no_altered_one_does() {
        for count in [1, 2, 3, 5, 8, 13] {
            let tree = HashTree::new(SHA256, groups(count)).unwrap();
            for group in 0..count {
                let branch = tree.reduced(group).unwrap();
                assert_eq!(
                    branch.root(SHA256).unwrap(),
                    tree.root(),
                    "{group} of {count}"
                );
                for list in 0..branch.lists.len() {
                    let mut altered = branch.clone();
                    altered.lists[list][0][7] ^= 1;
                    assert_ne!(altered.root(SHA256).unwrap(), tree.root());
                }
            }
            assert_eq!(tree.reduced(count), None);
        }
    }

    #[test]
    fn the_example_of_the_standard_is_followed() {
        // §4.2: h1, the group h2a h2b h2c, h3.
        let [h1, a, b, c, h3] = ["1", "2a", "2b", "2c", "3"].map(digest);
        let tree = HashTree::new(
            SHA256,
            vec![
                vec![h1.clone()],
                vec![a.clone(), b.clone(), c.clone()],
                vec![h3.clone()],
            ],
        )
        .unwrap();
        let h2 = SHA256.digest(&ordered(vec![a, b, c]).concat()).unwrap();
        let h12 = SHA256.digest(&ordered(vec![h1, h2]).concat()).unwrap();
        let root = SHA256.digest(&ordered(vec![h12, h3]).concat()).unwrap();
        assert_eq!(tree.root(), root);
        assert_eq!(tree.reduced(1).unwrap().lists.len(), 3);
    }

    #[test]
    fn what_is_no_digest_makes_no_tree() {
        assert!(HashTree::new(SHA256, Vec::new()).is_none());
        assert!(HashTree::new(SHA256, vec![Vec::new()]).is_none());
        assert!(HashTree::new(SHA256, vec![vec![vec![0; 20]]]).is_none());
        assert!(HashTree::new(DigestAlgorithm::Md5, vec![vec![vec![0; 16]; 2]]).is_none());
    }
}
