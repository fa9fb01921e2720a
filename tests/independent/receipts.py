"""Receipts and the other documents (docs/format/receipt.md)."""

import re

import detached
import evidence
import package
import pades
import pdf
import stamps
import standing
import trees

# What is attached, and the member of a package with the same octets.
TABLE = (
    (re.compile(r"manifest-(\d{3,})\.json"), "seals/{}/manifest.json"),
    (re.compile(r"seal-(\d{3,})\.json"), "seals/{}/seal.json"),
    (re.compile(r"ASiCManifest(\d{3,})\.xml"), "META-INF/ASiCManifest{}.xml"),
    (re.compile(r"timestamp(\d{3,})\.tst"), "META-INF/timestamp{}.tst"),
    (re.compile(r"log-(\d{3,})\.tlog-proof"), "proofs/log/{}.tlog-proof"),
)


def member_of(name):
    for pattern, member in TABLE:
        if found := pattern.fullmatch(name):
            return member.format(found[1])
    return None


def read(octets):
    """The file and its attachments."""
    try:
        file = pdf.File(octets)
        return file, pdf.attachments(file)
    except (pdf.Malformed, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        raise pdf.Malformed(str(error)) from None


def judge_all(subject, renewed):
    """The documents that lie in a package, with the signatures beside them, and what `renewed` them."""
    for name, octets in subject.files.items():
        if name.startswith("certificate/") and detached.signed_by(name) not in subject.files:
            judge_one(subject, name, octets)
            given = {one: subject.files[one] for one in detached.beside(subject.files, name)}
            carried = {one: evidence.since(renewed, one, subject.now) for one in (name, *given)}
            signatures(octets, given, subject, subject.delivered, carried, name)


def judge_one(subject, name, octets):
    try:
        _, attached = read(octets)
    except pdf.Malformed as error:
        subject.say("certificate-unreadable", "manifest", "mismatch", error)
        return
    equal = 0
    for attachment, data in attached.items():
        member = member_of(attachment)
        if member is None or member not in subject.files:
            continue
        if subject.files[member] != data:
            subject.say("certificate-differs", "manifest", "mismatch", attachment)
        else:
            equal += 1
    if not equal:
        subject.say("certificate-differs", "manifest", "mismatch", name)


def signatures(octets, given, subject, delivered, carried=(), name=""):
    """Signatures within and beside a document; of what is `carried` by name something proves since when it existed."""
    trust, now, report, carried = subject.trust, subject.now, subject.report, dict(carried)
    inside = pades.judge(octets, trust, now, report, delivered, bool(given), carried.get(name))
    detached.judge(octets, given, inside, trust, now, report, (carried.get(name), carried))


def verify(octets, report, trust, now, data, given=()):
    """A document by itself, with the original files in `data` and the signatures `given` beside it."""
    lists, data = standing.apart(data)
    subject = package.Subject({}, report, trust, now)
    try:
        _, attached = read(octets)
        subject.files = {member_of(name): value for name, value in attached.items() if member_of(name)}
        content(subject, data)
    except pdf.Malformed as error:
        report.say("certificate-unreadable", "manifest", "cannot-check", error)
    signatures(octets, {f"{number}.p7s": one for number, one in enumerate(given)}, subject, False)
    standing.judge(lists, report, trust, subject, octets)


def content(subject, data):
    """The seals that are attached, and the files handed in."""
    files, entries = subject.files, []
    package.seals(subject)
    stamps.judge(subject, [])
    for number, seal in subject.seals.items():
        entries += package.manifest(subject, number, seal)
        if (proof := files.get(f"proofs/log/{number:03}.tlog-proof")) is not None:
            package.officelog.judge(proof, files[f"seals/{number:03}/seal.json"], subject.trust, subject.report)
    due = [entry["content"] for entry in entries]
    found = compare(due, data, subject.report)
    if any(facts not in found for facts in due):
        subject.say("data-not-supplied", "content", "note" if found else "not-supplied")


def compare(due, data, report):
    """The files handed in with what is due; those that were found."""
    found = []
    for octets in data:
        facts = trees.of(octets)
        if facts in due:
            found.append(facts)
            report.say("data-matches", "content", "match")
        else:
            report.say("data-unknown", "content", "mismatch")
    return found
