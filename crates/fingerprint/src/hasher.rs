//! Digests of a message that arrives in pieces.

use sha2::Digest as _;

use crate::Fingerprint;
use crate::Lanes;

/// Both digests of one message, in one pass over its pieces.
#[derive(Clone)]
pub struct Hasher(Inner);

#[derive(Clone)]
enum Inner {
    Crates(Box<Crates>),
    #[cfg(target_arch = "x86_64")]
    Fused(Box<fused::Fused>),
}

impl Default for Hasher {
    fn default() -> Self {
        Hasher::new()
    }
}

impl Hasher {
    /// A hasher of the empty message.
    pub fn new() -> Self {
        Hasher::with(Lanes::fastest())
    }

    /// As [`Hasher::new`], with the instructions chosen; those this processor lacks are not used.
    pub fn with(lanes: Lanes) -> Self {
        #[cfg(target_arch = "x86_64")]
        if let Some(fused) = fused::Fused::new(lanes) {
            return Hasher(Inner::Fused(Box::new(fused)));
        }
        let _ = lanes;
        Hasher(Inner::Crates(Box::default()))
    }

    /// Appends `bytes` to the message.
    pub fn update(&mut self, bytes: &[u8]) {
        match &mut self.0 {
            Inner::Crates(crates) => crates.update(bytes),
            #[cfg(target_arch = "x86_64")]
            Inner::Fused(fused) => fused.update(bytes),
        }
    }

    /// The fingerprint of the message.
    pub fn finish(self) -> Fingerprint {
        match self.0 {
            Inner::Crates(crates) => crates.finish(),
            #[cfg(target_arch = "x86_64")]
            Inner::Fused(fused) => fused.finish(),
        }
    }
}

/// One digest after the other.
#[derive(Clone, Default)]
struct Crates {
    size: u64,
    sha256: sha2::Sha256,
    sm3: sm3::Sm3,
}

impl Crates {
    /// So much that both digests find a piece in the nearest cache.
    const PIECE: usize = 16 * 1024;

    fn update(&mut self, bytes: &[u8]) {
        for piece in bytes.chunks(Self::PIECE) {
            self.size = self.size.wrapping_add(piece.len() as u64);
            self.sha256.update(piece);
            self.sm3.update(piece);
        }
    }

    fn finish(self) -> Fingerprint {
        Fingerprint {
            size: self.size,
            sha256: self.sha256.finalize().into(),
            sm3: self.sm3.finalize().into(),
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod fused {
    use crate::Fingerprint;
    use crate::block::Block;
    use crate::block::SHA256_INITIAL;
    use crate::block::digest;
    use crate::lanes::Both;
    use crate::lanes::Lanes;
    use crate::lanes::States;
    use crate::message::SM3_INITIAL;
    use crate::message::Tail;

    /// Both digests, their rounds interleaved.
    #[derive(Clone)]
    pub(super) struct Fused {
        both: Both,
        states: States,
        size: u64,
        /// The bytes since the last whole block, at its beginning.
        partial: Block,
    }

    impl Fused {
        pub(super) fn new(lanes: Lanes) -> Option<Self> {
            Both::new(lanes).map(|both| Fused {
                both,
                states: States::new(SHA256_INITIAL, SM3_INITIAL),
                size: 0,
                partial: [0; 64],
            })
        }

        pub(super) fn update(&mut self, bytes: &[u8]) {
            let filled = self.filled();
            self.size = self.size.wrapping_add(bytes.len() as u64);
            let bytes = if filled == 0 {
                bytes
            } else {
                self.fill(filled, bytes)
            };
            let (blocks, rest) = bytes.as_chunks::<64>();
            self.both.compress(&mut self.states, blocks);
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
            self.both.compress(&mut self.states, &[self.partial]);
            later
        }

        pub(super) fn finish(mut self) -> Fingerprint {
            let tail = Tail::new(&self.partial[..self.filled()], self.size);
            self.both.compress(&mut self.states, tail.blocks());
            Fingerprint {
                size: self.size,
                sha256: digest(&self.states.sha256()),
                sm3: digest(&self.states.sm3()),
            }
        }

        /// How many bytes of the partial block count, fewer than 64.
        fn filled(&self) -> usize {
            usize::from(self.size.to_le_bytes()[0] % 64)
        }
    }
}

/// SHA-256 alone (FIPS 180-4), of a message that arrives in pieces.
#[derive(Clone, Default)]
pub struct Sha256Hasher(sha2::Sha256);

impl Sha256Hasher {
    /// A hasher of the empty message.
    pub fn new() -> Self {
        Sha256Hasher::default()
    }

    /// Appends `bytes` to the message.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of the message.
    pub fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}
