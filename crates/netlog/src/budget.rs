//! What a log may cost: its lengths come from whoever wrote it.

/// Limits of one reading. What goes beyond is refused by name, never cut short in silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Octets kept of all connections together: application data, handshake messages and certificates.
    pub payload: usize,
    /// Events read, known or not.
    pub events: u64,
    /// Sources (sockets, requests, lookups …) of which something is kept.
    pub sources: usize,
    /// Octets of one line; the longest of a real log is its first, with the constants.
    pub line: usize,
}

impl Default for Budget {
    /// 512 MiB of payload, ten million events, 200 000 sources, lines of 8 MiB.
    fn default() -> Self {
        Self {
            payload: 512 << 20,
            events: 10_000_000,
            sources: 200_000,
            line: 8 << 20,
        }
    }
}

/// Which limit of a [`Budget`] was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// [`Budget::payload`].
    Payload,
    /// [`Budget::events`].
    Events,
    /// [`Budget::sources`].
    Sources,
    /// [`Budget::line`].
    Line,
}
