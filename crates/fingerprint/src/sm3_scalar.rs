//! SM3 one block after another (GB/T 32905-2016 §5.3): the path of every processor, in parts that the fused kernel reuses.

use crate::block::Block;
use crate::message::words;

/// `T_j <<< (j mod 32)` (GB/T 32905-2016 §4.2 and §5.3.3).
pub(crate) const ROTATED_T: [u32; 64] = rotated_t();

const fn rotated_t() -> [u32; 64] {
    let mut table = [0; 64];
    let mut round: u32 = 0;
    while round < 64 {
        let t: u32 = if round < 16 { 0x79cc_4519 } else { 0x7a87_9d8a };
        table[round as usize] = t.rotate_left(round % 32);
        round += 1;
    }
    table
}

/// Where a round takes `W_j` and `W'_j` from.
pub(crate) trait Expansion {
    /// `(W_j, W'_j)`. Rounds ask in the order 0 to 63, each once.
    fn words(&mut self, round: usize) -> (u32, u32);
}

/// The message expansion computed as the rounds go, in a ring of sixteen words.
pub(crate) struct Ring([u32; 16]);

impl Ring {
    #[inline(always)]
    pub(crate) fn new(block: &Block) -> Self {
        Ring(words(block))
    }
}

impl Expansion for Ring {
    #[inline(always)]
    fn words(&mut self, round: usize) -> (u32, u32) {
        let ring = &mut self.0;
        let word = ring[round % 16];
        let pair = (word, word ^ ring[(round + 4) % 16]);
        // W_(j+16) takes the place of W_j; the last one ever read is W_67.
        if round < 52 {
            let x = word ^ ring[(round + 7) % 16] ^ ring[(round + 13) % 16].rotate_left(15);
            let p1 = x ^ x.rotate_left(15) ^ x.rotate_left(23);
            ring[round % 16] = p1 ^ ring[(round + 3) % 16].rotate_left(7) ^ ring[(round + 10) % 16];
        }
        pair
    }
}

/// One round of the compression function.
#[inline(always)]
pub(crate) fn round(state: [u32; 8], round: usize, (word, mixed): (u32, u32)) -> [u32; 8] {
    let [a, b, c, d, e, f, g, h] = state;
    let a12 = a.rotate_left(12);
    let ss1 = a12
        .wrapping_add(e.wrapping_add(ROTATED_T[round]))
        .rotate_left(7);
    let ss2 = ss1 ^ a12;
    // The majority and the choice are written with the fewest operations after `a` and `e`, the
    // words that arrive last, and without a complement, which WebAssembly has not.
    let (ff, gg) = if round < 16 {
        (a ^ (b ^ c), e ^ (f ^ g))
    } else {
        ((a & (b | c)) | (b & c), ((f ^ g) & e) ^ g)
    };
    let tt1 = d.wrapping_add(mixed).wrapping_add(ff).wrapping_add(ss2);
    let tt2 = h.wrapping_add(word).wrapping_add(gg).wrapping_add(ss1);
    let p0 = tt2 ^ tt2.rotate_left(9) ^ tt2.rotate_left(17);
    [tt1, a, b.rotate_left(9), c, p0, e, f.rotate_left(19), g]
}

/// Applies `$round!(j)` for the four rounds of each quarter of sixteen named.
macro_rules! each {
    ($step:ident; $($index:literal)*) => { $( $step!($index); )* };
}
pub(crate) use each;

/// Compresses `blocks` into `state`.
pub(crate) fn compress(state: &mut [u32; 8], blocks: &[Block]) {
    for block in blocks {
        compress_block(state, block);
    }
}

#[inline(always)]
pub(crate) fn compress_block(state: &mut [u32; 8], block: &Block) {
    let mut ring = Ring::new(block);
    let mut now = *state;
    macro_rules! four {
        ($quarter:literal) => {
            now = round(now, 4 * $quarter, ring.words(4 * $quarter));
            now = round(now, 4 * $quarter + 1, ring.words(4 * $quarter + 1));
            now = round(now, 4 * $quarter + 2, ring.words(4 * $quarter + 2));
            now = round(now, 4 * $quarter + 3, ring.words(4 * $quarter + 3));
        };
    }
    each!(four; 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
    for (word, new) in state.iter_mut().zip(now) {
        *word ^= new;
    }
}
