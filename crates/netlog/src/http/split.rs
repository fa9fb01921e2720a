//! A connection into exchanges.

use std::ops::Range;

use super::message::{self, Read};
use super::{Exchange, Framing, Problem, Remainder, Request, Response, Stray, Upgrade, head};
use crate::connection::{Connection, Direction, Protocol};

/// The connection preface of HTTP/2 (RFC 9113 §3.4).
const H2_PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Finds what the connection speaks, and its exchanges where that is HTTP/1.1; of these no more than are left.
pub(crate) fn take_apart(connection: &mut Connection, nested: bool, left: &mut usize) {
    connection.protocol = protocol(connection, nested);
    let mut split = Split::new(connection, *left);
    if connection.protocol == Protocol::Http1 {
        split.run();
    } else {
        split.rest(Stray::Protocol);
    }
    let Split {
        exchanges,
        remainders,
        left: still_left,
        ..
    } = split;
    *left = still_left;
    connection.exchanges = exchanges;
    connection.remainders = remainders;
}

fn protocol(connection: &Connection, nested: bool) -> Protocol {
    let sent = &connection.sent.bytes;
    let alpn = connection.tls.as_ref().and_then(|tls| tls.alpn.as_deref());
    match alpn {
        _ if nested => Protocol::Other("nested TLS".to_owned()),
        Some("h2") => Protocol::H2,
        _ if sent.starts_with(H2_PREFACE) => Protocol::H2,
        _ if sent.is_empty() && connection.received.bytes.is_empty() => Protocol::Unused,
        None | Some("http/1.1" | "http/1.0") => Protocol::Http1,
        Some(other) => Protocol::Other(other.to_owned()),
    }
}

struct Split<'c> {
    connection: &'c Connection,
    /// Exchanges that may still be found.
    left: usize,
    /// Offsets reached.
    sent: usize,
    received: usize,
    /// Why nothing more can be read of what was received.
    stopped: Option<Stray>,
    exchanges: Vec<Exchange>,
    remainders: Vec<Remainder>,
}

/// What was received for one request.
#[derive(Default)]
struct Answer {
    interim: Vec<Range<usize>>,
    response: Option<Response>,
    problem: Option<Problem>,
}

impl<'c> Split<'c> {
    fn new(connection: &'c Connection, left: usize) -> Self {
        Self {
            connection,
            left,
            sent: 0,
            received: 0,
            stopped: None,
            exchanges: Vec::new(),
            remainders: Vec::new(),
        }
    }

    fn run(&mut self) {
        let sent = &self.connection.sent.bytes;
        while self.sent < sent.len() {
            if self.left == 0 {
                return self.rest(Stray::Budget);
            }
            let empty = message::empty_lines(sent, self.sent);
            self.stray(Direction::Sent, empty, Stray::Junk);
            if self.sent >= sent.len() {
                break;
            }
            match message::request(sent, self.sent) {
                Ok(read) => self.exchange(read),
                Err(reason) => {
                    let rest = sent.len().saturating_sub(self.sent);
                    self.stray(Direction::Sent, rest, reason);
                }
            }
        }
        self.rest(self.stopped.unwrap_or(Stray::Unasked));
    }

    /// Puts all that is left on both sides aside.
    fn rest(&mut self, reason: Stray) {
        let (sent, received) = (
            self.connection.sent.bytes.len(),
            self.connection.received.bytes.len(),
        );
        self.stray(Direction::Sent, sent.saturating_sub(self.sent), reason);
        self.stray(
            Direction::Received,
            received.saturating_sub(self.received),
            reason,
        );
    }

    /// Puts the next octets of a side aside.
    fn stray(&mut self, direction: Direction, length: usize, reason: Stray) {
        if length == 0 {
            return;
        }
        let at = match direction {
            Direction::Sent => &mut self.sent,
            Direction::Received => &mut self.received,
        };
        let range = *at..at.saturating_add(length);
        *at = range.end;
        self.left = self.left.saturating_sub(1);
        self.remainders.push(Remainder {
            direction,
            range,
            reason,
        });
    }

    fn exchange(&mut self, read: Read<Request>) {
        self.sent = read.end;
        let answer = self.answer(&read.message.method);
        let upgrade = self.upgrade(&read.message, answer.response.as_ref());
        let problem = read.problem.or(answer.problem);
        let url = self.url(&read.message, upgrade.as_ref());
        let started = self.time(Direction::Sent, read.message.head.start);
        self.left = self.left.saturating_sub(1);
        let mut exchange = Exchange {
            connection: self.connection.id,
            index: self.exchanges.len(),
            url,
            request: read.message,
            interim: answer.interim,
            response: answer.response,
            upgrade,
            problem,
            started,
            ended: started,
        };
        exchange.ended = self.end(&exchange).max(started);
        self.exchanges.push(exchange);
    }

    /// Reads interim responses and the one after them.
    fn answer(&mut self, method: &str) -> Answer {
        let received = &self.connection.received.bytes;
        let mut answer = Answer::default();
        loop {
            let spent = self.left == 0 && !answer.interim.is_empty();
            if spent || self.stopped.is_some() || self.received >= received.len() {
                answer.problem = Some(Problem::NoResponse);
                return answer;
            }
            let junk = message::junk(received, self.received);
            self.stray(Direction::Received, junk, Stray::Junk);
            match message::response(received, self.received, method) {
                Ok(read) => {
                    self.received = read.end;
                    let status = read.message.status;
                    if status < 200 && status != 101 {
                        self.left = self.left.saturating_sub(1);
                        answer.interim.push(read.message.head);
                        continue;
                    }
                    self.settle(&mut answer, read);
                }
                Err(reason) => {
                    self.stopped = Some(reason);
                    answer.problem = Some(match reason {
                        Stray::HeadCut => Problem::ResponseHeadCut,
                        _ => Problem::NotHttp,
                    });
                }
            }
            return answer;
        }
    }

    fn settle(&mut self, answer: &mut Answer, read: Read<Response>) {
        answer.problem = read.problem;
        match (read.message.framing, read.problem) {
            (Framing::UntilClose, _) if self.connection.peer_ended.is_none() => {
                answer.problem = Some(Problem::NotEnded);
            }
            (_, Some(Problem::ChunksMalformed | Problem::ConflictingLength)) => {
                self.stopped = Some(Stray::AfterFault);
            }
            _ => {}
        }
        answer.response = Some(read.message);
    }

    fn upgrade(&mut self, request: &Request, response: Option<&Response>) -> Option<Upgrade> {
        let response = response?;
        let protocol = match response.status {
            101 => head::upgrade(self.connection.octets(Direction::Received, &response.head)),
            200..300 if request.method == "CONNECT" => "connect".to_owned(),
            _ => return None,
        };
        let (sent, received) = (
            self.connection.sent.bytes.len(),
            self.connection.received.bytes.len(),
        );
        let upgrade = Upgrade {
            protocol,
            sent: self.sent..sent,
            received: self.received..received,
        };
        (self.sent, self.received) = (sent, received);
        Some(upgrade)
    }

    /// RFC 9112 §3.3.
    fn url(&self, request: &Request, upgrade: Option<&Upgrade>) -> String {
        if request.target.contains("://") {
            return request.target.clone();
        }
        let web_socket = upgrade.is_some_and(|upgrade| upgrade.protocol == "websocket");
        let scheme = match (self.connection.tls.is_some(), web_socket) {
            (true, true) => "wss",
            (true, false) => "https",
            (false, true) => "ws",
            (false, false) => "http",
        };
        let head = self.connection.octets(Direction::Sent, &request.head);
        let host = head::fields(head).named("host").next();
        let host = String::from_utf8_lossy(host.unwrap_or_default());
        let path = if request.target.starts_with('/') {
            request.target.as_str()
        } else {
            ""
        };
        format!("{scheme}://{host}{path}")
    }

    fn time(&self, direction: Direction, offset: usize) -> i64 {
        let time = self.connection.stream(direction).time_at(offset);
        time.unwrap_or(self.connection.opened)
    }

    /// When the last octet of an exchange passed.
    fn end(&self, exchange: &Exchange) -> i64 {
        let last = |direction, end: usize| {
            end.checked_sub(1)
                .map_or(self.connection.opened, |octet| self.time(direction, octet))
        };
        let interim = exchange.interim.last().map_or(0, |head| head.end);
        let received = exchange
            .response
            .as_ref()
            .map_or(interim, |response| response.body.end);
        let sent = exchange
            .upgrade
            .as_ref()
            .map_or(self.sent, |upgrade| upgrade.sent.end);
        let received = exchange
            .upgrade
            .as_ref()
            .map_or(received, |upgrade| upgrade.received.end);
        let octets = last(Direction::Sent, sent).max(last(Direction::Received, received));
        match exchange.response.as_ref().map(|response| response.framing) {
            Some(Framing::UntilClose) => octets.max(self.connection.peer_ended.unwrap_or(octets)),
            _ => octets,
        }
    }
}
