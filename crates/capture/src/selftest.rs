//! The recorder's self-test: a page of ours, over plain HTTP and over TLS, recorded as any other, and compared octet by
//! octet with what its server sent. It is the one check whose failure lets no capture begin.

use std::collections::BTreeMap;

use fidem_loopback::selftest::SelfTest;
use fidem_loopback::{Exchange, Scheme};
use fidem_netlog::Log;
use serde::{Deserialize, Serialize};

use crate::recording::{Plan, Sinks, record};
use crate::{Audience, Browser, CaptureError, Ending, Operations, Options};

/// What a self-test found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelfTested {
    /// The random part of its addresses.
    pub nonce: String,
    /// Exchanges served.
    pub served: u32,
    /// Of these, recorded octet by octet.
    pub matching: u32,
    /// Addresses recorded otherwise, or not at all, each with its method.
    pub differing: Vec<String>,
    /// How the recording ended.
    pub ending: Ending,
}

impl SelfTested {
    /// Everything that was served was recorded, and the page did all it had to do.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.ending == Ending::Closed {}
            && self.differing.is_empty()
            && self.matching == self.served
            && usize::try_from(self.served).is_ok_and(|n| n >= SelfTest::LEAST_EXCHANGES)
    }
}

/// Records the self-test's pages with the browser, the flags and the code of a capture. `nonce` is 16 to 64 letters and
/// digits, never used before.
///
/// # Errors
/// A browser that does not start, a server that does not start. A recording that differs is no error.
pub fn self_test(
    browser: &Browser,
    nonce: &str,
    audience: &mut dyn Audience,
) -> Result<SelfTested, CaptureError> {
    let server = |e: &dyn std::fmt::Display| CaptureError::SelfTest {
        reason: e.to_string(),
    };
    let test = SelfTest::start(nonce).map_err(|e| server(&e))?;
    let mut plan = Plan::of(&test.url(Scheme::Http), Options::default())?;
    plan.accepted_key = Some(test.spki_sha256().to_owned());
    let done = test.title_when_done();
    plan.tour = vec![
        (test.url(Scheme::Http), done.clone()),
        (test.url(Scheme::Https), done),
    ];
    let sinks = Sinks {
        netlog: Box::new(std::io::sink()),
        keys: Box::new(std::io::sink()),
    };
    let recording = record(browser, &plan, sinks, &Operations::begin(None), audience)?;
    Ok(compare(
        nonce,
        &test.finish(),
        &recording.log,
        recording.ending,
    ))
}

/// One exchange as octets: method and address, request, response.
type Key = (String, Vec<u8>, Vec<u8>);

fn compare(nonce: &str, served: &[Exchange], log: &Log, ending: Ending) -> SelfTested {
    let mut recorded: BTreeMap<Key, u32> = BTreeMap::new();
    for (connection, exchange) in log.exchanges() {
        let sent = exchange
            .upgrade
            .as_ref()
            .map(|u| u.sent.clone())
            .unwrap_or_default();
        let received = exchange
            .upgrade
            .as_ref()
            .map(|u| u.received.clone())
            .unwrap_or_default();
        let key = (
            // The server sees the request that a WebSocket begins with (RFC 6455 §4.1).
            format!(
                "{} {}",
                exchange.request.method,
                exchange
                    .url
                    .replacen("ws", "http", usize::from(exchange.url.starts_with("ws")))
            ),
            [
                exchange.request_head(connection),
                exchange.request_body_raw(connection),
                connection.octets(fidem_netlog::Direction::Sent, &sent),
            ]
            .concat(),
            [
                exchange.response_head(connection),
                exchange.response_body_raw(connection),
                connection.octets(fidem_netlog::Direction::Received, &received),
            ]
            .concat(),
        );
        *recorded.entry(key).or_default() += 1;
    }
    let mut tested = SelfTested {
        nonce: nonce.to_owned(),
        served: 0,
        matching: 0,
        differing: Vec::new(),
        ending,
    };
    for exchange in served {
        tested.served += 1;
        let key = key(exchange);
        match recorded.get_mut(&key).filter(|count| **count > 0) {
            Some(count) => {
                *count -= 1;
                tested.matching += 1;
            }
            None => tested.differing.push(key.0),
        }
    }
    tested
}

fn key(exchange: &Exchange) -> Key {
    let scheme = match exchange.scheme {
        Scheme::Http => "http",
        Scheme::Https => "https",
    };
    let address = format!("{scheme}://{}{}", exchange.host, exchange.target);
    (
        format!("{} {address}", exchange.method),
        [
            exchange.request_head.as_slice(),
            &exchange.request_body.kept,
        ]
        .concat(),
        [
            exchange.response_head.as_slice(),
            &exchange.response_body.kept,
        ]
        .concat(),
    )
}
