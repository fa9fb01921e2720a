//! SHA-256 and SM3 of the same bytes in one pass, many files at once, and RFC 6962 trees over them.
//!
//! Everything here is a function of its arguments. On `x86_64` the instructions the processor
//! offers are looked up at run time and choose *how* a digest is computed, never *which* digest:
//! every kernel is tested against the crates `sha2` and `sm3`. On WebAssembly and on other
//! processors SHA-256 is the crate's, and SM3 our own, which engines run faster.
//!
//! * [`of`] and [`Hasher`]: both digests of one input, whole or streamed;
//! * [`of_many`]: both digests of many inputs, several inputs side by side in one register;
//! * [`tree`]: Merkle trees, inclusion and consistency paths of RFC 6962;
//! * [`hex`]: the one spelling of a digest that this project writes and accepts.

mod block;
mod hasher;
pub mod hex;
mod lanes;
mod many;
mod message;
mod pass;
mod sm3_scalar;
#[cfg(target_arch = "x86_64")]
mod streams;
pub mod tree;

pub use crate::hasher::Hasher;
pub use crate::hasher::Sha256Hasher;
pub use crate::hasher::Sm3Hasher;
pub use crate::lanes::Lanes;
pub use crate::lanes::kernels;
pub use crate::many::of_many;
pub use crate::many::of_many_with;

/// What identifies a sequence of bytes: its length and both of its digests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint {
    /// Length in bytes.
    pub size: u64,
    /// SHA-256 (FIPS 180-4).
    pub sha256: [u8; 32],
    /// SM3 (GB/T 32905-2016).
    pub sm3: [u8; 32],
}

/// The fingerprint of `bytes`.
pub fn of(bytes: &[u8]) -> Fingerprint {
    let mut hasher = Hasher::new();
    hasher.update(bytes);
    hasher.finish()
}

/// SHA-256 (FIPS 180-4) of `bytes`.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    <sha2::Sha256 as sha2::Digest>::digest(bytes).into()
}

/// SM3 (GB/T 32905-2016) of `bytes`.
pub fn sm3(bytes: &[u8]) -> [u8; 32] {
    let mut hasher = Sm3Hasher::new();
    hasher.update(bytes);
    hasher.finish()
}
