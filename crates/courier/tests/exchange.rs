//! Exchanges with servers that behave, and with servers that do not.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use fidem_authority::{Authority, AuthorityOptions, EntropyUnavailable, KeyKind};
use fidem_courier::{Courier, CourierError, CourierOptions, Delivery, Route};

const REQUEST: &[u8] = b"a request";
const TYPED: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/timestamp-reply\r\n";

/// A server for one connection.
fn server(behave: impl FnOnce(TcpStream) + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        if let Ok((stream, _)) = listener.accept() {
            behave(stream);
        }
    });
    address
}

/// Reads a whole request and returns it.
fn read_request(stream: &mut TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 1024];
    while !bytes.ends_with(REQUEST) {
        match stream.read(&mut chunk) {
            Ok(0) | Err(_) => break,
            Ok(count) => bytes.extend(&chunk[..count]),
        }
    }
    bytes
}

fn answering(answer: impl Into<Vec<u8>>) -> SocketAddr {
    let answer = answer.into();
    server(move |mut stream| {
        read_request(&mut stream);
        let _ = stream.write_all(&answer);
    })
}

fn options() -> CourierOptions {
    CourierOptions {
        connect_timeout: Duration::from_secs(2),
        total_timeout: Duration::from_secs(3),
        max_reply_bytes: 4096,
        ..CourierOptions::default()
    }
}

fn post(address: SocketAddr) -> Delivery {
    let courier = Courier::new(&options()).expect("a courier");
    courier.timestamp(&format!("http://{address}/tsa"), REQUEST)
}

fn sha256_of_request() -> String {
    use sha2::Digest;
    sha2::Sha256::digest(REQUEST)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[test]
fn a_reply_comes_back_unread_and_is_accounted_for() {
    let delivery = post(answering(format!("{TYPED}Content-Length: 5\r\n\r\nreply")));
    assert_eq!(delivery.outcome.as_deref(), Ok(&b"reply"[..]));
    assert_eq!(delivery.egress.bytes_sent, 9);
    assert_eq!(delivery.egress.bytes_received, 5);
    assert_eq!(delivery.egress.sent_sha256, Some(sha256_of_request()));
    assert!(
        delivery.egress.url.ends_with("/tsa"),
        "{}",
        delivery.egress.url
    );
}

#[test]
fn the_request_is_as_the_standard_says() {
    let (sender, receiver) = std::sync::mpsc::channel();
    let address = server(move |mut stream| {
        let _ = sender.send(read_request(&mut stream));
        let _ = stream.write_all(format!("{TYPED}Content-Length: 0\r\n\r\n").as_bytes());
    });
    assert_eq!(post(address).outcome, Ok(Vec::new()));
    let seen = String::from_utf8(receiver.recv().expect("a request")).expect("text");
    let seen = seen.to_ascii_lowercase();
    assert!(seen.starts_with("post /tsa http/1.1\r\n"), "{seen}");
    assert!(
        seen.contains("\r\ncontent-type: application/timestamp-query\r\n"),
        "{seen}"
    );
    assert!(seen.contains("\r\ncontent-length: 9\r\n"), "{seen}");
    for unwanted in ["cookie", "referer", "accept-encoding", "accept-language"] {
        assert!(!seen.contains(unwanted), "{unwanted} in {seen}");
    }
}

#[test]
fn types_are_compared_as_types() {
    let with = |kind: &str| {
        let answer = format!("HTTP/1.1 200 OK\r\n{kind}Content-Length: 1\r\n\r\n.");
        post(answering(answer)).outcome
    };
    assert!(with("Content-Type: Application/Timestamp-Reply; charset=binary\r\n").is_ok());
    for seen in ["application/timestamp-response", "text/html; charset=utf-8"] {
        let outcome = with(&format!("Content-Type: {seen}\r\n"));
        assert_eq!(
            outcome,
            Err(CourierError::ContentType {
                seen: seen.to_owned()
            })
        );
    }
    assert_eq!(
        with(""),
        Err(CourierError::ContentType {
            seen: String::new()
        })
    );
}

#[test]
fn other_statuses_are_no_replies() {
    for code in [201, 204, 400, 403, 500, 503] {
        let answer = format!("HTTP/1.1 {code} X\r\nContent-Length: 0\r\n\r\n");
        assert_eq!(
            post(answering(answer)).outcome,
            Err(CourierError::Status { code })
        );
    }
}

#[test]
fn redirects_are_told_and_not_followed() {
    let target = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    target.set_nonblocking(true).expect("set");
    let to = format!("http://{}/", target.local_addr().expect("an address"));
    for status in [
        "301 Moved Permanently",
        "302 Found",
        "307 Temporary Redirect",
    ] {
        let answer = format!("HTTP/1.1 {status}\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n");
        let delivery = post(answering(answer));
        assert_eq!(
            delivery.outcome,
            Err(CourierError::Redirected { to: to.clone() })
        );
    }
    assert!(target.accept().is_err(), "a redirect was followed");
}

#[test]
fn long_answers_are_cut_off() {
    let limit = options().max_reply_bytes;
    let exact = format!(
        "{TYPED}Content-Length: {limit}\r\n\r\n{}",
        "x".repeat(limit)
    );
    assert_eq!(
        post(answering(exact)).outcome.map(|body| body.len()),
        Ok(limit)
    );

    let announced = format!("{TYPED}Content-Length: {}\r\n\r\n", limit + 1);
    assert_eq!(
        post(answering(announced)).outcome,
        Err(CourierError::TooLarge { limit })
    );

    let endless = server(|mut stream| {
        read_request(&mut stream);
        let _ = stream.write_all(format!("{TYPED}\r\n").as_bytes());
        while stream.write_all(&[b'x'; 1024]).is_ok() {}
    });
    let delivery = post(endless);
    assert_eq!(delivery.outcome, Err(CourierError::TooLarge { limit }));
    let received = usize::try_from(delivery.egress.bytes_received).expect("small");
    assert!(
        received > limit && received < limit + 64 * 1024,
        "{received}"
    );
}

#[test]
fn silence_and_dripping_end_at_the_limit() {
    let limit = options().total_timeout;
    let silent = server(|mut stream| {
        read_request(&mut stream);
        std::thread::sleep(Duration::from_secs(8));
    });
    let dripping = server(|mut stream| {
        read_request(&mut stream);
        let _ = stream.write_all(format!("{TYPED}Content-Length: 4000\r\n\r\n").as_bytes());
        while stream.write_all(b".").is_ok() {
            std::thread::sleep(Duration::from_millis(50));
        }
    });
    for address in [silent, dripping] {
        let start = Instant::now();
        let delivery = post(address);
        assert_eq!(delivery.outcome, Err(CourierError::Timeout { limit }));
        assert!(start.elapsed() < limit * 3, "{:?}", start.elapsed());
        assert_eq!(delivery.egress.bytes_sent, 9, "the request had left");
    }
}

#[test]
fn a_connection_that_breaks_is_not_a_short_reply() {
    let closed = answering(format!("{TYPED}Content-Length: 100\r\n\r\nten bytes."));
    let delivery = post(closed);
    let Err(CourierError::Interrupted { received, .. }) = delivery.outcome else {
        panic!("{delivery:?}");
    };
    assert!(received <= 10);

    // closing with unread bytes in the buffer resets the connection
    let reset = server(|mut stream| {
        let mut one = [0; 1];
        let _ = stream.read_exact(&mut one);
        std::thread::sleep(Duration::from_millis(100));
        let _ = stream.write_all(format!("{TYPED}Content-Length: 100\r\n\r\nten").as_bytes());
    });
    let delivery = post(reset);
    assert!(
        matches!(delivery.outcome, Err(CourierError::Interrupted { .. })),
        "{delivery:?}"
    );

    let garbage = answering("this is not HTTP\r\n\r\n");
    let delivery = post(garbage);
    assert!(
        matches!(delivery.outcome, Err(CourierError::Interrupted { .. })),
        "{delivery:?}"
    );
}

#[test]
fn nobody_at_home() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let delivery = post(address);
    let Err(CourierError::UnreachableHost { host, reason }) = &delivery.outcome else {
        panic!("{delivery:?}");
    };
    assert_eq!(host, "127.0.0.1");
    assert!(reason.contains("refused"), "{reason}");
    assert_eq!(
        (delivery.egress.bytes_sent, delivery.egress.sent_sha256),
        (0, None)
    );
}

#[test]
fn tls_is_not_given_up() {
    // the answer comes at once, where a TLS server would have said hello
    let plain = server(|mut stream| {
        let _ = stream.write_all(format!("{TYPED}Content-Length: 5\r\n\r\nreply").as_bytes());
        let _ = stream.read(&mut [0; 1024]);
    });
    let courier = Courier::new(&options()).expect("a courier");
    let delivery = courier.timestamp(&format!("https://{plain}/"), REQUEST);
    let Err(CourierError::UnreachableHost { .. }) = delivery.outcome else {
        panic!("{delivery:?}");
    };
    assert_eq!(delivery.egress.bytes_sent, 0);
}

#[test]
fn only_web_addresses_are_dialled() {
    let courier = Courier::new(&options()).expect("a courier");
    let refused = |url: &str| courier.timestamp(url, REQUEST);
    for scheme in ["file", "ftp", "gopher"] {
        let delivery = refused(&format!("{scheme}://example.invalid/"));
        let expected = CourierError::ForbiddenScheme {
            scheme: scheme.to_owned(),
        };
        assert_eq!(delivery.outcome, Err(expected));
        assert_eq!(delivery.egress.bytes_sent, 0);
    }
    for url in ["", "tsa.example", "http://"] {
        let delivery = refused(url);
        assert!(
            matches!(delivery.outcome, Err(CourierError::InvalidUrl { .. })),
            "{delivery:?}"
        );
    }
}

#[test]
fn credentials_are_used_and_never_recorded() {
    let (sender, receiver) = std::sync::mpsc::channel();
    let address = server(move |mut stream| {
        let _ = sender.send(read_request(&mut stream));
        let _ = stream.write_all(format!("{TYPED}Content-Length: 0\r\n\r\n").as_bytes());
    });
    let courier = Courier::new(&options()).expect("a courier");
    let delivery = courier.timestamp(&format!("http://clerk:secret@{address}/"), REQUEST);
    assert_eq!(delivery.outcome, Ok(Vec::new()));
    assert_eq!(delivery.egress.url, format!("http://{address}/"));
    let seen = String::from_utf8(receiver.recv().expect("a request")).expect("text");
    assert!(
        seen.to_ascii_lowercase().contains("authorization: basic "),
        "{seen}"
    );

    let delivery = courier.timestamp("http://clerk:secret@[", REQUEST);
    assert!(!format!("{delivery:?}").contains("secret"), "{delivery:?}");
}

#[test]
fn a_proxy_is_used_only_when_named() {
    let (sender, receiver) = std::sync::mpsc::channel();
    let proxy = server(move |mut stream| {
        let _ = sender.send(read_request(&mut stream));
        let _ = stream.write_all(format!("{TYPED}Content-Length: 0\r\n\r\n").as_bytes());
    });
    let route = Route::Proxy {
        url: format!("http://{proxy}"),
    };
    let courier = Courier::new(&CourierOptions { route, ..options() }).expect("a courier");
    let delivery = courier.timestamp("http://tsa.example.invalid/", REQUEST);
    assert_eq!(delivery.outcome, Ok(Vec::new()));
    let seen = String::from_utf8(receiver.recv().expect("a request")).expect("text");
    assert!(
        seen.starts_with("POST http://tsa.example.invalid/ HTTP/1.1"),
        "{seen}"
    );

    let route = Route::Proxy {
        url: "no address".to_owned(),
    };
    let refused = Courier::new(&CourierOptions { route, ..options() });
    assert!(
        matches!(refused, Err(CourierError::Preparation { .. })),
        "{refused:?}"
    );
}

#[test]
fn a_real_authority_answers() {
    const NOW: i64 = 1_795_348_800;
    let options = AuthorityOptions::demonstration("Example", KeyKind::P256, NOW - 60, NOW + 60);
    let mut entropy = |bytes: &mut [u8]| getrandom::fill(bytes).map_err(|_| EntropyUnavailable);
    let authority = Arc::new(Authority::new(&options, &mut entropy).expect("an authority"));
    let server = authority.serve(|| NOW * 1000).expect("a server");
    let courier = Courier::new(&CourierOptions::default()).expect("a courier");

    // not a request: the authority says so in a proper reply
    let delivery = courier.timestamp(&server.url(), REQUEST);
    let reply = delivery.outcome.expect("a reply");
    assert_eq!(reply.first(), Some(&0x30));
    assert_eq!(
        delivery.egress.bytes_received,
        u64::try_from(reply.len()).expect("small")
    );
    assert_eq!(delivery.egress.url, server.url());
}
