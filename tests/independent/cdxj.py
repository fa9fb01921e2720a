"""Indexes of web archives: CDXJ, a line for each response (docs/format/capture.md)."""

import re
import zlib
from dataclasses import dataclass

import warc
from fields import TEXT, read, taken
from warc import Fault

INDEX = re.compile(r"indexes/.*\.cdxj?(\.gz)?", re.DOTALL)
# What stands for nothing in indexes of others.
NOTHING = (None, "-", "unk", "")


@dataclass
class Entry:
    """One line: its key, its time, and what its object says."""

    key: str
    stamp: str
    url: str
    mime: str | None
    status: str | None
    digest: str | None
    length: int
    offset: int
    member: str


def lines(name, octets):
    """The lines of an index, in the order of their octets."""
    held = inflated(octets) if name.endswith(".gz") else octets
    found = held.split(b"\n")
    if found.pop():
        raise Fault("a line without its end")
    if any(later + b"\n" < line + b"\n" for line, later in zip(found, found[1:])):
        raise Fault("order of the index")
    return [entry(line) for line in found]


def inflated(octets):
    """One gzip member behind another."""
    found = []
    while octets:
        machine = zlib.decompressobj(31)
        try:
            found.append(machine.decompress(octets))
        except zlib.error as error:
            raise Fault(str(error)) from None
        if not machine.eof:
            raise Fault("gzip member")
        octets = machine.unused_data
    return b"".join(found)


def entry(line):
    try:
        key, stamp, text = line.decode().split(" ", 2)
    except ValueError:
        raise Fault("a line that is none") from None
    if not key or not re.fullmatch(r"[0-9]{14}([0-9]{3})?", stamp):
        raise Fault("time of the index")
    said = read(text.encode())
    name = taken(said, "filename", TEXT)
    taken(said, "method", TEXT, None)
    taken(said, "requestBody", TEXT, None)
    status = taken(said, "status", (str, int), None)
    return Entry(
        key,
        stamp,
        taken(said, "url", TEXT),
        taken(said, "mime", TEXT, None),
        None if status is None else str(status),
        taken(said, "digest", TEXT, None),
        number(said, "length"),
        number(said, "offset"),
        name if name.startswith("archive/") else f"archive/{name}",
    )


def number(said, name):
    """A number, in quotes or not."""
    value = str(taken(said, name, (str, int)))
    if not re.fullmatch("[0-9]{1,19}", value):
        raise Fault(name)
    return int(value)


def compare(said, record):
    """A line says of its record what it is."""
    for what, same in (
        ("url", said.url == record.uri),
        ("length", said.length in record.lengths),
        ("time", said.stamp.startswith(warc.stamp(record.date))),
        ("status", agrees(record.status(), said.status)),
        ("mime", record.type == "revisit" or agrees(record.mime(), said.mime)),
        ("digest", said.digest is None or same_digest(said.digest, record)),
    ):
        if not same:
            raise Fault(f"{what} of the index")


def agrees(own, said):
    return said in NOTHING or own is not None and own.lower() == said.lower()


def same_digest(said, record):
    """As the record states it, or what its payload has; where the record states none, one of another kind."""
    stated = record.one("warc-payload-digest")
    if stated is not None and said in (stated, stated.rpartition(":")[2]):
        return True
    found = warc.labelled(said)
    if found is None:
        return False
    if record.payload is not None and found[0] == "sha256":
        return warc.hashed("sha256", record.payload) == found[1]
    return stated is None
