//! What a trust file pins of chains and witnesses.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fidem_anchor::receipt::Pins;
use fidem_anchor::{WitnessKey, bitcoin, evm, fabric, fisco};
use fidem_fingerprint::hex;
use serde::Deserialize;

/// The members of a trust file that speak of chains. Each may be absent; one that is not understood makes the file refused.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct ChainEntries {
    #[serde(default)]
    bitcoin: Vec<BitcoinEntry>,
    #[serde(default)]
    evm: Vec<evm::Pin>,
    #[serde(default)]
    fabric: Vec<fabric::Pin>,
    #[serde(default)]
    fisco: Vec<fisco::Pin>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BitcoinEntry {
    #[serde(default)]
    blocks: Vec<BlockEntry>,
    #[serde(default)]
    checkpoints: Option<CheckpointsEntry>,
    network: String,
}

/// One block by its height and its hash as it is shown.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BlockEntry {
    hash: String,
    height: u32,
}

/// Hashes of blocks at equal distances, in base64, each in the order of its octets.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CheckpointsEntry {
    every: u32,
    first: u32,
    hashes: String,
}

/// A witness of logs.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WitnessEntry {
    key: String,
    #[serde(default)]
    operator: Option<String>,
}

impl WitnessEntry {
    pub(super) fn witness(self) -> Result<(WitnessKey, String), String> {
        let key = WitnessKey::from_line(&self.key).map_err(|e| e.to_string())?;
        let operator = self.operator.unwrap_or_else(|| key.name.clone());
        Ok((key, operator))
    }
}

impl ChainEntries {
    /// Adds its pins; says what is not understood.
    pub(super) fn pin(self, pins: &mut Pins) -> Result<(), String> {
        for entry in self.bitcoin {
            pins.bitcoin.push(entry.pin()?);
        }
        pins.evm.extend(self.evm);
        pins.fabric.extend(self.fabric);
        pins.fisco.extend(self.fisco);
        Ok(())
    }
}

impl BitcoinEntry {
    fn pin(self) -> Result<bitcoin::Pin, String> {
        let mut blocks = Vec::new();
        for block in &self.blocks {
            let hash = hex::decode32(&block.hash).ok_or_else(|| block.hash.clone())?;
            blocks.push((block.height, turned(hash)));
        }
        if let Some(checkpoints) = &self.checkpoints {
            blocks.extend(checkpoints.blocks()?);
        }
        Ok(bitcoin::Pin::new(self.network, blocks))
    }
}

impl CheckpointsEntry {
    fn blocks(&self) -> Result<Vec<(u32, [u8; 32])>, String> {
        let octets = STANDARD.decode(&self.hashes).map_err(|e| e.to_string())?;
        let (hashes, []) = octets.as_chunks::<32>() else {
            return Err("checkpoints are cut off".to_owned());
        };
        let height = |index: usize| {
            let steps = u32::try_from(index).ok()?.checked_mul(self.every)?;
            self.first.checked_add(steps)
        };
        let blocks = hashes.iter().enumerate();
        blocks
            .map(|(index, hash)| Some((height(index)?, *hash)))
            .collect::<Option<_>>()
            .ok_or_else(|| "checkpoints beyond any height".to_owned())
    }
}

fn turned(mut hash: [u8; 32]) -> [u8; 32] {
    hash.reverse();
    hash
}
