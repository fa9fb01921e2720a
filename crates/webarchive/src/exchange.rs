//! Records made of what a browser's log holds: each exchange as its request and its response, octet by octet.
//!
//! The same log and the same name give the same records, so that whoever opens the log can make the archive anew and
//! compare.

use fidem_fingerprint::sha256;
use fidem_netlog::{Connection, Exchange, Log};

use crate::rfc3339::from_millis;
use crate::warc::{HTTP_REQUEST, HTTP_RESPONSE, Kind, Record, WARC_FIELDS, record_id};

/// All records of a log: one `warcinfo`, then for each exchange the response and the request. What an upgraded connection
/// (WebSocket) carried follows as two `metadata` records, one for each direction, as it stood on the wire; the head of each
/// interim response (RFC 9110 §15.2) as one.
///
/// `name` makes the record ids: it must be unique to the capture.
#[must_use]
pub fn records(log: &Log, name: &str, software: &str) -> Vec<Record> {
    let ids = Ids { name };
    let mut records = vec![info(log, &ids, software)];
    let about = records[0].id.clone();
    for (connection, exchange) in log.exchanges() {
        records.extend(of_exchange(connection, exchange, &ids, &about));
    }
    records
}

/// The id of the request record of one exchange; every exchange has one.
#[must_use]
pub fn request_id(name: &str, connection: i64, index: usize) -> String {
    Ids { name }.of(connection, index, "request")
}

struct Ids<'a> {
    name: &'a str,
}

impl Ids<'_> {
    fn of(&self, connection: i64, index: usize, part: &str) -> String {
        let text = format!("{}/{connection}/{index}/{part}", self.name);
        let digest = sha256(text.as_bytes());
        let mut octets = [0; 16];
        octets.copy_from_slice(&digest[..16]);
        record_id(octets)
    }
}

fn info(log: &Log, ids: &Ids<'_>, software: &str) -> Record {
    let client = &log.client;
    let block = format!(
        "software: {software}\r\nformat: WARC File Format 1.1\r\nisPartOf: {}\r\n\
         http-header-user-agent-browser: {} {}\r\nrecorded-by: {} NetLog, capture mode {}\r\n",
        ids.name,
        client.name,
        client.version,
        client.name,
        client.capture_mode.as_deref().unwrap_or("unknown"),
    );
    Record {
        kind: Kind::Warcinfo,
        id: ids.of(0, 0, "warcinfo"),
        date: from_millis(log.span.map_or(0, |(first, _)| first)),
        target_uri: None,
        content_type: Some(WARC_FIELDS.to_owned()),
        fields: Vec::new(),
        block: block.into_bytes(),
    }
}

fn of_exchange(
    connection: &Connection,
    exchange: &Exchange,
    ids: &Ids<'_>,
    about: &str,
) -> Vec<Record> {
    let made = |kind, part: &str, date, content_type: &str, block: Vec<u8>| Record {
        kind,
        id: ids.of(connection.id, exchange.index, part),
        date: from_millis(date),
        target_uri: Some(asked_for(&exchange.url)),
        content_type: Some(content_type.to_owned()),
        fields: fields(connection, about),
        block,
    };
    let request = [
        exchange.request_head(connection),
        exchange.request_body_raw(connection),
    ]
    .concat();
    let mut request = made(
        Kind::Request,
        "request",
        exchange.started,
        HTTP_REQUEST,
        request,
    );
    let mut records = Vec::new();
    if exchange.response.is_some() {
        let block = [
            exchange.response_head(connection),
            exchange.response_body_raw(connection),
        ]
        .concat();
        let mut response = made(
            Kind::Response,
            "response",
            exchange.started,
            HTTP_RESPONSE,
            block,
        );
        if let Some(problem) = &exchange.problem {
            let reason = match problem {
                fidem_netlog::Problem::NotEnded => "time",
                _ => "disconnect",
            };
            // ISO 28500 §5.13: the block is less than what the server meant to send.
            response
                .fields
                .push(("WARC-Truncated".to_owned(), reason.to_owned()));
        }
        let both = (
            "WARC-Concurrent-To".to_owned(),
            format!("<{}>", response.id),
        );
        request.fields.push(both);
        records.push(response);
    }
    let asked = request.id.clone();
    records.push(request);
    let about_it = |mut record: Record| {
        let refers = format!("<{asked}>");
        record.fields.push(("WARC-Refers-To".to_owned(), refers));
        record
    };
    for (number, head) in exchange.interim.iter().enumerate() {
        let part = format!("interim/{number}");
        let octets = connection.octets(fidem_netlog::Direction::Received, head);
        let octets = octets.to_vec();
        let record = made(
            Kind::Metadata,
            &part,
            exchange.started,
            HTTP_RESPONSE,
            octets,
        );
        records.push(about_it(record));
    }
    if let Some(upgrade) = &exchange.upgrade {
        let sides = [
            (
                "sent",
                connection.octets(fidem_netlog::Direction::Sent, &upgrade.sent),
            ),
            (
                "received",
                connection.octets(fidem_netlog::Direction::Received, &upgrade.received),
            ),
        ];
        for (side, octets) in sides {
            let kind = format!(
                "application/octet-stream; protocol={}; direction={side}",
                upgrade.protocol
            );
            let record = made(Kind::Metadata, side, exchange.ended, &kind, octets.to_vec());
            records.push(about_it(record));
        }
    }
    records
}

/// The address as HTTP has it. A WebSocket begins as a request of HTTP (RFC 6455 §1.3), and readers in use take a record
/// of any other scheme for no HTTP message.
fn asked_for(url: &str) -> String {
    match url.strip_prefix("ws") {
        Some(rest) if rest.starts_with("://") || rest.starts_with("s://") => format!("http{rest}"),
        _ => url.to_owned(),
    }
}

fn fields(connection: &Connection, about: &str) -> Vec<(String, String)> {
    let mut fields = vec![("WARC-Warcinfo-ID".to_owned(), format!("<{about}>"))];
    if let Some(address) = connection.peer.as_deref().and_then(address) {
        fields.push(("WARC-IP-Address".to_owned(), address.to_owned()));
    }
    fields.push(("WARC-Protocol".to_owned(), "http/1.1".to_owned()));
    let Some(tls) = &connection.tls else {
        return fields;
    };
    if let Some(version) = &tls.version {
        let version = version.to_ascii_lowercase().replace(' ', "/");
        fields.push(("WARC-Protocol".to_owned(), version));
    }
    if let Some(suite) = tls.cipher_suite_name() {
        fields.push(("WARC-Cipher-Suite".to_owned(), suite));
    }
    fields
}

/// The address of `address:port`, without the brackets of IPv6.
fn address(peer: &str) -> Option<&str> {
    let (host, _) = peer.rsplit_once(':')?;
    Some(host.trim_start_matches('[').trim_end_matches(']'))
}
