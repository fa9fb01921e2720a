//! Pages (ISO 32000-2 §7.7.3) and the annotations on them.

use fidem_pdf::{Dictionary, Object, Reference};

use crate::error::SignError;
use crate::update::{Update, name};

/// Most nodes of the page tree.
const MAX_NODES: usize = 1 << 16;
/// Deepest page tree.
const MAX_DEPTH: usize = 32;

/// A page and its extent: left, bottom, right, top in points.
pub(crate) struct Page {
    pub(crate) reference: Reference,
    pub(crate) extent: [f64; 4],
}

/// The page of this number, counted from 1.
pub(crate) fn find(update: &Update<'_>, number: u32) -> Result<Page, SignError> {
    let (_, catalog) = update.catalog()?;
    let Some(Object::Reference(root)) = catalog.get("Pages") else {
        return Err(SignError::Structure("Pages"));
    };
    let mut pages = Vec::new();
    let mut nodes = 0;
    walk(update, *root, None, 0, &mut nodes, &mut pages)?;
    let count = pages.len();
    usize::try_from(number)
        .ok()
        .and_then(|number| number.checked_sub(1))
        .filter(|position| *position < count)
        .map(|position| pages.swap_remove(position))
        .ok_or(SignError::Page {
            page: number,
            pages: count,
        })
}

fn walk(
    update: &Update<'_>,
    node: Reference,
    inherited: Option<[f64; 4]>,
    depth: usize,
    nodes: &mut usize,
    pages: &mut Vec<Page>,
) -> Result<(), SignError> {
    *nodes += 1;
    if depth > MAX_DEPTH || *nodes > MAX_NODES {
        return Err(SignError::Structure("Pages"));
    }
    let dictionary = update.current_dictionary(Some(&Object::Reference(node)), "Pages")?;
    let extent = match dictionary.get("CropBox").or(dictionary.get("MediaBox")) {
        Some(extent) => Some(sides(update, extent)?),
        None => inherited,
    };
    let Some(kids) = dictionary.get("Kids") else {
        pages.push(Page {
            reference: node,
            extent: extent.ok_or(SignError::Structure("MediaBox"))?,
        });
        return Ok(());
    };
    for kid in update.current_array(Some(kids), "Kids")? {
        let Object::Reference(kid) = kid else {
            return Err(SignError::Structure("Kids"));
        };
        walk(update, kid, extent, depth + 1, nodes, pages)?;
    }
    Ok(())
}

fn sides(update: &Update<'_>, extent: &Object) -> Result<[f64; 4], SignError> {
    let sides = update.current_array(Some(extent), "MediaBox")?;
    let sides: Vec<f64> = sides.iter().filter_map(number).collect();
    <[f64; 4]>::try_from(sides).map_err(|_| SignError::Structure("MediaBox"))
}

pub(crate) fn number(object: &Object) -> Option<f64> {
    match object {
        Object::Real(value) => Some(*value),
        Object::Integer(value) => i32::try_from(*value).ok().map(f64::from),
        _ => None,
    }
}

/// Puts a widget among the annotations of a page; their order is that of the structure (ISO 14289-1 §7.18.3).
pub(crate) fn annotate(
    update: &mut Update<'_>,
    page: &Page,
    widget: Reference,
) -> Result<(), SignError> {
    let object = Object::Reference(page.reference);
    let mut dictionary: Dictionary = update.current_dictionary(Some(&object), "page")?;
    let mut annotations = update.current_array(dictionary.get("Annots"), "Annots")?;
    annotations.push(Object::Reference(widget));
    if let Some(Object::Reference(shared)) = dictionary.get("Annots") {
        update.put(*shared, Object::Array(annotations));
    } else {
        dictionary.set("Annots", Object::Array(annotations));
        dictionary.set("Tabs", name("S"));
        update.put(page.reference, Object::Dictionary(dictionary));
    }
    Ok(())
}
