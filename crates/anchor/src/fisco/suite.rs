//! The two suites of algorithms that a chain is set up with.

use k256::ecdsa::{RecoveryId, Signature};
use serde::{Deserialize, Serialize};
use sm2::dsa::signature::Verifier as _;

use super::{Hash, HexOf, NodeId};
use crate::recovery;

/// The identity that every SM2 signature of these chains is made under (GB/T 32918.2 §5.5, GM/T 0009).
pub const SM2_IDENTITY: &str = "1234567812345678";

/// Hash and signatures of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Suite {
    /// Keccak-256 and ECDSA over secp256k1 with the number of the recovered key behind it: 65 octets.
    #[serde(rename = "keccak256-secp256k1")]
    Keccak,
    /// SM3 and SM2 over ZA and the 32 octets: r ‖ s, for transactions also the public key: 64 or 128 octets.
    #[serde(rename = "sm3-sm2")]
    Sm,
}

impl Suite {
    /// Its name in receipts and trust files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Keccak => "keccak256-secp256k1",
            Self::Sm => "sm3-sm2",
        }
    }

    /// The hash of octets.
    #[must_use]
    pub fn hash(self, octets: &[u8]) -> Hash {
        match self {
            Self::Keccak => HexOf(recovery::keccak(octets)),
            Self::Sm => HexOf(fidem_fingerprint::sm3(octets)),
        }
    }

    /// The address of a public key: the last 20 octets of its hash.
    #[must_use]
    pub fn address(self, key: &NodeId) -> [u8; 20] {
        recovery::address(&self.hash(&key.0).0)
    }

    /// Whether a sealer signed the hash of a block. SM2 keys of version 2 stand behind the signature; such a key must be the
    /// sealer's.
    #[must_use]
    pub fn sealed(self, sealer: &NodeId, hash: &Hash, signature: &[u8]) -> bool {
        match (self, signature.len()) {
            (Self::Sm, 64) => sm2_holds(sealer, hash, signature),
            _ => self.signer(hash, signature).as_ref() == Some(sealer),
        }
    }

    /// The public key that signed the hash of a transaction; none where the signature does not hold.
    #[must_use]
    pub fn signer(self, hash: &Hash, signature: &[u8]) -> Option<NodeId> {
        match self {
            Self::Keccak => recovered(hash, signature),
            Self::Sm => {
                let (rs, key) = signature.split_at_checked(64)?;
                let key = NodeId::of(key)?;
                sm2_holds(&key, hash, rs).then_some(key)
            }
        }
    }
}

/// The key that an ECDSA signature r ‖ s ‖ v leads back to.
fn recovered(hash: &Hash, signature: &[u8]) -> Option<NodeId> {
    let signature: &[u8; 65] = signature.try_into().ok()?;
    let (rs, v) = signature.split_at(64);
    let number = v.first().and_then(|v| RecoveryId::from_byte(*v))?;
    let signature = Signature::from_slice(rs).ok()?;
    let key = recovery::recovered(&hash.0, &signature, number)?;
    Some(HexOf(recovery::coordinates(&key)))
}

fn sm2_holds(key: &NodeId, hash: &Hash, rs: &[u8]) -> bool {
    let mut point = vec![4];
    point.extend(key.0);
    let key = sm2::dsa::VerifyingKey::from_sec1_bytes(SM2_IDENTITY, &point);
    let signature = sm2::dsa::Signature::from_slice(rs);
    key.ok()
        .zip(signature.ok())
        .is_some_and(|(key, signature)| key.verify(&hash.0, &signature).is_ok())
}
