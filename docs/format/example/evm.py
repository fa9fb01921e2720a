#!/usr/bin/env python3
"""Judges a receipt of an EVM chain, from docs/format/evm.md and the standard library alone; it shares no code with the
program. `evm.py RECEIPT PAYLOAD` prints where the payload stands, or why not; `evm.py --check` judges the receipt of the
tests, and every damage to it."""
import json
import pathlib
import sys

MASK = (1 << 64) - 1


def keccak(message):
    """Keccak-256 with the padding of 2011 (FIPS 202 has another)."""
    rate = 136
    padded = bytearray(message + b"\1" + bytes(-(len(message) + 1) % rate))
    padded[-1] |= 0x80
    state = [[0] * 5 for _ in range(5)]
    turn = lambda v, n: ((v << n) | (v >> (64 - n))) & MASK if n else v
    for start in range(0, len(padded), rate):
        for i in range(rate // 8):
            state[i % 5][i // 5] ^= int.from_bytes(padded[start + 8 * i : start + 8 * i + 8], "little")
        register = 1
        for _ in range(24):
            c = [state[x][0] ^ state[x][1] ^ state[x][2] ^ state[x][3] ^ state[x][4] for x in range(5)]
            d = [c[(x - 1) % 5] ^ turn(c[(x + 1) % 5], 1) for x in range(5)]
            state = [[lane ^ d[x] for lane in state[x]] for x in range(5)]
            x, y, lane = 1, 0, state[1][0]
            for t in range(24):
                x, y = y, (2 * x + 3 * y) % 5
                lane, state[x][y] = state[x][y], turn(lane, (t + 1) * (t + 2) // 2 % 64)
            for y in range(5):
                row = [state[x][y] for x in range(5)]
                for x in range(5):
                    state[x][y] = row[x] ^ (~row[(x + 1) % 5] & MASK & row[(x + 2) % 5])
            for j in range(7):
                register = (register << 1) ^ ((register >> 7) * 0x171)
                if register & 2:
                    state[0][0] ^= 1 << ((1 << j) - 1)
    return b"".join(state[i % 5][i // 5].to_bytes(8, "little") for i in range(4))


def need(holds, code):
    if not holds:
        raise ValueError(code)


def item(octets):
    """The first RLP value and what follows it: bytes, or a list."""
    need(octets, "ended")
    first = octets[0]
    if first < 0x80:
        return octets[:1], octets[1:]
    kind, short = (list, first - 0xC0) if first >= 0xC0 else (bytes, first - 0x80)
    start, length = 1, short
    if short > 55:
        start = 1 + short - 55
        need(len(octets) >= start and octets[1] != 0, "length")
        length = int.from_bytes(octets[1:start], "big")
        need(length > 55, "length")
    payload, rest = octets[start : start + length], octets[start + length :]
    need(len(payload) == length, "ended")
    if kind is list:
        items = []
        while payload:
            one, payload = item(payload)
            items.append(one)
        return items, rest
    need(length != 1 or payload[0] >= 0x80, "form")
    return payload, rest


def whole(octets):
    value, rest = item(octets)
    need(not rest, "more")
    return value


def encoded(value):
    if isinstance(value, int):
        value = value.to_bytes((value.bit_length() + 7) // 8, "big")
    base, payload = (0xC0, b"".join(map(encoded, value))) if isinstance(value, list) else (0x80, value)
    if base == 0x80 and len(payload) == 1 and payload[0] < 0x80:
        return payload
    if len(payload) <= 55:
        return bytes([base + len(payload)]) + payload
    length = len(payload).to_bytes((len(payload).bit_length() + 7) // 8, "big")
    return bytes([base + 55 + len(length)]) + length + payload


P = 2**256 - 2**32 - 977
N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
G = (
    0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
    0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
)


def add(a, b):
    if a is None or b is None:
        return a or b
    if a[0] == b[0]:
        if (a[1] + b[1]) % P == 0:
            return None
        slope = 3 * a[0] * a[0] * pow(2 * a[1], -1, P)
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def times(n, point):
    total = None
    while n:
        if n & 1:
            total = add(total, point)
        point, n = add(point, point), n >> 1
    return total


def signer(digest, r, s, odd):
    """SEC 1 §4.1.6: whose signature it is."""
    need(0 < r < N and 0 < s < N, "signature")
    y = pow(r**3 + 7, (P + 1) // 4, P)
    need((y * y - r**3 - 7) % P == 0, "signature")
    point = (r, y if y % 2 == odd else P - y)
    inverse = pow(r, -1, N)
    negative = -int.from_bytes(digest, "big") * inverse % N
    key = add(times(s * inverse % N, point), times(negative, G))
    need(key is not None, "signature")
    return keccak(key[0].to_bytes(32, "big") + key[1].to_bytes(32, "big"))[12:]


def number(octets):
    need(isinstance(octets, bytes) and (not octets or octets[0]), "number")
    return int.from_bytes(octets, "big")


def transaction(octets):
    """Chain, sender, input."""
    if octets[0] == 2:
        fields = whole(octets[1:])
        need(len(fields) == 12, "evm-transaction")
        chain, parity, r, s = (number(fields[i]) for i in (0, 9, 10, 11))
        need(parity < 2 and s <= N // 2, "evm-transaction")
        return chain, signer(keccak(b"\2" + encoded(fields[:9])), r, s, parity), fields[7]
    need(octets[0] >= 0xC0, "evm-transaction")
    fields = whole(octets)
    need(len(fields) == 9, "evm-transaction")
    v, r, s = map(number, fields[6:])
    need(v >= 35 and s <= N // 2, "evm-transaction")
    chain = (v - 35) // 2
    return chain, signer(keccak(encoded(fields[:6] + [chain, b"", b""])), r, s, (v - 35) % 2), fields[5]


def value_at(root, key, path):
    """Follows a path of the trie; every node must be needed."""
    nibbles = [n for octet in key for n in (octet >> 4, octet & 15)]
    path, node = list(path), root
    while True:
        if isinstance(node, bytes):
            need(len(node) == 32 and path and keccak(path[0]) == node, "evm-path")
            node = whole(path.pop(0))
        need(isinstance(node, list) and len(node) in (2, 17), "evm-path")
        if len(node) == 17:
            if not nibbles:
                need(node[16] and not path, "evm-path")
                return node[16]
            node = node[nibbles.pop(0)]
            continue
        prefix = [n for octet in node[0] for n in (octet >> 4, octet & 15)]
        need(prefix and prefix[0] < 4, "evm-path")
        leaf, prefix = prefix[0] >= 2, prefix[1:] if prefix[0] % 2 else prefix[2:]
        need(nibbles[: len(prefix)] == prefix, "evm-path")
        nibbles, node = nibbles[len(prefix) :], node[1]
        if leaf:
            need(not nibbles and not path, "evm-path")
            return node


def digest(header, consensus):
    """The hash of a block: IBFT 2.0 and QBFT leave out what the seals are."""
    if consensus in ("none", "clique"):
        return keccak(header)
    fields = whole(header)
    parts = whole(fields[12])
    need(len(parts) == 5, "evm-header")
    fields[12] = encoded(parts[:3] + ([b"", []] if consensus == "qbft" else []))
    return keccak(encoded(fields))


def judge(receipt, payload):
    """Where the payload stands; what a header is worth is a question of pins and seals, which are not judged here."""
    need(receipt["format"] == "fidem-evm/1", "format")
    octets = bytes.fromhex(receipt["transaction"])
    chain, sender, data = transaction(octets)
    need(chain == receipt["chain_id"], "evm-other-chain")
    need(data == payload, "evm-other-payload")
    before = None
    for header in map(bytes.fromhex, [receipt["header"], *receipt["successors"]]):
        fields, own = whole(header), digest(header, receipt["consensus"])
        here = number(fields[8])
        need(before is None or (fields[0], here) == (before[0], before[1] + 1), "evm-link")
        first = first if before else (fields, own)
        before = (own, here)
    fields, own = first
    found = value_at(fields[4], encoded(receipt["index"]), map(bytes.fromhex, receipt["proof"]))
    need(found == octets, "evm-path")
    return {
        "network": f"eip155:{chain}",
        "height": number(fields[8]),
        "block": own.hex(),
        "transaction": keccak(octets).hex(),
        "time": number(fields[11]),
        "sender": sender.hex(),
    }


def check():
    data = pathlib.Path(__file__).parents[3] / "crates/anchor/tests/data/evm.json"
    receipt = json.loads(data.read_text())
    place = judge(receipt, b"\7" * 32)
    for field in ("header", "transaction", *range(len(receipt["proof"]))):
        where = receipt["proof"] if isinstance(field, int) else receipt
        for at in range(0, len(where[field]), 41):
            kept = where[field]
            where[field] = kept[:at] + f"{int(kept[at], 16) ^ 1:x}" + kept[at + 1 :]
            try:
                assert judge(receipt, b"\7" * 32)["block"] != place["block"], (field, at)
            except (ValueError, IndexError, TypeError):
                pass
            where[field] = kept
    return place


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        print(json.dumps(check(), indent=1))
    else:
        text = pathlib.Path(sys.argv[1]).read_text()
        print(json.dumps(judge(json.loads(text), bytes.fromhex(sys.argv[2])), indent=1))
