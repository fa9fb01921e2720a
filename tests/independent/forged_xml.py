"""Evidence records in XML, sound ones and each wrong in one place: alone with data, and in the worked example."""

import random
import re

import altering
import canonical
import xmlers
from digests import digest
from forged_packages import MANIFEST, TOKEN, example
from making import AT, DAY, Authority
from records import COVERED, with_record
from xml_data import documents, drawn
from xml_records import (
    DATA,
    EXCLUSIVE,
    INCLUSIVE,
    INCLUSIVE11,
    LIST,
    TEXT,
    URIS,
    Draft,
    digests,
    first,
    form,
    whole,
)

MEMBER = "META-INF/evidencerecord001.xml"
# The elements of a record below its root.
NAMES = [f"ArchiveTimeStamp{more}" for more in ("Sequence", "Chain", "")]
NAMES += ["DigestMethod", "CanonicalizationMethod", "HashTree", "Sequence", "DigestValue", "TimeStamp", "TimeStampToken"]


def records(folder):
    """Records by themselves: names, octets, trust, and the paths of data."""
    made, nobody = Authority(), Authority()
    trust = folder.pool(made.root_raw)
    brief = Authority(ends=AT + 3 * DAY)
    folder.pool(brief.root_raw)
    held = tuple(map(folder.keep, DATA))
    for what, text in {**sound(made), **spelled(made), **forms(made), **renewals(made, nobody, brief)}.items():
        octets = text if isinstance(text, bytes) else text.encode()
        yield what, octets, trust, held
    for what, text in broken(made).items():
        yield what, text.encode(), trust, held
    for what, octets, data in over(made):
        yield what, octets, trust, tuple(map(folder.keep, data))


def altered(folder, count):
    """Octets of a sound record turned at random."""
    made = Authority()
    trust, held = folder.pool(made.root_raw), tuple(map(folder.keep, DATA))
    text = whole(made, prefix="e:", space="\n ").text().encode()
    for what, octets in altering.octets(text, count):
        yield what, octets, trust, held
    # Those of tags and attributes; most octets of a record are a token's.
    dice = random.Random(count)
    marks = [place.start() for place in re.finditer(rb"<[^<>]*>", text)]
    for _ in range(count):
        at, bit = dice.choice(marks) + dice.randrange(60), dice.randrange(8)
        yield f"bit {bit} of {at}", text[:at] + bytes([text[at] ^ 1 << bit]) + text[at + 1 :], trust, held


def sound(made):
    """Every method, prefixes and white space, every digest."""
    found = {}
    for method in canonical.METHODS:
        for prefix, space in (("", ""), ("ers:", "\n  "), ("", "\n")):
            found[f"{method} {prefix!r} {space!r}"] = whole(made, method=method, prefix=prefix, space=space).text()
    for name in xmlers.URIS.values():
        found[f"under {name}"] = Draft(made).begin(digests(hashed=name), AT + DAY, name).renew(AT + 2 * DAY).text()
    found["under SM3"] = Draft(made).begin(digests(hashed="sm3"), AT + DAY, "sm3").text()
    found["under an unknown digest"] = first(made).text().replace(URIS["sha256"], "urn:x")
    found["each chain by its own method"] = (
        first(made, method=INCLUSIVE).renew(AT + 2 * DAY).rehash(DATA, AT + 3 * DAY, method=EXCLUSIVE).renew(AT + 4 * DAY).text()
    )
    found["three chains"] = whole(made, space="\n").rehash(DATA, AT + 5 * DAY, "sha3_512").text()
    spaced = first(made, space="\n").rehash(DATA, AT + 2 * DAY, spaced=True)
    found["two chains, the space counted"] = spaced.text()
    found["three chains, the space counted"] = spaced.rehash(DATA, AT + 3 * DAY, "sha3_512", spaced=True).text()
    found["lists of other groups"] = (
        Draft(made).begin(digests(), AT + DAY, later=([b"\1" * 32], [b"\2" * 32, b"\3" * 32])).renew(AT + 2 * DAY).text()
    )
    found["renewed among others"] = (lambda one: one.add([bytes(32), one.of_stamp()], AT + 2 * DAY))(first(made)).text()
    found["renewed without a tree"] = (lambda one: one.add(None, AT + 2 * DAY, root=one.of_stamp()))(first(made)).text()
    return found


def spelled(made):
    """The same record written otherwise."""
    text, space = first(made).text(), first(made, space="\n").renew(AT + 2 * DAY).text()
    root, second = f'xmlns="{xmlers.NAMESPACE}"', re.search('<ArchiveTimeStamp Order="2".*?</ArchiveTimeStamp>', space, re.S)[0]
    extra = "<x:y xmlns:x='urn:x'/>"
    return {
        "a declaration": f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{text}\n',
        "a declaration of another encoding": f'<?xml version="1.0" encoding="ISO-8859-1"?>{text}',
        "a declaration with a line end": f'<?xml\nversion="1.0"?>{text}',
        "a mark": b"\xef\xbb\xbf" + text.encode(),
        "UTF-16": text.encode("utf-16"),
        "comments and instructions around": f"<!-- > --><?a <b>?>\n{text}<?c?><!---->",
        "a document type": f"<!DOCTYPE EvidenceRecord>{text}",
        "a document type of one's own": f'<!DOCTYPE x [<!ENTITY y "z">]>{text}',
        "white space before": f" \n{text}",
        "white space before a declaration": f' <?xml version="1.0"?>{text}',
        "single quotes": text.replace('"', "'"),
        "references": text.replace('Version="1.0"', 'Version="1&#x2e;0"').replace('Order="1"', 'Order="&#49;"'),
        "an entity that is not there": text.replace('Version="1.0"', 'Version="1&x;0"'),
        "order with a sign and zeros": text.replace('Order="1"', 'Order=" +001 "'),
        "a token in parts": text.replace('RFC3161">\n', 'RFC3161"><![CDATA[\n').replace(
            "\n</TimeStampToken", "]]>\n<!-- --></TimeStampToken"
        ),
        "a token without its padding": re.sub("=+\n", "\n", text),
        "text between": text.replace("<HashTree", "x<HashTree"),
        "more attributes": text.replace(root, f"{root} xmlns:x='urn:x' x:y='' z=''"),
        "attributes of another namespace": text.replace("<DigestMethod ", "<DigestMethod xmlns:x='urn:x' x:Algorithm='urn:x' "),
        "a type in another namespace": text.replace(' Type="RFC3161"', " xmlns:x='urn:x' x:Type='RFC3161'"),
        "an attribute in the namespace": text.replace(root, f"{root} xmlns:e='{xmlers.NAMESPACE}'").replace(
            ' Order="1"', ' e:Order="1"', 1
        ),
        "supporting information": text.replace(
            "<ArchiveTimeStampS", f"<SupportingInformationList>{extra}</SupportingInformationList><ArchiveTimeStampS", 1
        ),
        "attributes": text.replace("</ArchiveTimeStamp>", f"<Attributes>{extra}</Attributes></ArchiveTimeStamp>"),
        "cryptographic information": text.replace(
            "</TimeStamp>", f"<CryptographicInformationList>{extra}</CryptographicInformationList></TimeStamp>"
        ),
        "a method of one's own prefix": text.replace("<DigestMethod", f"<e:DigestMethod xmlns:e='{xmlers.NAMESPACE}'").replace(
            "</DigestMethod", "</e:DigestMethod"
        ),
        "time-stamps in another order": space.replace(second, "").replace("<ArchiveTimeStamp ", f"{second}<ArchiveTimeStamp ", 1),
        "another namespace": text.replace(xmlers.NAMESPACE, "urn:x"),
        "another document element": f"<a>{text}</a>",
        "named otherwise": text.replace("EvidenceRecord", "Record"),
        "cut short": text[:-5],
        "two roots": text + text,
        "nothing but a tag": f"<EvidenceRecord {root}>",
        "a long beginning": f"<!--{'x' * (64 << 10)}-->{text}",
        "256 declarations": text.replace(
            "</TimeStamp>", "</TimeStamp><Attributes>" + "<x xmlns='urn:x'/>" * 255 + "</Attributes>"
        ),
        "257 declarations": text.replace(
            "</TimeStamp>", "</TimeStamp><Attributes>" + "<x xmlns='urn:x'/>" * 256 + "</Attributes>"
        ),
        "64 equals signs": text.replace("</TimeStamp>", "</TimeStamp><Attributes>" + "=" * 64 + "</Attributes>"),
        "65 equals signs": text.replace("</TimeStamp>", "</TimeStamp><Attributes>" + "=" * 65 + "</Attributes>"),
    }


def forms(made):
    """What the canonical form of a renewal takes along, and what it does not."""
    found, extra = {}, " xmlns:x='urn:x' xml:lang='zh' xml:space='preserve' x:y='1'"
    for method in (INCLUSIVE, INCLUSIVE11, EXCLUSIVE):
        for what, attributes in {
            "lang, space, a namespace": extra,
            "id": " xml:id='a'",
            "base": " xml:base='http://x.example/'",
            "another of xml": " xml:x='1'",
        }.items():
            found[f"{method} with {what} above"] = whole(made, method=method, attributes=attributes).text()
        for what, inside in {
            "a comment": "<!-- a\r\nb -->",
            "an instruction": "<?a  b ?><?c?>",
            "spaces and references": "\r\n\t &#13;&#9;&lt;&amp;&gt;&quot;'",
            "CDATA": "<![CDATA[ <&>\r\n ]]>",
        }.items():
            for more in ("", "WithComments" if method == EXCLUSIVE else "#WithComments"):
                found[f"{method}{more} with {what}"] = whole(made, method=method + more, inside=inside).text()
    for levels in (256, 257):
        found[f"a hash tree renewed over {levels} levels"] = deepened(made, levels - 4)
    return found


def deepened(made, levels):
    """A hash-tree renewal over a first chain with so many levels below its attributes."""
    draft = first(made)
    plain, more = draft.text, f"</TimeStamp><Attributes>{'<x>' * levels}{'</x>' * levels}</Attributes>"
    draft.text = lambda *given: plain(*given).replace("</TimeStamp>", more, 1)
    return draft.rehash(DATA, AT + 2 * DAY).text()


def renewals(made, nobody, brief):
    """Renewals that are over something else, too late, or of nobody."""
    one, at, after = lambda **options: first(made, **options), AT + DAY, AT + 2 * DAY
    token = lambda draft: digest("sha256", draft.chains[-1][2][-1][1])
    over = lambda draft, *listed: draft.add(list(listed), after).text()
    again = lambda listed, hashed="sha512": one().begin(sorted(listed), after, hashed).text()
    sequence = lambda hashed="sha512": one().of_sequence(hashed)
    own = digests(hashed="sha512")
    pair = Draft(made).begin(digests(), at)
    swapped = first(made).rehash(DATA, after).text()
    chains = re.findall("<ArchiveTimeStampChain.*?</ArchiveTimeStampChain>", swapped, re.S)
    joined = [digest("sha512", digest("sha512", item) + sequence()) for item in DATA]
    return {
        "renewed over the token": (lambda d: over(d, token(d)))(one()),
        "renewed over nothing of it": over(one(), bytes(32)),
        "renewed by another form": (lambda d: over(d, d.of_stamp(INCLUSIVE)))(one(attributes=" xmlns:x='urn:x'")),
        "renewed by another digest": (lambda d: over(d, digest("sha512", b"x")))(one()),
        "renewed earlier": one().renew(AT).text(),
        "renewed at once": one().renew(at).text(),
        "renewed by nobody": one().renew(after, made=nobody).text(),
        "first of nobody, renewed": Draft(nobody).begin(digests(), at).renew(after, made=made).text(),
        "its token ended": Draft(brief).begin(digests(), at).text(),
        "its token ended, renewed in time": Draft(brief).begin(digests(), at).renew(after, made=made).text(),
        "its token ended, renewed too late": Draft(brief).begin(digests(), at).renew(AT + 4 * DAY, made=made).text(),
        "SHA-1 renewed": Draft(made).begin(digests(hashed="sha1"), at, "sha1").rehash(DATA, after).text(),
        "another root": pair.add([pair.of_stamp()], after, root=bytes(32)).text(),
        "an imprint of another algorithm": Draft(made).begin(digests(), at, imprinted="sha512", root=bytes(64)).text(),
        "data: not in order": Draft(made).begin(digests()[::-1], at).text(),
        "data: one less": Draft(made).begin(digests()[1:], at).text(),
        "data: one more": Draft(made).begin(digests() + [bytes(32)], at).text(),
        "data: in a second list": Draft(made).begin(digests()[:1], at, later=(digests()[1:],)).text(),
        "data: no tree": Draft(made).begin(None, at, root=digests()[0]).text(),
        "hash tree: no sequence": again(own),
        "hash tree: another sequence": again(own + [digest("sha512", b"x")]),
        "hash tree: one less": again(own[1:] + [sequence()]),
        "hash tree: one more": again([*own, sequence(), bytes(64)]),
        "hash tree: digests joined": again(joined),
        "hash tree: the same digest": again(digests() + [sequence("sha256")], "sha256"),
        "hash tree: by nobody": one().rehash(DATA, after, made=nobody).text(),
        "hash tree: earlier": one().rehash(DATA, AT).text(),
        "hash tree: by an unknown form": one().rehash(DATA, after).text().replace(EXCLUSIVE, "urn:x"),
        "chains in another order": swapped.replace("".join(chains), chains[1] + chains[0]),
        "chains with others' order": swapped.replace('Chain Order="1"', 'Chain Order="x"')
        .replace('Chain Order="2"', 'Chain Order="1"')
        .replace('Order="x"', 'Order="2"'),
        "a comment between chains": swapped.replace("".join(chains), f"{chains[0]}<!-- -->\n{chains[1]}"),
        "white space between chains": swapped.replace("".join(chains), f"{chains[0]}\n\t{chains[1]}"),
        "text between chains": swapped.replace("".join(chains), f"{chains[0]}x{chains[1]}"),
    }


def broken(made):
    """Each without something, or with something that has no place."""
    text = whole(made).text()
    tag = lambda name: re.search(f"<{name}[ >].*?</{name}>", text, re.S)[0]
    value, found = tag("DigestValue"), {}
    for name in NAMES:
        found[f"two of {name}"] = text.replace(tag(name), tag(name) * 2, 1)
        found[f"no {name}"] = text.replace(tag(name), "", 1)
        found[f"something in {name}"] = text.replace(f"</{name}>", f"<x/></{name}>", 1)
        found[f"{name} empty"] = text.replace(tag(name), re.sub(">.*<", "><", tag(name), flags=re.S), 1)
    found["something in EvidenceRecord"] = text.replace("</EvidenceRecord>", "<x/></EvidenceRecord>")
    for what, old, new in (
        ("version 2", 'Version="1.0"', 'Version="2.0"'),
        ("no version", ' Version="1.0"', ""),
        ("encrypted", "<ArchiveTimeStampSequence>", "<EncryptionInformation/><ArchiveTimeStampSequence>"),
        ("a token of another type", "RFC3161", "XMLENTRUST"),
        ("a token of no type", ' Type="RFC3161"', ""),
        ("order from 0", 'Order="1"', 'Order="0"'),
        ("order from 2", 'Order="1"', 'Order="3"'),
        ("no order", ' Order="1"', ""),
        ("order of letters", 'Order="1"', 'Order="a"'),
        ("order of other digits", 'Order="1"', 'Order="１"'),
        ("order twice", 'Order="2"', 'Order="1"'),
        ("no algorithm", f' Algorithm="{URIS["sha256"]}"', ""),
        ("no form", f' Algorithm="{EXCLUSIVE}"', ""),
        ("a prefix list", f'"{EXCLUSIVE}">', f'"{EXCLUSIVE}"><i:InclusiveNamespaces xmlns:i="{EXCLUSIVE}" PrefixList="x"/>'),
        ("not base 64", value, value.replace(">", ">*", 1)),
        ("base 64 that goes on", value, value.replace("=<", "=A<")),
        ("base 64 with white space", value, value.replace(">", ">\n ", 1)),
        ("a digest too short", value, "<DigestValue>AAAA</DigestValue>"),
        ("no token", "\nMI", "\nAA"),
    ):
        found[what] = text.replace(old, new, 1)
    found["65 lists"] = Draft(made).begin(digests(), AT + DAY, later=[[bytes([n]) * 32] for n in range(64)]).text()
    found["64 lists"] = Draft(made).begin(digests(), AT + DAY, later=[[bytes([n]) * 32] for n in range(63)]).text()
    draft = first(made)
    draft.chains *= 17
    found["17 chains"] = draft.text()
    draft = first(made)
    draft.chains[0][2].extend(draft.chains[0][2] * 200)
    found["201 time-stamps"] = draft.text()
    return found


def over(made):
    """Data that are XML, or may be: names, records, data."""
    stamped = lambda data, method=EXCLUSIVE, **more: Draft(made, method).begin(digests(data), AT + DAY, **more).text().encode()
    yield "no data", stamped(DATA), ()
    yield "fewer data", stamped(DATA), DATA[:2]
    yield "other data", stamped(DATA), (TEXT, LIST, b"x")
    yield "data renewed, none at hand", whole(made).text().encode(), ()
    for method in canonical.METHODS:
        yield f"{method}, in canonical form", stamped((TEXT, form(method, LIST))), DATA[:2]
        yield f"{method}, itself", stamped((TEXT, form(method, LIST)), method), DATA[:2]
        renewed = Draft(made, method).begin(digests((TEXT, form(method, LIST))), AT + DAY)
        yield f"{method}, renewed", renewed.rehash((TEXT, form(method, LIST)), AT + 2 * DAY).text().encode(), DATA[:2]
        many = drawn(60)
        yield f"{method}, drawn", stamped([form(method, one) for one in many], method), many
    yield "an unknown form, data as they are", stamped(DATA, "urn:x"), DATA
    yield "an unknown form, data in canonical form", stamped((TEXT, form(EXCLUSIVE, LIST)), "urn:x"), DATA[:2]
    yield "one of the data alone", stamped((TEXT,)), (TEXT,)
    yield "one of the data among others", stamped((TEXT, b"x", b"y")), (TEXT,)
    yield "one of the data without a tree", Draft(made).begin(None, AT + DAY, root=digests((TEXT,))[0]).text().encode(), (TEXT,)
    alone = Draft(made).begin(None, AT + DAY, root=digests((TEXT,))[0])
    yield "one of the data, renewed", alone.rehash((TEXT,), AT + 2 * DAY).text().encode(), (TEXT,)
    listed = [*digests((TEXT, b"x"), "sha512"), alone_again(made).of_sequence("sha512")]
    yield (
        "one of the data, renewed among others",
        alone_again(made).begin(listed, AT + 2 * DAY, "sha512").text().encode(),
        (TEXT,),
    )
    yield "one of the data twice", stamped((TEXT, TEXT)), (TEXT, TEXT)
    for what, own, one in documents():
        for method in (INCLUSIVE, INCLUSIVE11, EXCLUSIVE, INCLUSIVE + "#WithComments"):
            yield f"{what}, {method}", stamped((TEXT, form(method, own)), method), (TEXT, one)


def alone_again(made):
    return Draft(made).begin(digests((TEXT,)), AT + DAY)


def packages(folder):
    """Records in the worked example, of which the manifest of the seal is XML."""
    made, nobody = Authority(), Authority()
    trust = folder.pool(made.root_raw)
    brief = Authority(ends=AT + 3 * DAY)
    folder.pool(brief.root_raw)
    files = example()
    files[TOKEN] = made.token(files[MANIFEST])
    held = [files[name] for name in COVERED]
    canon = [form(EXCLUSIVE, one) if name == MANIFEST else one for name, one in zip(COVERED, held)]
    record = lambda data, by=made, **options: Draft(by, **options).begin(digests(data), AT + DAY)
    for what, draft in {
        "first": record(held),
        "first, in canonical form": record(canon),
        "an unknown form": record(held, method="urn:x"),
        "an unknown form, in canonical form": record(canon, method="urn:x"),
        "renewed": record(held).renew(AT + 2 * DAY),
        "renewed twice": record(held, prefix="e:", space="\n ").renew(AT + 2 * DAY).rehash(canon, AT + 3 * DAY),
        "of nobody": record(held, nobody),
        "one less": record(held[1:]),
    }.items():
        yield what, with_record(files, draft.text().encode(), member=MEMBER), trust
    text = record(held).text().encode()
    yield "named .ers", with_record(files, text), trust
    yield "both", with_record(files | {"META-INF/evidencerecord001.ers": text}, text, member=MEMBER), trust
    yield "no record", with_record(files, b"x", member=MEMBER), trust
    ended = files | {TOKEN: brief.token(files[MANIFEST])}
    data = [ended[name] for name in COVERED]
    for what, at in (("in time", AT + 2 * DAY), ("too late", AT + 4 * DAY)):
        own = Draft(made).begin(digests(data), at).text().encode()
        yield f"carried {what}", with_record(ended, own, member=MEMBER), trust
