//! Who signed: ECDSA over secp256k1 with the signer recovered (SEC 1 §4.1.6).

use k256::ecdsa::{RecoveryId, Signature, VerifyingKey};

use crate::recovery::{self, coordinates, keccak, recovered};

/// An account or validator: the last twenty octets of the Keccak-256 of its public key.
pub type Address = [u8; 20];

/// The address of a key.
#[must_use]
pub fn address_of(key: &VerifyingKey) -> Address {
    recovery::address(&keccak(&coordinates(key)))
}

/// Who signed a digest; none where nobody can have. `low` refuses the larger of the two values that `s` may have
/// (EIP-2), as transactions must.
#[must_use]
pub fn signer(digest: &[u8; 32], r: &[u8], s: &[u8], odd: bool, low: bool) -> Option<Address> {
    let signature = Signature::from_scalars(padded(r)?, padded(s)?).ok()?;
    let lowered = signature.normalize_s();
    let high = lowered != signature;
    if high && low {
        return None;
    }
    let recovery = RecoveryId::new(odd != high, false);
    recovered(digest, &lowered, recovery).map(|key| address_of(&key))
}

/// Who made the 65 octets of a seal: `r`, `s`, and the parity of the point.
#[must_use]
pub fn sealer(digest: &[u8; 32], seal: &[u8]) -> Option<Address> {
    let (r, rest) = seal.split_at_checked(32)?;
    match rest.split_at_checked(32)? {
        (s, [parity @ (0 | 1)]) => signer(digest, r, s, *parity == 1, false),
        _ => None,
    }
}

fn padded(octets: &[u8]) -> Option<[u8; 32]> {
    let mut out = [0; 32];
    let start = 32_usize.checked_sub(octets.len())?;
    out.get_mut(start..)?.copy_from_slice(octets);
    Some(out)
}
