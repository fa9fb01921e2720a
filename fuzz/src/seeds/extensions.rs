//! Certificates with every extension that a path is judged by (RFC 5280 §4.2).

use fidem_fuzz::AUTHORITY;
use fidem_fuzz::made::{self, der};

pub(crate) const HOST: &[u8] = b"a.example";
const POLICY: [u8; 3] = [6, 1, 0x2a];
const TIME_STAMPING: &[u8] = b"\x30\x0a\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x08";

pub(crate) fn certificates() -> Vec<Vec<u8>> {
    vec![
        AUTHORITY.root_der().to_vec(),
        AUTHORITY.leaf_der().to_vec(),
        made::signer(&of_signer()),
        made::authority(&of_authority().concat()),
    ]
}

/// Each extension of the authority alone, none, and all that fit; always above the same signer.
pub(crate) fn paths() -> Vec<Vec<u8>> {
    let mut sets = of_authority();
    sets.push(Vec::new());
    // The name constraints alone are as long as the rest.
    sets.push([&sets[..4], &sets[5..]].concat().concat());
    let signer = of_signer();
    let joined = sets.iter().filter_map(|set| {
        let at = u8::try_from(set.len()).ok()?;
        Some([&[at], set.as_slice(), &signer].concat())
    });
    joined.collect()
}

/// An extension of the arc id-ce (2.5.29).
pub(crate) fn extension(arc: u8, critical: bool, value: &[u8]) -> Vec<u8> {
    let flag: &[u8] = if critical { &[1, 1, 0xff] } else { &[] };
    der(0x30, &[&[6, 3, 0x55, 0x1d, arc], flag, &der(4, &[value])])
}

/// `distributionPoint` with one address.
pub(crate) fn distribution_point() -> Vec<u8> {
    let address = der(0x86, &[b"http://", HOST]);
    der(0xa0, &[&der(0xa0, &[&address])])
}

fn of_authority() -> Vec<Vec<u8>> {
    let mapping = der(0x30, &[&POLICY, &[6, 1, 0x2b]]);
    vec![
        extension(19, true, &der(0x30, &[&[1, 1, 0xff, 2, 1, 1]])),
        extension(15, true, &[3, 2, 1, 6]),
        extension(14, false, &der(4, &[&[1; 8]])),
        extension(35, false, &der(0x30, &[&der(0x80, &[&[2; 8]])])),
        extension(30, true, &name_constraints()),
        extension(32, false, &policies()),
        extension(33, false, &der(0x30, &[&mapping])),
        extension(36, true, &der(0x30, &[&[0x80, 1, 0, 0x81, 1, 0]])),
        extension(54, true, &[2, 1, 0]),
        extension(37, false, TIME_STAMPING),
    ]
}

fn of_signer() -> Vec<u8> {
    let names = [
        der(0x81, &[b"x@", HOST]),
        der(0x82, &[HOST]),
        der(0x86, &[b"https://x@", HOST, b":8/y"]),
        der(0x87, &[&[10, 0, 0, 1]]),
        der(0xa4, &[made::issuer_and_serial().0]),
        der(0xa0, &[&POLICY, &der(0xa0, &[&[5, 0]])]),
    ]
    .concat();
    let point = der(0x30, &[&distribution_point()]);
    [
        extension(15, true, &[3, 2, 6, 0xc0]),
        extension(17, false, &der(0x30, &[&names])),
        extension(31, false, &der(0x30, &[&point])),
        extension(32, false, &policies()),
        extension(35, false, &der(0x30, &[&der(0x80, &[&[1; 8]])])),
        extension(37, true, TIME_STAMPING),
    ]
    .concat()
}

fn policies() -> Vec<u8> {
    der(0x30, &[&der(0x30, &[&POLICY])])
}

/// Every form of name that can be compared, permitted and excluded.
fn name_constraints() -> Vec<u8> {
    let forms = [
        der(0x81, &[HOST]),
        der(0x82, &[b".example"]),
        der(0x86, &[b".example"]),
        der(0x87, &[&[10, 0, 0, 0, 255, 0, 0, 0]]),
        der(0xa4, &[b"\x30\0"]),
    ];
    let trees = forms.map(|form| der(0x30, &[&form])).concat();
    der(0x30, &[&der(0xa0, &[&trees]), &der(0xa1, &[&trees])])
}
