"""WARC 1.1 records, one gzip member each (docs/format/capture.md; ISO 28500)."""

import base64
import binascii
import hashlib
import re
import zlib

LARGEST = 1 << 30
LENGTHS = {"sha256": 32, "sha1": 20, "md5": 16, "sha512": 64}


class Fault(ValueError):
    """What is wrong with an archive."""


class Record:
    """One record: its place among the octets, its fields, its block."""

    def __init__(self, offset, length, data):
        self.offset, self.length = offset, length
        head, found, rest = data.partition(b"\r\n\r\n")
        if not found:
            raise Fault("no header")
        lines = head.split(b"\r\n")
        if lines[0] not in (b"WARC/1.1", b"WARC/1.0"):
            raise Fault("version")
        self.fields = [field(line) for line in lines[1:]]
        size = self.one("content-length")
        if size is None or not re.fullmatch(r"\d{1,15}", size) or rest[int(size) :] != b"\r\n\r\n":
            raise Fault("length of the block")
        self.block = rest[: int(size)]
        self.type, self.id, self.uri = self.one("warc-type"), self.one("warc-record-id"), self.one("warc-target-uri")
        if not self.type or not self.id or not re.fullmatch(r"<[^<>\s]+>", self.id) or not self.one("warc-date"):
            raise Fault("a field is missing")
        self.check_digests()

    def one(self, name):
        """The only value of a field; one that stands twice is a fault."""
        values = [value for key, value in self.fields if key == name]
        if len(values) > 1:
            raise Fault(f"{name} twice")
        return values[0] if values else None

    @property
    def is_http(self):
        return (self.one("content-type") or "").startswith("application/http")

    @property
    def payload(self):
        """What follows the head of the message, as it is."""
        if not self.is_http:
            return self.block
        return self.block.partition(b"\r\n\r\n")[2]

    def check_digests(self):
        for name, data in (("warc-block-digest", self.block), ("warc-payload-digest", self.payload)):
            said = self.one(name)
            if said is not None and not fits(said, data):
                raise Fault(name)

    def status(self):
        found = re.match(rb"HTTP/[\d.]+ (\d{3})", self.block)
        return found[1].decode() if found else None


def field(line):
    name, colon, value = line.partition(b":")
    if not colon or not re.fullmatch(rb"[!#-'*+\-.^_`|~0-9A-Za-z]+", name):
        raise Fault("header")
    try:
        return name.decode().lower(), value.decode().strip(" \t")
    except UnicodeDecodeError:
        raise Fault("header") from None


def fits(said, data):
    """A labelled digest in hexadecimal or base32."""
    label, colon, value = said.partition(":")
    label = label.lower().replace("-", "")
    if not colon or label not in LENGTHS:
        raise Fault("digest")
    due = hashlib.new(label, data).digest()
    if len(value) == 2 * len(due):
        return value.lower() == due.hex()
    try:
        return base64.b32decode(value + "=" * (-len(value) % 8), casefold=True) == due
    except binascii.Error:
        raise Fault("digest") from None


def records(octets):
    """Every record of an archive of gzip members."""
    at, seen, found = 0, set(), []
    while at < len(octets):
        machine = zlib.decompressobj(31)
        try:
            data = machine.decompress(octets[at:], LARGEST)
        except zlib.error as error:
            raise Fault(str(error)) from None
        if not machine.eof:
            raise Fault("gzip member")
        length = len(octets) - at - len(machine.unused_data)
        record = Record(at, length, data)
        if record.id in seen:
            raise Fault("id twice")
        seen.add(record.id)
        found.append(record)
        at += length
    return found
