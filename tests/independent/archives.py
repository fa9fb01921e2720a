"""Web archives made for the comparison as docs/format/capture.md has them, and each wrong in one place."""

import gzip
import json
import struct
import zlib

from digests import sha256

URL, STAMP = "https://page.example/", "2026-11-22T12:00:00.000Z"
STARS = b"*" * 12


def record(kind, number, block, content_type, uri=URL, payload=None, **fields):
    """One record as a gzip member."""
    lines = [f"WARC-Type: {kind}", f"WARC-Record-ID: <urn:uuid:{number:08}-0000-8000-8000-000000000000>", f"WARC-Date: {STAMP}"]
    if uri:
        lines.append(f"WARC-Target-URI: {uri}")
    lines.append(f"WARC-Block-Digest: sha256:{sha256(block).hex()}")
    if payload is not None:
        lines.append(f"WARC-Payload-Digest: sha256:{sha256(payload).hex()}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    lines += [f"Content-Type: {content_type}", f"Content-Length: {len(block)}"]
    head = "WARC/1.1\r\n" + "\r\n".join(lines) + "\r\n\r\n"
    return gzip.compress(head.encode() + block + b"\r\n\r\n", mtime=0)


BODY = "<html>页</html>".encode()
REQUEST = b"GET / HTTP/1.1\r\nHost: page.example\r\nCookie: sid=" + STARS + b"\r\n\r\n"
RESPONSE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + BODY


def parts():
    return [
        record("warcinfo", 1, b"software: x\r\n", "application/warc-fields", None),
        record("response", 2, RESPONSE, "application/http; msgtype=response", payload=BODY),
        record(
            "request",
            3,
            REQUEST,
            "application/http; msgtype=request",
            payload=b"",
            WARC_Concurrent_To="<urn:uuid:00000002-0000-8000-8000-000000000000>",
        ),
    ]


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def index(held, **more):
    line = {
        "url": URL,
        "mime": "text/html",
        "status": "200",
        "digest": "sha256:" + sha256(BODY).hex(),
        "length": str(len(held[1])),
        "offset": str(len(held[0])),
        "filename": "data.warc.gz",
    }
    return f"example,page)/ 20261122120000 {json.dumps(line | more)}\n".encode()


def statement(**more):
    completeness = {n: 1 for n in ("exchanged", "archived", "requested", "answered", "referred", "captured")} | {
        "explained": 0,
        "background": 0,
        "lines": [],
        "partial": False,
    }
    return {
        "browser": {"path": "/x", "version": "1", "sha256": "00" * 32, "size": 1},
        "capture": "ab" * 16,
        "cleanliness_before": None,
        "clock_step_ms": 0,
        "command_line": [],
        "completeness": completeness | more.pop("completeness", {}),
        "deviations": [],
        "downloads": [],
        "ended": STAMP,
        "ending": {"code": "closed"},
        "environment": [],
        "final_url": URL,
        "format": "fidem-capture/1",
        "media": [],
        "options": {
            "headed": False,
            "load_ms": 1,
            "payload": 1,
            "quiet_ms": 1,
            "scroll_ms": 1,
            "scroll_pixels": 1,
            "settle_ms": 1,
            "window": [1, 1],
        },
        "page_size": [1, 1],
        "redirects": [],
        "scrolled": None,
        "started": STAMP,
        "title": "",
        "url": URL,
        "user": None,
        "user_agent": "",
        "viewport": [1, 1],
        "withheld": [],
    } | more


def network(**more):
    tls = {
        "version": "TLS 1.3",
        "cipher_suite": "x",
        "resumed": False,
        "certificates": [],
        "certificates_sha256": [],
        "error": "",
        "known_root": None,
        "handshake": "verified",
    }
    one = {"id": 1, "local": "127.0.0.1:1", "peer": "127.0.0.1:2", "octets": [1, 1], "exchanges": 1, "tls": tls}
    return {
        "connections": [one | more.pop("connection", {})],
        "failed": [],
        "format": "fidem-network/1",
        "lookups": [],
        "proxy": [],
    } | more


def operations(*acts):
    lines, previous = [], b""
    for place, act in enumerate(acts):
        lines.append(compact({"act": act, "at": STAMP, "data": {}, "monotonic_ms": place, "previous": sha256(previous).hex()}))
        previous = lines[-1]
    return b"".join(line + b"\n" for line in lines)


def masks(**more):
    place = {
        "commitment": "11" * 32,
        "kind": "cookie",
        "length": len(STARS),
        "offset": REQUEST.index(STARS),
        "name": "sid",
        "part": "block",
    }
    one = {
        "record_id": "urn:uuid:00000003-0000-8000-8000-000000000000",
        "original": "22" * 32,
        "redactions": [place | more.pop("place", {})],
    }
    return {"format": "fidem-redactions/1", "records": [one | more.pop("record", {})], "unsearched": []} | more


def members(held=None, **other):
    """Members in their order; `other` replaces, adds, or with `None` takes away."""
    held = held or parts()
    found = {
        "archive/data.warc.gz": b"".join(held),
        "indexes/index.cdx": index(held),
        "pages/pages.jsonl": b'{"format":"json-pages-1.0","id":"pages","title":""}\n'
        + compact({"id": "page", "url": URL, "title": "", "ts": STAMP})
        + b"\n",
        "fidem/capture.json": compact(statement()),
        "fidem/network.json": compact(network()),
        "fidem/requests.json": b"[]",
        "fidem/operations.jsonl": operations("launch", "end"),
        "fidem/references.json": b"[]",
        "fidem/redactions.json": compact(masks()),
    }
    for name, data in other.items():
        found[name] = data
    return {name: data for name, data in found.items() if data is not None}


def resources(found):
    return [
        {"name": name.replace("/", "-"), "path": name, "hash": "sha256:" + sha256(data).hex(), "bytes": len(data)}
        for name, data in found.items()
    ]


def packaged(found, **more):
    """The archive with its list, as the page has it."""
    value = {
        "profile": "data-package",
        "wacz_version": "1.1.1",
        "title": "",
        "created": STAMP,
        "software": "x",
        "mainPageUrl": URL,
        "mainPageDate": STAMP,
        "resources": resources(found),
    } | more
    listed = json.dumps(value, ensure_ascii=False, indent=2).encode() + b"\n"
    digest = json.dumps({"path": "datapackage.json", "hash": "sha256:" + sha256(listed).hex()}, indent=2).encode() + b"\n"
    return zipped(found | {"datapackage.json": listed, "datapackage-digest.json": digest})


def zipped(found, method=0):
    body, directory = b"", b""
    for name, data in found.items():
        raw, size = name.encode(), len(data)
        machine = zlib.compressobj(9, zlib.DEFLATED, -15)
        held = machine.compress(data) + machine.flush() if method else data
        common = struct.pack("<HHHHLLLHH", 0, method, 0, 0x21, zlib.crc32(data), len(held), size, len(raw), 0)
        directory += (
            b"PK\1\2" + struct.pack("<HH", 0x032D, 20) + common + struct.pack("<HHHLL", 0, 0, 0, 0o100644 << 16, len(body)) + raw
        )
        body += b"PK\3\4" + struct.pack("<H", 20) + common + raw + held
    return body + directory + b"PK\5\6" + struct.pack("<HHHHLLH", 0, 0, len(found), len(found), len(directory), len(body), 0)


def whole(**other):
    return packaged(members(**other))


def cases():
    """Names and archives of ours."""
    held = parts()
    yield "as it should be", whole()
    yield "nothing masked", whole(**{"fidem/redactions.json": None})
    yield "more members", whole(**{"fidem/dom.html": b"x", "fidem/full.png": b"x"})
    for what, other in {
        "a member of another kind": {"fidem/X": b"x"},
        "no statement": {"fidem/capture.json": None},
        "no network": {"fidem/network.json": None},
        "no requests": {"fidem/requests.json": None},
        "no operations": {"fidem/operations.jsonl": None},
        "no pages": {"pages/pages.jsonl": None},
        "no index": {"indexes/index.cdx": None},
        "an empty index": {"indexes/index.cdx": b""},
        "a member beside": {"x": b"x"},
        "index: another length": {"indexes/index.cdx": index(held, length="1")},
        "index: another offset": {"indexes/index.cdx": index(held, offset="1")},
        "index: another address": {"indexes/index.cdx": index(held, url="https://x.example/")},
        "index: another digest": {"indexes/index.cdx": index(held, digest="sha256:" + "00" * 32)},
        "index: another status": {"indexes/index.cdx": index(held, status="404")},
        "index: another file": {"indexes/index.cdx": index(held, filename="x")},
        "index: another time": {"indexes/index.cdx": index(held).replace(b"20261122120000", b"20261122120001")},
        "index: no JSON": {"indexes/index.cdx": b"x\n"},
        "index: a line twice": {"indexes/index.cdx": index(held) * 2},
        "a page that is not there": {
            "pages/pages.jsonl": b'{"format":"json-pages-1.0","id":"pages","title":""}\n'
            + compact({"id": "p", "url": "https://x.example/", "title": "", "ts": STAMP})
            + b"\n"
        },
        "statement: another format": {"fidem/capture.json": compact(statement(format="x"))},
        "statement: no JSON": {"fidem/capture.json": b"x"},
        "statement: a field too many": {"fidem/capture.json": compact(statement(x=1))},
        "statement: partial": {"fidem/capture.json": compact(statement(completeness={"partial": True}))},
        "statement: archived 2": {"fidem/capture.json": compact(statement(completeness={"archived": 2}))},
        "statement: exchanged 2": {"fidem/capture.json": compact(statement(completeness={"exchanged": 2}))},
        "statement: partial with a line": {
            "fidem/capture.json": compact(
                statement(completeness={"partial": True, "lines": [{"code": "cut", "partial": True, "reason": "", "url": URL}]})
            )
        },
        "network: another format": {"fidem/network.json": compact(network(format="x"))},
        "network: two exchanges": {"fidem/network.json": compact(network(connection={"exchanges": 2}))},
        "network: a field too many": {"fidem/network.json": compact(network(x=1))},
        "network: no TLS": {"fidem/network.json": compact(network(connection={"tls": None}))},
        "operations: none": {"fidem/operations.jsonl": b""},
        "operations: cut": {"fidem/operations.jsonl": operations("launch", "end")[:-1]},
        "operations: a line left out": {"fidem/operations.jsonl": b"".join(operations("a", "b", "c").splitlines(True)[::2])},
        "operations: another order": {"fidem/operations.jsonl": b"".join(operations("a", "b").splitlines(True)[::-1])},
        "operations: no JSON": {"fidem/operations.jsonl": b"x\n"},
        "operations: empty line": {"fidem/operations.jsonl": operations("a") + b"\n"},
        "masks: another format": {"fidem/redactions.json": compact(masks(format="x"))},
        "masks: another record": {"fidem/redactions.json": compact(masks(record={"record_id": "urn:uuid:x"}))},
        "masks: another place": {"fidem/redactions.json": compact(masks(place={"offset": 0}))},
        "masks: beyond the end": {"fidem/redactions.json": compact(masks(place={"length": 1000}))},
        "masks: another part": {"fidem/redactions.json": compact(masks(place={"part": "x"}))},
        "masks: another kind": {"fidem/redactions.json": compact(masks(place={"kind": "x"}))},
        "masks: no digest": {"fidem/redactions.json": compact(masks(place={"commitment": "x"}))},
        "masks: length 0": {"fidem/redactions.json": compact(masks(place={"length": 0}))},
        "masks: no places": {"fidem/redactions.json": compact(masks(record={"redactions": []}))},
        "masks: unsearched of nobody": {"fidem/redactions.json": compact(masks(unsearched=["urn:uuid:x"]))},
        "masks: unsearched": {
            "fidem/redactions.json": compact(masks(unsearched=["urn:uuid:00000002-0000-8000-8000-000000000000"]))
        },
        "masks: no digest of the original": {"fidem/redactions.json": compact(masks(record={"original": ""}))},
    }.items():
        yield what, whole(**other)
    for what, block in {
        "record: another block": (1, held[1][:-12] + held[1][-12:-8] + bytes(8)),
        "record: no gzip": (1, b"x"),
        "record: another digest": (1, record("response", 2, RESPONSE, "application/http; msgtype=response", payload=b"x")),
        "record: id twice": (2, record("request", 2, REQUEST, "application/http; msgtype=request")),
    }.items():
        place, octets = block
        yield what, whole(held=[octets if n == place else one for n, one in enumerate(held)])
    yield "records in one member", whole(held=[gzip.compress(b"".join(map(gzip.decompress, held)), mtime=0)] + [b""] * 2)
    yield "compressed members", zipped(members(), 8)
    found = members()
    yield "another length in the list", packaged(found, resources=[one | {"bytes": 1} for one in resources(found)])
    yield (
        "another digest in the list",
        packaged(found, resources=[one | {"hash": "sha256:" + "00" * 32} for one in resources(found)]),
    )
    yield "a member not in the list", packaged(found, resources=resources(found)[1:])
    yield "another order", packaged({n: found[n] for n in sorted(found)})
    yield "no list", zipped(found)
    octets = whole()
    yield "an octet of the list", octets.replace(b'"wacz_version": "1.1.1"', b'"wacz_version": "1.1.2"')
    yield "an octet of a record", octets.replace(b"\x1f\x8b\x08", b"\x1f\x8b\x09", 1)
