"""Revocation lists (RFC 5280 §5, §6.3) and OCSP responses (RFC 6960) that are at hand; nothing is looked up."""

import certificates as x
import der
import keys
from digests import NAMES, digest
from paths import FAILURE, INDETERMINATE, NOTE

REASON, POINT, DELTA, OTHER_ISSUER, POINTS = "2.5.29.21", "2.5.29.28", "2.5.29.27", "2.5.29.29", "2.5.29.31"
BASIC, OCSP_PURPOSE = "1.3.6.1.5.5.7.48.1.1", "1.3.6.1.5.5.7.3.9"
VALUES = "1.2.840.113549.1.9.16.2.24"
# Lists and responses there, together.
MOST = 64


class List:
    """CertificateList (RFC 5280 §5.1)."""

    def __init__(self, value):
        self.tbs, self.algorithm, self.signature = value[0], value[1], value[2].bits()
        fields = list(self.tbs.inside)
        if fields[0].tag == 2:
            fields.pop(0)
        self.issuer, self.made = fields[1], fields[2].time()
        at = 4 if len(fields) > 3 and fields[3].tag in (0x17, 0x18) else 3
        self.until = fields[3].time() if at == 4 else None
        self.entries = fields[at].inside if len(fields) > at and fields[at].tag == 0x30 else []
        self.extensions = extensions(fields[-1][0]) if fields[-1].tag == 0xA0 else {}

    def usable(self, certificate):
        """Complete, direct, and about such certificates."""
        if DELTA in self.extensions or any(len(one) > 2 and OTHER_ISSUER in extensions(one[2]) for one in self.entries):
            return False
        for oid, (critical, value) in self.extensions.items():
            if critical and oid != POINT:
                return False
            if oid == POINT and not covers(der.whole(value), certificate):
                return False
        return True

    def entry(self, serial):
        """When and why a certificate was revoked, or `None`."""
        for one in self.entries:
            if one[0].integer() == serial:
                held = extensions(one[2]) if len(one) > 2 else {}
                reason = int.from_bytes(der.whole(held[REASON][1]).need(10).body) if REASON in held else None
                return one[1].time(), reason
        return None


def extensions(listed):
    return {one[0].oid(): (one[1].tag == 1 and one[1].boolean(), one[-1].need(4).body) for one in listed.inside}


def covers(point, certificate):
    """IssuingDistributionPoint (§5.2.5)."""
    for field in point.inside:
        if field.tag in (0x83, 0xA3, 0x84, 0x85):
            return False
        if field.tag == 0x81 and certificate.authority()[0] or field.tag == 0x82 and not certificate.authority()[0]:
            return False
        if field.tag == 0xA0 and not set(addresses(field)) & set(addresses(certificate.extension(POINTS))):
            return False
    return True


def addresses(value):
    """Every `uniformResourceIdentifier` in a value."""
    if value is None:
        return []
    if value.tag == 0x86:
        return [value.body]
    return [found for one in value.inside for found in addresses(one)] if value.tag & 0x20 else []


def by_list(one, certificate, issuer, at):
    """(made, entry) of a list that speaks of the certificate as of `at`, or `None`."""
    if not x.same_name(one.issuer, certificate.issuer) or not one.usable(certificate):
        return None
    usage = issuer.usage()
    if usage is not None and x.CRL_SIGN not in usage:
        return None
    if not keys.holds(issuer.key, one.algorithm, one.tbs.raw, one.signature):
        return None
    return in_force(one.made, one.entry(certificate.serial), one.until, at)


def in_force(made, entry, until, at):
    """What ran out before tells of a revocation alone."""
    return None if entry is None and until is not None and until < at else (made, entry)


def by_response(raw, certificate, issuer, at):
    """The same of an OCSP response (RFC 6960 §3.2, §4.2.2)."""
    top = der.whole(raw)
    if top[0].need(10).body != b"\0" or top[1][0][0].oid() != BASIC:
        return None
    return by_basic(top[1][0][1].octets(), certificate, issuer, at)


def by_basic(raw, certificate, issuer, at):
    """The same of what stands in such a response."""
    response = der.whole(raw)
    data, algorithm, signature = response[0], response[1], response[2].bits()
    fields = [field for field in data.inside if field.tag == 0x30]
    made = next(field for field in data.inside if field.tag == 0x18).time()
    signer = responder(response, issuer, made)
    if signer is None or not keys.holds(signer.key, algorithm, data.raw, signature):
        return None
    for single in fields[0].inside:
        if is_about(single[0], certificate, issuer):
            if single[1].tag == 0x82:
                return None
            until = single[3][0].time() if len(single) > 3 and single[3].tag == 0xA0 else None
            return in_force(single[2].time(), revoked(single[1]), until, at)
    return None


def responder(response, issuer, made):
    """The issuer itself, or whom it made a responder, with a certificate that was valid when the response was made."""
    identity = next(field for field in response[0].inside if field.tag in (0xA1, 0xA2))
    given = [x.Certificate(one.raw) for one in response[3][0].inside] if len(response) > 3 else []
    for one in [issuer, *given]:
        named = x.same_name(identity[0], one.subject) if identity.tag == 0xA1 else identity[0].octets() == one.key.identifier()
        if not named:
            continue
        if one == issuer:
            return one
        mine = OCSP_PURPOSE in (one.purposes() or []) and x.same_name(one.issuer, issuer.subject)
        if mine and one.begins <= made <= one.ends:
            if keys.holds(issuer.key, one.algorithm, one.tbs.raw, one.signature):
                return one
    return None


def is_about(identifier, certificate, issuer):
    name = NAMES.get(identifier[0][0].oid())
    if name is None or identifier[3].integer() != certificate.serial:
        return False
    hashes = digest(name, certificate.issuer.raw), digest(name, issuer.key.octets)
    return (identifier[1].octets(), identifier[2].octets()) == hashes


def revoked(status):
    if status.tag == 0x80:
        return None
    if status.tag != 0xA1:
        raise der.Malformed("status")
    reason = status[1][0].need(10).body if len(status) > 1 else None
    return status[0].time(), None if reason is None else int.from_bytes(reason)


class Material:
    """Certificates, lists and responses that are at hand beside what stands in a structure; none of it is trusted."""

    def __init__(self, certificates=(), lists=(), responses=()):
        self.certificates, self.lists, self.responses = list(certificates), list(lists), list(responses)


NONE = Material()


def values(signed):
    """Lists and basic responses among the unsigned attributes of a signature (RFC 5126 §6.3.4)."""
    lists, responses = [], []
    for value in signed.signers[0].more.get(VALUES, [])[:MOST]:
        try:
            fields = list(value.need(0x30).inside)
            held = [], []
            for kind in (0, 1):
                if fields and fields[0].tag == 0xA0 + kind:
                    held[kind].extend(one.raw for one in fields.pop(0)[0].need(0x30).inside)
        except (der.Malformed, IndexError):
            continue
        lists += held[0]
        responses += held[1]
    return (lists, responses) if len(lists) + len(responses) <= MOST else ([], [])


def judge(judged, path, signed, at, more=NONE, of_signature=False):
    """Each certificate below the anchor by what speaks of it; `of_signature` says that `at` is no time of the signer's own."""
    lists = []
    beside, basic = values(signed) if of_signature else ([], [])
    for place, raw in enumerate([*(value.raw for value in signed.crls), *beside, *more.lists]):
        try:
            lists.append(List(der.whole(raw).need(0x30)))
        except (der.Malformed, ValueError, IndexError):
            judged.say("revocation-unreadable", NOTE)
            judged.lists_damaged |= place < len(signed.crls)
    used = set()
    for place, certificate in enumerate(path.chain):
        issuer = path.chain[place + 1] if place + 1 < len(path.chain) else path.root.certificate
        said = []
        for index, one in enumerate(lists):
            found = quietly(by_list, one, certificate, issuer, at)
            if found:
                used.add(index)
                said.append(found)
        responses = [*signed.responses, *more.responses]
        said += filter(None, (quietly(by_response, raw, certificate, issuer, at) for raw in responses))
        said += filter(None, (quietly(by_basic, raw, certificate, issuer, at) for raw in basic))
        weigh(judged, said, at, of_signature)
    judged.lists_damaged |= any(index not in used for index in range(len(lists) - len(more.lists)))


def quietly(ask, *about):
    try:
        return ask(*about)
    except (der.Malformed, keys.Unknown, ValueError, IndexError, StopIteration):
        return None


def weigh(judged, said, at, of_signature):
    """RFC 3161 §4: where the reason leaves the key its own, the moment decides; else nothing from the key is told apart.

    A signature may be older than what proves it, so that a revocation before leaves it undecided (EN 319 102-1 §5.3.4).
    """
    entries = [entry for _, entry in said if entry is not None]
    for when, reason in entries:
        if when > at and (of_signature or reason in (0, 3, 4, 5)):
            judged.say("revoked-later", NOTE)
        elif of_signature or reason not in (0, 3, 4, 5):
            judged.say("revoked-no-poe", INDETERMINATE)
        else:
            judged.say("revoked", FAILURE)
    if not said:
        judged.say("revocation-not-checked", NOTE)
    elif not entries and max(made for made, _ in said) < at:
        judged.say("revocation-older-than-token", NOTE)
