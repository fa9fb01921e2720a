//! The document security store (EN 319 142-1 §5.4.2): certificates, lists and responses for verifiers without a network.

use std::collections::BTreeSet;

use fidem_pdf::{Dictionary, Object, Reference};

use crate::error::SignError;
use crate::update::{Update, dictionary, name, size};

/// Most objects of a store, and most octets of one that are compared.
const MAX_ENTRIES: usize = 4096;
const MAX_OCTETS: usize = 64 << 20;

/// What a store takes, each in DER.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ValidationData {
    /// Certificates of signers and authorities, up to the roots.
    pub certificates: Vec<Vec<u8>>,
    /// Certificate revocation lists.
    pub lists: Vec<Vec<u8>>,
    /// OCSP responses, whole.
    pub responses: Vec<Vec<u8>>,
}

/// Appends validation data to those that are there: the step to B-LT. What is there already is not added again; when
/// nothing is new the file stays as it is.
///
/// # Errors
/// [`SignError`].
pub fn add_validation_data(pdf: &[u8], data: &ValidationData) -> Result<Vec<u8>, SignError> {
    let mut update = Update::of(pdf)?;
    let (root, mut catalog) = update.catalog()?;
    let mut store = match catalog.get("DSS") {
        Some(store) => update.current_dictionary(Some(store), "DSS")?,
        None => dictionary([("Type", name("DSS"))]),
    };
    let mut added = false;
    for (key, members) in [
        ("Certs", &data.certificates),
        ("CRLs", &data.lists),
        ("OCSPs", &data.responses),
    ] {
        added |= extend(&mut update, &mut store, key, members)?;
    }
    if !added {
        return Ok(pdf.to_vec());
    }
    if let Some(Object::Reference(place)) = catalog.get("DSS") {
        update.put(*place, Object::Dictionary(store));
    } else {
        let place = update.add(Object::Dictionary(store));
        catalog.set("DSS", Object::Reference(place));
        let extensions = extensions(&update, &catalog)?;
        catalog.set("Extensions", extensions);
        update.put(root, Object::Dictionary(catalog));
    }
    Ok(update.write(None)?.0)
}

/// Adds what is not yet in the list of the store at `key`; tells whether anything was.
fn extend(
    update: &mut Update<'_>,
    store: &mut Dictionary,
    key: &'static str,
    members: &[Vec<u8>],
) -> Result<bool, SignError> {
    let mut list = update.current_array(store.get(key), key)?;
    if list.len() + members.len() > MAX_ENTRIES {
        return Err(SignError::Structure(key));
    }
    let mut known = BTreeSet::new();
    for member in &list {
        let stream = update.file.stream(member)?;
        known.insert(update.file.decode(&stream, MAX_OCTETS)?);
    }
    let before = list.len();
    for member in members {
        if known.insert(member.clone()) {
            let stream: Reference = update.add_stream(Dictionary::default(), member);
            list.push(Object::Reference(stream));
        }
    }
    let added = list.len() > before;
    if added {
        store.set(key, Object::Array(list));
    }
    Ok(added)
}

/// Announces the extension of ISO 32000-1 that the store is (EN 319 142-1 §5.6).
fn extensions(update: &Update<'_>, catalog: &Dictionary) -> Result<Object, SignError> {
    let mut extensions = match catalog.get("Extensions") {
        Some(extensions) => update.current_dictionary(Some(extensions), "Extensions")?,
        None => Dictionary::default(),
    };
    let etsi = dictionary([("BaseVersion", name("1.7")), ("ExtensionLevel", size(5))]);
    extensions.set("ESIC", Object::Dictionary(etsi));
    Ok(Object::Dictionary(extensions))
}
