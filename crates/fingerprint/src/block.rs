//! What SHA-256 and SM3 share: 64-byte blocks and eight words of state.

/// One message block of either digest.
pub(crate) type Block = [u8; 64];

/// FIPS 180-4 §5.3.3.
pub(crate) const SHA256_INITIAL: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// The digest that a final state spells: its words, most significant byte first.
pub(crate) fn digest(state: &[u32; 8]) -> [u8; 32] {
    let mut out = [0; 32];
    for (bytes, word) in out.as_chunks_mut::<4>().0.iter_mut().zip(state) {
        *bytes = word.to_be_bytes();
    }
    out
}
