//! FISCO BCOS, versions 2 and 3, by the JSON-RPC of a node: `docs/format/fisco.md`.
//!
//! No live node has been driven: recorded answers of real ones are read, and a simulated group is.

use fidem_anchor::fisco::header::votes;
use fidem_anchor::fisco::transaction::{Data, Rlp};
use fidem_anchor::fisco::{FORMAT, Hash, Header, Hex, HexOf, Receipt, Signature, answer};
use fidem_anchor::receipt::{Payload, Worth};
use fidem_fingerprint::hex;
use serde::{Deserialize, Serialize};

use crate::{
    Adapter, CourierError, Evidence, Probe, Rail, RailError, State, Supplies, Ticket, Wire,
};

mod key;
mod node;
mod settings;

pub use key::Key;
pub use settings::{Generation, NOWHERE, Settings};

use node::{Found, Node, has_it_already};

/// Gas and its price, as the SDKs of version 2 set them; nobody pays it.
const GAS: u64 = 30_000_000;

/// An adapter to one group.
#[derive(Clone, Debug)]
pub struct Fisco {
    settings: Settings,
}

/// What is kept of a submission.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Prepared {
    hash: Hash,
    limit: u64,
    network: String,
    payload: HexOf<32>,
    transaction: Hex,
}

fn lie(what: &str) -> RailError {
    RailError::Lie {
        what: what.to_owned(),
    }
}

fn setting(what: &str) -> RailError {
    RailError::Setting {
        what: what.to_owned(),
    }
}

impl Fisco {
    /// An adapter with these settings; nothing is dialled.
    ///
    /// # Errors
    /// [`RailError::Setting`] for a setting that cannot be used.
    pub fn new(settings: Settings) -> Result<Self, RailError> {
        settings.check()?;
        Ok(Self { settings })
    }

    fn prepared(&self, ticket: &Ticket) -> Result<Prepared, RailError> {
        let prepared: Option<Prepared> = serde_json::from_slice(&ticket.0).ok();
        let of_network = |prepared: &Prepared| prepared.network == self.settings.network();
        prepared.filter(of_network).ok_or_else(|| setting("ticket"))
    }

    /// The octets of a signed transaction with its hash.
    fn transaction(
        &self,
        payload: &Payload,
        nonce: u128,
        limit: u64,
    ) -> Result<(Vec<u8>, Hash), RailError> {
        match self.settings.generation {
            Generation::V2 => self.transaction_v2(payload, nonce, limit),
            Generation::V3 => self.transaction_v3(payload, nonce, limit),
        }
    }

    fn transaction_v2(
        &self,
        payload: &Payload,
        nonce: u128,
        limit: u64,
    ) -> Result<(Vec<u8>, Hash), RailError> {
        let (chain, group) = self.settings.numbers()?;
        let transaction = Rlp {
            nonce: nonce.to_be_bytes().to_vec(),
            gas_price: GAS,
            gas: GAS,
            limit,
            to: self.settings.called()?.to_vec(),
            value: 0,
            input: payload.to_vec(),
            chain,
            group,
            extra: Vec::new(),
        };
        let suite = self.settings.suite;
        let signed = transaction.signed_hash(suite);
        let signature = self.settings.signing_key()?.sign(&signed);
        let signature = signature.and_then(|s| s.try_into().ok());
        let octets = transaction.encode(&signature.ok_or_else(|| setting("key"))?);
        let hash = suite.hash(&octets);
        Ok((octets, hash))
    }

    fn transaction_v3(
        &self,
        payload: &Payload,
        nonce: u128,
        limit: u64,
    ) -> Result<(Vec<u8>, Hash), RailError> {
        let settings = &self.settings;
        let data = Data {
            chain: settings.chain.clone().into_bytes(),
            group: settings.group.clone().into_bytes(),
            limit: i64::try_from(limit).map_err(|_| lie("height"))?,
            nonce: nonce.to_string().into_bytes(),
            to: settings.to().as_bytes().to_vec(),
            input: payload.to_vec(),
            ..Data::default()
        };
        let hash = data.hash(settings.suite);
        let signature = settings.signing_key()?.sign(&hash);
        let signature = signature.ok_or_else(|| setting("key"))?;
        Ok((data.encode(settings.suite, &signature), hash))
    }

    /// Evidence of what the node says of a transaction, judged under the sealers of the settings.
    fn gather(
        &self,
        node: &mut Node<'_, '_>,
        prepared: &Prepared,
        found: Found,
    ) -> Result<State, RailError> {
        let (header, signatures) = node.header(found.height)?;
        let receipt = Receipt {
            format: FORMAT.to_owned(),
            header,
            index: found.index,
            path: found.path,
            signatures,
            suite: self.settings.suite,
            transaction: prepared.transaction.clone(),
        };
        let octets = receipt.to_bytes().map_err(|_| lie("header"))?;
        // Judged from the octets that are kept, as everybody else will.
        let receipt = Receipt::parse(&octets).map_err(|_| lie("receipt"))?;
        let judged = receipt.judge(&prepared.payload.0, &[self.settings.pin()]);
        let why = judged.remarks.first().map_or("receipt", |r| r.code);
        if judged.place.height != Some(found.height) && judged.worth != Worth::Failed {
            return Err(lie("height"));
        }
        match judged.worth {
            Worth::Canonical => {
                let name = "receipt.json".to_owned();
                Ok(State::Final(judged.place, vec![Evidence { name, octets }]))
            }
            Worth::InclusionOnly => Ok(State::Included(judged.place)),
            _ => Err(lie(why)),
        }
    }

    /// Whether a block was signed by a quorum of the sealers of the settings.
    fn sealed(&self, header: &Header, signatures: &[Signature], height: u64) -> bool {
        let pinned = self.settings.pin().votes().unwrap_or_default();
        let block = header.read(self.settings.suite);
        let signers = block.filter(|block| block.number == height);
        let signers = signers.and_then(|b| b.signers(signatures, self.settings.suite).ok());
        signers.is_some_and(|signers| {
            let (given, needed) = votes(&pinned, &signers);
            given >= needed && needed > 0
        })
    }
}

impl Rail for Fisco {
    fn adapter(&self) -> Adapter {
        Adapter {
            kind: "fisco",
            version: 1,
        }
    }

    fn network(&self) -> String {
        self.settings.network()
    }

    fn probe(&self, wire: &mut Wire<'_>) -> Result<Probe, RailError> {
        let mut node = Node::new(&self.settings, wire);
        let version = node.is_of_network()?;
        let height = node.height()?;
        let sealers = node.sealers()?;
        let mut sealers = answer::sealers(&sealers).ok_or_else(|| RailError::Answer {
            what: "getSealerList".to_owned(),
        })?;
        let mut pinned = self.settings.pin().votes().unwrap_or_default();
        sealers.sort();
        pinned.sort();
        let same = if sealers == pinned {
            "as configured"
        } else {
            "other"
        };
        let account = self
            .settings
            .suite
            .address(&self.settings.signing_key()?.public());
        let mut remarks = vec![
            ("account".to_owned(), format!("0x{}", hex::encode(&account))),
            ("sealers".to_owned(), same.to_owned()),
        ];
        if height > 0 {
            let (header, signatures) = node.header(height)?;
            let signed = match self.sealed(&header, &signatures, height) {
                true => "signed by the configured sealers",
                false => "not signed by the configured sealers",
            };
            remarks.push(("last block".to_owned(), signed.to_owned()));
        }
        remarks.extend(version.map(|version| ("version".to_owned(), version)));
        let named = |(sealer, weight): &(fidem_anchor::fisco::NodeId, u64)| {
            ("sealer".to_owned(), format!("{} {weight}", sealer.hex()))
        };
        remarks.extend(sealers.iter().map(named));
        Ok(Probe {
            network: self.settings.network(),
            height: Some(height),
            remarks,
        })
    }

    fn prepare(
        &self,
        wire: &mut Wire<'_>,
        payload: &Payload,
        supplies: &mut Supplies<'_>,
    ) -> Result<Ticket, RailError> {
        let mut node = Node::new(&self.settings, wire);
        node.is_of_network()?;
        let limit = node.height()?.checked_add(self.settings.window());
        let limit = limit.ok_or_else(|| lie("height"))?;
        let mut nonce = [0; 16];
        (supplies.random)(&mut nonce);
        // Always of the same length in decimal.
        let nonce = u128::from_be_bytes(nonce) | 1 << 127;
        let (octets, hash) = self.transaction(payload, nonce, limit)?;
        let prepared = Prepared {
            hash,
            limit,
            network: self.settings.network(),
            payload: HexOf(*payload),
            transaction: Hex(octets),
        };
        let ticket = serde_json::to_vec(&prepared);
        ticket.map(Ticket).map_err(|_| setting("ticket"))
    }

    fn submit(&self, wire: &mut Wire<'_>, ticket: &Ticket) -> Result<Ticket, RailError> {
        let prepared = self.prepared(ticket)?;
        let transaction = hex::encode(&prepared.transaction.0);
        let mut node = Node::new(&self.settings, wire);
        node.is_of_network()?;
        let mut sent = node.send(&transaction, &prepared.hash);
        let silent = matches!(
            &sent,
            Err(RailError::Courier(
                CourierError::Timeout { .. } | CourierError::Interrupted { .. }
            ))
        );
        if silent {
            // Version 3 keeps silent until the block is made. One that has the transaction refuses it the second time.
            sent = node.send(&transaction, &prepared.hash);
        }
        match sent {
            Err(refusal) if !has_it_already(&refusal) => Err(refusal),
            _ => Ok(ticket.clone()),
        }
    }

    fn look(&self, wire: &mut Wire<'_>, ticket: &Ticket) -> Result<State, RailError> {
        let prepared = self.prepared(ticket)?;
        let mut node = Node::new(&self.settings, wire);
        node.is_of_network()?;
        // The height first: what is in no block then and is too late at that height will never be in one.
        let height = node.height()?;
        if let Some(found) = node.find(&prepared.hash)? {
            return self.gather(&mut node, &prepared, found);
        }
        if height < prepared.limit {
            return Ok(State::Submitted);
        }
        let (header, signatures) = node.header(height)?;
        if !self.sealed(&header, &signatures, height) {
            return Err(lie("height"));
        }
        // A node that had trouble the first time is not the end of a submission.
        match node.find(&prepared.hash)? {
            Some(found) => self.gather(&mut node, &prepared, found),
            None => Ok(State::Forked {
                reason: format!("in no block up to {}, its last", prepared.limit),
            }),
        }
    }
}
