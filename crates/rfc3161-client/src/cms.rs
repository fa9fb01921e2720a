//! `SignedData` (RFC 5652 §5), read leniently where authorities differ and kept raw where octets are signed.

use crate::algorithm::AlgorithmIdentifier;
use crate::ber::{self, Element, Reader};
use crate::error::{ParseError, malformed};
use crate::oid;

/// Octets accepted in one token.
pub(crate) const MAX_TOKEN: usize = 1 << 20;
/// Certificates, lists, signers and attributes accepted in one set.
pub(crate) const MAX_SET: usize = 64;
/// Octets accepted in a serial number or nonce.
pub(crate) const MAX_INTEGER: usize = 64;

/// A `SignedData` with its content.
#[derive(Clone, Debug)]
pub(crate) struct SignedData {
    pub version: u64,
    pub digest_algorithms: Vec<AlgorithmIdentifier>,
    pub content_type: String,
    /// The content octets, segments joined; absent for a detached signature.
    pub content: Option<Vec<u8>>,
    /// X.509 certificates of the bag; other `CertificateChoices` are passed over (§10.2.2).
    pub certificates: Vec<Vec<u8>>,
    /// Certificate revocation lists.
    pub lists: Vec<Vec<u8>>,
    /// OCSP responses (RFC 5940 §2.1).
    pub ocsp_responses: Vec<Vec<u8>>,
    /// Entries of the two sets that are of another kind and were passed over.
    pub passed_over: usize,
    pub signers: Vec<SignerInfo>,
}

/// How a signer's certificate is named (§5.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SignerIdentifier {
    IssuerAndSerialNumber { issuer: Vec<u8>, serial: Vec<u8> },
    SubjectKeyIdentifier(Vec<u8>),
}

/// A `SignerInfo` (§5.3).
#[derive(Clone, Debug)]
pub(crate) struct SignerInfo {
    pub version: u64,
    pub identifier: SignerIdentifier,
    pub digest_algorithm: AlgorithmIdentifier,
    pub signed_attributes: Option<SignedAttributes>,
    pub signature_algorithm: AlgorithmIdentifier,
    pub signature: Vec<u8>,
    /// The unsigned attributes as sent. Nobody signed them, so a token relies on nothing in them.
    pub unsigned_attributes: Option<Vec<u8>>,
}

/// The signed attributes in both encodings over which a signature may have been made.
#[derive(Clone, Debug)]
pub(crate) struct SignedAttributes {
    pub list: Vec<Attribute>,
    /// The octets as sent, under the tag SET OF; none when the length is of the indefinite form.
    pub as_sent: Option<Vec<u8>>,
    /// The DER encoding (§5.4).
    pub der: Vec<u8>,
}

/// An `Attribute`: type and the encodings of its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attribute {
    pub oid: String,
    pub values: Vec<Vec<u8>>,
}

impl SignedData {
    /// Reads a `ContentInfo` of type id-signedData (§3) and says how many octets follow it.
    pub(crate) fn parse(bytes: &[u8]) -> Result<(Self, usize), ParseError> {
        if bytes.len() > MAX_TOKEN {
            return Err(ParseError::LimitExceeded {
                what: "token",
                limit: MAX_TOKEN,
            });
        }
        let mut outer = Reader::new(bytes);
        let mut content_info = outer.sequence("ContentInfo")?;
        let content_type = content_info.oid("contentType")?;
        if content_type != oid::SIGNED_DATA && content_type != oid::GM_SIGNED_DATA {
            return Err(ParseError::WrongType {
                what: "contentType",
                found: content_type,
            });
        }
        let mut explicit = content_info.expect(ber::context(0), "content")?.reader()?;
        content_info.finish("ContentInfo")?;
        let signed_data = Self::parse_fields(explicit.sequence("SignedData")?)?;
        explicit.finish("SignedData")?;
        Ok((signed_data, outer.rest().len()))
    }

    fn parse_fields(mut fields: Reader<'_>) -> Result<Self, ParseError> {
        let version = fields.small_integer("SignedData.version")?;
        let digest_algorithms = fields
            .expect(ber::SET, "digestAlgorithms")?
            .reader()?
            .all("digestAlgorithms", MAX_SET)?
            .iter()
            .map(|element| AlgorithmIdentifier::parse_fields(element.reader()?))
            .collect::<Result<_, _>>()?;
        let (content_type, content) = parse_encapsulated(fields.sequence("encapContentInfo")?)?;
        let mut signed_data = Self {
            version,
            digest_algorithms,
            content_type,
            content,
            certificates: Vec::new(),
            lists: Vec::new(),
            ocsp_responses: Vec::new(),
            passed_over: 0,
            signers: Vec::new(),
        };
        if let Some(set) = fields.optional(ber::context(0))? {
            signed_data.take_certificates(&set)?;
        }
        if let Some(set) = fields.optional(ber::context(1))? {
            signed_data.take_revocation(&set)?;
        }
        let signers = fields
            .expect(ber::SET, "signerInfos")?
            .reader()?
            .all("signerInfos", MAX_SET)?;
        fields.finish("SignedData")?;
        signed_data.signers = signers
            .iter()
            .map(SignerInfo::parse)
            .collect::<Result<_, _>>()?;
        Ok(signed_data)
    }

    fn take_certificates(&mut self, set: &Element<'_>) -> Result<(), ParseError> {
        for choice in set.reader()?.all("certificates", MAX_SET)? {
            match choice.tag {
                ber::SEQUENCE => self.certificates.push(choice.raw.to_vec()),
                _ => self.passed_over += 1,
            }
        }
        Ok(())
    }

    fn take_revocation(&mut self, set: &Element<'_>) -> Result<(), ParseError> {
        for choice in set.reader()?.all("crls", MAX_SET)? {
            if choice.tag == ber::SEQUENCE {
                self.lists.push(choice.raw.to_vec());
            } else if let Some(response) = other_revocation_info(&choice) {
                self.ocsp_responses.push(response);
            } else {
                self.passed_over += 1;
            }
        }
        Ok(())
    }
}

/// The OCSP response of `OtherRevocationInfoFormat` (RFC 5940 §2.1).
fn other_revocation_info(choice: &Element<'_>) -> Option<Vec<u8>> {
    if choice.tag != ber::context(1) {
        return None;
    }
    let mut fields = choice.reader().ok()?;
    let format = fields.oid("otherRevInfoFormat").ok()?;
    let info = fields.element().ok()?;
    (format == oid::RI_OCSP_RESPONSE).then(|| info.raw.to_vec())
}

fn parse_encapsulated(mut fields: Reader<'_>) -> Result<(String, Option<Vec<u8>>), ParseError> {
    let content_type = fields.oid("eContentType")?;
    let content = match fields.optional(ber::context(0))? {
        None => None,
        Some(explicit) => {
            let mut inner = explicit.reader()?;
            let octets = inner.octet_string("eContent")?.into_owned();
            inner.finish("eContent")?;
            Some(octets)
        }
    };
    fields.finish("encapContentInfo")?;
    Ok((content_type, content))
}

impl SignerInfo {
    fn parse(element: &Element<'_>) -> Result<Self, ParseError> {
        if element.tag != ber::SEQUENCE {
            return Err(ParseError::UnexpectedTag {
                expected: "SignerInfo",
                found: Some(element.tag),
            });
        }
        let mut fields = element.reader()?;
        let version = fields.small_integer("SignerInfo.version")?;
        let identifier = SignerIdentifier::parse(&fields.element()?)?;
        let digest_algorithm = AlgorithmIdentifier::parse(&mut fields)?;
        let signed_attributes = match fields.optional(ber::context(0))? {
            None => None,
            Some(set) => Some(SignedAttributes::parse(&set)?),
        };
        let signature_algorithm = AlgorithmIdentifier::parse(&mut fields)?;
        let signature = fields.octet_string("signature")?.into_owned();
        let unsigned_attributes = fields
            .optional(ber::context(1))?
            .map(|set| set.raw.to_vec());
        fields.finish("SignerInfo")?;
        Ok(Self {
            version,
            identifier,
            digest_algorithm,
            signed_attributes,
            signature_algorithm,
            signature,
            unsigned_attributes,
        })
    }

    /// The encodings of the values of an unsigned attribute; none where the attributes cannot be read.
    pub(crate) fn unsigned_values(&self, oid: &str) -> Vec<Vec<u8>> {
        let read = || -> Result<Vec<Attribute>, ParseError> {
            let raw = self.unsigned_attributes.as_deref().unwrap_or_default();
            attributes(&ber::whole(raw, "unsignedAttrs")?)
        };
        let of_kind = read().unwrap_or_default().into_iter();
        of_kind
            .filter(|attribute| attribute.oid == oid)
            .flat_map(|attribute| attribute.values)
            .take(MAX_SET)
            .collect()
    }

    /// The version that belongs to the form of the identifier (§5.3).
    pub(crate) fn due_version(&self) -> u64 {
        match self.identifier {
            SignerIdentifier::IssuerAndSerialNumber { .. } => 1,
            SignerIdentifier::SubjectKeyIdentifier(_) => 3,
        }
    }
}

impl SignerIdentifier {
    fn parse(element: &Element<'_>) -> Result<Self, ParseError> {
        const KEY: u8 = ber::context_primitive(0);
        const CONSTRUCTED_KEY: u8 = ber::context(0);
        match element.tag {
            ber::SEQUENCE => {
                let mut fields = element.reader()?;
                let issuer = fields.expect(ber::SEQUENCE, "issuer")?.raw.to_vec();
                let serial = integer_within_limit(fields.integer("serialNumber")?, "serialNumber")?;
                fields.finish("issuerAndSerialNumber")?;
                Ok(Self::IssuerAndSerialNumber { issuer, serial })
            }
            KEY | CONSTRUCTED_KEY => Ok(Self::SubjectKeyIdentifier(
                element.implicit_octets()?.into_owned(),
            )),
            found => Err(ParseError::UnexpectedTag {
                expected: "sid",
                found: Some(found),
            }),
        }
    }
}

impl SignedAttributes {
    fn parse(set: &Element<'_>) -> Result<Self, ParseError> {
        let mut children = set.children_der()?;
        children.sort();
        let as_sent = (!set.indefinite).then(|| {
            let mut octets = set.raw.to_vec();
            if let Some(tag) = octets.first_mut() {
                *tag = ber::SET;
            }
            octets
        });
        Ok(Self {
            list: attributes(set)?,
            as_sent,
            der: ber::encode(ber::SET, &children.concat()),
        })
    }

    /// Whether the octets as sent are the DER encoding.
    pub(crate) fn is_der(&self) -> bool {
        self.as_sent.as_ref() == Some(&self.der)
    }
}

fn attributes(set: &Element<'_>) -> Result<Vec<Attribute>, ParseError> {
    set.reader()?
        .all("attributes", MAX_SET)?
        .iter()
        .map(Attribute::parse)
        .collect()
}

impl Attribute {
    fn parse(element: &Element<'_>) -> Result<Self, ParseError> {
        if element.tag != ber::SEQUENCE {
            return Err(malformed("Attribute"));
        }
        let mut fields = element.reader()?;
        let oid = fields.oid("attrType")?;
        let values = fields
            .expect(ber::SET, "attrValues")?
            .reader()?
            .all("attrValues", MAX_SET)?;
        fields.finish("Attribute")?;
        Ok(Self {
            oid,
            values: values.iter().map(|value| value.raw.to_vec()).collect(),
        })
    }
}

/// Content octets of an INTEGER within the budget for serial numbers and nonces.
pub(crate) fn integer_within_limit(
    content: &[u8],
    what: &'static str,
) -> Result<Vec<u8>, ParseError> {
    if content.len() > MAX_INTEGER {
        return Err(ParseError::LimitExceeded {
            what,
            limit: MAX_INTEGER,
        });
    }
    Ok(content.to_vec())
}
