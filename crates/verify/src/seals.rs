//! One seal: statement, manifest, tree, stamps. The same for a package and for a certificate's attachments.

use std::collections::BTreeMap;

use fidem_fingerprint::{Fingerprint, of, sha256};
use fidem_manifest::{Entry, ItemRecord, Manifest, Seal, SourceClass};
use fidem_package::asic::AsicManifest;
use fidem_package::layout;
use rfc3161_client::{GenTime, UnixTime};

use crate::report::{Findings, Layer, Status};
use crate::subject::Request;
use crate::{codes, token};

/// One ASiC manifest with its token.
pub(crate) struct Stamp {
    pub(crate) ordinal: u32,
    pub(crate) xml: Vec<u8>,
    pub(crate) token: Option<Vec<u8>>,
    /// OCSP responses that travel beside it.
    pub(crate) responses: Vec<Vec<u8>>,
    /// When the token is proved to have existed by an evidence record or an archive time-stamp that holds today.
    pub(crate) proved: Option<GenTime>,
}

/// What belongs to one seal, as bytes.
pub(crate) struct SealParts {
    pub(crate) number: u32,
    pub(crate) seal: Vec<u8>,
    pub(crate) manifest: Option<Vec<u8>>,
    pub(crate) stamps: Vec<Stamp>,
    pub(crate) log_proof: Option<Vec<u8>>,
    /// The same over a checkpoint that witnesses signed.
    pub(crate) witnessed: Option<Vec<u8>>,
}

/// A seal whose manifest and tree agree with it.
pub(crate) struct Checked {
    pub(crate) seal: Seal,
    pub(crate) manifest: Manifest,
}

/// The seal number an ASiC manifest references, when it references exactly one member and that is a seal.
pub(crate) fn referenced_seal(xml: &[u8]) -> Option<u32> {
    let manifest = AsicManifest::from_xml(xml).ok()?;
    let [only] = manifest.references.as_slice() else {
        return None;
    };
    let digits = only
        .member
        .strip_prefix("seals/")?
        .strip_suffix("/seal.json")?;
    let number = digits.parse().ok()?;
    (layout::seal(number) == only.member).then_some(number)
}

/// A statement that does not follow its format.
pub(crate) fn malformed(member: &str, reason: &str, findings: &mut Findings) {
    findings.add(
        codes::STATEMENT_MALFORMED,
        Layer::Manifest,
        Status::Mismatch,
        &[("member", member), ("reason", reason)],
    );
}

/// Reads the statement, remembers case and office, and reports demonstrations.
pub(crate) fn statement(part: &SealParts, findings: &mut Findings) -> Option<Seal> {
    let member = layout::seal(part.number);
    let seal = match Seal::from_bytes(&part.seal) {
        Ok(seal) => seal,
        Err(error) => {
            malformed(&member, &error.to_string(), findings);
            return None;
        }
    };
    let number = part.number.to_string();
    let same_case = findings.case.get_or_insert_with(|| seal.case.clone()) == &seal.case;
    if !same_case || seal.seal != part.number {
        findings.add(
            codes::SEAL_CASE_DIFFERS,
            Layer::Manifest,
            Status::Mismatch,
            &[("seal", &number)],
        );
    }
    if seal.demonstration {
        demonstration(findings);
    }
    findings
        .office
        .get_or_insert_with(|| seal.office.id.clone());
    // RFC 3339 in UTC sorts as text.
    if findings
        .sealed
        .as_ref()
        .is_none_or(|time| *time < seal.time)
    {
        findings.sealed = Some(seal.time.clone());
    }
    Some(seal)
}

/// Said once, whatever shows it.
pub(crate) fn demonstration(findings: &mut Findings) {
    if findings.list.iter().all(|f| f.code != codes::DEMONSTRATION) {
        findings.note(codes::DEMONSTRATION, Layer::Time, &[]);
    }
}

/// Checks statement, stamps, manifest and tree of one seal.
pub(crate) fn check(
    part: &SealParts,
    request: &Request<'_>,
    findings: &mut Findings,
) -> Option<Checked> {
    let seal = statement(part, findings)?;
    office(&seal, request, findings);
    stamps(part, &seal, request, findings);
    let bytes = part.manifest.as_ref()?;
    let number = part.number.to_string();
    let differs = |code, findings: &mut Findings| {
        findings.add(
            code,
            Layer::Manifest,
            Status::Mismatch,
            &[("seal", &number)],
        );
    };
    if !seal.names_manifest(&of(bytes)) {
        differs(codes::MANIFEST_DIFFERS, findings);
    }
    let manifest = match Manifest::from_bytes(bytes) {
        Ok(manifest) => manifest,
        Err(error) => {
            malformed(&layout::manifest(part.number), &error.to_string(), findings);
            return None;
        }
    };
    if manifest.case.number != seal.case || manifest.seal != seal.seal {
        differs(codes::SEAL_CASE_DIFFERS, findings);
    }
    let agrees = manifest
        .tree()
        .is_ok_and(|t| t.size() == seal.size && seal.root_hash() == Ok(t.root()));
    if agrees {
        findings.add(
            codes::SEAL_MATCHES,
            Layer::Manifest,
            Status::Match,
            &[
                ("seal", &number),
                ("count", &manifest.items.len().to_string()),
            ],
        );
    } else {
        differs(codes::TREE_DIFFERS, findings);
    }
    Some(Checked { seal, manifest })
}

fn office(seal: &Seal, request: &Request<'_>, findings: &mut Findings) {
    let known = request.trust.offices.contains(&seal.office.id);
    let said = findings
        .list
        .iter()
        .any(|f| f.code == codes::OFFICE_UNVERIFIED);
    if !known && !said {
        findings.note(
            codes::OFFICE_UNVERIFIED,
            Layer::Signature,
            &[("office", &seal.office.name)],
        );
    }
}

/// The stamps of a seal: any that fails is a mismatch; one that holds is enough; several authorities are independent.
pub(crate) fn stamps(
    part: &SealParts,
    seal: &Seal,
    request: &Request<'_>,
    findings: &mut Findings,
) {
    let number = part.number.to_string();
    let mut judged = Vec::new();
    for stamp in &part.stamps {
        let member = layout::token(stamp.ordinal);
        if !references(stamp, part) {
            findings.add(
                codes::TOKEN_MANIFEST_DIFFERS,
                Layer::Manifest,
                Status::Mismatch,
                &[("member", &layout::asic_manifest(stamp.ordinal))],
            );
        }
        if let Some(bytes) = &stamp.token {
            let revocation: Vec<Vec<u8>> =
                [request.revocation, stamp.responses.as_slice()].concat();
            let request = &Request {
                revocation: &revocation,
                ..request.clone()
            };
            judged.push((
                member,
                token::judge(
                    bytes,
                    Some(&stamp.xml),
                    stamp.proved.as_ref(),
                    request,
                    findings,
                ),
            ));
        }
    }
    if judged.is_empty() {
        findings.add(
            codes::TOKEN_MISSING,
            Layer::Time,
            Status::CannotCheck,
            &[("seal", &number)],
        );
        return;
    }
    token::several(&judged, &number, request, findings);
    gap(&judged, seal, findings);
}

fn references(stamp: &Stamp, part: &SealParts) -> bool {
    AsicManifest::from_xml(&stamp.xml).is_ok_and(|m| {
        m.token == layout::token(stamp.ordinal)
            && m.references.len() == 1
            && m.references[0].member == layout::seal(part.number)
            && m.references[0].sha256 == sha256(&part.seal)
    })
}

/// more than ten minutes between the seal and its first token are said.
fn gap(judged: &[(String, token::Judged)], seal: &Seal, findings: &mut Findings) {
    let first = judged
        .iter()
        .filter(|(_, j)| j.status == Status::Match)
        .filter_map(|(_, j)| j.gen_time.as_ref())
        .min();
    let minutes = first
        .zip(UnixTime::from_rfc3339(&seal.time))
        .map(|(first, sealed)| (first.time.0 - sealed.0) / 60);
    if let Some(minutes) = minutes.filter(|m| *m >= 10) {
        findings.note(
            codes::TIME_GAP,
            Layer::Time,
            &[("minutes", &minutes.to_string())],
        );
    }
}

/// Compares one manifest entry with the members at hand; true when the content matches.
pub(crate) fn compare_entry(
    entry: &Entry,
    found: &dyn Fn(&str) -> Option<Option<Fingerprint>>,
    findings: &mut Findings,
) -> bool {
    let item = entry.number.to_string();
    let record = entry.record.fingerprint().ok();
    match found(&entry.record_member) {
        Some(print) if print == record && record.is_some() => {}
        _ => findings.add(
            codes::RECORD_DIFFERS,
            Layer::Manifest,
            Status::Mismatch,
            &[("item", &item)],
        ),
    }
    let params = [("item", item.as_str()), ("member", entry.member.as_str())];
    match (found(&entry.member), &entry.withheld) {
        (None, Some(reason)) => {
            findings.note(
                codes::EVIDENCE_WITHHELD,
                Layer::Content,
                &[("item", &item), ("reason", reason)],
            );
            false
        }
        (None, None) => {
            findings.add(
                codes::EVIDENCE_MISSING,
                Layer::Content,
                Status::Mismatch,
                &params,
            );
            false
        }
        (Some(print), _) => {
            let fixed = entry.content.fingerprint().ok();
            let same = fixed.is_some() && print == fixed;
            if !same {
                findings.add(
                    codes::EVIDENCE_ALTERED,
                    Layer::Content,
                    Status::Mismatch,
                    &params,
                );
            }
            same
        }
    }
}

/// Checks a record against its entry and counts its class.
pub(crate) fn record(
    entry: &Entry,
    bytes: &[u8],
    seal: &Seal,
    classes: &mut BTreeMap<SourceClass, usize>,
    findings: &mut Findings,
) {
    let item = entry.number.to_string();
    let record = match ItemRecord::from_bytes(bytes) {
        Ok(record) => record,
        Err(error) => return malformed(&entry.record_member, &error.to_string(), findings),
    };
    let same = record.number == entry.number
        && record.member == entry.member
        && record.content == entry.content
        && record.case == seal.case
        && record.withheld == entry.withheld;
    if !same {
        findings.add(
            codes::RECORD_DIFFERS,
            Layer::Manifest,
            Status::Mismatch,
            &[("item", &item)],
        );
    }
    if !record.class_is_supported() {
        findings.add(
            codes::SOURCE_CLASS_UNSUPPORTED,
            Layer::Source,
            Status::Mismatch,
            &[("item", &item), ("class", record.class.as_str())],
        );
    }
    *classes.entry(record.class).or_insert(0) += 1;
}

/// The source layer never matches: it shows each class with its sentence.
pub(crate) fn classes(classes: &BTreeMap<SourceClass, usize>, findings: &mut Findings) {
    for (class, count) in classes {
        let (zh, en) = class.certificate_sentence();
        findings.add(
            codes::SOURCE_CLASS,
            Layer::Source,
            Status::CannotCheck,
            &[
                ("class", class.as_str()),
                ("count", &count.to_string()),
                ("sentence_zh", zh),
                ("sentence_en", en),
            ],
        );
    }
}
