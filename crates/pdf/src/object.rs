//! The eight types of object (ISO 32000-2 §7.3).

use std::collections::BTreeMap;

/// The name of an indirect object (§7.3.10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// Object number, from 1.
    pub number: u32,
    /// Generation number.
    pub generation: u16,
}

/// An object that is not a stream.
#[derive(Debug, Clone, PartialEq)]
pub enum Object {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean(bool),
    /// §7.3.3
    Integer(i64),
    /// §7.3.3
    Real(f64),
    /// §7.3.5, with its `#` escapes undone.
    Name(Vec<u8>),
    /// §7.3.4, literal or hexadecimal.
    String(Vec<u8>),
    /// §7.3.6
    Array(Vec<Object>),
    /// §7.3.7
    Dictionary(Dictionary),
    /// §7.3.10
    Reference(Reference),
}

/// Keys and values (§7.3.7); a key stands once.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Dictionary(pub(crate) BTreeMap<Vec<u8>, Object>);

impl Dictionary {
    /// The value of a key as it is written, which may be a reference; `null` is as absent (§7.3.9).
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Object> {
        self.0
            .get(key.as_bytes())
            .filter(|value| **value != Object::Null)
    }

    /// Every key with its value, in the order of the octets of the keys.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &Object)> {
        self.0.iter().map(|(key, value)| (key.as_slice(), value))
    }

    /// Gives a key its value, in place of an earlier one.
    pub fn set(&mut self, key: &str, value: Object) {
        self.0.insert(key.as_bytes().to_vec(), value);
    }
}

/// A stream (§7.3.8): its dictionary, and its octets as they stand in the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Stream<'a> {
    /// What the octets are.
    pub dictionary: Dictionary,
    /// The octets, encoded.
    pub encoded: &'a [u8],
}

impl Object {
    /// The octets of a string.
    #[must_use]
    pub fn as_string(&self) -> Option<&[u8]> {
        match self {
            Self::String(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The octets of a name.
    #[must_use]
    pub fn as_name(&self) -> Option<&[u8]> {
        match self {
            Self::Name(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// What a reference names.
    #[must_use]
    pub fn as_reference(&self) -> Option<Reference> {
        match self {
            Self::Reference(reference) => Some(*reference),
            _ => None,
        }
    }

    /// The keys and values of a dictionary.
    #[must_use]
    pub fn as_dictionary(&self) -> Option<&Dictionary> {
        match self {
            Self::Dictionary(dictionary) => Some(dictionary),
            _ => None,
        }
    }

    /// The members of an array.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Object]> {
        match self {
            Self::Array(array) => Some(array),
            _ => None,
        }
    }

    /// A whole number that is not negative.
    #[must_use]
    pub fn as_size(&self) -> Option<usize> {
        match self {
            Self::Integer(n) => usize::try_from(*n).ok(),
            _ => None,
        }
    }
}

/// An indirect object with what stands in it.
#[derive(Debug, Clone, PartialEq)]
pub enum Body<'a> {
    /// A stream.
    Stream(Stream<'a>),
    /// Any other object.
    Object(Object),
}

impl Body<'_> {
    /// The dictionary of a dictionary or a stream.
    #[must_use]
    pub fn dictionary(&self) -> Option<&Dictionary> {
        match self {
            Self::Stream(stream) => Some(&stream.dictionary),
            Self::Object(object) => object.as_dictionary(),
        }
    }
}
