//! Certificate revocation lists (RFC 5280 §5, §6.3.3), complete and direct ones.

use x509_parser::prelude::FromDer as _;
use x509_parser::revocation_list::{CertificateRevocationList, RevokedCertificate};

use super::Status;
use crate::algorithm::{AlgorithmIdentifier, Outcome, SignatureAlgorithm};
use crate::ber::{self, Element, Reader};
use crate::certificate::Certificate;
use crate::cms::MAX_SET;
use crate::error::ParseError;
use crate::name;
use crate::oid;
use crate::time::UnixTime;

/// Octets accepted in one list; the largest of public authorities have some megabytes.
const MAX_LIST: usize = 32 << 20;
/// The CRL entry extension that makes an entry another authority's (§5.3.3).
const CERTIFICATE_ISSUER: &str = "2.5.29.29";

/// A list taken apart.
#[derive(Debug)]
pub(super) struct List {
    tbs: Vec<u8>,
    signature_algorithm: AlgorithmIdentifier,
    signature: Vec<u8>,
    issuer: Vec<u8>,
    this_update: UnixTime,
    next_update: Option<UnixTime>,
    entries: Vec<Entry>,
    scope: Scope,
}

#[derive(Debug)]
struct Entry {
    serial: Vec<u8>,
    date: UnixTime,
    reason: Option<u64>,
}

/// For which certificates the list speaks (§5.2.5).
#[derive(Debug, Default)]
struct Scope {
    /// Indirect, partial or with an unknown critical extension: it speaks for none.
    unusable: bool,
    users_only: bool,
    authorities_only: bool,
    /// Addresses of the distribution point; empty is every one.
    addresses: Vec<Vec<u8>>,
}

impl List {
    pub(super) fn parse(der: &[u8]) -> Result<Self, ParseError> {
        const WHAT: &str = "CertificateList";
        if der.len() > MAX_LIST {
            return Err(ParseError::LimitExceeded {
                what: WHAT,
                limit: MAX_LIST,
            });
        }
        let (rest, parsed) = CertificateRevocationList::from_der(der)
            .map_err(|_| ParseError::Malformed { what: WHAT })?;
        if !rest.is_empty() {
            return Err(ParseError::TrailingBytes {
                what: WHAT,
                count: rest.len(),
            });
        }
        let mut fields = ber::whole_sequence(der, WHAT)?;
        let tbs = fields.element()?.raw.to_vec();
        let signature_algorithm = AlgorithmIdentifier::parse(&mut fields)?;
        let signature = fields
            .expect(ber::BIT_STRING, "signatureValue")?
            .bit_string()?
            .to_vec();
        let mut scope = scope(&parsed)?;
        scope.unusable |= parsed.iter_revoked_certificates().any(is_of_another_issuer);
        Ok(Self {
            tbs,
            signature_algorithm,
            signature,
            issuer: parsed.issuer().as_raw().to_vec(),
            this_update: UnixTime(parsed.last_update().timestamp()),
            next_update: parsed.next_update().map(|time| UnixTime(time.timestamp())),
            entries: parsed.iter_revoked_certificates().map(entry).collect(),
            scope,
        })
    }

    /// What the list says of `certificate`, issued by `issuer`, for a token made at `time`; none when it does not speak
    /// for it, had run out before, or is not signed by `issuer`.
    pub(super) fn status(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
        time: UnixTime,
    ) -> Option<Status> {
        if !self.speaks_for(certificate) || !self.is_signed_by(issuer) {
            return None;
        }
        let entry = self
            .entries
            .iter()
            .find(|entry| certificate.has_serial(&entry.serial));
        match entry {
            Some(Entry { date, reason, .. }) => Some(Status::Revoked {
                date: *date,
                reason: *reason,
            }),
            None if self.next_update.is_some_and(|next| next < time) => None,
            None => Some(Status::Good {
                this_update: self.this_update,
            }),
        }
    }

    fn speaks_for(&self, certificate: &Certificate) -> bool {
        let is_authority = certificate
            .basic_constraints()
            .ok()
            .flatten()
            .unwrap_or_default()
            .ca;
        let is_other_kind = if is_authority {
            self.scope.users_only
        } else {
            self.scope.authorities_only
        };
        if self.scope.unusable || is_other_kind {
            return false;
        }
        name::same(&self.issuer, &certificate.issuer) && self.is_at_distribution_point(certificate)
    }

    /// A list of one distribution point speaks for the certificates that name it (§6.3.3 (b) (2)).
    fn is_at_distribution_point(&self, certificate: &Certificate) -> bool {
        if self.scope.addresses.is_empty() {
            return true;
        }
        let Some(extension) = certificate.extension(oid::CRL_DISTRIBUTION_POINTS) else {
            return false;
        };
        let mut named = Vec::new();
        ber::whole(&extension.value, "cRLDistributionPoints")
            .and_then(|element| collect_addresses(&element, &mut named))
            .is_ok_and(|()| {
                self.scope
                    .addresses
                    .iter()
                    .any(|address| named.contains(address))
            })
    }

    fn is_signed_by(&self, issuer: &Certificate) -> bool {
        let may_sign = issuer
            .key_usage()
            .is_ok_and(|usage| usage.is_none_or(|usage| usage.signs_lists()));
        may_sign
            && SignatureAlgorithm::of_certificate(&self.signature_algorithm).is_ok_and(
                |algorithm| {
                    issuer
                        .public_key
                        .verify(&algorithm, &self.tbs, &self.signature)
                        == Outcome::Valid
                },
            )
    }
}

fn entry(revoked: &RevokedCertificate<'_>) -> Entry {
    Entry {
        serial: revoked.raw_serial().to_vec(),
        date: UnixTime(revoked.revocation_date.timestamp()),
        reason: revoked.reason_code().map(|(_, reason)| u64::from(reason.0)),
    }
}

fn is_of_another_issuer(revoked: &RevokedCertificate<'_>) -> bool {
    revoked
        .iter_extensions()
        .any(|extension| extension.oid.to_id_string() == CERTIFICATE_ISSUER)
}

fn scope(list: &CertificateRevocationList<'_>) -> Result<Scope, ParseError> {
    let mut scope = Scope::default();
    for extension in list.extensions() {
        match extension.oid.to_id_string().as_str() {
            oid::ISSUING_DISTRIBUTION_POINT => {
                read_distribution_point(extension.value, &mut scope)?;
            }
            oid::DELTA_CRL_INDICATOR => scope.unusable = true,
            _ => scope.unusable |= extension.critical,
        }
    }
    Ok(scope)
}

fn read_distribution_point(value: &[u8], scope: &mut Scope) -> Result<(), ParseError> {
    let mut fields = Reader::new(value).sequence("issuingDistributionPoint")?;
    for element in fields.all("issuingDistributionPoint", MAX_SET)? {
        match element.tag {
            0xa0 => collect_addresses(&element, &mut scope.addresses)?,
            0x81 => scope.users_only = element.boolean()?,
            0x82 => scope.authorities_only = element.boolean()?,
            0x83 => scope.unusable = true,
            _ => scope.unusable |= element.boolean()?,
        }
    }
    Ok(())
}

/// Gathers the addresses (`[6]`) anywhere within an element.
pub(super) fn collect_addresses(
    element: &Element<'_>,
    addresses: &mut Vec<Vec<u8>>,
) -> Result<(), ParseError> {
    if element.tag == ber::context_primitive(6) {
        addresses.push(element.content.to_vec());
        return Ok(());
    }
    if element.tag & 0x20 != 0 {
        for child in element.reader()?.all("distributionPoint", MAX_SET)? {
            collect_addresses(&child, addresses)?;
        }
    }
    Ok(())
}
