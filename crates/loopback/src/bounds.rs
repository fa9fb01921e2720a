//! How much a server takes from its clients, and keeps.

use std::time::Duration;

/// The bounds of a server. Clients on the same machine are not trusted more than others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Connections served at once; one more is closed unanswered and counted.
    pub connections: usize,
    /// Octets of a request head, its empty line included.
    pub request_head: usize,
    /// Octets of a request body as they stand on the wire.
    pub request_body: usize,
    /// Octets of the payload of one WebSocket frame.
    pub frame: usize,
    /// Octets kept of one body. What is beyond is digested and counted only.
    pub kept_of_body: usize,
    /// Octets kept by the whole server.
    pub kept_in_all: u64,
    /// How long a client may stay silent, or refuse to read.
    pub idle: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            connections: 256,
            request_head: 64 * 1024,
            request_body: 16 * 1024 * 1024,
            frame: 1024 * 1024,
            kept_of_body: 64 * 1024 * 1024,
            kept_in_all: 1024 * 1024 * 1024,
            idle: Duration::from_secs(120),
        }
    }
}
