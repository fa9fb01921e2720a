//! Both digests of sixteen messages in 512-bit vectors.
//!
//! One transposition of the message words serves both.

use super::Kernel;
use super::load::load_state;
use super::load::message_x16;
use super::load::store_state;
use super::proof::Avx512;
use super::sha256_x16;
use super::shortest;
use super::sm3_x16;
use crate::block::Block;

/// SHA-256 (the first eight words of state) and SM3 (the other eight) of sixteen messages side by
/// side.
#[derive(Clone, Copy)]
pub(crate) struct BothX16(pub(crate) Avx512);

impl Kernel<16, 16> for BothX16 {
    fn compress(self, state: &mut [[u32; 16]; 16], blocks: &[&[Block]; 16]) {
        // SAFETY: `Avx512` proves that the processor has these instructions.
        unsafe { compress(state, blocks) }
    }
}

#[target_feature(enable = "avx512f,avx512bw")]
fn compress(state: &mut [[u32; 16]; 16], blocks: &[&[Block]; 16]) {
    let ([sha256_state, sm3_state], []) = state.as_chunks_mut::<8>() else {
        return;
    };
    let (mut sha256, mut sm3) = (load_state(sha256_state), load_state(sm3_state));
    for index in 0..shortest(blocks) {
        let words = message_x16(blocks, index);
        sm3_x16::compress_block(&mut sm3, words);
        sha256_x16::compress_block(&mut sha256, words);
    }
    store_state(sha256_state, sha256);
    store_state(sm3_state, sm3);
}
