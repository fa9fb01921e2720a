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

#[cfg(test)]
mod tests {
    use page_validation::{ValidationOptions, ValidationProfile, validate_pdf_bytes};

    use super::*;
    use crate::field::{self, Place, SignatureField};
    use crate::page;

    const SAMPLE: &[u8] = include_bytes!("../../../samples/packages/v1/receipt.pdf");

    /// The sample with its parent tree in two levels and the annotations of its first page in an object of their own.
    fn deeper() -> Vec<u8> {
        let mut update = Update::of(SAMPLE).unwrap();
        let (_, catalog) = update.catalog().unwrap();
        let place = catalog.get("StructTreeRoot").cloned().unwrap();
        let Object::Reference(root) = place else {
            panic!("an object of its own")
        };
        let mut tree = update.current_dictionary(Some(&place), "root").unwrap();
        let parents = tree.get("ParentTree").cloned();
        let mut leaf = update.current_dictionary(parents.as_ref(), "tree").unwrap();
        leaf.set("Limits", Object::Array(vec![size(0), size(7)]));
        let leaf = update.add(Object::Dictionary(leaf));
        let kids = Object::Array(vec![Object::Reference(leaf)]);
        let parents = update.add(Object::Dictionary(dictionary([("Kids", kids)])));
        tree.set("ParentTree", Object::Reference(parents));
        update.put(root, Object::Dictionary(tree));
        let page = page::find(&update, 1).unwrap().reference;
        let annotations = update.add(Object::Array(Vec::new()));
        let mut dictionary = update
            .current_dictionary(Some(&Object::Reference(page)), "page")
            .unwrap();
        dictionary.set("Annots", Object::Reference(annotations));
        update.put(page, Object::Dictionary(dictionary));
        update.write(None).unwrap().0
    }

    #[test]
    fn a_parent_tree_of_two_levels_and_shared_annotations() {
        let before = deeper();
        let mut update = Update::of(&before).unwrap();
        for (name, left) in [("one", 50.0), ("two", 150.0)] {
            let field = SignatureField {
                name: name.to_owned(),
                label: name.to_owned(),
                place: Some(Place {
                    page: 1,
                    left,
                    bottom: 30.0,
                    width: 50.0,
                    height: 50.0,
                }),
            };
            field::declare(&mut update, &field).unwrap();
        }
        let (after, _) = update.write(None).unwrap();
        for profile in [ValidationProfile::PdfA3a, ValidationProfile::PdfUa1] {
            let options = ValidationOptions::default().profile(profile);
            let report = validate_pdf_bytes(&after, &options).unwrap();
            assert!(report.is_compliant, "{:?}", report.failures);
        }
        let file = fidem_pdf::File::parse(&after).unwrap();
        let root = file.catalog().unwrap();
        let root = file.dictionary(root.get("StructTreeRoot"), "root").unwrap();
        assert_eq!(root.get("ParentTreeNextKey"), Some(&size(10)));
        let parents = file.dictionary(root.get("ParentTree"), "tree").unwrap();
        let kids = file.array(parents.get("Kids"), "kids").unwrap();
        assert_eq!(kids.len(), 3);
        let last = file.dictionary(kids.last(), "leaf").unwrap();
        assert_eq!(
            last.get("Limits"),
            Some(&Object::Array(vec![size(9), size(9)]))
        );
    }
}
