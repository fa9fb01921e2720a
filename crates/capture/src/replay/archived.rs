//! All exchanges of an archive, in memory, in the order in which they happened.

use std::collections::BTreeMap;

use fidem_package::Source;
use fidem_webarchive::cdxj::{Entry, append_body, request_query, surt};
use fidem_webarchive::http::{Head, split};
use fidem_webarchive::lookup::Wacz;
use fidem_webarchive::warc::{Kind, Record, Summary};
use fidem_webarchive::{Limits, Rules, Severity, wacz};
use url::Url;

use super::ReplayError;

/// Octets of exchanges that one replay holds.
const MOST: u64 = 2 << 30;

/// A request and its recorded answer.
#[derive(Debug)]
pub(super) struct Exchange {
    pub method: String,
    /// Scheme `http` or `https`, without fragment.
    pub url: Url,
    /// The address with the request's body, as the index of an archive writes it.
    pub key: String,
    /// `Range` of the request.
    pub range: Option<String>,
    pub status: u16,
    pub head: Vec<u8>,
    /// As on the wire.
    pub body: Vec<u8>,
    pub whole: bool,
    /// What a WebSocket received after the head.
    pub upgraded: Option<Vec<u8>>,
    pub date: String,
}

/// An archive's exchanges, and how many faults its check found.
pub(super) struct Archived {
    pub exchanges: Vec<Exchange>,
    pub faults: Vec<String>,
}

impl Archived {
    /// Reads them. Records that cannot be read are left out; the faults tell.
    pub fn read(
        source: &dyn Source,
        wacz: &Wacz<'_>,
        limits: &Limits,
    ) -> Result<Self, ReplayError> {
        let checked = wacz::check(source, Rules::Standard, limits);
        let mut faults: Vec<String> = Vec::new();
        let serious = checked
            .findings
            .iter()
            .filter(|f| f.severity == Severity::Fault);
        faults.extend(serious.map(|f| format!("{:?}", f.code)));
        let octets: u64 = checked
            .archives
            .iter()
            .flat_map(|a| &a.records)
            .map(|r| r.block_len)
            .sum();
        if octets > MOST {
            return Err(ReplayError::TooLarge {
                octets,
                limit: MOST,
            });
        }
        let mut exchanges = Vec::new();
        for archive in &checked.archives {
            exchanges.extend(of_archive(wacz, &archive.member, &archive.records));
        }
        exchanges.sort_by(|a, b| a.date.cmp(&b.date));
        Ok(Self { exchanges, faults })
    }
}

fn of_archive(wacz: &Wacz<'_>, member: &str, records: &[Summary]) -> Vec<Exchange> {
    let read = |summary: &Summary| wacz.record(&place(member, summary)).ok().map(|f| f.record);
    let mut requests = BTreeMap::new();
    let mut received = BTreeMap::new();
    for summary in records {
        match summary.kind {
            Some(Kind::Request) => {
                for other in &summary.concurrent {
                    requests.insert(other.as_str(), summary);
                }
            }
            Some(Kind::Metadata) if is_received(summary) => {
                let record = read(summary);
                let refers = record.as_ref().and_then(|r| r.field("WARC-Refers-To"));
                let id = refers.map(|r| r.trim_matches(['<', '>']).to_owned());
                received.extend(id.zip(record.map(|r| r.block)));
            }
            _ => {}
        }
    }
    let responses = records.iter().filter(|s| s.kind == Some(Kind::Response));
    let one = |summary: &Summary| {
        // Archives of others name the request in the response.
        let named = summary.concurrent.iter().find_map(|id| {
            records
                .iter()
                .find(|r| r.kind == Some(Kind::Request) && r.id == *id)
        });
        let request = requests.get(summary.id.as_str()).copied().or(named);
        let upgraded = request.and_then(|r| received.remove(r.id.as_str()));
        exchange(read(summary)?, request.and_then(read), upgraded)
    };
    responses.filter_map(one).collect()
}

fn is_received(summary: &Summary) -> bool {
    let kind = summary.content_type.as_deref().unwrap_or_default();
    kind.starts_with("application/octet-stream") && kind.ends_with("direction=received")
}

fn place(member: &str, summary: &Summary) -> Entry {
    Entry {
        key: String::new(),
        timestamp: String::new(),
        url: String::new(),
        mime: None,
        status: None,
        digest: None,
        length: summary.length,
        offset: summary.offset,
        filename: member.to_owned(),
        method: None,
        request_body: None,
    }
}

fn exchange(
    response: Record,
    request: Option<Record>,
    upgraded: Option<Vec<u8>>,
) -> Option<Exchange> {
    let (head, body) = split(&response.block)?;
    let status = Head::parse(head).status()?;
    let url = address(response.target_uri.as_deref()?)?;
    let asked = request
        .as_ref()
        .and_then(|r| split(&r.block))
        .map(|(head, _)| Head::parse(head));
    let method = asked
        .as_ref()
        .and_then(Head::method)
        .unwrap_or("GET")
        .to_owned();
    let key = key(url.as_str(), request.as_ref().map_or(&[], |r| &r.block));
    Some(Exchange {
        method,
        key,
        range: asked
            .as_ref()
            .and_then(|h| h.field("range"))
            .map(str::to_owned),
        status,
        head: spoken(head),
        body: body.to_vec(),
        whole: response.field("WARC-Truncated").is_none(),
        upgraded,
        date: response.date,
        url,
    })
}

/// The address with the body of a request, as an index writes it.
pub(super) fn key(url: &str, request: &[u8]) -> String {
    match request_query(request) {
        Some((method, query)) => surt(&append_body(url, &method, &query)),
        None => surt(url),
    }
}

/// As a request names it: WebSockets begin as HTTP (RFC 6455 §4.1), fragments are not sent.
fn address(url: &str) -> Option<Url> {
    let http = match url.strip_prefix("ws") {
        Some(rest) => format!("http{rest}"),
        None => url.to_owned(),
    };
    let mut url = Url::parse(&http).ok()?;
    url.set_fragment(None);
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(url)
}

/// Archives of others hold heads of HTTP/2, which no server of HTTP/1.1 speaks.
fn spoken(head: &[u8]) -> Vec<u8> {
    match head
        .strip_prefix(b"HTTP/2.0 ")
        .or(head.strip_prefix(b"HTTP/2 "))
    {
        Some(rest) => [b"HTTP/1.1 ", rest].concat(),
        None => head.to_vec(),
    }
}
