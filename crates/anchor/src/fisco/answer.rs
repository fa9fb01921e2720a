//! What a node's JSON-RPC answers with, turned into what receipts hold. Nothing of it is believed: every value is hashed
//! again.

use fidem_fingerprint::hex;
use serde_json::Value;

use super::header::{Fields, Header, Members, Parent, Signature};
use super::merkle::{Level, MAX_LEVELS};
use super::{Hash, Hex, HexOf, NodeId};

/// Most signatures and neighbours of one level read.
const MAX_LIST: usize = 1024;

/// Hexadecimal with or without `0x`, in either case.
#[must_use]
pub fn octets(value: &Value) -> Option<Vec<u8>> {
    let text = value.as_str()?.to_ascii_lowercase();
    hex::decode(text.strip_prefix("0x").unwrap_or(&text))
}

fn fixed<const N: usize>(value: &Value) -> Option<HexOf<N>> {
    HexOf::of(&octets(value)?)
}

/// A number, or a string of `0x` and hexadecimal digits or of decimal ones.
#[must_use]
pub fn number(value: &Value) -> Option<u64> {
    if let Some(number) = value.as_u64() {
        return Some(number);
    }
    let text = value.as_str()?;
    match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

fn list<T>(value: &Value, item: impl Fn(&Value) -> Option<T>) -> Option<Vec<T>> {
    let items = value.as_array().filter(|items| items.len() <= MAX_LIST)?;
    items.iter().map(item).collect()
}

/// The header in the answer of `getBlockHeaderByNumber` or `getBlockByNumber` of version 2.
#[must_use]
pub fn header_v2(answer: &Value) -> Option<Header> {
    let hash = |name: &str| fixed::<32>(answer.get(name)?);
    let numbered = |name: &str| number(answer.get(name)?);
    let fields = Fields {
        hashes: [
            hash("parentHash")?,
            hash("stateRoot")?,
            hash("transactionsRoot")?,
            hash("receiptsRoot")?,
            hash("dbHash")?,
        ],
        bloom: octets(answer.get("logsBloom")?)?,
        numbers: [
            numbered("number")?,
            numbered("gasLimit")?,
            numbered("gasUsed")?,
            numbered("timestamp")?,
        ],
        extra: list(answer.get("extraData")?, octets)?,
        sealer: numbered("sealer")?,
        sealers: list(answer.get("sealerList")?, fixed)?,
    };
    Some(Header::V2(Hex(fields.encode())))
}

/// The header in the answer of `getBlockByNumber` of version 3.
#[must_use]
pub fn header_v3(answer: &Value) -> Option<Header> {
    let hash = |name: &str| fixed::<32>(answer.get(name)?);
    let numbered = |name: &str| number(answer.get(name)?);
    let parent = |parent: &Value| {
        Some(Parent {
            block_hash: fixed(parent.get("blockHash")?)?,
            block_number: number(parent.get("blockNumber")?)?,
        })
    };
    Some(Header::V3(Box::new(Members {
        consensus_weights: list(answer.get("consensusWeights")?, number)?,
        extra_data: Hex(octets(answer.get("extraData")?)?),
        gas_used: answer.get("gasUsed")?.as_str()?.to_owned(),
        number: numbered("number")?,
        parent_info: list(answer.get("parentInfo")?, parent)?,
        receipts_root: hash("receiptsRoot")?,
        sealer: numbered("sealer")?,
        sealer_list: list(answer.get("sealerList")?, fixed::<64>)?,
        state_root: hash("stateRoot")?,
        timestamp: numbered("timestamp")?,
        txs_root: hash("txsRoot")?,
        version: u32::try_from(numbered("version")?).ok()?,
    })))
}

/// The signatures beside a header, of either version.
#[must_use]
pub fn signatures(answer: &Value) -> Option<Vec<Signature>> {
    list(answer.get("signatureList")?, |item| {
        let sealer = item.get("sealerIndex").or_else(|| item.get("index"))?;
        Some(Signature {
            sealer: u32::try_from(number(sealer)?).ok()?,
            signature: Hex(octets(item.get("signature")?)?),
        })
    })
}

/// The sealers in the answer of `getSealerList`, of either version, with their votes.
#[must_use]
pub fn sealers(answer: &Value) -> Option<Vec<(NodeId, u64)>> {
    list(answer, |item| match item.get("nodeID") {
        Some(node) => Some((fixed(node)?, number(item.get("weight")?)?)),
        None => Some((fixed(item)?, 1)),
    })
}

/// The path in the member `txProof` of version 2.
#[must_use]
pub fn path_v2(proof: &Value) -> Option<Vec<Level>> {
    let side = |level: &Value, name: &str| {
        let node = |node: &Value| octets(node).map(Hex);
        list(level.get(name)?, node)
    };
    let levels = proof.as_array().filter(|all| all.len() <= MAX_LEVELS + 1)?;
    let level = |level: &Value| {
        Some(Level {
            left: side(level, "left")?,
            right: side(level, "right")?,
        })
    };
    levels.iter().map(level).collect()
}

/// The path in the member `txProof` of version 3: for each level a count and as many hashes, among them the one that the
/// level before led to; a single hash, its own, for a transaction that is alone.
#[must_use]
pub fn path_v3(proof: &Value, hash: &Hash, suite: super::Suite) -> Option<Vec<Level>> {
    let nodes = list(proof, octets)?;
    if let [alone] = nodes.as_slice() {
        return (alone.as_slice() == hash.0).then(Vec::new);
    }
    let mut own = hash.0.to_vec();
    let mut rest = nodes.as_slice();
    let mut path = Vec::new();
    while let Some((count, after)) = rest.split_first() {
        let (level, after) = after.split_at_checked(counted(count)?)?;
        let at = level.iter().position(|node| *node == own)?;
        let (left, right) = level.split_at_checked(at)?;
        let octets = |nodes: &[Vec<u8>]| nodes.iter().cloned().map(Hex).collect();
        path.push(Level {
            left: octets(left),
            right: octets(right.get(1..)?),
        });
        own = suite.hash(&level.concat()).0.to_vec();
        rest = after;
    }
    Some(path)
}

/// One or two, in four octets; nodes print them with zeros behind up to the length of a hash.
fn counted(count: &[u8]) -> Option<usize> {
    let (count, zeros) = count.split_at_checked(4)?;
    let plain = zeros.len() <= 28 && zeros.iter().all(|zero| *zero == 0);
    match count {
        [0, 0, 0, count @ 1..=2] if plain => Some(usize::from(*count)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::Suite;
    use super::super::merkle::root_of_two;
    use super::*;

    #[test]
    fn a_path_of_version_3_is_read_only_along_the_way() {
        let suite = Suite::Sm;
        let [own, other, above] = [1, 2, 3].map(|octet| HexOf([octet; 32]));
        let joined = suite.hash(&[other.0, own.0].concat());
        let count = |count: u8| format!("0000000{count}{:056}", 0);
        let (own_hex, other_hex) = (own.hex(), format!("0x{}", other.hex()));
        let proof = json!([
            count(2),
            other_hex,
            own_hex,
            "00000002",
            joined.hex(),
            above.hex()
        ]);
        let path = path_v3(&proof, &own, suite).unwrap();
        assert_eq!(path.len(), 2);
        let root = suite.hash(&[joined.0, above.0].concat());
        assert_eq!(root_of_two(&own, &path, suite), Some(root));
        assert_eq!(path_v3(&proof, &above, suite), None);
        assert_eq!(path_v3(&json!([own_hex]), &own, suite), Some(Vec::new()));
        for wrong in [
            json!([other_hex]),
            json!([count(2), own_hex]),
            json!([count(3), own_hex, other_hex, other_hex]),
            json!([count(0), own_hex]),
            json!([count(2), own_hex, other_hex, count(1), other_hex]),
            json!([own_hex, other_hex]),
            json!(["0000", own_hex]),
            json!("00"),
            json!([7]),
            serde_json::Value::Null,
        ] {
            assert_eq!(path_v3(&wrong, &own, suite), None, "{wrong}");
        }
    }

    #[test]
    fn numbers_stand_in_three_forms() {
        for (value, read) in [
            (json!(7), Some(7)),
            (json!("7"), Some(7)),
            (json!("0x1b"), Some(27)),
            (json!("1b"), None),
            (json!("0x"), None),
            (json!(-1), None),
            (json!(1.5), None),
            (json!(null), None),
            (json!("0x10000000000000000"), None),
        ] {
            assert_eq!(number(&value), read, "{value}");
        }
    }
}
