//! DER (X.690) with signatures that hold: no mutation would ever hit one, and behind it stand the rules of RFC 5280.

use std::sync::LazyLock;

use ed25519_dalek::{Signer as _, SigningKey};
use rfc3161_client::{Anchor, Inputs};
use x509_parser::prelude::{FromDer as _, X509Certificate};

use crate::{AUTHORITY, BARE_TOKEN, NOW};

/// AlgorithmIdentifier of Ed25519 (RFC 8410).
pub const ED25519: [u8; 7] = [0x30, 5, 6, 3, 0x2b, 0x65, 0x70];
/// CN=R
const ROOT_NAME: &[u8] = b"\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01R";
const UTC_TIME: u8 = 0x17;

static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::from_bytes(&[7; 32]));
/// Subject, issuer and serial number of the authority's signer.
static SIGNER: LazyLock<(Vec<u8>, Vec<u8>, Vec<u8>)> = LazyLock::new(|| {
    let (_, leaf) = X509Certificate::from_der(AUTHORITY.leaf_der()).expect("a certificate");
    let (subject, issuer) = (leaf.subject().as_raw(), leaf.issuer().as_raw());
    (
        subject.to_vec(),
        issuer.to_vec(),
        leaf.raw_serial().to_vec(),
    )
});

/// One element with parts already encoded.
pub fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = content.len().to_be_bytes();
    let zeros = length.iter().take_while(|octet| **octet == 0).count();
    let digits = &length[zeros..];
    let mut out = vec![tag];
    match digits {
        [] => out.push(0),
        [short] if *short < 0x80 => out.push(*short),
        _ => out.push(0x80 | digits.len() as u8),
    }
    if content.len() >= 0x80 {
        out.extend(digits);
    }
    out.extend(content);
    out
}

/// What is to be signed, the algorithm, the signature.
pub fn signed(tbs: &[u8]) -> Vec<u8> {
    let signature = KEY.sign(tbs).to_bytes();
    der(0x30, &[tbs, &ED25519, &der(3, &[&[0], &signature])])
}

/// A basic OCSP response (RFC 6960 §4.2.1) over that ResponseData.
pub fn ocsp_response(data: &[u8]) -> Vec<u8> {
    const BASIC: &[u8] = b"\x06\x09\x2b\x06\x01\x05\x05\x07\x30\x01\x01";
    let bytes = der(0x30, &[BASIC, &der(4, &[&signed(data)])]);
    der(0x30, &[&[0x0a, 1, 0], &der(0xa0, &[&bytes])])
}

/// The public key of every certificate made here.
pub fn public_key() -> [u8; 32] {
    KEY.verifying_key().to_bytes()
}

/// The name of the authority that issued [`signer`], and that one's serial number.
pub fn issuer_and_serial() -> (&'static [u8], &'static [u8]) {
    (&SIGNER.1, &SIGNER.2)
}

/// The encoded extensions are the content of `Extensions` (RFC 5280 §4.1), malformed where they are.
pub fn certificate(subject: &[u8], issuer: &[u8], serial: &[u8], extensions: &[u8]) -> Vec<u8> {
    let key = der(0x30, &[&ED25519, &der(3, &[&[0], &public_key()])]);
    let validity = [
        der(UTC_TIME, &[b"200101000000Z"]),
        der(UTC_TIME, &[b"400101000000Z"]),
    ]
    .concat();
    signed(&der(
        0x30,
        &[
            &[0xa0, 3, 2, 1, 2],
            &der(2, &[serial]),
            &ED25519,
            issuer,
            &der(0x30, &[&validity]),
            subject,
            &key,
            &der(0xa3, &[&der(0x30, &[extensions])]),
        ],
    ))
}

/// A certificate that the bare token's `SignerInfo` names.
pub fn signer(extensions: &[u8]) -> Vec<u8> {
    certificate(&SIGNER.0, &SIGNER.1, &SIGNER.2, extensions)
}

/// The authority between [`ROOT`] and [`signer`].
pub fn authority(extensions: &[u8]) -> Vec<u8> {
    certificate(&SIGNER.1, ROOT_NAME, &[2], extensions)
}

/// The root above every [`authority`].
pub static ROOT: LazyLock<[Anchor; 1]> =
    LazyLock::new(|| [Anchor::of(certificate(ROOT_NAME, ROOT_NAME, &[1], &[]))]);

/// Signer and authority without extensions.
pub static PLAIN: LazyLock<[Vec<u8>; 2]> = LazyLock::new(|| [signer(&[]), authority(&[])]);

/// The bare token under [`ROOT`], with certificates and statements of revocation at hand.
pub fn inputs<'a>(intermediates: &'a [Vec<u8>], crls: &'a [Vec<u8>]) -> Inputs<'a> {
    Inputs {
        intermediates,
        crls,
        ..Inputs::new(&BARE_TOKEN, &*ROOT, NOW)
    }
}
