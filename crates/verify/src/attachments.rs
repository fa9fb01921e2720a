//! Files attached to a PDF (ISO 32000-2 §7.11.4), read without trusting the file.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Object};

/// Most attachments read.
const MAX_FILES: usize = 4096;
/// Deepest name tree followed.
const MAX_DEPTH: u32 = 16;

/// The attachments by name, or why they cannot be read.
pub(crate) fn of(pdf: &[u8]) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let document = Document::load_mem(pdf).map_err(|e| e.to_string())?;
    let catalog = document.catalog().map_err(|e| e.to_string())?;
    let mut files = BTreeMap::new();
    let tree = child(&document, catalog, b"Names")
        .and_then(|names| child(&document, names, b"EmbeddedFiles"));
    if let Some(tree) = tree {
        walk(&document, tree, 0, &mut files)?;
    }
    Ok(files)
}

fn child<'a>(document: &'a Document, parent: &'a Dictionary, key: &[u8]) -> Option<&'a Dictionary> {
    resolved(document, parent.get(key).ok()?)?.as_dict().ok()
}

fn resolved<'a>(document: &'a Document, object: &'a Object) -> Option<&'a Object> {
    document.dereference(object).ok().map(|(_, o)| o)
}

fn walk(
    document: &Document,
    node: &Dictionary,
    depth: u32,
    files: &mut BTreeMap<String, Vec<u8>>,
) -> Result<(), String> {
    if depth > MAX_DEPTH || files.len() > MAX_FILES {
        return Err("too many attachments".to_owned());
    }
    let array = |key: &[u8]| {
        node.get(key)
            .ok()
            .and_then(|o| resolved(document, o))
            .and_then(|o| o.as_array().ok())
    };
    for kid in array(b"Kids").into_iter().flatten() {
        let kid = resolved(document, kid).and_then(|o| o.as_dict().ok());
        walk(document, kid.ok_or("a broken name tree")?, depth + 1, files)?;
    }
    for pair in array(b"Names")
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .chunks(2)
    {
        if let [_, specification] = pair {
            let (name, bytes) = file(document, specification).ok_or("a broken attachment")?;
            if files.insert(name.clone(), bytes).is_some() {
                return Err(format!("{name} is attached twice"));
            }
        }
    }
    Ok(())
}

fn file(document: &Document, specification: &Object) -> Option<(String, Vec<u8>)> {
    let specification = resolved(document, specification)?.as_dict().ok()?;
    let name = text(specification.get(b"UF").or(specification.get(b"F")).ok()?)?;
    let embedded = child(document, specification, b"EF")?;
    let stream = resolved(document, embedded.get(b"F").ok()?)?
        .as_stream()
        .ok()?;
    let bytes = match stream.filters() {
        Ok(_) => stream.decompressed_content().ok()?,
        Err(_) => stream.content.clone(),
    };
    Some((name, bytes))
}

/// A text string: UTF-16BE with its mark, else as ASCII.
fn text(object: &Object) -> Option<String> {
    let bytes = object.as_str().ok()?;
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
