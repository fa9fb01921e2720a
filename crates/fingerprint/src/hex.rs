//! Base 16 (RFC 4648 §8) with lower-case letters only, so that a digest has one spelling.

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// `bytes` in lower-case hexadecimal.
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

/// The bytes that `text` spells; `None` for an odd length or anything but `0-9a-f`.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs.iter().map(pair).collect()
}

/// The 32 bytes of a digest that `text` spells; `None` also for any other length.
pub fn decode32(text: &str) -> Option<[u8; 32]> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() || pairs.len() != 32 {
        return None;
    }
    let mut bytes = [0; 32];
    for (to, from) in bytes.iter_mut().zip(pairs) {
        *to = pair(from)?;
    }
    Some(bytes)
}

fn pair([high, low]: &[u8; 2]) -> Option<u8> {
    Some(nibble(*high)? << 4 | nibble(*low)?)
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_returns() {
        let bytes: Vec<u8> = (0..=255).collect();
        let text = encode(&bytes);
        assert!(text.starts_with("000102") && text.ends_with("fdfeff"));
        assert_eq!(decode(&text), Some(bytes));
    }

    #[test]
    fn only_one_spelling() {
        for text in ["0", "0G", "AB", "aB", " 00", "0x00", "é0", "+1", "-1"] {
            assert_eq!(decode(text), None, "{text}");
        }
        assert_eq!(decode(""), Some(Vec::new()));
        let digest = "ab".repeat(32);
        assert_eq!(decode32(&digest), Some([0xab; 32]));
        assert_eq!(decode32(&digest[2..]), None);
        assert_eq!(decode32(&format!("{digest}ab")), None);
        assert_eq!(decode32(&digest.to_uppercase()), None);
    }
}
