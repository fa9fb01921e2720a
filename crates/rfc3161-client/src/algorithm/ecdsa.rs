//! Elliptic-curve verification: ECDSA over the curves of NIST and Brainpool, and SM2.

use p256::ecdsa::signature::Verifier as _;
use p256::ecdsa::signature::hazmat::PrehashVerifier as _;

use super::{Outcome, fixed_pair, outcome};

/// The signer identity of GM/T 0009 §10 and GM/T 0015, used where nothing else was agreed.
const DEFAULT_DISTINGUISHING_ID: &str = "1234567812345678";

/// Zeros put before a digest shorter than the curve's order leave the integer it stands for unchanged (FIPS 186-5
/// §6.4.1), and let SHA-256 be used with P-521.
fn at_least(hash: &[u8], size: usize) -> Vec<u8> {
    let mut padded = vec![0; size.saturating_sub(hash.len())];
    padded.extend_from_slice(hash);
    padded
}

macro_rules! curve {
    ($name:ident, $curve:ty, $size:literal) => {
        /// ECDSA over a digest that need not be as long as the curve's order (FIPS 186-5 §6.4.2).
        pub(super) fn $name(key: &[u8], hash: &[u8], signature: &[u8]) -> Outcome {
            let Ok(pair) = fixed_pair(signature, $size) else {
                return Outcome::Invalid;
            };
            let verified = ::ecdsa::VerifyingKey::<$curve>::from_sec1_bytes(key).and_then(|key| {
                let signature = ::ecdsa::Signature::<$curve>::from_slice(&pair)?;
                key.verify_prehash(&at_least(hash, $size), &signature)
            });
            outcome(verified.is_ok())
        }
    };
}

curve!(verify_p256, p256::NistP256, 32);
curve!(verify_p384, p384::NistP384, 48);
curve!(verify_p521, p521::NistP521, 66);
curve!(verify_brainpool_p256, bp256::BrainpoolP256r1, 32);
curve!(verify_brainpool_p384, bp384::BrainpoolP384r1, 48);

/// SM2 with SM3 and the default identity (GB/T 32918.2, GM/T 0009). A signature under the empty identity is named,
/// never accepted.
pub(super) fn verify_sm2(key: &[u8], message: &[u8], signature: &[u8]) -> Outcome {
    let Ok(pair) = fixed_pair(signature, 32) else {
        return Outcome::Invalid;
    };
    let verifies = |identity: &str| {
        sm2::dsa::VerifyingKey::from_sec1_bytes(identity, key).is_ok_and(|key| {
            sm2::dsa::Signature::from_slice(&pair)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok())
        })
    };
    if verifies(DEFAULT_DISTINGUISHING_ID) {
        Outcome::Valid
    } else if verifies("") {
        Outcome::EmptyDistinguishingId
    } else {
        Outcome::Invalid
    }
}
