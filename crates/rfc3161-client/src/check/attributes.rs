//! The signed attributes (RFC 5652 §5.3, §11; RFC 6211).

use crate::algorithm::AlgorithmIdentifier;
use crate::algorithm_table::Strength;
use crate::ber::{self, Reader};
use crate::cms::{Attribute, SignedAttributes, SignerInfo};
use crate::digest::hex;
use crate::error::{ParseError, malformed};
use crate::finding::{Findings, Rule, borrowed};
use crate::oid;
use crate::rules;
use crate::time;

/// What the signed attributes must speak of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Content<'a> {
    /// The type of the content, dotted.
    pub content_type: &'a str,
    /// Its octets, in pieces.
    pub octets: &'a [&'a [u8]],
}

/// Checks the signed attributes over the content octets.
///
/// Without them the octets of attributes could be passed off as content, so they must be there (§5.3).
pub(crate) fn check(
    signer: &SignerInfo,
    content: Content<'_>,
    strength: Strength<'_>,
    findings: &mut Findings,
) {
    let Some(attributes) = &signer.signed_attributes else {
        findings.add(&rules::SIGNED_ATTRIBUTES_MISSING, &[]);
        return;
    };
    check_repeats(attributes, findings);
    check_content_type(attributes, content.content_type, findings);
    check_message_digest(
        attributes,
        &signer.digest_algorithm,
        content.octets,
        strength,
        findings,
    );
    check_signing_time(attributes, findings);
    check_protection(attributes, signer, findings);
}

/// Attributes of which there must be only one, with one value (§11; RFC 5035 §3).
const SINGLE: &[&str] = &[
    oid::CONTENT_TYPE,
    oid::MESSAGE_DIGEST,
    oid::SIGNING_TIME,
    oid::SIGNING_CERTIFICATE,
    oid::SIGNING_CERTIFICATE_V2,
    oid::ALGORITHM_PROTECTION,
];

fn check_repeats(attributes: &SignedAttributes, findings: &mut Findings) {
    for (index, attribute) in attributes.list.iter().enumerate() {
        let before = attributes.list.iter().take(index);
        if before.clone().any(|other| other.oid == attribute.oid) {
            findings.add(&rules::ATTRIBUTE_REPEATED, &[("attribute", &attribute.oid)]);
        }
        if SINGLE.contains(&attribute.oid.as_str()) && attribute.values.len() != 1 {
            let params = [
                ("attribute", attribute.oid.as_str()),
                ("values", &attribute.values.len().to_string()),
            ];
            findings.add(&rules::ATTRIBUTE_MALFORMED, &params);
        }
    }
}

/// The one value of an attribute, when the attribute is there.
pub(crate) fn value<'a>(attributes: &'a SignedAttributes, oid: &str) -> Option<&'a [u8]> {
    attributes
        .list
        .iter()
        .find(|attribute| attribute.oid == oid)
        .and_then(Attribute::value)
}

impl Attribute {
    /// The first value; that there is no other is checked apart.
    fn value(&self) -> Option<&[u8]> {
        self.values.first().map(Vec::as_slice)
    }
}

/// Reads a value that must be there and of the right type.
fn required<T>(
    attributes: &SignedAttributes,
    oid: &str,
    missing: &Rule,
    parse: impl FnOnce(&[u8]) -> Result<T, ParseError>,
    findings: &mut Findings,
) -> Option<T> {
    let Some(value) = value(attributes, oid) else {
        findings.add(missing, &[]);
        return None;
    };
    match parse(value) {
        Ok(parsed) => Some(parsed),
        Err(error) => {
            findings.add(
                &rules::ATTRIBUTE_MALFORMED,
                &[("attribute", oid), ("error", &error.to_string())],
            );
            None
        }
    }
}

fn check_content_type(attributes: &SignedAttributes, due: &str, findings: &mut Findings) {
    let parse = |raw: &[u8]| {
        let mut reader = Reader::new(raw);
        let oid = reader.oid("content-type")?;
        reader.finish("content-type").map(|()| oid)
    };
    let stated = required(
        attributes,
        oid::CONTENT_TYPE,
        &rules::CONTENT_TYPE_MISSING,
        parse,
        findings,
    );
    if let Some(stated) = stated.filter(|stated| stated != due) {
        findings.add(&rules::CONTENT_TYPE_MISMATCH, &[("stated", &stated)]);
    }
}

fn check_message_digest(
    attributes: &SignedAttributes,
    algorithm: &AlgorithmIdentifier,
    content: &[&[u8]],
    strength: Strength<'_>,
    findings: &mut Findings,
) {
    let parse = |raw: &[u8]| {
        let mut reader = Reader::new(raw);
        let octets = reader.octet_string("message-digest")?.into_owned();
        reader.finish("message-digest").map(|()| octets)
    };
    let missing = &rules::MESSAGE_DIGEST_MISSING;
    let Some(stated) = required(attributes, oid::MESSAGE_DIGEST, missing, parse, findings) else {
        return;
    };
    let Some(digest) = algorithm.digest() else {
        findings.add(
            &rules::DIGEST_ALGORITHM_UNKNOWN,
            &[("algorithm", &algorithm.oid)],
        );
        return;
    };
    if strength.digest_is_over(digest) {
        findings.add(
            &rules::DIGEST_ALGORITHM_WEAK,
            &[("algorithm", digest.name())],
        );
    }
    // MD5 is not computed, so it stays with "too weak".
    if let Some(computed) = digest.digest_of(content)
        && computed != stated
    {
        let params = [("stated", hex(&stated)), ("computed", hex(&computed))];
        findings.add(&rules::MESSAGE_DIGEST_MISMATCH, &borrowed(&params));
    }
}

/// signing-time is the signer's own claim and never used as proof; only its form is looked at (§11.3).
fn check_signing_time(attributes: &SignedAttributes, findings: &mut Findings) {
    let Some(raw) = value(attributes, oid::SIGNING_TIME) else {
        return;
    };
    let parsed = ber::whole(raw, "signing-time")
        .and_then(|element| time::choice(element.tag, element.content));
    if let Err(error) = parsed {
        findings.add(
            &rules::SIGNING_TIME_MALFORMED,
            &[("error", &error.to_string())],
        );
    }
}

/// CMSAlgorithmProtection repeats the two algorithms under the signature (RFC 6211 §2).
fn check_protection(attributes: &SignedAttributes, signer: &SignerInfo, findings: &mut Findings) {
    let Some(raw) = value(attributes, oid::ALGORITHM_PROTECTION) else {
        return;
    };
    let parse = || -> Result<(AlgorithmIdentifier, AlgorithmIdentifier), ParseError> {
        let mut fields = Reader::new(raw).sequence("CMSAlgorithmProtection")?;
        let digest = AlgorithmIdentifier::parse(&mut fields)?;
        let signature = fields.expect(ber::context(1), "signatureAlgorithm")?;
        Ok((
            digest,
            AlgorithmIdentifier::parse_fields(signature.reader()?)?,
        ))
    };
    let holds = parse()
        .map_err(|_| malformed("CMSAlgorithmProtection"))
        .is_ok_and(|(digest, signature)| {
            digest.is_same(&signer.digest_algorithm)
                && signature.is_same(&signer.signature_algorithm)
        });
    if !holds {
        findings.add(&rules::ALGORITHM_PROTECTION_MISMATCH, &[]);
    }
}
