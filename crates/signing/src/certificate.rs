//! What a signature needs to know of a certificate (RFC 5280 §4).

use x509_parser::prelude::FromDer as _;

use crate::algorithm::PublicKey;
use crate::der::{self, Element, Reader};

/// A certificate taken apart.
#[derive(Clone, Debug)]
pub(crate) struct Certificate {
    pub(crate) der: Vec<u8>,
    /// INTEGER with tag and length, as it stands in the certificate.
    pub(crate) serial: Vec<u8>,
    pub(crate) issuer: Vec<u8>,
    pub(crate) subject: Vec<u8>,
    /// The subject as people read it.
    pub(crate) subject_text: String,
    /// Unix seconds.
    pub(crate) not_before: i64,
    /// Unix seconds.
    pub(crate) not_after: i64,
    pub(crate) key: PublicKey,
    /// Whether keyUsage is absent or has digitalSignature or nonRepudiation (§4.2.1.3).
    pub(crate) may_sign: bool,
    /// Whether keyUsage is absent or has cRLSign.
    pub(crate) may_sign_lists: bool,
    /// Whether extKeyUsage has OCSPSigning (RFC 6960 §4.2.2.2).
    pub(crate) is_responder: bool,
    pub(crate) signed: Signed,
}

impl Certificate {
    /// Reads a certificate that fills `der`.
    pub(crate) fn parse(der: &[u8]) -> Option<Self> {
        let (rest, parsed) = x509_parser::certificate::X509Certificate::from_der(der).ok()?;
        rest.is_empty().then_some(())?;
        let usage = parsed.key_usage().ok()?.map(|extension| extension.value);
        let purposes = parsed.extended_key_usage().ok()?;
        Some(Self {
            der: der.to_vec(),
            serial: der::element(der::INTEGER, &[parsed.raw_serial()]),
            issuer: parsed.issuer().as_raw().to_vec(),
            subject: parsed.subject().as_raw().to_vec(),
            subject_text: parsed.subject().to_string(),
            not_before: parsed.validity().not_before.timestamp(),
            not_after: parsed.validity().not_after.timestamp(),
            key: PublicKey::parse(parsed.public_key().raw)?,
            may_sign: usage.is_none_or(|bits| bits.digital_signature() || bits.non_repudiation()),
            may_sign_lists: usage.is_none_or(|bits| bits.crl_sign()),
            is_responder: purposes.is_some_and(|extension| extension.value.ocsp_signing),
            signed: Signed::parse(der)?,
        })
    }

    /// Whether the key of `issuer` signed this certificate.
    pub(crate) fn is_issued_by(&self, issuer: &Self) -> bool {
        self.issuer == issuer.subject && self.signed.is_by(&issuer.key)
    }

    pub(crate) fn is_self_issued(&self) -> bool {
        self.issuer == self.subject
    }
}

/// The shape that certificates and lists share: what is signed, the algorithm, the signature (§4.1.1, §5.1.1).
#[derive(Clone, Debug)]
pub(crate) struct Signed {
    to_be_signed: Vec<u8>,
    algorithm: Vec<u8>,
    signature: Vec<u8>,
}

impl Signed {
    pub(crate) fn parse(der: &[u8]) -> Option<Self> {
        let mut fields = Reader(der).enter(der::SEQUENCE)?;
        let to_be_signed = fields.next()?;
        Self::of_fields(to_be_signed, &mut fields)
    }

    /// The algorithm and the signature that follow what is signed.
    pub(crate) fn of_fields(to_be_signed: Element<'_>, fields: &mut Reader<'_>) -> Option<Self> {
        let mut algorithm = fields.enter(der::SEQUENCE)?;
        let (_, signature) = fields.expect(der::BIT_STRING)?.content.split_first()?;
        Some(Self {
            to_be_signed: to_be_signed.raw.to_vec(),
            algorithm: algorithm.expect(der::OBJECT_IDENTIFIER)?.content.to_vec(),
            signature: signature.to_vec(),
        })
    }

    pub(crate) fn is_by(&self, key: &PublicKey) -> bool {
        key.verifies_as(&self.algorithm, &self.to_be_signed, &self.signature) == Some(true)
    }
}

/// The chain of `leaf` out of a heap of certificates, as far as they are at hand.
pub(crate) fn chain_of(leaf: &Certificate, heap: &[Certificate]) -> Vec<Vec<u8>> {
    let mut chain = vec![leaf.der.clone()];
    let mut last = leaf;
    while !last.is_self_issued() {
        let next = heap.iter().find(|one| last.is_issued_by(one));
        let Some(next) = next.filter(|one| !chain.contains(&one.der)) else {
            break;
        };
        chain.push(next.der.clone());
        last = next;
    }
    chain
}

/// A chain of which only a part was at hand, with certificates from elsewhere.
pub(crate) fn completed(chain: &[Vec<u8>], others: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let heap: Vec<Certificate> = chain
        .iter()
        .chain(others)
        .filter_map(|der| Certificate::parse(der))
        .collect();
    heap.first()
        .map_or_else(|| chain.to_vec(), |leaf| chain_of(leaf, &heap))
}
