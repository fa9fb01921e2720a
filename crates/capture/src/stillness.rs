//! When a page is still: no request under way and none begun for a while. Pages that never come to rest are captured all
//! the same, and it is said.

use std::time::Duration;

use crate::session::Watched;

/// Waits until the network was quiet for `quiet`; false when `limit` passed first.
pub(crate) fn wait(watched: &Watched, quiet: Duration, limit: Duration) -> bool {
    watched.wait(limit, |state| {
        let still = state.last.is_none_or(|last| last.elapsed() >= quiet);
        still && state.under_way() == 0
    })
}
