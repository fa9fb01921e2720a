//! Which pages of two PDFs differ: a page is all that it uses, whatever the numbers of its objects.

use std::collections::{BTreeMap, BTreeSet};

use fidem_fingerprint::sha256;
use fidem_package::Source;
use fidem_pdf::{Body, Dictionary, File, Object, Page, Reference};

use super::{spans, whole};

/// Octets in which the pages of a file may be written out, streams not counted.
const OCTETS: usize = 128 << 20;
/// Pages that are told one by one.
const PAGES: usize = 40;

/// The pages whose content differs, by number; none where one of the two is no PDF that can be read, or no page differs.
pub(super) fn differing(kept: &dyn Source, given: &dyn Source) -> Option<String> {
    let (kept, given) = (prints(kept)?, prints(given)?);
    let count = kept.len().max(given.len());
    let differing = (0..count).filter(|n| kept.get(*n) != given.get(*n));
    let numbers: Vec<(u64, u64)> = differing.map(|n| (n as u64 + 1, n as u64 + 1)).collect();
    (!numbers.is_empty()).then(|| spans(&numbers, PAGES))
}

fn prints(source: &dyn Source) -> Option<Vec<[u8; 32]>> {
    let octets = whole(source, b"%PDF-")?;
    let file = File::parse(&octets).ok()?;
    let tree = file.pages().ok()?;
    let mut shared = Shared {
        file: &file,
        nodes: &tree.nodes,
        streams: BTreeMap::new(),
        left: OCTETS,
    };
    tree.pages
        .iter()
        .map(|page| print(page, &mut shared))
        .collect()
}

/// What the pages of a file have in common.
struct Shared<'a> {
    file: &'a File<'a>,
    /// Pages, and nodes above them: what a page links to is no part of it.
    nodes: &'a BTreeSet<u32>,
    /// Digests of streams: a font stands on every page.
    streams: BTreeMap<Reference, [u8; 32]>,
    /// Octets that may still be written out.
    left: usize,
}

/// The digest of everything a page uses, whatever the numbers of its objects; none where that is beyond the bound.
fn print(page: &Page, shared: &mut Shared<'_>) -> Option<[u8; 32]> {
    let mut walk = Walk {
        nodes: shared.nodes,
        met: Vec::new(),
        places: BTreeMap::new(),
        text: Vec::new(),
        left: shared.left,
    };
    walk.dictionary(&page.dictionary)?;
    for (key, value) in page.inherited() {
        walk.put(key.as_bytes())?;
        walk.object(value)?;
    }
    // Objects are written in the order in which they are met.
    let mut next = 0;
    while let Some(reference) = walk.met.get(next).copied() {
        next += 1;
        match shared.file.body(reference).ok()? {
            None => walk.put(b"null")?,
            Some(Body::Object(object)) => walk.object(&object)?,
            Some(Body::Stream(stream)) => {
                walk.dictionary(&stream.dictionary)?;
                let digest = shared.streams.entry(reference);
                let digest = *digest.or_insert_with(|| sha256(stream.encoded));
                walk.put(&digest)?;
            }
        }
    }
    shared.left = walk.left;
    Some(sha256(&walk.text))
}

struct Walk<'a> {
    nodes: &'a BTreeSet<u32>,
    met: Vec<Reference>,
    places: BTreeMap<Reference, usize>,
    text: Vec<u8>,
    left: usize,
}

impl Walk<'_> {
    fn put(&mut self, octets: &[u8]) -> Option<()> {
        self.left = self.left.checked_sub(octets.len())?;
        self.text.extend(octets);
        Some(())
    }

    fn dictionary(&mut self, dictionary: &Dictionary) -> Option<()> {
        // A field of a form leads to all its other places.
        let widget = dictionary.get("Subtype").and_then(Object::as_name) == Some(b"Widget");
        self.put(b"<<")?;
        for (key, value) in dictionary.iter() {
            let numbering = key == b"StructParents" && matches!(value, Object::Integer(_));
            if numbering || (widget && key == b"Parent") {
                continue;
            }
            self.put(b"/")?;
            self.put(key)?;
            self.put(b" ")?;
            self.object(value)?;
        }
        self.put(b">>")
    }

    fn object(&mut self, object: &Object) -> Option<()> {
        match object {
            Object::Dictionary(inner) => self.dictionary(inner),
            Object::Array(inner) => {
                self.put(b"[")?;
                inner.iter().try_for_each(|one| self.object(one))?;
                self.put(b"]")
            }
            Object::Reference(reference) if self.nodes.contains(&reference.number) => {
                self.put(b"page ")
            }
            Object::Reference(reference) => {
                let next = self.met.len();
                let at = *self.places.entry(*reference).or_insert(next);
                if at == next {
                    self.met.push(*reference);
                }
                self.put(format!("@{at} ").as_bytes())
            }
            plain => self.put(format!("{plain:?} ").as_bytes()),
        }
    }
}
