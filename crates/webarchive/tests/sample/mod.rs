//! A small capture, made by hand.
#![allow(dead_code, missing_docs)]

use std::io::Cursor;

use fidem_webarchive::cdxj::Entry;
use fidem_webarchive::wacz::{Description, Page, Writer};
use fidem_webarchive::warc::{self, HTTP_REQUEST, HTTP_RESPONSE, Kind, Record, record_id};

pub const DATE: &str = "2026-11-26T21:41:11.123Z";
pub const HOME: &str = "https://www.example.com/a/?q=1";

pub fn record(n: u8, kind: Kind, uri: Option<&str>, of: &str, block: &[u8]) -> Record {
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

pub fn exchange(n: u8, uri: &str, request: &[u8], response: &[u8]) -> [Record; 2] {
    let mut asked = record(n, Kind::Request, Some(uri), HTTP_REQUEST, request);
    let mut answered = record(n + 1, Kind::Response, Some(uri), HTTP_RESPONSE, response);
    asked.fields.push((
        "WARC-Concurrent-To".to_owned(),
        format!("<{}>", answered.id),
    ));
    for record in [&mut asked, &mut answered] {
        record
            .fields
            .push(("WARC-IP-Address".to_owned(), "192.0.2.7".to_owned()));
        record
            .fields
            .push(("WARC-Protocol".to_owned(), "tls/1.3".to_owned()));
    }
    [answered, asked]
}

pub fn records() -> Vec<Record> {
    let mut out = vec![record(
        1,
        Kind::Warcinfo,
        None,
        "application/warc-fields",
        b"software: Fidem/0.1.0\r\nformat: WARC File Format 1.1\r\n",
    )];
    out.extend(exchange(
        10,
        HOME,
        b"GET /a/?q=1 HTTP/1.1\r\nHost: www.example.com\r\nCookie: sid=0123456789abcdef; lang=zh\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\
          Set-Cookie: sid=0123456789abcdef; Path=/; HttpOnly\r\n\r\n5\r\n<html\r\n1\r\n>\r\n0\r\n\r\n",
    ));
    out.extend(exchange(
        20,
        "https://www.example.com/login",
        b"POST /login HTTP/1.1\r\nHost: www.example.com\r\nContent-Type: application/x-www-form-urlencoded\r\n\
          Content-Length: 29\r\n\r\nuser=a&password=correct+horse",
        b"HTTP/1.1 204 No Content\r\n\r\n",
    ));
    out.push(record(
        30,
        Kind::Resource,
        Some("urn:fidem:screenshot:1"),
        "image/png",
        b"\x89PNG\r\n\x1a\n",
    ));
    out
}

pub fn archive(records: &[Record]) -> (Vec<u8>, Vec<Entry>) {
    let mut writer = warc::Writer::new(Vec::new());
    let mut entries = Vec::new();
    for (i, record) in records.iter().enumerate() {
        let placed = writer.write(record).expect("memory");
        let request = records
            .get(i + 1)
            .filter(|r| r.kind == Kind::Request && record.kind == Kind::Response);
        entries.extend(Entry::of(record, request, &placed, "data.warc.gz"));
    }
    (writer.finish().expect("memory"), entries)
}

pub fn wacz() -> Vec<u8> {
    let (warc, entries) = archive(&records());
    let mut writer = Writer::new(Cursor::new(Vec::new()));
    writer
        .archive(warc.len() as u64, &mut &warc[..])
        .expect("memory");
    writer.index(&entries).expect("memory");
    let page = Page {
        id: "1".to_owned(),
        url: HOME.to_owned(),
        title: Some("例".to_owned()),
        ts: DATE.to_owned(),
    };
    writer.pages("Pages", &[page]).expect("memory");
    writer.member("fidem/netlog.json", b"{}").expect("memory");
    let about = Description {
        created: "2026-11-26T21:42:00Z".to_owned(),
        software: "Fidem/0.1.0".to_owned(),
        title: Some("例".to_owned()),
        main_page_url: Some(HOME.to_owned()),
        main_page_date: Some(DATE.to_owned()),
    };
    writer.finish(&about).expect("memory").into_inner()
}
