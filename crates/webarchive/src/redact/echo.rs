//! Looks for many values at once.

use std::collections::BTreeMap;
use std::ops::Range;

use super::MIN_ECHO;

/// Values of [`MIN_ECHO`] octets and more, and the names they were met under.
#[derive(Debug, Clone, Default)]
pub(super) struct Values {
    /// By their first eight octets.
    by_start: BTreeMap<[u8; MIN_ECHO], Vec<Value>>,
    /// Which pairs of first octets occur, so that most places cost one look.
    starts: Vec<bool>,
}

#[derive(Debug, Clone)]
struct Value {
    octets: Vec<u8>,
    name: String,
}

impl Values {
    pub(super) fn insert(&mut self, octets: &[u8], name: &str) {
        let Some(start) = octets.first_chunk() else {
            return;
        };
        // a mask, or a run of one octet, is nobody's secret
        if octets.iter().all(|b| *b == octets[0]) {
            return;
        }
        self.starts.resize(1 << 16, false);
        self.starts[pair(start)] = true;
        let values = self.by_start.entry(*start).or_default();
        if values.iter().all(|v| v.octets != octets) {
            values.push(Value {
                octets: octets.to_vec(),
                name: name.to_owned(),
            });
            // the longest first: it covers the others
            values.sort_by_key(|v| std::cmp::Reverse(v.octets.len()));
        }
    }

    /// All places, from the left, without overlap.
    pub(super) fn find(&self, bytes: &[u8]) -> Vec<(Range<usize>, &str)> {
        let mut out = Vec::new();
        let mut at = 0;
        while let Some(start) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
            match self.at(start, &bytes[at..]) {
                Some(value) => {
                    let end = at + value.octets.len();
                    out.push((at..end, value.name.as_str()));
                    at = end;
                }
                None => at += 1,
            }
        }
        out
    }

    fn at(&self, start: &[u8; MIN_ECHO], rest: &[u8]) -> Option<&Value> {
        if self.starts.get(pair(start)) != Some(&true) {
            return None;
        }
        self.by_start
            .get(start)?
            .iter()
            .find(|v| rest.starts_with(&v.octets))
    }
}

fn pair(start: &[u8; MIN_ECHO]) -> usize {
    usize::from(start[0]) << 8 | usize::from(start[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn longest_first_and_no_overlap() {
        let mut values = Values::default();
        for (value, name) in [
            ("abcdefgh", "a"),
            ("abcdefghij", "b"),
            ("short", "c"),
            ("********", "d"),
        ] {
            values.insert(value.as_bytes(), name);
        }
        let text = b"xabcdefghijabcdefghshort********abcdefg";
        assert_eq!(values.find(text), [(1..11, "b"), (11..19, "a")]);
        assert!(Values::default().find(text).is_empty());
    }
}
