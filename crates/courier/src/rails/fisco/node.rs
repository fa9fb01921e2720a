//! A node's JSON-RPC, of either version.

use fidem_anchor::fisco::{Hash, Header, Level, Signature, answer};
use serde_json::{Value, json};

use super::settings::{Generation, Settings};
use crate::{RailError, Wire};

/// A node that is asked.
pub(super) struct Node<'n, 'w> {
    settings: &'n Settings,
    wire: &'n mut Wire<'w>,
    headers: Vec<(String, String)>,
}

/// Where a node says that a transaction stands.
pub(super) struct Found {
    pub(super) height: u64,
    /// Of version 2.
    pub(super) index: Option<u32>,
    pub(super) path: Vec<Level>,
}

fn not_understood(method: &str) -> RailError {
    RailError::Answer {
        what: method.to_owned(),
    }
}

impl<'n, 'w> Node<'n, 'w> {
    pub(super) fn new(settings: &'n Settings, wire: &'n mut Wire<'w>) -> Self {
        let revealed =
            |(name, value): &(String, crate::Secret)| (name.clone(), value.reveal().to_owned());
        Self {
            settings,
            wire,
            headers: settings.headers.iter().map(revealed).collect(),
        }
    }

    fn ask(&mut self, method: &str, params: &Value) -> Result<Value, RailError> {
        let url = &self.settings.url;
        self.wire.rpc(url, &self.headers, method, params)
    }

    /// Group first, and the node in version 3.
    fn grouped(&self, rest: &[Value]) -> Result<Value, RailError> {
        let mut params = match self.settings.generation {
            Generation::V2 => vec![json!(self.settings.numbers()?.1)],
            Generation::V3 => vec![json!(self.settings.group), json!(self.settings.node)],
        };
        params.extend_from_slice(rest);
        Ok(Value::Array(params))
    }

    /// That chain and group are those of the settings; the node's version where it says one.
    pub(super) fn is_of_network(&mut self) -> Result<Option<String>, RailError> {
        match self.settings.generation {
            Generation::V2 => self.is_of_network_v2(),
            Generation::V3 => self.is_of_network_v3(),
        }
    }

    fn expect(&self, found: String) -> Result<(), RailError> {
        let expected = self.settings.network();
        match found == expected {
            true => Ok(()),
            false => Err(RailError::WrongNetwork { expected, found }),
        }
    }

    fn is_of_network_v2(&mut self) -> Result<Option<String>, RailError> {
        let version = self.ask("getClientVersion", &json!([]))?;
        let chain = version.get("Chain Id").and_then(answer::number);
        let chain = chain.ok_or_else(|| not_understood("getClientVersion"))?;
        let groups = self.ask("getGroupList", &json!([]))?;
        let groups = groups.as_array();
        let groups = groups.ok_or_else(|| not_understood("getGroupList"))?;
        let (_, group) = self.settings.numbers()?;
        let there = groups.iter().any(|one| answer::number(one) == Some(group));
        let group = if there {
            group.to_string()
        } else {
            String::new()
        };
        self.expect(format!("fisco:{chain}/{group}"))?;
        let version = version.get("FISCO-BCOS Version").and_then(Value::as_str);
        Ok(version.map(str::to_owned))
    }

    fn is_of_network_v3(&mut self) -> Result<Option<String>, RailError> {
        let info = self.ask("getGroupInfo", &json!([self.settings.group]))?;
        if info.is_null() {
            return self.expect(String::new()).map(|()| None);
        }
        let text = |name: &str| info.get(name).and_then(Value::as_str);
        let (chain, group) = text("chainID")
            .zip(text("groupID"))
            .ok_or_else(|| not_understood("getGroupInfo"))?;
        self.expect(format!("fisco:{chain}/{group}"))?;
        Ok(None)
    }

    /// The height of the chain.
    pub(super) fn height(&mut self) -> Result<u64, RailError> {
        let params = self.grouped(&[])?;
        let height = self.ask("getBlockNumber", &params)?;
        answer::number(&height).ok_or_else(|| not_understood("getBlockNumber"))
    }

    /// Who makes blocks, as the node says.
    pub(super) fn sealers(&mut self) -> Result<Value, RailError> {
        let params = self.grouped(&[])?;
        self.ask("getSealerList", &params)
    }

    /// Sends a transaction. Version 2 answers with its hash; version 3 with its receipt, once its block is made.
    pub(super) fn send(&mut self, transaction: &str, hash: &Hash) -> Result<(), RailError> {
        let octets = json!(format!("0x{transaction}"));
        let answer = match self.settings.generation {
            Generation::V2 => {
                let params = self.grouped(&[octets])?;
                self.ask("sendRawTransaction", &params)?
            }
            Generation::V3 => {
                let params = self.grouped(&[octets, json!(false)])?;
                let receipt = self.ask("sendTransaction", &params)?;
                receipt.get("transactionHash").cloned().unwrap_or(receipt)
            }
        };
        match answer::octets(&answer) {
            Some(other) if other == hash.0 => Ok(()),
            _ => Err(RailError::Lie {
                what: "hash of the transaction".to_owned(),
            }),
        }
    }

    /// Where a transaction stands; none where the node has it in no block.
    pub(super) fn find(&mut self, hash: &Hash) -> Result<Option<Found>, RailError> {
        match self.settings.generation {
            Generation::V2 => self.find_v2(hash),
            Generation::V3 => self.find_v3(hash),
        }
    }

    fn find_v2(&mut self, hash: &Hash) -> Result<Option<Found>, RailError> {
        const METHOD: &str = "getTransactionByHashWithProof";
        let params = self.grouped(&[json!(format!("0x{}", hash.hex()))])?;
        let answer = self.ask(METHOD, &params)?;
        if answer.is_null() {
            return Ok(None);
        }
        let read = || {
            let transaction = answer.get("transaction")?;
            let index = answer::number(transaction.get("transactionIndex")?)?;
            Some(Found {
                height: answer::number(transaction.get("blockNumber")?)?,
                index: Some(u32::try_from(index).ok()?),
                path: answer::path_v2(answer.get("txProof")?)?,
            })
        };
        read().map(Some).ok_or_else(|| not_understood(METHOD))
    }

    fn find_v3(&mut self, hash: &Hash) -> Result<Option<Found>, RailError> {
        let name = json!(format!("0x{}", hash.hex()));
        let params = self.grouped(&[name.clone(), json!(false)])?;
        let receipt = match self.ask("getTransactionReceipt", &params) {
            // This is how a node says that it has none.
            Err(RailError::Refused { .. }) | Ok(Value::Null) => return Ok(None),
            other => other?,
        };
        let height = receipt.get("blockNumber").and_then(answer::number);
        let height = height.ok_or_else(|| not_understood("getTransactionReceipt"))?;
        let params = self.grouped(&[name, json!(true)])?;
        let transaction = self.ask("getTransaction", &params)?;
        let proof = transaction.get("txProof");
        let path = proof.and_then(|proof| answer::path_v3(proof, hash, self.settings.suite));
        Ok(Some(Found {
            height,
            index: None,
            path: path.ok_or_else(|| not_understood("getTransaction"))?,
        }))
    }

    /// The header of a block and the signatures over it.
    pub(super) fn header(&mut self, height: u64) -> Result<(Header, Vec<Signature>), RailError> {
        let (method, params) = match self.settings.generation {
            Generation::V2 => {
                let params = [json!(format!("0x{height:x}")), json!(true)];
                ("getBlockHeaderByNumber", self.grouped(&params)?)
            }
            Generation::V3 => {
                let params = [json!(height), json!(true), json!(true)];
                ("getBlockByNumber", self.grouped(&params)?)
            }
        };
        let answer = self.ask(method, &params)?;
        let header = match self.settings.generation {
            Generation::V2 => answer::header_v2(&answer),
            Generation::V3 => answer::header_v3(&answer),
        };
        header
            .zip(answer::signatures(&answer))
            .ok_or_else(|| not_understood(method))
    }
}

/// Whether a refusal says that the node has the transaction already. Its nonce is a random number of 127 bits that nobody
/// else uses, so a nonce that was used is this transaction's too.
pub(super) fn has_it_already(refusal: &RailError) -> bool {
    /// NonceCheckFail, AlreadyInTxPool, TxAlreadyInChain, AlreadyInTxPoolAndAccept.
    const CODES: [i64; 4] = [10_000, 10_004, 10_005, 10_011];
    /// Version 2 says it in words, the first of them with this spelling.
    const WORDS: [&str; 3] = ["AlreadyKown", "AlreadyInChain", "NonceCheckFail"];
    match refusal {
        RailError::Refused { code, reason } => {
            CODES.contains(code) || WORDS.iter().any(|words| reason.contains(words))
        }
        _ => false,
    }
}
