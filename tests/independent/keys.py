"""Public keys (RFC 3279, RFC 5480, RFC 8410, GM/T 0009) and signatures by them."""

import hashlib

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

import curves
import der
from digests import NAMES, OIDS_BY_NAME, digest

RSA, PSS, EC = "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10", "1.2.840.10045.2.1"
ED25519 = "1.3.101.112"
SM2_CURVE = "1.2.156.10197.1.301"
NAMED = {
    "1.2.840.10045.3.1.7": ec.SECP256R1,
    "1.3.132.0.34": ec.SECP384R1,
    "1.3.132.0.35": ec.SECP521R1,
    "1.3.36.3.3.2.8.1.1.7": ec.BrainpoolP256R1,
    "1.3.36.3.3.2.8.1.1.11": ec.BrainpoolP384R1,
}
# Signature algorithms: kind of key, digest; `None` where another field names the digest.
ALGORITHMS = {
    "1.2.840.113549.1.1.4": ("RSA", "md5"),
    "1.2.840.113549.1.1.5": ("RSA", "sha1"),
    "1.3.14.3.2.29": ("RSA", "sha1"),
    "1.2.840.113549.1.1.14": ("RSA", "sha224"),
    "1.2.840.113549.1.1.11": ("RSA", "sha256"),
    "1.2.840.113549.1.1.12": ("RSA", "sha384"),
    "1.2.840.113549.1.1.13": ("RSA", "sha512"),
    RSA: ("RSA", None),
    "1.2.840.10045.4.1": ("EC", "sha1"),
    "1.2.840.10045.4.3.1": ("EC", "sha224"),
    "1.2.840.10045.4.3.2": ("EC", "sha256"),
    "1.2.840.10045.4.3.3": ("EC", "sha384"),
    "1.2.840.10045.4.3.4": ("EC", "sha512"),
    EC: ("EC", None),
    "1.2.156.10197.1.501": ("SM2", "sm3"),
    "1.2.156.10197.1.301.1": ("SM2", "sm3"),
    SM2_CURVE: ("SM2", "sm3"),
    ED25519: ("Ed25519", "sha512"),
}
ALGORITHMS |= {f"2.16.840.1.101.3.4.3.{9 + i}": ("EC", f"sha3_{n}") for i, n in enumerate((224, 256, 384, 512))}
ALGORITHMS |= {f"2.16.840.1.101.3.4.3.{13 + i}": ("RSA", f"sha3_{n}") for i, n in enumerate((224, 256, 384, 512))}


class Unknown(Exception):
    """An algorithm that is not known here."""


class Key:
    """SubjectPublicKeyInfo (RFC 5280 §4.1.2.7)."""

    def __init__(self, info):
        self.info = info
        algorithm = info[0]
        self.oid, octets = algorithm[0].oid(), info[1].bits()
        self.kind, self.bits, self.octets = None, 0, octets
        if self.oid in (RSA, PSS):
            numbers = der.whole(octets)
            self.modulus, self.exponent = numbers[0].integer(), numbers[1].integer()
            self.kind, self.bits = "RSA", self.modulus.bit_length()
        elif self.oid == EC:
            self.curve(algorithm)
        elif self.oid == ED25519:
            self.kind = "Ed25519"

    def curve(self, algorithm):
        name = algorithm[1].oid() if algorithm[1].tag == 6 else None
        if name == SM2_CURVE:
            self.kind, self.bits, self.point = "SM2", 256, uncompressed(self.octets)
        elif name in NAMED:
            self.kind, self.name, self.bits = "EC", NAMED[name], NAMED[name]().key_size

    def weak_kind(self):
        """The kind under which the table of ends has it."""
        return self.kind if self.kind == "RSA" else "EC"

    def identifier(self):
        """Method 1 of RFC 5280 §4.2.1.2."""
        return hashlib.sha1(self.octets).digest()


def uncompressed(octets):
    if len(octets) != 65 or octets[0] != 4:
        raise der.Malformed("point")
    return curves.point(octets[1:])


def scheme(algorithm, hint=None):
    """Kind and digest of a signature algorithm; PSS has its digest among its parameters."""
    oid = algorithm[0].oid()
    if oid == PSS:
        return "PSS", pss_parameters(algorithm)[0]
    if oid in ALGORITHMS:
        kind, name = ALGORITHMS[oid]
        return kind, name or hint
    raise Unknown(oid)


def pss_parameters(algorithm):
    """Digest, digest of the mask, length of the salt (RFC 4055 §3.1)."""
    found = {0xA0: "sha1", 0xA1: "sha1", 0xA2: 20, 0xA3: 1}
    for field in algorithm[1].inside if len(algorithm) > 1 else []:
        inner = field[0]
        if field.tag == 0xA0:
            found[0xA0] = named(inner)
        elif field.tag == 0xA1:
            if inner[0].oid() != "1.2.840.113549.1.1.8":
                raise Unknown("mask")
            found[0xA1] = named(inner[1])
        else:
            found[field.tag] = inner.integer()
    if found[0xA3] != 1:
        raise Unknown("trailer")
    return found[0xA0], found[0xA1], found[0xA2]


def named(algorithm):
    oid = algorithm[0].oid()
    if oid not in NAMES:
        raise Unknown(oid)
    return NAMES[oid]


def holds(key, algorithm, message, signature, hint=None):
    """Whether `signature` over `message` is of `key`; `hint` is the digest where the algorithm names none."""
    kind, name = scheme(algorithm, hint)
    if key.kind is None or name is None:
        raise Unknown(key.oid)
    if misnamed(key, kind):
        kind = key.kind
    if kind in ("RSA", "PSS"):
        return key.kind == "RSA" and rsa(key, algorithm, kind, name, message, signature)
    if kind != key.kind:
        return False
    if kind == "SM2":
        return sm2(key, message, signature)
    return by_cryptography(key, kind, name, message, signature)


def misnamed(key, kind):
    """An algorithm of RSA beside a key of a curve, or the other way round, as some authorities write; the key decides."""
    return {key.kind, kind} == {"RSA", "EC"}


def rsa(key, algorithm, kind, name, message, signature):
    """RFC 8017 §8.2.2 and §8.1.2."""
    size = (key.bits + 7) // 8
    number = int.from_bytes(signature)
    if key.bits > 16384 or len(signature) != size or number >= key.modulus:
        return False
    opened = pow(number, key.exponent, key.modulus)
    if kind == "PSS":
        return pss(opened, key.bits - 1, message, *pss_parameters(algorithm))
    encoded, due = opened.to_bytes(size), digest(name, message)
    for parameters in (b"\5\0", b""):
        info = der.encode(0x30, der.encode(0x30, encode_oid(OIDS_BY_NAME[name]) + parameters) + der.encode(4, due))
        if encoded == b"\0\1" + b"\xff" * (size - len(info) - 3) + b"\0" + info and size - len(info) >= 11:
            return True
    return False


def encode_oid(text):
    first, second, *rest = map(int, text.split("."))
    body = b""
    for part in [40 * first + second, *rest]:
        piece = [part & 0x7F]
        while part := part >> 7:
            piece.insert(0, part & 0x7F | 0x80)
        body += bytes(piece)
    return der.encode(6, body)


def pss(opened, bits, message, name, mask_name, salt_length):
    """EMSA-PSS-VERIFY (RFC 8017 §9.1.2)."""
    size, hashed = (bits + 7) // 8, digest(name, message)
    if opened.bit_length() > bits or size < len(hashed) + salt_length + 2:
        return False
    encoded = opened.to_bytes(size)
    masked, h = encoded[: size - len(hashed) - 1], encoded[size - len(hashed) - 1 : -1]
    if encoded[-1] != 0xBC or masked[0] >> (8 - (8 * size - bits)):
        return False
    block = bytes(a ^ b for a, b in zip(masked, mask(h, len(masked), mask_name)))
    block = bytes([block[0] & 0xFF >> (8 * size - bits)]) + block[1:]
    zeros = len(block) - salt_length - 1
    if any(block[:zeros]) or block[zeros] != 1:
        return False
    return digest(name, bytes(8) + hashed + block[zeros + 1 :]) == h


def mask(seed, length, name):
    """MGF1 (RFC 8017 §B.2.1)."""
    found = b""
    for counter in range(length // len(digest(name, b"")) + 1):
        found += digest(name, seed + counter.to_bytes(4))
    return found[:length]


def sm2(key, message, signature):
    try:
        pair = der.whole(signature)
        return len(pair) == 2 and curves.sm2_holds(key.point, message, pair[0].integer(), pair[1].integer())
    except der.Malformed:
        return False


def by_cryptography(key, kind, name, message, signature):
    try:
        if kind == "EC":
            made = ec.EllipticCurvePublicKey.from_encoded_point(key.name(), key.octets)
            hashed = digest(name, message)
            sized = next(
                h
                for h in (hashes.SHA1, hashes.SHA224, hashes.SHA256, hashes.SHA384, hashes.SHA512)
                if h.digest_size == len(hashed)
            )
            made.verify(signature, hashed, ec.ECDSA(Prehashed(sized())))
        else:
            ed25519.Ed25519PublicKey.from_public_bytes(key.octets).verify(signature, message)
        return True
    except UnsupportedAlgorithm:
        raise Unknown(kind) from None
    except (InvalidSignature, ValueError):
        return False
