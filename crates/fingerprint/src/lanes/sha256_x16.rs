//! SHA-256 of sixteen messages in 512-bit vectors (FIPS 180-4 §6.2.2).

use std::arch::x86_64::*;

use super::Kernel;
use super::load::load_state;
use super::load::message_x16;
use super::load::store_state;
use super::proof::Avx512;
use super::sha256_x4::K;
use super::shortest;
use super::sm3_x16::CHOICE;
use super::sm3_x16::MAJORITY;
use super::sm3_x16::XOR;
use crate::block::Block;
use crate::sm3_scalar::each;

/// SHA-256 of sixteen messages side by side.
#[derive(Clone, Copy)]
pub(crate) struct Sha256x16(pub(crate) Avx512);

impl Kernel<16, 8> for Sha256x16 {
    fn compress(self, state: &mut [[u32; 16]; 8], blocks: &[&[Block]; 16]) {
        // SAFETY: `Avx512` proves that the processor has these instructions.
        unsafe { compress(state, blocks) }
    }
}

#[target_feature(enable = "avx512f,avx512bw")]
fn compress(state: &mut [[u32; 16]; 8], blocks: &[&[Block]; 16]) {
    let mut chaining = load_state(state);
    for index in 0..shortest(blocks) {
        compress_block(&mut chaining, message_x16(blocks, index));
    }
    store_state(state, chaining);
}

/// Compresses one block of each message, given as transposed words.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn compress_block(chaining: &mut [__m512i; 8], mut words: [__m512i; 16]) {
    let mut now = *chaining;
    macro_rules! four {
        ($quarter:literal) => {
            round::<{ 4 * $quarter }>(&mut now, &mut words);
            round::<{ 4 * $quarter + 1 }>(&mut now, &mut words);
            round::<{ 4 * $quarter + 2 }>(&mut now, &mut words);
            round::<{ 4 * $quarter + 3 }>(&mut now, &mut words);
        };
    }
    each!(four; 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
    for (register, new) in chaining.iter_mut().zip(now) {
        *register = _mm512_add_epi32(*register, new);
    }
}

/// Round `J`, and then `W_(J+16)` in the place of `W_J`.
#[inline]
#[target_feature(enable = "avx512f")]
fn round<const J: usize>(state: &mut [__m512i; 8], words: &mut [__m512i; 16]) {
    let [a, b, c, d, e, f, g, h] = *state;
    let constant = _mm512_set1_epi32(K[J / 4][J % 4].cast_signed());
    let keyed = _mm512_add_epi32(_mm512_add_epi32(h, words[J % 16]), constant);
    let choice = _mm512_ternarylogic_epi32::<CHOICE>(e, f, g);
    let t1 = _mm512_add_epi32(_mm512_add_epi32(keyed, choice), big_sigma::<6, 11, 25>(e));
    let majority = _mm512_ternarylogic_epi32::<MAJORITY>(a, b, c);
    let t2 = _mm512_add_epi32(big_sigma::<2, 13, 22>(a), majority);
    *state = [
        _mm512_add_epi32(t1, t2),
        a,
        b,
        c,
        _mm512_add_epi32(d, t1),
        e,
        f,
        g,
    ];
    if J < 48 {
        let s0 = small_sigma::<7, 18, 3>(words[(J + 1) % 16]);
        let s1 = small_sigma::<17, 19, 10>(words[(J + 14) % 16]);
        let old = _mm512_add_epi32(words[J % 16], words[(J + 9) % 16]);
        words[J % 16] = _mm512_add_epi32(_mm512_add_epi32(old, s0), s1);
    }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn big_sigma<const I: i32, const J: i32, const K: i32>(x: __m512i) -> __m512i {
    let (i, j, k) = (
        _mm512_ror_epi32::<I>(x),
        _mm512_ror_epi32::<J>(x),
        _mm512_ror_epi32::<K>(x),
    );
    _mm512_ternarylogic_epi32::<XOR>(i, j, k)
}

#[inline]
#[target_feature(enable = "avx512f")]
fn small_sigma<const I: i32, const J: i32, const K: u32>(x: __m512i) -> __m512i {
    let (i, j, k) = (
        _mm512_ror_epi32::<I>(x),
        _mm512_ror_epi32::<J>(x),
        _mm512_srli_epi32::<K>(x),
    );
    _mm512_ternarylogic_epi32::<XOR>(i, j, k)
}
