//! The name of an object.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use fidem_fingerprint::hex;
use thiserror::Error;

/// The SHA-256 of an object's bytes, which is its name in the vault.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(pub [u8; 32]);

impl Key {
    /// The object's place below `sha256/`: `ab/cd/<64 hex>`.
    ///
    /// Two levels of 256 folders keep every folder short at many millions of objects, and the same text serves as
    /// a key of an object store.
    pub(crate) fn place(&self) -> PathBuf {
        let hex = self.to_string();
        [&hex[..2], &hex[2..4], &hex].iter().collect()
    }
}

/// 64 lower-case hexadecimal digits.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(&self.0))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({self})")
    }
}

/// The text is not 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a key is 64 lower-case hexadecimal digits")]
pub struct InvalidKey;

/// Accepts exactly what `Display` writes, so that an object has one name only.
impl FromStr for Key {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, InvalidKey> {
        hex::decode32(text).map(Key).ok_or(InvalidKey)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_key_are_one_to_one() {
        let mut bytes = [0; 32];
        bytes[0] = 0xab;
        bytes[1] = 0x0d;
        bytes[31] = 0xf9;
        let key = Key(bytes);
        let text = key.to_string();
        assert_eq!(text.parse(), Ok(key));
        assert_eq!(key.place(), PathBuf::from(format!("ab/0d/{text}")));
        assert_eq!(text.to_uppercase().parse::<Key>(), Err(InvalidKey));
        assert_eq!(text[1..].parse::<Key>(), Err(InvalidKey));
    }
}
