//! A proof and headers, judged together.

use fidem_fingerprint::hex;

use super::{BlockHash, Header, Pin, Run, RunError, Standing};
use crate::ots::{Attestation, OtsError, Proof};
use crate::receipt::{Judgement, Payload, Place, Remark, Worth};

/// Headers after the attested one that make a block unlikely to be replaced, as nodes and calendars count.
const CONFIRMED: usize = 6;

/// The runs of headers at hand.
#[derive(Debug, Clone, Default)]
pub struct Runs<'a>(Vec<Run<'a>>);

impl<'a> Runs<'a> {
    /// Reads runs, each of octets of its own.
    ///
    /// # Errors
    /// [`RunError`] of the first that is none.
    pub fn parse(files: impl IntoIterator<Item = &'a [u8]>) -> Result<Self, RunError> {
        let runs = files.into_iter().map(Run::parse);
        Ok(Self(runs.collect::<Result<_, _>>()?))
    }

    fn with_root(&self, root: &[u8]) -> Option<(&Run<'a>, usize)> {
        let mut runs = self.0.iter();
        runs.find_map(|run| Some((run, run.with_root(root)?)))
    }

    /// The header that a pin shows to have that height.
    fn at_height(&self, height: u64, pins: &[Pin]) -> Option<Header<'a>> {
        let mut runs = self.0.iter();
        runs.find_map(|run| {
            let (last, pinned) = run.pinned(pins)?;
            let below = u64::from(pinned).checked_sub(height)?;
            let index = last.checked_sub(usize::try_from(below).ok()?)?;
            run.headers().get(index).copied()
        })
    }
}

/// Judges a proof over a payload: its digest must be the payload itself.
#[must_use]
pub fn judge(proof: &[u8], payload: &Payload, runs: &Runs<'_>, pins: &[Pin]) -> Judgement {
    let unread = |error: &OtsError| {
        let reason = Remark::new("ots-unread", &[("why", &error.to_string())]);
        Judgement::failed(Place::default(), reason)
    };
    match Proof::parse(proof) {
        Err(error) => unread(&error),
        Ok(proof) if proof.digest() != payload => {
            Judgement::failed(Place::default(), Remark::new("payload-differs", &[]))
        }
        Ok(proof) => judge_file(&proof, runs, pins),
    }
}

/// Judges a proof for whatever its digest is: the strongest of its attestations counts; one that contradicts a pinned block
/// makes the whole fail.
#[must_use]
pub fn judge_file(proof: &Proof, runs: &Runs<'_>, pins: &[Pin]) -> Judgement {
    let mut best: Option<Judgement> = None;
    for (message, attestation) in proof.timestamp.attestations() {
        let judged = attested(message, attestation, runs, pins);
        if judged.worth == Worth::Failed {
            return judged;
        }
        best = Some(match best {
            None => judged,
            Some(known) => stronger(known, judged),
        });
    }
    best.unwrap_or_else(|| Judgement {
        worth: Worth::Pending,
        place: Place::default(),
        remarks: vec![Remark::new("ots-no-attestation", &[])],
        pins: Vec::new(),
    })
}

/// The better of two; of two equal ones the one that names a block rather than a promise, and of two blocks the earlier,
/// since that is what is claimed.
fn stronger(known: Judgement, other: Judgement) -> Judgement {
    let rank = |j: &Judgement| {
        let promised = j.place.height.is_none();
        (j.worth as u8, promised, j.place.time.unwrap_or(i64::MAX))
    };
    match rank(&other) < rank(&known) {
        true => other,
        false => known,
    }
}

fn attested(message: &[u8], attestation: &Attestation, runs: &Runs<'_>, pins: &[Pin]) -> Judgement {
    let pending = |remark| Judgement {
        worth: Worth::Pending,
        place: Place::default(),
        remarks: vec![remark],
        pins: Vec::new(),
    };
    match attestation {
        Attestation::Pending { uri } => pending(Remark::new("ots-pending", &[("calendar", uri)])),
        Attestation::Unknown { tag, .. } => {
            pending(Remark::new("ots-unknown", &[("tag", &hex::encode(tag))]))
        }
        Attestation::Bitcoin { height } => in_block(message, *height, runs, pins),
    }
}

fn in_block(root: &[u8], claimed: u64, runs: &Runs<'_>, pins: &[Pin]) -> Judgement {
    let height = claimed.to_string();
    let Some((run, index)) = runs.with_root(root) else {
        let place = Place {
            network: "bitcoin".to_owned(),
            height: Some(claimed),
            ..Place::default()
        };
        // A pinned block of that height with another root contradicts; a header that is not there only lacks.
        return match runs.at_height(claimed, pins) {
            Some(_) => {
                Judgement::failed(place, Remark::new("bitcoin-root", &[("height", &height)]))
            }
            None => Judgement {
                worth: Worth::Pending,
                place,
                remarks: vec![Remark::new("bitcoin-header", &[("height", &height)])],
                pins: Vec::new(),
            },
        };
    };
    standing(run, index, claimed, pins)
}

fn standing(run: &Run<'_>, index: usize, claimed: u64, pins: &[Pin]) -> Judgement {
    let Some(header) = run.headers().get(index) else {
        let height = claimed.to_string();
        let lacking = Remark::new("bitcoin-header", &[("height", &height)]);
        return Judgement::failed(Place::default(), lacking);
    };
    let mut place = Place {
        network: "bitcoin".to_owned(),
        height: Some(claimed),
        block: Some(shown(&header.hash())),
        transaction: None,
        time: Some(i64::from(header.time())),
    };
    let (standing, pin) = run.best_standing(index, pins);
    let remark = |code, params: &[_]| vec![Remark::new(code, params)];
    match (standing, pin) {
        (Standing::Canonical { height, links }, Some(pin)) => {
            place.network.clone_from(&pin.network);
            place.height = Some(u64::from(height));
            let mut remarks = remark("bitcoin-linked", &[("links", &links.to_string())]);
            if u64::from(height) != claimed {
                let claimed = claimed.to_string();
                remarks.push(Remark::new("bitcoin-height", &[("claimed", &claimed)]));
            }
            Judgement {
                worth: Worth::Canonical,
                place,
                remarks,
                pins: vec![pin.network.clone()],
            }
        }
        (Standing::WorkOnly { above, work_bits }, _) => {
            let (above_text, bits) = (above.to_string(), work_bits.to_string());
            let mut remarks = remark("bitcoin-work", &[("above", &above_text), ("bits", &bits)]);
            if above + 1 < CONFIRMED {
                remarks.push(Remark::new("bitcoin-few-above", &[("above", &above_text)]));
            }
            Judgement {
                worth: Worth::WorkOnly,
                place,
                remarks,
                pins: Vec::new(),
            }
        }
        _ => Judgement::failed(place, Remark::new("bitcoin-work-lacking", &[])),
    }
}

/// A hash as everybody shows it: its octets turned around.
fn shown(hash: &BlockHash) -> String {
    let mut hash = *hash;
    hash.reverse();
    hex::encode(&hash)
}
