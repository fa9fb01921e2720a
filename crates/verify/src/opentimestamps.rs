//! A bare OpenTimestamps proof, with the file as data and headers at hand.

use fidem_anchor::bitcoin::{Runs, judge_file};
use fidem_anchor::ots::{DigestKind, Proof};
use fidem_fingerprint::hex;
use fidem_package::Source;

use crate::report::{Findings, Layer, Status};
use crate::subject::{Data, Request};
use crate::{chain, codes};

/// Longest proof that is read. Those of calendars have some kilobytes.
const LARGEST: u64 = 16 << 20;

/// Judges the proof and compares its digest with the data.
pub(crate) fn verify_bare(request: &Request<'_>, findings: &mut Findings) {
    let len = request.subject.len();
    let octets = match usize::try_from(len.min(LARGEST)) {
        Ok(read) if len <= LARGEST => request.subject.read_vec(0, read).ok(),
        _ => None,
    };
    let parsed = octets.ok_or_else(|| "too large".to_owned());
    let parsed = parsed.and_then(|octets| Proof::parse(&octets).map_err(|e| e.to_string()));
    let proof = match parsed {
        Ok(proof) => proof,
        Err(why) => {
            findings.add(
                codes::OTS_MALFORMED,
                Layer::Chain,
                Status::Mismatch,
                &[("why", &why)],
            );
            return;
        }
    };
    compare(&proof, request.data, findings);
    let runs = match Runs::parse(request.headers.iter().map(Vec::as_slice)) {
        Ok(runs) => runs,
        Err(error) => {
            findings.add(
                codes::HEADERS_MALFORMED,
                Layer::Chain,
                Status::CannotCheck,
                &[("why", &error.to_string())],
            );
            Runs::default()
        }
    };
    let judged = judge_file(&proof, &runs, &request.trust.pins.bitcoin);
    chain::report(&judged, "-", request.trust, findings);
    findings.not_checked(codes::NOT_CHECKED_TRUTH);
}

fn compare(proof: &Proof, data: &[Data<'_>], findings: &mut Findings) {
    let kind = match proof.kind {
        DigestKind::Sha1 => "SHA-1",
        DigestKind::Ripemd160 => "RIPEMD-160",
        DigestKind::Sha256 => "SHA-256",
        DigestKind::Keccak256 => "Keccak-256",
    };
    let digest = hex::encode(proof.digest());
    let params = [("algorithm", kind), ("digest", digest.as_str())];
    if proof.kind == DigestKind::Sha1 {
        findings.note(codes::OTS_WEAK_DIGEST, Layer::Content, &params);
    }
    if data.is_empty() {
        findings.add(
            codes::OTS_NO_DATA,
            Layer::Content,
            Status::NotSupplied,
            &params,
        );
    }
    for file in data {
        let (code, status) = match digest_of(proof.kind, file.source) {
            None => (codes::OTS_DATA_UNREADABLE, Status::CannotCheck),
            Some(found) if found == proof.digest() => (codes::OTS_DATA_FITS, Status::Match),
            Some(_) => (codes::OTS_DATA_DIFFERS, Status::Mismatch),
        };
        let params = [("algorithm", kind), ("name", file.name.as_str())];
        findings.add(code, Layer::Content, status, &params);
    }
}

/// The digest of a source, read piece by piece where the algorithm allows it here.
fn digest_of(kind: DigestKind, source: &dyn Source) -> Option<Vec<u8>> {
    const PIECE: usize = 1 << 20;
    let mut digester = kind.digester();
    let mut at = 0;
    while at < source.len() {
        let left = usize::try_from(source.len() - at).unwrap_or(usize::MAX);
        let piece = source.read_vec(at, left.min(PIECE)).ok()?;
        if piece.is_empty() {
            return None;
        }
        digester.update(&piece);
        at += piece.len() as u64;
    }
    Some(digester.finish())
}
