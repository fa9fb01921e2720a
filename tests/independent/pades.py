"""Signatures of documents (docs/format/receipt.md#signatures).

Judged are place and octets of each signature, its structure (signatures.py), its time, its level, and every update after the
first (pdfchanges.py).
"""

import re

import cms
import der
import pdf
import pdfchanges
import signatures
import store
import timestamps
from paths import FAILURE, INDETERMINATE, NOTE
from signatures import BROKEN, Judged

MOST_ENDS = 16
STAMP, CADES, CMS = "ETSI.RFC3161", "ETSI.CAdES.detached", "adbe.pkcs7.detached"
CODES = {"match": "holds", "mismatch": "broken", "cannot-check": "undecided"}


class Signature:
    """The value of a field, the revision that first has it, and what its dictionary names."""

    def __init__(self, name, value, number, revision):
        self.name, self.value, self.number, self.revision = name, value, number, revision
        self.filter = str(value.get("SubFilter"))
        self.is_stamp = self.filter == STAMP
        self.judged, self.level, self.dated = Judged(), None, False


class Signed:
    """What came of the updates of a document: for each after the first signature, what it should not have done."""

    def __init__(self, count, changed, barred):
        self.count, self.changed, self.barred = count, changed, barred

    def untouched_since(self, revision):
        """Whether every update after a revision may follow a signature; where none stands before one, nothing tells."""
        return not self.barred and all(self.changed.get(n, "not compared") is None for n in range(revision + 1, self.count + 1))


def judge(octets, trust, now, report, delivered, beside=False, carried=None):
    """The signatures in a document; `beside` says that others lie beside it. Returns them where they could be read.

    `carried` is since when something proves that the document existed: as of then they are judged.
    """
    try:
        file = pdf.File(octets)
    except BROKEN as error:
        return behind(octets, error, report)
    try:
        found = collect(file)
    except BROKEN as error:
        return report.say("signature-unreadable", "signature", "cannot-check", error)
    judge_all(file, found, trust, carried or now)
    plain = [one for one in found if not one.is_stamp]
    if found and carried is not None and carried < now:
        report.say("signature-carried", "signature", "note")
    for one in found:
        (say_stamp if one.is_stamp else say)(report, one, plain)
    signed = after(file, found, report)
    if not plain and not beside:
        report.say("unsigned", "signature", "note" if delivered else "cannot-check")
    return signed


def say(report, one, _):
    state = one.judged.state
    code = CODES[state] + ("-undated" if state == "match" and not one.dated else "")
    report.say(f"signature-{code}", "signature", state, (one.name, one.level, one.judged.why()))
    if state == "match":
        report.levels.append(one.level or "CMS")
    for _ in range(one.judged.rules.count(("pdf-time-stamp-undecided", NOTE))):
        report.say("signature-stamp-undecided", "signature", "note", one.name)


def say_stamp(report, one, plain):
    state = one.judged.state
    weak = "note" if state == "match" and not plain or state == "cannot-check" and plain else state
    report.say(f"document-stamp-{CODES[state]}", "signature", weak, one.judged.why())


def collect(file):
    """Every value of a field of type Sig that stands in AcroForm of any revision, the oldest first.

    A revision that cannot be read is passed over, but for the newest where there is no signature before it.
    """
    found, seen = [], set()
    for count in range(1, len(file.revisions) + 1):
        try:
            held = list(values(file.as_of(count)))
        except BROKEN:
            if count == len(file.revisions) and not found:
                raise
            continue
        for name, reference, value, place in held:
            number = reference[0] if isinstance(reference, pdf.Reference) else None
            mark = (number, place) if number is not None else name
            if mark not in seen:
                seen.add(mark)
                placed = [c for c, one in enumerate(file.revisions[:count], 1) if number in one.places]
                found.append(Signature(name, value, number, max(placed, default=count)))
    return found


def values(view):
    """Names, references, signatures and their places, of one revision whose fields are a tree."""
    pdfchanges.walk(view)
    form = view.get(view.get(view.trailer["Root"]).get("AcroForm"))
    for name, field in fields(view, view.get(form.get("Fields")) if isinstance(form, dict) else []):
        reference = field.get("V")
        try:
            value = view.get(reference)
        except BROKEN:
            value = None
        read = isinstance(reference, pdf.Reference) and isinstance(value, dict)
        yield name, reference if read else None, value if read else {}, view.places.get(reference[0]) if read else None


def fields(view, listed, name="", kind=None, depth=0):
    for one in (listed or []) if depth < 16 else []:
        field = view.get(one)
        if not isinstance(field, dict):
            continue
        own = view.get(field.get("T"))
        full = ".".join(part for part in (name, own.decode("latin-1") if isinstance(own, bytes) else "") if part)
        type_name = view.get(field.get("FT", kind))
        if type_name == "Sig" and "V" in field:
            yield full, field
        yield from fields(view, view.get(field.get("Kids")), full, type_name, depth + 1)


def judge_all(file, found, trust, now):
    """From the newest to the oldest, since a document time stamp that holds proves what stands before it."""
    more, proved, stamped = store.of(file), now, None
    for one in sorted(found, key=lambda one: -one.revision):
        if one.is_stamp:
            one.judged = stamp_rules(file, one, trust, proved, more)
            if one.judged.state == "match":
                proved, stamped = one.judged.time, one.revision
            continue
        carried = stamped is not None and stamped > one.revision
        signature_rules(file, one, trust, (proved if carried else now, proved, carried), more)


def covered(file, one, judged):
    """The octets signed and the structure, where the ByteRange is the one of this very dictionary."""
    span = file.get(one.value.get("ByteRange"))
    contents = one.value.get("Contents")
    end = file.revisions[one.revision - 1].end
    if (
        not isinstance(span, list)
        or len(span) != 4
        or any(type(n) is not int or n < 0 for n in span)
        or not isinstance(contents, bytes)
    ):
        judged.say("pdf-signature-dictionary", FAILURE)
        return None, None
    zero, a, b, c = span
    held = file.data[a:b]
    whole = (
        held[:1] == b"<"
        and held[-1:] == b">"
        and re.fullmatch(rb"[0-9A-Fa-f]*", held[1:-1])
        and bytes.fromhex(held[1:-1].decode()) == contents
    )
    if zero or not whole or not end <= b + c <= end + 2 or file.data[end : b + c].strip(b"\r\n") or not within(file, one, a):
        judged.say("pdf-byte-range", FAILURE)
        return None, None
    structure = der.value(contents)[0].raw
    if contents[len(structure) :].strip(b"\0"):
        judged.say("pdf-contents-padding", FAILURE)
    return file.data[:a] + file.data[b : b + c], structure


def within(file, one, at):
    """Whether the hexadecimal string at `at` lies in the object of the signature."""
    place = file.as_of(one.revision).places.get(one.number)
    return (
        place is not None
        and place[0] == "at"
        and place[1] < at < place[1] + (1 << 20)
        and b"endobj" not in file.data[place[1] : at]
    )


def stamp_rules(file, one, trust, at, more):
    """A document time stamp, at the time that a later one proves."""
    judged = Judged()
    try:
        octets, structure = covered(file, one, judged)
        if octets is None:
            return judged
        token = timestamps.judge(structure, octets, trust, at, more=more)
        token.rules += judged.rules
        if token.state == "match" and token.until < at:
            token.say("pdf-time-stamp-expired", INDETERMINATE)
        return token
    except BROKEN as error:
        judged.say(f"pdf-signature-malformed {error}", FAILURE)
        return judged


def signature_rules(file, one, trust, when, more):
    """A signature at the best time: the first of `when`, or what a time stamp on it proves, itself judged at the second."""
    judged, (best, proved, carried) = one.judged, when
    held = best
    if not one.value:
        return judged.say("pdf-signature-dictionary", FAILURE)
    if one.filter not in (CADES, CMS):
        return judged.say("pdf-sub-filter", INDETERMINATE)
    try:
        octets, structure = covered(file, one, judged)
        if octets is None:
            return None
        signed = cms.SignedData(structure)
        stamps = []
        for token in signatures.times(signed, trust, proved, more):
            if token.state == "match" and token.until >= proved:
                best = min(best, token.time)
                stamps.append(token)
            elif token.state == "mismatch":
                judged.say("pdf-time-stamp-failed", FAILURE)
            else:
                judged.say("pdf-time-stamp-undecided", NOTE)
        one.dated = carried or bool(stamps)
        signatures.judge(judged, signed, octets, trust, (best, held), one.filter == CADES, more)
        if judged.state == "match" and one.filter == CADES:
            one.level = level(judged, stamps, carried, more)
    except BROKEN as error:
        judged.say(f"pdf-signature-malformed {error}", FAILURE)
    return None


def level(judged, stamps, carried, more):
    """Which of the levels of EN 319 142-1 §6 a signature that holds has."""
    if not stamps and not carried:
        return "B-B"
    told = not judged.unchecked and all(("revocation-not-checked", NOTE) not in one.rules for one in stamps)
    if not told or not (more.lists or more.responses):
        return "B-T"
    return "B-LTA" if carried else "B-LT"


def behind(octets, why, report):
    """A file that cannot be read up to its end: after an update that can and a signature, what follows is a change."""
    for end in [one.end() for one in reversed(list(pdf.START.finditer(octets)))][:MOST_ENDS]:
        end = re.compile(rb"\r?\n?").match(octets, end).end()
        try:
            if end < len(octets) and collect(pdf.File(octets[:end])):
                return report.say("signature-octets-after", "signature", "mismatch", len(octets) - end)
        except BROKEN:
            pass
    return report.say("signature-unreadable", "signature", "cannot-check", why)


def after(file, found, report):
    """What follows the first signature."""
    changed, closed = {}, min((one.revision for one in found if permits_nothing(file, one)), default=None)
    barred = False
    for count in range(min((one.revision for one in found), default=len(file.revisions)) + 1, len(file.revisions) + 1):
        before, now = file.as_of(count - 1), file.as_of(count)
        changed[count], signs = pdfchanges.judge(before, now)
        if changed[count]:
            report.say("signature-changed-after", "signature", "mismatch", changed[count])
        if signs and closed is not None and closed < count:
            barred = True
            report.say("signature-not-permitted", "signature", "mismatch", count)
    return Signed(len(file.revisions), changed, barred)


def permits_nothing(file, one):
    """DocMDP with P 1 (ISO 32000-2 §12.8.2.2)."""
    try:
        for reference in file.get(one.value.get("Reference")) or []:
            held = file.get(reference)
            if file.get(held.get("TransformMethod")) == "DocMDP" and file.get(file.get(held["TransformParams"]).get("P")) == 1:
                return True
    except BROKEN:
        pass
    return False
