//! One RSA key of fixed primes, and RSASSA-PSS with it.

use std::convert::Infallible;
use std::sync::LazyLock;

use rsa::pss::SigningKey;
use rsa::rand_core::{TryCryptoRng, TryRng};
use rsa::signature::SignatureEncoding as _;
use rsa::signature::hazmat::RandomizedPrehashSigner as _;
use rsa::traits::PublicKeyParts as _;
use rsa::{BoxedUint, RsaPrivateKey};
use sha2::Sha256;

use super::der::{bits, integer, oid, sequence, tlv};
use super::key::unsigned;

const PRIMES: &str = include_str!("../data/rsa_primes.txt");
const NULL: [u8; 2] = [5, 0];

static KEY: LazyLock<RsaPrivateKey> = LazyLock::new(|| {
    let mut primes = PRIMES
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| BoxedUint::from_be_hex(line, 1024).unwrap());
    let (p, q) = (primes.next().unwrap(), primes.next().unwrap());
    RsaPrivateKey::from_p_q(p, q, BoxedUint::from(65_537u64)).unwrap()
});

/// The key as rsaEncryption, which leaves the scheme open (RFC 4055 §1.2).
pub fn public_key_info() -> Vec<u8> {
    let key = sequence(&[unsigned(&KEY.n_bytes()), unsigned(&KEY.e_bytes())]);
    let algorithm = sequence(&[oid("1.2.840.113549.1.1.1"), NULL.to_vec()]);
    sequence(&[algorithm, bits(&key)])
}

/// SHA-256 throughout, and a salt of 32 octets (RFC 4055 §3.1).
pub fn pss_with_sha256() -> Vec<u8> {
    let sha256 = sequence(&[oid("2.16.840.1.101.3.4.2.1"), NULL.to_vec()]);
    let mask = sequence(&[oid("1.2.840.113549.1.1.8"), sha256.clone()]);
    let parameters = sequence(&[
        tlv(0xa0, &sha256),
        tlv(0xa1, &mask),
        tlv(0xa2, &integer(32)),
    ]);
    sequence(&[oid("1.2.840.113549.1.1.10"), parameters])
}

pub fn sign_pss(hash: &[u8]) -> Vec<u8> {
    let key = SigningKey::<Sha256>::new(KEY.clone());
    key.sign_prehash_with_rng(&mut Counting(0), hash)
        .unwrap()
        .to_vec()
}

/// Octets that count upward: a salt need not be a secret here, and tokens stay the same.
struct Counting(u8);

impl TryRng for Counting {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for byte in bytes {
            self.0 = self.0.wrapping_add(1);
            *byte = self.0;
        }
        Ok(())
    }
}

impl TryCryptoRng for Counting {}
