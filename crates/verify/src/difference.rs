//! Where a file handed in differs from the original in the package. Where, and never why.

use std::collections::BTreeMap;

use fidem_fingerprint::sha256;
use fidem_package::{Source, SourceError};
use fidem_pdf::{Body, Dictionary, File, Object, Reference};

use crate::codes;
use crate::report::{Findings, Layer};

/// Places that are told one by one.
const PLACES: usize = 12;
/// Differing octets no further apart than this are one place.
const NEAR: u64 = 8;
/// Octets compared at a time.
const BLOCK: u64 = 1 << 16;
/// A PDF up to this size is compared by its pages as well.
const PDF: u64 = 64 << 20;
/// Objects that the pages of a file may use, each counted for every page that does.
const OBJECTS: usize = 1_000_000;
/// Pages that are told one by one.
const PAGES: usize = 40;

/// What is told of two strings of octets that differ.
#[derive(Debug, PartialEq, Eq)]
enum Difference {
    /// Of the same length: how many octets differ, in how many places, and the first of them as `from–to`, from 1.
    Places {
        octets: u64,
        count: u64,
        first: Vec<(u64, u64)>,
    },
    /// Of other lengths: how many octets at the start and at the end are the same.
    Stretch { before: u64, after: u64 },
}

impl Difference {
    /// Octets before the first that differs.
    fn before(&self) -> u64 {
        match self {
            Self::Places { first, .. } => first.first().map_or(0, |(from, _)| from - 1),
            Self::Stretch { before, .. } => *before,
        }
    }
}

/// Tells where `given` differs from `kept`, item `item` of the package, which bears its name.
pub(crate) fn tell(
    name: &str,
    item: u32,
    kept: &dyn Source,
    given: &dyn Source,
    findings: &mut Findings,
) {
    // A file that cannot be read is told of where its fingerprint was sought.
    let Ok(Some(difference)) = between(kept, given) else {
        return;
    };
    let item = item.to_string();
    let named = [("name", name), ("item", item.as_str())];
    match &difference {
        Difference::Places {
            octets,
            count,
            first,
        } => {
            let [octets, count] = [octets, count].map(u64::to_string);
            let places = spans(first, PLACES);
            let facts = [
                ("octets", octets.as_str()),
                ("count", &count),
                ("places", &places),
            ];
            findings.note(
                codes::DATA_PLACES,
                Layer::Content,
                &[&named[..], &facts].concat(),
            );
        }
        Difference::Stretch { before, after } => {
            let [before, after, kept, given] =
                [*before, *after, kept.len(), given.len()].map(|n| n.to_string());
            let facts = [
                ("kept", kept.as_str()),
                ("given", &given),
                ("before", &before),
                ("after", &after),
            ];
            findings.note(
                codes::DATA_STRETCH,
                Layer::Content,
                &[&named[..], &facts].concat(),
            );
        }
    }
    if let Ok(Some((line, column))) = text_place(kept, difference.before()) {
        let [line, column] = [line, column].map(|n| n.to_string());
        let facts = [("line", line.as_str()), ("column", &column)];
        findings.note(
            codes::DATA_LINE,
            Layer::Content,
            &[&named[..], &facts].concat(),
        );
    }
    if let Some(pages) = pages_differing(kept, given) {
        let facts = [("pages", pages.as_str())];
        findings.note(
            codes::DATA_PAGES,
            Layer::Content,
            &[&named[..], &facts].concat(),
        );
    }
}

/// `3–5, 9`, with an ellipsis after so many.
fn spans(places: &[(u64, u64)], most: usize) -> String {
    let shown = places.iter().take(most).map(|(from, to)| match from == to {
        true => from.to_string(),
        false => format!("{from}–{to}"),
    });
    let mut text = shown.collect::<Vec<_>>().join(", ");
    if places.len() > most {
        text.push('…');
    }
    text
}

fn between(kept: &dyn Source, given: &dyn Source) -> Result<Option<Difference>, SourceError> {
    match kept.len() == given.len() {
        true => places(kept, given),
        false => stretch(kept, given).map(Some),
    }
}

fn places(kept: &dyn Source, given: &dyn Source) -> Result<Option<Difference>, SourceError> {
    let (mut octets, mut count) = (0, 0);
    // One more than is told, so that the ellipsis is known.
    let mut first: Vec<(u64, u64)> = Vec::new();
    let mut last: Option<u64> = None;
    each_pair(kept, given, kept.len(), &mut |at, a, b| {
        if a == b {
            return;
        }
        octets += 1;
        let joins = last.is_some_and(|last| at - last <= NEAR);
        if !joins {
            count += 1;
            if first.len() <= PLACES {
                first.push((at, at));
            }
        } else if let Some(place) = first
            .last_mut()
            .filter(|_| usize::try_from(count).is_ok_and(|n| n <= PLACES + 1))
        {
            place.1 = at;
        }
        last = Some(at);
    })?;
    Ok((octets > 0).then_some(Difference::Places {
        octets,
        count,
        first,
    }))
}

fn each_pair(
    kept: &dyn Source,
    given: &dyn Source,
    length: u64,
    each: &mut dyn FnMut(u64, u8, u8),
) -> Result<(), SourceError> {
    let mut from = 0;
    while from < length {
        let step = usize::try_from((length - from).min(BLOCK)).unwrap_or(0);
        let (a, b) = (kept.read_vec(from, step)?, given.read_vec(from, step)?);
        if a != b {
            for (at, (a, b)) in (from + 1..).zip(a.iter().zip(&b)) {
                each(at, *a, *b);
            }
        }
        from += step as u64;
    }
    Ok(())
}

fn stretch(kept: &dyn Source, given: &dyn Source) -> Result<Difference, SourceError> {
    let shorter = kept.len().min(given.len());
    let before = same_from_start(kept, given, shorter)?;
    let after = same_from_end(kept, given, shorter - before)?;
    Ok(Difference::Stretch { before, after })
}

fn same_from_start(a: &dyn Source, b: &dyn Source, most: u64) -> Result<u64, SourceError> {
    let mut same = 0;
    while same < most {
        let step = usize::try_from((most - same).min(BLOCK)).unwrap_or(0);
        let (x, y) = (a.read_vec(same, step)?, b.read_vec(same, step)?);
        let equal = x.iter().zip(&y).take_while(|(x, y)| x == y).count();
        same += equal as u64;
        if equal < step {
            break;
        }
    }
    Ok(same)
}

fn same_from_end(a: &dyn Source, b: &dyn Source, most: u64) -> Result<u64, SourceError> {
    let mut same = 0;
    while same < most {
        let step = usize::try_from((most - same).min(BLOCK)).unwrap_or(0);
        let ending = |s: &dyn Source| s.read_vec(s.len() - same - step as u64, step);
        let (x, y) = (ending(a)?, ending(b)?);
        let pairs = x.iter().rev().zip(y.iter().rev());
        let equal = pairs.take_while(|(x, y)| x == y).count();
        same += equal as u64;
        if equal < step {
            break;
        }
    }
    Ok(same)
}

/// Line and character from 1 of the octet after the first `before`, where the file is text in UTF-8 up to there.
fn text_place(kept: &dyn Source, before: u64) -> Result<Option<(u64, u64)>, SourceError> {
    let (mut line, mut column) = (1, 1);
    let mut text = Utf8::default();
    let mut from = 0;
    while from < before {
        let step = usize::try_from((before - from).min(BLOCK)).unwrap_or(0);
        for octet in kept.read_vec(from, step)? {
            match (text.takes(octet), octet) {
                (false, _) | (_, 0) => return Ok(None),
                (_, b'\n') => (line, column) = (line + 1, 1),
                // Only the first octet of a character counts it.
                (_, 0x80..=0xBF) => {}
                _ => column += 1,
            }
        }
        from += step as u64;
    }
    // An octet amid a character differs in that character.
    let amid = text.open > 0 && column > 1;
    let next = usize::try_from((kept.len() - before).min(1)).unwrap_or(0);
    let binary = kept
        .read_vec(before, next)?
        .first()
        .is_some_and(|b| *b == 0);
    Ok((!binary).then_some((line, if amid { column - 1 } else { column })))
}

/// How many octets a character still lacks; enough to tell text from other data.
#[derive(Default)]
struct Utf8 {
    open: u8,
}

impl Utf8 {
    fn takes(&mut self, octet: u8) -> bool {
        let (open, right) = match (self.open, octet) {
            (0, 0..=0x7F) => (0, true),
            (0, 0xC2..=0xDF) => (1, true),
            (0, 0xE0..=0xEF) => (2, true),
            (0, 0xF0..=0xF4) => (3, true),
            (1..=3, 0x80..=0xBF) => (self.open - 1, true),
            _ => (0, false),
        };
        self.open = open;
        right
    }
}

/// The pages whose content differs, by number; none where one of the two is no PDF that can be read, or no page differs.
fn pages_differing(kept: &dyn Source, given: &dyn Source) -> Option<String> {
    let (kept, given) = (prints(kept)?, prints(given)?);
    let count = kept.len().max(given.len());
    let differing = (0..count).filter(|n| kept.get(*n) != given.get(*n));
    let numbers: Vec<(u64, u64)> = differing.map(|n| (n as u64 + 1, n as u64 + 1)).collect();
    (!numbers.is_empty()).then(|| spans(&numbers, PAGES))
}

fn prints(source: &dyn Source) -> Option<Vec<[u8; 32]>> {
    if source.len() > PDF || source.read_vec(0, 5).ok()? != b"%PDF-" {
        return None;
    }
    let octets = source
        .read_vec(0, usize::try_from(source.len()).ok()?)
        .ok()?;
    let file = File::parse(&octets).ok()?;
    let pages = file.pages().ok()?;
    let mut shared = Shared {
        streams: BTreeMap::new(),
        left: OBJECTS,
    };
    pages
        .iter()
        .map(|page| print(&file, &page.dictionary, &mut shared))
        .collect()
}

/// What the pages of a file have in common.
struct Shared {
    /// Digests of streams: a font stands on every page.
    streams: BTreeMap<Reference, [u8; 32]>,
    /// Objects that may still be looked at.
    left: usize,
}

/// The digest of everything a page uses, whatever the numbers of its objects.
fn print(file: &File<'_>, page: &Dictionary, shared: &mut Shared) -> Option<[u8; 32]> {
    let mut walk = Walk {
        file,
        met: Vec::new(),
        places: BTreeMap::new(),
        text: Vec::new(),
    };
    walk.dictionary(page)?;
    // Objects are written in the order in which they are met.
    let mut next = 0;
    while let Some(reference) = walk.met.get(next).copied() {
        next += 1;
        shared.left = shared.left.checked_sub(1)?;
        match file.body(reference).ok()? {
            None => walk.text.extend(b"null"),
            Some(Body::Object(object)) => walk.object(&object)?,
            Some(Body::Stream(stream)) => {
                walk.dictionary(&stream.dictionary)?;
                let digest = shared.streams.entry(reference);
                walk.text
                    .extend(*digest.or_insert_with(|| sha256(stream.encoded)));
            }
        }
    }
    Some(sha256(&walk.text))
}

struct Walk<'a> {
    file: &'a File<'a>,
    met: Vec<Reference>,
    places: BTreeMap<Reference, usize>,
    text: Vec<u8>,
}

impl Walk<'_> {
    fn dictionary(&mut self, dictionary: &Dictionary) -> Option<()> {
        self.text.extend(b"<<");
        for (key, value) in dictionary.iter() {
            // The way back up, and to other pages, is not what the page shows.
            if [&b"Parent"[..], b"StructParents", b"Dest", b"P"].contains(&key) {
                continue;
            }
            self.text.extend(format!("/{key:?} ").bytes());
            self.object(value)?;
        }
        self.text.extend(b">>");
        Some(())
    }

    fn object(&mut self, object: &Object) -> Option<()> {
        match object {
            Object::Dictionary(inner) => self.dictionary(inner)?,
            Object::Array(inner) => {
                self.text.extend(b"[");
                inner.iter().try_for_each(|one| self.object(one))?;
                self.text.extend(b"]");
            }
            Object::Reference(reference) => {
                self.file.place(*reference)?;
                let next = self.met.len();
                let at = *self.places.entry(*reference).or_insert(next);
                if at == next {
                    self.met.push(*reference);
                }
                self.text.extend(format!("@{at} ").bytes());
            }
            plain => self.text.extend(format!("{plain:?} ").bytes()),
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kept: &[u8], given: &[u8]) -> Option<Difference> {
        between(&kept.to_vec(), &given.to_vec()).unwrap()
    }

    #[test]
    fn r117_one_changed_octet_is_located() {
        let kept = vec![7_u8; 200_000];
        for at in [0, 65_535, 65_536, 199_999] {
            let mut given = kept.clone();
            given[at] = 8;
            let place = at as u64 + 1;
            let expected = Difference::Places {
                octets: 1,
                count: 1,
                first: vec![(place, place)],
            };
            assert_eq!(of(&kept, &given), Some(expected));
        }
        assert_eq!(of(&kept, &kept), None);
    }

    #[test]
    fn near_octets_are_one_place_and_many_places_are_counted() {
        let kept = vec![0_u8; 10_000];
        let mut given = kept.clone();
        for at in [10, 12, 18, 100] {
            given[at] = 1;
        }
        let expected = Difference::Places {
            octets: 4,
            count: 2,
            first: vec![(11, 19), (101, 101)],
        };
        assert_eq!(of(&kept, &given), Some(expected));
        given.iter_mut().step_by(100).for_each(|octet| *octet = 1);
        let Some(Difference::Places { count, first, .. }) = of(&kept, &given) else {
            panic!("places");
        };
        assert_eq!(count, 101);
        assert!(spans(&first, PLACES).ends_with('…'));
        assert_eq!(
            first.last(),
            Some(&(1_101, 1_101)),
            "later ones stretch nothing"
        );
    }

    #[test]
    fn an_insertion_is_told_by_what_is_the_same() {
        let kept = "甲方应于三日内付款。".as_bytes();
        let given = "甲方应于三十日内付款。".as_bytes();
        let expected = Difference::Stretch {
            before: 15,
            after: 15,
        };
        assert_eq!(of(kept, given), Some(expected));
        assert_eq!(
            of(b"aaa", b"aa"),
            Some(Difference::Stretch {
                before: 2,
                after: 0
            })
        );
        assert_eq!(
            of(b"", b"x"),
            Some(Difference::Stretch {
                before: 0,
                after: 0
            })
        );
    }

    #[test]
    fn lines_and_characters_are_counted_in_text_alone() {
        let text = "第一行\n第二行：十万元".as_bytes().to_vec();
        let at = text.len() as u64 - 9;
        assert_eq!(text_place(&text, at).unwrap(), Some((2, 5)));
        // The second octet of that character is still that character.
        assert_eq!(text_place(&text, at + 1).unwrap(), Some((2, 5)));
        assert_eq!(text_place(&text, 0).unwrap(), Some((1, 1)));
        assert_eq!(text_place(&vec![0xFF, 0xD8, 0xFF, 0xE0], 4).unwrap(), None);
        assert_eq!(text_place(&vec![b'a', 0, b'b'], 2).unwrap(), None);
    }
}
