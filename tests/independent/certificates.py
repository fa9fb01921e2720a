"""X.509 certificates (RFC 5280 §4) read with der.py."""

import functools
import unicodedata

import der
from digests import sha256
from keys import Key

BASIC, KEY_USAGE, EXTENDED = "2.5.29.19", "2.5.29.15", "2.5.29.37"
NAME_CONSTRAINTS, POLICIES, MAPPINGS, POLICY_CONSTRAINTS, INHIBIT = (
    "2.5.29.30",
    "2.5.29.32",
    "2.5.29.33",
    "2.5.29.36",
    "2.5.29.54",
)
SUBJECT_KEY, AUTHORITY_KEY, ALTERNATIVE = "2.5.29.14", "2.5.29.35", "2.5.29.17"
DIGITAL_SIGNATURE, NON_REPUDIATION, CERT_SIGN, CRL_SIGN = 0, 1, 5, 6


class Certificate:
    """One certificate; a certificate that is none raises `Malformed`."""

    def __init__(self, raw):
        top = der.whole(raw).need(0x30)
        self.raw, self.tbs, self.algorithm, self.signature = raw, top[0], top[1], top[2].bits()
        fields = list(top[0].inside)
        self.version = fields.pop(0)[0].integer() if fields[0].tag == 0xA0 else 0
        self.serial, self.inner = fields[0].integer(), fields[1]
        self.issuer, self.subject = fields[2], fields[4]
        self.begins, self.ends = fields[3][0].time(), fields[3][1].time()
        self.key = Key(fields[5])
        self.extensions, self.repeated = {}, False
        for field in fields[6:]:
            if field.tag == 0xA3:
                self.read_extensions(field[0])

    def read_extensions(self, listed):
        for one in listed.inside:
            oid = one[0].oid()
            critical = one[1].boolean() if one[1].tag == 1 else False
            self.repeated |= oid in self.extensions
            self.extensions[oid] = critical, one[-1].need(4).body

    def __eq__(self, other):
        return isinstance(other, Certificate) and self.raw == other.raw

    def __hash__(self):
        return hash(self.raw)

    @property
    def self_issued(self):
        return same_name(self.subject, self.issuer)

    def critical(self, oid):
        return oid in self.extensions and self.extensions[oid][0]

    def extension(self, oid):
        """The value of an extension, or `None`."""
        return der.whole(self.extensions[oid][1]) if oid in self.extensions else None

    def authority(self):
        """`cA` and the path length of the basic constraints."""
        value = self.extension(BASIC)
        fields = value.inside if value else []
        is_authority = bool(fields) and fields[0].tag == 1 and fields[0].boolean()
        length = fields[-1].integer() if fields and fields[-1].tag == 2 else None
        return is_authority, length

    def usage(self):
        """The bits of the key usage, or `None`."""
        value = self.extension(KEY_USAGE)
        return None if value is None else value.flags()

    def purposes(self):
        value = self.extension(EXTENDED)
        return None if value is None else [one.oid() for one in value.inside]

    def purposes_or_none(self):
        """As `purposes`, and `None` for what cannot be read."""
        try:
            return self.purposes()
        except der.Malformed:
            return None

    def subject_key(self):
        value = self.extension(SUBJECT_KEY)
        return None if value is None else value.octets()

    def fingerprint(self):
        return sha256(self.raw)


@functools.cache
def parts_of(raw):
    return name_parts(der.whole(raw))


def name_parts(name):
    """The relative names, each a set of type and text as RFC 5280 §7.1 compares them."""
    return [(one.tag, frozenset((pair[0].oid(), text(pair[1])) for pair in one.inside)) for one in name.inside]


def text(value):
    codecs = {0x0C: "utf-8", 0x13: "ascii", 0x14: "latin-1", 0x16: "ascii", 0x1E: "utf-16-be", 0x1C: "utf-32-be", 0x12: "ascii"}
    if value.tag not in codecs:
        return value.tag, value.body
    try:
        said = value.body.decode(codecs[value.tag])
    except UnicodeDecodeError:
        return value.tag, value.body
    return " ".join(unicodedata.normalize("NFKC", said).casefold().split())


def same_name(one, other):
    return one.raw == other.raw or parts_of(one.raw) == parts_of(other.raw)
