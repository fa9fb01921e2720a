//! A peer of Fabric with its Gateway, before a [`FabricChannel`]: gRPC over HTTP/2 as the published interface has it, with
//! the words of Fabric 2.4 to 3 where an adapter has to read words. No real peer was at hand to compare it with.

mod body;
mod tls;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use fidem_anchor::fabric::{FabricError, Identity, Message};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::FabricChannel;
use crate::fabric::{number, octets};
use crate::rails::Fault;
use body::Answer;
pub use tls::PeerTls;

/// Codes of gRPC.
const UNKNOWN: u16 = 2;
const ABORTED: u16 = 10;
const UNIMPLEMENTED: u16 = 12;
const UNAUTHENTICATED: u16 = 16;
const CHAINCODE: &str = "evidence";

/// How the answer of a method is changed before it is sent: method, message.
type Twist = dyn Fn(&str, &mut Vec<u8>) + Send + Sync;

struct Node {
    channel: FabricChannel,
    /// What answers where the network is another.
    other: FabricChannel,
    fault: Option<Fault>,
    twist: Option<Box<Twist>>,
    refusing: bool,
    /// Its certificate in TLS has expired.
    expired: bool,
    /// Transactions that were ordered, each once.
    taken: Vec<String>,
    /// Methods that were called, in order.
    calls: Vec<String>,
}

/// The peer.
pub struct FabricPeer {
    address: SocketAddr,
    node: Arc<Mutex<Node>>,
    tls: Option<PeerTls>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl FabricPeer {
    /// Starts a peer of a channel that is called `evidence-channel`, without TLS.
    ///
    /// # Errors
    /// When no port or thread is to be had.
    pub fn start() -> io::Result<Self> {
        Self::started(None)
    }

    /// The same with TLS of roots of its own, which takes only clients that show themselves.
    ///
    /// # Errors
    /// When no port or thread is to be had.
    pub fn start_tls() -> io::Result<Self> {
        Self::started(Some(PeerTls::new()))
    }

    fn started(tls: Option<PeerTls>) -> io::Result<Self> {
        let node = Arc::new(Mutex::new(Node {
            channel: FabricChannel::new("evidence-channel", 0x51),
            other: FabricChannel::new("other-channel", 0x61),
            fault: None,
            twist: None,
            refusing: false,
            expired: false,
            taken: Vec::new(),
            calls: Vec::new(),
        }));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let (serving, acceptors) = (Arc::clone(&node), tls.as_ref().map(PeerTls::acceptors));
        let thread = std::thread::Builder::new().spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = listen(&listener, acceptors, &serving) => {}
                    _ = stopped => {}
                }
            });
        })?;
        Ok(Self {
            address,
            node,
            tls,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    fn node(&self) -> MutexGuard<'_, Node> {
        locked(&self.node)
    }

    /// Settings of an adapter to it.
    #[must_use]
    pub fn settings(&self) -> Value {
        let (msp, certificate, key) = self.node().channel.client();
        let scheme = self.tls.as_ref().map_or("http", |_| "https");
        let mut settings = json!({
            "url": format!("{scheme}://{}", self.address), "channel": "evidence-channel",
            "chaincode": CHAINCODE, "function": "anchor", "msp_id": msp, "certificate": certificate,
            "key": key.iter().map(|octet| format!("{octet:02x}")).collect::<String>(),
        });
        if let Some(tls) = &self.tls {
            settings["tls_roots"] = json!(tls.roots);
            settings["tls_identity"] =
                json!({"certificate": tls.client_certificate, "key": tls.client_key});
        }
        settings
    }

    /// The pin of its channel, as a trust file has it.
    #[must_use]
    pub fn pin(&self) -> Value {
        let node = self.node();
        let [orderers, peers] = node.channel.authorities();
        let organisation =
            |msp: &str, der: &[u8]| json!({"msp": msp, "certificates": [STANDARD.encode(der)]});
        json!({
            "name": "test channel", "channel": "evidence-channel",
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

    /// From now on the peer notes this code of each transaction; 0 is valid.
    pub fn judge_as(&self, code: u8) {
        self.node().channel.verdict = code;
    }

    /// From now on nothing is endorsed.
    pub fn refuse(&self) {
        self.node().refusing = true;
    }

    /// A block as it is.
    #[must_use]
    pub fn block(&self, number: usize) -> Option<Vec<u8>> {
        self.node().channel.block(number).map(<[u8]>::to_vec)
    }

    /// Transactions that were taken in.
    #[must_use]
    pub fn taken(&self) -> usize {
        self.node().taken.len()
    }

    /// Methods that were called so far, in order.
    #[must_use]
    pub fn calls(&self) -> Vec<String> {
        self.node().calls.clone()
    }

    /// Starts a fault, or ends the one there is and every other wrong.
    pub fn set(&self, fault: Option<Fault>) {
        let mut node = self.node();
        node.fault = fault;
        node.twist = None;
        node.refusing = false;
    }

    /// From now on its certificate in TLS has expired, or is a new one.
    pub fn expire(&self, expired: bool) {
        self.node().expired = expired;
    }

    /// Answers are changed before they are sent.
    pub fn twist(&self, twist: impl Fn(&str, &mut Vec<u8>) + Send + Sync + 'static) {
        self.node().twist = Some(Box::new(twist));
    }
}

impl Drop for FabricPeer {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

type Shared = Arc<Mutex<Node>>;

fn locked(node: &Shared) -> MutexGuard<'_, Node> {
    node.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn listen(
    listener: &TcpListener,
    acceptors: Option<[tokio_rustls::TlsAcceptor; 2]>,
    node: &Shared,
) {
    while let Ok((stream, _)) = listener.accept().await {
        let expired = locked(node).expired;
        let acceptor = acceptors
            .clone()
            .map(|[valid, old]| if expired { old } else { valid });
        let node = Arc::clone(node);
        tokio::spawn(async move {
            match acceptor {
                None => converse(stream, node).await,
                Some(acceptor) => {
                    if let Ok(stream) = acceptor.accept(stream).await {
                        converse(stream, node).await;
                    }
                }
            }
        });
    }
}

async fn converse(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, node: Shared) {
    let service = service_fn(move |request| answered(request, Arc::clone(&node)));
    let server = http2::Builder::new(TokioExecutor::new());
    // The client may go away at any point; that is its right.
    let _ = server.serve_connection(TokioIo::new(stream), service).await;
}

/// Answers a call; an error resets the stream.
async fn answered(request: Request<Incoming>, node: Shared) -> io::Result<Response<Answer>> {
    let path = request.uri().path().to_owned();
    let asks_trailers = request
        .headers()
        .get("te")
        .is_some_and(|te| te == "trailers");
    let body = request.into_body().collect().await;
    let body = body.map_err(io::Error::other)?.to_bytes();
    let mut node = locked(&node);
    match node.fault {
        Some(Fault::Reset) => return Err(io::ErrorKind::ConnectionReset.into()),
        Some(Fault::Endless) => return Ok(fine(Answer::Endless)),
        Some(Fault::Slow) => return Ok(fine(Answer::drip())),
        Some(Fault::Garbage) => return Ok(fine(Answer::whole(b"\xff{\"result\""))),
        Some(Fault::Redirect) => {
            let mut elsewhere = fine(Answer::Empty);
            *elsewhere.status_mut() = hyper::StatusCode::TEMPORARY_REDIRECT;
            let place = hyper::header::HeaderValue::from_static("http://127.0.0.1:9/");
            elsewhere.headers_mut().insert("location", place);
            return Ok(elsewhere);
        }
        Some(Fault::WrongNetwork | Fault::Lie) | None => {}
    }
    let method = path.strip_prefix("/gateway.Gateway/").unwrap_or_default();
    let message = body.get(5..).filter(|message| {
        let length = u32::try_from(message.len()).unwrap_or_default();
        asks_trailers && body.starts_with(&[&[0], &length.to_be_bytes()[..]].concat())
    });
    let outcome = match message {
        Some(message) => node.answer(method, message),
        None => Err(Refusal::bare(UNKNOWN, "not a unary call")),
    };
    Ok(match outcome {
        Ok(message) => {
            let length = u32::try_from(message.len()).unwrap_or(u32::MAX);
            let framed = [&[0], &length.to_be_bytes()[..], &message].concat();
            fine(Answer::whole(&framed))
        }
        Err(refusal) => refusal.response(),
    })
}

fn fine(body: Answer) -> Response<Answer> {
    let mut response = Response::new(body);
    let kind = hyper::header::HeaderValue::from_static("application/grpc");
    response.headers_mut().insert("content-type", kind);
    response
}

/// A call that was refused.
struct Refusal {
    code: u16,
    words: String,
    /// What a peer behind the Gateway said.
    detail: Option<String>,
}

impl Refusal {
    fn bare(code: u16, words: &str) -> Self {
        Self {
            code,
            words: words.to_owned(),
            detail: None,
        }
    }

    /// A status without a message stands in the header fields.
    fn response(&self) -> Response<Answer> {
        let mut response = fine(Answer::Empty);
        let mut set = |name: &'static str, value: String| {
            let value = value.parse().expect("a printable value");
            response.headers_mut().insert(name, value);
        };
        set("grpc-status", self.code.to_string());
        set("grpc-message", self.words.replace('%', "%25"));
        if let Some(detail) = &self.detail {
            let detail = [
                octets(1, b"peer0.test:7051"),
                octets(2, b"PeerMSP"),
                octets(3, detail.as_bytes()),
            ];
            let kind = octets(1, b"type.googleapis.com/gateway.ErrorDetail");
            let any = [kind, octets(2, &detail.concat())].concat();
            let status = [
                number(1, self.code.into()),
                octets(2, self.words.as_bytes()),
                octets(3, &any),
            ];
            set(
                "grpc-status-details-bin",
                STANDARD_NO_PAD.encode(status.concat()),
            );
        }
        response
    }
}

impl From<FabricError> for Refusal {
    fn from(e: FabricError) -> Self {
        Self::bare(UNKNOWN, e.0)
    }
}

impl Node {
    fn answer(&mut self, method: &str, request: &[u8]) -> Result<Vec<u8>, Refusal> {
        self.calls.push(method.to_owned());
        let request = Message::parse(request)?;
        let mut message = match method {
            "Evaluate" => {
                let result = self.evaluate(request.message(3)?)?;
                octets(1, &[number(1, 200), octets(3, &result)].concat())
            }
            "Endorse" => {
                let proposal = signed(&request.message(3)?)?;
                let words = "failed to endorse transaction, see attached details for more info";
                let refused = |detail: String| Refusal {
                    code: ABORTED,
                    words: words.to_owned(),
                    detail: Some(detail),
                };
                if self.refusing {
                    return Err(refused("chaincode response 500, not allowed".to_owned()));
                }
                let payload = self.channel.endorse(proposal).map_err(refused)?;
                octets(1, &octets(1, &payload))
            }
            "Submit" => {
                let ordered = self.channel.order(request.octets(3)?);
                let id = ordered.map_err(|words| Refusal::bare(ABORTED, &words))?;
                if !self.taken.contains(&id) {
                    self.taken.push(id);
                }
                Vec::new()
            }
            _ => return Err(Refusal::bare(UNIMPLEMENTED, "unknown method")),
        };
        if let Some(twist) = &self.twist {
            twist(method, &mut message);
        }
        Ok(message)
    }

    /// The system chaincode that hands out the ledger.
    fn evaluate(&self, proposed: Message<'_>) -> Result<Vec<u8>, Refusal> {
        let channel = match self.fault {
            Some(Fault::WrongNetwork) => &self.other,
            _ => &self.channel,
        };
        let proposal = Message::parse(signed(&proposed)?)?;
        let spec = proposal.message(2)?.message(1)?.message(1)?;
        let arguments = spec.message(3)?.all(1)?;
        let text = |at: usize| {
            let argument = arguments.get(at).copied().unwrap_or_default();
            std::str::from_utf8(argument).unwrap_or_default()
        };
        if spec.message(2)?.text(2)? != "qscc" || text(1) != "evidence-channel" {
            return Err(Refusal::bare(UNKNOWN, "no such chaincode or channel"));
        }
        let number_of = match text(0) {
            "GetChainInfo" => {
                let height = u64::try_from(channel.height()).unwrap_or_default();
                return Ok(number(1, height));
            }
            "GetBlockByNumber" => text(2).parse().ok(),
            "GetBlockByTxID" => channel.place(text(2)),
            _ => None,
        };
        let block = number_of.and_then(|number| channel.block(number));
        let mut block = block.map(<[u8]>::to_vec).ok_or_else(|| {
            let id = text(2);
            let words = format!(
                "evaluate call to endorser returned error: Failed to get block for txID {id}, error no such transaction ID [{id}] in index"
            );
            Refusal::bare(UNKNOWN, &words)
        })?;
        if self.fault == Some(Fault::Lie) {
            let middle = block.len() / 2;
            if let Some(octet) = block.get_mut(middle) {
                *octet ^= 1;
            }
        }
        Ok(block)
    }
}

/// A proposal that its creator signed.
fn signed<'a>(proposed: &Message<'a>) -> Result<&'a [u8], Refusal> {
    let proposal = proposed.octets(1)?;
    let header = Message::parse(proposal)?.message(1)?;
    let creator = Identity::parse(header.message(2)?.octets(1)?)?;
    match creator.signed(proposal, proposed.octets(2)?) {
        true => Ok(proposal),
        false => Err(Refusal::bare(UNAUTHENTICATED, "access denied")),
    }
}
