//! SHA-256 of four messages by the SHA extensions (FIPS 180-4 §6.2.2).
//!
//! `sha256rnds2` has a latency of about four cycles and can be issued every second or every cycle,
//! so one message alone leaves the unit idle for most of the time.

use std::arch::x86_64::*;

use super::Kernel;
use super::load::load_x4;
use super::load::message;
use super::load::store_x4;
use super::proof::ShaNi;
use super::shortest;
use crate::block::Block;
use crate::sm3_scalar::each;

/// FIPS 180-4 §4.2.2, four rounds to a row.
#[rustfmt::skip]
pub(super) static K: [[u32; 4]; 16] = [
    [0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5],
    [0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5],
    [0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3],
    [0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174],
    [0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc],
    [0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da],
    [0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7],
    [0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967],
    [0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13],
    [0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85],
    [0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3],
    [0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070],
    [0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5],
    [0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3],
    [0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208],
    [0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2],
];

/// SHA-256 of four messages side by side.
#[derive(Clone, Copy)]
pub(crate) struct Sha256x4(pub(crate) ShaNi);

impl Kernel<4, 8> for Sha256x4 {
    fn compress(self, state: &mut [[u32; 4]; 8], blocks: &[&[Block]; 4]) {
        // SAFETY: `ShaNi` proves that the processor has these instructions.
        unsafe { compress(state, blocks) }
    }
}

/// The state of one message as the SHA extensions hold it.
#[derive(Clone, Copy)]
pub(super) struct Halves {
    pub(super) abef: __m128i,
    pub(super) cdgh: __m128i,
}

#[target_feature(enable = "sha,sse4.1,ssse3")]
fn compress(state: &mut [[u32; 4]; 8], blocks: &[&[Block]; 4]) {
    let mut lanes = load_state(state);
    for index in 0..shortest(blocks) {
        let before = lanes;
        let mut words = [[_mm_setzero_si128(); 4]; 4];
        for lane in 0..4 {
            words[lane] = message(&blocks[lane][index]);
        }
        macro_rules! four {
            ($quarter:literal) => {
                for lane in 0..4 {
                    four_rounds::<$quarter>(&mut lanes[lane], &mut words[lane]);
                }
            };
        }
        each!(four; 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
        for lane in 0..4 {
            lanes[lane].abef = _mm_add_epi32(lanes[lane].abef, before[lane].abef);
            lanes[lane].cdgh = _mm_add_epi32(lanes[lane].cdgh, before[lane].cdgh);
        }
    }
    store_state(state, &lanes);
}

/// Rounds `4 * Q` to `4 * Q + 3`, and the message words of the four rounds that come 16 later.
#[inline]
#[target_feature(enable = "sha,sse4.1,ssse3")]
pub(super) fn four_rounds<const Q: usize>(state: &mut Halves, words: &mut [__m128i; 4]) {
    let keyed = _mm_add_epi32(words[Q % 4], load_x4(&K[Q]));
    state.cdgh = _mm_sha256rnds2_epu32(state.cdgh, state.abef, keyed);
    let keyed = _mm_shuffle_epi32::<0x0e>(keyed);
    state.abef = _mm_sha256rnds2_epu32(state.abef, state.cdgh, keyed);
    if Q < 12 {
        let first = _mm_sha256msg1_epu32(words[Q % 4], words[(Q + 1) % 4]);
        let nine = _mm_alignr_epi8::<4>(words[(Q + 3) % 4], words[(Q + 2) % 4]);
        words[Q % 4] = _mm_sha256msg2_epu32(_mm_add_epi32(first, nine), words[(Q + 3) % 4]);
    }
}

/// From words side by side to messages side by side. In a register the first word named is the
/// highest, so the columns are taken from the last word to the first.
#[inline]
#[target_feature(enable = "sse2")]
fn load_state(state: &[[u32; 4]; 8]) -> [Halves; 4] {
    let [a, b, c, d, e, f, g, h] = state;
    let abef = transpose_x4([load_x4(f), load_x4(e), load_x4(b), load_x4(a)]);
    let cdgh = transpose_x4([load_x4(h), load_x4(g), load_x4(d), load_x4(c)]);
    let mut lanes = [Halves {
        abef: abef[0],
        cdgh: cdgh[0],
    }; 4];
    for lane in 1..4 {
        lanes[lane] = Halves {
            abef: abef[lane],
            cdgh: cdgh[lane],
        };
    }
    lanes
}

#[inline]
#[target_feature(enable = "sse2")]
fn store_state(state: &mut [[u32; 4]; 8], lanes: &[Halves; 4]) {
    let [i, j, k, l] = lanes;
    let [f, e, b, a] = transpose_x4([i.abef, j.abef, k.abef, l.abef]);
    let [h, g, d, c] = transpose_x4([i.cdgh, j.cdgh, k.cdgh, l.cdgh]);
    for (to, word) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
        store_x4(to, word);
    }
}

#[inline]
#[target_feature(enable = "sse2")]
fn transpose_x4([a, b, c, d]: [__m128i; 4]) -> [__m128i; 4] {
    let (ab_low, ab_high) = (_mm_unpacklo_epi32(a, b), _mm_unpackhi_epi32(a, b));
    let (cd_low, cd_high) = (_mm_unpacklo_epi32(c, d), _mm_unpackhi_epi32(c, d));
    [
        _mm_unpacklo_epi64(ab_low, cd_low),
        _mm_unpackhi_epi64(ab_low, cd_low),
        _mm_unpacklo_epi64(ab_high, cd_high),
        _mm_unpackhi_epi64(ab_high, cd_high),
    ]
}
