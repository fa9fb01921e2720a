//! The signatures that messages to and from the gateway carry: DER of two integers, in base64.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use k256::ecdsa::signature::{Signer as _, Verifier as _};

use super::settings::Algorithm;
use crate::RailError;
use crate::rails::pem::{decoded, scalar};

/// GM/T 0009 §10: the identity where nothing else was agreed.
const SM2_IDENTITY: &str = "1234567812345678";

/// The office's key.
pub(super) enum OwnKey {
    R1(p256::ecdsa::SigningKey),
    K1(k256::ecdsa::SigningKey),
    Sm2(Box<sm2::dsa::SigningKey>),
}

impl fmt::Debug for OwnKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

impl OwnKey {
    pub fn read(algorithm: Algorithm, text: &str) -> Option<Self> {
        let scalar = scalar(text)?;
        match algorithm {
            Algorithm::R1 => p256::ecdsa::SigningKey::from_slice(&*scalar)
                .map(Self::R1)
                .ok(),
            Algorithm::K1 => k256::ecdsa::SigningKey::from_slice(&*scalar)
                .map(Self::K1)
                .ok(),
            Algorithm::Sm2 => {
                let key = sm2::dsa::SigningKey::from_slice(SM2_IDENTITY, &*scalar);
                key.map(|key| Self::Sm2(Box::new(key))).ok()
            }
        }
    }

    pub fn sign(&self, message: &str) -> Result<String, RailError> {
        let message = message.as_bytes();
        let pair = match self {
            Self::R1(key) => {
                let signature: p256::ecdsa::Signature = key.sign(message);
                signature.normalize_s().to_bytes().to_vec()
            }
            Self::K1(key) => {
                let signature: k256::ecdsa::Signature = key.sign(message);
                signature.normalize_s().to_bytes().to_vec()
            }
            // Hashed here, and by SM2 itself once more.
            Self::Sm2(key) => {
                let digest = fidem_fingerprint::sm3(message);
                let signature = key.try_sign(&digest);
                let signature = signature.map_err(|_| RailError::Setting { what: "key".into() })?;
                signature.to_bytes().to_vec()
            }
        };
        Ok(STANDARD.encode(der(&pair)))
    }
}

/// The gateway's key.
#[derive(Debug)]
pub(super) enum GatewayKey {
    R1(p256::ecdsa::VerifyingKey),
    K1(k256::ecdsa::VerifyingKey),
    Sm2(Box<sm2::dsa::VerifyingKey>),
}

impl GatewayKey {
    pub fn read(algorithm: Algorithm, pem: &str) -> Option<Self> {
        let der = decoded(pem)?;
        // A SubjectPublicKeyInfo ends with the point, uncompressed.
        let point = der.get(der.len().checked_sub(65)?..)?;
        match algorithm {
            Algorithm::R1 => p256::ecdsa::VerifyingKey::from_sec1_bytes(point)
                .map(Self::R1)
                .ok(),
            Algorithm::K1 => k256::ecdsa::VerifyingKey::from_sec1_bytes(point)
                .map(Self::K1)
                .ok(),
            Algorithm::Sm2 => {
                let key = sm2::dsa::VerifyingKey::from_sec1_bytes(SM2_IDENTITY, point);
                key.map(|key| Self::Sm2(Box::new(key))).ok()
            }
        }
    }

    pub fn signed(&self, message: &str, mac: &str) -> bool {
        let Some(pair) = STANDARD.decode(mac).ok().and_then(|der| pair(&der)) else {
            return false;
        };
        let message = message.as_bytes();
        match self {
            Self::R1(key) => p256::ecdsa::Signature::from_slice(&pair)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
            Self::K1(key) => k256::ecdsa::Signature::from_slice(&pair)
                .is_ok_and(|signature| key.verify(message, &signature.normalize_s()).is_ok()),
            Self::Sm2(key) => {
                let digest = fidem_fingerprint::sm3(message);
                sm2::dsa::Signature::from_slice(&pair)
                    .is_ok_and(|signature| key.verify(&digest, &signature).is_ok())
            }
        }
    }
}

/// `r` and `s`, 32 octets each, as a SEQUENCE of two INTEGERs.
fn der(pair: &[u8]) -> Vec<u8> {
    let (r, s) = pair.split_at(pair.len() / 2);
    let body = [integer(r), integer(s)].concat();
    // Never longer than 70 octets.
    let length = u8::try_from(body.len()).unwrap_or(0x7f);
    [vec![0x30, length], body].concat()
}

fn integer(number: &[u8]) -> Vec<u8> {
    let zeros = number.iter().take_while(|octet| **octet == 0).count();
    let mut number = number.get(zeros..).unwrap_or_default().to_vec();
    if number.first().is_none_or(|octet| *octet >= 0x80) {
        number.insert(0, 0);
    }
    let length = u8::try_from(number.len()).unwrap_or(0x7f);
    [vec![0x02, length], number].concat()
}

/// The other way round; only the shortest form.
fn pair(octets: &[u8]) -> Option<[u8; 64]> {
    let [0x30, _, 0x02, r_length, rest @ ..] = octets else {
        return None;
    };
    let (r, rest) = rest.split_at_checked(usize::from(*r_length))?;
    let [0x02, _, s @ ..] = rest else {
        return None;
    };
    let mut pair = [0; 64];
    for (number, end) in [(r, 32_usize), (s, 64)] {
        let zeros = number.iter().take_while(|octet| **octet == 0).count();
        let number = number.get(zeros..)?;
        let start = end
            .checked_sub(number.len())
            .filter(|start| start + 32 >= end)?;
        pair.get_mut(start..end)?.copy_from_slice(number);
    }
    (der(&pair) == octets).then_some(pair)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_read_back_and_hold_for_their_message_only() {
        let key = "11".repeat(32);
        for algorithm in [Algorithm::R1, Algorithm::K1, Algorithm::Sm2] {
            let own = OwnKey::read(algorithm, &key).unwrap();
            let public = match &own {
                OwnKey::R1(key) => GatewayKey::R1(*key.verifying_key()),
                OwnKey::K1(key) => GatewayKey::K1(*key.verifying_key()),
                OwnKey::Sm2(key) => GatewayKey::Sm2(Box::new(key.verifying_key().clone())),
            };
            for n in 0..40 {
                let message = format!("USER{n}app");
                let mac = own.sign(&message).unwrap();
                assert!(public.signed(&message, &mac), "{algorithm:?} {n}");
                assert!(!public.signed("other", &mac));
                assert!(!public.signed(&message, &mac[4..]));
            }
        }
    }

    #[test]
    fn forms_of_der() {
        let pair_of = |r: u8, s: u8| [vec![0; 31], vec![r], vec![0; 31], vec![s]].concat();
        assert_eq!(der(&pair_of(1, 0x80)), [0x30, 7, 2, 1, 1, 2, 2, 0, 0x80]);
        assert_eq!(
            pair(&[0x30, 7, 2, 1, 1, 2, 2, 0, 0x80]).map(|p| p.to_vec()),
            Some(pair_of(1, 0x80))
        );
        for wrong in [
            &[0x30, 7, 2, 2, 0, 1, 2, 1, 1][..],
            &[0x30, 6, 2, 1, 1, 2, 1, 1, 0],
            &[0x30, 6, 2, 9, 1, 2, 1, 1],
            &[],
        ] {
            assert_eq!(pair(wrong), None, "{wrong:?}");
        }
    }
}
