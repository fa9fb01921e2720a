//! Content-addressed originals: created once, never altered.
//!
//! ```text
//! vault/
//!   sha256/ab/cd/<64 hex>   one object, read-only, named by the SHA-256 of its bytes
//!   incoming/               files being written; nothing here counts, and a restart clears it
//!   quarantine/             what stood under a key without having that digest, kept for inspection
//! ```
//!
//! * An object appears under its key whole or not at all: it is written beside its place, synced, read back
//!   from the medium, compared with its key, and only then given its name by a rename that refuses to
//!   replace. [`Vault::commit_all`] returns after the names themselves are on the medium.
//! * There is no call that alters or removes an object.
//! * The same bytes twice are one object.
//! * [`Vault::open`] tries the store before trusting it: where a second creation of a name is not refused,
//!   the folder is not accepted as a vault.
//!
//! Every effect on the disk passes a [`Hook`], so that a test can make each of them fail before and after it
//! took effect.

#![forbid(unsafe_code)]

mod commit;
mod disk;
mod error;
mod incoming;
mod key;
mod read;
mod vault;

pub use disk::{Hook, Moment, Step};
pub use error::{OsFailure, VaultError};
pub use incoming::Incoming;
pub use key::{InvalidKey, Key};
pub use read::Keys;
pub use vault::{Stored, Vault};
