//! Whether the certificates of a fresh token were revoked: asked at once, judged with the token, and kept.
//! Years later nobody may be left to ask.

use std::time::Duration;

use fidem_courier::{Courier, CourierOptions, Delivery};
use fidem_verify::Trust;
use rfc3161_client::{
    Expected, Inputs, RevocationSources, UnixTime, Verification, embed_validation_data, verify,
};

use crate::{Desk, Office, OfficeError, Result};

/// Octets of lists put into one token. Longer lists are judged and not kept: a package cannot carry megabytes for each
/// token, and verifiers refuse tokens of a megabyte.
const MAX_EMBEDDED: usize = 512 << 10;
/// Largest list read.
const MAX_LIST: usize = 8 << 20;

/// A token with what was said of its certificates.
pub(crate) struct Checked {
    /// The token, with lists in it.
    pub(crate) token: Vec<u8>,
    /// OCSP responses, which travel beside it: a token that holds one is refused by `openssl ts` (RFC 5940).
    pub(crate) responses: Vec<Vec<u8>>,
    /// The verdict with all of it.
    pub(crate) verification: Verification,
}

/// Statements gathered for one token.
#[derive(Default)]
struct Gathered {
    lists: Vec<Vec<u8>>,
    responses: Vec<Vec<u8>>,
}

impl Gathered {
    fn all(&self) -> Vec<Vec<u8>> {
        self.lists.iter().chain(&self.responses).cloned().collect()
    }
}

impl Office {
    /// Asks for each certificate between the signer and the anchor: its list first, then, where that says nothing or was
    /// made before the token, its responder. Whoever does not answer leaves the state unchecked, which every report says;
    /// a seal does not wait for it.
    pub(crate) fn check_revocation(
        &mut self,
        desk: &dyn Desk,
        case: Option<&str>,
        token: &[u8],
        verification: Verification,
        trust: &Trust,
    ) -> Result<Checked> {
        let courier = courier()?;
        let now = UnixTime(desk.now());
        let mut gathered = Gathered::default();
        let mut last = verification;
        for pair in last.path.clone().windows(2) {
            let [certificate, issuer] = pair else {
                continue;
            };
            let Ok(sources) = RevocationSources::of(certificate, issuer) else {
                continue;
            };
            for url in &sources.lists {
                let delivery = courier.revocation_list(url);
                if let Some(list) = self.received(desk, case, "revocation-list", delivery)? {
                    gathered.lists.push(list);
                    break;
                }
            }
            last = judge(token, &gathered.all(), trust, now);
            if is_settled(&last, certificate) {
                continue;
            }
            for url in &sources.responders {
                let delivery = courier.ask_responder(url, &sources.request);
                if let Some(response) = self.received(desk, case, "ocsp", delivery)? {
                    gathered.responses.push(response);
                    break;
                }
            }
            last = judge(token, &gathered.all(), trust, now);
        }
        Ok(keep(token, gathered, &last, trust, now))
    }

    /// Logs what left, whatever came of it.
    fn received(
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
fn courier() -> Result<Courier> {
    let options = CourierOptions {
        connect_timeout: Duration::from_secs(5),
        total_timeout: Duration::from_secs(15),
        max_reply_bytes: MAX_LIST,
        ..CourierOptions::default()
    };
    Courier::new(&options).map_err(|e| OfficeError::Courier {
        reason: e.to_string(),
    })
}

fn judge(token: &[u8], statements: &[Vec<u8>], trust: &Trust, now: UnixTime) -> Verification {
    verify(&Inputs {
        token,
        expected: Expected::NotGiven,
        request: None,
        anchors: &trust.anchors,
        intermediates: &trust.intermediates,
        crls: statements,
        algorithms: &trust.algorithms,
        known_links: Some(&trust.known_links),
        now,
    })
}

/// Whether something newer than the token speaks of this certificate, for or against it.
fn is_settled(verification: &Verification, certificate: &[u8]) -> bool {
    let sha256 = fidem_fingerprint::hex::encode(&fidem_fingerprint::sha256(certificate));
    verification.findings.iter().any(|finding| {
        let speaks = [
            "revocation-checked",
            "revoked",
            "revoked-no-poe",
            "revoked-later",
        ];
        speaks.contains(&finding.code)
            && finding
                .params
                .iter()
                .any(|(name, value)| *name == "certificate" && *value == sha256)
    })
}

/// Puts the chain and, where they fit, the lists into the token.
fn keep(
    token: &[u8],
    gathered: Gathered,
    last: &Verification,
    trust: &Trust,
    now: UnixTime,
) -> Checked {
    let fits = gathered.lists.iter().map(Vec::len).sum::<usize>() <= MAX_EMBEDDED;
    let lists: &[Vec<u8>] = if fits { &gathered.lists } else { &[] };
    // The anchor itself is trusted by decision and travels as a copy for convenience.
    let chain = match last.path.split_last() {
        Some((_, below)) => below,
        None => &[],
    };
    let token = embed_validation_data(token, chain, lists).unwrap_or_else(|_| token.to_vec());
    // Judged as a verifier will see it: without what could not be kept.
    let verification = judge(&token, &gathered.responses, trust, now);
    Checked {
        token,
        responses: gathered.responses,
        verification,
    }
}
