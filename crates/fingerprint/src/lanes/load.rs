//! Moving blocks and words between memory and vector registers.

use std::arch::x86_64::*;

use crate::block::Block;

/// Sixteen words, one of each of sixteen messages.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn load_x16(words: &[u32; 16]) -> __m512i {
    // SAFETY: the array is 64 readable bytes, and this load needs no alignment.
    unsafe { _mm512_loadu_si512(words.as_ptr().cast()) }
}

/// The inverse of [`load_x16`].
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn store_x16(to: &mut [u32; 16], words: __m512i) {
    // SAFETY: the array is 64 writable bytes, and this store needs no alignment.
    unsafe { _mm512_storeu_si512(to.as_mut_ptr().cast(), words) }
}

/// The chaining state of sixteen messages.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn load_state(state: &[[u32; 16]; 8]) -> [__m512i; 8] {
    let mut registers = [_mm512_setzero_si512(); 8];
    for (register, words) in registers.iter_mut().zip(state) {
        *register = load_x16(words);
    }
    registers
}

/// The inverse of [`load_state`].
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn store_state(state: &mut [[u32; 16]; 8], registers: [__m512i; 8]) {
    for (words, register) in state.iter_mut().zip(registers) {
        store_x16(words, register);
    }
}

/// Eight words, one of each of eight messages.
#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn load_x8(words: &[u32; 8]) -> __m256i {
    // SAFETY: the array is 32 readable bytes, and this load needs no alignment.
    unsafe { _mm256_loadu_si256(words.as_ptr().cast()) }
}

/// The inverse of [`load_x8`].
#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn store_x8(to: &mut [u32; 8], words: __m256i) {
    // SAFETY: the array is 32 writable bytes, and this store needs no alignment.
    unsafe { _mm256_storeu_si256(to.as_mut_ptr().cast(), words) }
}

/// Four words.
#[inline]
#[target_feature(enable = "sse2")]
pub(super) fn load_x4(words: &[u32; 4]) -> __m128i {
    // SAFETY: the array is 16 readable bytes, and this load needs no alignment.
    unsafe { _mm_loadu_si128(words.as_ptr().cast()) }
}

/// The inverse of [`load_x4`].
#[inline]
#[target_feature(enable = "sse2")]
pub(super) fn store_x4(to: &mut [u32; 4], words: __m128i) {
    // SAFETY: the array is 16 writable bytes, and this store needs no alignment.
    unsafe { _mm_storeu_si128(to.as_mut_ptr().cast(), words) }
}

/// The message words of a block as the SHA extensions take them: four registers of four words.
#[inline]
#[target_feature(enable = "ssse3")]
pub(super) fn message(block: &Block) -> [__m128i; 4] {
    let swap = _mm_set_epi64x(0x0c0d_0e0f_0809_0a0b, 0x0405_0607_0001_0203);
    let mut words = [_mm_setzero_si128(); 4];
    for (to, from) in words.iter_mut().zip(block.as_chunks::<16>().0) {
        // SAFETY: the chunk is 16 readable bytes, and this load needs no alignment.
        let bytes = unsafe { _mm_loadu_si128(from.as_ptr().cast()) };
        *to = _mm_shuffle_epi8(bytes, swap);
    }
    words
}

/// The message words of block `index` of sixteen messages, transposed: register `j` holds word `j`
/// of every block.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
pub(super) fn message_x16(blocks: &[&[Block]; 16], index: usize) -> [__m512i; 16] {
    let swap = _mm512_broadcast_i32x4(_mm_set_epi64x(0x0c0d_0e0f_0809_0a0b, 0x0405_0607_0001_0203));
    let mut rows = [_mm512_setzero_si512(); 16];
    for (row, blocks) in rows.iter_mut().zip(blocks) {
        let block: &Block = &blocks[index];
        // SAFETY: a block is 64 readable bytes, and this load needs no alignment.
        let bytes = unsafe { _mm512_loadu_si512(block.as_ptr().cast()) };
        *row = _mm512_shuffle_epi8(bytes, swap);
    }
    transpose_x16(rows)
}

/// Transposes a 16 by 16 matrix of words: pairs of rows, then pairs of pairs, inside the 128-bit
/// quarters; then the quarters themselves.
#[inline]
#[target_feature(enable = "avx512f")]
fn transpose_x16(rows: [__m512i; 16]) -> [__m512i; 16] {
    let mut pairs = rows;
    for i in 0..8 {
        pairs[2 * i] = _mm512_unpacklo_epi32(rows[2 * i], rows[2 * i + 1]);
        pairs[2 * i + 1] = _mm512_unpackhi_epi32(rows[2 * i], rows[2 * i + 1]);
    }
    let mut fours = pairs;
    for i in 0..4 {
        fours[4 * i] = _mm512_unpacklo_epi64(pairs[4 * i], pairs[4 * i + 2]);
        fours[4 * i + 1] = _mm512_unpackhi_epi64(pairs[4 * i], pairs[4 * i + 2]);
        fours[4 * i + 2] = _mm512_unpacklo_epi64(pairs[4 * i + 1], pairs[4 * i + 3]);
        fours[4 * i + 3] = _mm512_unpackhi_epi64(pairs[4 * i + 1], pairs[4 * i + 3]);
    }
    // 0x88 takes the even quarters of both operands, 0xdd the odd ones.
    let mut eights = fours;
    for i in 0..4 {
        eights[i] = _mm512_shuffle_i32x4::<0x88>(fours[i], fours[i + 4]);
        eights[i + 4] = _mm512_shuffle_i32x4::<0xdd>(fours[i], fours[i + 4]);
        eights[i + 8] = _mm512_shuffle_i32x4::<0x88>(fours[i + 8], fours[i + 12]);
        eights[i + 12] = _mm512_shuffle_i32x4::<0xdd>(fours[i + 8], fours[i + 12]);
    }
    let mut columns = eights;
    for i in 0..4 {
        columns[i] = _mm512_shuffle_i32x4::<0x88>(eights[i], eights[i + 8]);
        columns[i + 8] = _mm512_shuffle_i32x4::<0xdd>(eights[i], eights[i + 8]);
        columns[i + 4] = _mm512_shuffle_i32x4::<0x88>(eights[i + 4], eights[i + 12]);
        columns[i + 12] = _mm512_shuffle_i32x4::<0xdd>(eights[i + 4], eights[i + 12]);
    }
    columns
}

/// The message words of block `index` of eight messages, transposed: register `j` holds word `j` of
/// every block.
#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn message_x8(blocks: &[&[Block]; 8], index: usize) -> [__m256i; 16] {
    let half = _mm_set_epi64x(0x0c0d_0e0f_0809_0a0b, 0x0405_0607_0001_0203);
    let swap = _mm256_broadcastsi128_si256(half);
    let mut low = [_mm256_setzero_si256(); 8];
    let mut high = low;
    for (i, blocks) in blocks.iter().enumerate() {
        let [first, second] = halves(&blocks[index]);
        low[i] = _mm256_shuffle_epi8(first, swap);
        high[i] = _mm256_shuffle_epi8(second, swap);
    }
    let [low, high] = [transpose_x8(low), transpose_x8(high)];
    let mut words = [low[0]; 16];
    words[..8].copy_from_slice(&low);
    words[8..].copy_from_slice(&high);
    words
}

#[inline]
#[target_feature(enable = "avx2")]
fn halves(block: &Block) -> [__m256i; 2] {
    let mut halves = [_mm256_setzero_si256(); 2];
    for (to, from) in halves.iter_mut().zip(block.as_chunks::<32>().0) {
        // SAFETY: the chunk is 32 readable bytes, and this load needs no alignment.
        *to = unsafe { _mm256_loadu_si256(from.as_ptr().cast()) };
    }
    halves
}

/// Transposes an 8 by 8 matrix of words, as [`transpose_x16`] does.
#[inline]
#[target_feature(enable = "avx2")]
fn transpose_x8(rows: [__m256i; 8]) -> [__m256i; 8] {
    let mut pairs = rows;
    for i in 0..4 {
        pairs[2 * i] = _mm256_unpacklo_epi32(rows[2 * i], rows[2 * i + 1]);
        pairs[2 * i + 1] = _mm256_unpackhi_epi32(rows[2 * i], rows[2 * i + 1]);
    }
    let mut fours = pairs;
    for i in 0..2 {
        fours[4 * i] = _mm256_unpacklo_epi64(pairs[4 * i], pairs[4 * i + 2]);
        fours[4 * i + 1] = _mm256_unpackhi_epi64(pairs[4 * i], pairs[4 * i + 2]);
        fours[4 * i + 2] = _mm256_unpacklo_epi64(pairs[4 * i + 1], pairs[4 * i + 3]);
        fours[4 * i + 3] = _mm256_unpackhi_epi64(pairs[4 * i + 1], pairs[4 * i + 3]);
    }
    let mut columns = fours;
    for i in 0..4 {
        columns[i] = _mm256_permute2x128_si256::<0x20>(fours[i], fours[i + 4]);
        columns[i + 4] = _mm256_permute2x128_si256::<0x31>(fours[i], fours[i + 4]);
    }
    columns
}
