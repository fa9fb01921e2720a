//! The gateway of a BSN city node to a Fabric channel. `docs/format/fabric.md` is the description.
//!
//! What the gateway says is under its own signature and no evidence of a chain: only the whole block is, and nothing is
//! final without it.

mod mac;
mod settings;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fidem_anchor::fabric::{self, Block, Transaction};
use fidem_anchor::octets::HexOf;
use fidem_anchor::receipt::Payload;
use fidem_fingerprint::hex;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::rail::{Adapter, Probe, Rail, RailError, State, Supplies, Ticket};
use crate::rails::block;
use crate::wire::Wire;
use mac::{GatewayKey, OwnKey};
pub use settings::{Algorithm, Settings};

/// Blocks that are searched in one look for a transaction whose identifier was lost.
const MOST_SEARCHED: u64 = 64;
/// Octets of a nonce, as the interface wants them.
const NONCE: usize = 24;

/// The adapter.
#[derive(Debug)]
pub struct BsnFabric {
    settings: Settings,
    own: OwnKey,
    gateway: GatewayKey,
}

/// What is kept before anything is sent.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    channel: String,
    payload: HexOf<32>,
    /// In base64, as it is sent.
    nonce: String,
    /// Blocks there were when it was made.
    height: u64,
    /// The transaction, once the gateway has said it.
    transaction: Option<HexOf<32>>,
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
}

fn lie(what: &str) -> RailError {
    RailError::Lie {
        what: what.to_owned(),
    }
}

fn unread(what: &str) -> RailError {
    RailError::Answer {
        what: what.to_owned(),
    }
}

fn text<'a>(body: &'a Value, name: &str) -> Result<&'a str, RailError> {
    let text = body.get(name).and_then(Value::as_str);
    text.ok_or_else(|| unread(&format!("no {name}")))
}

fn number(body: &Value, name: &str) -> Result<u64, RailError> {
    let number = body.get(name).and_then(Value::as_u64);
    number.ok_or_else(|| unread(&format!("no {name}")))
}

/// The fields of an answer in the order of their signature; one of an object is `object/field`.
const APPLICATION: [&str; 6] = [
    "appName",
    "appType",
    "caType",
    "algorithmType",
    "mspId",
    "channelId",
];
const LEDGER: [&str; 3] = ["blockHash", "height", "preBlockHash"];
const CALL: [&str; 5] = [
    "blockInfo/txId",
    "blockInfo/blockHash",
    "blockInfo/status",
    "ccRes/ccCode",
    "ccRes/ccData",
];
const TRANSACTION: [&str; 6] = [
    "blockHash",
    "blockNumber",
    "status",
    "createName",
    "timeSpanSec",
    "timeSpanNsec",
];
const BLOCK: [&str; 4] = ["blockHash", "blockNumber", "preBlockHash", "blockData"];

impl BsnFabric {
    /// An adapter for one application on one channel.
    ///
    /// # Errors
    /// [`RailError::Setting`].
    pub fn new(settings: Settings) -> Result<Self, RailError> {
        let setting = |what: &str| RailError::Setting {
            what: what.to_owned(),
        };
        let own = OwnKey::read(settings.algorithm, settings.key.reveal());
        let gateway = GatewayKey::read(settings.algorithm, &settings.gateway_key);
        Ok(Self {
            own: own.ok_or_else(|| setting("key"))?,
            gateway: gateway.ok_or_else(|| setting("gateway_key"))?,
            settings,
        })
    }

    /// Asks the gateway. `signed` is the body as its signature is made over it; `fields` those of the answer likewise.
    fn ask(
        &self,
        wire: &mut Wire<'_>,
        path: &str,
        body: &Value,
        signed: &str,
        fields: &[&str],
    ) -> Result<Value, RailError> {
        let settings = &self.settings;
        let base = [&*settings.user_code, &*settings.app_code, signed].concat();
        let request = json!({
            "header": {"userCode": settings.user_code, "appCode": settings.app_code},
            "mac": self.own.sign(&base)?,
            "body": body,
        });
        let url = format!("{}{path}", settings.url.trim_end_matches('/'));
        let answer = wire.post_json(&url, &[], &request)?;
        self.accepted(&answer, fields)
    }

    /// The body of an answer, once the gateway's signature holds and it has not refused.
    fn accepted(&self, answer: &Value, fields: &[&str]) -> Result<Value, RailError> {
        let header = answer.get("header").ok_or_else(|| unread("no header"))?;
        let code = header.get("code").and_then(Value::as_i64);
        let code = code.ok_or_else(|| unread("no code"))?;
        let words = header
            .get("msg")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let body = answer.get("body").filter(|body| !body.is_null());
        let base = format!("{code}{words}");
        let whole = fields
            .iter()
            .fold(base.clone(), |text, field| text + &shown(body, field));
        let mac = text(answer, "mac")?;
        // Without a body its fields are left out, or are what they are when they are not set.
        let signed = self.gateway.signed(&whole, mac);
        if !signed && (body.is_some() || !self.gateway.signed(&base, mac)) {
            return Err(lie("the gateway did not sign its answer"));
        }
        match (code, body) {
            (0, Some(body)) => Ok(body.clone()),
            (0, None) => Err(unread("no body")),
            _ => Err(RailError::Refused {
                code,
                reason: words.chars().take(300).collect(),
            }),
        }
    }

    /// The application is one of Fabric on the channel that was configured.
    fn check_channel(&self, wire: &mut Wire<'_>) -> Result<Value, RailError> {
        let found = self.ask(wire, "/api/app/getAppInfo", &json!({}), "", &APPLICATION)?;
        let channel = text(&found, "channelId")?;
        let fabric = text(&found, "appType")?.eq_ignore_ascii_case("fabric");
        match fabric && channel == self.settings.channel {
            true => Ok(found),
            false => Err(RailError::WrongNetwork {
                expected: fabric::network(&self.settings.channel),
                found: format!("{}:{channel}", text(&found, "appType")?.to_lowercase()),
            }),
        }
    }

    /// How many blocks there are.
    fn height(&self, wire: &mut Wire<'_>) -> Result<u64, RailError> {
        let path = "/api/fabric/v1/node/getLedgerInfo";
        number(&self.ask(wire, path, &json!({}), "", &LEDGER)?, "height")
    }

    fn call(&self, wire: &mut Wire<'_>, kept: &Kept) -> Result<HexOf<32>, RailError> {
        let settings = &self.settings;
        let argument = hex::encode(&kept.payload.0);
        let body = json!({
            "userName": settings.user_name, "nonce": kept.nonce, "chainCode": settings.chaincode,
            "funcName": settings.function, "args": [argument], "transientData": {},
        });
        let signed = [
            &*settings.user_name,
            &*kept.nonce,
            &*settings.chaincode,
            &*settings.function,
            &*argument,
        ];
        let path = "/api/fabric/v1/node/reqChainCode";
        let answer = self.ask(wire, path, &body, &signed.concat(), &CALL)?;
        let called = answer.get("ccRes").ok_or_else(|| unread("no ccRes"))?;
        if number(called, "ccCode")? != 200 {
            return Err(RailError::Refused {
                code: called.get("ccCode").and_then(Value::as_i64).unwrap_or(0),
                reason: text(called, "ccData")?.chars().take(300).collect(),
            });
        }
        let block = answer
            .get("blockInfo")
            .ok_or_else(|| unread("no blockInfo"))?;
        let id = hex::decode32(text(block, "txId")?).map(HexOf);
        id.ok_or_else(|| unread("no identifier"))
    }

    fn block(&self, wire: &mut Wire<'_>, number: u64, id: &str) -> Result<Vec<u8>, RailError> {
        let body = json!({"blockNumber": number, "blockHash": "", "txId": id});
        let signed = format!("{number}{id}");
        let path = "/api/fabric/v1/node/getBlockData";
        let answer = self.ask(wire, path, &body, &signed, &BLOCK)?;
        let octets = STANDARD.decode(text(&answer, "blockData")?);
        octets.map_err(|_| unread("a block that is not base64"))
    }

    /// Looks through the blocks since the ticket was made for a transaction that carries the payload: the answer that
    /// named it was lost.
    fn search(&self, wire: &mut Wire<'_>, kept: &Kept) -> Result<Option<HexOf<32>>, RailError> {
        let end = self
            .height(wire)?
            .min(kept.height.saturating_add(MOST_SEARCHED));
        for number in kept.height..end {
            let octets = self.block(wire, number, "")?;
            let block = Block::parse(&octets).map_err(|e| lie(e.0))?;
            let argument = hex::encode(&kept.payload.0);
            let carries = |envelope: &&[u8]| {
                let mut windows = envelope.windows(argument.len());
                windows.any(|window| window == argument.as_bytes())
            };
            for envelope in block.data.into_iter().filter(carries) {
                let Ok(transaction) = Transaction::parse(envelope) else {
                    continue;
                };
                if self.is_ours(&transaction, kept) {
                    return Ok(hex::decode32(&transaction.id).map(HexOf));
                }
            }
        }
        Ok(None)
    }

    fn is_ours(&self, transaction: &Transaction, kept: &Kept) -> bool {
        let argument = hex::encode(&kept.payload.0);
        let expected = [self.settings.function.as_bytes(), argument.as_bytes()];
        transaction.channel == kept.channel
            && transaction.chaincode == self.settings.chaincode
            && transaction.arguments == expected
    }

    fn evidence(
        &self,
        wire: &mut Wire<'_>,
        kept: &Kept,
        id: &str,
        told: u64,
    ) -> Result<State, RailError> {
        let octets = self.block(wire, told, id)?;
        let found = block::Found::read(octets, id, &kept.channel)?;
        if found.number != told {
            return Err(lie("a block of another number"));
        }
        found.settled(&kept.payload.0, &self.settings.pins)
    }
}

/// A field as signatures are made over it: numbers in decimal, and what is missing as if it were not set.
fn shown(body: Option<&Value>, field: &str) -> String {
    const NUMBERS: [&str; 9] = [
        "caType",
        "algorithmType",
        "height",
        "blockInfo/status",
        "ccRes/ccCode",
        "blockNumber",
        "timeSpanSec",
        "timeSpanNsec",
        "status",
    ];
    let number = NUMBERS.contains(&field);
    match body.and_then(|body| body.pointer(&format!("/{field}"))) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ if number => "0".to_owned(),
        _ => String::new(),
    }
}

impl Rail for BsnFabric {
    fn adapter(&self) -> Adapter {
        Adapter {
            kind: "bsn-fabric",
            version: 1,
        }
    }

    fn network(&self) -> String {
        fabric::network(&self.settings.channel)
    }

    fn probe(&self, wire: &mut Wire<'_>) -> Result<Probe, RailError> {
        let found = self.check_channel(wire)?;
        Ok(Probe {
            network: fabric::network(&self.settings.channel),
            // Numbers begin at 0.
            height: self.height(wire)?.checked_sub(1),
            remarks: vec![
                (
                    "application".into(),
                    text(&found, "appName")?.chars().take(100).collect(),
                ),
                (
                    "organisation".into(),
                    text(&found, "mspId")?.chars().take(100).collect(),
                ),
            ],
        })
    }

    fn prepare(
        &self,
        wire: &mut Wire<'_>,
        payload: &Payload,
        supplies: &mut Supplies<'_>,
    ) -> Result<Ticket, RailError> {
        self.check_channel(wire)?;
        let mut nonce = [0; NONCE];
        (supplies.random)(&mut nonce);
        Kept {
            channel: self.settings.channel.clone(),
            payload: HexOf(*payload),
            nonce: STANDARD.encode(nonce),
            height: self.height(wire)?,
            transaction: None,
        }
        .ticket()
    }

    fn submit(&self, wire: &mut Wire<'_>, ticket: &Ticket) -> Result<Ticket, RailError> {
        let mut kept = Kept::read(ticket)?;
        if kept.transaction.is_some() {
            return Ok(ticket.clone());
        }
        self.check_channel(wire)?;
        kept.transaction = match self.search(wire, &kept)? {
            Some(found) => Some(found),
            None => Some(self.call(wire, &kept)?),
        };
        kept.ticket()
    }

    fn look(&self, wire: &mut Wire<'_>, ticket: &Ticket) -> Result<State, RailError> {
        let kept = Kept::read(ticket)?;
        self.check_channel(wire)?;
        let id = match kept.transaction {
            Some(id) => id,
            None => match self.search(wire, &kept)? {
                Some(found) => found,
                None => return Ok(State::Submitted),
            },
        };
        let id = hex::encode(&id.0);
        let path = "/api/fabric/v1/node/getTransaction";
        let found = match self.ask(wire, path, &json!({"txId": id}), &id, &TRANSACTION) {
            // Not yet in a block: no code is documented for that.
            Err(RailError::Refused { .. }) => return Ok(State::Submitted),
            found => found?,
        };
        let status = number(&found, "status")?;
        if status != 0 {
            let reason = format!("the channel found it invalid: {status}");
            return Ok(State::Forked { reason });
        }
        self.evidence(wire, &kept, &id, number(&found, "blockNumber")?)
    }
}
