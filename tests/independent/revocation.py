"""Revocation lists (RFC 5280 §5, §6.3) and OCSP responses (RFC 6960) that are at hand; nothing is looked up."""

import certificates as x
import der
import keys
from digests import NAMES, digest
from paths import FAILURE, INDETERMINATE, NOTE

REASON, POINT, DELTA, NUMBER = "2.5.29.21", "2.5.29.28", "2.5.29.27", "2.5.29.20"
BASIC, OCSP_PURPOSE = "1.3.6.1.5.5.7.48.1.1", "1.3.6.1.5.5.7.3.9"


class List:
    """CertificateList (RFC 5280 §5.1)."""

    def __init__(self, value):
        self.tbs, self.algorithm, self.signature = value[0], value[1], value[2].bits()
        fields = list(self.tbs.inside)
        if fields[0].tag == 2:
            fields.pop(0)
        self.issuer, self.made = fields[1], fields[2].time()
        at = 4 if len(fields) > 3 and fields[3].tag in (0x17, 0x18) else 3
        self.entries = fields[at].inside if len(fields) > at and fields[at].tag == 0x30 else []
        self.extensions = extensions(fields[-1][0]) if fields[-1].tag == 0xA0 else {}

    def usable(self, certificate):
        """Complete, direct, and about such certificates."""
        if DELTA in self.extensions:
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
    return True


def by_list(one, certificate, issuer):
    """(made, entry) of a list that speaks of the certificate, or `None`."""
    if not x.same_name(one.issuer, certificate.issuer) or not one.usable(certificate):
        return None
    usage = issuer.usage()
    if usage is not None and x.CRL_SIGN not in usage:
        return None
    if not keys.holds(issuer.key, one.algorithm, one.tbs.raw, one.signature):
        return None
    return one.made, one.entry(certificate.serial)


def by_response(raw, certificate, issuer):
    """The same of an OCSP response (RFC 6960 §3.2, §4.2.2)."""
    top = der.whole(raw)
    if top[0].need(10).body != b"\0" or top[1][0][0].oid() != BASIC:
        return None
    response = der.whole(top[1][0][1].octets())
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
            return single[2].time(), revoked(single[1])
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


def judge(judged, path, signed, at, responses):
    """Each certificate below the anchor by what speaks of it."""
    lists = []
    for value in signed.crls:
        try:
            lists.append(List(value.need(0x30)))
        except (der.Malformed, ValueError, IndexError):
            judged.say("revocation-unreadable", NOTE)
            judged.lists_damaged = True
    used = set()
    for place, certificate in enumerate(path.chain):
        issuer = path.chain[place + 1] if place + 1 < len(path.chain) else path.root.certificate
        said = []
        for index, one in enumerate(lists):
            found = quietly(by_list, one, certificate, issuer)
            if found:
                used.add(index)
                said.append(found)
        said += filter(None, (quietly(by_response, raw, certificate, issuer) for raw in responses))
        weigh(judged, said, at)
    judged.lists_damaged |= len(used) < len(lists)


def quietly(ask, *about):
    try:
        return ask(*about)
    except (der.Malformed, keys.Unknown, ValueError, IndexError, StopIteration):
        return None


def weigh(judged, said, at):
    """RFC 3161 §4: where the reason leaves the key its own, the moment decides; else nothing from the key is told apart."""
    entries = [entry for _, entry in said if entry is not None]
    for when, reason in entries:
        if reason not in (0, 3, 4, 5):
            judged.say("revoked-no-poe", INDETERMINATE)
        elif when <= at:
            judged.say("revoked", FAILURE)
        else:
            judged.say("revoked-later", NOTE)
    if not said:
        judged.say("revocation-not-checked", NOTE)
    elif not entries and max(made for made, _ in said) < at:
        judged.say("revocation-older-than-token", NOTE)
