//! Why nothing was brought back.

use std::time::Duration;

/// What became of an exchange that brought no reply back.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CourierError {
    /// The address is no URL with a host.
    #[error("`{url}` is not an address that can be dialled")]
    InvalidUrl {
        /// The address as it was given.
        url: String,
    },
    /// Only `http` and `https` are dialled.
    #[error("the scheme `{scheme}` is not dialled")]
    ForbiddenScheme {
        /// The scheme of the address, in lower case.
        scheme: String,
    },
    /// No connection, or no agreement on TLS.
    #[error("{host} cannot be reached: {reason}")]
    UnreachableHost {
        /// The host of the address.
        host: String,
        /// What the system or the TLS library said, in its words.
        reason: String,
    },
    /// The time for connecting or for the whole exchange ran out.
    #[error("no complete answer within {limit:?}")]
    Timeout {
        /// The limit of the whole exchange.
        limit: Duration,
    },
    /// The server sends elsewhere. It is not followed: the person who configured the address has to
    /// decide about another one.
    #[error("the server redirects to `{to}`")]
    Redirected {
        /// The `Location` that was given, empty when there was none.
        to: String,
    },
    /// An HTTP status other than 200.
    #[error("the server answered with status {code}")]
    Status {
        /// The status code.
        code: u16,
    },
    /// The answer is of another type than RFC 3161 §3.4 prescribes.
    #[error("the server answered with type `{seen}`")]
    ContentType {
        /// The type that was sent, empty when there was none.
        seen: String,
    },
    /// The answer is longer than any time-stamp reply.
    #[error("the answer is longer than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// The connection broke before the answer was whole.
    #[error("the connection broke after {received} bytes: {reason}")]
    Interrupted {
        /// How many bytes of the body had come.
        received: u64,
        /// What the system said, in its words.
        reason: String,
    },
    /// The client could not be made: the proxy is no address, or the system's roots are unreadable.
    #[error("no connection can be prepared: {reason}")]
    Preparation {
        /// What the libraries said, in their words.
        reason: String,
    },
}
