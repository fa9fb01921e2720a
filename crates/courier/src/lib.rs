//! Everything that dials out.
//!
//! A [`Courier`] carries a time-stamp request to an authority and its reply back (RFC 3161 §3.4).
//! It also fetches revocation lists (RFC 5280 §4.2.1.13) and asks OCSP responders (RFC 6960). It reads none of them: judging a reply is the verifier's work. What it does judge is the transport:
//! only `http` and `https`, no redirects, one type of reply, a bounded size and a bounded time, and
//! no proxy unless one was asked for.
//!
//! Whatever happens, a [`Delivery`] says what left the machine and for where ([`Egress`]), so that
//! it can be logged also when nothing useful came back.
//!
//! A [`Rail`] anchors 32 octets at a log or chain of others; what it sends goes through a [`Wire`].
//!
//! [`public_authorities`] is a dated list of authorities that others run. Nothing here contacts any
//! of them by itself.
#![forbid(unsafe_code)]

mod authorities;
mod courier;
mod error;
mod look;
mod rail;
pub mod rails;
mod secret;
mod wire;

pub use authorities::{
    Access, AuthoritiesError, AuthorityList, Bilingual, PublicAuthority, Standing,
    public_authorities,
};
pub use courier::{
    Courier, CourierOptions, Delivery, Egress, Errand, MAX_REPLY_BYTES, OCSP_QUERY_TYPE,
    OCSP_REPLY_TYPE, QUERY_TYPE, REPLY_TYPE, Route, without_credentials,
};
pub use error::CourierError;
pub use look::Seen;
pub use rail::{Adapter, Evidence, Probe, Rail, RailError, State, Supplies, Ticket};
pub use secret::{Secret, SecretKey};
pub use wire::Wire;
