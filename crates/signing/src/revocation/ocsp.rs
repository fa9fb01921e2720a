//! OCSP responses (RFC 6960 §4.2) of the issuer itself or of a responder that it has named.

use rfc3161_client::GenTime;
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use super::Statement;
use crate::certificate::{Certificate, Signed};
use crate::der::{self, Reader, oid};

/// A response names few certificates; more are not read.
const MAX_SINGLES: usize = 64;
const MAX_CERTIFICATES: usize = 4;

#[derive(Debug)]
pub(super) struct Response {
    signed: Signed,
    certificates: Vec<Certificate>,
    singles: Vec<Single>,
}

#[derive(Debug)]
struct Single {
    digest: Vec<u8>,
    issuer_name: Vec<u8>,
    issuer_key: Vec<u8>,
    serial: Vec<u8>,
    /// `None` is "unknown".
    statement: Option<Statement>,
}

/// The `BasicOCSPResponse` in a successful response (§4.2.1), DER.
pub(crate) fn basic_response(response: &[u8]) -> Option<Vec<u8>> {
    let mut fields = Reader(response).enter(der::SEQUENCE)?;
    (fields.expect(der::ENUMERATED)?.content == [0]).then_some(())?;
    let mut body = fields.enter(0xa0)?.enter(der::SEQUENCE)?;
    (body.expect(der::OBJECT_IDENTIFIER)?.content == oid::OCSP_BASIC).then_some(())?;
    let mut octets = body.enter(der::OCTET_STRING)?;
    let basic = octets.expect(der::SEQUENCE)?;
    octets.next().is_none().then(|| basic.raw.to_vec())
}

impl Response {
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let basic = basic_response(bytes)?;
        let mut basic = Reader(&basic).enter(der::SEQUENCE)?;
        let data = basic.expect(der::SEQUENCE)?;
        let signed = Signed::of_fields(data, &mut basic)?;
        let mut certificates = Vec::new();
        if let Some(mut list) = basic
            .enter(0xa0)
            .and_then(|mut list| list.enter(der::SEQUENCE))
        {
            while let Some(element) = list
                .next()
                .filter(|_| certificates.len() < MAX_CERTIFICATES)
            {
                certificates.extend(Certificate::parse(element.raw));
            }
        }
        Some(Self {
            signed,
            certificates,
            singles: singles(data.content)?,
        })
    }

    /// What it says of `certificate`; nothing when its responder has no authority of `issuer`.
    pub(super) fn of(&self, certificate: &Certificate, issuer: &Certificate) -> Option<Statement> {
        let single = self
            .singles
            .iter()
            .find(|single| single.is_of(certificate, issuer))?;
        let by_delegate = || {
            self.certificates.iter().any(|delegate| {
                delegate.is_responder
                    && delegate.is_issued_by(issuer)
                    && self.signed.is_by(&delegate.key)
            })
        };
        (self.signed.is_by(&issuer.key) || by_delegate()).then_some(())?;
        single.statement
    }
}

impl Single {
    fn is_of(&self, certificate: &Certificate, issuer: &Certificate) -> bool {
        let digest = |message: &[u8]| match self.digest.as_slice() {
            oid::SHA1 => Sha1::digest(message).to_vec(),
            oid::SHA256 => Sha256::digest(message).to_vec(),
            _ => Vec::new(),
        };
        self.serial == certificate.serial
            && self.issuer_name == digest(&issuer.subject)
            && self.issuer_key == digest(&issuer.key.octets)
    }
}

fn singles(data: &[u8]) -> Option<Vec<Single>> {
    let mut data = Reader(data);
    data.optional(0xa0);
    // responderID and producedAt
    data.next()?;
    data.expect(der::GENERALIZED_TIME)?;
    let mut list = data.enter(der::SEQUENCE)?;
    let mut singles = Vec::new();
    while let Some(element) = list.next().filter(|_| singles.len() < MAX_SINGLES) {
        singles.push(single(element.content)?);
    }
    Some(singles)
}

fn single(content: &[u8]) -> Option<Single> {
    let mut fields = Reader(content);
    let mut identifier = fields.enter(der::SEQUENCE)?;
    let mut algorithm = identifier.enter(der::SEQUENCE)?;
    let status = fields.next()?;
    let this_update = time(&mut fields)?;
    let next_update = match fields.optional(0xa0) {
        Some(next) => Some(time(&mut Reader(next.content))?),
        None => None,
    };
    let revoked_at = match status.tag {
        0x80 => Some(None),
        0xa1 => Some(Some(time(&mut Reader(status.content))?)),
        _ => None,
    };
    Some(Single {
        digest: algorithm.expect(der::OBJECT_IDENTIFIER)?.content.to_vec(),
        issuer_name: identifier.expect(der::OCTET_STRING)?.content.to_vec(),
        issuer_key: identifier.expect(der::OCTET_STRING)?.content.to_vec(),
        serial: identifier.expect(der::INTEGER)?.raw.to_vec(),
        statement: revoked_at.map(|revoked_at| Statement {
            this_update,
            next_update,
            revoked_at,
        }),
    })
}

fn time(fields: &mut Reader<'_>) -> Option<i64> {
    let digits = fields.expect(der::GENERALIZED_TIME)?.content;
    GenTime::parse(digits).ok().map(|time| time.time.0)
}
