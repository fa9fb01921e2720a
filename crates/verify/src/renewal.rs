//! Evidence records (RFC 4998, and RFC 6283 in XML): what was renewed, and until when that carries the tokens it covers.

use std::collections::BTreeSet;

use fidem_package::Source;
use fidem_package::asic::AsicManifest;
use fidem_package::layout;
use rfc3161_client::{
    DigestAlgorithm, EvidenceInputs, EvidenceVerification, GenTime, Indication, UnixTime, XmlData,
    is_xml_evidence, verify_evidence, verify_xml_evidence,
};

use crate::package::Opened;
use crate::report::{Findings, Layer, Status};
use crate::subject::Request;
use crate::{codes, seals, token, xml};

/// Largest record read.
const MAX_RECORD: u64 = 64 << 20;

/// A record or an archive time-stamp that holds at the time of verification: what it covers existed by its time.
pub(crate) struct Holds {
    pub(crate) time: GenTime,
    pub(crate) members: BTreeSet<String>,
}

/// The earliest time by which they prove that all of these members existed.
pub(crate) fn proved(holds: &[Holds], members: &[&str]) -> Option<GenTime> {
    let covering = holds
        .iter()
        .filter(|one| members.iter().all(|member| one.members.contains(*member)));
    covering.map(|one| one.time.clone()).min()
}

/// When what tokens and signatures rest on must have held: by the time of what carries them, or at verification.
pub(crate) fn at(proved: Option<&GenTime>, request: &Request<'_>) -> UnixTime {
    proved.map_or(request.at, |carrier| carrier.time)
}

/// Judges every record of a package.
pub(crate) fn verify(
    opened: &Opened<'_>,
    request: &Request<'_>,
    findings: &mut Findings,
) -> Vec<Holds> {
    let ordinals: Vec<u32> = opened
        .container
        .members()
        .iter()
        .filter_map(|member| layout::evidence_ordinal_of(&member.name))
        .collect();
    ordinals
        .into_iter()
        .filter_map(|ordinal| one(opened, ordinal, request, findings))
        .collect()
}

fn one(
    opened: &Opened<'_>,
    ordinal: u32,
    request: &Request<'_>,
    findings: &mut Findings,
) -> Option<Holds> {
    let name = layout::evidence_manifest(ordinal);
    let manifest = opened.statement(&name, findings)?;
    let manifest = match AsicManifest::from_xml(&manifest) {
        Ok(manifest) => manifest,
        Err(error) => {
            seals::malformed(&name, &error.to_string(), findings);
            return None;
        }
    };
    let record_name = manifest.token.clone();
    let in_xml = record_name == layout::evidence_record_xml(ordinal);
    if !in_xml && record_name != layout::evidence_record(ordinal) {
        seals::malformed(&name, "SigReference", findings);
        return None;
    }
    let record = opened.statement(&record_name, findings)?;
    let members: BTreeSet<String> = manifest
        .references
        .iter()
        .map(|reference| reference.member.clone())
        .collect();
    let differing = manifest.references.iter().find(|reference| {
        opened.print(&reference.member).map(|print| print.sha256) != Some(reference.sha256)
    });
    if members.len() != manifest.references.len() {
        seals::malformed(&name, "DataObjectReference", findings);
        return None;
    }
    if let Some(reference) = differing {
        findings.add(
            codes::RENEWAL_DIFFERS,
            Layer::Manifest,
            Status::Mismatch,
            &[("member", &name), ("other", &reference.member)],
        );
        return None;
    }
    let data = |algorithm| {
        members
            .iter()
            .map(|member| digest(opened, member, algorithm))
            .collect()
    };
    let names: Vec<&String> = members.iter().collect();
    let object = |at: usize| {
        let member = names.get(at).and_then(|name| opened.container.find(name));
        xml::data(|take| member.is_some_and(|one| opened.container.blocks(one, take).is_ok()))
    };
    let objects = Objects {
        digests: &data,
        xml: &object,
    };
    let verification = judge(&record, in_xml, &objects, request, findings);
    report(&record_name, &verification, members.len(), findings);
    verification
        .indication
        .is_passed()
        .then_some(verification.time)
        .flatten()
        .map(|time| Holds { time, members })
}

/// A member's digest: ours are known already, any other is computed from its bytes.
fn digest(opened: &Opened<'_>, member: &str, algorithm: DigestAlgorithm) -> Option<Vec<u8>> {
    match algorithm {
        DigestAlgorithm::Sha256 => Some(opened.print(member)?.sha256.to_vec()),
        DigestAlgorithm::Sm3 => Some(opened.print(member)?.sm3.to_vec()),
        other => {
            let mut hasher = other.hasher()?;
            let member = opened.container.find(member)?;
            opened
                .container
                .blocks(member, &mut |block| hasher.update(block))
                .ok()?;
            Some(hasher.finish())
        }
    }
}

/// What a record should cover.
struct Objects<'a> {
    digests: &'a dyn Fn(DigestAlgorithm) -> Option<Vec<Vec<u8>>>,
    xml: &'a dyn Fn(usize) -> XmlData,
}

fn judge(
    record: &[u8],
    in_xml: bool,
    objects: &Objects<'_>,
    request: &Request<'_>,
    findings: &mut Findings,
) -> EvidenceVerification {
    let inputs = EvidenceInputs {
        record,
        data: objects.digests,
        anchors: &request.trust.anchors,
        intermediates: &request.trust.intermediates,
        crls: request.revocation,
        algorithms: &request.trust.algorithms,
        known_links: Some(&request.trust.known_links),
        now: request.at,
    };
    let verification = match in_xml {
        true => verify_xml_evidence(&inputs, objects.xml),
        false => verify_evidence(&inputs),
    };
    for one in &verification.time_stamps {
        token::circumstances(&one.token, request, findings);
    }
    verification
}

fn report(
    member: &str,
    verification: &EvidenceVerification,
    objects: usize,
    findings: &mut Findings,
) {
    let text = |time: Option<&rfc3161_client::Verification>| {
        let time = time.and_then(|token| token.gen_time.as_ref());
        time.map(ToString::to_string).unwrap_or_default()
    };
    let tokens = || verification.time_stamps.iter().map(|one| &one.token);
    let (first, last) = (text(tokens().next()), text(tokens().next_back()));
    let renewals = tokens().count().saturating_sub(1).to_string();
    match verification.indication {
        Indication::Passed | Indication::PassedWithNotes => {
            let until = verification.valid_until.map(UnixTime::to_rfc3339);
            let until = until.as_deref().map_or("-", |until| &until[..10]);
            let params = [
                ("member", member),
                ("objects", &objects.to_string()),
                ("first", &first),
                ("renewals", &renewals),
                ("last", &last),
                ("until", until),
            ];
            findings.add(codes::RENEWAL_HOLDS, Layer::Time, Status::Match, &params);
        }
        Indication::Failed(_) => findings.add(
            codes::RENEWAL_INVALID,
            Layer::Time,
            Status::Mismatch,
            &[("member", member), ("why", &why(verification))],
        ),
        // Whether this leaves the time open depends on the tokens that the record was to carry.
        Indication::Indeterminate(_) => findings.note(
            codes::RENEWAL_UNDECIDED,
            Layer::Time,
            &[("member", member), ("why", &why(verification))],
        ),
    }
}

fn why(verification: &EvidenceVerification) -> String {
    let said = |finding: &rfc3161_client::Finding| {
        let facts = finding
            .params
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        let facts: Vec<String> = facts.collect();
        format!("{} ({}) {}", finding.code, finding.clause, facts.join(" "))
    };
    let all: Vec<String> = verification.findings.iter().map(said).collect();
    all.join("; ")
}

/// A bare record, with the data objects it should cover.
pub(crate) fn verify_bare(request: &Request<'_>, findings: &mut Findings) {
    let unreadable = |reason: &str, findings: &mut Findings| {
        let params = [("reason", reason)];
        findings.add(codes::UNREADABLE, Layer::Time, Status::CannotCheck, &params);
    };
    if request.subject.len() > MAX_RECORD {
        return unreadable("size", findings);
    }
    let len = usize::try_from(request.subject.len()).unwrap_or(usize::MAX);
    let record = match request.subject.read_vec(0, len) {
        Ok(record) => record,
        Err(error) => return unreadable(&error.to_string(), findings),
    };
    if request.data.is_empty() {
        findings.add(codes::NO_DATA, Layer::Content, Status::NotSupplied, &[]);
    }
    let data = |algorithm: DigestAlgorithm| {
        let digests = request
            .data
            .iter()
            .map(|file| of_source(file.source, algorithm));
        (!request.data.is_empty()).then(|| digests.collect())?
    };
    let object = |at: usize| {
        let source = request.data.get(at).map(|file| file.source);
        xml::data(|take| source.is_some_and(|one| one.blocks(0, one.len(), take).is_ok()))
    };
    let objects = Objects {
        digests: &data,
        xml: &object,
    };
    let in_xml = is_xml_evidence(&record);
    let verification = judge(&record, in_xml, &objects, request, findings);
    report("", &verification, request.data.len(), findings);
    if matches!(verification.indication, Indication::Indeterminate(_)) {
        let why = why(&verification);
        findings.add(
            codes::RENEWAL_UNDECIDED,
            Layer::Time,
            Status::CannotCheck,
            &[("member", ""), ("why", &why)],
        );
    }
    if verification.indication.is_passed() {
        let canonical = |one: &rfc3161_client::Finding| one.code == "evidence-data-canonical";
        let code = match verification.findings.iter().any(canonical) {
            true => codes::DATA_FITS_CANONICAL,
            false => codes::DATA_FITS,
        };
        findings.add(code, Layer::Content, Status::Match, &[]);
    }
}

fn of_source(source: &dyn Source, algorithm: DigestAlgorithm) -> Option<Vec<u8>> {
    let mut hasher = algorithm.hasher()?;
    source
        .blocks(0, source.len(), &mut |block| hasher.update(block))
        .ok()?;
    Some(hasher.finish())
}
