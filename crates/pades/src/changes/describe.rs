//! What an object is to a person: a page, its content, an attachment of that name. For reports of changes alone; nothing
//! is decided by it, so what cannot be read is passed over.

use std::collections::{BTreeMap, BTreeSet};

use fidem_pdf::{Body, Dictionary, File, Object, attachments as read_attachments, text};

use super::{How, Part};

/// Deepest tree followed.
const MAX_DEPTH: usize = 16;
/// Most objects given a part.
const MAX_OBJECTS: usize = 1 << 18;

/// Parts by object number.
pub(super) struct Roles(BTreeMap<u32, Part>);

impl Roles {
    /// Reads both revisions; what the older one says of an object counts.
    pub(super) fn of(old: &File<'_>, new: &File<'_>) -> Self {
        let mut roles = Self(BTreeMap::new());
        for file in [old.before(0), new.before(0)].into_iter().flatten() {
            let mut reading = Reading {
                file: &file,
                roles: &mut roles.0,
                seen: BTreeSet::new(),
                page: 0,
            };
            let _ = reading.read();
        }
        roles
    }

    pub(super) fn part(&self, number: u32) -> Part {
        self.0.get(&number).cloned().unwrap_or(Part::Other)
    }
}

/// Attachments that are not the same under their names.
pub(super) fn attachments(old: &File<'_>, new: &File<'_>) -> Vec<(String, How)> {
    let (Ok(old), Ok(new)) = (read_attachments(old.bytes()), read_attachments(new.bytes())) else {
        return Vec::new();
    };
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let changes = names.into_iter().filter_map(|name| {
        let how = match (old.get(name), new.get(name)) {
            (None, _) => How::Added,
            (_, None) => How::Removed,
            (was, is) if was != is => How::Replaced,
            _ => return None,
        };
        Some((name.clone(), how))
    });
    changes.collect()
}

struct Reading<'a> {
    file: &'a File<'a>,
    roles: &'a mut BTreeMap<u32, Part>,
    /// Objects entered already.
    seen: BTreeSet<u32>,
    page: usize,
}

impl Reading<'_> {
    fn read(&mut self) -> Option<()> {
        let trailer = &self.file.sections().first()?.trailer;
        self.give(trailer.get("Info"), &Part::Information);
        self.give(trailer.get("Root"), &Part::Catalog);
        let catalog = self.file.catalog().ok()?;
        self.give(catalog.get("Metadata"), &Part::Metadata);
        self.give(catalog.get("AcroForm"), &Part::Form);
        if let Some(names) = self.dictionary(catalog.get("Names")) {
            self.names(names.get("EmbeddedFiles"), 0);
        }
        if let Some(form) = self.dictionary(catalog.get("AcroForm")) {
            for field in self.array(form.get("Fields")) {
                self.field(&field, "", 0);
            }
        }
        self.page_tree(catalog.get("Pages"), 0);
        self.closure(catalog.get("StructTreeRoot"), &Part::Structure, 0);
        self.closure(catalog.get("DSS"), &Part::Validation, 0);
        Some(())
    }

    fn dictionary(&self, object: Option<&Object>) -> Option<Dictionary> {
        let object = object?;
        let Some(reference) = object.as_reference() else {
            return object.as_dictionary().cloned();
        };
        match self.file.body(reference) {
            Ok(Some(body)) => body.dictionary().cloned(),
            _ => None,
        }
    }

    fn array(&self, object: Option<&Object>) -> Vec<Object> {
        self.file.array(object, "").unwrap_or_default()
    }

    /// Gives the object that a reference names a part, unless it has one; whether it was given.
    fn give(&mut self, object: Option<&Object>, part: &Part) -> bool {
        let Some(reference) = object.and_then(Object::as_reference) else {
            return false;
        };
        if self.roles.len() < MAX_OBJECTS {
            self.roles
                .entry(reference.number)
                .or_insert_with(|| part.clone());
        }
        self.seen.insert(reference.number)
    }

    fn names(&mut self, node: Option<&Object>, depth: usize) {
        let Some(tree) = self.dictionary(node).filter(|_| depth < MAX_DEPTH) else {
            return;
        };
        for kid in self.array(tree.get("Kids")) {
            self.names(Some(&kid), depth + 1);
        }
        for pair in self.array(tree.get("Names")).chunks(2) {
            let [name, specification] = pair else {
                continue;
            };
            let name = name.as_string().and_then(text).unwrap_or_default();
            let part = Part::Attachment(name);
            self.give(Some(specification), &part);
            if let Some(embedded) = self
                .dictionary(Some(specification))
                .and_then(|specification| self.dictionary(specification.get("EF")))
            {
                self.give(embedded.get("F"), &part);
            }
        }
    }

    fn field(&mut self, object: &Object, above: &str, depth: usize) {
        let Some(field) = self.dictionary(Some(object)).filter(|_| depth < MAX_DEPTH) else {
            return;
        };
        let own = field.get("T").and_then(Object::as_string).and_then(text);
        let name = match (above.is_empty(), own) {
            (_, None) => above.to_owned(),
            (true, Some(own)) => own,
            (false, Some(own)) => format!("{above}.{own}"),
        };
        let part = Part::Field(name.clone());
        if !self.give(Some(object), &part) {
            return;
        }
        self.give(field.get("V"), &part);
        self.closure(field.get("AP"), &part, 0);
        for kid in self.array(field.get("Kids")) {
            self.field(&kid, &name, depth + 1);
        }
    }

    fn page_tree(&mut self, node: Option<&Object>, depth: usize) {
        let Some(tree) = self.dictionary(node).filter(|_| depth < MAX_DEPTH) else {
            return;
        };
        if tree.get("Kids").is_none() {
            return self.page(node, &tree);
        }
        if !self.give(node, &Part::Other) {
            return;
        }
        for kid in self.array(tree.get("Kids")) {
            self.page_tree(Some(&kid), depth + 1);
        }
    }

    fn page(&mut self, node: Option<&Object>, page: &Dictionary) {
        self.page += 1;
        let number = self.page;
        self.give(node, &Part::Page(number));
        let annotation = Part::Annotation(number);
        self.give(page.get("Annots"), &annotation);
        for one in self.array(page.get("Annots")) {
            self.closure(Some(&one), &annotation, 0);
        }
        self.closure(page.get("Contents"), &Part::PageContent(number), 0);
        self.closure(page.get("Resources"), &Part::PageContent(number), 0);
    }

    /// Gives a part to everything that an object leads to, but not back up.
    fn closure(&mut self, object: Option<&Object>, part: &Part, depth: usize) {
        let Some(object) = object.filter(|_| depth < MAX_DEPTH) else {
            return;
        };
        match object {
            Object::Reference(reference) => {
                if !self.give(Some(object), part) {
                    return;
                }
                match self.file.body(*reference) {
                    Ok(Some(Body::Object(object))) => self.closure(Some(&object), part, depth + 1),
                    Ok(Some(Body::Stream(stream))) => {
                        self.closure(
                            Some(&Object::Dictionary(stream.dictionary)),
                            part,
                            depth + 1,
                        );
                    }
                    _ => {}
                }
            }
            Object::Array(array) => {
                for one in array {
                    self.closure(Some(one), part, depth + 1);
                }
            }
            Object::Dictionary(dictionary) => {
                for (key, value) in dictionary.iter() {
                    if ![b"Parent".as_slice(), b"P", b"Pg", b"Dest", b"Obj"].contains(&key) {
                        self.closure(Some(value), part, depth + 1);
                    }
                }
            }
            _ => {}
        }
    }
}
