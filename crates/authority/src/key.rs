//! The keys of an authority, and the entropy they are made of.

use std::convert::Infallible;

use der::Decode;
use der::asn1::{Any, ObjectIdentifier};
use p256::ecdsa::signature::Signer;
use p256::pkcs8::EncodePublicKey;
use rand_core::{TryCryptoRng, TryRng};
use rsa::signature::{Keypair, SignatureEncoding};
use sha2::{Digest, Sha256, Sha384};

use crate::asn1::{AlgorithmIdentifier, oid};
use crate::authority::{AuthorityError, EntropyUnavailable};

/// The kind of the two keys of an authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyKind {
    /// ECDSA on NIST P-256 with SHA-256 (RFC 5758).
    P256,
    /// ECDSA on NIST P-384 with SHA-384 (RFC 5758).
    P384,
    /// RSA of 2048 bits, PKCS #1 v1.5 with SHA-256 (RFC 8017). Making one takes up to a second.
    Rsa2048,
}

const RSA_BITS: usize = 2048;
/// A uniformly random string is no valid ECDSA key with a probability below 2⁻³².
const EC_KEY_ATTEMPTS: usize = 64;
const SEED_BYTES: usize = 48;

pub(crate) enum SecretKey {
    P256(p256::ecdsa::SigningKey),
    P384(p384::ecdsa::SigningKey),
    Rsa2048(Box<rsa::pkcs1v15::SigningKey<Sha256>>),
}

impl SecretKey {
    pub(crate) fn generate(kind: KeyKind, stream: &mut SeedStream) -> Result<Self, AuthorityError> {
        match kind {
            KeyKind::P256 => attempt::<32, _>(stream, |bytes| {
                p256::ecdsa::SigningKey::from_slice(bytes)
                    .map(Self::P256)
                    .ok()
            }),
            KeyKind::P384 => attempt::<48, _>(stream, |bytes| {
                p384::ecdsa::SigningKey::from_slice(bytes)
                    .map(Self::P384)
                    .ok()
            }),
            KeyKind::Rsa2048 => rsa::RsaPrivateKey::new(stream, RSA_BITS)
                .map(|key| Self::Rsa2048(Box::new(rsa::pkcs1v15::SigningKey::new(key))))
                .map_err(|_| AuthorityError::Key),
        }
    }

    /// DER of the SubjectPublicKeyInfo (RFC 5280 §4.1.2.7).
    pub(crate) fn public_key_info(&self) -> Result<Any, AuthorityError> {
        let document = match self {
            Self::P256(key) => key.verifying_key().to_public_key_der(),
            Self::P384(key) => key.verifying_key().to_public_key_der(),
            Self::Rsa2048(key) => key.verifying_key().to_public_key_der(),
        };
        let document = document.map_err(|_| AuthorityError::Key)?;
        Ok(Any::from_der(document.as_bytes())?)
    }

    pub(crate) fn signature_algorithm(&self) -> AlgorithmIdentifier {
        match self {
            Self::P256(_) => AlgorithmIdentifier::bare(oid::ECDSA_WITH_SHA256),
            Self::P384(_) => AlgorithmIdentifier::bare(oid::ECDSA_WITH_SHA384),
            // RFC 8017 A.2: the parameters of this one are NULL, not absent
            Self::Rsa2048(_) => AlgorithmIdentifier {
                algorithm: oid::SHA256_WITH_RSA,
                parameters: Some(Any::null()),
            },
        }
    }

    pub(crate) fn digest_algorithm(&self) -> ObjectIdentifier {
        match self {
            Self::P256(_) | Self::Rsa2048(_) => oid::SHA256,
            Self::P384(_) => oid::SHA384,
        }
    }

    /// The digest that goes into the message-digest attribute, of [`Self::digest_algorithm`].
    pub(crate) fn digest(&self, content: &[u8]) -> Vec<u8> {
        match self {
            Self::P256(_) | Self::Rsa2048(_) => Sha256::digest(content).to_vec(),
            Self::P384(_) => Sha384::digest(content).to_vec(),
        }
    }

    /// Signs as RFC 5652 and RFC 5280 carry it: DER of `Ecdsa-Sig-Value`, or the RSA block.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, AuthorityError> {
        let signature = match self {
            Self::P256(key) => key
                .try_sign(message)
                .map(|signature: p256::ecdsa::DerSignature| signature.as_bytes().to_vec()),
            Self::P384(key) => key
                .try_sign(message)
                .map(|signature: p384::ecdsa::DerSignature| signature.as_bytes().to_vec()),
            Self::Rsa2048(key) => key.try_sign(message).map(|signature| signature.to_vec()),
        };
        signature.map_err(|_| AuthorityError::Key)
    }
}

fn attempt<const BYTES: usize, K>(
    stream: &mut SeedStream,
    make: impl Fn(&[u8]) -> Option<K>,
) -> Result<K, AuthorityError> {
    for _ in 0..EC_KEY_ATTEMPTS {
        if let Some(key) = make(&stream.bytes::<BYTES>()) {
            return Ok(key);
        }
    }
    Err(AuthorityError::Key)
}

/// Bytes drawn from one seed: block *i* is SHA-256(seed ‖ *i*). The seed is drawn once, so that
/// entropy can fail in one place only and generating a key cannot.
pub(crate) struct SeedStream {
    seed: [u8; SEED_BYTES],
    block: u64,
    pending: Vec<u8>,
}

impl SeedStream {
    pub(crate) fn draw(
        entropy: &mut dyn FnMut(&mut [u8]) -> Result<(), EntropyUnavailable>,
    ) -> Result<Self, EntropyUnavailable> {
        let mut seed = [0; SEED_BYTES];
        entropy(&mut seed)?;
        Ok(Self {
            seed,
            block: 0,
            pending: Vec::new(),
        })
    }

    pub(crate) fn bytes<const BYTES: usize>(&mut self) -> [u8; BYTES] {
        let mut bytes = [0; BYTES];
        self.fill(&mut bytes);
        bytes
    }

    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            *byte = self.next();
        }
    }

    fn next(&mut self) -> u8 {
        loop {
            if let Some(byte) = self.pending.pop() {
                return byte;
            }
            let block = Sha256::new()
                .chain_update(self.seed)
                .chain_update(self.block.to_be_bytes())
                .finalize();
            self.block = self.block.wrapping_add(1);
            self.pending.extend(block);
        }
    }
}

impl TryRng for SeedStream {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_le_bytes(self.bytes()))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_le_bytes(self.bytes()))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.fill(bytes);
        Ok(())
    }
}

impl TryCryptoRng for SeedStream {}
