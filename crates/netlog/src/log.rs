//! What a log says, as plain facts. All times are Unix milliseconds of the recording machine's clock.

use std::collections::BTreeMap;

use crate::connection::Connection;
use crate::http::Exchange;

/// The browser's number of a source: a socket, a request, a lookup. Unique within one log.
pub type SourceId = i64;

/// All that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Log {
    /// The browser, as it describes itself.
    pub client: Client,
    /// Whether the end is missing: the browser was ended by force, or what followed was lost or refused.
    pub cut: bool,
    /// Events read, of all kinds.
    pub events: u64,
    /// Time of the first and the last event.
    pub span: Option<(i64, i64)>,
    /// Every TCP connection that came about, in the order of opening.
    pub connections: Vec<Connection>,
    /// Every request of the browser, its own included, in the order of their beginning.
    pub requests: Vec<Request>,
    /// Every lookup of a name.
    pub lookups: Vec<Lookup>,
    /// Every attempt to connect that failed or was given up.
    pub failed: Vec<FailedConnect>,
    /// Every change of the proxy configuration.
    pub proxy_changes: Vec<ProxyChange>,
    /// Every UDP association: DNS, and QUIC, whose content no log holds.
    pub datagrams: Vec<Datagrams>,
}

/// What the browser says of itself (`clientInfo`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Client {
    /// Such as `Chromium` or `Google Chrome`.
    pub name: String,
    /// Four numbers.
    pub version: String,
    /// Commit and branch it was built of.
    pub revision: String,
    /// `official` or `developer` build.
    pub official: String,
    /// Operating system.
    pub system: String,
    /// The whole command line, switches the browser itself added included.
    pub command_line: String,
    /// `Everything`, or nothing in logs of old versions.
    pub capture_mode: Option<String>,
}

/// One request of the browser (`URL_REQUEST`) with all its redirections.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// Its source.
    pub id: SourceId,
    /// The address asked for first.
    pub url: String,
    /// The origin that asked; `not an origin` when it was the browser or the person in front of it.
    pub initiator: Option<String>,
    /// `main frame`, `other` …
    pub kind: Option<String>,
    /// The site in whose isolation it was made.
    pub isolation: Option<String>,
    /// Names of the load flags of the first hop.
    pub load_flags: Vec<String>,
    /// Hash of the name of the network traffic annotation: which part of the browser made the request.
    pub traffic_annotation: Option<i64>,
    /// The addresses followed, the first included.
    pub hops: Vec<Hop>,
    /// Name of the network error with which it ended; none when it ended well or did not end.
    pub error: Option<String>,
    /// When it began.
    pub started: i64,
    /// When it ended; none when it was still alive.
    pub ended: Option<i64>,
}

impl Request {
    /// Whether a page or its navigation asked for it, and not the browser on its own account: it is a main frame, or
    /// its initiator is an origin, or the opaque one (`null`) of a sandboxed frame or a `data:` document. Extensions and the
    /// browser's own pages are not pages.
    #[must_use]
    pub fn of_page(&self) -> bool {
        let initiator = self.initiator.as_deref().unwrap_or_default();
        let web = initiator.starts_with("http://") || initiator.starts_with("https://");
        web || initiator.starts_with("null") || self.kind.as_deref() == Some("main frame")
    }

    /// What the last hop was answered with.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.hops.last().and_then(|hop| hop.status)
    }
}

/// One address of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hop {
    /// The address.
    pub url: String,
    /// The method (RFC 9110 §9).
    pub method: String,
    /// Status code of the last response head the browser saw for it.
    pub status: Option<u16>,
    /// Where it was redirected to.
    pub location: Option<String>,
    /// Why the browser redirected on its own account, without asking anyone: `HSTS` and the like.
    pub internal: Option<String>,
    /// The proxy decision in the browser's words: `DIRECT`, or the proxies.
    pub proxy: Option<String>,
    /// Each time the request was sent; more than once after a stale connection or an authentication.
    pub sent: Vec<Sending>,
    /// What came from the browser's cache.
    pub cache: CacheUse,
    /// Name of the network error of this hop.
    pub error: Option<String>,
    /// When it began.
    pub started: i64,
    /// When its response head was there or it failed.
    pub ended: Option<i64>,
}

/// Where a request was put on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sending {
    /// The connection's source.
    pub connection: SourceId,
    /// Octets sent on the connection before it.
    pub offset: usize,
    /// Index into [`Connection::exchanges`]; none where the octets are not HTTP/1.1.
    pub exchange: Option<usize>,
    /// When.
    pub at: i64,
}

/// What the browser's cache gave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CacheUse {
    /// Nothing.
    #[default]
    None,
    /// The body or part of it, after asking the server.
    Part,
    /// All; nothing was sent.
    Whole,
}

/// A lookup of a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lookup {
    /// Its source; sources that look up several names stand several times.
    pub id: SourceId,
    /// The browser's name of the source's type.
    pub source: String,
    /// The name looked up, without scheme and port.
    pub host: String,
    /// Addresses found, in the order of mention.
    pub answers: Vec<String>,
    /// Name of the network error.
    pub error: Option<String>,
    /// Who answered.
    pub answered_by: Vec<Resolver>,
    /// The mode of secure DNS: `Off`, `Automatic`, `Secure`.
    pub secure_dns_mode: Option<String>,
    /// When it began.
    pub started: i64,
    /// When it ended.
    pub ended: Option<i64>,
}

/// Who was asked for a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolver {
    /// The browser's own cache.
    Cache,
    /// The machine's file of hosts.
    Hosts,
    /// A rule of the browser's configuration.
    Preset,
    /// The operating system.
    System,
    /// A name server, by the browser itself, unencrypted.
    Dns,
    /// A name server over HTTPS (RFC 8484).
    SecureDns,
}

/// A TCP connection that did not come about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FailedConnect {
    /// The socket's source.
    pub id: SourceId,
    /// Address and port.
    pub address: String,
    /// Name of the network error; none when the attempt was given up.
    pub error: Option<String>,
    /// The operating system's number of the error.
    pub os_error: Option<i64>,
    /// When it began.
    pub started: i64,
    /// When it failed.
    pub ended: Option<i64>,
}

/// A change of the proxy configuration, as JSON (RFC 8259) in the browser's words. `{}` is: no proxy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProxyChange {
    /// When.
    pub at: i64,
    /// The configuration before, where it is told.
    pub before: Option<String>,
    /// The configuration from then on.
    pub after: String,
}

/// A UDP association.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Datagrams {
    /// The socket's source.
    pub id: SourceId,
    /// Address and port of the peer.
    pub address: String,
    /// Octets sent. None were when only the route was tried.
    pub sent: u64,
    /// Octets received.
    pub received: u64,
    /// When it was opened.
    pub started: i64,
}

/// A host with which the browser had to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// Name or address, without port.
    pub host: String,
    /// Whether a page or its navigation asked for it at least once; otherwise it is the browser's background.
    pub page: bool,
    /// Sources of the requests to it.
    pub requests: Vec<SourceId>,
    /// How often it was looked up.
    pub lookups: usize,
    /// Traffic annotations of the requests, each once.
    pub annotations: Vec<i64>,
}

impl Log {
    /// The connection of that source.
    #[must_use]
    pub fn connection(&self, id: SourceId) -> Option<&Connection> {
        self.connections
            .iter()
            .find(|connection| connection.id == id)
    }

    /// All exchanges, connection by connection.
    pub fn exchanges(&self) -> impl Iterator<Item = (&Connection, &Exchange)> {
        let of = |connection| -> Vec<_> { Self::pairs(connection).collect() };
        self.connections.iter().flat_map(of)
    }

    fn pairs(connection: &Connection) -> impl Iterator<Item = (&Connection, &Exchange)> {
        connection
            .exchanges
            .iter()
            .map(move |exchange| (connection, exchange))
    }

    /// Every host contacted, asked for or looked up, in the order of the alphabet.
    #[must_use]
    pub fn contacts(&self) -> Vec<Contact> {
        let mut contacts = BTreeMap::new();
        for request in &self.requests {
            for hop in &request.hops {
                contact(&mut contacts, host_of(&hop.url)).asked(request);
            }
        }
        for lookup in &self.lookups {
            contact(&mut contacts, &lookup.host).lookups += 1;
        }
        contacts.into_values().collect()
    }
}

fn contact<'a>(contacts: &'a mut BTreeMap<String, Contact>, host: &str) -> &'a mut Contact {
    let host = host.to_ascii_lowercase();
    contacts.entry(host.clone()).or_insert_with(|| Contact {
        host,
        ..Contact::default()
    })
}

impl Contact {
    fn asked(&mut self, request: &Request) {
        self.page |= request.of_page();
        if self.requests.last() != Some(&request.id) {
            self.requests.push(request.id);
        }
        if let Some(annotation) = request.traffic_annotation
            && !self.annotations.contains(&annotation)
        {
            self.annotations.push(annotation);
        }
    }
}

/// The host of an address or of `host:port` (RFC 3986 §3.2.2), without the brackets of IPv6.
pub(crate) fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    if let Some((address, _)) = host.strip_prefix('[').and_then(|host| host.split_once(']')) {
        return address;
    }
    host.split(':').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::Request;

    #[test]
    fn a_sandboxed_frame_is_part_of_its_page() {
        let of_page = |initiator: &str| {
            let initiator = Some(initiator.to_owned());
            let request = Request {
                initiator,
                ..Request::default()
            };
            request.of_page()
        };
        assert!(of_page("https://a.example") && of_page("null"));
        assert!(!of_page("not an origin") && !of_page("chrome://newtab"));
    }
}
