//! Objects from octets (ISO 32000-2 §7.2, §7.3).

use std::collections::BTreeMap;
use std::ops::Range;

use crate::Error;
use crate::object::{Dictionary, Object, Reference};

/// Deepest nesting of arrays and dictionaries.
const MAX_DEPTH: u32 = 64;

/// A place in the octets of a file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lexer<'a> {
    bytes: &'a [u8],
    pub(crate) at: usize,
}

fn is_white(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0c | b'\r' | b' ')
}

fn is_delimiter(byte: u8) -> bool {
    b"()<>[]{}/%".contains(&byte)
}

fn is_regular(byte: u8) -> bool {
    !is_white(byte) && !is_delimiter(byte)
}

impl<'a> Lexer<'a> {
    pub(crate) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    pub(crate) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn wrong<T>(&self) -> Result<T, Error> {
        Err(Error::Syntax(self.at))
    }

    /// White space and comments.
    pub(crate) fn skip(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                while self.peek().is_some_and(|b| b != b'\n' && b != b'\r') {
                    self.at += 1;
                }
            } else if is_white(byte) {
                self.at += 1;
            } else {
                break;
            }
        }
    }

    /// Exactly these octets, at exactly this place.
    pub(crate) fn exactly(&mut self, text: &[u8]) -> Result<(), Error> {
        if !self
            .bytes
            .get(self.at..)
            .is_some_and(|b| b.starts_with(text))
        {
            return self.wrong();
        }
        self.at += text.len();
        Ok(())
    }

    /// This keyword, after white space.
    pub(crate) fn keyword(&mut self, word: &str) -> Result<(), Error> {
        self.skip();
        let start = *self;
        if self.regular() != word.as_bytes() {
            return start.wrong();
        }
        Ok(())
    }

    fn regular(&mut self) -> &'a [u8] {
        let start = self.at;
        while self.peek().is_some_and(is_regular) {
            self.at += 1;
        }
        &self.bytes[start..self.at]
    }

    /// A whole number that is not negative.
    pub(crate) fn size(&mut self) -> Result<usize, Error> {
        self.skip();
        let start = *self;
        decimal(self.regular()).map_or_else(|| start.wrong(), Ok)
    }

    pub(crate) fn object(&mut self, depth: u32) -> Result<Object, Error> {
        self.skip();
        if depth > MAX_DEPTH {
            return self.wrong();
        }
        match self.peek() {
            Some(b'/') => Ok(Object::Name(self.name()?)),
            Some(b'(') => Ok(Object::String(self.literal()?)),
            Some(b'[') => self.array(depth),
            Some(b'<') if self.bytes.get(self.at + 1) == Some(&b'<') => {
                Ok(Object::Dictionary(self.dictionary(depth)?))
            }
            Some(b'<') => Ok(Object::String(self.hexadecimal()?)),
            _ => self.word(),
        }
    }

    fn name(&mut self) -> Result<Vec<u8>, Error> {
        self.exactly(b"/")?;
        let mut name = Vec::new();
        while let Some(byte) = self.peek().filter(|b| is_regular(*b)) {
            self.at += 1;
            if byte != b'#' {
                name.push(byte);
                continue;
            }
            match (self.hex_digit(), self.hex_digit()) {
                (Some(high), Some(low)) if high | low != 0 => name.push(high << 4 | low),
                _ => return self.wrong(),
            }
        }
        Ok(name)
    }

    fn hex_digit(&mut self) -> Option<u8> {
        let digit = char::from(self.peek()?).to_digit(16)?;
        self.at += 1;
        u8::try_from(digit).ok()
    }

    fn hexadecimal(&mut self) -> Result<Vec<u8>, Error> {
        self.exactly(b"<")?;
        let mut digits = Vec::new();
        loop {
            while self.peek().is_some_and(is_white) {
                self.at += 1;
            }
            match self.hex_digit() {
                Some(digit) => digits.push(digit),
                None => break,
            }
        }
        self.exactly(b">")?;
        // the last of an odd number of digits is followed by a zero (§7.3.4.3)
        Ok(digits
            .chunks(2)
            .map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0))
            .collect())
    }

    fn literal(&mut self) -> Result<Vec<u8>, Error> {
        self.exactly(b"(")?;
        let mut text = Vec::new();
        let mut open = 1_u32;
        loop {
            let Some(byte) = self.peek() else {
                return self.wrong();
            };
            self.at += 1;
            match byte {
                b'(' => open += 1,
                b')' => open -= 1,
                b'\\' => {
                    self.escape(&mut text)?;
                    continue;
                }
                // an end of line is one line feed, however it is written (§7.3.4.2)
                b'\r' => {
                    if self.peek() == Some(b'\n') {
                        self.at += 1;
                    }
                    text.push(b'\n');
                    continue;
                }
                _ => {}
            }
            if open == 0 {
                return Ok(text);
            }
            text.push(byte);
        }
    }

    fn escape(&mut self, text: &mut Vec<u8>) -> Result<(), Error> {
        let Some(byte) = self.peek() else {
            return self.wrong();
        };
        self.at += 1;
        match byte {
            b'n' => text.push(b'\n'),
            b'r' => text.push(b'\r'),
            b't' => text.push(b'\t'),
            b'b' => text.push(8),
            b'f' => text.push(0x0c),
            b'\n' => {}
            b'\r' => {
                if self.peek() == Some(b'\n') {
                    self.at += 1;
                }
            }
            b'0'..=b'7' => {
                let mut value = u32::from(byte - b'0');
                for _ in 0..2 {
                    match self.peek() {
                        Some(digit @ b'0'..=b'7') => value = value * 8 + u32::from(digit - b'0'),
                        _ => break,
                    }
                    self.at += 1;
                }
                // high-order overflow is ignored (§7.3.4.2)
                text.push((value & 0xff) as u8);
            }
            other => text.push(other),
        }
        Ok(())
    }

    fn array(&mut self, depth: u32) -> Result<Object, Error> {
        self.exactly(b"[")?;
        let mut array = Vec::new();
        loop {
            self.skip();
            if self.peek() == Some(b']') {
                self.at += 1;
                return Ok(Object::Array(array));
            }
            array.push(self.object(depth + 1)?);
        }
    }

    pub(crate) fn dictionary(&mut self, depth: u32) -> Result<Dictionary, Error> {
        self.entries(depth, &mut |_, _| {})
    }

    /// A dictionary; `place` is told where each of its values stands.
    pub(crate) fn entries(
        &mut self,
        depth: u32,
        place: &mut dyn FnMut(&[u8], Range<usize>),
    ) -> Result<Dictionary, Error> {
        self.skip();
        self.exactly(b"<<")?;
        let mut entries = BTreeMap::new();
        loop {
            self.skip();
            if self.peek() == Some(b'>') {
                self.exactly(b">>")?;
                return Ok(Dictionary(entries));
            }
            let start = *self;
            let key = self.name()?;
            self.skip();
            let from = self.at;
            let value = self.object(depth + 1)?;
            place(&key, from..self.at);
            if entries.insert(key, value).is_some() {
                return start.wrong();
            }
        }
    }

    fn word(&mut self) -> Result<Object, Error> {
        let start = *self;
        let word = self.regular();
        match word {
            b"null" => return Ok(Object::Null),
            b"true" => return Ok(Object::Boolean(true)),
            b"false" => return Ok(Object::Boolean(false)),
            _ => {}
        }
        if let Some(number) = decimal(word) {
            if let Some(reference) = self.reference(number) {
                return Ok(Object::Reference(reference));
            }
            return i64::try_from(number)
                .map_or_else(|_| start.wrong(), |n| Ok(Object::Integer(n)));
        }
        number(word).map_or_else(|| start.wrong(), Ok)
    }

    /// `G R` after a number, or nothing is read.
    fn reference(&mut self, number: usize) -> Option<Reference> {
        let mut ahead = *self;
        ahead.skip();
        let generation = u16::try_from(decimal(ahead.regular())?).ok()?;
        ahead.skip();
        if ahead.regular() != b"R" {
            return None;
        }
        let number = u32::try_from(number).ok()?;
        *self = ahead;
        Some(Reference { number, generation })
    }
}

/// Digits only, and no more than 32 bits: the same on every machine.
fn decimal(word: &[u8]) -> Option<usize> {
    // Offsets in a table have ten digits.
    if word.is_empty() || word.len() > 10 || !word.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number: u32 = std::str::from_utf8(word).ok()?.parse().ok()?;
    usize::try_from(number).ok()
}

/// A number with a sign or a point (§7.3.3); no exponent.
fn number(word: &[u8]) -> Option<Object> {
    let digits = word
        .strip_prefix(b"-")
        .or(word.strip_prefix(b"+"))
        .unwrap_or(word);
    let plain = digits.iter().all(|b| b.is_ascii_digit() || *b == b'.');
    if word.len() > 64 || !plain || !digits.iter().any(u8::is_ascii_digit) {
        return None;
    }
    let text = std::str::from_utf8(word).ok()?;
    if digits.contains(&b'.') {
        return text.parse().ok().map(Object::Real);
    }
    text.parse().ok().map(Object::Integer)
}
