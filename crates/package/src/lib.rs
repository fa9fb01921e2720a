//! The evidence package on bytes: an ASiC-E container with time assertions (ETSI EN 319 162-1) that our reader, EU
//! tools, `unzip`, `sha256sum` and `openssl` all understand.
//!
//! The container is a zip of stored members only: a reader needs no decompressor, a hostile package has no bomb to
//! carry, and a member's bytes stand in the file as they are. The reader is strict: what two zip readers could
//! understand differently is refused by name. It reads through [`Source`], so that size is never a matter of memory.
#![forbid(unsafe_code)]

pub mod asic;
pub mod checksums;
pub mod layout;
mod read;
mod source;
mod write;
pub mod zip;

pub use read::{Container, ContainerError, Member};
pub use source::{Source, SourceError, Window};
pub use write::{Writer, WriterError};

/// What the first member says (EN 319 162-1 §4.4).
pub const MIMETYPE: &[u8] = b"application/vnd.etsi.asic-e+zip";
