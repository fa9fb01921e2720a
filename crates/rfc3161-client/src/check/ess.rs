//! Signing-certificate attributes, which bind the certificate into the signature (RFC 2634 §5.4, RFC 5035 §3–4,
//! RFC 5816 §2.2.1).

use super::attributes::value;
use crate::algorithm::AlgorithmIdentifier;
use crate::ber::{self, Reader};
use crate::certificate::Certificate;
use crate::cms::{MAX_SET, SignedAttributes};
use crate::digest::DigestAlgorithm;
use crate::error::{ParseError, malformed};
use crate::finding::Findings;
use crate::name;
use crate::oid;
use crate::rules;

/// An `ESSCertID` or `ESSCertIDv2`.
#[derive(Clone, Debug)]
pub(crate) struct CertificateId {
    /// The digest, or the identifier of one that is not known.
    digest: Result<DigestAlgorithm, String>,
    hash: Vec<u8>,
    /// Encodings of the names, and content octets of the serial number.
    issuer_serial: Option<(Vec<Vec<u8>>, Vec<u8>)>,
}

/// Checks the first identifier of each attribute against the signer's certificate. When both versions are there, both
/// must match.
pub(crate) fn check(attributes: &SignedAttributes, signer: &Certificate, findings: &mut Findings) {
    let mut present = false;
    for (oid, version) in VERSIONS {
        let Some(raw) = value(attributes, oid) else {
            continue;
        };
        present = true;
        match parse(raw, *version) {
            Ok(identifiers) => check_first(&identifiers, signer, *version, findings),
            Err(error) => {
                findings.add(
                    &rules::SIGNING_CERTIFICATE_MALFORMED,
                    &[("error", &error.to_string())],
                );
            }
        }
    }
    if !present {
        findings.add(&rules::SIGNING_CERTIFICATE_MISSING, &[]);
    }
}

const VERSIONS: &[(&str, u8)] = &[
    (oid::SIGNING_CERTIFICATE, 1),
    (oid::SIGNING_CERTIFICATE_V2, 2),
];

/// Notes certificates of the path that a list of several identifiers leaves out. That a listed certificate is not in
/// the path is no fault: the list limits, it does not demand (RFC 5035 §3).
pub(crate) fn check_path(
    attributes: &SignedAttributes,
    path: &[&Certificate],
    findings: &mut Findings,
) {
    for (oid, version) in VERSIONS {
        let Some(Ok(listed)) = value(attributes, oid).map(|raw| parse(raw, *version)) else {
            continue;
        };
        // One identifier alone limits nothing, and neither does one whose digest is not known.
        if listed.len() < 2 || listed.iter().any(|identifier| identifier.digest.is_err()) {
            continue;
        }
        let issuers = path.iter().skip(1).take(path.len().saturating_sub(2));
        for issuer in
            issuers.filter(|issuer| !listed.iter().any(|identifier| identifier.is_of(issuer)))
        {
            findings.add_once(
                &rules::PATH_CERTIFICATE_NOT_LISTED,
                &[("certificate", &issuer.sha256())],
            );
        }
    }
}

/// Whether some attribute names `certificate` by its hash.
pub(crate) fn names(attributes: &SignedAttributes, certificate: &Certificate) -> bool {
    VERSIONS
        .iter()
        .filter_map(|(oid, version)| parse(value(attributes, oid)?, *version).ok())
        .any(|identifiers| {
            identifiers
                .first()
                .is_some_and(|identifier| identifier.is_of(certificate))
        })
}

fn check_first(
    identifiers: &[CertificateId],
    signer: &Certificate,
    version: u8,
    findings: &mut Findings,
) {
    let Some(first) = identifiers.first() else {
        findings.add(
            &rules::SIGNING_CERTIFICATE_MALFORMED,
            &[("error", "no identifier")],
        );
        return;
    };
    let version = version.to_string();
    if let Err(unknown) = &first.digest {
        findings.add(
            &rules::SIGNING_CERTIFICATE_HASH_UNKNOWN,
            &[("algorithm", unknown)],
        );
    } else if !first.is_of(signer) {
        let params = [
            ("version", version.as_str()),
            ("certificate", &signer.sha256()),
        ];
        findings.add(&rules::SIGNING_CERTIFICATE_MISMATCH, &params);
    }
    if let Some((names, serial)) = &first.issuer_serial {
        let named = names
            .iter()
            .any(|issuer| name::same(issuer, &signer.issuer));
        if !named || !signer.has_serial(serial) {
            findings.add(
                &rules::SIGNING_CERTIFICATE_ISSUER_MISMATCH,
                &[("version", &version)],
            );
        }
    }
}

impl CertificateId {
    fn is_of(&self, certificate: &Certificate) -> bool {
        let computed = self
            .digest
            .as_ref()
            .ok()
            .and_then(|digest| digest.digest(&certificate.der));
        computed.as_ref() == Some(&self.hash)
    }
}

fn parse(raw: &[u8], version: u8) -> Result<Vec<CertificateId>, ParseError> {
    const WHAT: &str = "SigningCertificate";
    let mut reader = Reader::new(raw);
    let mut fields = reader.sequence(WHAT)?;
    reader.finish(WHAT)?;
    let identifiers = fields.sequence("certs")?.all("certs", MAX_SET)?;
    identifiers
        .iter()
        .map(|element| parse_identifier(element.reader()?, version))
        .collect()
}

fn parse_identifier(mut fields: Reader<'_>, version: u8) -> Result<CertificateId, ParseError> {
    let digest = match (version, fields.peek()) {
        (1, _) => Ok(DigestAlgorithm::Sha1),
        (_, Some(ber::SEQUENCE)) => {
            let algorithm = AlgorithmIdentifier::parse(&mut fields)?;
            algorithm
                .digest()
                .filter(|digest| *digest != DigestAlgorithm::Md5)
                .ok_or(algorithm.oid)
        }
        _ => Ok(DigestAlgorithm::Sha256),
    };
    let hash = fields.octet_string("certHash")?.into_owned();
    let issuer_serial = match fields.optional(ber::SEQUENCE)? {
        Some(element) => Some(parse_issuer_serial(element.reader()?)?),
        None => None,
    };
    fields.finish("ESSCertID")?;
    Ok(CertificateId {
        digest,
        hash,
        issuer_serial,
    })
}

fn parse_issuer_serial(mut fields: Reader<'_>) -> Result<(Vec<Vec<u8>>, Vec<u8>), ParseError> {
    const DIRECTORY: u8 = ber::context(4);
    let names = fields.sequence("issuer")?.all("issuer", MAX_SET)?;
    let serial = fields.integer("serialNumber")?.to_vec();
    fields.finish("issuerSerial")?;
    let directories = names
        .iter()
        .filter(|name| name.tag == DIRECTORY)
        .map(|name| name.content.to_vec());
    let directories: Vec<_> = directories.collect();
    if directories.is_empty() {
        Err(malformed("issuerSerial"))
    } else {
        Ok((directories, serial))
    }
}
