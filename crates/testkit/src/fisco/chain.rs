//! Pool and blocks of a group.

use fidem_anchor::fisco::header::{Fields, Members, Parent};
use fidem_anchor::fisco::merkle::{paths_of_sixteen, paths_of_two};
use fidem_anchor::fisco::transaction::Refusal;
use fidem_anchor::fisco::{Hash, Header, Hex, HexOf, Level, NodeId, Signature, Transaction};
use fidem_courier::rails::fisco::Key;

use super::{Flavour, Untruth, key};
use crate::NOON;

/// A block with what is needed to answer for it.
#[derive(Clone, Debug)]
pub struct Mined {
    /// Its header.
    pub header: Header,
    /// Its hash.
    pub hash: Hash,
    /// Signatures of the nodes.
    pub signatures: Vec<Signature>,
    /// Hashes of its transactions.
    pub transactions: Vec<Hash>,
}

/// A transaction that was taken in, with its octets.
#[derive(Clone, Debug)]
pub struct Taken {
    /// As it was read.
    pub transaction: Transaction,
    /// As it was sent.
    pub octets: Vec<u8>,
}

/// Why a transaction is not taken in, in the numbers of version 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The nonce was used.
    Nonce = 10_000,
    /// Too late, or for too late a block.
    Limit = 10_001,
    /// It cannot be read.
    Malformed = 10_003,
    /// It waits already.
    InPool = 10_004,
    /// For another group.
    Network = 10_007,
    /// Its signature does not hold.
    Signature = 10_008,
}

/// The chain.
pub struct Chain {
    pub(super) flavour: Flavour,
    pub(super) untruth: Untruth,
    blocks: Vec<Mined>,
    pool: Vec<Taken>,
    taken: Vec<Taken>,
    signing: usize,
    neighbours: u32,
}

impl Chain {
    pub(super) fn new(flavour: Flavour) -> Self {
        let mut chain = Self {
            flavour,
            untruth: Untruth::Strangers,
            blocks: Vec::new(),
            pool: Vec::new(),
            taken: Vec::new(),
            signing: 4,
            neighbours: 0,
        };
        chain.mine();
        chain
    }

    /// The height.
    #[must_use]
    pub fn height(&self) -> u64 {
        u64::try_from(self.blocks.len()).map_or(0, |count| count.saturating_sub(1))
    }

    /// Transactions that were taken in, each once.
    #[must_use]
    pub fn taken(&self) -> usize {
        self.taken.len()
    }

    /// How many of the four sign from now on.
    pub fn let_sign(&mut self, count: usize) {
        self.signing = count;
    }

    /// How many transactions of others stand before and behind those of the pool from now on.
    pub fn set_neighbours(&mut self, count: u32) {
        self.neighbours = count;
    }

    /// How the node lies when it is told to.
    pub fn set_untruth(&mut self, untruth: Untruth) {
        self.untruth = untruth;
    }

    /// Forgets what waits, as a node that was restarted.
    pub fn forget_pool(&mut self) {
        self.pool.clear();
    }

    /// Takes in a transaction as a node does.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn take_in(&mut self, octets: &[u8]) -> Result<Hash, Refused> {
        let suite = self.flavour.suite();
        let read = match self.flavour {
            Flavour::V2 => Transaction::read_rlp(octets, suite),
            Flavour::V3 | Flavour::V3Sm => Transaction::read_tars(octets, suite),
        };
        let transaction = read.map_err(|refusal| match refusal {
            Refusal::Form => Refused::Malformed,
            Refusal::Signature => Refused::Signature,
        })?;
        let hash = transaction.hash;
        let (chain, group) = self.flavour.names();
        let same = |taken: &Taken| taken.transaction.hash == hash;
        if transaction.network != format!("fisco:{chain}/{group}") {
            return Err(Refused::Network);
        } else if self.pool.iter().any(same) {
            return Err(Refused::InPool);
        } else if self.find(&hash).is_some() {
            return Err(Refused::Nonce);
        } else if transaction.limit <= self.height() || transaction.limit > self.height() + 600 {
            return Err(Refused::Limit);
        }
        let taken = Taken {
            transaction,
            octets: octets.to_vec(),
        };
        self.pool.push(taken.clone());
        self.taken.push(taken);
        Ok(hash)
    }

    /// Makes a block of what waits.
    pub fn mine(&mut self) {
        let waiting = std::mem::take(&mut self.pool);
        let own: Vec<Hash> = waiting.iter().map(|t| t.transaction.hash).collect();
        let block = self.block(&own, 1);
        self.blocks.push(block);
    }

    /// A block on top of the last, signed by the nodes whose keys begin there.
    fn block(&self, own: &[Hash], first_key: u8) -> Mined {
        let suite = self.flavour.suite();
        let number = u64::try_from(self.blocks.len()).unwrap_or(u64::MAX);
        let other = |n: u32| suite.hash(&[&number.to_be_bytes()[..], &n.to_be_bytes()].concat());
        let before = (0..self.neighbours).map(other);
        let behind = (self.neighbours..2 * self.neighbours).map(other);
        let own = own.iter().copied();
        let mut transactions: Vec<Hash> = before.chain(own).chain(behind).collect();
        if transactions.is_empty() {
            transactions.push(other(0));
        }
        let (_, root) = self.path(&transactions, 0);
        let keys: Vec<_> = (first_key..first_key + 4)
            .map(|octet| key(suite, octet))
            .collect();
        let sealers = keys.iter().map(Key::public).collect();
        let header = self.header(number, root, sealers);
        let hash = self.hash(&header);
        let sign = |(sealer, key): (u32, &Key)| Signature {
            sealer,
            signature: Hex(key.seal(&hash).expect("a signature")),
        };
        Mined {
            signatures: (0..).zip(&keys).take(self.signing).map(sign).collect(),
            header,
            hash,
            transactions,
        }
    }

    fn header(&self, number: u64, root: Hash, sealers: Vec<NodeId>) -> Header {
        let suite = self.flavour.suite();
        let parent = self.blocks.last().map(|block| block.hash);
        let fact = |what: &str| suite.hash(format!("{what} {number}").as_bytes());
        let milliseconds = u64::try_from(NOON).unwrap_or(0) * 1000 + number * 1000;
        let sealer = number % 4;
        match self.flavour {
            Flavour::V2 => {
                let parent = parent.unwrap_or(HexOf([0; 32]));
                let fields = Fields {
                    hashes: [parent, fact("state"), root, fact("receipts"), fact("data")],
                    bloom: vec![0; 256],
                    numbers: [number, 0, 0, milliseconds],
                    extra: Vec::new(),
                    sealer,
                    sealers,
                };
                Header::V2(Hex(fields.encode()))
            }
            Flavour::V3 | Flavour::V3Sm => Header::V3(Box::new(Members {
                consensus_weights: vec![1; sealers.len()],
                extra_data: Hex(Vec::new()),
                gas_used: "24363".to_owned(),
                number,
                parent_info: parent
                    .map(|block_hash| Parent {
                        block_hash,
                        block_number: number - 1,
                    })
                    .into_iter()
                    .collect(),
                receipts_root: fact("receipts"),
                sealer,
                sealer_list: sealers,
                state_root: fact("state"),
                timestamp: milliseconds,
                txs_root: root,
                version: 0x0303_0000,
            })),
        }
    }

    fn hash(&self, header: &Header) -> Hash {
        let suite = self.flavour.suite();
        match header {
            Header::V2(rlp) => suite.hash(&rlp.0),
            Header::V3(members) => members.hash(suite),
        }
    }

    pub(super) fn path(&self, transactions: &[Hash], index: u32) -> (Vec<Level>, Hash) {
        match self.flavour {
            Flavour::V2 => paths_of_sixteen(transactions, index, self.flavour.suite()),
            Flavour::V3 | Flavour::V3Sm => paths_of_two(transactions, index, self.flavour.suite()),
        }
    }

    /// Height and index of a transaction.
    #[must_use]
    pub fn find(&self, hash: &Hash) -> Option<(u64, u32)> {
        (0..).zip(&self.blocks).find_map(|(height, block)| {
            let mut indexed = (0..).zip(&block.transactions);
            let (index, _) = indexed.find(|(_, one)| *one == hash)?;
            Some((height, index))
        })
    }

    /// A block.
    #[must_use]
    pub fn at(&self, height: u64) -> Option<&Mined> {
        self.blocks.get(usize::try_from(height).ok()?)
    }

    /// A transaction by its hash, whether it waits or not.
    #[must_use]
    pub fn sent(&self, hash: &Hash) -> Option<&Taken> {
        self.taken.iter().find(|t| t.transaction.hash == *hash)
    }

    /// The transaction that came last.
    pub(super) fn last_sent(&self) -> Option<Hash> {
        self.taken.last().map(|taken| taken.transaction.hash)
    }

    /// A block with that transaction that never was, signed by four strangers.
    pub(super) fn forged(&self, hash: Hash) -> Mined {
        self.block(&[hash], 11)
    }
}
