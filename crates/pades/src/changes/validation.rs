//! Validation data (EN 319 142-1 §5.4.2): they may be added and put in order after any signature.

use std::collections::{BTreeMap, BTreeSet};

use fidem_pdf::{Body, Dictionary, Error, File, Object};

use super::compare::{Comparison, MAX_DEPTH, note_object};
use super::{How, Part};

/// Keys of the store and of what relates its entries to a signature.
const KEYS: &[&[u8]] = &[b"Type", b"VRI", b"Certs", b"OCSPs", b"CRLs"];

impl Comparison<'_> {
    pub(super) fn validation(
        &mut self,
        old: &Dictionary,
        new: &Dictionary,
        catalog: u32,
    ) -> Result<(), Error> {
        let Some(value) = new.get("DSS") else {
            return Ok(());
        };
        let store = self.new.dictionary(Some(value), "DSS")?;
        if store.iter().any(|(key, _)| !KEYS.contains(&key)) {
            self.report(catalog, Part::Validation, How::Added, &["DSS"]);
            return Ok(());
        }
        let mut owners = BTreeSet::new();
        if let Some(before) = old.get("DSS") {
            members(self.old, before, &mut owners, 0)?;
        }
        // An update before may have led the store anywhere: what the document needs besides is not the store's.
        let elsewhere = self.elsewhere(old, catalog);
        owners.retain(|number| *number != catalog && !elsewhere.contains(number));
        for number in self.replaced() {
            if owners.contains(&number) {
                self.claim_replaced(number)?;
            }
        }
        self.claim(value, &[], 0)?;
        let differs = old.get("DSS") != new.get("DSS");
        self.revision.validation = differs || owners.iter().any(|one| self.is_replaced(*one));
        Ok(())
    }

    /// Every object to which the old revision leads without its store.
    fn elsewhere(&self, old: &Dictionary, catalog: u32) -> BTreeSet<u32> {
        let mut below: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (number, referrers) in &self.referrers {
            for referrer in referrers.iter().filter(|referrer| **referrer != catalog) {
                below.entry(*referrer).or_default().push(*number);
            }
        }
        let mut of_catalog = BTreeMap::new();
        for (_, value) in old.iter().filter(|(key, _)| *key != b"DSS") {
            note_object(value, catalog, &mut of_catalog);
        }
        below.insert(catalog, of_catalog.into_keys().collect());
        let mut found = BTreeSet::new();
        let mut open = vec![0];
        while let Some(number) = open.pop() {
            let next = below.get(&number).into_iter().flatten();
            open.extend(next.filter(|next| found.insert(**next)));
        }
        found
    }

    /// Accounts for an object of the store that has another content; streams stay what they are.
    fn claim_replaced(&mut self, number: u32) -> Result<(), Error> {
        let Some(reference) = self.new.current(number) else {
            return Ok(());
        };
        if let Some(Body::Object(object)) = self.new.body(reference)? {
            self.claimed.insert(number);
            self.claim(&object, &[], 0)?;
        }
        Ok(())
    }
}

/// The dictionaries and arrays of a store.
fn members(
    file: &File<'_>,
    object: &Object,
    into: &mut BTreeSet<u32>,
    depth: usize,
) -> Result<(), Error> {
    if depth > MAX_DEPTH {
        return Ok(());
    }
    match object {
        Object::Reference(reference) => {
            if let Some(Body::Object(object)) = file.body(*reference)?
                && into.insert(reference.number)
            {
                members(file, &object, into, depth + 1)?;
            }
            Ok(())
        }
        Object::Array(array) => array
            .iter()
            .try_for_each(|one| members(file, one, into, depth + 1)),
        Object::Dictionary(dictionary) => dictionary
            .iter()
            .try_for_each(|(_, value)| members(file, value, into, depth + 1)),
        _ => Ok(()),
    }
}
