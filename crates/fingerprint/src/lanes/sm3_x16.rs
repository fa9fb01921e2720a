//! SM3 of sixteen messages in 512-bit vectors (GB/T 32905-2016 §5.3).

use std::arch::x86_64::*;

use crate::sm3_scalar::ROTATED_T;
use crate::sm3_scalar::each;

/// Compresses one block of each message, given as transposed words.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn compress_block(chaining: &mut [__m512i; 8], mut words: [__m512i; 16]) {
    let mut now = *chaining;
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
        *register = _mm512_xor_si512(*register, new);
    }
}

/// Truth tables of `vpternlogd`, whose index is `4x + 2y + z`.
pub(super) const XOR: i32 = 0x96;
pub(super) const MAJORITY: i32 = 0xe8;
pub(super) const CHOICE: i32 = 0xca;

#[inline]
#[target_feature(enable = "avx512f")]
fn round<const J: usize>(state: &mut [__m512i; 8], words: &[__m512i; 16]) {
    let [a, b, c, d, e, f, g, h] = *state;
    let word = words[J % 16];
    let mixed = _mm512_xor_si512(word, words[(J + 4) % 16]);
    let constant = _mm512_set1_epi32(ROTATED_T[J].cast_signed());
    let a12 = _mm512_rol_epi32::<12>(a);
    let ss1 = _mm512_rol_epi32::<7>(_mm512_add_epi32(_mm512_add_epi32(a12, constant), e));
    let ss2 = _mm512_xor_si512(ss1, a12);
    let (ff, gg) = if J < 16 {
        (
            _mm512_ternarylogic_epi32::<XOR>(a, b, c),
            _mm512_ternarylogic_epi32::<XOR>(e, f, g),
        )
    } else {
        (
            _mm512_ternarylogic_epi32::<MAJORITY>(a, b, c),
            _mm512_ternarylogic_epi32::<CHOICE>(e, f, g),
        )
    };
    let tt1 = _mm512_add_epi32(_mm512_add_epi32(ff, _mm512_add_epi32(d, mixed)), ss2);
    let tt2 = _mm512_add_epi32(_mm512_add_epi32(gg, _mm512_add_epi32(h, word)), ss1);
    let (tt2_9, tt2_17) = (_mm512_rol_epi32::<9>(tt2), _mm512_rol_epi32::<17>(tt2));
    let p0 = _mm512_ternarylogic_epi32::<XOR>(tt2, tt2_9, tt2_17);
    *state = [
        tt1,
        a,
        _mm512_rol_epi32::<9>(b),
        c,
        p0,
        e,
        _mm512_rol_epi32::<19>(f),
        g,
    ];
}

/// Puts `W_(J+16)` in the place of `W_J`; the last one ever read is `W_67`.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn expand<const J: usize>(words: &mut [__m512i; 16]) {
    if J < 52 {
        let w13 = _mm512_rol_epi32::<15>(words[(J + 13) % 16]);
        let x = _mm512_ternarylogic_epi32::<XOR>(words[J % 16], words[(J + 7) % 16], w13);
        let (x15, x23) = (_mm512_rol_epi32::<15>(x), _mm512_rol_epi32::<23>(x));
        let p1 = _mm512_ternarylogic_epi32::<XOR>(x, x15, x23);
        let w3 = _mm512_rol_epi32::<7>(words[(J + 3) % 16]);
        words[J % 16] = _mm512_ternarylogic_epi32::<XOR>(p1, w3, words[(J + 10) % 16]);
    }
}
