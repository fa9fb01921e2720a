//! The structure tree (ISO 32000-2 §14.7): a visible seal needs a `Form` element in it (ISO 14289-1 §7.18.4), which is
//! added to one element and to the parent tree.

use std::collections::BTreeSet;

use fidem_pdf::{Body, Dictionary, Error, File, Object, Reference};

use super::compare::{Comparison, differing};
use super::form::only;

const ELEMENT_KEYS: &[&[u8]] = &[
    b"Type", b"S", b"P", b"Pg", b"K", b"Alt", b"Lang", b"T", b"ID", b"A", b"C", b"R",
];
const REFERENCE_KEYS: &[&[u8]] = &[b"Type", b"Obj", b"Pg"];
/// Deepest parent tree.
const MAX_DEPTH: usize = 8;
/// Most nodes of it.
const MAX_NODES: usize = 1 << 16;

impl Comparison<'_> {
    pub(super) fn structure(&mut self) -> Result<(), Error> {
        if self.widgets.is_empty() {
            return Ok(());
        }
        let catalog = self.old.catalog()?;
        let Some(root) = catalog.get("StructTreeRoot").and_then(Object::as_reference) else {
            return Ok(());
        };
        for number in self.replaced() {
            self.element(number)?;
        }
        self.lists_of_kids()?;
        let nodes = parent_tree(self.old, root)?;
        for number in self.replaced() {
            if let Some([was, is]) = self.both(number)?.filter(|_| nodes.contains(&number)) {
                self.tree_node(number, &was, &is)?;
            }
        }
        match self
            .both(root.number)?
            .filter(|_| self.is_replaced(root.number))
        {
            Some([was, is]) => self.tree_root(root.number, &was, &is),
            None => Ok(()),
        }
    }

    /// An element that only gained elements for new widgets.
    fn element(&mut self, number: u32) -> Result<(), Error> {
        let Some([was, is]) = self.both(number)? else {
            return Ok(());
        };
        let named = was.get("Type").and_then(Object::as_name) == Some(b"StructElem");
        if !(named || was.get("S").is_some() && was.get("P").is_some()) {
            return Ok(());
        }
        if differing(&was, &is) != ["K"] {
            return Ok(());
        }
        self.claim_owned(was.get("K"), is.get("K"), &BTreeSet::from([number]));
        let (was, is) = (list(self.old, was.get("K"))?, list(self.new, is.get("K"))?);
        if self.adds_elements(number, &was, &is)? {
            self.claimed.insert(number);
        }
        Ok(())
    }

    fn adds_elements(&mut self, parent: u32, was: &[Object], is: &[Object]) -> Result<bool, Error> {
        let Some(added) = is.strip_prefix(was) else {
            return Ok(false);
        };
        for one in added {
            if !self.new_element(one, parent)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The kids of an element in an array of their own.
    fn lists_of_kids(&mut self) -> Result<(), Error> {
        for number in self.replaced() {
            let owners = self.referrers.get(&number).cloned().unwrap_or_default();
            let Some(owner) = owners.first().copied().filter(|_| owners.len() == 1) else {
                continue;
            };
            let (Some(before), Some(after)) = (self.old.current(number), self.new.current(number))
            else {
                continue;
            };
            let parent = self.old.current(owner).map(Object::Reference);
            let Ok(parent) = self.old.dictionary(parent.as_ref(), "StructElem") else {
                continue;
            };
            let kids =
                parent.get("S").is_some() && parent.get("K") == Some(&Object::Reference(before));
            if let (
                true,
                Some(Body::Object(Object::Array(was))),
                Some(Body::Object(Object::Array(is))),
            ) = (kids, self.old.body(before)?, self.new.body(after)?)
                && self.adds_elements(owner, &was, &is)?
            {
                self.claimed.insert(number);
            }
        }
        Ok(())
    }

    /// Whether an element is new, a `Form`, and about new widgets alone.
    fn new_element(&mut self, object: &Object, parent: u32) -> Result<bool, Error> {
        let Some((reference, element)) = self.fresh_dictionary(object)? else {
            return Ok(false);
        };
        let form = element.get("S").and_then(Object::as_name) == Some(b"Form");
        let below = element
            .get("P")
            .and_then(Object::as_reference)
            .is_some_and(|above| above.number == parent);
        if !(form && below && only(&element, ELEMENT_KEYS)) {
            return Ok(false);
        }
        let kids = list(self.new, element.get("K"))?;
        if kids.is_empty() {
            return Ok(false);
        }
        for kid in kids {
            let kid = self.new.dictionary(Some(&kid), "OBJR")?;
            let about = kid.get("Obj").and_then(Object::as_reference);
            let new = about.is_some_and(|widget| self.widgets.contains(&widget.number));
            if !new || !only(&kid, REFERENCE_KEYS) {
                return Ok(false);
            }
        }
        self.claim(object, &["P", "Pg", "Obj"], 0)?;
        self.elements.insert(reference.number);
        Ok(true)
    }

    fn tree_root(&mut self, number: u32, was: &Dictionary, is: &Dictionary) -> Result<(), Error> {
        for key in differing(was, is) {
            let allowed = match key.as_str() {
                "ParentTreeNextKey" => {
                    let next = |of: &Dictionary| of.get("ParentTreeNextKey")?.as_size();
                    next(is) >= next(was)
                }
                "ParentTree" => match (was.get("ParentTree"), is.get("ParentTree")) {
                    (Some(Object::Dictionary(was)), Some(Object::Dictionary(is))) => {
                        self.node_grows(was, is)?
                    }
                    _ => false,
                },
                _ => false,
            };
            if !allowed {
                return Ok(());
            }
        }
        self.claimed.insert(number);
        Ok(())
    }

    fn tree_node(&mut self, number: u32, was: &Dictionary, is: &Dictionary) -> Result<(), Error> {
        if self.node_grows(was, is)? {
            self.claimed.insert(number);
        }
        Ok(())
    }

    /// Whether a node only gained entries that lead to new elements.
    fn node_grows(&mut self, was: &Dictionary, is: &Dictionary) -> Result<bool, Error> {
        let keys = differing(was, is);
        if !keys
            .iter()
            .all(|key| ["Nums", "Kids", "Limits"].contains(&key.as_str()))
        {
            return Ok(false);
        }
        let (before, after) = (
            self.old.array(was.get("Nums"), "Nums")?,
            self.new.array(is.get("Nums"), "Nums")?,
        );
        let Some(added) = after.strip_prefix(before.as_slice()) else {
            return Ok(false);
        };
        if !self.are_entries(added) {
            return Ok(false);
        }
        let (before, after) = (
            self.old.array(was.get("Kids"), "Kids")?,
            self.new.array(is.get("Kids"), "Kids")?,
        );
        let Some(added) = after.strip_prefix(before.as_slice()) else {
            return Ok(false);
        };
        for kid in added {
            let Some((reference, node)) = self.fresh_dictionary(kid)? else {
                return Ok(false);
            };
            let entries = self.new.array(node.get("Nums"), "Nums")?;
            if !only(&node, &[b"Nums", b"Limits"]) || !self.are_entries(&entries) {
                return Ok(false);
            }
            self.claimed.insert(reference.number);
        }
        Ok(true)
    }

    fn are_entries(&self, nums: &[Object]) -> bool {
        nums.chunks(2).all(|pair| match pair {
            [Object::Integer(_), Object::Reference(to)] => self.elements.contains(&to.number),
            _ => false,
        })
    }
}

/// One value or an array of them, perhaps by reference; a reference to anything but an array is the one value.
fn list(file: &File<'_>, value: Option<&Object>) -> Result<Vec<Object>, Error> {
    let Some(value) = value else {
        return Ok(Vec::new());
    };
    Ok(match file.resolve(value)? {
        Object::Array(array) => array,
        _ => vec![value.clone()],
    })
}

/// The objects that are nodes of the parent tree.
fn parent_tree(file: &File<'_>, root: Reference) -> Result<BTreeSet<u32>, Error> {
    let root = file.dictionary(Some(&Object::Reference(root)), "StructTreeRoot")?;
    let mut nodes = BTreeSet::new();
    let mut level: Vec<Object> = root.get("ParentTree").cloned().into_iter().collect();
    for _ in 0..MAX_DEPTH {
        let mut below = Vec::new();
        for node in level {
            if let Some(reference) = node.as_reference()
                && !nodes.insert(reference.number)
            {
                continue;
            }
            if nodes.len() > MAX_NODES {
                return Err(Error::TooMuch(MAX_NODES, "nodes"));
            }
            let node = file.dictionary(Some(&node), "ParentTree")?;
            below.extend(file.array(node.get("Kids"), "Kids")?);
        }
        level = below;
    }
    Ok(nodes)
}
