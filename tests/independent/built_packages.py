"""Packages of every source class, several seals, and statements that are wrong in one place."""

import json

import archives
import building
import foreign_cases
from building import OWN, Item, Noted, edited, whole
from forged import trust_json
from making import Authority

CAPTURED = {"kind": "office-capture", "clean_check_passed": True, "device_of_office": True, "network": "office"}
ORIGINS = {
    "A": CAPTURED,
    "A-": CAPTURED | {"network": "other"},
    "B": {"kind": "on-site", "officers": ["甲", "乙"]},
    "C": {"kind": "on-site", "officers": ["甲", " 甲"]},
    "D": {"kind": "device", "device": "机", "signature_checked": True},
    "E": {"kind": "derived", "algorithm": "x", "raw_data_kept": True},
    "F": {"kind": "third-party-archive", "platform": "x"},
    "G": {"kind": "paper-scan", "compared": True, "pages": 2},
}


def packages(folder):
    made = Authority()
    witness, other = Noted("witness.example", 4, 9), Noted("other.example", 4, 10)
    value = json.loads(trust_json(made.root_raw)) | {
        "logs": [{"key": OWN.line()}],
        "offices": [{"id": building.OFFICE}],
        "witnesses": [{"key": witness.line(), "operator": "协会"}],
    }
    trust = folder.put(building.canonical(value).decode(), ".json")
    plain = folder.pool(made.root_raw)
    yield "two seals", whole(made, [[Item("a", b"a"), Item("空", b"")], [Item("b", b"b")]]), trust
    yield "two seals, log unknown", whole(made, [[Item("a", b"a")], [Item("b", b"b")]]), plain
    for what, more in {
        "no delivery time": {"stamped": False},
        "no delivery time, nothing after the seal": {"stamped": False, "tail": 0},
        "second revision": {"revision": 2},
        "witnessed": {"proofs": lambda seal: building.log_proof(seal, (OWN, witness))},
        "a witness nobody knows": {"proofs": lambda seal: building.log_proof(seal, (OWN, other))},
        "witnessed by both": {"proofs": lambda seal: building.log_proof(seal, (other, witness, OWN))},
        "witness broken": {"proofs": lambda seal: spoil(building.log_proof(seal, (OWN, witness)), -9)},
        "log broken": {"proofs": lambda seal: spoil(building.log_proof(seal, (OWN,)), -9)},
        "log of another key": {"proofs": lambda seal: building.log_proof(seal, (Noted(building.LOG, 1, 4),))},
        "witness alone": {"proofs": lambda seal: building.log_proof(seal, (witness,))},
        "log of one": {"proofs": lambda seal: building.log_proof(seal, others=0)},
        "log of another seal": {"proofs": lambda seal: building.log_proof(b"x")},
        "log with an extra line": {"proofs": lambda seal: building.log_proof(seal).replace(b"\nindex", b"\nextra AAAA\nindex")},
    }.items():
        yield what, whole(made, [[Item("a", b"a")]], **more), trust
    both = lambda members: (
        members | {"proofs/log/001-witnessed.tlog-proof": building.log_proof(members["seals/001/seal.json"], (OWN, witness), 3)}
    )
    yield "both proofs", whole(made, [[Item("a", b"a")]], change=both), trust
    broken = lambda members: members | {"proofs/log/001-witnessed.tlog-proof": b"x"}
    yield "both proofs, the later broken", whole(made, [[Item("a", b"a")]], change=broken), trust
    yield from classes(made, trust)
    yield from statements(made, trust)
    yield from captures(made, trust)


def spoil(octets, at):
    return octets[:at] + (b"A" if octets[at : at + 1] != b"A" else b"B") + octets[at + 1 :]


def classes(made, trust):
    for name, origin in ORIGINS.items():
        for stated in ORIGINS:
            yield f"{stated} of {name}", whole(made, [[Item("a", b"a", origin=origin, stated=stated)]]), trust
            if stated != name:
                lowered = Item("a", b"a", origin=origin, stated=stated, lowered=name)
                yield f"{stated} lowered from {name}", whole(made, [[lowered]]), trust
    for what, item in {
        "lowered to the same": Item("a", b"a", lowered="C"),
        "lowered from another": Item("a", b"a", origin=CAPTURED, stated="C", lowered="B"),
        "withheld": Item("a", b"a", withheld="密"),
        "an unknown origin": Item("a", b"a", origin={"kind": "x"}),
        "an origin with a field too many": Item("a", b"a", origin={"kind": "supplied-by-party", "x": 1}),
        "an origin without a field": Item("a", b"a", origin={"kind": "device", "device": "机"}),
        "a field too many": Item("a", b"a", x="x"),
        "another number": Item("a", b"a", number=7),
        "another case": Item("a", b"a", case="x"),
        "another member": Item("a", b"a", member="evidence/x"),
        "an unknown class": Item("a", b"a", stated="H"),
        "facts of all kinds": Item(
            "a",
            b"a",
            facts={
                "origin": {"kind": "supplied-by-party"},
                "carrier": {"sealed": True},
                "original": {"available_in_court": "yes"},
            },
        ),
        "a negative batch": Item("a", b"a", batch=-1),
        "batch 0": Item("a", b"a", batch=0),
        "another time": Item("a", b"a", times={"fingerprinted": "2026-11-22", "received": building.TIME}),
        "no such day": Item("a", b"a", times={"fingerprinted": "2026-02-30T00:00:00Z", "received": building.TIME}),
        "a note": Item("a", b"a", notes=["same-content"]),
        "another note": Item("a", b"a", notes=["x"]),
        "octets of the name": Item("a", b"a", name_bytes="ff"),
        "octets of the name, no hex": Item("a", b"a", name_bytes="FF"),
    }.items():
        yield what, whole(made, [[item]]), trust


def statements(made, trust):
    both = [[Item("a", b"a"), Item("b", b"b")]]
    for what, more in {
        "seal: another root": {"root": "00" * 32},
        "seal: another size": {"size": 6},
        "seal: an odd size": {"size": 3},
        "seal: another manifest": {"manifest": {"sha256": "00" * 32, "sm3": "00" * 32}},
        "seal: another case": {"case": "x"},
        "seal: another number": {"seal": 2},
        "seal: a demonstration": {"demonstration": True},
        "seal: another format": {"format": "fidem-seal/2"},
        "seal: another time": {"time": "x"},
        "seal: a name of 2,000 octets": {"office": {"id": building.OFFICE, "name": "x" * 2000}},
        "seal: a field too many": {"x": "x"},
        "seal: another state of the journal": {"journal": {"entries": 7, "head": "00" * 32}},
    }.items():
        yield what, whole(made, both, seal_more=more), trust
    link = lambda **more: lambda value: value | {"links": [value["links"][0] | more, *value["links"][1:]]}
    for what, member, edit in [
        ("another case in the extract", "journal.json", lambda v: v | {"case": "x"}),
        ("an extract that begins later", "journal.json", lambda v: v | {"before": 6}),
        ("an extract from another state", "journal.json", lambda v: v | {"before_hash": "00" * 32}),
        ("an extract cut before the seal", "journal.json", lambda v: v | {"links": v["links"][:1]}),
        ("an extract that ends with the seal", "journal.json", lambda v: v | {"links": v["links"][:2]}),
        ("a link of both kinds", "journal.json", link(entry="x", sha256="00" * 32)),
        ("an empty link", "journal.json", lambda v: v | {"links": [{}, *v["links"]]}),
        ("another format of the extract", "journal.json", lambda v: v | {"format": "fidem-journal-extract/2"}),
        ("revision 0", "revision.json", lambda v: v | {"number": 0}),
        ("revision 2 without the one before", "revision.json", lambda v: v | {"number": 2}),
        ("revision 1 with one before", "revision.json", lambda v: v | {"previous": "00" * 32}),
        ("a revision of another case", "revision.json", lambda v: v | {"case": "x"}),
        ("a revision without a time", "revision.json", lambda v: v | {"created": ""}),
    ]:
        yield what, whole(made, both, change=edited(member, edit)), trust
    for what, change in {
        "a file altered": lambda m: m | {"evidence/0001-a": b"x"},
        "a file left out": lambda m: {n: d for n, d in m.items() if n != "evidence/0002-b"},
        "a record altered": lambda m: (
            m | {"seals/001/items/0001.json": m["seals/001/items/0001.json"].replace(b"text/plain", b"text/html")}
        ),
        "a manifest altered": lambda m: (
            m | {"seals/001/manifest.json": m["seals/001/manifest.json"].replace(b"evidence/0001-a", b"evidence/0001-b")}
        ),
        "no journal": lambda m: {n: d for n, d in m.items() if n != "journal.json"},
        "no revision": lambda m: {n: d for n, d in m.items() if n != "revision.json"},
        "no delivery list": lambda m: {n: d for n, d in m.items() if "Archive" not in n},
        "neither revision nor delivery list": lambda m: {
            n: d for n, d in m.items() if "Archive" not in n and n != "revision.json"
        },
        "journal not canonical": lambda m: m | {"journal.json": m["journal.json"] + b"\n"},
        "a file in captures": lambda m: m | {"captures/x": b"x"},
        "a third seal without the second": lambda m: m | {"seals/003/seal.json": m["seals/001/seal.json"]},
        "a receipt that is none": lambda m: m | {"certificate/x.pdf": b"%PDF-1.7\n"},
    }.items():
        yield what, whole(made, both, change=change), trust


def captures(made, trust):
    """Web archives as items: ours, of an office capture, of a party."""
    origins = {"A": CAPTURED, "C": {"kind": "supplied-by-party"}}
    for what, octets in archives.cases():
        for stated, origin in origins.items():
            item = Item("a.wacz", octets, "application/wacz", origin, stated)
            yield f"capture of class {stated}: {what}", whole(made, [[item]]), trust
    for what, octets in foreign_cases.samples():
        for stated, origin in origins.items():
            item = Item("a.wacz", octets, "application/wacz", origin, stated)
            yield f"archive of others of class {stated}: {what}", whole(made, [[item]]), trust
    named = Item("a.bin", archives.whole(), "application/octet-stream")
    yield "an archive of another name", whole(made, [[named]]), trust
