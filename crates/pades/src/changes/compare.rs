//! The comparison of one revision with the one before.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use fidem_pdf::{Body, Dictionary, Error, File, Object, Reference};

use super::{Change, How, Part, Revision, describe};

/// Deepest nesting followed through references.
pub(super) const MAX_DEPTH: usize = 16;

/// Two revisions, and what has been accounted for.
pub(super) struct Comparison<'a> {
    pub old: &'a File<'a>,
    pub new: &'a File<'a>,
    /// Objects that the update writes and that differ from before, with what became of them.
    pub touched: BTreeMap<u32, How>,
    /// Touched objects that are accounted for.
    pub claimed: BTreeSet<u32>,
    /// For every object that the old revision refers to: who does; 0 is the trailer.
    pub referrers: BTreeMap<u32, BTreeSet<u32>>,
    /// Widgets of the signature fields that the update adds.
    pub widgets: BTreeSet<u32>,
    /// Structure elements that it adds for those.
    pub elements: BTreeSet<u32>,
    /// What objects are, once something has to be said of them; read with a budget of its own.
    pub roles: OnceCell<describe::Roles>,
    pub revision: Revision,
}

/// Compares a revision with the one before. An update that cannot be read is one change.
pub(crate) fn compare(old: &File<'_>, new: &File<'_>, number: usize) -> Revision {
    let end = new.sections().first().map_or(0, |section| section.end);
    read(old, new, number, end).unwrap_or_else(|_| Revision::unreadable(number, end))
}

fn read(old: &File<'_>, new: &File<'_>, number: usize, end: usize) -> Result<Revision, Error> {
    let mut revision = Revision::unreadable(number, end);
    revision.changes.clear();
    let mut comparison = Comparison {
        old,
        new,
        touched: BTreeMap::new(),
        claimed: BTreeSet::new(),
        referrers: BTreeMap::new(),
        widgets: BTreeSet::new(),
        elements: BTreeSet::new(),
        roles: OnceCell::new(),
        revision,
    };
    comparison.find_touched()?;
    comparison.find_referrers()?;
    comparison.check_dangling();
    comparison.trailer();
    comparison.catalog()?;
    comparison.pages()?;
    comparison.structure()?;
    comparison.rest();
    Ok(comparison.revision)
}

impl<'a> Comparison<'a> {
    /// Objects of the update's table whose content is not what it was.
    fn find_touched(&mut self) -> Result<(), Error> {
        let section = self.new.sections().first().ok_or(Error::End)?;
        let from = self.old.bytes().len();
        for (number, place) in &section.objects {
            let (number, before) = (*number, self.old.current(*number));
            let Some(place) = place else {
                if before.is_some() {
                    self.touched.insert(number, How::Removed);
                }
                continue;
            };
            let reference = Reference {
                number,
                generation: place.generation,
            };
            let Some(before) = before else {
                self.touched.insert(number, How::Added);
                continue;
            };
            let same_place = self.old.place(before) == Some(*place);
            let within = place.offset >= from && place.offset < section.offset;
            let same = before == reference
                && (same_place
                    || (within && self.old.body(before)? == self.new.body(reference)?));
            if !same {
                self.touched.insert(number, How::Replaced);
            }
        }
        Ok(())
    }

    fn find_referrers(&mut self) -> Result<(), Error> {
        if let Some(section) = self.old.sections().first() {
            note(&section.trailer, 0, &mut self.referrers);
        }
        for (number, reference) in self.old.objects() {
            match self.old.body(reference) {
                Ok(Some(Body::Stream(stream))) => {
                    note(&stream.dictionary, number, &mut self.referrers);
                }
                Ok(Some(Body::Object(object))) => {
                    note_object(&object, number, &mut self.referrers);
                }
                Ok(None) => {}
                Err(error @ Error::TooMuch(..)) => return Err(error),
                // What cannot be read refers to nothing that a reader would follow.
                Err(_) => {}
            }
        }
        Ok(())
    }

    /// An object that was referred to and not there would appear where the signer saw nothing.
    fn check_dangling(&mut self) {
        let dangling: Vec<u32> = self
            .fresh()
            .filter(|number| self.referrers.contains_key(number))
            .collect();
        for number in dangling {
            self.report(number, self.part(number), How::Added, &["dangling"]);
        }
    }

    fn fresh(&self) -> impl Iterator<Item = u32> {
        self.touched
            .iter()
            .filter(|(_, how)| **how == How::Added)
            .map(|(number, _)| *number)
    }

    pub(super) fn is_fresh(&self, number: u32) -> bool {
        self.touched.get(&number) == Some(&How::Added)
    }

    pub(super) fn is_replaced(&self, number: u32) -> bool {
        self.touched.get(&number) == Some(&How::Replaced)
    }

    /// What an object is.
    pub(super) fn part(&self, number: u32) -> Part {
        let roles = self
            .roles
            .get_or_init(|| describe::Roles::of(self.old, self.new));
        roles.part(number)
    }

    /// Numbers of replaced objects.
    pub(super) fn replaced(&self) -> Vec<u32> {
        let replaced = self
            .touched
            .iter()
            .filter(|(_, how)| **how == How::Replaced);
        replaced.map(|(number, _)| *number).collect()
    }

    /// Whether in the old revision nobody but `owners` referred to an object.
    pub(super) fn is_owned_by(&self, number: u32, owners: &BTreeSet<u32>) -> bool {
        self.referrers
            .get(&number)
            .is_some_and(|referrers| referrers.is_subset(owners))
    }

    pub(super) fn report(&mut self, object: u32, part: Part, how: How, keys: &[&str]) {
        let change = Change {
            object,
            part,
            how,
            keys: keys.iter().map(|key| (*key).to_owned()).collect(),
        };
        if self.revision.changes.len() < Revision::LISTED {
            if !self.revision.changes.contains(&change) {
                self.revision.changes.push(change);
            }
        } else {
            self.revision.further += 1;
        }
    }

    /// Accounts for every object that the update adds and that `object` leads to, but not through the keys in `not`.
    pub(super) fn claim(
        &mut self,
        object: &Object,
        not: &[&str],
        depth: usize,
    ) -> Result<(), Error> {
        if depth > MAX_DEPTH {
            return Err(Error::TooMuch(MAX_DEPTH, "levels"));
        }
        match object {
            Object::Reference(reference) => {
                if !self.is_fresh(reference.number) || !self.claimed.insert(reference.number) {
                    return Ok(());
                }
                match self.new.body(*reference)? {
                    Some(Body::Object(object)) => self.claim(&object, not, depth + 1),
                    Some(Body::Stream(stream)) => {
                        self.claim(&Object::Dictionary(stream.dictionary), not, depth + 1)
                    }
                    None => Ok(()),
                }
            }
            Object::Array(array) => array
                .iter()
                .try_for_each(|one| self.claim(one, not, depth + 1)),
            Object::Dictionary(dictionary) => dictionary
                .iter()
                .filter(|(key, _)| !not.iter().any(|other| other.as_bytes() == *key))
                .try_for_each(|(_, value)| self.claim(value, not, depth + 1)),
            _ => Ok(()),
        }
    }

    /// The trailer keeps what it named (§7.5.5); only the second half of `ID` is new.
    fn trailer(&mut self) {
        let (Some(old), Some(new)) = (self.old.sections().first(), self.new.sections().first())
        else {
            return;
        };
        let first = |of: &Dictionary| Some(of.get("ID")?.as_array()?.first()?.clone());
        for key in differing(&old.trailer, &new.trailer) {
            let part = match key.as_str() {
                "Size" | "Prev" => continue,
                "ID" if first(&old.trailer) == first(&new.trailer) => continue,
                "Info" => Part::Information,
                _ => Part::Trailer,
            };
            self.report(0, part, How::Replaced, &[&key]);
        }
    }

    fn catalog(&mut self) -> Result<(), Error> {
        let root = |file: &File<'_>| file.sections().first()?.trailer.get("Root")?.as_reference();
        let (Some(before), Some(after)) = (root(self.old), root(self.new)) else {
            return Err(Error::Type("Root"));
        };
        let (old, new) = (self.old.catalog()?, self.new.catalog()?);
        if before == after {
            self.claimed.insert(before.number);
        }
        for key in differing(&old, &new) {
            let allowed = match key.as_str() {
                "DSS" => new.get("DSS").is_some(),
                "AcroForm" => new.get("AcroForm").is_some(),
                "Extensions" => self.extensions(&old, &new)?,
                _ => false,
            };
            if !allowed {
                let part = match key.as_str() {
                    "Metadata" => Part::Metadata,
                    "DSS" => Part::Validation,
                    "AcroForm" => Part::Form,
                    "StructTreeRoot" => Part::Structure,
                    _ => Part::Catalog,
                };
                self.report(before.number, part, How::Replaced, &[&key]);
            }
        }
        self.validation(&old, &new, before.number)?;
        self.form(&old, &new, before.number)
    }

    /// The developer extensions that PAdES has one declare (EN 319 142-1 §5.6), added to those that stand.
    fn extensions(&mut self, old: &Dictionary, new: &Dictionary) -> Result<bool, Error> {
        let Some(after) = new.get("Extensions") else {
            return Ok(false);
        };
        let declared = self.new.dictionary(Some(after), "Extensions")?;
        let before = match old.get("Extensions") {
            Some(before) => self.old.dictionary(Some(before), "Extensions")?,
            None => Dictionary::default(),
        };
        let allowed = differing(&before, &declared)
            .iter()
            .all(|key| ["ESIC", "ADBE", "ISO_", "Type"].contains(&key.as_str()));
        if allowed {
            self.claim(after, &[], 0)?;
        }
        Ok(allowed)
    }

    /// What is not accounted for by now should not be there.
    fn rest(&mut self) {
        let left: Vec<(u32, How)> = self
            .touched
            .iter()
            .filter(|(number, _)| !self.claimed.contains(number))
            .map(|(number, how)| (*number, *how))
            .collect();
        if left.is_empty() && self.revision.changes.is_empty() {
            return;
        }
        for (number, how) in left {
            self.report(number, self.part(number), how, &[]);
        }
        for (name, how) in describe::attachments(self.old, self.new) {
            self.report(0, Part::Attachment(name), how, &[]);
        }
    }
}

/// The keys whose values are not the same.
pub(super) fn differing(old: &Dictionary, new: &Dictionary) -> Vec<String> {
    let keys: BTreeSet<&[u8]> = old.iter().chain(new.iter()).map(|(key, _)| key).collect();
    keys.into_iter()
        .map(|key| String::from_utf8_lossy(key).into_owned())
        .filter(|key| old.get(key) != new.get(key))
        .collect()
}

fn note(dictionary: &Dictionary, by: u32, referrers: &mut BTreeMap<u32, BTreeSet<u32>>) {
    for (_, value) in dictionary.iter() {
        note_object(value, by, referrers);
    }
}

pub(super) fn note_object(object: &Object, by: u32, referrers: &mut BTreeMap<u32, BTreeSet<u32>>) {
    match object {
        Object::Reference(to) => {
            referrers.entry(to.number).or_default().insert(by);
        }
        Object::Array(array) => array.iter().for_each(|one| note_object(one, by, referrers)),
        Object::Dictionary(dictionary) => note(dictionary, by, referrers),
        _ => {}
    }
}
