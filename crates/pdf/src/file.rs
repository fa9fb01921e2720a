//! The structure of a file (ISO 32000-2 §7.5): tables, trailers, and the updates one after another.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::Error;
use crate::lexer::Lexer;
use crate::object::{Body, Dictionary, Object, Reference, Stream};

/// Where `startxref` is looked for, from the end.
const TAIL: usize = 1024;
/// Most updates.
const MAX_SECTIONS: usize = 256;
/// Most objects named by the tables together.
const MAX_OBJECTS: usize = 1 << 20;
/// How many times the length of the file its objects may be read, and so many octets beside.
const READINGS: usize = 4;
const ROOM: usize = 1 << 20;
/// Longest chain of references to an object.
const MAX_REFERENCES: usize = 16;

/// One cross-reference section with its trailer (§7.5.4, §7.5.5): the file as written first, or an update of it.
#[derive(Debug, Clone)]
pub struct Section {
    /// Where `xref` stands.
    pub offset: usize,
    /// Where the section ends, after `%%EOF` and the end of that line.
    pub end: usize,
    /// The trailer dictionary.
    pub trailer: Dictionary,
    /// Each object this section places (`Some` offset) or frees.
    pub objects: BTreeMap<u32, Option<Place>>,
}

/// Where an object stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Octets from the start of the file.
    pub offset: usize,
    /// The generation it has there.
    pub generation: u16,
}

/// A PDF: its octets, and what its tables say.
#[derive(Debug, Clone)]
pub struct File<'a> {
    bytes: &'a [u8],
    sections: Arc<Vec<Section>>,
    /// How many of the newest sections are left out of sight.
    hidden: usize,
    /// Octets of objects that may still be read: objects may overlap, and be read again and again.
    left: Cell<usize>,
}

impl<'a> File<'a> {
    /// Reads the tables and trailers; objects are read when asked for.
    ///
    /// # Errors
    /// [`Error`]: the first thing out of place.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Error> {
        let version = bytes.get(..8).ok_or(Error::Header)?;
        if !(version.starts_with(b"%PDF-1.") || version.starts_with(b"%PDF-2.")) {
            return Err(Error::Header);
        }
        let (mut offset, mut limit) = last_section(bytes)?;
        let mut sections: Vec<Section> = Vec::new();
        let mut objects = 0;
        loop {
            let section = section(bytes, offset, limit, &mut objects)?;
            if section.trailer.get("Encrypt").is_some() {
                return Err(Error::Encrypted);
            }
            let before = section.trailer.get("Prev").cloned();
            sections.push(section);
            match before {
                None => break,
                // strictly backwards, so that it ends
                Some(Object::Integer(n)) if usize::try_from(n).is_ok_and(|n| n < offset) => {
                    limit = offset;
                    offset = usize::try_from(n).unwrap_or(0);
                }
                Some(_) => return Err(Error::CrossReference(offset)),
            }
            if sections.len() >= MAX_SECTIONS {
                return Err(Error::TooMuch(MAX_SECTIONS, "updates"));
            }
        }
        // A file may end with its newest section only: what follows would be read by others in their own way.
        match sections.first().map(|newest| newest.end) == Some(bytes.len()) {
            true => Ok(Self {
                bytes,
                sections: Arc::new(sections),
                hidden: 0,
                left: budget(bytes),
            }),
            false => Err(Error::End),
        }
    }

    /// The sections, the newest first.
    #[must_use]
    pub fn sections(&self) -> &[Section] {
        self.sections.get(self.hidden..).unwrap_or_default()
    }

    /// The octets.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The file as it was before its `newest` updates, read with a budget of its own; none when there were not so many.
    #[must_use]
    pub fn before(&self, newest: usize) -> Option<Self> {
        let hidden = self.hidden.checked_add(newest)?;
        let bytes = self.bytes.get(..self.sections.get(hidden)?.end)?;
        Some(Self {
            bytes,
            sections: Arc::clone(&self.sections),
            hidden,
            left: budget(bytes),
        })
    }

    /// The catalog (§7.7.2).
    ///
    /// # Errors
    /// [`Error`].
    pub fn catalog(&self) -> Result<Dictionary, Error> {
        let trailer = self.sections().first().ok_or(Error::End)?;
        self.dictionary(trailer.trailer.get("Root"), "catalog")
    }

    /// An object, followed to where it stands; an object that no table places is `null` (§7.3.10).
    ///
    /// # Errors
    /// [`Error::Syntax`] for one that does not stand where its table says.
    pub fn resolve(&self, object: &Object) -> Result<Object, Error> {
        let mut object = object.clone();
        for _ in 0..MAX_REFERENCES {
            let Object::Reference(reference) = object else {
                return Ok(object);
            };
            let Some(place) = self.place(reference) else {
                return Ok(Object::Null);
            };
            let (found, mut lexer) = self.object_at(reference.number, place)?;
            lexer.keyword("endobj")?;
            object = found;
        }
        Err(Error::TooMuch(MAX_REFERENCES, "references"))
    }

    /// A dictionary, perhaps by reference.
    ///
    /// # Errors
    /// [`Error::Type`] naming `what`.
    pub fn dictionary(
        &self,
        object: Option<&Object>,
        what: &'static str,
    ) -> Result<Dictionary, Error> {
        match self.resolve(object.ok_or(Error::Type(what))?)? {
            Object::Dictionary(dictionary) => Ok(dictionary),
            _ => Err(Error::Type(what)),
        }
    }

    /// An array, perhaps by reference; an absent one is empty.
    ///
    /// # Errors
    /// [`Error::Type`] naming `what`.
    pub fn array(&self, object: Option<&Object>, what: &'static str) -> Result<Vec<Object>, Error> {
        match object.map(|object| self.resolve(object)).transpose()? {
            None | Some(Object::Null) => Ok(Vec::new()),
            Some(Object::Array(array)) => Ok(array),
            Some(_) => Err(Error::Type(what)),
        }
    }

    /// A stream, which is always indirect (§7.3.8).
    ///
    /// # Errors
    /// [`Error`].
    pub fn stream(&self, object: &Object) -> Result<Stream<'a>, Error> {
        let Object::Reference(reference) = object else {
            return Err(Error::Type("stream"));
        };
        match self.body(*reference)? {
            Some(Body::Stream(stream)) => Ok(stream),
            Some(Body::Object(_)) => Err(Error::Type("stream")),
            None => Err(Error::Missing(reference.number)),
        }
    }

    /// An indirect object whole; none that no table places.
    ///
    /// # Errors
    /// [`Error::Syntax`] for one that does not stand where its table says.
    pub fn body(&self, reference: Reference) -> Result<Option<Body<'a>>, Error> {
        let Some(place) = self.place(reference) else {
            return Ok(None);
        };
        let (found, lexer) = self.object_at(reference.number, place)?;
        let mut ahead = lexer;
        match found {
            Object::Dictionary(dictionary) if ahead.keyword("stream").is_ok() => {
                let stream = self.stream_data(dictionary, ahead)?;
                Ok(Some(Body::Stream(stream)))
            }
            object => {
                ahead = lexer;
                ahead.keyword("endobj")?;
                Ok(Some(Body::Object(object)))
            }
        }
    }

    /// Where the value of a key stands in an indirect dictionary, in octets from the start of the file.
    ///
    /// # Errors
    /// [`Error`].
    pub fn value_place(
        &self,
        reference: Reference,
        key: &str,
    ) -> Result<Option<Range<usize>>, Error> {
        let Some(place) = self.place(reference) else {
            return Ok(None);
        };
        let mut lexer = self.header(reference.number, place)?;
        let mut found = None;
        lexer.entries(0, &mut |name, at| {
            if name == key.as_bytes() {
                found = Some(at);
            }
        })?;
        self.charge(lexer.at - place.offset)?;
        Ok(found)
    }

    fn stream_data(
        &self,
        dictionary: Dictionary,
        mut lexer: Lexer<'a>,
    ) -> Result<Stream<'a>, Error> {
        if lexer.peek() == Some(b'\r') {
            lexer.at += 1;
        }
        lexer.exactly(b"\n")?;
        let length = self
            .resolve(dictionary.get("Length").ok_or(Error::Type("Length"))?)?
            .as_size()
            .ok_or(Error::Type("Length"))?;
        let end = lexer.at.saturating_add(length);
        let encoded = self
            .bytes
            .get(lexer.at..end)
            .ok_or(Error::Syntax(lexer.at))?;
        lexer.at = end;
        lexer.keyword("endstream")?;
        lexer.keyword("endobj")?;
        Ok(Stream {
            dictionary,
            encoded,
        })
    }

    /// At most `room` octets of a stream, stored or deflated.
    ///
    /// # Errors
    /// [`Error::Filter`].
    pub fn decode(&self, stream: &Stream<'_>, room: usize) -> Result<Vec<u8>, Error> {
        let filters = match stream
            .dictionary
            .get("Filter")
            .map(|f| self.resolve(f))
            .transpose()?
        {
            None | Some(Object::Null) => Vec::new(),
            Some(Object::Array(filters)) => filters,
            Some(filter) => vec![filter],
        };
        if stream.dictionary.get("DecodeParms").is_some() {
            return Err(Error::Filter);
        }
        match filters.as_slice() {
            [] if stream.encoded.len() <= room => Ok(stream.encoded.to_vec()),
            [filter] if self.resolve(filter)?.as_name() == Some(b"FlateDecode") => {
                miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(stream.encoded, room)
                    .map_err(|_| Error::Filter)
            }
            _ => Err(Error::Filter),
        }
    }

    /// The object of that number as the newest table that knows it has it.
    #[must_use]
    pub fn current(&self, number: u32) -> Option<Reference> {
        let known = self.sections().iter().find_map(|s| s.objects.get(&number));
        known.copied().flatten().map(|place| Reference {
            number,
            generation: place.generation,
        })
    }

    /// Every object that is not free, by its number.
    #[must_use]
    pub fn objects(&self) -> BTreeMap<u32, Reference> {
        let mut all = BTreeMap::new();
        for section in self.sections().iter().rev() {
            for (number, place) in &section.objects {
                match place {
                    None => all.remove(number),
                    Some(place) => all.insert(
                        *number,
                        Reference {
                            number: *number,
                            generation: place.generation,
                        },
                    ),
                };
            }
        }
        all
    }

    /// Where the newest table that knows it places an object.
    #[must_use]
    pub fn place(&self, reference: Reference) -> Option<Place> {
        self.sections()
            .iter()
            .find_map(|section| section.objects.get(&reference.number))
            .copied()
            .flatten()
            .filter(|place| place.generation == reference.generation)
    }

    fn object_at(&self, number: u32, place: Place) -> Result<(Object, Lexer<'a>), Error> {
        let mut lexer = self.header(number, place)?;
        let object = lexer.object(0)?;
        self.charge(lexer.at - place.offset)?;
        Ok((object, lexer))
    }

    /// Past `N G obj`.
    fn header(&self, number: u32, place: Place) -> Result<Lexer<'a>, Error> {
        let mut lexer = Lexer::new(self.bytes, place.offset);
        if !lexer.peek().is_some_and(|b| b.is_ascii_digit())
            || lexer.size()? != number as usize
            || lexer.size()? != usize::from(place.generation)
        {
            return Err(Error::Syntax(place.offset));
        }
        lexer.keyword("obj")?;
        Ok(lexer)
    }

    fn charge(&self, octets: usize) -> Result<(), Error> {
        let left = self.left.get().checked_sub(octets);
        self.left
            .set(left.ok_or(Error::TooMuch(READINGS, "readings of the file"))?);
        Ok(())
    }
}

/// How much of a file may be read, again and again included.
fn budget(bytes: &[u8]) -> Cell<usize> {
    Cell::new(bytes.len().saturating_mul(READINGS).saturating_add(ROOM))
}

/// The offset the last `startxref` names, and the end of the file.
fn last_section(bytes: &[u8]) -> Result<(usize, usize), Error> {
    let tail = bytes.len().saturating_sub(TAIL);
    let found = bytes[tail..]
        .windows(b"startxref".len())
        .rposition(|window| window == b"startxref")
        .ok_or(Error::End)?;
    let mut lexer = Lexer::new(bytes, tail + found);
    lexer.keyword("startxref")?;
    Ok((lexer.size().map_err(|_| Error::End)?, bytes.len()))
}

/// The section at an offset, which ends before `limit` with its own `startxref` and `%%EOF`.
fn section(
    bytes: &[u8],
    offset: usize,
    limit: usize,
    objects: &mut usize,
) -> Result<Section, Error> {
    let broken = |_| Error::CrossReference(offset);
    let bytes = bytes.get(..limit).ok_or(Error::End)?;
    let mut lexer = Lexer::new(bytes, offset);
    if lexer.peek().is_some_and(|b| b.is_ascii_digit()) {
        return Err(Error::CrossReferenceStream(offset));
    }
    lexer.exactly(b"xref").map_err(broken)?;
    let mut table = BTreeMap::new();
    loop {
        lexer.skip();
        if lexer.peek() == Some(b't') {
            break;
        }
        subsection(&mut lexer, &mut table, objects).map_err(|error| match error {
            Error::TooMuch(..) => error,
            _ => Error::CrossReference(offset),
        })?;
    }
    lexer.keyword("trailer").map_err(broken)?;
    let trailer = lexer.dictionary(0).map_err(broken)?;
    if trailer.get("XRefStm").is_some() {
        return Err(Error::CrossReferenceStream(offset));
    }
    lexer.keyword("startxref").map_err(broken)?;
    if lexer.size().map_err(broken)? != offset {
        return Err(Error::CrossReference(offset));
    }
    while matches!(lexer.peek(), Some(b'\r' | b'\n' | b' ')) {
        lexer.at += 1;
    }
    lexer.exactly(b"%%EOF").map_err(broken)?;
    for end_of_line in [b'\r', b'\n'] {
        if lexer.peek() == Some(end_of_line) {
            lexer.at += 1;
        }
    }
    Ok(Section {
        offset,
        end: lexer.at,
        trailer,
        objects: table,
    })
}

/// Entries of 20 octets after the first number and the count.
fn subsection(
    lexer: &mut Lexer<'_>,
    table: &mut BTreeMap<u32, Option<Place>>,
    objects: &mut usize,
) -> Result<(), Error> {
    let start = lexer.at;
    let first = lexer.size()?;
    let count = lexer.size()?;
    lexer.skip();
    *objects = objects.saturating_add(count);
    if *objects > MAX_OBJECTS {
        return Err(Error::TooMuch(MAX_OBJECTS, "objects"));
    }
    for number in first..first.saturating_add(count) {
        let at = lexer.at;
        let offset = lexer.size()?;
        lexer.exactly(b" ")?;
        let generation = u16::try_from(lexer.size()?).map_err(|_| Error::Syntax(at))?;
        lexer.exactly(b" ")?;
        let place = match lexer.peek() {
            Some(b'n') => Some(Place { offset, generation }),
            Some(b'f') => None,
            _ => return Err(Error::Syntax(at)),
        };
        lexer.at += 1;
        let ended = [b" \n".as_slice(), b" \r", b"\r\n"]
            .into_iter()
            .any(|end| lexer.exactly(end).is_ok());
        let number = u32::try_from(number).map_err(|_| Error::Syntax(start))?;
        if !ended || lexer.at != at + 20 || table.insert(number, place).is_some() {
            return Err(Error::Syntax(at));
        }
    }
    Ok(())
}
