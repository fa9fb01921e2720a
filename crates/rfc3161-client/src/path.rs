//! Certification paths: built from what is at hand, validated by RFC 5280 §6.1 at a time that is an argument.

mod build;
mod constraints;
mod known;
mod policy;
mod validate;

pub(crate) use build::{AnchorCertificate, Occasion, Path, Purpose, Search};
pub use known::KnownLinks;

pub(crate) use validate::permit_signing;

use crate::time::UnixTime;

/// A certificate that is trusted by decision, not by signature. It may be a root, an intermediate authority or the
/// signer itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Anchor {
    /// The certificate in DER.
    pub certificate: Vec<u8>,
    /// Start of the time during which it is trusted; with `valid_to` it stands in place of the certificate's own.
    pub valid_from: Option<UnixTime>,
    /// End of the time during which it is trusted.
    pub valid_to: Option<UnixTime>,
    /// Policies, dotted, for whose tokens it is trusted; empty is all.
    pub policies: Vec<String>,
    /// Whether its signers may carry the time-stamping purpose without the critical flag that RFC 3161 §2.3 demands:
    /// an exception that the trust file dates and gives reasons for.
    pub allow_non_critical_eku: bool,
}

impl Anchor {
    /// An anchor without conditions of its own.
    pub fn of(certificate: Vec<u8>) -> Self {
        Self {
            certificate,
            ..Self::default()
        }
    }
}
