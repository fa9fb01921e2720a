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
use crate::sign::{SignFailure, StampSource, imprint};
use crate::stamp::checked_token;

/// RFC 5652 §11.3: UTCTime until the end of 2049.
const YEAR_2050: i64 = 2_524_608_000;
/// What GeneralizedTime can write ends here.
const YEAR_10000: i64 = 253_402_300_800;

/// Checks the certificate, signs `content`, and fetches a time-stamp of the signature where `stamp` is given. The result
/// does not hold the content. `time` (Unix seconds) stands in it as the signer's own claim; the revocation lists that were
/// given travel with it.
///
/// An SM2 key signs by SM2 with SM3 under the default identity, so that readers of 国密 find the algorithms they are
/// bound to.
///
/// # Errors
/// [`SignFailure`].
pub fn sign_detached<E>(
    content: &[u8],
    key: &dyn SignKey,
    time: i64,
    revocation: &Revocation<'_>,
    stamp: Option<StampSource<'_, E>>,
) -> Result<Vec<u8>, SignFailure<E>> {
    check::check(key, time, revocation).map_err(SignError::from)?;
    let signer = key
        .chain()
        .first()
        .and_then(|leaf| Certificate::parse(leaf));
    let signer = signer.ok_or(SignError::Check(CheckError::Certificate))?;
    let algorithm = key.algorithm();
    let content_types = match algorithm {
        Algorithm::Sm2Sm3 => ContentTypes::Gm,
        _ => ContentTypes::Cms,
    };
    let digest = algorithm.digest(content);
    let claimed = signing_time(time)?;
    let attributes = cms::signed_attributes(&digest, &signer, content_types, Some(&claimed));
    let value = key.sign(&attributes).map_err(SignError::from)?;
    if !signer.key.verifies(algorithm, &attributes, &value) {
        return Err(SignError::KeyMismatch.into());
    }
    let token = match stamp {
        Some(stamp) => {
            let token = stamp(&imprint(&value)).map_err(SignFailure::Stamp)?;
            Some(checked_token(&token, &imprint(&value))?)
        }
        None => None,
    };
    let signature = cms::Signature {
        algorithm,
        chain: key.chain(),
        signer: &signer,
        signed_attributes: &attributes,
        value: &value,
        content_types,
        lists: revocation.lists,
    };
    Ok(signature.signed_data(token.as_deref()))
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
