//! Certificates in PEM (RFC 7468), as trust is handed over.

use crate::ber;
use crate::error::{ParseError, malformed};

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";
/// Certificates accepted in one file; Debian's whole trust store has about 150.
const MAX_CERTIFICATES: usize = 4096;

/// The certificates of a PEM file, or the one certificate of a DER file, in DER and in order. Text around the blocks
/// and blocks of other kinds are passed over (RFC 7468 §2).
///
/// # Errors
/// `Malformed` when a block is not base 64 or nothing is found; `LimitExceeded` beyond 4096 certificates.
pub fn certificates_from_pem(bytes: &[u8]) -> Result<Vec<Vec<u8>>, ParseError> {
    if bytes.first() == Some(&ber::SEQUENCE) {
        return ber::whole(bytes, "Certificate").map(|element| vec![element.raw.to_vec()]);
    }
    let text = String::from_utf8_lossy(bytes);
    let mut certificates = Vec::new();
    for block in text.split(BEGIN).skip(1) {
        if certificates.len() == MAX_CERTIFICATES {
            return Err(ParseError::LimitExceeded {
                what: "certificates",
                limit: MAX_CERTIFICATES,
            });
        }
        let body = block.split_once(END).ok_or(malformed("PEM block"))?.0;
        certificates.push(base64(body).ok_or(malformed("PEM block"))?);
    }
    if certificates.is_empty() {
        return Err(malformed("PEM file"));
    }
    Ok(certificates)
}

/// Base 64 with its padding and any white space between the digits (RFC 4648 §4).
pub(crate) fn base64(text: &str) -> Option<Vec<u8>> {
    let mut octets = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0u32, 0u32);
    let digits = text.bytes().filter(|octet| !octet.is_ascii_whitespace());
    let mut padding = 0usize;
    for digit in digits {
        if digit == b'=' {
            padding += 1;
            continue;
        }
        if padding > 0 {
            return None;
        }
        bits = bits << 6 | u32::from(base64_value(digit)?);
        count += 6;
        if count >= 8 {
            count -= 8;
            octets.push(u8::try_from(bits >> count & 0xff).ok()?);
        }
        bits &= (1 << count) - 1;
    }
    // Groups of four digits, the last one padded: so many bits are left over.
    let whole = matches!((count, padding), (0, 0) | (2, 1) | (4, 2));
    (whole && bits == 0).then_some(octets)
}

fn base64_value(digit: u8) -> Option<u8> {
    match digit {
        b'A'..=b'Z' => Some(digit - b'A'),
        b'a'..=b'z' => Some(digit - b'a' + 26),
        b'0'..=b'9' => Some(digit - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_found_between_text() {
        let file =
            format!("subject=x\n{BEGIN}\nAQID\r\nBA==\n{END}\nnoise\n{BEGIN}\n/+8=\n{END}\n");
        assert_eq!(
            certificates_from_pem(file.as_bytes()).unwrap(),
            [vec![1, 2, 3, 4], vec![0xff, 0xef]]
        );
        assert_eq!(
            certificates_from_pem(&[0x30, 1, 5]).unwrap(),
            [vec![0x30, 1, 5]]
        );
        assert!(certificates_from_pem(b"no certificate").is_err());
        assert!(certificates_from_pem(format!("{BEGIN}\nA*==\n{END}").as_bytes()).is_err());
        assert!(certificates_from_pem(format!("{BEGIN}\nAQID").as_bytes()).is_err());
    }
}
