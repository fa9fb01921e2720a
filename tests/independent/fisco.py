"""Receipts of FISCO BCOS groups: fidem-fisco/1 (docs/format/fisco.md)."""

import re

import curves
import rlp
import statements
import tars
from digests import keccak256, sm3
from evm import octets
from worth import Failed, Worth

SUITES = ("keccak256-secp256k1", "sm3-sm2")
FORM = {
    "format": str,
    "header": dict,
    "index?": int,
    "path": [{"left": [str], "right": [str]}],
    "signatures": [{"sealer": int, "signature": str}],
    "suite": SUITES,
    "transaction": str,
}
V3_HEADER = {
    "consensusWeights": [int],
    "extraData": str,
    "gasUsed": str,
    "number": int,
    "parentInfo": [{"blockHash": str, "blockNumber": int}],
    "receiptsRoot": str,
    "sealer": int,
    "sealerList": [str],
    "stateRoot": str,
    "timestamp": int,
    "txsRoot": str,
    "version": int,
}


class Suite:
    """A digest and a scheme of signatures."""

    def __init__(self, name):
        self.sm, self.hash = name == "sm3-sm2", sm3 if name == "sm3-sm2" else keccak256

    def by_sender(self, signature, hashed):
        """The public key of a sender's signature, or `None`."""
        if not self.sm:
            return self.recovered(signature, hashed)
        if len(signature) != 128:
            return None
        key = signature[64:]
        return key if self.holds(key, signature[:64], hashed) else None

    def recovered(self, signature, hashed):
        if len(signature) != 65 or signature[64] not in (0, 1):
            return None
        key = curves.recover(hashed, int.from_bytes(signature[:32]), int.from_bytes(signature[32:64]), signature[64])
        return None if key is None else curves.flat(key)

    def holds(self, key, signature, hashed):
        """Whether a node signed the hash."""
        if not self.sm:
            return self.recovered(signature, hashed) == key
        r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
        return len(signature) == 64 and curves.sm2_holds(curves.point(key), hashed, r, s)


def judge(value, payload, trust):
    if not statements.fits(value, FORM) or set(value["header"]) not in ({"v2"}, {"v3"}):
        raise Failed("receipt-unread")
    old, suite = "v2" in value["header"], Suite(value["suite"])
    if old and suite.sm or old != ("index" in value):
        raise Failed("receipt-unread")
    sent = octets(value["transaction"])
    transaction = (V2Transaction if old else V3Transaction)(sent, suite)
    transaction.check(payload)
    header = v2_header(value["header"]["v2"], suite) if old else v3_header(value["header"]["v3"], suite)
    path = [([octets(n) for n in level["left"]], [octets(n) for n in level["right"]]) for level in value["path"]]
    root = v2_root(path, value["index"], transaction.hash, suite) if old else v3_root(path, transaction.hash, suite)
    if root != header.root:
        raise Failed("fisco-path")
    if header.number > transaction.limit:
        raise Failed("fisco-limit")
    signed = signers(value["signatures"], header, suite)
    return weigh(header, signed, transaction.network, value["suite"], trust)


class V2Transaction:
    """RLP of thirteen members."""

    def __init__(self, sent, suite):
        try:
            fields = rlp.whole(sent)
            if not isinstance(fields, list) or len(fields) != 13:
                raise rlp.Malformed("fields")
            for one in (fields[0], fields[11], fields[12]):
                rlp.number(one, 1 << 256)
            for one in (fields[1], fields[2], fields[5]):
                rlp.number(one)
            self.limit, chain, group = rlp.number(fields[3]), rlp.number(fields[7]), rlp.number(fields[8])
            v = rlp.number(fields[10])
        except (rlp.Malformed, TypeError):
            raise Failed("fisco-transaction") from None
        self.fields, self.hash, self.network = fields, suite.hash(sent), f"fisco:{chain}/{group}"
        signature = (
            fields[11].rjust(32, b"\0") + fields[12].rjust(32, b"\0") + bytes([max(v - 27, 2) if v not in (27, 28) else v - 27])
        )
        if suite.by_sender(signature, suite.hash(rlp.encode(fields[:10]))) is None:
            raise Failed("fisco-transaction-signature")

    def check(self, payload):
        if len(self.fields[4]) != 20 or self.fields[5] or self.fields[9] or self.fields[6] != payload:
            raise Failed("fisco-payload")


class V3Transaction:
    """Tars of the data, the hash and the signature."""

    def __init__(self, sent, suite):
        try:
            self.data, stated, signature = tars.transaction(sent)
        except tars.Malformed:
            raise Failed("fisco-transaction") from None
        self.hash, self.limit = suite.hash(tars.hashed(self.data)), self.data[4]
        self.network = f"fisco:{self.data[2].decode('utf-8', 'replace')}/{self.data[3].decode('utf-8', 'replace')}"
        if stated != self.hash or suite.by_sender(signature, self.hash) is None:
            raise Failed("fisco-transaction-signature")

    def check(self, payload):
        data, name = self.data, rb"[A-Za-z0-9_-]{1,64}"
        good = data[1] == 0 and re.fullmatch(name, data[2]) and re.fullmatch(name, data[3]) and re.fullmatch(rb"\d{39}", data[5])
        if not good or not re.fullmatch(rb"0x[0-9a-f]{40}", data[6]) or data[7] != payload or data[8]:
            raise Failed("fisco-payload")


class Header:
    def __init__(self, hashed, root, number, sealers, weights):
        self.hash, self.root, self.number, self.sealers, self.weights = hashed, root, number, sealers, weights
        sound = 1 <= len(sealers) <= 512 and len(set(sealers)) == len(sealers) and all(len(one) == 64 for one in sealers)
        if not sound or not 1 <= sum(weights) < 1 << 64:
            raise Failed("fisco-header")


def v2_header(text, suite):
    raw = octets(text)
    try:
        fields = rlp.whole(raw)
        if (
            not isinstance(fields, list)
            or len(fields) != 13
            or not isinstance(fields[10], list)
            or not isinstance(fields[12], list)
        ):
            raise rlp.Malformed("fields")
        if (
            any(len(one) != 32 for one in fields[:5])
            or len(fields[5]) != 256
            or any(isinstance(one, list) for one in fields[10] + fields[12])
        ):
            raise rlp.Malformed("fields")
        for one in (*fields[7:10], fields[11]):
            rlp.number(one, 1 << 256)
        number = rlp.number(fields[6])
        rlp.number(fields[9])
    except (rlp.Malformed, TypeError):
        raise Failed("fisco-header") from None
    return Header(suite.hash(raw), fields[2], number, fields[12], [1] * len(fields[12]))


def v3_header(value, suite):
    if not statements.fits(value, V3_HEADER):
        raise Failed("receipt-unread")
    parents, sealers, weights = value["parentInfo"], [octets(one) for one in value["sealerList"]], value["consensusWeights"]
    hashes = [octets(value[name]) for name in ("txsRoot", "receiptsRoot", "stateRoot")]
    parent = octets(parents[0]["blockHash"]) if len(parents) == 1 else b""
    extra = octets(value["extraData"])
    sound = len(parent) == 32 and parents[0]["blockNumber"] + 1 == value["number"] and re.fullmatch(r"\d{1,78}", value["gasUsed"])
    sound = sound and value["timestamp"] < 1 << 53 and value["sealer"] < len(sealers) == len(weights) and len(extra) < 72
    if not sound or value["version"] >> 24 != 3 or any(len(one) != 32 for one in hashes):
        raise Failed("fisco-header")
    message = value["version"].to_bytes(4) + parents[0]["blockNumber"].to_bytes(8) + parent + b"".join(hashes)
    message += (
        value["number"].to_bytes(8) + value["gasUsed"].encode() + value["timestamp"].to_bytes(8) + value["sealer"].to_bytes(8)
    )
    message += b"".join(sealers) + extra + b"".join(weight.to_bytes(8) for weight in weights)
    return Header(suite.hash(message), hashes[0], value["number"], sealers, weights)


def v2_root(path, index, here, suite):
    """Sixteen joined on each level, the index bound by the places."""
    here = rlp.encode(rlp.from_number(index)) + here
    if not path:
        raise Failed("fisco-path")
    for level, (left, right) in enumerate(path[:-1]):
        place = index // 16**level
        if len(left) != place % 16 or len(left) > 15 or len(right) > 15:
            raise Failed("fisco-path")
        if level == 0:
            first = index - len(left)
            numbers = [*range(first, index), *range(index + 1, index + 1 + len(right))]
            for number, node in zip(numbers, left + right):
                head = rlp.encode(rlp.from_number(number))
                if node[: len(head)] != head or len(node) != len(head) + 32:
                    raise Failed("fisco-path")
        elif any(len(node) != 32 for node in left + right):
            raise Failed("fisco-path")
        here = suite.hash(b"".join(left) + here + b"".join(right))
    if path[-1] != ([], []) or index // 16 ** (len(path) - 1):
        raise Failed("fisco-path")
    return suite.hash(here)


def v3_root(path, here, suite):
    if len(path) > 32:
        raise Failed("fisco-path")
    for left, right in path:
        if len(left) + len(right) > 1 or any(len(node) != 32 for node in left + right):
            raise Failed("fisco-path")
        here = suite.hash(b"".join(left) + here + b"".join(right))
    return here


def signers(listed, header, suite):
    """The sealers, by their places, whose signatures hold."""
    found = set()
    for one in listed:
        place = one["sealer"]
        if place >= len(header.sealers) or place in found:
            raise Failed("fisco-sealer")
        if not suite.holds(header.sealers[place], octets(one["signature"]), header.hash):
            raise Failed("fisco-signature")
        found.add(place)
    return found


def needed(votes):
    return votes - (votes - 1) // 3


def weigh(header, signed, network, suite, trust):
    keys = {header.sealers[place] for place in signed}
    if sum(header.weights[place] for place in signed) < needed(sum(header.weights)):
        return Worth("inclusion-only", network, header.number, "fisco-below-quorum")
    mine = [pin for pin in trust.chains.get("fisco", []) if (pin["network"], pin["suite"]) == (network, suite)]
    for pin in mine:
        sealers = [bytes.fromhex(one) for one in pin["sealers"]]
        weights = pin.get("weights", [1] * len(sealers))
        if len(weights) != len(sealers) or len(set(sealers)) != len(sealers) or not sum(weights):
            continue
        if sum(weight for key, weight in zip(sealers, weights) if key in keys) >= needed(sum(weights)):
            return Worth("canonical", network, header.number)
    return Worth("quorum-unpinned", network, header.number, "fisco-unpinned" if not mine else "fisco-pin-below-quorum")
