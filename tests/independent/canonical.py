"""XML read within budgets, and its canonical forms (docs/format/evidence-records.md#records-in-xml).

Canonical XML 1.0 and 1.1, Exclusive Canonical XML 1.0. A document type is refused, so that there are neither attributes
by default nor entities of one's own.
"""

import codecs
import re
from xml.parsers import expat

LARGEST_TREE, MOST_NAMESPACES, MOST_EQUALS, DEEPEST = 1 << 21, 256, 64, 256
XML = "http://www.w3.org/XML/1998/namespace"
XMLNS = "http://www.w3.org/2000/xmlns/"
SPACE = " \t\r\n"
# XML 1.0 §4.3.3: the encoding that a document names.
ENCODING = re.compile(rb"""<\?xml\s[^<>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")


class NoXml(ValueError):
    """Octets that are no well-formed document."""


class Beyond(ValueError):
    """What may be XML and is not read here: a document type, another encoding, or more than a budget."""


class Unknown(ValueError):
    """No canonical form is told: a method that is not known, or a rule of it."""


class Text:
    """Characters between tags, those of CDATA sections among them."""

    def __init__(self, text):
        self.text = text


class Comment(Text):
    """A comment."""


class Instruction(Text):
    """A processing instruction: its target and what follows it."""

    def __init__(self, target, text):
        super().__init__(text)
        self.target = target


class Element:
    """One element: its name and attributes as written, the namespaces in scope, its children."""

    def __init__(self, name, pairs, parent):
        self.name, self.parent, self.children = name, parent, []
        own = [(key, value) for key, value in pairs if key == "xmlns" or key.startswith("xmlns:")]
        around = parent.scope if isinstance(parent, Element) else {}
        self.scope = {**around, **declarations(own)} if own else around
        self.pairs = [(key, value) for key, value in pairs if (key, value) not in own]
        self.space, self.local = self.expand(name, self.scope.get("", ""))
        # By namespace and local name, each with its name as written.
        self.attributes = {self.expand(key, ""): (key, value) for key, value in self.pairs}
        if len(self.attributes) != len(self.pairs):
            raise NoXml("an attribute twice")

    def expand(self, name, default):
        """Namespace and local name of a name as written."""
        prefix, colon, local = name.rpartition(":")
        if not colon:
            return default, name
        space = XML if prefix == "xml" else self.scope.get(prefix)
        if not space or not local or ":" in prefix:
            raise NoXml(f"prefix {prefix}")
        return space, local

    def get(self, name):
        """An attribute without a namespace."""
        return self.attributes.get(("", name), (name, None))[1]

    def elements(self):
        return [child for child in self.children if isinstance(child, Element)]


def declarations(pairs):
    """Namespaces by prefix (Namespaces in XML 1.0 §3); the default one has an empty prefix."""
    found = {}
    for key, value in pairs:
        prefix = key[6:]
        wrong = value == XMLNS or prefix == "xmlns" or (prefix == "xml") != (value == XML) or prefix and not value
        if wrong or ":" in prefix:
            raise NoXml(f"declaration of {prefix}")
        if prefix != "xml":
            found[prefix] = value
    return found


class Builder:
    """The tree of a document, as the parser tells of it."""

    def __init__(self):
        self.children, self.nodes, self.here = [], 1, self

    def add(self, node):
        self.nodes += 1
        if self.nodes > LARGEST_TREE:
            raise Beyond("nodes")
        self.here.children.append(node)

    def start(self, name, listed):
        element = Element(name, list(zip(listed[::2], listed[1::2])), self.here)
        self.add(element)
        self.here = element

    def end(self, name):
        self.here = self.here.parent

    def text(self, text):
        last = self.here.children[-1] if self.here.children else None
        if type(last) is Text:
            last.text += text
        else:
            self.add(Text(text))

    def doctype(self, *parts):
        raise Beyond("document type")


def read(octets):
    """The children of a document: one element, comments and instructions."""
    octets = octets.removeprefix(codecs.BOM_UTF8)
    named = ENCODING.match(octets)
    if named and named[1].lower() != b"utf-8" and not octets.isascii():
        raise Beyond("encoding")
    try:
        octets.decode()
    except UnicodeDecodeError:
        raise NoXml("UTF-8") from None
    if octets.count(b"xmlns") > MOST_NAMESPACES or max(tag.count(b"=") for tag in octets.split(b"<")) > MOST_EQUALS:
        raise Beyond("tags")
    built, parser = Builder(), expat.ParserCreate("utf-8")
    parser.ordered_attributes, parser.buffer_text, parser.buffer_size = True, True, 1 << 20
    parser.StartElementHandler, parser.EndElementHandler = built.start, built.end
    parser.CharacterDataHandler = built.text
    parser.CommentHandler = lambda text: built.add(Comment(text))
    parser.ProcessingInstructionHandler = lambda target, text: built.add(Instruction(target, text))
    parser.StartDoctypeDeclHandler = built.doctype
    try:
        parser.Parse(octets, True)
    except expat.ExpatError as error:
        raise NoXml(str(error)) from None
    return built.children


def root(children):
    return next(one for one in children if isinstance(one, Element))


METHODS = {
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315": ("1.0", False),
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments": ("1.0", True),
    "http://www.w3.org/2006/12/xml-c14n11": ("1.1", False),
    "http://www.w3.org/2006/12/xml-c14n11#WithComments": ("1.1", True),
    "http://www.w3.org/2001/10/xml-exc-c14n#": ("exclusive", False),
    "http://www.w3.org/2001/10/xml-exc-c14n#WithComments": ("exclusive", True),
}


def method(identifier):
    """A form and whether it keeps comments."""
    if identifier not in METHODS:
        raise Unknown(identifier)
    return METHODS[identifier]


def document(chosen, children):
    """The canonical form of a whole document (Canonical XML §2.1)."""
    out, passed = [], False
    for child in children:
        if isinstance(child, Element):
            out.append(element(chosen, child).decode())
            passed = True
        elif written := other(chosen, child):
            out.append("\n" + written if passed else written + "\n")
    return "".join(out).encode()


def element(chosen, node, left_out=()):
    """The canonical form of an element with all that is in it but the nodes left out."""
    out = []
    write(out, chosen, node, {}, inherited(chosen[0], node), left_out, 0)
    return "".join(out).encode()


def inherited(form, node):
    """Attributes of the `xml` namespace that the elements around give (Canonical XML 1.0 and 1.1 §2.4)."""
    found, around = {}, node.parent
    while form != "exclusive" and isinstance(around, Element):
        for (space, local), pair in around.attributes.items():
            if space != XML:
                continue
            if form == "1.1" and local == "base":
                raise Unknown("xml:base")
            if form == "1.0" or local in ("lang", "space"):
                found.setdefault((space, local), pair)
        around = around.parent
    return found


def write(out, chosen, node, rendered, more, left_out, depth):
    if depth == DEEPEST:
        raise Unknown("depth")
    declared = due(chosen[0], node, rendered)
    out.append(f"<{node.name}")
    for prefix in sorted(declared):
        out.append(f' xmlns{":" if prefix else ""}{prefix}="{value(declared[prefix])}"')
    attributes = more | node.attributes
    for key in sorted(attributes):
        out.append(f' {attributes[key][0]}="{value(attributes[key][1])}"')
    out.append(">")
    rendered = rendered | declared
    for child in node.children:
        if any(child is one for one in left_out):
            continue
        if isinstance(child, Element):
            write(out, chosen, child, rendered, {}, left_out, depth + 1)
        else:
            out.append(text(child.text) if type(child) is Text else other(chosen, child))
    out.append(f"</{node.name}>")


def due(form, node, rendered):
    """The declarations that a tag must have: those in scope, or in use, which no tag around has."""
    scope = {"": ""} | node.scope
    if form == "exclusive":
        names = [node.name] + [key for key, _ in node.pairs if ":" in key]
        scope = {prefix: scope[prefix] for prefix in {name.rpartition(":")[0] for name in names} if prefix in scope}
    return {prefix: space for prefix, space in scope.items() if rendered.get(prefix, "") != space}


def other(chosen, node):
    """An instruction, or a comment where they are kept."""
    if isinstance(node, Instruction):
        return f"<?{node.target}{' ' if node.text else ''}{node.text}?>"
    return f"<!--{node.text}-->" if chosen[1] else ""


ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#x9;", "\n": "&#xA;", "\r": "&#xD;"}


def text(characters):
    return re.sub(r"[&<>\r]", lambda sign: ESCAPES[sign[0]], characters)


def value(characters):
    return re.sub('[&<"\t\n\r]', lambda sign: ESCAPES[sign[0]], characters)
