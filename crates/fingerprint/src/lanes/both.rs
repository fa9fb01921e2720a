//! Both digests of one message in one pass.
//!
//! SHA-256 waits for the latency of its unit and SM3 for the latency of its own chain of scalar
//! operations, so the rounds of the two, interleaved, cost little more than SM3 alone.

use std::arch::asm;
use std::arch::x86_64::*;

use super::Lanes;
use super::expansion::Expanded;
use super::expansion::Expander;
use super::load::load_x4;
use super::load::message;
use super::load::store_x4;
use super::proof::Proofs;
use super::proof::ShaNi;
use super::sha256_x4::Halves;
use super::sha256_x4::four_rounds;
use crate::block::Block;
use crate::block::SHA256_INITIAL;
use crate::message::SM3_INITIAL;
use crate::pass;
use crate::pass::Compression;
use crate::sm3_scalar::Expansion;
use crate::sm3_scalar::Ring;
use crate::sm3_scalar::each;
use crate::sm3_scalar::round;

/// Both digests of one message, their rounds interleaved.
#[derive(Clone)]
pub(crate) struct Fused {
    both: Both,
    states: States,
}

impl Fused {
    /// `None` if `lanes` excludes the SHA extensions or the processor lacks them.
    pub(crate) fn new(lanes: Lanes) -> Option<Self> {
        let states = States::new(SHA256_INITIAL, SM3_INITIAL);
        Both::new(lanes).map(|both| Fused { both, states })
    }
}

impl Compression for Fused {
    fn compress(&mut self, blocks: &[Block]) {
        self.both.compress(&mut self.states, blocks);
    }
}

impl pass::Both for Fused {
    fn states(&self) -> [[u32; 8]; 2] {
        [self.states.sha256(), self.states.sm3()]
    }
}

/// SHA-256 by the SHA extensions beside SM3 by scalar operations.
#[derive(Clone, Copy)]
pub(crate) struct Both {
    _sha_ni: ShaNi,
    proofs: Proofs,
}

impl Both {
    /// `None` if `lanes` excludes the SHA extensions or the processor lacks them.
    pub(crate) fn new(lanes: Lanes) -> Option<Self> {
        let proofs = Proofs::new(lanes);
        Some(Both {
            _sha_ni: proofs.sha_ni?,
            proofs,
        })
    }

    /// Compresses `blocks` into both states.
    pub(crate) fn compress(self, states: &mut States, blocks: &[Block]) {
        let rest = match (self.proofs.avx512, self.proofs.avx2) {
            (Some(avx512), _) => self.compress_ahead(avx512, states, blocks),
            (None, Some(avx2)) => self.compress_ahead(avx2, states, blocks),
            (None, None) => blocks,
        };
        for block in rest {
            // SAFETY: `ShaNi` proves that the processor has these instructions.
            unsafe { compress_block(states, block, Ring::new(block)) }
        }
    }

    /// Compresses all the runs of `N` blocks, and returns the blocks after them.
    fn compress_ahead<'a, const N: usize>(
        self,
        expander: impl Expander<N>,
        states: &mut States,
        blocks: &'a [Block],
    ) -> &'a [Block] {
        let (runs, rest) = blocks.as_chunks::<N>();
        if runs.is_empty() {
            return rest;
        }
        let mut expanded = Expanded::new();
        for run in runs {
            expander.expand(run, &mut expanded);
            for (index, block) in run.iter().enumerate() {
                // SAFETY: `ShaNi` proves that the processor has these instructions.
                unsafe { compress_block(states, block, expanded.block(index)) }
            }
        }
        rest
    }
}

/// The chaining states of both digests.
#[derive(Clone)]
pub(crate) struct States {
    /// `f e b a` and `h g d c`: the order the registers hold, so that a state just stored is
    /// loaded again without a wait.
    sha256: [[u32; 4]; 2],
    sm3: [u32; 8],
}

impl States {
    pub(crate) fn new(sha256: [u32; 8], sm3: [u32; 8]) -> Self {
        let [a, b, c, d, e, f, g, h] = sha256;
        let sha256 = [[f, e, b, a], [h, g, d, c]];
        States { sha256, sm3 }
    }

    pub(crate) fn sha256(&self) -> [u32; 8] {
        let [[f, e, b, a], [h, g, d, c]] = self.sha256;
        [a, b, c, d, e, f, g, h]
    }

    pub(crate) fn sm3(&self) -> [u32; 8] {
        self.sm3
    }
}

#[target_feature(enable = "sha,sse4.1,ssse3,bmi1,bmi2")]
fn compress_block(states: &mut States, block: &Block, mut expansion: impl Expansion) {
    let [abef, cdgh] = &states.sha256;
    let before = Halves {
        abef: load_x4(abef),
        cdgh: load_x4(cdgh),
    };
    let mut halves = before;
    let mut words = message(block);
    let mut sm3 = states.sm3;
    macro_rules! four {
        ($quarter:literal) => {
            sm3 = round(sm3, 4 * $quarter, expansion.words(4 * $quarter));
            sm3 = round(sm3, 4 * $quarter + 1, expansion.words(4 * $quarter + 1));
            four_rounds::<$quarter>(&mut halves, &mut words);
            tie(&mut halves.abef, &mut sm3[4]);
            sm3 = round(sm3, 4 * $quarter + 2, expansion.words(4 * $quarter + 2));
            sm3 = round(sm3, 4 * $quarter + 3, expansion.words(4 * $quarter + 3));
        };
    }
    each!(four; 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
    let [abef, cdgh] = &mut states.sha256;
    store_x4(abef, _mm_add_epi32(halves.abef, before.abef));
    store_x4(cdgh, _mm_add_epi32(halves.cdgh, before.cdgh));
    for (word, new) in states.sm3.iter_mut().zip(sm3) {
        *word ^= new;
    }
}

/// Ends a stretch of the interleaving: what comes after it in either digest waits, when the
/// compiler orders instructions, for what comes before it in both. Left to itself the compiler
/// puts all of SHA-256 in front, where it keeps SM3 waiting.
#[inline(always)]
fn tie(sha256: &mut __m128i, sm3: &mut u32) {
    // SAFETY: there is no instruction in it.
    unsafe {
        asm!(
            "/* {0} {1:e} */",
            inout(xmm_reg) * sha256,
            inout(reg) * sm3,
            options(nomem, nostack, preserves_flags)
        );
    }
}
