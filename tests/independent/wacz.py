"""Web archives: WACZ 1.1.1 (docs/format/capture.md). Of archives of others: zip, digests, records."""

import json
import re
import struct
import zlib

import capture
import container
import warc
from digests import sha256
from warc import Fault

ARCHIVE = re.compile(r"archive/[^/]+\.warc(\.gz)?")
PACKAGE, DIGEST = "datapackage.json", "datapackage-digest.json"


def is_archive(octets):
    """Whether a zip is a web archive and no package: by its first member, or by any of its directory."""
    names = [first_name(octets)]
    try:
        count, length, offset, end = container.end_records(octets)
        names += [raw.decode("utf-8", "replace") for raw, _ in raw_directory(octets[offset:end], min(count, 100_000))]
    except (container.Refused, struct.error):
        pass
    return names[0] != "mimetype" and any(name == PACKAGE or ARCHIVE.fullmatch(name) for name in names)


def first_name(octets):
    length = int.from_bytes(octets[26:28], "little")
    return octets[30 : 30 + length].decode("utf-8", "replace") if octets[:4] == b"PK\3\4" else ""


def raw_directory(data, count):
    """Names and whole entries of the central directory."""
    at = 0
    for _ in range(count):
        if data[at : at + 4] != b"PK\1\2" or at + 46 > len(data):
            raise container.Refused("container-damaged")
        names, extras, notes = struct.unpack("<HHH", data[at + 28 : at + 34])
        end = at + 46 + names + extras + notes
        yield data[at + 46 : at + 46 + names], data[at:end]
        at = end


class Archive:
    """The members and records of one archive, and its faults."""

    def __init__(self, octets):
        self.members, self.records, self.faults = {}, [], []
        try:
            self.members = unpack(octets)
            self.ours = any(name.startswith("fidem/") for name in self.members)
        except (Fault, container.Refused, struct.error, UnicodeDecodeError) as error:
            self.ours = b"fidem/capture.json" in octets
            self.faults.append(("wacz-fault", f"zip {error}"))
            return
        for check in (check_package, self.read_records, check_index, check_pages):
            self.attempt(check)
        if self.ours:
            capture.check(self)

    def attempt(self, check):
        try:
            check(self) if check != self.read_records else check()
        except (Fault, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
            self.faults.append(("wacz-fault", f"{getattr(check, '__name__', '')} {error!r}"))

    def read_records(self):
        for name in self.members:
            if ARCHIVE.fullmatch(name):
                self.records += [(name, record) for record in warc.records(self.members[name])]


def unpack(octets):
    """Members by name; both headers agree and members fill the file."""
    count, length, offset, end = container.end_records(octets)
    if offset + length != end:
        raise Fault("directory")
    found, due = {}, 0
    for raw, entry in raw_directory(octets[offset:end], count):
        name, flags, method, crc, packed, size, place = read_entry(raw, entry)
        head = octets[place : place + 30]
        if place != due or head[:4] != b"PK\3\4" or head[6:26] != entry[8:28] or name in found:
            raise Fault(f"headers of {name}")
        names, extras = struct.unpack("<HH", head[26:30])
        start = place + 30 + names + extras
        if octets[place + 30 : place + 30 + names] != raw or start + packed > offset:
            raise Fault(f"headers of {name}")
        body = octets[start : start + packed]
        found[name] = body if method == 0 else inflate(body)
        if len(found[name]) != size or zlib.crc32(found[name]) != crc:
            raise Fault(f"CRC-32 of {name}")
        due = start + packed
    if due != offset or sum(map(len, (e for _, e in raw_directory(octets[offset:end], count)))) != length:
        raise Fault("gap")
    return found


def inflate(body):
    try:
        return zlib.decompress(body, -15)
    except zlib.error as error:
        raise Fault(str(error)) from None


def read_entry(raw, entry):
    fixed = struct.unpack("<6H3L5H2L", entry[4:46])
    flags, method, crc, packed, size, place = fixed[2], fixed[3], fixed[6], fixed[7], fixed[8], fixed[15]
    if flags & ~0x800 or method not in (0, 8):
        raise Fault("flags")
    extra = entry[46 + fixed[9] : 46 + fixed[9] + fixed[10]]
    if 0xFFFFFFFF in (packed, size, place) and extra[:2] == b"\1\0":
        numbers = list(struct.unpack(f"<{(len(extra) - 4) // 8}Q", extra[4:]))
        size = numbers.pop(0) if size == 0xFFFFFFFF else size
        packed = numbers.pop(0) if packed == 0xFFFFFFFF else packed
        place = numbers.pop(0) if place == 0xFFFFFFFF else place
    return raw.decode(), flags, method, crc, packed, size, place


def check_package(archive):
    """datapackage.json lists every other member with its length and SHA-256."""
    members = archive.members
    value = json.loads(members[PACKAGE])
    due = {name for name in members if name not in (PACKAGE, DIGEST)}
    listed = {one["path"]: one for one in value["resources"]}
    if set(listed) != due or len(listed) != len(value["resources"]):
        raise Fault("members and list")
    for name, one in listed.items():
        if one["hash"] != "sha256:" + sha256(members[name]).hex() or one["bytes"] != len(members[name]):
            raise Fault(name)
    if DIGEST in members or archive.ours:
        said = json.loads(members[DIGEST])
        if said["path"] != PACKAGE or said["hash"] != "sha256:" + sha256(members[PACKAGE]).hex():
            raise Fault(DIGEST)


def check_index(archive):
    """Every line points at a record and says what it says, every response has a line."""
    where = {(name.rpartition("/")[2], record.offset): record for name, record in archive.records}
    responses = {key for key, record in where.items() if record.type == "response" and record.is_http}
    archive.indexed = set()
    for name in archive.members:
        if not re.fullmatch(r"indexes/[^/]+\.(cdx|cdxj)", name):
            continue
        lines = archive.members[name].decode().splitlines()
        if archive.ours and lines != sorted(lines, key=str.encode):
            raise Fault("order of the index")
        for line in lines:
            key, stamp, text = line.split(" ", 2)
            said = json.loads(text)
            place = said["filename"], int(said["offset"])
            record = where.get(place)
            if record is None or int(said["length"]) != record.length or said["url"] != record.uri:
                raise Fault(f"index {line[:80]}")
            if stamp[:14] != re.sub(r"\D", "", record.one("warc-date"))[:14]:
                raise Fault("time of the index")
            check_line(said, record)
            archive.indexed.add(said["url"])
            responses.discard(place)
    if responses:
        raise Fault("a response without a line")


def check_line(said, record):
    if record.type == "response":
        if said.get("status", record.status()) != record.status():
            raise Fault("status of the index")
        if "digest" in said and record.is_http and not warc.fits(said["digest"], record.payload):
            raise Fault("digest of the index")


def check_pages(archive):
    if "pages/pages.jsonl" not in archive.members:
        raise Fault("no pages")
    for name in archive.members:
        if not re.fullmatch(r"pages/[^/]+\.jsonl", name):
            continue
        lines = [json.loads(line) for line in archive.members[name].decode().splitlines() if line]
        for page in lines[1:]:
            if page["url"] not in archive.indexed:
                raise Fault("a page that is not in the index")


def verify_alone(octets, report, data):
    """An archive by itself."""
    archive = Archive(octets)
    say(archive, report, True)
    report.say("wacz-alone", "source", "cannot-check")
    held = {sha256(body) for body in archive.members.values()}
    held |= {sha256(part) for _, record in archive.records for part in (record.block, record.payload)}
    for one in data:
        known = sha256(one) in held
        report.say("wacz-data-matches" if known else "wacz-data-unknown", "content", "match" if known else "mismatch")


def say(archive, report, grave):
    """Faults are contradictions where `grave`, else remarks."""
    for code, why in archive.faults:
        status = "cannot-check" if code.endswith("undecided") else "mismatch"
        report.say(code, "content", status if grave else "note", why)
    if not archive.faults:
        report.say("wacz-matches", "content", "match")
def is_listed(octets):
    return False
