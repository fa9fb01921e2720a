//! The self-test in a real browser: every part goes well, and the transcript is whole.
#![cfg(unix)]

mod common;

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use common::Browser;
use fidem_loopback::selftest::SelfTest;
use fidem_loopback::{Connection, Exchange, Scheme, Transcript};

const NONCE: &str = "a3f09c5512d84e7bb6c0";

fn visit(scheme: Scheme) -> Option<Vec<Exchange>> {
    let test = SelfTest::start(NONCE).unwrap();
    let exception = format!(
        "--ignore-certificate-errors-spki-list={}",
        test.spki_sha256()
    );
    let flags: &[&str] = match scheme {
        Scheme::Http => &[],
        Scheme::Https => &[&exception],
    };
    let browser = Browser::open(&test.url(scheme), flags)?;
    let settled = |title: &str| title.starts_with("fidem-self-test") && !title.ends_with("running");
    let title = browser.title(Duration::from_secs(180), settled);
    assert_eq!(title, Ok(test.title_when_done()));
    let log = browser.close();
    let transcript = test.log();
    same_streams(&transcript, &log, scheme);
    Some(test.finish())
}

/// The streams of the browser's own log, sorted: by `event` after the name of the socket layer.
fn streams(log: &str, event: &str) -> Vec<Vec<u8>> {
    let log: serde_json::Value = serde_json::from_str(log).unwrap();
    let kind = &log["constants"]["logEventTypes"][event];
    let mut streams: BTreeMap<u64, Vec<u8>> = BTreeMap::new();
    for entry in log["events"].as_array().unwrap() {
        let bytes = entry["params"]["bytes"].as_str();
        if let (true, Some(bytes)) = (&entry["type"] == kind, bytes) {
            let source = entry["source"]["id"].as_u64().unwrap();
            streams
                .entry(source)
                .or_default()
                .extend(STANDARD.decode(bytes).unwrap());
        }
    }
    let mut streams: Vec<Vec<u8>> = streams.into_values().collect();
    streams.sort();
    streams
}

/// The browser, which shares no code with the server, saw the same octets on the same connections.
fn same_streams(transcript: &Transcript, log: &str, scheme: Scheme) {
    let layer = match scheme {
        Scheme::Http => "SOCKET",
        Scheme::Https => "SSL_SOCKET",
    };
    let read = streams(log, &format!("{layer}_BYTES_RECEIVED"));
    let written = streams(log, &format!("{layer}_BYTES_SENT"));
    let ours = |octets: fn(&Connection) -> Vec<u8>| {
        let mut all: Vec<Vec<u8>> = transcript.connections.iter().map(octets).collect();
        all.retain(|octets| !octets.is_empty());
        all.sort();
        all
    };
    let missing = |ours: &[Vec<u8>], log: &[Vec<u8>]| {
        ours.iter()
            .filter(|stream| log.binary_search(stream).is_err())
            .count()
    };
    let (sent, received) = (ours(Connection::sent), ours(Connection::received));
    eprintln!(
        "{scheme}: {} connections, {} streams in the log",
        sent.len(),
        read.len()
    );
    assert_eq!(missing(&sent, &read), 0);
    assert_eq!(missing(&received, &written), 0);
}

fn one<'a>(exchanges: &'a [Exchange], name: &str) -> &'a Exchange {
    let end = format!("/{NONCE}/{name}");
    let found: Vec<&Exchange> = exchanges
        .iter()
        .filter(|exchange| exchange.target == end)
        .collect();
    assert_eq!(found.len(), 1, "{name}");
    found[0]
}

fn check(exchanges: &[Exchange], scheme: Scheme) {
    eprintln!("{scheme}: {} exchanges", exchanges.len());
    assert!(
        exchanges.len() >= SelfTest::LEAST_EXCHANGES,
        "{}",
        exchanges.len()
    );
    for exchange in exchanges {
        assert_eq!(exchange.scheme, scheme);
        assert!(exchange.finished, "{}", exchange.target);
        assert!(exchange.response_body.is_whole());
    }
    for name in [
        "worker.json",
        "shared.json",
        "service.json",
        "cached/2.txt",
        "lazy/9.png",
    ] {
        assert_eq!(one(exchanges, name).status, 200);
    }
    assert_eq!(one(exchanges, "hop/302.json").status, 302);
    assert_eq!(one(exchanges, "hop/307.json").status, 307);
    assert_eq!(one(exchanges, "missing.json").status, 404);
    assert_eq!(one(exchanges, "tone.wav?part").status, 206);
    assert_eq!(one(exchanges, "beacon").request_body.kept, NONCE.as_bytes());
    let posted = &one(exchanges, "post").request_body.kept;
    assert!(String::from_utf8_lossy(posted).contains("公证"));
    // two messages and a close frame, each way
    assert_eq!(one(exchanges, "socket").frames.len(), 6);
    let hosts: std::collections::BTreeSet<&str> = exchanges
        .iter()
        .map(|exchange| exchange.host.as_str())
        .collect();
    assert_eq!(hosts.len(), 3, "{hosts:?}");
}

#[test]
fn every_part_goes_well_over_http() {
    if let Some(exchanges) = visit(Scheme::Http) {
        check(&exchanges, Scheme::Http);
    }
}

#[test]
fn every_part_goes_well_over_https() {
    if let Some(exchanges) = visit(Scheme::Https) {
        check(&exchanges, Scheme::Https);
    }
}
