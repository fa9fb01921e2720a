//! Bitcoin block headers: what they are worth without a node.
//!
//! A header is hash-linked to the one before. A run of headers that ends at a pinned hash is part of the chain that the
//! pinned hash belongs to, whoever brought the run: that is [`Standing::Canonical`], and no work needs to be judged. A run that
//! reaches no pinned hash shows only how much work went into it.

use std::collections::BTreeMap;

use fidem_fingerprint::sha256;

/// Octets of a header.
pub const HEADER: usize = 80;

/// The hash of a block in the order of its octets; shown it is turned around.
pub type BlockHash = [u8; 32];

/// A block header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header<'a>(&'a [u8; HEADER]);

impl<'a> Header<'a> {
    /// A header of its 80 octets.
    #[must_use]
    pub fn of(octets: &'a [u8; HEADER]) -> Self {
        Self(octets)
    }

    fn field<const N: usize>(&self, at: usize) -> [u8; N] {
        let mut field = [0; N];
        field.copy_from_slice(&self.0[at..at + N]);
        field
    }

    /// Its hash: SHA-256 of SHA-256.
    #[must_use]
    pub fn hash(&self) -> BlockHash {
        sha256(&sha256(self.0))
    }

    /// The hash of the block before.
    #[must_use]
    pub fn previous(&self) -> BlockHash {
        self.field(4)
    }

    /// The root over its transactions, in the order of its octets.
    #[must_use]
    pub fn merkle_root(&self) -> [u8; 32] {
        self.field(36)
    }

    /// Seconds since 1970 as its miner set them: up to two hours wrong.
    #[must_use]
    pub fn time(&self) -> u32 {
        u32::from_le_bytes(self.field(68))
    }

    /// The target in its compact form.
    #[must_use]
    pub fn bits(&self) -> u32 {
        u32::from_le_bytes(self.field(72))
    }

    /// The hash is not above the target that the header names itself.
    #[must_use]
    pub fn meets_target(&self) -> bool {
        let mut hash = self.hash();
        hash.reverse();
        target(self.bits()).is_some_and(|target| hash <= target)
    }

    /// How many hashes it takes on average to find such a header, as a power of two rounded down.
    #[must_use]
    pub fn work_bits(&self) -> u32 {
        let zeros = |target: [u8; 32]| {
            let leading = target.iter().take_while(|octet| **octet == 0).count();
            let next = target.get(leading).map_or(0, |octet| octet.leading_zeros());
            u32::try_from(leading).unwrap_or(0) * 8 + next
        };
        target(self.bits()).map_or(0, zeros)
    }
}

/// The target of a compact form, most significant octet first; none where the form is negative, zero or too large.
fn target(bits: u32) -> Option<[u8; 32]> {
    let [exponent, mantissa @ ..] = bits.to_be_bytes();
    if mantissa[0] & 0x80 != 0 || mantissa == [0; 3] {
        return None;
    }
    let mut target = [0; 32];
    for (index, octet) in mantissa.into_iter().enumerate() {
        // The first octet of the mantissa stands `exponent` octets from the end.
        let from_end = usize::from(exponent).checked_sub(index);
        match (from_end, octet) {
            (Some(1..=32), _) => target[32 - from_end.unwrap_or(1)] = octet,
            // Below one: cut off, as the reference does.
            (None | Some(0), _) | (_, 0) => {}
            _ => return None,
        }
    }
    (target != [0; 32]).then_some(target)
}

/// Pinned blocks of one network, as a trust file names them.
#[derive(Debug, Clone)]
pub struct Pin {
    /// `bitcoin`, `bitcoin-testnet`, `bitcoin-regtest`.
    pub network: String,
    heights: BTreeMap<BlockHash, u32>,
}

impl Pin {
    /// Blocks by height and hash, the hash in the order of its octets.
    #[must_use]
    pub fn new(network: String, blocks: impl IntoIterator<Item = (u32, BlockHash)>) -> Self {
        Self {
            network,
            heights: blocks.into_iter().map(|(h, hash)| (hash, h)).collect(),
        }
    }

    /// The height of a pinned block.
    #[must_use]
    pub fn height(&self, hash: &BlockHash) -> Option<u32> {
        self.heights.get(hash).copied()
    }

    /// The highest pinned block.
    #[must_use]
    pub fn highest(&self) -> Option<u32> {
        self.heights.values().max().copied()
    }
}

/// What a header is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Hash-linked to a pinned block: part of its chain.
    Canonical {
        /// The height that follows from the pinned one.
        height: u32,
        /// Headers on the way to the pinned block, itself included.
        links: usize,
    },
    /// It reaches no pinned block; each header of the run from it on has the work that it claims.
    WorkOnly {
        /// Headers after it in the run.
        above: usize,
        /// Hashes that its own work stands for, as a power of two.
        work_bits: u32,
    },
    /// Neither linked nor worked for.
    Failed,
}

/// A run of headers, each linked to the one before.
#[derive(Debug, Clone)]
pub struct Run<'a> {
    headers: Vec<Header<'a>>,
}

/// Why octets are no run of headers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// Not a whole number of headers, or none.
    #[error("{0} octets are no whole number of headers")]
    Length(usize),
    /// A header that does not follow the one before.
    #[error("header {0} is not linked to the one before")]
    Link(usize),
}

impl<'a> Run<'a> {
    /// Reads headers one after the other.
    ///
    /// # Errors
    /// [`RunError`].
    pub fn parse(octets: &'a [u8]) -> Result<Self, RunError> {
        let (headers, rest) = octets.as_chunks::<HEADER>();
        if headers.is_empty() || !rest.is_empty() {
            return Err(RunError::Length(octets.len()));
        }
        let headers: Vec<Header<'_>> = headers.iter().map(Header::of).collect();
        let broken = headers
            .windows(2)
            .position(|pair| pair[1].previous() != pair[0].hash());
        match broken {
            Some(index) => Err(RunError::Link(index + 1)),
            None => Ok(Self { headers }),
        }
    }

    /// The headers in order.
    #[must_use]
    pub fn headers(&self) -> &[Header<'a>] {
        &self.headers
    }

    /// The header whose transactions have that root.
    #[must_use]
    pub fn with_root(&self, root: &[u8]) -> Option<usize> {
        self.headers
            .iter()
            .position(|header| header.merkle_root() == root)
    }

    /// What the header at an index is worth.
    #[must_use]
    pub fn standing(&self, index: usize, pinned: &Pin) -> Standing {
        let from = self.headers.get(index..).unwrap_or_default();
        for (links, header) in (1_usize..).zip(from) {
            let height = pinned.height(&header.hash());
            let below = u32::try_from(links - 1).ok();
            if let (Some(height), Some(below)) = (height, below) {
                return match height.checked_sub(below) {
                    Some(height) => Standing::Canonical { height, links },
                    None => Standing::Failed,
                };
            }
        }
        match from.split_first() {
            Some((own, above)) if from.iter().all(Header::meets_target) => Standing::WorkOnly {
                above: above.len(),
                work_bits: own.work_bits(),
            },
            _ => Standing::Failed,
        }
    }
}
