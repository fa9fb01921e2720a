"""WARC records (docs/format/capture.md; ISO 28500), one gzip member each or plain."""

import base64
import binascii
import hashlib
import re
import zlib

import messages

LARGEST, LONGEST_HEAD = 1 << 30, 256 << 10
# Those that are computed anew.
LENGTHS = {"sha256": 32, "sha1": 20}
KINDS = ("warcinfo", "request", "response", "resource", "metadata", "revisit", "conversion", "continuation")
WITHOUT_TARGET = ("warcinfo", "metadata", None)
WITH_PAYLOAD = ("request", "response", "resource", "conversion")
MAY_REPEAT = ("warc-concurrent-to", "warc-protocol")
WHOLE = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}"


class Fault(ValueError):
    """What is wrong with an archive."""


class Undecided(ValueError):
    """What is beyond a budget."""


class Record:
    """One record: its place among the octets, its fields, its block. `note` takes what the standard allows others."""

    def __init__(self, offset, length, head, block, note, ends=0):
        # Those who count the octets of a plain record leave out the line ends behind it, or do not.
        self.offset, self.length, self.lengths, self.block = offset, length, (length, length - ends), block
        self.fields, self.version, self.note = head.fields, head.version, note
        self.type = (self.need("warc-type") or "").lower()
        if self.type not in KINDS:
            note(f"type {self.type}")
            self.type = None
        self.id, self.date = self.need("warc-record-id"), self.need("warc-date")
        if not re.fullmatch("<[A-Za-z][!-9;-~]*:[!-~]+>", self.id) or re.search(r"[<>\"]", self.id[1:-1]):
            raise Fault("WARC-Record-ID")
        if not is_date(self.date, "seconds" if self.version == "1.0" else "any"):
            raise Fault("WARC-Date")
        self.check_target()
        with_head = self.has_payload or self.type == "revisit"
        self.message = messages.Message(block) if self.is_http and with_head else None
        self.check_block()
        self.check_payload()

    def one(self, name):
        return next((value for key, value in self.fields if key == name), None)

    def need(self, name):
        value = self.one(name)
        if value is None:
            raise Fault(f"no {name}")
        return value

    def check_target(self):
        self.uri = self.one("warc-target-uri")
        if self.uri is None and self.type not in WITHOUT_TARGET:
            raise Fault("no WARC-Target-URI")
        if self.uri and re.fullmatch("<.*>", self.uri):
            self.note("brackets around the target")
            self.uri = self.uri[1:-1]

    @property
    def is_http(self):
        return (self.one("content-type") or "").partition(";")[0].strip().lower() == "application/http"

    @property
    def has_payload(self):
        """The payload of a revisit is that of the record it refers to."""
        stated = self.one("warc-payload-digest") is not None
        return self.type in WITH_PAYLOAD or stated and self.type != "revisit"

    @property
    def payload(self):
        """What follows the head of the message, as it is."""
        if not self.has_payload:
            return None
        return self.message.body if self.message else self.block

    def check_block(self):
        stated = self.one("warc-block-digest")
        found = labelled(stated) if stated is not None else None
        if found is None or found[0] != "sha256":
            self.note("no SHA-256 of the block")
        if found and hashed(found[0], self.block) != found[1]:
            raise Fault("WARC-Block-Digest")

    def check_payload(self):
        if not self.has_payload:
            return
        if self.message and not self.message.is_whole(self.type):
            self.note("no message")
        stated = self.one("warc-payload-digest")
        found = labelled(stated) if stated is not None else None
        if found is None:
            if stated is not None:
                self.note("a digest that is not known")
            return
        plain = messages.dechunked(self.payload) if self.message else None
        if hashed(found[0], self.payload) == found[1]:
            return
        if plain is None or hashed(found[0], plain) != found[1]:
            raise Fault("WARC-Payload-Digest")
        self.note("a digest of the body without its chunks")

    def status(self):
        return self.message.status() if self.message else None

    def mime(self):
        """The type of what was answered; of other records that of the block."""
        if self.type in ("request", "response"):
            return self.message.mime() if self.message else None
        kind = self.one("content-type")
        return None if kind is None else kind.partition(";")[0].strip()


class Head:
    """The named fields of a record, their names in small letters (ISO 28500 §4)."""

    def __init__(self, octets, note):
        try:
            lines = octets.decode().split("\r\n")
        except UnicodeDecodeError:
            raise Fault("header") from None
        found = re.fullmatch(r"WARC/(1\.[01])", lines[0])
        if not found:
            raise Fault("version")
        self.version, self.fields = found[1], []
        if self.version == "1.0":
            note("WARC/1.0")
        for line in lines[1:]:
            self.take(line, note)
        names = [name for name, _ in self.fields if name.startswith(("warc-", "content-")) and name not in MAY_REPEAT]
        if len(set(names)) != len(names):
            raise Fault("a field twice")
        self.length = next((value for name, value in self.fields if name == "content-length"), "")
        if not re.fullmatch("[0-9]{1,18}", self.length):
            raise Fault("Content-Length")

    def take(self, line, note):
        if line[:1] in (" ", "\t") and line and self.fields:
            note("a folded line")
            name, value = self.fields.pop()
            self.fields.append((name, f"{value} {line.strip()}"))
            return
        name, colon, value = line.partition(":")
        if not colon or not re.fullmatch(r"[!#-'*+\-.^_`|~0-9A-Za-z]+", name) or re.search("[\r\n\0]", value):
            raise Fault("header")
        self.fields.append((name.lower(), value.strip(" \t")))


def is_date(text, precision):
    """RFC 3339 in UTC: with whole seconds, with up to nine digits of one, or any from a year on (ISO 28500 §5.4)."""
    shapes = {"seconds": [rf"{WHOLE}Z"], "fraction": [rf"{WHOLE}(\.\d{{1,9}})?Z"]}
    shapes["any"] = [*shapes["fraction"], r"\d{4}", r"\d{4}-\d{2}", r"\d{4}-\d{2}-\d{2}", r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}Z"]
    if not any(re.fullmatch(shape, text, re.ASCII) for shape in shapes[precision]):
        return False
    numbers = list(map(int, re.findall(r"\d+", text)))[:6]
    year, month, day, hour, minute, second = numbers + [0, 1, 1, 0, 0, 0][len(numbers) :]
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    days = [31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return 1 <= month <= 12 and 1 <= day <= days[month - 1] and hour < 24 and minute < 60 and second <= 60


def stamp(date):
    """The fourteen digits of an index; what a short date lacks is the smallest."""
    digits = re.sub(r"\D", "", date[:19])
    return digits + "00000101000000"[len(digits) :]


def labelled(said):
    """A labelled digest in base 16 or base 32; `None` for one that is not computed anew."""
    label, colon, value = said.strip().partition(":")
    label = {"sha-1": "sha1", "sha-256": "sha256"}.get(label.lower(), label.lower())
    if not colon or label not in LENGTHS:
        return None
    try:
        if len(value) == 2 * LENGTHS[label]:
            found = bytes.fromhex(value) if re.fullmatch("[0-9A-Fa-f]+", value) else b""
        else:
            value = value.rstrip("=")
            found = base64.b32decode(value + "=" * (-len(value) % 8), casefold=True)
    except (binascii.Error, ValueError):
        return None
    return (label, found) if len(found) == LENGTHS[label] else None


def hashed(label, data):
    return hashlib.new(label, data).digest()


def records(octets, note):
    """Every record of an archive."""
    at = 0
    if not octets:
        raise Fault("an archive without records")
    while at < len(octets):
        record = compressed(octets, at, note) if octets[at] == 0x1F else plain(octets, at, note)
        yield record
        at += record.length


def compressed(octets, at, note):
    machine = zlib.decompressobj(31)
    try:
        data = machine.decompress(octets[at:], LARGEST)
    except zlib.error as error:
        raise Fault(str(error)) from None
    if not machine.eof:
        raise Fault("gzip member")
    length = len(octets) - at - len(machine.unused_data)
    head, start = split(data, 0, note)
    end = start + int(head.length)
    if data[end:] != b"\r\n\r\n":
        raise Fault("end of the record")
    return Record(at, length, head, data[start:end], note)


def plain(octets, at, note):
    head, start = split(octets, at, note)
    end = start + int(head.length)
    if octets[end : end + 4] != b"\r\n\r\n":
        raise Fault("end of the record")
    return Record(at, end + 4 - at, head, octets[start:end], note, 4)


def split(data, at, note):
    """The header of a record, and where its block starts."""
    end = data.find(b"\r\n\r\n", at)
    if (len(data) if end < 0 else end) - at > LONGEST_HEAD:
        raise Undecided("header")
    if end < 0:
        raise Fault("no header")
    return Head(data[at:end], note), end + 4
