//! Where a file handed in differs from the original in the package. Where, and never why.

mod pages;
mod picture;

pub use picture::differing_pixels;

use fidem_manifest::safe_name;
use fidem_package::{Source, SourceError};

use crate::codes::{self, Code};
use crate::report::{Findings, Layer};

/// Places that are told one by one.
const PLACES: usize = 12;
/// Differing octets no further apart than this are one place.
const NEAR: u64 = 8;
/// Octets compared at a time.
const BLOCK: u64 = 1 << 16;
/// A PDF up to this size is compared by its pages as well, a picture by its pixels.
const READ: u64 = 64 << 20;

/// What a sentence takes.
type Facts = Vec<(&'static str, String)>;

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
    /// The code and its facts; the lengths are those of both files.
    fn told(&self, kept: u64, given: u64) -> (Code, Facts) {
        match self {
            Self::Places {
                octets,
                count,
                first,
            } => {
                let facts = vec![
                    ("octets", octets.to_string()),
                    ("count", count.to_string()),
                    ("places", spans(first, PLACES)),
                ];
                (codes::DATA_PLACES, facts)
            }
            Self::Stretch { before, after } => {
                let numbers = [
                    ("kept", kept),
                    ("given", given),
                    ("before", *before),
                    ("after", *after),
                ];
                let facts = numbers.map(|(name, n)| (name, n.to_string())).to_vec();
                (codes::DATA_STRETCH, facts)
            }
        }
    }

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
    let mut say = |(code, facts): (Code, Facts)| {
        let named = [("name", name), ("item", item.as_str())];
        let facts = facts.iter().map(|(name, fact)| (*name, fact.as_str()));
        let all: Vec<_> = named.into_iter().chain(facts).collect();
        findings.note(code, Layer::Content, &all);
    };
    say(difference.told(kept.len(), given.len()));
    if let Ok(Some((line, column))) = text_place(kept, difference.before()) {
        let place = [("line", line), ("column", column)];
        let facts = place.map(|(name, n)| (name, n.to_string())).to_vec();
        say((codes::DATA_LINE, facts));
    }
    if let Some(pages) = pages::differing(kept, given) {
        say((codes::DATA_PAGES, vec![("pages", pages)]));
    }
    if let Some(pixels) = picture::compare(kept, given) {
        say(pixels.told());
    }
}

/// A whole file, where it is no larger than that and begins so.
fn whole(source: &dyn Source, magic: &[u8]) -> Option<Vec<u8>> {
    if source.len() > READ || source.read_vec(0, magic.len()).ok()? != magic {
        return None;
    }
    source.read_vec(0, usize::try_from(source.len()).ok()?).ok()
}

/// Whether a file handed in bears the name of a member, which has the number of its item before it: `0001-合同.pdf`.
pub(crate) fn same_name(file: &str, member: &str) -> bool {
    let last = |name: &str| -> String {
        let last = name.rsplit(['/', '\\']).next();
        last.unwrap_or_default().to_owned()
    };
    let (file, member) = (last(file), last(member));
    let bare = member.split_once('-').map(|(_, name)| name);
    file == member || bare == Some(&safe_name(&file))
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
