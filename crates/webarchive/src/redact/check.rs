//! Checking a copy: by itself, and against the originals.

use std::collections::BTreeMap;

use super::{MASK, MaskedRecord, Part, Redaction, Redactions};
use super::{commitment, place_nonce, record_nonce};
use crate::warc::Record;

/// What is wrong with a copy or its list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RedactionFault {
    /// The list names a record twice.
    #[error("record {record_id} is listed twice")]
    Repeated {
        /// Which.
        record_id: String,
    },
    /// The list names a record that is not there, or not in this order.
    #[error("record {record_id} is listed, and not met in that order")]
    Absent {
        /// Which.
        record_id: String,
    },
    /// A place overlaps the one before, is out of order, empty, or reaches beyond its part.
    #[error("record {record_id}, offset {offset}: not a place of its own")]
    Place {
        /// Which.
        record_id: String,
        /// Where.
        offset: u64,
    },
    /// A listed place holds something else than mask octets.
    #[error("record {record_id}, offset {offset}: listed as masked, and is not")]
    NotMasked {
        /// Which.
        record_id: String,
        /// Where.
        offset: u64,
    },
    /// A commitment is no digest.
    #[error("record {record_id}: a commitment is no digest")]
    Digest {
        /// Which.
        record_id: String,
    },
    /// One archive has more records than the other.
    #[error("the archives differ in length")]
    Count,
    /// Kind, id, date, type or another field differs.
    #[error("record {record_id}: the copy has another header")]
    Header {
        /// Of the original.
        record_id: String,
    },
    /// The copy differs from the masked original.
    #[error("record {record_id}, offset {offset}: differs outside the places listed")]
    Differs {
        /// Which.
        record_id: String,
        /// The part that differs.
        part: Part,
        /// The first octet that differs, or the length of the shorter one.
        offset: u64,
    },
    /// The octets of a place do not fit their commitment.
    #[error("record {record_id}, offset {offset}: the commitment does not hold")]
    Commitment {
        /// Which.
        record_id: String,
        /// Where.
        offset: u64,
    },
    /// The original block does not fit its commitment.
    #[error("record {record_id}: the commitment to the original does not hold")]
    Original {
        /// Which.
        record_id: String,
    },
}

/// Checks a copy by itself, shown its records in order.
pub struct RedactionCheck<'a> {
    listed: BTreeMap<&'a str, (usize, &'a MaskedRecord)>,
    order: &'a [MaskedRecord],
    /// How many listed records have been met.
    met: usize,
    faults: Vec<RedactionFault>,
}

impl<'a> RedactionCheck<'a> {
    /// Starts with the list.
    #[must_use]
    pub fn new(list: &'a Redactions) -> Self {
        let mut listed = BTreeMap::new();
        let mut faults = Vec::new();
        for (i, record) in list.records.iter().enumerate() {
            if listed
                .insert(record.record_id.as_str(), (i, record))
                .is_some()
            {
                faults.push(RedactionFault::Repeated {
                    record_id: record.record_id.clone(),
                });
            }
        }
        Self {
            listed,
            order: &list.records,
            met: 0,
            faults,
        }
    }

    /// One record of the copy.
    pub fn record(&mut self, court: &Record) {
        let Some((i, listed)) = self.listed.get(court.id.as_str()).copied() else {
            return;
        };
        // those passed over are absent, or come too late
        for missed in self.order.get(self.met..i).unwrap_or_default() {
            self.faults.push(absent(missed));
        }
        if i < self.met {
            self.faults.push(absent(listed));
        }
        self.met = self.met.max(i + 1);
        check_record(court, listed, &mut self.faults);
    }

    /// What was found.
    #[must_use]
    pub fn finish(mut self) -> Vec<RedactionFault> {
        for missed in self.order.get(self.met..).unwrap_or_default() {
            self.faults.push(absent(missed));
        }
        self.faults
    }
}

fn absent(record: &MaskedRecord) -> RedactionFault {
    RedactionFault::Absent {
        record_id: record.record_id.clone(),
    }
}

fn check_record(court: &Record, listed: &MaskedRecord, faults: &mut Vec<RedactionFault>) {
    let digests = listed.redactions.iter().map(|r| &r.commitment);
    let digests = digests.chain([&listed.original]);
    if digests
        .clone()
        .any(|d| fidem_fingerprint::hex::decode32(d).is_none())
    {
        faults.push(RedactionFault::Digest {
            record_id: listed.record_id.clone(),
        });
    }
    let mut before = (Part::TargetUri, 0);
    for place in &listed.redactions {
        let (record_id, offset) = (listed.record_id.clone(), place.offset);
        let start = if place.part == before.0 { before.1 } else { 0 };
        let octets = octets(part(court, place.part), place);
        match octets {
            Some(octets) if place.part >= before.0 && offset >= start && place.length > 0 => {
                if octets.iter().any(|b| *b != MASK) {
                    faults.push(RedactionFault::NotMasked { record_id, offset });
                }
            }
            _ => faults.push(RedactionFault::Place { record_id, offset }),
        }
        before = (place.part, place.offset.saturating_add(place.length));
    }
}

fn part(record: &Record, part: Part) -> &[u8] {
    match part {
        Part::TargetUri => record.target_uri.as_deref().unwrap_or("").as_bytes(),
        Part::Block => &record.block,
    }
}

fn octets<'a>(part: &'a [u8], place: &Redaction) -> Option<&'a [u8]> {
    let start = usize::try_from(place.offset).ok()?;
    let len = usize::try_from(place.length).ok()?;
    part.get(start..start.checked_add(len)?)
}

/// Checks that a copy derives from the originals, shown both in order.
pub struct DerivationCheck<'a> {
    key: [u8; 32],
    alone: RedactionCheck<'a>,
}

impl<'a> DerivationCheck<'a> {
    /// Starts with the withheld key and the list.
    #[must_use]
    pub fn new(mask_key: &[u8; 32], list: &'a Redactions) -> Self {
        Self {
            key: *mask_key,
            alone: RedactionCheck::new(list),
        }
    }

    /// One record of the original and the one that stands in its place in the copy.
    pub fn pair(&mut self, original: &Record, court: &Record) {
        self.alone.record(court);
        if header(original) != header(court) {
            self.alone.faults.push(RedactionFault::Header {
                record_id: original.id.clone(),
            });
        }
        let listed = self.alone.listed.get(original.id.as_str());
        let listed = listed.map(|(_, listed)| *listed);
        for which in [Part::TargetUri, Part::Block] {
            self.compare(original, court, which, listed);
        }
        let Some(listed) = listed else {
            return;
        };
        let nonce = record_nonce(&self.key, &original.id);
        if commitment(&nonce, &original.block) != listed.original {
            self.alone.faults.push(RedactionFault::Original {
                record_id: original.id.clone(),
            });
        }
    }

    fn compare(
        &mut self,
        original: &Record,
        court: &Record,
        which: Part,
        listed: Option<&MaskedRecord>,
    ) {
        let octets_of = part(original, which);
        let mut masked = octets_of.to_vec();
        let places = listed.map_or(&[][..], |l| &l.redactions[..]);
        for place in places.iter().filter(|p| p.part == which) {
            let Some(found) = octets(octets_of, place) else {
                // reported as a place of its own
                continue;
            };
            let nonce = place_nonce(&self.key, &original.id, which, place.offset);
            if commitment(&nonce, found) != place.commitment {
                self.alone.faults.push(RedactionFault::Commitment {
                    record_id: original.id.clone(),
                    offset: place.offset,
                });
            }
            let start = usize::try_from(place.offset).unwrap_or(0);
            masked[start..start + found.len()].fill(MASK);
        }
        let copy = part(court, which);
        if masked != copy {
            let same = masked.iter().zip(copy).take_while(|(a, b)| a == b).count();
            self.alone.faults.push(RedactionFault::Differs {
                record_id: original.id.clone(),
                part: which,
                offset: same as u64,
            });
        }
    }

    /// What was found.
    #[must_use]
    pub fn finish(self) -> Vec<RedactionFault> {
        self.alone.finish()
    }
}

/// Everything of a record that masking does not touch.
#[expect(clippy::type_complexity, reason = "compared and dropped")]
fn header(
    record: &Record,
) -> (
    crate::warc::Kind,
    &str,
    &str,
    Option<&str>,
    &[(String, String)],
) {
    (
        record.kind,
        &record.id,
        &record.date,
        record.content_type.as_deref(),
        &record.fields,
    )
}

/// Checks a copy by itself: every listed place holds mask octets and nothing else, in order, without overlap.
#[must_use]
pub fn check_redactions(court: &[Record], list: &Redactions) -> Vec<RedactionFault> {
    let mut check = RedactionCheck::new(list);
    court.iter().for_each(|record| check.record(record));
    check.finish()
}

/// Checks that the copy is the originals with exactly the listed places masked, and that every commitment holds.
#[must_use]
pub fn verify_derivation(
    originals: &[Record],
    mask_key: &[u8; 32],
    court: &[Record],
    list: &Redactions,
) -> Vec<RedactionFault> {
    let mut check = DerivationCheck::new(mask_key, list);
    for (original, copy) in originals.iter().zip(court) {
        check.pair(original, copy);
    }
    let mut faults = check.finish();
    if originals.len() != court.len() {
        faults.push(RedactionFault::Count);
    }
    faults
}
