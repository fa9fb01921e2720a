//! Keys that sign, wherever they are kept.

use crate::algorithm::Algorithm;

/// A private key with the certificates that speak for it. The key itself never leaves the implementation.
pub trait SignKey {
    /// Certificates in DER: the key's own first, each issued by the next as far as they are at hand.
    fn chain(&self) -> &[Vec<u8>];

    /// How the key signs.
    fn algorithm(&self) -> Algorithm;

    /// Signs: the RSA block, or DER of `Ecdsa-Sig-Value` or `SM2Signature`, over the message and not over its digest.
    ///
    /// # Errors
    /// [`KeyError`].
    fn sign(&self, to_be_signed: &[u8]) -> Result<Vec<u8>, KeyError>;
}

/// How many wrong PINs a token still takes, as far as it tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinTries {
    /// The token gives no warning.
    NotSaid,
    /// A wrong PIN was given since the last right one.
    Few,
    /// The next wrong PIN locks the token.
    Last,
}

/// Why a key cannot be opened or used. No variant holds a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The passphrase does not open the file.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    /// Neither PKCS#12 nor a form of it that can be read.
    #[error("the key file cannot be read: {reason}")]
    Unreadable {
        /// What the reader says.
        reason: String,
    },
    /// No private key is there.
    #[error("there is no private key")]
    NoKey,
    /// Several private keys are there, and none was chosen.
    #[error("there are {count} private keys")]
    SeveralKeys {
        /// How many.
        count: usize,
    },
    /// No certificate has the public key of the private key.
    #[error("no certificate belongs to the private key")]
    NoCertificate,
    /// A certificate cannot be read.
    #[error("a certificate cannot be read")]
    Certificate,
    /// A key of a kind or size that does not sign here.
    #[error("a key of this kind does not sign here")]
    Unsupported,
    /// The key would not sign.
    #[error("the key would not sign")]
    Refused,
    /// The driver of the token cannot be loaded.
    #[error("the driver {path} cannot be loaded: {reason}")]
    Driver {
        /// Its path.
        path: String,
        /// What the system says.
        reason: String,
    },
    /// The token is not plugged in.
    #[error("the token {wanted} is not there")]
    TokenMissing {
        /// Its label or serial number.
        wanted: String,
        /// The labels of the tokens that are there.
        present: Vec<String>,
    },
    /// The token does not take the PIN.
    #[error("the PIN is wrong")]
    WrongPin {
        /// What the token says of further tries.
        tries: PinTries,
    },
    /// Too many wrong PINs were given, now or before.
    #[error("the token is locked")]
    PinLocked,
    /// The token has no such key, or no certificate for it.
    #[error("the token has no key {wanted} with a certificate")]
    KeyMissing {
        /// Label or identifier.
        wanted: String,
    },
    /// The token reports something else, such as having been pulled out.
    #[error("the token says: {reason}")]
    Token {
        /// Function and return value (PKCS #11 §5.1).
        reason: String,
    },
}
