//! Traps in the way that answers are sent.

use std::time::Duration;

use super::super::typed;
use super::html;
use crate::{After, Answer, Body, Coding, Head, Request, encode};

const CUT_PAGE: &[u8] = "<!doctype html><meta charset=\"utf-8\"><title>cut</title>\
    <p>这一页的后半部分永远不会到达。</p>"
    .as_bytes();
/// What the head of a page that is cut promises.
const PROMISED: usize = 100_000;
const LONG_VALUE: usize = 32 * 1024;

pub(super) fn answer(request: &Request, huge: u64) -> Option<Answer> {
    Some(match request.path() {
        "/redirect-loop" => redirect(request),
        "/download" => download(),
        "/huge" => huge_file(huge),
        "/endless" => endless(),
        "/slow" => slow(),
        "/cut" => cut(After::Close),
        "/reset" => cut(After::Reset),
        "/never" => Answer::new(Vec::new(), Body::Hold),
        "/http10" => old_server(),
        "/odd-fields" => odd_fields(),
        "/coded/gzip" => coded(Coding::Gzip),
        "/coded/br" => coded(Coding::Brotli),
        "/coded/zstd" => coded(Coding::Zstandard),
        _ => return None,
    })
}

fn redirect(request: &Request) -> Answer {
    let count = request
        .query()
        .and_then(|query| query.strip_prefix("n="))
        .and_then(|count| count.parse::<u64>().ok())
        .unwrap_or(0);
    let next = count.saturating_add(1);
    Answer::redirect(302, "Found", &format!("/redirect-loop?n={next}"))
}

fn download() -> Answer {
    let head = typed("application/octet-stream")
        .field(
            "Content-Disposition",
            "attachment; filename=\"evidence.bin\"",
        )
        .length(4);
    Answer::new(head.finish(), Body::whole([0, 1, 2, 3]))
}

fn huge_file(length: u64) -> Answer {
    let head = typed("text/plain").field("Content-Length", length.to_string());
    Answer::new(head.finish(), Body::Generated { length, seed: 2 })
}

fn endless() -> Answer {
    let body = Body::Endless {
        piece: "<p>没有尽头</p>\n".as_bytes().into(),
        pause: Duration::from_millis(20),
    };
    Answer::new(typed("text/html; charset=utf-8").finish(), body)
}

fn slow() -> Answer {
    let octets = "<p>0123</p>\n".repeat(10).into_bytes();
    let head = typed("text/html; charset=utf-8").length(octets.len());
    let body = Body::Slow {
        piece: octets.len() / 10,
        octets: octets.into(),
        pause: Duration::from_secs(1),
    };
    Answer::new(head.finish(), body)
}

fn cut(after: After) -> Answer {
    let body = Body::Cut {
        octets: CUT_PAGE.into(),
        after: CUT_PAGE.len(),
    };
    let head = typed("text/html; charset=utf-8").length(PROMISED);
    Answer::new(head.finish(), body).then(after)
}

fn old_server() -> Answer {
    let head = Head::with_line("HTTP/1.0 200 OK").field("Content-Type", "text/html");
    let body = Body::whole("<!doctype html><title>http10 done</title><p>HTTP/1.0\n");
    Answer::new(head.finish(), body).then(After::Close)
}

/// RFC 9112 §5.2 forbids folding and asks clients to bear it.
fn odd_fields() -> Answer {
    let text = "<!doctype html><title>odd-fields done</title>";
    let head = Head::with_line("HTTP/1.1 200 ")
        .raw(b"content-type: text/html\r\nX-Folded: one\r\n\ttwo\r\n  three\r\n")
        .raw(b"X-Twice: 1\r\nx-twice: 2\r\nX-Empty:\r\nX-Spaces:   around   \r\n")
        .field("Set-Cookie", "a=1")
        .field("Set-Cookie", "b=2")
        .field("X-Latin", [0xe9, 0x20, 0xff])
        .field("X-Long", "长".repeat(LONG_VALUE / 3));
    Answer::new(head.length(text.len()).finish(), Body::whole(text))
}

fn coded(coding: Coding) -> Answer {
    let name = coding.name();
    let octets = encode(
        coding,
        format!("window.{name} = '压缩';\n").repeat(100).as_bytes(),
    );
    let head = typed("text/javascript; charset=utf-8")
        .field("Content-Encoding", name)
        .length(octets.len());
    Answer::new(head.finish(), Body::whole(octets))
}

/// A page for the listeners with odd certificates.
pub(super) fn ordinary() -> Answer {
    html("<!doctype html><title>ordinary done</title><p>ordinary\n")
}
