//! Recursive Length Prefix (Ethereum Yellow Paper, appendix B), read strictly: every value has one encoding.

/// Octets that are not the one encoding of anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not RLP: {0}")]
pub struct RlpError(pub &'static str);

/// A value, borrowed from its encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item<'a> {
    /// A string of octets.
    Octets(&'a [u8]),
    /// A list, as the encodings of its items one after the other.
    List(&'a [u8]),
}

impl<'a> Item<'a> {
    /// The only value in these octets.
    ///
    /// # Errors
    /// [`RlpError`].
    pub fn whole(octets: &'a [u8]) -> Result<Self, RlpError> {
        match split(octets)? {
            (item, []) => Ok(item),
            _ => Err(RlpError("octets after the value")),
        }
    }

    /// A string.
    ///
    /// # Errors
    /// [`RlpError`] for a list.
    pub fn octets(self) -> Result<&'a [u8], RlpError> {
        match self {
            Self::Octets(octets) => Ok(octets),
            Self::List(_) => Err(RlpError("a list in place of a string")),
        }
    }

    /// A string of a known length.
    ///
    /// # Errors
    /// [`RlpError`] for anything else.
    pub fn exactly<const N: usize>(self) -> Result<[u8; N], RlpError> {
        let octets = self.octets()?;
        octets
            .try_into()
            .map_err(|_| RlpError("a string of another length"))
    }

    /// A natural number: no leading zero, at most 256 bits.
    ///
    /// # Errors
    /// [`RlpError`].
    pub fn natural(self) -> Result<&'a [u8], RlpError> {
        match self.octets()? {
            [0, ..] => Err(RlpError("a number with a leading zero")),
            octets if octets.len() > 32 => Err(RlpError("a number of more than 256 bits")),
            octets => Ok(octets),
        }
    }

    /// A natural number below 2^64.
    ///
    /// # Errors
    /// [`RlpError`].
    pub fn number(self) -> Result<u64, RlpError> {
        let octets = self.natural()?;
        if octets.len() > 8 {
            return Err(RlpError("a number of more than 64 bits"));
        }
        Ok(octets
            .iter()
            .fold(0, |value, octet| value << 8 | u64::from(*octet)))
    }

    /// The items of a list, at most `most`.
    ///
    /// # Errors
    /// [`RlpError`].
    pub fn items(self, most: usize) -> Result<Vec<Self>, RlpError> {
        let Self::List(mut rest) = self else {
            return Err(RlpError("a string in place of a list"));
        };
        let mut items = Vec::new();
        while !rest.is_empty() {
            if items.len() == most {
                return Err(RlpError("too many items"));
            }
            let (item, behind) = split(rest)?;
            items.push(item);
            rest = behind;
        }
        Ok(items)
    }

    /// Its encoding.
    #[must_use]
    pub fn encoded(self) -> Vec<u8> {
        match self {
            Self::Octets(octets) => string(octets),
            Self::List(payload) => prefixed(0xc0, payload),
        }
    }
}

/// The first value and what follows it.
fn split(octets: &[u8]) -> Result<(Item<'_>, &[u8]), RlpError> {
    let ended = RlpError("it ends early");
    let (first, rest) = octets.split_first().ok_or(ended)?;
    let (payload, behind) = match *first {
        0..=0x7f => octets.split_at_checked(1),
        0x80..=0xb7 => rest.split_at_checked(usize::from(first - 0x80)),
        0xb8..=0xbf => long(rest, usize::from(first - 0xb7))?,
        0xc0..=0xf7 => rest.split_at_checked(usize::from(first - 0xc0)),
        0xf8..=0xff => long(rest, usize::from(first - 0xf7))?,
    }
    .ok_or(ended)?;
    match (*first, payload) {
        (0x81, [0..=0x7f]) => Err(RlpError("an octet that stands for itself")),
        (0..=0xbf, _) => Ok((Item::Octets(payload), behind)),
        _ => Ok((Item::List(payload), behind)),
    }
}

/// A payload after a length of `width` octets.
#[expect(clippy::type_complexity)]
fn long(octets: &[u8], width: usize) -> Result<Option<(&[u8], &[u8])>, RlpError> {
    let Some((length, rest)) = octets.split_at_checked(width) else {
        return Ok(None);
    };
    if length.first() == Some(&0) {
        return Err(RlpError("a length with a leading zero"));
    }
    let length = length.iter().try_fold(0_usize, |value, octet| {
        value
            .checked_mul(256)
            .map(|value| value | usize::from(*octet))
    });
    match length {
        Some(0..=55) => Err(RlpError("a short length in the long form")),
        Some(length) => Ok(rest.split_at_checked(length)),
        None => Ok(None),
    }
}

/// A string.
#[must_use]
pub fn string(octets: &[u8]) -> Vec<u8> {
    match octets {
        [0..=0x7f] => octets.to_vec(),
        _ => prefixed(0x80, octets),
    }
}

/// A natural number from its octets, the most significant first; leading zeros are left out.
#[must_use]
pub fn natural(octets: &[u8]) -> Vec<u8> {
    let zeros = octets.iter().take_while(|octet| **octet == 0).count();
    string(octets.get(zeros..).unwrap_or_default())
}

/// A natural number.
#[must_use]
pub fn number(value: u64) -> Vec<u8> {
    natural(&value.to_be_bytes())
}

/// A list of items that are encoded.
#[must_use]
pub fn list<T: AsRef<[u8]>>(items: &[T]) -> Vec<u8> {
    let payload: Vec<u8> = items
        .iter()
        .flat_map(|item| item.as_ref())
        .copied()
        .collect();
    prefixed(0xc0, &payload)
}

fn prefixed(base: u8, payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(payload.len() + 9);
    match u8::try_from(payload.len()) {
        Ok(short @ 0..=55) => out.push(base + short),
        _ => {
            let length = payload.len().to_be_bytes();
            let zeros = length.iter().take_while(|octet| **octet == 0).count();
            let length = length.get(zeros..).unwrap_or_default();
            // At most eight octets of length.
            out.push(base + 55 + u8::try_from(length.len()).unwrap_or(8));
            out.extend(length);
        }
    }
    out.extend(payload);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use fidem_fingerprint::hex;

    #[test]
    fn the_examples_of_the_ethereum_wiki() {
        assert_eq!(string(b"dog"), b"\x83dog");
        assert_eq!(
            list(&[string(b"cat"), string(b"dog")]),
            b"\xc8\x83cat\x83dog"
        );
        assert_eq!(string(b""), [0x80]);
        assert_eq!(list::<Vec<u8>>(&[]), [0xc0]);
        assert_eq!(number(0), [0x80]);
        assert_eq!(number(15), [0x0f]);
        assert_eq!(number(1024), [0x82, 0x04, 0x00]);
        let text = b"Lorem ipsum dolor sit amet, consectetur adipisicing elit";
        let encoded = string(text);
        assert_eq!(encoded[..2], [0xb8, 0x38]);
        assert_eq!(Item::whole(&encoded), Ok(Item::Octets(text)));
        // The set-theoretical representation of three.
        let three = hex::decode("c7c0c1c0c3c0c1c0").unwrap();
        let items = Item::whole(&three).and_then(|item| item.items(3)).unwrap();
        assert_eq!(items.len(), 3);
        assert_eq!(items[2].items(2).map(|items| items.len()), Ok(2));
    }

    #[test]
    fn only_the_one_encoding_is_read() {
        for wrong in [
            "",
            "8100",
            "817f",
            "b800",
            "b837",
            "b90001",
            "83646f",
            "83646f6767",
            "c883636174",
            "f800",
            "bfffffffffffffffff",
            "ffffffffffffffffff",
            "b8",
            "b80180",
            "b9003c",
            "8000",
            "c1",
        ] {
            assert!(
                Item::whole(&hex::decode(wrong).unwrap()).is_err(),
                "{wrong}"
            );
        }
        assert!(Item::Octets(&[0, 1]).number().is_err());
        assert!(Item::Octets(&[1; 9]).number().is_err());
        assert!(Item::List(&[1, 2, 3]).items(2).is_err());
    }

    #[test]
    fn what_is_written_reads_back() {
        for length in [0, 1, 2, 55, 56, 255, 256, 65_536] {
            let octets = vec![0x80; length];
            let encoded = string(&octets);
            assert_eq!(Item::whole(&encoded), Ok(Item::Octets(&octets)));
            assert_eq!(Item::Octets(&octets).encoded(), encoded);
            let encoded = list(&[encoded]);
            assert_eq!(Item::whole(&encoded).map(Item::encoded), Ok(encoded));
        }
    }
}
