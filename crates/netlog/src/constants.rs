//! The first line of a log: numbers of this very browser, resolved by name.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::error::NetLogError;
use crate::log::Client;

macro_rules! events {
    ($($kind:ident = $name:literal $(, $required:ident)?;)*) => {
        /// The events read; all others are passed over.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Kind { $($kind,)* }

        impl Kind {
            /// The browser's name of the event.
            pub(crate) fn name(self) -> &'static str {
                match self { $(Self::$kind => $name,)* }
            }
            const ALL: &'static [Self] = &[$(Self::$kind,)*];
            /// Without these nothing can be said of exchanges.
            const REQUIRED: &'static [Self] = &[$($(Self::$required,)?)*];
        }
    };
}

events! {
    SocketAlive = "SOCKET_ALIVE", SocketAlive;
    TcpConnect = "TCP_CONNECT", TcpConnect;
    TcpConnectAttempt = "TCP_CONNECT_ATTEMPT";
    BytesSent = "SOCKET_BYTES_SENT", BytesSent;
    BytesReceived = "SOCKET_BYTES_RECEIVED", BytesReceived;
    SocketReadError = "SOCKET_READ_ERROR";
    SocketWriteError = "SOCKET_WRITE_ERROR";
    ClosingSocket = "SOCKET_POOL_CLOSING_SOCKET";
    TlsConnect = "SSL_CONNECT", TlsConnect;
    TlsBytesSent = "SSL_SOCKET_BYTES_SENT", TlsBytesSent;
    TlsBytesReceived = "SSL_SOCKET_BYTES_RECEIVED", TlsBytesReceived;
    TlsMessageSent = "SSL_HANDSHAKE_MESSAGE_SENT", TlsMessageSent;
    TlsMessageReceived = "SSL_HANDSHAKE_MESSAGE_RECEIVED", TlsMessageReceived;
    TlsInnerHello = "SSL_ENCRYPTED_CLIENT_HELLO";
    TlsCertificates = "SSL_CERTIFICATES_RECEIVED", TlsCertificates;
    TlsHandshakeError = "SSL_HANDSHAKE_ERROR";
    TlsReadError = "SSL_READ_ERROR";
    TlsWriteError = "SSL_WRITE_ERROR";
    VerifierBound = "CERT_VERIFIER_REQUEST_BOUND_TO_JOB";
    VerifierJob = "CERT_VERIFIER_JOB";
    RequestAlive = "REQUEST_ALIVE", RequestAlive;
    StartJob = "URL_REQUEST_START_JOB", StartJob;
    Redirected = "URL_REQUEST_REDIRECTED";
    RedirectJob = "URL_REQUEST_REDIRECT_JOB";
    Cancelled = "CANCELLED";
    Failed = "FAILED";
    ControllerBound = "HTTP_STREAM_JOB_CONTROLLER_BOUND";
    ProxyList = "PROXY_RESOLUTION_SERVICE_RESOLVED_PROXY_LIST", ProxyList;
    ProxyConfig = "PROXY_CONFIG_CHANGED";
    RequestBoundToJob = "HTTP_STREAM_REQUEST_BOUND_TO_JOB", RequestBoundToJob;
    JobBoundToSocket = "SOCKET_POOL_BOUND_TO_SOCKET", JobBoundToSocket;
    SendHeaders = "HTTP_TRANSACTION_SEND_REQUEST_HEADERS", SendHeaders;
    ReadHeaders = "HTTP_TRANSACTION_READ_RESPONSE_HEADERS";
    CacheReadInfo = "HTTP_CACHE_READ_INFO";
    CacheReadData = "HTTP_CACHE_READ_DATA";
    ConnectJobCreated = "SOCKET_POOL_CONNECT_JOB_CREATED";
    LookupJob = "HOST_RESOLVER_MANAGER_JOB";
    LookupRequest = "HOST_RESOLVER_MANAGER_REQUEST";
    LookupCacheHit = "HOST_RESOLVER_MANAGER_CACHE_HIT";
    LookupHostsHit = "HOST_RESOLVER_MANAGER_HOSTS_HIT";
    LookupPresetHit = "HOST_RESOLVER_MANAGER_CONFIG_PRESET_MATCH";
    LookupSystem = "HOST_RESOLVER_SYSTEM_TASK";
    LookupDns = "HOST_RESOLVER_DNS_TASK";
    UdpConnect = "UDP_CONNECT";
    UdpSent = "UDP_BYTES_SENT";
    UdpReceived = "UDP_BYTES_RECEIVED";
}

impl Kind {
    /// Whether its parameters are octets, or heads that are not kept.
    pub(crate) fn carries_octets(self) -> bool {
        matches!(
            self,
            Self::BytesSent
                | Self::BytesReceived
                | Self::TlsBytesSent
                | Self::TlsBytesReceived
                | Self::TlsMessageSent
                | Self::TlsMessageReceived
                | Self::TlsInnerHello
                | Self::TlsCertificates
                | Self::UdpSent
                | Self::UdpReceived
                | Self::SendHeaders
                | Self::ReadHeaders
        )
    }
}

/// The constants, as far as they are used.
#[derive(Debug, Default)]
pub(crate) struct Constants {
    pub client: Client,
    /// Added to an event's time it gives Unix milliseconds.
    pub time_offset: i64,
    kinds: BTreeMap<u32, Kind>,
    source_types: BTreeMap<u32, String>,
    errors: BTreeMap<i64, String>,
    load_flags: BTreeMap<i64, String>,
    certificate_flags: BTreeMap<i64, String>,
    secure_dns_modes: BTreeMap<i64, String>,
}

type Names = BTreeMap<String, i64>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw {
    log_event_types: Names,
    #[serde(default)]
    log_source_type: Names,
    #[serde(default)]
    net_error: Names,
    #[serde(default)]
    load_flag: Names,
    #[serde(default)]
    cert_status_flag: Names,
    #[serde(default)]
    secure_dns_mode: Names,
    time_tick_offset: Number,
    #[serde(default)]
    client_info: ClientInfo,
    log_capture_mode: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ClientInfo {
    name: String,
    version: String,
    cl: String,
    official: String,
    os_type: String,
    command_line: String,
}

/// Written as a number or as a string of digits, depending on the browser's version.
#[derive(Deserialize)]
#[serde(untagged)]
enum Number {
    Integer(i64),
    Digits(String),
}

impl Number {
    fn value(&self) -> Option<i64> {
        match self {
            Self::Integer(value) => Some(*value),
            Self::Digits(digits) => digits.parse().ok(),
        }
    }
}

impl Constants {
    /// Reads the first line, which is `{"constants": {…},`.
    pub(crate) fn parse(line: &[u8]) -> Result<Self, NetLogError> {
        let object = object_of(line).ok_or(NetLogError::NoConstants)?;
        let raw: Raw = serde_json::from_slice(object).map_err(|_| NetLogError::NoConstants)?;
        match &raw.log_capture_mode {
            Some(mode) if mode != "Everything" => {
                let found = mode.chars().take(64).collect();
                return Err(NetLogError::CaptureMode { found });
            }
            _ => {}
        }
        Self::of(raw)
    }

    fn of(raw: Raw) -> Result<Self, NetLogError> {
        let number = |kind: &Kind| {
            let number = raw.log_event_types.get(kind.name())?;
            u32::try_from(*number).ok()
        };
        let missing = Kind::REQUIRED.iter().filter(|kind| number(kind).is_none());
        let names: Vec<_> = missing.map(|kind| kind.name()).collect();
        if !names.is_empty() {
            return Err(NetLogError::UnknownNames { names });
        }
        let kinds = Kind::ALL.iter();
        Ok(Self {
            kinds: kinds
                .filter_map(|kind| Some((number(kind)?, *kind)))
                .collect(),
            time_offset: raw
                .time_tick_offset
                .value()
                .ok_or(NetLogError::NoConstants)?,
            client: client(raw.client_info, raw.log_capture_mode),
            source_types: by_number(raw.log_source_type),
            errors: by_number(raw.net_error),
            load_flags: by_number(raw.load_flag),
            certificate_flags: by_number(raw.cert_status_flag),
            secure_dns_modes: by_number(raw.secure_dns_mode),
        })
    }

    pub(crate) fn kind(&self, number: u32) -> Option<Kind> {
        self.kinds.get(&number).copied()
    }

    pub(crate) fn source_type(&self, number: u32) -> String {
        self.source_types.get(&number).cloned().unwrap_or_default()
    }

    /// The name of a network error, or its number where the browser gives it none.
    pub(crate) fn error(&self, number: i64) -> String {
        named(&self.errors, number)
    }

    pub(crate) fn secure_dns_mode(&self, number: i64) -> String {
        named(&self.secure_dns_modes, number)
    }

    pub(crate) fn load_flags(&self, bits: i64) -> Vec<String> {
        flags(&self.load_flags, bits)
    }

    pub(crate) fn certificate_flags(&self, bits: i64) -> Vec<String> {
        flags(&self.certificate_flags, bits)
    }
}

/// What stands between `{"constants":` and the comma at the end.
fn object_of(line: &[u8]) -> Option<&[u8]> {
    let rest = line.trim_ascii().strip_prefix(b"{")?.trim_ascii_start();
    let rest = rest.strip_prefix(b"\"constants\"")?.trim_ascii_start();
    rest.strip_prefix(b":")?.strip_suffix(b",")
}

fn client(info: ClientInfo, capture_mode: Option<String>) -> Client {
    Client {
        name: info.name,
        version: info.version,
        revision: info.cl,
        official: info.official,
        system: info.os_type,
        command_line: info.command_line,
        capture_mode,
    }
}

/// Of two names with one number the first in the alphabet stands.
fn by_number<N: TryFrom<i64> + Ord>(names: Names) -> BTreeMap<N, String> {
    let mut numbers = BTreeMap::new();
    for (name, number) in names {
        if let Ok(number) = N::try_from(number) {
            numbers.entry(number).or_insert(name);
        }
    }
    numbers
}

fn named(names: &BTreeMap<i64, String>, number: i64) -> String {
    names
        .get(&number)
        .cloned()
        .unwrap_or_else(|| number.to_string())
}

/// Names of the bits that are set; bits without a name are given as hexadecimal digits.
fn flags(names: &BTreeMap<i64, String>, bits: i64) -> Vec<String> {
    let known = names
        .iter()
        .filter(|(bit, _)| **bit != 0 && bits & **bit == **bit);
    let (mut set, mut rest) = (Vec::new(), bits);
    for (bit, name) in known {
        set.push(name.clone());
        rest &= !bit;
    }
    if rest != 0 {
        set.push(format!("{rest:#x}"));
    }
    set
}
