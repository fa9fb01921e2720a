//! An archive shown again.
#![cfg(unix)]

mod common;

use std::time::Duration;

use common::{Browser, talk};
use fidem_loopback::replay::{Recorded, Replay};
use fidem_loopback::selftest::SelfTest;
use fidem_loopback::{End, Scheme};

fn recorded(target: &str, head: &str, body: &str) -> Recorded {
    Recorded {
        scheme: Scheme::Http,
        host: "Site.example".to_owned(),
        method: "GET".to_owned(),
        target: target.to_owned(),
        response_head: head.as_bytes().to_vec(),
        response_body: body.as_bytes().into(),
        finished: true,
    }
}

#[test]
fn octets_come_back_in_turn() {
    let closed = "HTTP/1.1 200 OK\r\nX: 1\r\n\r\n";
    let framed = "HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n";
    let replay: Replay = [
        recorded("/", framed, "a"),
        recorded("/", framed, "b"),
        recorded("/closed", closed, "to the end"),
    ]
    .into_iter()
    .collect();
    let (server, _) = replay.start().unwrap();
    let address = server.endpoint(0).address;
    let ask = |host: &str, target: &str| format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n");
    let three = ask("site.example", "/").repeat(3) + &ask("site.example", "/closed");
    let read = talk(address, three.as_bytes());
    let expected = format!("{framed}a{framed}b{framed}b{closed}to the end");
    assert_eq!(String::from_utf8_lossy(&read), expected);
    let misled = talk(address, ask("rebound.example", "/").as_bytes());
    assert!(misled.starts_with(b"HTTP/1.1 421 "));
    assert_eq!(server.finish().connections[0].end, End::Served);
}

/// The page of the self-test, replayed to a browser that resolves nothing: all that HTTP carries
/// works as it did; the WebSocket, of which an archive holds frames only, does not.
#[test]
fn a_page_works_as_it_did() {
    let test = SelfTest::start("b7718e3c40aa9d25f6ee").unwrap();
    let url = test.url(Scheme::Http);
    let Some(browser) = Browser::open(&url, &[]) else {
        return;
    };
    let limit = Duration::from_secs(180);
    let settled = |title: &str| title.starts_with("fidem-self-test") && !title.ends_with("running");
    assert_eq!(browser.title(limit, settled), Ok(test.title_when_done()));
    drop(browser);
    let archive = test.finish().into_iter().map(Recorded::from);
    let replay: Replay = archive
        .filter(|one| !one.target.ends_with("/socket"))
        .collect();
    let (server, _) = replay.start().unwrap();
    let rules = format!("--host-resolver-rules=MAP * {}", server.endpoint(0).address);
    let Some(browser) = Browser::open(&url, &[&rules]) else {
        return;
    };
    let title = browser.title(limit, settled).unwrap();
    assert!(title.ends_with("failed: websocket (error)"), "{title}");
    drop(browser);
    let transcript = server.finish();
    let unknown: Vec<&str> = transcript
        .exchanges()
        .filter(|exchange| exchange.response_body.kept == b"not in the archive\n")
        .map(|exchange| exchange.target.as_str())
        .collect();
    assert_eq!(unknown, ["/b7718e3c40aa9d25f6ee/socket"]);
}
