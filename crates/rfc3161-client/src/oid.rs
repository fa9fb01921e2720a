//! Object identifiers, in dotted form, and the names that the rules speak of.

use crate::error::{ParseError, malformed};

/// Octets accepted in one object identifier; the longest in use has 16.
const MAX_OCTETS: usize = 64;

pub(crate) const SIGNED_DATA: &str = "1.2.840.113549.1.7.2";
/// GB/T 35275 alias of id-signedData.
pub(crate) const GM_SIGNED_DATA: &str = "1.2.156.10197.6.1.4.2.2";
pub(crate) const TST_INFO: &str = "1.2.840.113549.1.9.16.1.4";

pub(crate) const DATA: &str = "1.2.840.113549.1.7.1";
/// GB/T 35275 alias of id-data.
pub(crate) const GM_DATA: &str = "1.2.156.10197.6.1.4.2.1";
pub(crate) const SIGNATURE_TIME_STAMP: &str = "1.2.840.113549.1.9.16.2.14";
pub(crate) const REVOCATION_VALUES: &str = "1.2.840.113549.1.9.16.2.24";

pub(crate) const CONTENT_TYPE: &str = "1.2.840.113549.1.9.3";
pub(crate) const MESSAGE_DIGEST: &str = "1.2.840.113549.1.9.4";
pub(crate) const SIGNING_TIME: &str = "1.2.840.113549.1.9.5";
pub(crate) const SIGNING_CERTIFICATE: &str = "1.2.840.113549.1.9.16.2.12";
pub(crate) const SIGNING_CERTIFICATE_V2: &str = "1.2.840.113549.1.9.16.2.47";
pub(crate) const ALGORITHM_PROTECTION: &str = "1.2.840.113549.1.9.52";
pub(crate) const RI_OCSP_RESPONSE: &str = "1.3.6.1.5.5.7.16.2";
pub(crate) const OCSP_ACCESS: &str = "1.3.6.1.5.5.7.48.1";
pub(crate) const OCSP_BASIC: &str = "1.3.6.1.5.5.7.48.1.1";
pub(crate) const OCSP_NO_CHECK: &str = "1.3.6.1.5.5.7.48.1.5";

pub(crate) const RSA_ENCRYPTION: &str = "1.2.840.113549.1.1.1";
pub(crate) const RSA_PSS: &str = "1.2.840.113549.1.1.10";
pub(crate) const MGF1: &str = "1.2.840.113549.1.1.8";
pub(crate) const EC_PUBLIC_KEY: &str = "1.2.840.10045.2.1";
pub(crate) const P256: &str = "1.2.840.10045.3.1.7";
pub(crate) const P384: &str = "1.3.132.0.34";
pub(crate) const P521: &str = "1.3.132.0.35";
pub(crate) const BRAINPOOL_P256R1: &str = "1.3.36.3.3.2.8.1.1.7";
pub(crate) const BRAINPOOL_P384R1: &str = "1.3.36.3.3.2.8.1.1.11";
pub(crate) const SM2: &str = "1.2.156.10197.1.301";
pub(crate) const SM2_SIGNATURE: &str = "1.2.156.10197.1.301.1";
pub(crate) const SM2_WITH_SM3: &str = "1.2.156.10197.1.501";
pub(crate) const ED25519: &str = "1.3.101.112";

pub(crate) const SUBJECT_KEY_IDENTIFIER: &str = "2.5.29.14";
pub(crate) const KEY_USAGE: &str = "2.5.29.15";
pub(crate) const PRIVATE_KEY_USAGE_PERIOD: &str = "2.5.29.16";
pub(crate) const SUBJECT_ALT_NAME: &str = "2.5.29.17";
pub(crate) const ISSUER_ALT_NAME: &str = "2.5.29.18";
pub(crate) const BASIC_CONSTRAINTS: &str = "2.5.29.19";
pub(crate) const DELTA_CRL_INDICATOR: &str = "2.5.29.27";
pub(crate) const ISSUING_DISTRIBUTION_POINT: &str = "2.5.29.28";
pub(crate) const NAME_CONSTRAINTS: &str = "2.5.29.30";
pub(crate) const CRL_DISTRIBUTION_POINTS: &str = "2.5.29.31";
pub(crate) const CERTIFICATE_POLICIES: &str = "2.5.29.32";
pub(crate) const ANY_POLICY: &str = "2.5.29.32.0";
pub(crate) const POLICY_MAPPINGS: &str = "2.5.29.33";
pub(crate) const AUTHORITY_KEY_IDENTIFIER: &str = "2.5.29.35";
pub(crate) const POLICY_CONSTRAINTS: &str = "2.5.29.36";
pub(crate) const EXTENDED_KEY_USAGE: &str = "2.5.29.37";
pub(crate) const ANY_EXTENDED_KEY_USAGE: &str = "2.5.29.37.0";
pub(crate) const FRESHEST_CRL: &str = "2.5.29.46";
pub(crate) const INHIBIT_ANY_POLICY: &str = "2.5.29.54";
pub(crate) const AUTHORITY_INFO_ACCESS: &str = "1.3.6.1.5.5.7.1.1";
pub(crate) const QC_STATEMENTS: &str = "1.3.6.1.5.5.7.1.3";
pub(crate) const SUBJECT_INFO_ACCESS: &str = "1.3.6.1.5.5.7.1.11";
/// The arc under which PKIX names purposes (RFC 5280 §4.2.1.12).
pub(crate) const PKIX_PURPOSES: &str = "1.3.6.1.5.5.7.3.";
/// Purposes under which certificates of persons and offices are issued: documents (RFC 9336), any, client
/// authentication, mail, documents of two vendors.
pub(crate) const SIGNING_PURPOSES: &[&str] = &[
    "1.3.6.1.5.5.7.3.36",
    ANY_EXTENDED_KEY_USAGE,
    "1.3.6.1.5.5.7.3.2",
    "1.3.6.1.5.5.7.3.4",
    "1.3.6.1.4.1.311.10.3.12",
    "1.2.840.113583.1.1.5",
];
pub(crate) const TIME_STAMPING: &str = "1.3.6.1.5.5.7.3.8";
pub(crate) const OCSP_SIGNING: &str = "1.3.6.1.5.5.7.3.9";
/// esi4-qtstStatement-1 of EN 319 422: the token claims to be a qualified electronic time stamp.
pub(crate) const QTST_STATEMENT: &str = "0.4.0.19422.1.1";
pub(crate) const EMAIL_ADDRESS: &str = "1.2.840.113549.1.9.1";

/// The dotted form of content octets (X.690 §8.19).
pub(crate) fn dotted(content: &[u8]) -> Result<String, ParseError> {
    const WHAT: &str = "object identifier";
    if content.is_empty() || content.last().is_some_and(|octet| octet & 0x80 != 0) {
        return Err(malformed(WHAT));
    }
    if content.len() > MAX_OCTETS {
        return Err(ParseError::LimitExceeded {
            what: WHAT,
            limit: MAX_OCTETS,
        });
    }
    let mut out = String::new();
    let mut arc = Vec::new();
    for octet in content {
        arc.push(octet & 0x7f);
        if octet & 0x80 == 0 {
            append_arc(&mut out, &arc);
            arc.clear();
        }
    }
    Ok(out)
}

fn append_arc(out: &mut String, digits: &[u8]) {
    let mut decimal = decimal_of_base_128(digits);
    if out.is_empty() {
        let root = match small(&decimal) {
            Some(value @ 0..=39) => (0, value),
            Some(value @ 40..=79) => (1, value - 40),
            _ => {
                subtract_eighty(&mut decimal);
                out.push_str("2.");
                out.push_str(&text(&decimal));
                return;
            }
        };
        out.push_str(&format!("{}.{}", root.0, root.1));
    } else {
        out.push('.');
        out.push_str(&text(&decimal));
    }
}

/// Decimal digits, least first. Arcs of UUID-based identifiers have 39 digits, so no machine integer holds them.
fn decimal_of_base_128(digits: &[u8]) -> Vec<u8> {
    let mut decimal = vec![0u8];
    for digit in digits {
        let mut carry = u32::from(*digit);
        for place in &mut decimal {
            let value = u32::from(*place) * 128 + carry;
            *place = low_digit(value);
            carry = value / 10;
        }
        while carry > 0 {
            decimal.push(low_digit(carry));
            carry /= 10;
        }
    }
    decimal
}

fn low_digit(value: u32) -> u8 {
    u8::try_from(value % 10).unwrap_or_default()
}

fn subtract_eighty(decimal: &mut [u8]) {
    let mut borrow = 8u8;
    for place in decimal.iter_mut().skip(1) {
        if *place >= borrow {
            *place -= borrow;
            return;
        }
        *place = *place + 10 - borrow;
        borrow = 1;
    }
}

fn small(decimal: &[u8]) -> Option<u32> {
    if decimal.len() > 3 {
        return None;
    }
    Some(
        decimal
            .iter()
            .rev()
            .fold(0, |value, digit| value * 10 + u32::from(*digit)),
    )
}

fn text(decimal: &[u8]) -> String {
    let digits: String = decimal
        .iter()
        .rev()
        .map(|digit| char::from(b'0' + digit))
        .collect();
    let trimmed = digits.trim_start_matches('0');
    if trimmed.is_empty() {
        "0".to_owned()
    } else {
        trimmed.to_owned()
    }
}

/// Content octets of a dotted identifier.
pub(crate) fn content(dotted: &str) -> Result<Vec<u8>, ParseError> {
    const WHAT: &str = "object identifier";
    let mut arcs = dotted
        .split('.')
        .map(|arc| arc.parse::<u128>().map_err(|_| malformed(WHAT)));
    let (Some(first), Some(second)) = (arcs.next(), arcs.next()) else {
        return Err(malformed(WHAT));
    };
    let (first, second) = (first?, second?);
    if first > 2 || (first < 2 && second > 39) {
        return Err(malformed(WHAT));
    }
    let root = second.checked_add(first * 40).ok_or(malformed(WHAT))?;
    let mut out = Vec::new();
    append_base_128(&mut out, root);
    for arc in arcs {
        append_base_128(&mut out, arc?);
    }
    Ok(out)
}

fn append_base_128(out: &mut Vec<u8>, mut value: u128) {
    let mut digits = Vec::new();
    loop {
        let digit = u8::try_from(value & 0x7f).unwrap_or_default();
        digits.push(if digits.is_empty() {
            digit
        } else {
            digit | 0x80
        });
        value >>= 7;
        if value == 0 {
            break;
        }
    }
    out.extend(digits.iter().rev());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dotted_forms_round_trip() {
        for name in [
            TST_INFO,
            "2.25.279514046213384215104376301",
            "2.999.1",
            "0.4.0.19422.1.1",
            "1.3.6.1.4.1.601.10.3.1",
        ] {
            assert_eq!(dotted(&content(name).unwrap()).unwrap(), name);
        }
        assert_eq!(
            content(SIGNED_DATA).unwrap(),
            [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2]
        );
    }

    #[test]
    fn refuses_empty_unfinished_and_endless() {
        assert!(dotted(&[]).is_err());
        assert!(dotted(&[0x2a, 0x86]).is_err());
        assert!(dotted(&[1; 65]).is_err());
        assert!(content("1.40.1").is_err());
        assert!(content("1").is_err());
    }
}
