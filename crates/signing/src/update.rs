//! An update appended to a file (ISO 32000-2 §7.5.6). What was there before stays as it is, octet for octet.

use std::collections::BTreeMap;

use fidem_pdf::{Dictionary, File, Object, Reference};
use sha2::{Digest as _, Sha256};

use crate::error::SignError;

/// Objects numbered at most (the reader's own bound).
const MAX_OBJECTS: u32 = 1 << 20;

/// What an indirect object of the update is.
enum Body {
    Object(Object),
    Stream(Dictionary, Vec<u8>),
    /// Octets that must stand where the caller can find them.
    Verbatim(Vec<u8>),
}

/// An update in the making.
pub(crate) struct Update<'a> {
    before: &'a [u8],
    pub(crate) file: File<'a>,
    next: u32,
    bodies: BTreeMap<u32, (u16, Body)>,
}

impl<'a> Update<'a> {
    pub(crate) fn of(before: &'a [u8]) -> Result<Self, SignError> {
        let file = File::parse(before)?;
        let newest = file.sections().first();
        let size = newest
            .and_then(|section| section.trailer.get("Size")?.as_size())
            .and_then(|size| u32::try_from(size).ok())
            .ok_or(SignError::Structure("Size"))?;
        // an object beyond /Size is as absent, and must not be met again (§7.5.5)
        let highest = file
            .sections()
            .iter()
            .filter_map(|section| section.objects.keys().next_back().copied())
            .max()
            .unwrap_or(0);
        if size > MAX_OBJECTS || highest >= size {
            return Err(SignError::Structure("Size"));
        }
        Ok(Self {
            before,
            file,
            next: size,
            bodies: BTreeMap::new(),
        })
    }

    /// Takes the next number without giving it an object yet.
    pub(crate) fn reserve(&mut self) -> Reference {
        let number = self.next;
        self.next += 1;
        Reference {
            number,
            generation: 0,
        }
    }

    pub(crate) fn add(&mut self, object: Object) -> Reference {
        let reference = self.reserve();
        self.put(reference, object);
        reference
    }

    /// A stream, deflated.
    pub(crate) fn add_stream(&mut self, mut dictionary: Dictionary, content: &[u8]) -> Reference {
        let reference = self.reserve();
        let deflated = miniz_oxide::deflate::compress_to_vec_zlib(content, 9);
        dictionary.set("Filter", name("FlateDecode"));
        dictionary.set("Length", size(deflated.len()));
        self.bodies
            .insert(reference.number, (0, Body::Stream(dictionary, deflated)));
        reference
    }

    /// The object in place of an earlier one of that name.
    pub(crate) fn put(&mut self, reference: Reference, object: Object) {
        self.bodies.insert(
            reference.number,
            (reference.generation, Body::Object(object)),
        );
    }

    pub(crate) fn put_verbatim(&mut self, reference: Reference, octets: Vec<u8>) {
        self.bodies.insert(
            reference.number,
            (reference.generation, Body::Verbatim(octets)),
        );
    }

    /// An object as it stands now, with what this update has changed.
    pub(crate) fn current(&self, object: &Object) -> Result<Object, SignError> {
        if let Object::Reference(reference) = object
            && let Some((_, Body::Object(changed))) = self.bodies.get(&reference.number)
        {
            return Ok(changed.clone());
        }
        Ok(self.file.resolve(object)?)
    }

    pub(crate) fn current_dictionary(
        &self,
        object: Option<&Object>,
        what: &'static str,
    ) -> Result<Dictionary, SignError> {
        match self.current(object.ok_or(SignError::Structure(what))?)? {
            Object::Dictionary(dictionary) => Ok(dictionary),
            _ => Err(SignError::Structure(what)),
        }
    }

    pub(crate) fn current_array(
        &self,
        object: Option<&Object>,
        what: &'static str,
    ) -> Result<Vec<Object>, SignError> {
        match object.map(|object| self.current(object)).transpose()? {
            None | Some(Object::Null) => Ok(Vec::new()),
            Some(Object::Array(array)) => Ok(array),
            Some(_) => Err(SignError::Structure(what)),
        }
    }

    /// Where the catalog stands, and what it is now.
    pub(crate) fn catalog(&self) -> Result<(Reference, Dictionary), SignError> {
        let root = self.trailer()?.get("Root").cloned();
        match root {
            Some(Object::Reference(reference)) => Ok((
                reference,
                self.current_dictionary(root.as_ref(), "catalog")?,
            )),
            _ => Err(SignError::Structure("catalog")),
        }
    }

    fn trailer(&self) -> Result<&Dictionary, SignError> {
        let newest = self.file.sections().first();
        newest
            .map(|section| &section.trailer)
            .ok_or(SignError::Structure("trailer"))
    }

    /// The whole file with the update, and where the octets of `wanted` begin.
    pub(crate) fn write(&self, wanted: Option<Reference>) -> Result<(Vec<u8>, usize), SignError> {
        let mut out = self.before.to_vec();
        if !matches!(out.last(), Some(b'\n' | b'\r')) {
            out.push(b'\n');
        }
        let mut places = BTreeMap::new();
        let mut found = 0;
        for (number, (generation, body)) in &self.bodies {
            places.insert(*number, (out.len(), *generation));
            out.extend_from_slice(format!("{number} {generation} obj\n").as_bytes());
            if wanted.is_some_and(|wanted| wanted.number == *number) {
                found = out.len();
            }
            body.write(&mut out);
            out.extend_from_slice(b"\nendobj\n");
        }
        let table = out.len();
        write_table(&places, &mut out);
        let trailer = self.next_trailer()?;
        out.extend_from_slice(b"trailer\n");
        write_dictionary(&trailer, &mut out);
        out.extend_from_slice(format!("\nstartxref\n{table}\n%%EOF\n").as_bytes());
        Ok((out, found))
    }

    /// /Root, /Info and the first half of /ID as they were (ISO 19005-3 §6.1.3).
    fn next_trailer(&self) -> Result<Dictionary, SignError> {
        let before = self.trailer()?;
        let mut trailer = Dictionary::default();
        for key in ["Root", "Info"] {
            if let Some(value) = before.get(key) {
                trailer.set(key, value.clone());
            }
        }
        let identifiers = self.file.array(before.get("ID"), "ID")?;
        if let Some(first) = identifiers.first() {
            let digest = Sha256::digest(self.before)[..16].to_vec();
            let pair = vec![first.clone(), Object::String(digest)];
            trailer.set("ID", Object::Array(pair));
        }
        let previous = self.file.sections().first().map_or(0, |one| one.offset);
        trailer.set("Prev", size(previous));
        trailer.set("Size", Object::Integer(i64::from(self.next)));
        Ok(trailer)
    }
}

impl Body {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Object(object) => write_object(object, out),
            Self::Verbatim(octets) => out.extend_from_slice(octets),
            Self::Stream(dictionary, octets) => {
                write_dictionary(dictionary, out);
                out.extend_from_slice(b"\nstream\n");
                out.extend_from_slice(octets);
                out.extend_from_slice(b"\nendstream");
            }
        }
    }
}

/// Subsections of numbers that follow each other, with entries of 20 octets (§7.5.4).
fn write_table(places: &BTreeMap<u32, (usize, u16)>, out: &mut Vec<u8>) {
    out.extend_from_slice(b"xref\n");
    let mut run: Vec<(u32, usize, u16)> = Vec::new();
    for (number, (offset, generation)) in places {
        if run.last().is_some_and(|(last, ..)| last + 1 != *number) {
            write_subsection(&run, out);
            run.clear();
        }
        run.push((*number, *offset, *generation));
    }
    write_subsection(&run, out);
}

fn write_subsection(run: &[(u32, usize, u16)], out: &mut Vec<u8>) {
    let Some((first, ..)) = run.first() else {
        return;
    };
    out.extend_from_slice(format!("{first} {}\n", run.len()).as_bytes());
    for (_, offset, generation) in run {
        out.extend_from_slice(format!("{offset:010} {generation:05} n\r\n").as_bytes());
    }
}

/// The syntax of objects (§7.3).
pub(crate) fn write_object(object: &Object, out: &mut Vec<u8>) {
    match object {
        Object::Null => out.extend_from_slice(b"null"),
        Object::Boolean(value) => out.extend_from_slice(value.to_string().as_bytes()),
        Object::Integer(value) => out.extend_from_slice(value.to_string().as_bytes()),
        Object::Real(value) => out.extend_from_slice(value.to_string().as_bytes()),
        Object::Name(octets) => write_name(octets, out),
        Object::String(octets) => write_string(octets, out),
        Object::Array(members) => {
            out.push(b'[');
            for (position, member) in members.iter().enumerate() {
                if position > 0 {
                    out.push(b' ');
                }
                write_object(member, out);
            }
            out.push(b']');
        }
        Object::Dictionary(dictionary) => write_dictionary(dictionary, out),
        Object::Reference(to) => {
            out.extend_from_slice(format!("{} {} R", to.number, to.generation).as_bytes());
        }
    }
}

fn write_dictionary(dictionary: &Dictionary, out: &mut Vec<u8>) {
    out.extend_from_slice(b"<<");
    for (key, value) in dictionary.iter() {
        write_name(key, out);
        out.push(b' ');
        write_object(value, out);
    }
    out.extend_from_slice(b">>");
}

fn write_name(octets: &[u8], out: &mut Vec<u8>) {
    out.push(b'/');
    for octet in octets {
        match octet {
            b'#' | b'/' | b'%' | b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' => {
                out.extend_from_slice(format!("#{octet:02X}").as_bytes());
            }
            b'!'..=b'~' => out.push(*octet),
            _ => out.extend_from_slice(format!("#{octet:02X}").as_bytes()),
        }
    }
}

/// Literal where it is plain ASCII, hexadecimal elsewhere (§7.3.4).
fn write_string(octets: &[u8], out: &mut Vec<u8>) {
    if octets.iter().all(|octet| matches!(octet, b' '..=b'~')) {
        out.push(b'(');
        for octet in octets {
            if matches!(octet, b'(' | b')' | b'\\') {
                out.push(b'\\');
            }
            out.push(*octet);
        }
        out.push(b')');
    } else {
        out.push(b'<');
        write_hexadecimal(octets, out);
        out.push(b'>');
    }
}

pub(crate) fn write_hexadecimal(octets: &[u8], out: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for octet in octets {
        out.push(DIGITS[usize::from(octet >> 4)]);
        out.push(DIGITS[usize::from(octet & 15)]);
    }
}

pub(crate) fn name(name: &str) -> Object {
    Object::Name(name.as_bytes().to_vec())
}

pub(crate) fn size(size: usize) -> Object {
    Object::Integer(i64::try_from(size).unwrap_or(i64::MAX))
}

/// A text string that every reader shows alike: UTF-16BE with its byte order mark (§7.9.2.2).
pub(crate) fn text(text: &str) -> Object {
    let mark = [0xfe, 0xff].into_iter();
    Object::String(
        mark.chain(text.encode_utf16().flat_map(u16::to_be_bytes))
            .collect(),
    )
}

pub(crate) fn dictionary<const N: usize>(entries: [(&str, Object); N]) -> Dictionary {
    let mut dictionary = Dictionary::default();
    for (key, value) in entries {
        dictionary.set(key, value);
    }
    dictionary
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &[u8] = include_bytes!("../../../samples/packages/v1/receipt.pdf");

    fn written(object: &Object) -> String {
        let mut out = Vec::new();
        write_object(object, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_syntax_of_objects() {
        assert_eq!(
            written(&Object::Name(b"A B#/\xe7".to_vec())),
            "/A#20B#23#2F#E7"
        );
        assert_eq!(
            written(&Object::String(b"a(b)\\".to_vec())),
            "(a\\(b\\)\\\\)"
        );
        assert_eq!(written(&text("公a")), "<FEFF516C0061>");
        assert_eq!(written(&Object::Real(595.2756)), "595.2756");
        assert_eq!(written(&Object::Real(-0.000_001)), "-0.000001");
        let members = vec![Object::Null, Object::Boolean(true), size(7)];
        assert_eq!(written(&Object::Array(members)), "[null true 7]");
    }

    #[test]
    fn what_is_written_is_read_as_it_was() {
        let mut update = Update::of(SAMPLE).unwrap();
        let object = Object::Dictionary(dictionary([
            ("Name", Object::Name(b"A B#/(".to_vec())),
            ("Text", text("经办 (A)")),
            ("Plain", Object::String(b"a(b)\\".to_vec())),
            ("Real", Object::Real(0.125)),
            (
                "Nested",
                Object::Array(vec![Object::Array(Vec::new()), size(0)]),
            ),
        ]));
        let reference = update.add(object.clone());
        let stream = update.add_stream(Dictionary::default(), &[42; 5000]);
        let (after, _) = update.write(None).unwrap();
        assert!(after.starts_with(SAMPLE));
        let file = File::parse(&after).unwrap();
        assert_eq!(file.sections().len(), 2);
        assert_eq!(file.resolve(&Object::Reference(reference)), Ok(object));
        let stream = file.stream(&Object::Reference(stream)).unwrap();
        assert_eq!(file.decode(&stream, 5000), Ok(vec![42; 5000]));
        let ids = |section: usize| file.sections()[section].trailer.get("ID").cloned();
        let (Some(Object::Array(new)), Some(Object::Array(old))) = (ids(0), ids(1)) else {
            panic!("identifiers")
        };
        assert_eq!(new[0], old[0]);
        assert_ne!(new[1], old[1]);
    }
}
