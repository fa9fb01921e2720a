"""Packages altered on purpose: octets, and members with every list made anew so that deeper checks must find it."""

import random
import re
import struct
import zlib
from urllib.parse import quote

import asic
import container
from digests import sha256

LIST, DELIVERY = "manifest-sha256.txt", "META-INF/ASiCArchiveManifest.xml"


def octets(whole, count, seed=0):
    """Cut short, lengthened, and with one bit turned at `count` places."""
    for size in (0, 1, 4, 64, len(whole) // 2, len(whole) - 1):
        yield f"first {size}", whole[:size]
    yield "one more", whole + b"\0"
    dice = random.Random(len(whole) + seed)
    for _ in range(count):
        at, bit = dice.randrange(len(whole)), dice.randrange(8)
        yield f"bit {bit} of {at}", whole[:at] + bytes([whole[at] ^ 1 << bit]) + whole[at + 1 :]


def zipped(files, gap=None):
    """The container as docs/format/package.md has it written."""
    body, directory = b"", b""
    for name, data in files.items():
        body += b"\0" * (name == gap)
        raw = name.encode()
        flags, crc, size = 0 if raw.isascii() else 0x800, zlib.crc32(data), len(data)
        common = struct.pack("<HHHHLLLHH", flags, 0, 0, 0x21, crc, size, size, len(raw), 0)
        directory += (
            b"PK\1\2" + struct.pack("<HH", 0x032D, 20) + common + struct.pack("<HHHLL", 0, 0, 0, 0o100644 << 16, len(body)) + raw
        )
        body += b"PK\3\4" + struct.pack("<H", 20) + common + raw + data
    end = struct.pack("<HHHHLLH", 0, 0, len(files), len(files), len(directory), len(body), 0)
    return body + directory + b"PK\5\6" + end


def containers(whole):
    """The same members in containers that two readers could understand differently, or that are only written otherwise."""
    files = container.members(whole)[0]
    end = len(whole) - 22
    start = struct.unpack("<L", whole[end + 16 : end + 20])[0]
    body, directory, tail = whole[:start], whole[start:end], whole[end:]

    def joined(body=body, directory=directory, tail=tail, offset=None, length=None):
        placed = struct.pack("<LL", len(directory) if length is None else length, len(body) if offset is None else offset)
        return body + directory + tail[:12] + placed + tail[20:]

    def with_entry(at, octets):
        return joined(directory=directory[:at] + octets + directory[at + len(octets) :])

    def with_end(at, octets):
        return joined(tail=tail[:at] + octets + tail[at + len(octets) :])

    yield "as it is", joined()
    yield "a gap before the directory", joined(body + b"\0")
    yield "octets before the directory that it does not count", joined(body + b"\0", offset=start)
    yield "octets behind the directory", joined(directory=directory + b"\0")
    yield "octets behind the directory that it does not count", joined(directory=directory + b"\0", length=len(directory))
    yield "octets in front", b"\0" + whole
    for what, at, octets in (
        ("disk", 4, b"\1\0"),
        ("first disk", 6, b"\1\0"),
        ("entries on this disk", 8, b"\1\0"),
        ("entries", 10, b"\1\0"),
        ("comment", 20, b"\1\0"),
    ):
        yield f"end record, {what}", with_end(at, octets)
    for what, at, octets in (
        ("made by", 4, b"\0\0"),
        ("version needed", 6, b"\x2d\0"),
        ("flags", 8, b"\1\0"),
        ("data descriptor", 8, b"\x08\0"),
        ("method", 10, b"\x08\0"),
        ("time", 12, b"\1\0\1\0"),
        ("CRC-32", 16, b"\0\0\0\0"),
        ("packed size", 20, b"\0\0\0\0"),
        ("size", 24, b"\0\0\0\0"),
        ("disk", 34, b"\1\0"),
        ("internal attributes", 36, b"\1\0"),
        ("external attributes", 38, b"\1\0\0\0"),
        ("place", 42, b"\1\0\0\0"),
        ("name", 46, b"x"),
    ):
        yield f"first entry, {what}", with_entry(at, octets)
    for what, at, octets in (
        ("version needed", 4, b"\0\0"),
        ("flags", 6, b"\1\0"),
        ("time", 10, b"\1\0\1\0"),
        ("CRC-32", 14, bytes(4)),
        ("name", 30, b"x"),
    ):
        yield f"first header, {what}", joined(body[:at] + octets + body[at + len(octets) :])
    for name in ("/x", "a//x", "a/../x", "./x", "C:x", "a\\x", "a\x7fx", "a\nx", "x/", "é" * 513, "evidence/\x85"):
        yield f"a member {name[:9]!r}", zipped(relisted(files | {name: b"x"}))
    shuffled = dict(reversed(files.items()))
    yield "a gap between members", zipped(files, LIST)
    yield "another order", zipped({"mimetype": files["mimetype"]} | shuffled)
    yield "mimetype not first", zipped(shuffled)
    yield "another mimetype", zipped(relisted(files | {"mimetype": files["mimetype"][:-1] + b"q"}))


def relisted(files):
    """The same members under a new checksum list and delivery list."""
    last = (LIST, DELIVERY, "META-INF/timestamp-delivery.tst")
    found = {name: data for name, data in files.items() if name not in last}
    found[LIST] = "".join(f"{sha256(data).hex()}  {name}\n" for name, data in found.items()).encode()
    if DELIVERY in files:
        found[DELIVERY] = manifest("META-INF/timestamp-delivery.tst", found)
    return found


def manifest(token, files):
    """An ASiC manifest over members (docs/format/asic-and-tokens.md)."""
    import base64

    lines = "".join(
        f'<asic:DataObjectReference URI="{quote(name, safe="/-._~")}"><ds:DigestMethod Algorithm="{asic.SHA256}"/>'
        f"<ds:DigestValue>{base64.b64encode(sha256(data)).decode()}</ds:DigestValue></asic:DataObjectReference>\n"
        for name, data in files.items()
    )
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<asic:ASiCManifest xmlns:asic="http://uri.etsi.org/02918/v1.2.1#" '
        'xmlns:ds="http://www.w3.org/2000/09/xmldsig#">\n'
        f'<asic:SigReference URI="{token}" MimeType="application/vnd.etsi.timestamp-token"/>\n'
    )
    return (head + lines + "</asic:ASiCManifest>\n").encode()


def members(whole, seed=0):
    """One member left out, emptied, doubled, renamed, or altered at one place; every list made anew."""
    files, dice = container.members(whole)[0], random.Random(seed)
    for name, data in files.items():
        if name in ("mimetype", LIST, DELIVERY):
            continue
        rest = {n: d for n, d in files.items() if n != name}
        yield f"without {name}", zipped(relisted(rest))
        if data:
            at = dice.randrange(len(data))
            changed = data[:at] + bytes([data[at] ^ 1 << dice.randrange(8)]) + data[at + 1 :]
            yield f"{name} altered at {at}", zipped(relisted(files | {name: changed}))
        yield f"{name} empty", zipped(relisted(files | {name: b""}))
        if number := re.search(r"\d{3}", name):
            other = name.replace(number[0], f"{int(number[0]) + 7:03}", 1)
            yield f"{name} as {other}", zipped(relisted({other if n == name else n: d for n, d in files.items()}))
            yield f"{name} also as {other}", zipped(relisted(files | {other: data}))
    for name in (
        "evidence/0099-x",
        "captures/x",
        "seals/x",
        "seals/001/x",
        "seals/001/items/0099.json",
        "proofs/x",
        "trust/x",
        "certificate/x",
        "META-INF/x",
        "META-INF/x.tst",
        "META-INF/timestamp099.tst",
        "META-INF/manifest.xml",
        "x",
        "META-INF/ASiCManifest099.xml",
        "META-INF/ASiCArchiveManifest2.xml",
        "META-INF/evidencerecord001.ers",
        "META-INF/ASiCEvidenceRecordManifest001.xml",
        "proofs/log/099.tlog-proof",
        "proofs/anchors/0001/x",
    ):
        yield f"with {name}", zipped(relisted(files | {name: b"x"}))
    for name in (LIST, DELIVERY):
        rest = {n: d for n, d in files.items() if n != name}
        yield f"without {name}", zipped(rest)
