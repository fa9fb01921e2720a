//! Keccak-256, and ECDSA over secp256k1 with the signer recovered (SEC 1 §4.1.6), as several chains have them.

use k256::ecdsa::{RecoveryId, Signature, VerifyingKey};
use sha3::{Digest as _, Keccak256};

/// Keccak-256 as Ethereum has it.
#[must_use]
pub fn keccak(octets: &[u8]) -> [u8; 32] {
    Keccak256::digest(octets).into()
}

/// Both coordinates of a public key.
pub(crate) fn coordinates(key: &VerifyingKey) -> [u8; 64] {
    let point = key.to_sec1_point(false);
    let mut coordinates = [0; 64];
    let octets = point.as_bytes().get(1..).unwrap_or_default();
    for (to, from) in coordinates.iter_mut().zip(octets) {
        *to = *from;
    }
    coordinates
}

/// The key that a signature over a digest leads back to; none where it leads to none, or `s` is the larger of its two
/// values.
pub(crate) fn recovered(
    digest: &[u8; 32],
    signature: &Signature,
    number: RecoveryId,
) -> Option<VerifyingKey> {
    VerifyingKey::recover_from_prehash(digest, signature, number).ok()
}

/// An address: the last twenty octets of the hash of a public key's coordinates.
pub(crate) fn address(hash: &[u8; 32]) -> [u8; 20] {
    let mut address = [0; 20];
    let (_, last) = hash.split_at(12);
    address.copy_from_slice(last);
    address
}
