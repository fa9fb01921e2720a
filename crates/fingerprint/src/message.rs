//! From messages to blocks, for the kernels that compress blocks.

use crate::block::Block;

/// GB/T 32905-2016 §4.1.
pub(crate) const SM3_INITIAL: [u32; 8] = [
    0x7380_166f,
    0x4914_b2b9,
    0x1724_42d7,
    0xda8a_0600,
    0xa96f_30bc,
    0x1631_38aa,
    0xe38d_ee4d,
    0xb0fb_0e4e,
];

/// The padded last one or two blocks of a message (FIPS 180-4 §5.1.1 and GB/T 32905-2016 §5.2,
/// which are the same rule).
#[derive(Clone, Copy)]
pub(crate) struct Tail {
    blocks: [Block; 2],
    start: usize,
    end: usize,
}

impl Tail {
    /// Pads `rest`, the bytes of the message after its last whole block; `size` is the length of
    /// the whole message in bytes.
    ///
    /// Of a `rest` longer than 63 bytes only the first 63 would be padded; callers cut at 64.
    pub(crate) fn new(rest: &[u8], size: u64) -> Self {
        let mut blocks = [[0; 64]; 2];
        let bytes = blocks.as_flattened_mut();
        for (to, from) in bytes.iter_mut().zip(rest.iter().take(63).chain(&[0x80])) {
            *to = *from;
        }
        let end = if rest.len() < 56 { 1 } else { 2 };
        // The length field counts bits modulo 2^64, as the standards have it.
        let bits = size.wrapping_mul(8).to_be_bytes();
        bytes[64 * end - 8..64 * end].copy_from_slice(&bits);
        Tail {
            blocks,
            start: 0,
            end,
        }
    }

    /// The blocks not yet dropped.
    pub(crate) fn blocks(&self) -> &[Block] {
        &self.blocks[self.start..self.end]
    }

    /// Drops the first `count` blocks, or as many as there are.
    pub(crate) fn advance(&mut self, count: usize) {
        self.start = self.end.min(self.start + count);
    }
}

/// The sixteen big-endian words of a block.
pub(crate) fn words(block: &Block) -> [u32; 16] {
    let mut words = [0; 16];
    for (word, bytes) in words.iter_mut().zip(block.as_chunks::<4>().0) {
        *word = u32::from_be_bytes(*bytes);
    }
    words
}
