"""Whole packages built from the pages alone: items, records, manifests, seals, tokens, log proofs, journal, revision."""

import base64
import hashlib
import json

from cryptography.hazmat.primitives.asymmetric import ed25519

import altering
import trees
from digests import sha256
from making import AT, DAY

CASE, TIME, OFFICE = "(2026)保全字第0009号", "2026-11-22T12:00:00Z", "ab" * 16
LOG = f"fidem/{OFFICE}"


def canonical(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def key_id(name, kind, key):
    return sha256(name.encode() + b"\n" + bytes([kind]) + key)[:4]


class Noted:
    """A key of the log (kind 1) or of a witness (kind 4)."""

    def __init__(self, name, kind, seed):
        self.name, self.kind = name, kind
        self.secret = ed25519.Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        self.key = self.secret.public_key().public_bytes_raw()
        self.id = key_id(name, kind, self.key)

    def line(self):
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([self.kind]) + self.key).decode()}"

    def sign(self, text, at=1_795_700_000):
        if self.kind == 1:
            body = self.secret.sign(text.encode())
        else:
            body = at.to_bytes(8) + self.secret.sign(f"cosignature/v1\ntime {at}\n{text}".encode())
        return f"— {self.name} {base64.b64encode(self.id + body).decode()}\n"


OWN = Noted(LOG, 1, 3)


def log_proof(seal, signers=(OWN,), others=2):
    """A proof for the last entry of a log with `others` before it."""
    leaves = [sha256(b"\0" + bytes([n]) * 32) for n in range(others)] + [sha256(b"\0" + sha256(seal))]
    path = way(leaves, others)
    text = f"{LOG}\n{len(leaves)}\n{base64.b64encode(trees.root(leaves)).decode()}\n"
    lines = "".join(base64.b64encode(one).decode() + "\n" for one in path)
    return (f"c2sp.org/tlog-proof@v1\nindex {others}\n{lines}\n{text}\n" + "".join(one.sign(text) for one in signers)).encode()


def way(level, index):
    """The path of a leaf (RFC 6962 §2.1.1)."""
    found = []
    while len(level) > 1:
        beside = index ^ 1
        if beside < len(level):
            found.append(level[beside])
        pairs = [trees.node(a, b) for a, b in zip(level[::2], level[1::2])]
        level, index = pairs + level[len(pairs) * 2 :], index // 2
    return found


class Item:
    """One file with its record."""

    def __init__(self, name, content, media="text/plain", origin=None, stated="C", lowered=None, withheld=None, **more):
        self.name, self.content, self.media, self.withheld = name, content, media, withheld
        self.origin, self.stated, self.lowered, self.more = origin or {"kind": "supplied-by-party"}, stated, lowered, more

    def record(self, number):
        self.number, self.member = number, f"evidence/{number:04}-{self.name}"
        value = {
            "batch": 1,
            "case": CASE,
            "class": self.stated,
            "content": trees.of(self.content),
            "facts": {"origin": self.origin},
            "format": "fidem-item/1",
            "media_type": self.media,
            "member": self.member,
            "name": self.name,
            "notes": [],
            "number": number,
            "original_path": self.name,
            "times": {"fingerprinted": TIME, "received": TIME},
        }
        if self.lowered:
            value["lowered"] = {"from": self.lowered, "reason": "原因"}
        if self.withheld:
            value["withheld"] = self.withheld
        return canonical(value | self.more)


def nonce(number, part):
    return hashlib.sha256(f"{number} {part}".encode()).digest()[:16].hex()


def sealed(number, items, first, journal, more=None):
    """The members of one seal, and its statement."""
    folder, files, entries, leaves = f"seals/{number:03}/", {}, [], []
    for offset, item in enumerate(items):
        record = item.record(first + offset)
        member = f"{folder}items/{item.number:04}.json"
        entry = {
            "content": trees.of(item.content),
            "content_nonce": nonce(item.number, "c"),
            "member": item.member,
            "number": item.number,
            "record": trees.of(record),
            "record_member": member,
            "record_nonce": nonce(item.number, "r"),
        }
        entries.append(entry | ({"withheld": item.withheld} if item.withheld else {}))
        leaves += [trees.leaf(entry["content"], entry["content_nonce"]), trees.leaf(entry["record"], entry["record_nonce"])]
        files[member] = record
    manifest = canonical(
        {"case": {"id": "cd" * 16, "number": CASE}, "format": "fidem-manifest/1", "items": entries, "seal": number}
    )
    facts = trees.of(manifest)
    seal = canonical(
        {
            "case": CASE,
            "format": "fidem-seal/1",
            "journal": journal,
            "manifest": {n: facts[n] for n in ("sha256", "sm3")},
            "office": {"id": OFFICE, "name": "某公证处"},
            "root": trees.root(leaves).hex(),
            "seal": number,
            "size": len(leaves),
            "time": TIME,
        }
        | (more or {})
    )
    return {folder + "seal.json": seal, folder + "manifest.json": manifest} | files, seal


def whole(made, seals, revision=1, stamped=True, proofs=None, tail=1, change=None, seal_more=None):
    """A whole package of some seals, each a list of items; `change` alters the members before they are listed."""
    files, evidence, pairs, logged = {}, {}, {}, {}
    entries = [canonical({"n": n}).decode() for n in range(len(seals) * 2 + tail)]
    heads, here = [], sha256(b"before")
    for entry in entries:
        here = sha256(here + sha256(entry.encode()))
        heads.append(here.hex())
    first = 1
    for number, items in enumerate(seals, 1):
        journal = {"entries": 5 + number * 2, "head": heads[number * 2 - 1]}
        own, seal = sealed(number, items, first, journal, seal_more)
        first += len(items)
        files |= own
        evidence |= {item.member: item.content for item in items if not item.withheld}
        token = f"META-INF/timestamp{number:03}.tst"
        manifest = altering.manifest(token, {f"seals/{number:03}/seal.json": seal})
        pairs |= {f"META-INF/ASiCManifest{number:03}.xml": manifest, token: made.token(manifest)}
        logged[f"proofs/log/{number:03}.tlog-proof"] = log_proof(seal) if proofs is None else proofs(seal)
    extract = canonical(
        {
            "before": 5,
            "before_hash": sha256(b"before").hex(),
            "case": CASE,
            "format": "fidem-journal-extract/1",
            "links": [{"entry": one} if n % 2 else {"sha256": sha256(one.encode()).hex()} for n, one in enumerate(entries)],
        }
    )
    previous = {"previous": "00" * 32} if revision > 1 else {}
    own = {"case": CASE, "created": TIME, "format": "fidem-revision/1", "number": revision} | previous
    members = (
        {"mimetype": b"application/vnd.etsi.asic-e+zip"}
        | files
        | evidence
        | logged
        | {"journal.json": extract, "revision.json": canonical(own)}
        | pairs
    )
    members |= {altering.LIST: b"", altering.DELIVERY: b""}
    members = altering.relisted(members if change is None else change(members))
    if stamped and altering.DELIVERY in members:
        members["META-INF/timestamp-delivery.tst"] = made.token(members[altering.DELIVERY], more={"at": AT + DAY})
    return altering.zipped({name: data for name, data in members.items() if data is not None})


def edited(member, edit):
    """A change of one statement: `edit` gives the fields that are other, or the whole value."""

    def change(members):
        value = json.loads(members[member])
        return members | {member: canonical(edit(value))}

    return change
