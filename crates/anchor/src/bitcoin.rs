//! Bitcoin block headers: what they are worth without a node.
//!
//! A header is hash-linked to the one before. A run of headers that ends at a pinned hash is part of the chain that the
//! pinned hash belongs to, whoever brought the run: that is [`Standing::Canonical`], and no work needs to be judged. A run that
//! reaches no pinned hash shows only how much work went into it.

mod header;
mod judge;
mod run;

pub use header::{BlockHash, HEADER, Header};
pub use judge::{Runs, judge, judge_file};
pub use run::{Pin, Run, RunError, Standing};
