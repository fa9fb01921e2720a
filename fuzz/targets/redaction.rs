//! Masking: whatever an exchange holds, the copy derives from it, and no learnt value is left in it.
#![no_main]

use fidem_webarchive::redact::{Redactions, check_redactions, mask, verify_derivation};
use fidem_webarchive::warc::{HTTP_REQUEST, HTTP_RESPONSE, Kind, Record, record_id};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = Redactions::from_bytes(data);
    let half = data.len() / 2;
    let record = |n: u8, kind, of: &str, block: &[u8]| Record {
        kind,
        id: record_id([n; 16]),
        date: "2026-01-01T00:00:00Z".to_owned(),
        target_uri: Some(String::from_utf8_lossy(block).into_owned()),
        content_type: Some(of.to_owned()),
        fields: Vec::new(),
        block: block.to_vec(),
    };
    let originals = [
        record(1, Kind::Request, HTTP_REQUEST, &data[..half]),
        record(2, Kind::Response, HTTP_RESPONSE, &data[half..]),
    ];
    let (court, list) = mask(&originals, &[1; 32], &[]);
    assert_eq!(verify_derivation(&originals, &[1; 32], &court, &list), []);
    assert_eq!(check_redactions(&court, &list), []);
    let bytes = list.to_bytes().expect("JSON");
    assert_eq!(Redactions::from_bytes(&bytes), Ok(list));
});
