//! Keys from fixed numbers, and signatures with them.

use ed25519_dalek::Signer as _;
use sha2::Digest as _;

use super::der::{bits, oid, sequence};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    P256(u8),
    P384(u8),
    P521(u8),
    Ed25519(u8),
    Sm2(u8),
    /// A P-256 key that calls its signatures by an identifier nobody knows.
    Unknown(u8),
}

const EC: &str = "1.2.840.10045.2.1";

impl Key {
    pub fn signature_algorithm(self) -> &'static str {
        match self {
            Self::P256(_) => "1.2.840.10045.4.3.2",
            Self::P384(_) | Self::P521(_) => "1.2.840.10045.4.3.4",
            Self::Ed25519(_) => "1.3.101.112",
            Self::Sm2(_) => "1.2.156.10197.1.501",
            Self::Unknown(_) => "2.16.840.1.101.3.4.3.17",
        }
    }

    pub fn digest_algorithm(self) -> &'static str {
        match self {
            Self::P256(_) | Self::Unknown(_) => "2.16.840.1.101.3.4.2.1",
            Self::P384(_) | Self::P521(_) | Self::Ed25519(_) => "2.16.840.1.101.3.4.2.3",
            Self::Sm2(_) => "1.2.156.10197.1.401",
        }
    }

    pub fn digest(self, data: &[u8]) -> Vec<u8> {
        match self {
            Self::P256(_) | Self::Unknown(_) => sha2::Sha256::digest(data).to_vec(),
            Self::P384(_) | Self::P521(_) | Self::Ed25519(_) => sha2::Sha512::digest(data).to_vec(),
            Self::Sm2(_) => sm3::Sm3::digest(data).to_vec(),
        }
    }

    pub fn public_key_info(self) -> Vec<u8> {
        let curve =
            |curve: &str, point: &[u8]| sequence(&[sequence(&[oid(EC), oid(curve)]), bits(point)]);
        match self {
            Self::P256(seed) | Self::Unknown(seed) => curve(
                "1.2.840.10045.3.1.7",
                p256_key(seed)
                    .verifying_key()
                    .to_sec1_point(false)
                    .as_bytes(),
            ),
            Self::P384(seed) => curve(
                "1.3.132.0.34",
                p384_key(seed)
                    .verifying_key()
                    .to_sec1_point(false)
                    .as_bytes(),
            ),
            Self::P521(seed) => curve(
                "1.3.132.0.35",
                p521_key(seed)
                    .verifying_key()
                    .to_sec1_point(false)
                    .as_bytes(),
            ),
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
        }
    }

    pub fn sign(self, message: &[u8]) -> Vec<u8> {
        use p256::ecdsa::signature::hazmat::PrehashSigner as _;
        let hash = self.digest(message);
        match self {
            Self::P256(seed) | Self::Unknown(seed) => {
                let signature: p256::ecdsa::Signature = p256_key(seed).sign_prehash(&hash).unwrap();
                signature.to_der().as_bytes().to_vec()
            }
            Self::P384(seed) => {
                let signature: p384::ecdsa::Signature = p384_key(seed).sign_prehash(&hash).unwrap();
                signature.to_der().as_bytes().to_vec()
            }
            Self::P521(seed) => {
                let signature: p521::ecdsa::Signature = p521_key(seed).sign_prehash(&hash).unwrap();
                signature.to_der().as_bytes().to_vec()
            }
            Self::Ed25519(seed) => ed25519_dalek::SigningKey::from_bytes(&[seed; 32])
                .sign(message)
                .to_vec(),
            Self::Sm2(seed) => {
                let signature: sm2::dsa::Signature = sm2_key(seed).sign(message);
                sequence(&[
                    unsigned(&signature.to_bytes()[..32]),
                    unsigned(&signature.to_bytes()[32..]),
                ])
            }
        }
    }
}

fn unsigned(octets: &[u8]) -> Vec<u8> {
    let zeros = octets.iter().take_while(|octet| **octet == 0).count();
    let digits = &octets[zeros..];
    let sign: &[u8] = if digits[0] & 0x80 != 0 { &[0] } else { &[] };
    super::der::tlv(2, &[sign, digits].concat())
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

fn sm2_key(seed: u8) -> sm2::dsa::SigningKey {
    let secret = sm2::SecretKey::from_slice(&[seed; 32]).unwrap();
    sm2::dsa::SigningKey::new("1234567812345678", &secret).unwrap()
}
