//! OpenTimestamps proofs (`.ots`): a digest, a tree of operations on it, and at the leaves who attests what came out.
//!
//! The codec is strict: what it accepts it writes again octet by octet. An attestation of a kind that is not known is
//! kept and does not disturb the others.

mod attestation;
mod octets;
mod operation;
mod path;
mod tree;

pub use attestation::{Attestation, Tag};
pub use operation::{DigestKind, Digester, Operation};
pub use path::{ItemPath, ItemPathError, of_item, up};
pub use tree::{Branch, Timestamp};

use octets::Reader;

/// First octets of a detached file.
pub const MAGIC: &[u8; 31] = b"\x00OpenTimestamps\x00\x00Proof\x00\xbf\x89\xe2\xe8\x84\xe8\x92\x94";
/// The only version there is.
const VERSION: u64 = 1;

/// Why a file is no proof. Offsets are octets from its start.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OtsError {
    /// Not the first octets of a detached timestamp.
    #[error("it does not start as an OpenTimestamps proof")]
    Magic,
    /// A version that is not known.
    #[error("version {0} is not known")]
    Version(u64),
    /// An operation that is not known, or that may not stand there.
    #[error("operation {tag:02x} at {at} is not known")]
    Operation {
        /// Its octet.
        tag: u8,
        /// Where.
        at: usize,
    },
    /// Octets are missing, or a number or text is not written as it must be.
    #[error("what stands at {0} is cut off or malformed")]
    Form(usize),
    /// A message of more than 4,096 octets, or of none.
    #[error("the result of the operation at {0} is too long")]
    Message(usize),
    /// More than the bound on nodes or depth.
    #[error("the tree is too large at {0}")]
    Size(usize),
    /// Octets after the tree.
    #[error("octets follow the proof at {0}")]
    Trailing(usize),
}

/// A detached proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// What the digest was made with.
    pub kind: DigestKind,
    /// The tree; its message is the digest of the file.
    pub timestamp: Timestamp,
}

impl Proof {
    /// Reads a proof.
    ///
    /// # Errors
    /// [`OtsError`]: the first thing out of place.
    pub fn parse(bytes: &[u8]) -> Result<Self, OtsError> {
        let mut reader = Reader::new(bytes);
        if reader.take(MAGIC.len()).ok() != Some(MAGIC.as_slice()) {
            return Err(OtsError::Magic);
        }
        let version = reader.number()?;
        if version != VERSION {
            return Err(OtsError::Version(version));
        }
        let at = reader.at();
        let tag = reader.octet()?;
        let kind = DigestKind::of(tag).ok_or(OtsError::Operation { tag, at })?;
        let digest = reader.take(kind.len())?.to_vec();
        let timestamp = Timestamp::read(&mut reader, digest)?;
        match reader.is_at_end() {
            true => Ok(Self { kind, timestamp }),
            false => Err(OtsError::Trailing(reader.at())),
        }
    }

    /// The digest of the file.
    #[must_use]
    pub fn digest(&self) -> &[u8] {
        &self.timestamp.message
    }

    /// As a file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        octets::put_number(&mut out, VERSION);
        out.push(self.kind.tag());
        out.extend_from_slice(self.digest());
        self.timestamp.write(&mut out);
        out
    }
}
