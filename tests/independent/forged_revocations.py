"""Documents whose signers and time stamps were revoked, as lists and responses within them tell, or were not."""

import making
import updating
from making import AT, DAY, FOR_ISSUER, Authority, Signer, extension, purposes, sequence, usage
from signing import HEARD, Person, other_info, stamper, store

BEFORE, AFTER = AT - DAY, AT + DAY


def said_of(person, other):
    """What lists and responses may say of a certificate."""
    point = lambda *parts: [extension("2.5.29.28", sequence(*parts), True)]
    address = making.tagged(0, making.tagged(0, making.encode(0x86, b"http://x.example/a.crl")))
    lists = {
        "nothing": [],
        "good": [person.list()],
        "good, old": [person.list(made=AT - 60 * DAY)],
        "good, ended before": [person.list(made=AT - 20 * DAY, lasts=DAY)],
        "good, no end": [person.list(lasts=None)],
        **{f"revoked before, reason {reason}": [person.list((BEFORE, reason))] for reason in (None, 0, 1, 4, 6)},
        **{f"revoked after, reason {reason}": [person.list((AFTER, reason))] for reason in (None, 1, 4, 8)},
        "revoked that second": [person.list((AT, None))],
        "revoked tomorrow": [person.list((AT + 20 * DAY, 1), made=AT + 20 * DAY)],
        "revoked, the list ended": [person.list((BEFORE, 1), made=AT - DAY, lasts=DAY / 2)],
        "revoked, by another key": [making.crl(person.issuer, other.root, HEARD, [(99, BEFORE, None)])],
        "revoked, of another issuer": [making.crl("Other", person.issuer_key, HEARD, [(99, BEFORE, None)])],
        "another one revoked": [making.crl(person.issuer, person.issuer_key, HEARD, [(98, BEFORE, None)])],
        "revoked, delta": [person.list((BEFORE, 1), extensions=[extension("2.5.29.27", b"\2\1\1", True)])],
        "revoked, for authorities": [person.list((BEFORE, 1), extensions=point(b"\x82\1\xff"))],
        "revoked, for persons": [person.list((BEFORE, 1), extensions=point(b"\x81\1\xff"))],
        "revoked, indirect": [person.list((BEFORE, 1), extensions=point(b"\x84\1\xff"))],
        "revoked, at a point not named": [person.list((BEFORE, 1), extensions=point(address))],
        "good and revoked": [person.list(made=HEARD + DAY), person.list((BEFORE, 1))],
        "revoked twice": [person.list((BEFORE, 1)), person.list((BEFORE, 1), made=HEARD + DAY)],
        "no list": [sequence(b"\2\1\1")],
    }
    responses = {
        "good": person.response(),
        "good, ended before": person.response(made=AT - 20 * DAY, lasts=DAY),
        "unknown": person.response(b"\x82\0"),
        "revoked before": person.response(making.revoked(BEFORE, 1)),
        "revoked before, no reason": person.response(making.revoked(BEFORE)),
        "revoked after": person.response(making.revoked(AFTER, 1)),
        "revoked, ended": person.response(making.revoked(BEFORE, 1), made=AT - 20 * DAY, lasts=DAY),
        "revoked, by another key": person.response(making.revoked(BEFORE), signer=other.root),
        "no success": sequence(making.encode(10, b"\1")),
    }
    return lists, responses


def revocations(office):
    person, other = Person(), Authority()
    trust, lists, responses = office.trusted(person), *said_of(person, other)
    dated = {"": [], ", stamped": [stamper(office.stamps)]}
    for when, stamps in dated.items():
        bare = updating.signed(office.plain, person.maker(*stamps))
        for what, raws in lists.items():
            yield f"list in DSS, {what}{when}", updating.changed(bare, store(lists=raws)), trust
            yield f"list in CMS, {what}{when}", updating.signed(office.plain, person.maker(*stamps, crls=raws)), trust
        for what, raw in responses.items():
            yield f"response in DSS, {what}{when}", updating.changed(bare, store(responses=[raw])), trust
            inner = updating.signed(office.plain, person.maker(*stamps, crls=[other_info(raw)]))
            yield f"response in CMS, {what}{when}", inner, trust
        revoking = [person.list((BEFORE, 1))]
        yield f"list in VRI{when}", updating.changed(bare, store(related=revoking)), trust
        yield f"list among responses{when}", updating.changed(bare, store(responses=revoking)), trust
        with_store = updating.changed(bare, store(lists=revoking))
        yield f"DSS removed{when}", updating.changed(with_store, lambda u: u.catalog.pop("DSS")), trust
        yield f"DSS put anew{when}", updating.changed(with_store, store(lists=[person.list()])), trust
        told = updating.changed(bare, store(lists=[person.list((AFTER, 1))]))
        yield f"archived before the revocation{when}", office.archived(told, AT + DAY / 2), trust
        yield f"archived after the revocation{when}", office.archived(told, AT + 2 * DAY), trust
    yield from responders(office, bare)
    yield from authorities_revoked(office)


def responders(office, _):
    """Responders whom the issuer named, or did not."""
    for what, (leaf, dates) in {
        "named": ((usage(0), purposes("1.3.6.1.5.5.7.3.9", critical=False)), {}),
        "without the purpose": ((usage(0),), {}),
        "ended": ((usage(0), purposes("1.3.6.1.5.5.7.3.9", critical=False)), {"ends": AT - 10 * DAY}),
    }.items():
        person, own = Person(), Signer("SECP256R1")
        raw = making.certificate("Responder", own, person.issuer, person.issuer_key, leaf, **dates)
        raw_response = person.response(making.revoked(BEFORE, 1), signer=own, given=[raw], responder="Responder")
        document = updating.signed(office.plain, person.maker())
        yield f"responder {what}", updating.changed(document, store(responses=[raw_response])), office.trusted(person)


def authorities_revoked(office):
    person = Person(middle=FOR_ISSUER)
    document = updating.signed(office.plain, person.maker(stamper(office.stamps)))
    for what, (when, reason) in {"before": (BEFORE, 1), "after": (AFTER, 1), "superseded": (BEFORE, 4)}.items():
        revoking = making.crl(person.top, person.root, HEARD, [(11, when, reason)])
        yield f"authority revoked {what}", updating.changed(document, store(lists=[revoking])), office.trusted(person)


def stamps_revoked(office):
    """What speaks of the certificate of a time stamp on the signature, or on the document."""
    person = Person()
    trust = office.trusted(person)
    for reason in (None, 1, 4):
        for what, when in {"before": BEFORE, "after": AFTER}.items():
            made = Authority()
            office.trusted(made)
            revoking = making.crl(made.issuer, made.issuer_key, HEARD, [(made.serial, when, reason)])
            own = updating.signed(office.plain, person.maker(stamper(made)))
            yield f"own, {what}, reason {reason}", updating.changed(own, store(lists=[revoking])), trust
            plain = updating.signed(office.plain, person.maker())
            for name, document in {"archive": plain, "alone": office.plain}.items():
                archived = office.archived(document, AT, by=made)
                yield f"{name}, {what}, reason {reason}", updating.changed(archived, store(lists=[revoking])), trust
            inner = stamper(made, crls=[revoking])
            yield f"own, list within, {what}, reason {reason}", updating.signed(office.plain, person.maker(inner)), trust
