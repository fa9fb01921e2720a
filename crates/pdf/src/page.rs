//! The pages of a document, with what they inherit (ISO 32000-2 §7.7.3).

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::{Dictionary, Error, File, Object, Reference};

/// Most pages and nodes of a page tree.
const MAX_NODES: usize = 100_000;
/// Attributes that a page takes from the nodes above it (§7.7.3.4).
const INHERITED: [&str; 4] = ["Resources", "MediaBox", "CropBox", "Rotate"];

/// The page tree.
#[derive(Debug, Clone)]
pub struct Pages {
    /// The pages in their order.
    pub pages: Vec<Page>,
    /// Numbers of the objects that are pages, or nodes above them.
    pub nodes: BTreeSet<u32>,
}

/// One page.
#[derive(Debug, Clone)]
pub struct Page {
    /// Its object.
    pub reference: Reference,
    /// Its dictionary as it stands.
    pub dictionary: Dictionary,
    above: Above,
}

/// The inherited values; shared, as a small tree may have a large one at its root.
type Above = [Option<Rc<Object>>; INHERITED.len()];

impl Page {
    /// Attributes that the page has from above, with their names.
    pub fn inherited(&self) -> impl Iterator<Item = (&'static str, &Rc<Object>)> {
        let named = INHERITED.iter().zip(&self.above);
        named.filter_map(|(key, value)| Some((*key, value.as_ref()?)))
    }
}

impl File<'_> {
    /// The page tree.
    ///
    /// # Errors
    /// [`Error::Again`] for a node that is reached twice, [`Error::TooMuch`], [`Error::Type`].
    pub fn pages(&self) -> Result<Pages, Error> {
        let catalog = self.catalog()?;
        let root = catalog.get("Pages").and_then(Object::as_reference);
        let root = root.ok_or(Error::Type("page tree"))?;
        let (mut pages, mut nodes) = (Vec::new(), BTreeSet::from([root.number]));
        let mut open = vec![(root, Above::default())];
        while let Some((reference, above)) = open.pop() {
            let node = self.dictionary(Some(&Object::Reference(reference)), "page")?;
            let Some(kids) = node.get("Kids") else {
                // What a page has itself is not inherited.
                let own = |key: &str| node.get(key).is_some();
                let mut above = above;
                for (slot, key) in above.iter_mut().zip(INHERITED) {
                    if own(key) {
                        *slot = None;
                    }
                }
                pages.push(Page {
                    reference,
                    dictionary: node,
                    above,
                });
                continue;
            };
            let mut below = above;
            for (slot, key) in below.iter_mut().zip(INHERITED) {
                if let Some(value) = node.get(key) {
                    *slot = Some(Rc::new(value.clone()));
                }
            }
            // The last is taken first from the end of the list.
            for kid in self.array(Some(kids), "kids")?.iter().rev() {
                let kid = kid.as_reference().ok_or(Error::Type("page"))?;
                if !nodes.insert(kid.number) {
                    return Err(Error::Again(kid.number));
                }
                if nodes.len() > MAX_NODES {
                    return Err(Error::TooMuch(MAX_NODES, "nodes"));
                }
                open.push((kid, below.clone()));
            }
        }
        Ok(Pages { pages, nodes })
    }
}
