//! Files attached to a PDF (ISO 32000-2 §7.11.4) through the name tree of its catalog (§7.7.4).

use std::collections::{BTreeMap, BTreeSet};

use crate::object::{Dictionary, Object, Reference};
use crate::{Error, File};

/// Most attachments read.
const MAX_FILES: usize = 4096;
/// Deepest name tree followed.
const MAX_DEPTH: usize = 16;
/// Most octets of all attachments, which are proofs and not evidence; many names may share one deflated stream.
const MAX_OCTETS: usize = 256 << 20;

/// The attachments by name.
///
/// # Errors
/// [`Error`]: the first thing out of place.
pub fn attachments(pdf: &[u8]) -> Result<BTreeMap<String, Vec<u8>>, Error> {
    let file = File::parse(pdf)?;
    let catalog = file.catalog()?;
    let mut walk = Walk {
        file: &file,
        files: BTreeMap::new(),
        visited: BTreeSet::new(),
        octets: 0,
    };
    if let Some(names) = catalog.get("Names") {
        let names = file.dictionary(Some(names), "Names")?;
        if let Some(tree) = names.get("EmbeddedFiles") {
            let tree = file.dictionary(Some(tree), "EmbeddedFiles")?;
            walk.node(&tree, 0)?;
        }
    }
    Ok(walk.files)
}

/// A walk through the name tree (§7.9.6).
struct Walk<'a> {
    file: &'a File<'a>,
    files: BTreeMap<String, Vec<u8>>,
    /// An object reached by two ways could be reached by exponentially many.
    visited: BTreeSet<Reference>,
    octets: usize,
}

impl Walk<'_> {
    fn node(&mut self, node: &Dictionary, depth: usize) -> Result<(), Error> {
        if depth > MAX_DEPTH {
            return Err(Error::TooMuch(MAX_DEPTH, "levels of names"));
        }
        for kid in self.file.array(node.get("Kids"), "Kids")? {
            self.visit(&kid)?;
            let kid = self.file.dictionary(Some(&kid), "Kids")?;
            self.node(&kid, depth + 1)?;
        }
        for pair in self.file.array(node.get("Names"), "Names")?.chunks(2) {
            let specification = pair.get(1).ok_or(Error::Type("Filespec"))?;
            self.visit(specification)?;
            let specification = self.file.dictionary(Some(specification), "Filespec")?;
            self.take(&specification)?;
        }
        Ok(())
    }

    fn visit(&mut self, object: &Object) -> Result<(), Error> {
        match object {
            Object::Reference(reference) if !self.visited.insert(*reference) => {
                Err(Error::Again(reference.number))
            }
            _ => Ok(()),
        }
    }

    fn take(&mut self, specification: &Dictionary) -> Result<(), Error> {
        if self.files.len() >= MAX_FILES {
            return Err(Error::TooMuch(MAX_FILES, "attachments"));
        }
        let name = specification
            .get("UF")
            .or_else(|| specification.get("F"))
            .ok_or(Error::Type("UF"))?;
        let name = self.file.resolve(name)?;
        let name = name.as_string().and_then(text).ok_or(Error::Type("UF"))?;
        let bytes = self.content(specification)?;
        self.octets += bytes.len();
        match self.files.insert(name.clone(), bytes) {
            None => Ok(()),
            Some(_) => Err(Error::Twice(name)),
        }
    }

    fn content(&mut self, specification: &Dictionary) -> Result<Vec<u8>, Error> {
        let embedded = self.file.dictionary(specification.get("EF"), "EF")?;
        let stream: &Object = embedded.get("F").ok_or(Error::Type("F"))?;
        self.visit(stream)?;
        let stream = self.file.stream(stream)?;
        self.file.decode(&stream, MAX_OCTETS - self.octets)
    }
}

/// A text string (§7.9.2.2): UTF-16BE with its mark, else the octets of UTF-8, which ASCII is.
#[must_use]
pub fn text(bytes: &[u8]) -> Option<String> {
    match bytes.strip_prefix(&[0xfe, 0xff]) {
        Some(wide) if wide.len() % 2 == 0 => {
            let units: Vec<u16> = wide
                .chunks_exact(2)
                .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
                .collect();
            String::from_utf16(&units).ok()
        }
        Some(_) => None,
        None => String::from_utf8(bytes.to_vec()).ok(),
    }
}
