//! Verification: every check in its order, on arguments alone.

use std::collections::BTreeSet;

use crate::algorithm::SignatureAlgorithm;
use crate::algorithm_table::{AlgorithmTable, Strength};
use crate::certificate::Certificate;
use crate::check;
use crate::cms::SignerInfo;
use crate::digest::{DigestAlgorithm, Imprint};
use crate::finding::{Findings, Verification};
use crate::oid;
use crate::path::{Anchor, AnchorCertificate, KnownLinks, Occasion, Path, Purpose, Search};
use crate::request::TimeStampRequest;
use crate::revocation;
use crate::rules;
use crate::time::UnixTime;
use crate::token::Token;

/// What the token should be over.
#[derive(Clone, Debug, Default)]
pub enum Expected<'a> {
    /// The data themselves; hashed with the token's own algorithm.
    Data(&'a [u8]),
    /// A digest of the data. One of another algorithm than the token's cannot be compared.
    Digest(Imprint),
    /// Nothing: the token is judged by itself.
    #[default]
    NotGiven,
}

/// Everything that a verdict depends on.
#[derive(Clone, Debug)]
pub struct Inputs<'a> {
    /// A token, or a whole response.
    pub token: &'a [u8],
    /// What it should be over.
    pub expected: Expected<'a>,
    /// The request that it should answer.
    pub request: Option<&'a TimeStampRequest>,
    /// The certificates that are trusted by decision.
    pub anchors: &'a [Anchor],
    /// Certificates in DER that may help to build a path and are not trusted.
    pub intermediates: &'a [Vec<u8>],
    /// Certificate revocation lists and OCSP responses in DER, told apart by their content.
    pub crls: &'a [Vec<u8>],
    /// How long algorithms are relied on.
    pub algorithms: &'a AlgorithmTable,
    /// Where many tokens are judged: the signatures of certificates that need not be computed again. The verdict is the
    /// same with and without.
    pub known_links: Option<&'a KnownLinks>,
    /// The caller's clock, or an earlier time at which the token is proved to have existed (EN 319 102-1 §5.6.2.4). The
    /// path is judged at genTime; this tells what lies in the future, what has expired since, and which algorithms are
    /// still relied on.
    pub now: UnixTime,
}

impl<'a> Inputs<'a> {
    /// A token by itself, judged on `anchors` alone at the time `now`; the other fields can be set after.
    pub fn new(token: &'a [u8], anchors: &'a [Anchor], now: UnixTime) -> Self {
        Self {
            token,
            expected: Expected::NotGiven,
            request: None,
            anchors,
            intermediates: &[],
            crls: &[],
            algorithms: AlgorithmTable::built_in(),
            known_links: None,
            now,
        }
    }
}

/// Judges a token by every rule (RFC 3161 §2, RFC 5652, RFC 5280 §6.1, EN 319 102-1 §5).
pub fn verify(inputs: &Inputs<'_>) -> Verification {
    let mut findings = Findings::default();
    let token = check::response::token(inputs.token, &mut findings);
    verify_token(token.as_deref(), inputs, findings)
}

/// Judges a response to `request`: the status, then the token in it. `inputs.token` and `inputs.request` are not used.
pub fn verify_response(
    response: &[u8],
    request: &TimeStampRequest,
    inputs: &Inputs<'_>,
) -> Verification {
    let mut findings = Findings::default();
    let token = check::response::token_of_response(response, &mut findings);
    let inputs = Inputs {
        request: Some(request),
        ..inputs.clone()
    };
    verify_token(token.as_deref(), &inputs, findings)
}

fn verify_token(token: Option<&[u8]>, inputs: &Inputs<'_>, mut findings: Findings) -> Verification {
    let Some(bytes) = token else {
        return conclude(None, findings);
    };
    match Token::parse(bytes) {
        Ok(token) => judge(&token, inputs, findings),
        Err(error) => {
            findings.add(&rules::TOKEN_MALFORMED, &[("error", &error.to_string())]);
            conclude(None, findings)
        }
    }
}

fn judge(token: &Token, inputs: &Inputs<'_>, mut findings: Findings) -> Verification {
    let tst_info = token.tst_info();
    check::envelope::check(token, &mut findings);
    check::statement::check(tst_info, inputs.now, &mut findings);
    let strength = Strength {
        table: inputs.algorithms,
        at: inputs.now,
    };
    let imprint = &tst_info.message_imprint;
    check::imprint::check(imprint, &inputs.expected, strength, &mut findings);
    if let Some(request) = inputs.request {
        check::request::check(request, token, &mut findings);
    }
    let Some(signer_info) = token.signer_info() else {
        return conclude(Some(token), findings);
    };
    let content = check::attributes::Content {
        content_type: oid::TST_INFO,
        octets: &[&token.content],
    };
    check::attributes::check(signer_info, content, strength, &mut findings);
    let anchors = anchor_certificates(inputs.anchors);
    let pool = pool(token.certificates(), inputs.intermediates);
    let Some(signer) = find_signer(token, &pool, &anchors, &mut findings) else {
        return conclude(Some(token), findings);
    };
    check_signer(signer_info, &signer, strength, &mut findings);
    check::statement::check_name(tst_info, &signer, &mut findings);
    let occasion = Occasion {
        time: tst_info.gen_time.time,
        purpose: Purpose::TimeStamping {
            policy: &tst_info.policy,
        },
        strength,
    };
    let search = Search::new(&anchors, &pool, occasion, inputs.known_links);
    let path = search.run(&signer);
    let exception = path
        .as_ref()
        .is_ok_and(|path| path.anchor.anchor.allow_non_critical_eku);
    check::purpose::check(&signer, tst_info, exception, &mut findings);
    let verification = Verification {
        signer: Some(signer.summary()),
        ..statement_of(token)
    };
    match path {
        Ok(path) => conclude_with_path(&path, token, inputs, verification, findings),
        Err(reasons) => {
            findings.0.extend(reasons.0);
            let chain = vec![signer.summary()];
            finish(
                Verification {
                    chain,
                    earliest_expiry: Some(signer.not_after),
                    ..verification
                },
                findings,
            )
        }
    }
}

pub(crate) fn check_signer(
    signer_info: &SignerInfo,
    signer: &Certificate,
    strength: Strength<'_>,
    findings: &mut Findings,
) {
    check::signature::check(signer_info, signer, strength, findings);
    if let Some(attributes) = &signer_info.signed_attributes {
        check::ess::check(attributes, signer, findings);
    }
}

fn conclude_with_path(
    path: &Path<'_>,
    token: &Token,
    inputs: &Inputs<'_>,
    verification: Verification,
    mut findings: Findings,
) -> Verification {
    findings.0.extend(path.findings.0.iter().cloned());
    if let Some(attributes) = token
        .signer_info()
        .and_then(|signer| signer.signed_attributes.as_ref())
    {
        check::ess::check_path(attributes, &path.certificates, &mut findings);
    }
    let embedded = [
        token.revocation_lists(),
        token.ocsp_responses(),
        inputs.crls,
    ];
    let material = revocation::Material::gather(&embedded, &mut findings);
    let occasion = revocation::Occasion::Token(token.tst_info().gen_time.time);
    revocation::check(&path.certificates, &material, occasion, &mut findings);
    let earliest = path
        .certificates
        .iter()
        .map(|certificate| certificate.not_after)
        .min();
    if let Some(expiry) = earliest.filter(|expiry| *expiry < inputs.now) {
        findings.add(
            &rules::CERTIFICATE_EXPIRED_SINCE,
            &[("not_after", &expiry.to_rfc3339())],
        );
    }
    let own = token
        .signer_info()
        .and_then(|signer| signer.digest_algorithm.digest());
    let imprint = token.tst_info().message_imprint.imprint();
    let imprint = imprint.map(|imprint| imprint.algorithm);
    let rests_on = rests_on(path, own.into_iter().chain(imprint));
    let verification = Verification {
        chain: path
            .certificates
            .iter()
            .map(|certificate| certificate.summary())
            .collect(),
        path: path
            .certificates
            .iter()
            .map(|certificate| certificate.der.clone())
            .collect(),
        anchor: Some(path.anchor.certificate.sha256()),
        earliest_expiry: earliest,
        algorithms_until: rests_on
            .iter()
            .filter_map(|name| inputs.algorithms.until_of(name))
            .min(),
        rests_on,
        ..verification
    };
    finish(verification, findings)
}

/// The keys of a path and the digests on which its signatures and what stands on it rest, each once. An anchor's own
/// signature is none of them.
pub(crate) fn rests_on(path: &Path<'_>, own: impl Iterator<Item = DigestAlgorithm>) -> Vec<String> {
    let below_anchor = match path.certificates.split_last() {
        Some((_, below)) => below,
        None => &[],
    };
    let keys = path
        .certificates
        .iter()
        .filter_map(|one| one.public_key.rated_name());
    let digests = below_anchor.iter().filter_map(|one| {
        let algorithm = SignatureAlgorithm::of_certificate(&one.signature_algorithm).ok()?;
        Some(algorithm.digest())
    });
    let digests = digests.chain(own).map(|digest| digest.name().to_owned());
    let all: BTreeSet<String> = keys.chain(digests).collect();
    all.into_iter().collect()
}

/// Anchors whose certificate can be read. One that cannot is no anchor.
pub(crate) fn anchor_certificates(anchors: &[Anchor]) -> Vec<AnchorCertificate<'_>> {
    let readable = anchors.iter().filter_map(|anchor| {
        Certificate::parse(&anchor.certificate)
            .ok()
            .map(|certificate| AnchorCertificate {
                anchor,
                certificate,
            })
    });
    readable.collect()
}

/// The untrusted certificates at hand, each once: those that travel with the signature first.
pub(crate) fn pool(embedded: &[Vec<u8>], intermediates: &[Vec<u8>]) -> Vec<Certificate> {
    let mut pool: Vec<Certificate> = Vec::new();
    for der in embedded.iter().chain(intermediates) {
        if pool.iter().any(|known| known.der == *der) {
            continue;
        }
        pool.extend(Certificate::parse(der));
    }
    pool
}

/// The certificate that the `SignerInfo` names, and no other: not the first, not the one that issued none.
///
/// Where two certificates bear the name, the signing-certificate attribute tells which is meant.
pub(crate) fn named_signer(
    signer: &SignerInfo,
    pool: &[Certificate],
    anchors: &[AnchorCertificate<'_>],
) -> Option<Certificate> {
    let identifier = &signer.identifier;
    let at_hand = pool
        .iter()
        .chain(anchors.iter().map(|anchor| &anchor.certificate));
    let named: Vec<_> = at_hand
        .filter(|certificate| certificate.is_named_by(identifier))
        .collect();
    let attributes = signer.signed_attributes.as_ref();
    let bound = |certificate: &&&Certificate| {
        attributes.is_some_and(|list| check::ess::names(list, certificate))
    };
    let found = named.iter().find(bound).or(named.first())?;
    Some((*found).clone())
}

fn find_signer(
    token: &Token,
    pool: &[Certificate],
    anchors: &[AnchorCertificate<'_>],
    findings: &mut Findings,
) -> Option<Certificate> {
    if let Some(found) = named_signer(token.signer_info()?, pool, anchors) {
        return Some(found);
    }
    // §2.4.1: when certificates come with a token, the signer's is among them.
    let rule = match token.certificates().is_empty() {
        true => &rules::SIGNER_CERTIFICATE_ABSENT,
        false => &rules::SIGNER_CERTIFICATE_NOT_INCLUDED,
    };
    findings.add(rule, &[]);
    None
}

fn conclude(token: Option<&Token>, findings: Findings) -> Verification {
    finish(token.map_or_else(nothing, statement_of), findings)
}

fn finish(verification: Verification, mut findings: Findings) -> Verification {
    findings.soften_unproved();
    Verification {
        indication: findings.indication(),
        findings: findings.0,
        ..verification
    }
}

fn nothing() -> Verification {
    Verification {
        indication: Findings::default().indication(),
        findings: Vec::new(),
        gen_time: None,
        accuracy: None,
        serial: None,
        policy: None,
        imprint: None,
        signer: None,
        chain: Vec::new(),
        path: Vec::new(),
        anchor: None,
        earliest_expiry: None,
        rests_on: Vec::new(),
        algorithms_until: None,
    }
}

fn statement_of(token: &Token) -> Verification {
    let tst_info = token.tst_info();
    Verification {
        gen_time: Some(tst_info.gen_time.clone()),
        accuracy: tst_info.accuracy,
        serial: Some(tst_info.serial_hex()),
        policy: Some(tst_info.policy.clone()),
        imprint: tst_info.message_imprint.imprint(),
        ..nothing()
    }
}
