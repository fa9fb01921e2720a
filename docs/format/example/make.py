#!/usr/bin/env python3
"""Writes the worked example of docs/format from those pages alone, with the standard library and openssl.

    python3 make.py            writes example.asice, example-item-1.asice, trust.json and status-list.txt beside this file
    python3 make.py --check    exits 1 if the files are not what would be written

It is a second implementation of the formats: it shares no code with the program. The time-stamp tokens and their root
are taken over from the files that are there, because a token cannot be made twice; where there are none, or where they
do not fit, new ones are made with keys that are thrown away. The example is a demonstration and proves nothing.
"""

import base64
import hashlib
import json
import pathlib
import struct
import subprocess
import sys
import tempfile
import zipfile
import zlib
from urllib.parse import quote

HERE = pathlib.Path(__file__).parent
NAMES = ("example.asice", "example-item-1.asice", "trust.json", "status-list.txt")
PACKAGE, PARTIAL, TRUST, STATUS = (HERE / name for name in NAMES)

CASE = "(2026)保全字第0001号"
CASE_ID = "00112233445566778899aabbccddeeff"
OFFICE_ID = "ffeeddccbbaa99887766554433221100"
TIME = "2026-11-22T12:00:00Z"
POLICY = "2.25.279514046213384215104376301"
LOG_SEED = bytes([3]) * 32


# canonical-json.md
def canonical(value):
    """RFC 8785 for ASCII keys, text and integers."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def sha256(data):
    return hashlib.sha256(data).digest()


def content(data):
    return {"sha256": sha256(data).hex(), "size": len(data), "sm3": hashlib.new("sm3", data).hexdigest()}


# manifest.md
def leaf(data, nonce):
    return sha256(b"\x00" + sha256(data) + hashlib.new("sm3", data).digest() + nonce)


def root(leaves):
    """RFC 6962 §2.1: the larger half, a power of two, to the left."""
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return sha256(b"\x01" + root(leaves[:k]) + root(leaves[k:]))


def path(index, leaves):
    """RFC 6962 §2.1.1."""
    if len(leaves) == 1:
        return []
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    if index < k:
        return path(index, leaves[:k]) + [root(leaves[k:])]
    return path(index - k, leaves[k:]) + [root(leaves[:k])]


# item.md
def record(number, name, data):
    empty = {
        "art18": dict.fromkeys(("corroboration", "generation", "notarisation", "source", "storage", "witness"), ""),
        "carrier": dict.fromkeys(("capacity", "condition", "disposition", "kind", "make", "model", "serial"), "") | {"sealed": False},
        "original": dict.fromkeys(("available_in_court", "by_whom", "until", "where"), ""),
    }
    said = {"handed_over_by": "王五", "obtained": "", "received_by": "张三", "received_place": "本处"}
    return canonical({
        "batch": 1, "case": CASE, "class": "C", "content": content(data),
        "facts": empty | said | {"art14_kind": "file", "origin": {"kind": "supplied-by-party"}},
        "format": "fidem-item/1", "media_type": "text/plain", "member": f"evidence/{number:04}-{name}",
        "name": name, "notes": [], "number": number, "original_path": name,
        "times": {"fingerprinted": TIME, "received": TIME},
    })


# journal.md
def entry(seq, before, action, details, case=CASE):
    body = {"action": action, "actor": {"name": "张三", "roles": ["clerk"]}, "at": TIME, "details": details,
            "format": "fidem-journal/1", "prev": before.hex(), "seq": seq}
    if case:
        body["case"] = case
    return canonical(body)


def chain(before, text):
    return sha256(before + sha256(text))


# office-log.md
def ed25519(text):
    with tempfile.TemporaryDirectory() as folder:
        key, data = pathlib.Path(folder, "key"), pathlib.Path(folder, "data")
        key.write_bytes(bytes.fromhex("302e020100300506032b657004220420") + LOG_SEED)
        data.write_bytes(text)
        sign = ["openssl", "pkeyutl", "-sign", "-rawin", "-keyform", "DER", "-inkey", key, "-in", data]
        show = ["openssl", "pkey", "-inform", "DER", "-in", key, "-pubout", "-outform", "DER"]
        return run(sign), run(show)[-32:]


def run(command):
    return subprocess.run(command, check=True, capture_output=True).stdout


def note(text):
    """The signed note, and the line of the key."""
    name = f"fidem/{OFFICE_ID}"
    signature, public = ed25519(text.encode())
    identifier = sha256(name.encode() + b"\n\x01" + public)[:4]
    key = f"{name}+{identifier.hex()}+{b64(b'%c' % 1 + public)}"
    return f"{text}\n— {name} {b64(identifier + signature)}\n", key


def log_proof(seal):
    name = f"fidem/{OFFICE_ID}"
    other = bytes([0x11]) * 32
    leaves = [sha256(b"\x00" + other), sha256(b"\x00" + sha256(seal))]
    text = f"{name}\n2\n{b64(root(leaves))}\n"
    signed, key = note(text)
    hashes = "".join(b64(step) + "\n" for step in path(1, leaves))
    return f"c2sp.org/tlog-proof@v1\nindex 1\n{hashes}\n{signed}".encode(), key


# status.md
def status_list():
    document = {
        "amended_by": [f"{CASE}-B01"], "id": f"{CASE}-H01", "issued": "2026-11-22T12:30:00Z",
        "sha256": [sha256(b"a receipt").hex()], "standing": "withdrawn",
    }
    statement = {
        "case": CASE, "created": "2026-11-24T08:00:00Z", "documents": [document], "format": "fidem-status/1",
        "office": OFFICE_ID,
    }
    return note(f"fidem-status/1\n{canonical(statement).decode()}\n")[0].encode()


def b64(data):
    return base64.b64encode(data).decode()


# asic-and-tokens.md
def asic(token, references):
    lines = ['<?xml version="1.0" encoding="UTF-8"?>',
             '<asic:ASiCManifest xmlns:asic="http://uri.etsi.org/02918/v1.2.1#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#">',
             f'<asic:SigReference URI="{quote(token)}" MimeType="application/vnd.etsi.timestamp-token"/>']
    for name, data in references:
        lines.append(f'<asic:DataObjectReference URI="{quote(name)}"><ds:DigestMethod Algorithm='
                     f'"http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue>{b64(sha256(data))}</ds:DigestValue></asic:DataObjectReference>')
    return ("\n".join(lines) + "\n</asic:ASiCManifest>\n").encode()


class Authority:
    """The tokens that are there, as long as they fit; else those of an authority that exists only while this runs."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.at = pathlib.Path(self.folder.name)
        self.old = zipfile.ZipFile(PACKAGE) if PACKAGE.exists() and TRUST.exists() else None
        if self.old:
            self.root = base64.b64decode(json.loads(TRUST.read_text())["roots"][0]["certificate"])
            (self.at / "root.der").write_bytes(self.root)
            run(["openssl", "x509", "-inform", "DER", "-in", self.at / "root.der", "-out", self.at / "ca.pem"])
        else:
            self.start()

    def start(self):
        at = self.at
        new = ["openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-utf8"]
        subject = "/OU=DEMONSTRATION 演示/CN=DEMONSTRATION 演示 Format Example "
        run([*new, "-x509", "-days", "36500", "-keyout", at / "ca.key", "-out", at / "ca.pem", "-subj", subject + "CA",
             "-addext", "keyUsage=critical,keyCertSign,cRLSign"])
        run([*new, "-keyout", at / "tsa.key", "-out", at / "tsa.csr", "-subj", subject + "TSA"])
        (at / "ext").write_text("extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n"
                                "basicConstraints=critical,CA:FALSE\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n")
        run(["openssl", "x509", "-req", "-in", at / "tsa.csr", "-CA", at / "ca.pem", "-CAkey", at / "ca.key",
             "-CAcreateserial", "-days", "36499", "-extfile", at / "ext", "-out", at / "tsa.pem"])
        (at / "serial").write_text("01\n")
        (at / "conf").write_text(f"[tsa]\ndefault_tsa=t\n[t]\nserial={at}/serial\ndefault_policy={POLICY}\ndigests=sha256\n"
                                 "signer_digest=sha256\naccuracy=secs:1\ness_cert_id_alg=sha256\n")
        self.root = run(["openssl", "x509", "-in", at / "ca.pem", "-outform", "DER"])

    def token(self, member, xml):
        at = self.at
        (at / "data").write_bytes(xml)
        if self.old:
            (at / "token").write_bytes(self.old.read(member))
            check = ["openssl", "ts", "-verify", "-data", at / "data", "-in", at / "token", "-token_in", "-CAfile", at / "ca.pem"]
            if subprocess.run(check, capture_output=True).returncode == 0:
                return self.old.read(member)
            raise SystemExit(f"{member} does not fit any more: delete {PACKAGE.name} and run again for new tokens")
        run(["openssl", "ts", "-query", "-data", at / "data", "-sha256", "-cert", "-out", at / "query"])
        run(["openssl", "ts", "-reply", "-config", at / "conf", "-queryfile", at / "query", "-signer", at / "tsa.pem",
             "-inkey", at / "tsa.key", "-token_out", "-out", at / "token"])
        return (at / "token").read_bytes()


# package.md
def stored_zip(members):
    out, directory = b"", b""
    for name, data in members:
        raw = name.encode()
        flags = 0 if name.isascii() else 1 << 11
        common = struct.pack("<HHHHIII", flags, 0, 0, 0x0021, zlib.crc32(data), len(data), len(data))
        lengths = struct.pack("<HH", len(raw), 0)
        directory += (struct.pack("<IHH", 0x02014B50, 3 << 8 | 45, 20) + common + lengths
                      + struct.pack("<HHHII", 0, 0, 0, 0o100644 << 16, len(out)) + raw)
        out += struct.pack("<IH", 0x04034B50, 20) + common + lengths + raw + data
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, len(members), len(members), len(directory), len(out), 0)
    return out + directory + end


def with_checksums(members):
    lines = "".join(f"{sha256(data).hex()}  {name}\n" for name, data in members)
    return [*members, ("manifest-sha256.txt", lines.encode())]


def build():
    files = [("abc.txt", b"abc"), ("空.txt", b"")]
    nonces = [bytes(range(16 * n, 16 * n + 16)) for n in range(4)]
    entries, leaves, records, evidence = [], [], [], []
    for number, (name, data) in enumerate(files, 1):
        text = record(number, name, data)
        pair = nonces[2 * number - 2:2 * number]
        member, record_member = f"evidence/{number:04}-{name}", f"seals/001/items/{number:04}.json"
        entries.append({"content": content(data), "content_nonce": pair[0].hex(), "member": member, "number": number,
                        "record": content(text), "record_member": record_member, "record_nonce": pair[1].hex()})
        leaves += [leaf(data, pair[0]), leaf(text, pair[1])]
        records.append((record_member, text))
        evidence.append((member, data))
    manifest = canonical({"case": {"id": CASE_ID, "number": CASE}, "format": "fidem-manifest/1", "items": entries, "seal": 1})

    head = bytes(32)
    others = entry(1, head, "office.created", {"demonstration": True, "name": "示例公证处", "office": OFFICE_ID}, None)
    before = chain(head, others)
    opened = entry(2, before, "case.opened", {"applicant": "王五", "id": CASE_ID, "matter": "示例", "number": CASE})
    after = chain(before, opened)
    received = entry(3, after, "batch.received", {"batch": 1})
    head = chain(after, received)
    seal = canonical({
        "case": CASE, "demonstration": True, "format": "fidem-seal/1",
        "journal": {"entries": 3, "head": head.hex()},
        "manifest": {key: content(manifest)[key] for key in ("sha256", "sm3")},
        "office": {"id": OFFICE_ID, "name": "示例公证处"},
        "root": root(leaves).hex(), "seal": 1, "size": len(leaves), "time": TIME,
    })
    journal = canonical({
        "before": 1, "before_hash": before.hex(), "case": CASE, "format": "fidem-journal-extract/1",
        "links": [{"entry": opened.decode()}, {"sha256": sha256(received).hex()}],
    })
    revision = canonical({"case": CASE, "created": TIME, "format": "fidem-revision/1", "number": 1})
    proof, log_key = log_proof(seal)

    authority = Authority()
    stamp = asic("META-INF/timestamp001.tst", [("seals/001/seal.json", seal)])
    token = authority.token("META-INF/timestamp001.tst", stamp)
    stamps = [("META-INF/ASiCManifest001.xml", stamp), ("META-INF/timestamp001.tst", token)]
    mimetype = ("mimetype", b"application/vnd.etsi.asic-e+zip")
    sealed = ("seals/001/seal.json", seal)
    guide = ("VERIFY.txt", b"See docs/format/package.md.\n")
    log = ("proofs/log/001.tlog-proof", proof)
    members = with_checksums([mimetype, sealed, ("seals/001/manifest.json", manifest), *records, *evidence, log,
                              ("journal.json", journal), guide, ("revision.json", revision), *stamps])
    delivery = asic("META-INF/timestamp-delivery.tst", members)
    delivered = authority.token("META-INF/timestamp-delivery.tst", delivery)
    package = stored_zip([*members, ("META-INF/ASiCArchiveManifest.xml", delivery),
                          ("META-INF/timestamp-delivery.tst", delivered)])

    place = lambda index: {"index": index, "nonce": nonces[index].hex(), "path": [step.hex() for step in path(index, leaves)]}
    partial = canonical({
        "case": CASE, "content": place(0), "format": "fidem-partial/1", "item": 1, "member": evidence[0][0],
        "record": place(1), "record_member": records[0][0], "seal": 1, "size": len(leaves),
    })
    one = stored_zip(with_checksums([mimetype, sealed, records[0], evidence[0], ("proofs/partial.json", partial), log, guide, *stamps]))
    trust = canonical({
        "date": "2026-11-22", "format": "fidem-trust/1", "logs": [{"key": log_key}], "offices": [{"id": OFFICE_ID}],
        "roots": [{"certificate": b64(authority.root), "exceptions": [], "kind": "tsa-root", "licence": "无",
                   "name": "DEMONSTRATION 演示 Format Example CA", "operator": "无", "policies": [POLICY],
                   "sha256": sha256(authority.root).hex(), "source": "docs/format/example"}],
        "serial": 1,
    })
    return {PACKAGE: package, PARTIAL: one, TRUST: trust, STATUS: status_list()}


def main():
    written = build()
    if sys.argv[1:] == ["--check"]:
        differing = [file.name for file, data in written.items() if not file.exists() or file.read_bytes() != data]
        print("differing: " + ", ".join(differing) if differing else "the example is up to date")
        return 1 if differing else 0
    for file, data in written.items():
        file.write_bytes(data)
        print(file.name, len(data), sha256(data).hex())
    return 0


if __name__ == "__main__":
    sys.exit(main())
