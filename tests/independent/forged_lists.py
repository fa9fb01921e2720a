"""Status lists beside packages and documents: sound ones, and others that break one rule each."""

import json

import building
import forged_beside
import making
import signing
from building import CASE, LOG, OFFICE, OWN, Item, Noted, canonical
from digests import sha256
from forged import trust_json

LATER, BEFORE = "2026-11-25T08:00:00Z", "2026-11-22T11:59:59Z"
STANDINGS = ("issued", "explained", "corrected", "withdrawn")


def listed(number="H01", standing="issued", digests=(), **more):
    by = [] if standing == "issued" else [f"{CASE}-B01"]
    return {
        "amended_by": by,
        "id": f"{CASE}-{number}",
        "issued": "2026-11-24T08:00:00Z",
        "sha256": list(digests),
        "standing": standing,
    } | more


def note(text, *keys):
    return (f"{text}\n" + "".join(key.sign(text) for key in keys)).encode()


def made(*documents, keys=(OWN,), first="fidem-status/1", **more):
    """A list of documents, signed."""
    value = {"case": CASE, "created": LATER, "documents": list(documents), "format": "fidem-status/1", "office": OFFICE} | more
    value = {key: one for key, one in value.items() if one is not None}
    return note(f"{first}\n{canonical(value).decode()}\n", *keys)


def trusted(office, *keys):
    value = json.loads(trust_json(office.root_raw)) | {"logs": [{"key": key.line()} for key in keys]}
    return canonical(value).decode()


def cases(folder):
    """Names, subjects, the files handed in, and trust."""
    office = making.Authority()
    other = Noted(f"fidem/{'cd' * 16}", 1, 4)
    again = Noted(LOG, 1, 5)
    trust, plain = folder.put(trusted(office, OWN, other, again), ".json"), folder.pool(office.root_raw)
    both = [[Item("a", b"a")], [Item("b", b"b")]]
    attach = forged_beside.with_documents(lambda d: {"H01.pdf": d})
    package, bare = building.whole(office, both, change=attach), building.whole(office, both)
    document = member(package)
    mine = sha256(document).hex()
    for name, subject in {"package": package, "without documents": bare, "document": document}.items():
        for what, lists in lists_about(mine, other, again).items():
            yield f"{name}: {what}", subject, lists, trust
        yield f"{name}: a key nobody knows", subject, [made(listed(digests=[mine]))], plain
        yield f"{name}: a list and an item", subject, [made(listed(digests=[mine])), b"a"], trust
        yield f"{name}: all items", subject, [b"b", b"a"], trust
        yield f"{name}: a list and what is none", subject, [made(listed(digests=[mine])), b"fidem-status/1x\n"], trust
    no_seal = signing.document()
    yield "a document without seals", no_seal, [made(listed(digests=[sha256(no_seal).hex()]))], trust
    yield "a document cut", document[:-40], [made(listed(digests=[sha256(document[:-40]).hex()]))], trust
    yield "a token and a list", office.token(made(listed())), [made(listed())], trust
    yield "a token and another list", office.token(made(listed())), [made()], trust
    yield "a package of no case", building.whole(office, both, change=lambda m: without_seals(m)), [made(listed())], trust


def without_seals(members):
    return {name: data for name, data in members.items() if not name.startswith("seals/")}


def member(package):
    import container

    return container.members(package)[0]["certificate/H01.pdf"]


def lists_about(mine, other, again):
    """Lists by what is said of them."""
    good = made(listed(digests=[mine]))
    of = lambda standing, **more: made(listed(standing=standing, digests=["00" * 32, mine]), **more)
    return {
        "no list": [],
        **{standing: [of(standing)] for standing in STANDINGS},
        "two documents": [made(listed(digests=[mine]), listed("H02", "withdrawn", ["00" * 32]))],
        "the document twice": [made(listed(digests=[mine]), listed("H02", "withdrawn", [mine]))],
        "no documents": [made()],
        "another document": [made(listed(digests=["00" * 32]))],
        "two lists": [good, of("withdrawn", created="2026-11-26T08:00:00Z")],
        "two lists, the later first": [of("withdrawn", created="2026-11-26T08:00:00Z"), good],
        "two lists of one time": [good, of("corrected")],
        "two lists, the later of another case": [good, of("withdrawn", created="2026-11-26T08:00:00Z", case="x")],
        "two lists, the later broken": [good, of("withdrawn", created="2026-11-26T08:00:00Z")[:-9] + b"AAAAAAA=\n"],
        "of another case": [made(listed(digests=[mine]), case="x")],
        "of another office": [made(listed(digests=[mine]), office="cd" * 16, keys=(other,))],
        "of another office, by our key": [made(listed(digests=[mine]), office="cd" * 16)],
        "by another office": [made(listed(digests=[mine]), keys=(other,))],
        "by a further key of ours": [made(listed(digests=[mine]), keys=(again,))],
        "by both keys of ours": [made(listed(digests=[mine]), keys=(again, OWN))],
        "by one key, the other broken": [spoilt(made(listed(digests=[mine]), keys=(OWN, again)))],
        "by an unknown key": [made(listed(digests=[mine]), keys=(Noted(LOG, 1, 6),))],
        "by a witness": [made(listed(digests=[mine]), keys=(Noted("witness.example", 4, 6),))],
        "by nobody": [made(listed(digests=[mine]), keys=())],
        "before the seal": [made(listed(digests=[mine]), created=BEFORE)],
        "with the seal": [made(listed(digests=[mine]), created=building.TIME)],
        "altered": [good.replace(b"issued", b"issved", 1)],
        "the number altered": [good.replace(b"H01", b"H02")],
        "the signature altered": [spoilt(good)],
        "of another format": [made(listed(digests=[mine]), first="fidem-status/2")],
        "of another format within": [made(listed(digests=[mine]), format="fidem-status/2")],
        "a field too many": [made(listed(digests=[mine]), x=1)],
        "a field too few": [made(listed(digests=[mine]), case=None)],
        "a field too many of a document": [made(listed(digests=[mine], x=1))],
        "an unknown standing": [made(listed(digests=[mine], standing="fine"))],
        "digests in upper case": [made(listed(digests=[mine.upper()]))],
        "no digest": [made(listed())],
        "times that are none": [made(listed(digests=[mine], issued="x"), created="z")],
        "no canonical JSON": [note("fidem-status/1\n" + json.dumps({"case": CASE}) + "\n", OWN)],
        "a line more": [note("fidem-status/1\n{}\nx\n", OWN)],
        "the first line alone": [b"fidem-status/1\n"],
        "no text": [note("fidem-status/1\n", OWN)],
        "no signature lines": [good.split(b"\n\n")[0] + b"\n\n"],
        "not in UTF-8": [good.replace(b"H01", b"H\xff1")],
        "an empty line more": [good + b"\n"],
    }


def spoilt(octets):
    at = len(octets) - 12
    return octets[:at] + (b"B" if octets[at : at + 1] == b"A" else b"A") + octets[at + 1 :]
