//! The head of an answer, written exactly.

/// A status line and fields, in the order and case given; nothing is added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head(Vec<u8>);

impl Head {
    /// `HTTP/1.1 status reason`.
    pub fn new(status: u16, reason: &str) -> Self {
        Self(format!("HTTP/1.1 {status} {reason}\r\n").into_bytes())
    }

    /// A status line of the caller's making, without its end of line.
    pub fn with_line(line: &str) -> Self {
        Self(format!("{line}\r\n").into_bytes())
    }

    /// One field more.
    pub fn field(self, name: &str, value: impl AsRef<[u8]>) -> Self {
        let mut octets = self.0;
        octets.extend_from_slice(name.as_bytes());
        octets.extend_from_slice(b": ");
        octets.extend_from_slice(value.as_ref());
        octets.extend_from_slice(b"\r\n");
        Self(octets)
    }

    /// A `Content-Length` of that many octets.
    pub fn length(self, octets: usize) -> Self {
        self.field("Content-Length", octets.to_string())
    }

    /// Octets as they are, such as a field on several lines.
    pub fn raw(mut self, octets: &[u8]) -> Self {
        self.0.extend_from_slice(octets);
        self
    }

    /// The head with its empty line.
    pub fn finish(mut self) -> Vec<u8> {
        self.0.extend_from_slice(b"\r\n");
        self.0
    }
}
