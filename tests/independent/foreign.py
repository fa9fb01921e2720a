"""Web archives as other programs write them, made for the comparison, and each wrong in one place.

What the standards allow and we do not write is a remark there: WARC/1.0, digests by SHA-1 in base 32, plain and several
archives, deflated members with descriptors, compressed indexes, revisits, chunks, lists of pages elsewhere.
"""

import base64
import gzip
import hashlib
import json
import random
import struct
import zlib

from digests import sha256

URL, DATE = "https://page.example/", "2026-11-22T12:00:00Z"
BODY = "<html>页</html>".encode()
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
RESPONSE, REQUEST = HEAD + b"\r\n" + BODY, b"GET / HTTP/1.1\r\nHost: page.example\r\n\r\n"
HTTP = "application/http; msgtype="
HEADER = '{"format": "json-pages-1.0", "id": "pages", "title": "All Pages"}\n'


# Lengths of plain records as warcio counts them, without the line ends behind.
AS_COUNTED = "a plain archive, line ends not counted"
# What the program judges otherwise (README.md).
LEFT_OUT = (AS_COUNTED, "a revisit with a type of its own", "a revisit with its status", "1,300 records")


def sha1(data, spelled="sha1"):
    return f"{spelled}:{base64.b32encode(hashlib.sha1(data).digest()).decode()}"


class Record:
    """One record; `fields` replace, add, or with `None` take away. `plain` has no gzip member."""

    def __init__(self, kind, number, block=b"", content_type=None, version="1.0", uri=URL, digest=sha1, plain=False, **fields):
        payload = block.partition(b"\r\n\r\n")[2] if content_type and content_type.startswith(HTTP) else block
        stated = digest is not None and kind != "warcinfo"
        named = {
            "WARC-Type": kind,
            "WARC-Record-ID": f"<urn:uuid:{number:08}-0000-4000-8000-000000000000>",
            "WARC-Date": DATE,
            "WARC-Target-URI": uri if kind != "warcinfo" else None,
            "WARC-Payload-Digest": digest(payload) if stated and kind in ("response", "request", "resource") else None,
            "WARC-Block-Digest": digest(block) if stated else None,
            "Content-Type": content_type,
            "Content-Length": len(block),
        } | {name.replace("_", "-"): value for name, value in fields.items() if name not in ("end", "lines")}
        lines = [f"{name}: {value}" for name, value in named.items() if value is not None] + list(fields.get("lines", []))
        head = "\r\n".join([f"WARC/{version}", *lines]).encode() + b"\r\n\r\n"
        self.kind, self.uri, self.payload, self.named = kind, uri, payload, named
        whole = head + block + fields.get("end", b"\r\n\r\n")
        self.octets = whole if plain else gzip.compress(whole, mtime=0)


def exchange(first=2, uri=URL, block=RESPONSE, **more):
    """What was answered and what was asked."""
    to = f"<urn:uuid:{first:08}-0000-4000-8000-000000000000>"
    kept = {name: more[name] for name in ("version", "digest", "plain") if name in more}
    return [
        Record("response", first, block, f"{HTTP}response", uri=uri, **more),
        Record("request", first + 1, REQUEST, f"{HTTP}request", uri=uri, WARC_Concurrent_To=to, **kept),
    ]


def info(**more):
    return Record("warcinfo", 1, b"software: warcio\r\nformat: WARC File Format 1.0\r\n", "application/warc-fields", **more)


def line(archive, records, place, **more):
    """A line of an index as cdxj-indexer writes it."""
    one = records[place]
    said = {
        "url": one.uri,
        "mime": "text/html",
        "status": "200",
        "digest": one.named["WARC-Payload-Digest"],
        "length": str(len(one.octets)),
        "offset": str(sum(len(before.octets) for before in records[:place])),
        "filename": archive.rpartition("/")[2],
    } | more
    said = {name: value for name, value in said.items() if value is not None}
    return f"example,page)/ 20261122120000 {json.dumps(said)}\n"


def indexed(archive, records, **more):
    held = [line(archive, records, n, **more) for n, one in enumerate(records) if one.kind == "response"]
    return "".join(sorted(held)).encode()


def page(**more):
    return json.dumps({"id": "1", "url": URL, "ts": DATE, "title": "页"} | more) + "\n"


def members(records=None, archive="archive/rec.warc.gz", index=None, **other):
    """Members in their order; `other` replaces, adds, or with `None` takes away."""
    records = records or [info(), *exchange()]
    found = {
        archive: b"".join(one.octets for one in records),
        "indexes/index.cdxj": indexed(archive, records) if index is None else index,
        "pages/pages.jsonl": (HEADER + page()).encode(),
    } | other
    return {name: data for name, data in found.items() if data is not None}


def listed(found, digest=True, **more):
    """With the data package, as py-wacz has it."""
    resources = [
        {"name": name.rpartition("/")[2], "path": name, "hash": f"sha256:{sha256(data).hex()}", "bytes": len(data)}
        for name, data in found.items()
    ]
    value = {"profile": "data-package", "resources": resources, "created": DATE, "wacz_version": "1.1.1", "software": "py-wacz"}
    whole = json.dumps({name: one for name, one in (value | more).items() if one is not None}, indent=2).encode()
    said = json.dumps({"path": "datapackage.json", "hash": f"sha256:{sha256(whole).hex()}"}).encode()
    return found | {"datapackage.json": whole} | ({"datapackage-digest.json": said} if digest else {})


def zipped(found, deflated=(), described=None, extra=b"", date=0x5B76, comment=b"", flags=0, wide=False):
    """A zip as Python's or a browser's writers have it: dates, extra fields, descriptors of four kinds."""
    body, directory = b"", b""
    for name, data in found.items():
        raw, method = name.encode(), 8 if name in deflated else 0
        machine = zlib.compressobj(9, zlib.DEFLATED, -15)
        held = machine.compress(data) + machine.flush() if method else data
        crc, sizes, bits = zlib.crc32(data), (len(held), len(data)), flags | (8 if described is not None else 0)
        field = struct.pack("<HHQQ", 1, 16, len(data), len(held)) if wide else b""
        local = (0, 0, 0) if described is not None else (crc, 0xFFFFFFFF, 0xFFFFFFFF) if wide else (crc, *sizes)
        directory += struct.pack("<4sHHHHHHLLLHHHHHLL", b"PK\1\2", 0x0314, 20, bits, method, 0x6000, date, crc, *sizes, len(raw),
                                 len(extra), len(comment), 0, 0, 0o100644 << 16, len(body)) + raw + extra + comment
        body += struct.pack("<4sHHHHHLLLHH", b"PK\3\4", 20, bits, method, 0x6000, date, *local, len(raw), len(field + extra))
        body += raw + field + extra + held + (described(crc, *sizes) if described is not None else b"")
    return body + directory + b"PK\5\6" + struct.pack("<HHHHLLH", 0, 0, len(found), len(found), len(directory), len(body), 0)


def made(records=None, more=None, **other):
    """A whole archive; `more` is of its data package."""
    return zipped(listed(members(records, **other), **(more or {})))


def cases():
    """Names and archives."""
    for what, octets in {**sound(), **zips(), **lists(), **indexes(), **heads(), **digested(), **messages()}.items():
        yield what, octets


def samples():
    """A few, for packages: sound ones, and ones at fault."""
    names = ("as py-wacz writes it", "a plain archive", "a compressed index", "zip: no date", "index: another status", "list: no profile")
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
    found["a compressed index of members"] = made(**without, **packed | {"indexes/index.cdx.gz": gzip.compress(index[:9]) + gzip.compress(index[9:])})
    found["a compressed index cut short"] = made(**without, **packed | {"indexes/index.cdx.gz": gzip.compress(index)[:-4]})
    found["a compressed index and octets behind"] = made(**without, **packed | {"indexes/index.cdx.gz": gzip.compress(index) + b"x"})
    found["a compressed index that is plain"] = made(**without, **packed | {"indexes/index.cdx.gz": index})
    found["indexes of every name"] = made(**{f"indexes/{n}": gzip.compress(index) if n.endswith("gz") else index for n in ("a.cdx", "b.cdxj.gz")})
    found["nothing but a list of places"] = made(**without, **{"indexes/index.idx": b"x"})
    found["other members"] = made(**{"archive/x.txt": b"x", "indexes/x": b"x", "pages/x": b"x", "logs/x.log": b"x", "x": b"x"})
    revisit = Record("revisit", 9, HEAD + b"\r\n", f"{HTTP}response", WARC_Payload_Digest=sha1(BODY), WARC_Refers_To_Target_URI=URL)
    records = [info(), *exchange(), revisit]
    lines = indexed("archive/rec.warc.gz", records)
    found["a revisit without a line"] = made(records)
    for what, more in {"a type of its own": {"mime": "warc/revisit"}, "no status": {"status": None}, "its status": {}}.items():
        both = sorted([lines, line("archive/rec.warc.gz", records, 3, **more).encode()])
        found[f"a revisit with {what}"] = made(records, index=b"".join(both))
    resource = Record("resource", 9, b"text", "text/plain; charset=utf-8", uri="urn:x")
    records = [info(), *exchange(), resource]
    found["a resource"] = made(records, index=lines + line("archive/rec.warc.gz", records, 3, mime="text/plain", status=None).encode())
    name = Record("response", 9, b"20261122120000\npage.example. 1 IN A 192.0.2.1\n", "text/dns", uri="dns:page.example")
    records = [info(), name, *exchange()]
    for mime in ("text/dns", None):
        found[f"an answer that is no HTTP, {mime}"] = made(records, index=dns(records, mime))
    records = [info(), *(one for n in range(2, 1300, 2) for one in exchange(n))]
    found["1,300 records"] = made(records)
    found["an answer without a line"] = made([info(), *exchange(), *exchange(4)], index=indexed("archive/rec.warc.gz", [info(), *exchange()]))
    return found


def dns(records, mime):
    named = line("archive/rec.warc.gz", records, 1, mime=mime, status=None).replace("example,page)/", "dns:page.example")
    return (named + line("archive/rec.warc.gz", records, 2)).encode()


def hex256(data):
    return f"sha256:{sha256(data).hex()}"


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
    whole["a list with a field twice"] = zipped(good | {"datapackage.json": twice, "datapackage-digest.json": json.dumps(said | {"hash": hex256(twice)}).encode()})
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


def heads():
    """Headers of records."""
    found = {}
    for what, more in {
        "brackets around the target": {"WARC_Target_URI": f"<{URL}>"},
        "an id without brackets": {"WARC_Record_ID": "urn:x:1"},
        "an id without a scheme": {"WARC_Record_ID": "<x>"},
        "no id": {"WARC_Record_ID": None},
        "no date": {"WARC_Date": None},
        "no type": {"WARC_Type": None},
        "a type of its own": {"WARC_Type": "x"},
        "a type in capitals": {"WARC_Type": "RESPONSE"},
        "no target": {"WARC_Target_URI": None},
        "no length": {"Content_Length": None},
        "a length of letters": {"Content_Length": "x"},
        "a length too short": {"Content_Length": "1"},
        "a length too long": {"Content_Length": "100000"},
        "a date with a fraction": {"WARC_Date": "2026-11-22T12:00:00.5Z"},
        "a date with a fraction, 1.1": {"WARC_Date": "2026-11-22T12:00:00.5Z", "version": "1.1"},
        "a date of a day, 1.1": {"WARC_Date": "2026-11-22", "version": "1.1"},
        "a date that is none": {"WARC_Date": "2026-11-31T12:00:00Z"},
        "version 0.18": {"version": "0.18"},
        "a folded line": {"lines": ["X-Note: a", " b"]},
        "a folded digest": {"WARC_Block_Digest": None, "lines": ["WARC-Block-Digest:", f"\t{sha1(RESPONSE)}"]},
        "a line that is none": {"lines": ["x"]},
        "a name with a blank": {"lines": ["a b: c"]},
        "a field twice": {"lines": ["WARC-IP-Address: 192.0.2.1"] * 2},
        "a field of one's own twice": {"lines": ["X-Note: a"] * 2},
        "protocols": {"lines": ["WARC-Protocol: h2", "WARC-Protocol: tls/1.3"]},
        "a reference to nothing": {"lines": ["WARC-Concurrent-To: <urn:x:1>"]},
        "octets that are no UTF-8": {"lines": ["X-Note: \udcff"]},
        "one line end behind": {"end": b"\r\n"},
        "three line ends behind": {"end": b"\r\n\r\n\r\n"},
        "a header beyond the bound": {"lines": [f"X-Note: {'x' * (1 << 20)}"]},
    }.items():
        first = info()
        answer, asked = reply(more)
        records = [first, answer, asked]
        index = line("archive/rec.warc.gz", records, 1, digest=sha1(BODY), url=URL)
        found[f"record: {what}"] = made(records, index=index.encode())
        if more.get("version", "1.0") == "1.0":
            answer, asked = reply(more | {"plain": True})
            index = line("archive/rec.warc", [info(plain=True), answer, asked], 1, digest=sha1(BODY), url=URL)
            found[f"plain record: {what}"] = made([info(plain=True), answer, asked], archive="archive/rec.warc", index=index.encode())
    held = [info(), *exchange()]
    both = gzip.compress(b"".join(gzip.decompress(one.octets) for one in held), mtime=0)
    found["records in one member"] = made(**{"archive/rec.warc.gz": both})
    found["no records"] = made(**{"archive/rec.warc.gz": b""})
    found["octets behind the records"] = made(**{"archive/rec.warc.gz": b"".join(one.octets for one in held) + b"x"})
    found["a record cut short"] = made(**{"archive/rec.warc.gz": b"".join(one.octets for one in held)[:-1]})
    found["no archive"] = zipped(listed({name: data for name, data in members().items() if not name.startswith("archive/")}))
    beyond = exchange(4, lines=[f"X-Note: {'x' * (1 << 20)}"])
    found["beyond the bound, and a fault before"] = made([info(), *exchange(WARC_Date="x"), *beyond], index=b"")
    found["beyond the bound, an index to it"] = made([info(), *exchange(), *beyond], index=indexed("archive/rec.warc.gz", [info(), *exchange(), *beyond]))
    return found


def reply(more):
    """An exchange of which the answer's header is another one."""
    answer, asked = exchange(plain=more.get("plain", False), version=more.get("version", "1.0"))
    if any("\udcff" in one for one in more.get("lines", [])):
        whole = answer.octets if more.get("plain") else gzip.decompress(answer.octets)
        whole = whole.replace(b"\r\n", b"\r\nX-Note: \xff\r\n", 1)
        answer.octets = whole if more.get("plain") else gzip.compress(whole, mtime=0)
        return answer, asked
    return Record("response", 2, RESPONSE, f"{HTTP}response", **more), asked


def digested():
    """Digests of blocks and payloads."""
    found = {}
    for what, digest in {
        "by SHA-1 in base 16": lambda data: f"sha1:{hashlib.sha1(data).hexdigest()}",
        "by SHA-1 in small letters": lambda data: sha1(data).lower(),
        "by SHA-256 in base 32": lambda data: f"sha256:{base64.b32encode(sha256(data)).decode()}",
        "by SHA-256 in base 32, without padding": lambda data: f"sha256:{base64.b32encode(sha256(data)).decode().rstrip('=')}",
        "by SHA-256 by its other name": lambda data: f"SHA-256:{sha256(data).hex()}",
        "by MD5": lambda data: f"md5:{hashlib.md5(data).hexdigest()}",
        "by another MD5": lambda data: "md5:00",
        "by SHA-512": lambda data: f"sha512:{hashlib.sha512(data).hexdigest()}",
        "without a label": lambda data: hashlib.sha1(data).hexdigest(),
        "that are none": lambda data: "sha1:!",
        "by another SHA-1": lambda data: sha1(data + b"x"),
        "by another SHA-256": lambda data: hex256(data + b"x"),
        "none": None,
    }.items():
        records = [info(), *exchange(digest=digest)]
        found[f"digests {what}"] = made(records)
        found[f"digests {what}, none in the index"] = made(records, index=indexed("archive/rec.warc.gz", records, digest=None))
    records = [info(), *exchange(digest=None)]
    for spelled in (sha1(BODY), sha1(b"x"), hex256(BODY), hex256(b"x"), "md5:00", "x"):
        found[f"no digests, in the index {spelled[:9]}"] = made(records, index=indexed("archive/rec.warc.gz", records, digest=spelled))
    return found


def messages():
    """Blocks that are messages, chunks, and none."""
    chunks = b"4\r\nWiki\r\n5;x=y\r\npedia\r\n0\r\nTrailer: 1\r\n\r\n"
    head, found = HEAD + b"Transfer-Encoding: chunked\r\n\r\n", {}
    for what, block, payload in (
        ("chunks as they are", head + chunks, chunks),
        ("chunks taken away", head + chunks, b"Wikipedia"),
        ("chunks and something else", head + chunks, b"x"),
        ("chunks that do not end", head + chunks[:-2], b"Wikipedia"),
        ("chunks with octets behind", head + chunks + b"x", b"Wikipedia"),
        ("chunks of another length", head + b"5\r\nWiki\r\n0\r\n\r\n", b"Wiki"),
        ("no head", BODY, b""),
        ("a head that does not end", HEAD, b""),
        ("a head of line feeds", HEAD.replace(b"\r\n", b"\n") + b"\n" + BODY, BODY),
        ("a request for an answer", REQUEST, b""),
        ("a status of two digits", RESPONSE.replace(b"200", b"20"), BODY),
        ("HTTP/2", RESPONSE.replace(b"HTTP/1.1 200 OK", b"HTTP/2 200"), BODY),
        ("no body", HEAD + b"\r\n", b""),
        ("no type", RESPONSE.replace(b"Content-Type", b"X-Type"), BODY),
    ):
        records = [info(), *exchange(block=block, WARC_Payload_Digest=sha1(payload))]
        found[f"message: {what}"] = made(records)
        loose = indexed("archive/rec.warc.gz", records, status=None, mime=None)
        found[f"message: {what}, index without it"] = made(records, index=loose)
    for kind in ("application/http", "Application/HTTP;msgtype=response", "text/html", None):
        answer = Record("response", 2, RESPONSE, kind, WARC_Payload_Digest=sha1(BODY))
        found[f"message: of type {kind}"] = made([info(), answer], index=line("archive/rec.warc.gz", [info(), answer], 1).encode())
    return found


def compared():
    """Those on which the program and the pages agree."""
    return [(what, octets) for what, octets in cases() if what not in LEFT_OUT]


def altered(count):
    """Octets of a sound archive turned at random, each list made anew: names and archives."""
    dice, records = random.Random(7), [info(), *exchange(plain=False)]
    for name, data in members(records).items():
        for _ in range(count):
            at, bit = dice.randrange(len(data)), dice.randrange(8)
            other = data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]
            yield f"{name} altered, bit {bit} of {at}", zipped(listed(members(records, **{name: other})))
