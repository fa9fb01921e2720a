//! Pages: widgets of new signature fields may be put on them, and nothing else.

use std::collections::BTreeSet;

use fidem_pdf::{Body, Dictionary, Error, Object};

use super::compare::{Comparison, differing};
use super::{How, Part};

impl Comparison<'_> {
    pub(super) fn pages(&mut self) -> Result<(), Error> {
        for number in self.replaced() {
            let Some([was, is]) = self.both(number)? else {
                continue;
            };
            if was.get("Type").and_then(Object::as_name) != Some(b"Page") {
                continue;
            }
            self.claimed.insert(number);
            for key in differing(&was, &is) {
                let allowed = match key.as_str() {
                    "Annots" => self.annotations(number, &was, &is)?,
                    "Tabs" => was.get("Tabs").is_none(),
                    _ => false,
                };
                if !allowed {
                    self.claimed.remove(&number);
                    self.report_page(number, &key);
                }
            }
        }
        self.lists_of_annotations()
    }

    fn report_page(&mut self, number: u32, key: &str) {
        let part = match (self.part(number), key) {
            (Part::Page(page), "Contents" | "Resources") => Part::PageContent(page),
            (Part::Page(page), "Annots") => Part::Annotation(page),
            (part, _) => part,
        };
        self.report(number, part, How::Replaced, &[key]);
    }

    /// Both contents of a replaced dictionary.
    pub(super) fn both(&self, number: u32) -> Result<Option<[Dictionary; 2]>, Error> {
        let (Some(before), Some(after)) = (self.old.current(number), self.new.current(number))
        else {
            return Ok(None);
        };
        Ok(match (self.old.body(before)?, self.new.body(after)?) {
            (
                Some(Body::Object(Object::Dictionary(was))),
                Some(Body::Object(Object::Dictionary(is))),
            ) => Some([was, is]),
            _ => None,
        })
    }

    /// Whether only widgets of new signature fields were added to the annotations of a page.
    fn annotations(&mut self, page: u32, was: &Dictionary, is: &Dictionary) -> Result<bool, Error> {
        let owner = BTreeSet::from([page]);
        self.claim_owned(was.get("Annots"), is.get("Annots"), &owner);
        let was = self.old.array(was.get("Annots"), "Annots")?;
        let is = self.new.array(is.get("Annots"), "Annots")?;
        Ok(self.adds_widgets(&was, &is))
    }

    fn adds_widgets(&self, was: &[Object], is: &[Object]) -> bool {
        is.strip_prefix(was).is_some_and(|added| {
            added.iter().all(|one| {
                one.as_reference()
                    .is_some_and(|reference| self.widgets.contains(&reference.number))
            })
        })
    }

    /// Annotations of a page in an array of their own.
    fn lists_of_annotations(&mut self) -> Result<(), Error> {
        for number in self.replaced() {
            let (Some(before), Some(after)) = (self.old.current(number), self.new.current(number))
            else {
                continue;
            };
            let owner = self.referrers.get(&number).cloned().unwrap_or_default();
            let Some(page) = owner.first().copied().filter(|_| owner.len() == 1) else {
                continue;
            };
            let page = self.old.current(page).map(Object::Reference);
            let Ok(page) = self.old.dictionary(page.as_ref(), "Page") else {
                continue;
            };
            let is_list = page.get("Type").and_then(Object::as_name) == Some(b"Page")
                && page.get("Annots") == Some(&Object::Reference(before));
            if let (
                true,
                Some(Body::Object(Object::Array(was))),
                Some(Body::Object(Object::Array(is))),
            ) = (is_list, self.old.body(before)?, self.new.body(after)?)
                && self.adds_widgets(&was, &is)
            {
                self.claimed.insert(number);
            }
        }
        Ok(())
    }
}
