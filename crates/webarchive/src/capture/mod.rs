//! What a web capture of ours states of itself, in the members under [`crate::wacz::EXTRA`].
//!
//! Facts and codes only; sentences are made by whoever shows them.

mod completeness;
mod interactive;
mod network;
mod operations;
mod run;
mod statement;

pub use completeness::{Completeness, Line};
pub use interactive::{Filming, FixedPage, Gap, Interactive, Login};
pub use network::{Joined, Looked, Network, Secured};
pub use operations::{Chain, ChainError, Operation};
pub use run::{Browser, Deviation, Download, Ending, Options, Scrolled};
pub use statement::{Hop, Statement};

/// Where the [`Statement`] stands.
pub const STATEMENT: &str = "fidem/capture.json";
/// Where the [`Network`]'s circumstances stand.
pub const NETWORK: &str = "fidem/network.json";
/// Where the log of [`Operation`]s stands.
pub const OPERATIONS: &str = "fidem/operations.jsonl";
