//! Why a log could not be read.

use crate::budget::Limit;

/// Why a log was refused. What stood before the fault is still given by [`crate::Reader::finish`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NetLogError {
    /// The first line does not hold the constants that every later line needs.
    #[error("the first line is not the constants of a NetLog")]
    NoConstants,
    /// Nothing was recorded at all: the browser was ended before its first line.
    #[error("the log is empty")]
    Empty,
    /// The browser calls its events otherwise than this reader knows them.
    #[error("the log knows no {}", names.join(", "))]
    UnknownNames {
        /// The names that are missing among the constants.
        names: Vec<&'static str>,
    },
    /// The log was not written with the capture mode `Everything` and holds no octets.
    #[error("the capture mode is {found}, not Everything")]
    CaptureMode {
        /// What the constants say.
        found: String,
    },
    /// A whole line that is not an event; only the last line of a cut log may be torn.
    #[error("line {line} is not an event")]
    Malformed {
        /// Number of the line, from 1.
        line: u64,
    },
    /// An event of known name whose parameters are not of the known form.
    #[error("line {line}: {event} has unknown parameters")]
    Parameters {
        /// Number of the line, from 1.
        line: u64,
        /// Name of the event.
        event: &'static str,
    },
    /// A limit of the [`crate::Budget`] was reached.
    #[error("line {line}: the budget of {limit:?} is spent")]
    Budget {
        /// Number of the line, from 1.
        line: u64,
        /// The limit.
        limit: Limit,
    },
}
