//! Revocation (RFC 5280 §6.3, RFC 6960, RFC 3161 §4): from what travels with the token and what the caller has kept.
//! Nothing is fetched, and nothing missing is taken for good.

mod list;
mod ocsp;
mod source;

pub use source::RevocationSources;

use crate::ber;
use crate::certificate::Certificate;
use crate::finding::{Findings, Rule};
use crate::rules;
use crate::time::UnixTime;
use list::List;
use ocsp::Response;

/// What a list or responder says of one certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    /// Not revoked when the statement was made.
    Good { this_update: UnixTime },
    /// Revoked at `date`, for the reason with this number if one is given.
    Revoked { date: UnixTime, reason: Option<u64> },
}

/// Reasons under which tokens made before the revocation stay valid (RFC 3161 §4 (1)): unspecified,
/// affiliationChanged, superseded, cessationOfOperation.
const HARMLESS: &[u64] = &[0, 3, 4, 5];

/// Lists and responses that could be read.
#[derive(Debug, Default)]
pub(crate) struct Material {
    lists: Vec<List>,
    responses: Vec<Response>,
}

impl Material {
    /// Gathers what travels with the token and what the caller gives; what cannot be read is noted and left out.
    pub(crate) fn gather(sources: &[&[Vec<u8>]], findings: &mut Findings) -> Self {
        let mut material = Self::default();
        for bytes in sources.iter().copied().flatten() {
            let read = match is_ocsp_response(bytes) {
                true => Response::parse(bytes).map(|response| material.responses.push(response)),
                false => List::parse(bytes).map(|list| material.lists.push(list)),
            };
            if let Err(error) = read {
                findings.add(
                    &rules::REVOCATION_UNREADABLE,
                    &[("error", &error.to_string())],
                );
            }
        }
        material
    }

    fn statuses(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
        time: UnixTime,
    ) -> Vec<Status> {
        let lists = self
            .lists
            .iter()
            .filter_map(|list| list.status(certificate, issuer, time));
        let responses = self
            .responses
            .iter()
            .filter_map(|response| response.status(certificate, issuer, time));
        lists.chain(responses).collect()
    }
}

/// An OCSP response begins with an ENUMERATED, a list with a SEQUENCE.
pub(crate) fn is_ocsp_response(bytes: &[u8]) -> bool {
    ber::Reader::new(bytes)
        .sequence("response")
        .is_ok_and(|fields| fields.peek() == Some(ber::ENUMERATED))
}

/// For what a path is asked about, and when.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Occasion {
    /// A token, which states the time itself.
    Token(UnixTime),
    /// A signature, of which another has proved that it existed at this time.
    Signature(UnixTime),
}

impl Occasion {
    fn time(self) -> UnixTime {
        match self {
            Self::Token(time) | Self::Signature(time) => time,
        }
    }
}

/// Checks every certificate of the path below the anchor on that occasion.
pub(crate) fn check(
    path: &[&Certificate],
    material: &Material,
    occasion: Occasion,
    findings: &mut Findings,
) {
    for pair in path.windows(2) {
        let [certificate, issuer] = pair else {
            continue;
        };
        let statuses = material.statuses(certificate, issuer, occasion.time());
        report(certificate, &statuses, occasion, findings);
    }
}

fn report(
    certificate: &Certificate,
    statuses: &[Status],
    occasion: Occasion,
    findings: &mut Findings,
) {
    let sha256 = certificate.sha256();
    let revoked = statuses.iter().filter_map(|status| match status {
        Status::Revoked { date, reason } => Some((*date, *reason, rule(*date, *reason, occasion))),
        Status::Good { .. } => None,
    });
    // Several may tell of one certificate: the gravest counts, and of equal ones the earliest.
    let gravest = revoked.max_by_key(|(date, _, rule)| (rule.severity, std::cmp::Reverse(*date)));
    if let Some(revoked) = gravest {
        return report_revoked(&sha256, revoked, findings);
    }
    let latest = statuses.iter().filter_map(|status| match status {
        Status::Good { this_update } => Some(*this_update),
        Status::Revoked { .. } => None,
    });
    let Some(latest) = latest.max() else {
        return findings.add(&rules::REVOCATION_NOT_CHECKED, &[("certificate", &sha256)]);
    };
    let rule = if latest < occasion.time() {
        &rules::REVOCATION_OLDER_THAN_TOKEN
    } else {
        &rules::REVOCATION_CHECKED
    };
    findings.add(
        rule,
        &[
            ("certificate", &sha256),
            ("this_update", &latest.to_rfc3339()),
        ],
    );
}

/// What a revocation on that occasion is.
fn rule(date: UnixTime, reason: Option<u64>, occasion: Occasion) -> &'static Rule {
    let harmless = reason.is_some_and(|reason| HARMLESS.contains(&reason));
    let later = date > occasion.time();
    match (occasion, harmless) {
        (Occasion::Token(_), true) | (Occasion::Signature(_), _) if later => &rules::REVOKED_LATER,
        (Occasion::Token(_), true) => &rules::REVOKED,
        // A stolen key can be used to write any time, so genTime does not help. A signature may be older than what
        // proves its existence (EN 319 102-1 §5.3.4).
        _ => &rules::REVOKED_NO_POE,
    }
}

fn report_revoked(
    sha256: &str,
    (date, reason, rule): (UnixTime, Option<u64>, &'static Rule),
    findings: &mut Findings,
) {
    let reason = reason.map_or_else(|| "absent".to_owned(), |reason| reason.to_string());
    findings.add(
        rule,
        &[
            ("certificate", sha256),
            ("date", &date.to_rfc3339()),
            ("reason", &reason),
        ],
    );
}
