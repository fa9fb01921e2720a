//! Where block headers come from: a node, or a server that speaks Esplora's interface. Neither is believed: headers are
//! checked by their hashes, their links and their work.

use fidem_anchor::bitcoin::{HEADER, Header};
use fidem_fingerprint::hex;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{Errand, RailError, Wire};

/// Blocks in a period of difficulty; its last is where checkpoints stand.
const PERIOD: u64 = 2016;

/// A source of headers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum HeaderSource {
    /// JSON-RPC of a node (`getblockhash`, `getblockheader`); user name and password may stand in the address.
    Node {
        /// Its address.
        url: String,
    },
    /// REST as Esplora has it (`/block-height/N`, `/block/HASH/header`, `/blocks/tip/height`).
    Esplora {
        /// Its address, without a slash at the end.
        url: String,
    },
}

impl HeaderSource {
    /// Height of the highest block.
    pub(super) fn tip(&self, wire: &mut Wire<'_>) -> Result<u64, RailError> {
        let tip = match self {
            Self::Node { url } => wire.rpc(url, &[], "getblockcount", &json!([]))?.as_u64(),
            Self::Esplora { url } => fetch(wire, &format!("{url}/blocks/tip/height"))?
                .trim()
                .parse()
                .ok(),
        };
        tip.ok_or_else(|| answer("height"))
    }

    /// Hash of the block at a height, as it is shown.
    pub(super) fn hash_at(&self, wire: &mut Wire<'_>, height: u64) -> Result<String, RailError> {
        let hash = match self {
            Self::Node { url } => {
                let hash = wire.rpc(url, &[], "getblockhash", &json!([height]))?;
                hash.as_str().unwrap_or_default().to_owned()
            }
            Self::Esplora { url } => {
                let hash = fetch(wire, &format!("{url}/block-height/{height}"))?;
                hash.trim().to_owned()
            }
        };
        match hex::decode32(&hash) {
            Some(_) => Ok(hash),
            None => Err(answer("hash")),
        }
    }

    /// The header of that hash; it must be the header that has the hash.
    fn header(&self, wire: &mut Wire<'_>, hash: &str) -> Result<[u8; HEADER], RailError> {
        let text = match self {
            Self::Node { url } => {
                let header = wire.rpc(url, &[], "getblockheader", &json!([hash, false]))?;
                header.as_str().unwrap_or_default().to_owned()
            }
            Self::Esplora { url } => fetch(wire, &format!("{url}/block/{hash}/header"))?,
        };
        let octets: [u8; HEADER] = hex::decode(text.trim())
            .and_then(|octets| octets.try_into().ok())
            .ok_or_else(|| answer("header"))?;
        let mut own = Header::of(&octets).hash();
        own.reverse();
        match hex::encode(&own) == hash {
            true => Ok(octets),
            false => Err(RailError::Lie {
                what: format!("the header of block {hash}"),
            }),
        }
    }

    /// The header at a height.
    pub(super) fn header_at(
        &self,
        wire: &mut Wire<'_>,
        height: u64,
    ) -> Result<[u8; HEADER], RailError> {
        let hash = self.hash_at(wire, height)?;
        self.header(wire, &hash)
    }

    /// Headers from a height on: to the next place of a checkpoint where the chain has come so far, else so many as make it
    /// final. They are fetched from the last backwards, so that each is named by the one after it.
    pub(super) fn run_from(
        &self,
        wire: &mut Wire<'_>,
        height: u64,
        tip: u64,
        confirmations: u64,
    ) -> Result<Vec<u8>, RailError> {
        let checkpoint = (height / PERIOD + 1) * PERIOD - 1;
        let last = match tip >= checkpoint {
            true => checkpoint,
            false => tip.min(height + confirmations.saturating_sub(1)),
        };
        let mut hash = self.hash_at(wire, last)?;
        let mut headers = Vec::new();
        for _ in height..=last {
            let octets = self.header(wire, &hash)?;
            let mut previous = Header::of(&octets).previous();
            previous.reverse();
            hash = hex::encode(&previous);
            headers.push(octets);
        }
        headers.reverse();
        Ok(headers.concat())
    }
}

fn fetch(wire: &mut Wire<'_>, url: &str) -> Result<String, RailError> {
    let errand = Errand::Fetch {
        accept: "text/plain",
        headers: &[],
    };
    let octets = wire.carry(url, &errand)?;
    String::from_utf8(octets).map_err(|_| answer("text"))
}

fn answer(what: &str) -> RailError {
    RailError::Answer {
        what: what.to_owned(),
    }
}
