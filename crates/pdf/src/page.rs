//! The pages of a document, with what they inherit (ISO 32000-2 §7.7.3).

use std::collections::BTreeSet;

use crate::{Dictionary, Error, File, Object, Reference};

/// Most pages and nodes of a page tree.
const MAX_NODES: usize = 100_000;
/// Attributes that a page takes from the nodes above it (§7.7.3.4).
const INHERITED: [&str; 4] = ["Resources", "MediaBox", "CropBox", "Rotate"];

/// One page.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Its object.
    pub reference: Reference,
    /// Its dictionary, inherited attributes filled in.
    pub dictionary: Dictionary,
}

impl File<'_> {
    /// The pages in their order.
    ///
    /// # Errors
    /// [`Error::Again`] for a node that is reached twice, [`Error::TooMuch`], [`Error::Type`].
    pub fn pages(&self) -> Result<Vec<Page>, Error> {
        let catalog = self.catalog()?;
        let root = catalog.get("Pages").and_then(Object::as_reference);
        let root = root.ok_or(Error::Type("page tree"))?;
        let (mut pages, mut seen) = (Vec::new(), BTreeSet::new());
        let mut open = vec![(root, Dictionary::default())];
        while let Some((reference, above)) = open.pop() {
            if !seen.insert(reference.number) {
                return Err(Error::Again(reference.number));
            }
            if seen.len() > MAX_NODES {
                return Err(Error::TooMuch(MAX_NODES, "nodes"));
            }
            let mut node = self.dictionary(Some(&Object::Reference(reference)), "page")?;
            for key in INHERITED {
                if let (None, Some(value)) = (node.get(key), above.get(key)) {
                    node.set(key, value.clone());
                }
            }
            let Some(kids) = node.get("Kids") else {
                pages.push(Page {
                    reference,
                    dictionary: node,
                });
                continue;
            };
            // The last is taken first from the end of the list.
            for kid in self.array(Some(kids), "kids")?.into_iter().rev() {
                let kid = kid.as_reference().ok_or(Error::Type("page"))?;
                open.push((kid, node.clone()));
            }
        }
        Ok(pages)
    }
}
