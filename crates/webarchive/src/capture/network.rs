//! `fidem/network.json`.

use serde::{Deserialize, Serialize};

/// `fidem/network.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// Every TCP connection.
    pub connections: Vec<Joined>,
    /// Attempts to connect that failed: address and the browser's name of the error.
    pub failed: Vec<(String, String)>,
    /// [`Network::FORMAT`].
    pub format: String,
    /// Every lookup of a name.
    pub lookups: Vec<Looked>,
    /// Proxy decisions, each once.
    pub proxy: Vec<String>,
}

impl Network {
    /// Name and version of the format.
    pub const FORMAT: &'static str = "fidem-network/1";
}

/// One TCP connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Joined {
    /// The browser's number of it.
    pub id: i64,
    /// Our address and port.
    pub local: String,
    /// The peer's address and port.
    pub peer: String,
    /// Octets sent and received.
    pub octets: (u64, u64),
    /// Exchanges on it.
    pub exchanges: u32,
    /// TLS on it.
    pub tls: Option<Secured>,
}

/// TLS of one connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secured {
    /// Such as `TLS 1.3`.
    pub version: String,
    /// Name of the cipher suite (RFC 8446 §B.4).
    pub cipher_suite: String,
    /// An earlier session was resumed; its certificates are repeated.
    pub resumed: bool,
    /// The chain as received on this connection: base64 of DER, leaf first.
    pub certificates: Vec<String>,
    /// SHA-256 of each, lowercase hex.
    pub certificates_sha256: Vec<String>,
    /// The browser's name of what is wrong with the chain; empty when it accepted it.
    pub error: String,
    /// Whether the root is one that comes with the browser; none where the browser did not say.
    pub known_root: Option<bool>,
    /// What an offline check of the server's handshake signature found: `verified`, `resumed`, `unsigned`, `unsupported`, `invalid` or
    /// `incomplete`. Verified says that a holder of the certificate's key took part in this handshake, and nothing of
    /// what was sent afterwards.
    pub handshake: String,
}

/// One lookup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Looked {
    /// The name.
    pub host: String,
    /// Addresses found.
    pub answers: Vec<String>,
    /// Who answered: `System`, `Dns`, `Hosts`, `Cache`, …
    pub answered_by: Vec<String>,
    /// The browser's name of the error; empty when it went well.
    pub error: String,
}
