"""Evidence records by themselves: RFC 4998, and what RFC 6283 has in common with it (docs/format/evidence-records.md)."""

import cms
import der
import timestamps
from digests import NAMES, digest

LARGEST, MOST_CHAINS, MOST_STAMPS, MOST_LISTS, MOST_DIGESTS = 64 << 20, 16, 200, 64, 1 << 20


class Malformed(ValueError):
    """No evidence record, or one beyond a budget."""


class Unknown(ValueError):
    """What is not known here leaves the record undecided; its text is the rule."""


class Stamp:
    """One ArchiveTimeStamp: its digest by name, its lists of digests, its token."""

    def __init__(self, algorithm, lists, token):
        self.algorithm, self.lists, self.token = algorithm, lists, token


class Record:
    """Chains of time-stamps, and what each of them should begin with."""

    by_canonical_form = False

    def __init__(self, chains):
        self.chains = chains
        if not chains or not all(chains) or len(chains) > MOST_CHAINS or sum(map(len, chains)) > MOST_STAMPS:
            raise Malformed("chains")
        for stamp in (one for chain in chains for one in chain):
            if len(stamp.lists) > MOST_LISTS or any(not one or len(one) > MOST_DIGESTS for one in stamp.lists):
                raise Malformed("lists")

    def due(self, chain, place, data, first):
        """The digests that the list `first` must hold of a time-stamp, and whether it may hold others."""
        stamps = self.chains[chain]
        name = stamps[0].algorithm
        if place:
            return [computed(name, stamps[place - 1].token)], True
        own = [computed(name, one) for one in at_hand(data)]
        if chain:
            own = [digest(name, one + digest(name, self.before[chain])) for one in own]
        return own, len(own) == 1


def at_hand(data):
    if data is None:
        raise Unknown("evidence-data-not-at-hand")
    return data


def computed(name, octets):
    """A digest; MD5 is none that anything is read for."""
    if name == "md5":
        raise Unknown("evidence-data-not-at-hand")
    return digest(name, octets)


class Outcome:
    """`match`, `cannot-check` or `mismatch` with the rules, the first time, and whether data fit in canonical form alone."""

    def __init__(self, state, why="", first=None, by_canonical_form=False):
        self.state, self.why, self.first, self.by_canonical_form = state, why, first, by_canonical_form


def read(octets):
    """EvidenceRecord of RFC 4998 §3.1, with the sequence of chains before each chain in DER."""
    if len(octets) > LARGEST:
        raise Malformed("size")
    fields = list(der.whole(octets).need(0x30).inside)
    if len(fields) < 3 or fields[0].integer() != 1:
        raise Malformed("version")
    fields[1].need(0x30)
    sequence = fields[-1].need(0x30)
    for field in fields[2:-1]:
        if field.tag != 0xA0:
            raise Malformed("fields")
    record = Record([[stamp(one) for one in chain.need(0x30).inside] for chain in sequence.inside])
    record.before = [der.encode(0x30, b"".join(chain.raw for chain in sequence.inside[:n])) for n in range(len(sequence))]
    return record


def stamp(value):
    """ArchiveTimeStamp (§4.1)."""
    fields, oid, lists = list(value.need(0x30).inside), None, []
    for field in fields[:-1]:
        if field.tag == 0xA0:
            oid = field[0].oid()
        elif field.tag == 0xA2:
            lists = [[one.octets() for one in part.need(0x30).inside] for part in field.inside] or [[]]
        elif field.tag != 0xA1:
            raise Malformed("ArchiveTimeStamp")
    token = fields[-1].raw
    return Stamp(NAMES.get(oid) if oid else imprint_of(token), lists, token)


def imprint_of(token):
    """Where no digest is named, it is that of the time-stamp."""
    return NAMES.get(timestamps.Statement(cms.SignedData(token).content).algorithm)


def judge(octets, reader, data, trust, now):
    """The outcome over `data`, the octets of what is covered; `None`: they are not at hand."""
    try:
        return settle(reader(octets), data, trust, now)
    except Unknown as error:
        return Outcome("cannot-check", str(error))
    except (Malformed, der.Malformed, ValueError, IndexError) as error:
        return Outcome("mismatch", f"evidence-malformed {error}")


def settle(record, data, trust, now):
    """Every rule; the gravest of what they say."""
    failures, doubts, times = [], [], []
    stamps = [(chain, place, one) for chain, held in enumerate(record.chains) for place, one in enumerate(held)]
    judged = [timestamps.judge(one.token, None, trust, now) for _, _, one in stamps]
    for (chain, place, one), token in zip(stamps, judged):
        check_tree(record, chain, place, one, token, data, failures, doubts)
        times.append(token.time)
    known = [time for time in times if time is not None]
    if known != sorted(known):
        failures.append("evidence-out-of-order")
    for index, (chain, place, one) in enumerate(stamps):
        until = times[index + 1] if index + 1 < len(stamps) else now
        check_token(one, until or now, trust, now, failures, doubts)
    check_chains(record, stamps, times, trust, now, failures, doubts)
    if failures:
        return Outcome("mismatch", failures)
    if doubts:
        return Outcome("cannot-check", doubts)
    return Outcome("match", "", times[0], record.by_canonical_form)


def check_tree(record, chain, place, one, token, data, failures, doubts):
    """The first list begins with what it should, and the lists lead to the imprint."""
    if one.algorithm is None:
        return doubts.append("evidence-algorithm-unknown")
    if one.algorithm != record.chains[chain][0].algorithm:
        failures.append("evidence-chain-algorithms-differ")
    imprint = token.statement.imprint if token.statement else None
    first = one.lists[0] if one.lists else [imprint]
    try:
        due, more = record.due(chain, place, data, first)
    except Unknown as error:
        return doubts.append(str(error))
    if not begins(first, due, more):
        return failures.append("evidence-renewal-broken" if chain or place else "evidence-data-differ")
    if imprint is None:
        return None
    if NAMES.get(token.statement.algorithm) != one.algorithm:
        return doubts.append(("evidence-token-undecided", "imprint-not-comparable"))
    if one.lists and climb(one) != imprint:
        failures.append(("evidence-token-failed", "imprint-mismatch"))
    return None


def begins(first, due, more):
    """Whether a list holds what is due, and nothing else where others may not stand there."""
    return set(due) <= set(first) if more else sorted(first) == sorted(due)


def climb(one):
    """The root that the lists lead to (RFC 4998 §4.3)."""
    here = None
    for part in one.lists:
        held = part if here is None else [*part, here]
        here = held[0] if len(held) == 1 else digest(one.algorithm, b"".join(sorted(held)))
    return here


def check_token(one, until, trust, now, failures, doubts):
    """A token as of the next one's time, by when neither certificates nor algorithms may have ended."""
    found = timestamps.judge(one.token, None, trust, now, until)
    if found.state == "mismatch":
        failures.append(("evidence-token-failed", found.why()))
    elif found.state == "cannot-check":
        doubts.append(("evidence-token-undecided", found.why()))
    elif found.until < until:
        doubts.append("evidence-renewed-too-late")


def check_chains(record, stamps, times, trust, now, failures, doubts):
    """The digest of a chain lasts until the next chain begins."""
    starts = [times[index] for index, (_, place, _) in enumerate(stamps) if place == 0]
    for chain, held in enumerate(record.chains):
        until = starts[chain + 1] if chain + 1 < len(starts) else now
        if held[0].algorithm and until and until >= trust.ends.digest(held[0].algorithm):
            doubts.append("evidence-algorithm-ended")
