"""RFC 3161 tokens, by the rules of docs/format/report.md#rules-of-tokens."""

import re
from datetime import datetime, timedelta, timezone

import certificates as x
import cms
import der
import keys
import paths
import revocation
from digests import FOREVER, NAMES, digest
from paths import CHAIN, FAILURE, INDETERMINATE, NOTE

# What the clocks of a verifier and an authority may differ by.
AHEAD = timedelta(seconds=300)
PURPOSE = "1.3.6.1.5.5.7.3.8"
QUALIFIED = "1.3.6.1.5.5.7.1.3"


class Statement:
    """TSTInfo (RFC 3161 §2.4.2)."""

    def __init__(self, raw):
        fields = list(der.whole(raw).need(0x30).inside)
        if len(fields) < 5:
            raise der.Malformed("TSTInfo")
        self.version, self.policy = fields[0].integer(), fields[1].oid()
        imprint = fields[2].need(0x30)
        self.algorithm, self.imprint = imprint[0][0].oid(), imprint[1].octets()
        self.parameters = imprint[0][1].raw if len(imprint[0]) > 1 else b""
        self.serial = fields[3].integer()
        self.time = general_time(fields[4])
        self.name, self.extensions = None, []
        last = 0
        for field in fields[5:]:
            place = {0x30: 1, 0x01: 2, 0x02: 3, 0xA0: 4, 0xA1: 5}.get(field.tag, 0)
            if place <= last:
                raise der.Malformed("TSTInfo")
            last = place
            if place == 4:
                self.name = field[0]
            elif place == 5:
                self.extensions = field.inside


def general_time(value):
    """GeneralizedTime with an optional fraction, which is left out."""
    found = re.fullmatch(r"(\d{14})([.,]\d{1,18})?Z", value.need(0x18).body.decode("ascii", "replace"))
    if not found:
        raise der.Malformed("genTime")
    try:
        return datetime.strptime(found[1], "%Y%m%d%H%M%S").replace(tzinfo=timezone.utc)
    except ValueError:
        raise der.Malformed("genTime") from None


class Judgement:
    """What came of a token. `until` is the end of certificates and algorithms of a token that holds."""

    def __init__(self):
        self.rules, self.time, self.until, self.statement, self.path = [], None, None, None, None
        self.lists_damaged = False

    def say(self, rule, weight):
        self.rules.append((rule, weight))

    @property
    def state(self):
        weights = {weight for _, weight in self.rules}
        return "mismatch" if FAILURE in weights else "cannot-check" if INDETERMINATE in weights else "match"

    def why(self):
        return [rule for rule, weight in self.rules if weight != NOTE]


def unwrap(raw, judged):
    """The token of a TimeStampResp, or the octets as they are."""
    top = der.whole(raw).need(0x30)
    if top[0].tag != 0x30:
        return raw
    top[0][0].integer()
    if len(top) < 2:
        judged.say("response-without-token", FAILURE)
        return None
    return top[1].raw


def judge(raw, data, trust, now, as_of=None, more=revocation.NONE):
    """Judges a token over `data` (`None`: its imprint is not compared) at the time `now`; its algorithms at `as_of`."""
    judged = Judgement()
    try:
        token = unwrap(raw, judged)
        if token is not None:
            signed = cms.SignedData(token)
            token_rules(judged, signed, data, trust, now, as_of or now, more)
    except (der.Malformed, ValueError, IndexError) as error:
        judged.say(f"token-malformed {error}", FAILURE)
    return judged


def token_rules(judged, signed, data, trust, now, as_of, more):
    if signed.type != cms.TST_INFO or signed.content is None:
        raise der.Malformed("no TSTInfo")
    said = judged.statement = Statement(signed.content)
    judged.time = said.time
    if len(signed.signers) != 1:
        return judged.say("signer-count", FAILURE)
    signer, ends = signed.signers[0], trust.ends
    sound = statement_rules(judged, said, data, now, as_of, ends)
    if signer.version != (3 if signer.sid.tag == 0x80 else 1):
        judged.say("signer-version", FAILURE)
    sound = min(sound, attribute_rules(judged, signed, signer, as_of, ends))
    certificate = find(judged, signed, signer, [*trust.pool, *more.certificates, *(root.certificate for root in trust.roots)])
    if certificate is None:
        return None
    known, limit = signature_rules(judged, signer, signed, certificate, as_of, ends)
    bind(judged, signer, certificate)
    certificate_rules(judged, certificate, said)
    path = choose(judged, certificate, signed.certificates + more.certificates, trust, said, as_of)
    judged.until = min(sound, limit)
    if path is not None:
        judged.path, judged.until = path, min(judged.until, path.until, path.sound_until)
        revocation.judge(judged, path, signed, said.time, more)
    weight = FAILURE if known else INDETERMINATE
    judged.rules = [(rule, weight if one == CHAIN else one) for rule, one in judged.rules]
    return None


def statement_rules(judged, said, data, now, as_of, ends):
    if said.version != 1:
        judged.say("tst-version", FAILURE)
    name, sound = NAMES.get(said.algorithm), FOREVER
    if name is None:
        judged.say("imprint-algorithm-unknown", INDETERMINATE)
    else:
        sound = weak(judged, "imprint-algorithm-weak", ends.digest(name), as_of)
        if said.parameters not in (b"", b"\5\0"):
            judged.say("imprint-algorithm-parameters", FAILURE)
        if len(digest(name, b"")) != len(said.imprint):
            judged.say("imprint-length", FAILURE)
        elif data is not None and digest(name, data) != said.imprint:
            judged.say("imprint-mismatch", FAILURE)
    if said.time > now + AHEAD:
        judged.say("gen-time-in-future", INDETERMINATE)
    for one in said.extensions:
        if one[1].tag == 1 and one[1].boolean() and one[0].oid() != QUALIFIED:
            judged.say("statement-extension-unknown", FAILURE)
    return sound


def weak(judged, rule, until, as_of):
    if as_of >= until:
        judged.say(rule, INDETERMINATE)
    return until


def attribute_rules(judged, signed, signer, as_of, ends):
    """Signed attributes (RFC 5652 §11, RFC 6211)."""
    name, sound = NAMES.get(signer.digest), FOREVER
    if name is None:
        judged.say("digest-algorithm-unknown", INDETERMINATE)
    else:
        sound = weak(judged, "digest-algorithm-weak", ends.digest(name), as_of)
    if signer.signed is None:
        judged.say("signed-attributes-missing", FAILURE)
        return sound
    kinds = [one[0].oid() for one in signer.signed.inside]
    if len(set(kinds)) != len(kinds):
        judged.say("attribute-repeated", FAILURE)
    try:
        names = cms.CONTENT_TYPE, cms.MESSAGE_DIGEST, cms.PROTECTION, cms.SIGNING_TIME
        kind, stated, shield, _ = map(signer.single, names)
        if kind is None:
            judged.say("content-type-missing", FAILURE)
        elif kind.oid() != signed.type:
            judged.say("content-type-mismatch", FAILURE)
        if stated is None:
            judged.say("message-digest-missing", FAILURE)
        elif name and stated.octets() != digest(name, signed.content):
            judged.say("message-digest-mismatch", FAILURE)
        if shield is not None and not protects(shield, signer):
            judged.say("algorithm-protection-mismatch", FAILURE)
    except der.Malformed:
        judged.say("attribute-malformed", FAILURE)
    return sound


def protects(shield, signer):
    """CMSAlgorithmProtection (RFC 6211 §2)."""
    if shield[0][0].oid() != signer.digest:
        return False
    named = [one for one in shield.inside if one.tag == 0xA1]
    return len(named) == 1 and named[0][0].oid() == signer.algorithm[0].oid()


def find(judged, signed, signer, at_hand):
    """The certificate that `sid` names, in the token or, where that has none, among what the verifier has."""
    for one in signed.certificates:
        if signer.names(one):
            return one
    if signed.certificates or signed.others:
        judged.say("signer-certificate-not-included", FAILURE)
        return None
    for one in at_hand:
        if signer.names(one):
            return one
    judged.say("signer-certificate-absent", INDETERMINATE)
    return None


def signature_rules(judged, signer, signed, certificate, as_of, ends):
    """RFC 5652 §5.6; whether the signature could be judged, and until when its algorithms are relied on."""
    hint = NAMES.get(signer.digest)
    message = signed.content if signer.signed is None else signer.signed.as_set()
    try:
        name = keys.scheme(signer.algorithm, hint)[1]
        good = keys.holds(certificate.key, signer.algorithm, message, signer.signature, hint)
        if not good and signer.signed is not None:
            again = b"\x31" + der.to_der(signer.signed)[1:]
            good = again != message and keys.holds(certificate.key, signer.algorithm, again, signer.signature, hint)
    except keys.Unknown:
        judged.say("signature-algorithm-unknown", INDETERMINATE)
        return False, FOREVER
    if not good:
        judged.say("signature-invalid", FAILURE)
    if name and signer.signed is not None and name != hint:
        judged.say("digest-algorithms-differ", FAILURE)
    sound = weak(judged, "signature-algorithm-weak", ends.digest(name), as_of) if name else FOREVER
    if certificate.key.bits:
        until = ends.key(certificate.key.weak_kind(), certificate.key.bits)
        sound = min(sound, weak(judged, "signer-key-weak", until, as_of))
    return True, sound


def bind(judged, signer, certificate):
    """SigningCertificate and SigningCertificateV2 (RFC 5035)."""
    held = [(v, signer.attributes[oid]) for v, oid in ((1, cms.BINDING_V1), (2, cms.BINDING_V2)) if oid in signer.attributes]
    if not held:
        judged.say("signing-certificate-missing", FAILURE)
    for version, values in held:
        try:
            if len(values) != 1:
                raise der.Malformed("values")
            bind_one(judged, version, values[0][0][0], certificate)
        except der.Malformed:
            judged.say("signing-certificate-malformed", FAILURE)


def bind_one(judged, version, first, certificate):
    fields, name = list(first.need(0x30).inside), "sha1" if version == 1 else "sha256"
    if version == 2 and fields[0].tag == 0x30:
        name = NAMES.get(fields.pop(0)[0].oid())
    if name is None:
        return judged.say("signing-certificate-hash-unknown", INDETERMINATE)
    if fields[0].octets() != digest(name, certificate.raw):
        judged.say("signing-certificate-mismatch", FAILURE)
    if len(fields) > 1:
        names, serial = fields[1][0].need(0x30), fields[1][1].integer()
        issuers = [one[0] for one in names.inside if one.tag == 0xA4]
        if serial != certificate.serial or not any(x.same_name(one, certificate.issuer) for one in issuers):
            judged.say("signing-certificate-issuer-mismatch", FAILURE)
    return None


def certificate_rules(judged, certificate, said):
    """What a time-stamping certificate must be (RFC 3161 §2.3)."""
    try:
        purposes, usage = certificate.purposes(), certificate.usage()
        if purposes is None:
            judged.say("extended-key-usage-missing", CHAIN)
        elif purposes != [PURPOSE]:
            judged.say("extended-key-usage-other", CHAIN)
        if usage is not None and not usage & {x.DIGITAL_SIGNATURE, x.NON_REPUDIATION}:
            judged.say("key-usage-unsuited", CHAIN)
        if certificate.authority()[0]:
            judged.say("signer-is-ca", CHAIN)
        if said.name is not None and not is_named(certificate, said.name):
            judged.say("tsa-name-mismatch", FAILURE)
    except der.Malformed:
        judged.say("certificate-extension-malformed", CHAIN)


def is_named(certificate, name):
    """`tsa` is one of the names of the certificate."""
    if name.tag == 0xA4 and x.same_name(name[0], certificate.subject):
        return True
    alternative = certificate.extension(x.ALTERNATIVE)
    return alternative is not None and any(one.raw == name.raw for one in alternative.inside)


def choose(judged, certificate, given, trust, said, as_of):
    """The best path, with what its root allows (docs/format/trust.md)."""
    roots = [root for root in trust.roots if root.kind in (None, "tsa-root")]
    pool, found = given + trust.pool, []
    for chain, root in paths.candidates(certificate, pool, roots):
        path = paths.judge(chain, root, certificate, said.time, as_of, PURPOSE, trust.ends)
        critical_rule(path, certificate, root, said.time)
        if root.policies and said.policy not in root.policies:
            path.say("policy-not-trusted", INDETERMINATE)
        found.append(path)
    path = min(found, key=paths.Found.rank, default=None)
    if path is None:
        judged.say("path-not-found" if roots else "no-anchor-given", INDETERMINATE)
        critical_rule(judged, certificate, None, said.time)
    else:
        judged.rules += path.rules
    return path


def critical_rule(path, certificate, root, at):
    """The purpose is critical, but for the exception of a root."""
    if certificate.purposes_or_none() != [PURPOSE] or certificate.critical(x.EXTENDED):
        return
    for exception in root.exceptions if root else ():
        if exception["from"] <= at <= exception["to"]:
            return path.say("extended-key-usage-exception", NOTE)
    path.say("extended-key-usage-not-critical", CHAIN)
