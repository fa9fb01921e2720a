//! Keys in PKCS#12 files (RFC 7292), as OpenSSL, Windows and certificate authorities write them.

use std::fmt;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair,
    EcdsaSigningAlgorithm, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair,
};
use p12_keystore::Pkcs12Archive;
use p12_keystore::error::Error as P12Error;
use sm2::dsa::signature::Signer as _;
use sm2::pkcs8::DecodePrivateKey as _;

use crate::algorithm::{Algorithm, SM2_IDENTITY};
use crate::certificate::{Certificate, chain_of, completed};
use crate::key::{KeyError, SignKey};

/// Largest file read; one holds a key and a few certificates.
const MAX_FILE: usize = 1 << 20;

/// A private key out of a PKCS#12 file, in memory until it is dropped; the libraries that hold it overwrite it then. What the
/// reader of the file copied while it was read is freed and not overwritten.
pub struct Pkcs12Key {
    secret: Secret,
    chain: Vec<Vec<u8>>,
}

enum Secret {
    Rsa(RsaKeyPair),
    Ecdsa(Algorithm, EcdsaKeyPair),
    Sm2(Box<sm2::SecretKey>),
}

impl Pkcs12Key {
    /// Opens a file that has one private key: RSA of 2048 to 8192 bits, ECDSA on P-256 or P-384, or SM2. The certificate is
    /// the one with the same public key; the chain is made of the others.
    ///
    /// # Errors
    /// [`KeyError::WrongPassphrase`], [`KeyError::SeveralKeys`], [`KeyError::NoCertificate`] and others.
    pub fn open(file: &[u8], passphrase: &str) -> Result<Self, KeyError> {
        if file.len() > MAX_FILE {
            return Err(KeyError::Unreadable {
                reason: format!("it has more than {MAX_FILE} octets"),
            });
        }
        let archive = Pkcs12Archive::from_pkcs12(file, passphrase).map_err(unreadable)?;
        let key = match archive.keys.as_slice() {
            [] => return Err(KeyError::NoKey),
            [key] => &key.key,
            keys => return Err(KeyError::SeveralKeys { count: keys.len() }),
        };
        let secret = Secret::of_pkcs8(key.as_der())?;
        let heap: Vec<Certificate> = archive
            .certs
            .iter()
            .filter_map(|bag| Certificate::parse(bag.cert.as_der()))
            .collect();
        let public = secret.public();
        let leaf = heap.iter().find(|one| one.key.octets == public);
        let chain = chain_of(leaf.ok_or(KeyError::NoCertificate)?, &heap);
        Ok(Self { secret, chain })
    }

    /// Completes a chain of which only a part is at hand, by certificates in DER from elsewhere.
    #[must_use]
    pub fn with_certificates(mut self, others: &[Vec<u8>]) -> Self {
        self.chain = completed(&self.chain, others);
        self
    }
}

impl SignKey for Pkcs12Key {
    fn chain(&self) -> &[Vec<u8>] {
        &self.chain
    }

    fn algorithm(&self) -> Algorithm {
        match &self.secret {
            Secret::Rsa(_) => Algorithm::RsaSha256,
            Secret::Ecdsa(algorithm, _) => *algorithm,
            Secret::Sm2(_) => Algorithm::Sm2Sm3,
        }
    }

    fn sign(&self, to_be_signed: &[u8]) -> Result<Vec<u8>, KeyError> {
        self.secret.sign(to_be_signed).ok_or(KeyError::Refused)
    }
}

impl fmt::Debug for Pkcs12Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pkcs12Key")
            .field("algorithm", &self.algorithm())
            .field("certificates", &self.chain.len())
            .finish_non_exhaustive()
    }
}

impl Secret {
    fn of_pkcs8(der: &[u8]) -> Result<Self, KeyError> {
        if let Ok(pair) = RsaKeyPair::from_pkcs8(der) {
            return Ok(Self::Rsa(pair));
        }
        let curves: [(Algorithm, &'static EcdsaSigningAlgorithm); 2] = [
            (Algorithm::EcdsaP256Sha256, &ECDSA_P256_SHA256_ASN1_SIGNING),
            (Algorithm::EcdsaP384Sha384, &ECDSA_P384_SHA384_ASN1_SIGNING),
        ];
        for (algorithm, curve) in curves {
            if let Ok(pair) = EcdsaKeyPair::from_pkcs8(curve, der) {
                return Ok(Self::Ecdsa(algorithm, pair));
            }
        }
        sm2::SecretKey::from_pkcs8_der(der)
            .map(|key| Self::Sm2(Box::new(key)))
            .map_err(|_| KeyError::Unsupported)
    }

    /// The public key as a certificate carries it.
    fn public(&self) -> Vec<u8> {
        match self {
            Self::Rsa(pair) => pair.public_key().as_ref().to_vec(),
            Self::Ecdsa(_, pair) => pair.public_key().as_ref().to_vec(),
            Self::Sm2(key) => key.public_key().to_sec1_bytes().to_vec(),
        }
    }

    fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                // The generator is not used by this padding: the same message has the same signature.
                pair.sign(
                    &RSA_PKCS1_SHA256,
                    &SystemRandom::new(),
                    message,
                    &mut signature,
                )
                .ok()?;
                Some(signature)
            }
            Self::Ecdsa(_, pair) => {
                let signature = pair.sign(&SystemRandom::new(), message).ok()?;
                Some(signature.as_ref().to_vec())
            }
            Self::Sm2(key) => {
                let key = sm2::dsa::SigningKey::new(SM2_IDENTITY, key).ok()?;
                let signature: sm2::dsa::Signature = key.try_sign(message).ok()?;
                Some(signature.to_der().to_vec())
            }
        }
    }
}

/// A wrong passphrase shows in the code of authentication, or in padding where a file has none.
fn unreadable(error: P12Error) -> KeyError {
    match error {
        P12Error::MacError(_) | P12Error::UnpadError | P12Error::Pkcs5Error(_) => {
            KeyError::WrongPassphrase
        }
        other => KeyError::Unreadable {
            reason: other.to_string(),
        },
    }
}
