//! A web server on the loopback interface that keeps every octet it received and sent.
//!
//! What a recorder claims to have seen can only be judged against what was really sent. A [`Server`]
//! answers from a [`Site`] and keeps a [`Transcript`]: for each connection, after TLS was taken off,
//! each [`Exchange`] with its heads and bodies as they stood on the wire, chunk framing included.
//!
//! Three uses: the recorder's self-test before each capture ([`selftest`]), an archive shown again
//! for the court ([`replay`]), and the hard pages that tests capture (`sites`, a feature for development).
//!
//! It speaks HTTP/1.1 (RFC 9112) and WebSocket (RFC 6455), and takes only addresses in 127.0.0.0/8.
//! It holds no clock: no answer carries a `Date` unless its site wrote one.
#![forbid(unsafe_code)]

mod answer;
mod bounds;
mod connection;
mod credential;
mod deliver;
mod encoding;
mod generated;
mod head;
mod keeping;
mod listen;
pub mod media;
pub mod replay;
mod request;
mod requests;
pub mod selftest;
mod server;
mod site;
#[cfg(feature = "sites")]
pub mod sites;
mod stop;
mod transcript;
mod websocket;
mod wire;

pub use answer::{After, Answer, Body, Event};
pub use bounds::Bounds;
pub use credential::{Credential, CredentialError, Issuer, Validity};
pub use encoding::{Coding, encode};
pub use generated::generated;
pub use head::Head;
pub use listen::{Alpn, Endpoint, Listen, Scheme, Security};
pub use request::Request;
pub use server::{Options, Server, StartError};
pub use site::Site;
pub use transcript::{Connection, Direction, End, Exchange, Frame, Octets, Transcript};
