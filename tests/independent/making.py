"""Keys, certificates, tokens, revocation lists and OCSP responses made for the comparison, well formed or not.

All of it is written with der.py's encoder, so that nothing is put right on the way.
"""

import hashlib
import secrets
from datetime import datetime, timedelta, timezone

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import curves
from der import encode, encode_integer, whole
from digests import OIDS_BY_NAME as OIDS
from digests import digest, sm3
from keys import encode_oid

NULL = b"\5\0"
DAY = timedelta(days=1)
AT = datetime(2026, 11, 22, 12, 0, 5, tzinfo=timezone.utc)


def sequence(*parts):
    return encode(0x30, b"".join(parts))


def set_of(*parts):
    return encode(0x31, b"".join(sorted(parts)))


def octets(body):
    return encode(4, body)


def bits(body):
    return encode(3, b"\0" + body)


def tagged(number, *parts, constructed=True):
    return encode((0xA0 if constructed else 0x80) | number, b"".join(parts))


def oid(text):
    return encode_oid(text)


def algorithm(name, parameters=b""):
    return sequence(oid(name), parameters)


def digest_algorithm(name):
    return algorithm(OIDS[name])


def name(text):
    return sequence(set_of(sequence(oid("2.5.4.3"), encode(0x0C, text.encode()))))


def time(at):
    return encode(0x17, at.strftime("%y%m%d%H%M%SZ").encode()) if at.year < 2050 else general(at)


def general(at):
    return encode(0x18, at.strftime("%Y%m%d%H%M%SZ").encode())


def whole_body(raw):
    """The content of one value."""
    return whole(raw).body


class Signer:
    """A key with its SubjectPublicKeyInfo, its algorithm, and the digest that goes with it."""

    def __init__(self, kind, hashed="sha256"):
        self.kind, self.digest = kind, hashed
        self.secret, self.info = self.generate()
        self.algorithm = self.identifier()

    def generate(self):
        kind = self.kind
        if kind == "sm2":
            secret = secrets.randbelow(curves.SM2.n - 2) + 1
            self.public = curves.SM2.times(secret, curves.SM2.g)
            point = b"\4" + curves.flat(self.public)
            return secret, sequence(algorithm("1.2.840.10045.2.1", oid("1.2.156.10197.1.301")), bits(point))
        if kind.startswith("rsa") or kind.startswith("pss"):
            secret = rsa.generate_private_key(65537, int(kind[3:]))
        elif kind in ("ed25519", "ed448"):
            secret = (ed25519.Ed25519PrivateKey if kind == "ed25519" else ed448.Ed448PrivateKey).generate()
        else:
            secret = ec.generate_private_key(getattr(ec, kind)())
        return secret, secret.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def identifier(self):
        kind, hashed = self.kind, self.digest
        if kind == "sm2":
            return algorithm("1.2.156.10197.1.501")
        if kind.startswith("rsa"):
            return algorithm(
                f"1.2.840.113549.1.1.{ {'sha1': 5, 'sha224': 14, 'sha256': 11, 'sha384': 12, 'sha512': 13}[hashed] }", NULL
            )
        if kind.startswith("pss"):
            own = algorithm(OIDS[hashed], NULL)
            mask = algorithm("1.2.840.113549.1.1.8", own)
            return algorithm("1.2.840.113549.1.1.10", sequence(tagged(0, own), tagged(1, mask), tagged(2, encode_integer(32))))
        if kind.startswith("ed"):
            return algorithm("1.3.101.112" if kind == "ed25519" else "1.3.101.113")
        return algorithm(f"1.2.840.10045.4.3.{ {'sha224': 1, 'sha256': 2, 'sha384': 3, 'sha512': 4}[hashed] }")

    def sign(self, message):
        if self.kind == "sm2":
            return sm2(self.secret, self.public, message)
        hashed = getattr(hashes, self.digest.upper())() if self.digest != "sm3" else None
        if self.kind.startswith("rsa"):
            return self.secret.sign(message, padding.PKCS1v15(), hashed)
        if self.kind.startswith("pss"):
            return self.secret.sign(message, padding.PSS(padding.MGF1(hashed), 32), hashed)
        if self.kind.startswith("ed"):
            return self.secret.sign(message)
        return self.secret.sign(message, ec.ECDSA(hashed))


def sm2_pair(secret, public, message):
    """GB/T 32918.2 §6.1"""
    e, n = int.from_bytes(sm3(curves.sm2_identity(public) + message)), curves.SM2.n
    seed = secret.to_bytes(32) + message
    while True:
        seed = sm3(seed)
        k = int.from_bytes(seed) % n
        r = (e + curves.SM2.times(k, curves.SM2.g)[0]) % n
        s = pow(1 + secret, -1, n) * (k - r * secret) % n
        if r and s and (r + k) % n:
            return r, s


def sm2(secret, public, message):
    r, s = sm2_pair(secret, public, message)
    return sequence(encode_integer(r), encode_integer(s))


def extension(number, value, critical=False):
    return sequence(oid(number), b"\1\1\xff" if critical else b"", octets(value))


def basic(authority, length=None):
    inner = (b"\1\1\xff" if authority else b"") + (b"" if length is None else encode_integer(length))
    return extension("2.5.29.19", sequence(inner), True)


def usage(*flags):
    value = sum(1 << (7 - flag) for flag in flags)
    return extension("2.5.29.15", encode(3, bytes([7 - max(flags), value])), True)


def purposes(*oids, critical=True):
    return extension("2.5.29.37", sequence(*map(oid, oids)), critical)


STAMPING = "1.3.6.1.5.5.7.3.8"
FOR_ISSUER = (basic(True), usage(5, 6))
FOR_STAMPS = (basic(False), usage(0), purposes(STAMPING))


def certificate(subject, key, issuer, signer, extensions=(), begins=AT - 30 * DAY, ends=AT + 3650 * DAY, serial=None, inner=None):
    """A certificate of version 3; `inner` is the algorithm it names within, where another than the signer's."""
    tbs = sequence(
        tagged(0, encode_integer(2)),
        encode_integer(serial or secrets.randbits(62)),
        inner or signer.algorithm,
        name(issuer),
        sequence(time(begins), time(ends)),
        name(subject),
        key.info,
        tagged(3, sequence(*extensions)) if extensions else b"",
    )
    return sequence(tbs, signer.algorithm, bits(signer.sign(tbs)))


def statement(data, at=AT, hashed="sha256", version=1, policy="1.2.3.4", serial=7, more=b"", imprint=None):
    made = sequence(algorithm(OIDS.get(hashed, hashed)), octets(digest(hashed, data) if imprint is None else imprint))
    return sequence(encode_integer(version), oid(policy), made, encode_integer(serial), general(at), more)


def attribute(number, *values):
    return sequence(oid(number), set_of(*values))


def binding(raw, version=2, hashed="sha256"):
    if version == 1:
        return attribute("1.2.840.113549.1.9.16.2.12", sequence(sequence(sequence(octets(hashlib.sha1(raw).digest())))))
    named = b"" if hashed == "sha256" else algorithm(OIDS[hashed])
    return attribute("1.2.840.113549.1.9.16.2.47", sequence(sequence(sequence(named, octets(digest(hashed, raw))))))


def attributes(content, raw, hashed, kind="1.2.840.113549.1.9.16.1.4", bound=None):
    return [
        attribute("1.2.840.113549.1.9.3", oid(kind)),
        attribute("1.2.840.113549.1.9.4", octets(digest(hashed, content))),
        binding(raw) if bound is None else bound,
    ]


def signed_data(
    content,
    own,
    raw,
    given,
    issuer,
    serial,
    kind="1.2.840.113549.1.9.16.1.4",
    listed=None,
    hashed=None,
    crls=(),
    named=None,
    signature=None,
    version=1,
    enclosed=True,
    outer="1.2.840.113549.1.7.2",
    unsigned=None,
):
    """SignedData by `own` over `content`, with the attributes `listed` and the certificates `given`.

    `enclosed` says that the content stands in it; `unsigned` gives the unsigned attributes of a signature's value.
    """
    hashed = hashed or own.digest
    listed = attributes(content, raw, hashed, kind) if listed is None else listed
    shown = encode(0xA0, b"".join(sorted(listed))) if listed else b""
    message = encode(0x31, b"".join(sorted(listed))) if listed else content
    signature = own.sign(message) if signature is None else signature
    signer = sequence(
        encode_integer(version),
        sequence(name(issuer), encode_integer(serial)),
        digest_algorithm(hashed),
        shown,
        named or own.algorithm,
        octets(signature),
        tagged(1, *sorted(unsigned(signature))) if unsigned else b"",
    )
    inner = sequence(
        encode_integer(3),
        set_of(digest_algorithm(hashed)),
        sequence(oid(kind), tagged(0, octets(content)) if enclosed else b""),
        tagged(0, *given) if given else b"",
        tagged(1, *crls) if crls else b"",
        set_of(signer),
    )
    return sequence(oid(outer), tagged(0, inner))


def crl(issuer, signer, made, revoked=(), extensions=(), lasts=30 * DAY):
    """A list; `revoked` are pairs of serial and moment, with a reason or none."""
    entries = [
        sequence(
            encode_integer(serial),
            time(when),
            b"" if reason is None else sequence(extension("2.5.29.21", encode(10, bytes([reason])))),
        )
        for serial, when, reason in revoked
    ]
    tbs = sequence(
        encode_integer(1),
        signer.algorithm,
        name(issuer),
        time(made),
        time(made + lasts) if lasts is not None else b"",
        sequence(*entries) if entries else b"",
        tagged(0, sequence(*extensions)) if extensions else b"",
    )
    return sequence(tbs, signer.algorithm, bits(signer.sign(tbs)))


def key_octets(signer):
    return whole(signer.info)[1].bits()


def ocsp(issuer, issuer_key, signer, serial, made, status=b"\x80\0", given=(), responder=None, hashed="sha1", lasts=7 * DAY):
    """A response on one certificate, by the issuer or by whom it named."""
    about = sequence(
        algorithm(OIDS[hashed], NULL),
        octets(digest(hashed, name(issuer))),
        octets(digest(hashed, key_octets(issuer_key))),
        encode_integer(serial),
    )
    single = sequence(about, status, general(made), tagged(0, general(made + lasts)) if lasts is not None else b"")
    data = sequence(tagged(1, name(responder or issuer)), general(made), sequence(single))
    basic_response = sequence(data, signer.algorithm, bits(signer.sign(data)), tagged(0, sequence(*given)) if given else b"")
    return sequence(encode(10, b"\0"), tagged(0, sequence(oid("1.3.6.1.5.5.7.48.1.1"), octets(basic_response))))


def revoked(when, reason=None):
    return tagged(1, general(when), b"" if reason is None else tagged(0, encode(10, bytes([reason]))))


class Authority:
    """Root, perhaps an intermediate, and a time-stamping certificate, of keys of the kinds given."""

    count = 0

    def __init__(
        self,
        kind="SECP256R1",
        hashed="sha256",
        middle=None,
        leaf=FOR_STAMPS,
        root_ends=AT + 7300 * DAY,
        subject="Authority",
        **dates,
    ):
        Authority.count += 1
        self.root, self.own = Signer(kind, hashed), Signer(kind, hashed)
        self.top = self.issuer = f"Root {Authority.count}"
        self.root_raw = certificate(self.top, self.root, self.top, self.root, FOR_ISSUER, begins=AT - 400 * DAY, ends=root_ends)
        self.issuer_key, self.given, self.serial = self.root, [], 99
        if middle is not None:
            self.issuer, self.issuer_key = f"Middle {Authority.count}", Signer(kind, hashed)
            self.middle_raw = certificate(self.issuer, self.issuer_key, self.top, self.root, middle, serial=11)
            self.given = [self.middle_raw]
        self.raw = certificate(subject, self.own, self.issuer, self.issuer_key, leaf, serial=self.serial, **dates)

    def token(self, data, given=None, more=None, **options):
        content = statement(data, **(more or {}))
        if "listed" in options and callable(options["listed"]):
            options["listed"] = options["listed"](content, self.raw, self.own.digest)
        certificates = [self.raw, *self.given] if given is None else given
        return signed_data(content, self.own, self.raw, certificates, self.issuer, self.serial, **options)
