//! Certificates of P-256 keys (RFC 5280), as small as they can be.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};

const SEQUENCE: u8 = 0x30;
/// ecdsa-with-SHA256.
const ECDSA_SHA256: [u8; 8] = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
/// id-ecPublicKey.
const EC_PUBLIC_KEY: [u8; 7] = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
/// prime256v1.
const P256: [u8; 8] = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
/// commonName.
const COMMON_NAME: [u8; 3] = [0x55, 0x04, 0x03];

/// A key under a name.
pub(super) struct Named {
    name: Vec<u8>,
    pub key: SigningKey,
}

impl Named {
    /// The key follows from `seed`.
    pub fn new(name: &str, seed: u8) -> Self {
        let common_name = [element(6, &COMMON_NAME), element(0x0c, name.as_bytes())].concat();
        let set = element(0x31, &element(SEQUENCE, &common_name));
        Self {
            name: element(SEQUENCE, &set),
            key: SigningKey::from_slice(&[seed.max(1); 32]).expect("a key"),
        }
    }

    /// A certificate for another, or for itself.
    pub fn issues(&self, subject: &Self) -> Vec<u8> {
        let algorithm = element(SEQUENCE, &element(6, &ECDSA_SHA256));
        let validity = [
            element(0x17, b"200101000000Z"),
            element(0x17, b"490101000000Z"),
        ]
        .concat();
        let point = subject.key.verifying_key().to_sec1_point(false);
        let kind = [element(6, &EC_PUBLIC_KEY), element(6, &P256)].concat();
        let bits = element(3, &[&[0], point.as_bytes()].concat());
        let key = [element(SEQUENCE, &kind), bits].concat();
        let signed = [
            element(2, &[1]),
            algorithm.clone(),
            self.name.clone(),
            element(SEQUENCE, &validity),
            subject.name.clone(),
            element(SEQUENCE, &key),
        ];
        let signed = element(SEQUENCE, &signed.concat());
        let signature: Signature = self.key.sign(&signed);
        let der = signature.to_der();
        let bits = element(3, &[&[0], der.as_bytes()].concat());
        element(SEQUENCE, &[signed, algorithm, bits].concat())
    }
}

/// RFC 7468.
pub(super) fn pem(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n")
}

/// An element of DER.
pub(super) fn element(tag: u8, contents: &[u8]) -> Vec<u8> {
    let length = match contents.len() {
        short @ ..=0x7f => vec![u8::try_from(short).unwrap_or_default()],
        middle @ ..=0xff => vec![0x81, u8::try_from(middle).unwrap_or_default()],
        long => {
            let [high, low] = u16::try_from(long).expect("a short element").to_be_bytes();
            vec![0x82, high, low]
        }
    };
    [&[tag], &*length, contents].concat()
}
