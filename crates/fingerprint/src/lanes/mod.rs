//! The kernels: several messages side by side in the registers of an `x86_64` processor.
//!
//! The only module of the project with `unsafe`. It is needed for two things alone: calling a
//! function compiled for instructions that the processor may lack, and moving arrays to and from
//! vector registers. The first is covered by proofs: [`ShaNi`], [`Avx2`] and [`Avx512`] can only
//! be made by looking the instructions up, and every kernel holds the proof it needs. The second
//! is covered by array types of exactly the register's size.
#![allow(unsafe_code)]
// The names of the instructions carry their own prefix, and an index of a lane or of a block is
// one into several arrays.
#![allow(clippy::wildcard_imports, clippy::needless_range_loop)]

#[cfg(target_arch = "x86_64")]
mod both;
#[cfg(target_arch = "x86_64")]
mod both_x16;
#[cfg(target_arch = "x86_64")]
mod expansion;
#[cfg(target_arch = "x86_64")]
mod load;
#[cfg(target_arch = "x86_64")]
mod proof;
#[cfg(target_arch = "x86_64")]
mod sha256_x16;
#[cfg(target_arch = "x86_64")]
mod sha256_x4;
#[cfg(target_arch = "x86_64")]
mod sm3_x16;
#[cfg(target_arch = "x86_64")]
mod sm3_x8;

#[cfg(target_arch = "x86_64")]
pub(crate) use self::both::Both;
#[cfg(target_arch = "x86_64")]
pub(crate) use self::both::Fused;
#[cfg(target_arch = "x86_64")]
pub(crate) use self::both::States;
#[cfg(target_arch = "x86_64")]
pub(crate) use self::both_x16::BothX16;
#[cfg(target_arch = "x86_64")]
pub(crate) use self::proof::Proofs;
#[cfg(target_arch = "x86_64")]
pub(crate) use self::sha256_x4::Sha256x4;
#[cfg(target_arch = "x86_64")]
pub(crate) use self::sha256_x16::Sha256x16;
#[cfg(target_arch = "x86_64")]
pub(crate) use self::sm3_x8::Sm3x8;

/// Which instructions the digests may be computed with. Every choice gives the same digests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Lanes {
    /// One message after another, SHA-256 by the crate `sha2`, SM3 by scalar instructions.
    Scalar,
    /// One message after another, the rounds of both digests interleaved: SHA-256 by the SHA
    /// extensions, SM3 by scalar instructions.
    ShaNi,
    /// SM3 of eight messages at once, and SHA-256 of four where the processor has the SHA
    /// extensions. Of a message alone as `ShaNi`, SM3's message expansion eight blocks at once.
    Avx2,
    /// SHA-256 and SM3 of sixteen messages at once. Of a message alone as `ShaNi`, SM3's message
    /// expansion sixteen blocks at once.
    Avx512,
}

impl Lanes {
    /// Whether this processor has the instructions.
    pub fn is_available(self) -> bool {
        match self {
            Lanes::Scalar => true,
            #[cfg(target_arch = "x86_64")]
            lanes => Proofs::new(lanes).reaches(lanes),
            #[cfg(not(target_arch = "x86_64"))]
            _ => false,
        }
    }

    /// The choice of this list that is fastest on this processor.
    pub fn fastest() -> Lanes {
        [Lanes::Avx512, Lanes::Avx2, Lanes::ShaNi]
            .into_iter()
            .find(|lanes| lanes.is_available())
            .unwrap_or(Lanes::Scalar)
    }
}

/// Every choice this processor has the instructions for, `Scalar` first.
pub fn kernels() -> Vec<Lanes> {
    [Lanes::Scalar, Lanes::ShaNi, Lanes::Avx2, Lanes::Avx512]
        .into_iter()
        .filter(|lanes| lanes.is_available())
        .collect()
}

/// A compression function with `W` words of state on `N` independent messages side by side.
#[cfg(target_arch = "x86_64")]
pub(crate) trait Kernel<const N: usize, const W: usize>: Copy {
    /// Compresses as many blocks of each message as the shortest of `blocks` has.
    ///
    /// `state[word][lane]` holds word `word` of the chaining state of message `lane`.
    fn compress(self, state: &mut [[u32; N]; W], blocks: &[&[crate::block::Block]; N]);
}

/// How many blocks every lane has.
#[cfg(target_arch = "x86_64")]
fn shortest(blocks: &[&[crate::block::Block]]) -> usize {
    blocks.iter().map(|lane| lane.len()).min().unwrap_or(0)
}
