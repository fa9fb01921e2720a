//! The adapter of EVM chains against a node of our own whose blocks are sealed, by keys of our own, as Clique, IBFT 2.0 and
//! QBFT seal theirs. No node of such a chain is in any registry; a chain without seals is tried on a real one (`evm.rs`).

use std::sync::{Arc, Mutex};

use fidem_anchor::evm::transaction::Transaction;
use fidem_anchor::evm::{Consensus, address_of, keccak, trie};
use fidem_anchor::receipt::{Judgement, Payload, Pins, Remark, Worth, judge};
use fidem_anchor::rlp;
use fidem_courier::rails::evm::Evm;
use fidem_courier::{Courier, Evidence, Rail, RailError, State, Wire};
use fidem_fingerprint::hex;
use fidem_testkit::rails::{Fault, Lab, conform, impatient, prepare};
use fidem_testkit::{Ask, Faulty};
use k256::ecdsa::SigningKey;
use serde_json::{Value, json};

const CHAIN: u64 = 1337;
const CONFIRMATIONS: u64 = 3;
const VALIDATORS: [u8; 4] = [1, 2, 3, 4];

fn key(number: u8) -> SigningKey {
    SigningKey::from_slice(&[number; 32]).unwrap()
}

fn address(number: u8) -> Vec<u8> {
    address_of(key(number).verifying_key()).to_vec()
}

fn seal(number: u8, digest: &[u8; 32]) -> Vec<u8> {
    let (signature, recovery) = key(number).sign_prehash_recoverable(digest);
    [signature.to_bytes().to_vec(), vec![recovery.to_byte()]].concat()
}

fn prefixed(octets: &[u8]) -> String {
    format!("0x{}", hex::encode(octets))
}

struct Block {
    hash: [u8; 32],
    told: Value,
    transactions: Vec<Vec<u8>>,
}

struct Node {
    consensus: Consensus,
    /// Who seals: those who may, or strangers.
    sealers: [u8; 4],
    blocks: Vec<Block>,
    waiting: Vec<Vec<u8>>,
    /// Part of every block, so that a fork is another one.
    branch: u64,
}

impl Node {
    fn mine(&mut self) {
        let number = self.blocks.len() as u64;
        let parent = self.blocks.last().map_or([0; 32], |block| block.hash);
        let transactions = std::mem::take(&mut self.waiting);
        let root = trie::Trie::of_list(&transactions).root();
        let time = 1_796_126_400 + number + self.branch;
        let header = |extra: &[u8]| {
            rlp::list(&[
                rlp::string(&parent),
                rlp::string(&[1; 32]),
                rlp::string(&[2; 20]),
                rlp::string(&[3; 32]),
                rlp::string(&root),
                rlp::string(&[4; 32]),
                rlp::string(&[0; 256]),
                rlp::number(2),
                rlp::number(number),
                rlp::number(30_000_000),
                rlp::number(0),
                rlp::number(time),
                rlp::string(extra),
                rlp::string(&[5; 32]),
                rlp::string(&[0; 8]),
            ])
        };
        let (extra, hashed) = self.extra(number, &header);
        let hash = keccak(&header(&hashed));
        let hashes: Vec<String> = transactions.iter().map(|t| prefixed(&keccak(t))).collect();
        let told = json!({
            "hash": prefixed(&hash), "parentHash": prefixed(&parent), "sha3Uncles": prefixed(&[1; 32]),
            "miner": prefixed(&[2; 20]), "stateRoot": prefixed(&[3; 32]), "transactionsRoot": prefixed(&root),
            "receiptsRoot": prefixed(&[4; 32]), "logsBloom": prefixed(&[0; 256]), "difficulty": "0x2",
            "number": format!("{number:#x}"), "gasLimit": "0x1c9c380", "gasUsed": "0x0",
            "timestamp": format!("{time:#x}"), "extraData": prefixed(&extra), "mixHash": prefixed(&[5; 32]),
            "nonce": "0x0000000000000000", "transactions": hashes,
        });
        self.blocks.push(Block {
            hash,
            told,
            transactions,
        });
    }

    /// Extra data as it stands in the header, and as the hash of the block is taken over it.
    fn extra(&self, number: u64, header: &dyn Fn(&[u8]) -> Vec<u8>) -> (Vec<u8>, Vec<u8>) {
        if self.consensus == Consensus::Clique {
            let sealer = self.sealers[usize::try_from(number).unwrap() % 4];
            let seal = seal(sealer, &keccak(&header(&[0; 32])));
            let extra = [vec![0; 32], seal].concat();
            return (extra.clone(), extra);
        }
        let addresses: Vec<Vec<u8>> = self
            .sealers
            .iter()
            .map(|n| rlp::string(&address(*n)))
            .collect();
        let ibft = self.consensus == Consensus::Ibft2;
        let (vote, round) = match ibft {
            true => (vec![0x80], rlp::string(&[0; 4])),
            false => (vec![0xc0], rlp::number(0)),
        };
        let constant = vec![rlp::string(&[0; 32]), rlp::list(&addresses), vote];
        let rest: &[Vec<u8>] = if ibft { &[] } else { &[vec![0xc0]] };
        let signed = [&constant[..], std::slice::from_ref(&round), rest].concat();
        let digest = keccak(&header(&rlp::list(&signed)));
        let seals: Vec<Vec<u8>> = self.sealers[..3]
            .iter()
            .map(|n| rlp::string(&seal(*n, &digest)))
            .collect();
        let whole = [&constant[..], &[round, rlp::list(&seals)]].concat();
        let hashed = match ibft {
            true => constant,
            false => [&constant[..], &[rlp::number(0), vec![0xc0]]].concat(),
        };
        (rlp::list(&whole), rlp::list(&hashed))
    }

    fn place(&self, hash: &str) -> Option<(usize, usize)> {
        self.blocks.iter().enumerate().find_map(|(number, block)| {
            let found = block
                .transactions
                .iter()
                .position(|t| prefixed(&keccak(t)) == hash);
            found.map(|index| (number, index))
        })
    }

    fn taken(&self) -> usize {
        self.blocks
            .iter()
            .map(|block| block.transactions.len())
            .sum()
    }

    fn result(&mut self, method: &str, params: &Value) -> Result<Value, &'static str> {
        let last = self.blocks.len() - 1;
        let first = params[0].as_str().unwrap_or_default();
        Ok(match method {
            "eth_chainId" => json!(format!("{CHAIN:#x}")),
            "eth_blockNumber" => json!(format!("{last:#x}")),
            "eth_gasPrice" => json!("0x0"),
            "eth_estimateGas" => json!("0x5708"),
            "eth_getBalance" => json!("0x0"),
            "web3_clientVersion" => json!("sealed"),
            "eth_getTransactionCount" => {
                let waiting = if params[1] == "pending" {
                    self.waiting.len()
                } else {
                    0
                };
                json!(format!("{:#x}", self.taken() + waiting))
            }
            "eth_getBlockByNumber" => {
                let number = match first {
                    "latest" => last,
                    number => usize::from_str_radix(&number[2..], 16).unwrap(),
                };
                self.blocks
                    .get(number)
                    .map_or(Value::Null, |block| block.told.clone())
            }
            "eth_sendRawTransaction" => {
                let raw = hex::decode(&first[2..]).unwrap();
                let hash = prefixed(&keccak(&raw));
                if self.waiting.contains(&raw) {
                    return Err("already known");
                }
                if Transaction::parse(&raw).unwrap().nonce != self.taken() as u64 {
                    return Err("nonce too low");
                }
                self.waiting.push(raw);
                json!(hash)
            }
            "eth_getTransactionReceipt" => self.place(first).map_or(Value::Null, |(number, _)| {
                let hash = prefixed(&self.blocks[number].hash);
                json!({"blockNumber": format!("{number:#x}"), "blockHash": hash})
            }),
            "eth_getTransactionByHash" => {
                let waits = self
                    .waiting
                    .iter()
                    .any(|raw| prefixed(&keccak(raw)) == first);
                match waits || self.place(first).is_some() {
                    true => json!({"hash": first}),
                    false => Value::Null,
                }
            }
            "eth_getRawTransactionByHash" => {
                let (number, index) = self.place(first).unwrap();
                json!(prefixed(&self.blocks[number].transactions[index]))
            }
            _ => return Err("no such method"),
        })
    }

    fn answer(&mut self, ask: &Ask) -> Value {
        let request: Value = serde_json::from_slice(&ask.body).unwrap();
        let method = request["method"].as_str().unwrap();
        let mut result = match self.result(method, &request["params"]) {
            Ok(result) => result,
            Err(words) => return json!({"error": {"code": -32000, "message": words}}),
        };
        match ask.fault {
            Some(Fault::WrongNetwork) if method == "eth_chainId" => result = json!("0x1"),
            // A seal that is broken, which the hash of IBFT 2.0 and QBFT does not show.
            Some(Fault::Lie) if result.get("extraData").is_some() => {
                let extra = result["extraData"].as_str().unwrap();
                let at = extra.len() - 60;
                let other = if extra.as_bytes()[at] == b'0' {
                    "1"
                } else {
                    "0"
                };
                result["extraData"] = json!([&extra[..at], other, &extra[at + 1..]].concat());
            }
            _ => {}
        }
        json!({"result": result})
    }
}

struct Chain {
    server: Faulty,
    node: Arc<Mutex<Node>>,
    courier: Courier,
}

impl Chain {
    fn start(consensus: Consensus, sealers: [u8; 4]) -> Self {
        let mut node = Node {
            consensus,
            sealers,
            blocks: Vec::new(),
            waiting: Vec::new(),
            branch: 0,
        };
        node.mine();
        let node = Arc::new(Mutex::new(node));
        let answering = Arc::clone(&node);
        let server = Faulty::start(move |ask| {
            answering
                .lock()
                .unwrap()
                .answer(ask)
                .to_string()
                .into_bytes()
        });
        Self {
            server: server.unwrap(),
            node,
            courier: impatient(),
        }
    }

    fn consensus(&self) -> Consensus {
        self.node.lock().unwrap().consensus
    }

    fn pin(&self) -> Value {
        let addresses: Vec<String> = VALIDATORS
            .iter()
            .map(|n| hex::encode(&address(*n)))
            .collect();
        let set = json!({"consensus": self.consensus(), "addresses": addresses});
        json!({"name": "consortium", "chain_id": CHAIN, "validators": [set]})
    }

    fn adapter(&self, pins: &[Value]) -> Evm {
        let settings = json!({
            "url": self.server.url(), "chain_id": CHAIN, "key": "77".repeat(32), "consensus": self.consensus(),
            "confirmations": CONFIRMATIONS, "pins": pins,
        });
        Evm::new(serde_json::from_value(settings).unwrap()).unwrap()
    }
}

impl Lab for Chain {
    fn rail(&self) -> Box<dyn Rail> {
        Box::new(self.adapter(&[]))
    }

    fn network(&self) -> String {
        format!("eip155:{CHAIN}")
    }

    fn settle(&mut self) {
        let mut node = self.node.lock().unwrap();
        (0..CONFIRMATIONS).for_each(|_| node.mine());
    }

    fn taken(&mut self) -> usize {
        self.node.lock().unwrap().taken()
    }

    fn fault(&mut self, fault: Fault) -> bool {
        self.server.set(Some(fault));
        true
    }

    fn heal(&mut self) {
        self.server.set(None);
    }

    fn fork(&mut self) -> bool {
        let mut node = self.node.lock().unwrap();
        node.branch += 1;
        let kept = node.blocks.len() - usize::try_from(CONFIRMATIONS).unwrap();
        node.blocks.truncate(kept);
        // As long as the adapter waits for what its node does not know.
        (0..12).for_each(|_| node.mine());
        true
    }

    fn judge(&self, evidence: &[Evidence], payload: &Payload, pinned: bool) -> Judgement {
        let pin = || serde_json::from_value(self.pin()).unwrap();
        let pins = Pins {
            evm: pinned.then(pin).into_iter().collect(),
            ..Pins::default()
        };
        judge(&evidence[0].octets, payload, &pins)
            .unwrap_or_else(|_| Judgement::failed(Default::default(), Remark::new("unread", &[])))
    }

    fn worth(&self) -> (Worth, Worth) {
        match self.consensus() {
            Consensus::Clique => (Worth::Canonical, Worth::InclusionOnly),
            _ => (Worth::Canonical, Worth::QuorumUnpinned),
        }
    }
}

const SEALED: [Consensus; 3] = [Consensus::Clique, Consensus::Ibft2, Consensus::Qbft];

#[test]
fn sealed_chains_conform() {
    for consensus in SEALED {
        conform(&mut Chain::start(consensus, VALIDATORS));
    }
}

/// A node that makes up a chain of its own is found out by pins, and only by them.
#[test]
fn a_chain_of_strangers_is_final_for_nobody_who_pins() {
    for consensus in SEALED {
        let mut chain = Chain::start(consensus, [5, 6, 7, 8]);
        let unpinned = chain.rail();
        let mut wire = Wire::new(&chain.courier);
        let ticket = prepare(&*unpinned, &mut wire, &[7; 32]).unwrap();
        let ticket = unpinned.submit(&mut wire, &ticket).unwrap();
        drop(wire);
        chain.settle();
        let state = unpinned.look(&mut Wire::new(&chain.courier), &ticket);
        let Ok(State::Final(_, evidence)) = state else {
            panic!("{consensus:?}: {state:?}");
        };
        assert_eq!(chain.judge(&evidence, &[7; 32], true).worth, Worth::Failed);
        let pinned = chain.adapter(&[chain.pin()]);
        let state = pinned.look(&mut Wire::new(&chain.courier), &ticket);
        assert!(
            matches!(state, Err(RailError::Lie { .. })),
            "{consensus:?}: {state:?}"
        );
    }
}
