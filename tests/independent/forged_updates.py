"""Signed documents with updates that may follow a signature, and with others that may not."""

import itertools

import signing
import updating
from making import AT
from pdf import Name, Reference, Stream
from signing import Office, Person, stamp_of, store
from updating import reference

SEAL = Stream({"Type": Name("XObject"), "Subtype": Name("Form"), "BBox": [0, 0, 9, 9]}, b"0 0 9 9 re f")
STAMP = {"sub_filter": "ETSI.RFC3161", "kind": "DocTimeStamp"}


def documents(folder):
    """Names, documents and trust."""
    office = Office(folder)
    person, second = Person(), Person()
    trust = office.trusted(person)
    office.trusted(second)
    for shape, options in {
        "": {},
        "lists apart, ": {"lists_apart": True},
        "parent tree apart, ": {"tree_apart": True},
        "no form, ": {"form": False},
    }.items():
        one = updating.signed(signing.document(attached={"a": b"a"}, **options), person.maker())
        parts = plain(one), fields(one, second), stamps(one, office), structure(one, second), stores(one, person), taken(one, second), no_trees(one)
        for what, octets in itertools.chain(*parts):
            yield shape + what, octets, trust


def taken(one, person):
    """Objects of the document that pass for something that may be replaced."""
    change = lambda action, octets=one: updating.changed(octets, action)
    for what, store_of in {
        "the catalog": reference(1),
        "a page's resources": [reference(3), reference(18), reference(19)],
        "an attachment": reference(20),
        "the form": reference(15),
    }.items():
        first = change(lambda u, leads=store_of: u.catalog.update(DSS=u.add({"VRI": {"X": leads}})))
        for name, action in {
            "nothing": lambda u: None,
            "a font": lambda u: u.get(19).update(BaseFont=Name("Symbol")),
            "resources": lambda u: u.get(18).update(Font={"F": u.add({"Type": Name("Font"), "BaseFont": Name("Symbol")})}),
            "an attachment": lambda u: u.objects.update({20: filespec(u)}),
            "a page": lambda u: u.get(3).update(Rotate=90),
            "an annotation": lambda u: u.get(9).update(Contents=b"x"),
            "a title": lambda u: u.get(11).update(Title=b"x"),
            "the list of pages": lambda u: u.get(2).update(Count=2),
        }.items():
            yield f"store leads to {what}, then {name} replaced", change(action, first)
    for number in (4, 18):
        held = f"object {number} becomes"
        yield f"{held} the annotations", change(lambda u, n=number: annotations_at(u, n))
        yield f"{held} the annotations, signed", updating.signed(
            one, person.maker(), "S2", lambda u, made, n=number: annotations_at(u, n)
        )
    for number in (14, 11):
        yield f"object {number} becomes the form", change(lambda u, n=number: form_at(u, n))
        yield f"object {number} becomes the fields", change(lambda u, n=number: fields_at(u, n))
    yield "a page's text becomes an element's kids", change(lambda u: kids_at(u, 14))


def filespec(update):
    return {"Type": Name("Filespec"), "EF": {"F": update.add(Stream({}, b"another"))}, "F": b"a", "UF": b"a"}


def annotations_at(update, number):
    """The page has its annotations where something else of it stood."""
    held = list(annotations(update))
    update.objects[number] = held
    update.get(3)["Annots"] = reference(number)


def form_at(update, number):
    held = dict(form(update))
    update.objects[number] = held
    update.catalog["AcroForm"] = reference(number)


def fields_at(update, number):
    held = list(listed(update))
    update.objects[number] = held
    form(update)["Fields"] = reference(number)


def kids_at(update, number):
    held = list(kids_of(update, 6))
    update.objects[number] = held
    update.get(6)["K"] = reference(number)


def plain(one):
    """Updates without any signature."""
    change = lambda action: updating.changed(one, action)
    yield "nothing", change(lambda u: None)
    yield "a catalog written again", change(lambda u: u.catalog)
    yield "all written again", change(lambda u: [u.get(number) for number in u.file.places if number])
    yield "another text", change(lambda u: u.objects.update({4: signing.page_text(b"x")}))
    yield "another text, an integer for a real", change(lambda u: u.get(3).update(MediaBox=[0.0, 0, 100, 100]))
    yield "another page", change(lambda u: u.get(3).update(Rotate=90))
    yield "another order of keys", change(lambda u: u.objects.update({3: dict(reversed(u.file.object(3).items()))}))
    yield "page without annotations", change(lambda u: u.get(3).pop("Annots"))
    yield "tabs", change(lambda u: u.get(3).update(Tabs=Name("S")))
    yield "another title", change(lambda u: u.get(11).update(Title=b"b"))
    yield "another note", change(lambda u: u.get(9).update(Contents=b"b"))
    yield "metadata replaced", change(lambda u: u.objects.update({14: Stream({"Type": Name("Metadata")}, b"<y/>")}))
    yield "an object added that nothing refers to", change(lambda u: u.add({"A": 1}))
    yield "an object freed", change(lambda u: u.freed.add(9))
    yield "an object freed that was not there", change(lambda u: u.freed.add(u.next))
    yield "another root", change(lambda u: u.trailer.update(Root=u.add(dict(u.file.object(1)))))
    yield "another information", change(lambda u: u.trailer.update(Info=u.add({"Title": b"b"})))
    yield "no information", change(lambda u: u.trailer.pop("Info"))
    yield "another second half of ID", change(lambda u: u.trailer.update(ID=[b"1" * 16, b"2" * 16]))
    yield "another first half of ID", change(lambda u: u.trailer.update(ID=[b"2" * 16, b"1" * 16]))
    yield "no ID", change(lambda u: u.trailer.pop("ID"))
    yield "a further key of the trailer", change(lambda u: u.trailer.update(X=1))
    for key, value in {
        "OpenAction": {"S": Name("JavaScript"), "JS": b"x"},
        "Lang": b"en",
        "Names": {"EmbeddedFiles": {"Names": []}},
        "OCProperties": {},
        "Perms": {},
        "Extensions": {"ESIC": {"BaseVersion": Name("2.0"), "ExtensionLevel": 5}},
        "Version": Name("2.0"),
    }.items():
        yield f"catalog with {key}", change(lambda u, key=key, value=value: u.catalog.update({key: value}))
    for name in ("ADBE", "ISO_", "XXXX"):
        yield f"extension {name}", change(lambda u, name=name: u.catalog.update(Extensions={name: {"BaseVersion": Name("1.7")}}))
    apart = lambda u: u.catalog.update(Extensions=u.add({"ESIC": u.add({"BaseVersion": Name("1.7")})}))
    yield "extensions apart", change(apart)
    yield "form with another key", change(lambda u: form(u).update(NeedAppearances=True))
    yield "form with more flags", change(lambda u: form(u).update(SigFlags=7))
    yield "form without flags", change(lambda u: form(u).pop("SigFlags"))
    yield "fields in another order", change(lambda u: listed(u).reverse())
    yield "a field of text", change(lambda u: listed(u).append(u.add({"FT": Name("Tx"), "T": b"t"})))
    yield "an empty field of signatures", change(lambda u: listed(u).append(u.add({"FT": Name("Sig"), "T": b"t"})))
    yield (
        "a field with the signature of another",
        change(lambda u: listed(u).append(u.add({"FT": Name("Sig"), "V": last(u)["V"]}))),
    )
    yield "the signed field renamed", change(lambda u: last(u).update(T=b"t"))
    yield "the signed field emptied", change(lambda u: last(u).pop("V"))
    yield "the signature altered", change(lambda u: u.get(last(u)["V"]).update(Reason=b"x"))
    yield (
        "a version in between",
        updating.changed(change(lambda u: u.get(11).update(Title=b"b")), lambda u: u.get(11).update(Title=b"a")),
    )


def form(update):
    held = update.catalog["AcroForm"]
    return update.get(held) if isinstance(held, Reference) else held


def listed(update):
    held = form(update)["Fields"]
    return update.get(held) if isinstance(held, Reference) else held


def last(update):
    return update.get(listed(update)[-1])


def fields(one, second):
    """Further signers."""
    sign = lambda change=None, **more: updating.signed(one, second.maker(), "S2", change, **more)
    on = lambda **keys: lambda update, made: update.get(made).update(keys)
    seen = {"Rect": [0, 0, 9, 9], "change": lambda u, made: u.get(made).update(AP={"N": u.add(SEAL)})}
    yield "signed again", sign()
    yield "signed again, seen", sign(**seen)
    yield "signed again, tabs", sign(lambda u, made: u.get(3).update(Tabs=Name("S")))
    yield "signed again, an action", sign(on(A={"S": Name("JavaScript"), "JS": b"x"}))
    yield "signed again, actions", sign(on(AA={"E": {"S": Name("URI")}}))
    yield "signed again, an unknown key", sign(on(Xxx=1))
    yield "signed again, a lock", sign(lambda u, made: u.get(made).update(Lock=u.add({"Type": Name("SigFieldLock")})))
    yield "signed again, another text", sign(lambda u, made: u.objects.update({4: signing.page_text(b"x")}))
    yield "signed again, another title", sign(lambda u, made: u.get(11).update(Title=b"b"))
    yield "signed again, an annotation more", sign(lambda u, made: annotations(u).append(u.add({"Subtype": Name("Text")})))
    yield "signed again, another annotation gone", sign(lambda u, made: annotations(u).pop(0))
    yield "signed again, its widget first", sign(lambda u, made: annotations(u).insert(0, annotations(u).pop()))
    yield "signed again, on no page", sign(lambda u, made: annotations(u).pop())
    yield "signed again, its field first", sign(lambda u, made: listed(u).insert(0, listed(u).pop()))
    yield "signed again, an object more", sign(lambda u, made: u.add({"A": 1}))
    yield "signed again, a store", sign(store(lists=[second.list()]))
    yield "signed again, with kids", kids(one, second, {})
    yield "signed again, with a kid that acts", kids(one, second, {"A": {"S": Name("URI")}})
    yield "signed again, and a field of text", sign(lambda u, made: listed(u).append(u.add({"FT": Name("Tx")})))
    yield "signed again, by a stamp's type", sign(signature=updating.value(kind="Other"))
    yield "signed thrice", updating.signed(sign(), second.maker(), "S3")
    if b"/T <45>" in one:
        yield "the empty field signed", empty(one, second)
        yield "the empty field signed, another flag", empty(one, second, F=4)
        yield "the empty field signed and moved", empty(one, second, Rect=[0, 0, 9, 9])
        yield "the empty field signed and renamed", empty(one, second, T=b"t")
        yield "the empty field signed, an action", empty(one, second, A={"S": Name("URI")})
        yield "the empty field signed, with what is new", empty(one, second, AP={"N": SEAL})


def annotations(update):
    held = update.get(3)["Annots"]
    return update.get(held) if isinstance(held, Reference) else held


def kids(one, second, more):
    """A field with its widget as a kid."""
    update = updating.Update(one)
    signature = update.add(updating.value())
    top = update.add({"FT": Name("Sig"), "T": b"S2", "V": signature})
    widget = {"Type": Name("Annot"), "Subtype": Name("Widget"), "Parent": top, "Rect": [0, 0, 0, 0], "P": reference(3)} | more
    update.get(top)["Kids"] = [update.add(widget)]
    listed(update).append(top)
    annotations(update).extend(update.get(top)["Kids"])
    return updating.filled(update.write(), second.maker())


def empty(one, second, **more):
    update = updating.Update(one)
    update.get(10)["V"] = update.add(updating.value())
    update.get(10).update({key: {"N": update.add(value["N"])} if key == "AP" else value for key, value in more.items()})
    return updating.filled(update.write(), second.maker())


def no_trees(one):
    """Signatures by whoever comes, in fields that cannot be walked to their end."""
    stranger = Person()
    more = lambda what: updating.signed(one, stranger.maker(), "X", what, Rect=[0, 0, 9, 9])
    yield "a stranger's", more(None)
    yield "a stranger's, its own kid", more(lambda u, made: u.get(made).update(Kids=[made]))
    yield "a stranger's, a kid twice", more(lambda u, made: u.get(made).update(Kids=2 * [kid_of(u, made)]))
    yield "a stranger's, listed twice", more(lambda u, made: fields_of(u).append(made))


def fields_of(update):
    form = update.catalog["AcroForm"]
    form = update.get(form) if isinstance(form, Reference) else form
    return update.get(form["Fields"]) if isinstance(form["Fields"], Reference) else form["Fields"]


def stamps(one, office):
    """Document time stamps, which must show nothing."""
    make = stamp_of(office.stamps, AT)
    mark = lambda change=None, **more: updating.signed(one, make, "T", change, updating.value(**STAMP), **more)
    shown = lambda u, made: u.get(made).update(AP={"N": u.add(SEAL)})
    yield "archived", mark()
    yield "archived, an area", mark(Rect=[0, 0, 9, 9])
    yield "archived, an area and an appearance", mark(shown, Rect=[0, 0, 9, 9])
    yield "archived, no area, an appearance", mark(shown)
    yield "archived, a line, an appearance", mark(shown, Rect=[0, 0, 9, 0])
    yield "archived, hidden", mark(shown, Rect=[0, 0, 9, 9], F=2)
    yield "archived, no view", mark(shown, Rect=[0, 0, 9, 9], F=32)
    yield "archived, no view but printed", mark(shown, Rect=[0, 0, 9, 9], F=36)
    yield "archived, a background", mark(Rect=[0, 0, 9, 9], F=4, MK={"BG": [1, 1, 1]})
    yield "archived, free text", mark(Subtype=Name("FreeText"), Rect=[0, 0, 9, 9], F=4, Contents=b"x", DA=b"/Helv 9 Tf")
    yield "archived, a note without an area", mark(Subtype=Name("Text"))
    yield "archived, no subtype", mark(Subtype=None)
    yield "archived, a kid of free text", mark(lambda u, made: kid_of(u, made, Subtype=Name("FreeText")))
    yield "archived, below a kid", mark(lambda u, made: kid_of(u, made, Kids=[kid_of(u, made)]))
    yield "archived, no area given", mark(shown, Rect=None)
    yield (
        "archived, an appearance without a type",
        updating.signed(one, make, "T", shown, updating.value("ETSI.RFC3161", Type=None), Rect=[0, 0, 9, 9]),
    )
    yield "archived, of the type of a signature", updating.signed(one, make, "T", None, updating.value("ETSI.RFC3161"))
    yield "archived, another text", mark(lambda u, made: u.objects.update({4: signing.page_text(b"x")}))
    yield "archived, over other data", updating.signed(one, lambda _: make(b"x"), "T", None, updating.value(**STAMP))
    yield "archived twice", updating.signed(mark(), stamp_of(office.stamps, AT), "U", None, updating.value(**STAMP))


def kid_of(update, field, **more):
    """A widget below a field, which leads to it."""
    kid = {"Type": Name("Annot"), "Subtype": Name("Widget"), "Rect": [0, 0, 0, 0], "Parent": field, **more}
    update.get(field)["Kids"] = [update.add(kid)]
    return update.get(field)["Kids"][0]


def structure(one, second):
    """A seal that is seen has its element in the structure tree."""
    sign = lambda change: updating.signed(one, second.maker(), "S2", change)
    yield "structure: sound", sign(tagged())
    yield "structure: two of them", updating.signed(sign(tagged()), second.maker(), "S3", tagged())
    yield "structure: another kind", sign(tagged(S=Name("P")))
    yield "structure: another parent", sign(tagged(P=reference(8)))
    yield "structure: other words", sign(tagged(Alt=b"seal", ActualText=b"x"))
    yield "structure: a description", sign(tagged(Alt=b"seal"))
    yield "structure: about the page", sign(tagged(K=0))
    yield "structure: about another note", sign(tagged(K={"Type": Name("OBJR"), "Obj": reference(9)}))
    yield "structure: about nothing", sign(tagged(K=None))
    yield "structure: first of the kids", sign(both(tagged(), lambda u, _: kids_of(u, 6).insert(0, kids_of(u, 6).pop())))
    yield "structure: no entry in the parent tree", sign(tagged(entry=False))
    yield "structure: an entry for another", sign(both(tagged(), lambda u, _: numbers(u).extend([9, reference(8)])))
    yield "structure: an entry before", sign(both(tagged(), lambda u, _: numbers(u).insert(0, numbers(u).pop())))
    yield "structure: another element changed", sign(both(tagged(), lambda u, _: u.get(8).update(Alt=b"x")))
    yield "structure: a kid taken away", sign(both(tagged(), lambda u, _: kids_of(u, 6).pop(0)))
    yield "structure: the next key less", sign(both(tagged(), lambda u, _: u.get(5).update(ParentTreeNextKey=0)))
    yield "structure: roles mapped", sign(both(tagged(), lambda u, _: u.get(5).update(RoleMap={"Form": Name("P")})))
    yield "structure: a leaf of the parent tree", sign(both(tagged(entry=False), leaf))
    yield "structure: without a signature", updating.changed(one, lambda u: tagged(P=reference(6))(u, reference(9)))


def tagged(entry=True, **more):
    """What adds a `Form` element about a widget to the document's."""

    def change(update, made):
        own = {"Type": Name("OBJR"), "Obj": made, "Pg": reference(3)}
        value = {"Type": Name("StructElem"), "S": Name("Form"), "P": reference(6), "Pg": reference(3), "K": own} | more
        element = update.add({key: one for key, one in value.items() if one is not None})
        kids_of(update, 6).append(element)
        if entry:
            key = update.get(5)["ParentTreeNextKey"]
            update.get(made)["StructParent"] = key
            update.get(5)["ParentTreeNextKey"] = key + 1
            numbers(update).extend([key, element])

    return change


def both(*changes):
    return lambda *about: [change(*about) for change in changes]


def kids_of(update, number):
    held = update.get(number)["K"]
    return update.get(held) if isinstance(held, Reference) else held


def parent_tree(update):
    held = update.get(5)["ParentTree"]
    return update.get(held) if isinstance(held, Reference) else held


def numbers(update):
    return parent_tree(update)["Nums"]


def leaf(update, _):
    element = kids_of(update, 6)[-1]
    parent_tree(update)["Kids"] = [update.add({"Nums": [1, element], "Limits": [1, 1]})]


def stores(one, person):
    """Stores added, put anew, and abused."""
    good = store([person.raw], [person.list()], [person.response()], [person.list()])
    first = updating.changed(one, good)
    again = lambda change: updating.changed(first, change)
    held = lambda u: u.get(u.catalog["DSS"])
    yield "store", first
    yield "store, archived key", updating.changed(one, store(Xxx=1))
    yield "store put anew", again(good)
    yield "store with one more", again(lambda u: held(u)["CRLs"].append(u.add(Stream({}, person.list()))))
    yield "store with an unknown key", again(lambda u: held(u).update(Xxx=1))
    yield "store removed", again(lambda u: u.catalog.pop("DSS"))
    yield "store with a list altered", again(lambda u: u.objects.update({held(u)["CRLs"][0][0]: Stream({}, b"x")}))
    yield "store that leads to a page", updating.changed(one, lambda u: u.catalog.update(DSS={"CRLs": [u.add(Stream({}, b"x"))]}))
    yield (
        "store that takes a page",
        updating.changed(one, lambda u: (u.catalog.update(DSS={"VRI": reference(3)}), u.get(3).update(Rotate=90))),
    )
    yield "store and another text", updating.changed(one, lambda u: (good(u), u.objects.update({4: signing.page_text(b"x")})))
    yield (
        "store within the catalog",
        updating.changed(one, lambda u: u.catalog.update(DSS={"CRLs": [u.add(Stream({}, person.list()))]})),
    )
    yield "store with a compressed list", updating.changed(one, compressed(person.list((AT, 1))))
    yield (
        "store with lists that are none",
        updating.changed(one, lambda u: u.catalog.update(DSS={"CRLs": [reference(9), reference(999)]})),
    )
    yield "store that is none", updating.changed(one, lambda u: u.catalog.update(DSS=reference(4)))


def compressed(raw):
    import zlib

    packed = Stream({"Filter": Name("FlateDecode")}, zlib.compress(raw))
    return lambda update: update.catalog.update(DSS={"CRLs": [update.add(packed)]})
