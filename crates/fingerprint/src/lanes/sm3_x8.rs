//! SM3 of eight messages in 256-bit vectors (GB/T 32905-2016 §5.3).

use std::arch::x86_64::*;

use super::Kernel;
use super::load::load_x8;
use super::load::message_x8;
use super::load::store_x8;
use super::proof::Avx2;
use super::shortest;
use crate::block::Block;
use crate::sm3_scalar::ROTATED_T;
use crate::sm3_scalar::each;

/// SM3 of eight messages side by side.
#[derive(Clone, Copy)]
pub(crate) struct Sm3x8(pub(crate) Avx2);

impl Kernel<8, 8> for Sm3x8 {
    fn compress(self, state: &mut [[u32; 8]; 8], blocks: &[&[Block]; 8]) {
        // SAFETY: `Avx2` proves that the processor has these instructions.
        unsafe { compress(state, blocks) }
    }
}

#[target_feature(enable = "avx2")]
fn compress(state: &mut [[u32; 8]; 8], blocks: &[&[Block]; 8]) {
    let mut chaining = [_mm256_setzero_si256(); 8];
    for (register, words) in chaining.iter_mut().zip(state.iter()) {
        *register = load_x8(words);
    }
    for index in 0..shortest(blocks) {
        let mut words = message_x8(blocks, index);
        let mut now = chaining;
        macro_rules! four {
            ($quarter:literal) => {
                round::<{ 4 * $quarter }>(&mut now, &words);
                expand::<{ 4 * $quarter }>(&mut words);
                round::<{ 4 * $quarter + 1 }>(&mut now, &words);
                expand::<{ 4 * $quarter + 1 }>(&mut words);
                round::<{ 4 * $quarter + 2 }>(&mut now, &words);
                expand::<{ 4 * $quarter + 2 }>(&mut words);
                round::<{ 4 * $quarter + 3 }>(&mut now, &words);
                expand::<{ 4 * $quarter + 3 }>(&mut words);
            };
        }
        each!(four; 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
        for (register, new) in chaining.iter_mut().zip(now) {
            *register = _mm256_xor_si256(*register, new);
        }
    }
    for (words, register) in state.iter_mut().zip(chaining) {
        store_x8(words, register);
    }
}

/// 256-bit vectors have no rotation: two shifts and an or. `RIGHT` is `32 - LEFT`.
#[inline]
#[target_feature(enable = "avx2")]
fn rotate<const LEFT: i32, const RIGHT: i32>(words: __m256i) -> __m256i {
    _mm256_or_si256(
        _mm256_slli_epi32::<LEFT>(words),
        _mm256_srli_epi32::<RIGHT>(words),
    )
}

#[inline]
#[target_feature(enable = "avx2")]
fn xor(x: __m256i, y: __m256i, z: __m256i) -> __m256i {
    _mm256_xor_si256(_mm256_xor_si256(x, y), z)
}

#[inline]
#[target_feature(enable = "avx2")]
fn round<const J: usize>(state: &mut [__m256i; 8], words: &[__m256i; 16]) {
    let [a, b, c, d, e, f, g, h] = *state;
    let word = words[J % 16];
    let mixed = _mm256_xor_si256(word, words[(J + 4) % 16]);
    let constant = _mm256_set1_epi32(ROTATED_T[J].cast_signed());
    let a12 = rotate::<12, 20>(a);
    let ss1 = rotate::<7, 25>(_mm256_add_epi32(_mm256_add_epi32(a12, constant), e));
    let ss2 = _mm256_xor_si256(ss1, a12);
    let (ff, gg) = if J < 16 {
        (xor(a, b, c), xor(e, f, g))
    } else {
        let differ = _mm256_and_si256(_mm256_xor_si256(a, b), _mm256_xor_si256(b, c));
        let chosen = _mm256_and_si256(_mm256_xor_si256(f, g), e);
        (_mm256_xor_si256(differ, b), _mm256_xor_si256(chosen, g))
    };
    let tt1 = _mm256_add_epi32(_mm256_add_epi32(ff, _mm256_add_epi32(d, mixed)), ss2);
    let tt2 = _mm256_add_epi32(_mm256_add_epi32(gg, _mm256_add_epi32(h, word)), ss1);
    let p0 = xor(tt2, rotate::<9, 23>(tt2), rotate::<17, 15>(tt2));
    *state = [tt1, a, rotate::<9, 23>(b), c, p0, e, rotate::<19, 13>(f), g];
}

/// Puts `W_(J+16)` in the place of `W_J`; the last one ever read is `W_67`.
#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn expand<const J: usize>(words: &mut [__m256i; 16]) {
    if J < 52 {
        let w13 = rotate::<15, 17>(words[(J + 13) % 16]);
        let x = xor(words[J % 16], words[(J + 7) % 16], w13);
        let p1 = xor(x, rotate::<15, 17>(x), rotate::<23, 9>(x));
        words[J % 16] = xor(
            p1,
            rotate::<7, 25>(words[(J + 3) % 16]),
            words[(J + 10) % 16],
        );
    }
}
