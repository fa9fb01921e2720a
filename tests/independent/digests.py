"""Digests by their identifiers, Keccak-256, and the ends of algorithms (docs/format/evidence-records.md)."""

import hashlib
from datetime import datetime, timezone

# RFC 3279, RFC 5754, RFC 8702, GM/T 0006.
NAMES = {
    "1.2.840.113549.2.5": "md5",
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.4": "sha224",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
    "2.16.840.1.101.3.4.2.6": "sha512_256",
    "2.16.840.1.101.3.4.2.7": "sha3_224",
    "2.16.840.1.101.3.4.2.8": "sha3_256",
    "2.16.840.1.101.3.4.2.9": "sha3_384",
    "2.16.840.1.101.3.4.2.10": "sha3_512",
    "1.2.156.10197.1.401": "sm3",
}
OIDS_BY_NAME = {name: oid for oid, name in NAMES.items()}
FOREVER = datetime(9999, 12, 31, tzinfo=timezone.utc)


def day(year, month):
    return datetime(year, month, 1, tzinfo=timezone.utc)


# ETSI TS 119 312 V1.5.1, as the page has it: digests by name, keys by kind with the size below which it holds.
DIGEST_ENDS = {"md5": day(2004, 8), "sha1": day(2012, 8), "sha224": day(2029, 1)}
KEY_ENDS = [
    ("RSA", 1024, day(2010, 8)),
    ("RSA", 1900, day(2019, 10)),
    ("RSA", 3000, day(2029, 1)),
    ("EC", 224, day(2012, 8)),
    ("EC", 256, day(2021, 10)),
]
TEXTS = {
    "MD5": "md5",
    "SHA-1": "sha1",
    "SHA-224": "sha224",
    "SHA-256": "sha256",
    "SHA-384": "sha384",
    "SHA-512": "sha512",
    "SM3": "sm3",
}
TEXTS |= {f"SHA3-{n}": f"sha3_{n}" for n in (224, 256, 384, 512)}


class Ends:
    """Until when an algorithm is relied on; a trust file may bring another table (docs/format/trust.md)."""

    def __init__(self, table=None):
        self.digests, self.keys = DIGEST_ENDS, KEY_ENDS
        if table is not None:
            self.digests = {TEXTS[e["algorithm"]]: instant(e["until"]) for e in table if "below" not in e}
            self.keys = [(e["algorithm"], e["below"], instant(e["until"])) for e in table if "below" in e]

    def digest(self, name):
        return self.digests.get(name, FOREVER)

    def key(self, kind, bits):
        return min((until for k, below, until in self.keys if k == kind and bits < below), default=FOREVER)


def instant(text):
    """RFC 3339 in UTC."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def digest(name, data):
    if name == "keccak256":
        return keccak256(data)
    return hashlib.new(name, data).digest()


def sha256(data):
    return hashlib.sha256(data).digest()


def sm3(data):
    return hashlib.new("sm3", data).digest()


LANES = (1 << 64) - 1


def round_constants():
    register, found = 1, []
    for _ in range(24):
        constant = 0
        for j in range(7):
            if register & 1:
                constant |= 1 << ((1 << j) - 1)
            register = (register << 1) ^ (0x171 if register & 0x80 else 0)
        found.append(constant)
    return found


CONSTANTS = round_constants()
ROTATIONS = [[0, 36, 3, 41, 18], [1, 44, 10, 45, 2], [62, 6, 43, 15, 61], [28, 55, 25, 21, 56], [27, 20, 39, 8, 14]]


def turn(lane, by):
    return (lane << by | lane >> (64 - by)) & LANES if by else lane


def permute(a):
    for constant in CONSTANTS:
        c = [a[x][0] ^ a[x][1] ^ a[x][2] ^ a[x][3] ^ a[x][4] for x in range(5)]
        d = [c[x - 1] ^ turn(c[(x + 1) % 5], 1) for x in range(5)]
        b = [[0] * 5 for _ in range(5)]
        for x in range(5):
            for y in range(5):
                b[y][(2 * x + 3 * y) % 5] = turn(a[x][y] ^ d[x], ROTATIONS[x][y])
        a = [[b[x][y] ^ (~b[(x + 1) % 5][y] & b[(x + 2) % 5][y]) for y in range(5)] for x in range(5)]
        a[0][0] ^= constant
    return a


def keccak256(data):
    """Keccak[c=512] with the padding from before FIPS 202."""
    rate = 136
    padded = bytearray(data + b"\1" + bytes(rate - 1 - len(data) % rate))
    padded[-1] |= 0x80
    a = [[0] * 5 for _ in range(5)]
    for start in range(0, len(padded), rate):
        for i in range(rate // 8):
            a[i % 5][i // 5] ^= int.from_bytes(padded[start + 8 * i : start + 8 * i + 8], "little")
        a = permute(a)
    return b"".join(a[i % 5][i // 5].to_bytes(8, "little") for i in range(4))
