//! Facts of logs made by hand: budgets, cuts, requests, lookups, sockets.

mod made;

use fidem_netlog::{Budget, CacheUse, Limit, Log, NetLogError, Reader, Resolver};
use made::{BEGIN, END, Made, NONE, OFFSET, bytes, read};
use serde_json::json;

/// A page with a redirection over one connection, after a lookup, with a second request from the cache.
fn page() -> Made {
    let mut made = Made::new();
    made.event(
        "PROXY_CONFIG_CHANGED",
        NONE,
        (3, 79),
        &json!({ "new_config": {} }),
    );
    made.request(
        "REQUEST_ALIVE",
        BEGIN,
        10,
        &json!({ "traffic_annotation": 63, "url": "http://a.test/" }),
    );
    start(
        &mut made,
        10,
        "http://a.test/",
        "main frame",
        "not an origin",
    );
    made.request("HTTP_STREAM_JOB_CONTROLLER_BOUND", NONE, 10, &bound(11));
    made.other(
        "PROXY_RESOLUTION_SERVICE_RESOLVED_PROXY_LIST",
        NONE,
        11,
        &json!({ "proxy_info": "DIRECT" }),
    );
    let host = json!({ "host": "http://a.test" });
    made.other("HOST_RESOLVER_MANAGER_JOB", BEGIN, 12, &host);
    made.other("HOST_RESOLVER_SYSTEM_TASK", BEGIN, 12, &json!({}));
    let found = json!({ "results": { "ip_endpoints": [{ "endpoint_address": "192.0.2.1", "endpoint_port": 0 }] } });
    made.other("HOST_RESOLVER_SYSTEM_TASK", END, 12, &found);
    made.other("HOST_RESOLVER_MANAGER_JOB", END, 12, &json!({}));
    made.connect(20);
    made.other("SOCKET_POOL_BOUND_TO_SOCKET", NONE, 13, &bound(20));
    made.request("HTTP_STREAM_REQUEST_BOUND_TO_JOB", NONE, 10, &bound(13));
    hop(
        &mut made,
        "/",
        "HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n",
    );
    made.request(
        "URL_REQUEST_REDIRECTED",
        NONE,
        10,
        &json!({ "location": "http://a.test/b" }),
    );
    made.request("URL_REQUEST_START_JOB", END, 10, &json!({}));
    start(
        &mut made,
        10,
        "http://a.test/b",
        "main frame",
        "not an origin",
    );
    made.request("HTTP_STREAM_REQUEST_BOUND_TO_JOB", NONE, 10, &bound(13));
    hop(
        &mut made,
        "/b",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
    );
    made.request("URL_REQUEST_START_JOB", END, 10, &json!({}));
    made.request("REQUEST_ALIVE", END, 10, &json!({}));
    made.request(
        "REQUEST_ALIVE",
        BEGIN,
        30,
        &json!({ "traffic_annotation": 7, "url": "http://a.test/c" }),
    );
    start(&mut made, 30, "http://a.test/c", "other", "http://a.test");
    made.request("HTTP_CACHE_READ_INFO", END, 30, &json!({}));
    made.request("URL_REQUEST_START_JOB", END, 30, &json!({}));
    made
}

fn bound(id: i64) -> serde_json::Value {
    json!({ "source_dependency": { "id": id, "type": 79 } })
}

fn start(made: &mut Made, id: i64, url: &str, kind: &str, initiator: &str) {
    let params = json!({
        "url": url, "method": "GET", "load_flags": 528, "request_type": kind, "initiator": initiator,
    });
    made.request("URL_REQUEST_START_JOB", BEGIN, id, &params);
}

fn hop(made: &mut Made, path: &str, response: &str) {
    made.request(
        "HTTP_TRANSACTION_SEND_REQUEST_HEADERS",
        NONE,
        10,
        &json!({ "headers": [] }),
    );
    made.sent(
        20,
        format!("GET {path} HTTP/1.1\r\nHost: a.test\r\n\r\n").as_bytes(),
    );
    made.received(20, response.as_bytes());
    let line = response.lines().next();
    made.request(
        "HTTP_TRANSACTION_READ_RESPONSE_HEADERS",
        NONE,
        10,
        &json!({ "headers": [line] }),
    );
}

#[test]
fn a_request_is_tied_to_its_exchanges() {
    let log = page().log();
    assert!(!log.cut);
    assert_eq!(log.client.command_line, "made --by-hand");
    let request = &log.requests[0];
    assert!(request.of_page() && request.error.is_none());
    assert_eq!(request.traffic_annotation, Some(63));
    assert_eq!(request.load_flags, ["DISABLE_CACHE", "PREFETCH"]);
    assert_eq!(
        (request.started, request.ended),
        (OFFSET + 2, Some(OFFSET + 28))
    );
    let hops: Vec<_> = request
        .hops
        .iter()
        .map(|hop| (hop.url.as_str(), hop.status))
        .collect();
    assert_eq!(
        hops,
        [
            ("http://a.test/", Some(302)),
            ("http://a.test/b", Some(200))
        ]
    );
    assert_eq!(request.hops[0].location.as_deref(), Some("http://a.test/b"));
    assert_eq!(request.hops[0].proxy.as_deref(), Some("DIRECT"));
    let places = request.hops.iter().flat_map(|hop| &hop.sent);
    let places: Vec<_> = places.map(|s| (s.connection, s.exchange)).collect();
    assert_eq!(places, [(20, Some(0)), (20, Some(1))]);
    let exchange = &log.connection(20).expect("the connection").exchanges[1];
    assert_eq!(exchange.url, request.hops[1].url);
}

#[test]
fn what_came_from_the_cache_is_said() {
    let log = page().log();
    assert_eq!(log.requests[0].hops[0].cache, CacheUse::None);
    assert_eq!(log.requests[1].hops[0].cache, CacheUse::Whole);
    assert_eq!(log.requests[1].ended, None);
}

#[test]
fn lookups_and_proxies_are_told() {
    let log = page().log();
    let lookup = &log.lookups[0];
    assert_eq!(
        (lookup.host.as_str(), &lookup.answers[..]),
        ("a.test", &["192.0.2.1".to_owned()][..])
    );
    assert_eq!(lookup.answered_by, [Resolver::System]);
    assert_eq!(log.proxy_changes[0].after, "{}");
}

#[test]
fn hosts_no_page_asked_for_are_told_apart() {
    let mut made = page();
    made.request(
        "REQUEST_ALIVE",
        BEGIN,
        40,
        &json!({ "traffic_annotation": 9 }),
    );
    start(
        &mut made,
        40,
        "https://Update.test:8443/x",
        "other",
        "not an origin",
    );
    made.other(
        "HOST_RESOLVER_MANAGER_JOB",
        BEGIN,
        41,
        &json!({ "host": "other.test:80" }),
    );
    let contacts = made.log().contacts();
    let seen: Vec<_> = contacts
        .iter()
        .map(|c| (c.host.as_str(), c.page, c.lookups))
        .collect();
    assert_eq!(
        seen,
        [
            ("a.test", true, 1),
            ("other.test", false, 1),
            ("update.test", false, 0)
        ]
    );
    assert_eq!(
        (&contacts[2].requests[..], &contacts[2].annotations[..]),
        (&[40][..], &[9][..])
    );
}

#[test]
fn sockets_that_failed() {
    let mut made = Made::new();
    made.socket(
        "TCP_CONNECT",
        BEGIN,
        5,
        &json!({ "address_list": ["192.0.2.9:80"] }),
    );
    made.socket(
        "TCP_CONNECT_ATTEMPT",
        BEGIN,
        5,
        &json!({ "address": "192.0.2.9:80" }),
    );
    made.socket("TCP_CONNECT_ATTEMPT", END, 5, &json!({ "os_error": 111 }));
    made.socket("TCP_CONNECT", END, 5, &json!({ "net_error": -102 }));
    let log = made.log();
    assert!(log.connections.is_empty());
    let failed = &log.failed[0];
    assert_eq!(
        (failed.address.as_str(), failed.os_error),
        ("192.0.2.9:80", Some(111))
    );
    assert_eq!(failed.error.as_deref(), Some("ERR_CONNECTION_REFUSED"));
}

#[test]
fn datagrams_are_counted() {
    let mut made = Made::new();
    made.other(
        "UDP_CONNECT",
        BEGIN,
        6,
        &json!({ "address": "192.0.2.1:443" }),
    );
    made.other("UDP_BYTES_SENT", NONE, 6, &json!({ "byte_count": 1200 }));
    let log = made.log();
    assert_eq!(
        (log.datagrams[0].address.as_str(), log.datagrams[0].sent),
        ("192.0.2.1:443", 1200)
    );
}

#[test]
fn tls_facts() {
    let mut made = Made::new();
    made.connect(1).socket("SSL_CONNECT", BEGIN, 1, &json!({}));
    made.octets("SSL_HANDSHAKE_MESSAGE_SENT", 1, &[1, 0, 0, 0])
        .sent(1, b"ciphertext");
    made.socket("CERT_VERIFIER_REQUEST_BOUND_TO_JOB", NONE, 1, &bound(-9));
    let verdict = json!({ "net_error": -202, "cert_status": 260, "is_issued_by_known_root": true });
    made.other("CERT_VERIFIER_JOB", END, -9, &verdict);
    let pem = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
    made.socket(
        "SSL_CERTIFICATES_RECEIVED",
        NONE,
        1,
        &json!({ "certificates": [pem] }),
    );
    let ends = json!({
        "version": "TLS 1.3", "cipher_suite": 4866, "is_resumed": true, "next_proto": "http/1.1",
    });
    made.socket("SSL_CONNECT", END, 1, &ends);
    made.octets(
        "SSL_SOCKET_BYTES_SENT",
        1,
        b"GET / HTTP/1.1\r\nHost: h\r\n\r\n",
    );
    made.octets("SSL_SOCKET_BYTES_RECEIVED", 1, b"HTTP/1.1 204 A\r\n\r\n");
    let log = made.log();
    let connection = &log.connections[0];
    let tls = connection.tls.as_ref().expect("TLS");
    assert_eq!(connection.exchanges[0].url, "https://h/");
    assert_eq!(connection.wire, (10, 0));
    assert_eq!(
        tls.cipher_suite_name().as_deref(),
        Some("TLS_AES_256_GCM_SHA384")
    );
    assert_eq!(
        (tls.version.as_deref(), tls.resumed, tls.alpn.as_deref()),
        (Some("TLS 1.3"), true, Some("http/1.1"))
    );
    assert_eq!(tls.certificates, [[0x30, 0]]);
    let verdict = tls.verdict.as_ref().expect("a verdict");
    assert_eq!(verdict.error.as_deref(), Some("ERR_CERT_AUTHORITY_INVALID"));
    assert_eq!(verdict.flags, ["AUTHORITY_INVALID", "0x100"]);
    assert!(verdict.known_root);
}

#[test]
fn a_cut_log_gives_all_whole_events() {
    let text = page().closed();
    let whole = read(text.as_bytes()).expect("the whole log");
    let begin = text.find("[\n").expect("the list") + 2;
    let end = text.find("}],").expect("the end of the list") + 1;
    for cut in begin..end {
        let log = read(&text.as_bytes()[..cut]).expect("a cut log");
        assert!(log.cut);
        // A line counts from its last brace on.
        let events =
            text[begin..cut].matches("},\n").count() + usize::from(text[..cut].ends_with("\":1}"));
        assert!(
            log.events >= u64::try_from(events).expect("few"),
            "at {cut}"
        );
        prefix_of(&log, &whole);
    }
    assert_eq!(
        read(&text.as_bytes()[..begin - 2]).map(|log| log.events),
        Ok(0)
    );
    assert_eq!(
        read(&text.as_bytes()[..begin / 2]),
        Err(NetLogError::NoConstants)
    );
    assert_eq!(read(b""), Err(NetLogError::Empty));
}

fn prefix_of(part: &Log, whole: &Log) {
    for connection in &part.connections {
        made::covered(connection);
        let same = whole
            .connection(connection.id)
            .expect("the same connection");
        assert!(same.sent.bytes.starts_with(&connection.sent.bytes));
        for (part, whole) in connection.exchanges.iter().zip(&same.exchanges) {
            assert!(!part.complete() || part == whole);
        }
    }
}

#[test]
fn pieces_make_no_difference() {
    let text = page().closed();
    let whole = read(text.as_bytes());
    for size in [1, 2, 3, 7, 64, 1000] {
        let mut reader = Reader::new(Budget::default());
        for piece in text.as_bytes().chunks(size) {
            reader.feed(piece).expect("a piece");
        }
        assert_eq!(reader.finish(), whole, "{size}");
    }
}

#[test]
fn names_that_are_missing_are_named() {
    let mut constants = json!({ "logEventTypes": { "SOCKET_ALIVE": 1 }, "timeTickOffset": "5" });
    let refused = read(Made::with_constants(&constants).text.as_bytes());
    let Err(NetLogError::UnknownNames { names }) = refused else {
        panic!("{refused:?}");
    };
    assert!(names.contains(&"SOCKET_BYTES_SENT") && !names.contains(&"SOCKET_ALIVE"));
    constants["logCaptureMode"] = json!("Default");
    let found = "Default".to_owned();
    let refused = read(Made::with_constants(&constants).text.as_bytes());
    assert_eq!(refused, Err(NetLogError::CaptureMode { found }));
}

#[test]
fn a_line_that_is_no_event_is_refused_and_what_came_before_stays() {
    let mut made = page();
    made.text.push_str("nonsense\n");
    made.connect(99);
    let mut reader = Reader::new(Budget::default());
    let refused = reader.feed(made.text.as_bytes());
    let Err(NetLogError::Malformed { line }) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(reader.feed(b"\n"), Err(NetLogError::Malformed { line }));
    let log = reader.finish().expect("what came before");
    assert!(log.cut && log.connection(20).is_some() && log.connection(99).is_none());
}

#[test]
fn octets_that_are_not_what_they_say_are_refused() {
    for wrong in [
        json!({ "byte_count": 2, "bytes": "AA==" }),
        json!({ "bytes": "A" }),
        json!({}),
    ] {
        let mut made = Made::new();
        made.connect(1).socket("SOCKET_BYTES_SENT", NONE, 1, &wrong);
        let refused = NetLogError::Parameters {
            line: 6,
            event: "SOCKET_BYTES_SENT",
        };
        assert_eq!(read(made.text.as_bytes()), Err(refused), "{wrong}");
    }
}

#[test]
fn budgets_are_kept() {
    let plenty = Budget::default();
    let text = page().closed();
    for (limit, budget) in [
        (
            Limit::Payload,
            Budget {
                payload: 100,
                ..plenty
            },
        ),
        (
            Limit::Events,
            Budget {
                events: 5,
                ..plenty
            },
        ),
        (Limit::Facts, Budget { facts: 3, ..plenty }),
        (Limit::Line, Budget { line: 50, ..plenty }),
    ] {
        let refused = Reader::new(budget).feed(text.as_bytes());
        assert!(
            matches!(refused, Err(NetLogError::Budget { limit: spent, .. }) if spent == limit),
            "{refused:?}"
        );
    }
    let mut reader = Reader::new(Budget {
        exchanges: 1,
        ..plenty
    });
    reader.feed(text.as_bytes()).expect("no error");
    let log = reader.finish().expect("a log");
    made::covered(&log.connections[0]);
    let connection = &log.connections[0];
    assert_eq!(
        (connection.exchanges.len(), connection.remainders.len()),
        (1, 2)
    );
}

#[test]
fn unknown_events_are_passed_over() {
    let mut made = page();
    made.other("SOMETHING_ELSE", NONE, 1, &bytes(b"x"));
    let log = made.log();
    assert_eq!(log.events, page().log().events + 1);
}
