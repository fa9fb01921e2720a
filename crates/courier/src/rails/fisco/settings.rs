//! How a group is reached, and whose signatures it is known by.

use std::fmt;

use fidem_anchor::fisco::transaction::{address, name, network};
use fidem_anchor::fisco::{NodeId, Pin, Suite};
use serde::Deserialize;

use super::Key;
use crate::{RailError, Secret, SecretKey, without_credentials};

/// Which interface the node has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Generation {
    /// FISCO BCOS 2, from 2.6 on.
    V2,
    /// FISCO BCOS 3.
    V3,
}

/// The address that is called where none was configured: 4 in 20 octets. Nodes of version 2 answer a call of it with its
/// input; those of version 3 have nothing there.
pub const NOWHERE: &str = "0x0000000000000000000000000000000000000004";

/// What the office keeps of a group, in its encrypted casebook.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Which interface.
    pub generation: Generation,
    /// Hash and signatures of the chain.
    pub suite: Suite,
    /// Where the JSON-RPC answers.
    pub url: String,
    /// Header fields, names and values; gateways want keys in them.
    #[serde(default)]
    pub headers: Vec<(String, Secret)>,
    /// The chain: `chain0`, or a number for version 2.
    pub chain: String,
    /// The group: `group0`, or a number for version 2.
    pub group: String,
    /// Name of the node for version 3; empty for whichever is there.
    #[serde(default)]
    pub node: String,
    /// The secret key of the account that sends.
    pub key: SecretKey,
    /// The address that is called, `0x` and 40 lower-case digits; [`NOWHERE`] where absent.
    #[serde(default)]
    pub to: Option<String>,
    /// Public keys of the sealers. They decide what is final: a node can name sealers of its own.
    pub sealers: Vec<NodeId>,
    /// Votes of each; may be absent where each has one.
    #[serde(default)]
    pub weights: Vec<u64>,
    /// How many blocks a transaction has to be taken in; 500 where absent, and no more than 600.
    #[serde(default)]
    pub window: Option<u64>,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&String> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("Settings")
            .field("generation", &self.generation)
            .field("suite", &self.suite)
            .field("url", &without_credentials(&self.url))
            .field("headers", &names)
            .field("network", &self.network())
            .field("to", &self.to)
            .field("sealers", &self.sealers.len())
            .finish_non_exhaustive()
    }
}

fn unusable(what: &str) -> RailError {
    RailError::Setting {
        what: what.to_owned(),
    }
}

impl Settings {
    /// The network as receipts name it.
    #[must_use]
    pub fn network(&self) -> String {
        network(&self.chain, &self.group)
    }

    /// The sealers as a pin.
    #[must_use]
    pub fn pin(&self) -> Pin {
        Pin {
            name: "settings".to_owned(),
            network: self.network(),
            sealers: self.sealers.clone(),
            suite: self.suite,
            weights: self.weights.clone(),
        }
    }

    /// Chain and group of version 2.
    pub(super) fn numbers(&self) -> Result<(u64, u64), RailError> {
        let number = |text: &str, what| {
            let number: Option<u64> = text.parse().ok();
            let plain = number.filter(|number| number.to_string() == text);
            plain.ok_or_else(|| unusable(what))
        };
        Ok((number(&self.chain, "chain")?, number(&self.group, "group")?))
    }

    pub(super) fn to(&self) -> &str {
        self.to.as_deref().unwrap_or(NOWHERE)
    }

    pub(super) fn called(&self) -> Result<[u8; 20], RailError> {
        address(self.to().as_bytes()).ok_or_else(|| unusable("to"))
    }

    pub(super) fn signing_key(&self) -> Result<Key, RailError> {
        Key::new(self.suite, self.key.reveal()).ok_or_else(|| unusable("key"))
    }

    pub(super) fn window(&self) -> u64 {
        self.window.unwrap_or(500)
    }

    /// Everything that can be found wrong before anything is dialled.
    pub(super) fn check(&self) -> Result<(), RailError> {
        self.signing_key()?;
        self.called()?;
        if !(1..=600).contains(&self.window()) {
            return Err(unusable("window"));
        }
        if self.pin().votes().is_none() {
            return Err(unusable("sealers"));
        }
        match self.generation {
            Generation::V2 if self.suite == Suite::Sm => Err(unusable("suite")),
            Generation::V2 => self.numbers().map(drop),
            Generation::V3 => {
                name(self.chain.as_bytes()).ok_or_else(|| unusable("chain"))?;
                name(self.group.as_bytes()).ok_or_else(|| unusable("group"))?;
                Ok(())
            }
        }
    }
}
