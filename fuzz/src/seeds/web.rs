//! A small capture as an archive, a WACZ, an index, and messages with secrets.

use std::io::Cursor;

use fidem_webarchive::cdxj::{self, Entry};
use fidem_webarchive::wacz::{self, Description, Page};
use fidem_webarchive::warc::{self, HTTP_REQUEST, HTTP_RESPONSE, Kind, Record, record_id};

const URL: &str = "https://www.example.com/a/?q=1&token=0123456789";
const REQUEST: &[u8] = b"POST /a/?q=1&token=0123456789 HTTP/1.1\r\nCookie: sid=abcdefghij; a=b\r\n\
    Content-Type: application/json\r\n\r\n{\"password\":\"correct horse\",\"a\":[1,null]}";
const RESPONSE: &[u8] =
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\
    Set-Cookie: sid=abcdefghij; Path=/\r\n\r\n5\r\n<html\r\n1\r\n>\r\n0\r\n\r\n";
const FORM: &[u8] =
    b"POST / HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=B\r\n\r\n--B\r\n\
    Content-Disposition: form-data; name=\"pin\"\r\n\r\n1234\r\n--B--\r\n";

fn record(n: u8, kind: Kind, content_type: &str, block: &[u8]) -> Record {
    Record {
        kind,
        id: record_id([n; 16]),
        date: "2026-11-26T21:41:11.123Z".to_owned(),
        target_uri: Some(URL.to_owned()),
        content_type: Some(content_type.to_owned()),
        fields: Vec::new(),
        block: block.to_vec(),
    }
}

fn archive() -> Result<(Vec<u8>, Vec<Entry>), warc::WriteError> {
    let asked = record(1, Kind::Request, HTTP_REQUEST, REQUEST);
    let answered = record(2, Kind::Response, HTTP_RESPONSE, RESPONSE);
    let mut writer = warc::Writer::new(Vec::new());
    let placed = writer.write(&answered)?;
    writer.write(&asked)?;
    let entry = Entry::of(&answered, Some(&asked), &placed, "data.warc.gz");
    Ok((writer.finish()?, entry.into_iter().collect()))
}

/// Of the targets `warc`, `wacz`, `cdxj`, `redaction`, in this order.
pub fn seeds() -> Result<[Vec<Vec<u8>>; 4], Box<dyn std::error::Error>> {
    let (archive, entries) = archive()?;
    let mut writer = wacz::Writer::new(Cursor::new(Vec::new()));
    writer.archive(archive.len() as u64, &mut &archive[..])?;
    writer.index(&entries)?;
    let page = Page {
        id: "1".to_owned(),
        url: URL.to_owned(),
        title: None,
        ts: "2026-11-26T21:41:11Z".to_owned(),
    };
    writer.pages("Pages", &[page])?;
    let about = Description {
        created: "2026-11-26T21:42:00Z".to_owned(),
        software: "Fidem".to_owned(),
        ..Description::default()
    };
    let package = writer.finish(&about)?.into_inner();
    let plain = [
        b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Date: 2026-01-01T00:00:00Z\r\n\
          WARC-Target-URI: http://a/\r\nContent-Type: application/http\r\nContent-Length: "
            .to_vec(),
        RESPONSE.len().to_string().into_bytes(),
        [b"\r\n\r\n", RESPONSE, b"\r\n\r\n"].concat(),
    ]
    .concat();
    let mut line = cdxj::index(&entries);
    line.pop();
    Ok([
        vec![archive, plain],
        vec![package],
        vec![
            line,
            URL.as_bytes().to_vec(),
            REQUEST.to_vec(),
            FORM.to_vec(),
        ],
        vec![[REQUEST, RESPONSE].concat(), [FORM, RESPONSE].concat()],
    ])
}
