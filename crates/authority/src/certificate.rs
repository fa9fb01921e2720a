//! The two certificates of an authority and its revocation list (RFC 5280).

use der::asn1::{
    Any, BitString, ContextSpecific, Ia5StringRef, Int, ObjectIdentifier, OctetString, SetOfVec,
    Utf8StringRef,
};
use der::{Decode, Encode, TagMode, TagNumber};
use sha2::{Digest, Sha256};

use crate::asn1::{
    AlgorithmIdentifier, AttributeTypeAndValue, AuthorityKeyIdentifier, BasicConstraints,
    Extension, Name, RevokedCertificate, Signed, SubjectPublicKeyInfo, TbsCertList, TbsCertificate,
    Validity, oid,
};
use crate::authority::AuthorityError;
use crate::key::SecretKey;
use crate::moment::certificate_time;

/// X.509 version 3 and CRL version 2 are written as the number below them.
const CERTIFICATE_V3: u8 = 2;
const CRL_V2: u8 = 1;
/// RFC 7093 §2 method 1: the leftmost 160 bits of the SHA-256 of the key.
const KEY_IDENTIFIER_BYTES: usize = 20;
/// What a certificate is for: decides its key usage and basic constraints (RFC 5280 §4.2.1.3 and
/// §4.2.1.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Root,
    TimeStamping,
    /// Time stamping that says cA TRUE, against RFC 5280 §4.2.1.9 for a key that may not sign
    /// certificates.
    TimeStampingMarkedAsCa,
}

impl Role {
    /// The named bits: digitalSignature (0); or keyCertSign (5) and cRLSign (6).
    fn key_usage(self) -> der::Result<BitString> {
        match self {
            Self::Root => BitString::new(1, [0b0000_0110]),
            Self::TimeStamping | Self::TimeStampingMarkedAsCa => BitString::new(7, [0b1000_0000]),
        }
    }

    fn basic_constraints(self) -> BasicConstraints {
        match self {
            Self::Root => BasicConstraints {
                ca: true,
                path_len: Some(0),
            },
            Self::TimeStamping => BasicConstraints {
                ca: false,
                path_len: None,
            },
            Self::TimeStampingMarkedAsCa => BasicConstraints {
                ca: true,
                path_len: None,
            },
        }
    }
}

/// A certificate with its key.
pub(crate) struct Identity {
    pub(crate) der: Vec<u8>,
    pub(crate) key: SecretKey,
    pub(crate) issuer: Name,
    pub(crate) subject: Name,
    pub(crate) serial_number: Int,
    key_identifier: OctetString,
}

/// What is particular to one certificate of the two.
pub(crate) struct Shape {
    pub(crate) subject: Name,
    pub(crate) serial_number: Int,
    /// Unix seconds.
    pub(crate) not_before: i64,
    /// Unix seconds.
    pub(crate) not_after: i64,
    pub(crate) role: Role,
    /// `None`: no extended key usage at all; otherwise time stamping, critical or not.
    pub(crate) time_stamping_critical: Option<bool>,
    /// Where the issuer's revocation list is.
    pub(crate) list_url: Option<String>,
}

impl Identity {
    /// Signs a certificate over `key` by `issuer`, or by the key itself when there is none.
    pub(crate) fn issue(
        key: SecretKey,
        shape: Shape,
        issuer: Option<&Self>,
    ) -> Result<Self, AuthorityError> {
        let key_info = key.public_key_info()?;
        let key_identifier = key_identifier(&key_info)?;
        let (issuer_name, issuer_key, issuer_identifier) = match issuer {
            Some(issuer) => (&issuer.subject, &issuer.key, &issuer.key_identifier),
            None => (&shape.subject, &key, &key_identifier),
        };
        let tbs = TbsCertificate {
            version: CERTIFICATE_V3,
            serial_number: shape.serial_number.clone(),
            signature: issuer_key.signature_algorithm(),
            issuer: issuer_name.clone(),
            validity: Validity {
                not_before: certificate_time(shape.not_before)?,
                not_after: certificate_time(shape.not_after)?,
            },
            subject: shape.subject.clone(),
            subject_public_key_info: key_info,
            extensions: extensions(&shape, &key_identifier, issuer_identifier)?,
        };
        Ok(Self {
            der: sign(Any::encode_from(&tbs)?, tbs.signature, issuer_key)?,
            issuer: tbs.issuer,
            subject: shape.subject,
            serial_number: shape.serial_number,
            key_identifier,
            key,
        })
    }

    /// A certificate revocation list signed by this identity (RFC 5280 §5), with those of `revoked`
    /// revoked at a time in Unix seconds.
    pub(crate) fn revocation_list(
        &self,
        this_update: i64,
        next_update: i64,
        revoked: &[Int],
        revoked_at: i64,
    ) -> Result<Vec<u8>, AuthorityError> {
        let revocation_date = certificate_time(revoked_at)?;
        let entries: Vec<RevokedCertificate> = revoked
            .iter()
            .map(|serial| RevokedCertificate {
                user_certificate: serial.clone(),
                revocation_date: revocation_date.clone(),
            })
            .collect();
        // an empty list of entries is absent (§5.1.2.6)
        let revoked_certificates = (!entries.is_empty()).then_some(entries);
        // the time in seconds serves as a number that grows from list to list (§5.2.3)
        let number = u64::try_from(this_update).map_err(|_| der::ErrorKind::DateTime.to_error())?;
        let tbs = TbsCertList {
            version: CRL_V2,
            signature: self.key.signature_algorithm(),
            issuer: self.subject.clone(),
            this_update: certificate_time(this_update)?,
            next_update: certificate_time(next_update)?,
            revoked_certificates,
            crl_extensions: vec![
                authority_key_identifier(&self.key_identifier)?,
                extension(oid::CRL_NUMBER, false, &number)?,
            ],
        };
        sign(Any::encode_from(&tbs)?, tbs.signature, &self.key)
    }

    /// The subject as a GeneralName: directoryName \[4\] (RFC 5280 §4.2.1.6).
    pub(crate) fn subject_as_general_name(&self) -> der::Result<Any> {
        general_name(&self.subject)
    }

    /// The issuer as a GeneralName.
    pub(crate) fn issuer_as_general_name(&self) -> der::Result<Any> {
        general_name(&self.issuer)
    }
}

/// A name of organisation, mark and common name, in that order; UTF-8 throughout.
pub(crate) fn name(organisation: &str, unit: Option<&str>, common_name: &str) -> der::Result<Name> {
    let mut parts = vec![(oid::ORGANISATION, organisation)];
    parts.extend(unit.map(|unit| (oid::ORGANISATIONAL_UNIT, unit)));
    parts.push((oid::COMMON_NAME, common_name));
    parts
        .into_iter()
        .map(|(attribute_type, value)| {
            let value = Any::encode_from(&Utf8StringRef::new(value)?)?;
            SetOfVec::from_iter([AttributeTypeAndValue {
                attribute_type,
                value,
            }])
        })
        .collect()
}

/// A positive INTEGER of the given bytes: the top bit is cleared, the next is set, so that it has
/// one length and no leading zero.
pub(crate) fn positive_integer<const BYTES: usize>(mut bytes: [u8; BYTES]) -> der::Result<Int> {
    if let Some(first) = bytes.first_mut() {
        *first = (*first & 0x7f) | 0x40;
    }
    Int::new(&bytes)
}

fn general_name(name: &Name) -> der::Result<Any> {
    Any::encode_from(&ContextSpecific {
        tag_number: TagNumber(4),
        tag_mode: TagMode::Explicit,
        value: name.clone(),
    })
}

fn key_identifier(key_info: &Any) -> der::Result<OctetString> {
    let key_info = SubjectPublicKeyInfo::from_der(&key_info.to_der()?)?;
    let digest = Sha256::digest(key_info.subject_public_key.raw_bytes());
    let leftmost: Vec<u8> = digest.iter().copied().take(KEY_IDENTIFIER_BYTES).collect();
    OctetString::new(leftmost)
}

fn extensions(
    shape: &Shape,
    subject_key: &OctetString,
    issuer_key: &OctetString,
) -> der::Result<Vec<Extension>> {
    let mut extensions = vec![
        extension(
            oid::BASIC_CONSTRAINTS,
            true,
            &shape.role.basic_constraints(),
        )?,
        extension(oid::KEY_USAGE, true, &shape.role.key_usage()?)?,
    ];
    if let Some(critical) = shape.time_stamping_critical {
        let purposes = vec![oid::TIME_STAMPING];
        extensions.push(extension(oid::EXTENDED_KEY_USAGE, critical, &purposes)?);
    }
    extensions.push(extension(oid::SUBJECT_KEY_IDENTIFIER, false, subject_key)?);
    extensions.push(authority_key_identifier(issuer_key)?);
    if let Some(url) = &shape.list_url {
        extensions.push(distribution_point(url)?);
    }
    Ok(extensions)
}

fn authority_key_identifier(key: &OctetString) -> der::Result<Extension> {
    let identifier = AuthorityKeyIdentifier {
        key_identifier: key.clone(),
    };
    extension(oid::AUTHORITY_KEY_IDENTIFIER, false, &identifier)
}

/// One distribution point with one address (RFC 5280 §4.2.1.13): a fullName \[0\] within a distributionPoint \[0\],
/// and in it a uniformResourceIdentifier \[6\].
fn distribution_point(url: &str) -> der::Result<Extension> {
    let context = |number, value: Any| ContextSpecific {
        tag_number: TagNumber(number),
        tag_mode: TagMode::Implicit,
        value,
    };
    let address = Any::encode_from(&ContextSpecific {
        tag_number: TagNumber(6),
        tag_mode: TagMode::Implicit,
        value: Ia5StringRef::new(url)?,
    })?;
    let full_name = Any::encode_from(&context(0, Any::encode_from(&vec![address])?))?;
    let name = Any::encode_from(&context(0, Any::encode_from(&vec![full_name])?))?;
    extension(oid::CRL_DISTRIBUTION_POINTS, false, &vec![vec![name]])
}

fn extension(
    extn_id: ObjectIdentifier,
    critical: bool,
    value: &impl Encode,
) -> der::Result<Extension> {
    Ok(Extension {
        extn_id,
        critical,
        extn_value: OctetString::new(value.to_der()?)?,
    })
}

fn sign(
    to_be_signed: Any,
    signature_algorithm: AlgorithmIdentifier,
    key: &SecretKey,
) -> Result<Vec<u8>, AuthorityError> {
    let signature = key.sign(&to_be_signed.to_der()?)?;
    let signature = BitString::from_bytes(&signature)?;
    Ok(Signed {
        to_be_signed,
        signature_algorithm,
        signature,
    }
    .to_der()?)
}
