//! Octets in receipts: lower-case hexadecimal, one spelling for each sequence.

use fidem_fingerprint::hex;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// A sequence of any length.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Octets(pub Vec<u8>);

impl Serialize for Octets {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&hex::encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Octets {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let octets = hex::decode(&text);
        octets
            .map(Self)
            .ok_or_else(|| D::Error::custom("not lower-case hexadecimal"))
    }
}

/// A sequence of exactly `N` octets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fixed<const N: usize>(pub [u8; N]);

impl<const N: usize> Fixed<N> {
    /// The octets, where there are exactly `N`.
    #[must_use]
    pub fn of(octets: &[u8]) -> Option<Self> {
        octets.try_into().ok().map(Self)
    }

    /// In lower-case hexadecimal.
    #[must_use]
    pub fn hex(&self) -> String {
        hex::encode(&self.0)
    }
}

impl<const N: usize> Serialize for Fixed<N> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.hex())
    }
}

impl<'de, const N: usize> Deserialize<'de> for Fixed<N> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let octets = Octets::deserialize(from)?;
        Self::of(&octets.0).ok_or_else(|| D::Error::custom(format!("not {N} octets")))
    }
}

/// Thirty-two octets: a hash.
pub type Hash = Fixed<32>;
/// The two coordinates of a public key, which is how nodes are named.
pub type NodeId = Fixed<64>;
