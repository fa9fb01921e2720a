//! A block of a Fabric channel as somebody handed it out, made into evidence.

use fidem_anchor::fabric::{self, Block, Pin, Receipt};
use fidem_anchor::octets::Base64;
use fidem_anchor::receipt::{Payload, Worth};

use crate::rail::{Evidence, RailError, State};

/// A block with a transaction that was looked for.
pub(super) struct Found {
    /// The number of the block.
    pub number: u64,
    /// What the peer noted of the transaction, 0 for valid. Nobody signed it.
    pub flag: Option<u8>,
    receipt: Receipt,
}

fn lie(what: impl Into<String>) -> RailError {
    RailError::Lie { what: what.into() }
}

impl Found {
    /// Finds the transaction in the block.
    pub fn read(octets: Vec<u8>, id: &str, channel: &str) -> Result<Self, RailError> {
        let block = Block::parse(&octets).map_err(|e| lie(e.0))?;
        let mut ids = block
            .data
            .iter()
            .map(|envelope| fabric::claimed_id(envelope));
        let index = ids.position(|found| found == Some(id));
        let index = index.ok_or_else(|| lie("the block does not have the transaction"))?;
        Ok(Self {
            number: block.number,
            flag: block.flag(index),
            receipt: Receipt {
                format: fabric::FORMAT.to_owned(),
                channel: channel.to_owned(),
                index: u64::try_from(index).unwrap_or(u64::MAX),
                block: Base64(octets),
            },
        })
    }

    /// Judges it; with pins only what they decide is enough.
    pub fn settled(&self, payload: &Payload, pins: &[Pin]) -> Result<State, RailError> {
        let judged = self.receipt.judge(payload, pins);
        let enough = match pins.is_empty() {
            true => judged.worth != Worth::Failed,
            false => judged.worth == Worth::Canonical,
        };
        if !enough {
            let first = judged.remarks.first();
            let first = first.map_or("nothing", |remark| remark.code);
            let worth = judged.worth.as_str();
            return Err(lie(format!("judged {worth}: {first}")));
        }
        let octets = self.receipt.to_bytes().map_err(|e| lie(e.to_string()))?;
        let name = "receipt.json".to_owned();
        Ok(State::Final(judged.place, vec![Evidence { name, octets }]))
    }
}
