//! What a server received and sent, as it is told afterwards.

use std::net::SocketAddr;

use crate::Scheme;

/// A run of octets of which no more than a bound was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Octets {
    /// The first octets, up to the bound.
    pub kept: Vec<u8>,
    /// How many there were.
    pub length: u64,
    /// SHA-256 of all of them, kept or not.
    pub sha256: [u8; 32],
}

impl Octets {
    /// Whether every octet was kept.
    pub fn is_whole(&self) -> bool {
        u64::try_from(self.kept.len()) == Ok(self.length)
    }
}

/// Who sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The client.
    Received,
    /// This server.
    Sent,
}

/// A frame of a WebSocket (RFC 6455 §5.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Who sent it.
    pub direction: Direction,
    /// The last of its message.
    pub fin: bool,
    /// 1 text, 2 binary, 8 close, 9 ping, 10 pong.
    pub opcode: u8,
    /// The payload, unmasked.
    pub payload: Vec<u8>,
}

/// A request and what was sent for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// The number of its connection in the transcript.
    pub connection: usize,
    /// Plain or TLS.
    pub scheme: Scheme,
    /// The `Host` as sent, its port included; empty where there was none.
    pub host: String,
    /// The port of the listener.
    pub port: u16,
    /// The method, case as sent.
    pub method: String,
    /// The request target (RFC 9112 §3.2), as sent.
    pub target: String,
    /// The head of the request with its empty line.
    pub request_head: Vec<u8>,
    /// The body of the request as on the wire, chunk framing included. After an upgrade: the frames
    /// of the client, masked as they came.
    pub request_body: Octets,
    /// Heads of interim answers (RFC 9110 §15.2), one after the other.
    pub interim: Vec<u8>,
    /// The head of the final answer with its empty line, exactly as sent.
    pub response_head: Vec<u8>,
    /// The body as on the wire, chunk framing and trailer included. After an upgrade: the frames of
    /// the server.
    pub response_body: Octets,
    /// The status of the final answer; 0 if none was sent.
    pub status: u16,
    /// Whether all that the site meant to send was handed to the network. Where it was not, the
    /// client may have read less than stands here, and after a failed write a little more.
    pub finished: bool,
    /// The frames of a WebSocket in the order in which they were read and written.
    pub frames: Vec<Frame>,
}

/// How a connection ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum End {
    /// It has not.
    Open,
    /// The client closed or reset it.
    Client,
    /// The server closed after an answer, as the answer or the request had it.
    Served,
    /// The server reset it, as the answer had it.
    Reset,
    /// The client was silent for longer than [`crate::Bounds::idle`].
    Idle,
    /// The client chose `h2` by ALPN, which is offered and not spoken.
    HttpTwo,
    /// TLS did not come about; what `rustls` says of it.
    Handshake(String),
    /// The octets were no request within the bounds.
    Malformed(&'static str),
    /// The server stopped.
    Stopped,
    /// The network failed; what the system says of it.
    Failed(String),
}

/// A connection: all it carried, after TLS was taken off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// Its number in the transcript.
    pub number: usize,
    /// Which of the listeners took it.
    pub listener: usize,
    /// Plain or TLS.
    pub scheme: Scheme,
    /// The address of the listener.
    pub local: SocketAddr,
    /// The address of the client.
    pub peer: SocketAddr,
    /// The server name of TLS (RFC 6066 §3).
    pub server_name: Option<String>,
    /// What ALPN chose.
    pub alpn: Option<String>,
    /// Requests and answers, in order.
    pub exchanges: Vec<Exchange>,
    /// Octets received that no exchange took.
    pub stray: Octets,
    /// How it ended.
    pub end: End,
}

impl Connection {
    /// Everything received that was kept, in order.
    pub fn received(&self) -> Vec<u8> {
        let mut octets = Vec::new();
        for exchange in &self.exchanges {
            octets.extend_from_slice(&exchange.request_head);
            octets.extend_from_slice(&exchange.request_body.kept);
        }
        octets.extend_from_slice(&self.stray.kept);
        octets
    }

    /// Everything sent that was kept, in order.
    pub fn sent(&self) -> Vec<u8> {
        let mut octets = Vec::new();
        for exchange in &self.exchanges {
            octets.extend_from_slice(&exchange.interim);
            octets.extend_from_slice(&exchange.response_head);
            octets.extend_from_slice(&exchange.response_body.kept);
        }
        octets
    }
}

/// What a server did up to a moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transcript {
    /// Every connection, in the order in which they were accepted.
    pub connections: Vec<Connection>,
    /// Connections closed unserved because there were too many at once.
    pub refused: u64,
}

impl Transcript {
    /// Every exchange, by connection.
    pub fn exchanges(&self) -> impl Iterator<Item = &Exchange> {
        self.connections
            .iter()
            .flat_map(|connection| &connection.exchanges)
    }
}
