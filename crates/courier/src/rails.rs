//! The adapters, one file for each kind of network, and their settings as the office keeps them.

mod block;
pub mod bsn;
pub mod evm;
pub mod fabric;
pub mod fisco;
pub mod opentimestamps;
mod pem;
mod secrets;

use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Rail, RailError};

/// Public chains by their ids (EIP-155): Ethereum and its trial network, Optimism, BNB, Polygon, Base, Arbitrum, Avalanche.
const PUBLIC_CHAINS: [u64; 8] = [1, 11_155_111, 10, 56, 137, 8453, 42_161, 43_114];

/// Settings of any adapter: its kind, and what that kind wants. Keys are in it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RailSettings {
    /// The adapter's kind, as [`crate::Adapter::kind`].
    pub kind: String,
    /// Its settings.
    pub settings: Value,
}

impl fmt::Debug for RailSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RailSettings")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

impl RailSettings {
    /// The adapter.
    ///
    /// # Errors
    /// [`RailError::Setting`] where the settings cannot be used.
    pub fn rail(&self) -> Result<Box<dyn Rail>, RailError> {
        Ok(match self.kind.as_str() {
            "opentimestamps" => Box::new(opentimestamps::OpenTimestamps::new(self.read()?)?),
            "bsn-fabric" => Box::new(bsn::BsnFabric::new(self.read()?)?),
            "fabric" => Box::new(fabric::Fabric::new(self.read()?)?),
            "evm" => Box::new(evm::Evm::new(self.read()?)?),
            "fisco" => Box::new(fisco::Fisco::new(self.read()?)?),
            other => {
                return Err(RailError::Setting {
                    what: other.to_owned(),
                });
            }
        })
    }

    fn read<T: DeserializeOwned>(&self) -> Result<T, RailError> {
        T::deserialize(&self.settings).map_err(|e| RailError::Setting {
            what: e.to_string(),
        })
    }

    /// A network that anybody may join, wherever this is certain from the settings.
    #[must_use]
    pub fn is_public(&self) -> bool {
        let chain = self.settings.get("chain_id").and_then(Value::as_u64);
        match self.kind.as_str() {
            "opentimestamps" => true,
            "evm" => chain.is_some_and(|id| PUBLIC_CHAINS.contains(&id)),
            _ => false,
        }
    }

    /// The rule by which the adapter calls a block final, as a certificate prints it in Chinese.
    #[must_use]
    pub fn finality_rule(&self) -> Option<String> {
        let number = |name: &str, usual: u64| {
            let set = self.settings.get(name).and_then(Value::as_u64);
            set.unwrap_or(usual)
        };
        let flag = |name: &str| self.settings.get(name).and_then(Value::as_bool);
        Some(match self.kind.as_str() {
            "opentimestamps" => format!("连同所在区块满 {} 个区块", number("confirmations", 6)),
            "evm" if flag("finalized_tag") == Some(true) => {
                "节点的 finalized 标记已达该区块".to_owned()
            }
            "evm" => format!("连同所在区块满 {} 个区块", number("confirmations", 12)),
            "fisco" => "所配置的共识节点签名达法定数".to_owned(),
            "bsn-fabric" | "fabric" => "排序节点已签名成块".to_owned(),
            _ => return None,
        })
    }

    /// The framework, where the kind tells it.
    #[must_use]
    pub fn framework(&self) -> Option<&'static str> {
        Some(match self.kind.as_str() {
            "opentimestamps" => "OpenTimestamps（Bitcoin）",
            "evm" => "EVM",
            "fisco" => "FISCO BCOS",
            "bsn-fabric" => "Hyperledger Fabric（BSN）",
            "fabric" => "Hyperledger Fabric",
            _ => return None,
        })
    }

    /// The same without keys, tokens and passwords: empty where one stands.
    #[must_use]
    pub fn without_secrets(&self) -> Self {
        Self {
            kind: self.kind.clone(),
            settings: secrets::without(&self.settings),
        }
    }

    /// Takes over the secrets of earlier settings of the same kind wherever these are empty.
    pub fn keep_secrets_of(&mut self, known: &Self) {
        if self.kind == known.kind {
            secrets::keep(&mut self.settings, &known.settings);
        }
    }
}
