//! The SM3 message expansion of several blocks of *one* message at once.
//!
//! The rounds of one message are a chain, but the expansion of a block does not depend on the
//! state (GB/T 32905-2016 §5.3.2), so vectors can run ahead of the scalar rounds and leave them
//! nothing but loads.

use std::arch::x86_64::*;
use std::sync::atomic::Ordering;
use std::sync::atomic::compiler_fence;

use super::load::message_x8;
use super::load::message_x16;
use super::load::store_x8;
use super::load::store_x16;
use super::proof::Avx2;
use super::proof::Avx512;
use super::sm3_x8;
use super::sm3_x16;
use crate::block::Block;
use crate::sm3_scalar::Expansion;
use crate::sm3_scalar::each;

/// `W_0` to `W_63` and `W'_0` to `W'_63` of `N` blocks; `[round][block]`.
pub(super) struct Expanded<const N: usize> {
    words: [[u32; N]; 64],
    mixed: [[u32; N]; 64],
}

impl<const N: usize> Expanded<N> {
    pub(super) fn new() -> Self {
        Expanded {
            words: [[0; N]; 64],
            mixed: [[0; N]; 64],
        }
    }

    /// The expansion of block `index` modulo `N`.
    #[inline(always)]
    pub(super) fn block(&self, index: usize) -> Column<'_, N> {
        Column {
            of: self,
            index: index % N,
        }
    }
}

pub(super) struct Column<'a, const N: usize> {
    of: &'a Expanded<N>,
    index: usize,
}

impl<const N: usize> Expansion for Column<'_, N> {
    #[inline(always)]
    fn words(&mut self, round: usize) -> (u32, u32) {
        // Without it the compiler loads all 128 words before the first round, and has to put
        // most of them back into memory.
        compiler_fence(Ordering::SeqCst);
        (
            self.of.words[round][self.index],
            self.of.mixed[round][self.index],
        )
    }
}

/// Expands the message words of `N` blocks.
pub(super) trait Expander<const N: usize>: Copy {
    fn expand(self, blocks: &[Block; N], to: &mut Expanded<N>);
}

impl Expander<16> for Avx512 {
    fn expand(self, blocks: &[Block; 16], to: &mut Expanded<16>) {
        // SAFETY: `Avx512` proves that the processor has these instructions.
        unsafe { expand_x16(blocks, to) }
    }
}

impl Expander<8> for Avx2 {
    fn expand(self, blocks: &[Block; 8], to: &mut Expanded<8>) {
        // SAFETY: `Avx2` proves that the processor has these instructions.
        unsafe { expand_x8(blocks, to) }
    }
}

#[target_feature(enable = "avx512f,avx512bw")]
fn expand_x16(blocks: &[Block; 16], to: &mut Expanded<16>) {
    let mut words = message_x16(&blocks.each_ref().map(std::slice::from_ref), 0);
    macro_rules! one {
        ($round:expr) => {
            let word = words[$round % 16];
            store_x16(&mut to.words[$round], word);
            let mixed = _mm512_xor_si512(word, words[($round + 4) % 16]);
            store_x16(&mut to.mixed[$round], mixed);
            sm3_x16::expand::<{ $round }>(&mut words);
        };
    }
    macro_rules! four {
        ($quarter:literal) => {
            one!(4 * $quarter);
            one!(4 * $quarter + 1);
            one!(4 * $quarter + 2);
            one!(4 * $quarter + 3);
        };
    }
    each!(four; 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
}

#[target_feature(enable = "avx2")]
fn expand_x8(blocks: &[Block; 8], to: &mut Expanded<8>) {
    let mut words = message_x8(&blocks.each_ref().map(std::slice::from_ref), 0);
    macro_rules! one {
        ($round:expr) => {
            let word = words[$round % 16];
            store_x8(&mut to.words[$round], word);
            let mixed = _mm256_xor_si256(word, words[($round + 4) % 16]);
            store_x8(&mut to.mixed[$round], mixed);
            sm3_x8::expand::<{ $round }>(&mut words);
        };
    }
    macro_rules! four {
        ($quarter:literal) => {
            one!(4 * $quarter);
            one!(4 * $quarter + 1);
            one!(4 * $quarter + 2);
            one!(4 * $quarter + 3);
        };
    }
    each!(four; 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
}
