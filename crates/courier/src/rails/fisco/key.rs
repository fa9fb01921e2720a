//! A key of one of the two suites, which signs transactions and, in nodes, blocks.

use fidem_anchor::fisco::{Hash, HexOf, NodeId, SM2_IDENTITY, Suite};
use sm2::dsa::signature::Signer as _;

/// A secret key; wiped from memory.
pub enum Key {
    /// For ECDSA over secp256k1.
    Keccak(k256::ecdsa::SigningKey),
    /// For SM2.
    Sm(Box<sm2::dsa::SigningKey>),
}

impl Key {
    /// The key of 32 octets; none where they are zero or not below the order of the curve.
    #[must_use]
    pub fn new(suite: Suite, octets: &[u8; 32]) -> Option<Self> {
        match suite {
            Suite::Keccak => {
                let key = k256::ecdsa::SigningKey::from_slice(octets);
                key.ok().map(Self::Keccak)
            }
            Suite::Sm => {
                let key = sm2::dsa::SigningKey::from_slice(SM2_IDENTITY, octets);
                key.ok().map(|key| Self::Sm(Box::new(key)))
            }
        }
    }

    /// The coordinates of the public key, which is how nodes are named.
    #[must_use]
    pub fn public(&self) -> NodeId {
        let point: Vec<u8> = match self {
            Self::Keccak(key) => key.verifying_key().to_sec1_point(false).as_bytes().to_vec(),
            Self::Sm(key) => key.verifying_key().to_sec1_bytes().to_vec(),
        };
        let coordinates = point.split_first().map(|(_, coordinates)| coordinates);
        NodeId::of(coordinates.unwrap_or_default()).unwrap_or(HexOf([0; 64]))
    }

    /// The signature of a node over the hash of a block: r ‖ s ‖ v, or r ‖ s of SM2. None where the arithmetic fails,
    /// which it does for one hash in 2^256.
    #[must_use]
    pub fn seal(&self, hash: &Hash) -> Option<Vec<u8>> {
        match self {
            Self::Keccak(key) => {
                let (signature, number) = key.sign_prehash_recoverable(&hash.0);
                let mut octets = signature.to_bytes().to_vec();
                octets.push(number.to_byte());
                Some(octets)
            }
            Self::Sm(key) => {
                let signature = key.try_sign(&hash.0).ok()?;
                Some(signature.to_bytes().to_vec())
            }
        }
    }

    /// The signature of a sender over the hash of a transaction: as [`Key::seal`], with the public key behind it where SM2
    /// gives none back.
    #[must_use]
    pub fn sign(&self, hash: &Hash) -> Option<Vec<u8>> {
        let mut signature = self.seal(hash)?;
        if let Self::Sm(_) = self {
            signature.extend(self.public().0);
        }
        Some(signature)
    }
}
