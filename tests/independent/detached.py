"""Signatures beside a document, `.p7s` (docs/format/receipt.md#signatures-beside-the-file)."""

import re

import cms
import pdf
import signatures
from digests import digest
from signatures import BROKEN, Judged

LARGEST, MOST = 1 << 20, 16
NAME = re.compile(r"(.+?)(?:\.([0-9]+))?\.p7s")


def signed_by(name):
    """The file that a signature of this name lies beside, or `None`."""
    found = NAME.fullmatch(name)
    if found is None or not found[1].endswith(".pdf") and found[2] is None:
        return None
    good = found[2] is None or 2 <= int(found[2]) <= MOST and not found[2].startswith("0")
    return found[1] if good else None


def beside(files, name):
    """The names of the signatures beside a member."""
    names = [f"{name}.p7s", *(f"{name}.{number}.p7s" for number in range(2, MOST + 1))]
    return [one for one in names if one in files]


def judge(octets, given, inside, trust, now, report, proved=(None, {})):
    """Signatures `given` by name over a document; `inside` is what came of those within, where that could be read.

    What is `proved` is since when the document existed, and since when those by name did.
    """
    for name, raw in given.items():
        try:
            if len(raw) > LARGEST:
                raise pdf.Malformed("size")
            signed = cms.SignedData(raw)
        except BROKEN as error:
            report.say("detached-signature-unreadable", "signature", "cannot-check", (name, error))
            continue
        held, as_of = proved
        judge_one(name, signed, octets, inside, trust, (now, as_of.get(name), held), report)


def judge_one(name, signed, octets, inside, trust, when, report):
    judged = Judged()
    best, judged.dated = time(name, signed, trust, when, report)
    end = over(signed, octets)
    try:
        # What dates the signature does not date the document.
        signatures.judge(judged, signed, octets[:end], trust, (best, when[2] or when[0]))
    except BROKEN as error:
        return report.say("detached-signature-unreadable", "signature", "cannot-check", (name, error))
    say(name, judged, end, octets, inside, report)
    return None


def say(name, judged, end, octets, inside, report):
    if judged.state != "match":
        code = {"mismatch": "broken", "cannot-check": "undecided"}[judged.state]
        report.say(f"detached-signature-{code}", "signature", judged.state, (name, judged.why()))
    elif end == len(octets):
        report.say("detached-signature-holds" + ("" if judged.dated else "-undated"), "signature", "match", name)
    elif inside is not None and inside.untouched_since(revision(octets, end)):
        report.say("detached-signature-earlier", "signature", "match", name)
    else:
        report.say("detached-signature-changed-after", "signature", "mismatch", name)


def time(name, signed, trust, when, report):
    """The earliest time that a time stamp or a record proves, else that of verification; and whether one does."""
    now, as_of, _ = when
    best, dated = as_of or now, as_of is not None
    if dated and as_of < now:
        report.say("signature-carried", "signature", "note", name)
    for token in signatures.times(signed, trust, as_of or now):
        if token.state == "match" and token.until >= (as_of or now):
            best, dated = min(best, token.time), True
        elif token.state == "mismatch":
            report.say("detached-stamp-broken", "signature", "mismatch", (name, token.why()))
        else:
            report.say("signature-stamp-undecided", "signature", "note", (name, token.why()))
    return best, dated


def ends(octets):
    """Where the file ended with each update, the newest first, with and without the last end of line."""
    try:
        file = pdf.File(octets)
    except BROKEN:
        return
    for count in range(len(file.revisions), 0, -1):
        end = file.revisions[count - 1].end
        line = re.compile(rb"\r?\n?").match(octets, end)
        for at in range(line.end(), end - 1, -1):
            yield count, at


def over(signed, octets):
    """How many octets from the first a signature is over: all, or those of an earlier update, else all."""
    name = signatures.algorithm(signed)
    try:
        stated = signed.signers[0].single(cms.MESSAGE_DIGEST).octets() if name else None
    except BROKEN:
        stated = None
    if stated is None or digest(name, octets) == stated:
        return len(octets)
    return next((at for _, at in ends(octets) if digest(name, octets[:at]) == stated), len(octets))


def revision(octets, end):
    return next(count for count, at in ends(octets) if at == end)
