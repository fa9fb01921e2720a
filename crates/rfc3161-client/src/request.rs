//! `TimeStampReq` (RFC 3161 §2.4.1).

use crate::ber::{self, Reader};
use crate::cms::integer_within_limit;
use crate::digest::Imprint;
use crate::error::{ParseError, malformed};
use crate::oid;
use crate::tst_info::MessageImprint;

/// What is asked of an authority. Randomness is the caller's: the nonce comes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeStampRequest {
    /// What is to be stamped.
    pub imprint: Imprint,
    /// The policy asked for, dotted.
    pub policy: Option<String>,
    /// A number used once, as unsigned big-endian octets, at most 63.
    pub nonce: Option<Vec<u8>>,
    /// Whether the signer's certificate shall come with the token.
    pub cert_req: bool,
}

impl TimeStampRequest {
    /// The request in DER, ready to be sent as `application/timestamp-query` (§3.4).
    ///
    /// # Errors
    /// `Malformed` when the policy is not a dotted object identifier.
    pub fn to_der(&self) -> Result<Vec<u8>, ParseError> {
        let algorithm_oid = ber::encode(
            ber::OBJECT_IDENTIFIER,
            &oid::content(self.imprint.algorithm.oid())?,
        );
        let algorithm = ber::encode_sequence(&[&algorithm_oid, &[ber::NULL, 0]]);
        let value = ber::encode(ber::OCTET_STRING, &self.imprint.value);
        let mut parts = vec![
            ber::encode_unsigned(&[1]),
            ber::encode_sequence(&[&algorithm, &value]),
        ];
        if let Some(policy) = &self.policy {
            parts.push(ber::encode(ber::OBJECT_IDENTIFIER, &oid::content(policy)?));
        }
        if let Some(nonce) = &self.nonce {
            parts.push(ber::encode_unsigned(nonce));
        }
        if self.cert_req {
            parts.push(ber::encode(ber::BOOLEAN, &[0xff]));
        }
        Ok(ber::encode(ber::SEQUENCE, &parts.concat()))
    }

    /// Reads a request, as an authority does.
    ///
    /// # Errors
    /// `ParseError` when the request is malformed, of another version, over another digest than those known here, or
    /// carries an extension.
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        const WHAT: &str = "TimeStampReq";
        let mut outer = Reader::new(bytes);
        let mut fields = outer.sequence(WHAT)?;
        outer.finish(WHAT)?;
        if fields.small_integer("TimeStampReq.version")? != 1 {
            return Err(malformed("TimeStampReq.version"));
        }
        let message_imprint = MessageImprint::parse(&mut fields)?;
        let imprint = message_imprint
            .imprint()
            .ok_or_else(|| ParseError::WrongType {
                what: "hashAlgorithm",
                found: message_imprint.algorithm_oid.clone(),
            })?;
        if imprint.value.len() != imprint.algorithm.size() {
            return Err(malformed("hashedMessage"));
        }
        let policy = match fields.peek() {
            Some(ber::OBJECT_IDENTIFIER) => Some(fields.oid("reqPolicy")?),
            _ => None,
        };
        let nonce = match fields.optional(ber::INTEGER)? {
            Some(field) => Some(nonce_magnitude(field.integer_octets("nonce")?)?),
            None => None,
        };
        let cert_req = fields
            .optional(ber::BOOLEAN)?
            .map_or(Ok(false), |field| field.boolean())?;
        // Extensions change what is asked; one that is not understood must be refused (§2.4.1).
        fields.finish("TimeStampReq")?;
        Ok(Self {
            imprint,
            policy,
            nonce,
            cert_req,
        })
    }
}

fn nonce_magnitude(content: &[u8]) -> Result<Vec<u8>, ParseError> {
    if content.first().is_some_and(|octet| octet & 0x80 != 0) {
        return Err(malformed("nonce"));
    }
    integer_within_limit(ber::magnitude(content), "nonce")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_survives_its_encoding() {
        let request = TimeStampRequest {
            imprint: Imprint::sha256_of(b"hello"),
            policy: Some("2.25.279514046213384215104376301".to_owned()),
            nonce: Some(vec![0x80, 1, 2, 3, 4, 5, 6, 7]),
            cert_req: true,
        };
        let der = request.to_der().unwrap();
        assert_eq!(TimeStampRequest::parse(&der).unwrap(), request);
        assert_eq!(
            TimeStampRequest::parse(&der[..der.len() - 1]).unwrap_err(),
            ParseError::Truncated { missing: 1 }
        );
        let bare = TimeStampRequest {
            policy: None,
            nonce: None,
            cert_req: false,
            ..request
        };
        assert_eq!(
            TimeStampRequest::parse(&bare.to_der().unwrap()).unwrap(),
            bare
        );
    }

    #[test]
    fn the_encoding_is_that_of_openssl() {
        // openssl ts -query -digest <SHA-256 of nothing> -no_nonce -cert
        let request = TimeStampRequest {
            imprint: Imprint::sha256_of(b""),
            policy: None,
            nonce: None,
            cert_req: true,
        };
        let expected = "30390201013031300d060960864801650304020105000420\
            e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8550101ff";
        assert_eq!(crate::digest::hex(&request.to_der().unwrap()), expected);
    }
}
