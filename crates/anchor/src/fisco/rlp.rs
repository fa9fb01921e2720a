//! Recursive Length Prefix, as Ethereum defines it: strings of octets and lists of them, each in its shortest form.

/// A string or a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// Octets.
    Octets(Vec<u8>),
    /// Items.
    List(Vec<Item>),
}

/// Deepest nesting read; headers and transactions need two.
const MAX_DEPTH: u32 = 4;

impl Item {
    /// Octets.
    #[must_use]
    pub fn octets(octets: &[u8]) -> Self {
        Self::Octets(octets.to_vec())
    }

    /// An unsigned integer: its octets without leading zeros.
    #[must_use]
    pub fn integer(octets: &[u8]) -> Self {
        let zeros = octets.iter().take_while(|octet| **octet == 0).count();
        Self::octets(octets.get(zeros..).unwrap_or_default())
    }

    /// An unsigned integer of 64 bits.
    #[must_use]
    pub fn number(number: u64) -> Self {
        Self::integer(&number.to_be_bytes())
    }

    /// The octets of a string.
    #[must_use]
    pub fn as_octets(&self) -> Option<&[u8]> {
        match self {
            Self::Octets(octets) => Some(octets),
            Self::List(_) => None,
        }
    }

    /// The items of a list.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Item]> {
        match self {
            Self::List(items) => Some(items),
            Self::Octets(_) => None,
        }
    }

    /// An integer without leading zeros, of at most 64 bits.
    #[must_use]
    pub fn as_number(&self) -> Option<u64> {
        let octets = self.as_octets()?;
        if octets.len() > 8 || octets.first() == Some(&0) {
            return None;
        }
        let fold = |sum: u64, octet: &u8| sum << 8 | u64::from(*octet);
        Some(octets.iter().fold(0, fold))
    }

    /// Appends the encoding.
    pub fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Octets(octets) => match octets.as_slice() {
                [single] if *single < 0x80 => out.push(*single),
                _ => {
                    prefix(0x80, octets.len(), out);
                    out.extend(octets);
                }
            },
            Self::List(items) => {
                let mut body = Vec::new();
                items.iter().for_each(|item| item.write(&mut body));
                prefix(0xc0, body.len(), out);
                out.extend(body);
            }
        }
    }

    /// The encoding.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.write(&mut out);
        out
    }

    /// Reads exactly one item in its shortest form; none for anything else.
    #[must_use]
    pub fn decode(octets: &[u8]) -> Option<Self> {
        let (item, rest) = read(octets, 0)?;
        rest.is_empty().then_some(item)
    }
}

fn prefix(kind: u8, length: usize, out: &mut Vec<u8>) {
    match u8::try_from(length) {
        Ok(short) if short <= 55 => out.push(kind + short),
        _ => {
            let octets = length.to_be_bytes();
            let zeros = octets.iter().take_while(|octet| **octet == 0).count();
            let digits = octets.get(zeros..).unwrap_or_default();
            // At most eight digits.
            out.push(kind + 55 + u8::try_from(digits.len()).unwrap_or(8));
            out.extend(digits);
        }
    }
}

fn read(octets: &[u8], depth: u32) -> Option<(Item, &[u8])> {
    let (first, rest) = octets.split_first()?;
    match *first {
        single @ 0..0x80 => Some((Item::Octets(vec![single]), rest)),
        head @ 0x80..0xc0 => {
            let (body, rest) = body(head - 0x80, rest)?;
            let bare = matches!(body, [single] if *single < 0x80);
            (!bare).then(|| (Item::octets(body), rest))
        }
        head => {
            let (mut body, rest) = body(head - 0xc0, rest)?;
            let mut items = Vec::new();
            while !body.is_empty() && depth < MAX_DEPTH {
                let (item, after) = read(body, depth + 1)?;
                items.push(item);
                body = after;
            }
            body.is_empty().then_some((Item::List(items), rest))
        }
    }
}

/// The body that a length code announces, and what stands behind it.
fn body(code: u8, rest: &[u8]) -> Option<(&[u8], &[u8])> {
    let Some(digits) = code.checked_sub(55).filter(|digits| *digits > 0) else {
        return rest.split_at_checked(usize::from(code));
    };
    let (digits, rest) = rest.split_at_checked(usize::from(digits))?;
    let length = Item::octets(digits).as_number()?;
    let length = usize::try_from(length).ok()?;
    (length > 55).then(|| rest.split_at_checked(length))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_have_the_published_encodings() {
        let dog = Item::octets(b"dog");
        assert_eq!(dog.encode(), b"\x83dog");
        let pets = Item::List(vec![Item::octets(b"cat"), dog]);
        assert_eq!(pets.encode(), b"\xc8\x83cat\x83dog");
        assert_eq!(Item::number(0).encode(), [0x80]);
        assert_eq!(Item::number(15).encode(), [0x0f]);
        assert_eq!(Item::number(1024).encode(), [0x82, 4, 0]);
        let long = Item::octets(b"Lorem ipsum dolor sit amet, consectetur adipisicing elit");
        assert_eq!(long.encode().get(..3), Some(&[0xb8, 0x38, b'L'][..]));
        let wide = Item::List(vec![Item::octets(&[7; 300]), Item::List(vec![pets, long])]);
        assert_eq!(Item::decode(&wide.encode()), Some(wide));
    }

    #[test]
    fn longer_forms_and_rests_are_refused() {
        for wrong in [
            &[0x81, 5][..],
            &[0xb8, 1, 0x80],
            &[0xb9, 0, 60],
            &[0x83, 1, 2],
            &[0x80, 0],
            &[0xc1],
            &[0xbf, 255, 255, 255, 255, 255, 255, 255, 255],
            &[0xc5, 0xc4, 0xc3, 0xc2, 0xc1, 0xc0],
            &[],
        ] {
            assert_eq!(Item::decode(wrong), None, "{wrong:?}");
        }
        assert_eq!(Item::octets(&[0, 5]).as_number(), None);
    }
}
