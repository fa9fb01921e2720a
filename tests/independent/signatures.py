"""Signatures of persons and offices over data that stand elsewhere (docs/format/report.md#rules-of-signatures).

Common to those within documents (pades.py) and those beside them (detached.py).
"""

import certificates as x
import cms
import der
import paths
import pdf
import revocation
import timestamps
from digests import NAMES
from paths import CHAIN, FAILURE, INDETERMINATE, NOTE

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


class Judged(timestamps.Judgement):
    """As of a token; `unchecked` says that nothing spoke of some certificate of the path."""

    @property
    def unchecked(self):
        return ("revocation-not-checked", NOTE) in self.rules


def judge(judged, signed, octets, trust, when, bound=False, more=revocation.NONE):
    """Judges `signed` over `octets`; `bound` demands that the attributes bind the certificate.

    `when` are the best time, and that from which the octets are proved: until then their digest must last.
    """
    at, held = when
    if len(signed.signers) != 1:
        return judged.say("signature-signer-count", FAILURE)
    signer, ends = signed.signers[0], trust.ends
    if signed.content is not None:
        judged.say("signature-content-enclosed", FAILURE)
    if signed.type not in (cms.DATA, cms.GM_DATA):
        judged.say("signature-content-type", FAILURE)
    signed.content = octets
    timestamps.attribute_rules(judged, signed, signer, held, ends)
    certificate = named(signed, signer)
    if certificate is None:
        return judged.say("signature-certificate-not-found", INDETERMINATE)
    known, _ = timestamps.signature_rules(judged, signer, signed, certificate, at, ends)
    if bound or binds(signer):
        timestamps.bind(judged, signer, certificate)
    certificate_rules(judged, certificate)
    path_rules(judged, certificate, signed, trust, at, more)
    weight = FAILURE if known else INDETERMINATE
    judged.rules = [(rule, weight if one == CHAIN else one) for rule, one in judged.rules]
    return None


def binds(signer):
    return bool({cms.BINDING_V1, cms.BINDING_V2} & set(signer.attributes))


def named(signed, signer):
    """The certificate of the structure that `sid` names; of several the one that the attributes bind."""

    def is_bound(one):
        found = Judged()
        timestamps.bind(found, signer, one)
        return found.state == "match"

    held = [one for one in signed.certificates if signer.names(one)]
    return next(filter(is_bound, held), held[0] if held else None)


def times(signed, trust, now, more=revocation.NONE):
    """Each time stamp on the value of the only signature (EN 319 122-1 §5.3), judged."""
    if len(signed.signers) != 1:
        return []
    signer = signed.signers[0]
    return [timestamps.judge(one.raw, signer.signature, trust, now, more=more) for one in signer.more.get(cms.TIME_STAMP, [])]


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


def path_rules(judged, certificate, signed, trust, at, more):
    """The best path to a root for signatures; a certificate that had ended leaves the signature undecided."""
    roots = [root for root in trust.roots if root.kind in (None, "signature-root")]
    if not roots:
        return judged.say("no-anchor-given", INDETERMINATE)
    pool = signed.certificates + more.certificates + trust.pool
    found = [
        paths.judge(chain, root, certificate, at, at, SIGNING, trust.ends)
        for chain, root in paths.candidates(certificate, pool, roots)
    ]
    path = min(found, key=paths.Found.rank, default=None)
    if path is None:
        return judged.say("path-not-found", INDETERMINATE)
    for rule, weight in path.rules:
        expired = rule == "certificate-expired"
        judged.say("signature-expired-no-poe" if expired else rule, INDETERMINATE if expired else weight)
    revocation.judge(judged, path, signed, at, more, of_signature=True)
    return None


def algorithm(signed):
    """The digest by which the only signature takes the content, or `None`."""
    return NAMES.get(signed.signers[0].digest) if len(signed.signers) == 1 else None
