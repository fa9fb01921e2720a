"""OpenTimestamps proofs and block headers of Bitcoin (docs/format/opentimestamps.md)."""

import base64
import hashlib
import re

from digests import digest
from worth import Failed, Worth

MAGIC = bytes.fromhex("004f70656e54696d657374616d7073000050726f6f6600bf89e2e884e89294")
HASHES = {0x02: ("sha1", 20), 0x03: ("ripemd160", 20), 0x08: ("sha256", 32), 0x67: ("keccak256", 32)}
BITCOIN, CALENDAR = bytes.fromhex("0588960d73d71901"), bytes.fromhex("83dfe30d2ef90c8e")
LONGEST, DEEPEST, MOST_BRANCHES, MOST_CONTENT = 4096, 256, 65536, 8192


class Malformed(ValueError):
    """No sound proof."""


class Proof:
    """The digest of a file, and the attestations with the message of each."""

    def __init__(self, data):
        self.data, self.at, self.branches, self.found = data, len(MAGIC), 0, []
        if not data.startswith(MAGIC) or self.number() != 1:
            raise Malformed("version")
        kind = self.octet()
        if kind not in HASHES:
            raise Malformed("digest")
        self.algorithm, length = HASHES[kind]
        self.digest = self.take(length)
        self.node(self.digest, 0)
        if self.at != len(data):
            raise Malformed("octets behind")

    def octet(self):
        return self.take(1)[0]

    def take(self, count):
        if self.at + count > len(self.data):
            raise Malformed("cut off")
        self.at += count
        return self.data[self.at - count : self.at]

    def number(self):
        """LEB128, as short as it can be, below 2^63."""
        value = shift = 0
        while True:
            octet = self.octet()
            value |= (octet & 0x7F) << shift
            shift += 7
            if not octet & 0x80:
                if octet == 0 and shift > 7 or value >= 1 << 63:
                    raise Malformed("number")
                return value
            if shift > 63:
                raise Malformed("number")

    def counted(self, least, most):
        count = self.number()
        if not least <= count <= most:
            raise Malformed("length")
        return self.take(count)

    def node(self, message, depth):
        if depth > DEEPEST:
            raise Malformed("depth")
        while True:
            self.branches += 1
            if self.branches > MOST_BRANCHES:
                raise Malformed("branches")
            first = self.octet()
            more = first == 0xFF
            if more:
                first = self.octet()
            self.branch(first, message, depth)
            if not more:
                return

    def branch(self, first, message, depth):
        if first == 0:
            return self.attestation(message)
        if first in HASHES:
            result = operate(HASHES[first][0], message)
        elif first in (0xF0, 0xF1):
            extra = self.counted(1, LONGEST)
            result = message + extra if first == 0xF0 else extra + message
        elif first in (0xF2, 0xF3):
            result = message[::-1] if first == 0xF2 else message.hex().encode()
        else:
            raise Malformed(f"operation {first:02x}")
        if len(result) > LONGEST:
            raise Malformed("message")
        return self.node(result, depth + 1)

    def attestation(self, message):
        kind, content = self.take(8), self.counted(0, MOST_CONTENT)
        inner = Inner(content)
        value = None
        if kind == BITCOIN:
            value = inner.number()
        elif kind == CALENDAR:
            value = inner.counted(0, 1000)
            if not re.fullmatch(rb"[A-Za-z0-9\-._/:]*", value):
                raise Malformed("address")
        if kind in (BITCOIN, CALENDAR) and inner.at != len(content):
            raise Malformed("attestation")
        self.found.append((kind, value, message))


class Inner(Proof):
    """The content of an attestation."""

    def __init__(self, data):
        self.data, self.at = data, 0


def operate(name, message):
    return digest(name, message)


class Run:
    """A file of linked headers."""

    def __init__(self, octets):
        if len(octets) % 80:
            raise Malformed("headers")
        self.headers = [octets[i : i + 80] for i in range(0, len(octets), 80)]
        self.hashes = [twice(one) for one in self.headers]
        for before, after in zip(self.hashes, self.headers[1:]):
            if after[4:36] != before:
                raise Malformed("headers")


def twice(octets):
    return hashlib.sha256(hashlib.sha256(octets).digest()).digest()


def pins(chains):
    """Pinned blocks by their hash: network and height."""
    found = {}
    for pin in chains.get("bitcoin", []):
        for block in pin.get("blocks", []):
            found[bytes.fromhex(block["hash"])[::-1]] = pin["network"], block["height"]
        marks = pin.get("checkpoints")
        octets = base64.b64decode(marks["hashes"]) if marks else b""
        for index in range(len(octets) // 32):
            found[octets[32 * index : 32 * index + 32]] = pin["network"], marks["first"] + index * marks["every"]
    return found


def target(header):
    compact = int.from_bytes(header[72:76], "little")
    size, mantissa = compact >> 24, compact & 0x7FFFFF
    return mantissa >> 8 * (3 - size) if size <= 3 else mantissa << 8 * (size - 3)


def works(header):
    aim = target(header)
    return 0 < aim < 1 << 256 and not header[74] & 0x80 and int.from_bytes(twice(header), "little") <= aim


def judge(proof, runs, chains):
    """The worth of the attestations: the strongest, unless one fails."""
    known, found = pins(chains), []
    for kind, value, message in proof.found:
        if kind == BITCOIN:
            found.append(block(value, message, runs, known))
        else:
            found.append(Worth("pending", None, None, "ots-pending" if kind == CALENDAR else "ots-unknown"))
    failed = [one for one in found if one.name == "failed"]
    if failed:
        return failed[0]
    order = ("pending", "pow-only", "canonical")
    return max(found, key=lambda one: order.index(one.name), default=Worth("pending", None, None, "ots-no-attestation"))


def block(height, root, runs, known):
    """One attested block by the headers at hand."""
    worths = [place(height, run, index, known) for run in runs for index, one in enumerate(run.headers) if one[36:68] == root]
    if not worths:
        if contradicted(height, runs, known):
            return Worth("failed", None, height, "bitcoin-root")
        return Worth("pending", "bitcoin", height, "bitcoin-header")
    order = ("failed", "pow-only", "canonical")
    return max(worths, key=lambda one: order.index(one.name))


def place(height, run, index, known):
    for later in range(index, len(run.hashes)):
        if run.hashes[later] in known:
            network, counted = known[run.hashes[later]]
            return Worth("canonical", network, counted - (later - index), "bitcoin-linked")
    if all(works(header) for header in run.headers[index:]):
        return Worth("pow-only", "bitcoin", height, "bitcoin-work")
    return Worth("failed", None, height, "bitcoin-work-lacking")


def contradicted(height, runs, known):
    """Whether a pin shows which header at hand has that height."""
    for run in runs:
        for index, one in enumerate(run.hashes):
            if one in known and 0 <= index - (known[one][1] - height) <= index:
                return True
    return False


def verify(octets, report, trust, data, headers):
    """A bare proof."""
    try:
        proof = Proof(octets)
    except (Malformed, RecursionError) as error:
        report.say("ots-malformed", "chain", "mismatch", error)
        return
    runs = []
    for one in headers:
        try:
            runs.append(Run(one))
        except Malformed as error:
            report.say("headers-malformed", "chain", "cannot-check", error)
    worth = judge(proof, runs, trust.chains)
    report.say(f"anchor-{worth.name}", "chain", worth.status, worth.remarks)
    for one in data:
        good = digest(proof.algorithm, one) == proof.digest
        report.say("ots-data-fits" if good else "ots-data-differs", "content", "match" if good else "mismatch")
    if not data:
        report.say("ots-no-data", "content", "not-supplied")


def judge_receipt(proof_octets, header_octets, payload, trust):
    """`proof.ots` with `headers.bin` over the payload of an anchoring."""
    try:
        proof = Proof(proof_octets)
    except (Malformed, RecursionError):
        raise Failed("ots-unread") from None
    try:
        runs = [] if header_octets is None else [Run(header_octets)]
    except Malformed:
        raise Failed("headers-unread") from None
    if proof.algorithm != "sha256" or proof.digest != payload:
        raise Failed("payload-differs")
    return judge(proof, runs, trust.chains)
