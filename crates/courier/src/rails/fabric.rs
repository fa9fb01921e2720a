//! The Gateway of a peer of Hyperledger Fabric, 2.4 or newer. `docs/format/fabric.md` is the description.
//!
//! What the peer says is no evidence: only the whole block is, and nothing is final without it.

mod grpc;
mod protobuf;
mod settings;
mod signer;

use fidem_anchor::fabric::{self, Block, Message, Transaction};
use fidem_anchor::octets::{Base64, HexOf};
use fidem_anchor::receipt::Payload;
use fidem_fingerprint::{hex, sha256};
use serde::{Deserialize, Serialize};

use crate::courier::Tls;
use crate::rail::{Adapter, Probe, Rail, RailError, State, Supplies, Ticket};
use crate::rails::block::Found;
use crate::wire::Wire;
use protobuf::octets;
pub use settings::{Settings, TlsIdentity};
use signer::{Call, Signer};

/// Octets of a nonce, as Fabric's own clients have them.
const NONCE: usize = 24;
/// The chaincode of every peer that hands out its ledger.
const LEDGER: &str = "qscc";
/// Of a chaincode's answer: it went well.
const FINE: u64 = 200;

/// The adapter.
#[derive(Debug)]
pub struct Fabric {
    settings: Settings,
    signer: Signer,
    tls: Tls,
}

/// What is kept before anything is sent.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    channel: String,
    payload: HexOf<32>,
    /// The transaction.
    id: HexOf<32>,
    /// The proposal, and its signature by the office.
    proposal: Base64,
    signature: Base64,
}

impl Kept {
    fn read(ticket: &Ticket) -> Result<Self, RailError> {
        serde_json::from_slice(&ticket.0).map_err(|e| setting(&format!("ticket: {e}")))
    }

    fn signed(&self) -> Vec<u8> {
        [octets(1, &self.proposal.0), octets(2, &self.signature.0)].concat()
    }
}

fn setting(what: &str) -> RailError {
    RailError::Setting {
        what: what.to_owned(),
    }
}

fn lie(what: &str) -> RailError {
    RailError::Lie {
        what: what.to_owned(),
    }
}

fn unread(e: fabric::FabricError) -> RailError {
    RailError::Answer {
        what: e.0.to_owned(),
    }
}

impl Fabric {
    /// An adapter for one chaincode on one channel.
    ///
    /// # Errors
    /// [`RailError::Setting`].
    pub fn new(settings: Settings) -> Result<Self, RailError> {
        let tls = settings.tls();
        Ok(Self {
            signer: Signer::new(&settings)?,
            tls,
            settings,
        })
    }

    /// Calls a method of the Gateway.
    fn call(
        &self,
        wire: &mut Wire<'_>,
        method: &str,
        request: &[u8],
    ) -> Result<Vec<u8>, RailError> {
        let base = self.settings.url.trim_end_matches('/');
        let url = format!("{base}/gateway.Gateway/{method}");
        grpc::call(wire, &self.tls, &url, request)
    }

    /// The three fields with which every request begins: transaction, channel, and a message.
    fn request(&self, id: &str, message: &[u8]) -> Vec<u8> {
        let channel = self.settings.channel.as_bytes();
        [
            octets(1, id.as_bytes()),
            octets(2, channel),
            octets(3, message),
        ]
        .concat()
    }

    /// Asks the ledger of the peer. Its proposal is signed anew each time; the nonce follows from the question, because
    /// nothing of it is ever in a block.
    fn ledger(
        &self,
        wire: &mut Wire<'_>,
        function: &str,
        argument: Option<&str>,
    ) -> Result<Vec<u8>, RailError> {
        let channel = &*self.settings.channel;
        let mut arguments = vec![function.as_bytes(), channel.as_bytes()];
        arguments.extend(argument.map(str::as_bytes));
        let nonce = sha256(&[b"question", &*arguments.join(&0)].concat());
        let call = Call {
            channel,
            chaincode: LEDGER,
            arguments: &arguments,
            nonce: nonce.get(..NONCE).unwrap_or_default(),
            time: None,
        };
        let (id, proposal) = self.signer.proposal(&call);
        let signed = [
            octets(1, &proposal),
            octets(2, &self.signer.sign(&proposal)?),
        ]
        .concat();
        let answer = self.call(wire, "Evaluate", &self.request(&id, &signed))?;
        let answer = Message::parse(&answer).map_err(unread)?;
        let result = answer.message(1).map_err(unread)?;
        match result.number(1).map_err(unread)? {
            FINE => result.octets(3).map(<[u8]>::to_vec).map_err(unread),
            code => Err(RailError::Refused {
                code: i64::try_from(code).unwrap_or(i64::MAX),
                reason: grpc::shortened(result.text(2).unwrap_or_default()),
            }),
        }
    }

    /// How many blocks there are, once the newest has shown that this is the channel.
    fn height(&self, wire: &mut Wire<'_>) -> Result<u64, RailError> {
        let info = self.ledger(wire, "GetChainInfo", None)?;
        let height = Message::parse(&info).and_then(|info| info.number(1));
        let height = height.map_err(unread)?;
        let newest = height
            .checked_sub(1)
            .ok_or_else(|| lie("a channel without a block"))?;
        let octets = self.ledger(wire, "GetBlockByNumber", Some(&newest.to_string()))?;
        let block = Block::parse(&octets).map_err(|e| lie(e.0))?;
        if block.number != newest {
            return Err(lie("a block of another number"));
        }
        let envelope = block.data.first().ok_or_else(|| lie("an empty block"))?;
        let found = channel_of(envelope).map_err(unread)?;
        match found == self.settings.channel {
            true => Ok(height),
            false => Err(RailError::WrongNetwork {
                expected: self.network(),
                found: fabric::network(&found),
            }),
        }
    }

    /// The block in which a transaction stands, if it stands in one.
    fn block(&self, wire: &mut Wire<'_>, kept: &Kept) -> Result<Option<Vec<u8>>, RailError> {
        let id = hex::encode(&kept.id.0);
        match self.ledger(wire, "GetBlockByTxID", Some(&id)) {
            Ok(octets) => Ok(Some(octets)),
            Err(RailError::Refused { reason, .. }) if is_unknown(&reason) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The transaction as the peer put it together, signed; nothing of it has left. What is not exactly what was
    /// proposed is not sent.
    fn endorsed(&self, wire: &mut Wire<'_>, kept: &Kept) -> Result<Vec<u8>, RailError> {
        let id = hex::encode(&kept.id.0);
        let request = self.request(&id, &kept.signed());
        let answer = self.call(wire, "Endorse", &request)?;
        let prepared = Message::parse(&answer).and_then(|answer| answer.message(1));
        let prepared = prepared.map_err(unread)?;
        let payload = prepared.octets(1).map_err(unread)?;
        let envelope = [octets(1, payload), octets(2, &self.signer.sign(payload)?)].concat();
        let transaction = Transaction::parse(&envelope).map_err(|e| lie(e.0))?;
        let argument = hex::encode(&kept.payload.0);
        let expected = [self.settings.function.as_bytes(), argument.as_bytes()];
        let same = headers_are_those_of(payload, &kept.proposal.0).map_err(unread)?
            && transaction.id == id
            && transaction.chaincode == self.settings.chaincode
            && transaction.arguments == expected;
        match (same, transaction.endorsers.is_empty()) {
            (true, false) => Ok(envelope),
            (true, true) => Err(lie("no endorsement holds")),
            (false, _) => Err(lie("another transaction than was proposed")),
        }
    }
}

/// The peer does not know the transaction: in the words of its index, because its code says only that it failed.
fn is_unknown(reason: &str) -> bool {
    reason.contains("no such transaction ID") || reason.contains("not found in index")
}

/// The header of a payload is that of a proposal, and that of its one action likewise.
fn headers_are_those_of(payload: &[u8], proposal: &[u8]) -> Result<bool, fabric::FabricError> {
    let (payload, proposal) = (Message::parse(payload)?, Message::parse(proposal)?);
    let action = payload.message(2)?.message(1)?.octets(1)?;
    let same = payload.octets(1)? == proposal.octets(1)?;
    Ok(same && action == proposal.message(1)?.octets(2)?)
}

/// The channel that an envelope names.
fn channel_of(envelope: &[u8]) -> Result<String, fabric::FabricError> {
    let payload = Message::parse(envelope)?.message(1)?;
    let channel = payload.message(1)?.message(1)?;
    channel.text(4).map(str::to_owned)
}

impl Rail for Fabric {
    fn adapter(&self) -> Adapter {
        Adapter {
            kind: "fabric",
            version: 1,
        }
    }

    fn network(&self) -> String {
        fabric::network(&self.settings.channel)
    }

    fn probe(&self, wire: &mut Wire<'_>) -> Result<Probe, RailError> {
        Ok(Probe {
            network: self.network(),
            // Numbers begin at 0.
            height: self.height(wire)?.checked_sub(1),
            remarks: vec![("organisation".into(), self.settings.msp_id.clone())],
        })
    }

    fn prepare(
        &self,
        wire: &mut Wire<'_>,
        payload: &Payload,
        supplies: &mut Supplies<'_>,
    ) -> Result<Ticket, RailError> {
        self.height(wire)?;
        let mut nonce = [0; NONCE];
        (supplies.random)(&mut nonce);
        let argument = hex::encode(payload);
        let (id, proposal) = self.signer.proposal(&Call {
            channel: &self.settings.channel,
            chaincode: &self.settings.chaincode,
            arguments: &[self.settings.function.as_bytes(), argument.as_bytes()],
            nonce: &nonce,
            time: u64::try_from(supplies.now).ok(),
        });
        let kept = Kept {
            channel: self.settings.channel.clone(),
            payload: HexOf(*payload),
            id: HexOf(hex::decode32(&id).unwrap_or_default()),
            signature: Base64(self.signer.sign(&proposal)?),
            proposal: Base64(proposal),
        };
        let octets = serde_json::to_vec(&kept).map_err(|e| setting(&format!("ticket: {e}")))?;
        Ok(Ticket(octets))
    }

    fn submit(&self, wire: &mut Wire<'_>, ticket: &Ticket) -> Result<Ticket, RailError> {
        let kept = Kept::read(ticket)?;
        let envelope = match self.endorsed(wire, &kept) {
            Ok(envelope) => envelope,
            // Peers refuse to endorse what is in a block already.
            Err(refused @ RailError::Refused { .. }) => {
                let id = hex::encode(&kept.id.0);
                let block = self.block(wire, &kept).ok().flatten();
                let found = block.map(|octets| Found::read(octets, &id, &kept.channel));
                return match found {
                    Some(Ok(_)) => Ok(ticket.clone()),
                    _ => Err(refused),
                };
            }
            Err(error) => return Err(error),
        };
        let id = hex::encode(&kept.id.0);
        self.call(wire, "Submit", &self.request(&id, &envelope))?;
        Ok(ticket.clone())
    }

    fn look(&self, wire: &mut Wire<'_>, ticket: &Ticket) -> Result<State, RailError> {
        let kept = Kept::read(ticket)?;
        let Some(octets) = self.block(wire, &kept)? else {
            return Ok(State::Submitted);
        };
        let found = Found::read(octets, &hex::encode(&kept.id.0), &kept.channel)?;
        match found.flag {
            Some(0) => found.settled(&kept.payload.0, &self.settings.pins),
            Some(code) => {
                // Too few endorsements are such a reason: pins are not asked.
                found.settled(&kept.payload.0, &[])?;
                let reason = format!("the channel found it invalid: {code}");
                Ok(State::Forked { reason })
            }
            None => Err(lie("a block without its peer's notes")),
        }
    }
}
