//! What can be wrong with bytes before any rule is judged.

use thiserror::Error;

/// Bytes that cannot be read as what they should be.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParseError {
    /// The value ends before its announced length.
    #[error("the value is cut off: {missing} more octets announced")]
    Truncated {
        /// Octets announced and not there.
        missing: usize,
    },
    /// An element of another kind stands where `expected` was due (X.690 §8.1.2).
    #[error("expected {expected}, found {}", .found.map_or_else(|| "the end".to_owned(), |tag| format!("tag {tag:#04x}")))]
    UnexpectedTag {
        /// The element that was due.
        expected: &'static str,
        /// The identifier octet found, or none at the end of the input.
        found: Option<u8>,
    },
    /// Octets follow where the value should have ended.
    #[error("{count} octets follow the end of {what}")]
    TrailingBytes {
        /// The value that had ended.
        what: &'static str,
        /// How many octets follow.
        count: usize,
    },
    /// The encoding breaks a rule of X.690 or of the type.
    #[error("malformed {what}")]
    Malformed {
        /// The value that is malformed.
        what: &'static str,
    },
    /// A budget against hostile input is exhausted.
    #[error("{what} exceeds the limit of {limit}")]
    LimitExceeded {
        /// What is counted.
        what: &'static str,
        /// The most that is accepted.
        limit: usize,
    },
    /// An object identifier other than the one required stands here.
    #[error("{what} is {found}")]
    WrongType {
        /// The value whose type is wrong.
        what: &'static str,
        /// The object identifier found, dotted.
        found: String,
    },
    /// A certificate that the X.509 reader refuses.
    #[error("unreadable certificate")]
    Certificate,
    /// The response carries no token: the authority refused (RFC 3161 §2.4.2).
    #[error("the response carries no token (status {status})")]
    NoToken {
        /// The `PKIStatus` of the response.
        status: u64,
    },
}

/// Short form of the commonest error.
pub(crate) fn malformed(what: &'static str) -> ParseError {
    ParseError::Malformed { what }
}
