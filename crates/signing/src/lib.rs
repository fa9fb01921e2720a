//! Signatures of certificates: PAdES (ETSI EN 319 142-1) inside the PDF, and CMS beside any file.
//!
//! # Levels
//!
//! * B-B: [`sign`] without a source of time-stamps.
//! * B-T: [`sign`] with one; the token is over the signature's value.
//! * B-LT: [`add_validation_data`] after the last signature.
//! * B-LTA: [`time_stamp`] after that. Renewal, before the authority's certificate ends or an algorithm weakens, is
//!   [`add_validation_data`] for the last time-stamp and another [`time_stamp`].
//!
//! Each step appends to the file and changes none of its octets, and keeps PDF/A-3a and PDF/UA-1.
//!
//! # Several signers
//!
//! The first signature declares every field that will be signed, and certifies the file: from then on it may change only
//! by signatures in those fields, validation data and document time-stamps (DocMDP with P 2). A handler, an approver and
//! an office sign one after the other, each a field of its own with a key of their own.
//!
//! # What it does not do
//!
//! It fetches nothing and reads no clock: time, time-stamps and revocation are arguments. [`prepare`] and
//! [`Prepared::finish`] are [`sign`] in two halves, for keys that sign elsewhere.

#![forbid(unsafe_code)]

mod algorithm;
mod certificate;
mod check;
mod cms;
mod contents;
mod der;
mod detached;
mod error;
mod field;
mod key;
mod page;
mod pkcs11;
mod pkcs12;
mod revocation;
mod seal;
mod security_store;
mod sign;
mod stamp;
mod structure;
mod update;

pub use algorithm::Algorithm;
pub use check::{CheckError, check};
pub use detached::Detached;
pub use error::SignError;
pub use field::{Place, SignatureField};
pub use key::{KeyError, PinTries, SignKey};
pub use pkcs11::{Driver, KeyName, Pkcs11Key, Token, TokenCertificate, TokenName};
pub use pkcs12::Pkcs12Key;
pub use revocation::{Revocation, Standing, speaks_of};
pub use seal::{Seal, SealError};
pub use security_store::{ValidationData, add_validation_data};
pub use sign::{
    Prepared, SignFailure, SignatureRequest, SigningTime, StampSource, TOKEN_ROOM, imprint,
    prepare, sign,
};
pub use stamp::{PreparedStamp, prepare_time_stamp, time_stamp};
