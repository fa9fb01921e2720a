//! How whole a capture is, measured three ways against each other: what the browser's log says was exchanged, what the
//! archive holds, and what the documents refer to. Whatever is less than whole is a line with its reason.

use std::collections::{BTreeMap, BTreeSet};

use fidem_netlog::{CacheUse, Log, Problem, Protocol};
use fidem_webarchive::capture::{Completeness, Ending};

use crate::{Outcome, Page, Recording, Reference, Seen, css, decode};

/// Addresses whose exchange is in the archive, without fragment.
type Archived = BTreeSet<String>;

/// Measures a recording. `archived` tells for an exchange of the log (connection, index) whether the archive has it.
#[must_use]
pub fn measure(recording: &Recording, archived: &dyn Fn(i64, usize) -> bool) -> Completeness {
    let mut measured = Measurement::default();
    let log = &recording.log;
    let urls = measured.exchanges(log, archived);
    measured.connections(log);
    measured.requests(log);
    measured.seen(&recording.seen, log);
    if let Some(page) = &recording.page {
        measured.page(page, &recording.ending);
        measured.references(page, log, &urls);
    }
    measured.ending(recording);
    let mut measured = measured.0;
    measured.lines.sort();
    measured.lines.dedup();
    measured.partial = measured.lines.iter().any(|l| l.partial);
    measured
}

/// While it is measured.
#[derive(Default)]
struct Measurement(Completeness);

impl Measurement {
    fn line(&mut self, code: &str, url: &str, reason: impl Into<String>, partial: bool) {
        self.0.line(code, url, reason, partial);
    }

    /// Log against archive.
    fn exchanges(&mut self, log: &Log, archived: &dyn Fn(i64, usize) -> bool) -> Archived {
        let mut urls = Archived::new();
        let repeated = repeated(log);
        for (connection, exchange) in log.exchanges() {
            self.0.exchanged += 1;
            match archived(connection.id, exchange.index) {
                true => self.0.archived += 1,
                false => self.line("not-archived", &exchange.url, "", true),
            }
            match &exchange.problem {
                None => {}
                // A stream that the server keeps open has no end to wait for.
                Some(Problem::NotEnded) => self.line("stream-open", &exchange.url, "", false),
                Some(Problem::NoResponse) => {
                    let again = repeated.contains(&(connection.id, exchange.index));
                    let reason = if again { "repeated" } else { "" };
                    self.line("no-response", &exchange.url, reason, !again);
                }
                Some(problem) => self.line("cut", &exchange.url, format!("{problem:?}"), true),
            }
            if exchange.response.is_some() {
                urls.insert(bare(&exchange.url));
            }
        }
        urls
    }

    /// Octets that no exchange accounts for, and protocols the log does not take apart.
    fn connections(&mut self, log: &Log) {
        for connection in &log.connections {
            let peer = connection.peer.clone().unwrap_or_default();
            match &connection.protocol {
                Protocol::H2 => self.line("protocol-not-covered", &peer, "h2", true),
                Protocol::Other(name) => {
                    self.line("protocol-not-covered", &peer, name.clone(), true);
                }
                Protocol::Unused | Protocol::Http1 => {}
            }
            for remainder in &connection.remainders {
                let octets = remainder.range.len();
                let reason = format!("{:?} {octets}", remainder.reason);
                self.line("octets-unaccounted", &peer, reason, true);
            }
        }
        for datagrams in log
            .datagrams
            .iter()
            .filter(|d| d.sent > 0 && !d.address.ends_with(":53"))
        {
            let reason = format!("{}/{}", datagrams.sent, datagrams.received);
            self.line("datagrams-not-covered", &datagrams.address, reason, true);
        }
    }

    /// The log's requests: each ended how?
    fn requests(&mut self, log: &Log) {
        for request in &log.requests {
            if !request.of_page() {
                self.0.background += 1;
                let reason = request.error.clone().unwrap_or_default();
                self.line("background", &bare(&request.url), reason, false);
                continue;
            }
            self.0.requested += 1;
            let answered = request
                .hops
                .iter()
                .all(|hop| hop.internal.is_some() || hop.sent.iter().any(|s| s.exchange.is_some()));
            self.0.answered += u32::from(answered && request.error.is_none());
            for hop in &request.hops {
                if hop.cache != CacheUse::None {
                    self.line("from-cache", &hop.url, format!("{:?}", hop.cache), true);
                }
                if let Some(proxy) = hop.proxy.as_deref().filter(|p| *p != "DIRECT") {
                    self.line("proxied", &hop.url, proxy, true);
                }
            }
            if let Some(error) = &request.error {
                let url = request.hops.last().map_or(&request.url, |h| &h.url);
                self.line("failed", url, error.clone(), !given_up(error));
            }
        }
    }

    /// What the page's tools saw, against the log.
    fn seen(&mut self, seen: &[Seen], log: &Log) {
        let mut logged: BTreeMap<String, u32> = BTreeMap::new();
        for hop in log.requests.iter().flat_map(|r| &r.hops) {
            *logged.entry(spoken(&hop.url)).or_default() += 1;
        }
        for request in seen.iter().filter(|s| !s.not_from_network) {
            let url = spoken(&request.url);
            match &request.outcome {
                Outcome::Failed { blocked, error, .. } if !blocked.is_empty() => {
                    self.line("blocked", &request.url, format!("{blocked} {error}"), false);
                }
                Outcome::Finished {} if !logged.contains_key(&url) && url.starts_with("http") => {
                    self.line("not-in-log", &request.url, request.kind.clone(), true);
                }
                _ => {}
            }
        }
        for request in seen
            .iter()
            .filter(|s| s.not_from_network && s.url.starts_with("http"))
        {
            self.line(
                "not-from-network",
                &request.url,
                request.asked_by.clone(),
                false,
            );
        }
    }

    fn page(&mut self, page: &Page, ending: &Ending) {
        if matches!(ending, Ending::NotOpened { .. }) {
            return;
        }
        if !page.loaded {
            self.line("never-loaded", "", "", true);
        }
        if !page.still {
            self.line("never-still", "", "", true);
        }
        if let Some(scrolled) = page.scrolled.as_ref().filter(|s| s.ended_by != "end") {
            let reason = format!(
                "{} {} / {}",
                scrolled.ended_by, scrolled.to, scrolled.height
            );
            self.line("scroll-bound", "", reason, true);
        }
        if page.pictures.covered < page.size.1 {
            let reason = format!("{} / {}", page.pictures.covered, page.size.1);
            self.line("picture-bound", "", reason, true);
        }
        for (part, reason) in &page.missing {
            self.line("part-missing", part, reason.clone(), true);
        }
        for (url, _) in page.media.iter().filter(|(_, fetched)| !fetched) {
            self.line("media-not-fetched", url, "", true);
        }
        let streamed = |r: &&Reference| {
            matches!(r.by.as_str(), "video" | "audio") && r.url.starts_with("blob:")
        };
        for media in page.references.iter().filter(streamed) {
            self.line("media-streamed", &media.url, "", true);
        }
    }

    /// References of documents and style sheets, against the archive.
    fn references(&mut self, page: &Page, log: &Log, archived: &Archived) {
        let asked: BTreeSet<String> = log
            .requests
            .iter()
            .flat_map(|r| &r.hops)
            .map(|h| bare(&h.url))
            .collect();
        let used: BTreeMap<String, &str> = network(&page.references)
            .map(|r| (bare(&r.url), r.by.as_str()))
            .collect();
        for (url, by) in &used {
            self.0.referred += 1;
            if archived.contains(url) {
                self.0.captured += 1;
            } else if asked.contains(url) {
                // The request's own line says how it failed.
                self.0.explained += 1;
            } else {
                self.0.explained += 1;
                let needed = !matches!(*by, "link" | "input" | "track" | "choice");
                self.line("not-requested", url, (*by).to_owned(), needed);
            }
        }
        for url in sheet_references(log) {
            if used.contains_key(&url) {
                continue;
            }
            self.0.referred += 1;
            match archived.contains(&url) {
                true => self.0.captured += 1,
                // Named by a rule that applies to nothing on this page.
                false => self.0.explained += 1,
            }
        }
    }

    fn ending(&mut self, recording: &Recording) {
        let code = match &recording.ending {
            Ending::Closed {} => None,
            Ending::NotOpened { error } => Some(("not-opened", error.clone())),
            Ending::Downloaded {} => Some(("download", String::new())),
            Ending::PayloadLimit { limit } => Some(("payload-limit", limit.to_string())),
            Ending::Stopped {} => Some(("stopped", String::new())),
            Ending::BrowserEnded {} => Some(("browser-ended", String::new())),
            Ending::NotWritten { reason, .. } => Some(("not-written", reason.clone())),
            Ending::Interrupted {} => Some(("interrupted", String::new())),
        };
        if let Some((code, reason)) = code {
            let unfinished = recording.downloads.iter().any(|d| d.state != "completed");
            let partial = code != "download" || unfinished;
            self.line(code, &recording.url, reason, partial);
        }
        if recording.log.cut {
            self.line("log-cut", "", "", true);
        }
        if recording.clock_step_ms != 0 {
            self.line("clock-step", "", recording.clock_step_ms.to_string(), true);
        }
    }
}

/// Requests that met a connection which the server had closed, and that the browser sent once more on another.
fn repeated(log: &Log) -> BTreeSet<(i64, usize)> {
    let hops = log.requests.iter().flat_map(|request| &request.hops);
    let earlier = hops.flat_map(|hop| {
        hop.sent
            .split_last()
            .map_or(&[][..], |(_, earlier)| earlier)
    });
    earlier
        .filter_map(|sending| Some((sending.connection, sending.exchange?)))
        .collect()
}

/// The page or the person left it: no fault of the network.
fn given_up(error: &str) -> bool {
    matches!(
        error,
        "ERR_ABORTED" | "ERR_BLOCKED_BY_CLIENT" | "ERR_BLOCKED_BY_ORB" | "ERR_BLOCKED_BY_RESPONSE"
    )
}

fn network(references: &[Reference]) -> impl Iterator<Item = &Reference> {
    references
        .iter()
        .filter(|r| r.url.starts_with("http://") || r.url.starts_with("https://"))
}

/// What the archived style sheets name, made absolute.
fn sheet_references(log: &Log) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (connection, exchange) in log.exchanges() {
        let head = exchange.response_head(connection);
        if !field(head, "content-type")
            .to_ascii_lowercase()
            .starts_with("text/css")
        {
            continue;
        }
        let body = exchange.response_body(connection);
        let Some(sheet) = decode::content(&body, &field(head, "content-encoding")) else {
            continue;
        };
        let Ok(base) = url::Url::parse(&exchange.url) else {
            continue;
        };
        for address in css::addresses(&String::from_utf8_lossy(&sheet)) {
            let absolute = base.join(&address).map(|u| bare(u.as_str()));
            found.extend(absolute.into_iter().filter(|u| u.starts_with("http")));
        }
    }
    found
}

/// The values of a field of a message head, joined by commas (RFC 9110 §5.3); empty where there is none.
pub(crate) fn field(head: &[u8], name: &str) -> String {
    let text = String::from_utf8_lossy(head);
    let values: Vec<&str> = text
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(':'))
        .filter(|(field, _)| field.trim().eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
        .collect();
    values.join(", ")
}

/// An address by what is spoken: a WebSocket begins as a request of HTTP (RFC 6455 §1.3), and is named either way.
fn spoken(url: &str) -> String {
    let url = bare(url);
    match url.starts_with("ws") {
        true => url.replacen("ws", "http", 1),
        false => url,
    }
}

/// An address as it goes over the wire: without its fragment.
pub(crate) fn bare(url: &str) -> String {
    let bare = url.split('#').next().unwrap_or_default();
    // The browser writes addresses in normal form in most places, not in all.
    url::Url::parse(bare).map_or_else(|_| bare.to_owned(), |u| u.to_string())
}
