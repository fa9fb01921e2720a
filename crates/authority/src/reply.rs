//! From the bytes of a request to the bytes of a response (RFC 3161 §2.4).

use der::asn1::{Any, BitString};
use der::{Decode, Encode};

use crate::asn1::{
    AlgorithmIdentifier, MessageImprint, PkiStatusInfo, TimeStampReq, TimeStampResp, oid,
};

const GRANTED: u8 = 0;
const REJECTION: u8 = 2;
const REQUEST_V1: u8 = 1;

/// A response that says only "rejection, systemFailure": sent when nothing else can be encoded.
const SYSTEM_FAILURE: [u8; 14] = [
    0x30, 0x0c, 0x30, 0x0a, 0x02, 0x01, 0x02, 0x03, 0x05, 0x06, 0x00, 0x00, 0x00, 0x40,
];

/// Why a request gets no token: the bits of PKIFailureInfo (RFC 3161 §2.4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    BadAlgorithm,
    BadRequest,
    BadDataFormat,
    TimeNotAvailable,
    UnacceptedPolicy,
    UnacceptedExtension,
    SystemFailure,
}

impl Refusal {
    fn bit(self) -> usize {
        match self {
            Self::BadAlgorithm => 0,
            Self::BadRequest => 2,
            Self::BadDataFormat => 5,
            Self::TimeNotAvailable => 14,
            Self::UnacceptedPolicy => 15,
            Self::UnacceptedExtension => 16,
            Self::SystemFailure => 25,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::BadAlgorithm => "the digest algorithm is not accepted",
            Self::BadRequest => "the request is of another version",
            Self::BadDataFormat => "the request is not well formed",
            Self::TimeNotAvailable => "the time lies outside the validity of this authority",
            Self::UnacceptedPolicy => "the policy asked for is not offered",
            Self::UnacceptedExtension => "extensions are not accepted",
            Self::SystemFailure => "the authority could not answer",
        }
    }
}

/// A request that may be stamped, but for its policy.
pub(crate) fn accepted(request_der: &[u8]) -> Result<TimeStampReq, Refusal> {
    let request = TimeStampReq::from_der(request_der).map_err(|_| Refusal::BadDataFormat)?;
    if request.version != REQUEST_V1 {
        return Err(Refusal::BadRequest);
    }
    if request.extensions.is_some() {
        return Err(Refusal::UnacceptedExtension);
    }
    let expected = digest_bytes(&request.message_imprint).ok_or(Refusal::BadAlgorithm)?;
    if request.message_imprint.hashed_message.as_bytes().len() != expected {
        return Err(Refusal::BadDataFormat);
    }
    Ok(request)
}

/// The response that carries a token.
pub(crate) fn granting(token: Any) -> Vec<u8> {
    encoded(TimeStampResp {
        status: PkiStatusInfo {
            status: GRANTED,
            status_string: None,
            fail_info: None,
        },
        time_stamp_token: Some(token),
    })
}

/// The response that carries none.
pub(crate) fn refusing(refusal: Refusal) -> Vec<u8> {
    encoded(TimeStampResp {
        status: PkiStatusInfo {
            status: REJECTION,
            status_string: Some(vec![refusal.words().to_owned()]),
            fail_info: failure_bits(refusal.bit()).ok(),
        },
        time_stamp_token: None,
    })
}

fn encoded(response: TimeStampResp) -> Vec<u8> {
    response
        .to_der()
        .unwrap_or_else(|_| SYSTEM_FAILURE.to_vec())
}

/// One named bit; DER leaves out all that follow it (X.690 §11.2.2).
fn failure_bits(bit: usize) -> der::Result<BitString> {
    let mut bytes = vec![0_u8; bit / 8 + 1];
    if let Some(last) = bytes.last_mut() {
        *last = 0x80 >> (bit % 8);
    }
    let unused = u8::try_from(7 - bit % 8).map_err(|_| der::ErrorKind::Overflow.to_error())?;
    BitString::new(unused, bytes)
}

/// Length of the digest that the imprint names, if it is an accepted one with its parameters
/// absent or NULL.
fn digest_bytes(imprint: &MessageImprint) -> Option<usize> {
    let algorithm: AlgorithmIdentifier = imprint.hash_algorithm.decode_as().ok()?;
    if algorithm
        .parameters
        .is_some_and(|parameters| !parameters.is_null())
    {
        return None;
    }
    match algorithm.algorithm {
        oid::SHA256 | oid::SM3 => Some(32),
        oid::SHA384 => Some(48),
        oid::SHA512 => Some(64),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_resort_is_what_would_be_encoded() {
        let response = TimeStampResp {
            status: PkiStatusInfo {
                status: REJECTION,
                status_string: None,
                fail_info: failure_bits(Refusal::SystemFailure.bit()).ok(),
            },
            time_stamp_token: None,
        };
        assert_eq!(response.to_der().expect("encodable"), SYSTEM_FAILURE);
    }
}
