//! What a browser wrote of its own network traffic (Chromium NetLog, capture mode `Everything`), read into connections,
//! exchanges and their circumstances, byte for byte.
//!
//! ```
//! # fn main() -> Result<(), fidem_netlog::NetLogError> {
//! # let pieces: [&[u8]; 0] = [];
//! let mut reader = fidem_netlog::Reader::new(fidem_netlog::Budget::default());
//! for piece in pieces {
//!     reader.feed(piece)?;
//! }
//! # if false {
//! let log = reader.finish()?;
//! for (connection, exchange) in log.exchanges() {
//!     let head = exchange.response_head(connection);
//!     let body = exchange.response_body(connection);
//! }
//! # }
//! # Ok(())
//! # }
//! ```
//!
//! * The format is Chromium's own and not promised to last: event numbers are resolved by the names in the log's first
//!   line, and a log that lacks the names needed is refused. A recorder must be tried against a known site before it is
//!   relied on.
//! * A log cut anywhere gives everything up to its last whole event, and says so ([`Log::cut`]).
//! * Not covered: HTTP/2 ([`Protocol::H2`]) and HTTP/3 ([`Log::datagrams`]), which the recorder turns off; WebRTC; what
//!   came from the browser's cache ([`CacheUse`]).
//! * Nothing here is a proof that the browser told the truth. [`handshake`] checks one thing that only the server
//!   could have made.
#![forbid(unsafe_code)]

mod budget;
mod connection;
mod constants;
mod error;
mod event;
pub mod handshake;
pub mod http;
mod log;
mod reader;
mod record;
pub mod websocket;

pub use budget::{Budget, Limit};
pub use connection::{Connection, Direction, Mark, Message, Protocol, Stream, Tls, Verdict};
pub use error::NetLogError;
pub use http::{Exchange, Framing, Problem, Remainder, Stray, Upgrade};
pub use log::{
    CacheUse, Client, Contact, Datagrams, FailedConnect, Hop, Log, Lookup, ProxyChange, Request,
    Resolver, Sending, SourceId,
};
pub use reader::Reader;
