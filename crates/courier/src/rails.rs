//! The adapters, one file for each kind of network.

pub mod bsn;
pub mod evm;
