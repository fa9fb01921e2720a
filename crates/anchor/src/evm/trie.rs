//! The Merkle-Patricia trie over the transactions of a block (Ethereum Yellow Paper, appendix D): made, and proofs of it
//! followed. The key of a transaction is the RLP of its index, the value its octets.

use std::collections::BTreeMap;

use super::keccak;
use crate::rlp::{self, Item};

/// Nodes of a proof: a key has at most eighteen nibbles.
pub const MOST_NODES: usize = 24;

/// Why a proof does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the path does not hold: {0}")]
pub struct PathError(pub &'static str);

/// A trie, whole.
#[derive(Debug, Clone)]
pub struct Trie {
    pairs: BTreeMap<Vec<u8>, Vec<u8>>,
}

impl Trie {
    /// The trie of transactions in their order.
    #[must_use]
    pub fn of_list<T: AsRef<[u8]>>(values: &[T]) -> Self {
        let keys = (0_u64..).map(rlp::number);
        Self::of_pairs(keys.zip(values.iter().map(|value| value.as_ref().to_vec())))
    }

    /// The trie of keys and values.
    #[must_use]
    pub fn of_pairs(pairs: impl IntoIterator<Item = (Vec<u8>, Vec<u8>)>) -> Self {
        Self {
            pairs: pairs
                .into_iter()
                .map(|(key, value)| (nibbles(&key), value))
                .collect(),
        }
    }

    /// Its root.
    #[must_use]
    pub fn root(&self) -> [u8; 32] {
        keccak(&self.top(&[], &mut Vec::new()))
    }

    /// The nodes from the root to a key, each as its hash is taken over.
    #[must_use]
    pub fn proof(&self, key: &[u8]) -> Vec<Vec<u8>> {
        let mut path = Vec::new();
        let top = self.top(&nibbles(key), &mut path);
        path.push(top);
        path.reverse();
        path
    }

    /// The nodes from the root to the transaction at an index.
    #[must_use]
    pub fn proof_at(&self, index: u64) -> Vec<Vec<u8>> {
        self.proof(&rlp::number(index))
    }

    fn top(&self, wanted: &[u8], path: &mut Vec<Vec<u8>>) -> Vec<u8> {
        let pairs: Vec<Pair<'_>> = self.pairs.iter().map(|(k, v)| (&**k, &**v)).collect();
        node(&pairs, 0, Some(wanted).filter(|w| !w.is_empty()), path)
    }
}

/// Nibbles of a key, value.
type Pair<'a> = (&'a [u8], &'a [u8]);

fn nibbles(octets: &[u8]) -> Vec<u8> {
    octets
        .iter()
        .flat_map(|octet| [octet >> 4, octet & 15])
        .collect()
}

/// The node over sorted pairs that share their first `depth` nibbles. Nodes below it on the way to `wanted` that have a
/// hash are added to `path`.
fn node(
    pairs: &[Pair<'_>],
    depth: usize,
    wanted: Option<&[u8]>,
    path: &mut Vec<Vec<u8>>,
) -> Vec<u8> {
    let rest = |key: &[u8]| key.get(depth..).unwrap_or_default().to_vec();
    match pairs {
        [] => vec![0x80],
        [(key, value)] => rlp::list(&[compact(&rest(key), true), rlp::string(value)]),
        [(first, _), .., (last, _)] => {
            // Sorted: what first and last share, all share.
            let shared = common(first, last);
            if shared > depth {
                let prefix = first.get(depth..shared).unwrap_or_default();
                let below = reference(node(pairs, shared, wanted, path), wanted.is_some(), path);
                return rlp::list(&[compact(prefix, false), below]);
            }
            branch(pairs, depth, wanted, path)
        }
    }
}

fn branch(
    pairs: &[Pair<'_>],
    depth: usize,
    wanted: Option<&[u8]>,
    path: &mut Vec<Vec<u8>>,
) -> Vec<u8> {
    let ended = pairs.iter().find(|(key, _)| key.len() == depth);
    let mut items = Vec::with_capacity(17);
    for nibble in 0..16 {
        let below: Vec<Pair<'_>> = pairs
            .iter()
            .filter(|(key, _)| key.get(depth) == Some(&nibble))
            .copied()
            .collect();
        let wanted = wanted.filter(|wanted| wanted.get(depth) == Some(&nibble));
        items.push(match below.is_empty() {
            true => vec![0x80],
            false => reference(
                node(&below, depth + 1, wanted, path),
                wanted.is_some(),
                path,
            ),
        });
    }
    items.push(rlp::string(ended.map_or(&[], |(_, value)| value)));
    rlp::list(&items)
}

fn common(a: &[u8], b: &[u8]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

/// How a node stands in the one above: itself while it is shorter than a hash.
fn reference(node: Vec<u8>, on_the_way: bool, path: &mut Vec<Vec<u8>>) -> Vec<u8> {
    if node.len() < 32 {
        return node;
    }
    let hash = rlp::string(&keccak(&node));
    if on_the_way {
        path.push(node);
    }
    hash
}

/// Hex-prefix encoding (Yellow Paper, appendix C) as an RLP string.
fn compact(nibbles: &[u8], leaf: bool) -> Vec<u8> {
    let flag = u8::from(leaf) << 1;
    let mut padded = match nibbles.len() % 2 {
        0 => vec![flag, 0],
        _ => vec![flag | 1],
    };
    padded.extend(nibbles);
    let (pairs, _) = padded.as_chunks::<2>();
    let octets: Vec<u8> = pairs.iter().map(|[high, low]| high << 4 | low).collect();
    rlp::string(&octets)
}

/// The value at a key, once its path is shown to lead to the root. Every node of the path must be needed.
///
/// # Errors
/// [`PathError`].
pub fn value_at<'a, T: AsRef<[u8]>>(
    root: &[u8; 32],
    key: &[u8],
    path: &'a [T],
) -> Result<&'a [u8], PathError> {
    if path.len() > MOST_NODES {
        return Err(PathError("too many nodes"));
    }
    let key = nibbles(key);
    let mut rest: &[u8] = &key;
    let mut path = path.iter().map(AsRef::as_ref);
    let mut step = Step::Hash(*root);
    loop {
        let here = match step {
            Step::Hash(hash) => hashed(&hash, path.next())?,
            Step::Node(inline) => inline,
            Step::Value(value) if rest.is_empty() && path.next().is_none() => return Ok(value),
            Step::Value(_) => return Err(PathError("nodes or nibbles left over")),
        };
        (step, rest) = descend(here, rest)?;
    }
}

enum Step<'a> {
    Hash([u8; 32]),
    Node(Item<'a>),
    Value(&'a [u8]),
}

fn hashed<'a>(hash: &[u8; 32], node: Option<&'a [u8]>) -> Result<Item<'a>, PathError> {
    let node = node.ok_or(PathError("a node is missing"))?;
    if keccak(node) != *hash {
        return Err(PathError("a node has another hash"));
    }
    Item::whole(node).map_err(|_| PathError("a node is not RLP"))
}

fn descend<'a, 'k>(node: Item<'a>, key: &'k [u8]) -> Result<(Step<'a>, &'k [u8]), PathError> {
    let malformed = PathError("a node has another form");
    let items = node.items(17).map_err(|_| malformed)?;
    match (items.as_slice(), key.split_first()) {
        ([prefix, below], _) => {
            let (prefix, leaf) =
                expand(prefix.octets().map_err(|_| malformed)?).ok_or(malformed)?;
            let rest = key.strip_prefix(&*prefix);
            let rest = rest.ok_or(PathError("another key"))?;
            match leaf {
                true => Ok((Step::Value(below.octets().map_err(|_| malformed)?), rest)),
                false if prefix.is_empty() => Err(malformed),
                false => Ok((child(*below)?, rest)),
            }
        }
        ([.., value], None) if items.len() == 17 => {
            let value = value.octets().map_err(|_| malformed)?;
            match value.is_empty() {
                true => Err(PathError("another key")),
                false => Ok((Step::Value(value), key)),
            }
        }
        (children, Some((nibble, rest))) if items.len() == 17 => {
            let below = children.get(usize::from(*nibble)).ok_or(malformed)?;
            Ok((child(*below)?, rest))
        }
        _ => Err(malformed),
    }
}

/// What a node says of the one below.
fn child(item: Item<'_>) -> Result<Step<'_>, PathError> {
    match item {
        Item::List(payload) if payload.len() < 31 => Ok(Step::Node(item)),
        Item::Octets(octets) => match octets.try_into() {
            Ok(hash) => Ok(Step::Hash(hash)),
            Err(_) => Err(PathError("another key")),
        },
        Item::List(_) => Err(PathError("a node that has to stand by its hash")),
    }
}

/// Nibbles of a hex-prefix encoding, and whether it is a leaf's.
fn expand(octets: &[u8]) -> Option<(Vec<u8>, bool)> {
    let all = nibbles(octets);
    match all.as_slice() {
        [flag @ (1 | 3), rest @ ..] => Some((rest.to_vec(), *flag == 3)),
        [flag @ (0 | 2), 0, rest @ ..] => Some((rest.to_vec(), *flag == 2)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fidem_fingerprint::hex;

    fn of_words(pairs: &[(&str, &str)]) -> Trie {
        Trie::of_pairs(
            pairs
                .iter()
                .map(|(k, v)| (k.as_bytes().to_vec(), v.as_bytes().to_vec())),
        )
    }

    #[test]
    fn roots_that_are_known() {
        let known = [
            (
                of_words(&[]),
                "56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421",
            ),
            // `trieanyorder.json` of ethereum/tests: singleItem, dogs, puppy, foo, smallValues.
            (
                of_words(&[("A", &"a".repeat(50))]),
                "d23786fb4a010da3ce639d66d5e904a11dbc02746d1ce25029e53290cabf28ab",
            ),
            (
                of_words(&[
                    ("doe", "reindeer"),
                    ("dog", "puppy"),
                    ("dogglesworth", "cat"),
                ]),
                "8aad789dff2f538bca5d8ea56e8abe10f4c7ba3a5dea95fea4cd6e7c3a1168d3",
            ),
            (
                of_words(&[
                    ("do", "verb"),
                    ("horse", "stallion"),
                    ("doge", "coin"),
                    ("dog", "puppy"),
                ]),
                "5991bb8c6514148a29db676a14ac506cd2cd5775ace63c30a4fe457715e9ac84",
            ),
            (
                of_words(&[("foo", "bar"), ("food", "bass")]),
                "17beaa1648bafa633cda809c90c04af50fc8aed3cb40d16efbddee6fdf63c4c3",
            ),
            (
                of_words(&[("be", "e"), ("dog", "puppy"), ("bed", "d")]),
                "3f67c7a47520f79faa29255d2d3c084a7a6df0453116ed7232ff10277a8be68b",
            ),
        ];
        for (trie, root) in known {
            assert_eq!(hex::encode(&trie.root()), root);
        }
    }

    #[test]
    fn every_path_of_every_size_leads_to_its_value_only() {
        for count in [1_usize, 2, 3, 16, 17, 127, 128, 129, 300] {
            // Short values stand inside of the nodes above, long ones do not.
            let values: Vec<Vec<u8>> = (0..count).map(|n| vec![7; 1 + n % 50]).collect();
            let trie = Trie::of_list(&values);
            let root = trie.root();
            for (index, value) in (0_u64..).zip(&values) {
                let key = rlp::number(index);
                let path = trie.proof_at(index);
                assert_eq!(value_at(&root, &key, &path), Ok(&**value));
                let other = rlp::number(index + 1);
                assert_ne!(
                    value_at(&root, &other, &path).ok(),
                    Some(&**value),
                    "{index}"
                );
                let longer = [path.clone(), vec![vec![0x80]]].concat();
                assert!(value_at(&root, &key, &longer).is_err());
                assert!(value_at(&root, &key, &path[1..]).is_err());
            }
        }
    }

    #[test]
    fn no_flipped_octet_of_a_path_holds() {
        let values: Vec<Vec<u8>> = (0..40_u8).map(|n| vec![n; 40]).collect();
        let trie = Trie::of_list(&values);
        let (root, path) = (trie.root(), trie.proof_at(9));
        for (node, octets) in path.iter().enumerate() {
            for at in 0..octets.len() {
                let mut damaged = path.clone();
                damaged[node][at] ^= 1;
                assert!(value_at(&root, &rlp::number(9), &damaged).is_err());
            }
        }
    }
}
