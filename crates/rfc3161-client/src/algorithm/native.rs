//! Valid signatures recognised by a native library. It only ever accepts: whatever it does not know or does not hold for
//! valid is judged by the portable code beside it. What it accepts, that code accepts too; the tests compare them.

use aws_lc_rs::digest::{self, Digest};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA384_ASN1, ECDSA_P256_SHA512_ASN1, ECDSA_P384_SHA256_ASN1,
    ECDSA_P384_SHA384_ASN1, ECDSA_P384_SHA512_ASN1, ECDSA_P521_SHA256_ASN1, ECDSA_P521_SHA384_ASN1,
    ECDSA_P521_SHA512_ASN1, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512, UnparsedPublicKey, VerificationAlgorithm,
};

use super::{PublicKey, Scheme, fixed_pair, rsa};
use crate::digest::DigestAlgorithm::{self, Sha256, Sha384, Sha512};
use crate::oid;

/// Whether the library holds `signature` over `message` for valid.
pub(super) fn accepts(key: &PublicKey, scheme: &Scheme, message: &[u8], signature: &[u8]) -> bool {
    let found = match scheme {
        Scheme::RsaPkcs1(digest) => rsa_algorithm(key, *digest).map(|found| (found, *digest)),
        Scheme::Ecdsa(digest) => {
            ecdsa_algorithm(key, *digest, signature).map(|found| (found, *digest))
        }
        Scheme::RsaPss(_) | Scheme::Sm2 | Scheme::Ed25519 => None,
    };
    let Some((algorithm, digest)) = found else {
        return false;
    };
    let Some(digest) = digest_of(digest, message) else {
        return false;
    };
    UnparsedPublicKey::new(algorithm, &key.octets)
        .verify_digest(&digest, signature)
        .is_ok()
}

/// The digest as ours computed it, so that one implementation of it is relied on everywhere.
fn digest_of(algorithm: DigestAlgorithm, message: &[u8]) -> Option<Digest> {
    let native = match algorithm {
        Sha256 => &digest::SHA256,
        Sha384 => &digest::SHA384,
        Sha512 => &digest::SHA512,
        _ => return None,
    };
    Digest::import_less_safe(&algorithm.digest(message)?, native).ok()
}

fn rsa_algorithm(
    key: &PublicKey,
    digest: DigestAlgorithm,
) -> Option<&'static dyn VerificationAlgorithm> {
    // The library also takes keys in other wrappings; only what the portable code reads may reach it.
    if key.algorithm.oid != oid::RSA_ENCRYPTION || rsa::modulus_and_exponent(&key.octets).is_err() {
        return None;
    }
    match digest {
        Sha256 => Some(&RSA_PKCS1_2048_8192_SHA256),
        Sha384 => Some(&RSA_PKCS1_2048_8192_SHA384),
        Sha512 => Some(&RSA_PKCS1_2048_8192_SHA512),
        _ => None,
    }
}

fn ecdsa_algorithm(
    key: &PublicKey,
    digest: DigestAlgorithm,
    signature: &[u8],
) -> Option<&'static dyn VerificationAlgorithm> {
    let curve = key.curve()?;
    let size = match curve.as_str() {
        oid::P256 => 32,
        oid::P384 => 48,
        oid::P521 => 66,
        _ => return None,
    };
    // A point of SEC 1 §2.3.3, uncompressed; any other form goes to the portable code.
    let is_point = key.octets.first() == Some(&4) && key.octets.len() == 1 + 2 * size;
    if !is_point || fixed_pair(signature, size).is_err() {
        return None;
    }
    match (curve.as_str(), digest) {
        (oid::P256, Sha256) => Some(&ECDSA_P256_SHA256_ASN1),
        (oid::P256, Sha384) => Some(&ECDSA_P256_SHA384_ASN1),
        (oid::P256, Sha512) => Some(&ECDSA_P256_SHA512_ASN1),
        (oid::P384, Sha256) => Some(&ECDSA_P384_SHA256_ASN1),
        (oid::P384, Sha384) => Some(&ECDSA_P384_SHA384_ASN1),
        (oid::P384, Sha512) => Some(&ECDSA_P384_SHA512_ASN1),
        (oid::P521, Sha256) => Some(&ECDSA_P521_SHA256_ASN1),
        (oid::P521, Sha384) => Some(&ECDSA_P521_SHA384_ASN1),
        (oid::P521, Sha512) => Some(&ECDSA_P521_SHA512_ASN1),
        _ => None,
    }
}
