//! RFC 8785 (JSON Canonicalization Scheme), restricted to integers.
//!
//! [`check`] accepts exactly the canonical bytes without building anything in memory, so that a manifest of 100,000
//! items costs a scan; [`encode`] writes them.

use serde::Serialize;
use serde_json::Value;

/// Deepest nesting accepted; the formats need five.
const MAX_DEPTH: u32 = 32;
/// Largest integer that every JSON reader represents exactly (RFC 8785 §3.2.2.3, I-JSON).
const MAX_INTEGER: u64 = 9_007_199_254_740_991;

/// Why bytes are not canonical JSON; `at` is the offset in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CanonicalError {
    /// The text ended inside a value.
    #[error("the JSON ends early at byte {at}")]
    Ended {
        /// Offset.
        at: usize,
    },
    /// A byte that canonical JSON has not at this place (white space included).
    #[error("unexpected byte at {at}")]
    Unexpected {
        /// Offset.
        at: usize,
    },
    /// Keys out of order or repeated (RFC 8785 §3.2.3).
    #[error("object keys out of order or repeated at byte {at}")]
    KeyOrder {
        /// Offset of the later key.
        at: usize,
    },
    /// An escape where the character itself, or a shorter escape, is canonical (RFC 8785 §3.2.2.2).
    #[error("an escape that is not canonical at byte {at}")]
    Escape {
        /// Offset.
        at: usize,
    },
    /// Not UTF-8.
    #[error("not UTF-8 at byte {at}")]
    NotUtf8 {
        /// Offset.
        at: usize,
    },
    /// A fraction, an exponent, a leading zero, or an integer beyond 2^53 - 1.
    #[error("a number outside the integers of the format at byte {at}")]
    Number {
        /// Offset.
        at: usize,
    },
    /// Nested deeper than 32.
    #[error("nested too deep at byte {at}")]
    TooDeep {
        /// Offset.
        at: usize,
    },
    /// The value cannot be written as JSON at all.
    #[error("the value cannot be written as canonical JSON")]
    Unwritable,
}

/// Accepts exactly canonical JSON.
///
/// # Errors
/// The first deviation with its offset.
pub fn check(bytes: &[u8]) -> Result<(), CanonicalError> {
    scan(bytes, true)
}

/// As [`check`], and refuses `null`: a field of a statement that says nothing is left out.
///
/// # Errors
/// The first deviation with its offset.
pub fn check_statement(bytes: &[u8]) -> Result<(), CanonicalError> {
    scan(bytes, false)
}

fn scan(bytes: &[u8], null: bool) -> Result<(), CanonicalError> {
    if let Err(e) = std::str::from_utf8(bytes) {
        return Err(CanonicalError::NotUtf8 {
            at: e.valid_up_to(),
        });
    }
    let mut scan = Scan { bytes, at: 0, null };
    scan.value(0)?;
    match scan.at == bytes.len() {
        true => Ok(()),
        false => Err(CanonicalError::Unexpected { at: scan.at }),
    }
}

/// Writes a value as canonical JSON.
///
/// # Errors
/// [`CanonicalError::Unwritable`] or [`CanonicalError::Number`] when the value holds what the formats exclude.
pub fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, CanonicalError> {
    // Our own statements declare their fields in canonical order, so the direct encoding already is canonical.
    let direct = serde_json::to_vec(value).map_err(|_| CanonicalError::Unwritable)?;
    match check(&direct) {
        Ok(()) => Ok(direct),
        Err(CanonicalError::KeyOrder { .. }) => encode_sorted(value),
        Err(other) => Err(other),
    }
}

fn encode_sorted<T: Serialize>(value: &T) -> Result<Vec<u8>, CanonicalError> {
    let tree = serde_json::to_value(value).map_err(|_| CanonicalError::Unwritable)?;
    let mut out = Vec::new();
    write(&tree, &mut out)?;
    check(&out)?;
    Ok(out)
}

fn write(value: &Value, out: &mut Vec<u8>) -> Result<(), CanonicalError> {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort_by(|a, b| a.encode_utf16().cmp(b.encode_utf16()));
            out.push(b'{');
            for (i, key) in keys.into_iter().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                scalar(&Value::String(key.clone()), out)?;
                out.push(b':');
                write(&map[key], out)?;
            }
            out.push(b'}');
        }
        Value::Array(list) => {
            out.push(b'[');
            for (i, item) in list.iter().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                write(item, out)?;
            }
            out.push(b']');
        }
        other => scalar(other, out)?,
    }
    Ok(())
}

fn scalar(value: &Value, out: &mut Vec<u8>) -> Result<(), CanonicalError> {
    serde_json::to_writer(out, value).map_err(|_| CanonicalError::Unwritable)
}

struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Whether `null` may stand.
    null: bool,
}

impl<'a> Scan<'a> {
    fn peek(&self) -> Result<u8, CanonicalError> {
        self.bytes
            .get(self.at)
            .copied()
            .ok_or(CanonicalError::Ended { at: self.at })
    }

    fn literal(&mut self, text: &[u8]) -> Result<(), CanonicalError> {
        if self.bytes[self.at..].starts_with(text) {
            self.at += text.len();
            return Ok(());
        }
        Err(CanonicalError::Unexpected { at: self.at })
    }

    fn value(&mut self, depth: u32) -> Result<(), CanonicalError> {
        if depth > MAX_DEPTH {
            return Err(CanonicalError::TooDeep { at: self.at });
        }
        match self.peek()? {
            b'{' => self.object(depth),
            b'[' => self.array(depth),
            b'"' => self.string().map(drop),
            b't' => self.literal(b"true"),
            b'f' => self.literal(b"false"),
            b'n' if self.null => self.literal(b"null"),
            b'-' | b'0'..=b'9' => self.integer(),
            _ => Err(CanonicalError::Unexpected { at: self.at }),
        }
    }

    fn object(&mut self, depth: u32) -> Result<(), CanonicalError> {
        self.at += 1;
        if self.peek()? == b'}' {
            self.at += 1;
            return Ok(());
        }
        let mut previous: Option<&'a [u8]> = None;
        loop {
            let start = self.at;
            let key = self.string()?;
            if previous.is_some_and(|p| !before(p, key)) {
                return Err(CanonicalError::KeyOrder { at: start });
            }
            previous = Some(key);
            self.literal(b":")?;
            self.value(depth + 1)?;
            if self.closes(b'}')? {
                return Ok(());
            }
        }
    }

    fn array(&mut self, depth: u32) -> Result<(), CanonicalError> {
        self.at += 1;
        if self.peek()? == b']' {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.value(depth + 1)?;
            if self.closes(b']')? {
                return Ok(());
            }
        }
    }

    fn closes(&mut self, end: u8) -> Result<bool, CanonicalError> {
        let byte = self.peek()?;
        self.at += 1;
        match byte {
            b',' => Ok(false),
            b if b == end => Ok(true),
            _ => Err(CanonicalError::Unexpected { at: self.at - 1 }),
        }
    }

    /// The raw text between the quotes.
    fn string(&mut self) -> Result<&'a [u8], CanonicalError> {
        self.literal(b"\"")?;
        let start = self.at;
        loop {
            match self.peek()? {
                b'"' => {
                    self.at += 1;
                    return Ok(&self.bytes[start..self.at - 1]);
                }
                b'\\' => self.escape()?,
                0..=0x1f => return Err(CanonicalError::Unexpected { at: self.at }),
                _ => self.at += 1,
            }
        }
    }

    fn escape(&mut self) -> Result<(), CanonicalError> {
        let at = self.at;
        self.at += 1;
        let kind = self.peek()?;
        self.at += 1;
        match kind {
            b'"' | b'\\' | b'b' | b'f' | b'n' | b'r' | b't' => Ok(()),
            b'u' => {
                let digits = self
                    .bytes
                    .get(self.at..self.at + 4)
                    .ok_or(CanonicalError::Ended { at })?;
                self.at += 4;
                match canonical_control(digits) {
                    true => Ok(()),
                    false => Err(CanonicalError::Escape { at }),
                }
            }
            _ => Err(CanonicalError::Escape { at }),
        }
    }

    fn integer(&mut self) -> Result<(), CanonicalError> {
        let at = self.at;
        let negative = self.peek()? == b'-';
        self.at += usize::from(negative);
        let start = self.at;
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        let digits = &self.bytes[start..self.at];
        let leading_zero = digits.first() == Some(&b'0') && (digits.len() > 1 || negative);
        let value = std::str::from_utf8(digits)
            .ok()
            .and_then(|d| d.parse::<u64>().ok());
        match value {
            Some(v) if v <= MAX_INTEGER && !leading_zero => Ok(()),
            _ => Err(CanonicalError::Number { at }),
        }
    }
}

/// Only control characters without a short escape are written `\u00xx`, in lower case.
fn canonical_control(digits: &[u8]) -> bool {
    let [b'0', b'0', high @ (b'0' | b'1'), low] = digits else {
        return false;
    };
    let short = *high == b'0' && matches!(low, b'8' | b'9' | b'a' | b'c' | b'd');
    matches!(low, b'0'..=b'9' | b'a'..=b'f') && !short
}

/// RFC 8785 §3.2.3: keys ascend by UTF-16 code units of their unescaped text.
fn before(a: &[u8], b: &[u8]) -> bool {
    if a.is_ascii() && b.is_ascii() && !a.contains(&b'\\') && !b.contains(&b'\\') {
        return a < b;
    }
    match (unescaped(a), unescaped(b)) {
        (Some(a), Some(b)) => a.encode_utf16().lt(b.encode_utf16()),
        _ => false,
    }
}

fn unescaped(raw: &[u8]) -> Option<String> {
    let mut quoted = Vec::with_capacity(raw.len() + 2);
    quoted.push(b'"');
    quoted.extend_from_slice(raw);
    quoted.push(b'"');
    serde_json::from_slice(&quoted).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_only_the_canonical_form() {
        for good in [
            "{}",
            "[]",
            "{\"a\":1,\"b\":[true,null,\"x\"]}",
            "\"\\u001f\\n\\\"\"",
            "-1",
            "0",
            "\"中文𠮷\"",
        ] {
            assert_eq!(check(good.as_bytes()), Ok(()), "{good}");
        }
        let bad: [(&str, CanonicalError); 11] = [
            ("{ }", CanonicalError::Unexpected { at: 1 }),
            ("{\"b\":1,\"a\":2}", CanonicalError::KeyOrder { at: 7 }),
            ("{\"a\":1,\"a\":2}", CanonicalError::KeyOrder { at: 7 }),
            ("\"\\u0041\"", CanonicalError::Escape { at: 1 }),
            ("\"\\/\"", CanonicalError::Escape { at: 1 }),
            ("\"\\u000a\"", CanonicalError::Escape { at: 1 }),
            ("1.0", CanonicalError::Unexpected { at: 1 }),
            ("01", CanonicalError::Number { at: 0 }),
            ("-0", CanonicalError::Number { at: 0 }),
            ("9007199254740992", CanonicalError::Number { at: 0 }),
            ("{\"a\":1", CanonicalError::Ended { at: 6 }),
        ];
        for (text, error) in bad {
            assert_eq!(check(text.as_bytes()), Err(error), "{text}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let deep = "[".repeat(40) + &"]".repeat(40);
        assert!(matches!(
            check(deep.as_bytes()),
            Err(CanonicalError::TooDeep { .. })
        ));
    }

    #[test]
    fn keys_sort_by_utf16_units() {
        // U+1F600 is D83D DE00 in UTF-16 and so comes before U+FB33, although its UTF-8 comes after.
        let value = serde_json::json!({"\u{fb33}": 1, "\u{1f600}": 2, "a": 3});
        let bytes = encode(&value).unwrap_or_default();
        assert_eq!(
            String::from_utf8_lossy(&bytes),
            "{\"a\":3,\"\u{1f600}\":2,\"\u{fb33}\":1}"
        );
    }

    #[test]
    fn fractions_are_refused_when_writing() {
        assert!(encode(&serde_json::json!({"a": 1.5})).is_err());
    }
}
