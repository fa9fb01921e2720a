"""Documents signed soundly, and others whose signature, certificates, revocation data or times break one rule each."""

import making
import signing
import updating
from forged import pem, trust_json
from forged_revocations import revocations, stamps_revoked
from making import AT, DAY, FOR_ISSUER, Authority, attribute, basic, extension, purposes, sequence, usage
from pdf import Name
from signing import Office, Person, stamper, store

LATE, LATER = "2028-12-01T00:00:00Z", "2037-06-01T00:00:00Z"


def documents(folder):
    """Names, documents, trust and time of verification, which may be absent."""
    office = Office(folder)
    for part in (revocations, stamps_revoked, times, structures, certificates, dictionaries, permissions):
        for what, octets, trust, *at in part(office):
            yield f"{part.__name__.replace('_', ' ')}: {what}", octets, trust, *at


def times(office):
    """Stamps that end, and stamps above them."""
    for kind in ("SECP256R1", "rsa2048"):
        person = Person(kind)
        trust = office.trusted(person)
        short = Authority(kind, ends=AT + 400 * DAY)
        office.trusted(short)
        plain = updating.signed(office.plain, person.maker())
        own = updating.signed(office.plain, person.maker(stamper(short)))
        first = office.archived(own, AT + 300 * DAY, by=short)
        for what, octets in {
            "no stamp": plain,
            "own stamp": own,
            "own stamp, long": updating.signed(office.plain, person.maker(stamper(office.long))),
            "two stamps": updating.signed(office.plain, person.maker(stamper(short), stamper(office.long, AT + DAY))),
            "archived by one that ended": first,
            "archived in time": office.archived(own, AT + 300 * DAY, by=office.long),
            "archived too late": office.archived(own, AT + 500 * DAY, by=office.long),
            "archived twice": office.archived(first, AT + 350 * DAY, "U", office.long),
            "archived twice, the second too late": office.archived(first, AT + 450 * DAY, "U", office.long),
            "archived alone": office.archived(plain, AT + 300 * DAY, by=office.long),
            "an archive stamp alone": office.archived(office.plain, AT, by=short),
        }.items():
            for at in (None, LATE, LATER):
                yield f"{kind}, {what}", octets, trust, at
    ended, young = Person(ends=AT - DAY), Person(begins=AT + DAY)
    for what, person in {"ended before": ended, "not begun": young}.items():
        trust = office.trusted(person)
        yield what, updating.signed(office.plain, person.maker()), trust
        yield f"{what}, stamped", updating.signed(office.plain, person.maker(stamper(office.stamps))), trust
    yield "stamped tomorrow", updating.signed(office.plain, person.maker(stamper(office.stamps, AT + 30 * DAY))), trust


def structures(office):
    """The CMS itself."""
    person, other = Person(), Person()
    trust = office.trusted(person)
    office.trusted(other)
    bound = making.binding
    when = attribute("1.2.840.113549.1.9.5", making.time(AT))
    shield = lambda name, algorithm: attribute(
        "1.2.840.113549.1.9.52", sequence(making.digest_algorithm(name), making.tagged(1, algorithm[2:]))
    )
    makers = {
        "sound": person.maker(),
        "no binding": person.maker(bound=b""),
        "bound by version 1": person.maker(bound=bound(person.raw, 1)),
        "bound by SHA-512": person.maker(bound=bound(person.raw, hashed="sha512")),
        "bound by an unknown digest": person.maker(
            bound=attribute("1.2.840.113549.1.9.16.2.47", sequence(sequence(sequence(making.algorithm("1.2.3"), b"\4\1x"))))
        ),
        "signing time": person.maker(more=[when]),
        "signing time twice": person.maker(more=[attribute("1.2.840.113549.1.9.5", making.time(AT), making.time(AT + DAY))]),
        "an unknown attribute": person.maker(more=[attribute("1.2.3.4", b"\5\0")]),
        "algorithms protected": person.maker(more=[shield("sha256", person.own.algorithm)]),
        "algorithms protected, others": person.maker(more=[shield("sha512", person.own.algorithm)]),
        "no signed attributes": person.maker(listed=[]),
        "content enclosed": person.maker(enclosed=True),
        "of another type": person.maker(kind="1.2.3.4"),
        "as a token": person.maker(kind="1.2.840.113549.1.9.16.1.4"),
        "of another person's certificate": person.maker(given=[other.raw]),
        "two certificates": person.maker(given=[other.raw, person.raw]),
        "version 3": person.maker(version=3),
        "digest of another length": person.maker(hashed="sha512"),
        "value of another key": lambda content: person.sign(content, signature=other.own.sign(b"x")),
        "over another document": lambda content: person.sign(b"x"),
        "no structure": lambda content: b"",
        "another structure": lambda content: sequence(b"\2\1\1"),
        "stamp over other data": person.maker(office.stamps.token(b"x")),
        "stamp that is none": person.maker(sequence(b"\2\1\1")),
        "stamp of nobody known": person.maker(stamper(Authority())),
        "stamp of nobody known, and one that holds": person.maker(stamper(Authority()), stamper(office.stamps)),
        "two stamps": person.maker(stamper(office.stamps, AT + DAY), stamper(office.stamps)),
    }
    for what, make in makers.items():
        for kind in ("ETSI.CAdES.detached", "adbe.pkcs7.detached"):
            yield f"{what}, {kind}", updating.signed(office.plain, make, signature=updating.value(kind)), trust
    for kind in ("rsa2048", "rsa3072", "pss2048", "SECP384R1", "SECP521R1", "BrainpoolP256R1", "ed25519", "ed448", "sm2"):
        one = Person(kind)
        yield f"by {kind}", updating.signed(office.plain, one.maker()), office.trusted(one)
    gm = Person("sm2")
    make = gm.maker(kind=signing.GM_DATA, outer=signing.GM_SIGNED)
    yield "by SM2, types of GB/T 35275", updating.signed(office.plain, make), office.trusted(gm)
    unknown = Person("ed448", leaf=(usage(2),))
    yield "by an unknown algorithm, a key that encrypts", updating.signed(office.plain, unknown.maker()), office.trusted(unknown)


def certificates(office):
    """What the certificate and those above it must be."""
    mail, servers, responder = "1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.9"
    leaves = {
        "bare": (),
        "to sign": (usage(0),),
        "to commit": (usage(1),),
        "to encrypt": (usage(2, 3),),
        "an authority": (basic(True), usage(0)),
        "for documents": (usage(0), purposes("1.3.6.1.5.5.7.3.36")),
        "for mail": (usage(0), purposes(mail)),
        "for clients and servers": (usage(0), purposes("1.3.6.1.5.5.7.3.2", servers)),
        "for servers": (usage(0), purposes(servers)),
        "for stamps": (usage(0), purposes(making.STAMPING)),
        "for any": (usage(0), purposes("2.5.29.37.0")),
        "for documents, by vendors": (usage(0), purposes("1.2.840.113583.1.1.5")),
        "for responses": (usage(0), purposes(responder)),
        "for responses and mail": (usage(0), purposes(responder, mail)),
        "an unknown critical extension": (usage(0), extension("1.2.3", b"\5\0", True)),
        "usage malformed": (extension("2.5.29.15", b"\5\0"),),
    }
    for what, leaf in leaves.items():
        person = Person(leaf=leaf)
        yield what, updating.signed(office.plain, person.maker()), office.trusted(person)
    middles = {
        "authority for mail": (*FOR_ISSUER, purposes(mail)),
        "authority for servers": (*FOR_ISSUER, purposes(servers)),
        "authority for stamps": (*FOR_ISSUER, purposes(making.STAMPING)),
        "authority for responses": (*FOR_ISSUER, purposes(responder)),
        "authority for something": (*FOR_ISSUER, purposes("1.2.3.4")),
        "authority that is none": (basic(False), usage(0)),
        "authority of a length": (basic(True, 0), usage(5)),
    }
    for what, middle in middles.items():
        person = Person(middle=middle)
        yield what, updating.signed(office.plain, person.maker()), office.trusted(person)
    person = Person(middle=FOR_ISSUER)
    trust = office.trusted(person)
    alone = updating.signed(office.plain, person.maker(given=[person.raw]))
    yield "no authority at hand", alone, trust
    yield "the authority in DSS", updating.changed(alone, store(certs=[person.middle_raw])), trust
    bare = updating.signed(office.plain, person.maker(given=[person.middle_raw]))
    yield "the signer's in DSS alone", updating.changed(bare, store(certs=[person.raw])), trust
    yield "the authority in trust", alone, office.folder.put(pem(person.root_raw, person.middle_raw))
    yield "nobody trusted", alone, office.folder.put(pem(Authority().root_raw))
    for what, more in {
        "a root for signatures": {"kind": "signature-root"},
        "a root for time stamps": {},
        "a root for signatures, not yet": {"kind": "signature-root", "valid_from": "2027-01-01T00:00:00Z"},
        "a root for signatures, no more": {"kind": "signature-root", "valid_to": "2026-11-23T00:00:00Z"},
    }.items():
        kept = office.folder.put(trust_json(person.root_raw, **more), ".json")
        yield what, updating.signed(office.plain, person.maker()), kept
        yield f"{what}, stamped by it", updating.signed(office.plain, person.maker(stamper(office.stamps))), kept
    own = office.folder.put(pem(person.raw))
    yield "the certificate itself trusted", alone, own
    short = Person(root_ends=AT + DAY)
    office.trusted(short)
    yield "root ended", updating.signed(office.plain, short.maker()), trust
    yield "root ended, stamped", updating.signed(office.plain, short.maker(stamper(office.stamps))), trust


def dictionaries(office):
    """What is signed, and where its value stands."""
    person = Person()
    trust, value = office.trusted(person), updating.value
    spans = {
        "sound": lambda a, b, end: [0, a, b, end - b],
        "not from the start": lambda a, b, end: [1, a - 1, b, end - b],
        "part of the file": lambda a, b, end: [0, a, b, end - b - 40],
        "without the last line end": lambda a, b, end: [0, a, b, end - b - 1],
        "a gap before": lambda a, b, end: [0, a - 20, b, end - b],
        "a gap behind": lambda a, b, end: [0, a, b + 20, end - b - 20],
        "inside the brackets": lambda a, b, end: [0, a + 1, b - 1, end - b + 1],
    }
    for what, span in spans.items():
        yield f"range: {what}", updating.signed(office.plain, person.maker(), span=span), trust
    fill = 2 * updating.ROOM
    for what, written in {
        "upper case": lambda digits: digits.upper().ljust(fill, b"0"),
        "padded with ones": lambda digits: digits.ljust(fill, b"1"),
        "white space": lambda digits: digits.ljust(fill - 1, b"0") + b"\n",
        "an odd digit": lambda digits: digits.ljust(fill - 1, b"0") + b" ",
        "no digit": lambda digits: digits.ljust(fill - 2, b"0") + b"zz",
        "empty": lambda digits: b" " * fill,
    }.items():
        yield f"contents: {what}", updating.signed(office.plain, person.maker(), written=written), trust
    for what, signature in {
        "no type": value(kind="Sig", Type=None),
        "of the type of a stamp": value(kind="DocTimeStamp"),
        "an unknown filter": value("adbe.x509.rsa_sha1"),
        "no filter": value(SubFilter=None),
        "another filter of signatures": value(Filter=Name("X")),
        "a reason": value(Reason=b"x", M=b"D:20261122120000Z", Name=b"a"),
    }.items():
        yield what, updating.signed(office.plain, person.maker(), signature=signature), trust
    yield "a value that is no object", nested(office.plain, person), trust
    one = updating.signed(office.plain, person.maker())
    yield "moved to another field", updating.changed(one, moved), trust
    yield (
        "field taken away",
        updating.changed(one, lambda u: u.catalog["AcroForm"].update(Fields=u.catalog["AcroForm"]["Fields"][:1])),
        trust,
    )
    yield "form taken away", updating.changed(one, lambda u: u.catalog.pop("AcroForm")), trust
    yield "an octet altered", one[:200] + bytes([one[200] ^ 1]) + one[201:], trust
    yield "cut off", one[: len(one) // 2], trust
    yield "octets behind", one + b"x", trust
    yield "lines behind", one + b"\n\n", trust


def nested(plain, person):
    """The signature dictionary within its field."""
    update = updating.Update(plain)
    updating.field(update, "S1", updating.value())
    return updating.filled(update.write(), person.maker())


def moved(update):
    """A second field with the value of the first."""
    first = update.file.get(update.catalog["AcroForm"]["Fields"][-1])
    updating.field(update, "S2", first["V"])


def docmdp(permission, method="DocMDP"):
    parameters = {"Type": Name("TransformParams"), "P": permission, "V": Name("1.2")}
    return [{"Type": Name("SigRef"), "TransformMethod": Name(method), "TransformParams": parameters}]


def permissions(office):
    """DocMDP of each level, with what may and may not follow."""
    person, second = Person(), Person()
    trust = office.trusted(person)
    office.trusted(second)
    for name, reference in {
        "none": None,
        **{f"P {level}": docmdp(level) for level in (1, 2, 3)},
        "P absent": [{"Type": Name("SigRef"), "TransformMethod": Name("DocMDP"), "TransformParams": {}}],
        "no parameters": [{"Type": Name("SigRef"), "TransformMethod": Name("DocMDP")}],
        "FieldMDP": docmdp(1, "FieldMDP"),
        "two references": docmdp(2) + docmdp(1),
    }.items():
        certified = updating.value(**({"Reference": reference} if reference else {}))
        perms = lambda update, made: update.catalog.update(Perms={"DocMDP": update.objects[made[0]]["V"]})
        one = updating.signed(office.plain, person.maker(), signature=certified, change=perms)
        yield f"{name}, nothing after", one, trust
        yield f"{name}, signed again", updating.signed(one, second.maker(), name="S2"), trust
        yield f"{name}, archived", office.archived(one, AT), trust
        yield f"{name}, a store", updating.changed(one, store(lists=[person.list()])), trust
        yield f"{name}, annotated", updating.changed(one, annotated), trust
        yield f"{name}, another text", updating.changed(one, lambda u: u.objects.update({4: signing.page_text(b"x")})), trust
        yield f"{name}, a signature typed as a stamp", disguised(one, second), trust
        yield f"{name}, archived and signed again", updating.signed(office.archived(one, AT), second.maker(), name="S2"), trust
        yield f"{name}, an empty field signed", updating.signed(one, second.maker(), change=into_empty), trust
    late = updating.signed(
        updating.signed(office.plain, second.maker()), person.maker(), "S2", None, updating.value(Reference=docmdp(1))
    )
    yield "P 1 in the second", late, trust
    yield "P 1 in the second, signed again", updating.signed(late, second.maker(), name="S3"), trust


def annotated(update):
    update.get(update.page)["Annots"].append(
        update.add({"Type": Name("Annot"), "Subtype": Name("Text"), "Rect": [0, 0, 9, 9], "Contents": b"x"})
    )


def disguised(octets, person):
    return updating.signed(octets, person.maker(), name="T", signature=updating.value(kind="DocTimeStamp"))


def into_empty(update, made):
    """The value goes to the field that stood empty, and the new one is not."""
    update.get(10)["V"] = update.objects.pop(made[0])["V"]
    update.next -= 1
    update.catalog["AcroForm"]["Fields"].remove(made)
    update.get(update.page)["Annots"].remove(made)
