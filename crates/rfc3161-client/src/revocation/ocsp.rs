//! OCSP responses (RFC 6960 §4.2), from the authority itself or a responder that it has named.

use super::Status;
use crate::algorithm::{AlgorithmIdentifier, Outcome, SignatureAlgorithm};
use crate::ber::{self, Element, Reader};
use crate::certificate::Certificate;
use crate::cms::{MAX_SET, MAX_TOKEN};
use crate::digest::DigestAlgorithm;
use crate::error::{ParseError, malformed};
use crate::name;
use crate::oid;
use crate::time::{GenTime, UnixTime};

const WHAT: &str = "OCSPResponse";
/// Certificates of a response that are tried as its responder's; one is usual, and each costs a signature.
const MAX_DELEGATES: usize = 4;

/// A basic response taken apart.
#[derive(Debug)]
pub(super) struct Response {
    tbs: Vec<u8>,
    signature_algorithm: AlgorithmIdentifier,
    signature: Vec<u8>,
    certificates: Vec<Certificate>,
    responder: Responder,
    produced_at: UnixTime,
    singles: Vec<Single>,
}

#[derive(Debug)]
enum Responder {
    Name(Vec<u8>),
    KeyHash(Vec<u8>),
}

#[derive(Debug)]
struct Single {
    digest: Option<DigestAlgorithm>,
    issuer_name_hash: Vec<u8>,
    issuer_key_hash: Vec<u8>,
    serial: Vec<u8>,
    /// None is "unknown".
    status: Option<Status>,
    next_update: Option<UnixTime>,
}

impl Response {
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        if bytes.len() > MAX_TOKEN {
            return Err(ParseError::LimitExceeded {
                what: WHAT,
                limit: MAX_TOKEN,
            });
        }
        let mut fields = ber::whole_sequence(bytes, WHAT)?;
        if fields.expect(ber::ENUMERATED, "responseStatus")?.content != [0] {
            return Err(malformed("responseStatus"));
        }
        let mut body = fields
            .expect(ber::context(0), "responseBytes")?
            .reader()?
            .sequence("responseBytes")?;
        let kind = body.oid("responseType")?;
        if kind != oid::OCSP_BASIC {
            return Err(ParseError::WrongType {
                what: "responseType",
                found: kind,
            });
        }
        let basic = body.octet_string("response")?;
        Self::parse_basic(&basic)
    }

    fn parse_basic(bytes: &[u8]) -> Result<Self, ParseError> {
        let mut fields = ber::whole_sequence(bytes, WHAT)?;
        let data = fields.expect(ber::SEQUENCE, "tbsResponseData")?;
        let signature_algorithm = AlgorithmIdentifier::parse(&mut fields)?;
        let signature = fields
            .expect(ber::BIT_STRING, "signature")?
            .bit_string()?
            .to_vec();
        let certificates = match fields.optional(ber::context(0))? {
            Some(list) => list.reader()?.sequence("certs")?.all("certs", MAX_SET)?,
            None => Vec::new(),
        };
        let mut parts = data.reader()?;
        parts.optional(ber::context(0))?;
        let responder = parse_responder(&parts.element()?)?;
        let produced_at =
            GenTime::parse(parts.expect(ber::GENERALIZED_TIME, "producedAt")?.content)?.time;
        let singles = parts.sequence("responses")?.all("responses", MAX_SET)?;
        Ok(Self {
            tbs: data.raw.to_vec(),
            signature_algorithm,
            signature,
            certificates: certificates
                .iter()
                .take(MAX_DELEGATES)
                .filter_map(|element| Certificate::parse(element.raw).ok())
                .collect(),
            responder,
            produced_at,
            singles: singles.iter().map(parse_single).collect::<Result<_, _>>()?,
        })
    }

    /// What the response says of `certificate`, issued by `issuer`, for a token made at `time`; none when it does not
    /// speak for it, had run out before, or its responder is not authorised (§4.2.2.2).
    pub(super) fn status(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
        time: UnixTime,
    ) -> Option<Status> {
        let single = self
            .singles
            .iter()
            .find(|single| single.is_of(certificate, issuer))?;
        let status = single.status?;
        let has_run_out = single.next_update.is_some_and(|next| next < time);
        if matches!(status, Status::Good { .. }) && has_run_out {
            return None;
        }
        let is_authorised = self.is_signed_by(issuer)
            || self.certificates.iter().any(|responder| {
                self.is_delegate(responder, issuer) && self.is_signed_by(responder)
            });
        is_authorised.then_some(status)
    }

    fn is_delegate(&self, responder: &Certificate, issuer: &Certificate) -> bool {
        let purposes = responder
            .extended_key_usage()
            .ok()
            .flatten()
            .unwrap_or_default();
        purposes.iter().any(|purpose| purpose == oid::OCSP_SIGNING)
            && name::same(&responder.issuer, &issuer.subject)
            && (responder.not_before..=responder.not_after).contains(&self.produced_at)
            && responder.signature_by(issuer) == Outcome::Valid
    }

    fn is_signed_by(&self, responder: &Certificate) -> bool {
        let is_named = match &self.responder {
            Responder::Name(raw) => name::same(raw, &responder.subject),
            Responder::KeyHash(hash) => {
                DigestAlgorithm::Sha1
                    .digest(&responder.public_key.octets)
                    .as_ref()
                    == Some(hash)
            }
        };
        is_named
            && SignatureAlgorithm::of_certificate(&self.signature_algorithm).is_ok_and(
                |algorithm| {
                    responder
                        .public_key
                        .verify(&algorithm, &self.tbs, &self.signature)
                        == Outcome::Valid
                },
            )
    }
}

impl Single {
    fn is_of(&self, certificate: &Certificate, issuer: &Certificate) -> bool {
        let Some(digest) = self.digest else {
            return false;
        };
        certificate.has_serial(&self.serial)
            && digest.digest(&issuer.subject).as_ref() == Some(&self.issuer_name_hash)
            && digest.digest(&issuer.public_key.octets).as_ref() == Some(&self.issuer_key_hash)
    }
}

fn parse_responder(element: &Element<'_>) -> Result<Responder, ParseError> {
    const NAME: u8 = ber::context(1);
    const KEY: u8 = ber::context(2);
    match element.tag {
        NAME => Ok(Responder::Name(element.content.to_vec())),
        KEY => Ok(Responder::KeyHash(
            element.reader()?.octet_string("byKey")?.into_owned(),
        )),
        found => Err(ParseError::UnexpectedTag {
            expected: "responderID",
            found: Some(found),
        }),
    }
}

fn parse_single(element: &Element<'_>) -> Result<Single, ParseError> {
    let mut fields = element.reader()?;
    let mut id = fields.sequence("certID")?;
    let digest = AlgorithmIdentifier::parse(&mut id)?.digest();
    let issuer_name_hash = id.octet_string("issuerNameHash")?.into_owned();
    let issuer_key_hash = id.octet_string("issuerKeyHash")?.into_owned();
    let serial = id.integer("serialNumber")?.to_vec();
    let status = fields.element()?;
    let this_update = time(&mut fields, "thisUpdate")?;
    let next_update = match fields.optional(ber::context(0))? {
        Some(explicit) => Some(time(&mut explicit.reader()?, "nextUpdate")?),
        None => None,
    };
    Ok(Single {
        digest,
        issuer_name_hash,
        issuer_key_hash,
        serial,
        status: parse_status(&status, this_update)?,
        next_update,
    })
}

fn parse_status(
    element: &Element<'_>,
    this_update: UnixTime,
) -> Result<Option<Status>, ParseError> {
    const GOOD: u8 = ber::context_primitive(0);
    const REVOKED: u8 = ber::context(1);
    match element.tag {
        GOOD => Ok(Some(Status::Good { this_update })),
        REVOKED => {
            let mut fields: Reader<'_> = element.reader()?;
            let date = time(&mut fields, "revocationTime")?;
            let reason = match fields.optional(ber::context(0))? {
                Some(explicit) => ber::small(
                    explicit
                        .reader()?
                        .expect(ber::ENUMERATED, "revocationReason")?
                        .content,
                ),
                None => None,
            };
            Ok(Some(Status::Revoked { date, reason }))
        }
        _ => Ok(None),
    }
}

fn time(fields: &mut Reader<'_>, what: &'static str) -> Result<UnixTime, ParseError> {
    GenTime::parse(fields.expect(ber::GENERALIZED_TIME, what)?.content).map(|time| time.time)
}
