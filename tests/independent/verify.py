#!/usr/bin/env python3
"""A second verifier of packages, written from docs/format alone: standard library and `cryptography`.

    python3 verify.py PACKAGE [--trust PEM|trust.json] [--at UNIX-SECONDS]

Prints one JSON object: `verdict` and the layers `content`, `manifest`, `time`, `chain`. It shares no code with the
program. Not judged here: journal, signatures of receipts, source classes, anchors, evidence records, revocation.
Exit codes: 0 match, 1 mismatch, 2 cannot-check.
"""

import argparse
import base64
import hashlib
import json
import re
import struct
import sys
import time
import zlib
from datetime import datetime, timezone
from urllib.parse import unquote
from xml.etree import ElementTree

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

RANK = ["absent", "match", "not-supplied", "cannot-check", "mismatch"]
FOLDERS = ("META-INF/", "seals/", "evidence/", "captures/", "certificate/", "proofs/", "trust/")
SINGLE = {"mimetype", "journal.json", "VERIFY.txt", "核验说明.txt", "revision.json", "manifest-sha256.txt"}
ARCHIVE, DELIVERY = "META-INF/ASiCArchiveManifest.xml", "META-INF/timestamp-delivery.tst"


def sha256(data):
    return hashlib.sha256(data).digest()


def sm3(data):
    return hashlib.new("sm3", data).digest()


class Report:
    def __init__(self):
        self.layers = dict.fromkeys(("content", "manifest", "time", "chain"), "absent")
        self.why = []

    def say(self, layer, status, why=""):
        if RANK.index(status) > RANK.index(self.layers[layer]):
            self.layers[layer] = status
        if why:
            self.why.append(f"{layer} {status}: {why}")

    def need(self, layer, good, why):
        self.say(layer, "match" if good else "mismatch", "" if good else why)
        return good

    def verdict(self):
        states = self.layers.values()
        if "mismatch" in states:
            return "mismatch"
        whole = self.layers["content"] == self.layers["time"] == "match"
        return "match" if whole else "cannot-check"


class Refused(Exception):
    """The container says different things to different readers, or nothing."""

    def __init__(self, layer, status, why):
        super().__init__(why)
        self.layer, self.status = layer, status


# package.md: the zip
def members(data, report):
    if len(data) < 22 or data[-22:-18] != b"PK\5\6":
        raise Refused("content", "cannot-check", "no end record")
    disk, first, here, count, length, offset, comment = struct.unpack("<4H2LH", data[-18:])
    if disk or first or comment or here != count:
        raise Refused("content", "cannot-check", "end record")
    end = len(data) - 22
    if 0xFFFF in (count,) or 0xFFFFFFFF in (length, offset):
        record = data[end - 76 : end - 20]
        if record[:4] != b"PK\6\6" or data[end - 20 : end - 16] != b"PK\6\7":
            raise Refused("content", "cannot-check", "zip64 end record")
        count, length, offset, end = *struct.unpack("<QQQ", record[32:56]), end - 76
    if offset + length != end:
        raise Refused("content", "cannot-check", "directory")
    found, at, due = {}, offset, 0
    for _ in range(count):
        if data[at : at + 4] != b"PK\1\2":
            raise Refused("content", "cannot-check", "directory entry")
        fixed = struct.unpack("<6H3L5H2L", data[at + 4 : at + 46])
        flags, method, crc, packed, size = fixed[2], fixed[3], fixed[6], fixed[7], fixed[8]
        names, extras, notes, place = fixed[9], fixed[10], fixed[11], fixed[15]
        raw = data[at + 46 : at + 46 + names]
        extra = data[at + 46 + names : at + 46 + names + extras]
        at += 46 + names + extras + notes
        if at > end or fixed[12] or notes:
            raise Refused("content", "cannot-check", "directory entry")
        if method or packed != size or flags & ~0x800 or fixed[1] not in (10, 20, 45):
            raise Refused("content", "cannot-check", "compressed")
        if size == 0xFFFFFFFF:
            size = struct.unpack("<Q", extra[4:12])[0]
        try:
            name = raw.decode()
        except UnicodeDecodeError:
            raise Refused("manifest", "mismatch", "name") from None
        wrong = name.startswith("/") or name[1:2] == ":" or any(c < " " or c in "\\\x7f" for c in name)
        if wrong or not 1 <= len(raw) <= 1024 or any(s in ("", ".", "..") for s in name.split("/")) or bool(flags) != (not raw.isascii()):
            raise Refused("manifest", "mismatch", "name")
        if name in found:
            raise Refused("manifest", "mismatch", "duplicate")
        if fixed[13] > 1 or fixed[14] & ~(0o777 << 16 | 0x27) not in (0, 0o100000 << 16):
            raise Refused("manifest", "mismatch", "not a file")
        wide = b"" if size < 0xFFFFFFFF else struct.pack("<HHQQ", 1, 16, size, size)
        said = min(size, 0xFFFFFFFF)
        time = fixed[4:6]
        fields = struct.pack("<4H3LHH", flags, 0, *time, crc, said, said, names, len(wide)) + raw + wide
        local = data[place : place + 30 + names + len(wide)]
        needed = int.from_bytes(local[4:6], "little")
        if place != due or local[:4] != b"PK\3\4" or needed not in (10, 20, 45) or local[6:] != fields:
            raise Refused("manifest", "mismatch", "headers contradict each other")
        skip = len(local)
        body = data[place + skip : place + skip + size]
        due = place + skip + size
        if len(body) != size or zlib.crc32(body) != crc:
            report.say("content", "mismatch", f"{name} is damaged")
        found[name] = body
    if at != end or due != offset:
        raise Refused("content", "cannot-check", "gap")
    if next(iter(found), None) != "mimetype" or found["mimetype"] != b"application/vnd.etsi.asic-e+zip":
        raise Refused("manifest", "mismatch", "mimetype")
    return found


# canonical-json.md
def statement(data, form):
    value = json.loads(data)
    canonical = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    if canonical != data or value.get("format") != form:
        raise ValueError(form)
    return value


# manifest.md
def leaf(digests, nonce):
    return sha256(b"\0" + bytes.fromhex(digests["sha256"]) + bytes.fromhex(digests["sm3"]) + bytes.fromhex(nonce))


def root(leaves):
    while len(leaves) > 1:
        pairs = [sha256(b"\1" + a + b) for a, b in zip(leaves[::2], leaves[1::2])]
        leaves = pairs + leaves[len(pairs) * 2 :]
    return leaves[0]


def climb(node, index, size, path):
    """RFC 9162 §2.1.3.2; `None` where the path is longer or shorter than index and size imply."""
    last = size - 1
    if not 0 <= index <= last:
        return None
    for step in path:
        if last == 0:
            return None
        if index & 1 or index == last:
            node = sha256(b"\1" + step + node)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            node = sha256(b"\1" + node + step)
        index, last = index >> 1, last >> 1
    return node if last == 0 else None


def of(data):
    return {"sha256": sha256(data).hex(), "size": len(data), "sm3": sm3(data).hex()}


# asic-and-tokens.md
def references(data):
    if b"<!DOCTYPE" in data:
        raise ValueError("document type")
    top = ElementTree.fromstring(data)
    token = [e.get("URI") for e in top if e.tag.endswith("}SigReference")]
    listed = []
    for one in top:
        if one.tag.endswith("}DataObjectReference"):
            method, value = list(one)
            if method.get("Algorithm") != "http://www.w3.org/2001/04/xmlenc#sha256":
                raise ValueError("method")
            listed.append((unquote(one.get("URI")), base64.b64decode(value.text, validate=True)))
    if len(token) != 1 or len(listed) + 1 != len(top):
        raise ValueError("references")
    return unquote(token[0]), listed


# DER, as far as a token needs it
def tlv(data, at=0):
    tag, length, start = data[at], data[at + 1], at + 2
    if length & 0x80:
        octets = length & 0x7F
        length, start = int.from_bytes(data[start : start + octets]), start + octets
    if start + length > len(data):
        raise ValueError("DER")
    return tag, data[start : start + length], data[at : start + length], start + length


def inside(data):
    at, found = 0, []
    while at < len(data):
        tag, body, whole, at = tlv(data, at)
        found.append((tag, body, whole))
    return found


def oid(body):
    parts, value = [], 0
    for octet in body:
        value = value << 7 | octet & 0x7F
        if not octet & 0x80:
            parts.append(value)
            value = 0
    first = min(parts[0] // 40, 2)
    return ".".join(map(str, [first, parts[0] - 40 * first, *parts[1:]]))


DIGESTS = {"2.16.840.1.101.3.4.2.1": hashes.SHA256, "2.16.840.1.101.3.4.2.2": hashes.SHA384, "2.16.840.1.101.3.4.2.3": hashes.SHA512}


def digest(name, data):
    return hashlib.new(DIGESTS[name]().name, data).digest()


class Token:
    """RFC 3161 over RFC 5652: who signed, over what, when."""

    def __init__(self, der):
        signed = inside(inside(tlv(der)[1])[1][1])[0][1]
        fields = inside(signed)
        content = inside(fields[2][1])
        if oid(content[0][1]) != "1.2.840.113549.1.9.16.1.4":
            raise ValueError("no TSTInfo")
        self.info = inside(content[1][1])[0][1]
        info = inside(tlv(self.info)[1])
        imprint = inside(info[2][1])
        self.algorithm, self.imprint = oid(inside(imprint[0][1])[0][1]), imprint[1][1]
        self.time = datetime.strptime(info[4][1].decode().split(".")[0].rstrip("Z"), "%Y%m%d%H%M%S").replace(tzinfo=timezone.utc)
        self.certificates = [x509.load_der_x509_certificate(whole) for tag, _, whole in inside(fields[3][1]) if tag == 0x30]
        signer = inside(inside(fields[-1][1])[0][1])
        sid = inside(signer[1][1])
        self.issuer, self.serial = sid[0][2], int.from_bytes(sid[1][1])
        self.digest = oid(inside(signer[2][1])[0][1])
        self.attributes, self.signature = b"\x31" + signer[3][2][1:], signer[5][1]
        self.values = {oid(inside(body)[0][1]): inside(inside(body)[1][1])[0] for _, body, _ in inside(signer[3][1])}

    def signer(self):
        for one in self.certificates:
            if one.serial_number == self.serial and one.issuer.public_bytes() == self.issuer:
                return one
        raise ValueError("the signer is not in the token")

    def holds(self, data):
        """The imprint, the signed attributes and the signature, by the certificate that `sid` names."""
        signer = self.signer()
        if digest(self.algorithm, data) != self.imprint:
            raise InvalidSignature("imprint")
        if self.values["1.2.840.113549.1.9.4"][1] != digest(self.digest, self.info):
            raise InvalidSignature("message digest")
        bound = inside(inside(inside(self.values["1.2.840.113549.1.9.16.2.47"][1])[0][1])[0][1])
        if bound[-1 if bound[-1][0] == 4 else next(i for i, b in enumerate(bound) if b[0] == 4)][1] != sha256(signer.public_bytes(x509_der())):
            raise InvalidSignature("signing certificate")
        check(signer.public_key(), self.signature, self.attributes, DIGESTS[self.digest]())


def x509_der():
    from cryptography.hazmat.primitives.serialization import Encoding

    return Encoding.DER


def check(key, signature, data, algorithm):
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, data, padding.PKCS1v15(), algorithm)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, data, ec.ECDSA(algorithm))
    else:
        key.verify(signature, data)


def trusted(leaf_certificate, pool, roots, at):
    """A path of at most eight certificates to a root, judged at the time of the stamp."""
    usage = leaf_certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    if not usage.critical or [u.dotted_string for u in usage.value] != ["1.3.6.1.5.5.7.3.8"]:
        raise InvalidSignature("purpose")
    here, seen = leaf_certificate, 0
    while seen < 8:
        if not here.not_valid_before_utc <= at <= here.not_valid_after_utc:
            return None
        for above in roots + pool:
            try:
                here.verify_directly_issued_by(above)
            except (ValueError, TypeError, InvalidSignature):
                continue
            if above in roots:
                return above if above.not_valid_before_utc <= at <= above.not_valid_after_utc else None
            if above != here:
                here, seen = above, seen + 1
                break
        else:
            return None
    return None


def judge_token(der, data, trust, now):
    """`match`, `cannot-check` or `mismatch`, and the moment until which the path is good."""
    try:
        token = Token(der)
        token.holds(data)
        signer = token.signer()
        above = trusted(signer, token.certificates, trust["roots"], token.time)
    except (InvalidSignature, ValueError, KeyError, IndexError, StopIteration, x509.ExtensionNotFound) as error:
        return "mismatch", None, repr(error)
    if above is None or token.time > now:
        return "cannot-check", None, "no root"
    return "match", min(signer.not_valid_after_utc, above.not_valid_after_utc), ""


# office-log.md
def judge_log(proof, seal, trust, report):
    try:
        head, note = proof.decode().split("\n\n", 1)
        lines = head.split("\n")
        lines = lines[:1] + [line for line in lines[1:] if not line.startswith("extra ")]
        if lines[0] != "c2sp.org/tlog-proof@v1":
            raise ValueError("kind")
        index, path = int(lines[1].removeprefix("index ")), [base64.b64decode(line, validate=True) for line in lines[2:]]
        body, signatures = note.rsplit("\n\n", 1)
        body += "\n"
        size, top = int(body.split("\n")[1]), base64.b64decode(body.split("\n")[2], validate=True)
        if climb(sha256(b"\0" + sha256(seal)), index, size, path) != top:
            raise ValueError("path")
        for line in signatures.strip("\n").split("\n"):
            name, signature = re.fullmatch(r"— (\S+) (\S+)", line).groups()
            raw = base64.b64decode(signature, validate=True)
            for known, identity, key in trust["logs"]:
                if (known, identity) == (name, raw[:4]):
                    ed25519.Ed25519PublicKey.from_public_bytes(key).verify(raw[4:], body.encode())
                    return report.say("chain", "match")
        report.say("chain", "cannot-check", "no key of the log")
    except (ValueError, AttributeError, IndexError, InvalidSignature) as error:
        report.say("chain", "mismatch", f"log proof: {error!r}")


# trust.md
def load_trust(path):
    trust = {"roots": [], "logs": []}
    if path is None:
        return trust
    data = open(path, "rb").read()
    if data.lstrip().startswith(b"{"):
        value = json.loads(data)
        trust["roots"] = [x509.load_der_x509_certificate(base64.b64decode(r["certificate"])) for r in value["roots"]]
        for entry in value["logs"]:
            name, identity, key = entry["key"].split("+", 2)
            trust["logs"].append((name, bytes.fromhex(identity), base64.b64decode(key)[1:]))
    else:
        trust["roots"] = x509.load_pem_x509_certificates(data)
    return trust


def checksums(files, report):
    listed = {}
    text = files["manifest-sha256.txt"].decode()
    report.need("manifest", not text or text.endswith("\n"), "the last line of the checksum list has no end")
    for line in text.removesuffix("\n").split("\n"):
        digits, gap, name = line[:64], line[64:66], line[66:]
        report.need("manifest", gap == "  " and name not in listed, f"{name} on the checksum list")
        listed[name] = digits
        report.need("manifest", name in files and sha256(files[name]).hex() == digits, f"{name} and the checksum list")
    for name in files:
        free = name in listed or name in ("manifest-sha256.txt", ARCHIVE, DELIVERY) or name.startswith("META-INF/ASiCArchiveManifest")
        report.need("manifest", free, f"{name} is not listed")
        report.need("manifest", name in SINGLE or name.startswith(FOLDERS), f"{name} has no place")


def whole(files, seals, report):
    owned = set()
    for number, seal in seals.items():
        prefix = f"seals/{number:03}/"
        manifest = files.get(prefix + "manifest.json")
        if not report.need("manifest", manifest is not None, "no manifest"):
            continue
        said = of(manifest)
        report.need("manifest", {k: said[k] for k in ("sha256", "sm3")} == seal["manifest"], "manifest and seal")
        entries = statement(manifest, "fidem-manifest/1")["items"]
        leaves = []
        for entry in entries:
            leaves += [leaf(entry["content"], entry["content_nonce"]), leaf(entry["record"], entry["record_nonce"])]
            owned |= {entry["member"], entry["record_member"]}
            record = files.get(entry["record_member"])
            report.need("manifest", record is not None and of(record) == entry["record"], f"record {entry['number']}")
            if "withheld" in entry and entry["member"] not in files:
                continue
            file = files.get(entry["member"])
            report.need("content", file is not None and of(file) == entry["content"], f"item {entry['number']}")
        report.need("manifest", (len(leaves), root(leaves).hex()) == (seal["size"], seal["root"]), "tree")
    for name in files:
        stray = name.startswith(("evidence/", "captures/")) or re.match(r"seals/\d+/items/", name)
        if stray and name not in owned:
            report.say("content", "mismatch", f"{name} belongs to no seal")


def partial(files, seals, report):
    said = statement(files["proofs/partial.json"], "fidem-partial/1")
    seal = seals[said["seal"]]
    good = said["size"] == seal["size"] and said["content"]["index"] % 2 == 0 and said["record"]["index"] == said["content"]["index"] + 1
    for place, member in ((said["content"], said["member"]), (said["record"], said["record_member"])):
        node = leaf(of(files[member]), place["nonce"])
        found = climb(node, place["index"], said["size"], [bytes.fromhex(p) for p in place["path"]])
        good = good and found is not None and found.hex() == seal["root"]
    record = json.loads(files[said["record_member"]])
    report.need("content", good and record["content"] == of(files[said["member"]]), "paths")
    mine = {said["member"], said["record_member"], f"seals/{said['seal']:03}/seal.json"}
    for name in files:
        if name.startswith(("evidence/", "captures/", "seals/", "certificate/")) and name not in mine:
            report.say("content", "mismatch", f"{name} belongs to no seal")


def times(files, seals, trust, now, report):
    held = {number: [] for number in seals}
    for name in sorted(files):
        if not re.fullmatch(r"META-INF/ASiCManifest\d+\.xml", name):
            continue
        token, listed = references(files[name])
        member, value = listed[0]
        number = int(member.split("/")[1]) if re.fullmatch(r"seals/\d+/seal\.json", member) else 0
        due = name.replace("ASiCManifest", "timestamp").replace(".xml", ".tst")
        sound = len(listed) == 1 and number in seals and token == due and sha256(files[member]) == value and token in files
        if report.need("manifest", sound, f"{name} and its seal"):
            held[number].append(judge_token(files[token], files[name], trust, now))
    for number, found in held.items():
        states = [state for state, _, _ in found]
        if "mismatch" in states:
            report.say("time", "mismatch", str(found))
        elif any(state == "match" and until >= now for state, until, _ in found):
            report.say("time", "match")
        else:
            report.say("time", "cannot-check", f"seal {number}")
    if ARCHIVE in files:
        token, listed = references(files[ARCHIVE])
        for member, value in listed:
            report.need("manifest", member in files and sha256(files[member]) == value, f"delivery list and {member}")
        if DELIVERY in files:
            state, _, why = judge_token(files[DELIVERY], files[ARCHIVE], trust, now)
            if state == "mismatch":
                report.say("time", "mismatch", f"delivery: {why}")


def verify(data, trust, now):
    report = Report()
    try:
        files = members(data, report)
        checksums(files, report)
        seals = {}
        while (name := f"seals/{len(seals) + 1:03}/seal.json") in files or "proofs/partial.json" in files and not seals:
            name = name if name in files else next(n for n in files if re.fullmatch(r"seals/\d+/seal\.json", n))
            seals[int(name.split("/")[1])] = statement(files[name], "fidem-seal/1")
        (partial if "proofs/partial.json" in files else whole)(files, seals, report)
        times(files, seals, trust, now, report)
        for number in seals:
            proof = files.get(f"proofs/log/{number:03}.tlog-proof")
            if proof is not None:
                judge_log(proof, files[f"seals/{number:03}/seal.json"], trust, report)
    except Refused as refused:
        report.say(refused.layer, refused.status, str(refused))
    except (ValueError, KeyError, IndexError, TypeError, ElementTree.ParseError) as error:
        report.say("manifest", "mismatch", repr(error))
    return report


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("package")
    parser.add_argument("--trust")
    parser.add_argument("--at", type=int, default=int(time.time()))
    line = parser.parse_args()
    report = verify(open(line.package, "rb").read(), load_trust(line.trust), datetime.fromtimestamp(line.at, timezone.utc))
    print(json.dumps({"verdict": report.verdict(), "layers": report.layers, "why": report.why}, ensure_ascii=False))
    sys.exit({"match": 0, "mismatch": 1, "cannot-check": 2}[report.verdict()])


if __name__ == "__main__":
    main()
