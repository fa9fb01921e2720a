//! Receipts of EVM chains.

use serde::Deserialize;

use crate::receipt::{Judgement, Payload, Place, ReceiptError, Remark};

/// The format of these receipts.
pub const FORMAT: &str = "fidem-evm/1";

/// Validators or blocks of an EVM chain, as a trust file pins them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pin {
    /// Name for reports.
    pub name: String,
}

/// A receipt.
#[derive(Debug, Clone, Deserialize)]
pub struct Receipt {}

impl Receipt {
    /// Reads a receipt.
    ///
    /// # Errors
    /// [`ReceiptError`].
    pub fn parse(octets: &[u8]) -> Result<Self, ReceiptError> {
        serde_json::from_slice(octets).map_err(|e| ReceiptError::Shape(e.to_string()))
    }

    /// What it is worth.
    #[must_use]
    pub fn judge(&self, _payload: &Payload, _pins: &[Pin]) -> Judgement {
        Judgement::failed(Place::default(), Remark::new("evm-unread", &[]))
    }
}
