"""Web archives as other programs write them, made for the comparison.

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


def sha1(data, spelled="sha1"):
    return f"{spelled}:{base64.b32encode(hashlib.sha1(data).digest()).decode()}"


def hex256(data):
    return f"sha256:{sha256(data).hex()}"


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
        directory += (
            struct.pack(
                "<4sHHHHHHLLLHHHHHLL",
                b"PK\1\2",
                0x0314,
                20,
                bits,
                method,
                0x6000,
                date,
                crc,
                *sizes,
                len(raw),
                len(extra),
                len(comment),
                0,
                0,
                0o100644 << 16,
                len(body),
            )
            + raw
            + extra
            + comment
        )
        body += struct.pack("<4sHHHHHLLLHH", b"PK\3\4", 20, bits, method, 0x6000, date, *local, len(raw), len(field + extra))
        body += raw + field + extra + held + (described(crc, *sizes) if described is not None else b"")
    return body + directory + b"PK\5\6" + struct.pack("<HHHHLLH", 0, 0, len(found), len(found), len(directory), len(body), 0)


def made(records=None, more=None, **other):
    """A whole archive; `more` is of its data package."""
    return zipped(listed(members(records, **other), **(more or {})))


def altered(count):
    """Octets of a sound archive turned at random, each list made anew: names and archives."""
    dice, records = random.Random(7), [info(), *exchange(plain=False)]
    for name, data in members(records).items():
        for _ in range(count):
            at, bit = dice.randrange(len(data)), dice.randrange(8)
            other = data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]
            yield f"{name} altered, bit {bit} of {at}", zipped(listed(members(records, **{name: other})))
