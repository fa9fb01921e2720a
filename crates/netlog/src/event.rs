//! One line of a log, borrowed from it.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

/// Where a thing begins or ends; numbers of `NetLogEventPhase`, fixed since the format's first version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    None,
    Begin,
    End,
}

/// An event whose parameters are not yet read.
#[derive(Debug, Deserialize)]
pub(crate) struct Event<'a> {
    #[serde(borrow)]
    params: Option<&'a RawValue>,
    #[serde(default)]
    phase: u8,
    pub source: Source,
    #[serde(borrow)]
    time: Cow<'a, str>,
    #[serde(rename = "type")]
    pub kind: u32,
}

/// Whose event it is.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Source {
    pub id: i64,
    #[serde(rename = "type")]
    pub kind: u32,
}

impl<'a> Event<'a> {
    /// The event of a line without its comma.
    pub(crate) fn parse(line: &'a [u8]) -> Option<Self> {
        serde_json::from_slice(line).ok()
    }

    /// Milliseconds of the browser's clock of ticks.
    pub(crate) fn ticks(&self) -> Option<i64> {
        self.time.parse().ok()
    }

    pub(crate) fn phase(&self) -> Phase {
        match self.phase {
            1 => Phase::Begin,
            2 => Phase::End,
            _ => Phase::None,
        }
    }

    /// Length of the parameters.
    pub(crate) fn told(&self) -> usize {
        self.params.map_or(0, |params| params.get().len())
    }

    /// The parameters; an event without any has those of an empty object.
    pub(crate) fn params<P: Deserialize<'a>>(&self) -> Option<P> {
        serde_json::from_str(self.params.map_or("{}", RawValue::get)).ok()
    }
}

/// Octets in base64, whose padding belongs to them.
#[derive(Debug, Deserialize)]
pub(crate) struct Bytes<'a> {
    #[serde(borrow)]
    pub bytes: Option<Cow<'a, str>>,
    pub byte_count: Option<u64>,
}

/// The source that this one is bound to.
#[derive(Debug, Deserialize)]
pub(crate) struct Bound {
    pub source_dependency: Option<Source>,
}

/// How something ended.
#[derive(Debug, Deserialize)]
pub(crate) struct Ended {
    pub net_error: Option<i64>,
}

/// `TCP_CONNECT`.
#[derive(Debug, Deserialize)]
pub(crate) struct TcpConnect {
    pub local_address: Option<String>,
    pub remote_address: Option<String>,
    pub net_error: Option<i64>,
}

/// `TCP_CONNECT_ATTEMPT`, `UDP_CONNECT`.
#[derive(Debug, Deserialize)]
pub(crate) struct Address {
    pub address: Option<String>,
    pub net_error: Option<i64>,
    pub os_error: Option<i64>,
}

/// `SSL_CONNECT`.
#[derive(Debug, Deserialize)]
pub(crate) struct TlsConnect {
    pub version: Option<String>,
    pub cipher_suite: Option<u16>,
    pub is_resumed: Option<bool>,
    pub next_proto: Option<String>,
    pub encrypted_client_hello: Option<bool>,
    pub key_exchange_group: Option<u16>,
    pub peer_signature_algorithm: Option<u16>,
    pub net_error: Option<i64>,
}

/// `SSL_CERTIFICATES_RECEIVED`: PEM (RFC 7468).
#[derive(Debug, Deserialize)]
pub(crate) struct Certificates {
    #[serde(default)]
    pub certificates: Vec<String>,
}

/// `CERT_VERIFIER_JOB` at its end.
#[derive(Debug, Deserialize)]
pub(crate) struct Verdict {
    pub net_error: Option<i64>,
    pub cert_status: Option<i64>,
    pub is_issued_by_known_root: Option<bool>,
}

/// `REQUEST_ALIVE`, `URL_REQUEST_START_JOB`, `URL_REQUEST_REDIRECTED`, `URL_REQUEST_REDIRECT_JOB`.
#[derive(Debug, Deserialize)]
pub(crate) struct Request {
    pub url: Option<String>,
    pub method: Option<String>,
    pub initiator: Option<String>,
    pub request_type: Option<String>,
    pub load_flags: Option<i64>,
    pub network_isolation_key: Option<String>,
    pub traffic_annotation: Option<i64>,
    pub net_error: Option<i64>,
    pub location: Option<String>,
    pub reason: Option<String>,
}

/// Heads as the browser tells them; of these only the first line is used.
#[derive(Debug, Deserialize)]
pub(crate) struct Headers {
    #[serde(default)]
    pub headers: Vec<String>,
}

/// `HOST_RESOLVER_…`.
#[derive(Debug, Deserialize)]
pub(crate) struct Lookup {
    pub host: Option<String>,
    pub group_id: Option<String>,
    pub secure: Option<bool>,
    pub secure_dns_mode: Option<i64>,
    pub net_error: Option<i64>,
    pub results: Option<serde_json::Value>,
    pub address_list: Option<serde_json::Value>,
}

/// `PROXY_…`.
#[derive(Debug, Deserialize)]
pub(crate) struct Proxy<'a> {
    pub proxy_info: Option<String>,
    #[serde(borrow)]
    pub old_config: Option<&'a RawValue>,
    #[serde(borrow)]
    pub new_config: Option<&'a RawValue>,
}

/// `SOCKET_POOL_CLOSING_SOCKET`.
#[derive(Debug, Deserialize)]
pub(crate) struct Reason {
    pub reason: Option<String>,
}
