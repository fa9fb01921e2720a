"""Persons who sign documents, with certificates, lists and responses of making.py, and a small document to be signed."""

import der
import making
import updating
from making import AT, DAY, Authority, attribute, oid, sequence, tagged, usage
from pdf import Name, Stream
from updating import reference

DATA, GM_DATA = "1.2.840.113549.1.7.1", "1.2.156.10197.6.1.4.2.1"
GM_SIGNED, TIME_STAMP = "1.2.156.10197.6.1.4.2.2", "1.2.840.113549.1.9.16.2.14"
FOR_DOCUMENTS = (making.basic(False), usage(0, 1))
HEARD = AT + 2 * DAY


class Person(Authority):
    """A signer with a root, perhaps an authority between, who speaks of what it issued."""

    def __init__(self, kind="SECP256R1", leaf=FOR_DOCUMENTS, **more):
        super().__init__(kind, "sm3" if kind == "sm2" else more.pop("hashed", "sha256"), leaf=leaf, subject="甲", **more)

    def sign(self, content, stamps=(), given=None, listed=None, more=(), bound=None, **options):
        """A detached signature; `stamps` are authorities or tokens that stamp its value, `more` further signed attributes, `held`
        further unsigned ones."""
        hashed, kind = options.get("hashed") or self.own.digest, options.pop("kind", DATA)
        if listed is None:
            listed = making.attributes(content, self.raw, hashed, kind, bound)
        tokens = lambda value: [one if isinstance(one, bytes) else one(value) for one in stamps]
        held = options.pop("held", [])
        stamped = lambda value: [attribute(TIME_STAMP, *tokens(value))] if stamps else []
        unsigned = (lambda value: [*stamped(value), *held]) if stamps or held else None
        certificates = [self.raw, *self.given] if given is None else given
        issuer, serial = options.pop("sid", (self.issuer, self.serial))
        return making.signed_data(
            content,
            self.own,
            self.raw,
            certificates,
            issuer,
            serial,
            kind,
            [one for one in listed if one] + list(more),
            enclosed=options.pop("enclosed", False),
            unsigned=unsigned,
            **options,
        )

    def maker(self, *stamps, **options):
        return lambda content: self.sign(content, stamps, **options)

    def list(self, *entries, made=HEARD, **more):
        """A list of the issuer; `entries` are of moment and reason of this certificate."""
        return making.crl(self.issuer, self.issuer_key, made, [(self.serial, *one) for one in entries], **more)

    def response(self, status=b"\x80\0", made=HEARD, signer=None, **more):
        return making.ocsp(self.issuer, self.issuer_key, signer or self.issuer_key, self.serial, made, status, **more)


class Office:
    """A time-stamping authority, one that lasts longer, and where roots are put."""

    def __init__(self, folder):
        self.folder, self.plain = folder, document()
        self.stamps, self.long = Authority(), Authority(ends=AT + 7000 * DAY)
        for one in (self.stamps, self.long):
            folder.pool(one.root_raw)

    def trusted(self, person):
        """The pool of roots, with the person's in it."""
        return self.folder.pool(person.root_raw)

    def archived(self, octets, at, name="T", by=None, **more):
        """With a document time stamp."""
        mark = updating.value("ETSI.RFC3161", "DocTimeStamp")
        return updating.signed(octets, stamp_of(by or self.stamps, at), name=name, signature=mark, **more)


def stamper(made, at=AT, **more):
    """What stamps a signature's value at a time."""
    return lambda value: made.token(value, more={"at": at}, **more)


def stamp_of(made, at=AT):
    """What makes a document time stamp."""
    return lambda content: made.token(content, more={"at": at})


def other_info(response):
    """A response among the lists (RFC 5940 §2.1)."""
    return tagged(1, oid("1.3.6.1.5.5.7.16.2"), response)


def revocation_values(lists=(), responses=()):
    """Revocation data among the unsigned attributes (RFC 5126 §6.3.4)."""
    basic = [der.whole(one)[1][0][1].octets() for one in responses]
    of = lambda kind, held: tagged(kind, sequence(*held)) if held else b""
    return attribute("1.2.840.113549.1.9.16.2.24", sequence(of(0, lists), of(1, basic)))


def store(certs=(), lists=(), responses=(), related=(), **more):
    """What puts a document security store into an update."""

    def put(update, *_):
        held = lambda raws: [update.add(Stream({}, raw)) for raw in raws]
        own = {"Type": Name("DSS"), "Certs": held(certs), "CRLs": held(lists), "OCSPs": held(responses)}
        if related:
            own["VRI"] = {"A" * 40: {"CRL": held(related)}}
        update.catalog["DSS"] = update.add(own | more)

    return put


def page_text(more=b""):
    return Stream({}, b"BT ET" + more)


def document(lists_apart=False, tree_apart=False, form=True, attached=None):
    """A document of one page with structure, an empty signature field `E`, an annotation, and what is `attached` by name."""
    form_value = {"Fields": [reference(10)], "SigFlags": 1} if form else None
    objects = {
        1: {
            "Type": Name("Catalog"),
            "Pages": reference(2),
            "StructTreeRoot": reference(5),
            "AcroForm": form_value,
            "Metadata": reference(14),
        },
        2: {"Type": Name("Pages"), "Kids": [reference(3)], "Count": 1},
        3: {
            "Type": Name("Page"),
            "Parent": reference(2),
            "MediaBox": [0, 0, 100, 100],
            "Contents": reference(4),
            "Resources": reference(18),
            "StructParents": 0,
            "Annots": [reference(9), reference(10)],
        },
        4: page_text(),
        5: {
            "Type": Name("StructTreeRoot"),
            "K": [reference(6)],
            "ParentTree": {"Nums": [0, reference(7)]},
            "ParentTreeNextKey": 1,
        },
        6: {"Type": Name("StructElem"), "S": Name("Document"), "P": reference(5), "K": [reference(8)]},
        7: [reference(8)],
        8: {"Type": Name("StructElem"), "S": Name("P"), "P": reference(6), "Pg": reference(3), "K": 0},
        9: {"Type": Name("Annot"), "Subtype": Name("Text"), "Rect": [0, 0, 9, 9], "Contents": b"note"},
        10: {
            "Type": Name("Annot"),
            "Subtype": Name("Widget"),
            "FT": Name("Sig"),
            "T": b"E",
            "F": 132,
            "Rect": [0, 0, 0, 0],
            "P": reference(3),
        },
        11: {"Title": b"a"},
        14: Stream({"Type": Name("Metadata")}, b"<x/>"),
        18: {"Font": {"F": reference(19)}},
        19: {"Type": Name("Font"), "Subtype": Name("Type1"), "BaseFont": Name("Courier")},
    }
    if lists_apart:
        objects |= {12: objects[3]["Annots"], 13: objects[6]["K"], 15: objects[1]["AcroForm"], 16: [reference(10)]}
        objects[3]["Annots"], objects[6]["K"], objects[1]["AcroForm"] = reference(12), reference(13), reference(15)
        objects[15]["Fields"] = reference(16)
    if tree_apart:
        objects |= {17: objects[5]["ParentTree"]}
        objects[5]["ParentTree"] = reference(17)
    if not form:
        del objects[1]["AcroForm"], objects[10]
        objects[3]["Annots"] = [reference(9)]
    names = []
    for number, (name, content) in enumerate(sorted((attached or {}).items()), 20):
        objects[100 + number] = Stream({"Type": Name("EmbeddedFile")}, content)
        named = {"F": name.encode(), "UF": name.encode()}
        objects[number] = {"Type": Name("Filespec"), "EF": {"F": reference(100 + number)}} | named
        names += [name.encode(), reference(number)]
    if names:
        objects[1]["Names"] = {"EmbeddedFiles": {"Names": names}}
    return updating.whole(objects, 1, Info=reference(11))
