//! EVM chains by their JSON-RPC: a transaction whose input is the 32 octets. `docs/format/evm.md` is the description.

mod answer;
mod block;
mod settings;
mod transaction;

use std::fmt;

use fidem_anchor::evm::{self, Consensus, Receipt};
use fidem_anchor::octets::{Hex, HexOf};
use fidem_anchor::receipt::{Payload, Place, Worth};
use fidem_fingerprint::hex;
use k256::ecdsa::SigningKey;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::rail::{Adapter, Evidence, Probe, Rail, RailError, State, Supplies, Ticket};
use crate::wire::Wire;
use answer::{field, lie, natural, octets_of, prefixed, quantity};
use block::Block;
pub use settings::{FeeKind, Header, Settings};

/// Blocks after which a transaction that no block has and the node does not know is given up, at least.
const LEAST_PATIENCE: u64 = 12;

/// The adapter.
pub struct Evm {
    settings: Settings,
    url: String,
    headers: Vec<(String, String)>,
    key: SigningKey,
}

/// What is kept before anything is sent.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    chain_id: u64,
    payload: HexOf<32>,
    sender: HexOf<20>,
    nonce: u64,
    hash: HexOf<32>,
    raw: Hex,
    /// The height of the chain when it was made.
    head: u64,
}

impl Kept {
    fn read(ticket: &Ticket) -> Result<Self, RailError> {
        serde_json::from_slice(&ticket.0).map_err(|e| RailError::Setting {
            what: format!("ticket: {e}"),
        })
    }

    fn ticket(&self) -> Result<Ticket, RailError> {
        let octets = serde_json::to_vec(self).map_err(|e| RailError::Setting {
            what: format!("ticket: {e}"),
        })?;
        Ok(Ticket(octets))
    }

    fn hash_text(&self) -> String {
        prefixed(&self.hash.0)
    }
}

impl fmt::Debug for Evm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let settings = &self.settings;
        f.debug_struct("Evm")
            .field("settings", settings)
            .finish_non_exhaustive()
    }
}

impl Evm {
    /// An adapter for one account on one chain.
    ///
    /// # Errors
    /// [`RailError::Setting`].
    pub fn new(settings: Settings) -> Result<Self, RailError> {
        let key = SigningKey::from_slice(settings.key.reveal());
        Ok(Self {
            key: key.map_err(|_| RailError::Setting { what: "key".into() })?,
            url: settings.address()?,
            headers: settings.header_pairs(),
            settings,
        })
    }

    /// The account that pays.
    #[must_use]
    pub fn account(&self) -> evm::Address {
        evm::address_of(self.key.verifying_key())
    }

    fn ask(&self, wire: &mut Wire<'_>, method: &str, params: &Value) -> Result<Value, RailError> {
        wire.rpc(&self.url, &self.headers, method, params)
    }

    /// The node serves the chain that was configured, asked at each act anew.
    fn check_chain(&self, wire: &mut Wire<'_>) -> Result<(), RailError> {
        let found = quantity(&self.ask(wire, "eth_chainId", &json!([]))?)?;
        match found == self.settings.chain_id {
            true => Ok(()),
            false => Err(RailError::WrongNetwork {
                expected: evm::network(self.settings.chain_id),
                found: evm::network(found),
            }),
        }
    }

    fn block(&self, wire: &mut Wire<'_>, tag: &str, whole: bool) -> Result<Block, RailError> {
        let answer = self.ask(wire, "eth_getBlockByNumber", &json!([tag, whole]))?;
        Block::read(&answer, self.settings.consensus)
    }

    fn block_at(&self, wire: &mut Wire<'_>, height: u64, whole: bool) -> Result<Block, RailError> {
        let block = self.block(wire, &format!("{height:#x}"), whole)?;
        match block.number == height {
            true => Ok(block),
            false => Err(lie("a block of another height")),
        }
    }

    fn balance(&self, wire: &mut Wire<'_>) -> Result<u128, RailError> {
        let account = prefixed(&self.account());
        natural(&self.ask(wire, "eth_getBalance", &json!([account, "latest"]))?)
    }

    /// Largest fee for one unit of gas and the part that goes to the maker of the block.
    fn fees(&self, wire: &mut Wire<'_>, head: &Block) -> Result<transaction::Fees, RailError> {
        let price = natural(&self.ask(wire, "eth_gasPrice", &json!([]))?)?;
        let fees = match (self.settings.fee_kind, head.base_fee) {
            (FeeKind::Legacy, _) | (FeeKind::Automatic, None) => transaction::Fees::Legacy(price),
            (_, base) => {
                // The price that a node names is the base fee and a tip that has been enough.
                let base = u128::from(base.unwrap_or(0));
                let tip = price.saturating_sub(base);
                let most = base.saturating_mul(2).saturating_add(tip);
                transaction::Fees::Market { most, tip }
            }
        };
        fees.under(self.settings.max_fee_per_gas.into(), price)
    }

    fn gas(&self, wire: &mut Wire<'_>, to: &str, payload: &Payload) -> Result<u64, RailError> {
        let call = json!({
            "from": prefixed(&self.account()), "to": to, "value": "0x0", "data": prefixed(payload),
        });
        let estimate = quantity(&self.ask(wire, "eth_estimateGas", &json!([call]))?)?;
        let most = self.settings.max_gas;
        if estimate > most {
            return Err(RailError::Setting {
                what: format!("max_gas: the network asks for {estimate}"),
            });
        }
        // Room for a change of rules between now and then; what is not used is not paid.
        Ok(estimate.saturating_add(estimate / 4).min(most))
    }

    /// No block has the transaction. One address may stand for several nodes of which some lag: nothing is concluded from
    /// what only the newest blocks show.
    fn missing(&self, wire: &mut Wire<'_>, kept: &Kept) -> Result<State, RailError> {
        let forked = |reason: &str| {
            Ok(State::Forked {
                reason: reason.to_owned(),
            })
        };
        let head = quantity(&self.ask(wire, "eth_blockNumber", &json!([]))?)?;
        let settled = head.saturating_sub(self.settings.confirmations.saturating_sub(1));
        let params = json!([prefixed(&kept.sender.0), format!("{settled:#x}")]);
        let used = quantity(&self.ask(wire, "eth_getTransactionCount", &params)?)?;
        let hash = json!([kept.hash_text()]);
        if used > kept.nonce {
            // Asked again: it may have been taken in between the two questions.
            return match self.ask(wire, "eth_getTransactionReceipt", &hash)? {
                Value::Null => forked("another transaction has used its nonce"),
                _ => Ok(State::Submitted),
            };
        }
        if !self.ask(wire, "eth_getTransactionByHash", &hash)?.is_null() {
            return Ok(State::Submitted);
        }
        let patience = self.settings.confirmations.max(LEAST_PATIENCE);
        match head.checked_sub(kept.head) {
            Some(since) if since >= patience => forked("the network no longer knows it"),
            _ => Ok(State::Submitted),
        }
    }

    fn included(
        &self,
        wire: &mut Wire<'_>,
        kept: &Kept,
        receipt: &Value,
    ) -> Result<State, RailError> {
        let height = quantity(field(receipt, "blockNumber")?)?;
        let block = self.block_at(wire, height, false)?;
        if octets_of(receipt, "blockHash")? != block.hash {
            return Err(lie("the receipt names another block than the chain has"));
        }
        let index = block.hashes.iter().position(|hash| *hash == kept.hash.0);
        let index = index.ok_or(lie("the block does not have the transaction"))?;
        let place = Place {
            network: evm::network(kept.chain_id),
            height: Some(height),
            block: Some(hex::encode(&block.hash)),
            transaction: Some(hex::encode(&kept.hash.0)),
            time: i64::try_from(block.time).ok(),
        };
        match self.is_final(wire, height)? {
            true => self.evidence(wire, kept, &block, index),
            false => Ok(State::Included(place)),
        }
    }

    fn is_final(&self, wire: &mut Wire<'_>, height: u64) -> Result<bool, RailError> {
        if self.settings.finalized_tag {
            return Ok(self.block(wire, "finalized", false)?.number >= height);
        }
        let head = quantity(&self.ask(wire, "eth_blockNumber", &json!([]))?)?;
        let above = head.checked_sub(height);
        Ok(above.is_some_and(|above| above >= self.settings.confirmations.saturating_sub(1)))
    }

    fn evidence(
        &self,
        wire: &mut Wire<'_>,
        kept: &Kept,
        seen: &Block,
        index: usize,
    ) -> Result<State, RailError> {
        let block = self.block_at(wire, seen.number, true)?;
        if block.hash != seen.hash {
            return Err(lie("the block changed while it was read"));
        }
        let transactions = self.transactions(wire, kept, &block)?;
        let trie = evm::trie::Trie::of_list(&transactions);
        let index = u64::try_from(index).unwrap_or(u64::MAX);
        let receipt = Receipt {
            format: evm::FORMAT.to_owned(),
            chain_id: kept.chain_id,
            consensus: self.settings.consensus,
            header: Hex(block.header),
            successors: self.successors(wire, seen.number)?,
            index,
            transaction: kept.raw.clone(),
            proof: trie.proof_at(index).into_iter().map(Hex).collect(),
        };
        self.judged(kept, &receipt)
    }

    /// Every transaction of the block as its octets.
    fn transactions(
        &self,
        wire: &mut Wire<'_>,
        kept: &Kept,
        block: &Block,
    ) -> Result<Vec<Vec<u8>>, RailError> {
        let mut all = Vec::with_capacity(block.hashes.len());
        for (at, hash) in block.hashes.iter().enumerate() {
            let rebuilt = block.rebuilt(at);
            all.push(match rebuilt {
                _ if *hash == kept.hash.0 => kept.raw.0.clone(),
                Some(octets) => octets,
                None => self.raw(wire, hash)?,
            });
        }
        Ok(all)
    }

    fn raw(&self, wire: &mut Wire<'_>, hash: &[u8; 32]) -> Result<Vec<u8>, RailError> {
        let params = json!([prefixed(hash)]);
        let answer = self.ask(wire, "eth_getRawTransactionByHash", &params)?;
        let octets = answer::octets(&answer)?;
        match evm::keccak(&octets) == *hash {
            true => Ok(octets),
            false => Err(lie("a transaction does not have its hash")),
        }
    }

    /// Clique seals one block by one signer, so that those after it count too.
    fn successors(&self, wire: &mut Wire<'_>, height: u64) -> Result<Vec<Hex>, RailError> {
        if self.settings.consensus != Consensus::Clique {
            return Ok(Vec::new());
        }
        let last = height.saturating_add(self.settings.confirmations.saturating_sub(1));
        (height.saturating_add(1)..=last)
            .map(|height| Ok(Hex(self.block_at(wire, height, false)?.header)))
            .collect()
    }

    /// What a judge will find, found here before it is called final.
    fn judged(&self, kept: &Kept, receipt: &Receipt) -> Result<State, RailError> {
        let judged = receipt.judge(&kept.payload.0, &self.settings.pins);
        let remark = |code| judged.remarks.iter().find(|remark| remark.code == code);
        let enough = match self.settings.consensus {
            _ if !self.settings.pins.is_empty() => judged.worth == Worth::Canonical,
            Consensus::None => judged.worth != Worth::Failed,
            Consensus::Clique => judged.worth != Worth::Failed && remark("evm-sealers").is_some(),
            Consensus::Ibft2 | Consensus::Qbft => judged.worth == Worth::QuorumUnpinned,
        };
        if !enough || judged.place.transaction != Some(hex::encode(&kept.hash.0)) {
            let first = judged
                .remarks
                .first()
                .map_or("nothing", |remark| remark.code);
            return Err(lie(&format!("judged {}: {first}", judged.worth.as_str())));
        }
        let octets = receipt.to_bytes().map_err(|e| lie(&e.to_string()))?;
        let name = "receipt.json".to_owned();
        Ok(State::Final(judged.place, vec![Evidence { name, octets }]))
    }

    /// The node refused: because it has it already, or because it does not want it.
    fn refused(
        &self,
        wire: &mut Wire<'_>,
        kept: &Kept,
        refusal: RailError,
    ) -> Result<(), RailError> {
        let RailError::Refused { reason, .. } = &refusal else {
            return Err(refusal);
        };
        let words = reason.to_lowercase();
        if words.contains("already known") || words.contains("known transaction") {
            return Ok(());
        }
        let known = self.ask(wire, "eth_getTransactionByHash", &json!([kept.hash_text()]))?;
        if !known.is_null() {
            return Ok(());
        }
        match words.contains("insufficient funds") {
            true => Err(RailError::Funds {
                needed: reason.clone(),
                held: self.balance(wire)?.to_string(),
            }),
            false => Err(refusal),
        }
    }
}

impl Rail for Evm {
    fn adapter(&self) -> Adapter {
        Adapter {
            kind: "evm",
            version: 1,
        }
    }

    fn network(&self) -> String {
        evm::network(self.settings.chain_id)
    }

    fn probe(&self, wire: &mut Wire<'_>) -> Result<Probe, RailError> {
        self.check_chain(wire)?;
        // Reads the header too: an endpoint whose blocks are none of Ethereum is refused here already.
        let head = self.block(wire, "latest", false)?;
        let balance = self.balance(wire)?;
        let version = self.ask(wire, "web3_clientVersion", &json!([]));
        let version = version.ok().and_then(|v| v.as_str().map(str::to_owned));
        Ok(Probe {
            network: evm::network(self.settings.chain_id),
            height: Some(head.number),
            remarks: vec![
                (
                    "version".into(),
                    version.unwrap_or_default().chars().take(100).collect(),
                ),
                ("account".into(), prefixed(&self.account())),
                ("balance".into(), balance.to_string()),
            ],
        })
    }

    fn prepare(
        &self,
        wire: &mut Wire<'_>,
        payload: &Payload,
        _supplies: &mut Supplies<'_>,
    ) -> Result<Ticket, RailError> {
        self.check_chain(wire)?;
        let head = self.block(wire, "latest", false)?;
        let account = prefixed(&self.account());
        let nonce = self.ask(
            wire,
            "eth_getTransactionCount",
            &json!([account, "pending"]),
        )?;
        let to = self.settings.to.map_or(self.account(), |to| to.0);
        let fees = self.fees(wire, &head)?;
        let gas = self.gas(wire, &prefixed(&to), payload)?;
        let (needed, held) = (fees.most().saturating_mul(gas.into()), self.balance(wire)?);
        if held < needed {
            return Err(RailError::Funds {
                needed: needed.to_string(),
                held: held.to_string(),
            });
        }
        let unsigned = transaction::Unsigned {
            chain_id: self.settings.chain_id,
            nonce: quantity(&nonce)?,
            fees,
            gas,
            to,
            input: payload,
        };
        let raw = unsigned.signed(&self.key);
        Kept {
            chain_id: unsigned.chain_id,
            payload: HexOf(*payload),
            sender: HexOf(self.account()),
            nonce: unsigned.nonce,
            hash: HexOf(evm::keccak(&raw)),
            raw: Hex(raw),
            head: head.number,
        }
        .ticket()
    }

    fn submit(&self, wire: &mut Wire<'_>, ticket: &Ticket) -> Result<Ticket, RailError> {
        let kept = Kept::read(ticket)?;
        self.check_chain(wire)?;
        let params = json!([prefixed(&kept.raw.0)]);
        match self.ask(wire, "eth_sendRawTransaction", &params) {
            Ok(answer) if answer::octets(&answer)? == kept.hash.0 => Ok(ticket.clone()),
            Ok(_) => Err(lie("another hash for what was sent")),
            Err(refusal) => self.refused(wire, &kept, refusal).map(|()| ticket.clone()),
        }
    }

    fn look(&self, wire: &mut Wire<'_>, ticket: &Ticket) -> Result<State, RailError> {
        let kept = Kept::read(ticket)?;
        self.check_chain(wire)?;
        let receipt = self.ask(
            wire,
            "eth_getTransactionReceipt",
            &json!([kept.hash_text()]),
        )?;
        match receipt.is_null() || receipt.get("blockNumber").is_none_or(Value::is_null) {
            true => self.missing(wire, &kept),
            false => self.included(wire, &kept, &receipt),
        }
    }
}
