//! Block headers as RLP, from the first fork to those that are yet to come.

use super::keccak;
use super::seal::{Bft, Consensus, Sealed, seals};
use crate::rlp::{self, Item, RlpError};

/// Fields of the first headers; later forks add to them.
pub const LEAST_FIELDS: usize = 15;
/// More fields than any fork has.
const MOST_FIELDS: usize = 40;
/// Where the field stands whose meaning is the consensus'.
const EXTRA: usize = 12;

/// A header, of which what is judged has been read.
#[derive(Debug, Clone)]
pub struct Header<'a> {
    octets: &'a [u8],
    fields: Vec<Item<'a>>,
    /// The hash of the block before.
    pub parent: [u8; 32],
    /// The root of the trie over its transactions.
    pub transactions_root: [u8; 32],
    /// Its height.
    pub number: u64,
    /// Seconds since 1970 as its maker set them.
    pub time: u64,
    /// What the consensus keeps there: vanity, validators, seals.
    pub extra: &'a [u8],
}

impl<'a> Header<'a> {
    /// Reads a header.
    ///
    /// # Errors
    /// [`RlpError`].
    pub fn parse(octets: &'a [u8]) -> Result<Self, RlpError> {
        let fields = Item::whole(octets)?.items(MOST_FIELDS)?;
        if fields.len() < LEAST_FIELDS {
            return Err(RlpError("too few fields for a header"));
        }
        let field = |at: usize| {
            let field = fields.get(at).copied();
            field.ok_or(RlpError("too few fields for a header"))
        };
        Ok(Self {
            octets,
            parent: field(0)?.exactly()?,
            transactions_root: field(4)?.exactly()?,
            number: field(8)?.number()?,
            time: field(11)?.number()?,
            extra: field(EXTRA)?.octets()?,
            fields,
        })
    }

    /// The hash of the block under a consensus: IBFT 2.0 and QBFT leave the seals out.
    ///
    /// # Errors
    /// [`RlpError`] where the consensus keeps something else in the field.
    pub fn hash(&self, consensus: Consensus) -> Result<[u8; 32], RlpError> {
        match consensus {
            Consensus::None | Consensus::Clique => Ok(keccak(self.octets)),
            Consensus::Ibft2 | Consensus::Qbft => {
                let extra = Bft::parse(self.extra, consensus)?.for_the_hash();
                Ok(self.hash_with(&extra))
            }
        }
    }

    /// Whose seals are on it; none where the consensus puts none there, or one of them is nobody's.
    #[must_use]
    pub fn seals(&self, consensus: Consensus) -> Option<Sealed> {
        seals(self, consensus)
    }

    /// Keccak-256 of the header with something else in the field of the consensus.
    #[must_use]
    pub(super) fn hash_with(&self, extra: &[u8]) -> [u8; 32] {
        let mut fields: Vec<Vec<u8>> = self.fields.iter().map(|field| field.encoded()).collect();
        if let Some(field) = fields.get_mut(EXTRA) {
            *field = rlp::string(extra);
        }
        keccak(&rlp::list(&fields))
    }
}
