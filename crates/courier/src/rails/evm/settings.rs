//! How one account on one chain is reached.

use fidem_anchor::evm::{Consensus, Pin};
use fidem_anchor::octets::HexOf;
use serde::Deserialize;

use crate::RailError;
use crate::secret::{Secret, SecretKey};

/// What the office keeps of a chain and an account on it, in its encrypted casebook.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Address of the JSON-RPC. `{project}` in it stands for [`Settings::project`], as open permissioned chains want it.
    pub url: String,
    /// The project at a gateway.
    #[serde(default)]
    pub project: Option<Secret>,
    /// Header fields, `x-api-key` for one.
    #[serde(default)]
    pub headers: Vec<Header>,
    /// The chain (EIP-155).
    pub chain_id: u64,
    /// The secret key of the account that pays, secp256k1.
    pub key: SecretKey,
    /// The receiver of the transactions; without it the account itself.
    #[serde(default)]
    pub to: Option<HexOf<20>>,
    /// Which kind of transaction is made.
    #[serde(default)]
    pub fee_kind: FeeKind,
    /// How the chain seals its blocks.
    #[serde(default)]
    pub consensus: Consensus,
    /// Blocks, its own included, after which a transaction is final.
    #[serde(default = "twelve")]
    pub confirmations: u64,
    /// Final is what the node's tag `finalized` has reached, whatever the confirmations.
    #[serde(default)]
    pub finalized_tag: bool,
    /// No more is offered for one unit of gas, in wei.
    #[serde(default = "fees")]
    pub max_fee_per_gas: u64,
    /// No more gas is bought.
    #[serde(default = "gas")]
    pub max_gas: u64,
    /// Pins that evidence has to meet before it is called final; without them its own seals decide.
    #[serde(default)]
    pub pins: Vec<Pin>,
}

/// A header field.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// Its name.
    pub name: String,
    /// Its value, which may be a key.
    pub value: Secret,
}

/// Which kind of transaction is made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FeeKind {
    /// What the head of the chain shows: with a base fee the newer one.
    #[default]
    Automatic,
    /// With one price (EIP-155).
    Legacy,
    /// With a base fee and a tip (EIP-1559).
    Market,
}

fn twelve() -> u64 {
    12
}

/// 500 gwei.
fn fees() -> u64 {
    500_000_000_000
}

fn gas() -> u64 {
    100_000
}

impl Settings {
    pub(super) fn address(&self) -> Result<String, RailError> {
        match (&self.project, self.url.contains("{project}")) {
            (Some(project), true) => Ok(self.url.replace("{project}", project.reveal())),
            (None, false) => Ok(self.url.clone()),
            _ => Err(RailError::Setting {
                what: "project".to_owned(),
            }),
        }
    }

    pub(super) fn header_pairs(&self) -> Vec<(String, String)> {
        let pair = |h: &Header| (h.name.clone(), h.value.reveal().to_owned());
        self.headers.iter().map(pair).collect()
    }
}
