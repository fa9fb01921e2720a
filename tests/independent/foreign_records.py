"""Records in web archives of others, each wrong in one place: headers, digests, messages."""

import base64
import gzip
import hashlib

from digests import sha256
from foreign import (
    BODY,
    HEAD,
    HTTP,
    REQUEST,
    RESPONSE,
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
    sha1,
    zipped,
)


def every():
    """Archives by name."""
    return heads() | digested() | messages()


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
            found[f"plain record: {what}"] = made(
                [info(plain=True), answer, asked], archive="archive/rec.warc", index=index.encode()
            )
    held = [info(), *exchange()]
    both = gzip.compress(b"".join(gzip.decompress(one.octets) for one in held), mtime=0)
    found["records in one member"] = made(**{"archive/rec.warc.gz": both})
    found["no records"] = made(**{"archive/rec.warc.gz": b""})
    found["octets behind the records"] = made(**{"archive/rec.warc.gz": b"".join(one.octets for one in held) + b"x"})
    found["a record cut short"] = made(**{"archive/rec.warc.gz": b"".join(one.octets for one in held)[:-1]})
    found["no archive"] = zipped(listed({name: data for name, data in members().items() if not name.startswith("archive/")}))
    beyond = exchange(4, lines=[f"X-Note: {'x' * (1 << 20)}"])
    found["beyond the bound, and a fault before"] = made([info(), *exchange(WARC_Date="x"), *beyond], index=b"")
    found["beyond the bound, an index to it"] = made(
        [info(), *exchange(), *beyond], index=indexed("archive/rec.warc.gz", [info(), *exchange(), *beyond])
    )
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
        found[f"no digests, in the index {spelled[:9]}"] = made(
            records, index=indexed("archive/rec.warc.gz", records, digest=spelled)
        )
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
        found[f"message: of type {kind}"] = made(
            [info(), answer], index=line("archive/rec.warc.gz", [info(), answer], 1).encode()
        )
    return found
