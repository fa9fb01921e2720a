//! One connection from its first octet to its end.

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;

use rustls::ServerConfig;

use crate::deliver::{Delivery, Next};
use crate::keeping::{Keeping, Record, nothing};
use crate::request::{Parsed, parse};
use crate::requests::{self, Framing, ending};
use crate::stop::Stop;
use crate::wire::{Wire, is_timeout};
use crate::{After, Answer, Bounds, Connection, End, Endpoint, Exchange, Request, Site};

/// What all connections of a server share.
pub(crate) struct House {
    pub(crate) site: Box<dyn Site>,
    pub(crate) bounds: Bounds,
    pub(crate) allowed_hosts: Option<BTreeSet<String>>,
    pub(crate) endpoints: Arc<[Endpoint]>,
    pub(crate) keeping: Keeping,
    pub(crate) stop: Arc<Stop>,
}

impl House {
    /// Serves a connection to its end.
    pub(crate) fn receive(&self, wire: Wire, tls: Option<&Arc<ServerConfig>>, record: &Record) {
        let mut wire = match tls {
            None => wire,
            Some(config) => match wire.secure(config) {
                Ok(wire) => wire,
                Err(error) => return record.end(&[], self.handshake_end(&error)),
            },
        };
        let (server_name, alpn) = wire.negotiated();
        record.tls(server_name, alpn);
        let end = if alpn == Some(b"h2") {
            End::HttpTwo
        } else {
            self.serve(&mut wire, record)
        };
        let end = if self.stop.is_stopped() {
            End::Stopped
        } else {
            end
        };
        let reset = end == End::Reset;
        record.end(&wire.pending, end);
        if reset {
            wire.reset();
        } else {
            wire.close();
        }
    }

    fn handshake_end(&self, error: &io::Error) -> End {
        match error.kind() {
            _ if self.stop.is_stopped() => End::Stopped,
            _ if is_timeout(error) => End::Idle,
            // a connection made in advance and never used
            io::ErrorKind::UnexpectedEof => End::Client,
            _ => End::Handshake(error.to_string()),
        }
    }

    fn serve(&self, wire: &mut Wire, record: &Record) -> End {
        loop {
            match self.exchange(wire, record) {
                Ok(Next::Keep) => {}
                Ok(Next::End(end)) | Err(end) => return end,
            }
        }
    }

    fn exchange(&self, wire: &mut Wire, record: &Record) -> Result<Next, End> {
        let head = requests::head(wire, &self.bounds)?;
        let facts = record.facts();
        let mut request = match parse(&head) {
            Ok(parsed) => self.request(parsed, head, &facts),
            Err(reason) => {
                // not lost: it belongs to no exchange
                wire.pending.splice(..0, head);
                return Err(End::Malformed(reason));
            }
        };
        record.begin(begun(&request, &facts));
        let framing = match Framing::of(&request) {
            Ok(framing) => framing,
            Err(reason) => return Ok(self.refuse(wire, record, &request, 400, reason)),
        };
        if framing != Framing::Length(0) && request.lists("Expect", "100-continue") {
            let proceeding = self.delivery(wire, record).proceed();
            proceeding.map_err(|error| ending(&error))?;
        }
        request.body = requests::body(wire, framing, &self.bounds, |octets| {
            record.last(|exchange| exchange.request_body.push(octets));
        })?;
        if !self.knows_host(&request) {
            return Ok(self.refuse(wire, record, &request, 421, "host not served here"));
        }
        let answer = self.site.answer(&request);
        Ok(self.delivery(wire, record).answer(&request, &answer))
    }

    fn delivery<'a>(&'a self, wire: &'a mut Wire, record: &'a Record) -> Delivery<'a> {
        Delivery {
            wire,
            record,
            bounds: &self.bounds,
        }
    }

    fn refuse(
        &self,
        wire: &mut Wire,
        record: &Record,
        request: &Request,
        status: u16,
        reason: &'static str,
    ) -> Next {
        let title = if status == 421 {
            "Misdirected Request"
        } else {
            "Bad Request"
        };
        let answer = Answer::status(status, title, "text/plain", reason).then(After::Close);
        self.delivery(wire, record).answer(request, &answer)
    }

    /// `Host` is what a client says: a page elsewhere may have its name resolved to this machine
    /// (DNS rebinding) and would read the site under its own origin.
    fn knows_host(&self, request: &Request) -> bool {
        let Some(allowed) = &self.allowed_hosts else {
            return true;
        };
        request.count("Host") <= 1
            && request
                .host()
                .is_some_and(|host| allowed.contains(&host.to_ascii_lowercase()))
    }

    fn request(&self, parsed: Parsed, head: Vec<u8>, facts: &Connection) -> Request {
        Request {
            method: parsed.method,
            target: parsed.target,
            minor: parsed.minor,
            fields: parsed.fields,
            head,
            body: Vec::new(),
            scheme: facts.scheme,
            listener: facts.listener,
            endpoints: Arc::clone(&self.endpoints),
            connection: facts.number,
        }
    }
}

fn begun(request: &Request, connection: &Connection) -> Exchange {
    Exchange {
        connection: connection.number,
        scheme: connection.scheme,
        host: request.field("Host").unwrap_or_default().to_owned(),
        port: connection.local.port(),
        method: request.method.clone(),
        target: request.target.clone(),
        request_head: request.head.clone(),
        request_body: nothing(),
        interim: Vec::new(),
        response_head: Vec::new(),
        response_body: nothing(),
        status: 0,
        finished: false,
        frames: Vec::new(),
    }
}
