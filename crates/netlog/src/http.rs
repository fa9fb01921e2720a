//! HTTP/1.1 (RFC 9112) over recorded streams, to the octet and as the browser reads it.
//!
//! Requests and responses are paired in order. Nothing is dropped: each octet of a connection belongs to an exchange
//! or to a [`Remainder`] with its reason. Ranges are into the connection's streams, so that nothing is copied.

mod chunked;
mod head;
mod message;
mod split;

use std::borrow::Cow;
use std::ops::Range;

use crate::connection::{Connection, Direction};
use crate::log::SourceId;

pub use head::{Fields, fields};
pub(crate) use split::take_apart;

/// One request and what was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// The connection's source.
    pub connection: SourceId,
    /// Its place on the connection, from 0.
    pub index: usize,
    /// The target as an absolute address: scheme of the connection and `Host`, or the target itself where it is
    /// absolute. The scheme of a WebSocket is `ws` or `wss`.
    pub url: String,
    /// What was asked.
    pub request: Request,
    /// Heads of interim responses (RFC 9110 §15.2) before the response, in the stream received.
    pub interim: Vec<Range<usize>>,
    /// What was answered.
    pub response: Option<Response>,
    /// Both streams from the switch of protocols on, after `101` or a successful `CONNECT`.
    pub upgrade: Option<Upgrade>,
    /// Why the exchange is not whole.
    pub problem: Option<Problem>,
    /// When its first octet was sent. Unix milliseconds.
    pub started: i64,
    /// When its last octet passed, or the end of the stream where that ends the body. Unix milliseconds.
    pub ended: i64,
}

/// The request; ranges are into the stream sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// From the request line to the empty line.
    pub head: Range<usize>,
    /// The content as it was framed.
    pub body: Range<usize>,
    /// How the content ends.
    pub framing: Framing,
    /// The method.
    pub method: String,
    /// The target as sent.
    pub target: String,
}

/// The response; ranges are into the stream received.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// From the status line to the empty line.
    pub head: Range<usize>,
    /// The content as it was framed: with sizes of chunks and trailers where there are any.
    pub body: Range<usize>,
    /// How the content ends.
    pub framing: Framing,
    /// The status code.
    pub status: u16,
}

/// How content ends (RFC 9112 §6.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Framing {
    /// There is none.
    #[default]
    Absent,
    /// After as many octets as `Content-Length` says.
    Length(u64),
    /// After the last chunk and its trailers.
    Chunked,
    /// When the server closes the connection.
    UntilClose,
}

/// A connection that went over to another protocol.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Upgrade {
    /// The protocol in lower case, such as `websocket`; `connect` for a tunnel.
    pub protocol: String,
    /// All that was sent from then on.
    pub sent: Range<usize>,
    /// All that was received from then on.
    pub received: Range<usize>,
}

/// Why an exchange is not whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The content of the request is shorter than its framing says.
    RequestCut,
    /// Nothing was received for it.
    NoResponse,
    /// What was received ends inside the head of the response.
    ResponseHeadCut,
    /// What was received is no response of HTTP/1.x.
    NotHttp,
    /// `Content-Length` is there with different values.
    ConflictingLength,
    /// The content is shorter than `Content-Length`.
    BodyCut {
        /// What the head says.
        expected: u64,
        /// What was received.
        received: u64,
    },
    /// The last chunk is missing.
    ChunksCut,
    /// Inside the content stands something that is no chunk; it and all that follows is a remainder.
    ChunksMalformed,
    /// The content lasts until the server closes, and the server had not: the page was left, or the log ends. So
    /// with every stream of events (`text/event-stream`) that the page kept open.
    NotEnded,
}

/// Octets that belong to no exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remainder {
    /// In which stream.
    pub direction: Direction,
    /// Where.
    pub range: Range<usize>,
    /// Why.
    pub reason: Stray,
}

/// Why octets belong to no exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stray {
    /// The connection does not speak HTTP/1.1.
    Protocol,
    /// A head without its end.
    HeadCut,
    /// No head of HTTP/1.x.
    NotHttp,
    /// Empty lines or up to four octets before a head, which browsers pass over.
    Junk,
    /// Received although nothing more was asked.
    Unasked,
    /// What follows content whose end cannot be known.
    AfterFault,
    /// What lies beyond [`crate::Budget::exchanges`].
    Budget,
}

impl Exchange {
    /// Whether request and response are there to the last octet.
    #[must_use]
    pub fn complete(&self) -> bool {
        self.problem.is_none()
    }

    /// The request's head on that connection.
    #[must_use]
    pub fn request_head<'c>(&self, connection: &'c Connection) -> &'c [u8] {
        connection.octets(Direction::Sent, &self.request.head)
    }

    /// The request's content as framed.
    #[must_use]
    pub fn request_body_raw<'c>(&self, connection: &'c Connection) -> &'c [u8] {
        connection.octets(Direction::Sent, &self.request.body)
    }

    /// The response's head; empty where there is none.
    #[must_use]
    pub fn response_head<'c>(&self, connection: &'c Connection) -> &'c [u8] {
        let head = self.response.as_ref().map(|response| &response.head);
        head.map_or(&[], |head| connection.octets(Direction::Received, head))
    }

    /// The response's content as framed.
    #[must_use]
    pub fn response_body_raw<'c>(&self, connection: &'c Connection) -> &'c [u8] {
        let body = self.response.as_ref().map(|response| &response.body);
        body.map_or(&[], |body| connection.octets(Direction::Received, body))
    }

    /// The request's content without chunks; content codings stay.
    #[must_use]
    pub fn request_body<'c>(&self, connection: &'c Connection) -> Cow<'c, [u8]> {
        unframed(self.request.framing, self.request_body_raw(connection))
    }

    /// The response's content without chunks; content codings (`gzip` …) stay.
    #[must_use]
    pub fn response_body<'c>(&self, connection: &'c Connection) -> Cow<'c, [u8]> {
        let framing = self
            .response
            .as_ref()
            .map_or(Framing::Absent, |response| response.framing);
        unframed(framing, self.response_body_raw(connection))
    }

    /// The status code.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.response.as_ref().map(|response| response.status)
    }
}

fn unframed(framing: Framing, raw: &[u8]) -> Cow<'_, [u8]> {
    match framing {
        Framing::Chunked => Cow::Owned(chunked::content(raw)),
        _ => Cow::Borrowed(raw),
    }
}
