//! What a client got, against what the transcript says was sent.
#![cfg(unix)]

mod common;

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use common::{curl, talk};
use fidem_loopback::{
    After, Alpn, Answer, Body, Bounds, Credential, Direction, End, Event, Head, Listen, Options,
    Request, Server, StartError, Validity, generated,
};

fn site(request: &Request) -> Answer {
    let chunked = || {
        Head::new(200, "OK")
            .field("Transfer-Encoding", "chunked")
            .finish()
    };
    let announced = |length| Head::new(200, "OK").length(length).finish();
    match request.path() {
        "/chunked" => Answer::new(
            chunked(),
            Body::Chunked {
                octets: b"0123456789".as_slice().into(),
                sizes: vec![1, 0, 4],
                trailer: b"X-End: yes\r\n".to_vec(),
            },
        ),
        "/odd" => Answer::new(
            Head::with_line("HTTP/1.1 200  ")
                .raw(b"x-folded: a\r\n  b\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\n")
                .length(2)
                .finish(),
            Body::whole("ok"),
        ),
        "/early" => Answer::ok("text/plain", "late")
            .after_interim(Head::new(103, "Early Hints").field("Link", "</a>").finish())
            .delayed(Duration::from_millis(30)),
        "/cut" | "/reset" => Answer::new(
            announced(1000),
            Body::Cut {
                octets: vec![b'x'; 1000].into(),
                after: 300,
            },
        )
        .then(if request.path() == "/cut" {
            After::Close
        } else {
            After::Reset
        }),
        "/slow" => Answer::new(
            announced(6),
            Body::Slow {
                octets: b"abcdef".as_slice().into(),
                piece: 2,
                pause: Duration::from_millis(20),
            },
        ),
        "/events" => Answer::new(
            Head::new(200, "OK")
                .field("Content-Type", "text/event-stream")
                .finish(),
            Body::Events {
                events: vec![Event {
                    delay: Duration::ZERO,
                    octets: b"data: 1\n\n".to_vec(),
                }],
                hold: true,
            },
        ),
        "/endless" => Answer::new(
            Head::new(200, "OK").finish(),
            Body::Endless {
                piece: b"again ".as_slice().into(),
                pause: Duration::from_millis(1),
            },
        ),
        "/generated" => Answer::new(
            announced(200_000),
            Body::Generated {
                length: 200_000,
                seed: 9,
            },
        ),
        "/ranged" => Answer::ranged(request, "text/plain", b"0123456789"),
        "/hop" => Answer::redirect(302, "Found", "/ranged"),
        "/echo" => Answer::echo(request),
        "/body" => Answer::ok("application/octet-stream", request.body.clone()),
        _ => Answer::not_found(),
    }
}

fn started() -> Server {
    Server::start(site, &[Listen::http()], Options::default()).unwrap()
}

fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").into_bytes()
}

#[test]
fn the_transcript_is_what_the_client_read() {
    let server = started();
    let address = server.endpoint(0).address;
    let paths = [
        "/chunked",
        "/odd",
        "/early",
        "/cut",
        "/slow",
        "/generated",
        "/ranged",
        "/hop",
        "/none",
    ];
    let read: Vec<Vec<u8>> = paths.iter().map(|path| talk(address, &get(path))).collect();
    let transcript = server.finish();
    // the last connection is the one that wakes the listener, and is not served
    assert_eq!(transcript.connections.len(), paths.len());
    for ((path, read), connection) in paths.iter().zip(&read).zip(&transcript.connections) {
        assert_eq!(connection.sent(), *read, "{path}");
        assert_eq!(connection.received(), get(path));
        assert_eq!(connection.end, End::Served, "{path}");
        let exchange = &connection.exchanges[0];
        assert_eq!(exchange.finished, *path != "/cut", "{path}");
        assert_eq!(exchange.target, *path);
    }
    let body = |index: usize| {
        &transcript.connections[index].exchanges[0]
            .response_body
            .kept[..]
    };
    assert_eq!(
        body(0),
        b"1\r\n0\r\n4\r\n1234\r\n5\r\n56789\r\n0\r\nX-End: yes\r\n\r\n"
    );
    assert_eq!(
        transcript.connections[2].exchanges[0].interim.get(..12),
        Some(&b"HTTP/1.1 103"[..])
    );
    let mut expected = vec![0; 200_000];
    generated(9, 0, &mut expected);
    assert!(body(5) == expected);
    assert_eq!(transcript.connections[7].exchanges[0].status, 302);
}

#[test]
fn requests_on_one_connection_are_told_apart() {
    let server = started();
    let first = b"POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc";
    let second = b"POST /body HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n\
                   2;note=1\r\nde\r\n1\r\nf\r\n0\r\nT: 1\r\n\r\n";
    let third =
        b"HEAD /ranged HTTP/1.1\r\nHost: x\r\nRange: bytes=2-3\r\nConnection: close\r\n\r\n";
    let all = [&first[..], second, third].concat();
    let read = talk(server.endpoint(0).address, &all);
    let transcript = server.finish();
    let [connection] = &transcript.connections[..] else {
        panic!("{transcript:?}");
    };
    assert_eq!(connection.received(), all);
    assert_eq!(connection.sent(), read);
    let [one, two, three] = &connection.exchanges[..] else {
        panic!("{connection:?}");
    };
    assert_eq!(
        (&one.request_body.kept[..], &one.response_body.kept[..]),
        (&b"abc"[..], &b"abc"[..])
    );
    assert_eq!(
        two.request_body.kept,
        b"2;note=1\r\nde\r\n1\r\nf\r\n0\r\nT: 1\r\n\r\n"
    );
    assert_eq!(two.response_body.kept, b"def");
    assert_eq!(
        (three.status, three.response_body.length, three.finished),
        (206, 0, true)
    );
}

#[test]
fn a_reset_is_a_reset() {
    let server = started();
    let mut stream = TcpStream::connect(server.endpoint(0).address).unwrap();
    stream.write_all(&get("/reset")).unwrap();
    let mut read = Vec::new();
    let error = stream.read_to_end(&mut read).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    let transcript = server.finish();
    assert_eq!(transcript.connections[0].end, End::Reset);
    assert_eq!(
        transcript.connections[0].exchanges[0].response_body.length,
        300
    );
}

#[test]
fn open_answers_end_with_the_client_or_the_server() {
    let server = started();
    let address = server.endpoint(0).address;
    let mut held = TcpStream::connect(address).unwrap();
    held.write_all(&get("/events")).unwrap();
    // the whole event: a client that leaves earlier makes the write of it fail
    let mut event =
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n".to_vec();
    let expected = event.clone();
    held.read_exact(&mut event).unwrap();
    assert_eq!(event, expected);
    drop(held);
    let mut first = [0; 10];
    let mut endless = TcpStream::connect(address).unwrap();
    endless.write_all(&get("/endless")).unwrap();
    endless.read_exact(&mut first).unwrap();
    let limit = Instant::now() + Duration::from_secs(10);
    while server.log().connections[0].end == End::Open && Instant::now() < limit {
        std::thread::sleep(Duration::from_millis(20));
    }
    let before = Instant::now();
    let transcript = server.finish();
    assert!(before.elapsed() < Duration::from_secs(5));
    assert_eq!(transcript.connections[0].end, End::Client);
    assert_eq!(
        transcript.connections[0].exchanges[0].response_body.kept,
        b"data: 1\n\n"
    );
    assert_eq!(transcript.connections[1].end, End::Stopped);
    assert!(!transcript.connections[1].exchanges[0].finished);
}

#[test]
fn frames_of_a_socket_come_back() {
    let server = started();
    let mut octets =
        b"GET /echo HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                       Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            .to_vec();
    // RFC 6455 §5.7: a masked "Hello"; then a close frame of status 1000
    octets.extend([
        0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58,
    ]);
    octets.extend([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8]);
    let read = talk(server.endpoint(0).address, &octets);
    let text = String::from_utf8_lossy(&read).into_owned();
    // RFC 6455 §1.3
    assert!(
        text.contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"),
        "{text}"
    );
    assert!(read.ends_with(b"\x81\x05Hello\x88\x02\x03\xe8"));
    let transcript = server.finish();
    let connection = &transcript.connections[0];
    assert_eq!((connection.sent(), connection.received()), (read, octets));
    let frames: Vec<(Direction, u8)> = connection.exchanges[0]
        .frames
        .iter()
        .map(|frame| (frame.direction, frame.opcode))
        .collect();
    let (received, sent) = (Direction::Received, Direction::Sent);
    assert_eq!(frames, [(received, 1), (sent, 1), (received, 8), (sent, 8)]);
    assert!(connection.exchanges[0].finished);
}

#[test]
fn bounds_hold() {
    let bounds = Bounds {
        request_head: 200,
        request_body: 100,
        kept_of_body: 50,
        idle: Duration::from_millis(300),
        ..Bounds::default()
    };
    let options = Options {
        bounds,
        ..Options::default()
    };
    let server = Server::start(site, &[Listen::http()], options).unwrap();
    let address = server.endpoint(0).address;
    let long = format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(300));
    assert_eq!(talk(address, long.as_bytes()), b"");
    assert_eq!(
        talk(
            address,
            b"POST /body HTTP/1.1\r\nContent-Length: 101\r\n\r\n"
        ),
        b""
    );
    assert_eq!(talk(address, b"GET / HT"), b"");
    assert_eq!(talk(address, &get("/generated")).len(), 200_000 + 43);
    let smuggled =
        b"POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    assert!(talk(address, smuggled).starts_with(b"HTTP/1.1 400 "));
    let transcript = server.finish();
    let ends: Vec<&End> = transcript.connections.iter().map(|one| &one.end).collect();
    assert_eq!(*ends[0], End::Malformed("request head too long"));
    assert_eq!(transcript.connections[0].stray.length, long.len() as u64);
    assert_eq!(*ends[1], End::Malformed("request body too long"));
    assert_eq!(*ends[2], End::Idle);
    let body = &transcript.connections[3].exchanges[0].response_body;
    assert_eq!(
        (body.kept.len(), body.length, body.is_whole()),
        (50, 200_000, false)
    );
    let mut expected = vec![0; 200_000];
    generated(9, 0, &mut expected);
    assert_eq!(body.sha256, fidem_fingerprint::sha256(&expected));
}

#[test]
fn one_connection_too_many_is_closed() {
    let options = Options {
        bounds: Bounds {
            connections: 1,
            ..Bounds::default()
        },
        ..Options::default()
    };
    let server = Server::start(site, &[Listen::http()], options).unwrap();
    let address = server.endpoint(0).address;
    let mut first = TcpStream::connect(address).unwrap();
    first
        .write_all(b"GET /ranged HTTP/1.1\r\nHost: x\r\n\r\n")
        .unwrap();
    first.read_exact(&mut [0; 10]).unwrap();
    assert_eq!(talk(address, &get("/ranged")), b"");
    drop(first);
    assert_eq!(server.finish().refused, 1);
}

#[test]
fn only_loopback_and_only_known_hosts() {
    let everywhere = Listen::http().at(Ipv4Addr::UNSPECIFIED);
    let refused = Server::start(site, &[everywhere], Options::default());
    assert!(matches!(
        refused,
        Err(StartError::NotLoopback(Ipv4Addr::UNSPECIFIED))
    ));

    let options = Options {
        allowed_hosts: Some(BTreeSet::from(["court.example".to_owned()])),
        ..Options::default()
    };
    let listen = [Listen::http().at(Ipv4Addr::new(127, 0, 0, 7))];
    let server = Server::start(site, &listen, options).unwrap();
    let address = server.endpoint(0).address;
    assert_eq!(address.ip().to_string(), "127.0.0.7");
    for (request, status) in [
        (
            "GET /ranged HTTP/1.1\r\nHost: Court.Example:81\r\nConnection: close\r\n\r\n",
            "200",
        ),
        (
            "GET /ranged HTTP/1.1\r\nHost: rebound.example\r\n\r\n",
            "421",
        ),
        ("GET /ranged HTTP/1.0\r\n\r\n", "421"),
        (
            "GET http://rebound.example/ranged HTTP/1.1\r\nHost: court.example\r\n\r\n",
            "421",
        ),
        (
            "GET /ranged HTTP/1.1\r\nHost: court.example\r\nHost: rebound.example\r\n\r\n",
            "421",
        ),
    ] {
        let read = talk(address, request.as_bytes());
        let text = String::from_utf8_lossy(&read);
        assert_eq!(text.get(9..12), Some(status), "{request}");
    }
}

#[test]
fn curl_reads_the_same_over_tls() {
    let credential = Arc::new(Credential::throw_away(&["127.0.0.1"], Validity::LONG).unwrap());
    let listen = [
        Listen::https(Arc::clone(&credential)),
        Listen::https(credential).alpn(Alpn::OffersHttp2),
    ];
    let server = Server::start(site, &listen, Options::default()).unwrap();
    let url = |listener: usize, path: &str| format!("{}{path}", server.endpoint(listener).origin());
    let chunked = curl(&["--insecure", "--raw", &url(0, "/chunked")]);
    let Some(chunked) = chunked else { return };
    let large = "@/proc/self/exe";
    let posted = curl(&[
        "-k",
        "-H",
        "Expect: 100-continue",
        "--data-binary",
        large,
        &url(0, "/body"),
    ]);
    let one = curl(&["-k", "--http1.1", &url(1, "/early")]);
    let two = curl(&["-k", "--http2-prior-knowledge", &url(1, "/early")]);
    let unsure = curl(&[&url(0, "/chunked")]);
    let transcript = server.finish();
    let sent = |index: usize| transcript.connections[index].sent();
    assert_eq!(sent(0), chunked);
    assert_eq!(Some(sent(1)), posted);
    let exchange = &transcript.connections[1].exchanges[0];
    assert_eq!(exchange.interim, b"HTTP/1.1 100 Continue\r\n\r\n");
    assert_eq!(exchange.request_body, exchange.response_body);
    assert!(exchange.request_body.length > 10_000);
    assert_eq!(Some(sent(2)), one);
    assert_eq!(transcript.connections[2].alpn.as_deref(), Some("http/1.1"));
    assert_eq!(two, Some(Vec::new()));
    assert_eq!(transcript.connections[3].end, End::HttpTwo);
    // a certificate that nobody vouches for
    assert_eq!(unsure, Some(Vec::new()));
    assert!(matches!(
        transcript.connections[4].end,
        End::Handshake(_) | End::Client
    ));
}
