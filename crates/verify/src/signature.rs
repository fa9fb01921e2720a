//! Signatures of persons and offices in a receipt: the rules are those of `fidem-pades`; here stands what they mean for
//! a report.

use fidem_pades::{BestTime, Change, Inputs, Kind, Revision, Signature, Verification};
use rfc3161_client::{Finding, GenTime, Indication, Severity};

use crate::detached::{self, Beside};
use crate::report::{Findings, Layer, Status};
use crate::subject::Request;
use crate::{codes, renewal, token, words};

/// A PDF whose signatures are judged.
pub(crate) struct Document<'a> {
    /// Its member, empty where it is what was handed in.
    pub(crate) name: &'a str,
    pub(crate) pdf: &'a [u8],
    /// When it is proved to have existed by an evidence record or an archive time-stamp that holds today.
    pub(crate) proved: Option<GenTime>,
}

/// Judges the signatures of a PDF and those beside it; whether it has any.
pub(crate) fn of_pdf(
    document: &Document<'_>,
    beside: &[Beside],
    request: &Request<'_>,
    findings: &mut Findings,
) -> bool {
    let inputs = Inputs {
        pdf: document.pdf,
        anchors: &request.trust.signature_anchors,
        time_anchors: &request.trust.anchors,
        intermediates: &request.trust.intermediates,
        revocation: request.revocation,
        algorithms: &request.trust.algorithms,
        known_links: Some(&request.trust.known_links),
        now: renewal::at(document.proved.as_ref(), request),
    };
    let member = document.name;
    match fidem_pades::verify(&inputs) {
        Ok(verification) => {
            if !verification.signatures.is_empty() {
                carried(document.name, document.proved.as_ref(), request, findings);
            }
            let inside = report(member, &verification, request, findings);
            detached::of_pdf(document, beside, Some(&verification), request, findings) || inside
        }
        Err(error) => {
            detached::of_pdf(document, beside, None, request, findings);
            let reason = error.to_string();
            let params = [("member", name(member)), ("reason", &reason)];
            findings.add(
                codes::SIGNATURE_UNREADABLE,
                Layer::Signature,
                Status::CannotCheck,
                &params,
            );
            true
        }
    }
}

/// What carries a document carries the signatures in it, and one beside it.
pub(crate) fn carried(
    member: &str,
    proved: Option<&GenTime>,
    request: &Request<'_>,
    findings: &mut Findings,
) {
    if let Some(carrier) = proved.filter(|carrier| carrier.time < request.at) {
        findings.note(
            codes::SIGNATURE_CARRIED,
            Layer::Signature,
            &[("member", member), ("time", &carrier.to_string())],
        );
    }
}

/// How the PDF is called in a sentence.
fn name(member: &str) -> &str {
    match member.is_empty() {
        true => "PDF",
        false => member,
    }
}

fn report(
    member: &str,
    verification: &Verification,
    request: &Request<'_>,
    findings: &mut Findings,
) -> bool {
    let signed = verification
        .signatures
        .iter()
        .any(|one| one.kind == Kind::Signature);
    for one in &verification.signatures {
        match one.kind {
            Kind::Signature => signature(member, one, request, findings),
            Kind::DocumentTimeStamp => document_stamp(member, one, signed, findings),
        }
        for stamp in &one.time_stamps {
            token::circumstances(stamp, request, findings);
        }
    }
    for revision in &verification.revisions {
        update(member, revision, findings);
    }
    for finding in &verification.findings {
        against(member, finding, findings);
    }
    signed
}

fn signature(member: &str, one: &Signature, request: &Request<'_>, findings: &mut Findings) {
    let facts = Facts::of(member, one);
    match one.indication {
        Indication::Passed | Indication::PassedWithNotes => holds(one, &facts, request, findings),
        Indication::Indeterminate(_) => {
            facts.add(codes::SIGNATURE_UNDECIDED, Status::CannotCheck, findings);
        }
        Indication::Failed(_) => facts.add(codes::SIGNATURE_BROKEN, Status::Mismatch, findings),
    }
    for stamp in one.findings.iter().filter(|f| undecided_stamp(f)) {
        let why = param(stamp, "why");
        findings.note(
            codes::SIGNATURE_STAMP_UNDECIDED,
            Layer::Signature,
            &[("field", &facts.field), ("why", why)],
        );
    }
}

fn undecided_stamp(finding: &Finding) -> bool {
    finding.code == "pdf-time-stamp-undecided"
}

fn holds(one: &Signature, facts: &Facts, request: &Request<'_>, findings: &mut Findings) {
    let level = one.level.map_or("CMS", fidem_pades::Level::name);
    let mut params = vec![
        ("field", facts.field.as_str()),
        ("signer", facts.signer.as_str()),
        ("octets", facts.octets.as_str()),
        ("level", level),
    ];
    let code = match &facts.time {
        Some(time) => {
            params.push(("time", time));
            codes::SIGNATURE_HOLDS
        }
        None => codes::SIGNATURE_HOLDS_UNDATED,
    };
    findings.add(code, Layer::Signature, Status::Match, &params);
    if let Some(used) = one
        .anchor
        .as_ref()
        .and_then(|digest| request.trust.signature_root_used(digest))
        && !findings.trust.contains(&used)
    {
        findings.trust.push(used);
    }
    let unchecked = ["revocation-not-checked", "revocation-older-than-token"];
    if one.findings.iter().any(|f| unchecked.contains(&f.code)) {
        findings.not_checked(codes::NOT_CHECKED_SIGNER_REVOCATION);
    }
}

/// A document time stamp of its own proves when a file existed; beside a signature one that cannot be checked only
/// leaves that where it was.
fn document_stamp(member: &str, one: &Signature, signed: bool, findings: &mut Findings) {
    let facts = Facts::of(member, one);
    match one.indication {
        Indication::Passed | Indication::PassedWithNotes => {
            let status = match signed {
                true => Status::Match,
                false => Status::Note,
            };
            let time = facts.time.clone().unwrap_or_default();
            let params = [
                ("field", facts.field.as_str()),
                ("signer", &facts.signer),
                ("octets", &facts.octets),
                ("time", &time),
            ];
            findings.add(
                codes::DOCUMENT_STAMP_HOLDS,
                Layer::Signature,
                status,
                &params,
            );
        }
        Indication::Indeterminate(_) => {
            let status = match signed {
                true => Status::Note,
                false => Status::CannotCheck,
            };
            facts.add(codes::DOCUMENT_STAMP_UNDECIDED, status, findings);
        }
        Indication::Failed(_) => {
            facts.add(codes::DOCUMENT_STAMP_BROKEN, Status::Mismatch, findings);
        }
    }
}

/// What the sentences about a signature take.
struct Facts {
    field: String,
    signer: String,
    octets: String,
    why: String,
    time: Option<String>,
}

impl Facts {
    fn of(member: &str, one: &Signature) -> Self {
        let decisive = one
            .findings
            .iter()
            .filter(|finding| finding.severity >= Severity::Indeterminate)
            .map(|finding| format!("{} ({})", finding.code, finding.clause));
        Self {
            field: match member.is_empty() {
                true => one.field.clone(),
                false => format!("{member} {}", one.field),
            },
            signer: match &one.signer {
                Some(signer) => signer.subject.clone(),
                None => "–".to_owned(),
            },
            octets: one.end.to_string(),
            why: decisive.collect::<Vec<_>>().join("; "),
            time: match &one.time {
                BestTime::Given(_) => None,
                proved => Some(proved.to_string()),
            },
        }
    }

    fn add(&self, code: codes::Code, status: Status, findings: &mut Findings) {
        let params = [
            ("field", self.field.as_str()),
            ("signer", &self.signer),
            ("why", &self.why),
        ];
        findings.add(code, Layer::Signature, status, &params);
    }
}

/// An update that does nothing but what may follow a signature.
fn update(member: &str, revision: &Revision, findings: &mut Findings) {
    let number = revision.number.to_string();
    for change in &revision.changes {
        changed(member, &number, change, findings);
    }
    if revision.further > 0 {
        let count = revision.further.to_string();
        let params = [
            ("member", name(member)),
            ("revision", &number),
            ("count", &count),
        ];
        findings.add(
            codes::SIGNATURE_CHANGED_MORE,
            Layer::Signature,
            Status::Mismatch,
            &params,
        );
    }
    if !revision.changes.is_empty() {
        return;
    }
    let fields = revision.signatures.join(", ");
    let params = [("member", name(member)), ("revision", &number)];
    match revision.signatures.is_empty() {
        true => findings.note(codes::SIGNATURE_MAINTAINED, Layer::Signature, &params),
        false => findings.note(
            codes::SIGNATURE_FURTHER,
            Layer::Signature,
            &[params[0], params[1], ("fields", &fields)],
        ),
    }
}

fn changed(member: &str, number: &str, change: &Change, findings: &mut Findings) {
    let (chinese, english) = words::change(change);
    let object = match change.object {
        0 => "–".to_owned(),
        number => number.to_string(),
    };
    let params = [
        ("member", name(member)),
        ("revision", number),
        ("what", &change.to_string()),
        ("what_zh", &chinese),
        ("what_en", &english),
        ("object", &object),
    ];
    findings.add(
        codes::SIGNATURE_CHANGED_AFTER,
        Layer::Signature,
        Status::Mismatch,
        &params,
    );
}

/// What speaks against the updates as a whole; their changes are said one by one.
fn against(member: &str, finding: &Finding, findings: &mut Findings) {
    let (code, key) = match finding.code {
        "pdf-octets-after" => (codes::SIGNATURE_OCTETS_AFTER, "count"),
        "pdf-not-permitted" => (codes::SIGNATURE_NOT_PERMITTED, "revision"),
        _ => return,
    };
    let params = [("member", name(member)), (key, param(finding, key))];
    findings.add(code, Layer::Signature, Status::Mismatch, &params);
}

fn param<'a>(finding: &'a Finding, key: &str) -> &'a str {
    let found = finding.params.iter().find(|(name, _)| *name == key);
    found.map_or("", |(_, value)| value.as_str())
}
