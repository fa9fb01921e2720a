//! A clock that moves only when told.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// 2026-11-22T12:00:00Z in Unix seconds.
pub const NOON: i64 = 1_795_348_800;

/// A clock that stands still until it is set or advanced. Clones show the same time.
#[derive(Clone, Debug)]
pub struct FrozenClock {
    unix_millis: Arc<AtomicI64>,
}

impl FrozenClock {
    /// A clock at a moment in Unix seconds.
    pub fn at(unix_seconds: i64) -> Self {
        Self {
            unix_millis: Arc::new(AtomicI64::new(unix_seconds.saturating_mul(1000))),
        }
    }

    /// A clock at 2026-11-22T12:00:00Z.
    pub fn noon() -> Self {
        Self::at(NOON)
    }

    /// The time in Unix seconds.
    pub fn seconds(&self) -> i64 {
        self.millis().div_euclid(1000)
    }

    /// The time in Unix milliseconds.
    pub fn millis(&self) -> i64 {
        self.unix_millis.load(Ordering::SeqCst)
    }

    /// Moves forward.
    pub fn advance(&self, by: Duration) {
        let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.unix_millis.fetch_add(by, Ordering::SeqCst);
    }

    /// Jumps, forward or back, to a moment in Unix seconds.
    pub fn set(&self, unix_seconds: i64) {
        self.unix_millis
            .store(unix_seconds.saturating_mul(1000), Ordering::SeqCst);
    }

    /// The clock as authorities want it: a function to Unix milliseconds.
    pub fn reader(&self) -> impl Fn() -> i64 + Send + Sync + 'static {
        let clock = self.clone();
        move || clock.millis()
    }
}
