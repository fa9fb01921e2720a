"""Evidence records made for the comparison (RFC 4998), put into the worked example."""

import altering
import making
from der import whole
from digests import OIDS_BY_NAME, digest
from forged_packages import MANIFEST, SEAL, TOKEN, example, packed
from making import AT, DAY, Authority, algorithm, encode_integer, octets, sequence, tagged

PAIR = "META-INF/ASiCEvidenceRecordManifest001.xml", "META-INF/evidencerecord001.ers"
COVERED = [
    SEAL,
    "seals/001/manifest.json",
    "seals/001/items/0001.json",
    "seals/001/items/0002.json",
    "evidence/0001-abc.txt",
    "evidence/0002-空.txt",
    MANIFEST,
    TOKEN,
]


def stamp(made, lists, at, hashed="sha256", named=True, root=None, imprinted=None):
    """An ArchiveTimeStamp over the root of its lists, or over another imprint."""
    here = root
    for part in lists if root is None else []:
        held = part if here is None else [*part, here]
        here = held[0] if len(held) == 1 else digest(hashed, b"".join(sorted(held)))
    token = made.token(b"", more={"at": at, "hashed": imprinted or hashed, "imprint": here})
    shown = encode_lists(lists) if lists else b""
    return sequence(tagged(0, making.whole_body(algorithm(OIDS_BY_NAME[hashed]))) if named else b"", shown, token), token


def first_token(made, listed):
    return stamp(made, [listed], AT + DAY)[1]


def encode_lists(lists):
    return tagged(2, *(sequence(*map(octets, part)) for part in lists))


def record(*chains, version=1, middle=b""):
    held = [sequence(*chain) for chain in chains]
    return sequence(encode_integer(version), sequence(algorithm(OIDS_BY_NAME["sha256"])), middle, sequence(*held))


def digests(files, names=COVERED, hashed="sha256"):
    return sorted(digest(hashed, files[name]) for name in names)


def renewed(made, files, *more, hashed="sha256", names=COVERED):
    """A chain of a first time-stamp and renewals at the times given, over all tokens before or the last."""
    first, token = stamp(made, [digests(files, names, hashed)], AT + DAY, hashed)
    chain, tokens = [first], [token]
    for at, all_before in more:
        listed = sorted(digest(hashed, one) for one in (tokens if all_before else tokens[-1:]))
        one, token = stamp(made, [listed], at, hashed)
        chain.append(one)
        tokens.append(token)
    return chain


def packages(folder):
    made, nobody = Authority(), Authority()
    trust = folder.pool(made.root_raw)
    brief = Authority(ends=AT + 3 * DAY)
    folder.pool(brief.root_raw)
    files = example()
    files[TOKEN] = made.token(files[MANIFEST])
    for what, own in structures(made, nobody, files).items():
        yield what, with_record(files, own), trust
    yield from manifests(made, files, trust)
    yield from carried(made, nobody, brief, files, trust)
    yield from chains_of_others(made, nobody, brief, files, trust)


def with_record(files, own, names=COVERED, manifest=None, member=PAIR[1]):
    listed = manifest or altering.manifest(member, {name: files[name] for name in names})
    return packed({**files, PAIR[0]: listed, member: own}, ["META-INF/timestamp-delivery.tst"])


def structures(made, nobody, files):
    own, at = digests(files), AT + DAY
    one = lambda *lists, **more: record([stamp(made, list(lists), at, **more)[0]])
    first, token = stamp(made, [own], at)
    sequence_so_far = sequence(sequence(first))
    next_chain = lambda name, so_far=sequence_so_far: sorted(
        digest(name, digest(name, files[m]) + digest(name, so_far)) for m in COVERED
    )
    second = lambda name, listed: stamp(made, [listed], AT + 2 * DAY, name)[0]
    found = {
        "first": one(own),
        "not in order": one(own[::-1]),
        "a digest too many": one(own + [bytes(32)]),
        "a digest too few": one(own[1:]),
        "a second list": one(own, [bytes(32)]),
        "two more lists": one(own, [bytes(32), b"\1" * 32], [b"\2" * 32]),
        "an empty second list": one(own, []),
        "a tree without lists": record([sequence(tagged(2), first_token(made, own))]),
        "no lists": record([stamp(made, [], at, root=bytes(32))[0]]),
        "another root": record([stamp(made, [own], at, root=bytes(32))[0]]),
        "no algorithm named": one(own, named=False),
        "of nobody": record([stamp(nobody, [own], at)[0]]),
        "SHA-512": one(digests(files, hashed="sha512"), hashed="sha512"),
        "SHA-384": one(digests(files, hashed="sha384"), hashed="sha384"),
        "SM3": one(digests(files, hashed="sm3"), hashed="sm3"),
        "SHA3-512": one(digests(files, hashed="sha3_512"), hashed="sha3_512"),
        "SHA-1": one(digests(files, hashed="sha1"), hashed="sha1"),
        "version 2": record([first], version=2),
        "no chains": record(),
        "an empty chain": record([]),
        "encrypted": record([first], middle=tagged(1, making.oid("1.2.3"), making.NULL)),
        "crypto infos": record([first], middle=tagged(0, making.attribute("1.2.3", making.NULL))),
        "no crypto infos": record([first], middle=tagged(0)),
        "octets behind": record([first]) + b"\0",
        "no record": b"x",
        "renewed": record(renewed(made, files, (AT + 2 * DAY, False))),
        "renewed twice": record(renewed(made, files, (AT + 2 * DAY, False), (AT + 3 * DAY, False))),
        "renewed twice over all": record(renewed(made, files, (AT + 2 * DAY, True), (AT + 3 * DAY, True))),
        "renewed at once": record(renewed(made, files, (AT + DAY, False))),
        "renewed earlier": record(renewed(made, files, (AT, False))),
        "renewed over something else": record([first, stamp(made, [[bytes(32)]], AT + 2 * DAY)[0]]),
        "renewed and more": record([first, stamp(made, [[bytes(32), digest("sha256", token)]], AT + 2 * DAY)[0]]),
        "renewed in a second list": record([first, stamp(made, [[bytes(32)], [digest("sha256", token)]], AT + 2 * DAY)[0]]),
        "renewed without lists": record([first, stamp(made, [], AT + 2 * DAY, root=digest("sha256", token))[0]]),
        "renewed by another algorithm": record([first, stamp(made, [[digest("sha512", token)]], AT + 2 * DAY, "sha512")[0]]),
        "renewed by nobody": record([first, stamp(nobody, [[digest("sha256", token)]], AT + 2 * DAY)[0]]),
        "first of nobody, renewed": record(
            [stamp(nobody, [own], at)[0], stamp(made, [[digest("sha256", stamp(nobody, [own], at)[1])]], AT + 2 * DAY)[0]]
        ),
        "trees renewed": record([first], [second("sha512", next_chain("sha512"))]),
        "trees renewed, same algorithm": record([first], [second("sha256", next_chain("sha256"))]),
        "trees renewed over another sequence": record([first], [second("sha512", next_chain("sha512", b"x"))]),
        "trees renewed, digests alone": record([first], [second("sha512", sorted(digest("sha512", files[m]) for m in COVERED))]),
        "trees renewed, one too many": record([first], [second("sha512", next_chain("sha512") + [bytes(64)])]),
    }
    twice = sequence(sequence(first), sequence(second("sha512", next_chain("sha512"))))
    third = stamp(made, [next_chain("sha3_512", twice)], AT + 3 * DAY, "sha3_512")[0]
    found["trees renewed twice"] = record([first], [whole(twice)[1][0].raw], [third])
    return found


def alone(folder):
    """Records by themselves: names, octets, trust, and the paths of data."""
    made = Authority()
    trust = folder.pool(made.root_raw)
    files = {name: name.encode() for name in "abc"}
    paths = tuple(folder.keep(data) for data in files.values())
    own, one = digests(files, files), digests(files, "a")
    text = lambda *lists, **more: record([stamp(made, list(lists), AT + DAY, **more)[0]])
    several = {
        "of all": text(own),
        "of one": text(one),
        "of two": text(digests(files, "ab")),
        "of all and more": text(own + [bytes(32)]),
        "of all, by lists": text(one, [digests(files, "b")[0]]),
        "of one without a tree": record([stamp(made, [], AT + DAY, root=one[0])[0]]),
        "of one among others": text(one + [bytes(32)]),
        "of one, renewed": record(renewed(made, {"a": b"a"}, (AT + 2 * DAY, True), names="a")),
        "of one by MD5": text(digests(files, "a", "md5"), hashed="md5"),
        "of another root": text(one, root=bytes(32)),
        "of an imprint of another algorithm": text(one, root=bytes(64), imprinted="sha512"),
        "cut short": text(own)[:-1],
        "cut to its beginning": text(own)[:9],
    }
    for what, octets in several.items():
        for data in ((), paths[:1], paths[:2], paths, (*paths[:1], *paths[:1])):
            yield f"{what}, {len(data)} at hand", octets, trust, data


def manifests(made, files, trust):
    own = record([stamp(made, [digests(files)], AT + DAY)[0]])
    data = {name: files[name] for name in COVERED}
    good = altering.manifest(PAIR[1], data)
    yield (
        "manifest: another record named",
        with_record(files, own, manifest=altering.manifest("META-INF/evidencerecord002.ers", data)),
        trust,
    )
    yield "manifest: another digest", with_record(files, own, manifest=altering.manifest(PAIR[1], data | {SEAL: b"x"})), trust
    yield (
        "manifest: a member that is not there",
        with_record(files, own, manifest=altering.manifest(PAIR[1], data | {"x": b"x"})),
        trust,
    )
    yield (
        "manifest: one member less",
        with_record(files, own, manifest=altering.manifest(PAIR[1], {n: data[n] for n in COVERED[1:]})),
        trust,
    )
    line = good[good.index(b"<asic:DataObjectReference") : good.index(b"\n", good.index(b"<asic:DataObjectReference")) + 1]
    alone = {SEAL: files[SEAL]}
    for what, listed in {"one member": [], "one member and more": [bytes(32)]}.items():
        only = record([stamp(made, [digests(files, [SEAL]) + listed], AT + DAY)[0]])
        yield f"manifest: {what}", with_record(files, only, manifest=altering.manifest(PAIR[1], alone)), trust
    yield "manifest: a member twice", with_record(files, own, manifest=good.replace(line, line + line)), trust
    yield "manifest: no members", with_record(files, own, manifest=altering.manifest(PAIR[1], {})), trust
    yield "manifest: no record", packed(files | {PAIR[0]: good}), trust
    yield "record without a manifest", packed(files | {PAIR[1]: own}), trust


def carried(made, nobody, brief, files, trust):
    """A token of the seal that has ended since, under records made before and after its end."""
    token = brief.token(files[MANIFEST])
    ended = files | {TOKEN: token}
    for what, at in (("in time", AT + 2 * DAY), ("on the day", AT + 3 * DAY), ("too late", AT + 4 * DAY)):
        yield f"carried {what}", with_record(ended, record([stamp(made, [digests(ended)], at)[0]])), trust
    first, one = stamp(brief, [digests(ended)], AT + DAY)
    again = lambda at: record([first, stamp(made, [[digest("sha256", one)]], at)[0]])
    yield "carried, its own token ended", with_record(ended, record([first])), trust
    yield "carried, renewed in time", with_record(ended, again(AT + 2 * DAY)), trust
    yield "carried, renewed too late", with_record(ended, again(AT + 4 * DAY)), trust
    yield "carried by nobody", with_record(ended, record([stamp(nobody, [digests(ended)], AT + 2 * DAY)[0]])), trust
    for what, name in (("the token", TOKEN), ("the manifest", MANIFEST), ("the seal", SEAL), ("a file", COVERED[4])):
        names = [one for one in COVERED if one != name]
        yield (
            f"carried without {what}",
            with_record(ended, record([stamp(made, [digests(ended, names)], AT + 2 * DAY)[0]]), names),
            trust,
        )
    yield "ended and not carried", packed({TOKEN: token}), trust


def chains_of_others(made, nobody, brief, files, trust):
    """Archive manifests with time-stamps, as other programs add them."""
    ended = altering.relisted(files | {TOKEN: brief.token(files[MANIFEST])})
    ours, theirs = "META-INF/ASiCArchiveManifest001.xml", "META-INF/ASiCArchiveManifest.xml"
    kept = {ours if name == theirs else name: data for name, data in ended.items()}
    names = [SEAL, MANIFEST, TOKEN]

    def link(listed, at, token="META-INF/timestampA.tst", by=made, data=None):
        manifest = altering.manifest(token, {name: kept[name] for name in listed})
        return manifest, by.token(manifest if data is None else data, more={"at": at})

    def renewed_by(manifest, token, **more):
        return altering.zipped(kept | {theirs: manifest, "META-INF/timestampA.tst": token} | more)

    yield "archive: in time", renewed_by(*link(names, AT + 2 * DAY)), trust
    yield "archive: too late", renewed_by(*link(names, AT + 4 * DAY)), trust
    yield "archive: everything", renewed_by(*link(list(kept), AT + 2 * DAY)), trust
    yield "archive: without the token", renewed_by(*link(names[:2], AT + 2 * DAY)), trust
    yield "archive: of nobody", renewed_by(*link(names, AT + 2 * DAY, by=nobody)), trust
    yield "archive: ended itself", renewed_by(*link(names, AT + 2 * DAY, by=brief)), trust
    yield "archive: over something else", renewed_by(*link(names, AT + 2 * DAY, data=b"x")), trust
    yield "archive: nothing referenced", renewed_by(*link([], AT + 2 * DAY)), trust
    manifest, token = link(names, AT + 2 * DAY)
    yield "archive: no token", altering.zipped(kept | {theirs: manifest}), trust
    yield "archive: another digest", renewed_by(manifest.replace(b"<ds:DigestValue>", b"<ds:DigestValue>AAAA", 1), token), trust
    yield (
        "archive: token beside",
        altering.zipped(kept | {theirs: manifest, "META-INF/timestampA.tst": token, "META-INF/timestampB.tst": token}),
        trust,
    )
    yield "archive: no manifest", renewed_by(b"x", token), trust
    middle = {"META-INF/ASiCArchiveManifest002.xml": link(names, AT + DAY, "META-INF/timestampB.tst", brief)}
    first, first_token = middle["META-INF/ASiCArchiveManifest002.xml"]
    kept_too = kept | {"META-INF/ASiCArchiveManifest002.xml": first, "META-INF/timestampB.tst": first_token}
    for what, listed, at in (
        ("in time", list(kept_too), AT + 2 * DAY),
        ("too late", list(kept_too), AT + 4 * DAY),
        ("without the first", names, AT + 4 * DAY),
    ):
        manifest = altering.manifest("META-INF/timestampA.tst", {name: kept_too[name] for name in listed})
        yield (
            f"archive: twice, {what}",
            altering.zipped(kept_too | {theirs: manifest, "META-INF/timestampA.tst": made.token(manifest, more={"at": at})}),
            trust,
        )
