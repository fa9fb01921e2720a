//! One pass over a message: whole blocks go to the compression functions, the rest waits.

use crate::Fingerprint;
use crate::block::Block;
use crate::block::SHA256_INITIAL;
use crate::block::digest;
use crate::message::SM3_INITIAL;
use crate::message::Tail;
use crate::sm3_scalar;

/// Compression functions with their chaining states.
pub(crate) trait Compression {
    /// Compresses `blocks` into every state.
    fn compress(&mut self, blocks: &[Block]);
}

/// The compression functions of both digests.
pub(crate) trait Both: Compression {
    /// The states of SHA-256 and of SM3.
    fn states(&self) -> [[u32; 8]; 2];
}

/// SM3 alone.
#[derive(Clone)]
pub(crate) struct Sm3([u32; 8]);

impl Sm3 {
    pub(crate) fn new() -> Self {
        Sm3(SM3_INITIAL)
    }
}

impl Compression for Sm3 {
    fn compress(&mut self, blocks: &[Block]) {
        sm3_scalar::compress(&mut self.0, blocks);
    }
}

/// SHA-256 by the crate `sha2`, then SM3 by scalar instructions.
#[derive(Clone)]
pub(crate) struct Portable {
    sha256: [u32; 8],
    sm3: [u32; 8],
}

impl Portable {
    /// So many blocks that both digests find them in the nearest cache.
    const PIECE: usize = 16 * 1024 / size_of::<Block>();

    pub(crate) fn new() -> Self {
        Portable {
            sha256: SHA256_INITIAL,
            sm3: SM3_INITIAL,
        }
    }
}

impl Compression for Portable {
    fn compress(&mut self, blocks: &[Block]) {
        for piece in blocks.chunks(Self::PIECE) {
            sha2::block_api::compress256(&mut self.sha256, piece);
            sm3_scalar::compress(&mut self.sm3, piece);
        }
    }
}

impl Both for Portable {
    fn states(&self) -> [[u32; 8]; 2] {
        [self.sha256, self.sm3]
    }
}

/// A message so far.
#[derive(Clone)]
pub(crate) struct Pass<C> {
    compression: C,
    size: u64,
    /// The bytes since the last whole block, at its beginning.
    partial: Block,
}

impl<C: Compression> Pass<C> {
    /// The empty message; `compression` has the initial states.
    pub(crate) fn new(compression: C) -> Self {
        Pass {
            compression,
            size: 0,
            partial: [0; 64],
        }
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        let filled = self.filled();
        self.size = self.size.wrapping_add(bytes.len() as u64);
        let bytes = if filled == 0 {
            bytes
        } else {
            self.fill(filled, bytes)
        };
        let (blocks, rest) = bytes.as_chunks::<64>();
        self.compression.compress(blocks);
        self.partial[..rest.len()].copy_from_slice(rest);
    }

    /// Completes the partial block, and returns the bytes that did not fit in it. If they did
    /// not suffice to complete it, nothing is left.
    fn fill<'a>(&mut self, filled: usize, bytes: &'a [u8]) -> &'a [u8] {
        let free = &mut self.partial[filled..];
        let Some((now, later)) = bytes.split_at_checked(free.len()) else {
            free[..bytes.len()].copy_from_slice(bytes);
            return &[];
        };
        free.copy_from_slice(now);
        self.compression.compress(&[self.partial]);
        later
    }

    /// Compresses the padded rest.
    fn end(mut self) -> C {
        let tail = Tail::new(&self.partial[..self.filled()], self.size);
        self.compression.compress(tail.blocks());
        self.compression
    }

    /// How many bytes of the partial block count, fewer than 64.
    fn filled(&self) -> usize {
        usize::from(self.size.to_le_bytes()[0] % 64)
    }
}

impl<C: Both> Pass<C> {
    pub(crate) fn finish(self) -> Fingerprint {
        let size = self.size;
        let [sha256, sm3] = self.end().states();
        Fingerprint {
            size,
            sha256: digest(&sha256),
            sm3: digest(&sm3),
        }
    }
}

impl Pass<Sm3> {
    pub(crate) fn finish(self) -> [u8; 32] {
        digest(&self.end().0)
    }
}
