//! CMS signed data without content (RFC 5652), as PAdES (EN 319 142-1 §5) and GB/T 35275 want it.

use sha2::{Digest as _, Sha256};

use crate::algorithm::Algorithm;
use crate::certificate::Certificate;
use crate::der::{self, oid};
use crate::revocation::{Revocation, basic_response};

/// Octets of the structure around certificates, attributes and signature, generously.
const WRAPPING: usize = 1024;

/// The identifiers of the content types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ContentTypes {
    /// RFC 5652.
    Cms,
    /// GB/T 35275 (GM/T 0010).
    Gm,
}

impl ContentTypes {
    fn data(self) -> &'static [u8] {
        match self {
            Self::Cms => oid::DATA,
            Self::Gm => oid::GM_DATA,
        }
    }

    fn signed_data(self) -> &'static [u8] {
        match self {
            Self::Cms => oid::SIGNED_DATA,
            Self::Gm => oid::GM_SIGNED_DATA,
        }
    }
}

/// The signed attributes as they are signed: DER of the SET OF (RFC 5652 §5.4). content-type, message-digest and
/// signing-certificate-v2; a time of signing only where it is given, which PAdES forbids (EN 319 142-1 §6.3).
pub(crate) fn signed_attributes(
    digest: &[u8],
    signer: &Certificate,
    content_types: ContentTypes,
    signing_time: Option<&[u8]>,
) -> Vec<u8> {
    // RFC 5035 §4: SHA-256 is the default and therefore absent
    let hash = der::element(der::OCTET_STRING, &[&Sha256::digest(&signer.der)]);
    let certificates = der::sequence(&[&der::sequence(&[&hash])]);
    let mut attributes = vec![
        attribute(oid::CONTENT_TYPE, &der::object(content_types.data())),
        attribute(
            oid::MESSAGE_DIGEST,
            &der::element(der::OCTET_STRING, &[digest]),
        ),
        attribute(
            oid::SIGNING_CERTIFICATE_V2,
            &der::sequence(&[&certificates]),
        ),
    ];
    if let Some(time) = signing_time {
        attributes.push(attribute(oid::SIGNING_TIME, time));
    }
    der::set_of(attributes)
}

fn attribute(kind: &[u8], value: &[u8]) -> Vec<u8> {
    der::sequence(&[&der::object(kind), &der::element(der::SET, &[value])])
}

/// Everything of a signature but the time-stamp.
pub(crate) struct Signature<'a> {
    pub(crate) algorithm: Algorithm,
    pub(crate) chain: &'a [Vec<u8>],
    pub(crate) signer: &'a Certificate,
    pub(crate) signed_attributes: &'a [u8],
    pub(crate) value: &'a [u8],
    pub(crate) content_types: ContentTypes,
    /// Lists that travel with it in `crls`, and OCSP responses among the unsigned attributes: SM2's `crls` have no place
    /// for them (GB/T 35275).
    pub(crate) revocation: Revocation<'a>,
}

impl Signature<'_> {
    /// DER of the `ContentInfo`, with a token over the signature's value if there is one (RFC 3161 appendix A).
    pub(crate) fn signed_data(&self, token: Option<&[u8]>) -> Vec<u8> {
        let digest = self.algorithm.digest_identifier();
        let mut certificates = self.chain.to_vec();
        certificates.sort();
        certificates.dedup();
        let data = der::sequence(&[
            &der::small(1),
            &der::element(der::SET, &[&digest]),
            &der::sequence(&[&der::object(self.content_types.data())]),
            &der::element(0xa0, &[&certificates.concat()]),
            &self.revocation_lists(),
            &der::element(der::SET, &[&self.signer_info(&digest, token)]),
        ]);
        let kind = der::object(self.content_types.signed_data());
        der::sequence(&[&kind, &der::element(0xa0, &[&data])])
    }

    fn revocation_lists(&self) -> Vec<u8> {
        let mut lists = self.revocation.lists.to_vec();
        lists.sort();
        lists.dedup();
        match lists.is_empty() {
            true => Vec::new(),
            false => der::element(0xa1, &[&lists.concat()]),
        }
    }

    /// The attribute revocation-values with the basic responses (RFC 5126 §6.3.4).
    fn responses(&self) -> Option<Vec<u8>> {
        let responses = self.revocation.responses.iter();
        let mut basic: Vec<_> = responses.filter_map(|one| basic_response(one)).collect();
        basic.sort();
        basic.dedup();
        let values = der::sequence(&[&der::element(0xa1, &[&der::sequence(&[&basic.concat()])])]);
        (!basic.is_empty()).then(|| attribute(oid::REVOCATION_VALUES, &values))
    }

    fn signer_info(&self, digest: &[u8], token: Option<&[u8]>) -> Vec<u8> {
        // RFC 5652 §5.3: in the structure the attributes bear [0] in place of SET
        let attributes = tagged(0xa0, self.signed_attributes.to_vec());
        let stamp = token.map(|token| attribute(oid::SIGNATURE_TIME_STAMP, token));
        let unsigned: Vec<_> = stamp.into_iter().chain(self.responses()).collect();
        let unsigned = match unsigned.is_empty() {
            true => Vec::new(),
            false => tagged(0xa1, der::set_of(unsigned)),
        };
        der::sequence(&[
            &der::small(1),
            &der::sequence(&[&self.signer.issuer, &self.signer.serial]),
            digest,
            &attributes,
            &self.algorithm.signature_identifier(),
            &der::element(der::OCTET_STRING, &[self.value]),
            &unsigned,
        ])
    }
}

/// With another tag in place of its own (IMPLICIT).
fn tagged(tag: u8, mut element: Vec<u8>) -> Vec<u8> {
    if let Some(first) = element.first_mut() {
        *first = tag;
    }
    element
}

/// Octets that the signed data will have at most, without a token.
pub(crate) fn room(chain: &[Vec<u8>], signer: &Certificate) -> usize {
    let certificates: usize = chain.iter().map(Vec::len).sum();
    certificates + signer.issuer.len() + signer.key.signature_room() + WRAPPING
}
