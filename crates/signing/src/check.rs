//! What is checked before a key signs. A signature that every verifier refuses is worse than none.

use crate::algorithm::Algorithm;
use crate::certificate::Certificate;
use crate::key::SignKey;
use crate::revocation::{self, Revocation, Standing};

/// Why a certificate may not be used to sign now. Times are Unix seconds.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CheckError {
    /// The chain is empty, or its first certificate cannot be read.
    #[error("the certificate cannot be read")]
    Certificate,
    /// The validity has not begun.
    #[error("the certificate of {subject} is valid only from {not_before}")]
    NotYetValid {
        /// Whose.
        subject: String,
        /// Start of the validity.
        not_before: i64,
        /// When it was to be used.
        time: i64,
    },
    /// The validity has ended.
    #[error("the certificate of {subject} was valid until {not_after}")]
    Expired {
        /// Whose.
        subject: String,
        /// End of the validity.
        not_after: i64,
        /// When it was to be used.
        time: i64,
    },
    /// keyUsage has neither digitalSignature nor nonRepudiation (RFC 5280 §4.2.1.3).
    #[error("the certificate of {subject} is not for signatures")]
    KeyUsage {
        /// Whose.
        subject: String,
    },
    /// The key does not sign as the certificate's key does.
    #[error("the key is not that of the certificate")]
    KeyMismatch,
    /// A list or response that is rightly signed says so.
    #[error("the certificate of {subject} was revoked at {revoked_at}")]
    Revoked {
        /// Whose.
        subject: String,
        /// Since when.
        revoked_at: i64,
    },
    /// Lists or responses were given, and none speaks for the certificate.
    #[error("nothing that was given tells whether the certificate of {subject} is revoked")]
    RevocationUnknown {
        /// Whose.
        subject: String,
    },
    /// What speaks for the certificate had run out.
    #[error("what tells of the revocation of {subject} was due again at {next_update}")]
    RevocationStale {
        /// Whose.
        subject: String,
        /// When a newer one was due.
        next_update: i64,
    },
}

/// Checks that the certificate of a key may sign at `time` (Unix seconds): validity of every certificate of the chain,
/// key usage, the kind of key, and revocation of each certificate whose issuer is in the chain, as far as lists and
/// responses are given for it. The leaf must be covered when anything is given at all.
///
/// # Errors
/// [`CheckError`]: the first thing wrong.
pub fn check(
    key: &dyn SignKey,
    time: i64,
    revocation: &Revocation<'_>,
) -> Result<Standing, CheckError> {
    let chain = read_chain(key.chain())?;
    let leaf = chain.first().ok_or(CheckError::Certificate)?;
    for certificate in &chain {
        check_validity(certificate, time)?;
    }
    if !leaf.may_sign {
        return Err(CheckError::KeyUsage {
            subject: leaf.subject_text.clone(),
        });
    }
    if Algorithm::of_key(&leaf.key) != Some(key.algorithm()) {
        return Err(CheckError::KeyMismatch);
    }
    revocation::check(&chain, time, revocation)
}

pub(crate) fn read_chain(chain: &[Vec<u8>]) -> Result<Vec<Certificate>, CheckError> {
    chain
        .iter()
        .map(|der| Certificate::parse(der).ok_or(CheckError::Certificate))
        .collect()
}

fn check_validity(certificate: &Certificate, time: i64) -> Result<(), CheckError> {
    let subject = || certificate.subject_text.clone();
    if time < certificate.not_before {
        return Err(CheckError::NotYetValid {
            subject: subject(),
            not_before: certificate.not_before,
            time,
        });
    }
    if time > certificate.not_after {
        return Err(CheckError::Expired {
            subject: subject(),
            not_after: certificate.not_after,
            time,
        });
    }
    Ok(())
}
