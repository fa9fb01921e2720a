//! Canonical XML 1.0 and 1.1, and Exclusive Canonical XML 1.0, of whole documents and of elements in them.
//!
//! A document type is never read, so that attributes by default and entities of one's own do not occur. Where that would
//! matter, or where a form is not known, nothing comes out: a digest over a guess would prove nothing.

use std::collections::{BTreeMap, BTreeSet};

use roxmltree::{Attribute, Document, NS_XML_URI, Node};

/// Levels of elements in each other; a record has eight.
const MAX_DEPTH: usize = 256;

/// A method of canonicalization, as its identifier names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Canonicalization {
    form: Form,
    comments: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// Canonical XML 1.0.
    Inclusive,
    /// Canonical XML 1.1.
    Inclusive11,
    /// Exclusive Canonical XML 1.0, without an `InclusiveNamespaces` list.
    Exclusive,
}

/// Identifiers without comments, and what each has with them.
const METHODS: &[(&str, &str, Form)] = &[
    (
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
        "#WithComments",
        Form::Inclusive,
    ),
    (
        "http://www.w3.org/2006/12/xml-c14n11",
        "#WithComments",
        Form::Inclusive11,
    ),
    (
        "http://www.w3.org/2001/10/xml-exc-c14n#",
        "WithComments",
        Form::Exclusive,
    ),
];

/// Nothing can be said of the canonical form: too deep, or a rule that is not known here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotKnown;

/// Takes the octets as they come.
pub(crate) type Sink<'s> = &'s mut dyn FnMut(&[u8]);

/// The numbers of nodes that a canonical form is without.
pub(crate) type LeftOut = BTreeSet<u32>;

/// Namespaces by prefix; the default one has none.
type Scope<'n> = BTreeMap<&'n str, &'n str>;

impl Canonicalization {
    /// The method with this identifier.
    pub(crate) fn from_uri(uri: &str) -> Option<Self> {
        METHODS.iter().find_map(|(plain, suffix, form)| {
            let comments = match uri.strip_prefix(plain)? {
                "" => false,
                rest if rest == *suffix => true,
                _ => return None,
            };
            Some(Self {
                form: *form,
                comments,
            })
        })
    }

    /// The canonical form of a whole document (Canonical XML §2.1).
    pub(crate) fn document(self, document: &Document<'_>, sink: Sink<'_>) -> Result<(), NotKnown> {
        let root = document.root_element();
        for child in document.root().children() {
            if child == root {
                self.element(child, &LeftOut::new(), sink)?;
                continue;
            }
            let (before, after): (&[u8], &[u8]) = match child < root {
                true => (b"", b"\n"),
                false => (b"\n", b""),
            };
            if child.is_pi() || (child.is_comment() && self.comments) {
                sink(before);
                self.other(child, sink);
                sink(after);
            }
        }
        Ok(())
    }

    /// The canonical form of an element with all that is in it but the nodes `left_out`.
    pub(crate) fn element(
        self,
        element: Node<'_, '_>,
        left_out: &LeftOut,
        sink: Sink<'_>,
    ) -> Result<(), NotKnown> {
        let inherited = self.inherited(element)?;
        let mut writer = Writer {
            method: self,
            left_out,
            sink,
        };
        let around = Around {
            scope: &Scope::new(),
            rendered: &Scope::new(),
        };
        writer.element(element, &around, &inherited, 0)
    }

    /// Attributes of the `xml` namespace that an element takes from those around it (Canonical XML 1.0 §2.4, 1.1 §2.4).
    fn inherited<'n>(self, element: Node<'n, '_>) -> Result<BTreeMap<&'n str, &'n str>, NotKnown> {
        let mut found = BTreeMap::new();
        if self.form == Form::Exclusive {
            return Ok(found);
        }
        for ancestor in element.ancestors().skip(1) {
            for attribute in ancestor.attributes().filter(in_xml) {
                match (self.form, attribute.name()) {
                    // 1.1 joins the references of all levels.
                    (Form::Inclusive11, "base") => return Err(NotKnown),
                    (Form::Inclusive11, "lang" | "space") => {}
                    (Form::Inclusive11, _) => continue,
                    _ => {}
                }
                found
                    .entry(attribute.name())
                    .or_insert_with(|| attribute.value());
            }
        }
        found.retain(|name, _| !element.has_attribute((NS_XML_URI, *name)));
        Ok(found)
    }

    /// A comment or a processing instruction.
    fn other(self, node: Node<'_, '_>, sink: Sink<'_>) {
        if let Some(instruction) = node.pi() {
            sink(b"<?");
            sink(instruction.target.as_bytes());
            if let Some(value) = instruction.value {
                sink(b" ");
                sink(line_ends(value).as_bytes());
            }
            sink(b"?>");
        } else if node.is_comment() && self.comments {
            sink(b"<!--");
            sink(line_ends(node.text().unwrap_or_default()).as_bytes());
            sink(b"-->");
        }
    }
}

fn in_xml(attribute: &Attribute<'_, '_>) -> bool {
    attribute.namespace() == Some(NS_XML_URI)
}

struct Writer<'w> {
    method: Canonicalization,
    left_out: &'w LeftOut,
    sink: Sink<'w>,
}

/// Namespaces where an element stands.
struct Around<'a, 'n> {
    /// In scope, but for `xml`.
    scope: &'a Scope<'n>,
    /// Declared by the tags written so far.
    rendered: &'a Scope<'n>,
}

impl Writer<'_> {
    fn element<'n>(
        &mut self,
        node: Node<'n, '_>,
        around: &Around<'_, 'n>,
        inherited: &BTreeMap<&str, &str>,
        depth: usize,
    ) -> Result<(), NotKnown> {
        if depth == MAX_DEPTH {
            return Err(NotKnown);
        }
        // Few tags declare anything; gathering the scope of each would take hours where they are many.
        let own = (depth == 0 || declares(node)).then(|| scope_of(node));
        let scope = own.as_ref().unwrap_or(around.scope);
        let name = tag_name(node);
        let declared = match (self.method.form, &own) {
            (Form::Exclusive, _) => used(node, name, scope, around.rendered),
            (_, Some(own)) => changed(own.iter(), around.rendered),
            (_, None) => Vec::new(),
        };
        self.start_tag(node, name, &declared, inherited);
        let more = (!declared.is_empty()).then(|| {
            let mut more = around.rendered.clone();
            more.extend(declared);
            more
        });
        let inner = Around {
            scope,
            rendered: more.as_ref().unwrap_or(around.rendered),
        };
        for child in node.children() {
            if self.left_out.contains(&child.id().get()) {
                continue;
            }
            if child.is_element() {
                self.element(child, &inner, &BTreeMap::new(), depth + 1)?;
            } else if child.is_text() {
                self.text(child.text().unwrap_or_default());
            } else {
                self.method.other(child, self.sink);
            }
        }
        self.put("</");
        self.put(name);
        self.put(">");
        Ok(())
    }

    fn start_tag(
        &mut self,
        node: Node<'_, '_>,
        name: &str,
        declared: &[(&str, &str)],
        inherited: &BTreeMap<&str, &str>,
    ) {
        self.put("<");
        self.put(name);
        for (prefix, uri) in declared {
            self.put(match prefix.is_empty() {
                true => " xmlns",
                false => " xmlns:",
            });
            self.put(prefix);
            self.value(uri);
        }
        self.attributes(node, inherited);
        self.put(">");
    }

    /// Attributes by namespace and name, with those inherited.
    fn attributes(&mut self, node: Node<'_, '_>, inherited: &BTreeMap<&str, &str>) {
        let own = node.attributes().map(|one| {
            let key = (one.namespace().unwrap_or_default(), one.name());
            (
                key,
                (prefix_of(node, &one).unwrap_or_default(), one.value()),
            )
        });
        let inherited = inherited
            .iter()
            .map(|(name, value)| ((NS_XML_URI, *name), ("xml", *value)));
        let all: BTreeMap<_, _> = own.chain(inherited).collect();
        for ((_, name), (prefix, value)) in all {
            self.put(" ");
            if !prefix.is_empty() {
                self.put(prefix);
                self.put(":");
            }
            self.put(name);
            self.value(value);
        }
    }

    fn value(&mut self, value: &str) {
        self.put("=\"");
        self.escaped(value, |sign| match sign {
            b'&' => Some("&amp;"),
            b'<' => Some("&lt;"),
            b'"' => Some("&quot;"),
            b'\t' => Some("&#x9;"),
            b'\n' => Some("&#xA;"),
            b'\r' => Some("&#xD;"),
            _ => None,
        });
        self.put("\"");
    }

    fn text(&mut self, text: &str) {
        self.escaped(text, |sign| match sign {
            b'&' => Some("&amp;"),
            b'<' => Some("&lt;"),
            b'>' => Some("&gt;"),
            b'\r' => Some("&#xD;"),
            _ => None,
        });
    }

    fn escaped(&mut self, text: &str, escape: fn(u8) -> Option<&'static str>) {
        let octets = text.as_bytes();
        let mut begin = 0;
        for (at, sign) in octets.iter().enumerate() {
            if let Some(written) = escape(*sign) {
                (self.sink)(&octets[begin..at]);
                (self.sink)(written.as_bytes());
                begin = at + 1;
            }
        }
        (self.sink)(&octets[begin..]);
    }

    fn put(&mut self, text: &str) {
        (self.sink)(text.as_bytes());
    }
}

/// Every namespace in scope, but for `xml`. Without a default one it has none: an earlier one must be taken back.
fn scope_of<'n>(node: Node<'n, '_>) -> Scope<'n> {
    let mut scope: Scope<'n> = node
        .namespaces()
        .map(|namespace| (namespace.name().unwrap_or_default(), namespace.uri()))
        .filter(|(prefix, _)| *prefix != "xml")
        .collect();
    scope.entry("").or_insert("");
    scope
}

/// The declarations of prefixes in use that no tag around has (Exclusive Canonical XML §3).
fn used<'n>(
    node: Node<'n, '_>,
    name: &'n str,
    scope: &Scope<'n>,
    rendered: &Scope<'n>,
) -> Vec<(&'n str, &'n str)> {
    let own = name.split_once(':').map_or("", |(prefix, _)| prefix);
    let attributes = node.attributes();
    let mut prefixes: BTreeSet<&str> = attributes.filter_map(|one| prefix_of(node, &one)).collect();
    prefixes.insert(own);
    let found = prefixes
        .iter()
        .filter_map(|prefix| scope.get_key_value(prefix));
    changed(found, rendered)
}

/// Those of the declarations, in the order of their prefixes, that no tag around has.
fn changed<'a, 'n: 'a>(
    scope: impl Iterator<Item = (&'a &'n str, &'a &'n str)>,
    rendered: &Scope<'n>,
) -> Vec<(&'n str, &'n str)> {
    scope
        .map(|(prefix, uri)| (*prefix, *uri))
        .filter(|(prefix, uri)| rendered.get(prefix).copied().unwrap_or_default() != *uri)
        .collect()
}

/// Whether a start tag declares a namespace. The tree does not say which of those in scope are a tag's own.
fn declares(node: Node<'_, '_>) -> bool {
    let text = node.document().input_text().as_bytes();
    let begin = node.range().start;
    let mut quote = None;
    for at in begin..node.range().end {
        match (quote, text[at]) {
            (None, b'>') => return false,
            (None, sign @ (b'"' | b'\'')) => quote = Some(sign),
            (Some(open), sign) if open == sign => quote = None,
            (None, b'x') if text[at..].starts_with(b"xmlns") => return true,
            _ => {}
        }
    }
    false
}

/// The name of an element as it is written: the tree keeps namespaces, not prefixes.
fn tag_name<'n>(node: Node<'n, '_>) -> &'n str {
    let text = node.document().input_text();
    let tag = text.get(node.range().start + 1..).unwrap_or_default();
    let ends = |sign: char| sign.is_ascii_whitespace() || sign == '/' || sign == '>';
    tag.split(ends).next().unwrap_or_default()
}

fn prefix_of<'n>(node: Node<'n, '_>, attribute: &Attribute<'n, '_>) -> Option<&'n str> {
    let text = node.document().input_text();
    let name = text.get(attribute.range_qname())?;
    name.split_once(':').map(|(prefix, _)| prefix)
}

/// Line ends as the reader of XML makes them (XML 1.0 §2.11); the tree does it in text alone.
fn line_ends(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

#[cfg(test)]
mod tests;
