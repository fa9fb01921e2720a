//! Validation of one complete path (RFC 5280 §6.1), at the time of the token.

use super::{AnchorCertificate, Occasion, Purpose, constraints, policy};
use crate::algorithm::SignatureAlgorithm;
use crate::algorithm_table::Strength;
use crate::certificate::Certificate;
use crate::finding::{Findings, Rule, borrowed};
use crate::oid;
use crate::rules;
use crate::time::UnixTime;

/// Extensions that are understood, so that their being critical is no obstacle.
const UNDERSTOOD: &[&str] = &[
    oid::SUBJECT_KEY_IDENTIFIER,
    oid::KEY_USAGE,
    oid::PRIVATE_KEY_USAGE_PERIOD,
    oid::SUBJECT_ALT_NAME,
    oid::ISSUER_ALT_NAME,
    oid::BASIC_CONSTRAINTS,
    oid::NAME_CONSTRAINTS,
    oid::CRL_DISTRIBUTION_POINTS,
    oid::CERTIFICATE_POLICIES,
    oid::POLICY_MAPPINGS,
    oid::AUTHORITY_KEY_IDENTIFIER,
    oid::POLICY_CONSTRAINTS,
    oid::EXTENDED_KEY_USAGE,
    oid::FRESHEST_CRL,
    oid::INHIBIT_ANY_POLICY,
    oid::AUTHORITY_INFO_ACCESS,
    oid::SUBJECT_INFO_ACCESS,
    oid::QC_STATEMENTS,
    oid::OCSP_NO_CHECK,
];

/// Adds everything that is wrong with a path whose signatures have been verified.
pub(super) fn validate(
    path: &[&Certificate],
    anchor: &AnchorCertificate<'_>,
    occasion: &Occasion<'_>,
    findings: &mut Findings,
) {
    let (time, strength) = (occasion.time, occasion.strength);
    check_anchor(anchor, time, occasion.purpose, findings);
    let last = path.len().saturating_sub(1);
    for (index, certificate) in path.iter().enumerate() {
        let is_anchor = index == last;
        if !is_anchor || index == 0 {
            check_validity(certificate, time, findings);
            check_extensions(certificate, findings);
        }
        if !is_anchor {
            check_algorithm(certificate, strength, findings);
        }
        if index > 0 {
            check_issuer(certificate, is_anchor, occasion, findings);
            let below = path.get(1..index).unwrap_or_default();
            check_path_length(certificate, below, findings);
            constraints::check(certificate, path.get(..index).unwrap_or_default(), findings);
        }
    }
    policy::check(path.get(..last).unwrap_or_default(), findings);
}

fn check_anchor(
    anchor: &AnchorCertificate<'_>,
    time: UnixTime,
    purpose: Purpose<'_>,
    findings: &mut Findings,
) {
    let decided = anchor.anchor.valid_from.is_some() || anchor.anchor.valid_to.is_some();
    let certificate = &anchor.certificate;
    let (from, to) = if decided {
        (anchor.anchor.valid_from, anchor.anchor.valid_to)
    } else {
        (Some(certificate.not_before), Some(certificate.not_after))
    };
    if from.is_some_and(|from| time < from) || to.is_some_and(|to| time > to) {
        let bound = |bound: Option<UnixTime>| bound.map(UnixTime::to_rfc3339).unwrap_or_default();
        let params = [
            ("certificate", certificate.sha256()),
            ("time", time.to_rfc3339()),
            ("from", bound(from)),
            ("to", bound(to)),
        ];
        findings.add(&rules::ANCHOR_OUTSIDE_WINDOW, &borrowed(&params));
    }
    let policies = &anchor.anchor.policies;
    if let Purpose::TimeStamping { policy } = purpose
        && !policies.is_empty()
        && !policies.iter().any(|allowed| allowed == policy)
    {
        findings.add(&rules::POLICY_NOT_TRUSTED, &[("policy", policy)]);
    }
}

fn check_validity(certificate: &Certificate, time: UnixTime, findings: &mut Findings) {
    let params = |bound: &'static str, at: UnixTime| {
        [
            ("certificate", certificate.sha256()),
            ("time", time.to_rfc3339()),
            (bound, at.to_rfc3339()),
        ]
    };
    if time < certificate.not_before {
        let params = params("not_before", certificate.not_before);
        findings.add(&rules::CERTIFICATE_NOT_YET_VALID, &borrowed(&params));
    }
    if time > certificate.not_after {
        let params = params("not_after", certificate.not_after);
        findings.add(&rules::CERTIFICATE_EXPIRED, &borrowed(&params));
    }
}

fn check_extensions(certificate: &Certificate, findings: &mut Findings) {
    let sha256 = certificate.sha256();
    for extension in certificate
        .extensions
        .iter()
        .filter(|extension| extension.critical)
    {
        if !UNDERSTOOD.contains(&extension.oid.as_str()) {
            let params = [
                ("certificate", sha256.as_str()),
                ("extension", &extension.oid),
            ];
            findings.add(&rules::CERTIFICATE_EXTENSION_UNKNOWN, &params);
        }
    }
    if let Some(oid) = certificate.repeated_extension() {
        let params = [("certificate", sha256.as_str()), ("extension", oid)];
        findings.add(&rules::CERTIFICATE_EXTENSION_REPEATED, &params);
    }
}

fn check_algorithm(certificate: &Certificate, strength: Strength<'_>, findings: &mut Findings) {
    let sha256 = certificate.sha256();
    if !certificate.algorithms_agree {
        findings.add(
            &rules::CERTIFICATE_ALGORITHMS_DISAGREE,
            &[("certificate", &sha256)],
        );
    }
    if let Ok(algorithm) = SignatureAlgorithm::of_certificate(&certificate.signature_algorithm)
        && strength.digest_is_over(algorithm.digest())
    {
        let params = [
            ("certificate", sha256.as_str()),
            ("algorithm", algorithm.digest().name()),
        ];
        findings.add_once(&rules::CERTIFICATE_ALGORITHM_WEAK, &params);
    }
}

/// What RFC 5280 §6.1.4 (k) to (n) asks of an authority. An anchor of the times before version 3 stands by decision.
fn check_issuer(
    issuer: &Certificate,
    is_anchor: bool,
    occasion: &Occasion<'_>,
    findings: &mut Findings,
) {
    let sha256 = issuer.sha256();
    let certificate = [("certificate", sha256.as_str())];
    match issuer.basic_constraints() {
        Ok(Some(constraints)) if constraints.ca => {}
        Ok(None) if is_anchor && issuer.is_self_issued() => {}
        Ok(_) => findings.add(&rules::ISSUER_NOT_CA, &certificate),
        Err(_) => malformed(issuer, oid::BASIC_CONSTRAINTS, findings),
    }
    match issuer.key_usage() {
        Ok(Some(usage)) if !usage.signs_certificates() => {
            findings.add(&rules::ISSUER_KEY_USAGE, &certificate);
        }
        Ok(_) => {}
        Err(_) => malformed(issuer, oid::KEY_USAGE, findings),
    }
    if occasion.strength.key_is_over(&issuer.public_key) {
        findings.add(&rules::ISSUER_KEY_WEAK, &certificate);
    }
    if is_anchor {
        return;
    }
    match issuer.extended_key_usage() {
        Ok(purposes) => {
            if let Some(rule) = limited_by(&purposes.unwrap_or_default(), occasion.purpose) {
                findings.add(rule, &certificate);
            }
        }
        Err(_) => malformed(issuer, oid::EXTENDED_KEY_USAGE, findings),
    }
}

/// Purposes in an authority's certificate limit those of the certificates below it. Signing OCSP responses is what an
/// authority does itself (RFC 6960 §4.2.2.2), so that purpose alone limits nothing; whether a vendor's own purpose
/// includes time-stamping, only the vendor knows.
fn limited_by(purposes: &[String], purpose: Purpose<'_>) -> Option<&'static Rule> {
    let limiting: Vec<_> = purposes
        .iter()
        .filter(|purpose| *purpose != oid::OCSP_SIGNING)
        .collect();
    if purpose == Purpose::Signing {
        let limits = !limiting.is_empty() && !permit_signing(purposes);
        return limits.then_some(&rules::ISSUER_PURPOSE_UNKNOWN);
    }
    let lets_through = |purpose: &&String| {
        *purpose == oid::TIME_STAMPING || *purpose == oid::ANY_EXTENDED_KEY_USAGE
    };
    if limiting.is_empty() || limiting.iter().any(lets_through) {
        None
    } else if limiting
        .iter()
        .any(|purpose| purpose.starts_with(oid::PKIX_PURPOSES))
    {
        Some(&rules::ISSUER_PURPOSE)
    } else {
        Some(&rules::ISSUER_PURPOSE_UNKNOWN)
    }
}

/// Whether purposes include the signing of documents. None are none to limit; of the registered ones RFC 9336 has the
/// very purpose, and client authentication and mail are what certificates of persons have had for want of it.
pub(crate) fn permit_signing(purposes: &[String]) -> bool {
    purposes.is_empty()
        || purposes
            .iter()
            .any(|purpose| oid::SIGNING_PURPOSES.contains(&purpose.as_str()))
}

/// Certificates issued to oneself do not count (§6.1.4 (l), (m)).
fn check_path_length(issuer: &Certificate, below: &[&Certificate], findings: &mut Findings) {
    let Ok(Some(constraints)) = issuer.basic_constraints() else {
        return;
    };
    let counted = below
        .iter()
        .filter(|certificate| !certificate.is_self_issued())
        .count();
    if constraints
        .path_length
        .is_some_and(|limit| u64::try_from(counted).is_ok_and(|counted| counted > limit))
    {
        findings.add(
            &rules::PATH_LENGTH_EXCEEDED,
            &[("certificate", &issuer.sha256())],
        );
    }
}

/// Reports an extension that cannot be read.
pub(super) fn malformed(certificate: &Certificate, oid: &str, findings: &mut Findings) {
    let params = [
        ("certificate", certificate.sha256()),
        ("extension", oid.to_owned()),
    ];
    findings.add_once(&rules::CERTIFICATE_EXTENSION_MALFORMED, &borrowed(&params));
}
