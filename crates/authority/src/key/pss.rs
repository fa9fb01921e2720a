//! RSASSA-PSS with SHA-256, MGF1 with SHA-256 and a salt of 32 octets (RFC 8017 §8.1, RFC 4055).

use der::asn1::{Any, BitString};
use rsa::pkcs1::EncodeRsaPublicKey;
use rsa::pss::{SigningKey, get_default_pss_signature_algo_id};
use rsa::signature::{Keypair, RandomizedSigner, SignatureEncoding};
use sha2::Sha256;

use super::seed::{SEED_BYTES, SeedStream};
use crate::asn1::{AlgorithmIdentifier, SubjectPublicKeyInfo};
use crate::authority::AuthorityError;

/// A key that signs by this scheme alone, and says so in its certificate (RFC 4055 §1.2).
pub(crate) struct PssKey {
    key: SigningKey<Sha256>,
    algorithm: AlgorithmIdentifier,
    salt_secret: [u8; SEED_BYTES],
}

impl PssKey {
    pub(crate) fn generate(bits: usize, stream: &mut SeedStream) -> Result<Self, AuthorityError> {
        // Both digests are one, and the salt is as long (RFC 4055 §3.1).
        let algorithm =
            get_default_pss_signature_algo_id::<Sha256>().map_err(|_| AuthorityError::Key)?;
        Ok(Self {
            key: SigningKey::random(stream, bits).map_err(|_| AuthorityError::Key)?,
            algorithm: AlgorithmIdentifier {
                algorithm: algorithm.oid,
                parameters: algorithm.parameters,
            },
            salt_secret: stream.bytes(),
        })
    }

    /// The same for the key and for its signatures: the key is bound to the parameters.
    pub(crate) fn algorithm(&self) -> &AlgorithmIdentifier {
        &self.algorithm
    }

    pub(crate) fn public_key_info(&self) -> Result<SubjectPublicKeyInfo, AuthorityError> {
        let key = rsa::RsaPublicKey::from(self.key.verifying_key());
        let key = key.to_pkcs1_der().map_err(|_| AuthorityError::Key)?;
        Ok(SubjectPublicKeyInfo {
            algorithm: Any::encode_from(&self.algorithm)?,
            subject_public_key: BitString::from_bytes(key.as_bytes())?,
        })
    }

    /// The salt follows from a secret and the message, so that the entropy at the start decides
    /// every token.
    pub(crate) fn sign(&self, message: &[u8]) -> rsa::signature::Result<Vec<u8>> {
        let mut salt = SeedStream::of_message(&self.salt_secret, message);
        let signature = self.key.try_sign_with_rng(&mut salt, message)?;
        Ok(signature.to_vec())
    }
}
