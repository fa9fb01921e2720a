//! What a log may cost: its lengths come from whoever wrote it.

/// Limits of one reading. What goes beyond is refused by name, never cut short in silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Octets kept of everything together: application data, handshake messages, certificates, names and addresses.
    pub payload: usize,
    /// Events read, known or not.
    pub events: u64,
    /// Things kept: sockets, requests and their hops, lookups and their answers, handshake messages …
    pub facts: usize,
    /// Exchanges and remainders of all connections together. What lies beyond is one remainder for each direction of a
    /// connection ([`crate::Stray::Budget`]), and no error.
    pub exchanges: usize,
    /// Octets of one line; the longest of a real log is its first, with the constants.
    pub line: usize,
}

impl Default for Budget {
    /// 512 MiB of payload, ten million events, a million facts, 200 000 exchanges, lines of 8 MiB.
    fn default() -> Self {
        Self {
            payload: 512 << 20,
            events: 10_000_000,
            facts: 1_000_000,
            exchanges: 200_000,
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
    /// [`Budget::facts`].
    Facts,
    /// [`Budget::line`].
    Line,
}
