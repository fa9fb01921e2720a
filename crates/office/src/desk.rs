//! What a use case needs of the world beside the office folder: a clock, randomness, and someone to tell.

use std::ops::ControlFlow;

use crate::OfficeError;

/// What is being done, for a progress display.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// Files are taken in.
    TakeIn,
    /// Items are put into a manifest.
    Manifest,
    /// Authorities are asked.
    Stamp,
    /// A package is written.
    Export,
    /// A package is read.
    Verify,
    /// Originals are digested anew.
    Renew,
    /// A page is captured; `current` names the step.
    Capture,
}

impl Task {
    /// Stable code.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TakeIn => "take-in",
            Self::Manifest => "manifest",
            Self::Stamp => "stamp",
            Self::Export => "export",
            Self::Verify => "verify",
            Self::Renew => "renew",
            Self::Capture => "capture",
        }
    }
}

/// How far a task has come; `done` and `total` are bytes, or items where a task has no bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step<'a> {
    /// Which.
    pub task: Task,
    /// So far.
    pub done: u64,
    /// In all.
    pub total: u64,
    /// The file or authority at hand.
    pub current: &'a str,
}

/// Clock, randomness, progress. Front ends bring theirs; tests bring a frozen one.
pub trait Desk {
    /// Seconds since 1970, UTC, of the device's clock.
    fn now(&self) -> i64;

    /// Fills `out` from the system's secure source.
    ///
    /// # Errors
    /// [`OfficeError::Entropy`].
    fn entropy(&self, out: &mut [u8]) -> Result<(), OfficeError>;

    /// Is told of progress; `Break` asks the task to stop at the next safe place.
    fn progress(&mut self, step: Step<'_>) -> ControlFlow<()>;
}

/// The device's own clock and randomness, and no display.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemDesk;

impl SystemDesk {
    /// Seconds since 1970 by the device's clock.
    #[must_use]
    pub fn seconds() -> i64 {
        time::OffsetDateTime::now_utc().unix_timestamp()
    }

    /// Fills `out` from the system's secure source.
    ///
    /// # Errors
    /// [`OfficeError::Entropy`].
    pub fn fill(out: &mut [u8]) -> Result<(), OfficeError> {
        getrandom::fill(out).map_err(|e| OfficeError::Entropy {
            reason: e.to_string(),
        })
    }
}

impl Desk for SystemDesk {
    fn now(&self) -> i64 {
        Self::seconds()
    }

    fn entropy(&self, out: &mut [u8]) -> Result<(), OfficeError> {
        Self::fill(out)
    }

    fn progress(&mut self, _: Step<'_>) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}
