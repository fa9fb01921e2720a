"""Proofs of the office log and its witnesses (docs/format/office-log.md; C2SP tlog-proof, signed-note)."""

import base64
import binascii
import re

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ed25519

import trees
from digests import sha256

KIND = "c2sp.org/tlog-proof@v1"
MOST = 64


class Broken(ValueError):
    """No such proof, or one that leads elsewhere."""


class Note:
    """A signed note (C2SP signed-note): its text, and lines of name, id and signature."""

    def __init__(self, note, most=64 << 10):
        if len(note) > most or "\n\n" not in note:
            raise Broken("note")
        text, signatures = note.rsplit("\n\n", 1)
        self.text = text + "\n"
        if not signatures.endswith("\n"):
            raise Broken("signatures")
        self.lines = [signature(line) for line in signatures[:-1].split("\n")]
        if len(self.lines) > MOST:
            raise Broken("signatures")

    def by(self, name, identity):
        """The signatures in the name of a key."""
        return [value for n, i, value in self.lines if (n, i) == (name, identity)]


class Checkpoint(Note):
    """A note that is a checkpoint (C2SP tlog-checkpoint)."""

    def __init__(self, note):
        super().__init__(note)
        lines = self.text.split("\n")
        if len(lines) < 4 or not lines[0]:
            raise Broken("checkpoint")
        self.origin, self.size, self.root = lines[0], decimal(lines[1]), unbase(lines[2], 32)


class Proof:
    """A tlog-proof."""

    def __init__(self, octets):
        try:
            head, note = octets.decode().split("\n\n", 1)
        except ValueError:
            raise Broken("proof") from None
        lines = head.split("\n")
        if lines[1:] and lines[1].startswith("extra "):
            lines.pop(1)
        if lines[0] != KIND or len(lines) < 2 or not lines[1].startswith("index ") or len(lines) > 65:
            raise Broken("proof")
        self.index, self.path = decimal(lines[1][6:]), [unbase(line, 32) for line in lines[2:]]
        self.checkpoint = Checkpoint(note)

    def leads(self, seal):
        """Whether the path leads from the octets of a seal to the root of the checkpoint."""
        leaf = sha256(b"\0" + sha256(seal))
        return trees.climb(leaf, self.index, self.checkpoint.size, self.path) == self.checkpoint.root


def decimal(text):
    if not re.fullmatch(r"0|[1-9][0-9]{0,18}", text):
        raise Broken("number")
    return int(text)


def unbase(text, length=None):
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Broken("base64") from None
    if base64.b64encode(raw).decode() != text or length is not None and len(raw) != length:
        raise Broken("base64")
    return raw


def signature(line):
    found = re.fullmatch(r"— ([^\s+]+) (\S+)", line)
    if not found:
        raise Broken("signature line")
    raw = unbase(found[2])
    if len(raw) < 5:
        raise Broken("signature line")
    return found[1], raw[:4], raw[4:]


def holds(key, value, message):
    try:
        ed25519.Ed25519PublicKey.from_public_bytes(key).verify(value, message)
        return True
    except (InvalidSignature, ValueError):
        return False


def judge(octets, seal, trust, report):
    """A proof for the octets of a seal, or by itself (`seal` is `None`)."""
    try:
        proof = Proof(octets)
        if seal is not None and not proof.leads(seal):
            raise Broken("path")
        own = by_log(proof.checkpoint, trust, report)
        by_witnesses(proof.checkpoint, trust, report, own)
    except Broken as error:
        report.say("log-broken", "chain", "mismatch", error)


def by_log(note, trust, report):
    """Of the keys of logs, the first that a line names decides; returns how many lines are the log's own."""
    for name, identity, key in trust.logs:
        for line_name, line_id, value in note.lines:
            if (line_name, line_id) == (name, identity):
                if not holds(key, value, note.text.encode()):
                    raise Broken("signature")
                report.say("log-entry", "chain", "match")
                return sum((n, i) == (name, identity) for n, i, _ in note.lines)
    report.say("log-key-unknown", "chain", "cannot-check")
    return 1


def by_witnesses(note, trust, report, own):
    named = False
    for name, identity, key in trust.witnesses:
        for line_name, line_id, value in note.lines:
            if (line_name, line_id) != (name, identity):
                continue
            named = True
            message = f"cosignature/v1\ntime {int.from_bytes(value[:8])}\n{note.text}".encode()
            good = len(value) == 72 and holds(key, value[8:], message)
            report.say("log-witnessed" if good else "log-witness-broken", "chain", "note" if good else "mismatch", name)
            break
    if not named:
        report.say("log-own-record" if len(note.lines) <= own else "log-witness-unknown", "chain", "note")
