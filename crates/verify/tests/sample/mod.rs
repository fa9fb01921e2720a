//! A capture as the recorder leaves it, made by hand.
#![allow(dead_code, missing_docs)]

use std::io::Cursor;

use fidem_fingerprint::{hex, sha256};
use fidem_webarchive::capture::{
    Browser, Completeness, Deviation, Ending, Joined, NETWORK, Network, OPERATIONS, Operation,
    Options, STATEMENT, Statement,
};
use fidem_webarchive::cdxj::Entry;
use fidem_webarchive::redact::{self, Redactions, Scan, member_id};
use fidem_webarchive::wacz::{Description, Page, Writer};
use fidem_webarchive::warc::{self, HTTP_REQUEST, HTTP_RESPONSE, Kind, Record, record_id};

pub const DATE: &str = "2026-11-26T21:41:11.123Z";
pub const HOME: &str = "https://www.example.com/a/?q=1";
pub const SECRET: &str = "0123456789abcdef";

pub type Members = Vec<(String, Vec<u8>)>;

fn record(n: u8, kind: Kind, uri: Option<&str>, of: &str, block: &[u8]) -> Record {
    Record {
        kind,
        id: record_id([n; 16]),
        date: DATE.to_owned(),
        target_uri: uri.map(str::to_owned),
        content_type: Some(of.to_owned()),
        fields: Vec::new(),
        block: block.to_vec(),
    }
}

pub fn records() -> Vec<Record> {
    vec![
        record(1, Kind::Warcinfo, None, "application/warc-fields", b"software: Fidem/0.1.0\r\n"),
        record(
            11,
            Kind::Response,
            Some(HOME),
            HTTP_RESPONSE,
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>",
        ),
        record(
            10,
            Kind::Request,
            Some(HOME),
            HTTP_REQUEST,
            b"GET /a/?q=1 HTTP/1.1\r\nHost: www.example.com\r\nCookie: sid=0123456789abcdef\r\n\r\n",
        ),
    ]
}

pub fn statement() -> Statement {
    Statement {
        capture: "00".repeat(16),
        browser: Browser {
            path: "/usr/lib/chromium/chromium".into(),
            version: "Chromium 156.0".to_owned(),
            sha256: "11".repeat(32),
            size: 7,
        },
        command_line: vec!["--headless".to_owned()],
        cleanliness_before: None,
        clock_step_ms: 0,
        completeness: Completeness {
            exchanged: 1,
            archived: 1,
            requested: 1,
            answered: 1,
            ..Completeness::default()
        },
        deviations: Vec::new(),
        downloads: Vec::new(),
        ended: "2026-11-26T21:41:12.000Z".to_owned(),
        ending: Ending::Closed {},
        environment: Vec::new(),
        final_url: HOME.to_owned(),
        format: Statement::FORMAT.to_owned(),
        interactive: None,
        media: Vec::new(),
        options: Options::default(),
        page_size: (1280, 900),
        redirects: Vec::new(),
        scrolled: None,
        started: DATE.to_owned(),
        title: "例".to_owned(),
        url: HOME.to_owned(),
        user: None,
        user_agent: "Mozilla/5.0".to_owned(),
        viewport: (1280, 900),
        withheld: vec!["netlog".to_owned()],
    }
}

/// Of another run: partial, without a sandbox.
pub fn partial() -> Statement {
    let mut statement = statement();
    let measured = &mut statement.completeness;
    measured.line("failed", HOME, "ERR_FAILED", true);
    measured.line("failed", "https://www.example.com/b", "ERR_FAILED", true);
    measured.line("cut", HOME, "", true);
    measured.line("background", HOME, "", false);
    measured.partial = true;
    measured.exchanged = 4;
    statement.deviations = vec![Deviation::NoSandbox {}];
    statement.ending = Ending::Stopped {};
    statement
}

pub fn operations(acts: &[&str]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut previous = sha256(b"");
    for (n, act) in (0..).zip(acts) {
        let line = serde_json::to_vec(&Operation {
            act: (*act).to_owned(),
            at: DATE.to_owned(),
            data: serde_json::json!({}),
            monotonic_ms: n,
            previous: hex::encode(&previous),
        })
        .expect("JSON");
        previous = sha256(&line);
        out.extend(line);
        out.push(b'\n');
    }
    out
}

fn connection(exchanges: u32) -> Joined {
    Joined {
        id: 1,
        local: "192.0.2.7:50000".to_owned(),
        peer: "192.0.2.1:80".to_owned(),
        octets: (100, 100),
        exchanges,
        tls: None,
    }
}

/// The members under `fidem/` before masking. The second operation repeats the secret.
pub fn members(statement: &Statement) -> Members {
    let network = Network {
        connections: vec![connection(statement.completeness.exchanged)],
        failed: Vec::new(),
        format: Network::FORMAT.to_owned(),
        lookups: Vec::new(),
        proxy: vec!["DIRECT".to_owned()],
    };
    let json = |value: serde_json::Result<Vec<u8>>| value.expect("JSON");
    vec![
        (STATEMENT.to_owned(), json(serde_json::to_vec(statement))),
        (NETWORK.to_owned(), json(serde_json::to_vec(&network))),
        (
            OPERATIONS.to_owned(),
            operations(&["launch", SECRET, "close", "end"]),
        ),
        (
            "fidem/viewport.png".to_owned(),
            b"\x89PNG\r\n\x1a\n".to_vec(),
        ),
    ]
}

/// The court's copy: records and members masked by the rules of the format, and the list of it.
pub fn masked(members: &Members) -> (Vec<Record>, Members, Redactions) {
    let records = records();
    let mut scan = Scan::new(&[]);
    records.iter().for_each(|record| scan.record(record));
    let mut masker = scan.masker(&[7; 32]);
    let court = records.iter().map(|record| masker.record(record)).collect();
    let members = members
        .iter()
        .map(|(name, octets)| {
            let mut shape = record(0, Kind::Resource, None, "application/json", octets);
            shape.id = member_id(name);
            (name.clone(), masker.record(&shape).block)
        })
        .collect();
    (court, members, masker.finish())
}

pub fn package(records: &[Record], members: &Members, list: Option<&Redactions>) -> Vec<u8> {
    let mut archive = warc::Writer::new(Vec::new());
    let mut entries = Vec::new();
    for (i, record) in records.iter().enumerate() {
        let placed = archive.write(record).expect("memory");
        let request = records.get(i + 1).filter(|r| r.kind == Kind::Request);
        entries.extend(
            Entry::of(record, request, &placed, "data.warc.gz")
                .filter(|_| record.kind == Kind::Response),
        );
    }
    let archive = archive.finish().expect("memory");
    let mut writer = Writer::new(Cursor::new(Vec::new()));
    let size = archive.len() as u64;
    writer
        .archive(size, &mut archive.as_slice())
        .expect("memory");
    writer.index(&entries).expect("memory");
    let page = Page {
        id: "page".to_owned(),
        url: HOME.to_owned(),
        title: None,
        ts: DATE.to_owned(),
    };
    writer.pages("例", &[page]).expect("memory");
    for (name, octets) in members {
        writer.member(name, octets).expect("memory");
    }
    if let Some(list) = list {
        let bytes = list.to_bytes().expect("JSON");
        writer.member(redact::MEMBER, &bytes).expect("memory");
    }
    let about = Description {
        created: "2026-11-26T21:42:00Z".to_owned(),
        software: "Fidem/0.1.0".to_owned(),
        ..Description::default()
    };
    writer.finish(&about).expect("memory").into_inner()
}

/// The court's copy of a capture.
pub fn wacz(statement: &Statement) -> Vec<u8> {
    let (records, members, list) = masked(&members(statement));
    package(&records, &members, Some(&list))
}
