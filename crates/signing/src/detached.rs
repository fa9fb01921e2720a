//! Signatures beside a file (`.p7s`): CMS (RFC 5652), under SM2 with the identifiers of GB/T 35275.

use rfc3161_client::UnixTime;

use crate::algorithm::Algorithm;
use crate::certificate::Certificate;
use crate::check::{self, CheckError};
use crate::cms::{self, ContentTypes};
use crate::der;
use crate::error::SignError;
use crate::key::SignKey;
use crate::revocation::Revocation;
use crate::sign::imprint;
use crate::stamp::checked_token;

/// RFC 5652 §11.3: UTCTime until the end of 2049.
const YEAR_2050: i64 = 2_524_608_000;
/// What GeneralizedTime can write ends here.
const YEAR_10000: i64 = 253_402_300_800;

/// A signature beside a file, made and neither stamped nor written yet.
#[derive(Debug)]
pub struct Detached {
    algorithm: Algorithm,
    chain: Vec<Vec<u8>>,
    signer: Certificate,
    signed_attributes: Vec<u8>,
    value: Vec<u8>,
}

impl Detached {
    /// Checks the certificate ([`check`](crate::check)) and signs `content`. `time` (Unix seconds) stands in it as the
    /// signer's own claim.
    ///
    /// An SM2 key signs by SM2 with SM3 under the default identity, so that readers of 国密 find the algorithms they are
    /// bound to.
    ///
    /// # Errors
    /// [`SignError`].
    pub fn sign(
        content: &[u8],
        key: &dyn SignKey,
        time: i64,
        revocation: &Revocation<'_>,
    ) -> Result<Self, SignError> {
        check::check(key, time, revocation)?;
        let signer = key
            .chain()
            .first()
            .and_then(|leaf| Certificate::parse(leaf));
        let signer = signer.ok_or(CheckError::Certificate)?;
        let algorithm = key.algorithm();
        let digest = algorithm.digest(content);
        let claimed = signing_time(time)?;
        let types = content_types(algorithm);
        let signed_attributes = cms::signed_attributes(&digest, &signer, types, Some(&claimed));
        let value = key.sign(&signed_attributes)?;
        if !signer.key.verifies(algorithm, &signed_attributes, &value) {
            return Err(SignError::KeyMismatch);
        }
        Ok(Self {
            algorithm,
            chain: key.chain().to_vec(),
            signer,
            signed_attributes,
            value,
        })
    }

    /// What a time-stamp of it is over.
    #[must_use]
    pub fn imprint(&self) -> [u8; 32] {
        imprint(&self.value)
    }

    /// The signature, without the content, with its time-stamp, and with the lists and responses that travel with it:
    /// they are not signed, and so may be of after the stamp.
    ///
    /// # Errors
    /// [`SignError::TimeStamp`] for a token over something else.
    pub fn finish(
        self,
        token: Option<&[u8]>,
        revocation: &Revocation<'_>,
    ) -> Result<Vec<u8>, SignError> {
        let over = self.imprint();
        let token = token.map(|token| checked_token(token, &over)).transpose()?;
        let signature = cms::Signature {
            algorithm: self.algorithm,
            chain: &self.chain,
            signer: &self.signer,
            signed_attributes: &self.signed_attributes,
            value: &self.value,
            content_types: content_types(self.algorithm),
            revocation: *revocation,
        };
        Ok(signature.signed_data(token.as_deref()))
    }
}

fn content_types(algorithm: Algorithm) -> ContentTypes {
    match algorithm {
        Algorithm::Sm2Sm3 => ContentTypes::Gm,
        _ => ContentTypes::Cms,
    }
}

fn signing_time(unix: i64) -> Result<Vec<u8>, SignError> {
    if !(0..YEAR_10000).contains(&unix) {
        return Err(SignError::Time(unix));
    }
    let digits = UnixTime(unix).to_generalized_time();
    Ok(match digits.get(2..) {
        Some(short) if unix < YEAR_2050 => der::element(der::UTC_TIME, &[short.as_bytes()]),
        _ => der::element(der::GENERALIZED_TIME, &[digits.as_bytes()]),
    })
}
