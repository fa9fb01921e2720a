//! The trust file `fidem-trust/1`: which roots, logs and offices decide. Compiled in, replaceable by the judge.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fidem_anchor::receipt::Pins;
use fidem_anchor::{LogKey, WitnessKey};
use fidem_fingerprint::{hex, sha256};
use rfc3161_client::{
    AlgorithmEnd, AlgorithmTable, Anchor, DigestAlgorithm, KnownLinks, RatedAlgorithm, UnixTime,
    certificates_from_pem,
};
use serde::{Deserialize, Serialize};
use x509_parser::prelude::{FromDer, X509Certificate};

mod chains;

use chains::{ChainEntries, WitnessEntry};

/// The trust of this build.
const COMPILED_IN: &[u8] = include_bytes!("../data/trust.json");
const FORMAT: &str = "fidem-trust/1";
/// Kinds of roots: for time stamps, and for signatures of persons and offices.
const TSA_ROOT: &str = "tsa-root";
const SIGNATURE_ROOT: &str = "signature-root";

/// Why bytes are no trust.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrustError {
    /// Neither a trust file nor PEM certificates.
    #[error("{name} is neither a trust file nor PEM certificates: {reason}")]
    Unreadable {
        /// Name of the file.
        name: String,
        /// Why.
        reason: String,
    },
    /// A root whose stated digest does not fit.
    #[error("the digest of root {root:?} does not fit its certificate")]
    Digest {
        /// The root.
        root: String,
    },
}

/// Where trust came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TrustOrigin {
    /// Of this build.
    CompiledIn,
    /// Handed in by whoever verifies.
    SuppliedByVerifier,
}

/// A root with what is known of it.
#[derive(Debug, Clone)]
pub struct TrustRoot {
    /// Name.
    pub name: String,
    /// SHA-256 of the certificate, hex.
    pub sha256: String,
    /// Operator, or 未知.
    pub operator: String,
    /// Licence or qualified status, or 未知.
    pub licence: String,
    /// Where the root was taken from.
    pub source: String,
}

/// A root or key that decided something in a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TrustUsed {
    /// `tsa-root`, `signature-root`, `log-key`, `witness` or `chain-pin`.
    pub kind: &'static str,
    /// Name.
    pub name: String,
    /// SHA-256, hex.
    pub sha256: String,
    /// Where it came from.
    pub origin: TrustOrigin,
}

/// Everything that decides.
#[derive(Debug, Clone)]
pub struct Trust {
    origin: TrustOrigin,
    /// The roots, described.
    pub roots: Vec<TrustRoot>,
    /// The roots for time stamps as anchors; a root with a dated exception stands twice.
    pub anchors: Vec<Anchor>,
    /// The roots for signatures of persons and offices as anchors.
    pub signature_anchors: Vec<Anchor>,
    /// Untrusted certificates that may complete a path.
    pub intermediates: Vec<Vec<u8>>,
    /// Keys of office logs.
    pub logs: Vec<LogKey>,
    /// Witnesses of logs, with who runs them.
    pub witnesses: Vec<(WitnessKey, String)>,
    /// Blocks, validators and authorities of chains.
    pub pins: Pins,
    /// Ids of offices whose identity was verified.
    pub offices: Vec<String>,
    /// How long algorithms are relied on.
    pub algorithms: AlgorithmTable,
    /// Signatures of certificates that were verified under this trust, whatever it was asked for.
    pub known_links: KnownLinks,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TrustFile {
    #[serde(default)]
    algorithms: Option<AlgorithmsEntry>,
    #[serde(default)]
    chains: ChainEntries,
    #[allow(dead_code, reason = "read so that a file without a date is refused")]
    date: String,
    format: String,
    logs: Vec<LogEntry>,
    offices: Vec<OfficeEntry>,
    roots: Vec<RootEntry>,
    #[allow(dead_code, reason = "compared by trust updates only")]
    serial: u64,
    #[serde(default)]
    witnesses: Vec<WitnessEntry>,
}

/// Ends of algorithms; where a trust file has them they take the place of the build's.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AlgorithmsEntry {
    ends: Vec<AlgorithmEntry>,
    source: String,
}

/// `{"algorithm": "SHA-1"}`, `{"algorithm": "RSA", "below": 3000}` or `{"algorithm": "EC", "below": 256}`, with `until`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AlgorithmEntry {
    algorithm: String,
    #[serde(default)]
    below: Option<usize>,
    until: String,
}

impl AlgorithmEntry {
    fn end(&self) -> Option<AlgorithmEnd> {
        let algorithm = match (self.algorithm.as_str(), self.below) {
            ("RSA", Some(bits)) => RatedAlgorithm::RsaBelow(bits),
            ("EC", Some(bits)) => RatedAlgorithm::CurveBelow(bits),
            (name, None) => RatedAlgorithm::Digest(DigestAlgorithm::from_name(name)?),
            _ => return None,
        };
        Some(AlgorithmEnd {
            algorithm,
            until: UnixTime::from_rfc3339(&self.until)?,
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LogEntry {
    key: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfficeEntry {
    id: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RootEntry {
    certificate: String,
    exceptions: Vec<ExceptionEntry>,
    kind: String,
    licence: String,
    name: String,
    operator: String,
    policies: Vec<String>,
    sha256: String,
    source: String,
    #[serde(default)]
    valid_from: Option<String>,
    #[serde(default)]
    valid_to: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExceptionEntry {
    code: String,
    #[allow(dead_code, reason = "shown to people, not judged")]
    reason: String,
    from: String,
    to: String,
}

impl Trust {
    /// The trust of this build.
    ///
    /// # Errors
    /// [`TrustError`] when the build's own data is damaged.
    pub fn compiled_in() -> Result<Self, TrustError> {
        let mut trust = Self::empty(TrustOrigin::CompiledIn);
        trust.read_file("trust.json", COMPILED_IN)?;
        Ok(trust)
    }

    /// Trust handed in by whoever verifies; it replaces the build's.
    ///
    /// Plain PEM: a certificate whose issuer is also handed in is an untrusted intermediate, every other an anchor.
    ///
    /// # Errors
    /// [`TrustError`].
    pub fn supplied<'a>(
        files: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    ) -> Result<Self, TrustError> {
        let mut trust = Self::empty(TrustOrigin::SuppliedByVerifier);
        let mut plain = Vec::new();
        for (name, bytes) in files {
            if bytes.trim_ascii_start().starts_with(b"{") {
                trust.read_file(name, bytes)?;
            } else {
                plain.extend(certificates(name, bytes)?);
            }
        }
        trust.take_plain(plain);
        Ok(trust)
    }

    fn empty(origin: TrustOrigin) -> Self {
        Self {
            origin,
            roots: Vec::new(),
            anchors: Vec::new(),
            signature_anchors: Vec::new(),
            intermediates: Vec::new(),
            logs: Vec::new(),
            witnesses: Vec::new(),
            pins: Pins::default(),
            offices: Vec::new(),
            algorithms: AlgorithmTable::built_in().clone(),
            known_links: KnownLinks::default(),
        }
    }

    /// Whether the judge's roots replaced the build's.
    #[must_use]
    pub fn supplied_by_verifier(&self) -> bool {
        self.origin == TrustOrigin::SuppliedByVerifier
    }

    fn read_file(&mut self, name: &str, bytes: &[u8]) -> Result<(), TrustError> {
        let unreadable = |reason: String| TrustError::Unreadable {
            name: name.to_owned(),
            reason,
        };
        fidem_manifest::canonical::check(bytes).map_err(|e| unreadable(e.to_string()))?;
        let file: TrustFile =
            serde_json::from_slice(bytes).map_err(|e| unreadable(e.to_string()))?;
        if file.format != FORMAT {
            return Err(unreadable(file.format));
        }
        if let Some(table) = file.algorithms {
            let ends = table.ends.iter().map(|entry| {
                // An end that is not understood must not silently count for none.
                entry
                    .end()
                    .ok_or_else(|| unreadable(entry.algorithm.clone()))
            });
            self.algorithms = AlgorithmTable {
                ends: ends.collect::<Result<_, _>>()?,
                source: table.source,
            };
        }
        for root in file.roots {
            self.take_root(root, &unreadable)?;
        }
        for log in file.logs {
            self.logs
                .push(LogKey::from_line(&log.key).map_err(|e| unreadable(e.to_string()))?);
        }
        for witness in file.witnesses {
            self.witnesses.push(witness.witness().map_err(&unreadable)?);
        }
        file.chains.pin(&mut self.pins).map_err(&unreadable)?;
        self.offices.extend(file.offices.into_iter().map(|o| o.id));
        Ok(())
    }

    fn take_root(
        &mut self,
        root: RootEntry,
        unreadable: &dyn Fn(String) -> TrustError,
    ) -> Result<(), TrustError> {
        let certificate = STANDARD
            .decode(&root.certificate)
            .map_err(|e| unreadable(e.to_string()))?;
        if hex::encode(&sha256(&certificate)) != root.sha256 {
            return Err(TrustError::Digest { root: root.name });
        }
        let instant = |text: &Option<String>| match text {
            None => Ok(None),
            Some(t) => UnixTime::from_rfc3339(t)
                .map(Some)
                .ok_or_else(|| unreadable(t.clone())),
        };
        let anchor = Anchor {
            certificate,
            valid_from: instant(&root.valid_from)?,
            valid_to: instant(&root.valid_to)?,
            policies: root.policies,
            allow_non_critical_eku: false,
        };
        let exception = exception(&root.exceptions, unreadable)?;
        match root.kind.as_str() {
            SIGNATURE_ROOT if exception.is_none() && anchor.policies.is_empty() => {
                self.signature_anchors.push(anchor);
            }
            TSA_ROOT => self.take_tsa_root(anchor, exception),
            // What is trusted for nothing known must not be trusted for everything.
            other => return Err(unreadable(format!("kind {other}"))),
        }
        self.roots.push(TrustRoot {
            name: root.name,
            sha256: root.sha256,
            operator: root.operator,
            licence: root.licence,
            source: root.source,
        });
        Ok(())
    }

    fn take_tsa_root(&mut self, anchor: Anchor, exception: Option<(UnixTime, UnixTime)>) {
        // The exception holds within its own dates only; outside them the root is judged as any other.
        if let Some((from, to)) = exception {
            self.anchors.push(Anchor {
                valid_from: Some(from),
                valid_to: Some(to),
                allow_non_critical_eku: true,
                ..anchor.clone()
            });
        }
        self.anchors.push(anchor);
    }

    fn take_plain(&mut self, plain: Vec<Vec<u8>>) {
        let subjects: Vec<Vec<u8>> = plain.iter().filter_map(|c| names(c)).map(|n| n.0).collect();
        for certificate in plain {
            let Some((subject, issuer)) = names(&certificate) else {
                continue;
            };
            if subject != issuer && subjects.contains(&issuer) {
                self.intermediates.push(certificate);
                continue;
            }
            self.roots.push(TrustRoot {
                name: display_name(&certificate),
                sha256: hex::encode(&sha256(&certificate)),
                operator: "未知".to_owned(),
                licence: "未知".to_owned(),
                source: "核验人提供".to_owned(),
            });
            // Whoever hands in a certificate and says no more trusts it for both.
            self.anchors.push(Anchor::of(certificate.clone()));
            self.signature_anchors.push(Anchor::of(certificate));
        }
    }

    /// The root of that fingerprint as it stands in a report.
    pub(crate) fn root_used(&self, sha256: &str) -> Option<TrustUsed> {
        self.root_used_as(TSA_ROOT, sha256)
    }

    /// The root of a signature as it stands in a report.
    pub(crate) fn signature_root_used(&self, sha256: &str) -> Option<TrustUsed> {
        self.root_used_as(SIGNATURE_ROOT, sha256)
    }

    fn root_used_as(&self, kind: &'static str, sha256: &str) -> Option<TrustUsed> {
        let root = self.roots.iter().find(|r| r.sha256 == sha256)?;
        Some(TrustUsed {
            kind,
            name: root.name.clone(),
            sha256: root.sha256.clone(),
            origin: self.origin,
        })
    }

    /// A witness as it stands in a report.
    pub(crate) fn witness_used(&self, key: &WitnessKey, operator: &str) -> TrustUsed {
        TrustUsed {
            kind: "witness",
            name: operator.to_owned(),
            sha256: hex::encode(&sha256(&key.public)),
            origin: self.origin,
        }
    }

    /// A pin of a chain as it stands in a report; it has no key of its own that could be printed.
    pub(crate) fn pin_used(&self, name: &str) -> TrustUsed {
        TrustUsed {
            kind: "chain-pin",
            name: name.to_owned(),
            sha256: String::new(),
            origin: self.origin,
        }
    }

    /// A log key as it stands in a report.
    pub(crate) fn log_used(&self, key: &LogKey) -> TrustUsed {
        TrustUsed {
            kind: "log-key",
            name: key.name.clone(),
            sha256: hex::encode(&sha256(&key.public)),
            origin: self.origin,
        }
    }
}

/// The window of the one exception there is; an unknown code must not silently widen trust.
fn exception(
    entries: &[ExceptionEntry],
    unreadable: &dyn Fn(String) -> TrustError,
) -> Result<Option<(UnixTime, UnixTime)>, TrustError> {
    let Some(entry) = entries.first() else {
        return Ok(None);
    };
    let known = entry.code == "eku-not-critical" && entries.len() == 1;
    let window = UnixTime::from_rfc3339(&entry.from).zip(UnixTime::from_rfc3339(&entry.to));
    match window {
        Some(window) if known => Ok(Some(window)),
        _ => Err(unreadable(format!("exception {}", entry.code))),
    }
}

fn certificates(name: &str, bytes: &[u8]) -> Result<Vec<Vec<u8>>, TrustError> {
    if bytes.first() == Some(&0x30) && names(bytes).is_some() {
        return Ok(vec![bytes.to_vec()]);
    }
    let found = certificates_from_pem(bytes).map_err(|e| TrustError::Unreadable {
        name: name.to_owned(),
        reason: e.to_string(),
    })?;
    match found.is_empty() {
        false => Ok(found),
        true => Err(TrustError::Unreadable {
            name: name.to_owned(),
            reason: "no certificate in it".to_owned(),
        }),
    }
}

fn names(der: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    Some((
        certificate.subject().as_raw().to_vec(),
        certificate.issuer().as_raw().to_vec(),
    ))
}

fn display_name(der: &[u8]) -> String {
    X509Certificate::from_der(der)
        .map(|(_, c)| c.subject().to_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_build_carries_readable_trust() {
        assert!(Trust::compiled_in().is_ok_and(|t| !t.supplied_by_verifier()));
    }

    #[test]
    fn garbage_and_unknown_fields_are_refused_by_name() {
        for bytes in [
            &b"hello"[..],
            b"{\"format\":\"fidem-trust/2\"}",
            b"{\"date\":\"x\",\"format\":\"fidem-trust/1\",\"logs\":[],\"more\":1,\"offices\":[],\"roots\":[],\"serial\":1}",
        ] {
            let found = Trust::supplied([("t", bytes)]);
            assert!(
                matches!(found, Err(TrustError::Unreadable { ref name, .. }) if name == "t")
            );
        }
    }
}
