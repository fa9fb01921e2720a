//! Time-stamp tokens: a TSTInfo inside CMS SignedData (RFC 3161 §2.4.2, RFC 5652, RFC 5816).

use der::asn1::{Any, Int, OctetString, SetOfVec};
use der::{Decode, Encode};
use sha2::{Digest, Sha256};

use crate::asn1::{
    Accuracy, AlgorithmIdentifier, Attribute, ContentInfo, EncapsulatedContentInfo, EssCertIdV2,
    IssuerAndSerialNumber, IssuerSerial, MessageImprint, SignedData, SignerInfo,
    SigningCertificateV2, TstInfo, oid,
};
use crate::authority::AuthorityError;
use crate::certificate::Identity;
use crate::moment::{certificate_time, gen_time};
use crate::policy::PolicyId;

const TST_INFO_V1: u8 = 1;
/// RFC 5652 §5.1: 3, because the content is not id-data.
const SIGNED_DATA_V3: u8 = 3;
/// RFC 5652 §5.3: 1, because the signer is named by issuer and serial number.
const SIGNER_INFO_V1: u8 = 1;

/// What one token says.
pub(crate) struct Statement<'a> {
    pub(crate) policy: &'a PolicyId,
    pub(crate) message_imprint: MessageImprint,
    pub(crate) serial_number: Int,
    pub(crate) unix_millis: i64,
    /// Zero: no accuracy is stated.
    pub(crate) accuracy_millis: u32,
    pub(crate) nonce: Option<Int>,
    pub(crate) with_certificates: bool,
}

/// The token of a statement, named after the first signer and signed by all of them. RFC 3161
/// allows exactly one; tests need to see two refused.
pub(crate) fn token(
    statement: Statement<'_>,
    signers: &[&Identity],
) -> Result<Any, AuthorityError> {
    let signing_time = certificate_time(statement.unix_millis.div_euclid(1000))?;
    let with_certificates = statement.with_certificates;
    let content = tst_info(statement, signers.first().copied())?.to_der()?;

    let mut digest_algorithms = SetOfVec::new();
    let mut certificates = SetOfVec::new();
    let mut signer_infos = SetOfVec::new();
    for signer in signers {
        let digest = AlgorithmIdentifier::bare(signer.key.digest_algorithm());
        let digest = Any::encode_from(&digest)?;
        if !digest_algorithms.as_slice().contains(&digest) {
            digest_algorithms.insert(digest)?;
        }
        certificates.insert(Any::from_der(&signer.der)?)?;
        let info = signer_info(&content, signing_time.clone(), signer)?;
        signer_infos.insert(Any::encode_from(&info)?)?;
    }
    let signed_data = SignedData {
        version: SIGNED_DATA_V3,
        digest_algorithms,
        encap_content_info: EncapsulatedContentInfo {
            content_type: oid::TST_INFO,
            content: OctetString::new(content)?,
        },
        certificates: with_certificates.then_some(certificates),
        signer_infos,
    };
    let content_info = ContentInfo {
        content_type: oid::SIGNED_DATA,
        content: Any::encode_from(&signed_data)?,
    };
    Ok(Any::encode_from(&content_info)?)
}

fn tst_info(statement: Statement<'_>, signer: Option<&Identity>) -> der::Result<TstInfo> {
    Ok(TstInfo {
        version: TST_INFO_V1,
        policy: statement.policy.clone(),
        message_imprint: statement.message_imprint,
        serial_number: statement.serial_number,
        gen_time: gen_time(statement.unix_millis)?,
        accuracy: accuracy(statement.accuracy_millis)?,
        nonce: statement.nonce,
        tsa: signer.map(Identity::subject_as_general_name).transpose()?,
    })
}

fn accuracy(millis: u32) -> der::Result<Option<Accuracy>> {
    if millis == 0 {
        return Ok(None);
    }
    let seconds = millis / 1000;
    let rest = u16::try_from(millis % 1000).map_err(|_| der::ErrorKind::Overflow.to_error())?;
    Ok(Some(Accuracy {
        seconds: (seconds > 0).then_some(seconds),
        millis: (rest > 0).then_some(rest),
    }))
}

fn signer_info(
    content: &[u8],
    signing_time: Any,
    signer: &Identity,
) -> Result<SignerInfo, AuthorityError> {
    let message_digest = OctetString::new(signer.key.digest(content))?;
    let signed_attrs = SetOfVec::from_iter([
        attribute(oid::CONTENT_TYPE, Any::encode_from(&oid::TST_INFO)?)?,
        attribute(oid::SIGNING_TIME, signing_time)?,
        attribute(oid::MESSAGE_DIGEST, Any::encode_from(&message_digest)?)?,
        attribute(
            oid::SIGNING_CERTIFICATE_V2,
            Any::encode_from(&signing_certificate(signer)?)?,
        )?,
    ])?;
    // RFC 5652 §5.4: what is signed is the SET OF, not the [0] that carries it
    let signature = signer.key.sign(&signed_attrs.to_der()?)?;
    Ok(SignerInfo {
        version: SIGNER_INFO_V1,
        sid: IssuerAndSerialNumber {
            issuer: signer.issuer.clone(),
            serial_number: signer.serial_number.clone(),
        },
        digest_algorithm: AlgorithmIdentifier::bare(signer.key.digest_algorithm()),
        signed_attrs,
        signature_algorithm: signer.key.signature_algorithm(),
        signature: OctetString::new(signature)?,
    })
}

fn attribute(attr_type: der::asn1::ObjectIdentifier, value: Any) -> der::Result<Attribute> {
    Ok(Attribute {
        attr_type,
        attr_values: SetOfVec::from_iter([value])?,
    })
}

fn signing_certificate(signer: &Identity) -> der::Result<SigningCertificateV2> {
    Ok(SigningCertificateV2 {
        certs: vec![EssCertIdV2 {
            cert_hash: OctetString::new(Sha256::digest(&signer.der).to_vec())?,
            issuer_serial: IssuerSerial {
                issuer: vec![signer.issuer_as_general_name()?],
                serial_number: signer.serial_number.clone(),
            },
        }],
    })
}
