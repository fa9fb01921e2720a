"""Web archives: WACZ 1.1.1, ours and those of others (docs/format/capture.md)."""

import re

import capture
import cdxj
import fields
import warc
import zips
from digests import sha256
from fields import TEXT, taken
from warc import Fault, Undecided

ARCHIVE = re.compile(r"archive/.*\.warc(\.gz)?", re.DOTALL)
PACKAGE, DIGEST, PAGES = "datapackage.json", "datapackage-digest.json", "pages/pages.jsonl"
VERSION, OURS = "1.1.1", "fidem/"
# What has its place in a folder of the standard.
PLACES = {"archive": ARCHIVE, "indexes": re.compile(rf"{cdxj.INDEX.pattern}|indexes/.*\.idx", re.DOTALL)}
PLACES["pages"] = PAGE_LIST = re.compile(r"pages/.*\.jsonl", re.DOTALL)


def is_archive(octets):
    """Whether a zip is a web archive and no package: by its first member, or by any of its directory."""
    first = first_name(octets)
    return first != "mimetype" and (is_telling(first) or is_listed(octets))


def is_listed(octets):
    """Whether a directory at the end names members of a web archive."""
    return any(map(is_telling, zips.names(octets)))


def is_telling(name):
    return name == PACKAGE or ARCHIVE.fullmatch(name) is not None


def first_name(octets):
    length = int.from_bytes(octets[26:28], "little")
    return octets[30 : 30 + length].decode("utf-8", "replace") if octets[:4] == b"PK\3\4" else ""


class Archive:
    """The members and records of one archive, and its faults; where it is ours, what the standard allows others is one."""

    def __init__(self, octets, ours=False):
        self.members, self.deflated, self.records, self.cut, self.faults = {}, set(), {}, set(), []
        self.indexed, self.urls = set(), set()
        self.ours = ours or any(name.startswith(OURS) for name in zips.names(octets))
        if not self.attempt(lambda: self.unpack(octets)):
            return
        for check in (check_package, check_digest, check_places, check_records, check_ids, check_index, check_pages):
            self.attempt(lambda: check(self))
        if self.ours:
            capture.check(self)

    def unpack(self, octets):
        self.members, self.deflated = zips.unpack(octets, self.note)

    def note(self, what):
        """What the standard allows others."""
        if self.ours:
            self.faults.append(("wacz-fault", what))

    def attempt(self, check):
        try:
            check()
        except Undecided as error:
            self.faults.append(("wacz-undecided", str(error)))
        except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
            self.faults.append(("wacz-fault", repr(error)))
        else:
            return True
        return False

    def all_records(self):
        """Every record in the order of the archive."""
        return [record for name in self.records for record in self.records[name].values()]


def check_package(archive):
    """datapackage.json lists every other member with its length and SHA-256."""
    members, value = archive.members, fields.read(archive.members[PACKAGE])
    taken(value, "profile", TEXT)
    if taken(value, "wacz_version", TEXT, "") != VERSION:
        archive.note("version")
    for name in ("title", "created", "software", "mainPageUrl", "mainPageURL", "mainPageDate"):
        taken(value, name, TEXT, None)
    if {"mainPageUrl", "mainPageURL"} <= set(value):
        raise Fault("mainPageUrl twice")
    listed = [resource(one) for one in taken(value, "resources", (list,))]
    paths = [path for path, _, _ in listed]
    if len(set(paths)) != len(paths) or set(paths) - set(members) or set(members) - set(paths) - {PACKAGE, DIGEST}:
        raise Fault("members and list")
    for path, digest, length in listed:
        if length != len(members[path]):
            raise Fault(f"length of {path}")
        found = warc.labelled(digest)
        if found is None or found[0] != "sha256":
            archive.note(f"digest of {path}")
        elif found[1] != sha256(members[path]):
            raise Fault(f"digest of {path}")


def resource(one):
    taken(one, "name", TEXT, "")
    return taken(one, "path", TEXT), taken(one, "hash", TEXT), taken(one, "bytes", (int,))


def check_digest(archive):
    """The digest of the list, where there is one."""
    if DIGEST not in archive.members:
        return archive.note("no digest")
    said = fields.read(archive.members[DIGEST])
    found = warc.labelled(taken(said, "hash", TEXT))
    if taken(said, "path", TEXT) != PACKAGE or found is None or found[1] != sha256(archive.members[PACKAGE]):
        raise Fault(DIGEST)
    return None


def check_places(archive):
    if archive.deflated:
        archive.note("deflated members")
    for name in archive.members:
        folder, slash, _ = name.partition("/")
        if slash and folder in PLACES and not PLACES[folder].fullmatch(name):
            archive.note(f"place of {name}")


def check_records(archive):
    """Every record of every archive, which is stored."""
    names = [name for name in archive.members if ARCHIVE.fullmatch(name)]
    if not names or set(names) & archive.deflated:
        raise Fault("archive")
    for name in names:
        held = archive.records[name] = {}
        if not archive.attempt(lambda: take(archive, name, held)):
            archive.cut.add(name)


def take(archive, name, held):
    for record in warc.records(archive.members[name], archive.note):
        held[record.offset] = record


def check_ids(archive):
    """Ids stand once; what a record refers to is there."""
    ids = [record.id for record in archive.all_records()]
    if len(set(ids)) != len(ids):
        raise Fault("id twice")
    for record in archive.all_records():
        for name, value in record.fields:
            if name == "warc-concurrent-to" and value not in ids:
                archive.note("a reference")


def check_index(archive):
    """Every line points at a record and says what it says, every response has a line."""
    names = [name for name in archive.members if cdxj.INDEX.fullmatch(name)]
    if not names:
        raise Fault("no index")
    for name in names:
        archive.attempt(lambda: check_lines(archive, name))
    for name in archive.records:
        for record in archive.records[name].values():
            if record.type == "response" and (name, record.offset) not in archive.indexed:
                raise Fault("a response without a line")


def check_lines(archive, name):
    for said in cdxj.lines(name, archive.members[name]):
        record = archive.records.get(said.member, {}).get(said.offset)
        if record is None and said.member not in archive.cut:
            raise Fault(f"{said.member} {said.offset}")
        if record is not None:
            cdxj.compare(said, record)
            archive.indexed.add((said.member, said.offset))
        archive.urls.add(without_fragment(said.url))


def check_pages(archive):
    if PAGES not in archive.members:
        archive.note("no pages")
    for name in archive.members:
        if PAGE_LIST.fullmatch(name):
            lines = archive.members[name].split(b"\n")
            check_page_list(archive, lines if lines[-1] else lines[:-1])


def check_page_list(archive, lines):
    for place, line in enumerate(lines):
        value = fields.read(line)
        taken(value, "title", TEXT, None)
        if place == 0:
            if taken(value, "format", TEXT) != "json-pages-1.0" or not isinstance(taken(value, "id", TEXT), str):
                raise Fault("header of the pages")
            continue
        taken(value, "id", TEXT, "")
        if not warc.is_date(taken(value, "ts", TEXT), "fraction"):
            raise Fault("time of a page")
        if without_fragment(taken(value, "url", TEXT)) not in archive.urls:
            archive.note("a page that is not in the index")


def without_fragment(address):
    return address.partition("#")[0]


def verify_alone(octets, report, data):
    """An archive by itself."""
    archive = Archive(octets)
    say(archive, report, True)
    if not archive.ours:
        report.say("wacz-foreign", "source", "note")
    report.say("wacz-alone", "source", "cannot-check")
    held = {sha256(body) for body in archive.members.values()}
    held |= {sha256(part) for record in archive.all_records() for part in (record.block, record.payload) if part is not None}
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
