//! A gateway of a BSN city node, before a [`FabricChannel`]: the form of the interface as the published software
//! development kits have it. Whether the real one refuses a message that it has seen is not known; this one answers the
//! same again.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use k256::ecdsa::signature::{Signer as _, Verifier as _};
use serde_json::{Value, json};
use sm3::{Digest as _, Sm3};

use crate::rails::Fault;
use crate::{Ask, FabricChannel, Faulty};

/// With what both sides sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BsnAlgorithm {
    /// ECDSA on P-256.
    R1,
    /// ECDSA on secp256k1.
    K1,
    /// SM2.
    Sm2,
}

const SM2_IDENTITY: &str = "1234567812345678";
/// Secrets of the office and of the gateway.
const OFFICE: [u8; 32] = [0x21; 32];
const GATEWAY: [u8; 32] = [0x22; 32];
const CHAINCODE: &str = "cc_app0001_00";

/// How an answer is changed before the gateway signs it: path, body.
type Twist = dyn Fn(&str, &mut Value) + Send + Sync;

/// What a gateway does wrong beside the faults of every server.
#[derive(Default)]
struct Wrongs {
    twist: Option<Box<Twist>>,
    unsigned: bool,
}

struct Node {
    algorithm: BsnAlgorithm,
    channel: FabricChannel,
    /// Transactions by the nonce of their message.
    seen: BTreeMap<String, String>,
    wrongs: Wrongs,
}

/// The gateway.
pub struct BsnGateway {
    server: Faulty,
    node: Arc<Mutex<Node>>,
}

impl BsnGateway {
    /// Starts a gateway to a channel that is called `app0001`.
    ///
    /// # Errors
    /// When no port or thread is to be had.
    pub fn start(algorithm: BsnAlgorithm) -> io::Result<Self> {
        let node = Arc::new(Mutex::new(Node {
            algorithm,
            channel: FabricChannel::new("app0001", 0x31),
            seen: BTreeMap::new(),
            wrongs: Wrongs::default(),
        }));
        let answering = Arc::clone(&node);
        let server = Faulty::start(move |ask| {
            let mut node = answering.lock().unwrap_or_else(PoisonError::into_inner);
            node.answer(ask).to_string().into_bytes()
        })?;
        Ok(Self { server, node })
    }

    fn node(&self) -> MutexGuard<'_, Node> {
        self.node.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Settings of an adapter to it.
    #[must_use]
    pub fn settings(&self) -> Value {
        let algorithm = match self.node().algorithm {
            BsnAlgorithm::R1 => "r1",
            BsnAlgorithm::K1 => "k1",
            BsnAlgorithm::Sm2 => "sm2",
        };
        json!({
            "url": self.server.url(), "user_code": "USER0001", "app_code": "app0001", "channel": "app0001",
            "chaincode": CHAINCODE, "function": "anchor", "algorithm": algorithm,
            "key": OFFICE.iter().map(|octet| format!("{octet:02x}")).collect::<String>(),
            "gateway_key": self.node().public_pem(&GATEWAY),
        })
    }

    /// The pin of its channel, as a trust file has it.
    #[must_use]
    pub fn pin(&self) -> Value {
        let node = self.node();
        let [orderers, peers] = node.channel.authorities();
        let organisation =
            |msp: &str, der: &[u8]| json!({"msp": msp, "certificates": [STANDARD.encode(der)]});
        json!({
            "name": "test channel", "channel": "app0001",
            "orderers": [organisation("OrdererMSP", orderers)],
            "peers": [organisation("PeerMSP", peers)],
        })
    }

    /// The channel cuts a block.
    pub fn cut(&self) {
        self.node().channel.cut();
    }

    /// From now on the orderer's signatures are forged.
    pub fn forge(&self) {
        self.node().channel.forged = true;
    }

    /// Transactions that were taken in.
    #[must_use]
    pub fn taken(&self) -> usize {
        self.node().seen.len()
    }

    /// Starts a fault, or ends the one there is.
    pub fn set(&self, fault: Option<Fault>) {
        self.server.set(fault);
        self.node().wrongs = Wrongs::default();
    }

    /// Answers are changed before they are signed.
    pub fn twist(&self, twist: impl Fn(&str, &mut Value) + Send + Sync + 'static) {
        self.node().wrongs.twist = Some(Box::new(twist));
    }

    /// Answers carry the signature of something else.
    pub fn leave_unsigned(&self) {
        self.node().wrongs.unsigned = true;
    }
}

/// Fields of a body in the order of their signature.
fn joined(body: &Value, fields: &[&str]) -> String {
    let shown = |field: &&str| match body.pointer(&format!("/{field}")) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    };
    fields.iter().map(shown).collect()
}

impl Node {
    fn answer(&mut self, ask: &Ask) -> Value {
        let request: Value = serde_json::from_slice(&ask.body).unwrap_or_default();
        let (asked, answered) = fields(&ask.path);
        let signed = joined(&request, &["header/userCode", "header/appCode"])
            + &joined(&request["body"], asked);
        let mac = request["mac"].as_str().unwrap_or_default();
        if !self.verifies(&signed, mac) {
            return self.reply(1001, "the signature does not hold", Value::Null, &[]);
        }
        let body = self.body(&ask.path, &request["body"]);
        let Some(mut body) = body else {
            return self.reply(2001, "not found", Value::Null, &[]);
        };
        match (&self.wrongs.twist, ask.fault) {
            (Some(twist), _) => twist(&ask.path, &mut body),
            (None, Some(Fault::Lie)) => alter_block(&mut body),
            (None, Some(Fault::WrongNetwork)) if body.get("channelId").is_some() => {
                body["channelId"] = json!("app0002");
            }
            _ => {}
        }
        self.reply(0, "ok", body, answered)
    }

    fn body(&mut self, path: &str, asked: &Value) -> Option<Value> {
        let channel = &mut self.channel;
        let height = channel.height();
        let text = |name: &str| asked[name].as_str().unwrap_or_default().to_owned();
        match path.rsplit('/').next()? {
            "getAppInfo" => Some(json!({
                "appName": "notary", "appType": "fabric", "caType": 1, "algorithmType": 1,
                "mspId": "PeerMSP", "channelId": "app0001", "version": "1",
            })),
            "getLedgerInfo" => Some(json!({
                "blockHash": channel.last_hash(), "height": height, "preBlockHash": "",
            })),
            "reqChainCode" => {
                let nonce = text("nonce");
                let arguments: Vec<String> = [text("funcName")]
                    .into_iter()
                    .chain(
                        asked["args"]
                            .as_array()?
                            .iter()
                            .filter_map(Value::as_str)
                            .map(str::to_owned),
                    )
                    .collect();
                let id = match self.seen.get(&nonce) {
                    Some(id) => id.clone(),
                    None => {
                        let arguments: Vec<&[u8]> =
                            arguments.iter().map(String::as_bytes).collect();
                        channel.call(&text("chainCode"), &arguments, nonce.as_bytes())
                    }
                };
                self.seen.insert(nonce, id.clone());
                Some(json!({
                    "blockInfo": {"txId": id, "blockHash": "", "status": 0},
                    "ccRes": {"ccCode": 200, "ccData": "ok"},
                }))
            }
            "getTransaction" => {
                let number = channel.place(&text("txId"))?;
                Some(json!({
                    "blockHash": "", "blockNumber": number, "status": 0, "createName": "",
                    "timeSpanSec": 1_796_126_400, "timeSpanNsec": 0,
                }))
            }
            "getBlockData" => {
                let number = match &*text("txId") {
                    "" => usize::try_from(asked["blockNumber"].as_u64()?).ok()?,
                    id => channel.place(id)?,
                };
                Some(json!({
                    "blockHash": "", "blockNumber": number, "preBlockHash": "",
                    "blockData": STANDARD.encode(channel.block(number)?),
                }))
            }
            _ => None,
        }
    }

    fn reply(&self, code: i64, words: &str, body: Value, fields: &[&str]) -> Value {
        let mut signed = format!("{code}{words}{}", joined(&body, fields));
        if self.wrongs.unsigned {
            signed.push('x');
        }
        json!({"header": {"code": code, "msg": words}, "mac": self.sign(&signed), "body": body})
    }

    fn sign(&self, message: &str) -> String {
        let message = message.as_bytes();
        let der = match self.algorithm {
            BsnAlgorithm::R1 => {
                let key = p256::ecdsa::SigningKey::from_slice(&GATEWAY).expect("a key");
                let signature: p256::ecdsa::Signature = key.sign(message);
                signature.to_der().as_bytes().to_vec()
            }
            BsnAlgorithm::K1 => {
                let key = k256::ecdsa::SigningKey::from_slice(&GATEWAY).expect("a key");
                let signature: k256::ecdsa::Signature = key.sign(message);
                signature.to_der().as_bytes().to_vec()
            }
            BsnAlgorithm::Sm2 => {
                let key = sm2::dsa::SigningKey::from_slice(SM2_IDENTITY, &GATEWAY).expect("a key");
                let signature: sm2::dsa::Signature = key.sign(&Sm3::digest(message));
                // The form is that of ECDSA.
                let pair = p256::ecdsa::Signature::from_slice(&signature.to_bytes());
                pair.expect("two numbers").to_der().as_bytes().to_vec()
            }
        };
        STANDARD.encode(der)
    }

    fn verifies(&self, message: &str, mac: &str) -> bool {
        let message = message.as_bytes();
        let der = STANDARD.decode(mac).unwrap_or_default();
        let Ok(pair) = p256::ecdsa::Signature::from_der(&der) else {
            return false;
        };
        match self.algorithm {
            BsnAlgorithm::R1 => {
                let key = p256::ecdsa::SigningKey::from_slice(&OFFICE).expect("a key");
                key.verifying_key().verify(message, &pair).is_ok()
            }
            BsnAlgorithm::K1 => {
                let key = k256::ecdsa::SigningKey::from_slice(&OFFICE).expect("a key");
                let signature = k256::ecdsa::Signature::from_der(&der);
                signature
                    .is_ok_and(|signature| key.verifying_key().verify(message, &signature).is_ok())
            }
            BsnAlgorithm::Sm2 => {
                let key = sm2::dsa::SigningKey::from_slice(SM2_IDENTITY, &OFFICE).expect("a key");
                let signature = sm2::dsa::Signature::from_slice(&pair.to_bytes());
                let digest = Sm3::digest(message);
                signature
                    .is_ok_and(|signature| key.verifying_key().verify(&digest, &signature).is_ok())
            }
        }
    }

    /// A public key as PEM; the algorithm before the point is not looked at by anybody here.
    fn public_pem(&self, secret: &[u8; 32]) -> String {
        let point = match self.algorithm {
            BsnAlgorithm::R1 => {
                let key = p256::ecdsa::SigningKey::from_slice(secret).expect("a key");
                key.verifying_key().to_sec1_point(false).as_bytes().to_vec()
            }
            BsnAlgorithm::K1 => {
                let key = k256::ecdsa::SigningKey::from_slice(secret).expect("a key");
                key.verifying_key().to_sec1_point(false).as_bytes().to_vec()
            }
            BsnAlgorithm::Sm2 => {
                let key = sm2::dsa::SigningKey::from_slice(SM2_IDENTITY, secret).expect("a key");
                key.verifying_key().to_sec1_bytes().to_vec()
            }
        };
        let text = STANDARD.encode([&[0x30, 0x43, 0x03, 0x42, 0x00], &*point].concat());
        format!("-----BEGIN PUBLIC KEY-----\n{text}\n-----END PUBLIC KEY-----\n")
    }
}

/// What the signatures of a message and of its answer are over.
fn fields(path: &str) -> (&'static [&'static str], &'static [&'static str]) {
    match path {
        "/api/app/getAppInfo" => (
            &[],
            &[
                "appName",
                "appType",
                "caType",
                "algorithmType",
                "mspId",
                "channelId",
            ],
        ),
        "/api/fabric/v1/node/getLedgerInfo" => (&[], &["blockHash", "height", "preBlockHash"]),
        "/api/fabric/v1/node/reqChainCode" => (
            &["userName", "nonce", "chainCode", "funcName", "args"],
            &[
                "blockInfo/txId",
                "blockInfo/blockHash",
                "blockInfo/status",
                "ccRes/ccCode",
                "ccRes/ccData",
            ],
        ),
        "/api/fabric/v1/node/getTransaction" => (
            &["txId"],
            &[
                "blockHash",
                "blockNumber",
                "status",
                "createName",
                "timeSpanSec",
                "timeSpanNsec",
            ],
        ),
        "/api/fabric/v1/node/getBlockData" => (
            &["blockNumber", "blockHash", "txId"],
            &["blockHash", "blockNumber", "preBlockHash", "blockData"],
        ),
        _ => (&[], &[]),
    }
}

/// One octet in the middle of a block.
fn alter_block(body: &mut Value) {
    if let Some(block) = body.get("blockData").and_then(Value::as_str) {
        let mut octets = STANDARD.decode(block).unwrap_or_default();
        let middle = octets.len() / 2;
        if let Some(octet) = octets.get_mut(middle) {
            *octet ^= 1;
        }
        body["blockData"] = json!(STANDARD.encode(octets));
    }
}
