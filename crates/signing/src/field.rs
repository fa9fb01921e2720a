//! Signature fields and their widgets (ISO 32000-2 §12.7.5.5, §12.5.6.19).

use fidem_pdf::{Dictionary, Object, Reference};

use crate::error::SignError;
use crate::page;
use crate::seal::{form, rounded};
use crate::structure;
use crate::update::{Update, dictionary, name, size, text};

/// Most fields of a file.
const MAX_FIELDS: usize = 256;
/// Longest name of a field, in characters.
const MAX_NAME: usize = 64;
/// Annotation flags Print and Locked (§12.5.3): PDF/A wants the first, and forbids hiding.
const FLAGS: usize = 4 | 128;
/// Where a field without a place lies: outside every page, which neither PDF/A nor PDF/UA minds.
const NOWHERE: f64 = -9999.0;

/// A field that one person or office will sign.
#[derive(Debug, Clone, PartialEq)]
pub struct SignatureField {
    /// Its name, unique in the file: letters and digits of any script, without a period.
    pub name: String,
    /// What a screen reader says of it (ISO 14289-1 §7.18.1): who signs here.
    pub label: String,
    /// Where its seal will be seen; without a place it is never seen.
    pub place: Option<Place>,
}

/// A rectangle on a page, in points of 1/72 inch from the lower left corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Page, counted from 1.
    pub page: u32,
    /// From the left edge.
    pub left: f64,
    /// From the lower edge.
    pub bottom: f64,
    /// Extent across.
    pub width: f64,
    /// Extent upwards.
    pub height: f64,
}

/// A field as it stands in a file.
pub(crate) struct Found {
    pub(crate) reference: Reference,
    pub(crate) name: String,
    pub(crate) widget: Dictionary,
}

impl Found {
    pub(crate) fn is_signed(&self) -> bool {
        self.widget.get("V").is_some()
    }

    /// Width and height of its rectangle, when it is to be seen.
    pub(crate) fn extent(&self, update: &Update<'_>) -> Result<Option<(f64, f64)>, SignError> {
        let rectangle = update.file.array(self.widget.get("Rect"), "Rect")?;
        let sides: Vec<f64> = rectangle.iter().filter_map(page::number).collect();
        let [left, bottom, right, top] = sides[..] else {
            return Err(SignError::Structure("Rect"));
        };
        Ok((right > left && top > bottom).then_some((right - left, top - bottom)))
    }
}

/// The interactive form: where it stands, and what it is.
pub(crate) struct Form {
    /// Nothing when there is none yet or it is a direct object of the catalog.
    reference: Option<Reference>,
    dictionary: Dictionary,
    fields: Vec<Object>,
}

impl Form {
    pub(crate) fn read(update: &Update<'_>) -> Result<Self, SignError> {
        let (_, catalog) = update.catalog()?;
        let Some(form) = catalog.get("AcroForm") else {
            return Ok(Self {
                reference: None,
                dictionary: Dictionary::default(),
                fields: Vec::new(),
            });
        };
        let dictionary = update.current_dictionary(Some(form), "AcroForm")?;
        let fields = update.current_array(dictionary.get("Fields"), "Fields")?;
        if fields.len() > MAX_FIELDS {
            return Err(SignError::Structure("Fields"));
        }
        Ok(Self {
            reference: match form {
                Object::Reference(reference) => Some(*reference),
                _ => None,
            },
            dictionary,
            fields,
        })
    }

    /// Its signature fields.
    pub(crate) fn signature_fields(&self, update: &Update<'_>) -> Result<Vec<Found>, SignError> {
        let mut found = Vec::new();
        for field in &self.fields {
            let Object::Reference(reference) = field else {
                return Err(SignError::Structure("Fields"));
            };
            let widget = update.current_dictionary(Some(field), "Fields")?;
            let kind = widget.get("FT").and_then(Object::as_name);
            if kind != Some(b"Sig") || widget.get("Kids").is_some() {
                continue;
            }
            let title = update.current(widget.get("T").unwrap_or(&Object::Null))?;
            found.push(Found {
                reference: *reference,
                name: title.as_string().map(read_text).unwrap_or_default(),
                widget,
            });
        }
        Ok(found)
    }

    /// Writes the form with one more field.
    fn extend(&mut self, update: &mut Update<'_>, field: Reference) -> Result<(), SignError> {
        self.fields.push(Object::Reference(field));
        let fields = Object::Array(self.fields.clone());
        self.dictionary.set("Fields", fields);
        // SignaturesExist and AppendOnly (§12.7.3)
        self.dictionary.set("SigFlags", size(3));
        let form = Object::Dictionary(self.dictionary.clone());
        if let Some(reference) = self.reference {
            update.put(reference, form);
            return Ok(());
        }
        let reference = update.add(form);
        self.reference = Some(reference);
        let (root, mut catalog) = update.catalog()?;
        catalog.set("AcroForm", Object::Reference(reference));
        update.put(root, Object::Dictionary(catalog));
        Ok(())
    }
}

/// Adds a field with its widget, and for one that is seen its structure element.
pub(crate) fn declare(
    update: &mut Update<'_>,
    field: &SignatureField,
) -> Result<Reference, SignError> {
    let mut form = Form::read(update)?;
    let taken = form.signature_fields(update)?;
    let fit = !field.name.is_empty()
        && field.name.chars().count() <= MAX_NAME
        && !field.name.contains(|c: char| c == '.' || c.is_control());
    if !fit || taken.iter().any(|one| one.name == field.name) {
        return Err(SignError::FieldName {
            field: field.name.clone(),
        });
    }
    let page = page::find(update, field.place.map_or(1, |place| place.page))?;
    let reference = update.reserve();
    let mut widget = dictionary([
        ("Type", name("Annot")),
        ("Subtype", name("Widget")),
        ("FT", name("Sig")),
        ("T", text(&field.name)),
        ("TU", text(&field.label)),
        ("F", size(FLAGS)),
        ("P", Object::Reference(page.reference)),
    ]);
    match field.place {
        None => widget.set("Rect", Object::Array(vec![Object::Real(NOWHERE); 4])),
        Some(place) => {
            widget.set("Rect", rectangle(&place, &page, &field.name)?);
            let empty = update.add_stream(self::form(place.width, place.height), b"");
            widget.set("AP", appearance(empty));
            let key = structure::add_form(update, reference, page.reference, &field.label)?;
            widget.set("StructParent", key);
        }
    }
    update.put(reference, Object::Dictionary(widget));
    page::annotate(update, &page, reference)?;
    form.extend(update, reference)?;
    Ok(reference)
}

/// The normal appearance alone (ISO 19005-3 §6.3.3).
pub(crate) fn appearance(normal: Reference) -> Object {
    Object::Dictionary(dictionary([("N", Object::Reference(normal))]))
}

fn rectangle(place: &Place, page: &page::Page, field: &str) -> Result<Object, SignError> {
    let sides = [
        place.left,
        place.bottom,
        place.left + place.width,
        place.bottom + place.height,
    ];
    let [left, bottom, right, top] = page.extent;
    let inside = sides.iter().all(|side| side.is_finite())
        && place.width >= 1.0
        && place.height >= 1.0
        && sides[0] >= left
        && sides[1] >= bottom
        && sides[2] <= right
        && sides[3] <= top;
    match inside {
        true => Ok(Object::Array(
            sides.map(|side| Object::Real(rounded(side))).to_vec(),
        )),
        false => Err(SignError::Place {
            field: field.to_owned(),
        }),
    }
}

/// A text string (§7.9.2.2); octets of PDFDocEncoding beyond ASCII are of no concern for names of ours.
fn read_text(octets: &[u8]) -> String {
    match octets.strip_prefix(&[0xfe, 0xff]) {
        Some(units) => {
            let units = units
                .chunks_exact(2)
                .map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            char::decode_utf16(units)
                .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect()
        }
        None => String::from_utf8_lossy(octets).into_owned(),
    }
}
