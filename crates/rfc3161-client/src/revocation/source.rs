//! Where a certificate says that its revocation can be asked for, and the question (RFC 5280 §4.2.1.13 and §4.2.2.1,
//! RFC 6960 §4.1). Whoever asks is the caller; nothing is dialled here.

use super::list::collect_addresses;
use crate::ber;
use crate::certificate::Certificate;
use crate::cms::MAX_SET;
use crate::digest::DigestAlgorithm;
use crate::error::ParseError;
use crate::oid;

/// Addresses given of each kind; further ones are mirrors of the same.
const MAX_ADDRESSES: usize = 4;

/// The places where the state of one certificate can be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevocationSources {
    /// `http` and `https` addresses of lists (cRLDistributionPoints).
    pub lists: Vec<String>,
    /// `http` and `https` addresses of OCSP responders (authorityInfoAccess).
    pub responders: Vec<String>,
    /// An `OCSPRequest` in DER for this certificate, to be posted as `application/ocsp-request`. It has no nonce, as
    /// responders that answer from stored responses give none (RFC 5019 §2.1.1).
    pub request: Vec<u8>,
}

impl RevocationSources {
    /// Reads what `certificate` says, and asks for it as issued by `issuer`; both in DER.
    ///
    /// # Errors
    /// `ParseError` when one is no certificate or an extension cannot be read.
    pub fn of(certificate: &[u8], issuer: &[u8]) -> Result<Self, ParseError> {
        let certificate = Certificate::parse(certificate)?;
        let issuer = Certificate::parse(issuer)?;
        Ok(Self {
            lists: list_addresses(&certificate)?,
            responders: responder_addresses(&certificate)?,
            request: request(&certificate, &issuer)?,
        })
    }
}

fn list_addresses(certificate: &Certificate) -> Result<Vec<String>, ParseError> {
    let Some(extension) = certificate.extension(oid::CRL_DISTRIBUTION_POINTS) else {
        return Ok(Vec::new());
    };
    let mut addresses = Vec::new();
    let points = ber::whole(&extension.value, "cRLDistributionPoints")?;
    collect_addresses(&points, &mut addresses)?;
    Ok(dialable(addresses))
}

fn responder_addresses(certificate: &Certificate) -> Result<Vec<String>, ParseError> {
    const WHAT: &str = "authorityInfoAccess";
    let addresses = certificate.read(oid::AUTHORITY_INFO_ACCESS, |reader| {
        let mut addresses = Vec::new();
        for description in reader.sequence(WHAT)?.all(WHAT, MAX_SET)? {
            let mut fields = description.reader()?;
            if fields.oid("accessMethod")? == oid::OCSP_ACCESS {
                collect_addresses(&fields.element()?, &mut addresses)?;
            }
        }
        Ok(addresses)
    })?;
    Ok(dialable(addresses.unwrap_or_default()))
}

/// Other schemes, such as `ldap`, cannot be dialled by an office.
fn dialable(addresses: Vec<Vec<u8>>) -> Vec<String> {
    let texts = addresses
        .into_iter()
        .filter_map(|octets| String::from_utf8(octets).ok());
    texts
        .filter(|text| text.starts_with("http://") || text.starts_with("https://"))
        .filter(|text| text.bytes().all(|octet| octet.is_ascii_graphic()))
        .take(MAX_ADDRESSES)
        .collect()
}

/// SHA-1 names the issuer here and proves nothing; RFC 5019 §2.1.1 has every responder know it.
fn request(certificate: &Certificate, issuer: &Certificate) -> Result<Vec<u8>, ParseError> {
    let sha1 = |octets: &[u8]| {
        let value = DigestAlgorithm::Sha1.digest(octets).unwrap_or_default();
        ber::encode(ber::OCTET_STRING, &value)
    };
    let algorithm = ber::encode(
        ber::OBJECT_IDENTIFIER,
        &oid::content(DigestAlgorithm::Sha1.oid())?,
    );
    let algorithm = ber::encode_sequence(&[&algorithm, &[ber::NULL, 0]]);
    let serial = ber::encode(ber::INTEGER, &certificate.serial);
    let id = ber::encode_sequence(&[
        &algorithm,
        &sha1(&issuer.subject),
        &sha1(&issuer.public_key.octets),
        &serial,
    ]);
    let list = ber::encode_sequence(&[&ber::encode_sequence(&[&id])]);
    Ok(ber::encode_sequence(&[&ber::encode_sequence(&[&list])]))
}
