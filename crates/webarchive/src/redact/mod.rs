//! The copy for the court: secrets masked, and nothing hidden about that.
//!
//! **What is masked.** Values of `Cookie` and `Set-Cookie`, of `Authorization` and its like, of fields in queries and
//! request bodies whose name looks like a password, and every other occurrence of such a value of eight octets or more,
//! in any record. A masked octet is `*`; lengths and offsets stay. Each place is listed with its kind and name.
//!
//! **What proves it.** For each place there is a commitment: SHA-256(nonce ‖ octets), the nonce being the first 16 octets
//! of HMAC-SHA-256(mask key, record id ‖ offset as eight octets, big-endian); for a place in `WARC-Target-URI` the words
//! `#WARC-Target-URI` stand between id and offset. For each masked record there is one over its whole original block,
//! its nonce from HMAC-SHA-256(mask key, record id). Whoever holds the originals and the key can show that the copy
//! derives from them ([`verify_derivation`]); whoever holds the copy alone can see that nothing else was masked than
//! listed ([`check_redactions`]) and is bound to no more.
//!
//! **The mask key is withheld with the originals.** A plain digest of a PIN of four digits is as good as the PIN: ten
//! thousand guesses find it. The same holds for a plain digest of a record, or of an archive, that differs from the copy
//! in such a PIN alone. Digests of originals must therefore not travel with the copy unless salted as they are here.
//!
//! **What is not searched.** Bodies under a coding other than gzip, and gzip beyond a budget, are listed as
//! [`Redactions::unsearched`]: a value could stand in them. A gzip or chunked body in which a value is found, without
//! standing there plainly, is masked whole. Bodies of responses are searched for known values, not for names.

mod check;
mod echo;
mod find;
mod json;
mod mask;
mod names;

pub use check::{DerivationCheck, RedactionCheck};
pub use check::{RedactionFault, check_redactions, verify_derivation};
pub use mask::{Masker, Scan, mask};

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};

/// What stands for a masked octet.
pub const MASK: u8 = b'*';
/// `format` of [`Redactions`].
pub const FORMAT: &str = "fidem-redactions/1";
/// Where the list stands in the copy.
pub const MEMBER: &str = "fidem/redactions.json";
/// Shortest value that is looked for elsewhere: shorter ones occur by chance.
pub const MIN_ECHO: usize = 8;

/// All that was masked: `fidem/redactions.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redactions {
    /// `fidem-redactions/1`.
    pub format: String,
    /// Masked records in the order of the archive.
    pub records: Vec<MaskedRecord>,
    /// Ids of records whose body could not be searched.
    pub unsearched: Vec<String>,
}

/// One masked record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaskedRecord {
    /// `WARC-Record-ID` without brackets; the copy keeps it.
    pub record_id: String,
    /// Commitment to the whole original block, hexadecimal.
    pub original: String,
    /// Masked places: those of the target first, then those of the block, each in order and without overlap.
    pub redactions: Vec<Redaction>,
}

/// One masked place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redaction {
    /// In what the offset counts.
    pub part: Part,
    /// Of the first masked octet.
    pub offset: u64,
    /// In octets.
    pub length: u64,
    /// What stood there.
    pub kind: Kind,
    /// Of the cookie, header or field.
    pub name: String,
    /// Commitment to the octets that stood there, hexadecimal.
    pub commitment: String,
}

/// A part of a record that can be masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// The value of `WARC-Target-URI`.
    TargetUri,
    /// The block.
    Block,
}

/// Kinds of secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A value in `Cookie`.
    Cookie,
    /// The value of `Set-Cookie`; name and attributes stay.
    SetCookie,
    /// `Authorization`, `Proxy-Authorization`; the scheme stays.
    Authorization,
    /// Another header that carries a secret.
    Header,
    /// A field of a query.
    Query,
    /// A field of a request body.
    Body,
    /// A value of one of the above, met elsewhere.
    Echo,
    /// A whole body, because a value stands in it under a coding.
    CodedBody,
}

/// Why a list cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ListError {
    /// Not the JSON of [`Redactions`].
    #[error("not a list of redactions: {0}")]
    Json(String),
    /// Another format or version.
    #[error("format {0:?} is not known")]
    Format(String),
}

impl Redactions {
    /// Reads `fidem/redactions.json`.
    ///
    /// # Errors
    /// [`ListError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ListError> {
        let list: Self =
            serde_json::from_slice(bytes).map_err(|e| ListError::Json(e.to_string()))?;
        match list.format == FORMAT {
            true => Ok(list),
            false => Err(ListError::Format(list.format)),
        }
    }

    /// As it is written.
    ///
    /// # Errors
    /// [`ListError::Json`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, ListError> {
        let mut out =
            serde_json::to_vec_pretty(self).map_err(|e| ListError::Json(e.to_string()))?;
        out.push(b'\n');
        Ok(out)
    }

    /// How many places were masked.
    #[must_use]
    pub fn places(&self) -> usize {
        self.records.iter().map(|r| r.redactions.len()).sum()
    }
}

/// How the list names a member of the WACZ that is no record.
#[must_use]
pub fn member_id(name: &str) -> String {
    format!("urn:fidem:member:{name}")
}

/// SHA-256(nonce ‖ octets), hexadecimal.
fn commitment(nonce: &[u8; 16], octets: &[u8]) -> String {
    let mut hasher = fidem_fingerprint::Sha256Hasher::new();
    hasher.update(nonce);
    hasher.update(octets);
    fidem_fingerprint::hex::encode(&hasher.finish())
}

/// Of a place.
fn place_nonce(key: &[u8; 32], record_id: &str, part: Part, offset: u64) -> [u8; 16] {
    let part: &[u8] = match part {
        Part::Block => b"",
        Part::TargetUri => b"#WARC-Target-URI",
    };
    nonce(key, &[record_id.as_bytes(), part, &offset.to_be_bytes()])
}

/// Of a whole block.
fn record_nonce(key: &[u8; 32], record_id: &str) -> [u8; 16] {
    nonce(key, &[record_id.as_bytes()])
}

fn nonce(key: &[u8; 32], message: &[&[u8]]) -> [u8; 16] {
    // RFC 2104 §2: a key shorter than the block is filled up with zeros
    let mut block = [0; 64];
    block[..32].copy_from_slice(key);
    let mut mac = Hmac::<sha2::Sha256>::new(&block.into());
    for part in message {
        mac.update(part);
    }
    let whole: [u8; 32] = mac.finalize().into_bytes().into();
    let mut out = [0; 16];
    out.copy_from_slice(&whole[..16]);
    out
}
