//! Signatures that lie beside a PDF (`.p7s`, RFC 5652 and GB/T 35275), such as SM2 for readers of 国密.
//!
//! One is over the file, octet by octet, or over what the file was before validation data and time stamps were appended;
//! anything else that came after is a change.

use fidem_pades::Verification;
use rfc3161_client::{
    CmsSignature, Expected, Finding, GenTime, Indication, ParseError, Severity, SignatureInputs,
    SignatureProfile, SignatureVerification, UnixTime, verify_signed_data,
};

use crate::renewal::at;
use crate::report::{Findings, Layer, Status};
use crate::signature::{Document, carried};
use crate::subject::Request;
use crate::{codes, token};

/// Largest signature read, octets.
pub(crate) const MAX_SIGNATURE: usize = 1 << 20;
/// Most signatures beside one file.
pub(crate) const MAX_BESIDE: u32 = 16;
/// Most ends of updates tried.
const MAX_ENDS: usize = 16;

/// A signature with the name of its file.
pub(crate) struct Beside {
    pub(crate) name: String,
    pub(crate) der: Vec<u8>,
    /// When the file is proved to have existed by an evidence record or an archive time-stamp that holds today.
    pub(crate) proved: Option<GenTime>,
}

/// Judges the signatures beside a PDF; whether there are any.
pub(crate) fn of_pdf(
    document: &Document<'_>,
    beside: &[Beside],
    inside: Option<&Verification>,
    request: &Request<'_>,
    findings: &mut Findings,
) -> bool {
    for one in beside {
        match CmsSignature::parse(&one.der) {
            Ok(signature) => match signature.trailing() {
                0 => judge(one, &signature, document, inside, request, findings),
                count => {
                    let what = "SignedData";
                    unreadable(
                        &one.name,
                        &ParseError::TrailingBytes { what, count },
                        findings,
                    );
                }
            },
            Err(error) => unreadable(&one.name, &error, findings),
        }
    }
    !beside.is_empty()
}

fn unreadable(name: &str, error: &ParseError, findings: &mut Findings) {
    findings.add(
        codes::DETACHED_UNREADABLE,
        Layer::Signature,
        Status::CannotCheck,
        &[("name", name), ("reason", &error.to_string())],
    );
}

fn judge(
    one: &Beside,
    signature: &CmsSignature,
    document: &Document<'_>,
    inside: Option<&Verification>,
    request: &Request<'_>,
    findings: &mut Findings,
) {
    let pdf = document.pdf;
    let time = proved(one, signature, request, findings);
    let times = (
        at(time.as_ref(), request),
        at(document.proved.as_ref(), request),
    );
    let whole = over(signature, pdf, request, times);
    let mut judged = (whole, pdf.len());
    let ends = ends(pdf);
    if digest_differs(&judged.0) {
        let earlier = ends.iter().flat_map(|revision| &revision.ends);
        let found = earlier
            .map(|end| {
                let before = pdf.get(..*end).unwrap_or_default();
                (over(signature, before, request, times), *end)
            })
            .find(|(verification, _)| !digest_differs(verification));
        judged = found.unwrap_or(judged);
    }
    let (verification, end) = judged;
    let algorithm = signature.algorithm().unwrap_or_default();
    let facts = Facts::of(one, &verification, algorithm, end, time);
    let status = match verification.indication {
        Indication::Failed(_) => facts.add(codes::DETACHED_BROKEN, Status::Mismatch, findings),
        Indication::Indeterminate(_) => {
            facts.add(codes::DETACHED_UNDECIDED, Status::CannotCheck, findings)
        }
        _ if end == pdf.len() => facts.holds(findings),
        _ => match changed_since(end, &ends, inside) {
            false => facts.add(codes::DETACHED_EARLIER, Status::Match, findings),
            true => facts.add(codes::DETACHED_CHANGED_AFTER, Status::Mismatch, findings),
        },
    };
    if status == Status::Match {
        rests_on(&verification, request, findings);
    }
}

fn rests_on(verification: &SignatureVerification, request: &Request<'_>, findings: &mut Findings) {
    let anchor = verification.anchor.as_ref();
    if let Some(used) = anchor.and_then(|digest| request.trust.signature_root_used(digest))
        && !findings.trust.contains(&used)
    {
        findings.trust.push(used);
    }
    let unchecked = ["revocation-not-checked", "revocation-older-than-token"];
    if unchecked
        .iter()
        .any(|code| verification.finding(code).is_some())
    {
        findings.not_checked(codes::NOT_CHECKED_SIGNER_REVOCATION);
    }
}

fn over(
    signature: &CmsSignature,
    content: &[u8],
    request: &Request<'_>,
    (time, content_time): (UnixTime, UnixTime),
) -> SignatureVerification {
    verify_signed_data(&SignatureInputs {
        signature,
        content: &[content],
        profile: SignatureProfile::Cms,
        anchors: &request.trust.signature_anchors,
        intermediates: &request.trust.intermediates,
        crls: request.revocation,
        algorithms: &request.trust.algorithms,
        known_links: Some(&request.trust.known_links),
        time,
        content_time,
    })
}

fn digest_differs(verification: &SignatureVerification) -> bool {
    verification.finding("message-digest-mismatch").is_some()
}

/// The earliest time at which a time stamp in it, or what carries its file, proves that the signature existed.
fn proved(
    one: &Beside,
    signature: &CmsSignature,
    request: &Request<'_>,
    findings: &mut Findings,
) -> Option<GenTime> {
    carried(&one.name, one.proved.as_ref(), request, findings);
    let value = signature.value().unwrap_or_default();
    let stamps = signature.time_stamps();
    let times = stamps
        .iter()
        .filter_map(|stamp| time_of(one, stamp, value, request, findings));
    times.chain(one.proved.clone()).min()
}

/// The time that one stamp proves: what it rests on must have held until verification, or until what carries it.
fn time_of(
    one: &Beside,
    stamp: &[u8],
    value: &[u8],
    request: &Request<'_>,
    findings: &mut Findings,
) -> Option<GenTime> {
    let at = at(one.proved.as_ref(), request);
    let verification = token::by_rules(stamp, Expected::Data(value), at, request, findings);
    let passed = verification.indication.is_passed();
    // One that has run out proves nothing any more.
    let ended = verification
        .valid_until()
        .filter(|until| passed && *until < at);
    let undecided = match (&verification.indication, ended) {
        (_, Some(until)) => format!("valid until {}", until.to_rfc3339()),
        (Indication::Failed(_), None) => {
            findings.add(
                codes::DETACHED_STAMP_BROKEN,
                Layer::Signature,
                Status::Mismatch,
                &[("name", &one.name), ("why", &why(&verification.findings))],
            );
            return None;
        }
        (Indication::Indeterminate(_), None) => why(&verification.findings),
        _ => return verification.gen_time,
    };
    findings.note(
        codes::SIGNATURE_STAMP_UNDECIDED,
        Layer::Signature,
        &[("field", &one.name), ("why", &undecided)],
    );
    None
}

fn why(findings: &[Finding]) -> String {
    let decisive = findings
        .iter()
        .filter(|finding| finding.severity >= Severity::Indeterminate)
        .map(|finding| format!("{} ({})", finding.code, finding.clause));
    decisive.collect::<Vec<_>>().join("; ")
}

/// Where a file of before may have ended: an update's end, and without the end of line that whoever came next may have
/// written.
struct Ends {
    /// Counted from 1.
    revision: usize,
    ends: Vec<usize>,
}

fn ends(pdf: &[u8]) -> Vec<Ends> {
    let Ok(file) = fidem_pdf::File::parse(pdf) else {
        return Vec::new();
    };
    let sections = file.sections();
    let newest_first = sections.iter().enumerate().take(MAX_ENDS);
    newest_first
        .map(|(index, section)| Ends {
            revision: sections.len() - index,
            ends: ends_of(pdf, section.end),
        })
        .collect()
}

fn ends_of(pdf: &[u8], end: usize) -> Vec<usize> {
    let mut ends = vec![end];
    let mut last = end;
    while ends.len() < 3 && last > 0 && matches!(pdf.get(last - 1), Some(b'\r' | b'\n')) {
        last -= 1;
        ends.push(last);
    }
    ends
}

/// Whether what came after `end` is more than validation data, time stamps and further signatures. Without a signature
/// inside, nothing tells what an update did.
fn changed_since(end: usize, ends: &[Ends], inside: Option<&Verification>) -> bool {
    let signed = ends.iter().find(|one| one.ends.contains(&end));
    let (Some(signed), Some(newest), Some(inside)) = (signed, ends.first(), inside) else {
        return true;
    };
    let untouched = |number: usize| {
        let of = inside.revisions.iter().find(|one| one.number == number);
        of.is_some_and(|one| one.changes.is_empty() && one.further == 0)
    };
    !inside.findings.is_empty() || !(signed.revision + 1..=newest.revision).all(untouched)
}

/// What the sentences take.
struct Facts {
    name: String,
    signer: String,
    algorithm: String,
    octets: String,
    why: String,
    time: Option<String>,
}

impl Facts {
    fn of(
        one: &Beside,
        verification: &SignatureVerification,
        algorithm: String,
        end: usize,
        time: Option<GenTime>,
    ) -> Self {
        let signer = verification.signer.as_ref();
        Self {
            name: one.name.clone(),
            signer: signer.map_or_else(|| "–".to_owned(), |signer| signer.subject.clone()),
            algorithm,
            octets: end.to_string(),
            why: why(&verification.findings),
            time: time.map(|time| time.to_string()),
        }
    }

    fn holds(&self, findings: &mut Findings) -> Status {
        let code = match self.time {
            Some(_) => codes::DETACHED_HOLDS,
            None => codes::DETACHED_HOLDS_UNDATED,
        };
        self.add(code, Status::Match, findings)
    }

    fn add(&self, code: codes::Code, status: Status, findings: &mut Findings) -> Status {
        let time = self.time.as_deref().unwrap_or("–");
        let params = [
            ("name", self.name.as_str()),
            ("signer", &self.signer),
            ("algorithm", &self.algorithm),
            ("octets", &self.octets),
            ("why", &self.why),
            ("time", time),
        ];
        findings.add(code, Layer::Signature, status, &params);
        status
    }
}
