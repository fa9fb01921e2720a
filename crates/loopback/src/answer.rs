//! What a site answers, down to the octets and their timing.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha1::{Digest as _, Sha1};

use crate::{Head, Request};

/// RFC 6455 §1.3.
const WEB_SOCKET_GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// An answer to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Heads of interim answers (RFC 9110 §15.2), sent first.
    pub interim: Vec<Vec<u8>>,
    /// How long to wait before the head.
    pub delay: Duration,
    /// The head with its empty line, sent as it is; see [`Head`].
    pub head: Vec<u8>,
    /// What follows it. Not sent to `HEAD`.
    pub body: Body,
    /// What becomes of the connection.
    pub after: After,
}

/// A piece of a stream, and how long to wait before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The wait.
    pub delay: Duration,
    /// The octets as they go over the wire.
    pub octets: Vec<u8>,
}

/// The body of an answer. The framing that the head announces is the site's affair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// All at once.
    Whole(Arc<[u8]>),
    /// In chunks of these sizes (RFC 9112 §7.1), the rest in one; then a trailer section, each
    /// field with its end of line.
    Chunked {
        /// The content.
        octets: Arc<[u8]>,
        /// Sizes of the chunks; zero is passed over, since it would end the body.
        sizes: Vec<usize>,
        /// Trailer fields.
        trailer: Vec<u8>,
    },
    /// A piece at a time.
    Slow {
        /// The content.
        octets: Arc<[u8]>,
        /// Octets of each piece, at least one.
        piece: usize,
        /// The wait between pieces.
        pause: Duration,
    },
    /// A stream of events (server-sent events, say).
    Events {
        /// The pieces.
        events: Vec<Event>,
        /// Held open afterwards until the client closes.
        hold: bool,
    },
    /// Only the first octets of what the head announces; never finished.
    Cut {
        /// The content.
        octets: Arc<[u8]>,
        /// How many of them are sent.
        after: usize,
    },
    /// One piece for ever.
    Endless {
        /// What is repeated.
        piece: Arc<[u8]>,
        /// The wait between pieces.
        pause: Duration,
    },
    /// Octets of [`crate::generated`], without memory.
    Generated {
        /// How many.
        length: u64,
        /// Which sequence.
        seed: u64,
    },
    /// The frames of a WebSocket, sent back as they come.
    Echo,
    /// Nothing, and the connection stays open until the client closes it.
    Hold,
}

impl Body {
    /// No octets.
    pub fn empty() -> Self {
        Self::whole([])
    }

    /// These octets at once.
    pub fn whole(octets: impl Into<Vec<u8>>) -> Self {
        Self::Whole(octets.into().into())
    }
}

/// What becomes of the connection after an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// Kept, if the client wants that too.
    Keep,
    /// Closed.
    Close,
    /// Reset.
    Reset,
}

impl Answer {
    /// A head and a body, and the connection kept.
    pub fn new(head: Vec<u8>, body: Body) -> Self {
        Self {
            interim: Vec::new(),
            delay: Duration::ZERO,
            head,
            body,
            after: After::Keep,
        }
    }

    /// 200 with a type and a length.
    pub fn ok(media_type: &str, octets: impl Into<Vec<u8>>) -> Self {
        Self::status(200, "OK", media_type, octets)
    }

    /// Any status with a type and a length.
    pub fn status(status: u16, reason: &str, media_type: &str, octets: impl Into<Vec<u8>>) -> Self {
        let octets = octets.into();
        let head = Head::new(status, reason).field("Content-Type", media_type);
        Self::new(head.length(octets.len()).finish(), Body::whole(octets))
    }

    /// 404 with a short text.
    pub fn not_found() -> Self {
        Self::status(404, "Not Found", "text/plain; charset=utf-8", "not found\n")
    }

    /// 204.
    pub fn no_content() -> Self {
        Self::new(Head::new(204, "No Content").finish(), Body::empty())
    }

    /// A redirect of that status (RFC 9110 §15.4).
    pub fn redirect(status: u16, reason: &str, location: &str) -> Self {
        let head = Head::new(status, reason).field("Location", location);
        Self::new(head.length(0).finish(), Body::empty())
    }

    /// 200 in chunks.
    pub fn chunked(media_type: &str, octets: impl Into<Vec<u8>>, sizes: &[usize]) -> Self {
        let head = Head::new(200, "OK")
            .field("Content-Type", media_type)
            .field("Transfer-Encoding", "chunked");
        let body = Body::Chunked {
            octets: octets.into().into(),
            sizes: sizes.to_vec(),
            trailer: Vec::new(),
        };
        Self::new(head.finish(), body)
    }

    /// 200, or 206 of the one range that the request asks for, or 416 (RFC 9110 §14).
    pub fn ranged(request: &Request, media_type: &str, octets: &[u8]) -> Self {
        let total = octets.len();
        let head = |status, reason| {
            Head::new(status, reason)
                .field("Content-Type", media_type)
                .field("Accept-Ranges", "bytes")
        };
        match request
            .field("Range")
            .map_or(Wanted::All, |value| wanted(value, total))
        {
            Wanted::All => Self::new(head(200, "OK").length(total).finish(), Body::whole(octets)),
            Wanted::Part { first, last } => {
                let part = octets.get(first..=last).unwrap_or_default();
                let head = head(206, "Partial Content")
                    .field("Content-Range", format!("bytes {first}-{last}/{total}"));
                Self::new(head.length(part.len()).finish(), Body::whole(part))
            }
            Wanted::Nothing => {
                let head = head(416, "Range Not Satisfiable")
                    .field("Content-Range", format!("bytes */{total}"));
                Self::new(head.length(0).finish(), Body::empty())
            }
        }
    }

    /// 101 to a WebSocket that sends back what it gets (RFC 6455 §4.2.2), or 400.
    pub fn echo(request: &Request) -> Self {
        let asked = request.lists("Upgrade", "websocket") && request.lists("Connection", "upgrade");
        let Some(key) = request.field("Sec-WebSocket-Key").filter(|_| asked) else {
            return Self::status(
                400,
                "Bad Request",
                "text/plain",
                "no WebSocket was asked for\n",
            );
        };
        let digest = Sha1::digest(format!("{key}{WEB_SOCKET_GUID}").as_bytes());
        let head = Head::new(101, "Switching Protocols")
            .field("Upgrade", "websocket")
            .field("Connection", "Upgrade")
            .field("Sec-WebSocket-Accept", STANDARD.encode(digest));
        Self::new(head.finish(), Body::Echo)
    }

    /// The same after a wait.
    pub fn delayed(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    /// The same with an interim answer before it.
    pub fn after_interim(mut self, head: Vec<u8>) -> Self {
        self.interim.push(head);
        self
    }

    /// The same, and the connection closed or reset afterwards.
    pub fn then(self, after: After) -> Self {
        Self { after, ..self }
    }

    /// The status in the head, or 0.
    pub fn status_code(&self) -> u16 {
        let line = self.head.split(|&octet| octet == b'\r').next();
        line.and_then(|line| std::str::from_utf8(line).ok())
            .and_then(|line| line.split(' ').nth(1))
            .and_then(|status| status.parse().ok())
            .unwrap_or(0)
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    All,
    Part { first: usize, last: usize },
    Nothing,
}

/// What a `Range` wants of so many octets. Several ranges, and what cannot be read, are passed over
/// as RFC 9110 §14.2 allows.
fn wanted(value: &str, total: usize) -> Wanted {
    let Some((first, last)) = value
        .strip_prefix("bytes=")
        .and_then(|set| set.split_once('-'))
    else {
        return Wanted::All;
    };
    let end = total.checked_sub(1);
    match (first.trim().parse::<usize>(), last.trim().parse::<usize>()) {
        (Ok(first), Ok(last)) if last < first => Wanted::All,
        (Ok(first), last) => match (end, last) {
            (Some(end), Ok(last)) if first <= end => Wanted::Part {
                first,
                last: last.min(end),
            },
            (Some(end), Err(_)) if first <= end && value.ends_with('-') => {
                Wanted::Part { first, last: end }
            }
            (_, Err(_)) if !value.ends_with('-') => Wanted::All,
            _ => Wanted::Nothing,
        },
        (Err(_), Ok(suffix)) if first.is_empty() => match end {
            Some(end) if suffix > 0 => Wanted::Part {
                first: total.saturating_sub(suffix),
                last: end,
            },
            _ => Wanted::Nothing,
        },
        _ => Wanted::All,
    }
}

#[cfg(test)]
mod tests {
    use super::{Wanted, wanted};

    #[test]
    fn ranges_are_those_of_rfc_9110() {
        let part = |first, last| Wanted::Part { first, last };
        for (value, expected) in [
            ("bytes=0-", part(0, 9)),
            ("bytes=2-4", part(2, 4)),
            ("bytes=9-200", part(9, 9)),
            ("bytes=-3", part(7, 9)),
            ("bytes=-30", part(0, 9)),
            ("bytes=10-", Wanted::Nothing),
            ("bytes=-0", Wanted::Nothing),
            ("bytes=4-2", Wanted::All),
            ("bytes=0-1,3-4", Wanted::All),
            ("lines=0-1", Wanted::All),
        ] {
            assert_eq!(wanted(value, 10), expected, "{value}");
        }
        assert_eq!(wanted("bytes=0-", 0), Wanted::Nothing);
    }
}
