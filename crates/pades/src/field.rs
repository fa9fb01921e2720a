//! Signature fields (ISO 32000-2 §12.7.5.5) of one revision.

use std::collections::BTreeSet;

use fidem_pdf::{Dictionary, Error, File, Object, Reference, text};

/// Deepest tree of fields.
const MAX_DEPTH: usize = 16;
/// Most fields of one form.
const MAX_FIELDS: usize = 1 << 16;

/// A field whose value is a signature.
#[derive(Clone, Debug)]
pub(crate) struct SignatureField {
    /// Full name, its parts joined by full stops (§12.7.4.2).
    pub name: String,
    /// The signature dictionary, when it is an object of its own, as every signature's is that can be covered.
    pub value: Option<Reference>,
}

/// The signature fields with a value.
pub(crate) fn signature_fields(file: &File<'_>) -> Result<Vec<SignatureField>, Error> {
    let catalog = file.catalog()?;
    let Some(form) = catalog.get("AcroForm") else {
        return Ok(Vec::new());
    };
    let form = file.dictionary(Some(form), "AcroForm")?;
    let mut walk = Walk {
        file,
        found: Vec::new(),
        visited: BTreeSet::new(),
        count: 0,
    };
    for field in file.array(form.get("Fields"), "Fields")? {
        walk.field(&field, "", false, 0)?;
    }
    Ok(walk.found)
}

struct Walk<'a> {
    file: &'a File<'a>,
    found: Vec<SignatureField>,
    visited: BTreeSet<Reference>,
    count: usize,
}

impl Walk<'_> {
    fn field(
        &mut self,
        object: &Object,
        above: &str,
        inherited: bool,
        depth: usize,
    ) -> Result<(), Error> {
        self.count += 1;
        if depth > MAX_DEPTH || self.count > MAX_FIELDS {
            return Err(Error::TooMuch(MAX_FIELDS, "fields"));
        }
        if let Object::Reference(reference) = object
            && !self.visited.insert(*reference)
        {
            return Err(Error::Again(reference.number));
        }
        let field = self.file.dictionary(Some(object), "field")?;
        let name = full_name(self.file, &field, above)?;
        let signs = match field.get("FT") {
            Some(kind) => self.file.resolve(kind)?.as_name() == Some(b"Sig"),
            None => inherited,
        };
        if let Some(value) = field.get("V").filter(|_| signs) {
            self.found.push(SignatureField {
                name: name.clone(),
                value: value.as_reference(),
            });
        }
        for kid in self.file.array(field.get("Kids"), "Kids")? {
            self.field(&kid, &name, signs, depth + 1)?;
        }
        Ok(())
    }
}

fn full_name(file: &File<'_>, field: &Dictionary, above: &str) -> Result<String, Error> {
    let own = match field.get("T") {
        Some(own) => file
            .resolve(own)?
            .as_string()
            .and_then(text)
            .unwrap_or_default(),
        None => return Ok(above.to_owned()),
    };
    Ok(match above.is_empty() {
        true => own,
        false => format!("{above}.{own}"),
    })
}
