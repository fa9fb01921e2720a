//! Time-stamp tokens: the rules are those of `rfc3161-client`; here stands what they mean for a report.

use fidem_fingerprint::Hasher;
use fidem_package::Source;
use rfc3161_client::{
    DigestAlgorithm, Expected, Finding, GenTime, Imprint, Indication, Inputs, Severity, Token,
    UnixTime, Verification, token_of,
};

use crate::report::{Findings, Layer, Status};
use crate::subject::Request;
use crate::{codes, renewal, seals};

/// Largest token or response read.
const MAX_TOKEN: u64 = 1 << 20;
/// Most bytes of data digested in memory.
const MAX_IN_MEMORY: u64 = 1 << 30;
/// Policy of demonstration authorities.
const DEMONSTRATION_POLICY: &str = "2.25.279514046213384215104376301";

/// What one token came to.
pub(crate) struct Judged {
    pub(crate) status: Status,
    /// The rules that decided, worded for a person.
    pub(crate) why: String,
    pub(crate) time: Option<String>,
    pub(crate) gen_time: Option<GenTime>,
    pub(crate) authority: String,
    pub(crate) serial: String,
    /// The first end of what it rests on.
    pub(crate) expires: Option<UnixTime>,
    /// The time at which that had to hold: of verification, or of the record that carries the token.
    pub(crate) at: UnixTime,
    /// That time, where a record carries the token.
    pub(crate) carrier: Option<GenTime>,
    findings: Vec<Finding>,
    /// Every revocation list in the token says something of its path.
    pub(crate) lists_speak: bool,
}

/// Judges a token over `data` at its own genTime; what it rests on must still have held by the time of what proves it, or at
/// verification.
pub(crate) fn judge(
    bytes: &[u8],
    data: Option<&[u8]>,
    proved: Option<&GenTime>,
    request: &Request<'_>,
    findings: &mut Findings,
) -> Judged {
    let expected = match data {
        Some(data) => Expected::Data(data),
        None => Expected::NotGiven,
    };
    let at = renewal::at(proved, request);
    Judged {
        carrier: proved.filter(|_| at < request.at).cloned(),
        ..judge_expected(bytes, expected, at, request, findings)
    }
}

fn judge_expected(
    bytes: &[u8],
    expected: Expected<'_>,
    at: UnixTime,
    request: &Request<'_>,
    findings: &mut Findings,
) -> Judged {
    let token = token_of(bytes).unwrap_or(bytes);
    let verification = by_rules(token, expected, at, request, findings);
    let lists_speak =
        Token::parse(token).is_ok_and(|token| verification.speaks_of_every_list(&token));
    judged(verification, lists_speak, at)
}

/// A token by the trust of the request, with its circumstances told.
pub(crate) fn by_rules(
    token: &[u8],
    expected: Expected<'_>,
    at: UnixTime,
    request: &Request<'_>,
    findings: &mut Findings,
) -> Verification {
    let verification = rfc3161_client::verify(&Inputs {
        token,
        expected,
        request: None,
        anchors: &request.trust.anchors,
        intermediates: &request.trust.intermediates,
        crls: request.revocation,
        algorithms: &request.trust.algorithms,
        known_links: Some(&request.trust.known_links),
        now: at,
    });
    circumstances(&verification, request, findings);
    verification
}

/// What a token shows beside its own verdict: the trust it used, a demonstration, revocation left unchecked.
pub(crate) fn circumstances(
    verification: &Verification,
    request: &Request<'_>,
    findings: &mut Findings,
) {
    if verification.policy.as_deref() == Some(DEMONSTRATION_POLICY) {
        seals::demonstration(findings);
    }
    if let Some(used) = verification
        .anchor
        .as_ref()
        .and_then(|digest| request.trust.root_used(digest))
        && !findings.trust.contains(&used)
    {
        findings.trust.push(used);
    }
    let said = |code| verification.finding(code).is_some();
    if said("revocation-not-checked") {
        findings.not_checked(codes::NOT_CHECKED_REVOCATION);
    }
    if said("revocation-older-than-token") {
        findings.not_checked(codes::NOT_CHECKED_REVOCATION_SINCE);
    }
    if verification.path.is_empty() {
        findings.not_checked(codes::NOT_CHECKED_REVOCATION);
    }
}

fn judged(verification: Verification, lists_speak: bool, at: UnixTime) -> Judged {
    let status = match verification.indication {
        Indication::Passed | Indication::PassedWithNotes => Status::Match,
        Indication::Indeterminate(_) => Status::CannotCheck,
        Indication::Failed(_) => Status::Mismatch,
    };
    let signer = verification.signer.as_ref();
    Judged {
        lists_speak,
        status,
        why: verification.decisive().join("; "),
        time: verification.gen_time.as_ref().map(ToString::to_string),
        gen_time: verification.gen_time.clone(),
        authority: signer.map(|s| s.subject.clone()).unwrap_or_default(),
        serial: verification.serial.clone().unwrap_or_default(),
        expires: verification.valid_until(),
        at,
        carrier: None,
        findings: verification.findings,
    }
}

/// A token that fails.
pub(crate) fn invalid(member: &str, judged: &Judged, findings: &mut Findings) {
    findings.add(
        codes::TOKEN_INVALID,
        Layer::Time,
        Status::Mismatch,
        &[("member", member), ("why", &judged.why)],
    );
}

/// The tokens of one seal together: one that holds is enough, one that fails is a mismatch.
pub(crate) fn several(
    all: &[(String, Judged)],
    seal: &str,
    request: &Request<'_>,
    findings: &mut Findings,
) {
    let holds = |j: &Judged| j.status == Status::Match;
    let alive = |j: &Judged| holds(j) && j.expires.is_none_or(|until| j.at <= until);
    let any_alive = all.iter().any(|(_, j)| alive(j));
    let any_holds = all.iter().any(|(_, j)| holds(j));
    for (member, judged) in all {
        match judged.status {
            Status::Match => valid(judged, member, request, any_alive, findings),
            Status::Mismatch => invalid(member, judged, findings),
            _ => {
                let status = match any_alive {
                    true => Status::Note,
                    false => Status::CannotCheck,
                };
                findings.add(
                    codes::TOKEN_UNDECIDED,
                    Layer::Time,
                    status,
                    &[("member", member), ("why", &judged.why)],
                );
            }
        }
    }
    if any_holds && !any_alive {
        findings.add(
            codes::TOKENS_ALL_EXPIRED,
            Layer::Time,
            Status::CannotCheck,
            &[("seal", seal)],
        );
    }
}

fn valid(
    judged: &Judged,
    member: &str,
    request: &Request<'_>,
    counts: bool,
    findings: &mut Findings,
) {
    let status = match counts {
        true => Status::Match,
        false => Status::Note,
    };
    let time = judged.time.clone().unwrap_or_default();
    findings.add(
        codes::TOKEN_VALID,
        Layer::Time,
        status,
        &[
            ("authority", &judged.authority),
            ("serial", &judged.serial),
            ("time", &time),
        ],
    );
    if let Some(until) = judged.expires.filter(|until| request.at > *until) {
        findings.note(
            codes::TOKEN_EXPIRED_LATER,
            Layer::Time,
            &[("member", member), ("until", &until.to_rfc3339()[..10])],
        );
    }
    carried(member, judged, findings);
}

/// What carries a token.
pub(crate) fn carried(member: &str, judged: &Judged, findings: &mut Findings) {
    if let Some(carrier) = &judged.carrier {
        findings.note(
            codes::TOKEN_CARRIED,
            Layer::Time,
            &[("member", member), ("time", &carrier.to_string())],
        );
    }
}

/// A bare token or response, with data, a digest, or nothing.
pub(crate) fn verify_bare(request: &Request<'_>, findings: &mut Findings) {
    let unreadable = |reason: &str, findings: &mut Findings| {
        findings.add(
            codes::UNREADABLE,
            Layer::Time,
            Status::CannotCheck,
            &[("reason", reason)],
        );
    };
    let len = usize::try_from(request.subject.len().min(MAX_TOKEN)).unwrap_or(0);
    let bytes = match request.subject.read_vec(0, len) {
        Ok(bytes) => bytes,
        Err(error) => return unreadable(&error.to_string(), findings),
    };
    let expected = expected(&bytes, request);
    let given = !matches!(expected, Ok(Sought::Nothing));
    let judged = match &expected {
        Ok(Sought::Nothing) => {
            judge_expected(&bytes, Expected::NotGiven, request.at, request, findings)
        }
        Ok(Sought::Imprint(imprint)) => judge_expected(
            &bytes,
            Expected::Digest(imprint.clone()),
            request.at,
            request,
            findings,
        ),
        Err(reason) => return unreadable(reason, findings),
    };
    rules(&judged, findings);
    let differs = judged.findings.iter().any(|f| f.code == "imprint-mismatch");
    match (given, differs) {
        (false, _) => findings.add(codes::NO_DATA, Layer::Content, Status::NotSupplied, &[]),
        (true, true) => {
            findings.add(codes::DATA_DIFFERS, Layer::Content, Status::Mismatch, &[]);
        }
        (true, false) if judged.status == Status::Match => {
            findings.add(codes::DATA_FITS, Layer::Content, Status::Match, &[]);
        }
        (true, false) => {}
    }
    verdict(&judged, request, findings);
}

/// What a bare token is compared with.
enum Sought {
    Nothing,
    Imprint(Imprint),
}

/// The digest asked for, or the data's digest under the token's own algorithm.
fn expected(bytes: &[u8], request: &Request<'_>) -> Result<Sought, String> {
    if let Some(imprint) = &request.digest {
        return Ok(Sought::Imprint(imprint.clone()));
    }
    let [file] = request.data else {
        return match request.data.is_empty() {
            true => Ok(Sought::Nothing),
            false => Err("one token takes one file".to_owned()),
        };
    };
    let algorithm = token_of(bytes)
        .and_then(rfc3161_client::Token::parse)
        .ok()
        .and_then(|t| t.tst_info().message_imprint.imprint())
        .map(|i| i.algorithm);
    match algorithm {
        // A token that cannot be read, or an unknown algorithm, is judged by its own rules.
        None => Ok(Sought::Nothing),
        Some(algorithm) => imprint(algorithm, file.source).map(Sought::Imprint),
    }
}

/// The data's digest: our two algorithms stream, any other is computed in memory.
fn imprint(algorithm: DigestAlgorithm, data: &dyn Source) -> Result<Imprint, String> {
    let streamed = matches!(algorithm, DigestAlgorithm::Sha256 | DigestAlgorithm::Sm3);
    if streamed {
        let mut hasher = Hasher::new();
        data.blocks(0, data.len(), &mut |block| hasher.update(block))
            .map_err(|e| e.to_string())?;
        let print = hasher.finish();
        let value = match algorithm {
            DigestAlgorithm::Sm3 => print.sm3,
            _ => print.sha256,
        };
        return Ok(Imprint {
            algorithm,
            value: value.to_vec(),
        });
    }
    if data.len() > MAX_IN_MEMORY {
        return Err(format!("{} bytes under {}", data.len(), algorithm.name()));
    }
    let len = usize::try_from(data.len()).map_err(|e| e.to_string())?;
    let bytes = data.read_vec(0, len).map_err(|e| e.to_string())?;
    Imprint::of(algorithm, &bytes).ok_or_else(|| algorithm.name().to_owned())
}

/// Each rule that spoke, in its own finding.
fn rules(judged: &Judged, findings: &mut Findings) {
    for finding in &judged.findings {
        let detail: Vec<String> = finding
            .params
            .iter()
            .map(|(k, v)| format!("{k}={v}"))
            .collect();
        let status = match finding.severity {
            Severity::Info | Severity::Note => Status::Note,
            Severity::Indeterminate => Status::CannotCheck,
            Severity::Failure => Status::Mismatch,
        };
        findings.add(
            codes::TOKEN_RULE,
            Layer::Time,
            status,
            &[
                ("rule", finding.code),
                ("clause", finding.clause),
                ("detail", &detail.join(" ")),
            ],
        );
    }
}

fn verdict(judged: &Judged, request: &Request<'_>, findings: &mut Findings) {
    match judged.status {
        // A bare token is judged at its genTime; later expiry is a remark.
        Status::Match => valid(judged, "", request, true, findings),
        Status::Mismatch => findings.add(
            codes::TOKEN_INVALID,
            Layer::Time,
            Status::Mismatch,
            &[("member", ""), ("why", &judged.why)],
        ),
        _ => findings.add(
            codes::TOKEN_UNDECIDED,
            Layer::Time,
            Status::CannotCheck,
            &[("member", ""), ("why", &judged.why)],
        ),
    }
}
