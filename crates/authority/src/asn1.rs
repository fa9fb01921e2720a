//! The structures that an authority reads and writes, named as their standards name them.

use der::asn1::{Any, BitString, Int, ObjectIdentifier, OctetString, SetOfVec};
use der::{Sequence, ValueOrd};

use crate::policy::PolicyId;

/// Object identifiers of RFC 3161, RFC 5035, RFC 5280, RFC 5652, RFC 5754, RFC 5758,
/// RFC 8410 and GM/T 0006.
pub(crate) mod oid {
    use der::asn1::ObjectIdentifier;

    const fn oid(dotted: &str) -> ObjectIdentifier {
        ObjectIdentifier::new_unwrap(dotted)
    }

    pub(crate) const SHA256: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.1");
    pub(crate) const SHA384: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.2");
    pub(crate) const SHA512: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.3");
    pub(crate) const SM3: ObjectIdentifier = oid("1.2.156.10197.1.401");

    pub(crate) const ECDSA_WITH_SHA256: ObjectIdentifier = oid("1.2.840.10045.4.3.2");
    pub(crate) const ECDSA_WITH_SHA384: ObjectIdentifier = oid("1.2.840.10045.4.3.3");
    pub(crate) const ECDSA_WITH_SHA512: ObjectIdentifier = oid("1.2.840.10045.4.3.4");
    pub(crate) const SHA256_WITH_RSA: ObjectIdentifier = oid("1.2.840.113549.1.1.11");
    pub(crate) const ED25519: ObjectIdentifier = oid("1.3.101.112");
    pub(crate) const SM2_WITH_SM3: ObjectIdentifier = oid("1.2.156.10197.1.501");

    pub(crate) const SIGNED_DATA: ObjectIdentifier = oid("1.2.840.113549.1.7.2");
    pub(crate) const TST_INFO: ObjectIdentifier = oid("1.2.840.113549.1.9.16.1.4");
    pub(crate) const CONTENT_TYPE: ObjectIdentifier = oid("1.2.840.113549.1.9.3");
    pub(crate) const MESSAGE_DIGEST: ObjectIdentifier = oid("1.2.840.113549.1.9.4");
    pub(crate) const SIGNING_TIME: ObjectIdentifier = oid("1.2.840.113549.1.9.5");
    pub(crate) const SIGNING_CERTIFICATE_V2: ObjectIdentifier = oid("1.2.840.113549.1.9.16.2.47");

    pub(crate) const COMMON_NAME: ObjectIdentifier = oid("2.5.4.3");
    pub(crate) const ORGANISATION: ObjectIdentifier = oid("2.5.4.10");
    pub(crate) const ORGANISATIONAL_UNIT: ObjectIdentifier = oid("2.5.4.11");

    pub(crate) const SUBJECT_KEY_IDENTIFIER: ObjectIdentifier = oid("2.5.29.14");
    pub(crate) const KEY_USAGE: ObjectIdentifier = oid("2.5.29.15");
    pub(crate) const BASIC_CONSTRAINTS: ObjectIdentifier = oid("2.5.29.19");
    pub(crate) const CRL_DISTRIBUTION_POINTS: ObjectIdentifier = oid("2.5.29.31");
    pub(crate) const CRL_NUMBER: ObjectIdentifier = oid("2.5.29.20");
    pub(crate) const AUTHORITY_KEY_IDENTIFIER: ObjectIdentifier = oid("2.5.29.35");
    pub(crate) const EXTENDED_KEY_USAGE: ObjectIdentifier = oid("2.5.29.37");
    pub(crate) const TIME_STAMPING: ObjectIdentifier = oid("1.3.6.1.5.5.7.3.8");
}

/// RFC 5280 §4.1.1.2.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(crate) struct AlgorithmIdentifier {
    pub(crate) algorithm: ObjectIdentifier,
    pub(crate) parameters: Option<Any>,
}

impl AlgorithmIdentifier {
    /// With the parameters absent (RFC 5754 §2, RFC 5758 §3.2).
    pub(crate) fn bare(algorithm: ObjectIdentifier) -> Self {
        Self {
            algorithm,
            parameters: None,
        }
    }
}

/// RFC 3161 §2.4.1. The algorithm stays undecoded, so that one with arcs of any size is refused as
/// an algorithm and not as bad data, and so that it is echoed as it came.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(crate) struct MessageImprint {
    pub(crate) hash_algorithm: Any,
    pub(crate) hashed_message: OctetString,
}

/// RFC 3161 §2.4.1.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(crate) struct TimeStampReq {
    pub(crate) version: u8,
    pub(crate) message_imprint: MessageImprint,
    #[asn1(optional = "true")]
    pub(crate) req_policy: Option<PolicyId>,
    #[asn1(optional = "true")]
    pub(crate) nonce: Option<Int>,
    #[asn1(default = "Default::default")]
    pub(crate) cert_req: bool,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    pub(crate) extensions: Option<Vec<Any>>,
}

/// RFC 3161 §2.4.2. `ordering` is FALSE and therefore absent; there are no extensions.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(crate) struct TstInfo {
    pub(crate) version: u8,
    pub(crate) policy: PolicyId,
    pub(crate) message_imprint: MessageImprint,
    pub(crate) serial_number: Int,
    pub(crate) gen_time: Any,
    #[asn1(optional = "true")]
    pub(crate) accuracy: Option<Accuracy>,
    #[asn1(optional = "true")]
    pub(crate) nonce: Option<Int>,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub(crate) tsa: Option<Any>,
}

/// RFC 3161 §2.4.2.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(crate) struct Accuracy {
    #[asn1(optional = "true")]
    pub(crate) seconds: Option<u32>,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    pub(crate) millis: Option<u16>,
}

/// RFC 3161 §2.4.2.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(crate) struct TimeStampResp {
    pub(crate) status: PkiStatusInfo,
    pub(crate) time_stamp_token: Option<Any>,
}

/// RFC 3161 §2.4.2, after RFC 4210 §5.2.3.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(crate) struct PkiStatusInfo {
    pub(crate) status: u8,
    #[asn1(optional = "true")]
    pub(crate) status_string: Option<Vec<String>>,
    #[asn1(optional = "true")]
    pub(crate) fail_info: Option<BitString>,
}

/// RFC 5652 §3.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(crate) struct ContentInfo {
    pub(crate) content_type: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    pub(crate) content: Any,
}

/// RFC 5652 §5.1.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(crate) struct SignedData {
    pub(crate) version: u8,
    pub(crate) digest_algorithms: SetOfVec<Any>,
    pub(crate) encap_content_info: EncapsulatedContentInfo,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    pub(crate) certificates: Option<SetOfVec<Any>>,
    pub(crate) signer_infos: SetOfVec<Any>,
}

/// RFC 5652 §5.2.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(crate) struct EncapsulatedContentInfo {
    pub(crate) content_type: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    pub(crate) content: OctetString,
}

/// RFC 5652 §5.3.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(crate) struct SignerInfo {
    pub(crate) version: u8,
    pub(crate) sid: IssuerAndSerialNumber,
    pub(crate) digest_algorithm: AlgorithmIdentifier,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT")]
    pub(crate) signed_attrs: SetOfVec<Attribute>,
    pub(crate) signature_algorithm: AlgorithmIdentifier,
    pub(crate) signature: OctetString,
}

/// RFC 5652 §10.2.4.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(crate) struct IssuerAndSerialNumber {
    pub(crate) issuer: Name,
    pub(crate) serial_number: Int,
}

/// RFC 5652 §5.3.
#[derive(Clone, Debug, PartialEq, Eq, Sequence, ValueOrd)]
pub(crate) struct Attribute {
    pub(crate) attr_type: ObjectIdentifier,
    pub(crate) attr_values: SetOfVec<Any>,
}

/// RFC 5035 §3.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(crate) struct SigningCertificateV2 {
    pub(crate) certs: Vec<EssCertIdV2>,
}

/// RFC 5035 §4. The hash algorithm is SHA-256, the default, and therefore absent.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(crate) struct EssCertIdV2 {
    pub(crate) cert_hash: OctetString,
    pub(crate) issuer_serial: IssuerSerial,
}

/// RFC 5035 §4: the issuer as GeneralNames.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(crate) struct IssuerSerial {
    pub(crate) issuer: Vec<Any>,
    pub(crate) serial_number: Int,
}

/// RFC 5280 §4.1.2.4: RDNSequence.
pub(crate) type Name = Vec<SetOfVec<AttributeTypeAndValue>>;

/// RFC 5280 §4.1.2.4.
#[derive(Clone, Debug, PartialEq, Eq, Sequence, ValueOrd)]
pub(crate) struct AttributeTypeAndValue {
    pub(crate) attribute_type: ObjectIdentifier,
    pub(crate) value: Any,
}

/// RFC 5280 §4.1 and §5.1: what is signed, by which algorithm, and the signature.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(crate) struct Signed {
    pub(crate) to_be_signed: Any,
    pub(crate) signature_algorithm: AlgorithmIdentifier,
    pub(crate) signature: BitString,
}

/// RFC 5280 §4.1.2.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(crate) struct TbsCertificate {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    pub(crate) version: u8,
    pub(crate) serial_number: Int,
    pub(crate) signature: AlgorithmIdentifier,
    pub(crate) issuer: Name,
    pub(crate) validity: Validity,
    pub(crate) subject: Name,
    pub(crate) subject_public_key_info: Any,
    #[asn1(context_specific = "3", tag_mode = "EXPLICIT")]
    pub(crate) extensions: Vec<Extension>,
}

/// RFC 5280 §4.1.2.5.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(crate) struct Validity {
    pub(crate) not_before: Any,
    pub(crate) not_after: Any,
}

/// RFC 5280 §4.2.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(crate) struct Extension {
    pub(crate) extn_id: ObjectIdentifier,
    #[asn1(default = "Default::default")]
    pub(crate) critical: bool,
    pub(crate) extn_value: OctetString,
}

/// RFC 5280 §4.2.1.9.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(crate) struct BasicConstraints {
    #[asn1(default = "Default::default")]
    pub(crate) ca: bool,
    #[asn1(optional = "true")]
    pub(crate) path_len: Option<u8>,
}

/// RFC 5280 §4.2.1.1, key identifier alone.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(crate) struct AuthorityKeyIdentifier {
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT")]
    pub(crate) key_identifier: OctetString,
}

/// RFC 5280 §4.1.2.7.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(crate) struct SubjectPublicKeyInfo {
    pub(crate) algorithm: Any,
    pub(crate) subject_public_key: BitString,
}

/// RFC 5280 §5.1.2.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(crate) struct TbsCertList {
    pub(crate) version: u8,
    pub(crate) signature: AlgorithmIdentifier,
    pub(crate) issuer: Name,
    pub(crate) this_update: Any,
    pub(crate) next_update: Any,
    #[asn1(optional = "true")]
    pub(crate) revoked_certificates: Option<Vec<RevokedCertificate>>,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    pub(crate) crl_extensions: Vec<Extension>,
}

/// RFC 5280 §5.1.2.6.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(crate) struct RevokedCertificate {
    pub(crate) user_certificate: Int,
    pub(crate) revocation_date: Any,
}
