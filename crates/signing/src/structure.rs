//! The structure tree (ISO 32000-2 §14.7): a field that is seen stands in a Form element (ISO 14289-1 §7.18.4).

use fidem_pdf::{Dictionary, Object, Reference};

use crate::error::SignError;
use crate::update::{Update, dictionary, name, size, text};

/// Adds a Form element at the end of the document's element, and returns the key of the widget in the parent tree.
pub(crate) fn add_form(
    update: &mut Update<'_>,
    widget: Reference,
    page: Reference,
    alternative: &str,
) -> Result<Object, SignError> {
    let (_, catalog) = update.catalog()?;
    let Some(Object::Reference(root)) = catalog.get("StructTreeRoot") else {
        return Err(SignError::Structure("StructTreeRoot"));
    };
    let root = *root;
    let tree = update.current_dictionary(Some(&Object::Reference(root)), "StructTreeRoot")?;
    let document = document(update, &tree)?;
    let link = dictionary([
        ("Type", name("OBJR")),
        ("Obj", Object::Reference(widget)),
        ("Pg", Object::Reference(page)),
    ]);
    let element = update.add(Object::Dictionary(dictionary([
        ("Type", name("StructElem")),
        ("S", name("Form")),
        ("P", Object::Reference(document)),
        ("Pg", Object::Reference(page)),
        ("Alt", text(alternative)),
        // not in an array of one: pyHanko finds the structure element of a field that is signed later only so
        ("K", Object::Dictionary(link)),
    ])));
    append_kid(update, document, element)?;
    let key = add_parent(update, root, tree, element)?;
    Ok(size(key))
}

/// The one element below the root.
fn document(update: &Update<'_>, tree: &Dictionary) -> Result<Reference, SignError> {
    let kids = match tree.get("K") {
        Some(Object::Reference(kids)) => match update.current(&Object::Reference(*kids))? {
            Object::Array(kids) => kids,
            _ => return Ok(*kids),
        },
        Some(Object::Array(kids)) => kids.clone(),
        _ => Vec::new(),
    };
    match kids.as_slice() {
        [Object::Reference(document)] => Ok(*document),
        _ => Err(SignError::Structure("structure element of the document")),
    }
}

fn append_kid(update: &mut Update<'_>, parent: Reference, kid: Reference) -> Result<(), SignError> {
    let object = Object::Reference(parent);
    let mut dictionary = update.current_dictionary(Some(&object), "structure element")?;
    let mut kids = match dictionary.get("K") {
        None => Vec::new(),
        Some(Object::Array(kids)) => kids.clone(),
        Some(one) => vec![one.clone()],
    };
    kids.push(Object::Reference(kid));
    dictionary.set("K", Object::Array(kids));
    update.put(parent, Object::Dictionary(dictionary));
    Ok(())
}

/// Gives the element the next key of the parent tree (§14.7.5.4).
fn add_parent(
    update: &mut Update<'_>,
    root: Reference,
    mut tree: Dictionary,
    element: Reference,
) -> Result<usize, SignError> {
    let what = "ParentTree";
    let place = tree.get(what).cloned();
    let mut parents = update.current_dictionary(place.as_ref(), what)?;
    let key = tree
        .get("ParentTreeNextKey")
        .and_then(Object::as_size)
        .ok_or(SignError::Structure("ParentTreeNextKey"))?;
    let pair = [size(key), Object::Reference(element)];
    if parents.get("Kids").is_some() {
        let mut kids = update.current_array(parents.get("Kids"), what)?;
        let leaf = dictionary([
            ("Nums", Object::Array(pair.to_vec())),
            ("Limits", Object::Array(vec![size(key), size(key)])),
        ]);
        kids.push(Object::Reference(update.add(Object::Dictionary(leaf))));
        parents.set("Kids", Object::Array(kids));
    } else {
        let mut numbers = update.current_array(parents.get("Nums"), what)?;
        numbers.extend(pair);
        parents.set("Nums", Object::Array(numbers));
    }
    match place {
        Some(Object::Reference(place)) => update.put(place, Object::Dictionary(parents)),
        _ => tree.set(what, Object::Dictionary(parents)),
    }
    tree.set("ParentTreeNextKey", size(key + 1));
    update.put(root, Object::Dictionary(tree));
    Ok(key)
}
