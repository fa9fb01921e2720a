//! Files attached to a PDF (ISO 32000-2 §7.11.4), read without trusting the file.

use std::collections::BTreeMap;

use hayro_syntax::object::dict::keys::{
    DECODE_PARMS, EF, EMBEDDED_FILES, F, FILTER, KIDS, NAMES, UF,
};
use hayro_syntax::object::{Array, Dict, Name, Object, Stream, String as PdfString};
use hayro_syntax::{LoadPdfError, Pdf};

/// Most attachments read.
const MAX_FILES: usize = 4096;
/// Deepest name tree followed.
const MAX_DEPTH: u32 = 16;
/// Most nodes of it: a node may be reached by many ways, and then by exponentially many.
const MAX_NODES: usize = 65_536;
/// Most octets of all attachments, which are proofs and not evidence; many names may share one deflated stream.
const MAX_OCTETS: usize = 256 << 20;

/// The attachments by name, or why they cannot be read.
pub(crate) fn of(pdf: &[u8]) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let document = Pdf::new(pdf.to_vec()).map_err(|error| match error {
        LoadPdfError::Decryption(_) => "it is encrypted",
        LoadPdfError::Invalid => "it is not a PDF",
    })?;
    let xref = document.xref();
    let catalog: Dict<'_> = xref.get(xref.root_id()).ok_or("it has no catalog")?;
    let tree = catalog
        .get::<Dict<'_>>(NAMES)
        .and_then(|names| names.get::<Dict<'_>>(EMBEDDED_FILES));
    let mut tree_walk = Walk::default();
    if let Some(tree) = tree {
        tree_walk.node(&tree, 0)?;
    }
    Ok(tree_walk.files)
}

/// A walk through the name tree (ISO 32000-2 §7.9.6).
#[derive(Default)]
struct Walk {
    files: BTreeMap<String, Vec<u8>>,
    nodes: usize,
    octets: usize,
}

impl Walk {
    fn node(&mut self, node: &Dict<'_>, depth: u32) -> Result<(), String> {
        self.nodes += 1;
        if depth > MAX_DEPTH || self.nodes > MAX_NODES {
            return Err("too many attachments".to_owned());
        }
        for kid in array(node, KIDS) {
            match kid {
                Object::Dict(kid) => self.node(&kid, depth + 1)?,
                _ => return Err("a broken name tree".to_owned()),
            }
        }
        for pair in array(node, NAMES).chunks(2) {
            match pair {
                [_, Object::Dict(specification)] => self.take(specification)?,
                _ => return Err("a broken name tree".to_owned()),
            }
        }
        Ok(())
    }

    fn take(&mut self, specification: &Dict<'_>) -> Result<(), String> {
        if self.files.len() >= MAX_FILES {
            return Err("too many attachments".to_owned());
        }
        let (name, bytes) =
            file(specification, MAX_OCTETS - self.octets).ok_or("a broken attachment")?;
        self.octets += bytes.len();
        match self.files.insert(name.clone(), bytes) {
            None => Ok(()),
            Some(_) => Err(format!("{name} is attached twice")),
        }
    }
}

fn array<'a>(node: &Dict<'a>, key: &[u8]) -> Vec<Object<'a>> {
    node.get::<Array<'_>>(key)
        .map(|array| array.iter::<Object<'_>>().collect())
        .unwrap_or_default()
}

fn file(specification: &Dict<'_>, room: usize) -> Option<(String, Vec<u8>)> {
    let name = text(
        &specification
            .get::<PdfString<'_>>(UF)
            .or_else(|| specification.get::<PdfString<'_>>(F))?,
    )?;
    let embedded: Stream<'_> = specification.get::<Dict<'_>>(EF)?.get(F)?;
    Some((name, content(&embedded, room)?))
}

/// At most `room` octets, stored or deflated; no other filter belongs on an attachment.
fn content(stream: &Stream<'_>, room: usize) -> Option<Vec<u8>> {
    let dict = stream.dict();
    let raw = stream.raw_data();
    if !dict.contains_key(FILTER) {
        return (raw.len() <= room).then(|| raw.into_owned());
    }
    let filter = match dict.get::<Name<'_>>(FILTER) {
        Some(name) => name,
        None => match array(dict, FILTER).as_slice() {
            [Object::Name(name)] => name.clone(),
            _ => return None,
        },
    };
    if &*filter != b"FlateDecode" || dict.contains_key(DECODE_PARMS) {
        return None;
    }
    miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(&raw, room).ok()
}

/// A text string: UTF-16BE with its mark, else as ASCII.
fn text(string: &PdfString<'_>) -> Option<String> {
    let bytes = string.as_bytes();
    match bytes.strip_prefix(&[0xfe, 0xff]) {
        Some(wide) => {
            let units: Vec<u16> = wide
                .chunks_exact(2)
                .map(|p| u16::from_be_bytes([p[0], p[1]]))
                .collect();
            String::from_utf16(&units).ok()
        }
        None => String::from_utf8(bytes.to_vec()).ok(),
    }
}
