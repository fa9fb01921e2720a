//! X.509 certificates (RFC 5280 §4), read by `x509-parser` and kept with their raw octets.

use x509_parser::certificate::X509CertificateParser;
use x509_parser::nom::Parser as _;

use crate::algorithm::{AlgorithmIdentifier, Outcome, PublicKey, SignatureAlgorithm};
use crate::ber::{self, Reader};
use crate::cms::{MAX_SET, SignerIdentifier};
use crate::digest::sha256_hex;
use crate::error::{ParseError, malformed};
use crate::name::{self, GeneralName};
use crate::oid;
use crate::time::UnixTime;
use crate::tst_info::{Extension, integer_hex};

/// What a report says of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateSummary {
    /// The subject's name, in its own order.
    pub subject: String,
    /// The issuer's name.
    pub issuer: String,
    /// The serial number in lower-case hexadecimal digits.
    pub serial: String,
    /// SHA-256 of the certificate in lower-case hexadecimal digits.
    pub sha256: String,
    /// Start of the validity period.
    pub not_before: UnixTime,
    /// End of the validity period.
    pub not_after: UnixTime,
}

impl CertificateSummary {
    /// Reads a certificate in DER.
    ///
    /// # Errors
    /// `ParseError` when it is not a certificate.
    pub fn of_der(der: &[u8]) -> Result<Self, ParseError> {
        Certificate::parse(der).map(|certificate| certificate.summary())
    }
}

/// A certificate taken apart.
#[derive(Clone, Debug)]
pub(crate) struct Certificate {
    pub der: Vec<u8>,
    pub tbs: Vec<u8>,
    pub serial: Vec<u8>,
    pub issuer: Vec<u8>,
    pub subject: Vec<u8>,
    pub not_before: UnixTime,
    pub not_after: UnixTime,
    pub public_key: PublicKey,
    pub extensions: Vec<Extension>,
    pub signature_algorithm: AlgorithmIdentifier,
    /// Whether the algorithm inside the signed part is the same (§4.1.1.2).
    pub algorithms_agree: bool,
    pub signature: Vec<u8>,
}

/// `basicConstraints` (§4.2.1.9).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct BasicConstraints {
    pub ca: bool,
    pub path_length: Option<u64>,
}

/// `keyUsage` (§4.2.1.3) as bits from the first named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KeyUsage(u16);

impl KeyUsage {
    const DIGITAL_SIGNATURE: u16 = 0x8000;
    const NON_REPUDIATION: u16 = 0x4000;
    const KEY_CERT_SIGN: u16 = 0x0400;
    const CRL_SIGN: u16 = 0x0200;

    /// Whether the key may sign statements.
    pub(crate) fn signs(self) -> bool {
        self.0 & (Self::DIGITAL_SIGNATURE | Self::NON_REPUDIATION) != 0
    }

    /// Whether the key may do anything else as well.
    pub(crate) fn does_more_than_sign(self) -> bool {
        self.0 & !(Self::DIGITAL_SIGNATURE | Self::NON_REPUDIATION) != 0
    }

    pub(crate) fn signs_certificates(self) -> bool {
        self.0 & Self::KEY_CERT_SIGN != 0
    }

    pub(crate) fn signs_lists(self) -> bool {
        self.0 & Self::CRL_SIGN != 0
    }
}

impl Certificate {
    /// Reads a certificate that fills `der`.
    pub(crate) fn parse(der: &[u8]) -> Result<Self, ParseError> {
        let mut parser = X509CertificateParser::new().with_deep_parse_extensions(false);
        let (rest, parsed) = parser.parse(der).map_err(|_| ParseError::Certificate)?;
        if !rest.is_empty() {
            return Err(ParseError::TrailingBytes {
                what: "Certificate",
                count: rest.len(),
            });
        }
        let mut fields = ber::whole_sequence(der, "Certificate")?;
        let tbs = fields.element()?.raw.to_vec();
        let signature_algorithm = AlgorithmIdentifier::parse(&mut fields)?;
        let signature = fields
            .expect(ber::BIT_STRING, "signatureValue")?
            .bit_string()?
            .to_vec();
        let validity = parsed.validity();
        Ok(Self {
            algorithms_agree: inner_algorithm(&tbs)?.is_same(&signature_algorithm),
            der: der.to_vec(),
            tbs,
            serial: parsed.raw_serial().to_vec(),
            issuer: parsed.issuer().as_raw().to_vec(),
            subject: parsed.subject().as_raw().to_vec(),
            not_before: UnixTime(validity.not_before.timestamp()),
            not_after: UnixTime(validity.not_after.timestamp()),
            public_key: PublicKey::parse(parsed.public_key().raw)?,
            extensions: parsed.extensions().iter().map(extension).collect(),
            signature_algorithm,
            signature,
        })
    }

    /// What a report says of it.
    pub(crate) fn summary(&self) -> CertificateSummary {
        CertificateSummary {
            subject: name::display(&self.subject),
            issuer: name::display(&self.issuer),
            serial: integer_hex(&self.serial),
            sha256: self.sha256(),
            not_before: self.not_before,
            not_after: self.not_after,
        }
    }

    /// SHA-256 in lower-case hexadecimal digits: how findings name certificates.
    pub(crate) fn sha256(&self) -> String {
        sha256_hex(&self.der)
    }

    /// Whether a `SignerInfo` with this identifier names this certificate (RFC 5652 §5.3).
    pub(crate) fn is_named_by(&self, identifier: &SignerIdentifier) -> bool {
        match identifier {
            SignerIdentifier::IssuerAndSerialNumber { issuer, serial } => {
                self.has_serial(serial) && name::same(&self.issuer, issuer)
            }
            SignerIdentifier::SubjectKeyIdentifier(key) => {
                self.subject_key_identifier().is_some_and(|own| own == *key)
            }
        }
    }

    /// Whether the content octets of an INTEGER are this serial number.
    pub(crate) fn has_serial(&self, serial: &[u8]) -> bool {
        ber::magnitude(serial) == ber::magnitude(&self.serial)
    }

    pub(crate) fn is_self_issued(&self) -> bool {
        name::same(&self.subject, &self.issuer)
    }

    /// The extension with this identifier.
    pub(crate) fn extension(&self, oid: &str) -> Option<&Extension> {
        self.extensions
            .iter()
            .find(|extension| extension.oid == oid)
    }

    /// An extension that stands more than once, which none may (§4.2).
    pub(crate) fn repeated_extension(&self) -> Option<&str> {
        let repeats = |oid: &str| {
            self.extensions
                .iter()
                .filter(|extension| extension.oid == oid)
                .count()
                > 1
        };
        self.extensions
            .iter()
            .map(|extension| extension.oid.as_str())
            .find(|oid| repeats(oid))
    }

    /// Judges the signature on this certificate by the key of `issuer`; the error names an unknown algorithm.
    pub(crate) fn signature_by(&self, issuer: &Self) -> Outcome {
        match SignatureAlgorithm::of_certificate(&self.signature_algorithm) {
            Ok(algorithm) => issuer
                .public_key
                .verify(&algorithm, &self.tbs, &self.signature),
            Err(unknown) => Outcome::Unsupported(unknown),
        }
    }

    pub(crate) fn basic_constraints(&self) -> Result<Option<BasicConstraints>, ParseError> {
        self.read(oid::BASIC_CONSTRAINTS, |reader| {
            let mut fields = reader.sequence("basicConstraints")?;
            let ca = fields
                .optional(ber::BOOLEAN)?
                .map_or(Ok(false), |field| field.boolean())?;
            let path_length = match fields.is_empty() {
                true => None,
                false => Some(fields.small_integer("pathLenConstraint")?),
            };
            fields.finish("basicConstraints")?;
            Ok(BasicConstraints { ca, path_length })
        })
    }

    pub(crate) fn key_usage(&self) -> Result<Option<KeyUsage>, ParseError> {
        self.read(oid::KEY_USAGE, |reader| {
            match reader.expect(ber::BIT_STRING, "keyUsage")?.content {
                [_] => Ok(KeyUsage(0)),
                [_, first] => Ok(KeyUsage(u16::from_be_bytes([*first, 0]))),
                [_, first, second] => Ok(KeyUsage(u16::from_be_bytes([*first, *second]))),
                _ => Err(malformed("keyUsage")),
            }
        })
    }

    /// The purposes of `extKeyUsage` (§4.2.1.12), dotted.
    pub(crate) fn extended_key_usage(&self) -> Result<Option<Vec<String>>, ParseError> {
        self.read(oid::EXTENDED_KEY_USAGE, |reader| {
            let mut purposes = reader.sequence("extKeyUsage")?;
            let mut list = Vec::new();
            while !purposes.is_empty() && list.len() < MAX_SET {
                list.push(purposes.oid("KeyPurposeId")?);
            }
            purposes.finish("extKeyUsage")?;
            Ok(list)
        })
    }

    pub(crate) fn subject_key_identifier(&self) -> Option<Vec<u8>> {
        self.read(oid::SUBJECT_KEY_IDENTIFIER, |reader| {
            Ok(reader.octet_string("keyIdentifier")?.into_owned())
        })
        .ok()
        .flatten()
    }

    pub(crate) fn authority_key_identifier(&self) -> Option<Vec<u8>> {
        let key = self.read(oid::AUTHORITY_KEY_IDENTIFIER, |reader| {
            let mut fields = reader.sequence("authorityKeyIdentifier")?;
            let key = fields.optional(ber::context_primitive(0))?;
            Ok(key.map(|element| element.content.to_vec()))
        });
        key.ok().flatten().flatten()
    }

    /// The names of `subjectAltName` (§4.2.1.6).
    pub(crate) fn subject_alternative_names(&self) -> Result<Vec<GeneralName>, ParseError> {
        let names = self.read(oid::SUBJECT_ALT_NAME, |reader| {
            GeneralName::parse_all(reader.sequence("subjectAltName")?)
        })?;
        Ok(names.unwrap_or_default())
    }

    /// Reads an extension that must be filled by what `parse` takes.
    pub(crate) fn read<T>(
        &self,
        oid: &str,
        parse: impl FnOnce(&mut Reader<'_>) -> Result<T, ParseError>,
    ) -> Result<Option<T>, ParseError> {
        let Some(extension) = self.extension(oid) else {
            return Ok(None);
        };
        let mut reader = Reader::new(&extension.value);
        let value = parse(&mut reader)?;
        reader.finish("extnValue")?;
        Ok(Some(value))
    }
}

fn extension(parsed: &x509_parser::extensions::X509Extension<'_>) -> Extension {
    Extension {
        oid: parsed.oid.to_id_string(),
        critical: parsed.critical,
        value: parsed.value.to_vec(),
    }
}

/// The `signature` field of the signed part (§4.1.2.3).
fn inner_algorithm(tbs: &[u8]) -> Result<AlgorithmIdentifier, ParseError> {
    let mut fields = Reader::new(tbs).sequence("TBSCertificate")?;
    fields.optional(ber::context(0))?;
    fields.integer("serialNumber")?;
    AlgorithmIdentifier::parse(&mut fields)
}
