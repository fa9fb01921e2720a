//! TCP connections and every octet on them.

use std::ops::Range;

use crate::http::{Exchange, Remainder};
use crate::log::SourceId;

/// One TCP connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Connection {
    /// The socket's source.
    pub id: SourceId,
    /// Our address and port.
    pub local: Option<String>,
    /// The peer's address and port.
    pub peer: Option<String>,
    /// When the socket was made.
    pub opened: i64,
    /// When it was closed; none when it was open at the end of the log.
    pub closed: Option<i64>,
    /// When the peer ended its side in order: TCP's FIN, or TLS's `close_notify`.
    pub peer_ended: Option<i64>,
    /// Name of the network error that ended reading or writing.
    pub error: Option<String>,
    /// Why the browser closed it, in its own words.
    pub close_reason: Option<String>,
    /// TLS, when it was used.
    pub tls: Option<Tls>,
    /// What is spoken on it.
    pub protocol: Protocol,
    /// Application data sent: what TLS carried, or what TCP carried.
    pub sent: Stream,
    /// Application data received.
    pub received: Stream,
    /// Octets before TLS began, both ways: a proxy's tunnel (RFC 9110 §9.3.6).
    pub tunnel: Option<(Stream, Stream)>,
    /// Octets of TCP under TLS, sent and received. They are counted, not kept.
    pub wire: (u64, u64),
    /// The exchanges of HTTP/1.1 in order.
    pub exchanges: Vec<Exchange>,
    /// Every octet that belongs to no exchange.
    pub remainders: Vec<Remainder>,
}

impl Connection {
    /// Octets of one of its streams; none where the range lies outside.
    #[must_use]
    pub fn octets(&self, direction: Direction, range: &Range<usize>) -> &[u8] {
        self.stream(direction)
            .bytes
            .get(range.clone())
            .unwrap_or_default()
    }

    /// The stream of that direction.
    #[must_use]
    pub fn stream(&self, direction: Direction) -> &Stream {
        match direction {
            Direction::Sent => &self.sent,
            Direction::Received => &self.received,
        }
    }
}

/// Which way octets went, seen from the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the browser.
    Sent,
    /// To the browser.
    Received,
}

/// What a connection speaks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Protocol {
    /// Nothing was sent or received on it.
    #[default]
    Unused,
    /// HTTP/1.1 (RFC 9112), taken apart.
    Http1,
    /// HTTP/2 (RFC 9113), not taken apart: what it carried is not covered.
    H2,
    /// Something else, by the name that was negotiated, or by none. Not taken apart.
    Other(String),
}

/// Octets of one direction and when they passed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stream {
    /// The octets, in order.
    pub bytes: Vec<u8>,
    /// One mark for each event of the log, in order.
    pub marks: Vec<Mark>,
}

/// When octets passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Octets of the stream up to and including these.
    pub end: usize,
    /// Unix milliseconds.
    pub at: i64,
}

impl Stream {
    /// When the octet at that offset passed; none beyond the end.
    #[must_use]
    pub fn time_at(&self, offset: usize) -> Option<i64> {
        let mark = self.marks.partition_point(|mark| mark.end <= offset);
        self.marks.get(mark).map(|mark| mark.at)
    }

    pub(crate) fn mark(&mut self, at: i64) {
        let end = self.bytes.len();
        self.marks.push(Mark { end, at });
    }
}

/// What is known of TLS on a connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tls {
    /// Such as `TLS 1.3`; none when the handshake did not finish.
    pub version: Option<String>,
    /// Number of the cipher suite (RFC 8446 §B.4).
    pub cipher_suite: Option<u16>,
    /// Number of the group of the key exchange (RFC 8446 §4.2.7).
    pub group: Option<u16>,
    /// Number of the signature scheme the server used (RFC 8446 §4.2.3). A resumed session repeats that of its first.
    pub signature_scheme: Option<u16>,
    /// Whether an earlier session was resumed, so that no certificate was sent here.
    pub resumed: bool,
    /// Whether the server took the encrypted ClientHello.
    pub encrypted_client_hello: bool,
    /// The protocol negotiated (RFC 7301); none when none was.
    pub alpn: Option<String>,
    /// The chain as received, DER, leaf first. A resumed session repeats that of its first.
    pub certificates: Vec<Vec<u8>>,
    /// Handshake messages in order, with their headers (RFC 8446 §4).
    pub messages: Vec<Message>,
    /// What the browser's own verification said of the chain; none when it had decided earlier or was told to accept.
    pub verdict: Option<Verdict>,
    /// Name of the network error with which the handshake ended.
    pub error: Option<String>,
}

impl Tls {
    /// The cipher suite's name (RFC 8446 §B.4, RFC 5289, RFC 7905), or its number.
    #[must_use]
    pub fn cipher_suite_name(&self) -> Option<String> {
        let number = self.cipher_suite?;
        let known = CIPHER_SUITES.iter().find(|(suite, _)| *suite == number);
        Some(known.map_or_else(|| format!("{number:#06x}"), |(_, name)| (*name).to_owned()))
    }
}

/// Every suite Chromium offers.
const CIPHER_SUITES: &[(u16, &str)] = &[
    (0x1301, "TLS_AES_128_GCM_SHA256"),
    (0x1302, "TLS_AES_256_GCM_SHA384"),
    (0x1303, "TLS_CHACHA20_POLY1305_SHA256"),
    (0xc02b, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"),
    (0xc02c, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"),
    (0xc02f, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
    (0xc030, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"),
    (0xcca8, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"),
    (0xcca9, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"),
    (0xc009, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"),
    (0xc00a, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"),
    (0xc013, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"),
    (0xc014, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"),
    (0x009c, "TLS_RSA_WITH_AES_128_GCM_SHA256"),
    (0x009d, "TLS_RSA_WITH_AES_256_GCM_SHA384"),
    (0x002f, "TLS_RSA_WITH_AES_128_CBC_SHA"),
    (0x0035, "TLS_RSA_WITH_AES_256_CBC_SHA"),
];

/// A handshake message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Which way.
    pub direction: Direction,
    /// Whether it is the inner ClientHello, which was sent only encrypted (RFC 9849).
    pub inner: bool,
    /// When.
    pub at: i64,
    /// The message with its header of four octets.
    pub bytes: Vec<u8>,
}

/// The browser's verification of a chain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Name of the network error; none when the chain was accepted.
    pub error: Option<String>,
    /// Names of the certificate status flags.
    pub flags: Vec<String>,
    /// Whether the root is one that comes with the browser, not one added on this machine.
    pub known_root: bool,
}
