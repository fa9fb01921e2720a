"""Evidence records in a package, and archive time-stamps of others (docs/format/evidence-records.md)."""

import re

import asic
import ers
import timestamps
import xmlers
from digests import sha256

MANIFEST = re.compile(r"META-INF/ASiCEvidenceRecordManifest(\d{3,})\.xml")
ARCHIVE = re.compile(r"META-INF/ASiCArchiveManifest[^/]*\.xml")
DELIVERY, STAMP = "META-INF/ASiCArchiveManifest.xml", "META-INF/timestamp-delivery.tst"
MOST, LARGEST = 64, 1 << 20


def members(files):
    """The manifests of records, and the record of each: one of both kinds."""
    found = set()
    for name in files:
        if place := MANIFEST.fullmatch(name):
            found |= {name, record_of(files, place[1])}
    return found


def record_of(files, number):
    binary, text = (f"META-INF/evidencerecord{number}.{kind}" for kind in ("ers", "xml"))
    return text if binary not in files and text in files else binary


def judge(subject, chain):
    """What holds: pairs of the members covered and the time of it."""
    renewed = []
    for name in sorted(subject.files):
        place = MANIFEST.fullmatch(name)
        if place:
            renewed += judge_record(subject, name, record_of(subject.files, place[1]))
    return renewed + judge_chain(subject, chain)


def judge_record(subject, name, record):
    listed = covered(subject, name, record)
    if listed is None:
        return []
    if record not in subject.files:
        subject.say("statement-missing", "manifest", "mismatch", record)
        return []
    read = xmlers.read if record.endswith(".xml") else ers.read
    data = [subject.files[member] for member in listed]
    found = ers.judge(subject.files[record], read, data, subject.trust, subject.now)
    if found.state == "mismatch":
        subject.say("renewal-invalid", "time", "mismatch", found.why)
    elif found.state == "cannot-check":
        subject.say("renewal-undecided", "time", "note", found.why)
    else:
        subject.say("renewal-holds", "time", "match", name)
        return [(set(listed), found.first)]
    return []


def since(renewed, name, now):
    """Since when what holds proves that a member existed, or `None`."""
    return min((time for members, time in renewed if name in members and time <= now), default=None)


def covered(subject, name, record):
    """The members that a manifest names, each as it is; `None` where it is not sound."""
    try:
        own, listed = asic.references(subject.files[name])
        names = [member for member, _ in listed]
        if own != record or len(set(names)) != len(names):
            raise asic.Malformed("references")
    except asic.Malformed as error:
        subject.say("statement-malformed", "manifest", "mismatch", f"{name} {error}")
        return None
    for member, value in listed:
        if member not in subject.files or sha256(subject.files[member]) != value:
            subject.say("renewal-differs", "manifest", "mismatch", member)
            return None
    return names


def archive_chain(subject):
    """The members of a chain of archive manifests beside the delivery list; that list moves with them."""
    lists = sorted(name for name in subject.files if ARCHIVE.fullmatch(name))
    subject.delivery, subject.chain = DELIVERY, []
    if len(lists) < 2:
        return set()
    named = {}
    for name in lists:
        try:
            named[name] = asic.references(subject.files[name])
        except asic.Malformed:
            named[name] = None, []
    own = [name for name in lists if named[name][0] == STAMP]
    if own:
        subject.delivery = min(own, key=len)
    rest = [name for name in lists if name != subject.delivery and name not in own]
    subject.chain = [(name, *named[name]) for name in rest]
    return {name for name in rest} | {token for _, token, _ in subject.chain if token}


def judge_chain(subject, chain):
    """The tokens of the chain, the newest first (§ Archive time-stamps)."""
    sound = [one for one in subject.chain[:MOST] if sound_link(subject, *one)]
    tokens = [token for _, token, _ in sound]
    if len(set(tokens)) != len(tokens):
        subject.say("statement-malformed", "manifest", "mismatch", "one token for two manifests")
        return []
    judged = [
        (name, token, listed, timestamps.judge(subject.files[token], subject.files[name], subject.trust, subject.now))
        for name, token, listed in sound
    ]
    judged.sort(key=lambda one: (one[3].time is None, one[3].time and -one[3].time.timestamp()))
    held = []
    for name, token, listed, _ in judged:
        as_of = min([time for covers, time in held if {name, token} <= covers], default=subject.now)
        found = timestamps.judge(subject.files[token], subject.files[name], subject.trust, subject.now, as_of)
        if found.state == "mismatch":
            subject.say("token-invalid", "time", "mismatch", found.why())
        elif found.state == "cannot-check":
            subject.say("archive-undecided", "time", "cannot-check", found.why())
        elif found.until < as_of:
            subject.say("token-expired-later", "time", "note", name)
        else:
            subject.say("archive-holds", "time", "match", name)
            held.append(({member for member, _ in listed}, found.time))
    return held


def sound_link(subject, name, token, listed):
    """A manifest of the chain: its token, and the digests of what it references."""
    names = [member for member, _ in listed]
    good = token is not None and re.fullmatch(r"META-INF/[^/]+\.tst", token) and len(subject.files.get(token, b"")) <= LARGEST
    # A seal's own token is no archive's.
    number = re.search(r"(\d+)\.tst$", token or "")
    sealed = number and f"META-INF/ASiCManifest{number[1]}.xml" in subject.files
    if not good or sealed or not names or len(set(names)) != len(names):
        subject.say("statement-malformed", "manifest", "mismatch", name)
        return False
    if token not in subject.files:
        subject.say("statement-missing", "manifest", "mismatch", token)
        return False
    for member, value in listed:
        if member not in subject.files or sha256(subject.files[member]) != value:
            subject.say("renewal-differs", "manifest", "mismatch", member)
            return False
    return True
