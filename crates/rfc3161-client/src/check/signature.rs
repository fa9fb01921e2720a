//! The signature over the signed attributes (RFC 5652 §5.4, §5.6).

use crate::algorithm::{Outcome, Scheme, SignatureAlgorithm};
use crate::algorithm_table::Strength;
use crate::certificate::Certificate;
use crate::cms::{SignedAttributes, SignerInfo};
use crate::finding::Findings;
use crate::rules;

/// Verifies the signature with the key of the signer's certificate.
pub(crate) fn check(
    signer: &SignerInfo,
    certificate: &Certificate,
    strength: Strength<'_>,
    findings: &mut Findings,
) {
    let Some(attributes) = &signer.signed_attributes else {
        // Their absence is a finding of its own, and nothing else may be taken for signed.
        return;
    };
    if strength.key_is_over(&certificate.public_key) {
        let bits = certificate
            .public_key
            .rsa_bits()
            .unwrap_or_default()
            .to_string();
        findings.add(&rules::SIGNER_KEY_WEAK, &[("bits", &bits)]);
    }
    match SignatureAlgorithm::of_signer(&signer.signature_algorithm, &signer.digest_algorithm) {
        Ok(named) => {
            let by_key = named.by_key(&certificate.public_key);
            if by_key.is_some() {
                let params = [("algorithm", signer.signature_algorithm.oid.as_str())];
                findings.add(&rules::SIGNATURE_ALGORITHM_MISNAMED, &params);
            }
            check_with(
                &by_key.unwrap_or(named),
                signer,
                attributes,
                certificate,
                strength,
                findings,
            );
        }
        Err(unknown) => findings.add(
            &rules::SIGNATURE_ALGORITHM_UNKNOWN,
            &[("algorithm", &unknown)],
        ),
    }
}

fn check_with(
    algorithm: &SignatureAlgorithm,
    signer: &SignerInfo,
    attributes: &SignedAttributes,
    certificate: &Certificate,
    strength: Strength<'_>,
    findings: &mut Findings,
) {
    let digest = algorithm.digest();
    // RFC 8419 §3.1 binds Ed25519 to SHA-512; for the others RFC 8933 §3.1 asks for one digest in both places.
    if signer.digest_algorithm.digest() != Some(digest) {
        let params = [
            ("signature", digest.name()),
            ("content", signer.digest_algorithm.oid.as_str()),
        ];
        findings.add(&rules::DIGEST_ALGORITHMS_DIFFER, &params);
    }
    if strength.digest_is_over(digest) && !matches!(algorithm.scheme, Scheme::Ed25519 | Scheme::Sm2)
    {
        findings.add(
            &rules::SIGNATURE_ALGORITHM_WEAK,
            &[("algorithm", digest.name())],
        );
    }
    let verify = |octets: &[u8]| {
        certificate
            .public_key
            .verify(algorithm, octets, &signer.signature)
    };
    let outcome = attributes
        .as_sent
        .as_deref()
        .map_or(Outcome::Invalid, verify);
    // The signature is over the DER encoding; some authorities signed what they sent in another order.
    match outcome {
        Outcome::Invalid if !attributes.is_der() => report(&verify(&attributes.der), findings),
        Outcome::Valid => {
            if !attributes.is_der() {
                findings.add(&rules::SIGNED_ATTRIBUTES_NOT_DER, &[]);
            }
        }
        other => report(&other, findings),
    }
}

fn report(outcome: &Outcome, findings: &mut Findings) {
    match outcome {
        Outcome::Valid => {}
        Outcome::Invalid => findings.add(&rules::SIGNATURE_INVALID, &[]),
        Outcome::Unsupported(name) => {
            findings.add(&rules::SIGNATURE_ALGORITHM_UNKNOWN, &[("algorithm", name)]);
        }
        Outcome::Refused(digest) => {
            findings.add_once(
                &rules::SIGNATURE_ALGORITHM_WEAK,
                &[("algorithm", digest.name())],
            );
        }
        Outcome::EmptyDistinguishingId => findings.add(&rules::SM2_EMPTY_IDENTITY, &[]),
    }
}
