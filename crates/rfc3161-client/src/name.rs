//! Distinguished names and general names: compared as RFC 5280 §7.1 says, printed for people.

use crate::ber::{self, Element, Reader};
use crate::cms::MAX_SET;
use crate::error::{ParseError, malformed};
use crate::oid;

/// A distinguished name: rows of attributes, each by type and folded value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    rows: Vec<Vec<Attribute>>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Attribute {
    oid: String,
    folded: String,
}

/// A `GeneralName` (RFC 5280 §4.2.1.6) of the forms that can be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum GeneralName {
    Email(String),
    Dns(String),
    Directory(Name),
    Uri(String),
    Address(Vec<u8>),
    /// Another form: its tag and encoding.
    Other(u8, Vec<u8>),
}

impl Name {
    /// Reads a `Name`.
    pub(crate) fn parse(raw: &[u8]) -> Result<Self, ParseError> {
        let whole = ber::whole(raw, "Name")?;
        if whole.tag != ber::SEQUENCE {
            return Err(malformed("Name"));
        }
        let rows = whole.reader()?.all("RelativeDistinguishedName", MAX_SET)?;
        Ok(Self {
            rows: rows.iter().map(parse_row).collect::<Result<_, _>>()?,
        })
    }

    /// Whether `self` lies in the subtree under `base` (RFC 5280 §4.2.1.10).
    pub(crate) fn is_within(&self, base: &Self) -> bool {
        self.rows.starts_with(&base.rows)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Folded values of the attributes of one type.
    pub(crate) fn values(&self, oid: &str) -> Vec<&str> {
        let attributes = self
            .rows
            .iter()
            .flatten()
            .filter(|attribute| attribute.oid == oid);
        attributes
            .map(|attribute| attribute.folded.as_str())
            .collect()
    }
}

fn parse_row(row: &Element<'_>) -> Result<Vec<Attribute>, ParseError> {
    if row.tag != ber::SET {
        return Err(malformed("RelativeDistinguishedName"));
    }
    let mut attributes = attribute_values(row)?
        .into_iter()
        .map(|(oid, value)| Attribute {
            oid,
            folded: fold(&text(&value)),
        })
        .collect::<Vec<_>>();
    attributes.sort();
    Ok(attributes)
}

fn attribute_values<'a>(row: &Element<'a>) -> Result<Vec<(String, Element<'a>)>, ParseError> {
    let attributes = row.reader()?.all("AttributeTypeAndValue", MAX_SET)?;
    attributes
        .iter()
        .map(|attribute| {
            let mut fields = attribute.reader()?;
            Ok((fields.oid("AttributeType")?, fields.element()?))
        })
        .collect()
}

/// The text of a directory string, whatever its type; other values as hexadecimal digits of their encoding.
fn text(value: &Element<'_>) -> String {
    const UTF8: u8 = 0x0c;
    const NUMERIC: u8 = 0x12;
    const PRINTABLE: u8 = 0x13;
    const TELETEX: u8 = 0x14;
    const IA5: u8 = 0x16;
    const UNIVERSAL: u8 = 0x1c;
    const BMP: u8 = 0x1e;
    match value.tag {
        UTF8 => String::from_utf8_lossy(value.content).into_owned(),
        // Authorities put Latin-1 into TeletexString, and UTF-8 into PrintableString.
        NUMERIC | PRINTABLE | IA5 | TELETEX => match std::str::from_utf8(value.content) {
            Ok(text) => text.to_owned(),
            Err(_) => value.content.iter().copied().map(char::from).collect(),
        },
        BMP => {
            let units = value.content.chunks(2).map(|pair| {
                pair.iter()
                    .fold(0, |unit, octet| unit << 8 | u16::from(*octet))
            });
            char::decode_utf16(units)
                .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect()
        }
        UNIVERSAL => {
            let units = value.content.chunks(4).map(|four| {
                four.iter()
                    .fold(0, |unit, octet| unit << 8 | u32::from(*octet))
            });
            units
                .map(|unit| char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect()
        }
        _ => format!("#{}", crate::digest::hex(value.raw)),
    }
}

/// Case folded, space trimmed and inner runs of space made one (RFC 4518 §2 as far as names in use need it).
fn fold(text: &str) -> String {
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase()
}

/// Whether two encoded names are equal (RFC 5280 §7.1): equal octets, or equal rows after folding.
pub(crate) fn same(left: &[u8], right: &[u8]) -> bool {
    left == right
        || matches!((Name::parse(left), Name::parse(right)), (Ok(left), Ok(right)) if left == right)
}

/// The name for people, in its own order, such as `C=CN, O=联合信任, CN=TSA 1`.
pub(crate) fn display(raw: &[u8]) -> String {
    let read = || -> Result<Vec<String>, ParseError> {
        let rows = ber::whole_sequence(raw, "Name")?.all("RelativeDistinguishedName", MAX_SET)?;
        let mut parts = Vec::new();
        for row in &rows {
            let values = attribute_values(row)?;
            let texts = values
                .iter()
                .map(|(oid, value)| format!("{}={}", short(oid), text(value)));
            parts.push(texts.collect::<Vec<_>>().join("+"));
        }
        Ok(parts)
    };
    read().map_or_else(|_| crate::digest::hex(raw), |parts| parts.join(", "))
}

fn short(oid: &str) -> &str {
    match oid {
        "2.5.4.3" => "CN",
        "2.5.4.4" => "SN",
        "2.5.4.5" => "serialNumber",
        "2.5.4.6" => "C",
        "2.5.4.7" => "L",
        "2.5.4.8" => "ST",
        "2.5.4.9" => "street",
        "2.5.4.10" => "O",
        "2.5.4.11" => "OU",
        "2.5.4.12" => "title",
        "2.5.4.17" => "postalCode",
        "2.5.4.42" => "GN",
        "2.5.4.97" => "organizationIdentifier",
        oid::EMAIL_ADDRESS => "emailAddress",
        "0.9.2342.19200300.100.1.25" => "DC",
        "0.9.2342.19200300.100.1.1" => "UID",
        other => other,
    }
}

impl GeneralName {
    /// Reads one name.
    pub(crate) fn parse(element: &Element<'_>) -> Result<Self, ParseError> {
        const DIRECTORY: u8 = ber::context(4);
        let text = || fold(&String::from_utf8_lossy(element.content));
        Ok(match element.tag {
            0x81 => Self::Email(text()),
            0x82 => Self::Dns(text()),
            0x86 => Self::Uri(text()),
            0x87 => Self::Address(element.content.to_vec()),
            DIRECTORY => Self::Directory(Name::parse(element.content)?),
            tag => Self::Other(tag, element.raw.to_vec()),
        })
    }

    /// Reads `GeneralNames`, where the outer SEQUENCE has been taken off.
    pub(crate) fn parse_all(mut reader: Reader<'_>) -> Result<Vec<Self>, ParseError> {
        reader
            .all("GeneralNames", MAX_SET)?
            .iter()
            .map(Self::parse)
            .collect()
    }

    /// Whether two names are of one form, so that a constraint on one speaks of the other.
    pub(crate) fn is_same_form(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Other(left, _), Self::Other(right, _)) => left == right,
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(tag: u8, value: &[u8]) -> Vec<u8> {
        let oid = ber::encode(ber::OBJECT_IDENTIFIER, &[0x55, 4, 3]);
        let attribute = ber::encode_sequence(&[&oid, &ber::encode(tag, value)]);
        ber::encode(ber::SEQUENCE, &ber::encode(ber::SET, &attribute))
    }

    #[test]
    fn string_type_case_and_space_do_not_distinguish() {
        let left = name(0x13, b"Time  Stamping CA ");
        assert!(same(&left, &name(0x0c, b"time stamping CA")));
        assert!(same(
            &left,
            &name(0x1e, b"\0T\0i\0m\0e\0 \0S\0t\0a\0m\0p\0i\0n\0g\0 \0C\0A")
        ));
        assert!(!same(&left, &name(0x13, b"Time Stamping CB")));
        assert_eq!(display(&name(0x0c, "时间戳".as_bytes())), "CN=时间戳");
    }
}
