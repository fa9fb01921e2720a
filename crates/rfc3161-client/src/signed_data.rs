//! Signatures of persons and offices over data that stand elsewhere: detached `SignedData` (RFC 5652 §5) as EN 319 122-1
//! and EN 319 142-1 profile them, judged in the manner of EN 319 102-1 §5.3. What is common with tokens is judged by the
//! same code.

mod revocation_values;
mod rules;

pub use rules::SIGNATURE_RULES;

use crate::algorithm::SignatureAlgorithm;
use crate::algorithm_table::{AlgorithmTable, Strength};
use crate::certificate::{Certificate, CertificateSummary};
use crate::check;
use crate::cms::{SignedData, SignerInfo};
use crate::digest::DigestAlgorithm;
use crate::error::ParseError;
use crate::finding::{Finding, Findings, Indication, Severity};
use crate::oid;
use crate::path::{Anchor, KnownLinks, Occasion, Path, Purpose, Search, permit_signing};
use crate::revocation;
use crate::rules as token_rules;
use crate::time::UnixTime;
use crate::verify::{anchor_certificates, check_signer, named_signer, pool, rests_on};

/// A `ContentInfo` with `SignedData` that is a signature, taken apart and not yet judged.
#[derive(Clone, Debug)]
pub struct CmsSignature {
    signed_data: SignedData,
    trailing: usize,
}

impl CmsSignature {
    /// Reads a signature; octets that follow it are counted, as a PDF reserves more room than a signature takes.
    ///
    /// # Errors
    /// `ParseError` when the bytes are not signed data, or exceed a budget.
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        let (signed_data, trailing) = SignedData::parse(bytes)?;
        Ok(Self {
            signed_data,
            trailing,
        })
    }

    /// How many octets follow the structure.
    pub fn trailing(&self) -> usize {
        self.trailing
    }

    /// The type of the content, dotted: id-data for a signature, id-ct-TSTInfo for a time-stamp token.
    pub fn content_type(&self) -> &str {
        &self.signed_data.content_type
    }

    /// The certificates that travel with the signature, in DER.
    pub fn certificates(&self) -> &[Vec<u8>] {
        &self.signed_data.certificates
    }

    /// The value of the only signature: what a signature time-stamp is over (EN 319 122-1 §5.3). None when there is not
    /// exactly one.
    pub fn value(&self) -> Option<&[u8]> {
        self.signer().map(|signer| signer.signature.as_slice())
    }

    /// The signature time-stamp tokens among the unsigned attributes, in DER.
    pub fn time_stamps(&self) -> Vec<Vec<u8>> {
        self.signer()
            .map(|signer| signer.unsigned_values(oid::SIGNATURE_TIME_STAMP))
            .unwrap_or_default()
    }

    /// The algorithm under which the content is digested, where it is known here.
    pub fn digest_algorithm(&self) -> Option<DigestAlgorithm> {
        self.signer()?.digest_algorithm.digest()
    }

    /// How it is signed, such as `SM2 SM3`; the dotted identifier of what is not known here.
    pub fn algorithm(&self) -> Option<String> {
        let signer = self.signer()?;
        let known =
            SignatureAlgorithm::of_signer(&signer.signature_algorithm, &signer.digest_algorithm);
        Some(known.map_or_else(|unknown| unknown, |known| known.name()))
    }

    fn signer(&self) -> Option<&SignerInfo> {
        match self.signed_data.signers.as_slice() {
            [signer] => Some(signer),
            _ => None,
        }
    }
}

/// What a signature is held to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureProfile {
    /// PAdES and CAdES (EN 319 142-1 §5, EN 319 122-1 §5): the signer's certificate is bound into the signature.
    Cades,
    /// RFC 5652 alone: a binding that is there is judged, its absence noted.
    Cms,
}

/// Everything that a verdict on a signature depends on.
#[derive(Clone, Debug)]
pub struct SignatureInputs<'a> {
    /// The signature.
    pub signature: &'a CmsSignature,
    /// The octets that are signed, in pieces one after another.
    pub content: &'a [&'a [u8]],
    /// What it is held to.
    pub profile: SignatureProfile,
    /// The certificates that are trusted by decision.
    pub anchors: &'a [Anchor],
    /// Certificates in DER that may help to build a path and are not trusted.
    pub intermediates: &'a [Vec<u8>],
    /// Certificate revocation lists and OCSP responses in DER, told apart by their content.
    pub crls: &'a [Vec<u8>],
    /// How long algorithms are relied on.
    pub algorithms: &'a AlgorithmTable,
    /// The signatures of certificates that need not be computed again.
    pub known_links: Option<&'a KnownLinks>,
    /// The best signature time (EN 319 102-1 §5.5): the earliest at which another has proved that the signature existed,
    /// else the clock. The path is judged at it, and the algorithms.
    pub time: UnixTime,
    /// The earliest time at which another has proved that the content existed, else the clock. The digest of the content
    /// must last until then: what dates the signature says nothing of other octets of the same digest.
    pub content_time: UnixTime,
}

/// Everything that verification has to say of a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureVerification {
    /// The outcome.
    pub indication: Indication,
    /// Every finding, in the order of the checks.
    pub findings: Vec<Finding>,
    /// The certificate that the `SignerInfo` names.
    pub signer: Option<CertificateSummary>,
    /// The path, from the signer to the anchor; the signer alone when no path was found.
    pub chain: Vec<CertificateSummary>,
    /// The certificates of that path in DER; empty when none was found.
    pub path: Vec<Vec<u8>>,
    /// SHA-256 of the anchor on which the verdict rests, in lower-case hexadecimal digits.
    pub anchor: Option<String>,
    /// The digests and keys on which the signature rests.
    pub rests_on: Vec<String>,
    /// The first end of a certificate, an algorithm or a key size on which it rests.
    pub valid_until: Option<UnixTime>,
}

impl SignatureVerification {
    /// The finding with this code.
    pub fn finding(&self, code: &str) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.code == code)
    }
}

/// Judges a detached signature over the content given: envelope, signed attributes, signature value, path at the best
/// signature time, key usage, revocation. Time stamps in it are judged apart, by [`crate::verify`] over
/// [`CmsSignature::value`], since they tell that time.
pub fn verify_signed_data(inputs: &SignatureInputs<'_>) -> SignatureVerification {
    let mut findings = Findings::default();
    let signed_data = &inputs.signature.signed_data;
    let Some(signer_info) = inputs.signature.signer() else {
        let count = signed_data.signers.len().to_string();
        findings.add(&rules::SIGNER_COUNT, &[("count", &count)]);
        return finish(nothing(), findings);
    };
    check_envelope(signed_data, signer_info, inputs.profile, &mut findings);
    let strength = Strength {
        table: inputs.algorithms,
        at: inputs.time,
    };
    let content = check::attributes::Content {
        content_type: &signed_data.content_type,
        octets: inputs.content,
    };
    let content_strength = Strength {
        at: inputs.content_time,
        ..strength
    };
    check::attributes::check(signer_info, content, content_strength, &mut findings);
    let anchors = anchor_certificates(inputs.anchors);
    let pool = pool(&signed_data.certificates, inputs.intermediates);
    // Only what travels in the structure: whoever appends a store to a document must not choose the signer's certificate.
    let within = crate::verify::pool(&signed_data.certificates, &[]);
    let Some(signer) = named_signer(signer_info, &within, &[]) else {
        findings.add(&rules::CERTIFICATE_NOT_FOUND, &[]);
        return finish(nothing(), findings);
    };
    check_signer(signer_info, &signer, strength, &mut findings);
    check_purpose(&signer, &mut findings);
    let mut findings = findings.for_profile(inputs.profile);
    if findings.worst() < Severity::Indeterminate {
        findings.add(&rules::MATCHES, &[]);
    }
    let occasion = Occasion {
        time: inputs.time,
        purpose: Purpose::Signing,
        strength,
    };
    let search = Search::new(&anchors, &pool, occasion, inputs.known_links);
    let verification = SignatureVerification {
        signer: Some(signer.summary()),
        chain: vec![signer.summary()],
        valid_until: Some(signer.not_after),
        ..nothing()
    };
    match search.run(&signer) {
        Ok(path) => with_path(&path, signer_info, inputs, verification, findings),
        Err(reasons) => {
            findings.0.extend(reasons.0);
            finish(verification, findings)
        }
    }
}

fn check_envelope(
    signed_data: &SignedData,
    signer: &SignerInfo,
    profile: SignatureProfile,
    findings: &mut Findings,
) {
    if signed_data.content.is_some() {
        findings.add(&rules::CONTENT_ENCLOSED, &[]);
    }
    if ![oid::DATA, oid::GM_DATA].contains(&signed_data.content_type.as_str()) {
        let params = [("stated", signed_data.content_type.as_str())];
        findings.add(&rules::CONTENT_TYPE_OTHER, &params);
    }
    if signer.version != signer.due_version() {
        let version = signer.version.to_string();
        findings.add(&rules::SIGNER_VERSION, &[("version", &version)]);
    }
    let attributes = signer.signed_attributes.as_ref();
    if profile == SignatureProfile::Cades
        && attributes
            .is_some_and(|list| check::attributes::value(list, oid::SIGNING_TIME).is_some())
    {
        findings.add(&rules::SIGNING_TIME_PRESENT, &[]);
    }
}

/// The key must be one that signs, and no authority's.
fn check_purpose(signer: &Certificate, findings: &mut Findings) {
    match signer.key_usage() {
        Ok(Some(usage)) if !usage.signs() => findings.add(&rules::KEY_USAGE, &[]),
        Ok(_) => {}
        Err(_) => malformed(oid::KEY_USAGE, findings),
    }
    match signer.basic_constraints() {
        Ok(Some(constraints)) if constraints.ca => findings.add(&rules::SIGNER_IS_CA, &[]),
        Ok(_) => {}
        Err(_) => malformed(oid::BASIC_CONSTRAINTS, findings),
    }
    match signer.extended_key_usage() {
        Ok(Some(purposes)) if !permit_signing(&purposes) => {
            let params = [("purposes", purposes.join(" "))];
            findings.add(&rules::PURPOSE_UNKNOWN, &crate::finding::borrowed(&params));
        }
        Ok(_) => {}
        Err(_) => malformed(oid::EXTENDED_KEY_USAGE, findings),
    }
}

fn malformed(extension: &str, findings: &mut Findings) {
    findings.add(&rules::EXTENSION_MALFORMED, &[("extension", extension)]);
}

fn with_path(
    path: &Path<'_>,
    signer: &SignerInfo,
    inputs: &SignatureInputs<'_>,
    verification: SignatureVerification,
    mut findings: Findings,
) -> SignatureVerification {
    findings.0.extend(path.findings.0.iter().cloned());
    if let Some(attributes) = &signer.signed_attributes {
        check::ess::check_path(attributes, &path.certificates, &mut findings);
    }
    let signed_data = &inputs.signature.signed_data;
    let unsigned = revocation_values::of(signer);
    let sources = [
        signed_data.lists.as_slice(),
        signed_data.ocsp_responses.as_slice(),
        &unsigned,
        inputs.crls,
    ];
    let material = revocation::Material::gather(&sources, &mut findings);
    let occasion = revocation::Occasion::Signature(inputs.time);
    revocation::check(&path.certificates, &material, occasion, &mut findings);
    let rests_on = rests_on(path, signer.digest_algorithm.digest().into_iter());
    let certificates = path.certificates.iter();
    let ends = rests_on
        .iter()
        .filter_map(|name| inputs.algorithms.until_of(name));
    let verification = SignatureVerification {
        chain: certificates.clone().map(|one| one.summary()).collect(),
        path: certificates.clone().map(|one| one.der.clone()).collect(),
        anchor: Some(path.anchor.certificate.sha256()),
        valid_until: certificates.map(|one| one.not_after).chain(ends).min(),
        rests_on,
        ..verification
    };
    finish(verification, findings.for_profile(inputs.profile))
}

impl Findings {
    /// A plain CMS signature need not bind its certificate, and an expiry shows only that a proof of existence from
    /// before is missing (EN 319 102-1 §5.3.4).
    fn for_profile(mut self, profile: SignatureProfile) -> Self {
        for finding in &mut self.0 {
            let missing = finding.code == token_rules::SIGNING_CERTIFICATE_MISSING.code;
            let rule = match finding.code {
                _ if missing && profile == SignatureProfile::Cms => &rules::NOT_BOUND,
                code if code == token_rules::CERTIFICATE_EXPIRED.code => &rules::EXPIRED_NO_POE,
                _ => continue,
            };
            finding.code = rule.code;
            finding.clause = rule.clause;
            finding.severity = rule.severity;
            finding.sub_indication = rule.sub_indication;
        }
        self
    }
}

fn nothing() -> SignatureVerification {
    SignatureVerification {
        indication: Findings::default().indication(),
        findings: Vec::new(),
        signer: None,
        chain: Vec::new(),
        path: Vec::new(),
        anchor: None,
        rests_on: Vec::new(),
        valid_until: None,
    }
}

fn finish(verification: SignatureVerification, mut findings: Findings) -> SignatureVerification {
    findings.soften_unproved();
    SignatureVerification {
        indication: findings.indication(),
        findings: findings.0,
        ..verification
    }
}
