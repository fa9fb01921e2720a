//! `TimeStampResp` (RFC 3161 §2.4.2), and telling a response from a bare token.

use crate::ber::{self, Reader};
use crate::cms::{MAX_SET, MAX_TOKEN};
use crate::error::{ParseError, malformed};

/// An authority's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeStampResponse {
    /// The `PKIStatus`; 0 granted, 1 granted with modifications, everything else a refusal.
    pub status: u64,
    /// The authority's own words.
    pub status_strings: Vec<String>,
    /// The bits of `PKIFailureInfo` that are set, by number.
    pub failures: Vec<u32>,
    /// The octets of the token.
    pub token: Option<Vec<u8>>,
}

/// Names of the bits of `PKIFailureInfo` that RFC 3161 §2.4.2 defines.
const FAILURES: &[(u32, &str)] = &[
    (0, "badAlg"),
    (2, "badRequest"),
    (5, "badDataFormat"),
    (14, "timeNotAvailable"),
    (15, "unacceptedPolicy"),
    (16, "unacceptedExtension"),
    (17, "addInfoNotAvailable"),
    (25, "systemFailure"),
];

impl TimeStampResponse {
    /// Reads a response.
    ///
    /// # Errors
    /// `ParseError` when the response is malformed, too large, or octets follow it.
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        const WHAT: &str = "TimeStampResp";
        if bytes.len() > MAX_TOKEN {
            return Err(ParseError::LimitExceeded {
                what: "response",
                limit: MAX_TOKEN,
            });
        }
        let mut outer = Reader::new(bytes);
        let mut fields = outer.sequence(WHAT)?;
        outer.finish(WHAT)?;
        let mut info = fields.sequence("PKIStatusInfo")?;
        let status = info.small_integer("PKIStatus")?;
        let status_strings = match info.optional(ber::SEQUENCE)? {
            Some(texts) => parse_texts(texts.reader()?)?,
            None => Vec::new(),
        };
        let failures = match info.optional(ber::BIT_STRING)? {
            Some(bits) => bits_set(bits.content)?,
            None => Vec::new(),
        };
        info.finish("PKIStatusInfo")?;
        let token = fields
            .optional(ber::SEQUENCE)?
            .map(|element| element.raw.to_vec());
        fields.finish(WHAT)?;
        Ok(Self {
            status,
            status_strings,
            failures,
            token,
        })
    }

    /// Whether the authority granted a token.
    pub fn is_granted(&self) -> bool {
        self.status <= 1
    }

    /// The name of the status, as RFC 3161 §2.4.2 gives it.
    pub fn status_name(&self) -> &'static str {
        match self.status {
            0 => "granted",
            1 => "grantedWithMods",
            2 => "rejection",
            3 => "waiting",
            4 => "revocationWarning",
            5 => "revocationNotification",
            _ => "unknown",
        }
    }

    /// The failures by name; bits without a name by their number.
    pub fn failure_names(&self) -> Vec<String> {
        let name = |bit: &u32| {
            FAILURES
                .iter()
                .find(|row| row.0 == *bit)
                .map(|row| row.1.to_owned())
        };
        self.failures
            .iter()
            .map(|bit| name(bit).unwrap_or_else(|| bit.to_string()))
            .collect()
    }
}

/// The octets of the token in `bytes`, which are a token or a whole response.
///
/// # Errors
/// `NoToken` when the response refuses; other `ParseError`s when the bytes are neither.
pub fn token_of(bytes: &[u8]) -> Result<&[u8], ParseError> {
    if !is_response(bytes) {
        // Refuses here what is not even one SEQUENCE; whether it is a token, its own reader says.
        Reader::new(bytes).expect(ber::SEQUENCE, "token")?;
        return Ok(bytes);
    }
    let mut fields = Reader::new(bytes).sequence("TimeStampResp")?;
    let mut info = fields.sequence("PKIStatusInfo")?;
    let status = info.small_integer("PKIStatus")?;
    match fields.optional(ber::SEQUENCE)? {
        Some(token) => Ok(token.raw),
        None => Err(ParseError::NoToken { status }),
    }
}

/// Whether the bytes begin as a response does: with a status where a token has its type.
pub(crate) fn is_response(bytes: &[u8]) -> bool {
    Reader::new(bytes)
        .sequence("response")
        .is_ok_and(|fields| fields.peek() == Some(ber::SEQUENCE))
}

fn parse_texts(mut reader: Reader<'_>) -> Result<Vec<String>, ParseError> {
    let texts = reader.all("statusString", MAX_SET)?;
    Ok(texts
        .iter()
        .map(|text| String::from_utf8_lossy(text.content).into_owned())
        .collect())
}

fn bits_set(content: &[u8]) -> Result<Vec<u32>, ParseError> {
    let (unused, octets) = content.split_first().ok_or(malformed("PKIFailureInfo"))?;
    if *unused > 7 || octets.len() > 8 {
        return Err(malformed("PKIFailureInfo"));
    }
    let bits = (0u32..).step_by(8).zip(octets).flat_map(|(start, octet)| {
        (0..8u32)
            .filter(move |bit| octet & (0x80 >> bit) != 0)
            .map(move |bit| start + bit)
    });
    Ok(bits.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_read_with_its_reasons() {
        // SEQUENCE { SEQUENCE { INTEGER 2, SEQUENCE { UTF8String "no" }, BIT STRING bit 15 } }
        let bytes = [
            0x30, 15, 0x30, 13, 2, 1, 2, 0x30, 4, 0x0c, 2, b'n', b'o', 3, 3, 0, 0, 1,
        ];
        // The outer lengths above count one octet too few, which must not pass.
        assert!(TimeStampResponse::parse(&bytes).is_err());
        let mut right = bytes;
        (right[1], right[3]) = (16, 14);
        let response = TimeStampResponse::parse(&right).unwrap();
        assert_eq!(
            (response.status_name(), response.is_granted()),
            ("rejection", false)
        );
        assert_eq!(response.status_strings, ["no"]);
        assert_eq!(response.failure_names(), ["unacceptedPolicy"]);
        assert_eq!(
            token_of(&right).unwrap_err(),
            ParseError::NoToken { status: 2 }
        );
    }
}
