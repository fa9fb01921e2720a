//! What a receipt of a chain is worth, judged from its bytes and from what is pinned, by no node and no explorer.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::octets::HexOf;
use crate::{bitcoin, evm, fabric, fisco};

/// The 32 octets that a chain was given, and the only ones.
pub type Payload = [u8; 32];

/// What a receipt shows, from the strongest to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worth {
    /// Hash-linked to a pinned block, or signed by a quorum of pinned validators.
    Canonical,
    /// Signed by a quorum, of validators that nobody pinned.
    QuorumUnpinned,
    /// In a header with the work it claims, of a chain that nobody pinned.
    WorkOnly,
    /// In a block, of which nothing else is shown.
    InclusionOnly,
    /// Promised and not yet in a block.
    Pending,
    /// Contradicts itself, the payload or a pin.
    Failed,
}

impl Worth {
    /// Its name in reports and files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Canonical => "canonical",
            Self::QuorumUnpinned => "quorum-unpinned",
            Self::WorkOnly => "pow-only",
            Self::InclusionOnly => "inclusion-only",
            Self::Pending => "pending",
            Self::Failed => "failed",
        }
    }
}

/// Where in a chain, as far as the receipt shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The network, as its kind names one: `bitcoin`, `eip155:5555`, `fisco:chain0/group0`, `fabric:channel`.
    pub network: String,
    /// Height of the block.
    pub height: Option<u64>,
    /// Hash of the block in lowercase hex, as the chain's own tools print it.
    pub block: Option<String>,
    /// Hash of the transaction, likewise.
    pub transaction: Option<String>,
    /// Seconds since 1970 as the block header says them; none where the header has none (Fabric).
    pub time: Option<i64>,
}

/// A fact that belongs to the judgement: a stable code and what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// Stable code, kebab-case.
    pub code: &'static str,
    /// What it is about.
    pub params: BTreeMap<&'static str, String>,
}

impl Remark {
    /// A remark. One of a code of [`crate::REMARKS`] has the parameters that stand there.
    #[must_use]
    pub fn new(code: &'static str, params: &[(&'static str, &str)]) -> Self {
        let params: BTreeMap<_, _> = params.iter().map(|(k, v)| (*k, (*v).to_owned())).collect();
        debug_assert!(
            crate::remarks::fits(code, params.keys().copied()),
            "{code}: {params:?}"
        );
        Self { code, params }
    }
}

/// What came of judging a receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// What it is worth.
    pub worth: Worth,
    /// Where it stands, as far as it was shown.
    pub place: Place,
    /// Why, and what else is to be known; the first one of a failed receipt is the reason.
    pub remarks: Vec<Remark>,
    /// Names of the pins that decided.
    pub pins: Vec<String>,
}

impl Judgement {
    /// A receipt that contradicts something.
    #[must_use]
    pub fn failed(place: Place, reason: Remark) -> Self {
        Self {
            worth: Worth::Failed,
            place,
            remarks: vec![reason],
            pins: Vec::new(),
        }
    }
}

/// What a judge pins of chains. Nothing that travels with a receipt is ever a pin.
#[derive(Debug, Clone, Default)]
pub struct Pins {
    /// Blocks of Bitcoin networks.
    pub bitcoin: Vec<bitcoin::Pin>,
    /// Validators and blocks of EVM chains.
    pub evm: Vec<evm::Pin>,
    /// Sealers of FISCO BCOS groups.
    pub fisco: Vec<fisco::Pin>,
    /// Authorities of Fabric channels.
    pub fabric: Vec<fabric::Pin>,
}

/// Most octets of a receipt: a Fabric block of the largest size that orderers cut, in base64, and room.
pub(crate) const LARGEST: usize = 64 << 20;

/// Octets that are no receipt of any kind that is known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReceiptError {
    /// Longer than any receipt.
    #[error("{0} octets are more than a receipt may have")]
    TooLong(usize),
    /// Not canonical JSON (RFC 8785), or without a format that is known.
    #[error("not a receipt: {0}")]
    Shape(String),
}

/// Judges a receipt that is one JSON file (RFC 8785); its member `format` says which kind it is. Receipts of Bitcoin are
/// `.ots` files and block headers instead: [`crate::ots`], [`crate::bitcoin`].
///
/// # Errors
/// [`ReceiptError`] where the octets are no receipt at all; one that does not hold is a [`Judgement`].
pub fn judge(octets: &[u8], payload: &Payload, pins: &Pins) -> Result<Judgement, ReceiptError> {
    if octets.len() > LARGEST {
        return Err(ReceiptError::TooLong(octets.len()));
    }
    let shape = |error: &dyn std::fmt::Display| ReceiptError::Shape(error.to_string());
    fidem_manifest::canonical::check(octets).map_err(|e| shape(&e))?;
    let kind: Format = serde_json::from_slice(octets).map_err(|e| shape(&e))?;
    match kind.format.as_str() {
        evm::FORMAT => Ok(evm::Receipt::parse(octets)?.judge(payload, &pins.evm)),
        fisco::FORMAT => Ok(fisco::Receipt::parse(octets)?.judge(payload, &pins.fisco)),
        fabric::FORMAT => Ok(fabric::Receipt::parse(octets)?.judge(payload, &pins.fabric)),
        other => Err(ReceiptError::Shape(other.to_owned())),
    }
}

#[derive(Deserialize)]
struct Format {
    format: String,
}

/// How a receipt that is one JSON file is read and written: its type, its format, the most octets that it has.
macro_rules! one_file {
    ($receipt:ty, $format:expr, $longest:expr) => {
        impl $receipt {
            /// Reads a receipt.
            ///
            /// # Errors
            /// [`ReceiptError`].
            pub fn parse(octets: &[u8]) -> Result<Self, ReceiptError> {
                let receipt: Self = crate::receipt::read(octets, $longest)?;
                match receipt.format == $format {
                    true => Ok(receipt),
                    false => Err(ReceiptError::Shape(receipt.format)),
                }
            }

            /// Writes a receipt (RFC 8785).
            ///
            /// # Errors
            /// [`ReceiptError::Shape`] for numbers that JSON does not hold exactly.
            pub fn to_bytes(&self) -> Result<Vec<u8>, ReceiptError> {
                crate::receipt::write(self)
            }
        }
    };
}

pub(crate) use one_file;

pub(crate) fn read<T: DeserializeOwned>(octets: &[u8], longest: usize) -> Result<T, ReceiptError> {
    match octets.len() > longest {
        true => Err(ReceiptError::TooLong(octets.len())),
        false => serde_json::from_slice(octets).map_err(|e| ReceiptError::Shape(e.to_string())),
    }
}

pub(crate) fn write<T: Serialize>(receipt: &T) -> Result<Vec<u8>, ReceiptError> {
    fidem_manifest::canonical::encode(receipt).map_err(|e| ReceiptError::Shape(e.to_string()))
}

/// A block that is known to be in a chain.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PinnedBlock {
    /// Its height.
    pub height: u64,
    /// Its hash.
    pub hash: HexOf<32>,
}

/// Whether a block is among the pinned ones; the hash that is pinned where another stands at its height.
pub(crate) fn is_pinned(
    pinned: &[PinnedBlock],
    height: u64,
    hash: &[u8; 32],
) -> Result<bool, HexOf<32>> {
    let mut found = false;
    for block in pinned.iter().filter(|block| block.height == height) {
        match block.hash.0 == *hash {
            true => found = true,
            false => return Err(block.hash),
        }
    }
    Ok(found)
}
