//! Keys from fixed numbers, and signatures with them.

use ed25519_dalek::Signer as _;
use p256::ecdsa::signature::hazmat::PrehashSigner as _;
use sha2::Digest as _;

use super::der::{bits, oid, sequence, tlv};
use super::rsa;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    P256(u8),
    P384(u8),
    P521(u8),
    BrainpoolP256(u8),
    BrainpoolP384(u8),
    Ed25519(u8),
    Sm2(u8),
    /// RSA of 2048 bits that signs by RSASSA-PSS; there is only one.
    RsaPss,
    /// A P-256 key that calls its signatures by an identifier nobody knows.
    Unknown(u8),
}

const EC: &str = "1.2.840.10045.2.1";

impl Key {
    /// The `AlgorithmIdentifier` of its signatures.
    pub fn signature_algorithm(self) -> Vec<u8> {
        let name = match self {
            Self::P256(_) | Self::BrainpoolP256(_) => "1.2.840.10045.4.3.2",
            Self::P384(_) | Self::P521(_) | Self::BrainpoolP384(_) => "1.2.840.10045.4.3.4",
            Self::Ed25519(_) => "1.3.101.112",
            Self::Sm2(_) => "1.2.156.10197.1.501",
            Self::RsaPss => return rsa::pss_with_sha256(),
            Self::Unknown(_) => "2.16.840.1.101.3.4.3.17",
        };
        sequence(&[oid(name)])
    }

    pub fn digest_algorithm(self) -> &'static str {
        match self {
            Self::P256(_) | Self::BrainpoolP256(_) | Self::RsaPss | Self::Unknown(_) => {
                "2.16.840.1.101.3.4.2.1"
            }
            Self::P384(_) | Self::P521(_) | Self::BrainpoolP384(_) | Self::Ed25519(_) => {
                "2.16.840.1.101.3.4.2.3"
            }
            Self::Sm2(_) => "1.2.156.10197.1.401",
        }
    }

    pub fn digest(self, data: &[u8]) -> Vec<u8> {
        match self {
            Self::P256(_) | Self::BrainpoolP256(_) | Self::RsaPss | Self::Unknown(_) => {
                sha2::Sha256::digest(data).to_vec()
            }
            Self::P384(_) | Self::P521(_) | Self::BrainpoolP384(_) | Self::Ed25519(_) => {
                sha2::Sha512::digest(data).to_vec()
            }
            Self::Sm2(_) => sm3::Sm3::digest(data).to_vec(),
        }
    }

    pub fn public_key_info(self) -> Vec<u8> {
        let curve =
            |curve: &str, point: &[u8]| sequence(&[sequence(&[oid(EC), oid(curve)]), bits(point)]);
        macro_rules! point {
            ($key:expr) => {
                $key.verifying_key().to_sec1_point(false).as_bytes()
            };
        }
        match self {
            Self::P256(seed) | Self::Unknown(seed) => {
                curve("1.2.840.10045.3.1.7", point!(p256_key(seed)))
            }
            Self::P384(seed) => curve("1.3.132.0.34", point!(p384_key(seed))),
            Self::P521(seed) => curve("1.3.132.0.35", point!(p521_key(seed))),
            Self::BrainpoolP256(seed) => curve("1.3.36.3.3.2.8.1.1.7", point!(bp256_key(seed))),
            Self::BrainpoolP384(seed) => curve("1.3.36.3.3.2.8.1.1.11", point!(bp384_key(seed))),
            Self::Ed25519(seed) => {
                let key = ed25519_dalek::SigningKey::from_bytes(&[seed; 32]);
                sequence(&[
                    sequence(&[oid("1.3.101.112")]),
                    bits(key.verifying_key().as_bytes()),
                ])
            }
            Self::Sm2(seed) => curve(
                "1.2.156.10197.1.301",
                &sm2_key(seed).verifying_key().to_sec1_bytes(),
            ),
            Self::RsaPss => rsa::public_key_info(),
        }
    }

    pub fn sign(self, message: &[u8]) -> Vec<u8> {
        let hash = self.digest(message);
        macro_rules! ecdsa {
            ($key:expr, $curve:ty) => {{
                let signature: ecdsa::Signature<$curve> = $key.sign_prehash(&hash).unwrap();
                pair(&signature.to_bytes())
            }};
        }
        match self {
            Self::P256(seed) | Self::Unknown(seed) => ecdsa!(p256_key(seed), p256::NistP256),
            Self::P384(seed) => ecdsa!(p384_key(seed), p384::NistP384),
            Self::P521(seed) => ecdsa!(p521_key(seed), p521::NistP521),
            Self::BrainpoolP256(seed) => ecdsa!(bp256_key(seed), bp256::BrainpoolP256r1),
            Self::BrainpoolP384(seed) => ecdsa!(bp384_key(seed), bp384::BrainpoolP384r1),
            Self::Ed25519(seed) => ed25519_dalek::SigningKey::from_bytes(&[seed; 32])
                .sign(message)
                .to_vec(),
            Self::Sm2(seed) => {
                let signature: sm2::dsa::Signature = sm2_key(seed).sign(message);
                pair(&signature.to_bytes())
            }
            Self::RsaPss => rsa::sign_pss(&hash),
        }
    }
}

/// Halves of one length as a SEQUENCE of two integers.
fn pair(halves: &[u8]) -> Vec<u8> {
    let (first, second) = halves.split_at(halves.len() / 2);
    sequence(&[unsigned(first), unsigned(second)])
}

pub fn unsigned(octets: &[u8]) -> Vec<u8> {
    let zeros = octets.iter().take_while(|octet| **octet == 0).count();
    let digits = &octets[zeros..];
    let sign: &[u8] = if digits[0] & 0x80 != 0 { &[0] } else { &[] };
    tlv(2, &[sign, digits].concat())
}

fn p256_key(seed: u8) -> p256::ecdsa::SigningKey {
    p256::ecdsa::SigningKey::from_slice(&[seed; 32]).unwrap()
}

fn p384_key(seed: u8) -> p384::ecdsa::SigningKey {
    p384::ecdsa::SigningKey::from_slice(&[seed; 48]).unwrap()
}

fn p521_key(seed: u8) -> p521::ecdsa::SigningKey {
    let mut scalar = [seed; 66];
    scalar[0] = 0;
    p521::ecdsa::SigningKey::from_slice(&scalar).unwrap()
}

fn bp256_key(seed: u8) -> ecdsa::SigningKey<bp256::BrainpoolP256r1> {
    ecdsa::SigningKey::from_slice(&[seed; 32]).unwrap()
}

fn bp384_key(seed: u8) -> ecdsa::SigningKey<bp384::BrainpoolP384r1> {
    ecdsa::SigningKey::from_slice(&[seed; 48]).unwrap()
}

fn sm2_key(seed: u8) -> sm2::dsa::SigningKey {
    let secret = sm2::SecretKey::from_slice(&[seed; 32]).unwrap();
    sm2::dsa::SigningKey::new("1234567812345678", &secret).unwrap()
}
