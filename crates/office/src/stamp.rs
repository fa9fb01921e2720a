//! One token of one authority for one seal: asked, judged by every rule on receipt, kept, and logged as egress.

use std::time::{Duration, Instant};

use fidem_casebook::{Egress, NewToken, Token};
use fidem_courier::{Courier, CourierOptions, Delivery};
use fidem_fingerprint::hex;
use fidem_package::asic::{AsicManifest, Reference};
use fidem_package::layout;
use fidem_verify::{TokenField, Trust, read_token};
use rfc3161_client::{
    Expected, Imprint, Indication, Inputs, TimeStampRequest, UnixTime, Verification,
};
use serde::{Deserialize, Serialize};

use crate::folder::at;
use crate::intake::to_json;
use crate::revocation::Checked;
use crate::{AuthorityChoice, Desk, Office, OfficeError, Result, SealedToken};

/// What is remembered of a token beside its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TokenSummary {
    /// Names of the digests and keys it rests on.
    #[serde(default)]
    pub(crate) algorithms: Vec<String>,
    /// Accuracy stated, in microseconds.
    pub(crate) accuracy_micros: Option<u64>,
    /// SHA-256 of the anchor it led to, hex.
    pub(crate) anchor: Option<String>,
    /// The anchor's certificate in PEM, for `trust/tsa/` and the manual route.
    pub(crate) anchor_pem: Option<String>,
    /// When the first certificate of its chain ends.
    pub(crate) expires: Option<String>,
    /// Policy.
    pub(crate) policy: Option<String>,
    /// Serial, hex.
    pub(crate) serial: Option<String>,
    /// Signer's subject.
    pub(crate) signer: Option<String>,
    /// genTime with its fraction.
    pub(crate) time: Option<String>,
    /// Why it does not count.
    pub(crate) problem: Option<String>,
    /// OCSP responses on its certificates, base64: they travel beside the token.
    #[serde(default)]
    pub(crate) ocsp: Vec<String>,
    /// The request that it answers, base64.
    #[serde(default)]
    pub(crate) request: Option<String>,
    /// Seconds by which genTime was ahead of the office's device when the token came.
    #[serde(default)]
    pub(crate) ahead: Option<i64>,
    /// Seconds from the request to the answer: somewhere in between the token was made.
    #[serde(default)]
    pub(crate) took: i64,
    /// What is to be known of a token that counts.
    #[serde(default)]
    pub(crate) remark: Option<String>,
}

/// What ends the proof of a token: the first of its certificates, or an algorithm.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Endings {
    pub(crate) algorithms: Vec<String>,
    pub(crate) certificate: Option<String>,
}

impl TokenSummary {
    pub(crate) fn endings(&self) -> Endings {
        Endings {
            algorithms: self.algorithms.clone(),
            certificate: self.expires.clone(),
        }
    }
}

/// A judged reply.
pub(crate) struct Reply {
    /// Every revocation list in the token says something of its path.
    pub(crate) lists_speak: bool,
    pub(crate) token: Vec<u8>,
    pub(crate) summary: TokenSummary,
    pub(crate) counts: bool,
}

impl Reply {
    /// Takes what was learnt of revocation: the token with lists in it, and the verdict that it reaches with them.
    fn take(&mut self, checked: Checked, trust: &Trust) {
        self.counts = checked.heard.indication.is_passed() && checked.kept.indication.is_passed();
        self.token = checked.token;
        self.lists_speak = checked.lists_speak;
        self.summary = TokenSummary {
            ocsp: checked
                .responses
                .iter()
                .map(|response| base64_of(response))
                .collect(),
            ..summarise(
                match self.counts {
                    true => &checked.kept,
                    false => &checked.heard,
                },
                trust,
                self.counts,
            )
        };
    }
}

impl TokenSummary {
    /// The OCSP responses kept.
    pub(crate) fn responses(&self) -> Vec<Vec<u8>> {
        use base64::Engine as _;
        let standard = base64::engine::general_purpose::STANDARD;
        let decoded = self.ocsp.iter().map(|text| standard.decode(text));
        decoded.filter_map(std::result::Result::ok).collect()
    }
}

impl Office {
    /// Asks one authority for a token over the seal's next ASiC manifest. `None` when a counting token was kept.
    pub(crate) fn stamp(
        &mut self,
        desk: &dyn Desk,
        case: &str,
        number: u32,
        choice: &AuthorityChoice,
        trust: &Trust,
    ) -> Result<Option<SealedToken>> {
        let seal = self.book.seal(case, number)?;
        let ordinal = self.next_ordinal(case)?;
        let xml = AsicManifest {
            token: layout::token(ordinal),
            references: vec![Reference {
                member: layout::seal(number),
                sha256: seal.seal_sha256,
            }],
        }
        .to_xml();
        let failed = |problem: String| {
            Some(SealedToken {
                ordinal: None,
                authority: choice.name.clone(),
                url: choice.url.clone(),
                counts: false,
                time: None,
                remark: None,
                problem: Some(problem),
            })
        };
        let imprint = Imprint::sha256_of(&xml);
        let mut reply = match self.ask(desk, Some(case), choice, &imprint, trust)? {
            Ok(reply) => reply,
            Err(problem) => return Ok(failed(problem)),
        };
        // Two addresses of one authority are one authority (GHSA-9vcr-p3rj-q5q6).
        if reply.counts && self.has_stamped(case, number, reply.summary.signer.as_deref())? {
            reply.counts = false;
            reply.summary.problem = Some("same-authority".to_owned());
        }
        reply.summary.remark = self.disagreement(case, number, &reply)?;
        self.book.token_add(
            &at(desk),
            case,
            number,
            &NewToken {
                ordinal,
                authority: choice.name.clone(),
                url: choice.url.clone(),
                asic_xml: xml,
                token: reply.token,
                summary_json: to_json(&reply.summary)?,
                counts: reply.counts,
            },
        )?;
        Ok(match reply.counts {
            true => None,
            false => failed(reply.summary.problem.unwrap_or_default()).map(|token| SealedToken {
                ordinal: Some(ordinal),
                time: reply.summary.time,
                ..token
            }),
        })
    }

    /// Every token kept for a seal, those that do not count included.
    ///
    /// # Errors
    /// [`OfficeError::Casebook`].
    pub fn seal_tokens(&self, case: &str, seal: u32) -> Result<Vec<SealedToken>> {
        let case = self.case(case)?;
        let tokens = self.book.tokens(&case.id, seal)?;
        Ok(tokens.iter().map(obtained).collect())
    }

    /// A kept token opened field by field.
    ///
    /// # Errors
    /// [`OfficeError::Casebook`] where the case has no such token; [`OfficeError::Damaged`] where it cannot be read.
    pub fn token_fields(&self, case: &str, ordinal: u32) -> Result<Vec<TokenField>> {
        let case = self.case(case)?;
        for seal in self.book.seals(&case.id)? {
            for token in self.book.tokens(&case.id, seal.number)? {
                if token.ordinal == ordinal {
                    return read_token(&token.token).map_err(|e| OfficeError::Damaged {
                        what: format!("{}: {e}", layout::token(ordinal)),
                    });
                }
            }
        }
        Err(OfficeError::Damaged {
            what: layout::token(ordinal),
        })
    }

    /// Two authorities whose clocks differ by more than both state. Each is compared with the device at the moment
    /// of its own answer, so that a token obtained later does not disagree for being later.
    fn disagreement(&self, case: &str, seal: u32, reply: &Reply) -> Result<Option<String>> {
        let (true, Some(ours)) = (reply.counts, reply.summary.ahead) else {
            return Ok(None);
        };
        for token in self.book.tokens(case, seal)?.iter().filter(|t| t.counts) {
            let other = summary(token)?;
            let allowed = deviation(&reply.summary)
                + deviation(&other)
                + CLOCK_SECONDS
                + reply.summary.took
                + other.took;
            if let Some(theirs) = other.ahead
                && (ours - theirs).abs() > allowed
            {
                return Ok(Some(format!(
                    "authorities-disagree ({}: {} s)",
                    token.authority,
                    (ours - theirs).abs()
                )));
            }
        }
        Ok(None)
    }

    /// Whether a token of this signer counts for the seal already.
    fn has_stamped(&self, case: &str, seal: u32, signer: Option<&str>) -> Result<bool> {
        for token in self.book.tokens(case, seal)?.iter().filter(|t| t.counts) {
            if summary(token)?.signer.as_deref() == signer {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Sends a digest to an authority; the reply, or in words why there is none.
    pub(crate) fn ask(
        &mut self,
        desk: &dyn Desk,
        case: Option<&str>,
        choice: &AuthorityChoice,
        imprint: &Imprint,
        trust: &Trust,
    ) -> Result<std::result::Result<Reply, String>> {
        let mut nonce = vec![0; 16];
        desk.entropy(&mut nonce)?;
        // A leading zero octet would be dropped by an INTEGER and a leading one bit make it negative.
        nonce[0] = nonce[0] & 0x7f | 0x40;
        let request = TimeStampRequest {
            imprint: imprint.clone(),
            policy: choice.policy.clone(),
            nonce: Some(nonce),
            cert_req: true,
        };
        let der = request.to_der().map_err(|e| OfficeError::Damaged {
            what: e.to_string(),
        })?;
        let courier = self.courier(CourierOptions::default())?;
        let asked = desk.now();
        let delivery = courier.timestamp(&choice.url, &der);
        let took = desk.now() - asked;
        self.log_egress(desk, case, "time-stamp", &delivery)?;
        let bytes = match delivery.outcome {
            Ok(bytes) => bytes,
            Err(error) => return Ok(Err(error.to_string())),
        };
        let (mut reply, verification) = match judge(&bytes, &request, trust, UnixTime(desk.now())) {
            Ok(judged) => judged,
            Err(problem) => return Ok(Err(problem)),
        };
        let ahead = verification
            .gen_time
            .as_ref()
            .map(|stamped| stamped.time.0 - desk.now());
        if reply.counts {
            let checked = self.check_revocation(desk, case, &reply.token, &verification, trust)?;
            reply.take(checked, trust);
        }
        reply.summary.request = Some(base64_of(&der));
        reply.summary.ahead = ahead;
        reply.summary.took = took;
        Ok(Ok(reply))
    }

    /// A courier with these limits, or with less time where less is left.
    pub(crate) fn courier(&self, usual: CourierOptions) -> Result<Courier> {
        let left = self.until.map_or(Duration::MAX, |until| {
            let left = until.saturating_duration_since(Instant::now());
            left.max(Duration::from_millis(1))
        });
        let options = CourierOptions {
            connect_timeout: usual.connect_timeout.min(left),
            total_timeout: usual.total_timeout.min(left),
            ..usual
        };
        Courier::new(&options).map_err(|e| OfficeError::Courier {
            reason: e.to_string(),
        })
    }

    pub(crate) fn log_egress(
        &mut self,
        desk: &dyn Desk,
        case: Option<&str>,
        purpose: &str,
        delivery: &Delivery,
    ) -> Result<()> {
        let egress = &delivery.egress;
        let entry = Egress {
            octets: egress.bytes_sent,
            outcome: match &delivery.outcome {
                Ok(_) => "answered".to_owned(),
                Err(error) => error.to_string(),
            },
            purpose: purpose.to_owned(),
            sha256: egress.sent_sha256.clone().unwrap_or_default(),
            url: egress.url.clone(),
        };
        self.book.egress_add(&at(desk), case, &entry)?;
        Ok(())
    }

    /// Ordinals run through all seals of a case, failed tokens included, so that no name is ever used twice.
    fn next_ordinal(&self, case: &str) -> Result<u32> {
        let mut last = 0;
        for seal in self.book.seals(case)? {
            for token in self.book.tokens(case, seal.number)? {
                last = last.max(token.ordinal);
            }
        }
        Ok(last + 1)
    }
}

/// Applies every rule of RFC 3161 and 5280 to a reply; one that fails is kept and marked, never counted.
fn judge(
    bytes: &[u8],
    request: &TimeStampRequest,
    trust: &Trust,
    now: UnixTime,
) -> std::result::Result<(Reply, Verification), String> {
    let verification = rfc3161_client::verify_response(
        bytes,
        request,
        &Inputs {
            token: &[],
            expected: Expected::Digest(request.imprint.clone()),
            request: Some(request),
            anchors: &trust.anchors,
            intermediates: &trust.intermediates,
            crls: &[],
            known_links: None,
            algorithms: &trust.algorithms,
            now,
        },
    );
    let passed = matches!(
        verification.indication,
        Indication::Passed | Indication::PassedWithNotes
    );
    let apart = clocks_apart(&verification, now);
    let mut summary = summarise(&verification, trust, passed);
    if apart.is_some() {
        summary.problem = apart.clone();
    }
    let counts = passed && apart.is_none();
    match rfc3161_client::token_of(bytes) {
        Ok(token) => {
            let reply = Reply {
                lists_speak: false,
                token: token.to_vec(),
                summary,
                counts,
            };
            Ok((reply, verification))
        }
        Err(_) => Err(summary.problem.unwrap_or_default()),
    }
}

/// The device's clock is read in whole seconds, once for each answer, and an answer is under way for a moment.
const CLOCK_SECONDS: i64 = 2;

/// The accuracy stated, in seconds rounded up. Where none is, a second is taken, and that is a guess of ours.
fn deviation(summary: &TokenSummary) -> i64 {
    let micros = summary.accuracy_micros.unwrap_or(1_000_000);
    i64::try_from(micros.div_ceil(1_000_000)).unwrap_or(i64::MAX / 4)
}

/// A fresh token bears the present time. A device clock or an authority that is further off than this is a matter for
/// a person, not for a seal.
const CLOCKS_APART: i64 = 600;

fn clocks_apart(verification: &Verification, now: UnixTime) -> Option<String> {
    let stamped = verification.gen_time.as_ref()?;
    let apart = (stamped.time.0 - now.0).abs();
    (apart > CLOCKS_APART).then(|| {
        format!(
            "clocks-disagree (genTime {stamped}, device {})",
            now.to_rfc3339()
        )
    })
}

fn summarise(verification: &Verification, trust: &Trust, counts: bool) -> TokenSummary {
    let anchor_pem = verification.anchor.as_ref().and_then(|digest| {
        let found = trust
            .anchors
            .iter()
            .find(|a| hex::encode(&fidem_fingerprint::sha256(&a.certificate)) == *digest)?;
        Some(pem(&found.certificate))
    });
    TokenSummary {
        algorithms: verification.rests_on.clone(),
        accuracy_micros: verification.accuracy.as_ref().map(|a| a.total_micros()),
        anchor: verification.anchor.clone(),
        anchor_pem,
        expires: verification.earliest_expiry.map(UnixTime::to_rfc3339),
        policy: verification.policy.clone(),
        serial: verification.serial.clone(),
        signer: verification.signer.as_ref().map(|s| s.subject.clone()),
        time: verification.gen_time.as_ref().map(ToString::to_string),
        problem: (!counts).then(|| verification.decisive().join("; ")),
        ocsp: Vec::new(),
        request: None,
        ahead: None,
        took: 0,
        remark: None,
    }
}

fn base64_of(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// RFC 7468 text of a certificate.
fn pem(der: &[u8]) -> String {
    let text = base64_of(der);
    let mut out = String::from("-----BEGIN CERTIFICATE-----\n");
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, later) = rest.split_at(rest.len().min(64));
        out.push_str(line);
        out.push('\n');
        rest = later;
    }
    out.push_str("-----END CERTIFICATE-----\n");
    out
}

/// The summary kept with a token.
pub(crate) fn summary(token: &Token) -> Result<TokenSummary> {
    serde_json::from_str(&token.summary_json).map_err(|e| OfficeError::Damaged {
        what: e.to_string(),
    })
}

/// A kept token for the person at the desk.
pub(crate) fn obtained(token: &Token) -> SealedToken {
    let summary = summary(token).ok();
    SealedToken {
        ordinal: Some(token.ordinal),
        authority: token.authority.clone(),
        url: token.url.clone(),
        counts: token.counts,
        time: summary.as_ref().and_then(|s| s.time.clone()),
        remark: summary.as_ref().and_then(|s| s.remark.clone()),
        problem: summary.and_then(|s| s.problem),
    }
}
