//! Answers of a node, in the words of the real ones.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use fidem_anchor::fisco::header::Fields;
use fidem_anchor::fisco::transaction::{Data, Rlp};
use fidem_anchor::fisco::{Hash, Header, HexOf, Level, Signature, answer as read};
use fidem_fingerprint::hex;
use serde_json::{Value, json};

use super::chain::{Chain, Mined, Refused};
use super::{Flavour, Untruth, key};
use crate::faulty::Ask;
use crate::rails::Fault;

/// How long version 3 keeps silent at most.
const SILENCE: Duration = Duration::from_secs(4);

type Answer = Result<Value, (i64, String)>;

fn refused(code: i64, words: &str) -> (i64, String) {
    (code, words.to_owned())
}

fn locked(chain: &Mutex<Chain>) -> MutexGuard<'_, Chain> {
    chain.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn answer(chain: &Arc<Mutex<Chain>>, ask: &Ask) -> Vec<u8> {
    let call: Value = serde_json::from_slice(&ask.body).unwrap_or_default();
    let method = call["method"].as_str().unwrap_or_default();
    let result = match method {
        "sendRawTransaction" | "sendTransaction" => send(chain, ask, &call["params"]),
        _ => {
            let chain = locked(chain);
            let mut node = Node::new(&chain, ask.fault);
            node.answer(method, &call["params"])
        }
    };
    let id = &call["id"];
    let version = "2.0";
    let whole = match result {
        Ok(result) => json!({"id": id, "jsonrpc": version, "result": result}),
        Err((code, message)) => {
            json!({"id": id, "jsonrpc": version, "error": {"code": code, "message": message}})
        }
    };
    whole.to_string().into_bytes()
}

/// The octets of a parameter that is the last string of the list.
fn octets(params: &Value) -> Vec<u8> {
    let params = params.as_array().cloned().unwrap_or_default();
    let mut strings = params.iter().filter(|param| param.is_string());
    strings
        .next_back()
        .and_then(read::octets)
        .unwrap_or_default()
}

fn send(chain: &Mutex<Chain>, ask: &Ask, params: &Value) -> Answer {
    let (flavour, taken) = {
        let mut chain = locked(chain);
        (chain.flavour, chain.take_in(&octets(params)))
    };
    let hash = taken.map_err(|why| match (flavour, why) {
        (Flavour::V2, Refused::InPool) => refused(-32603, "TransactionAlreadyKown, txHash=…"),
        (Flavour::V2, Refused::Nonce) => refused(-32603, "TransactionNonceCheckFail, txHash=…"),
        (Flavour::V2, why) => refused(-32603, &format!("{why:?}")),
        (_, why) => (why as i64, format!("{why:?}")),
    })?;
    let lying = ask.fault == Some(Fault::Lie) && locked(chain).untruth == Untruth::Hash;
    let said = if lying { HexOf([0; 32]) } else { hash };
    if flavour == Flavour::V2 {
        return Ok(json!(format!("0x{}", said.hex())));
    }
    let until = Instant::now() + SILENCE;
    loop {
        if let Some((height, _)) = locked(chain).find(&hash) {
            return Ok(receipt(&said, height));
        }
        if lying || Instant::now() > until {
            return match lying {
                true => Ok(receipt(&said, 1)),
                false => Err(refused(10_010, "TransactionPoolTimeout")),
            };
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A call of an address where nothing is.
fn receipt(hash: &Hash, height: u64) -> Value {
    json!({
        "blockNumber": height,
        "checksumContractAddress": "",
        "contractAddress": "",
        "gasUsed": "21572",
        "hash": "0x",
        "logEntries": [],
        "message": "Error contract address.",
        "output": "0x",
        "status": 19,
        "transactionHash": format!("0x{}", hash.hex()),
        "version": 0,
    })
}

/// A node at one moment, in one state of honesty.
struct Node<'c> {
    chain: &'c Chain,
    wrong_network: bool,
    untruth: Option<Untruth>,
}

impl<'c> Node<'c> {
    fn new(chain: &'c Chain, fault: Option<Fault>) -> Self {
        Self {
            chain,
            wrong_network: fault == Some(Fault::WrongNetwork),
            untruth: (fault == Some(Fault::Lie)).then_some(chain.untruth),
        }
    }

    fn answer(&mut self, method: &str, params: &Value) -> Answer {
        match (self.chain.flavour, method) {
            (Flavour::V2, "getClientVersion") => Ok(json!({
                "Build Time": "20201013 17:12:57",
                "Build Type": "Linux/clang/Release",
                "Chain Id": if self.wrong_network { "8" } else { "7" },
                "FISCO-BCOS Version": "2.7.0",
                "Git Branch": "HEAD",
                "Git Commit Hash": "4c6a5bbe44786f470a002b8d2eaa6cdbd2c62cef",
                "Supported Version": "2.7.0",
            })),
            (Flavour::V2, "getGroupList") => Ok(json!([1])),
            (Flavour::V3 | Flavour::V3Sm, "getGroupInfo") => Ok(json!({
                "chainID": if self.wrong_network { "chain1" } else { "chain0" },
                "genesisConfig": "",
                "groupID": params[0],
                "iniConfig": "",
                "nodeList": [],
            })),
            (Flavour::V2, "getBlockNumber") => Ok(json!(format!("0x{:x}", self.height()))),
            (_, "getBlockNumber") => Ok(json!(self.height())),
            (flavour, "getSealerList") => Ok(self.sealers(flavour)),
            (Flavour::V2, "getTransactionByHashWithProof") => Ok(self.with_proof(params)),
            (Flavour::V3 | Flavour::V3Sm, "getTransactionReceipt") => match self.place(params) {
                Some((hash, place)) => Ok(receipt(&hash, place.height)),
                None => Err(refused(3006, "GetReceiptByTxHash failed")),
            },
            (Flavour::V3 | Flavour::V3Sm, "getTransaction") => self.transaction(params),
            (Flavour::V2, "getBlockHeaderByNumber") => self.header(&params[1]),
            (Flavour::V3 | Flavour::V3Sm, "getBlockByNumber") => self.header(&params[2]),
            _ => Err(refused(-32601, "METHOD_NOT_FOUND")),
        }
    }

    fn height(&self) -> u64 {
        match self.untruth {
            Some(Untruth::Late) => self.chain.height() + 1_000,
            _ => self.chain.height(),
        }
    }

    fn sealers(&self, flavour: Flavour) -> Value {
        let suite = flavour.suite();
        let name = |octet: u8| key(suite, octet).public().hex();
        match flavour {
            Flavour::V2 => (1..=4).map(|octet| json!(name(octet))).collect(),
            Flavour::V3 | Flavour::V3Sm => (1..=4)
                .map(|octet| json!({"nodeID": name(octet), "termWeight": 0, "weight": 1}))
                .collect(),
        }
    }

    /// Where the node says that the transaction named last stands.
    fn place(&self, params: &Value) -> Option<(Hash, Place)> {
        let hash = HexOf::of(&octets(params))?;
        self.chain.sent(&hash)?;
        let found = self.chain.find(&hash);
        match (self.untruth, found) {
            (Some(Untruth::Late), _) | (None | Some(Untruth::Hash), None) => return None,
            (Some(Untruth::Strangers), _) | (Some(_), None) => {
                let block = self.chain.forged(hash);
                let index = block.transactions.iter().position(|one| *one == hash)?;
                let index = u32::try_from(index).ok()?;
                let (path, _) = self.chain.path(&block.transactions, index);
                let height = self.chain.height() + 1;
                return Some((hash, Place::new(height, index, path)));
            }
            _ => {}
        }
        let (mut height, index) = found?;
        let block = self.chain.at(height)?;
        let (mut path, _) = self.chain.path(&block.transactions, index);
        if self.untruth == Some(Untruth::Elsewhere) {
            height -= 1;
        }
        if self.untruth == Some(Untruth::Path) {
            let mut beside = path
                .iter_mut()
                .flat_map(|l| l.left.iter_mut().chain(&mut l.right));
            if let Some(octet) = beside.next().and_then(|node| node.0.last_mut()) {
                *octet ^= 1;
            }
        }
        Some((hash, Place::new(height, index, path)))
    }

    fn with_proof(&self, params: &Value) -> Value {
        let Some((hash, place)) = self.place(params) else {
            return Value::Null;
        };
        let sent = self.chain.sent(&hash).expect("it was sent");
        let (rlp, _) = Rlp::decode(&sent.octets).expect("it was read");
        let hexed = |octets: &[u8]| format!("0x{}", hex::encode(octets));
        let block = self.chain.at(place.height).map_or(hash, |block| block.hash);
        let side = |nodes: &[fidem_anchor::fisco::Hex]| -> Value {
            nodes
                .iter()
                .map(|node| json!(hex::encode(&node.0)))
                .collect()
        };
        let level = |level: &Level| json!({"left": side(&level.left), "right": side(&level.right)});
        let suite = self.chain.flavour.suite();
        json!({
            "transaction": {
                "blockHash": hexed(&block.0),
                "blockNumber": format!("0x{:x}", place.height),
                "from": hexed(&suite.address(&sent.transaction.sender)),
                "gas": format!("0x{:x}", rlp.gas),
                "gasPrice": format!("0x{:x}", rlp.gas_price),
                "hash": hexed(&hash.0),
                "input": hexed(&rlp.input),
                "nonce": hexed(&rlp.nonce),
                "to": hexed(&rlp.to),
                "transactionIndex": format!("0x{:x}", place.index),
                "value": "0x0",
            },
            "txProof": place.path.iter().map(level).collect::<Value>(),
        })
    }

    fn transaction(&self, params: &Value) -> Answer {
        let place = self.place(params);
        let (hash, place) = place.ok_or_else(|| refused(3004, "GetTransactionError"))?;
        let sent = self.chain.sent(&hash).expect("it was sent");
        let suite = self.chain.flavour.suite();
        let (data, signature) = Data::decode(&sent.octets, suite).expect("it was read");
        let text = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
        let hexed = |octets: &[u8]| format!("0x{}", hex::encode(octets));
        Ok(json!({
            "abi": text(&data.abi),
            "blockLimit": data.limit,
            "chainID": text(&data.chain),
            "extraData": "",
            "from": hexed(&suite.address(&sent.transaction.sender)),
            "groupID": text(&data.group),
            "hash": hexed(&hash.0),
            "importTime": 0,
            "input": hexed(&data.input),
            "nonce": hex::encode(&data.nonce),
            "signature": hexed(&signature),
            "to": text(&data.to),
            "transactionProof": [],
            "txProof": proof_v3(&hash, &place.path, suite),
            "version": data.version,
        }))
    }

    fn header(&self, height: &Value) -> Answer {
        let height = read::number(height).unwrap_or(u64::MAX);
        let mut block = match (self.untruth, self.chain.at(height)) {
            (Some(Untruth::Late), None) => self.chain.forged(HexOf([9; 32])),
            (_, Some(block)) => block.clone(),
            // Only the lie of strangers leads above the last block.
            (Some(_), None) => self.forged_for_last(),
            (None, None) => return Err(refused(-40_004, "BlockNumber does not exist")),
        };
        match self.untruth {
            Some(Untruth::Signature) => {
                let first = block.signatures.first_mut();
                if let Some(octet) = first.and_then(|s| s.signature.0.first_mut()) {
                    *octet ^= 1;
                }
            }
            Some(Untruth::Root) => change_root(&mut block.header),
            _ => {}
        }
        Ok(header_answer(&block))
    }

    /// The block that [`Node::place`] spoke of: the one for the transaction that came last.
    fn forged_for_last(&self) -> Mined {
        let last = self.chain.last_sent().unwrap_or(HexOf([9; 32]));
        self.chain.forged(last)
    }
}

struct Place {
    height: u64,
    index: u32,
    path: Vec<Level>,
}

impl Place {
    fn new(height: u64, index: u32, path: Vec<Level>) -> Self {
        Self {
            height,
            index,
            path,
        }
    }
}

fn change_root(header: &mut Header) {
    match header {
        Header::V2(rlp) => {
            let mut fields = Fields::decode(&rlp.0).expect("it was made here");
            fields.hashes[2].0[0] ^= 1;
            rlp.0 = fields.encode();
        }
        Header::V3(members) => members.txs_root.0[0] ^= 1,
    }
}

/// Counts and hashes, counts as long as hashes.
fn proof_v3(hash: &Hash, path: &[Level], suite: fidem_anchor::fisco::Suite) -> Value {
    if path.is_empty() {
        return json!([hash.hex()]);
    }
    let mut proof = Vec::new();
    let mut own = hash.0.to_vec();
    for level in path {
        let left = level.left.iter().map(|node| node.0.clone());
        let right = level.right.iter().map(|node| node.0.clone());
        let nodes: Vec<Vec<u8>> = left.chain([own]).chain(right).collect();
        proof.push(json!(format!("{:08x}{:056}", nodes.len(), 0)));
        proof.extend(nodes.iter().map(|node| json!(hex::encode(node))));
        own = suite.hash(&nodes.concat()).0.to_vec();
    }
    Value::Array(proof)
}

/// A header as the node answers it: `getBlockHeaderByNumber` of version 2, `getBlockByNumber` of version 3.
///
/// # Panics
/// For a header of version 2 that is none.
#[must_use]
pub fn header_answer(block: &Mined) -> Value {
    let hexed = |octets: &[u8]| json!(format!("0x{}", hex::encode(octets)));
    let numbered = |number: u64| json!(format!("0x{number:x}"));
    let signature = |s: &Signature| match block.header {
        Header::V2(_) => json!({
            "index": numbered(s.sealer.into()),
            "signature": hexed(&s.signature.0),
        }),
        Header::V3(_) => json!({"sealerIndex": s.sealer, "signature": hexed(&s.signature.0)}),
    };
    let signatures: Value = block.signatures.iter().map(signature).collect();
    match &block.header {
        Header::V2(rlp) => {
            let fields = Fields::decode(&rlp.0).expect("a header");
            let [parent, state, root, receipts, data] = fields.hashes;
            let [number, limit, used, time] = fields.numbers;
            json!({
                "dbHash": hexed(&data.0),
                "extraData": fields.extra.iter().map(|e| hexed(e)).collect::<Value>(),
                "gasLimit": numbered(limit),
                "gasUsed": numbered(used),
                "hash": hexed(&block.hash.0),
                "logsBloom": hexed(&fields.bloom),
                "number": number,
                "parentHash": hexed(&parent.0),
                "receiptsRoot": hexed(&receipts.0),
                "sealer": numbered(fields.sealer),
                "sealerList": fields.sealers.iter().map(|s| json!(s.hex())).collect::<Value>(),
                "signatureList": signatures,
                "stateRoot": hexed(&state.0),
                "timestamp": numbered(time),
                "transactionsRoot": hexed(&root.0),
            })
        }
        Header::V3(members) => {
            let parents = members.parent_info.iter().map(|parent| {
                json!({
                    "blockHash": hexed(&parent.block_hash.0),
                    "blockNumber": parent.block_number,
                })
            });
            json!({
                "consensusWeights": members.consensus_weights,
                "extraData": hexed(&members.extra_data.0),
                "gasUsed": members.gas_used,
                "hash": hexed(&block.hash.0),
                "number": members.number,
                "parentInfo": parents.collect::<Value>(),
                "receiptsRoot": hexed(&members.receipts_root.0),
                "sealer": members.sealer,
                "sealerList": members.sealer_list.iter().map(|s| hexed(&s.0)).collect::<Value>(),
                "signatureList": signatures,
                "stateRoot": hexed(&members.state_root.0),
                "timestamp": members.timestamp,
                "txsRoot": hexed(&members.txs_root.0),
                "version": members.version,
            })
        }
    }
}
