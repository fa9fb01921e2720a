"""Tokens that break one rule each, of every kind of key, under trust files with conditions."""

import base64
import hashlib
import json
import pathlib
from datetime import timedelta

import making
from making import (
    AT,
    DAY,
    FOR_ISSUER,
    FOR_STAMPS,
    STAMPING,
    Authority,
    basic,
    certificate,
    extension,
    oid,
    purposes,
    sequence,
    tagged,
    usage,
)

DATA = b"data"
KINDS = [
    "rsa2048",
    "rsa3072",
    "pss3072",
    "SECP256R1",
    "SECP384R1",
    "SECP521R1",
    "BrainpoolP256R1",
    "BrainpoolP384R1",
    "BrainpoolP512R1",
    "SECP256K1",
    "SECP224R1",
    "ed25519",
    "ed448",
    "sm2",
    "rsa1024",
]


def pem(*raws):
    return "".join(f"-----BEGIN CERTIFICATE-----\n{base64.encodebytes(raw).decode()}-----END CERTIFICATE-----\n" for raw in raws)


def trust_json(raw, **more):
    entry = {
        "certificate": base64.b64encode(raw).decode(),
        "exceptions": [],
        "kind": "tsa-root",
        "licence": "",
        "name": "Root",
        "operator": "",
        "policies": [],
        "sha256": hashlib.sha256(raw).hexdigest(),
        "source": "",
    }
    top = {name: more.pop(name) for name in ("algorithms", "chains") if name in more}
    value = {
        "date": "2026-11-22",
        "format": "fidem-trust/1",
        "logs": [],
        "offices": [],
        "roots": [entry | more],
        "serial": 1,
    } | top
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


class Folder:
    """Where trust files lie for the program."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def pool(self, raw):
        """The file of all roots that need no conditions, this one among them."""
        path = self.folder / "roots.pem"
        with path.open("a") as file:
            file.write(pem(raw))
        return str(path)

    def put(self, text, suffix=".pem"):
        path = self.folder / f"trust-{len(list(self.folder.iterdir()))}{suffix}"
        path.write_text(text)
        return str(path)

    def keep(self, octets, suffix=""):
        """A file that is given beside a subject; the same octets are the same file."""
        path = self.folder / f"beside-{hashlib.sha256(octets).hexdigest()}{suffix}"
        path.write_bytes(octets)
        return str(path)


def altered(folder):
    """A token of which one tag, or what looks like one, is another."""
    made = Authority()
    trust, token = folder.pool(made.root_raw), made.token(DATA)
    for at, octet in enumerate(token):
        for bit in (0, 4, 7) if octet in (0x02, 0x04, 0x06, 0x30, 0x31, 0xA0) else ():
            yield f"bit {bit} of {at}", token[:at] + bytes([octet ^ 1 << bit]) + token[at + 1 :], trust


def tokens(folder):
    """Names, tokens, and the trust that judges them."""
    yield from by_kind(folder)
    yield from leaves(folder)
    yield from middles(folder)
    yield from long_paths(folder)
    yield from contents(folder)
    yield from conditions(folder)
    yield from revocations(folder)


def by_kind(folder):
    for kind in KINDS:
        hashed = {
            "SECP384R1": "sha384",
            "BrainpoolP384R1": "sha384",
            "SECP521R1": "sha512",
            "BrainpoolP512R1": "sha512",
            "ed25519": "sha512",
            "ed448": "sha512",
            "sm2": "sm3",
        }.get(kind, "sha256")
        made = Authority(kind, hashed)
        trust = folder.pool(made.root_raw)
        good = made.token(DATA)
        yield f"kind {kind}", good, trust
        yield f"kind {kind}, signature altered", good[:-3] + bytes([good[-3] ^ 1]) + good[-2:], trust
        if kind.startswith("ed") or kind == "sm2":
            yield f"kind {kind}, digest SHA-256", made.token(DATA, hashed="sha256"), trust
        if kind == "ed448":
            yield f"kind {kind}, SHAKE256", made.token(DATA, named=making.algorithm("1.3.101.113", making.NULL)), trust
    rsa = Authority("rsa2048")
    trust = folder.pool(rsa.root_raw)
    yield "rsaEncryption", rsa.token(DATA, named=making.algorithm("1.2.840.113549.1.1.1", making.NULL)), trust
    yield "RSA named as ECDSA", rsa.token(DATA, named=making.algorithm("1.2.840.10045.4.3.2")), trust
    yield "no such algorithm", rsa.token(DATA, named=making.algorithm("1.2.3")), trust
    yield "RSA of SHA-512 over SHA-256", rsa.token(DATA, named=making.algorithm("1.2.840.113549.1.1.13", making.NULL)), trust
    sha1 = Authority("rsa2048", "sha1")
    yield "SHA-1", sha1.token(DATA), folder.pool(sha1.root_raw)
    sha224 = Authority("rsa3072", "sha224")
    yield "SHA-224", sha224.token(DATA), folder.pool(sha224.root_raw)


LEAVES = {
    "no purpose": (basic(False), usage(0)),
    "another purpose": (usage(0), purposes("1.3.6.1.5.5.7.3.1")),
    "two purposes": (usage(0), purposes(STAMPING, "1.3.6.1.5.5.7.3.1")),
    "any purpose": (usage(0), purposes("2.5.29.37.0")),
    "purpose not critical": (usage(0), purposes(STAMPING, critical=False)),
    "no usage": (purposes(STAMPING),),
    "usage non-repudiation": (usage(1), purposes(STAMPING)),
    "usage excessive": (usage(0, 2), purposes(STAMPING)),
    "usage unsuited": (usage(2), purposes(STAMPING)),
    "usage signs certificates": (usage(5), purposes(STAMPING)),
    "an authority": (basic(True), usage(0), purposes(STAMPING)),
    "unknown extension": (*FOR_STAMPS, extension("1.2.3.4", b"\5\0")),
    "unknown critical extension": (*FOR_STAMPS, extension("1.2.3.4", b"\5\0", True)),
    "extension twice": (*FOR_STAMPS, usage(0)),
    "malformed usage": (extension("2.5.29.15", b"\2\1\1", True), purposes(STAMPING)),
    "malformed purposes": (usage(0), extension("2.5.29.37", b"\2\1\1", True)),
    "malformed constraints": (extension("2.5.29.19", b"\2\1\1", True), usage(0), purposes(STAMPING)),
    "no extensions": (),
}


def leaves(folder):
    nowhere = folder.put(pem(Authority().root_raw))
    for what, extensions in LEAVES.items():
        made = Authority(leaf=extensions)
        trust = folder.pool(made.root_raw)
        yield f"leaf: {what}", made.token(DATA), trust
        yield f"leaf: {what}, no such algorithm", made.token(DATA, named=making.algorithm("1.2.3")), trust
        yield f"leaf: {what}, no path", made.token(DATA), nowhere
    for what, dates in {
        "ended before": {"begins": AT - 30 * DAY, "ends": AT - DAY},
        "begins after": {"begins": AT + DAY},
        "ended since": {"ends": AT + DAY},
        "ends that second": {"ends": AT},
        "begins that second": {"begins": AT},
    }.items():
        made = Authority(**dates)
        trust = folder.pool(made.root_raw)
        yield f"dates: {what}", made.token(DATA), trust
        yield f"dates: {what}, no such algorithm", made.token(DATA, named=making.algorithm("1.2.3")), trust
    made = Authority()
    trust = folder.pool(made.root_raw)
    yield "pinned leaf", made.token(DATA), folder.put(pem(made.raw))
    yield "certificate absent", made.token(DATA, given=[]), trust
    yield "certificate absent, at hand", made.token(DATA, given=[]), folder.put(pem(made.root_raw, made.raw))
    yield "only another certificate", made.token(DATA, given=[made.root_raw]), trust
    yield "no trust at all", made.token(DATA), folder.put(trust_json(made.root_raw, kind="signature-root"), ".json")
    other = Authority()
    broken = certificate("Authority", made.own, made.issuer, other.root, FOR_STAMPS, serial=made.serial)
    made.raw = broken
    yield "certificate by another key", made.token(DATA), trust
    made = Authority()
    made.raw = certificate(
        "Authority",
        made.own,
        made.issuer,
        made.root,
        FOR_STAMPS,
        serial=made.serial,
        inner=making.algorithm("1.2.840.10045.4.3.3"),
    )
    yield "algorithms disagree", made.token(DATA), folder.pool(made.root_raw)


def names(*subtrees, field=0):
    return extension("2.5.29.30", sequence(tagged(field, *(sequence(one) for one in subtrees))), True)


MIDDLES = {
    "as it should be": FOR_ISSUER,
    "no authority": (basic(False), usage(5)),
    "no constraints": (usage(5),),
    "no usage": (basic(True),),
    "usage without certificates": (basic(True), usage(0, 6)),
    "length 0": (basic(True, 0), usage(5)),
    "purpose": (*FOR_ISSUER, purposes(STAMPING)),
    "any purpose": (*FOR_ISSUER, purposes("2.5.29.37.0")),
    "another purpose": (*FOR_ISSUER, purposes("1.3.6.1.5.5.7.3.1")),
    "purpose of responders": (*FOR_ISSUER, purposes("1.3.6.1.5.5.7.3.9")),
    "purpose of a vendor": (*FOR_ISSUER, purposes("1.2.840.113583.1.1.5")),
    "names permitted": (*FOR_ISSUER, names(tagged(4, making.name("Authority")))),
    "other names permitted": (*FOR_ISSUER, names(tagged(4, making.name("Other")))),
    "names excluded": (*FOR_ISSUER, names(tagged(4, making.name("Authority")), field=1)),
    "other names excluded": (*FOR_ISSUER, names(tagged(4, making.name("Other")), field=1)),
    "hosts permitted": (*FOR_ISSUER, names(b"\x82\x0bexample.org")),
    "explicit policy": (*FOR_ISSUER, extension("2.5.29.36", sequence(b"\x80\1\0"), True)),
    "explicit policy later": (*FOR_ISSUER, extension("2.5.29.36", sequence(b"\x80\1\1"), True)),
    "unknown critical extension": (*FOR_ISSUER, extension("1.2.3.4", b"\5\0", True)),
    "malformed usage": (basic(True), extension("2.5.29.15", b"\2\1\1", True)),
}


def middles(folder):
    for what, extensions in MIDDLES.items():
        made = Authority(middle=extensions)
        trust = folder.pool(made.root_raw)
        yield f"middle: {what}", made.token(DATA), trust
        if what in ("as it should be", "no authority"):
            yield f"middle: {what}, not in the token", made.token(DATA, given=[made.raw]), trust
            yield f"middle: {what}, at hand", made.token(DATA, given=[made.raw]), folder.put(pem(made.root_raw, made.middle_raw))
            yield f"middle: {what}, no such algorithm", made.token(DATA, named=making.algorithm("1.2.3")), trust


def long_paths(folder):
    for count in (6, 7, 8, 9):
        made = Authority()
        issuer, key, given = made.top, made.root, []
        for number in range(count):
            own = making.Signer("SECP256R1")
            subject = f"{made.top} {number}"
            given.append(certificate(subject, own, issuer, key, FOR_ISSUER))
            issuer, key = subject, own
        made.raw, made.issuer, made.given = certificate("Authority", made.own, issuer, key, FOR_STAMPS, serial=99), issuer, given
        yield f"path of {count + 1} certificates", made.token(DATA), folder.pool(made.root_raw)


def contents(folder):
    made = Authority()
    trust = folder.pool(made.root_raw)
    kind, hashed = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
    for what, more in {
        "in the future": {"at": AT + 30 * DAY},
        **{f"{n} seconds ahead": {"at": AT + timedelta(days=8, hours=12, seconds=n - 5)} for n in (1, 300, 301)},
        "version 2": {"version": 2},
        "SHA-1 imprint": {"hashed": "sha1"},
        "MD5 imprint": {"hashed": "md5"},
        "SHA-512 imprint": {"hashed": "sha512"},
        "SM3 imprint": {"hashed": "sm3"},
        "SHA-3 imprint": {"hashed": "sha3_256"},
        "unknown imprint": {"hashed": "1.2.3", "imprint": bytes(32)},
        "short imprint": {"imprint": bytes(20)},
        "critical extension": {"more": tagged(1, extension("1.2.3", b"\5\0", True))},
        "extension": {"more": tagged(1, extension("1.2.3", b"\5\0"))},
        "its name": {"more": tagged(0, tagged(4, making.name("Authority")))},
        "another name": {"more": tagged(0, tagged(4, making.name("Other")))},
        "name of other case": {"more": tagged(0, tagged(4, making.name("AUTHORITY")))},
        "ordering after nonce": {"more": making.encode_integer(5) + b"\1\1\xff"},
    }.items():
        yield f"content: {what}", made.token(DATA, more=more), trust
        if what in ("its name", "another name"):
            yield f"content: {what}, no such algorithm", made.token(DATA, more=more, named=making.algorithm("1.2.3")), trust
    for what, listed in {
        "none": lambda c, r, h: [],
        "no kind": lambda c, r, h: making.attributes(c, r, h)[1:],
        "no digest": lambda c, r, h: [making.attributes(c, r, h)[0], making.attributes(c, r, h)[2]],
        "no binding": lambda c, r, h: making.attributes(c, r, h)[:2],
        "another kind": lambda c, r, h: [making.attribute(kind, oid("1.2.3")), *making.attributes(c, r, h)[1:]],
        "another digest": lambda c, r, h: [
            making.attribute(hashed, making.octets(bytes(32))),
            making.attributes(c, r, h)[0],
            making.binding(r),
        ],
        "kind twice": lambda c, r, h: [making.attributes(c, r, h)[0], *making.attributes(c, r, h)],
        "digest of two values": lambda c, r, h: [
            making.attribute(hashed, making.octets(bytes(32)), making.octets(making.digest(h, c))),
            making.attributes(c, r, h)[0],
            making.binding(r),
        ],
        "binding of version 1": lambda c, r, h: making.attributes(c, r, h, bound=making.binding(r, 1)),
        "both bindings": lambda c, r, h: [*making.attributes(c, r, h), making.binding(r, 1)],
        "binding of SHA-512": lambda c, r, h: making.attributes(c, r, h, bound=making.binding(r, 2, "sha512")),
        "binding of another": lambda c, r, h: making.attributes(c, r, h, bound=making.binding(b"x")),
        "another one first in version 1": lambda c, r, h: [*making.attributes(c, r, h), making.binding(b"x", 1)],
        "protection": lambda c, r, h: [*making.attributes(c, r, h), protection(h, made.own.algorithm)],
        "protection of another": lambda c, r, h: [*making.attributes(c, r, h), protection("sha512", made.own.algorithm)],
        "protection of another signature": lambda c, r, h: [
            *making.attributes(c, r, h),
            protection(h, making.algorithm("1.2.840.10045.4.3.4")),
        ],
        "protection empty": lambda c, r, h: [*making.attributes(c, r, h), making.attribute("1.2.840.113549.1.9.52", sequence())],
    }.items():
        yield f"attributes: {what}", made.token(DATA, listed=listed), trust
    yield "signer of version 3", made.token(DATA, version=3), trust
    yield "another content", made.token(DATA, kind="1.2.840.113549.1.7.1"), trust
    yield "octets behind", made.token(DATA) + b"\0", trust
    granted = sequence(sequence(making.encode_integer(0)), made.token(DATA))
    yield "response", granted, trust
    yield "response with modifications", sequence(sequence(making.encode_integer(1)), made.token(DATA)), trust
    yield "response refused", sequence(sequence(making.encode_integer(2))), trust
    yield "response refused with a token", sequence(sequence(making.encode_integer(2)), made.token(DATA)), trust


def protection(hashed, signature):
    inner = making.whole_body(signature)
    return making.attribute("1.2.840.113549.1.9.52", sequence(making.digest_algorithm(hashed), tagged(1, inner)))


def conditions(folder):
    made, soft = Authority(), Authority(leaf=LEAVES["purpose not critical"])
    token = made.token(DATA)
    day = "2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z"
    late = "2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z"
    files = {
        "plain": {},
        "its policy": {"policies": ["1.2.3.4"]},
        "another policy": {"policies": ["1.2.3.5"]},
        "from before": {"valid_from": day[0]},
        "from after": {"valid_from": day[1]},
        "until after": {"valid_to": day[1]},
        "until before": {"valid_to": day[0]},
        "window": {"valid_from": day[0], "valid_to": day[1]},
        "SHA-256 ended": {"algorithms": {"ends": [{"algorithm": "SHA-256", "until": day[0]}], "source": ""}},
        "curves ended": {"algorithms": {"ends": [{"algorithm": "EC", "below": 300, "until": day[0]}], "source": ""}},
        "SHA-256 ends later": {"algorithms": {"ends": [{"algorithm": "SHA-256", "until": "2030-01-01T00:00:00Z"}], "source": ""}},
    }
    for what, more in files.items():
        yield f"root: {what}", token, folder.put(trust_json(made.root_raw, **more), ".json")
    for what, (begins, ends) in {"that day": day, "another day": late}.items():
        exception = [{"code": "eku-not-critical", "from": begins, "reason": "", "to": ends}]
        yield f"exception: {what}", soft.token(DATA), folder.put(trust_json(soft.root_raw, exceptions=exception), ".json")
    old = Authority(root_ends=AT - DAY)
    yield "root ended", old.token(DATA), folder.pool(old.root_raw)
    yield "root ended, window", old.token(DATA), folder.put(trust_json(old.root_raw, valid_to=day[1]), ".json")


def revocations(folder):
    made = Authority(middle=FOR_ISSUER)
    trust, issuer, key = folder.pool(made.root_raw), made.issuer, made.issuer_key
    other = Authority().root
    point = lambda *parts: [extension("2.5.29.28", sequence(*parts), True)]
    for what, lists in {
        "good": [making.crl(issuer, key, AT + DAY)],
        "old": [making.crl(issuer, key, AT - DAY)],
        "revoked before, superseded": [making.crl(issuer, key, AT + DAY, [(99, AT - DAY, 4)])],
        "revoked that second": [making.crl(issuer, key, AT + DAY, [(99, AT, 4)])],
        **{
            f"revoked after, reason {reason}": [making.crl(issuer, key, AT + DAY, [(99, AT + DAY / 2, reason)])]
            for reason in (None, 0, 1, 2, 3, 4, 5, 6, 8, 9, 10)
        },
        **{
            f"revoked before, reason {reason}": [making.crl(issuer, key, AT + DAY, [(99, AT - DAY, reason)])]
            for reason in (None, 0, 1, 2, 3, 5, 6, 8, 9, 10)
        },
        "another one revoked": [making.crl(issuer, key, AT + DAY, [(98, AT - DAY, None)])],
        "by another key": [making.crl(issuer, other, AT + DAY, [(99, AT - DAY, None)])],
        "of another issuer": [making.crl("Other", key, AT + DAY, [(99, AT - DAY, None)])],
        "unknown critical extension": [
            making.crl(issuer, key, AT + DAY, [(99, AT - DAY, None)], [extension("1.2.3", b"\5\0", True)])
        ],
        "delta": [making.crl(issuer, key, AT + DAY, [(99, AT - DAY, None)], [extension("2.5.29.27", b"\2\1\1", True)])],
        "point for authorities": [making.crl(issuer, key, AT + DAY, [(99, AT - DAY, None)], point(b"\x82\1\xff"))],
        "point for others": [making.crl(issuer, key, AT + DAY, [(99, AT - DAY, None)], point(b"\x81\1\xff"))],
        "point, indirect": [making.crl(issuer, key, AT + DAY, [(99, AT - DAY, None)], point(b"\x84\1\xff"))],
        "point, some reasons": [making.crl(issuer, key, AT + DAY, [(99, AT - DAY, None)], point(b"\x83\2\7\x80"))],
        "good and revoked": [making.crl(issuer, key, AT + 2 * DAY), making.crl(issuer, key, AT + DAY, [(99, AT - DAY, None)])],
        "revoked and then on hold no more": [
            making.crl(issuer, key, AT + DAY, [(99, AT - DAY, 6)]),
            making.crl(issuer, key, AT + 2 * DAY),
        ],
        "superseded after, then compromised": [
            making.crl(issuer, key, AT + DAY, [(99, AT + DAY / 2, 4)]),
            making.crl(issuer, key, AT + 2 * DAY, [(99, AT + DAY / 2, 1)]),
        ],
        "compromised, then superseded after": [
            making.crl(issuer, key, AT + DAY, [(99, AT + DAY / 2, 1)]),
            making.crl(issuer, key, AT + 2 * DAY, [(99, AT + DAY / 2, 4)]),
        ],
        "middle revoked": [making.crl(made.top, made.root, AT + DAY, [(11, AT - DAY, None)])],
        "middle revoked after": [making.crl(made.top, made.root, AT + DAY, [(11, AT + DAY / 2, 4)])],
        "no list": [sequence(b"\2\1\1")],
    }.items():
        yield f"list: {what}", made.token(DATA, crls=lists), trust
    for what, extensions in {"usage without lists": (basic(True), usage(5)), "no usage": (basic(True),)}.items():
        bare = Authority(middle=extensions)
        lists = [making.crl(bare.issuer, bare.issuer_key, AT + DAY, [(99, AT - DAY, None)])]
        yield f"list: {what}", bare.token(DATA, crls=lists), folder.pool(bare.root_raw)
