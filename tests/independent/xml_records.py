"""Evidence records in XML made for the comparison (RFC 6283)."""

import base64

import canonical
import xmlers
from digests import digest
from making import AT, DAY

INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
INCLUSIVE11 = "http://www.w3.org/2006/12/xml-c14n11"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
URIS = {name: uri for uri, name in xmlers.URIS.items()}
TEXT, LIST, OCTETS = "甲方：某某\n".encode(), b"<list  b='1'\n a='2'><!-- x --><c/></list>", bytes(range(256))
DATA = (TEXT, LIST, OCTETS)


class Draft:
    """A record while it is made: each chain with its digest, its method and its time-stamps."""

    def __init__(self, made, method=EXCLUSIVE, prefix="", space="", attributes="", inside=""):
        self.made, self.method, self.prefix, self.space = made, method, prefix, space
        self.attributes, self.inside, self.chains = attributes, inside, []

    def begin(self, listed, at, hashed="sha256", method=None, **options):
        """A further chain."""
        self.chains.append((hashed, method or self.method, []))
        return self.add(listed, at, **options)

    def add(self, listed, at, later=(), root=None, made=None, imprinted=None):
        """A time-stamp over a list and the later ones; without any over the root given."""
        hashed, _, stamps = self.chains[-1]
        lists, here = [listed, *later] if listed is not None else [], None
        for part in lists if root is None else []:
            held = part if here is None else [*part, here]
            here = held[0] if len(held) == 1 else digest(hashed, b"".join(sorted(held)))
        more = {"at": at, "hashed": imprinted or hashed, "imprint": here if root is None else root}
        stamps.append((lists, (made or self.made).token(b"", more=more)))
        return self

    def renew(self, at, **options):
        """A renewal of the last time-stamp."""
        return self.add([self.of_stamp()], at, **options)

    def rehash(self, data, at, hashed="sha512", method=None, spaced=False, **options):
        """A renewal of the hash tree over data."""
        held = [digest(hashed, one) for one in data]
        return self.begin(sorted(held + [self.of_sequence(hashed, method, spaced)]), at, hashed, method, **options)

    def of_stamp(self, method=None):
        hashed, own, _ = self.chains[-1]
        stamp = find(self.sequence(), "TimeStamp")[-1]
        return digest(hashed, form(method or own, stamp))

    def of_sequence(self, hashed, method=None, spaced=False):
        """With the white space before the chain that follows, or without it."""
        sequence = self.sequence(self.space if spaced else "")
        return digest(hashed, form(method or self.method, sequence))

    def sequence(self, more=""):
        return canonical.root(canonical.read(self.text(more).encode())).elements()[-1]

    def element(self, name, content="", **attributes):
        written = "".join(f' {key}="{one}"' for key, one in attributes.items())
        return f"<{self.prefix}{name}{written}>{content}</{self.prefix}{name}>"

    def text(self, more=""):
        chains = "".join(self.space + self.chain(n + 1, *one) for n, one in enumerate(self.chains))
        content = self.element("ArchiveTimeStampSequence", chains + more + self.space)
        declared = f'xmlns{":" if self.prefix else ""}{self.prefix[:-1]}="{xmlers.NAMESPACE}"{self.attributes}'
        whole = self.element("EvidenceRecord", content, Version="1.0")
        return whole.replace(' Version="1.0"', f' {declared} Version="1.0"', 1)

    def chain(self, order, hashed, method, stamps):
        head = self.element("DigestMethod", Algorithm=URIS.get(hashed, hashed))
        head += self.element("CanonicalizationMethod", Algorithm=method)
        held = "".join(self.stamp(n + 1, *one) for n, one in enumerate(stamps))
        return self.element("ArchiveTimeStampChain", head + held, Order=order)

    def stamp(self, order, lists, token):
        values = lambda part: "".join(self.element("DigestValue", spell(one)) for one in part)
        held = "".join(self.element("Sequence", values(part), Order=n + 1) for n, part in enumerate(lists))
        tree = self.element("HashTree", held) if lists else ""
        given = self.element("TimeStampToken", f"\n{spell(token)}\n", Type="RFC3161")
        return self.element("ArchiveTimeStamp", tree + self.element("TimeStamp", self.inside + given), Order=order)


def form(method, node):
    """The canonical form of an element or of a document; nothing where none is told."""
    try:
        if isinstance(node, bytes):
            return canonical.document(canonical.method(method), canonical.read(node))
        return canonical.element(canonical.method(method), node)
    except ValueError:
        return b""


def find(element, name):
    """The elements of a name below one, in the order of the document."""
    held = [one for child in element.elements() for one in find(child, name)]
    return [element] + held if element.local == name else held


def spell(octets):
    return base64.b64encode(octets).decode()


def digests(data=DATA, hashed="sha256"):
    return sorted(digest(hashed, one) for one in data)


def first(made, **options):
    return Draft(made, **options).begin(digests(), AT + DAY)


def whole(made, **options):
    """Two chains of two time-stamps."""
    return first(made, **options).renew(AT + 2 * DAY).rehash(DATA, AT + 3 * DAY).renew(AT + 4 * DAY)
