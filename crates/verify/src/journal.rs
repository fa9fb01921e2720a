//! The journal's extract: links from end to end, and meets the state each seal names.

use fidem_fingerprint::hex;
use fidem_manifest::{JournalExtract, Seal};

use crate::codes;
use crate::report::{Findings, Layer, Status};
use crate::seals::SealParts;

pub(crate) fn verify(bytes: &[u8], parts: &[SealParts], stamped: bool, findings: &mut Findings) {
    let read = JournalExtract::from_bytes(bytes).and_then(|extract| {
        let heads = extract.heads()?;
        Ok((extract, heads))
    });
    let (extract, heads) = match read {
        Ok(read) => read,
        Err(error) => {
            findings.add(
                codes::JOURNAL_MALFORMED,
                Layer::Journal,
                Status::Mismatch,
                &[("reason", &error.to_string())],
            );
            return;
        }
    };
    let mut whole = findings.case.as_ref().is_none_or(|c| *c == extract.case);
    let seals: Vec<Seal> = parts
        .iter()
        .filter_map(|p| Seal::from_bytes(&p.seal).ok())
        .collect();
    for seal in &seals {
        let met = heads.iter().any(|h| {
            h.entries == seal.journal.entries && hex::encode(&h.hash) == seal.journal.head
        });
        if !met {
            whole = false;
            findings.add(
                codes::JOURNAL_BROKEN,
                Layer::Journal,
                Status::Mismatch,
                &[("seal", &seal.seal.to_string())],
            );
        }
    }
    if !whole || seals.is_empty() {
        let seal = "-";
        if findings.layer(Layer::Journal) != Status::Mismatch {
            findings.add(
                codes::JOURNAL_BROKEN,
                Layer::Journal,
                Status::Mismatch,
                &[("seal", seal)],
            );
        }
        return;
    }
    let last = seals.iter().map(|s| s.journal.entries).max();
    let tail = heads
        .last()
        .zip(last)
        .map_or(0, |(end, last)| end.entries.saturating_sub(last));
    if tail > 0 && !stamped {
        findings.add(
            codes::JOURNAL_TAIL,
            Layer::Journal,
            Status::CannotCheck,
            &[("count", &tail.to_string())],
        );
    }
    findings.add(
        codes::JOURNAL_LINKS,
        Layer::Journal,
        Status::Match,
        &[("count", &extract.links.len().to_string())],
    );
}
