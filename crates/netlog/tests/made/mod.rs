//! Logs made by hand, with numbers of their own: a reader that knew Chromium's numbers would fail on them.
#![allow(dead_code, reason = "each test uses its part")]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fidem_netlog::{Budget, Connection, Log, NetLogError, Reader};
use serde_json::{Value, json};

/// Added to the time of each event.
pub const OFFSET: i64 = 1_700_000_000_000;

const EVENTS: &[&str] = &[
    "SOMETHING_ELSE",
    "SOCKET_ALIVE",
    "TCP_CONNECT",
    "TCP_CONNECT_ATTEMPT",
    "SOCKET_BYTES_SENT",
    "SOCKET_BYTES_RECEIVED",
    "SOCKET_POOL_CLOSING_SOCKET",
    "SSL_CONNECT",
    "SSL_SOCKET_BYTES_SENT",
    "SSL_SOCKET_BYTES_RECEIVED",
    "SSL_HANDSHAKE_MESSAGE_SENT",
    "SSL_HANDSHAKE_MESSAGE_RECEIVED",
    "SSL_CERTIFICATES_RECEIVED",
    "CERT_VERIFIER_REQUEST_BOUND_TO_JOB",
    "CERT_VERIFIER_JOB",
    "REQUEST_ALIVE",
    "URL_REQUEST_START_JOB",
    "URL_REQUEST_REDIRECTED",
    "HTTP_STREAM_JOB_CONTROLLER_BOUND",
    "PROXY_RESOLUTION_SERVICE_RESOLVED_PROXY_LIST",
    "PROXY_CONFIG_CHANGED",
    "HTTP_STREAM_REQUEST_BOUND_TO_JOB",
    "SOCKET_POOL_BOUND_TO_SOCKET",
    "HTTP_TRANSACTION_SEND_REQUEST_HEADERS",
    "HTTP_TRANSACTION_READ_RESPONSE_HEADERS",
    "HTTP_CACHE_READ_INFO",
    "HOST_RESOLVER_MANAGER_JOB",
    "HOST_RESOLVER_SYSTEM_TASK",
    "HOST_RESOLVER_DNS_TASK",
    "UDP_CONNECT",
    "UDP_BYTES_SENT",
];

/// Phases of events.
pub const NONE: u8 = 0;
pub const BEGIN: u8 = 1;
pub const END: u8 = 2;

/// The text of a log that grows.
pub struct Made {
    pub text: String,
    ticks: i64,
}

impl Made {
    pub fn new() -> Self {
        let events = EVENTS
            .iter()
            .zip(1000..)
            .map(|(name, n)| ((*name).to_owned(), json!(n)));
        Self::with_constants(&json!({
            "logEventTypes": Value::Object(events.collect()),
            "logSourceType": { "SOCKET": 77, "URL_REQUEST": 78, "OTHER": 79 },
            "netError": { "ERR_CONNECTION_REFUSED": -102, "ERR_CERT_AUTHORITY_INVALID": -202 },
            "loadFlag": { "NORMAL": 0, "DISABLE_CACHE": 16, "PREFETCH": 512 },
            "certStatusFlag": { "AUTHORITY_INVALID": 4, "REVOKED": 64 },
            "timeTickOffset": OFFSET,
            "logCaptureMode": "Everything",
            "clientInfo": { "name": "Made", "version": "1.2.3.4", "command_line": "made --by-hand" },
        }))
    }

    pub fn with_constants(constants: &Value) -> Self {
        let text = format!("{{\"constants\":{constants},\n\"events\": [\n");
        Self { text, ticks: 0 }
    }

    /// One event, a millisecond after the one before.
    pub fn event(&mut self, name: &str, phase: u8, source: (i64, u8), params: &Value) -> &mut Self {
        let kind = EVENTS
            .iter()
            .position(|known| *known == name)
            .expect("a known event")
            + 1000;
        self.ticks += 1;
        let (id, of) = source;
        let event = json!({
            "params": params, "phase": phase, "source": { "id": id, "start_time": "1", "type": of },
            "time": self.ticks.to_string(), "type": kind,
        });
        self.text.push_str(&format!("{event},\n"));
        self
    }

    pub fn socket(&mut self, name: &str, phase: u8, id: i64, params: &Value) -> &mut Self {
        self.event(name, phase, (id, 77), params)
    }

    pub fn request(&mut self, name: &str, phase: u8, id: i64, params: &Value) -> &mut Self {
        self.event(name, phase, (id, 78), params)
    }

    pub fn other(&mut self, name: &str, phase: u8, id: i64, params: &Value) -> &mut Self {
        self.event(name, phase, (id, 79), params)
    }

    pub fn connect(&mut self, id: i64) -> &mut Self {
        self.socket("SOCKET_ALIVE", BEGIN, id, &json!({}));
        self.socket(
            "TCP_CONNECT",
            BEGIN,
            id,
            &json!({ "address_list": ["192.0.2.1:80"] }),
        );
        let ends = json!({ "local_address": "192.0.2.2:5", "remote_address": "192.0.2.1:80" });
        self.socket("TCP_CONNECT", END, id, &ends)
    }

    pub fn octets(&mut self, name: &str, id: i64, octets: &[u8]) -> &mut Self {
        self.socket(name, NONE, id, &bytes(octets))
    }

    pub fn sent(&mut self, id: i64, octets: &[u8]) -> &mut Self {
        self.octets("SOCKET_BYTES_SENT", id, octets)
    }

    pub fn received(&mut self, id: i64, octets: &[u8]) -> &mut Self {
        self.octets("SOCKET_BYTES_RECEIVED", id, octets)
    }

    /// The peer ends its side.
    pub fn ended(&mut self, id: i64) -> &mut Self {
        self.socket(
            "SOCKET_BYTES_RECEIVED",
            NONE,
            id,
            &json!({ "byte_count": 0 }),
        )
    }

    /// The text with the list of events closed as Chromium does.
    pub fn closed(&self) -> String {
        let events = self.text.trim_end().trim_end_matches(',');
        format!("{events}],\n\"polledData\": [{{}}]\n}}\n")
    }

    pub fn log(&self) -> Log {
        read(self.closed().as_bytes()).expect("a log")
    }
}

pub fn bytes(octets: &[u8]) -> Value {
    json!({ "byte_count": octets.len(), "bytes": STANDARD.encode(octets) })
}

pub fn read(text: &[u8]) -> Result<Log, NetLogError> {
    let mut reader = Reader::new(Budget::default());
    reader.feed(text)?;
    reader.finish()
}

/// The log of one connection, on which the peer ended its side where that is said.
pub fn connection(sent: &[u8], received: &[u8], ended: bool) -> Connection {
    let mut made = Made::new();
    made.connect(1).sent(1, sent).received(1, received);
    if ended {
        made.ended(1);
    }
    let mut log = made.log();
    let connection = log.connections.pop().expect("a connection");
    covered(&connection);
    connection
}

/// Each octet belongs to exactly one exchange or remainder.
pub fn covered(connection: &Connection) {
    use fidem_netlog::Direction::{Received, Sent};
    for direction in [Sent, Received] {
        let own = connection
            .remainders
            .iter()
            .filter(|r| r.direction == direction);
        let mut ranges: Vec<_> = own.map(|r| r.range.clone()).collect();
        for exchange in &connection.exchanges {
            let upgrade = exchange.upgrade.clone().unwrap_or_default();
            if direction == Sent {
                ranges.extend([
                    exchange.request.head.clone(),
                    exchange.request.body.clone(),
                    upgrade.sent,
                ]);
            } else {
                ranges.extend(exchange.interim.iter().cloned());
                let response = exchange.response.iter();
                ranges.extend(response.flat_map(|r| [r.head.clone(), r.body.clone()]));
                ranges.push(upgrade.received);
            }
        }
        ranges.retain(|range| !range.is_empty());
        ranges.sort_by_key(|range| range.start);
        let mut at = 0;
        for range in ranges {
            assert_eq!(
                range.start, at,
                "a gap or an overlap in {direction:?} of {}",
                connection.id
            );
            at = range.end;
        }
        assert_eq!(
            at,
            connection.stream(direction).bytes.len(),
            "{direction:?}"
        );
    }
}
