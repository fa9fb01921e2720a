//! Signature fields that an update adds, or signs (ISO 32000-2 §12.7.5.5): each with its signature in the same update.

use std::collections::BTreeSet;

use fidem_pdf::{Body, Dictionary, Error, Object, Reference, text};

use super::compare::{Comparison, differing};
use super::{How, Part};

/// Keys of a signature field and its widget. None of them acts: no `A`, no `AA`.
const FIELD_KEYS: &[&[u8]] = &[
    b"Type",
    b"Subtype",
    b"FT",
    b"T",
    b"TU",
    b"F",
    b"Ff",
    b"P",
    b"V",
    b"Rect",
    b"AP",
    b"MK",
    b"StructParent",
    b"Lock",
    b"SV",
    b"Kids",
    b"Border",
    b"BS",
    b"DA",
    b"M",
    b"NM",
    b"Contents",
    b"Lang",
    b"AS",
];
/// Keys by which a field that stands is signed.
const SIGNED_KEYS: &[&str] = &["V", "AP", "M", "F", "MK"];
/// Bits of `SigFlags`: signatures exist, append only (Table 225).
const SIGNATURE_FLAGS: usize = 3;
/// The flag of a widget that is neither shown nor printed (Table 167). What is not viewed is printed all the same.
const HIDDEN: usize = 2;

impl Comparison<'_> {
    pub(super) fn form(
        &mut self,
        old: &Dictionary,
        new: &Dictionary,
        catalog: u32,
    ) -> Result<(), Error> {
        let (Some(before), Some(after)) = (old.get("AcroForm"), new.get("AcroForm")) else {
            return self.first_form(new);
        };
        let mut owners = BTreeSet::from([catalog]);
        self.claim_owned(Some(before), Some(after), &owners);
        owners.extend(after.as_reference().map(|reference| reference.number));
        let (before, after) = (
            self.old.dictionary(Some(before), "AcroForm")?,
            self.new.dictionary(Some(after), "AcroForm")?,
        );
        for key in differing(&before, &after) {
            match key.as_str() {
                "Fields" => {}
                "SigFlags" if flags(&after).is_some_and(|flags| flags & !SIGNATURE_FLAGS == 0) => {}
                _ => self.report(catalog, Part::Form, How::Replaced, &[&key]),
            }
        }
        self.fields(&before, &after, &owners, catalog)?;
        self.signed_fields()
    }

    /// A form where there was none: after a signature there always was one, unless its field was taken away.
    fn first_form(&mut self, new: &Dictionary) -> Result<(), Error> {
        let Some(form) = new.get("AcroForm") else {
            return Ok(());
        };
        let form = self.new.dictionary(Some(form), "AcroForm")?;
        self.fields(&Dictionary::default(), &form, &BTreeSet::new(), 0)
    }

    fn fields(
        &mut self,
        before: &Dictionary,
        after: &Dictionary,
        owners: &BTreeSet<u32>,
        catalog: u32,
    ) -> Result<(), Error> {
        self.claim_owned(before.get("Fields"), after.get("Fields"), owners);
        let was = self.old.array(before.get("Fields"), "Fields")?;
        let is = self.new.array(after.get("Fields"), "Fields")?;
        let Some(added) = is.strip_prefix(was.as_slice()) else {
            self.report(catalog, Part::Form, How::Replaced, &["Fields"]);
            return Ok(());
        };
        for field in added {
            if !self.new_field(field)? {
                let number = field.as_reference().map_or(0, |reference| reference.number);
                self.report(number, Part::Form, How::Added, &["Fields"]);
            }
        }
        Ok(())
    }

    /// Accounts for an object in which a value stands that may change: a new one, or the one that stood at that very key when
    /// only `owners` refer to it. Its content is judged apart; of an object that stood elsewhere it would be another's.
    pub(super) fn claim_owned(
        &mut self,
        was: Option<&Object>,
        is: Option<&Object>,
        owners: &BTreeSet<u32>,
    ) {
        let Some(Reference { number, .. }) = is.and_then(Object::as_reference) else {
            return;
        };
        let own = was == is && self.is_replaced(number) && self.is_owned_by(number, owners);
        if self.is_fresh(number) || own {
            self.claimed.insert(number);
        }
    }

    /// Whether a field that is added is a signature field with its signature, and nothing else.
    fn new_field(&mut self, object: &Object) -> Result<bool, Error> {
        let Some((reference, field)) = self.fresh_dictionary(object)? else {
            return Ok(false);
        };
        let signs = field.get("FT").and_then(Object::as_name) == Some(b"Sig");
        let Some(kind) = self.fresh_signature(&field)?.filter(|_| signs) else {
            return Ok(false);
        };
        if !only(&field, FIELD_KEYS) {
            return Ok(false);
        }
        let mut widgets = vec![(reference, field.clone())];
        for kid in self.new.array(field.get("Kids"), "Kids")? {
            match self.fresh_dictionary(&kid)? {
                Some((number, kid)) if is_kid(&kid) => widgets.push((number, kid)),
                _ => return Ok(false),
            }
        }
        // Any other annotation would be drawn by rules of its own.
        if !widgets.iter().all(|(_, widget)| is_widget(widget)) {
            return Ok(false);
        }
        if kind == Stamp::Document && !widgets.iter().all(|(_, widget)| self.is_unseen(widget)) {
            return Ok(false);
        }
        self.claim(object, &["P", "Parent"], 0)?;
        self.widgets
            .extend(widgets.iter().map(|(reference, _)| reference.number));
        self.name(&field, kind)?;
        Ok(true)
    }

    fn name(&mut self, field: &Dictionary, kind: Stamp) -> Result<(), Error> {
        let name = match field.get("T") {
            Some(name) => self.new.resolve(name)?.as_string().and_then(text),
            None => None,
        };
        let list = match kind {
            Stamp::Signature => &mut self.revision.signatures,
            Stamp::Document => &mut self.revision.time_stamps,
        };
        list.push(name.unwrap_or_default());
        Ok(())
    }

    /// Fields that stood empty and are signed now.
    fn signed_fields(&mut self) -> Result<(), Error> {
        for number in self.replaced() {
            let (Some(before), Some(after)) = (self.old.current(number), self.new.current(number))
            else {
                continue;
            };
            let (Some(Body::Object(was)), Some(Body::Object(is))) =
                (self.old.body(before)?, self.new.body(after)?)
            else {
                continue;
            };
            let (Some(was), Some(is)) = (was.as_dictionary(), is.as_dictionary()) else {
                continue;
            };
            let empty =
                was.get("FT").and_then(Object::as_name) == Some(b"Sig") && was.get("V").is_none();
            if !empty
                || !differing(was, is)
                    .iter()
                    .all(|key| SIGNED_KEYS.contains(&key.as_str()))
            {
                continue;
            }
            let Some(kind) = self.fresh_signature(is)? else {
                continue;
            };
            if kind == Stamp::Document && !self.is_unseen(is) {
                continue;
            }
            self.claimed.insert(number);
            self.claim(&Object::Dictionary(is.clone()), &["P", "Parent", "Kids"], 0)?;
            self.name(is, kind)?;
        }
        Ok(())
    }

    /// An indirect dictionary that the update adds.
    pub(super) fn fresh_dictionary(
        &self,
        object: &Object,
    ) -> Result<Option<(Reference, Dictionary)>, Error> {
        let Some(reference) = object.as_reference().filter(|r| self.is_fresh(r.number)) else {
            return Ok(None);
        };
        Ok(match self.new.body(reference)? {
            Some(Body::Object(Object::Dictionary(found))) => Some((reference, found)),
            _ => None,
        })
    }

    /// The kind of the signature that a field holds, if the update adds it.
    fn fresh_signature(&self, field: &Dictionary) -> Result<Option<Stamp>, Error> {
        let Some(value) = field.get("V") else {
            return Ok(None);
        };
        let Some((_, signature)) = self.fresh_dictionary(value)? else {
            return Ok(None);
        };
        // What it is judged as makes it what it is; the type is only said.
        let filter = signature.get("SubFilter").and_then(Object::as_name);
        Ok(match signature.get("Type").and_then(Object::as_name) {
            None | Some(b"Sig" | b"DocTimeStamp") => Some(match filter {
                Some(b"ETSI.RFC3161") => Stamp::Document,
                _ => Stamp::Signature,
            }),
            _ => None,
        })
    }

    /// Whether a widget shows nothing: anybody can have a document time-stamped, so it must not cover a page.
    fn is_unseen(&self, widget: &Dictionary) -> bool {
        let number = |object: &Object| match object {
            Object::Integer(n) => Some(n.to_string().parse::<f64>().unwrap_or_default()),
            Object::Real(x) => Some(*x),
            _ => None,
        };
        let corners = self
            .new
            .array(widget.get("Rect"), "Rect")
            .unwrap_or_default();
        let corners: Option<Vec<f64>> = corners.iter().map(number).collect();
        let flat = match corners.as_deref() {
            Some([left, bottom, right, top]) => left == right || bottom == top,
            Some([]) => true,
            _ => false,
        };
        let hidden = widget
            .get("F")
            .and_then(Object::as_size)
            .is_some_and(|flags| flags & HIDDEN != 0);
        // Without an appearance a viewer may still draw background and border.
        flat || hidden
    }
}

/// Whether a dictionary is a widget, or a field with widgets of its own.
fn is_widget(dictionary: &Dictionary) -> bool {
    match dictionary.get("Subtype") {
        None => dictionary.get("Kids").is_some(),
        Some(kind) => kind.as_name() == Some(b"Widget"),
    }
}

/// Whether a dictionary has the keys of a widget below a field, which has none below it.
fn is_kid(dictionary: &Dictionary) -> bool {
    let mut keys = dictionary.iter().map(|(key, _)| key);
    keys.all(|key| key == b"Parent" || key != b"Kids" && FIELD_KEYS.contains(&key))
}

/// What a signature field is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stamp {
    Signature,
    Document,
}

/// Whether a dictionary has none but these keys.
pub(super) fn only(dictionary: &Dictionary, keys: &[&[u8]]) -> bool {
    dictionary.iter().all(|(key, _)| keys.contains(&key))
}

fn flags(form: &Dictionary) -> Option<usize> {
    form.get("SigFlags")?.as_size()
}
