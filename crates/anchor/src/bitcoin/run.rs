//! Headers one after the other, and what they reach.

use std::collections::BTreeMap;

use super::{BlockHash, HEADER, Header};

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

    /// The last header that a pin knows, and its height.
    pub(super) fn pinned(&self, pins: &[Pin]) -> Option<(usize, u32)> {
        let known = |header: &Header<'_>| {
            let hash = header.hash();
            pins.iter().find_map(|pin| pin.height(&hash))
        };
        let mut headers = self.headers.iter().enumerate().rev();
        headers.find_map(|(index, header)| Some((index, known(header)?)))
    }

    /// What the header at an index is worth under the network that makes most of it.
    pub(super) fn best_standing<'p>(
        &self,
        index: usize,
        pins: &'p [Pin],
    ) -> (Standing, Option<&'p Pin>) {
        for pin in pins {
            let standing = self.standing(index, pin);
            if matches!(standing, Standing::Canonical { .. }) {
                return (standing, Some(pin));
            }
        }
        let nothing = Pin::new(String::new(), []);
        (self.standing(index, pins.first().unwrap_or(&nothing)), None)
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
