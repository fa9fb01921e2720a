//! Revocation lists (RFC 5280 §5) and OCSP responses (RFC 6960 §4.2) that speak for the signer.

use fidem_fuzz::made::{self, ED25519, der};
use fidem_fuzz::{AUTHORITY, NOW};
use rfc3161_client::DigestAlgorithm;

use crate::extensions::{distribution_point, extension};

const SHA1: [u8; 9] = [0x30, 7, 6, 5, 0x2b, 0x0e, 3, 2, 0x1a];
/// keyCompromise
const REASON: [u8; 3] = [0x0a, 1, 1];

/// Whole lists, and the signed parts of others: one revokes the signer, one is limited to a distribution point.
pub(crate) fn lists() -> Result<Vec<Vec<u8>>, Box<dyn std::error::Error>> {
    let (_, serial) = made::issuer_and_serial();
    let extensions = der(0x30, &[&extension(21, false, &REASON)]);
    let entry = der(0x30, &[&der(2, &[serial]), &utc_time(), &extensions]);
    let scope = der(0x30, &[&distribution_point(), &[0x81, 1, 0xff]]);
    let revoking = list(&der(0x30, &[&entry]), &[]);
    Ok(vec![
        AUTHORITY.crl_der(NOW.0, NOW.0 + 1)?,
        made::signed(&revoking),
        revoking,
        list(&[], &extension(28, true, &scope)),
        list(&[], &[]),
    ])
}

fn list(entries: &[u8], extensions: &[u8]) -> Vec<u8> {
    let (issuer, _) = made::issuer_and_serial();
    let number = extension(20, false, &[2, 1, 1]);
    let extensions = der(0xa0, &[&der(0x30, &[&number, extensions])]);
    let (time, version) = (utc_time(), [2, 1, 1]);
    der(
        0x30,
        &[
            &version,
            &ED25519,
            issuer,
            &time,
            &time,
            entries,
            &extensions,
        ],
    )
}

fn utc_time() -> Vec<u8> {
    der(0x17, &[b"261201120000Z"])
}

/// A whole response, and the signed parts of two: good, named by key, and revoked, named by name.
pub(crate) fn responses() -> Vec<Vec<u8>> {
    let (issuer, serial) = made::issuer_and_serial();
    let sha1 = |data: &[u8]| {
        der(
            4,
            &[&DigestAlgorithm::Sha1.digest(data).unwrap_or_default()],
        )
    };
    let (name, key) = (sha1(issuer), sha1(&made::public_key()));
    let id = der(0x30, &[&SHA1, &name, &key, &der(2, &[serial])]);
    let time = der(0x18, &[b"20261201120000Z"]);
    let data = |responder: &[u8], status: &[u8]| {
        let single = der(0x30, &[&id, status, &time, &der(0xa0, &[&time])]);
        der(0x30, &[responder, &time, &der(0x30, &[&single])])
    };
    let good = data(&der(0xa2, &[&key]), &[0x80, 0]);
    let revoked = der(0xa1, &[&time, &der(0xa0, &[&REASON])]);
    vec![
        made::ocsp_response(&good),
        good,
        data(&der(0xa1, &[issuer]), &revoked),
    ]
}
