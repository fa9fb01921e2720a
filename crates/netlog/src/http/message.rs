//! One message at an offset of a stream (RFC 9112 §6).

use std::ops::Range;

use super::chunked::{self, Walk};
use super::head::{self, Length};
use super::{Framing, Problem, Request, Response, Stray};

/// Octets browsers pass over before a status line.
const JUNK: usize = 4;

/// A message and what is wrong with its end.
#[derive(Debug)]
pub(super) struct Read<M> {
    pub message: M,
    /// Offset after the message.
    pub end: usize,
    pub problem: Option<Problem>,
}

/// Content and how it ends.
struct Content {
    body: Range<usize>,
    framing: Framing,
    problem: Option<Problem>,
}

/// Octets from an offset on.
fn from(stream: &[u8], at: usize) -> &[u8] {
    stream.get(at..).unwrap_or_default()
}

/// Empty lines before a request line (§2.2).
pub(super) fn empty_lines(sent: &[u8], at: usize) -> usize {
    let ends = |octet: &&u8| matches!(octet, b'\r' | b'\n');
    from(sent, at).iter().take_while(ends).count()
}

/// Octets before a status line that are none of it.
pub(super) fn junk(received: &[u8], at: usize) -> usize {
    let rest = from(received, at);
    let begins = |skip: &usize| {
        let line = rest.get(*skip..).unwrap_or_default();
        line.get(..5)
            .is_some_and(|name| name.eq_ignore_ascii_case(b"HTTP/"))
    };
    (0..=JUNK).find(begins).unwrap_or(0)
}

/// The request there.
pub(super) fn request(sent: &[u8], at: usize) -> Result<Read<Request>, Stray> {
    let rest = from(sent, at);
    let Some(length) = head::length(rest) else {
        return Err(Stray::HeadCut);
    };
    let start = at.saturating_add(length);
    let head = rest.get(..length).unwrap_or_default();
    let (method, target) = head::request_line(head).ok_or(Stray::NotHttp)?;
    let content = match (head::is_chunked(head), head::content_length(head)) {
        (true, _) => chunks(sent, start),
        (false, Length::Octets(octets)) => counted(sent, start, octets),
        (false, _) => absent(start),
    };
    let message = Request {
        head: at..start,
        body: content.body.clone(),
        framing: content.framing,
        method,
        target,
    };
    Ok(Read {
        message,
        end: content.body.end,
        problem: content.problem.map(|_| Problem::RequestCut),
    })
}

/// The response there, interim or not, to a request of that method.
pub(super) fn response(received: &[u8], at: usize, method: &str) -> Result<Read<Response>, Stray> {
    let rest = from(received, at);
    let Some(length) = head::length(rest) else {
        return Err(if looks_like_status(rest) {
            Stray::HeadCut
        } else {
            Stray::NotHttp
        });
    };
    let start = at.saturating_add(length);
    let head = rest.get(..length).unwrap_or_default();
    let (status, minor) = head::status_line(head).ok_or(Stray::NotHttp)?;
    let content = response_content(received, start, head, (status, minor), method);
    let message = Response {
        head: at..start,
        body: content.body.clone(),
        framing: content.framing,
        status,
    };
    Ok(Read {
        message,
        end: content.body.end,
        problem: content.problem,
    })
}

/// Whether a head without its end may be one of a response.
fn looks_like_status(rest: &[u8]) -> bool {
    let name = rest.get(..5.min(rest.len())).unwrap_or_default();
    b"HTTP/"
        .get(..name.len())
        .is_some_and(|prefix| name.eq_ignore_ascii_case(prefix))
}

/// §6.3, with the deviation of browsers that a length which is no number is none.
fn response_content(
    received: &[u8],
    start: usize,
    head: &[u8],
    (status, minor): (u16, u8),
    method: &str,
) -> Content {
    let bodiless = matches!(status, 100..=199 | 204 | 304) || method == "HEAD";
    if bodiless || (method == "CONNECT" && (200..300).contains(&status)) {
        return absent(start);
    }
    if minor > 0 && head::is_chunked(head) {
        return chunks(received, start);
    }
    match head::content_length(head) {
        Length::Octets(octets) => counted(received, start, octets),
        Length::Conflicting => Content {
            problem: Some(Problem::ConflictingLength),
            ..absent(start)
        },
        // Browsers await no content of a 205 that announces none.
        Length::Absent if status == 205 => absent(start),
        Length::Absent => Content {
            body: start..received.len(),
            framing: Framing::UntilClose,
            problem: None,
        },
    }
}

fn absent(start: usize) -> Content {
    Content {
        body: start..start,
        framing: Framing::Absent,
        problem: None,
    }
}

fn counted(stream: &[u8], start: usize, octets: u64) -> Content {
    let there = from(stream, start).len();
    let length = usize::try_from(octets).unwrap_or(usize::MAX).min(there);
    let received = u64::try_from(length).unwrap_or(u64::MAX);
    Content {
        body: start..start.saturating_add(length),
        framing: Framing::Length(octets),
        problem: (received < octets).then_some(Problem::BodyCut {
            expected: octets,
            received,
        }),
    }
}

fn chunks(stream: &[u8], start: usize) -> Content {
    let (end, problem) = match chunked::walk(from(stream, start), |_| ()) {
        Walk::Whole(length) => (start.saturating_add(length), None),
        Walk::Cut => (stream.len(), Some(Problem::ChunksCut)),
        Walk::Malformed(length) => (start.saturating_add(length), Some(Problem::ChunksMalformed)),
    };
    Content {
        body: start..end,
        framing: Framing::Chunked,
        problem,
    }
}
