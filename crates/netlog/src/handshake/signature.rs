//! Signatures of TLS by number (RFC 8446 §4.2.3, RFC 5246 §7.4.1.4.1, RFC 8422 §5.1.3).

use ed25519_dalek::{Signature as Ed25519Signature, VerifyingKey as Ed25519Key};
use p256::ecdsa::signature::hazmat::PrehashVerifier as _;
use rsa::traits::SignatureScheme as _;
use rsa::{BoxedUint, Pkcs1v15Sign, Pss, RsaPublicKey};
use sha2::{Digest as _, Sha256, Sha384, Sha512};
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;
use x509_parser::public_key::PublicKey;

/// What a signature is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Valid,
    Invalid,
    Unsupported,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scheme {
    Ecdsa(Hash),
    RsaPkcs1(Hash),
    RsaPss(Hash),
    Ed25519,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

/// A server's key.
enum Key {
    P256(p256::ecdsa::VerifyingKey),
    P384(p384::ecdsa::VerifyingKey),
    Rsa(RsaPublicKey),
    Ed25519(Ed25519Key),
}

impl Scheme {
    fn of(number: u16) -> Option<Self> {
        Some(match number {
            0x0401 => Self::RsaPkcs1(Hash::Sha256),
            0x0501 => Self::RsaPkcs1(Hash::Sha384),
            0x0601 => Self::RsaPkcs1(Hash::Sha512),
            0x0403 => Self::Ecdsa(Hash::Sha256),
            0x0503 => Self::Ecdsa(Hash::Sha384),
            0x0804 => Self::RsaPss(Hash::Sha256),
            0x0805 => Self::RsaPss(Hash::Sha384),
            0x0806 => Self::RsaPss(Hash::Sha512),
            0x0807 => Self::Ed25519,
            _ => return None,
        })
    }

    /// TLS 1.3 binds the digest to the curve, and knows no PKCS #1 v1.5 in handshakes (RFC 8446 §4.2.3).
    fn fits_1_3(self, key: &Key) -> bool {
        match (self, key) {
            (Self::Ecdsa(hash), Key::P256(_)) => hash == Hash::Sha256,
            (Self::Ecdsa(hash), Key::P384(_)) => hash == Hash::Sha384,
            (Self::RsaPkcs1(_), _) => false,
            _ => true,
        }
    }
}

impl Hash {
    fn digest(self, content: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha256 => Sha256::digest(content).to_vec(),
            Self::Sha384 => Sha384::digest(content).to_vec(),
            Self::Sha512 => Sha512::digest(content).to_vec(),
        }
    }
}

/// A signature of TLS 1.3 by the key of that certificate (DER).
pub(super) fn verify_1_3(
    certificate: &[u8],
    scheme: u16,
    content: &[u8],
    signature: &[u8],
) -> Outcome {
    verify(certificate, scheme, content, signature, Scheme::fits_1_3)
}

/// A signature of TLS 1.2.
pub(super) fn verify_1_2(
    certificate: &[u8],
    scheme: u16,
    content: &[u8],
    signature: &[u8],
) -> Outcome {
    verify(certificate, scheme, content, signature, |_, _| true)
}

fn verify(
    certificate: &[u8],
    scheme: u16,
    content: &[u8],
    signature: &[u8],
    fits: impl Fn(Scheme, &Key) -> bool,
) -> Outcome {
    let (Some(scheme), Some(key)) = (Scheme::of(scheme), key(certificate)) else {
        return Outcome::Unsupported;
    };
    if fits(scheme, &key) && holds(scheme, &key, content, signature).unwrap_or(false) {
        Outcome::Valid
    } else {
        Outcome::Invalid
    }
}

/// None where key and scheme are not of one kind or the signature is malformed.
fn holds(scheme: Scheme, key: &Key, content: &[u8], signature: &[u8]) -> Option<bool> {
    match (scheme, key) {
        (Scheme::Ecdsa(hash), Key::P256(key)) => {
            let signature = p256::ecdsa::Signature::from_der(signature).ok()?;
            Some(
                key.verify_prehash(&hash.digest(content), &signature)
                    .is_ok(),
            )
        }
        (Scheme::Ecdsa(hash), Key::P384(key)) => {
            let signature = p384::ecdsa::Signature::from_der(signature).ok()?;
            Some(
                key.verify_prehash(&hash.digest(content), &signature)
                    .is_ok(),
            )
        }
        (Scheme::RsaPkcs1(hash), Key::Rsa(key)) => {
            let padding = match hash {
                Hash::Sha256 => Pkcs1v15Sign::new::<Sha256>(),
                Hash::Sha384 => Pkcs1v15Sign::new::<Sha384>(),
                Hash::Sha512 => Pkcs1v15Sign::new::<Sha512>(),
            };
            Some(
                padding
                    .verify(key, &hash.digest(content), signature)
                    .is_ok(),
            )
        }
        (Scheme::RsaPss(hash), Key::Rsa(key)) => Some(pss(hash, key, content, signature)),
        (Scheme::Ed25519, Key::Ed25519(key)) => {
            let signature = Ed25519Signature::from_slice(signature).ok()?;
            Some(key.verify_strict(content, &signature).is_ok())
        }
        _ => None,
    }
}

/// The salt is as long as the digest (RFC 8446 §4.2.3).
fn pss(hash: Hash, key: &RsaPublicKey, content: &[u8], signature: &[u8]) -> bool {
    let digest = hash.digest(content);
    let verified = match hash {
        Hash::Sha256 => Pss::<Sha256>::new_with_salt(32).verify(key, &digest, signature),
        Hash::Sha384 => Pss::<Sha384>::new_with_salt(48).verify(key, &digest, signature),
        Hash::Sha512 => Pss::<Sha512>::new_with_salt(64).verify(key, &digest, signature),
    };
    verified.is_ok()
}

/// The key of a certificate, where it is of a kind known here.
fn key(certificate: &[u8]) -> Option<Key> {
    const ED25519: &str = "1.3.101.112";
    let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
    let info = certificate.public_key();
    match info.parsed().ok()? {
        PublicKey::RSA(key) => {
            let number = |digits: &[u8]| BoxedUint::from_be_slice_vartime(digits);
            RsaPublicKey::new(number(key.modulus), number(key.exponent))
                .ok()
                .map(Key::Rsa)
        }
        PublicKey::EC(point) => {
            let p256 = p256::ecdsa::VerifyingKey::from_sec1_bytes(point.data());
            let p384 = p384::ecdsa::VerifyingKey::from_sec1_bytes(point.data());
            p256.ok().map(Key::P256).or(p384.ok().map(Key::P384))
        }
        PublicKey::Unknown(_) if info.algorithm.algorithm.to_id_string() == ED25519 => {
            let octets = info.subject_public_key.data.as_ref().try_into().ok()?;
            Ed25519Key::from_bytes(octets).ok().map(Key::Ed25519)
        }
        _ => None,
    }
}
