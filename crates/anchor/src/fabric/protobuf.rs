//! Protocol Buffers as far as blocks of Fabric need them, read strictly.

use std::collections::BTreeMap;

use super::FabricError;

/// Fields of one message.
const MOST_FIELDS: usize = 1 << 20;

/// The value of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Value<'a> {
    Number(u64),
    Octets(&'a [u8]),
    /// Four or eight octets, which nothing that is read here has.
    Fixed,
}

/// A message: its fields by their number.
#[derive(Debug, Clone)]
pub struct Message<'a> {
    fields: BTreeMap<u64, Vec<Value<'a>>>,
}

impl<'a> Message<'a> {
    /// Reads a message. Numbers must be as short as they can be; groups are refused.
    ///
    /// # Errors
    /// [`FabricError`].
    pub fn parse(mut octets: &'a [u8]) -> Result<Self, FabricError> {
        let mut fields: BTreeMap<u64, Vec<Value<'a>>> = BTreeMap::new();
        for _ in 0..MOST_FIELDS {
            if octets.is_empty() {
                return Ok(Self { fields });
            }
            let key = number(&mut octets)?;
            let value = match key & 7 {
                0 => Value::Number(number(&mut octets)?),
                1 => take(&mut octets, 8).map(|_| Value::Fixed)?,
                2 => {
                    let length = number(&mut octets)?;
                    Value::Octets(take(&mut octets, length)?)
                }
                5 => take(&mut octets, 4).map(|_| Value::Fixed)?,
                _ => return Err(FabricError("a field of an unknown form")),
            };
            fields.entry(key >> 3).or_default().push(value);
        }
        Err(FabricError("too many fields"))
    }

    /// Every value of a repeated field of octets.
    ///
    /// # Errors
    /// [`FabricError`].
    pub fn all(&self, field: u64) -> Result<Vec<&'a [u8]>, FabricError> {
        let values = self.fields.get(&field).map_or(&[][..], Vec::as_slice);
        let octets = values.iter().map(|value| match value {
            Value::Octets(octets) => Ok(*octets),
            _ => Err(FabricError("a field of another form")),
        });
        octets.collect()
    }

    /// A field of octets, empty where it is absent. Twice is refused: readers differ in what that means.
    ///
    /// # Errors
    /// [`FabricError`].
    pub fn octets(&self, field: u64) -> Result<&'a [u8], FabricError> {
        match *self.all(field)? {
            [] => Ok(&[]),
            [octets] => Ok(octets),
            _ => Err(FabricError("a field twice")),
        }
    }

    /// A field of octets that is a message.
    ///
    /// # Errors
    /// [`FabricError`].
    pub fn message(&self, field: u64) -> Result<Message<'a>, FabricError> {
        Message::parse(self.octets(field)?)
    }

    /// A text.
    ///
    /// # Errors
    /// [`FabricError`].
    pub fn text(&self, field: u64) -> Result<&'a str, FabricError> {
        std::str::from_utf8(self.octets(field)?)
            .map_err(|_| FabricError("a text that is not UTF-8"))
    }

    /// A number, zero where it is absent.
    ///
    /// # Errors
    /// [`FabricError`].
    pub fn number(&self, field: u64) -> Result<u64, FabricError> {
        match self.fields.get(&field).map_or(&[][..], Vec::as_slice) {
            [] => Ok(0),
            [Value::Number(number)] => Ok(*number),
            _ => Err(FabricError("a field of another form")),
        }
    }
}

fn take<'a>(octets: &mut &'a [u8], length: u64) -> Result<&'a [u8], FabricError> {
    let length = usize::try_from(length).ok();
    let parts = length.and_then(|length| octets.split_at_checked(length));
    let (taken, rest) = parts.ok_or(FabricError("it ends early"))?;
    *octets = rest;
    Ok(taken)
}

fn number(octets: &mut &[u8]) -> Result<u64, FabricError> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let octet = take(octets, 1)?.first().copied().unwrap_or_default();
        let bits = u64::from(octet & 0x7f);
        if shift == 63 && bits > 1 {
            break;
        }
        value |= bits << shift;
        if octet & 0x80 == 0 {
            return match octet == 0 && shift > 0 {
                true => Err(FabricError("a number longer than it need be")),
                false => Ok(value),
            };
        }
    }
    Err(FabricError("a number of more than 64 bits"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_read() {
        // field 1: 150; field 2: "testing"; field 2 again.
        let message = Message::parse(b"\x08\x96\x01\x12\x07testing\x12\x01x").unwrap();
        assert_eq!(message.number(1), Ok(150));
        assert_eq!(message.all(2), Ok(vec![&b"testing"[..], b"x"]));
        assert_eq!(message.octets(2), Err(FabricError("a field twice")));
        assert_eq!(message.octets(3), Ok(&[][..]));
        assert!(message.octets(1).is_err() && message.number(2).is_err());
    }

    #[test]
    fn only_whole_messages_are_read() {
        for wrong in [
            &b"\x08"[..],
            b"\x08\x80",
            b"\x08\x80\x00",
            b"\x12\x02x",
            b"\x0b",
            b"\x0c",
            b"\x0d\0\0\0",
            b"\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
            b"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02",
        ] {
            assert!(Message::parse(wrong).is_err(), "{wrong:?}");
        }
        let largest = Message::parse(b"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01");
        assert_eq!(largest.unwrap().number(1), Ok(u64::MAX));
    }
}
