//! One octet changed, anywhere in a WACZ of ours.
#![allow(missing_docs)]

mod sample;

use fidem_webarchive::{Limits, Rules, Severity, wacz};

/// Where each member's header and data lie: `(name, start, end)`.
fn places(bytes: &[u8]) -> Vec<(String, usize, usize)> {
    let mut out = Vec::new();
    let mut at = 0;
    while bytes[at..].starts_with(b"PK\x03\x04") {
        let u16 = |i: usize| usize::from(u16::from_le_bytes([bytes[at + i], bytes[at + i + 1]]));
        let size = u32::from_le_bytes(bytes[at + 18..at + 22].try_into().expect("four"));
        let name_end = at + 30 + u16(26);
        let name = String::from_utf8(bytes[at + 30..name_end].to_vec()).expect("UTF-8");
        let end = name_end + u16(28) + usize::try_from(size).expect("small");
        out.push((name, at, end));
        at = end;
    }
    out
}

#[test]
fn every_octet_counts() {
    let sound = sample::wacz();
    let places = places(&sound);
    let directory = places.last().expect("members").2;
    for at in 0..sound.len() {
        let mut bytes = sound.clone();
        bytes[at] ^= 1 << (at % 8);
        let checked = wacz::check(&bytes, Rules::Own, &Limits::default());
        let first = checked.findings.first();
        let first = first.unwrap_or_else(|| panic!("octet {at}: no finding"));
        assert_eq!(first.severity, Severity::Fault);
        match places
            .iter()
            .find(|(_, start, end)| (*start..*end).contains(&at))
        {
            Some((name, ..)) => {
                assert_eq!(
                    first.member.as_deref(),
                    Some(name.as_str()),
                    "octet {at}: {first:?}"
                );
            }
            // the directory: a member or the zip as such, and where
            None => assert!(
                at >= directory && first.offset.is_some(),
                "octet {at}: {first:?}"
            ),
        }
    }
}

#[test]
fn every_cut_counts() {
    let sound = sample::wacz();
    for len in 0..sound.len() {
        let checked = wacz::check(&sound[..len].to_vec(), Rules::Standard, &Limits::default());
        assert!(
            checked
                .findings
                .iter()
                .any(|f| f.severity == Severity::Fault),
            "cut to {len}"
        );
    }
    let mut longer = sound;
    longer.push(0);
    assert!(
        !wacz::check(&longer, Rules::Standard, &Limits::default())
            .findings
            .is_empty()
    );
}
