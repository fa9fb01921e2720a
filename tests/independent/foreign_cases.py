"""Web archives of others, sound ones and each wrong in one place: zips, data packages, lists of pages, indexes."""

import gzip
import json
import struct

import foreign_records
from foreign import (
    BODY,
    DATE,
    HEAD,
    HEADER,
    HTTP,
    URL,
    Record,
    exchange,
    hex256,
    indexed,
    info,
    line,
    listed,
    made,
    members,
    page,
    sha1,
    zipped,
)

# Lengths of plain records as warcio counts them, without the line ends behind.
AS_COUNTED = "a plain archive, line ends not counted"


def cases():
    """Names and archives."""
    for what, octets in {**sound(), **zips(), **lists(), **indexes(), **foreign_records.every()}.items():
        yield what, octets


def samples():
    """A few, for packages: sound ones, and ones at fault."""
    names = (
        "as py-wacz writes it",
        "a plain archive",
        "a compressed index",
        "zip: no date",
        "index: another status",
        "list: no profile",
    )
    return [(what, octets) for what, octets in cases() if what in names or what.startswith("record: a header beyond")]


def sound():
    """What producers write."""
    found = {"as py-wacz writes it": made(), "WARC/1.1 and SHA-256": made([info(), *exchange(version="1.1", digest=hex256)])}
    for name in ("archive/a/b.warc.gz", "archive/.warc.gz"):
        found[f"an archive {name}"] = made(archive=name, index=indexed(name, [info(), *exchange()], filename=name))
    records = [info(plain=True), *exchange(plain=True)]
    found["a plain archive"] = made(records, archive="archive/rec.warc")
    found["a plain archive by another name"] = made(records)
    ends = str(len(records[1].octets) - 4)
    found[AS_COUNTED] = made(records, archive="archive/rec.warc", index=indexed("archive/rec.warc", records, length=ends))
    found["plain and compressed records"] = made([info(plain=True), *exchange()])
    pair = [info()], exchange()
    two = {"archive/b.warc.gz": b"".join(one.octets for one in pair[1])}
    found["two archives"] = made(pair[0], index=indexed("archive/b.warc.gz", pair[1]), **two)
    found["ids twice in two archives"] = made(**{"archive/b.warc.gz": info().octets})
    index = indexed("archive/rec.warc.gz", [info(), *exchange()])
    packed = {"indexes/index.cdx.gz": gzip.compress(index), "indexes/index.idx": b'!meta 0 {"format": "cdxj-gzip-1.0"}\nx\n'}
    without = {"indexes/index.cdxj": None}
    found["a compressed index"] = made(**without, **packed)
    found["a compressed index of members"] = made(
        **without, **packed | {"indexes/index.cdx.gz": gzip.compress(index[:9]) + gzip.compress(index[9:])}
    )
    found["a compressed index cut short"] = made(**without, **packed | {"indexes/index.cdx.gz": gzip.compress(index)[:-4]})
    found["a compressed index and octets behind"] = made(
        **without, **packed | {"indexes/index.cdx.gz": gzip.compress(index) + b"x"}
    )
    found["a compressed index that is plain"] = made(**without, **packed | {"indexes/index.cdx.gz": index})
    found["indexes of every name"] = made(
        **{f"indexes/{n}": gzip.compress(index) if n.endswith("gz") else index for n in ("a.cdx", "b.cdxj.gz")}
    )
    found["nothing but a list of places"] = made(**without, **{"indexes/index.idx": b"x"})
    found["other members"] = made(**{"archive/x.txt": b"x", "indexes/x": b"x", "pages/x": b"x", "logs/x.log": b"x", "x": b"x"})
    revisit = Record(
        "revisit", 9, HEAD + b"\r\n", f"{HTTP}response", WARC_Payload_Digest=sha1(BODY), WARC_Refers_To_Target_URI=URL
    )
    records = [info(), *exchange(), revisit]
    lines = indexed("archive/rec.warc.gz", records)
    found["a revisit without a line"] = made(records)
    for what, more in {"a type of its own": {"mime": "warc/revisit"}, "no status": {"status": None}, "its status": {}}.items():
        both = sorted([lines, line("archive/rec.warc.gz", records, 3, **more).encode()])
        found[f"a revisit with {what}"] = made(records, index=b"".join(both))
    resource = Record("resource", 9, b"text", "text/plain; charset=utf-8", uri="urn:x")
    records = [info(), *exchange(), resource]
    found["a resource"] = made(
        records, index=lines + line("archive/rec.warc.gz", records, 3, mime="text/plain", status=None).encode()
    )
    name = Record("response", 9, b"20261122120000\npage.example. 1 IN A 192.0.2.1\n", "text/dns", uri="dns:page.example")
    records = [info(), name, *exchange()]
    for mime in ("text/dns", None):
        found[f"an answer that is no HTTP, {mime}"] = made(records, index=dns(records, mime))
    records = [info(), *(one for n in range(2, 1300, 2) for one in exchange(n))]
    found["1,300 records"] = made(records)
    found["an answer without a line"] = made(
        [info(), *exchange(), *exchange(4)], index=indexed("archive/rec.warc.gz", [info(), *exchange()])
    )
    return found


def dns(records, mime):
    named = line("archive/rec.warc.gz", records, 1, mime=mime, status=None).replace("example,page)/", "dns:page.example")
    return (named + line("archive/rec.warc.gz", records, 2)).encode()


def zips():
    """Zips that others write, and zips that are none."""
    found = listed(members())
    names = [name for name in found if not name.startswith("archive/")]
    kinds = {
        "short descriptors": lambda crc, packed, size: struct.pack("<LLL", crc, packed, size),
        "descriptors": lambda crc, packed, size: struct.pack("<4sLLL", b"PK\7\10", crc, packed, size),
        "short wide descriptors": lambda crc, packed, size: struct.pack("<LQQ", crc, packed, size),
        "wide descriptors": lambda crc, packed, size: struct.pack("<4sLQQ", b"PK\7\10", crc, packed, size),
        "descriptors of another CRC-32": lambda crc, packed, size: struct.pack("<4sLLL", b"PK\7\10", 0, packed, size),
        "descriptors of another length": lambda crc, packed, size: struct.pack("<4sLLL", b"PK\7\10", crc, packed, size + 1),
        "descriptors that are not there": lambda *_: b"",
        "descriptors of another sign": lambda crc, packed, size: struct.pack("<4sLLL", b"PK\7\7", crc, packed, size),
    }
    made_of = {f"zip: {what}": zipped(found, described=one) for what, one in kinds.items()}
    made_of |= {f"zip: deflated, {what}": zipped(found, names, described=one) for what, one in kinds.items()}
    whole = zipped(found)
    deflated = zipped(found, names)
    at = deflated.index(b"pages/pages.jsonl") + 17
    return made_of | {
        "zip: deflated": deflated,
        "zip: an archive deflated": zipped(found, list(found)),
        "zip: damaged deflate": deflated[:at] + b"\xff" + deflated[at + 1 :],
        "zip: sizes in wide fields": zipped(found, wide=True),
        "zip: a time in an extra field": zipped(found, extra=struct.pack("<HHBL", 0x5455, 5, 1, 0)),
        "zip: an extra field too long": zipped(found, extra=struct.pack("<HHBL", 0x5455, 6, 1, 0)),
        "zip: comments of members": zipped(found, comment=b"x"),
        "zip: a comment": whole[:-2] + b"\1\0x",
        "zip: names in UTF-8": zipped(found, flags=0x800),
        "zip: encrypted": zipped(found, flags=1),
        "zip: no date": zipped(found, date=0),
        "zip: a day that is none": zipped(found, date=0x5B60),
        "zip: a folder": zipped({"archive/": b""} | found),
        "zip: a name that leads out": zipped(listed(members(**{"../x": b"x"}))),
        "zip: an absolute name": zipped(listed(members(**{"/x": b"x"}))),
        "zip: another order": zipped(dict(reversed(found.items()))),
        "zip: octets in front": b"x" + whole,
        "zip: octets behind": whole + b"x",
        "zip: another CRC-32": whole.replace(b"Pages", b"pages", 1),
        "zip: mimetype first": zipped({"mimetype": b"application/x"} | found),
        "zip: mimetype last": zipped(found | {"mimetype": b"application/x"}),
        "zip: cut short": whole[:-1],
        "zip: first octets damaged": b"xx" + whole[2:],
        "zip: first name damaged": whole[:30] + b"x" + whole[31:],
    }


def lists():
    """Data packages, their digests, lists of pages."""
    found, whole = members(), {}
    for what, more in {
        "another version": {"wacz_version": "1.0.0"},
        "no version": {"wacz_version": None},
        "a version of numbers": {"wacz_version": 1},
        "no profile": {"profile": None},
        "no software": {"software": None},
        "a title": {"title": "页", "mainPageURL": URL, "mainPageDate": DATE},
        "a title of numbers": {"title": 1},
        "another time": {"created": "x"},
        "more fields": {"x": {"y": [None]}, "config": 1},
        "no resources": {"resources": []},
        "resources that are none": {"resources": {}},
    }.items():
        whole[f"list: {what}"] = zipped(listed(found, **more))
    for what, change in {
        "no names": lambda one: one.pop("name"),
        "no lengths": lambda one: one.pop("bytes"),
        "another length": lambda one: one.update(bytes=1),
        "a length in quotes": lambda one: one.update(bytes="1"),
        "no digests": lambda one: one.pop("hash"),
        "digests by MD5": lambda one: one.update(hash="md5:" + "0" * 32),
        "digests by SHA-1": lambda one: one.update(hash="sha1:" + "0" * 40),
        "digests without a label": lambda one: one.update(hash=one["hash"][7:]),
        "digests in capitals": lambda one: one.update(hash="SHA-256:" + one["hash"][7:].upper()),
        "other digests": lambda one: one.update(hash="sha256:" + "0" * 64),
        "digests too short": lambda one: one.update(hash=one["hash"][:-1]),
        "more fields": lambda one: one.update(x=1),
    }.items():
        held = json.loads(listed(found)["datapackage.json"])["resources"]
        for one in held:
            change(one)
        whole[f"resources: {what}"] = zipped(listed(found, resources=held))
    held = json.loads(listed(found)["datapackage.json"])["resources"]
    whole["resources: one twice"] = zipped(listed(found, resources=[*held, held[0]]))
    whole["resources: one less"] = zipped(listed(found, resources=held[1:]))
    whole["resources: one that is not there"] = zipped(listed(found, resources=[*held, held[0] | {"path": "x"}]))
    whole["no digest of the list"] = zipped(listed(found, digest=False))
    good = listed(found)
    said = json.loads(good["datapackage-digest.json"])
    for what, one in {
        "more fields": said | {"signedData": {"x": 1}},
        "another": said | {"hash": "sha256:" + "0" * 64},
        "another path": said | {"path": "x"},
        "by SHA-1": said | {"hash": sha1(good["datapackage.json"])},
        "no path": {"hash": said["hash"]},
    }.items():
        whole[f"digest: {what}"] = zipped(good | {"datapackage-digest.json": json.dumps(one).encode()})
    whole["digest: no JSON"] = zipped(good | {"datapackage-digest.json": b"x"})
    whole["no list"] = zipped(found)
    whole["a list that is no JSON"] = zipped(good | {"datapackage.json": b"x"})
    twice = good["datapackage.json"].replace(b'"profile"', b'"profile": "x", "profile"')
    whole["a list with a field twice"] = zipped(
        good | {"datapackage.json": twice, "datapackage-digest.json": json.dumps(said | {"hash": hex256(twice)}).encode()}
    )
    for what, text in {
        "no header": page(),
        "another header": HEADER.replace("1.0", "2.0") + page(),
        "a header without an id": HEADER.replace('"id"', '"x"') + page(),
        "nothing": "",
        "no pages": HEADER,
        "no line end": HEADER + page().strip(),
        "an empty line": HEADER + "\n" + page(),
        "a page without a time": HEADER + json.dumps({"url": URL}) + "\n",
        "a time with a fraction": HEADER + page(ts="2026-11-22T12:00:00.123Z"),
        "a time with an offset": HEADER + page(ts="2026-11-22T12:00:00+00:00"),
        "a short time": HEADER + page(ts="2026-11-22"),
        "a page with a fragment": HEADER + page(url=URL + "#x"),
        "a page that is not in the index": HEADER + page(url="https://x.example/"),
        "more fields": HEADER + page(text="x", seed=True),
        "a page without an id": HEADER + json.dumps({"url": URL, "ts": DATE}) + "\n",
        "a title that is none": HEADER + page(title=None),
        "a page that is no object": HEADER + "[]\n",
    }.items():
        whole[f"pages: {what}"] = made(**{"pages/pages.jsonl": text.encode()})
    whole["pages: none"] = made(**{"pages/pages.jsonl": None})
    whole["pages: others"] = made(**{"pages/extraPages.jsonl": (HEADER + page()).encode()})
    whole["pages: others that are none"] = made(**{"pages/extraPages.jsonl": b"x\n"})
    return whole


def indexes():
    """Lines of indexes."""
    records, name = [info(), *exchange()], "archive/rec.warc.gz"
    own = lambda **more: indexed(name, records, **more)
    good, found = own(), {}
    for what, more in {
        "another address": {"url": "https://x.example/"},
        "another status": {"status": "404"},
        "a status that is a number": {"status": 200},
        "no status": {"status": None},
        "a status of a dash": {"status": "-"},
        "another type": {"mime": "text/plain"},
        "a type in capitals": {"mime": "TEXT/HTML"},
        "an unknown type": {"mime": "unk"},
        "another length": {"length": "1"},
        "numbers without quotes": {"length": len(records[1].octets), "offset": len(records[0].octets)},
        "no length": {"length": None},
        "a length of letters": {"length": "x"},
        "another offset": {"offset": "1"},
        "an offset below nothing": {"offset": -1},
        "another archive": {"filename": "x.warc.gz"},
        "a whole path": {"filename": name},
        "no digest": {"digest": None},
        "a digest without its label": {"digest": sha1(BODY)[5:]},
        "another digest of its kind": {"digest": sha1(b"x")},
        "another digest by SHA-256": {"digest": hex256(b"x")},
        "a digest by SHA-256": {"digest": hex256(BODY)},
        "a digest by MD5": {"digest": "md5:00"},
        "more fields": {"x": 1, "recordDigest": hex256(b"x")},
        "a method and a body": {"method": "POST", "requestBody": "__wb_method=POST"},
        "a method of numbers": {"method": 1},
    }.items():
        found[f"index: {what}"] = made(records, index=own(**more))
    for what, index in {
        "nothing": b"",
        "no line end": good.rstrip(),
        "an empty line": b"\n" + good,
        "a header line": b" CDX N b a m s k r M S V g\n" + good,
        "a meta line": b'!meta 0 {"format": "x"}\n' + good,
        "another order": good + b"a" + good[1:],
        "a line twice": good + good,
        "another key": good.replace(b"example,page)/", b"x"),
        "no key": b" " + good.partition(b" ")[2],
        "a time of seventeen digits": good.replace(b"20261122120000", b"20261122120000123"),
        "a time of twelve digits": good.replace(b"20261122120000", b"202611221200"),
        "another time": good.replace(b"20261122120000", b"20261122120001"),
        "octets that are no UTF-8": good.replace(b"text/html", b"text/\xff"),
        "a field twice": good.replace(b'"mime"', b'"mime": "x", "mime"'),
        "half a sign": good.replace(b"text/html", b"text/\\ud800"),
        "a constant that is none": good.replace(b'{"url"', b'{"x": NaN, "url"'),
        "line ends of two signs": good.replace(b"\n", b"\r\n"),
        "other line ends within": good.replace(b'{"url"', '{"x": "\u2028\x85", "url"'.encode()),
    }.items():
        found[f"index: {what}"] = made(records, index=index)
    return found
