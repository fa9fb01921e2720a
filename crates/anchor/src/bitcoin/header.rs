//! One block header and its fields.

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
