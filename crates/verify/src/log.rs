//! The office log's proof. Without a key in the trust file, or a witness, it is the office's word about itself.

use fidem_anchor::{LogProof, Note};
use fidem_fingerprint::sha256;
use fidem_manifest::Seal;
use rfc3161_client::UnixTime;

use crate::codes::{self, Code};
use crate::report::{Findings, Layer, Status};
use crate::seals::SealParts;
use crate::subject::Request;

/// Checks the log proof that travels with a seal.
pub(crate) fn verify_seal(
    part: &SealParts,
    seal: &Seal,
    request: &Request<'_>,
    findings: &mut Findings,
) {
    let number = seal.seal.to_string();
    let entry = sha256(&part.seal);
    // The later proof first: what witnesses signed is said before the office's own word of the moment of sealing.
    for bytes in [&part.witnessed, &part.log_proof].into_iter().flatten() {
        judge(bytes, &entry, &number, request, findings);
    }
}

/// A bare proof, with the seal statement as data.
pub(crate) fn verify_bare(request: &Request<'_>, findings: &mut Findings) {
    let len = usize::try_from(request.subject.len().min(1 << 20)).unwrap_or(0);
    let Ok(bytes) = request.subject.read_vec(0, len) else {
        return;
    };
    let [data] = request.data else {
        findings.add(codes::NO_DATA, Layer::Content, Status::NotSupplied, &[]);
        findings.add(
            codes::LOG_KEY_UNKNOWN,
            Layer::Chain,
            Status::CannotCheck,
            &[],
        );
        return;
    };
    let len = usize::try_from(data.source.len().min(1 << 20)).unwrap_or(0);
    match data.source.read_vec(0, len) {
        Ok(seal) => judge(&bytes, &sha256(&seal), "-", request, findings),
        Err(error) => findings.add(
            codes::UNREADABLE,
            Layer::Content,
            Status::CannotCheck,
            &[("reason", &error.to_string())],
        ),
    }
}

fn judge(
    bytes: &[u8],
    entry: &[u8; 32],
    number: &str,
    request: &Request<'_>,
    findings: &mut Findings,
) {
    let broken = |why: &str, findings: &mut Findings| {
        findings.add(
            codes::LOG_BROKEN,
            Layer::Chain,
            Status::Mismatch,
            &[("seal", number), ("why", why)],
        );
    };
    let checked = std::str::from_utf8(bytes)
        .map_err(|e| e.to_string())
        .and_then(|t| LogProof::parse(t).map_err(|e| e.to_string()))
        .and_then(|p| {
            let checkpoint = p.checkpoint_over(entry).map_err(|e| e.to_string())?;
            Ok((p, checkpoint))
        });
    let (proof, checkpoint) = match checked {
        Ok(checked) => checked,
        Err(why) => return broken(&why, findings),
    };
    let key = request
        .trust
        .logs
        .iter()
        .find_map(|k| proof.note.signed_by(k).map(|holds| (k, holds)));
    match key {
        None => findings.add(
            codes::LOG_KEY_UNKNOWN,
            Layer::Chain,
            Status::CannotCheck,
            &[],
        ),
        Some((_, false)) => broken("signature", findings),
        Some((key, true)) => {
            let used = request.trust.log_used(key);
            if !findings.trust.contains(&used) {
                findings.trust.push(used);
            }
            findings.add(
                codes::LOG_ENTRY,
                Layer::Chain,
                Status::Match,
                &[
                    ("seal", number),
                    ("index", &proof.index.to_string()),
                    ("size", &checkpoint.size.to_string()),
                ],
            );
        }
    }
    witnesses(&proof.note, request, findings);
}

/// Witnesses that the trust file knows. With none of them the log is the office's word about itself.
fn witnesses(note: &Note, request: &Request<'_>, findings: &mut Findings) {
    let mut witnessed = false;
    for (key, operator) in &request.trust.witnesses {
        let named = [("witness", operator.as_str())];
        match note.cosigned_by(key) {
            None => {}
            Some(None) => findings.add(
                codes::LOG_WITNESS_BROKEN,
                Layer::Chain,
                Status::Mismatch,
                &named,
            ),
            Some(Some(time)) => {
                witnessed = true;
                let time = UnixTime(i64::try_from(time).unwrap_or(i64::MAX)).to_string();
                let used = request.trust.witness_used(key, operator);
                if !findings.trust.contains(&used) {
                    findings.trust.push(used);
                }
                let params = [named[0], ("time", time.as_str())];
                findings.note(codes::LOG_WITNESSED, Layer::Chain, &params);
            }
        }
    }
    // The log's own line is there; every further one is somebody else's.
    let others = note.signatures.len().saturating_sub(1);
    if !witnessed && others > 0 {
        let count = others.to_string();
        findings.note(
            codes::LOG_WITNESS_UNKNOWN,
            Layer::Chain,
            &[("count", &count)],
        );
        return;
    }
    const SAID: [Code; 3] = [
        codes::LOG_OWN_RECORD,
        codes::LOG_WITNESSED,
        codes::LOG_WITNESS_UNKNOWN,
    ];
    if !witnessed && findings.list.iter().all(|f| !SAID.contains(&f.code)) {
        findings.note(codes::LOG_OWN_RECORD, Layer::Chain, &[]);
    }
}
