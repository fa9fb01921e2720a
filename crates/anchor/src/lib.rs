//! Receipts of logs and chains, verified from bytes alone.
//!
//! The office's own log (本处登记日志) in the forms of C2SP: checkpoints as signed notes (`c2sp.org/signed-note`,
//! `c2sp.org/tlog-checkpoint`) and inclusion proofs (`c2sp.org/tlog-proof`). A log without an outside witness is the
//! office's own record and is called so; it is no chain. OpenTimestamps proofs ([`ots`]) and the headers of Bitcoin
//! ([`bitcoin`]) that they lead to. Receipts of other chains ([`evm`], [`fisco`], [`fabric`]), judged by [`receipt`].
#![forbid(unsafe_code)]

pub mod bitcoin;
mod checkpoint;
pub mod evm;
pub mod fabric;
pub mod fisco;
mod key;
mod note;
pub mod octets;
pub mod ots;
mod proof;
pub mod receipt;
mod recovery;
mod remarks;
pub mod rlp;
pub mod tiles;
mod witness;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use key::{LogKey, WitnessKey};
pub use note::{Note, NoteError, NoteSignature, cosigned_text};
pub use proof::{LogProof, ProofError};
pub use recovery::keccak;
pub use remarks::REMARKS;
pub use witness::{AddCheckpoint, AddCheckpointError, Known, Refusal, consider};
