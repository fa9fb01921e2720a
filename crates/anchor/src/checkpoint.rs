//! Checkpoints (`c2sp.org/tlog-checkpoint`): origin, size and root of a log.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fidem_fingerprint::tree;

/// Text that is not a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a checkpoint: {line} is malformed")]
pub struct CheckpointError {
    /// Which line.
    pub line: &'static str,
}

/// A number as notes and proofs write it: ASCII digits, no sign, no leading zero.
pub(crate) fn decimal(digits: &str) -> Option<u64> {
    digits
        .parse()
        .ok()
        .filter(|n: &u64| n.to_string() == digits)
}

/// What a log says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's name.
    pub origin: String,
    /// Entries.
    pub size: u64,
    /// RFC 6962 root over them.
    pub root: tree::Hash,
}

impl Checkpoint {
    /// The note text that is signed.
    #[must_use]
    pub fn to_text(&self) -> String {
        format!(
            "{}\n{}\n{}\n",
            self.origin,
            self.size,
            STANDARD.encode(self.root)
        )
    }

    /// Reads a note text; extension lines may follow.
    ///
    /// # Errors
    /// [`CheckpointError`].
    pub fn from_text(text: &str) -> Result<Self, CheckpointError> {
        let wrong = |line| CheckpointError { line };
        let mut lines = text.split('\n');
        let origin = lines
            .next()
            .filter(|o| !o.is_empty() && !o.contains(char::is_control))
            .ok_or(wrong("origin"))?;
        let size = lines.next().and_then(decimal).ok_or(wrong("size"))?;
        let root = lines
            .next()
            .and_then(|l| STANDARD.decode(l).ok())
            .and_then(|r| r.try_into().ok())
            .ok_or(wrong("root"))?;
        Ok(Self {
            origin: origin.to_owned(),
            size,
            root,
        })
    }
}
