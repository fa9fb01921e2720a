//! An archive shown again: each request gets the octets that were recorded for it, and nothing else.
//!
//! The viewing browser is started with `--host-resolver-rules` that send every host to the two
//! listeners of [`Replay::start`], so that no address in the archive has to be rewritten and no
//! request leaves the machine.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::{
    After, Answer, Body, Credential, Exchange, Listen, Options, Request, Scheme, Server, Site,
    StartError, Validity,
};

/// A request and its recorded answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Plain or TLS.
    pub scheme: Scheme,
    /// The `Host` that was sent, with its port if it had one.
    pub host: String,
    /// The method.
    pub method: String,
    /// The request target.
    pub target: String,
    /// The head of the answer with its empty line.
    pub response_head: Vec<u8>,
    /// The body as on the wire, chunk framing included.
    pub response_body: Arc<[u8]>,
    /// Whether the body is whole; the connection is closed after one that is not.
    pub finished: bool,
}

impl From<Exchange> for Recorded {
    fn from(exchange: Exchange) -> Self {
        Self {
            scheme: exchange.scheme,
            host: exchange.host,
            method: exchange.method,
            target: exchange.target,
            finished: exchange.finished && exchange.response_body.is_whole(),
            response_head: exchange.response_head,
            response_body: exchange.response_body.kept.into(),
        }
    }
}

type Key = (Scheme, String, String, String);

/// The answers to one request, in the order in which they were recorded.
#[derive(Debug, Default)]
struct Answers {
    answers: Vec<Answer>,
    next: AtomicUsize,
}

/// An archive as a site. A request that was recorded more than once gets the answers in turn, the
/// last for ever; one that was not recorded gets 404.
#[derive(Debug, Default)]
pub struct Replay {
    answers: BTreeMap<Key, Answers>,
}

impl FromIterator<Recorded> for Replay {
    fn from_iter<I: IntoIterator<Item = Recorded>>(recorded: I) -> Self {
        let mut replay = Self::default();
        for one in recorded {
            let key = key(one.scheme, &one.host, &one.method, &one.target);
            let answer = answer(one);
            replay.answers.entry(key).or_default().answers.push(answer);
        }
        replay
    }
}

impl Replay {
    /// The hosts of the archive in lower case, without ports.
    pub fn hosts(&self) -> BTreeSet<String> {
        self.answers
            .keys()
            .map(|(_, host, _, _)| without_port(host).to_owned())
            .filter(|host| !host.is_empty())
            .collect()
    }

    /// Serves the archive to its own hosts: listener 0 plain, listener 1 TLS with a throw-away
    /// certificate, which is returned so that the viewing browser can be told of it.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn start(self) -> Result<(Server, Arc<Credential>), StartError> {
        let hosts = self.hosts();
        let names: Vec<&str> = hosts
            .iter()
            .map(|host| host.trim_start_matches('[').trim_end_matches(']'))
            .collect();
        let credential = Arc::new(Credential::throw_away(&names, Validity::LONG)?);
        let options = Options {
            allowed_hosts: Some(hosts),
            ..Options::default()
        };
        let listen = [Listen::http(), Listen::https(Arc::clone(&credential))];
        Server::start(self, &listen, options).map(|server| (server, credential))
    }
}

impl Site for Replay {
    fn answer(&self, request: &Request) -> Answer {
        let host = request.field("Host").unwrap_or_default();
        let key = key(request.scheme, host, &request.method, &request.target);
        let found = self.answers.get(&key).and_then(|found| {
            let turn = found.next.fetch_add(1, Ordering::Relaxed);
            found.answers.get(turn).or(found.answers.last())
        });
        match found {
            Some(answer) => answer.clone(),
            None => Answer::status(404, "Not Found", "text/plain", "not in the archive\n"),
        }
    }
}

fn key(scheme: Scheme, host: &str, method: &str, target: &str) -> Key {
    let host = host.to_ascii_lowercase();
    (scheme, host, method.to_owned(), target.to_owned())
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        // the colons of a bare IPv6 address are within its brackets
        Some((name, port)) if port.bytes().all(|octet| octet.is_ascii_digit()) => name,
        _ => host,
    }
}

fn answer(recorded: Recorded) -> Answer {
    let keeps = recorded.finished && ends_by_itself(&recorded);
    let body = Body::Whole(recorded.response_body);
    let answer = Answer::new(recorded.response_head, body);
    if keeps {
        answer
    } else {
        answer.then(After::Close)
    }
}

/// Whether a client knows the end of the body without the connection being closed (RFC 9112 §6.3).
fn ends_by_itself(recorded: &Recorded) -> bool {
    let head = recorded.response_head.to_ascii_lowercase();
    let holds = |part: &[u8]| head.windows(part.len()).any(|window| window == part);
    let bodiless = [&b" 204 "[..], b" 304 "]
        .iter()
        .any(|&status| head.get(8..13).is_some_and(|found| found == status));
    let framed = holds(b"\ncontent-length:") || holds(b"\ntransfer-encoding:");
    let closing = holds(b"\nconnection: close") || head.starts_with(b"http/1.0");
    (bodiless || framed || recorded.method == "HEAD") && !closing
}

#[cfg(test)]
mod tests {
    use super::without_port;

    #[test]
    fn ports_are_taken_off() {
        for (host, name) in [
            ("a.example:80", "a.example"),
            ("a.example", "a.example"),
            ("[::1]:80", "[::1]"),
            ("[::1]", "[::1]"),
        ] {
            assert_eq!(without_port(host), name);
        }
    }
}
