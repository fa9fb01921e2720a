//! What was fingerprinted, as bytes that mean one thing only.
//!
//! Every statement of Fidem (item record, manifest, seal, revision, partial proof) is canonical JSON after RFC 8785
//! with integers only, so that equal statements are equal bytes and a digest names a statement. The byte formats are
//! written down in `docs/format/`; this crate is their one implementation.
//!
//! The crate is pure: it knows no files, no clock and no randomness. Times and nonces come in as arguments.
#![forbid(unsafe_code)]

mod anchor;
pub mod canonical;
mod class;
mod facts;
mod item;
mod journal;
mod listing;
mod member;
mod partial;
mod revision;
mod seal;
mod status;

pub use anchor::{Access, AdapterRef, Anchor, AnchorPlace, AnchorState, Disclosure};
pub use class::{ClassRefused, ProofScope, SourceClass};
pub use facts::{Art14Kind, Art18, Carrier, Facts, Network, Origin, OriginalCarrier};
pub use item::{Content, ItemRecord, Lowered, Times};
pub use journal::{Head, JournalExtract, Link, chain};
pub use listing::{CaseRef, Entry, Manifest};
pub use member::{evidence_member, safe_name};
pub use partial::{LeafProof, Partial};
pub use revision::Revision;
pub use seal::{JournalHead, ManifestDigest, OfficeRef, Seal};
pub use status::{DocumentStanding, ListedDocument, StatusList};

/// The nonce that keeps a leaf from being guessed from a guessable file: 16 bytes of the system's secure source.
pub type Nonce = [u8; 16];

/// Why bytes are not the statement they should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StatementError {
    /// The bytes are not canonical JSON.
    #[error(transparent)]
    Canonical(#[from] canonical::CanonicalError),
    /// The JSON has not the fields of the statement.
    #[error("not a {format}: {reason}")]
    Shape {
        /// The format that was expected.
        format: &'static str,
        /// What the reader met, in the words of the JSON reader.
        reason: String,
    },
    /// The statement names another format or a newer version of it.
    #[error("format {found:?} where {expected:?} was expected")]
    Format {
        /// What was expected.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
    /// A digest, nonce or root is not lower-case hex of the right length.
    #[error("{field} is not lower-case hex of {octets} octets")]
    Hex {
        /// The field.
        field: &'static str,
        /// Its length in octets.
        octets: usize,
    },
    /// The statement is longer than its format allows.
    #[error("{format} of {found} bytes, at most {limit} allowed")]
    TooLong {
        /// The format.
        format: &'static str,
        /// Length met.
        found: usize,
        /// Length allowed.
        limit: usize,
    },
    /// A number in the statement contradicts another.
    #[error("{0}")]
    Inconsistent(&'static str),
}

/// Reads a statement: canonical bytes, the fields of `T`, and the expected format name.
fn read<T>(bytes: &[u8], format: &'static str) -> Result<T, StatementError>
where
    T: serde::de::DeserializeOwned + Versioned,
{
    canonical::check_statement(bytes)?;
    let value: T = serde_json::from_slice(bytes).map_err(|e| StatementError::Shape {
        format,
        reason: e.to_string(),
    })?;
    if value.format() != format {
        return Err(StatementError::Format {
            expected: format,
            found: value.format().to_owned(),
        });
    }
    Ok(value)
}

/// Demands a random id or nonce as statements spell it: 32 lower-case hex digits.
fn random_id(text: &str, field: &'static str) -> Result<Nonce, StatementError> {
    fidem_fingerprint::hex::decode(text)
        .and_then(|bytes| Nonce::try_from(bytes).ok())
        .ok_or(StatementError::Hex { field, octets: 16 })
}

/// A statement that carries its format name.
trait Versioned {
    /// The format name, for example `fidem-seal/1`.
    fn format(&self) -> &str;
}
