//! Masking in two passes: first all values are learnt, then every record is masked.

use std::ops::Range;

use super::echo::Values;
use super::find::{Place, in_address, in_block};
use super::{FORMAT, Kind, MASK, MaskedRecord, Part, Redaction, Redactions};
use super::{commitment, json, place_nonce, record_nonce};
use crate::http::{self, Head};
use crate::warc::Record;

/// Most octets that a gzip body may inflate to when it is searched.
const MAX_INFLATED: u64 = 256 << 20;

/// The first pass: shown every record, it learns the values that are secret.
#[derive(Debug, Clone, Default)]
pub struct Scan {
    more: Vec<String>,
    values: Values,
}

impl Scan {
    /// `more` are names of fields, cookies aside, that are secret beside those known; any case of letters.
    #[must_use]
    pub fn new(more: &[String]) -> Self {
        Self {
            more: more.to_vec(),
            values: Values::default(),
        }
    }

    /// Learns from one record.
    pub fn record(&mut self, record: &Record) {
        for place in in_block(record, &self.more) {
            self.learn(&record.block[place.range.clone()], &place.name);
        }
        if let Some(uri) = &record.target_uri {
            for place in in_address(uri.as_bytes(), &self.more) {
                self.learn(&uri.as_bytes()[place.range.clone()], &place.name);
            }
        }
    }

    /// A value, and what it is without the coding it may stand in, and under the two codings it may be met in.
    fn learn(&mut self, raw: &[u8], name: &str) {
        let decoded = crate::form::decoded(raw);
        let unquoted = json::unquoted(raw);
        self.values.insert(raw, name);
        for plain in [decoded.as_str(), unquoted.as_str()] {
            self.values.insert(plain.as_bytes(), name);
            self.values
                .insert(crate::cdxj::quoted(plain.as_bytes()).as_bytes(), name);
            if let Ok(text) = serde_json::to_string(plain) {
                self.values.insert(text.trim_matches('"').as_bytes(), name);
            }
        }
    }

    /// Ends the first pass. The key is withheld with the originals: see [`crate::redact`].
    #[must_use]
    pub fn masker(self, mask_key: &[u8; 32]) -> Masker {
        Masker {
            scan: self,
            key: *mask_key,
            list: Redactions {
                format: FORMAT.to_owned(),
                records: Vec::new(),
                unsearched: Vec::new(),
            },
        }
    }
}

/// The second pass: masks one record after the other.
pub struct Masker {
    scan: Scan,
    key: [u8; 32],
    list: Redactions,
}

impl Masker {
    /// The record as the court sees it: same id, same lengths, secrets masked.
    #[must_use]
    pub fn record(&mut self, original: &Record) -> Record {
        let mut court = original.clone();
        let mut redactions = Vec::new();
        if let Some(uri) = &original.target_uri {
            let places = self.places(uri.as_bytes(), in_address(uri.as_bytes(), &self.scan.more));
            let places = whole_letters(uri, places);
            let (masked, list) = self.apply(original, Part::TargetUri, uri.as_bytes(), places);
            court.target_uri = String::from_utf8(masked).ok();
            redactions.extend(list);
        }
        let places = self.block_places(original);
        let (masked, list) = self.apply(original, Part::Block, &original.block, places);
        court.block = masked;
        redactions.extend(list);
        if !redactions.is_empty() {
            let nonce = record_nonce(&self.key, &original.id);
            self.list.records.push(MaskedRecord {
                record_id: original.id.clone(),
                original: commitment(&nonce, &original.block),
                redactions,
            });
        }
        court
    }

    /// The list of everything that was masked.
    #[must_use]
    pub fn finish(self) -> Redactions {
        self.list
    }

    /// Places by name, and those where a known value stands beside them; sorted, without overlap.
    fn places(&self, octets: &[u8], named: Vec<Place>) -> Vec<Place> {
        let echoes = self.scan.values.find(octets);
        let echoes = echoes.into_iter().map(|(range, name)| Place {
            range,
            kind: Kind::Echo,
            name: name.to_owned(),
        });
        disjoint(named, echoes.collect())
    }

    fn block_places(&mut self, record: &Record) -> Vec<Place> {
        let places = self.places(&record.block, in_block(record, &self.scan.more));
        let Some(body) = coded_body(record) else {
            return places;
        };
        let mut masked = record.block.clone();
        for place in &places {
            masked[place.range.clone()].fill(MASK);
        }
        match decoded(&masked[..body.start], &masked[body.clone()]) {
            Some(plain) => match self.scan.values.find(&plain).first() {
                Some((_, name)) => {
                    let whole = Place {
                        range: body,
                        kind: Kind::CodedBody,
                        name: (*name).to_owned(),
                    };
                    let before = places
                        .into_iter()
                        .filter(|p| p.range.end <= whole.range.start);
                    let mut out: Vec<Place> = before.collect();
                    out.push(whole);
                    out
                }
                None => places,
            },
            None => {
                self.list.unsearched.push(record.id.clone());
                places
            }
        }
    }

    fn apply(
        &self,
        record: &Record,
        part: Part,
        octets: &[u8],
        places: Vec<Place>,
    ) -> (Vec<u8>, Vec<Redaction>) {
        let mut masked = octets.to_vec();
        let mut list = Vec::new();
        for place in places {
            let offset = place.range.start as u64;
            let nonce = place_nonce(&self.key, &record.id, part, offset);
            list.push(Redaction {
                part,
                offset,
                length: place.range.len() as u64,
                kind: place.kind,
                name: place.name,
                commitment: commitment(&nonce, &octets[place.range.clone()]),
            });
            masked[place.range].fill(MASK);
        }
        (masked, list)
    }
}

/// Masks records held in memory: both passes.
#[must_use]
pub fn mask(records: &[Record], mask_key: &[u8; 32], more: &[String]) -> (Vec<Record>, Redactions) {
    let mut scan = Scan::new(more);
    records.iter().for_each(|r| scan.record(r));
    let mut masker = scan.masker(mask_key);
    let court = records.iter().map(|r| masker.record(r)).collect();
    (court, masker.finish())
}

/// Named places as they are, and what of the echoes lies outside them.
fn disjoint(mut named: Vec<Place>, echoes: Vec<Place>) -> Vec<Place> {
    named.sort_by_key(|p| (p.range.start, std::cmp::Reverse(p.range.end)));
    let mut out: Vec<Place> = Vec::new();
    for mut place in named {
        let end = out.last().map_or(0, |p| p.range.end);
        place.range.start = place.range.start.max(end);
        if place.range.start < place.range.end {
            out.push(place);
        }
    }
    let mut rest = Vec::new();
    let mut next = 0;
    for echo in echoes {
        let mut at = echo.range.start;
        while out.get(next).is_some_and(|p| p.range.end <= at) {
            next += 1;
        }
        for place in out[next..]
            .iter()
            .take_while(|p| p.range.start < echo.range.end)
        {
            push(&mut rest, &echo, at..place.range.start);
            at = at.max(place.range.end);
        }
        push(&mut rest, &echo, at..echo.range.end);
    }
    out.extend(rest);
    out.sort_by_key(|p| p.range.start);
    out
}

/// Widens places of a text so that none cuts a letter of several octets.
fn whole_letters(text: &str, places: Vec<Place>) -> Vec<Place> {
    let mut end = 0;
    let widened = places.into_iter().map(|mut place| {
        while !text.is_char_boundary(place.range.start) {
            place.range.start -= 1;
        }
        while !text.is_char_boundary(place.range.end) {
            place.range.end += 1;
        }
        place.range.start = place.range.start.max(end);
        end = end.max(place.range.end);
        place
    });
    widened.filter(|p| p.range.start < p.range.end).collect()
}

fn push(out: &mut Vec<Place>, echo: &Place, range: Range<usize>) {
    if range.start < range.end {
        out.push(Place {
            range,
            ..echo.clone()
        });
    }
}

/// The body of an HTTP record that is chunked or under a coding.
fn coded_body(record: &Record) -> Option<Range<usize>> {
    if !record.is_http() {
        return None;
    }
    let start = http::head_end(&record.block)?;
    let head = Head::parse(&record.block[..start]);
    let coded = head.is_chunked() || coding(&head).is_some();
    (coded && start < record.block.len()).then_some(start..record.block.len())
}

fn coding(head: &Head) -> Option<String> {
    let coding = head.field("content-encoding")?.trim().to_ascii_lowercase();
    (!matches!(coding.as_str(), "" | "identity")).then_some(coding)
}

/// The body without chunks and gzip; `None` where it cannot be had.
fn decoded(head: &[u8], body: &[u8]) -> Option<Vec<u8>> {
    let head = Head::parse(head);
    let plain = match head.is_chunked() {
        true => http::dechunk(body)?,
        false => body.to_vec(),
    };
    match coding(&head).as_deref() {
        None => Some(plain),
        Some("gzip" | "x-gzip") => crate::gzip::inflate_all(&plain, MAX_INFLATED)
            .ok()
            .flatten(),
        Some(_) => None,
    }
}
