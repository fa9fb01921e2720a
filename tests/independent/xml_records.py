"""Evidence records in XML made for the comparison (RFC 6283): by themselves with data, and in the worked example."""

import base64
import re

import canonical
import xmlers
from digests import digest
from forged_packages import MANIFEST, TOKEN, example
from making import AT, DAY, Authority
from records import COVERED, with_record

INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
INCLUSIVE11 = "http://www.w3.org/2006/12/xml-c14n11"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
URIS = {name: uri for uri, name in xmlers.URIS.items()}
MEMBER = "META-INF/evidencerecord001.xml"
TEXT, LIST, OCTETS = "甲方：某某\n".encode(), b"<list  b='1'\n a='2'><!-- x --><c/></list>", bytes(range(256))
DATA = (TEXT, LIST, OCTETS)


# The elements of a record below its root.
NAMES = [f"ArchiveTimeStamp{more}" for more in ("Sequence", "Chain", "")]
NAMES += ["DigestMethod", "CanonicalizationMethod", "HashTree", "Sequence", "DigestValue", "TimeStamp", "TimeStampToken"]


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


def records(folder):
    """Records by themselves: names, octets, trust, and the paths of data."""
    made, nobody = Authority(), Authority()
    trust = folder.pool(made.root_raw)
    brief = Authority(ends=AT + 3 * DAY)
    folder.pool(brief.root_raw)
    held = tuple(map(folder.keep, DATA))
    for what, text in {**sound(made), **spelled(made), **forms(made), **renewals(made, nobody, brief)}.items():
        octets = text if isinstance(text, bytes) else text.encode()
        yield what, octets, trust, held
    for what, text in broken(made).items():
        yield what, text.encode(), trust, held
    for what, octets, data in over(made):
        yield what, octets, trust, tuple(map(folder.keep, data))


def sound(made):
    """Every method, prefixes and white space, every digest."""
    found = {}
    for method in canonical.METHODS:
        for prefix, space in (("", ""), ("ers:", "\n  "), ("", "\n")):
            found[f"{method} {prefix!r} {space!r}"] = whole(made, method=method, prefix=prefix, space=space).text()
    for name in xmlers.URIS.values():
        found[f"under {name}"] = Draft(made).begin(digests(hashed=name), AT + DAY, name).renew(AT + 2 * DAY).text()
    found["under SM3"] = Draft(made).begin(digests(hashed="sm3"), AT + DAY, "sm3").text()
    found["under an unknown digest"] = first(made).text().replace(URIS["sha256"], "urn:x")
    found["each chain by its own method"] = (
        first(made, method=INCLUSIVE).renew(AT + 2 * DAY).rehash(DATA, AT + 3 * DAY, method=EXCLUSIVE).renew(AT + 4 * DAY).text()
    )
    found["three chains"] = whole(made, space="\n").rehash(DATA, AT + 5 * DAY, "sha3_512").text()
    spaced = first(made, space="\n").rehash(DATA, AT + 2 * DAY, spaced=True)
    found["two chains, the space counted"] = spaced.text()
    found["three chains, the space counted"] = spaced.rehash(DATA, AT + 3 * DAY, "sha3_512", spaced=True).text()
    found["lists of other groups"] = (
        Draft(made).begin(digests(), AT + DAY, later=([b"\1" * 32], [b"\2" * 32, b"\3" * 32])).renew(AT + 2 * DAY).text()
    )
    found["renewed among others"] = (lambda one: one.add([bytes(32), one.of_stamp()], AT + 2 * DAY))(first(made)).text()
    found["renewed without a tree"] = (lambda one: one.add(None, AT + 2 * DAY, root=one.of_stamp()))(first(made)).text()
    return found


def spelled(made):
    """The same record written otherwise."""
    text, space = first(made).text(), first(made, space="\n").renew(AT + 2 * DAY).text()
    root, second = f'xmlns="{xmlers.NAMESPACE}"', re.search("<ArchiveTimeStamp Order=\"2\".*?</ArchiveTimeStamp>", space, re.S)[0]
    extra = "<x:y xmlns:x='urn:x'/>"
    return {
        "a declaration": f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{text}\n',
        "a declaration of another encoding": f'<?xml version="1.0" encoding="ISO-8859-1"?>{text}',
        "a declaration with a line end": f'<?xml\nversion="1.0"?>{text}',
        "a mark": b"\xef\xbb\xbf" + text.encode(),
        "UTF-16": text.encode("utf-16"),
        "comments and instructions around": f"<!-- > --><?a <b>?>\n{text}<?c?><!---->",
        "a document type": f"<!DOCTYPE EvidenceRecord>{text}",
        "a document type of one's own": f'<!DOCTYPE x [<!ENTITY y "z">]>{text}',
        "white space before": f" \n{text}",
        "white space before a declaration": f' <?xml version="1.0"?>{text}',
        "single quotes": text.replace('"', "'"),
        "references": text.replace('Version="1.0"', 'Version="1&#x2e;0"').replace('Order="1"', 'Order="&#49;"'),
        "an entity that is not there": text.replace('Version="1.0"', 'Version="1&x;0"'),
        "order with a sign and zeros": text.replace('Order="1"', 'Order=" +001 "'),
        "a token in parts": text.replace("RFC3161\">\n", "RFC3161\"><![CDATA[\n").replace("\n</TimeStampToken", "]]>\n<!-- --></TimeStampToken"),
        "a token without its padding": re.sub("=+\n", "\n", text),
        "text between": text.replace("<HashTree", "x<HashTree"),
        "more attributes": text.replace(root, f"{root} xmlns:x='urn:x' x:y='' z=''"),
        "an attribute in the namespace": text.replace(root, f"{root} xmlns:e='{xmlers.NAMESPACE}'").replace(' Order="1"', ' e:Order="1"', 1),
        "supporting information": text.replace("<ArchiveTimeStampS", f"<SupportingInformationList>{extra}</SupportingInformationList><ArchiveTimeStampS", 1),
        "attributes": text.replace("</ArchiveTimeStamp>", f"<Attributes>{extra}</Attributes></ArchiveTimeStamp>"),
        "cryptographic information": text.replace("</TimeStamp>", f"<CryptographicInformationList>{extra}</CryptographicInformationList></TimeStamp>"),
        "a method of one's own prefix": text.replace("<DigestMethod", f"<e:DigestMethod xmlns:e='{xmlers.NAMESPACE}'").replace("</DigestMethod", "</e:DigestMethod"),
        "time-stamps in another order": space.replace(second, "").replace("<ArchiveTimeStamp ", f"{second}<ArchiveTimeStamp ", 1),
        "another namespace": text.replace(xmlers.NAMESPACE, "urn:x"),
        "another document element": f"<a>{text}</a>",
        "named otherwise": text.replace("EvidenceRecord", "Record"),
        "cut short": text[:-5],
        "two roots": text + text,
        "nothing but a tag": f"<EvidenceRecord {root}>",
        "a long beginning": f"<!--{'x' * (64 << 10)}-->{text}",
        "256 declarations": text.replace("</TimeStamp>", "</TimeStamp><Attributes>" + "<x xmlns='urn:x'/>" * 255 + "</Attributes>"),
        "257 declarations": text.replace("</TimeStamp>", "</TimeStamp><Attributes>" + "<x xmlns='urn:x'/>" * 256 + "</Attributes>"),
        "64 equals signs": text.replace("</TimeStamp>", "</TimeStamp><Attributes>" + "=" * 64 + "</Attributes>"),
        "65 equals signs": text.replace("</TimeStamp>", "</TimeStamp><Attributes>" + "=" * 65 + "</Attributes>"),
    }


def forms(made):
    """What the canonical form of a renewal takes along, and what it does not."""
    found, extra = {}, " xmlns:x='urn:x' xml:lang='zh' xml:space='preserve' x:y='1'"
    for method in (INCLUSIVE, INCLUSIVE11, EXCLUSIVE):
        for what, attributes in {
            "lang, space, a namespace": extra,
            "id": " xml:id='a'",
            "base": " xml:base='http://x.example/'",
            "another of xml": " xml:x='1'",
        }.items():
            found[f"{method} with {what} above"] = whole(made, method=method, attributes=attributes).text()
        for what, inside in {
            "a comment": "<!-- a\r\nb -->",
            "an instruction": "<?a  b ?><?c?>",
            "spaces and references": "\r\n\t &#13;&#9;&lt;&amp;&gt;&quot;'",
            "CDATA": "<![CDATA[ <&>\r\n ]]>",
        }.items():
            for more in ("", "WithComments" if method == EXCLUSIVE else "#WithComments"):
                found[f"{method}{more} with {what}"] = whole(made, method=method + more, inside=inside).text()
    for levels in (256, 257):
        found[f"a hash tree renewed over {levels} levels"] = deepened(made, levels - 4)
    return found


def deepened(made, levels):
    """A hash-tree renewal over a first chain with so many levels below its attributes."""
    draft = first(made)
    plain, more = draft.text, f"</TimeStamp><Attributes>{'<x>' * levels}{'</x>' * levels}</Attributes>"
    draft.text = lambda *given: plain(*given).replace("</TimeStamp>", more, 1)
    return draft.rehash(DATA, AT + 2 * DAY).text()


def renewals(made, nobody, brief):
    """Renewals that are over something else, too late, or of nobody."""
    one, at, after = lambda **options: first(made, **options), AT + DAY, AT + 2 * DAY
    token = lambda draft: digest("sha256", draft.chains[-1][2][-1][1])
    over = lambda draft, *listed: draft.add(list(listed), after).text()
    again = lambda listed, hashed="sha512": one().begin(sorted(listed), after, hashed).text()
    sequence = lambda hashed="sha512": one().of_sequence(hashed)
    own = digests(hashed="sha512")
    pair = Draft(made).begin(digests(), at)
    swapped = first(made).rehash(DATA, after).text()
    chains = re.findall("<ArchiveTimeStampChain.*?</ArchiveTimeStampChain>", swapped, re.S)
    joined = [digest("sha512", digest("sha512", item) + sequence()) for item in DATA]
    return {
        "renewed over the token": (lambda d: over(d, token(d)))(one()),
        "renewed over nothing of it": over(one(), bytes(32)),
        "renewed by another form": (lambda d: over(d, d.of_stamp(INCLUSIVE)))(one(attributes=" xmlns:x='urn:x'")),
        "renewed by another digest": (lambda d: over(d, digest("sha512", b"x")))(one()),
        "renewed earlier": one().renew(AT).text(),
        "renewed at once": one().renew(at).text(),
        "renewed by nobody": one().renew(after, made=nobody).text(),
        "first of nobody, renewed": Draft(nobody).begin(digests(), at).renew(after, made=made).text(),
        "its token ended": Draft(brief).begin(digests(), at).text(),
        "its token ended, renewed in time": Draft(brief).begin(digests(), at).renew(after, made=made).text(),
        "its token ended, renewed too late": Draft(brief).begin(digests(), at).renew(AT + 4 * DAY, made=made).text(),
        "SHA-1 renewed": Draft(made).begin(digests(hashed="sha1"), at, "sha1").rehash(DATA, after).text(),
        "another root": pair.add([pair.of_stamp()], after, root=bytes(32)).text(),
        "an imprint of another algorithm": Draft(made).begin(digests(), at, imprinted="sha512", root=bytes(64)).text(),
        "data: not in order": Draft(made).begin(digests()[::-1], at).text(),
        "data: one less": Draft(made).begin(digests()[1:], at).text(),
        "data: one more": Draft(made).begin(digests() + [bytes(32)], at).text(),
        "data: in a second list": Draft(made).begin(digests()[:1], at, later=(digests()[1:],)).text(),
        "data: no tree": Draft(made).begin(None, at, root=digests()[0]).text(),
        "hash tree: no sequence": again(own),
        "hash tree: another sequence": again(own + [digest("sha512", b"x")]),
        "hash tree: one less": again(own[1:] + [sequence()]),
        "hash tree: one more": again([*own, sequence(), bytes(64)]),
        "hash tree: digests joined": again(joined),
        "hash tree: the same digest": again(digests() + [sequence("sha256")], "sha256"),
        "hash tree: by nobody": one().rehash(DATA, after, made=nobody).text(),
        "hash tree: earlier": one().rehash(DATA, AT).text(),
        "hash tree: by an unknown form": one().rehash(DATA, after).text().replace(EXCLUSIVE, "urn:x"),
        "chains in another order": swapped.replace("".join(chains), chains[1] + chains[0]),
        "chains with others' order": swapped.replace('Chain Order="1"', 'Chain Order="x"').replace('Chain Order="2"', 'Chain Order="1"').replace('Order="x"', 'Order="2"'),
        "a comment between chains": swapped.replace("".join(chains), f"{chains[0]}<!-- -->\n{chains[1]}"),
        "white space between chains": swapped.replace("".join(chains), f"{chains[0]}\n\t{chains[1]}"),
        "text between chains": swapped.replace("".join(chains), f"{chains[0]}x{chains[1]}"),
    }


def broken(made):
    """Each without something, or with something that has no place."""
    text = whole(made).text()
    tag = lambda name: re.search(f"<{name}[ >].*?</{name}>", text, re.S)[0]
    value, found = tag("DigestValue"), {}
    for name in NAMES:
        found[f"two of {name}"] = text.replace(tag(name), tag(name) * 2, 1)
        found[f"no {name}"] = text.replace(tag(name), "", 1)
        found[f"something in {name}"] = text.replace(f"</{name}>", f"<x/></{name}>", 1)
        found[f"{name} empty"] = text.replace(tag(name), re.sub(">.*<", "><", tag(name), flags=re.S), 1)
    found["something in EvidenceRecord"] = text.replace("</EvidenceRecord>", "<x/></EvidenceRecord>")
    for what, old, new in (
        ("version 2", 'Version="1.0"', 'Version="2.0"'),
        ("no version", ' Version="1.0"', ""),
        ("encrypted", "<ArchiveTimeStampSequence>", "<EncryptionInformation/><ArchiveTimeStampSequence>"),
        ("a token of another type", "RFC3161", "XMLENTRUST"),
        ("a token of no type", ' Type="RFC3161"', ""),
        ("order from 0", 'Order="1"', 'Order="0"'),
        ("order from 2", 'Order="1"', 'Order="3"'),
        ("no order", ' Order="1"', ""),
        ("order of letters", 'Order="1"', 'Order="a"'),
        ("order of other digits", 'Order="1"', 'Order="１"'),
        ("order twice", 'Order="2"', 'Order="1"'),
        ("no algorithm", f' Algorithm="{URIS["sha256"]}"', ""),
        ("no form", f' Algorithm="{EXCLUSIVE}"', ""),
        ("a prefix list", f'"{EXCLUSIVE}">', f'"{EXCLUSIVE}"><i:InclusiveNamespaces xmlns:i="{EXCLUSIVE}" PrefixList="x"/>'),
        ("not base 64", value, value.replace(">", ">*", 1)),
        ("base 64 that goes on", value, value.replace("=<", "=A<")),
        ("base 64 with white space", value, value.replace(">", ">\n ", 1)),
        ("a digest too short", value, "<DigestValue>AAAA</DigestValue>"),
        ("no token", "\nMI", "\nAA"),
    ):
        found[what] = text.replace(old, new, 1)
    found["65 lists"] = Draft(made).begin(digests(), AT + DAY, later=[[bytes([n]) * 32] for n in range(64)]).text()
    found["64 lists"] = Draft(made).begin(digests(), AT + DAY, later=[[bytes([n]) * 32] for n in range(63)]).text()
    draft = first(made)
    draft.chains *= 17
    found["17 chains"] = draft.text()
    draft = first(made)
    draft.chains[0][2].extend(draft.chains[0][2] * 200)
    found["201 time-stamps"] = draft.text()
    return found


def over(made):
    """Data that are XML, or may be: names, records, data."""
    stamped = lambda data, method=EXCLUSIVE, **more: Draft(made, method).begin(digests(data), AT + DAY, **more).text().encode()
    yield "no data", stamped(DATA), ()
    yield "fewer data", stamped(DATA), DATA[:2]
    yield "other data", stamped(DATA), (TEXT, LIST, b"x")
    yield "data renewed, none at hand", whole(made).text().encode(), ()
    for method in canonical.METHODS:
        yield f"{method}, in canonical form", stamped((TEXT, form(method, LIST))), DATA[:2]
        yield f"{method}, itself", stamped((TEXT, form(method, LIST)), method), DATA[:2]
        renewed = Draft(made, method).begin(digests((TEXT, form(method, LIST))), AT + DAY)
        yield f"{method}, renewed", renewed.rehash((TEXT, form(method, LIST)), AT + 2 * DAY).text().encode(), DATA[:2]
    yield "an unknown form, data as they are", stamped(DATA, "urn:x"), DATA
    yield "an unknown form, data in canonical form", stamped((TEXT, form(EXCLUSIVE, LIST)), "urn:x"), DATA[:2]
    yield "one of the data alone", stamped((TEXT,)), (TEXT,)
    yield "one of the data among others", stamped((TEXT, b"x", b"y")), (TEXT,)
    yield "one of the data without a tree", Draft(made).begin(None, AT + DAY, root=digests((TEXT,))[0]).text().encode(), (TEXT,)
    alone = Draft(made).begin(None, AT + DAY, root=digests((TEXT,))[0])
    yield "one of the data, renewed", alone.rehash((TEXT,), AT + 2 * DAY).text().encode(), (TEXT,)
    listed = [*digests((TEXT, b"x"), "sha512"), alone_again(made).of_sequence("sha512")]
    yield "one of the data, renewed among others", alone_again(made).begin(listed, AT + 2 * DAY, "sha512").text().encode(), (TEXT,)
    yield "one of the data twice", stamped((TEXT, TEXT)), (TEXT, TEXT)
    for what, own, one in documents():
        for method in (INCLUSIVE, INCLUSIVE11, EXCLUSIVE, INCLUSIVE + "#WithComments"):
            yield f"{what}, {method}", stamped((TEXT, form(method, own)), method), (TEXT, one)


def alone_again(made):
    return Draft(made).begin(digests((TEXT,)), AT + DAY)


def documents():
    """Names, what was stamped, and what is handed in."""
    plain = "<a xmlns='urn:a' b='1'>x<!-- y -->页<c/></a>".encode()
    for what, one in {
        "a document as it is": plain,
        "a document written otherwise": "<?xml version='1.0'?>\n<a\n b = \"1\" xmlns='urn:a'>x<!-- y -->&#x9875;<c></c></a>\n".encode(),
        "a document that names another encoding": b"<?xml version='1.0' encoding='GB18030'?>" + b"<a xmlns='urn:a' b='1'>x&#x9875;<c/></a>",
        "another comment": plain.replace(b"y", b"z"),
        "other text": plain.replace(b"x", b"z"),
        "another attribute": plain.replace(b"'1'", b"'2'"),
        "a document with a mark": b"\xef\xbb\xbf" + plain,
        "a document after white space": b" \n" + plain,
        "a document in UTF-16": plain.decode().encode("utf-16"),
        "a document with a type": b"<!DOCTYPE a>" + plain,
        "a document that is none": plain[:-1],
        "octets that are no UTF-8": plain + b"\xff",
        "text with a sign": b"x" + plain,
        "a document of 65 equals signs": plain.replace(b"x", b"=" * 65),
    }.items():
        yield what, plain, one
    for what, one in {
        "namespaces": b"<p:a xmlns:q='urn:p' xmlns:p='urn:p' xmlns=''><q:b q:c='1' p:d='2' xml:lang='zh'/><b xmlns='urn:b'><b xmlns=''/></b></p:a>",
        "a namespace declared again": b"<p:a xmlns:p='urn:p'><p:b xmlns:p='urn:p'><p:c xmlns:p='urn:q'/></p:b></p:a>",
        "a namespace by references": b"<p:a xmlns:p='urn:&#x70;&amp;'/>",
        "attributes in order": b"<a b:z='1' a:z='2' z='3' a='4' xmlns:a='urn:z' xmlns:b='urn:a' xml:id='i'/>",
        "line ends": b"<a b='1\r\n2\r3\n4&#13;&#10;5'>\r\n\r&#13;\n&amp;\r\n<![CDATA[\r\n]]>\r</a>\r\n",
        "a reference before a line end": b"<a>&amp;\r</a>",
        "a reference before two line ends": b"<a>&#13;\r\n\r</a>",
        "instructions": b"<?a\r\nb?><?c d  ?><a><?e?><?f   g?></a><?h?>\n<!-- i --><?j?>",
        "a declaration with a tab": b"<?xml\tversion='1.0'?><a/>",
        "base and others above": b"<a xml:base='x'><b xml:base='y' xml:id='1' xml:x='2'/></a>",
        "characters beyond": "<a b='𠮷'>&#x20BB7;\u2028\x85\x7f</a>".encode(),
        "a long text": b"<a>" + b"x\r\n" * 10000 + b"</a>",
        "255 levels": b"<a>" * 255 + b"</a>" * 255,
        "256 levels": b"<a>" * 256 + b"</a>" * 256,
        "257 levels": b"<a>" * 257 + b"</a>" * 257,
        "a prefix that is not declared": b"<p:a/>",
        "an attribute twice": b"<a xmlns:p='urn:x' xmlns:q='urn:x' p:b='' q:b=''/>",
        "a prefix taken back": b"<p:a xmlns:p='urn:x'><b xmlns:p=''/></p:a>",
        "xml declared": b"<a xmlns:xml='http://www.w3.org/XML/1998/namespace'/>",
        "xml declared otherwise": b"<a xmlns:xml='urn:x'/>",
        "two colons": b"<a:b:c xmlns:a='urn:x'/>",
        "a sign that is none": b"<a>\x01</a>",
        "a reference to a sign that is none": b"<a>&#1;</a>",
        "an end of CDATA": b"<a>]]></a>",
        "two strokes": b"<a><!-- -- --></a>",
        "less in an attribute": b"<a b='<'/>",
        "version 1.1": b"<?xml version='1.1'?><a/>",
        "an instruction xml": b"<a><?xml b?></a>",
        "an instruction XML": b"<a><?XML b?></a>",
    }.items():
        yield what, one, one


def packages(folder):
    """Records in the worked example, of which the manifest of the seal is XML."""
    made, nobody = Authority(), Authority()
    trust = folder.pool(made.root_raw)
    brief = Authority(ends=AT + 3 * DAY)
    folder.pool(brief.root_raw)
    files = example()
    files[TOKEN] = made.token(files[MANIFEST])
    held = [files[name] for name in COVERED]
    canon = [form(EXCLUSIVE, one) if name == MANIFEST else one for name, one in zip(COVERED, held)]
    record = lambda data, by=made, **options: Draft(by, **options).begin(digests(data), AT + DAY)
    for what, draft in {
        "first": record(held),
        "first, in canonical form": record(canon),
        "an unknown form": record(held, method="urn:x"),
        "an unknown form, in canonical form": record(canon, method="urn:x"),
        "renewed": record(held).renew(AT + 2 * DAY),
        "renewed twice": record(held, prefix="e:", space="\n ").renew(AT + 2 * DAY).rehash(canon, AT + 3 * DAY),
        "of nobody": record(held, nobody),
        "one less": record(held[1:]),
    }.items():
        yield what, with_record(files, draft.text().encode(), member=MEMBER), trust
    text = record(held).text().encode()
    yield "named .ers", with_record(files, text), trust
    yield "both", with_record(files | {"META-INF/evidencerecord001.ers": text}, text, member=MEMBER), trust
    yield "no record", with_record(files, b"x", member=MEMBER), trust
    ended = files | {TOKEN: brief.token(files[MANIFEST])}
    data = [ended[name] for name in COVERED]
    for what, at in (("in time", AT + 2 * DAY), ("too late", AT + 4 * DAY)):
        own = Draft(made).begin(digests(data), at).text().encode()
        yield f"carried {what}", with_record(ended, own, member=MEMBER), trust
