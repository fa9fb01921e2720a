//! Sending an answer, and keeping what was sent.

use std::io;
use std::time::Duration;

use crate::generated::generated;
use crate::keeping::Record;
use crate::requests::ending;
use crate::websocket;
use crate::wire::Wire;
use crate::{After, Answer, Body, Bounds, End, Event, Request};

const PIECE_OCTETS: usize = 64 * 1024;

/// Which tape of the exchange gets the octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Interim,
    Head,
    Body,
}

/// What becomes of the connection.
#[derive(Debug)]
pub(crate) enum Next {
    Keep,
    End(End),
}

pub(crate) struct Delivery<'a> {
    pub(crate) wire: &'a mut Wire,
    pub(crate) record: &'a Record,
    pub(crate) bounds: &'a Bounds,
}

impl Delivery<'_> {
    /// Sends an answer to a request.
    pub(crate) fn answer(mut self, request: &Request, answer: &Answer) -> Next {
        match self.send(request, answer) {
            Ok(Next::Keep) => after(request, answer),
            Ok(end) => end,
            Err(error) => Next::End(ending(&error)),
        }
    }

    /// A head for `Expect: 100-continue` (RFC 9110 §10.1.1).
    pub(crate) fn proceed(&mut self) -> io::Result<()> {
        self.put(Part::Interim, b"HTTP/1.1 100 Continue\r\n\r\n")
    }

    fn send(&mut self, request: &Request, answer: &Answer) -> io::Result<Next> {
        for head in &answer.interim {
            self.put(Part::Interim, head)?;
        }
        if self.wire.stop.pause(answer.delay) {
            return Ok(Next::End(End::Stopped));
        }
        let status = answer.status_code();
        self.record
            .last(|exchange| exchange.facts().status = status);
        self.put(Part::Head, &answer.head)?;
        if request.method == "HEAD" {
            return Ok(self.finished());
        }
        self.body(&answer.body)
    }

    fn finished(&self) -> Next {
        self.record
            .last(|exchange| exchange.facts().finished = true);
        Next::Keep
    }

    fn body(&mut self, body: &Body) -> io::Result<Next> {
        match body {
            Body::Whole(octets) => self.put(Part::Body, octets)?,
            Body::Chunked {
                octets,
                sizes,
                trailer,
            } => self.chunked(octets, sizes, trailer)?,
            Body::Slow {
                octets,
                piece,
                pause,
            } => {
                for piece in octets.chunks((*piece).max(1)) {
                    if self.put_after(*pause, piece)? {
                        return Ok(Next::End(End::Stopped));
                    }
                }
            }
            Body::Events { events, hold } => return self.events(events, *hold),
            Body::Cut { octets, after } => {
                self.put(Part::Body, octets.get(..*after).unwrap_or(octets))?;
                return Ok(Next::Keep);
            }
            Body::Endless { piece, pause } => return self.endless(piece, *pause),
            Body::Generated { length, seed } => return self.generated(*length, *seed),
            Body::Echo => {
                let end = websocket::echo(self.wire, self.record, self.bounds);
                return Ok(Next::End(end));
            }
            Body::Hold => return self.hold(),
        }
        Ok(self.finished())
    }

    fn chunked(&mut self, octets: &[u8], sizes: &[usize], trailer: &[u8]) -> io::Result<()> {
        let mut rest = octets;
        for &size in sizes.iter().chain([&octets.len()]) {
            let (chunk, later) = rest.split_at(size.min(rest.len()));
            rest = later;
            // the empty chunk is the last
            if !chunk.is_empty() {
                self.put(Part::Body, format!("{:x}\r\n", chunk.len()).as_bytes())?;
                self.put(Part::Body, chunk)?;
                self.put(Part::Body, b"\r\n")?;
            }
        }
        self.put(Part::Body, b"0\r\n")?;
        self.put(Part::Body, trailer)?;
        self.put(Part::Body, b"\r\n")
    }

    fn events(&mut self, events: &[Event], hold: bool) -> io::Result<Next> {
        for event in events {
            if self.put_after(event.delay, &event.octets)? {
                return Ok(Next::End(End::Stopped));
            }
        }
        if hold {
            return self.hold();
        }
        Ok(self.finished())
    }

    fn endless(&mut self, piece: &[u8], pause: Duration) -> io::Result<Next> {
        while !self.put_after(pause, piece)? {}
        Ok(Next::End(End::Stopped))
    }

    fn generated(&mut self, length: u64, seed: u64) -> io::Result<Next> {
        let mut piece = vec![0; PIECE_OCTETS];
        let mut offset = 0;
        while offset < length {
            if self.wire.stop.is_stopped() {
                return Ok(Next::End(End::Stopped));
            }
            let left = usize::try_from(length - offset).unwrap_or(usize::MAX);
            piece.truncate(left);
            generated(seed, offset, &mut piece);
            self.put(Part::Body, &piece)?;
            offset += piece.len() as u64;
        }
        Ok(self.finished())
    }

    fn hold(&mut self) -> io::Result<Next> {
        let client = self.wire.hold()?;
        Ok(Next::End(if client { End::Client } else { End::Stopped }))
    }

    /// Says whether the server stopped instead.
    fn put_after(&mut self, pause: Duration, octets: &[u8]) -> io::Result<bool> {
        if self.wire.stop.pause(pause) {
            return Ok(true);
        }
        self.put(Part::Body, octets).map(|()| false)
    }

    fn put(&mut self, part: Part, octets: &[u8]) -> io::Result<()> {
        let mut rest = octets;
        while !rest.is_empty() {
            let count = self.wire.write(rest)?;
            if count == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
            let (sent, later) = rest.split_at(count.min(rest.len()));
            self.keep(part, sent);
            rest = later;
        }
        Ok(())
    }

    fn keep(&self, part: Part, octets: &[u8]) {
        self.record.last(|exchange| match part {
            Part::Interim => exchange.facts().interim.extend_from_slice(octets),
            Part::Head => exchange.facts().response_head.extend_from_slice(octets),
            Part::Body => exchange.response_body.push(octets),
        });
    }
}

fn after(request: &Request, answer: &Answer) -> Next {
    match answer.after {
        After::Reset => Next::End(End::Reset),
        After::Keep if request.keeps_alive() => Next::Keep,
        After::Keep | After::Close => Next::End(End::Served),
    }
}
