//! Octets as receipts and pins spell them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fidem_fingerprint::hex;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Octets in lowercase hexadecimal.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hex(pub Vec<u8>);

/// A number of octets that is known, in lowercase hexadecimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct HexOf<const N: usize>(pub [u8; N]);

/// Octets in base64 (RFC 4648 §4), padded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Base64(pub Vec<u8>);

impl AsRef<[u8]> for Hex {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl<const N: usize> HexOf<N> {
    /// The octets, where there are exactly so many.
    #[must_use]
    pub fn of(octets: &[u8]) -> Option<Self> {
        octets.try_into().ok().map(Self)
    }

    /// As it is spelled.
    #[must_use]
    pub fn hex(&self) -> String {
        hex::encode(&self.0)
    }
}

impl<'de> Deserialize<'de> for Hex {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        let text = String::deserialize(reader)?;
        let octets = hex::decode(&text);
        octets
            .map(Self)
            .ok_or_else(|| de::Error::custom("not lowercase hexadecimal"))
    }
}

impl Serialize for Hex {
    fn serialize<S: Serializer>(&self, writer: S) -> Result<S::Ok, S::Error> {
        writer.serialize_str(&hex::encode(&self.0))
    }
}

impl<'de, const N: usize> Deserialize<'de> for HexOf<N> {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        let octets = Hex::deserialize(reader)?.0;
        let exact = octets.try_into().map(Self);
        exact.map_err(|_| de::Error::custom(format!("not {N} octets")))
    }
}

impl<const N: usize> Serialize for HexOf<N> {
    fn serialize<S: Serializer>(&self, writer: S) -> Result<S::Ok, S::Error> {
        writer.serialize_str(&self.hex())
    }
}

impl<'de> Deserialize<'de> for Base64 {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        let text = String::deserialize(reader)?;
        let octets = STANDARD.decode(&text);
        octets
            .map(Self)
            .map_err(|_| de::Error::custom("not base64"))
    }
}

impl Serialize for Base64 {
    fn serialize<S: Serializer>(&self, writer: S) -> Result<S::Ok, S::Error> {
        writer.serialize_str(&STANDARD.encode(&self.0))
    }
}
