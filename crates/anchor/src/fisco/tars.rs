//! Tars, the encoding of FISCO BCOS 3: members with their numbers and types, those of no value left out.

/// A member's value, of the types that transactions have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// An integer, in the shortest of four widths.
    Integer(i64),
    /// A string of at most 4 GiB.
    Text(Vec<u8>),
    /// A list of octets.
    Octets(Vec<u8>),
    /// A structure.
    Struct(Vec<(u8, Value)>),
}

const BYTE: u8 = 0;
const SHORT: u8 = 1;
const INT: u8 = 2;
const LONG: u8 = 3;
const TEXT: u8 = 6;
const LONG_TEXT: u8 = 7;
const STRUCT: u8 = 10;
const STRUCT_END: u8 = 11;
const ZERO: u8 = 12;
const OCTETS: u8 = 13;
/// Deepest nesting read; transactions need one.
const MAX_DEPTH: u32 = 2;

/// Writes members in the order given, which must be that of their numbers.
#[must_use]
pub fn encode(members: &[(u8, Value)]) -> Vec<u8> {
    let mut out = Vec::new();
    write_all(members, &mut out);
    out
}

fn write_all(members: &[(u8, Value)], out: &mut Vec<u8>) {
    for (number, value) in members {
        write(*number, value, out);
    }
}

fn head(number: u8, kind: u8, out: &mut Vec<u8>) {
    match number {
        0..15 => out.push(number << 4 | kind),
        _ => out.extend([0xf0 | kind, number]),
    }
}

fn write(number: u8, value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Integer(integer) => write_integer(number, *integer, out),
        Value::Text(text) => {
            match u8::try_from(text.len()) {
                Ok(short) => {
                    head(number, TEXT, out);
                    out.push(short);
                }
                Err(_) => {
                    head(number, LONG_TEXT, out);
                    let long = u32::try_from(text.len()).unwrap_or(u32::MAX);
                    out.extend(long.to_be_bytes());
                }
            }
            out.extend(text);
        }
        Value::Octets(octets) => {
            head(number, OCTETS, out);
            head(0, BYTE, out);
            write_integer(0, i64::try_from(octets.len()).unwrap_or(i64::MAX), out);
            out.extend(octets);
        }
        Value::Struct(members) => {
            head(number, STRUCT, out);
            write_all(members, out);
            head(0, STRUCT_END, out);
        }
    }
}

fn write_integer(number: u8, integer: i64, out: &mut Vec<u8>) {
    if integer == 0 {
        return head(number, ZERO, out);
    }
    if let Ok(byte) = i8::try_from(integer) {
        head(number, BYTE, out);
        out.extend(byte.to_be_bytes());
    } else if let Ok(short) = i16::try_from(integer) {
        head(number, SHORT, out);
        out.extend(short.to_be_bytes());
    } else if let Ok(int) = i32::try_from(integer) {
        head(number, INT, out);
        out.extend(int.to_be_bytes());
    } else {
        head(number, LONG, out);
        out.extend(integer.to_be_bytes());
    }
}

/// Reads members to the end of the octets; none where they are not in the form that [`encode`] writes, or out of order.
#[must_use]
pub fn decode(octets: &[u8]) -> Option<Vec<(u8, Value)>> {
    let mut reader = Reader { rest: octets };
    let members = reader.members(0)?;
    (reader.rest.is_empty() && encode(&members) == octets).then_some(members)
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }

    fn fixed<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn head(&mut self) -> Option<(u8, u8)> {
        let [octet] = self.fixed()?;
        match octet >> 4 {
            15 => self.fixed().map(|[number]| (number, octet & 15)),
            number => Some((number, octet & 15)),
        }
    }

    /// Members up to the end of the octets, or of the structure where it is an inner one.
    fn members(&mut self, depth: u32) -> Option<Vec<(u8, Value)>> {
        let mut members: Vec<(u8, Value)> = Vec::new();
        while !self.rest.is_empty() {
            let (number, kind) = self.head()?;
            if kind == STRUCT_END {
                return (depth > 0).then_some(members);
            }
            if members.last().is_some_and(|(last, _)| *last >= number) {
                return None;
            }
            members.push((number, self.value(kind, depth)?));
        }
        (depth == 0).then_some(members)
    }

    fn value(&mut self, kind: u8, depth: u32) -> Option<Value> {
        match kind {
            BYTE | SHORT | INT | LONG | ZERO => self.integer(kind).map(Value::Integer),
            TEXT => {
                let [length] = self.fixed()?;
                Some(Value::Text(self.take(usize::from(length))?.to_vec()))
            }
            LONG_TEXT => {
                let length = u32::from_be_bytes(self.fixed()?);
                let text = self.take(usize::try_from(length).ok()?)?;
                Some(Value::Text(text.to_vec()))
            }
            OCTETS => {
                let element = self.head()?;
                let (_, width) = self.head()?;
                let length = usize::try_from(self.integer(width)?).ok()?;
                let octets = self.take(length)?.to_vec();
                (element == (0, BYTE)).then_some(Value::Octets(octets))
            }
            STRUCT if depth < MAX_DEPTH => self.members(depth + 1).map(Value::Struct),
            _ => None,
        }
    }

    fn integer(&mut self, kind: u8) -> Option<i64> {
        match kind {
            ZERO => Some(0),
            BYTE => Some(i8::from_be_bytes(self.fixed()?).into()),
            SHORT => Some(i16::from_be_bytes(self.fixed()?).into()),
            INT => Some(i32::from_be_bytes(self.fixed()?).into()),
            LONG => Some(i64::from_be_bytes(self.fixed()?)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_reads_back() {
        let inner = vec![
            (1, Value::Integer(-1)),
            (2, Value::Integer(300)),
            (4, Value::Integer(70_000)),
            (14, Value::Integer(i64::MIN)),
            (15, Value::Text(b"chain0".to_vec())),
            (200, Value::Octets(vec![9; 40])),
        ];
        let members = vec![(1, Value::Struct(inner)), (3, Value::Text(vec![b'a'; 300]))];
        assert_eq!(decode(&encode(&members)), Some(members));
    }

    #[test]
    fn other_spellings_are_refused() {
        for wrong in [
            &[0x10, 0][..],      // a zero that is written out
            &[0x11, 0, 5],       // five in two octets
            &[0x20, 1, 0x10, 1], // out of order
            &[0x1a, 0x10, 1],    // without an end
            &[0x0b],             // an end without a beginning
            &[0x1d, 0, 0, 9, 1], // shorter than it says
            &[0x1d, 1, 0, 1, 1], // no octets
            &[0x17, 255, 255, 255, 255],
            &[0x18],
        ] {
            assert_eq!(decode(wrong), None, "{wrong:?}");
        }
    }
}
