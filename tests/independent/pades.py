"""Signatures of documents (docs/format/receipt.md#signatures).

Judged are place and octets of each signature, its CMS, its path, its time stamps, and the octets after the last update.
Of later updates only the kinds of objects are looked at (pdfchanges.py), and no revocation data of the document.
"""

import re

import certificates as x
import cms
import der
import paths
import pdf
import pdfchanges
import timestamps
from digests import NAMES, digest
from paths import CHAIN, FAILURE, INDETERMINATE, NOTE

STAMP, PLAIN = "ETSI.RFC3161", ("ETSI.CAdES.detached", "adbe.pkcs7.detached")
# Registered purposes for documents (RFC 9336), clients and mail, and those of vendors for documents.
SIGNING = {
    "1.3.6.1.5.5.7.3.36",
    "1.3.6.1.5.5.7.3.2",
    "1.3.6.1.5.5.7.3.4",
    "2.5.29.37.0",
    "1.3.6.1.4.1.311.10.3.12",
    "1.2.840.113583.1.1.5",
}
BROKEN = (pdf.Malformed, der.Malformed, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError)


class Signature:
    """The value of a field, the revision that first has it, and what its dictionary names."""

    def __init__(self, name, value, number, revision):
        self.name, self.value, self.number, self.revision = name, value, number, revision
        self.kind = str(value.get("SubFilter"))


def judge(octets, trust, now, report, delivered):
    try:
        file = pdf.File(octets)
        found = collect(file)
    except pdf.NoEnd as error:
        return behind(octets, error.at, report)
    except BROKEN as error:
        report.say("signature-unreadable", "signature", "cannot-check", error)
        return
    plain = [one for one in found if one.kind != STAMP]
    stamps = [(one, stamp_rules(file, one, trust, now)) for one in found if one.kind == STAMP]
    for one in plain:
        later = [j.time for stamp, j in stamps if stamp.revision > one.revision and j.state == "match"]
        say(report, one, signature_rules(file, one, trust, now, later))
    for one, judged in stamps:
        code = {"match": "holds", "mismatch": "broken", "cannot-check": "undecided"}[judged.state]
        weak = "note" if judged.state == "match" and plain == [] or judged.state == "cannot-check" and plain else judged.state
        report.say(f"document-stamp-{code}", "signature", weak, judged.why())
    if found:
        after(file, found, report)
    if not plain:
        report.say("unsigned", "signature", "note" if delivered else "cannot-check")


def say(report, one, judged):
    code = {"match": "holds", "mismatch": "broken", "cannot-check": "undecided"}[judged.state]
    report.say(f"signature-{code}", "signature", judged.state, (one.name, judged.why()))


def collect(file):
    """Every value of a field of type Sig that stands in AcroForm of any revision, the oldest first."""
    found, seen = [], set()
    for count in range(1, len(file.revisions) + 1):
        view = file.as_of(count)
        catalog = view.get(view.trailer["Root"])
        form = view.get(catalog.get("AcroForm"))
        for name, field in fields(view, view.get(form.get("Fields")) if isinstance(form, dict) else []):
            reference = field.get("V")
            value = view.get(reference)
            mark = tuple(reference) if isinstance(reference, pdf.Reference) else (count, name)
            if isinstance(value, dict) and mark not in seen:
                seen.add(mark)
                found.append(Signature(name, value, mark[0], count))
    return found


def fields(view, listed, name="", kind=None, depth=0):
    for one in (listed or []) if depth < 16 else []:
        field = view.get(one)
        if not isinstance(field, dict):
            continue
        own = view.get(field.get("T"))
        full = name + (own.decode("latin-1") if isinstance(own, bytes) else "")
        type_name = field.get("FT", kind)
        if type_name == "Sig" and "V" in field:
            yield full, field
        yield from fields(view, view.get(field.get("Kids")), full, type_name, depth + 1)


class Judged(timestamps.Judgement):
    """As of a token; a failure of the chain stays one where the signature was judged."""


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


def stamp_rules(file, one, trust, now):
    """A document time stamp."""
    judged = Judged()
    try:
        octets, structure = covered(file, one, judged)
        if octets is None:
            return judged
        token = timestamps.judge(structure, octets, trust, now)
        token.rules += judged.rules
        if token.state == "match" and token.until < now:
            token.say("pdf-time-stamp-expired", INDETERMINATE)
        return token
    except BROKEN as error:
        judged.say(f"pdf-signature-malformed {error}", FAILURE)
        return judged


def signature_rules(file, one, trust, now, later):
    judged = Judged()
    if one.kind not in PLAIN:
        judged.say("pdf-sub-filter", INDETERMINATE)
        return judged
    try:
        octets, structure = covered(file, one, judged)
        if octets is None:
            return judged
        signed = cms.SignedData(structure)
        signer_rules(judged, signed, octets, trust, now, later)
    except BROKEN as error:
        judged.say(f"pdf-signature-malformed {error}", FAILURE)
    return judged


def signer_rules(judged, signed, octets, trust, now, later):
    if len(signed.signers) != 1:
        return judged.say("signature-signer-count", FAILURE)
    if signed.content is not None:
        judged.say("signature-content-enclosed", FAILURE)
    signer, ends = signed.signers[0], trust.ends
    best = min([*later, *signature_stamps(judged, signer, trust, now)], default=now)
    attributes(judged, signed, signer, octets)
    certificate = next((one for one in signed.certificates if signer.names(one) and bound(signer, one)), None)
    if certificate is None:
        return judged.say("signature-certificate-not-found", INDETERMINATE)
    signed.content = octets
    known, _ = timestamps.signature_rules(judged, signer, signed, certificate, best, ends)
    certificate_rules(judged, certificate)
    path_rules(judged, certificate, signed, trust, best)
    weight = FAILURE if known else INDETERMINATE
    judged.rules = [(rule, weight if one == CHAIN else one) for rule, one in judged.rules]
    return None


def bound(signer, certificate):
    """Whether it is the certificate that the attributes bind, where they bind one."""
    judged = Judged()
    timestamps.bind(judged, signer, certificate)
    return judged.state == "match" or not {cms.BINDING_V1, cms.BINDING_V2} & set(signer.attributes)


def signature_stamps(judged, signer, trust, now):
    """The times that time stamps on the signature prove (EN 319 122-1 §5.3)."""
    found = []
    for value in signer.more.get(cms.TIME_STAMP, []):
        token = timestamps.judge(value.raw, signer.signature, trust, now)
        if token.state == "match" and token.until >= now:
            found.append(token.time)
        elif token.state == "mismatch":
            judged.say("pdf-time-stamp-failed", FAILURE)
        else:
            judged.say("pdf-time-stamp-undecided", NOTE)
    return found


def attributes(judged, signed, signer, octets):
    name = NAMES.get(signer.digest)
    if name is None:
        return judged.say("digest-algorithm-unknown", INDETERMINATE)
    if signer.signed is None:
        return judged.say("signed-attributes-missing", FAILURE)
    try:
        kind, stated = signer.single(cms.CONTENT_TYPE), signer.single(cms.MESSAGE_DIGEST)
        if kind is None or kind.oid() != cms.DATA or signed.type != cms.DATA:
            judged.say("signature-content-type", FAILURE)
        if stated is None or stated.octets() != digest(name, octets):
            judged.say("message-digest-mismatch", FAILURE)
    except der.Malformed:
        judged.say("attribute-malformed", FAILURE)
    return None


def certificate_rules(judged, certificate):
    try:
        usage, purposes = certificate.usage(), certificate.purposes()
        if usage is not None and not usage & {x.DIGITAL_SIGNATURE, x.NON_REPUDIATION}:
            judged.say("signature-key-usage", CHAIN)
        if certificate.authority()[0]:
            judged.say("signature-by-authority", CHAIN)
        if purposes is not None and not SIGNING & set(purposes):
            judged.say("signature-purpose-unknown", INDETERMINATE)
    except der.Malformed:
        judged.say("signature-extension-malformed", CHAIN)


def path_rules(judged, certificate, signed, trust, at):
    """The best path to a root for signatures; a certificate that had ended leaves the signature undecided."""
    roots = [root for root in trust.roots if root.kind in (None, "signature-root")]
    if not roots:
        return judged.say("no-anchor-given", INDETERMINATE)
    pool = signed.certificates + trust.pool
    found = [
        paths.judge(chain, root, certificate, at, at, None, trust.ends)
        for chain, root in paths.candidates(certificate, pool, roots)
    ]
    path = min(found, key=paths.Found.rank, default=None)
    if path is None:
        return judged.say("path-not-found", INDETERMINATE)
    for rule, weight in path.rules:
        judged.say(
            "signature-expired-no-poe" if rule == "certificate-expired" else rule,
            INDETERMINATE if rule == "certificate-expired" else weight,
        )
    return None


def behind(octets, at, report):
    """A file that goes on after its last update: nothing of it is read, and after a signature that is a change."""
    try:
        signed = bool(collect(pdf.File(octets[:at])))
    except BROKEN:
        signed = False
    if signed:
        report.say("signature-octets-after", "signature", "mismatch", len(octets) - at)
    else:
        report.say("signature-unreadable", "signature", "cannot-check", "end")


def after(file, found, report):
    """What follows the first signature."""
    first = min(one.revision for one in found)
    for count in range(first + 1, len(file.revisions) + 1):
        changed = pdfchanges.forbidden(file.as_of(count - 1), file.as_of(count), [one for one in found if one.revision == count])
        if changed:
            report.say("signature-changed-after", "signature", "mismatch", changed)
