"""Paths from a certificate to a trust anchor (RFC 5280 §6), with the rules of docs/format/report.md."""

import functools

import certificates as x
import der
import keys
from digests import FOREVER

FAILURE, INDETERMINATE, NOTE = "failure", "indeterminate", "note"
# A failure of reason CHAIN_CONSTRAINTS_FAILURE: undecided where the signature itself could not be judged.
CHAIN = "failure of the chain"
LONGEST, MOST = 9, 64
ANY_PURPOSE, ANY_POLICY, OCSP_SIGNING = "2.5.29.37.0", "2.5.29.32.0", "1.3.6.1.5.5.7.3.9"
# Critical extensions that are understood below an anchor.
KNOWN = {x.BASIC, x.KEY_USAGE, x.EXTENDED, x.NAME_CONSTRAINTS, x.POLICIES, x.MAPPINGS, x.POLICY_CONSTRAINTS, x.INHIBIT}
KNOWN |= {x.SUBJECT_KEY, x.AUTHORITY_KEY, x.ALTERNATIVE}


class Root:
    """A trust anchor with the conditions of docs/format/trust.md."""

    def __init__(self, certificate, kind=None, policies=(), exceptions=(), window=(None, None)):
        self.certificate, self.kind, self.policies, self.exceptions = certificate, kind, policies, exceptions
        begins, ends = window
        if begins is None and ends is None:
            begins, ends = certificate.begins, certificate.ends
        self.begins, self.ends = begins, ends

    def open(self, at):
        return (self.begins is None or self.begins <= at) and (self.ends is None or at <= self.ends)


class Found:
    """What came of one path: its certificates, its root, its broken rules, and until when it is good."""

    def __init__(self, chain, root):
        self.chain, self.root, self.rules, self.until, self.sound_until = chain, root, [], FOREVER, FOREVER

    def say(self, rule, weight):
        self.rules.append((rule, weight))

    def rank(self):
        weights = {weight for _, weight in self.rules}
        return 2 if weights & {FAILURE, CHAIN} else 1 if INDETERMINATE in weights else 0


@functools.cache
def issued(certificate, issuer):
    """Whether the issuer's key made the signature of the certificate; `Unknown` where that cannot be told."""
    return keys.holds(issuer.key, certificate.algorithm, certificate.tbs.raw, certificate.signature)


def may_issue(issuer, certificate):
    """By name, and by a signature that holds or cannot be judged."""
    if not x.same_name(issuer.subject, certificate.issuer):
        return False
    try:
        return issued(certificate, issuer)
    except (keys.Unknown, der.Malformed):
        return True


def candidates(certificate, pool, roots):
    """All chains by name, as pairs of the certificates below an anchor and the anchor."""
    found, budget = [], [MOST]

    def climb(chain):
        if budget[0] <= 0:
            return
        top = chain[-1]
        for root in roots:
            if root.certificate == top:
                found.append((chain[:-1], root))
            elif may_issue(root.certificate, top):
                found.append((chain, root))
        budget[0] -= 1
        if len(chain) < LONGEST:
            for above in pool:
                if above not in chain and may_issue(above, top):
                    climb(chain + [above])

    climb([certificate])
    return found


def judge(chain, root, signer, at, as_of, purpose, ends):
    """§6.1 from the anchor downward; `chain` begins with the certificate that is asked about."""
    found = Found(chain, root)
    if not root.open(at):
        found.say("anchor-outside-window", INDETERMINATE)
    if root.ends is not None:
        found.until = min(found.until, root.ends)
    if not chain:
        check_dates(found, signer, at)
    issuer, depth, policy = root.certificate, None, Policy()
    for place in range(len(chain) - 1, -1, -1):
        one = chain[place]
        check_signature(found, one, issuer, as_of, ends)
        check_dates(found, one, at)
        check_extensions(found, one)
        policy.step(one, place, found)
        constrain(found, chain, place)
        if place:
            depth = check_authority(found, one, depth, purpose)
        issuer = one
    policy.end(found)
    return found


def check_signature(found, one, issuer, as_of, ends):
    if one.algorithm.raw != one.inner.raw:
        found.say("certificate-algorithms-disagree", CHAIN)
    try:
        issued(one, issuer)
        name = keys.scheme(one.algorithm)[1]
    except (keys.Unknown, der.Malformed):
        found.say("certificate-algorithm-unknown", INDETERMINATE)
        return
    limits = [("certificate-algorithm-weak", ends.digest(name))] if name else []
    limits.append(("issuer-key-weak", ends.key(issuer.key.weak_kind(), issuer.key.bits) if issuer.key.bits else FOREVER))
    for rule, until in limits:
        found.sound_until = min(found.sound_until, until)
        if as_of >= until:
            found.say(rule, INDETERMINATE)


def check_dates(found, one, at):
    found.until = min(found.until, one.ends)
    if at < one.begins:
        found.say("certificate-not-yet-valid", FAILURE)
    if at > one.ends:
        found.say("certificate-expired", FAILURE)


def check_extensions(found, one):
    if one.repeated:
        found.say("certificate-extension-repeated", CHAIN)
    for oid, (critical, _) in one.extensions.items():
        if critical and oid not in KNOWN:
            found.say("certificate-extension-unknown", CHAIN)
    try:
        one.authority(), one.usage(), one.purposes(), one.extension(x.NAME_CONSTRAINTS)
    except der.Malformed:
        found.say("certificate-extension-malformed", CHAIN)


def check_authority(found, one, depth, purpose):
    """An issuer below the anchor (§6.1.4 k–n); returns how many may follow."""
    try:
        authority, length = one.authority()
        usage, purposes = one.usage(), one.purposes()
    except der.Malformed:
        return depth
    if not authority:
        found.say("issuer-not-ca", CHAIN)
    if usage is not None and x.CERT_SIGN not in usage:
        found.say("issuer-key-usage", CHAIN)
    limit(found, purposes or [], purpose)
    if not one.self_issued:
        if depth == 0:
            found.say("path-length-exceeded", CHAIN)
        depth = None if depth is None else depth - 1
    if length is not None:
        depth = length if depth is None else min(depth, length)
    return depth


def limit(found, purposes, purpose):
    """Purposes of an issuer limit those below it, but the one of signing OCSP responses; `purpose` is one, or a set of them."""
    limiting = {one for one in purposes if one != OCSP_SIGNING}
    wanted = purpose if isinstance(purpose, set) else {purpose}
    if not limiting or limiting & wanted or ANY_PURPOSE in limiting:
        return
    registered = not isinstance(purpose, set) and any(one.startswith("1.3.6.1.5.5.7.3.") for one in limiting)
    found.say("issuer-purpose" if registered else "issuer-purpose-unknown", CHAIN if registered else INDETERMINATE)


class Policy:
    """Whether an explicit policy is demanded, and left (§6.1.2 to §6.1.5)."""

    def __init__(self):
        self.allowed, self.explicit, self.mapped = None, None, False

    def step(self, one, place, found):
        said = one.extension(x.POLICIES)
        names = set() if said is None else {p[0].oid() for p in said.inside}
        if ANY_POLICY not in names:
            self.allowed = names if self.allowed is None else self.allowed & names
        if self.explicit and not one.self_issued:
            self.explicit -= 1
        self.mapped |= bool(place) and x.MAPPINGS in one.extensions
        limits = one.extension(x.POLICY_CONSTRAINTS)
        for field in limits.inside if limits else []:
            if field.tag == 0x80:
                demanded = int.from_bytes(field.body)
                self.explicit = demanded if self.explicit is None else min(self.explicit, demanded)

    def end(self, found):
        if self.explicit == 0 and self.allowed is not None and not self.allowed:
            found.say(
                "policy-mapping-unknown" if self.mapped else "explicit-policy-missing", INDETERMINATE if self.mapped else CHAIN
            )


def constrain(found, chain, place):
    """The names below `place` against its name constraints (§4.2.1.10)."""
    if not place or x.NAME_CONSTRAINTS not in chain[place].extensions:
        return
    try:
        permitted, excluded = subtrees(chain[place].extension(x.NAME_CONSTRAINTS))
        for below in chain[:place]:
            for kind, name in names_of(below):
                allowed = [limit for k, limit in permitted if k == kind]
                within = [limit for k, limit in excluded if k == kind]
                if not allowed and not within:
                    continue
                if kind not in (0xA4, 0x82):
                    found.say("name-constraint-unknown", INDETERMINATE)
                elif allowed and not any(covers(kind, a, name) for a in allowed) or any(covers(kind, w, name) for w in within):
                    found.say("name-constraint-violated", CHAIN)
    except der.Malformed:
        found.say("certificate-extension-malformed", CHAIN)


def subtrees(value):
    lists = {0xA0: [], 0xA1: []}
    for field in value.inside:
        lists[field.tag] = [(tree[0].tag, tree[0]) for tree in field.inside]
    return lists[0xA0], lists[0xA1]


def names_of(one):
    if len(one.subject):
        yield 0xA4, one.subject
    alternative = one.extension(x.ALTERNATIVE)
    for name in alternative.inside if alternative else []:
        yield name.tag, name[0] if name.tag == 0xA4 else name


def covers(kind, limit, name):
    if kind == 0xA4:
        base, parts = x.name_parts(limit[0]), x.name_parts(name)
        return parts[: len(base)] == base
    base, host = limit.body.decode("ascii", "replace").lower().lstrip("."), name.body.decode("ascii", "replace").lower()
    return not base or host == base or host.endswith("." + base)
