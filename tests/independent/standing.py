"""Status lists: how documents stood at a time by the office's word (docs/format/status.md)."""

import officelog
import statements
from digests import sha256

FIRST, LARGEST = "fidem-status/1", 4 << 20


def is_list(octets):
    return octets.startswith(FIRST.encode() + b"\n")


def apart(data):
    """Lists, and the files that are compared."""
    return [one for one in data if is_list(one)], [one for one in data if not is_list(one)]


def judge(lists, report, trust, subject, document=None):
    """What the latest list says that names the subject: a document by its octets, or a package."""
    speaking = None
    for octets in lists:
        value = read(octets, trust, report)
        if value is None:
            continue
        named = names(value, subject, document)
        if not named:
            report.say("status-not-listed", "signature", "note")
        elif speaking is None or speaking[0]["created"] <= value["created"]:
            speaking = value, named
    for one in speaking[1] if speaking else []:
        report.say(f"status-{one['standing']}", "signature", "note", (one["id"], speaking[0]["created"]))


def read(octets, trust, report):
    """The statement of a list that an office of the trust signed."""
    try:
        if len(octets) > LARGEST:
            raise officelog.Broken("size")
        note = officelog.Note(octets.decode(), LARGEST)
        lines = note.text.split("\n")
        if len(lines) != 3 or lines[0] != FIRST:
            raise officelog.Broken("lines")
        value = statements.statement(lines[1].encode(), FIRST)
        keys = [key for key in trust.logs if key[0] == f"fidem/{value['office']}"]
        held = [officelog.holds(key, one, note.text.encode()) for n, i, key in keys for one in note.by(n, i)[:1]]
    except (officelog.Broken, ValueError) as error:
        report.say("status-list-broken", "signature", "note", error)
        return None
    if not any(held):
        report.say("status-list-broken" if held else "status-list-untrusted", "signature", "note")
        return None
    return value


def names(value, subject, document):
    """The documents of a list that the subject is, or of a package all of its case; only the office of its seals speaks."""
    seals = subject.seals.values()
    if any(seal["office"]["id"] != value["office"] or seal["time"] > value["created"] for seal in seals):
        return []
    if document is not None:
        digits = sha256(document).hex()
        return [one for one in value["documents"] if digits in one["sha256"]]
    return value["documents"] if seals and subject.case == value["case"] else []
