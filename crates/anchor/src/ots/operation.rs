//! What is done to a message on the way to an attestation.

use fidem_fingerprint::Sha256Hasher;
use ripemd::Ripemd160;
use sha1::{Digest as _, Sha1};
use sha3::Keccak256;

use super::OtsError;
use super::octets::{Reader, put_counted};

/// Longest message, and longest operand.
const MAX_MESSAGE: usize = 4096;

/// A digest algorithm, of a file or on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DigestKind {
    /// FIPS 180-4; collisions are known, so that of a file it proves little.
    Sha1,
    /// ISO/IEC 10118-3.
    Ripemd160,
    /// FIPS 180-4.
    Sha256,
    /// Keccak-256 as Ethereum has it.
    Keccak256,
}

impl DigestKind {
    pub(super) fn of(tag: u8) -> Option<Self> {
        Some(match tag {
            0x02 => Self::Sha1,
            0x03 => Self::Ripemd160,
            0x08 => Self::Sha256,
            0x67 => Self::Keccak256,
            _ => return None,
        })
    }

    pub(super) fn tag(self) -> u8 {
        match self {
            Self::Sha1 => 0x02,
            Self::Ripemd160 => 0x03,
            Self::Sha256 => 0x08,
            Self::Keccak256 => 0x67,
        }
    }

    /// Octets of a digest.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "no digest is empty")]
    pub fn len(self) -> usize {
        match self {
            Self::Sha1 | Self::Ripemd160 => 20,
            Self::Sha256 | Self::Keccak256 => 32,
        }
    }

    /// A digest that is fed piece by piece.
    #[must_use]
    pub fn digester(self) -> Digester {
        Digester(match self {
            Self::Sha1 => State::Sha1(Sha1::new()),
            Self::Ripemd160 => State::Ripemd160(Ripemd160::new()),
            Self::Sha256 => State::Sha256(Box::new(Sha256Hasher::new())),
            Self::Keccak256 => State::Keccak256(Box::new(Keccak256::new())),
        })
    }

    /// The digest of octets.
    #[must_use]
    pub fn digest(self, octets: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha1 => Sha1::digest(octets).to_vec(),
            Self::Ripemd160 => Ripemd160::digest(octets).to_vec(),
            Self::Sha256 => fidem_fingerprint::sha256(octets).to_vec(),
            Self::Keccak256 => Keccak256::digest(octets).to_vec(),
        }
    }
}

/// A digest in the making.
pub struct Digester(State);

enum State {
    Sha1(Sha1),
    Ripemd160(Ripemd160),
    Sha256(Box<Sha256Hasher>),
    Keccak256(Box<Keccak256>),
}

impl Digester {
    /// Feeds octets.
    pub fn update(&mut self, octets: &[u8]) {
        match &mut self.0 {
            State::Sha1(state) => state.update(octets),
            State::Ripemd160(state) => state.update(octets),
            State::Sha256(state) => state.update(octets),
            State::Keccak256(state) => state.update(octets),
        }
    }

    /// The digest.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        match self.0 {
            State::Sha1(state) => state.finalize().to_vec(),
            State::Ripemd160(state) => state.finalize().to_vec(),
            State::Sha256(state) => state.finish().to_vec(),
            State::Keccak256(state) => state.finalize().to_vec(),
        }
    }
}

/// One step from a message to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operation {
    /// Its digest.
    Digest(DigestKind),
    /// Octets after it.
    Append(Vec<u8>),
    /// Octets before it.
    Prepend(Vec<u8>),
    /// Its octets backwards.
    Reverse,
    /// Its lowercase hexadecimal text.
    Hexlify,
}

impl Operation {
    pub(super) fn read(reader: &mut Reader<'_>, tag: u8) -> Result<Self, OtsError> {
        let at = reader.at().saturating_sub(1);
        Ok(match tag {
            0xf0 => Self::Append(reader.counted(1, MAX_MESSAGE)?.to_vec()),
            0xf1 => Self::Prepend(reader.counted(1, MAX_MESSAGE)?.to_vec()),
            0xf2 => Self::Reverse,
            0xf3 => Self::Hexlify,
            _ => Self::Digest(DigestKind::of(tag).ok_or(OtsError::Operation { tag, at })?),
        })
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Digest(kind) => out.push(kind.tag()),
            Self::Append(octets) => {
                out.push(0xf0);
                put_counted(out, octets);
            }
            Self::Prepend(octets) => {
                out.push(0xf1);
                put_counted(out, octets);
            }
            Self::Reverse => out.push(0xf2),
            Self::Hexlify => out.push(0xf3),
        }
    }

    /// What becomes of a message; none where it would be longer than a message may be.
    #[must_use]
    pub fn apply(&self, message: &[u8]) -> Option<Vec<u8>> {
        let result = match self {
            Self::Digest(kind) => kind.digest(message),
            Self::Append(octets) => [message, octets].concat(),
            Self::Prepend(octets) => [octets, message].concat(),
            Self::Reverse => message.iter().rev().copied().collect(),
            Self::Hexlify => fidem_fingerprint::hex::encode(message).into_bytes(),
        };
        (result.len() <= MAX_MESSAGE).then_some(result)
    }
}
