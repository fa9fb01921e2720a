//! `TSTInfo`, the statement inside a token (RFC 3161 §2.4.2).

use crate::algorithm::AlgorithmIdentifier;
use crate::ber::{self, Reader};
use crate::cms::{MAX_SET, integer_within_limit};
use crate::digest::{DigestAlgorithm, Imprint, hex};
use crate::error::{ParseError, malformed};
use crate::time::{Accuracy, GenTime};

/// What the authority states.
#[derive(Clone, Debug)]
pub struct TstInfo {
    /// The version; 1.
    pub version: u64,
    /// The authority's policy, dotted.
    pub policy: String,
    /// What was stamped.
    pub message_imprint: MessageImprint,
    /// Content octets of the serial number.
    pub serial: Vec<u8>,
    /// When.
    pub gen_time: GenTime,
    /// How exactly; `None` is unknown, not exact.
    pub accuracy: Option<Accuracy>,
    /// Whether tokens of this authority are ordered by `gen_time` alone.
    pub ordering: bool,
    /// Content octets of the nonce.
    pub nonce: Option<Vec<u8>>,
    /// Encoding of the `GeneralName` by which the authority calls itself.
    pub tsa: Option<Vec<u8>>,
    /// Extensions in their order.
    pub extensions: Vec<Extension>,
    pub(crate) is_der: bool,
    pub(crate) accuracy_in_range: bool,
}

/// The `messageImprint` as it stands, its algorithm known or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageImprint {
    /// Dotted identifier of the digest algorithm.
    pub algorithm_oid: String,
    /// The value.
    pub value: Vec<u8>,
    pub(crate) has_parameters: bool,
}

/// An extension of RFC 5280 §4.1.2.9, in a token or a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// Dotted identifier.
    pub oid: String,
    /// Whether whoever does not know it must refuse.
    pub critical: bool,
    /// The octets of `extnValue`.
    pub value: Vec<u8>,
}

impl MessageImprint {
    /// The imprint when its algorithm is known.
    pub fn imprint(&self) -> Option<Imprint> {
        let algorithm = DigestAlgorithm::from_oid(&self.algorithm_oid)?;
        Some(Imprint {
            algorithm,
            value: self.value.clone(),
        })
    }

    pub(crate) fn parse(reader: &mut Reader<'_>) -> Result<Self, ParseError> {
        let mut fields = reader.sequence("messageImprint")?;
        let algorithm = AlgorithmIdentifier::parse(&mut fields)?;
        let value = fields.octet_string("hashedMessage")?.into_owned();
        fields.finish("messageImprint")?;
        Ok(Self {
            has_parameters: !algorithm.has_no_parameters(),
            algorithm_oid: algorithm.oid,
            value,
        })
    }
}

impl TstInfo {
    /// Reads the content octets of a token.
    ///
    /// # Errors
    /// `ParseError` when a field is missing, malformed or over its budget, or octets follow.
    pub fn parse(content: &[u8]) -> Result<Self, ParseError> {
        const WHAT: &str = "TSTInfo";
        let whole = ber::whole(content, WHAT)?;
        if whole.tag != ber::SEQUENCE {
            return Err(ParseError::UnexpectedTag {
                expected: WHAT,
                found: Some(whole.tag),
            });
        }
        let mut fields = whole.reader()?;
        let version = fields.small_integer("TSTInfo.version")?;
        let policy = fields.oid("policy")?;
        let message_imprint = MessageImprint::parse(&mut fields)?;
        let serial = integer_within_limit(fields.integer("serialNumber")?, "serialNumber")?;
        let gen_time = GenTime::parse(fields.expect(ber::GENERALIZED_TIME, "genTime")?.content)?;
        let (accuracy, accuracy_in_range) = parse_accuracy(&mut fields)?;
        let ordering = fields
            .optional(ber::BOOLEAN)?
            .map_or(Ok(false), |field| field.boolean())?;
        let nonce = match fields.optional(ber::INTEGER)? {
            Some(field) => Some(integer_within_limit(
                field.integer_octets("nonce")?,
                "nonce",
            )?),
            None => None,
        };
        let tsa = match fields.optional(ber::context(0))? {
            Some(field) => Some(field.reader()?.element()?.raw.to_vec()),
            None => None,
        };
        let extensions = match fields.optional(ber::context(1))? {
            Some(field) => parse_extensions(field.reader()?)?,
            None => Vec::new(),
        };
        fields.finish(WHAT)?;
        Ok(Self {
            version,
            policy,
            message_imprint,
            serial,
            gen_time,
            accuracy,
            ordering,
            nonce,
            tsa,
            extensions,
            is_der: whole.to_der()? == content,
            accuracy_in_range,
        })
    }

    /// The serial number in lower-case hexadecimal digits, without leading zero octets.
    pub fn serial_hex(&self) -> String {
        integer_hex(&self.serial)
    }
}

/// The digits of an INTEGER's content octets without leading zero octets, but at least one octet.
pub(crate) fn integer_hex(content: &[u8]) -> String {
    let digits = ber::magnitude(content);
    if digits.is_empty() {
        "00".to_owned()
    } else {
        hex(digits)
    }
}

fn parse_accuracy(fields: &mut Reader<'_>) -> Result<(Option<Accuracy>, bool), ParseError> {
    const WHAT: &str = "accuracy";
    let Some(element) = fields.optional(ber::SEQUENCE)? else {
        return Ok((None, true));
    };
    let mut parts = element.reader()?;
    let mut accuracy = Accuracy::default();
    let mut in_range = true;
    if parts.peek() == Some(ber::INTEGER) {
        accuracy.seconds = parts.small_integer(WHAT)?;
    }
    for (tag, part) in [(0, &mut accuracy.millis), (1, &mut accuracy.micros)] {
        if let Some(field) = parts.optional(ber::context_primitive(tag))? {
            *part = ber::small(field.content).ok_or(malformed(WHAT))?;
            in_range &= (1..=999).contains(part);
        }
    }
    parts.finish(WHAT)?;
    Ok((Some(accuracy), in_range))
}

/// Reads the elements of `Extensions`, where the outer tag has been taken off.
pub(crate) fn parse_extensions(mut reader: Reader<'_>) -> Result<Vec<Extension>, ParseError> {
    let elements = reader.all("extensions", MAX_SET)?;
    elements
        .iter()
        .map(|element| {
            let mut fields = element.reader()?;
            let oid = fields.oid("extnID")?;
            let critical = fields
                .optional(ber::BOOLEAN)?
                .map_or(Ok(false), |field| field.boolean())?;
            let value = fields.octet_string("extnValue")?.into_owned();
            fields.finish("Extension")?;
            Ok(Extension {
                oid,
                critical,
                value,
            })
        })
        .collect()
}
