//! A FISCO BCOS group in this process: four nodes that sign, one of which answers.
//!
//! It was made from the sources of the nodes (branches `dev-2.0` and 3.16) and agrees with recorded answers of real ones; it
//! is not a node. Contracts are not run, and of other people's transactions only the hashes exist.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fidem_anchor::fisco::{NodeId, Pin, Suite};
use fidem_courier::rails::fisco::{Generation, Key, Settings};
use fidem_courier::{Secret, SecretKey};

use crate::faulty::Faulty;
use crate::rails::Fault;

mod chain;
mod rpc;

pub use chain::{Chain, Mined};
pub use rpc::header_answer;

/// Which group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavour {
    /// Version 2.
    V2,
    /// Version 3 with Keccak-256 and secp256k1.
    V3,
    /// Version 3 with SM3 and SM2.
    V3Sm,
}

/// Every flavour.
pub const FLAVOURS: [Flavour; 3] = [Flavour::V2, Flavour::V3, Flavour::V3Sm];

impl Flavour {
    /// Hash and signatures.
    #[must_use]
    pub fn suite(self) -> Suite {
        match self {
            Self::V2 | Self::V3 => Suite::Keccak,
            Self::V3Sm => Suite::Sm,
        }
    }

    /// The interface.
    #[must_use]
    pub fn generation(self) -> Generation {
        match self {
            Self::V2 => Generation::V2,
            Self::V3 | Self::V3Sm => Generation::V3,
        }
    }

    /// Chain and group.
    #[must_use]
    pub fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::V2 => ("7", "1"),
            Self::V3 | Self::V3Sm => ("chain0", "group0"),
        }
    }
}

/// How a node lies under [`Fault::Lie`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Untruth {
    /// A block that looks in order, signed by four sealers of its own.
    Strangers,
    /// One octet of a signature is another.
    Signature,
    /// The header has another root under the same signatures.
    Root,
    /// One neighbour on the path is another.
    Path,
    /// The transaction is said to be in the block before.
    Elsewhere,
    /// The transaction is said to be in no block, at a height past its limit.
    Late,
    /// Another transaction's hash comes back.
    Hash,
}

/// Every untruth.
pub const UNTRUTHS: [Untruth; 7] = [
    Untruth::Strangers,
    Untruth::Signature,
    Untruth::Root,
    Untruth::Path,
    Untruth::Elsewhere,
    Untruth::Late,
    Untruth::Hash,
];

/// The group, as long as it lives.
pub struct Group {
    flavour: Flavour,
    server: Faulty,
    chain: Arc<Mutex<Chain>>,
}

/// A secret key of 32 like octets.
///
/// # Panics
/// For an octet that makes none.
#[must_use]
pub fn key(suite: Suite, octet: u8) -> Key {
    Key::new(suite, &[octet; 32]).expect("a key")
}

impl Group {
    /// Starts the node that answers.
    ///
    /// # Errors
    /// When no port or thread is to be had.
    pub fn start(flavour: Flavour) -> io::Result<Self> {
        let chain = Arc::new(Mutex::new(Chain::new(flavour)));
        let answering = Arc::clone(&chain);
        let server = Faulty::start(move |ask| rpc::answer(&answering, ask))?;
        Ok(Self {
            flavour,
            server,
            chain,
        })
    }

    /// Settings of an account at it.
    #[must_use]
    pub fn settings(&self) -> Settings {
        let (chain, group) = self.flavour.names();
        Settings {
            generation: self.flavour.generation(),
            suite: self.flavour.suite(),
            url: self.server.url(),
            headers: vec![("x-api-key".to_owned(), Secret::from("k".to_owned()))],
            chain: chain.to_owned(),
            group: group.to_owned(),
            node: String::new(),
            key: SecretKey::from([0x21; 32]),
            to: None,
            sealers: self.sealers(),
            weights: Vec::new(),
            window: None,
        }
    }

    /// Where it answers.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// Public keys of the four.
    #[must_use]
    pub fn sealers(&self) -> Vec<NodeId> {
        let suite = self.flavour.suite();
        (1..=4).map(|octet| key(suite, octet).public()).collect()
    }

    /// The four as a trust file pins them.
    #[must_use]
    pub fn pin(&self) -> Pin {
        Pin {
            name: "simulated group".to_owned(),
            network: self.settings().network(),
            sealers: self.sealers(),
            suite: self.flavour.suite(),
            weights: Vec::new(),
        }
    }

    /// The chain itself, to be looked at and mined.
    pub fn chain(&self) -> MutexGuard<'_, Chain> {
        self.chain.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts a fault, or ends the one there is.
    pub fn set(&self, fault: Option<Fault>) {
        self.server.set(fault);
    }
}
