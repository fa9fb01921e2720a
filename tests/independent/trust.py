"""Trust files: fidem-trust/1, and PEM or DER in its place (docs/format/trust.md)."""

import base64
import pathlib
import re

import certificates
import der
from digests import Ends, instant, sha256
from paths import Root
from statements import canonical

BUILT_IN = pathlib.Path(__file__).resolve().parents[2] / "crates/verify/data/trust.json"


class Trust:
    """Roots, untrusted certificates, keys of logs and witnesses, ids of offices, pins, ends of algorithms."""

    def __init__(self):
        self.roots, self.pool, self.logs, self.witnesses, self.offices = [], [], [], [], set()
        self.chains, self.ends = {}, Ends()


class Refused(Exception):
    """The file is no trust; nothing is verified."""


def load(path=None):
    """Trust of a file or folder; without one that of the program, whose file trust.md names."""
    trust, plain = Trust(), []
    place = pathlib.Path(path) if path else BUILT_IN
    for file in sorted(place.iterdir()) if place.is_dir() else [place]:
        data = file.read_bytes()
        if data.lstrip().startswith(b"{"):
            read_json(trust, data)
        else:
            plain += read_plain(data)
    divide(trust, plain)
    return trust


def read_plain(data):
    found = [
        base64.b64decode(one) for one in re.findall(rb"-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", data, re.S)
    ]
    try:
        return [certificates.Certificate(one) for one in found or [data]]
    except (der.Malformed, ValueError, IndexError) as error:
        raise Refused(str(error)) from None


def divide(trust, plain):
    """Certificates issued by another one at hand are intermediates, all others are roots."""
    for one in plain:
        others = any(certificates.same_name(one.issuer, other.subject) for other in plain if other != one)
        if others and not one.self_issued:
            trust.pool.append(one)
        else:
            trust.roots.append(Root(one))


def read_json(trust, data):
    try:
        value = canonical(data)
        if value["format"] != "fidem-trust/1":
            raise ValueError("format")
        trust.roots += [root(entry) for entry in value["roots"]]
        trust.logs += [key_line(entry["key"], 1) for entry in value["logs"]]
        trust.witnesses += [key_line(entry["key"], 4) for entry in value.get("witnesses", [])]
        trust.offices |= {entry["id"] for entry in value["offices"]}
        for kind, pins in value.get("chains", {}).items():
            trust.chains.setdefault(kind, []).extend(pins)
        if "algorithms" in value:
            trust.ends = Ends(value["algorithms"]["ends"])
    except (ValueError, KeyError, TypeError) as error:
        raise Refused(str(error)) from None


def root(entry):
    raw = base64.b64decode(entry["certificate"], validate=True)
    if sha256(raw).hex() != entry["sha256"] or entry["kind"] not in ("tsa-root", "signature-root"):
        raise ValueError("root")
    window = tuple(instant(entry[name]) if name in entry else None for name in ("valid_from", "valid_to"))
    exceptions = [{"from": instant(e["from"]), "to": instant(e["to"])} for e in entry["exceptions"]]
    if any(e["code"] != "eku-not-critical" for e in entry["exceptions"]):
        raise ValueError("exception")
    return Root(certificates.Certificate(raw), entry["kind"], entry["policies"], exceptions, window)


def key_line(line, kind):
    """`name+ID+KEY` (docs/format/office-log.md) as name, id and public key."""
    name, identity, key = line.split("+", 2)
    raw = base64.b64decode(key, validate=True)
    if raw[0] != kind or len(raw) != 33 or sha256(name.encode() + b"\n" + raw)[:4].hex() != identity:
        raise ValueError("key line")
    return name, bytes.fromhex(identity), raw[1:]
