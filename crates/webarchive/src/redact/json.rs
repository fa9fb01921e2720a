//! Values of named members of a JSON text, by their octets. The text is not required to be sound: what precedes a fault
//! is still found.

use std::ops::Range;

use crate::form::Field;

/// Deepest nesting that is followed.
const MAX_DEPTH: usize = 512;

/// All scalar values whose name, or that of something they stand in, is chosen. Strings without their quotes.
pub(super) fn values(bytes: &[u8], chosen: &dyn Fn(&str) -> bool) -> Vec<Field> {
    let mut walk = Walk {
        bytes,
        at: 0,
        stack: Vec::new(),
        name: None,
        out: Vec::new(),
    };
    while walk.step(chosen).is_some() {}
    walk.out
}

struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The chosen name that reigns outside each open bracket.
    stack: Vec<Option<String>>,
    /// The chosen name that reigns here.
    name: Option<String>,
    out: Vec<Field>,
}

impl Walk<'_> {
    fn step(&mut self, chosen: &dyn Fn(&str) -> bool) -> Option<()> {
        let byte = *self.bytes.get(self.at)?;
        match byte {
            b'{' | b'[' => {
                self.stack.push(self.name.clone());
                self.at += 1;
                (self.stack.len() <= MAX_DEPTH).then_some(())
            }
            b'}' | b']' => {
                self.name = self.stack.pop()?;
                self.at += 1;
                Some(())
            }
            // a member ends: the name is again that of what it stood in
            b',' => {
                self.name = self.stack.last().cloned().flatten();
                self.at += 1;
                Some(())
            }
            b'"' => self.string(chosen),
            b':' | b' ' | b'\t' | b'\r' | b'\n' => {
                self.at += 1;
                Some(())
            }
            _ => {
                let rest = &self.bytes[self.at..];
                let ends = |b: &u8| b",]} \t\r\n".contains(b);
                let len = rest.iter().position(ends).unwrap_or(rest.len());
                self.value(self.at..self.at + len);
                self.at += len.max(1);
                Some(())
            }
        }
    }

    fn string(&mut self, chosen: &dyn Fn(&str) -> bool) -> Option<()> {
        let start = self.at + 1;
        let mut end = start;
        loop {
            match self.bytes.get(end)? {
                b'"' => break,
                b'\\' => end += 2,
                _ => end += 1,
            }
        }
        self.at = end + 1;
        let blank = |b: &&u8| !b" \t\r\n".contains(b);
        let is_name = self.bytes[self.at..].iter().find(blank) == Some(&b':');
        if !is_name {
            self.value(start..end);
            return Some(());
        }
        let name = unquoted(&self.bytes[start..end]);
        if self.name.is_none() && chosen(&name) {
            // it is copied for each bracket that opens under it
            self.name = Some(name.chars().take(200).collect());
        }
        Some(())
    }

    fn value(&mut self, range: Range<usize>) {
        if let (Some(name), false) = (&self.name, range.is_empty()) {
            self.out.push(Field {
                name: name.clone(),
                value: range,
            });
        }
    }
}

/// A JSON string without its escapes; as it stands where they are not sound.
pub(super) fn unquoted(raw: &[u8]) -> String {
    let quoted = [b"\"", raw, b"\""].concat();
    serde_json::from_slice(&quoted).unwrap_or_else(|_| String::from_utf8_lossy(raw).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(String, String)> {
        values(text.as_bytes(), &|name| name == "pin" || name == "密码")
            .into_iter()
            .map(|f| (f.name, text[f.value].to_owned()))
            .collect()
    }

    #[test]
    fn values_by_name() {
        let text = r#"{"a":"x","pin" : "12\"34","b":{"pin":1234,"c":"y"},"\u5bc6码":["u",{"z":true}],"d":"pin","e":["pin"]}"#;
        let pairs = [
            ("pin", "12\\\"34"),
            ("pin", "1234"),
            ("密码", "u"),
            ("密码", "true"),
        ];
        let pairs: Vec<_> = pairs.map(|(a, b)| (a.to_owned(), b.to_owned())).into();
        assert_eq!(found(text), pairs);
    }

    #[test]
    fn unsound_text_ends_the_walk() {
        assert_eq!(found(r#"{"pin":"12"#), []);
        assert_eq!(found(r#"{"pin":"1"}}}{"#).len(), 1);
        assert_eq!(found(&"[".repeat(100_000)), []);
        assert_eq!(found("{\"pin\":\"a\\"), []);
    }
}
