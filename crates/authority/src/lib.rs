//! A local time-stamping authority (RFC 3161) for demonstrations and tests.
//!
//! An [`Authority`] is a root certificate and a time-stamping certificate below it, both made when
//! it starts from entropy that the caller gives. Nothing is compiled in and nothing is written to
//! disk: when the value is dropped its keys are gone, and nobody can add a token later.
//!
//! [`Authority::reply`] is a function from bytes and a time to bytes. [`Authority::serve`] puts it
//! behind HTTP on the loopback interface, for clients that only know addresses.
//!
//! It proves nothing about time to anyone who did not start it. An authority made for a
//! demonstration says so in the subject of both certificates ([`DEMONSTRATION_MARK`]) and in the
//! policy of every token ([`DEMONSTRATION_POLICY`]).
#![forbid(unsafe_code)]

mod asn1;
mod authority;
mod certificate;
mod key;
mod moment;
pub mod parts;
mod policy;
mod reply;
mod server;
mod token;

pub use authority::{
    Authority, AuthorityError, AuthorityOptions, DEMONSTRATION_MARK, DEMONSTRATION_POLICY,
    EntropyUnavailable, LIST_PATH, MAX_ORGANISATION_CHARACTERS,
};
pub use key::KeyKind;
pub use server::{MAX_REQUEST_BYTES, Server};
