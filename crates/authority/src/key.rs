//! The keys of an authority: what each kind makes of entropy, and how it signs.

mod pss;
mod seed;

use der::Decode;
use der::asn1::{Any, BitString, ObjectIdentifier};
use p256::ecdsa::signature::Signer;
use p256::pkcs8::EncodePublicKey;
use rsa::signature::{Keypair, SignatureEncoding};
use sha2::{Digest, Sha256, Sha384, Sha512};
use sm3::Sm3;

use crate::asn1::{AlgorithmIdentifier, SubjectPublicKeyInfo, oid};
use crate::authority::AuthorityError;
use pss::PssKey;
pub(crate) use seed::SeedStream;

/// The kind of the two keys of an authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyKind {
    /// ECDSA on NIST P-256 with SHA-256 (RFC 5758).
    P256,
    /// ECDSA on NIST P-384 with SHA-384 (RFC 5758).
    P384,
    /// ECDSA on NIST P-521 with SHA-512 (RFC 5758).
    P521,
    /// RSA of 2048 bits, PKCS #1 v1.5 with SHA-256 (RFC 8017). Making one takes up to a second.
    Rsa2048,
    /// RSA of 2048 bits, bound to RSASSA-PSS with SHA-256 throughout and a salt of 32 octets
    /// (RFC 4055). Making one takes up to a second.
    RsaPss2048,
    /// Ed25519 (RFC 8410), with SHA-512 for the digest of the content (RFC 8419).
    Ed25519,
    /// SM2 with SM3 (GB/T 32918) under the default signer identity (GM/T 0009 §10).
    Sm2,
}

impl KeyKind {
    /// Every kind there is.
    pub const ALL: [Self; 7] = [
        Self::P256,
        Self::P384,
        Self::P521,
        Self::Rsa2048,
        Self::RsaPss2048,
        Self::Ed25519,
        Self::Sm2,
    ];
}

const RSA_BITS: usize = 2048;
/// A uniformly random string as long as the order is no valid key once in 2³² times, or less often.
const EC_KEY_ATTEMPTS: usize = 64;
/// GM/T 0009 §10: the signer identity where nothing else was agreed.
const SM2_IDENTITY: &str = "1234567812345678";

pub(crate) enum SecretKey {
    P256(p256::ecdsa::SigningKey),
    P384(p384::ecdsa::SigningKey),
    P521(p521::ecdsa::SigningKey),
    Rsa2048(Box<rsa::pkcs1v15::SigningKey<Sha256>>),
    RsaPss2048(Box<PssKey>),
    Ed25519(Box<ed25519_dalek::SigningKey>),
    Sm2(Box<sm2::dsa::SigningKey>),
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
            KeyKind::P521 => attempt::<66, _>(stream, |bytes| {
                // The order has 521 bits, seven fewer than the octets.
                bytes[0] &= 1;
                p521::ecdsa::SigningKey::from_slice(bytes)
                    .map(Self::P521)
                    .ok()
            }),
            KeyKind::Rsa2048 => rsa::RsaPrivateKey::new(stream, RSA_BITS)
                .map(|key| Self::Rsa2048(Box::new(rsa::pkcs1v15::SigningKey::new(key))))
                .map_err(|_| AuthorityError::Key),
            KeyKind::RsaPss2048 => {
                PssKey::generate(RSA_BITS, stream).map(|key| Self::RsaPss2048(Box::new(key)))
            }
            KeyKind::Ed25519 => {
                let key = ed25519_dalek::SigningKey::from_bytes(&stream.bytes());
                Ok(Self::Ed25519(Box::new(key)))
            }
            KeyKind::Sm2 => attempt::<32, _>(stream, |bytes| {
                sm2::dsa::SigningKey::from_slice(SM2_IDENTITY, bytes)
                    .map(|key| Self::Sm2(Box::new(key)))
                    .ok()
            }),
        }
    }

    /// An SM2 key that signs from now on under the empty identity.
    pub(crate) fn under_empty_identity(&self) -> Result<Self, AuthorityError> {
        let Self::Sm2(key) = self else {
            return Err(AuthorityError::Key);
        };
        sm2::dsa::SigningKey::from_nonzero_scalar("", *key.as_nonzero_scalar())
            .map(|key| Self::Sm2(Box::new(key)))
            .map_err(|_| AuthorityError::Key)
    }

    /// DER of the SubjectPublicKeyInfo (RFC 5280 §4.1.2.7).
    pub(crate) fn public_key_info(&self) -> Result<Any, AuthorityError> {
        let document = match self {
            Self::P256(key) => key.verifying_key().to_public_key_der(),
            Self::P384(key) => key.verifying_key().to_public_key_der(),
            Self::P521(key) => key.verifying_key().to_public_key_der(),
            Self::Rsa2048(key) => key.verifying_key().to_public_key_der(),
            Self::RsaPss2048(key) => return Ok(Any::encode_from(&key.public_key_info()?)?),
            Self::Ed25519(key) => return Ok(ed25519_key_info(key)?),
            Self::Sm2(key) => key.verifying_key().to_public_key_der(),
        };
        let document = document.map_err(|_| AuthorityError::Key)?;
        Ok(Any::from_der(document.as_bytes())?)
    }

    pub(crate) fn signature_algorithm(&self) -> AlgorithmIdentifier {
        match self {
            Self::P256(_) => AlgorithmIdentifier::bare(oid::ECDSA_WITH_SHA256),
            Self::P384(_) => AlgorithmIdentifier::bare(oid::ECDSA_WITH_SHA384),
            Self::P521(_) => AlgorithmIdentifier::bare(oid::ECDSA_WITH_SHA512),
            // RFC 8017 A.2: the parameters of this one are NULL, not absent
            Self::Rsa2048(_) => AlgorithmIdentifier {
                algorithm: oid::SHA256_WITH_RSA,
                parameters: Some(Any::null()),
            },
            Self::RsaPss2048(key) => key.algorithm().clone(),
            Self::Ed25519(_) => AlgorithmIdentifier::bare(oid::ED25519),
            Self::Sm2(_) => AlgorithmIdentifier::bare(oid::SM2_WITH_SM3),
        }
    }

    pub(crate) fn digest_algorithm(&self) -> ObjectIdentifier {
        match self {
            Self::P256(_) | Self::Rsa2048(_) | Self::RsaPss2048(_) => oid::SHA256,
            Self::P384(_) => oid::SHA384,
            Self::P521(_) | Self::Ed25519(_) => oid::SHA512,
            Self::Sm2(_) => oid::SM3,
        }
    }

    /// The digest that goes into the message-digest attribute, of [`Self::digest_algorithm`].
    pub(crate) fn digest(&self, content: &[u8]) -> Vec<u8> {
        match self {
            Self::P256(_) | Self::Rsa2048(_) | Self::RsaPss2048(_) => {
                Sha256::digest(content).to_vec()
            }
            Self::P384(_) => Sha384::digest(content).to_vec(),
            Self::P521(_) | Self::Ed25519(_) => Sha512::digest(content).to_vec(),
            Self::Sm2(_) => Sm3::digest(content).to_vec(),
        }
    }

    /// Signs as RFC 5652 and RFC 5280 carry it: DER of `Ecdsa-Sig-Value` or `SM2Signature`, the
    /// RSA block, or the octets of RFC 8032.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, AuthorityError> {
        let signature = match self {
            Self::P256(key) => key
                .try_sign(message)
                .map(|signature: p256::ecdsa::DerSignature| signature.as_bytes().to_vec()),
            Self::P384(key) => key
                .try_sign(message)
                .map(|signature: p384::ecdsa::DerSignature| signature.as_bytes().to_vec()),
            Self::P521(key) => key
                .try_sign(message)
                .map(|signature: p521::ecdsa::DerSignature| signature.as_bytes().to_vec()),
            Self::Rsa2048(key) => key.try_sign(message).map(|signature| signature.to_vec()),
            Self::RsaPss2048(key) => key.sign(message),
            Self::Ed25519(key) => key.try_sign(message).map(|signature| signature.to_vec()),
            Self::Sm2(key) => key
                .try_sign(message)
                .map(|signature| signature.to_der().to_vec()),
        };
        signature.map_err(|_| AuthorityError::Key)
    }
}

/// RFC 8410 §4: the bare identifier, and the key as it is.
fn ed25519_key_info(key: &ed25519_dalek::SigningKey) -> der::Result<Any> {
    Any::encode_from(&SubjectPublicKeyInfo {
        algorithm: Any::encode_from(&AlgorithmIdentifier::bare(oid::ED25519))?,
        subject_public_key: BitString::from_bytes(key.verifying_key().as_bytes())?,
    })
}

fn attempt<const BYTES: usize, K>(
    stream: &mut SeedStream,
    make: impl Fn(&mut [u8; BYTES]) -> Option<K>,
) -> Result<K, AuthorityError> {
    for _ in 0..EC_KEY_ATTEMPTS {
        if let Some(key) = make(&mut stream.bytes::<BYTES>()) {
            return Ok(key);
        }
    }
    Err(AuthorityError::Key)
}
