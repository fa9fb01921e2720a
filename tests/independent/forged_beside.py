"""Signatures beside documents (`.p7s`), by themselves and in packages: sound ones, and others that break one rule each."""

import altering
import building
import making
import records
import signing
import updating
from forged_revocations import AFTER, BEFORE
from forged_signatures import docmdp
from making import AT, DAY, FOR_ISSUER, Authority, purposes, sequence, usage
from signing import GM_DATA, GM_SIGNED, Office, Person, other_info, revocation_values, stamper, store

GM = {"kind": GM_DATA, "outer": GM_SIGNED}
ENDED = AT + 3 * DAY
# The usual time of verification, and two before the record: by a day, and by what clocks may differ.
NOW, BEFORE_RECORD, NEARLY = "2026-12-01T00:00:00Z", "2026-11-23T12:00:05Z", "2026-11-24T11:58:05Z"
CASE = [[building.Item("a", b"a")]]


def documents(folder):
    """Names, documents, signatures beside them, trust, and time of verification, which may be absent."""
    office = Office(folder)
    plain = office.plain
    for what, made, trust, *at in [*alone(office), *certified(office), *dated(office)]:
        yield what, plain, made if isinstance(made, tuple) else (made,), trust, *at
    yield from updated(office)
    person = Person()
    made = person.sign(plain)
    yield "beside a package", building.whole(office.stamps, CASE), (made,), office.trusted(person)
    yield "beside a token", office.stamps.token(plain), (made,), office.trusted(person)
    yield "beside nothing known", b"x", (made,), office.trusted(person)
    yield "beside a document that cannot be read", plain + b"x", (person.sign(plain + b"x"),), office.trusted(person)
    yield "beside a document cut off", plain[:300], (person.sign(plain[:300]),), office.trusted(person)


def altered(folder):
    """A signature altered at random, and documents with signatures within."""
    office = Office(folder)
    person, gm = Person(), Person("sm2")
    trust = office.trusted(person)
    office.trusted(gm)
    own = gm.sign(office.plain, [stamper(office.stamps)], **GM)
    # What is left of an altered certificate depends on how leniently it is read.
    places = [range(own.index(raw), own.index(raw) + len(raw)) for raw in (gm.raw, office.stamps.raw)]
    for what, octets in altering.octets(own, 60):
        at = next((n for n, pair in enumerate(zip(own, octets)) if pair[0] != pair[1]), len(own))
        if not any(at in place for place in places):
            yield f"signature, {what}", office.plain, (octets,), trust
    kept = updating.changed(updating.signed(office.plain, person.maker(stamper(office.stamps))), store(lists=[person.list()]))
    whole = office.archived(updating.signed(kept, gm.maker(), "S2"), AT + DAY)
    for what, octets in altering.octets(whole, 200):
        yield f"document, {what}", octets, (), trust


def alone(office):
    """The structure of one signature."""
    plain, person, gm = office.plain, Person(), Person("sm2")
    trust = office.trusted(person)
    office.trusted(gm)
    good = gm.sign(plain, **GM)
    yield "SM2", good, trust
    yield "SM2, types of RFC 5652", gm.sign(plain), trust
    yield "SM2, type of the content alone", gm.sign(plain, kind=GM_DATA), trust
    yield "SM2, stamped", gm.sign(plain, [stamper(office.stamps)], **GM), trust
    yield "SM2, another document", gm.sign(plain + b"x", **GM), trust
    yield "SM2, a document cut", gm.sign(plain[:-30], **GM), trust
    yield "SM2, content within", gm.sign(plain, enclosed=True, **GM), trust
    yield "SM2, an octet behind", good + b"\0", trust
    yield "SM2, cut", good[:-1], trust
    for at in (4, 60, len(good) // 2, len(good) - 60, len(good) - 3):
        yield f"SM2, octet {at} altered", good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :], trust
    yield "SM2, the value of another", gm.sign(plain, signature=Person("sm2").own.sign(b"x"), **GM), trust
    yield "SM2, by another digest", gm.sign(plain, hashed="sha256", **GM), trust
    yield "two", (good, person.sign(plain)), trust
    yield "two, one of another document", (good, person.sign(b"x")), trust
    yield "the same twice", (good, good), trust
    yield "no binding", person.sign(plain, bound=b""), trust
    yield "bound to another", person.sign(plain, bound=making.binding(gm.raw)), trust
    yield "no attributes", person.sign(plain, listed=[]), trust
    yield "of another type", person.sign(plain, kind="1.2.3.4"), trust
    yield "no certificate", person.sign(plain, given=[]), trust
    yield "a token", office.stamps.token(plain), trust
    yield "nothing", b"", trust
    yield "text", b"-----BEGIN PKCS7-----\n", trust
    yield "another structure", sequence(b"\2\1\1"), trust
    for kind in ("rsa2048", "pss2048", "SECP384R1", "ed25519", "ed448"):
        one = Person(kind)
        yield f"by {kind}", one.sign(plain), office.trusted(one)


def certified(office):
    """Who signed, and what is told of the certificate."""
    plain, stranger, middle = office.plain, Person("sm2"), Person(middle=FOR_ISSUER)
    trust = office.trusted(middle)
    yield "an unknown issuer", stranger.sign(plain, **GM), trust
    yield "an authority between", middle.sign(plain), trust
    yield "an authority between, not at hand", middle.sign(plain, given=[middle.raw]), trust
    middle_list = making.crl(middle.top, middle.root, AT + DAY, [(11, BEFORE, 1)])
    yield "an authority between, revoked", middle.sign(plain, crls=[middle_list]), trust
    for what, leaf in {
        "to encrypt": (usage(2),),
        "for servers": (usage(0), purposes("1.3.6.1.5.5.7.3.1")),
        "for stamps": (usage(0), purposes(making.STAMPING)),
        "an authority": FOR_ISSUER[:1] + (usage(0),),
    }.items():
        one = Person("sm2", leaf=leaf)
        yield f"certificate {what}", one.sign(plain, **GM), office.trusted(one)
    for kind in ("sm2", "SECP256R1"):
        one = Person(kind)
        trust, more = office.trusted(one), GM if kind == "sm2" else {}
        for name, stamps in {"": [], ", stamped": [stamper(office.stamps)]}.items():
            for what, raw in {
                "good": one.list(),
                "revoked before": one.list((BEFORE, 1)),
                "revoked after": one.list((AFTER, 1)),
                "revoked tomorrow": one.list((AT + 20 * DAY, 1)),
                "revoked, by another key": making.crl(one.issuer, stranger.root, AFTER, [(99, BEFORE, 1)]),
                "good, a response": other_info(one.response()),
                "revoked before, a response": other_info(one.response(making.revoked(BEFORE, 1))),
                "revoked after, a response": other_info(one.response(making.revoked(AFTER, 1))),
            }.items():
                yield f"{kind}, {what}{name}", one.sign(plain, stamps, crls=[raw], **more), trust
            for what, held in unsigned(one, stranger).items():
                yield f"{kind}, {what}, unsigned{name}", one.sign(plain, stamps, held=held, **more), trust


    one = Person("rsa2048")
    whole, trust = padded(one, plain, 1 << 20), office.trusted(one)
    yield "of 1 MiB", whole, trust
    yield "of 1 MiB, and an octet behind", whole + b"\0", trust
    yield "of more than 1 MiB", padded(one, plain, (1 << 20) + 1), trust


def padded(one, plain, size):
    """A signature of that size; those of RSA do not vary."""
    made = lambda more: one.sign(plain, held=[making.attribute("1.2.3.4", making.encode(4, bytes(more)))])
    half = size // 2
    return made(size - len(made(half)) + half)


def unsigned(one, stranger):
    """What may stand among the unsigned attributes."""
    values = revocation_values
    good, gone, later = one.list(), one.list((BEFORE, 1)), one.response(making.revoked(AFTER, 1))
    before = one.response(making.revoked(BEFORE, 1))
    return {
        "good": [values([good])],
        "a response": [values(responses=[one.response()])],
        "revoked before": [values([gone])],
        "revoked before, a response": [values(responses=[before])],
        "revoked after, a response": [values(responses=[later])],
        "good and revoked": [values([good], [before])],
        "good, and revoked in another": [values([good]), values(responses=[before])],
        "revoked, by another key": [values([making.crl(one.issuer, stranger.root, AFTER, [(99, BEFORE, 1)])])],
        "revoked, a response among the lists": [values([before])],
        "revoked, the last of 64": [values([good] * 63, [before])],
        "revoked, the last of 65": [values([good] * 64, [before])],
        "revoked, the last of 65 lists": [values([good] * 64 + [gone])],
        "revoked, behind too many": [values([good] * 65), values(responses=[before])],
        "nothing": [values()],
        "no values": [making.attribute("1.2.840.113549.1.9.16.2.24", b"\2\1\1")],
        "a response unwrapped too little": [making.attribute("1.2.840.113549.1.9.16.2.24", sequence(making.tagged(1, sequence(before))))],
    }


def dated(office):
    """Time stamps on signatures."""
    plain, one = office.plain, Person("sm2")
    trust, late = office.trusted(one), Person("sm2", ends=AT + DAY)
    office.trusted(late)
    sign = lambda *stamps: one.sign(plain, stamps, **GM)
    for at in (None, "2037-06-01T00:00:00Z"):
        yield "undated", sign(), trust, at
        yield "dated" + (", its stamp ended" if at else ""), sign(stamper(office.stamps)), trust, at
        yield "dated, long", sign(stamper(office.long)), trust, at
    yield "dated twice", sign(stamper(office.stamps, AT + DAY), stamper(office.long)), trust
    yield "stamp over other data", sign(office.stamps.token(b"x")), trust
    yield "stamp over the document", sign(office.stamps.token(plain)), trust
    yield "stamp that is none", sign(sequence(b"\2\1\1")), trust
    yield "stamp of nobody known", sign(stamper(Authority())), trust
    yield "stamp of nobody known, and one that holds", sign(stamper(Authority()), stamper(office.stamps)), trust
    yield "stamp from the future", sign(stamper(office.stamps, AT + 90 * DAY)), trust
    yield "certificate ended", late.sign(plain, **GM), trust
    yield "certificate ended, dated", late.sign(plain, [stamper(office.stamps)], **GM), trust
    yield "certificate ended, dated afterwards", late.sign(plain, [stamper(office.stamps, AT + 2 * DAY)], **GM), trust


def updated(office):
    """Documents that went on after they were signed beside."""
    inner, one = Person(), Person("sm2")
    trust = office.trusted(inner)
    office.trusted(one)
    over = lambda octets: (one.sign(octets, **GM),)
    plain, signed = office.plain, updating.signed(office.plain, inner.maker())
    archived = office.archived(signed, AT)
    kept = updating.changed(signed, store(lists=[inner.list()]))
    text = updating.changed(signed, lambda u: u.objects.update({4: signing.page_text(b"x")}))
    certified = updating.signed(plain, inner.maker(), "S1", None, updating.value(Reference=docmdp(1)))
    again = updating.signed(certified, inner.maker(), "S2")
    for what, octets, made in [
        ("then signed within", signed, over(plain)),
        ("signed within before", signed, over(signed)),
        ("then archived", archived, over(signed)),
        ("before both", archived, over(plain)),
        ("then a store", kept, over(signed)),
        ("then archived, without the last line end", archived, over(signed[:-1])),
        ("without the last line end", signed, over(signed[:-1])),
        ("without two octets", signed, over(signed[:-2])),
        ("then another text", text, over(signed)),
        ("after another text", text, over(text)),
        ("then signed where nothing is permitted", again, over(certified)),
        ("no signature within, then a store", updating.changed(plain, store(lists=[inner.list()])), over(plain)),
        ("no signature within, then another title", updating.changed(plain, lambda u: u.get(11).update(Title=b"b")), over(plain)),
        ("no signature within, then archived", office.archived(plain, AT), over(plain)),
        ("then archived and altered", archived[:200] + bytes([archived[200] ^ 1]) + archived[201:], over(signed)),
        ("a broken signature within", broken_within(plain, inner), over(plain)),
        ("then signed within, whole and part", signed, over(plain) + over(signed)),
    ]:
        yield what, octets, made, trust


def broken_within(plain, inner):
    return updating.signed(plain, lambda _: inner.sign(b"x"))


def packages(folder):
    """Names, packages with documents and signatures beside them, and trust."""
    office = Office(folder)
    one, other = Person("sm2"), Person()
    trust = office.trusted(one)
    office.trusted(other)
    over = lambda octets, **more: one.sign(octets, **GM, **more)
    inner = lambda octets: updating.signed(octets, other.maker(stamper(office.stamps)))
    beside = {
        "unsigned": lambda d: {"a.pdf": d},
        "signed within": lambda d: {"a.pdf": inner(d)},
        "signed beside": lambda d: {"a.pdf": d, "a.pdf.p7s": over(d)},
        "signed beside, dated": lambda d: {"a.pdf": d, "a.pdf.p7s": over(d, stamps=[stamper(office.stamps)])},
        "signed within and beside": lambda d: {"a.pdf": inner(d), "a.pdf.p7s": over(inner(d))},
        "signed beside, then within": lambda d: {"a.pdf": inner(d), "a.pdf.p7s": over(d)},
        "another document": lambda d: {"a.pdf": d, "a.pdf.p7s": over(b"x")},
        "altered": lambda d: {"a.pdf": d, "a.pdf.p7s": over(d)[:-1] + b"\0"},
        "an unknown issuer": lambda d: {"a.pdf": d, "a.pdf.p7s": Person("sm2").sign(d, **GM)},
        "revoked": lambda d: {"a.pdf": d, "a.pdf.p7s": over(d, crls=[one.list((BEFORE, 1))])},
        "none": lambda d: {"a.pdf": d, "a.pdf.p7s": b"x"},
        "two": lambda d: {"a.pdf": d, "a.pdf.p7s": over(d), "a.pdf.2.p7s": other.sign(d)},
        "two, the second of another document": lambda d: {"a.pdf": d, "a.pdf.p7s": over(d), "a.pdf.2.p7s": other.sign(b"x")},
        "a gap": lambda d: {"a.pdf": d, "a.pdf.p7s": over(d), "a.pdf.3.p7s": other.sign(b"x")},
        "the second alone": lambda d: {"a.pdf": d, "a.pdf.2.p7s": over(d)},
        "the sixteenth": lambda d: {"a.pdf": d, "a.pdf.16.p7s": over(d)},
        "the seventeenth": lambda d: {"a.pdf": d, "a.pdf.17.p7s": over(d)},
        "the first by number": lambda d: {"a.pdf": d, "a.pdf.1.p7s": over(d)},
        "a number with a nought": lambda d: {"a.pdf": d, "a.pdf.02.p7s": over(d)},
        "no document": lambda d: {"a.pdf": d, "b.pdf.p7s": over(d)},
        "a document of another name": lambda d: {"a": d, "a.p7s": over(d)},
        "a document of another name, numbered": lambda d: {"a": d, "a.2.p7s": over(d)},
        "two documents, one signed": lambda d: {"a.pdf": d, "b.pdf": d, "b.pdf.p7s": over(d)},
        "beside a signature": lambda d: {"a.pdf": d, "a.pdf.p7s": over(d), "a.pdf.p7s.2.p7s": over(d)},
    }
    for stamped in (True, False):
        for what, files in beside.items():
            whole = building.whole(office.stamps, CASE, stamped=stamped, change=with_documents(files))
            yield what + ("" if stamped else ", no delivery time"), whole, trust
    last = lambda d: {"a.pdf": office.archived(d, AT)}
    yield "archived alone", building.whole(office.stamps, CASE, change=with_documents(last)), trust
    yield from carried(office)


def carried(office):
    """Signatures whose stamps or certificates have ended since, under records made before and after that end."""
    brief, one, other, gone = Authority(ends=ENDED), Person("sm2"), Person(), Person("sm2", ends=ENDED)
    late, weak = Person("sm2", begins=ENDED), Person(hashed="sha224")
    office.folder.pool(brief.root_raw)
    for person in (other, gone, late, weak):
        office.trusted(person)
    trust = office.trusted(one)
    over = lambda octets, who=one, **more: {"a.pdf": octets, "a.pdf.p7s": who.sign(octets, **GM, **more)}
    within = lambda d: {"a.pdf": updating.signed(d, other.maker(stamper(brief)))}
    stamped = lambda d: over(d, stamps=[stamper(brief)])
    first, signature = "certificate/a.pdf", "certificate/a.pdf.p7s"
    for what, files, names in (
        ("its stamp ended", stamped, [signature]),
        ("its stamp ended, another covered", stamped, [first]),
        ("its stamp ended, both covered", stamped, [first, signature]),
        ("its stamp ended, one that lasts", lambda d: over(d, stamps=[stamper(brief), stamper(office.stamps)]), [signature]),
        ("a stamp of other data", lambda d: over(d, stamps=[brief.token(b"x")]), [signature]),
        ("a stamp of nobody known", lambda d: over(d, stamps=[stamper(Authority())]), [signature]),
        ("a stamp of later", lambda d: over(d, stamps=[stamper(office.stamps, AT + 5 * DAY)]), [signature]),
        ("undated, its certificate ended", lambda d: over(d, gone), [signature]),
        ("undated, its certificate ended, another covered", lambda d: over(d, gone), [first]),
        ("undated", over, [signature]),
        ("undated, its certificate not begun", lambda d: over(d, late), [signature]),
        ("undated, revoked before", lambda d: over(d, crls=[one.list((BEFORE, 1))]), [signature]),
        ("undated, revoked after", lambda d: over(d, crls=[one.list((AT + 3 * DAY, 1), made=AT + 4 * DAY)]), [signature]),
        ("another document", lambda d: over(d) | {"a.pdf": updating.changed(d, store())}, [first, signature]),
        ("signed within", within, [first]),
        ("signed within, not covered", within, ["seals/001/seal.json"]),
        ("signed within, undated", lambda d: {"a.pdf": updating.signed(d, other.maker())}, [first]),
        ("signed within, archived", lambda d: {"a.pdf": office.archived(within(d)["a.pdf"], AT, by=brief)}, [first]),
        ("archived alone", lambda d: {"a.pdf": office.archived(d, AT, by=brief)}, [first]),
        ("nobody signed", lambda d: {"a.pdf": d}, [first]),
        ("signed within and beside", lambda d: over(within(d)["a.pdf"], stamps=[stamper(brief)]), [signature]),
        ("signed within and beside, all covered", lambda d: over(within(d)["a.pdf"], stamps=[stamper(brief)]), [first, signature]),
    ):
        for when, at in (("in time", AT + 2 * DAY), ("too late", AT + 4 * DAY)):
            change = with_record(with_documents(files), office.long, names, at)
            yield f"carried {when}: {what}", building.whole(office.stamps, CASE, change=change), trust
    # SHA-224 ends with 2028; the stamps last.
    weakly = lambda d: {"a.pdf": d, "a.pdf.p7s": weak.sign(d, [stamper(office.long)])}
    inside = lambda d: {"a.pdf": updating.signed(d, weak.maker(stamper(office.long)))}
    archived = lambda d: {"a.pdf": office.archived(inside(d)["a.pdf"], AT, by=office.long)}
    other_thing = ["seals/001/seal.json"]
    for what, files, names in (
        ("not covered", weakly, other_thing),
        ("covered alone", weakly, [signature]),
        ("covered", weakly, [first, signature]),
        ("inside, not covered", inside, other_thing),
        ("inside, covered", inside, [first]),
        ("inside, archived", archived, other_thing),
    ):
        change = with_record(with_documents(files), office.long, names, AT + 2 * DAY)
        for at in (NOW, "2030-01-01T00:00:00Z"):
            yield f"by a weak digest, {what}", building.whole(office.long, CASE, change=change), trust, at
    change = with_record(with_documents(stamped), office.long, [signature], AT + 2 * DAY)
    for at in (BEFORE_RECORD, NEARLY):
        yield "carried after the time of verification", building.whole(office.stamps, CASE, change=change), trust, at
    nobody = with_record(with_documents(stamped), Authority(), [signature], AT + 2 * DAY)
    yield "carried by nobody", building.whole(office.stamps, CASE, change=nobody), trust
    yield "carried by nothing", building.whole(office.stamps, CASE, change=with_documents(stamped)), trust


def with_record(before, made, names, at):
    """A further change: an evidence record over members by name."""

    def change(members):
        files = before(members)
        own = records.record([records.stamp(made, [records.digests(files, names)], at)[0]])
        listed = altering.manifest(records.PAIR[1], {name: files[name] for name in names})
        ends = [name for name in files if name in (altering.LIST, altering.DELIVERY)]
        kept = {name: data for name, data in files.items() if name not in ends}
        return kept | {records.PAIR[0]: listed, records.PAIR[1]: own} | {name: files[name] for name in ends}

    return change


def with_documents(files):
    """A change of a package's members that puts documents with its own seal in them."""

    def change(members):
        attached = {"seal-001.json": members["seals/001/seal.json"], "manifest-001.json": members["seals/001/manifest.json"]}
        made = files(signing.document(attached=attached))
        ends = [name for name in members if name in ("manifest-sha256.txt", "META-INF/ASiCArchiveManifest.xml")]
        kept = {name: data for name, data in members.items() if name not in ends}
        return kept | {f"certificate/{name}": data for name, data in made.items()} | {name: members[name] for name in ends}

    return change
