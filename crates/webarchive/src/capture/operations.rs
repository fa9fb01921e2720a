//! The operation log, `fidem/operations.jsonl`.

use serde::{Deserialize, Serialize};

use serde_json::Value;

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operation {
    /// What happened: a stable code such as `navigate` or `screenshot`.
    pub act: String,
    /// Wall clock of the device, RFC 3339 UTC with milliseconds.
    pub at: String,
    /// Its particulars.
    pub data: Value,
    /// Milliseconds since the log began, by a clock that cannot be set.
    pub monotonic_ms: u64,
    /// SHA-256 of the line before, lowercase hex; of nothing for the first.
    pub previous: String,
}
