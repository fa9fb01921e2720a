//! A log of Chromium 156 and a small site: every kind of exchange, and the log cut at many places.

mod made;

use fidem_netlog::websocket::{Opcode, conversation};
use fidem_netlog::{Connection, Exchange, Log, Problem};

const LOG: &[u8] = include_bytes!("data/http.json");

fn find<'l>(log: &'l Log, path: &str) -> (&'l Connection, &'l Exchange) {
    log.exchanges()
        .find(|(_, exchange)| exchange.url.ends_with(path))
        .expect("an exchange")
}

#[test]
fn every_exchange_of_the_site_is_there() {
    let log = made::read(LOG).expect("a log");
    assert!(!log.cut);
    for connection in &log.connections {
        made::covered(connection);
        assert!(connection.remainders.is_empty());
    }
    let (c, chunked) = find(&log, "/chunk");
    assert_eq!(chunked.response_body(c), &b"hello world"[..]);
    let (c, post) = find(&log, "/post");
    assert_eq!(
        (post.request.method.as_str(), &post.request_body(c)[..]),
        ("POST", &b"hello=1"[..])
    );
    let (c, gzip) = find(&log, "/gz");
    assert!(gzip.response_body(c).starts_with(&[0x1f, 0x8b]));
    let (c, closed) = find(&log, "/close");
    assert_eq!(
        (closed.problem, &closed.response_body(c)[..]),
        (None, &b"until close"[..])
    );
    assert_eq!(find(&log, "/sse").1.problem, Some(Problem::NotEnded));
    assert_eq!(find(&log, "/head").1.problem, None);
    let statuses = ["/204", "/img302", "/missing"].map(|path| find(&log, path).1.status());
    assert_eq!(statuses, [Some(204), Some(302), Some(404)]);
}

#[test]
fn requests_are_tied_to_exchanges_of_the_same_address() {
    let log = made::read(LOG).expect("a log");
    let mut tied = 0;
    for hop in log.requests.iter().flat_map(|request| &request.hops) {
        for sending in &hop.sent {
            let connection = log.connection(sending.connection).expect("a connection");
            let exchange = &connection.exchanges[sending.exchange.expect("an exchange")];
            assert_eq!(exchange.url, hop.url);
            assert_eq!(exchange.status(), hop.status);
            assert_eq!(hop.proxy.as_deref(), Some("DIRECT"));
            tied += 1;
        }
    }
    assert_eq!(tied, log.exchanges().count());
}

#[test]
fn frames_of_the_web_socket() {
    let log = made::read(LOG).expect("a log");
    let (c, exchange) = find(&log, "/ws");
    let talk = conversation(c, exchange, 100).expect("a WebSocket");
    let texts = talk
        .messages
        .iter()
        .filter(|message| message.opcode == Opcode::Text);
    let texts: Vec<_> = texts.map(|message| talk.content(c, message)).collect();
    assert!(texts.contains(&b"hi there".to_vec()) && texts.contains(&b"hello".to_vec()));
    assert!(talk.rest.is_empty());
}

#[test]
fn cut_anywhere() {
    let whole = made::read(LOG).expect("a log");
    let begin = LOG
        .iter()
        .position(|octet| *octet == b'\n')
        .expect("a line");
    let mut complete = 0;
    for cut in (begin + 1..LOG.len() - 30).step_by(211) {
        let log = made::read(&LOG[..cut]).expect("a cut log");
        assert!(log.cut);
        for connection in &log.connections {
            made::covered(connection);
            let same = whole
                .connection(connection.id)
                .expect("the same connection");
            for (part, whole) in connection.exchanges.iter().zip(&same.exchanges) {
                if part.complete() && part.upgrade.is_none() {
                    assert_eq!(part, whole, "at {cut}");
                    complete += 1;
                }
            }
        }
    }
    assert!(complete > 1000, "{complete}");
}
