//! The copy for the court: what is masked, what is listed, and what a false copy is found by.
#![allow(missing_docs)]

mod sample;

use fidem_webarchive::redact::{
    Kind, Part, RedactionFault, Redactions, check_redactions, mask, verify_derivation,
};
use fidem_webarchive::warc::{HTTP_REQUEST, HTTP_RESPONSE, Kind as RecordKind, Record};
use fidem_webarchive::{Limits, Rules, warc};

const KEY: [u8; 32] = [7; 32];

fn request(n: u8, uri: &str, block: &[u8]) -> Record {
    sample::record(n, RecordKind::Request, Some(uri), HTTP_REQUEST, block)
}

fn response(n: u8, block: &[u8]) -> Record {
    sample::record(
        n,
        RecordKind::Response,
        Some("https://a.example/"),
        HTTP_RESPONSE,
        block,
    )
}

/// Masks one record and gives its block, and what was listed.
fn masked(record: &Record) -> (String, Vec<(Kind, String)>) {
    let (court, list) = mask(std::slice::from_ref(record), &KEY, &["Kennwort".to_owned()]);
    assert_eq!(
        verify_derivation(std::slice::from_ref(record), &KEY, &court, &list),
        []
    );
    let listed = list.records.iter().flat_map(|r| &r.redactions);
    let listed = listed.map(|r| (r.kind, r.name.clone())).collect();
    (
        String::from_utf8_lossy(&court[0].block).into_owned(),
        listed,
    )
}

#[test]
fn headers() {
    let block = b"GET /x?a=1&token=abc HTTP/1.1\r\nCookie: sid=s3cr3t; lang=\r\nAuthorization: Bearer abc.def\r\n\
        x-csrf-token:  t1 \r\nReferer: https://a.example/?pin=1234&q=2#otp=9\r\nAccept: */*\r\n\r\n";
    let (text, listed) = masked(&request(1, "https://a.example/x", block));
    assert_eq!(
        text,
        "GET /x?a=1&token=*** HTTP/1.1\r\nCookie: sid=******; lang=\r\nAuthorization: Bearer *******\r\n\
         x-csrf-token:  ** \r\nReferer: https://a.example/?pin=****&q=2#otp=*\r\nAccept: */*\r\n\r\n"
    );
    let expected = [
        (Kind::Query, "token"),
        (Kind::Cookie, "sid"),
        (Kind::Authorization, "Authorization"),
        (Kind::Header, "x-csrf-token"),
        (Kind::Query, "pin"),
        (Kind::Query, "otp"),
    ];
    let expected: Vec<_> = expected.map(|(k, n)| (k, n.to_owned())).into();
    assert_eq!(listed, expected);
    let (text, listed) = masked(&response(
        2,
        b"HTTP/1.1 302 Found\r\nSet-Cookie: id=abc; Path=/; HttpOnly\r\nLocation: /?session=1\r\n\r\n",
    ));
    assert_eq!(
        text,
        "HTTP/1.1 302 Found\r\nSet-Cookie: id=***; Path=/; HttpOnly\r\nLocation: /?session=*\r\n\r\n"
    );
    assert_eq!(listed[0], (Kind::SetCookie, "id".to_owned()));
}

#[test]
fn bodies() {
    for (content_type, body, expected) in [
        (
            "application/x-www-form-urlencoded",
            "u=a&password=x%20y&kennwort=z",
            "u=a&password=*****&kennwort=*",
        ),
        (
            "application/json",
            r#"{"u":"a","密码":"b","pin":12}"#,
            r#"{"u":"a","密码":"*","pin":**}"#,
        ),
        ("text/plain", r#"{"otp":"1"}"#, r#"{"otp":"*"}"#),
        (
            "multipart/form-data; boundary=B",
            "--B\r\nContent-Disposition: form-data; name=\"验证码\"\r\n\r\n9527\r\n--B--\r\n",
            "--B\r\nContent-Disposition: form-data; name=\"验证码\"\r\n\r\n****\r\n--B--\r\n",
        ),
    ] {
        let head = format!("POST / HTTP/1.1\r\nContent-Type: {content_type}\r\n\r\n");
        let (text, _) = masked(&request(
            1,
            "https://a.example/",
            format!("{head}{body}").as_bytes(),
        ));
        assert_eq!(text, format!("{head}{expected}"));
    }
}

#[test]
fn a_value_is_masked_wherever_it_stands() {
    let records = [
        request(1, "https://a.example/?x=top+secret%21", b"GET /?x=top+secret%21 HTTP/1.1\r\n\r\n"),
        request(
            2,
            "https://a.example/login",
            b"POST /login HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\npassword=top+secret%21",
        ),
        response(3, b"HTTP/1.1 200 OK\r\n\r\nYou said: top secret! And short."),
        response(4, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\ntop se\r\n5\r\ncret!\r\n0\r\n\r\n"),
        response(5, b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\n\x01\x02"),
    ];
    let (court, list) = mask(&records, &KEY, &[]);
    assert_eq!(verify_derivation(&records, &KEY, &court, &list), []);
    assert_eq!(check_redactions(&court, &list), []);
    assert_eq!(
        court[0].target_uri.as_deref(),
        Some("https://a.example/?x=*************")
    );
    assert_eq!(list.records[0].redactions[0].part, Part::TargetUri);
    assert!(String::from_utf8_lossy(&court[0].block).starts_with("GET /?x=************* HTTP"));
    assert!(String::from_utf8_lossy(&court[2].block).ends_with("You said: *********** And short."));
    let chunked = &list.records.last().expect("masked").redactions[0];
    assert_eq!(chunked.kind, Kind::CodedBody);
    assert_eq!(list.unsearched, [records[4].id.clone()]);
    let all: Vec<u8> = court.iter().flat_map(|r| r.block.clone()).collect();
    assert!(!String::from_utf8_lossy(&all).contains("secret"));
}

#[test]
fn the_whole_sample_masked_is_a_sound_archive() {
    let records = sample::records();
    let (court, list) = mask(&records, &KEY, &[]);
    assert_eq!(verify_derivation(&records, &KEY, &court, &list), []);
    let (bytes, _) = sample::archive(&court);
    let checked = warc::check(&bytes, Rules::Own, &Limits::default());
    assert_eq!(checked.findings, []);
    for (court, original) in court.iter().zip(&records) {
        assert_eq!(court.block.len(), original.block.len());
    }
    let json = list.to_bytes().expect("JSON");
    assert_eq!(Redactions::from_bytes(&json), Ok(list));
}

/// The commitments, computed with Python's `hmac` and `hashlib`.
#[test]
fn golden_commitments() {
    let record = request(
        1,
        "https://a.example/",
        b"GET / HTTP/1.1\r\nCookie: a=1234\r\n\r\n",
    );
    let (_, list) = mask(&[record], &KEY, &[]);
    let found = &list.records[0];
    assert_eq!(
        found.record_id,
        "urn:uuid:01010101-0101-8101-8101-010101010101"
    );
    assert_eq!(
        (found.redactions[0].offset, found.redactions[0].length),
        (26, 4)
    );
    assert_eq!(
        found.redactions[0].commitment,
        "4051cd03a368a3fd4e567f406d042741b4916c82b1f0f02b412ddb1dbffc020d"
    );
    assert_eq!(
        found.original,
        "6bdfa18a7b542687b49f65619c897eed926c6b0108952009cde59b938e001d7d"
    );
}

#[test]
fn false_copies_and_lists_are_found() {
    let originals = sample::records();
    let (court, list) = mask(&originals, &KEY, &[]);
    let id = list.records[0].record_id.clone();
    let offset = list.records[0].redactions[0].offset;
    let at = usize::try_from(offset).expect("small");
    let index = court.iter().position(|r| r.id == id).expect("there");

    let mut unmasked = court.clone();
    unmasked[index].block[at] = b'x';
    let fault = RedactionFault::NotMasked {
        record_id: id.clone(),
        offset,
    };
    assert_eq!(check_redactions(&unmasked, &list), [fault]);

    let mut altered = court.clone();
    altered[index].block[0] ^= 1;
    assert_eq!(check_redactions(&altered, &list), []);
    let fault = RedactionFault::Differs {
        record_id: id.clone(),
        part: Part::Block,
        offset: 0,
    };
    assert_eq!(
        verify_derivation(&originals, &KEY, &altered, &list),
        [fault]
    );

    let mut overlapping = list.clone();
    let again = overlapping.records[0].redactions[0].clone();
    overlapping.records[0].redactions.insert(0, again);
    let fault = RedactionFault::Place {
        record_id: id.clone(),
        offset,
    };
    assert_eq!(check_redactions(&court, &overlapping), [fault]);

    let mut beyond = list.clone();
    beyond.records[0].redactions[0].length = u64::MAX;
    assert!(matches!(
        check_redactions(&court, &beyond)[0],
        RedactionFault::Place { .. }
    ));

    let mut gone = court.clone();
    gone.remove(index);
    let fault = RedactionFault::Absent {
        record_id: id.clone(),
    };
    assert_eq!(check_redactions(&gone, &list), [fault]);
    assert!(verify_derivation(&originals, &KEY, &gone, &list).contains(&RedactionFault::Count));

    let mut swapped = list.clone();
    swapped.records.swap(0, 1);
    assert!(matches!(
        check_redactions(&court, &swapped)[..],
        [RedactionFault::Absent { .. }, ..]
    ));

    let mut repeated = list.clone();
    repeated.records.insert(0, list.records[0].clone());
    assert!(
        check_redactions(&court, &repeated).contains(&RedactionFault::Repeated {
            record_id: id.clone()
        })
    );

    let mut renamed = court.clone();
    renamed[index].date = "2026-11-26T21:41:12Z".to_owned();
    let fault = RedactionFault::Header {
        record_id: id.clone(),
    };
    assert_eq!(
        verify_derivation(&originals, &KEY, &renamed, &list),
        [fault]
    );

    // another secret of the same length would give the same copy: only the commitment tells
    let mut others = originals.clone();
    others[index].block[at] ^= 1;
    let faults = verify_derivation(&others, &KEY, &court, &list);
    assert_eq!(
        faults,
        [
            RedactionFault::Commitment {
                record_id: id.clone(),
                offset
            },
            RedactionFault::Original {
                record_id: id.clone()
            }
        ]
    );
    let faults = verify_derivation(&originals, &[8; 32], &court, &list);
    assert_eq!(faults.len(), list.places() + list.records.len());

    let mut bad = list.clone();
    bad.records[0].original = "x".to_owned();
    assert_eq!(
        check_redactions(&court, &bad),
        [RedactionFault::Digest { record_id: id }]
    );
    let json = String::from_utf8(list.to_bytes().expect("JSON")).expect("UTF-8");
    assert!(
        Redactions::from_bytes(json.replace("redactions/1", "redactions/2").as_bytes()).is_err()
    );
    assert!(
        Redactions::from_bytes(
            json.replacen("\"format\"", "\"more\": 1, \"format\"", 1)
                .as_bytes()
        )
        .is_err()
    );
}
