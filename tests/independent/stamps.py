"""The tokens of seals and of the delivery (docs/format/asic-and-tokens.md#how-a-verifier-judges)."""

import re

import asic
import revocation
import timestamps
from digests import sha256

MANIFEST = re.compile(r"META-INF/ASiCManifest(\d+)\.xml")
MOST_RESPONSES, LARGEST = 10, 64 << 10


class Pair:
    """A token of a seal with the manifest it is over."""

    def __init__(self, subject, number, manifest, token):
        self.manifest, self.token, self.number = manifest, token, number
        responses = (subject.files.get(f"trust/tsa/{number}-{n}.ocsp") for n in range(1, MOST_RESPONSES + 1))
        self.responses = [one for one in responses if one is not None and len(one) <= LARGEST]
        self.octets, self.data = subject.files[token], subject.files[manifest]

    def judge(self, subject, as_of=None):
        more = revocation.Material(responses=self.responses)
        return timestamps.judge(self.octets, self.data, subject.trust, subject.now, as_of, more)


def pairs(subject):
    """The pairs of each seal, with findings for what is no such pair."""
    found = {number: [] for number in subject.seals}
    for name in sorted(subject.files):
        place = MANIFEST.fullmatch(name)
        if place is None:
            continue
        seal, token = one_pair(subject, name, place[1])
        if seal is not None:
            found[seal].append(Pair(subject, place[1], name, token))
    return found


def one_pair(subject, name, number):
    due = f"META-INF/timestamp{number}.tst"
    try:
        token, listed = asic.references(subject.files[name])
    except asic.Malformed as error:
        subject.say("statement-malformed", "manifest", "mismatch", f"{name} {error}")
        return None, None
    member = listed[0][0] if len(listed) == 1 else ""
    seal = re.fullmatch(r"seals/(\d+)/seal\.json", member)
    mine = seal is not None and int(seal[1]) in subject.seals and member in subject.files
    if not mine or token != due or sha256(subject.files[member]) != listed[0][1]:
        subject.say("token-manifest-differs", "manifest", "mismatch", name)
        return None, None
    if due not in subject.files:
        subject.say("statement-missing", "manifest", "mismatch", due)
        return None, None
    return int(seal[1]), due


def judge(subject, renewed):
    """The time layer of each seal; `renewed` are the evidence records and archive time-stamps that hold.

    Returns the members that are pairs of a seal.
    """
    tied = set()
    for number, held in pairs(subject).items():
        tied |= {name for pair in held for name in (pair.manifest, pair.token)}
        if not held:
            subject.say("token-missing", "time", "cannot-check", number)
            continue
        good = ended = False
        undecided = []
        for pair in held:
            state, why = settle(subject, number, pair, renewed)
            if state == "mismatch":
                subject.say("token-invalid", "time", "mismatch", why)
            good |= state == "match"
            ended |= state == "ended"
            undecided += [why] if state == "cannot-check" else []
        for why in undecided:
            subject.say("token-undecided", "time", "note" if good else "cannot-check", why)
        if good:
            subject.say("token-valid", "time", "match", number)
        elif ended:
            subject.say("tokens-all-expired", "time", "cannot-check", number)
    return tied


def settle(subject, number, pair, renewed):
    """The state of one token by itself, or by what renewed it."""
    judged = pair.judge(subject)
    if judged.state == "match" and judged.until >= subject.now or judged.state == "mismatch":
        return judged.state, judged.why()
    covered = {pair.token, pair.manifest, f"seals/{number:03}/seal.json"}
    for at in sorted(time for members, time in renewed if covered <= members):
        again = pair.judge(subject, at)
        if again.state == "match" and at <= again.until:
            return "match", ""
    return ("ended", "") if judged.state == "match" else (judged.state, judged.why())


def delivery(subject, token, data):
    judged = timestamps.judge(token, data, subject.trust, subject.now)
    if judged.state == "mismatch":
        subject.say("token-invalid", "time", "mismatch", judged.why())
    elif judged.state == "cannot-check":
        subject.say("token-undecided", "time", "note", judged.why())
    else:
        subject.delivered = True
        subject.say("delivery-time", "time", "note")
    if judged.lists_damaged:
        subject.say("token-list-damaged", "time", "cannot-check")
