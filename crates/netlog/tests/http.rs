//! Exchanges of HTTP/1.1 on connections made by hand.

mod made;

use fidem_netlog::{Connection, Direction, Exchange, Framing, Problem, Remainder, Stray, http};
use made::connection;

const GET: &[u8] = b"GET /a HTTP/1.1\r\nHost: example.org\r\n\r\n";

fn two(received: &[u8]) -> Connection {
    connection(&[GET, GET].concat(), received, false)
}

fn body(connection: &Connection, index: usize) -> Vec<u8> {
    connection.exchanges[index]
        .response_body(connection)
        .into_owned()
}

fn problems(connection: &Connection) -> Vec<Option<Problem>> {
    connection
        .exchanges
        .iter()
        .map(|exchange| exchange.problem)
        .collect()
}

fn stray(direction: Direction, range: std::ops::Range<usize>, reason: Stray) -> Remainder {
    Remainder {
        direction,
        range,
        reason,
    }
}

#[test]
fn pairs_requests_and_responses_in_order() {
    let c = two(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcHTTP/1.1 404 No\r\ncontent-length:0\r\n\r\n");
    let seen: Vec<_> = c
        .exchanges
        .iter()
        .map(|e| (e.index, e.status(), e.complete()))
        .collect();
    assert_eq!(seen, [(0, Some(200), true), (1, Some(404), true)]);
    assert_eq!(c.exchanges[0].url, "http://example.org/a");
    assert_eq!(body(&c, 0), b"abc");
    assert_eq!(c.exchanges[0].request_head(&c), GET);
    assert_eq!(
        c.exchanges[1].response_head(&c),
        b"HTTP/1.1 404 No\r\ncontent-length:0\r\n\r\n"
    );
    assert!(c.remainders.is_empty());
}

#[test]
fn times_are_those_of_the_octets() {
    let c = connection(GET, b"HTTP/1.1 204 Nothing\r\n\r\n", false);
    // Connecting took three events; then came what was sent and what was received.
    assert_eq!(c.exchanges[0].started, made::OFFSET + 4);
    assert_eq!(c.exchanges[0].ended, made::OFFSET + 5);
}

#[test]
fn some_responses_have_no_content_whatever_they_announce() {
    for status in ["204 A", "304 B"] {
        let head = format!("HTTP/1.1 {status}\r\nContent-Length: 5\r\n\r\n");
        let c = two([
            head.as_bytes(),
            b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
        ]
        .concat()
        .as_slice());
        assert_eq!(problems(&c), [None, None], "{status}");
        assert_eq!(body(&c, 1), b"x");
    }
    let head = b"HEAD / HTTP/1.1\r\nHost: h\r\n\r\n";
    let c = connection(head, b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", false);
    assert_eq!(problems(&c), [None]);
}

#[test]
fn interim_responses_come_before_the_one_that_counts() {
    let c = two(
        b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n\
          HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxHTTP/1.1 204 A\r\n\r\n",
    );
    assert_eq!(c.exchanges[0].interim, [0..40, 40..65]);
    assert_eq!(body(&c, 0), b"x");
    assert_eq!(c.exchanges[1].status(), Some(204));
}

#[test]
fn chunks_are_kept_and_taken_off() {
    let raw = b"5;ext=\"a\"\r\nhello\r\n6 \r\n world\r\n0\r\nX-Sum: 1\r\n\r\n";
    let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\nContent-Length: 2\r\n\r\n";
    let c = two(&[&head[..], raw, b"HTTP/1.1 204 A\r\n\r\n"].concat());
    assert_eq!(c.exchanges[0].response_body_raw(&c), raw);
    assert_eq!(body(&c, 0), b"hello world");
    assert_eq!(problems(&c), [None, None]);
}

#[test]
fn chunks_that_are_none_end_the_reading_by_name() {
    let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".len();
    for (raw, good) in [
        (&b"3\r\nabcX\r\n0\r\n\r\n"[..], 6),
        (b"zz\r\n", 0),
        (b"-1\r\n\r\n", 0),
        (b"fffffffffffffffff\r\n", 0),
    ] {
        let c = two(&[
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            raw,
        ]
        .concat());
        assert_eq!(
            problems(&c),
            [Some(Problem::ChunksMalformed), Some(Problem::NoResponse)]
        );
        let rest = head + good..head + raw.len();
        assert_eq!(
            c.remainders,
            [stray(Direction::Received, rest, Stray::AfterFault)]
        );
    }
    let c = two(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nabc");
    assert_eq!(problems(&c)[0], Some(Problem::ChunksCut));
    assert_eq!(body(&c, 0), b"abc");
}

#[test]
fn content_may_last_until_the_server_closes() {
    let received = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n";
    let whole = connection(GET, received, true);
    assert_eq!(problems(&whole), [None]);
    assert_eq!(whole.exchanges[0].ended, made::OFFSET + 6);
    let open = connection(GET, received, false);
    assert_eq!(problems(&open), [Some(Problem::NotEnded)]);
    assert_eq!(body(&open, 0), b"data: 1\n\n");
    assert_eq!(
        open.exchanges[0].response.as_ref().map(|r| r.framing),
        Some(Framing::UntilClose)
    );
}

#[test]
fn what_is_cut_is_said() {
    let c = two(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
    let cut = Problem::BodyCut {
        expected: 9,
        received: 3,
    };
    assert_eq!(problems(&c), [Some(cut), Some(Problem::NoResponse)]);
    let c = two(b"HTTP/1.1 200 OK\r\nContent-Le");
    assert_eq!(problems(&c)[0], Some(Problem::ResponseHeadCut));
    assert_eq!(
        c.remainders,
        [stray(Direction::Received, 0..27, Stray::HeadCut)]
    );
    let post = b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc";
    let c = connection(post, b"HTTP/1.1 204 A\r\n\r\n", false);
    assert_eq!(problems(&c), [Some(Problem::RequestCut)]);
    let c = connection(&GET[..20], b"", false);
    assert_eq!(
        c.remainders,
        [stray(Direction::Sent, 0..20, Stray::HeadCut)]
    );
}

#[test]
fn lengths_that_disagree_are_no_length() {
    let c = two(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd");
    assert_eq!(problems(&c)[0], Some(Problem::ConflictingLength));
    let c = two(b"HTTP/1.1 200 OK\r\nContent-Length: 3, 3\r\n\r\nabcHTTP/1.1 204 A\r\n\r\n");
    assert_eq!(problems(&c), [None, None]);
    let c = connection(
        GET,
        b"HTTP/1.1 200 OK\r\nContent-Length: +3\r\n\r\nabcd",
        true,
    );
    assert_eq!((problems(&c), body(&c, 0)), (vec![None], b"abcd".to_vec()));
}

#[test]
fn garbage_is_a_remainder() {
    let c = two(b"HTTP/1.1 204 A\r\n\r\n\r\nHTTP/1.1 204 B\r\n\r\nHTTP/1.1 408 Late\r\n\r\n");
    assert_eq!(problems(&c), [None, None]);
    let strays = [
        stray(Direction::Received, 18..20, Stray::Junk),
        stray(Direction::Received, 38..59, Stray::Unasked),
    ];
    assert_eq!(c.remainders, strays);
    let c = two(b"SSH-2.0-OpenSSH\r\n\r\n");
    assert_eq!(
        problems(&c),
        [Some(Problem::NotHttp), Some(Problem::NoResponse)]
    );
    assert_eq!(
        c.remainders,
        [stray(Direction::Received, 0..19, Stray::NotHttp)]
    );
    let c = connection(b"\x16\x03\x01\x00", b"\x15", false);
    assert_eq!(c.remainders.len(), 2);
}

#[test]
fn a_tunnel_takes_the_rest_of_both_streams() {
    let sent = b"CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\n\r\n\x16\x03";
    let c = connection(
        sent,
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n\x16",
        false,
    );
    let upgrade = c.exchanges[0].upgrade.clone().expect("a tunnel");
    assert_eq!(
        (
            upgrade.protocol.as_str(),
            upgrade.sent.len(),
            upgrade.received.len()
        ),
        ("connect", 2, 1)
    );
}

#[test]
fn http_2_is_named_and_not_read() {
    let c = connection(
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04",
        b"\0\0\0\x04",
        false,
    );
    assert_eq!(c.protocol, fidem_netlog::Protocol::H2);
    assert!(c.exchanges.is_empty());
    assert!(c.remainders.iter().all(|r| r.reason == Stray::Protocol));
}

#[test]
fn fields_as_sent() {
    let head = b"HTTP/1.1 200 OK\r\nA: 1\r\n folded\r\nb:2 \nno colon\r\nA:\r\n\r\n";
    let fields: Vec<_> = http::fields(head).collect();
    assert_eq!(fields, [(&b"A"[..], &b"1"[..]), (b"b", b"2"), (b"A", b"")]);
    assert_eq!(http::fields(head).named("a").count(), 2);
}

/// Every beginning of a stream is read without a panic, and exchanges before the cut stay what they were.
#[test]
fn any_cut_of_a_stream_keeps_what_was_whole() {
    let received = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n\
                     HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabcd";
    let whole = two(received);
    let end = |e: &Exchange| e.response.as_ref().map_or(0, |r| r.body.end);
    for cut in 0..received.len() {
        let part = two(&received[..cut]);
        for (part, whole) in part.exchanges.iter().zip(&whole.exchanges) {
            assert_eq!(part.complete(), end(whole) <= cut, "at {cut}");
            if part.complete() {
                assert_eq!(part.response, whole.response);
            }
        }
    }
}
