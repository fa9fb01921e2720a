//! The archive as a site.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fidem_loopback::replay::{Recorded, Replay};
use fidem_loopback::{Answer, Body, Event, Request, Scheme, Site};
use fidem_webarchive::http::{Head, dechunk};

use super::archived::{Exchange, key};
use crate::devtools::lock;

/// What may be asked for, and what was in vain.
pub(super) struct Shown {
    answers: BTreeMap<(String, String), Vec<One>>,
    authorities: BTreeSet<(bool, String, u16)>,
    asked: Mutex<Asked>,
}

#[derive(Default)]
struct Asked {
    /// How often each address was asked for, by its key.
    turns: BTreeMap<(String, String), usize>,
    missed: BTreeSet<String>,
    other_body: BTreeSet<String>,
}

/// One recorded answer.
struct One {
    key: String,
    range: Option<String>,
    status: u16,
    replay: Replay,
    /// Type and octets of a whole body without codings, of which a range can be cut.
    whole: Option<(String, Arc<[u8]>)>,
    upgraded: Option<(Vec<u8>, Vec<u8>)>,
}

/// The site that the server owns.
pub(super) struct Shared(pub Arc<Shown>);

impl Site for Shared {
    fn answer(&self, request: &Request) -> Answer {
        self.0.answer(request)
    }
}

impl Shown {
    pub fn new(exchanges: Vec<Exchange>) -> Self {
        let mut shown = Self {
            answers: BTreeMap::new(),
            authorities: BTreeSet::new(),
            asked: Mutex::default(),
        };
        for exchange in exchanges {
            let tls = exchange.url.scheme() == "https";
            let host = exchange.url.host_str().unwrap_or_default().to_owned();
            let port = exchange.url.port_or_known_default().unwrap_or_default();
            shown.authorities.insert((tls, host, port));
            let at = (exchange.method.clone(), exchange.url.to_string());
            shown.answers.entry(at).or_default().push(one(exchange));
        }
        shown
    }

    /// Whether TLS is spoken, host, port.
    pub fn authorities(&self) -> impl Iterator<Item = (bool, &str, u16)> {
        self.authorities
            .iter()
            .map(|(tls, host, port)| (*tls, host.as_str(), *port))
    }

    pub fn missed(&self) -> Vec<String> {
        lock(&self.asked).missed.iter().cloned().collect()
    }

    pub fn other_body(&self) -> Vec<String> {
        lock(&self.asked).other_body.iter().cloned().collect()
    }

    fn answer(&self, request: &Request) -> Answer {
        let host = request
            .field("Host")
            .unwrap_or_default()
            .to_ascii_lowercase();
        let url = format!("{}://{host}{}", request.scheme, request.target);
        let at = (request.method.clone(), url);
        let Some(found) = self.answers.get(&at) else {
            return self.miss(&at);
        };
        let key = key(&at.1, &[request.head.as_slice(), &request.body].concat());
        let mut fitting: Vec<&One> = found.iter().filter(|one| one.key == key).collect();
        if fitting.is_empty() {
            // A boundary, a number drawn by lot: the address and the method are what is left.
            lock(&self.asked)
                .other_body
                .insert(format!("{} {}", at.0, at.1));
            fitting = found.iter().collect();
        }
        match request.field("Range") {
            Some(range) => ranged(request, range, &fitting),
            None => None,
        }
        .or_else(|| self.in_turn(request, at.clone(), key, &fitting))
        .unwrap_or_else(|| self.miss(&at))
    }

    /// Answers to the same request follow one another as recorded; the last stays.
    fn in_turn(
        &self,
        request: &Request,
        at: (String, String),
        key: String,
        fitting: &[&One],
    ) -> Option<Answer> {
        let in_part = request.field("Range").is_some();
        let kept = |one: &&&One| match one.status {
            304 => false,
            206 | 416 => in_part,
            _ => true,
        };
        let mut whole: Vec<&&One> = fitting.iter().filter(kept).collect();
        if whole.is_empty() {
            whole = fitting.iter().collect();
        }
        let turn = {
            let mut asked = lock(&self.asked);
            let turn = asked.turns.entry((at.0, key)).or_default();
            *turn += 1;
            *turn - 1
        };
        let one = whole.get(turn).or(whole.last())?;
        Some(match &one.upgraded {
            Some((head, octets)) => upgraded(request, head, octets),
            None => one.replay.answer(request),
        })
    }

    fn miss(&self, (method, url): &(String, String)) -> Answer {
        lock(&self.asked).missed.insert(format!("{method} {url}"));
        Answer::status(404, "Not Found", "text/plain", "not in the archive\n")
    }
}

/// The recorded answer to that very range, or the range cut out of a whole answer.
fn ranged(request: &Request, range: &str, fitting: &[&One]) -> Option<Answer> {
    let same = fitting
        .iter()
        .find(|one| matches!(one.status, 206 | 416) && one.range.as_deref() == Some(range));
    if let Some(one) = same {
        return Some(one.replay.answer(request));
    }
    let (media_type, octets) = fitting.iter().find_map(|one| one.whole.as_ref())?;
    Some(Answer::ranged(request, media_type, octets))
}

/// The recorded head with the proof that this client's key asks for (RFC 6455 §4.2.2), and the recorded frames at once.
fn upgraded(request: &Request, head: &[u8], octets: &[u8]) -> Answer {
    const PROOF: &str = "sec-websocket-accept";
    let own = Answer::echo(request);
    let proof = Head::parse(&own.head).field(PROOF).map(str::to_owned);
    let mut lines = String::new();
    for line in String::from_utf8_lossy(head).trim_end().lines() {
        let name = line.split(':').next().unwrap_or_default();
        match &proof {
            Some(proof) if name.eq_ignore_ascii_case(PROOF) => {
                lines.push_str(&format!("{name}: {proof}\r\n"));
            }
            _ => lines.push_str(&format!("{line}\r\n")),
        }
    }
    lines.push_str("\r\n");
    let frames = Event {
        delay: Duration::ZERO,
        octets: octets.to_vec(),
    };
    let body = Body::Events {
        events: vec![frames],
        hold: true,
    };
    Answer::new(lines.into_bytes(), body)
}

fn one(exchange: Exchange) -> One {
    let url = &exchange.url;
    let host = url.host_str().unwrap_or_default();
    let query = url.query().map(|q| format!("?{q}")).unwrap_or_default();
    let upgraded = exchange
        .upgraded
        .map(|octets| (exchange.head.clone(), octets));
    let whole = whole(
        &exchange.head,
        &exchange.body,
        exchange.status,
        exchange.whole,
    );
    let recorded = Recorded {
        scheme: match url.scheme() {
            "https" => Scheme::Https,
            _ => Scheme::Http,
        },
        host: url
            .port()
            .map_or(host.to_owned(), |port| format!("{host}:{port}")),
        method: exchange.method,
        target: format!("{}{query}", url.path()),
        response_head: exchange.head,
        response_body: exchange.body.into(),
        finished: exchange.whole,
    };
    One {
        key: exchange.key,
        range: exchange.range,
        status: exchange.status,
        replay: [recorded].into_iter().collect(),
        whole,
        upgraded,
    }
}

/// Only of media: they alone are asked for in parts that nobody recorded.
fn whole(head: &[u8], body: &[u8], status: u16, whole: bool) -> Option<(String, Arc<[u8]>)> {
    let head = Head::parse(head);
    let media_type = head.mime()?.to_owned();
    let media = ["video/", "audio/"]
        .iter()
        .any(|kind| media_type.starts_with(kind));
    if status != 200 || !whole || !media || head.field("content-encoding").is_some() {
        return None;
    }
    let octets = match head.is_chunked() {
        true => dechunk(body)?,
        false => body.to_vec(),
    };
    Some((media_type, octets.into()))
}
