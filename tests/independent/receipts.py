"""Receipts and the other documents (docs/format/receipt.md)."""

import re

import package
import pades
import pdf
import stamps
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


def judge_all(subject):
    """The documents that lie in a package."""
    for name, octets in subject.files.items():
        if name.startswith("certificate/"):
            judge_one(subject, name, octets)


def judge_one(subject, name, octets):
    try:
        file, attached = read(octets)
    except pdf.Malformed as error:
        subject.say("certificate-unreadable", "manifest", "mismatch", error)
        pades.judge(octets, subject.trust, subject.now, subject.report, subject.delivered)
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
    pades.judge(octets, subject.trust, subject.now, subject.report, subject.delivered)


def verify(octets, report, trust, now, data):
    """A document by itself, with the original files in `data`."""
    try:
        _, attached = read(octets)
    except pdf.Malformed as error:
        report.say("certificate-unreadable", "manifest", "cannot-check", error)
        pades.judge(octets, trust, now, report, False)
        return
    files = {member_of(name): value for name, value in attached.items() if member_of(name)}
    subject = package.Subject(files, report, trust, now)
    package.seals(subject)
    stamps.judge(subject, [])
    entries = []
    for number, seal in subject.seals.items():
        entries += package.manifest(subject, number, seal)
        if (proof := files.get(f"proofs/log/{number:03}.tlog-proof")) is not None:
            package.officelog.judge(proof, files[f"seals/{number:03}/seal.json"], trust, report)
    compare(entries, data, report)
    pades.judge(octets, trust, now, report, False)


def compare(entries, data, report):
    """The files handed in with the items of all seals."""
    due = [entry["content"] for entry in entries]
    found = []
    for octets in data:
        facts = trees.of(octets)
        if facts in due:
            found.append(facts)
            report.say("data-matches", "content", "match")
        else:
            report.say("data-unknown", "content", "mismatch")
    if any(facts not in found for facts in due) or not due:
        report.say("data-not-supplied", "content", "note" if found else "not-supplied")
