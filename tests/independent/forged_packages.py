"""The worked example with other tokens and OCSP responses put into it, sound and not."""

import json
import pathlib

import altering
import container
import making
from forged import Folder
from making import AT, DAY, FOR_ISSUER, Authority

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "docs/format/example"
MANIFEST, TOKEN = "META-INF/ASiCManifest001.xml", "META-INF/timestamp001.tst"
SEAL = "seals/001/seal.json"


def example():
    return container.members((EXAMPLE / "example.asice").read_bytes())[0]


def packed(changes, drop=()):
    files = {name: data for name, data in (example() | changes).items() if name not in drop}
    return altering.zipped(altering.relisted(files))


def canonical(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def stamped(folder):
    """Other tokens of the seal and of the delivery, OCSP responses beside them."""
    made = Authority(middle=FOR_ISSUER)
    trust, other = folder.pool(made.root_raw), Authority()
    data = example()[MANIFEST]
    good = made.token(data)
    yield "its own token", packed({TOKEN: good}), trust
    yield "a token over something else", packed({TOKEN: made.token(b"x")}), trust
    yield "a token of nobody", packed({TOKEN: other.token(data)}), trust
    yield "a short-lived token", packed({TOKEN: short(folder).token(data)}), trust
    second = altering.manifest("META-INF/timestamp002.tst", {SEAL: example()[SEAL]})
    for what, token in {
        "good": made.token(second),
        "nobody's": other.token(second),
        "wrong": made.token(b"x"),
        "short-lived": short(folder).token(second),
    }.items():
        pair = {"META-INF/ASiCManifest002.xml": second, "META-INF/timestamp002.tst": token}
        yield f"two tokens, the second {what}", packed({TOKEN: good} | pair), trust
        yield f"two tokens, nobody's and {what}", packed({TOKEN: other.token(data)} | pair), trust
    for what, response in responses(made).items():
        yield f"response: {what}", packed({TOKEN: good, "trust/tsa/001-1.ocsp": response}), trust
    late = making.ocsp(made.issuer, made.issuer_key, made.issuer_key, 99, AT + DAY, making.revoked(AT - DAY, 4))
    yield "response: the eleventh", packed({TOKEN: good, "trust/tsa/001-11.ocsp": late}), trust
    yield "response: of another token", packed({TOKEN: good, "trust/tsa/002-1.ocsp": late}), trust
    yield from delivered(made, other, trust)


def short(folder):
    made = Authority(ends=AT + DAY)
    folder.pool(made.root_raw)
    return made


def responses(made):
    issuer, key, later = made.issuer, made.issuer_key, AT + DAY
    delegate, foreign = making.Signer("SECP256R1"), making.Signer("SECP256R1")
    purpose = making.purposes("1.3.6.1.5.5.7.3.9")
    named = making.certificate("Responder", delegate, issuer, key, (purpose,))
    without = making.certificate("Responder", delegate, issuer, key)
    forged = making.certificate("Responder", delegate, issuer, foreign, (purpose,))
    ended = making.certificate("Responder", delegate, issuer, key, (purpose,), ends=AT - DAY)
    between = making.certificate("Responder", delegate, issuer, key, (purpose,), ends=AT + DAY / 2)
    bad = making.revoked(AT - DAY, 4)
    return {
        "good": making.ocsp(issuer, key, key, 99, later),
        "old": making.ocsp(issuer, key, key, 99, AT - DAY),
        "revoked before": making.ocsp(issuer, key, key, 99, later, bad),
        "revoked after": making.ocsp(issuer, key, key, 99, later, making.revoked(AT + DAY / 2, 4)),
        "revoked without a reason": making.ocsp(issuer, key, key, 99, later, making.revoked(AT - DAY)),
        "revoked, SHA-256": making.ocsp(issuer, key, key, 99, later, bad, hashed="sha256"),
        "unknown": making.ocsp(issuer, key, key, 99, later, b"\x82\0"),
        "of another one": making.ocsp(issuer, key, key, 98, later, bad),
        "by another key": making.ocsp(issuer, key, foreign, 99, later, bad),
        "by a responder": making.ocsp(issuer, key, delegate, 99, later, bad, [named], "Responder"),
        "by a responder without the purpose": making.ocsp(issuer, key, delegate, 99, later, bad, [without], "Responder"),
        "by a responder of nobody": making.ocsp(issuer, key, delegate, 99, later, bad, [forged], "Responder"),
        "by a responder whose certificate had ended": making.ocsp(issuer, key, delegate, 99, later, bad, [ended], "Responder"),
        "by a responder whose certificate ended after the token": making.ocsp(
            issuer, key, delegate, 99, later, bad, [between], "Responder"
        ),
        "of the middle": making.ocsp(made.top, made.root, made.root, 11, later, bad),
        "no response": b"x",
        "refused": making.sequence(making.encode(10, b"\6")),
        "too long": making.ocsp(issuer, key, key, 99, later, bad) + bytes(64 << 10),
    }


def delivered(made, other, trust):
    """The delivery's token, with lists of all kinds."""
    files = altering.relisted(example() | {TOKEN: made.token(example()[MANIFEST])})
    listed, stamp = files[altering.DELIVERY], "META-INF/timestamp-delivery.tst"
    lists = {
        "none": [],
        "good": [making.crl(made.issuer, made.issuer_key, AT + DAY)],
        "revoked": [making.crl(made.issuer, made.issuer_key, AT + DAY, [(99, AT - DAY, 4)])],
        "of others": [making.crl("Other", other.root, AT + DAY)],
        "no list": [making.sequence(b"\2\1\1")],
    }
    for what, held in lists.items():
        yield f"delivery, list {what}", altering.zipped(files | {stamp: made.token(listed, crls=held)}), trust
        yield f"seal, list {what}", packed({TOKEN: made.token(example()[MANIFEST], crls=held)}), trust
    yield "delivery of nobody", altering.zipped(files | {stamp: other.token(listed)}), trust
    yield "delivery over something else", altering.zipped(files | {stamp: made.token(b"x")}), trust
    yield "delivery, no token", altering.zipped(files | {stamp: b"x"}), trust


def packages(folder):
    for what, octets, trust in stamped(Folder(folder)):
        yield "tokens in packages", what, octets, trust
