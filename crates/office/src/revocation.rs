//! Whether the certificates of a fresh token were revoked: asked at once, judged with the token, and kept.
//! Years later nobody may be left to ask.

use std::time::{Duration, Instant};

use fidem_courier::{CourierOptions, Delivery};
use fidem_verify::Trust;
use rfc3161_client::{
    Expected, Inputs, RevocationSources, Token, UnixTime, Verification, embed_validation_data,
    verify,
};

use crate::{Desk, Office, Result};

/// Octets of lists put into one token. Longer lists are judged and not kept: a package cannot carry megabytes for each
/// token, and verifiers refuse tokens of a megabyte. Then the responder is asked as well.
pub(crate) const MAX_EMBEDDED: usize = 512 << 10;
/// Seconds after which nobody new is asked for one token.
pub(crate) const PATIENCE: i64 = 30;
/// Largest list read.
const MAX_LIST: usize = 8 << 20;

/// A token with what was said of its certificates.
pub(crate) struct Checked {
    /// The token, with its chain and lists in it.
    pub(crate) token: Vec<u8>,
    /// OCSP responses, which travel beside it: a token that holds one is refused by `openssl ts` (RFC 5940).
    pub(crate) responses: Vec<Vec<u8>>,
    /// The verdict with everything that was heard, also what is too long to be kept. It decides.
    pub(crate) heard: Verification,
    /// The verdict with what is kept, as a verifier will reach it.
    pub(crate) kept: Verification,
    /// Every list in the token, the authority's own included, says something of its path.
    pub(crate) lists_speak: bool,
}

/// Statements gathered for one token.
#[derive(Default)]
struct Gathered {
    /// Lists that go into the token.
    lists: Vec<Vec<u8>>,
    /// Lists too long for that.
    long: Vec<Vec<u8>>,
    responses: Vec<Vec<u8>>,
}

impl Gathered {
    fn kept(&self) -> Vec<Vec<u8>> {
        self.lists.iter().chain(&self.responses).cloned().collect()
    }

    fn heard(&self) -> Vec<Vec<u8>> {
        let all = self.lists.iter().chain(&self.long).chain(&self.responses);
        all.cloned().collect()
    }

    fn take(&mut self, list: Vec<u8>) {
        let size: usize = self.lists.iter().map(Vec::len).sum();
        match size + list.len() <= MAX_EMBEDDED {
            true => self.lists.push(list),
            false => self.long.push(list),
        }
    }
}

/// How a token is judged while statements come in.
struct Question<'a> {
    token: &'a [u8],
    trust: &'a Trust,
    now: UnixTime,
}

impl Question<'_> {
    fn judge(&self, token: &[u8], statements: &[Vec<u8>]) -> Verification {
        verify(&Inputs {
            token,
            expected: Expected::NotGiven,
            request: None,
            anchors: &self.trust.anchors,
            intermediates: &self.trust.intermediates,
            crls: statements,
            algorithms: &self.trust.algorithms,
            known_links: Some(&self.trust.known_links),
            now: self.now,
        })
    }

    /// Whether a statement is a good one about this certificate: anything else that an address gives, from an error page
    /// to somebody's certificate, must not get into the token.
    fn speaks(&self, statement: &[u8], certificate: &[u8]) -> bool {
        let alone = self.judge(self.token, &[statement.to_vec()]);
        let about = |codes| says(&alone, certificate, codes);
        alone.finding("revocation-unreadable").is_none() && (about(&SETTLED) || about(&OLDER))
    }
}

const SETTLED: [&str; 4] = [
    "revocation-checked",
    "revoked",
    "revoked-no-poe",
    "revoked-later",
];
const OLDER: [&str; 1] = ["revocation-older-than-token"];

impl Office {
    /// Asks for each certificate between the signer and the anchor: its list first, then, where none that can be kept
    /// speaks of it or it was made before the token, its responder. Whoever does not answer leaves the state unchecked,
    /// which every report says; nobody is asked any more once [`PATIENCE`] is over.
    pub(crate) fn check_revocation(
        &mut self,
        desk: &dyn Desk,
        case: Option<&str>,
        token: &[u8],
        verification: &Verification,
        trust: &Trust,
    ) -> Result<Checked> {
        let courier = self.courier(limits())?;
        let question = Question {
            token,
            trust,
            now: UnixTime(desk.now()),
        };
        let mut gathered = Gathered::default();
        for pair in verification.path.windows(2) {
            let [certificate, issuer] = pair else {
                continue;
            };
            let Ok(sources) = RevocationSources::of(certificate, issuer) else {
                continue;
            };
            for url in &sources.lists {
                if desk.now() - question.now.0 > PATIENCE || self.is_late() {
                    break;
                }
                let delivery = courier.revocation_list(url);
                let list = self.received(desk, case, "revocation-list", delivery)?;
                if let Some(list) = list.filter(|list| question.speaks(list, certificate)) {
                    gathered.take(list);
                    break;
                }
            }
            let so_far = question.judge(token, &gathered.kept());
            if says(&so_far, certificate, &SETTLED) {
                continue;
            }
            for url in &sources.responders {
                if desk.now() - question.now.0 > PATIENCE || self.is_late() {
                    break;
                }
                let delivery = courier.ask_responder(url, &sources.request);
                let response = self.received(desk, case, "ocsp", delivery)?;
                if let Some(response) = response.filter(|one| question.speaks(one, certificate)) {
                    gathered.responses.push(response);
                    break;
                }
            }
        }
        Ok(keep(&question, &gathered, verification))
    }

    fn is_late(&self) -> bool {
        self.until.is_some_and(|until| Instant::now() >= until)
    }

    /// Logs what left, whatever came of it.
    pub(crate) fn received(
        &mut self,
        desk: &dyn Desk,
        case: Option<&str>,
        purpose: &str,
        delivery: Delivery,
    ) -> Result<Option<Vec<u8>>> {
        self.log_egress(desk, case, purpose, &delivery)?;
        Ok(delivery.outcome.ok())
    }
}

/// With less patience than for a token: no proof is lost with it.
pub(crate) fn limits() -> CourierOptions {
    CourierOptions {
        connect_timeout: Duration::from_secs(5),
        total_timeout: Duration::from_secs(15),
        max_reply_bytes: MAX_LIST,
        ..CourierOptions::default()
    }
}

/// Whether the verdict has one of these findings about this certificate.
fn says(verification: &Verification, certificate: &[u8], codes: &[&str]) -> bool {
    let sha256 = fidem_fingerprint::hex::encode(&fidem_fingerprint::sha256(certificate));
    verification.findings.iter().any(|finding| {
        let mut params = finding.params.iter();
        codes.contains(&finding.code)
            && params.any(|(name, value)| *name == "certificate" && *value == sha256)
    })
}

/// Puts the chain and the lists into the token; should they not fit together, the chain alone.
fn keep(question: &Question<'_>, gathered: &Gathered, verification: &Verification) -> Checked {
    // The anchor itself is trusted by decision and travels as a copy for convenience.
    let chain = match verification.path.split_last() {
        Some((_, below)) => below,
        None => &[],
    };
    let token = embed_validation_data(question.token, chain, &gathered.lists)
        .or_else(|_| embed_validation_data(question.token, chain, &[]))
        .unwrap_or_else(|_| question.token.to_vec());
    let kept = question.judge(&token, &gathered.responses);
    Checked {
        heard: question.judge(question.token, &gathered.heard()),
        lists_speak: Token::parse(&token).is_ok_and(|token| kept.speaks_of_every_list(&token)),
        kept,
        responses: gathered.responses.clone(),
        token,
    }
}
