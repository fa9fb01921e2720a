//! Numbers and octets as JSON-RPC of Ethereum writes them.

use fidem_fingerprint::hex;
use serde_json::Value;

use crate::RailError;

pub(super) fn lie(what: &str) -> RailError {
    RailError::Lie {
        what: what.to_owned(),
    }
}

pub(super) fn unread(what: &str) -> RailError {
    RailError::Answer {
        what: what.to_owned(),
    }
}

/// `0x` and lowercase hexadecimal.
pub(super) fn prefixed(octets: &[u8]) -> String {
    format!("0x{}", hex::encode(octets))
}

pub(super) fn field<'a>(object: &'a Value, name: &str) -> Result<&'a Value, RailError> {
    let field = object.get(name).filter(|field| !field.is_null());
    field.ok_or_else(|| unread(&format!("no {name}")))
}

fn digits(value: &Value) -> Result<&str, RailError> {
    let text = value.as_str().and_then(|text| text.strip_prefix("0x"));
    text.ok_or_else(|| unread("no hexadecimal"))
}

/// A number below 2^64.
pub(super) fn quantity(value: &Value) -> Result<u64, RailError> {
    let digits = digits(value)?;
    // `from_str_radix` would take a sign.
    match digits.starts_with('+') {
        true => Err(unread("no number")),
        false => u64::from_str_radix(digits, 16).map_err(|_| unread("no number of 64 bits")),
    }
}

/// A number of up to 256 bits, as its octets without leading zeros.
pub(super) fn number(value: &Value) -> Result<Vec<u8>, RailError> {
    let digits = digits(value)?;
    let even = format!("{}{digits}", if digits.len() % 2 == 1 { "0" } else { "" });
    let octets = hex::decode(&even.to_lowercase()).ok_or_else(|| unread("no number"))?;
    let zeros = octets.iter().take_while(|octet| **octet == 0).count();
    match octets.get(zeros..) {
        Some(rest) if rest.len() <= 32 => Ok(rest.to_vec()),
        _ => Err(unread("no number of 256 bits")),
    }
}

/// A number of up to 256 bits; what 128 cannot hold is the largest that they can.
pub(super) fn natural(value: &Value) -> Result<u128, RailError> {
    let octets = number(value)?;
    match octets.len() {
        0..=16 => Ok(octets
            .iter()
            .fold(0, |n, octet| n << 8 | u128::from(*octet))),
        _ => Ok(u128::MAX),
    }
}

/// Octets of any length.
pub(super) fn octets(value: &Value) -> Result<Vec<u8>, RailError> {
    hex::decode(&digits(value)?.to_lowercase()).ok_or_else(|| unread("no octets"))
}

/// Octets of one length in a field.
pub(super) fn octets_of<const N: usize>(object: &Value, name: &str) -> Result<[u8; N], RailError> {
    let octets = octets(field(object, name)?)?;
    let exact = octets.try_into();
    exact.map_err(|_| unread(&format!("{name} of another length")))
}
