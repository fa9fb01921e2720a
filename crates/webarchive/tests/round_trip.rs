//! What is written is read back, and one octet changed is a fault of the member that holds it.
#![allow(missing_docs)]

mod sample;

use fidem_webarchive::lookup::Wacz;
use fidem_webarchive::warc::{self, Kind, read_record};
use fidem_webarchive::{Limits, Rules, wacz};

#[test]
fn records_read_back() {
    let records = sample::records();
    let (bytes, _) = sample::archive(&records);
    let checked = warc::check(&bytes, Rules::Own, &Limits::default());
    assert_eq!(checked.findings, []);
    assert_eq!(checked.records.len(), records.len());
    for (summary, record) in checked.records.iter().zip(&records) {
        let found = read_record(&bytes, summary.offset, summary.length, &Limits::default());
        assert_eq!(found.as_ref(), Ok(record));
    }
}

#[test]
fn a_wacz_of_ours_has_no_finding() {
    let bytes = sample::wacz();
    assert_eq!(
        bytes,
        sample::wacz(),
        "the same input gives the same octets"
    );
    let checked = wacz::check(&bytes, Rules::Own, &Limits::default());
    assert_eq!(checked.findings, []);
    assert_eq!(checked.entries, 3);
    assert_eq!(checked.pages.len(), 1);
    assert_eq!(checked.members.len(), 6);
}

#[test]
fn lookup_finds_by_address_and_body() {
    let bytes = sample::wacz();
    let opened = Wacz::open(&bytes, &Limits::default()).expect("sound");
    let entries = opened.find(sample::HOME);
    let found = opened.record(entries[0]).expect("sound");
    assert_eq!(found.record.kind, Kind::Response);
    assert_eq!(found.head.as_ref().and_then(|h| h.status()), Some(200));
    assert_eq!(found.dechunked().as_deref(), Some(&b"<html>"[..]));
    assert!(opened.find("https://www.example.com/a/?q=2").is_empty());
    // the same key, another address
    assert!(opened.find("https://www.example.com/A/?q=1").is_empty());
    let login = "https://www.example.com/login";
    assert!(opened.find(login).is_empty());
    let request = &sample::records()[4].block;
    assert_eq!(opened.find_request(login, request).len(), 1);
    assert_eq!(opened.members("fidem/"), [("fidem/netlog.json", 2)]);
    assert_eq!(
        opened.member("fidem/netlog.json", 2).as_deref(),
        Ok(&b"{}"[..])
    );
    assert!(opened.member("fidem/netlog.json", 1).is_err());
    assert_eq!(opened.pages().expect("sound").len(), 1);
}
