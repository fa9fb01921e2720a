//! What tests need and no product may have: a clock that stands still, authorities ready to be
//! asked, authorities that lie in one known way, and a disk that is soon full.
//!
//! Whatever a machine may lack (the program `openssl`, the right to mount) is an `Option`: a test
//! that gets `None` says why it skips.
#![forbid(unsafe_code)]

pub mod anvil;
mod authorities;
pub mod bitcoin;
mod bsn;
pub mod calendar;
mod clock;
mod disk;
mod fabric;
mod faulty;
pub mod fisco;
pub mod gate;
mod http;
mod lying;
mod ocsp;
mod openssl;
mod peer;
pub mod rails;
mod request;
mod signers;

pub use authorities::{RunningAuthority, TwoAuthorities, entropy, options_around, two_authorities};
pub use bsn::{BsnAlgorithm, BsnGateway};
pub use clock::{FrozenClock, NOON};
pub use disk::SmallDisk;
pub use fabric::FabricChannel;
pub use faulty::{Ask, Faulty};
pub use lying::{Lie, LyingAuthority};
pub use ocsp::Standing;
pub use openssl::{
    OpensslAuthority, another_openssl_tsa_with_responders, openssl_tsa, openssl_tsa_with_responders,
};
pub use peer::{FabricPeer, PeerTls};
pub use request::{Imprint, request};
pub use signers::{SignerAuthority, Validity};

/// Why a part of the kit could not be set up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TestkitError {
    /// An authority could not be made or served.
    #[error(transparent)]
    Authority(#[from] fidem_authority::AuthorityError),
    /// A file, folder, socket or thread.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// A program of the system failed.
    #[error("`{command}` failed: {output}")]
    Program {
        /// What was called.
        command: String,
        /// What it said.
        output: String,
    },
}
