//! Algorithms of signatures, and public keys that check what a private one made.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA384_ASN1, ECDSA_P384_SHA256_ASN1, ECDSA_P384_SHA384_ASN1,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
    UnparsedPublicKey, VerificationAlgorithm,
};
use sha2::{Digest as _, Sha256, Sha384};
use sm2::dsa::signature::Verifier as _;
use sm3::Sm3;

use crate::der::{self, Reader, oid};

/// GM/T 0009 §10: the identity of an SM2 signer where nothing else was agreed.
pub(crate) const SM2_IDENTITY: &str = "1234567812345678";

/// How a key signs, with the digest that belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §8.2).
    RsaSha256,
    /// ECDSA on NIST P-256 with SHA-256 (RFC 5758 §3.2).
    EcdsaP256Sha256,
    /// ECDSA on NIST P-384 with SHA-384 (RFC 5758 §3.2).
    EcdsaP384Sha384,
    /// SM2 with SM3 (GB/T 32918, GM/T 0009) under the default signer identity. For detached signatures only.
    Sm2Sm3,
}

impl Algorithm {
    /// The usual name, as verifiers say it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::RsaSha256 => "RSA PKCS #1 SHA-256",
            Self::EcdsaP256Sha256 => "ECDSA SHA-256",
            Self::EcdsaP384Sha384 => "ECDSA SHA-384",
            Self::Sm2Sm3 => "SM2 SM3",
        }
    }

    /// The digest of the signature, of the message-digest attribute and of nothing else.
    pub(crate) fn digest(self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::RsaSha256 | Self::EcdsaP256Sha256 => Sha256::digest(message).to_vec(),
            Self::EcdsaP384Sha384 => Sha384::digest(message).to_vec(),
            Self::Sm2Sm3 => Sm3::digest(message).to_vec(),
        }
    }

    /// `AlgorithmIdentifier` of the digest, without parameters (RFC 5754 §2).
    pub(crate) fn digest_identifier(self) -> Vec<u8> {
        let digest = match self {
            Self::RsaSha256 | Self::EcdsaP256Sha256 => oid::SHA256,
            Self::EcdsaP384Sha384 => oid::SHA384,
            Self::Sm2Sm3 => oid::SM3,
        };
        der::sequence(&[&der::object(digest)])
    }

    /// `AlgorithmIdentifier` of the signature; RSA alone has parameters, which are NULL (RFC 8017 A.2).
    pub(crate) fn signature_identifier(self) -> Vec<u8> {
        let signature = match self {
            Self::RsaSha256 => return der::sequence(&[&der::object(oid::RSA_SHA256), der::NULL]),
            Self::EcdsaP256Sha256 => oid::ECDSA_SHA256,
            Self::EcdsaP384Sha384 => oid::ECDSA_SHA384,
            Self::Sm2Sm3 => oid::SM2_SM3,
        };
        der::sequence(&[&der::object(signature)])
    }

    /// The algorithm that suits the key of a certificate.
    pub(crate) fn of_key(key: &PublicKey) -> Option<Self> {
        match (key.kind.as_slice(), key.curve.as_deref()) {
            (oid::RSA_ENCRYPTION, _) => Some(Self::RsaSha256),
            (oid::EC_PUBLIC_KEY, Some(oid::P256)) => Some(Self::EcdsaP256Sha256),
            (oid::EC_PUBLIC_KEY, Some(oid::P384)) => Some(Self::EcdsaP384Sha384),
            (oid::EC_PUBLIC_KEY, Some(oid::SM2)) => Some(Self::Sm2Sm3),
            _ => None,
        }
    }
}

/// A `SubjectPublicKeyInfo` (RFC 5280 §4.1.2.7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PublicKey {
    kind: Vec<u8>,
    curve: Option<Vec<u8>>,
    /// The key itself, without its wrapping.
    pub(crate) octets: Vec<u8>,
}

impl PublicKey {
    pub(crate) fn parse(info: &[u8]) -> Option<Self> {
        let mut fields = Reader(info).enter(der::SEQUENCE)?;
        let mut algorithm = fields.enter(der::SEQUENCE)?;
        let (unused, octets) = fields.expect(der::BIT_STRING)?.content.split_first()?;
        (*unused == 0).then_some(())?;
        Some(Self {
            kind: algorithm.expect(der::OBJECT_IDENTIFIER)?.content.to_vec(),
            curve: algorithm
                .optional(der::OBJECT_IDENTIFIER)
                .map(|curve| curve.content.to_vec()),
            octets: octets.to_vec(),
        })
    }

    /// Octets that a signature of this key can have at most.
    pub(crate) fn signature_room(&self) -> usize {
        // An RSA key has its modulus and little more; two numbers of an ECDSA signature have a few octets of wrapping.
        self.octets.len().max(64) + 64
    }

    /// Whether `signature` over `message` is this key's.
    pub(crate) fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        let identifier = match algorithm {
            Algorithm::RsaSha256 => oid::RSA_SHA256,
            Algorithm::EcdsaP256Sha256 => oid::ECDSA_SHA256,
            Algorithm::EcdsaP384Sha384 => oid::ECDSA_SHA384,
            Algorithm::Sm2Sm3 => oid::SM2_SM3,
        };
        self.verifies_as(identifier, message, signature) == Some(true)
    }

    /// Judges a signature by the identifier of its algorithm; `None` for one that is not known here.
    pub(crate) fn verifies_as(
        &self,
        identifier: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Option<bool> {
        let curve = self.curve.as_deref();
        if identifier == oid::SM2_SM3 && curve == Some(oid::SM2) {
            return Some(self.verifies_sm2(message, signature));
        }
        let algorithm: &'static dyn VerificationAlgorithm = match (identifier, curve) {
            (oid::RSA_SHA256, _) => &RSA_PKCS1_2048_8192_SHA256,
            (oid::RSA_SHA384, _) => &RSA_PKCS1_2048_8192_SHA384,
            (oid::RSA_SHA512, _) => &RSA_PKCS1_2048_8192_SHA512,
            (oid::ECDSA_SHA256, Some(oid::P256)) => &ECDSA_P256_SHA256_ASN1,
            (oid::ECDSA_SHA384, Some(oid::P256)) => &ECDSA_P256_SHA384_ASN1,
            (oid::ECDSA_SHA256, Some(oid::P384)) => &ECDSA_P384_SHA256_ASN1,
            (oid::ECDSA_SHA384, Some(oid::P384)) => &ECDSA_P384_SHA384_ASN1,
            _ => return None,
        };
        let key = UnparsedPublicKey::new(algorithm, &self.octets);
        Some(key.verify(message, signature).is_ok())
    }

    fn verifies_sm2(&self, message: &[u8], signature: &[u8]) -> bool {
        let key = sm2::dsa::VerifyingKey::from_sec1_bytes(SM2_IDENTITY, &self.octets);
        let signature = sm2::dsa::Signature::from_der(signature);
        match (key, signature) {
            (Ok(key), Ok(signature)) => key.verify(message, &signature).is_ok(),
            _ => false,
        }
    }
}
