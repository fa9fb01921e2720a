//! What an authority promises without any other program.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use fidem_authority::{
    Authority, AuthorityError, AuthorityOptions, EntropyUnavailable, KeyKind, MAX_REQUEST_BYTES,
    Server,
};

const NOW: i64 = 1_795_348_800;

fn entropy(bytes: &mut [u8]) -> Result<(), EntropyUnavailable> {
    getrandom::fill(bytes).map_err(|_| EntropyUnavailable)
}

fn options() -> AuthorityOptions {
    AuthorityOptions::demonstration("Example", KeyKind::P256, NOW - 60, NOW + 3600)
}

/// A request for the SHA-256 digest of zeros, with nonce 7 and no certificates.
fn request() -> Vec<u8> {
    let mut der = vec![0x30, 57, 0x02, 1, 1, 0x30, 49, 0x30, 13, 0x06, 9];
    der.extend([
        0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00,
    ]);
    der.extend([0x04, 32]);
    der.extend([0; 32]);
    der.extend([0x02, 1, 7]);
    der
}

fn is_granted(reply: &[u8]) -> bool {
    // SEQUENCE with a long length, then PKIStatusInfo { granted }
    reply.get(4..9) == Some(&[0x30, 0x03, 0x02, 0x01, 0x00])
}

#[test]
fn options_that_cannot_be_honoured_are_refused() {
    let refused = |options: AuthorityOptions| {
        Authority::new(&options, &mut entropy)
            .err()
            .expect("refused")
    };
    for organisation in [String::new(), "长".repeat(41), "a\nb".to_owned()] {
        let error = refused(AuthorityOptions {
            organisation,
            ..options()
        });
        assert!(
            matches!(error, AuthorityError::Organisation { .. }),
            "{error}"
        );
    }
    let error = refused(AuthorityOptions {
        not_after: NOW - 60,
        ..options()
    });
    assert!(matches!(error, AuthorityError::Validity { .. }), "{error}");
    let error = refused(AuthorityOptions {
        policy: "1.2.3".to_owned(),
        ..options()
    });
    assert!(
        matches!(error, AuthorityError::DemonstrationPolicy { .. }),
        "{error}"
    );
    let policy = "not one".to_owned();
    let error = refused(AuthorityOptions {
        policy,
        demonstration: false,
        ..options()
    });
    assert!(matches!(error, AuthorityError::Policy { .. }), "{error}");
    let error = refused(AuthorityOptions {
        not_before: -1,
        ..options()
    });
    assert!(matches!(error, AuthorityError::Encoding(_)), "{error}");
}

#[test]
fn without_entropy_there_is_no_authority() {
    let error = Authority::new(&options(), &mut |_| Err(EntropyUnavailable)).err();
    assert!(matches!(error, Some(AuthorityError::Entropy(_))));
}

#[test]
fn every_start_has_its_own_keys_and_only_the_entropy_decides() {
    let fixed = |seed: u8| {
        move |bytes: &mut [u8]| {
            bytes.fill(seed);
            Ok(())
        }
    };
    let root = |seed| {
        let authority = Authority::new(&options(), &mut fixed(seed)).expect("an authority");
        authority.root_der().to_vec()
    };
    assert_eq!(root(1), root(1));
    assert_ne!(root(1), root(2));
}

#[test]
fn every_token_is_another() {
    let authority = Authority::new(&options(), &mut entropy).expect("an authority");
    let replies: BTreeSet<_> = (0..20)
        .map(|_| authority.reply(&request(), NOW * 1000))
        .collect();
    assert!(replies.iter().all(|reply| is_granted(reply)));
    assert_eq!(replies.len(), 20);
}

#[test]
fn the_validity_bounds_the_time() {
    let authority = Authority::new(&options(), &mut entropy).expect("an authority");
    let granted = |seconds: i64| is_granted(&authority.reply(&request(), seconds * 1000));
    assert!(granted(NOW - 60) && granted(NOW + 3600));
    assert!(!granted(NOW - 61) && !granted(NOW + 3601) && !granted(-1));
}

#[test]
fn damaged_requests_never_get_a_token_for_another_digest() {
    let authority = Authority::new(&options(), &mut entropy).expect("an authority");
    let whole = request();
    for length in 0..whole.len() {
        let reply = authority.reply(whole.get(..length).expect("a prefix"), NOW * 1000);
        assert!(!is_granted(&reply), "granted {length} bytes");
    }
    let mut longer = whole.clone();
    longer.push(0);
    assert!(!is_granted(&authority.reply(&longer, NOW * 1000)));
    assert!(is_granted(&authority.reply(&whole, NOW * 1000)));
}

fn ask(server: &Server, message: &[u8]) -> String {
    let mut stream = TcpStream::connect(server.address()).expect("connected");
    stream.write_all(message).expect("sent");
    let mut bytes = Vec::new();
    // a refusal may reset the connection behind its answer
    let _ = stream.read_to_end(&mut bytes);
    let text = String::from_utf8_lossy(&bytes).into_owned();
    text.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn http_that_is_no_query_is_refused() {
    let authority = Authority::new(&options(), &mut entropy).expect("an authority");
    let server = Arc::new(authority).serve(|| NOW * 1000).expect("a server");
    let typed = "POST / HTTP/1.1\r\nContent-Type: application/timestamp-query\r\n";
    assert_eq!(
        ask(&server, b"GET / HTTP/1.1\r\n\r\n"),
        "HTTP/1.1 405 Method Not Allowed"
    );
    let untyped = b"POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\n.";
    assert_eq!(ask(&server, untyped), "HTTP/1.1 415 Unsupported Media Type");
    let unmeasured = format!("{typed}\r\n");
    assert_eq!(
        ask(&server, unmeasured.as_bytes()),
        "HTTP/1.1 411 Length Required"
    );
    let large = format!("{typed}Content-Length: {}\r\n\r\n", MAX_REQUEST_BYTES + 1);
    assert_eq!(
        ask(&server, large.as_bytes()),
        "HTTP/1.1 413 Content Too Large"
    );
    let endless = format!("POST / HTTP/1.1\r\nX: {}", "x".repeat(9000));
    assert_eq!(
        ask(&server, endless.as_bytes()),
        "HTTP/1.1 431 Request Header Fields Too Large"
    );
}

#[test]
fn a_dropped_server_answers_no_more() {
    let authority = Authority::new(&options(), &mut entropy).expect("an authority");
    let server = Arc::new(authority).serve(|| NOW * 1000).expect("a server");
    let address = server.address();
    assert!(TcpStream::connect(address).is_ok());
    drop(server);
    assert!(TcpStream::connect(address).is_err());
}
