"""Canonical JSON (docs/format/canonical-json.md) and the forms of our statements."""

import json
import re

LARGEST = 2**53 - 1


class Malformed(ValueError):
    """A statement that does not follow its page."""


def canonical(data):
    """The value of canonical octets; anything else is refused."""
    try:
        value = json.loads(data.decode(), object_pairs_hook=once, parse_float=refuse, parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise Malformed(str(error)) from None
    if encode(value, 0) != data.decode():
        raise Malformed("not canonical")
    return value


def once(pairs):
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed("a name twice")
    return found


def refuse(text):
    raise Malformed(text)


def encode(value, depth):
    if depth > 32:
        raise Malformed("depth")
    if isinstance(value, dict):
        parts = (f"{encode(k, depth)}:{encode(value[k], depth + 1)}" for k in sorted(value, key=lambda k: k.encode("utf-16-be")))
        return "{" + ",".join(parts) + "}"
    if isinstance(value, list):
        return "[" + ",".join(encode(one, depth + 1) for one in value) + "]"
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > LARGEST:
        raise Malformed("number")
    return json.dumps(value, ensure_ascii=False)


# Forms: a type, a pattern, a list of one form, a tuple of texts to choose from, or a dictionary; `?` after a name marks
# what may be absent.
HEX32, HEX16 = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9a-f]{32}")
# What the office's clock said is not judged.
TIME = str
CONTENT = {"sha256": HEX32, "size": int, "sm3": HEX32}
ORIGINS = {
    "supplied-by-party": {},
    "office-capture": {"clean_check_passed": bool, "device_of_office": bool, "network": ("office", "other")},
    "on-site": {"officers": [str]},
    "device": {"device": str, "signature_checked": bool},
    "derived": {"algorithm": str, "raw_data_kept": bool},
    "third-party-archive": {"platform": str},
    "paper-scan": {"compared": bool, "pages": int},
}
TEXTS = ("corroboration", "generation", "notarisation", "source", "storage", "witness")
CARRIER = ("capacity", "condition", "disposition", "kind", "make", "model", "serial")
FACTS = {
    "art14_kind?": ("web", "messages", "registration", "file", "other"),
    "art18?": {f"{name}?": str for name in TEXTS},
    "carrier?": {f"{name}?": str for name in CARRIER} | {"sealed?": bool},
    "handed_over_by?": str,
    "obtained?": str,
    "origin": dict,
    "original?": {"available_in_court?": ("yes", "no", ""), "by_whom?": str, "until?": str, "where?": str},
    "received_by?": str,
    "received_place?": str,
}
CLASSES = ("A", "A-", "B", "C", "D", "E", "F", "G")
FORMS = {
    "fidem-item/1": {
        "batch": int,
        "case": str,
        "class": CLASSES,
        "content": CONTENT,
        "facts": FACTS,
        "format": str,
        "lowered?": {"from": CLASSES, "reason": str},
        "media_type": str,
        "member": str,
        "name": str,
        "name_bytes?": str,
        "notes": [str],
        "number": int,
        "original_path": str,
        "times": {"fingerprinted": TIME, "received": TIME},
        "withheld?": str,
    },
    "fidem-manifest/1": {
        "case": {"id": HEX16, "number": str},
        "format": str,
        "seal": int,
        "items": [
            {
                "content": CONTENT,
                "content_nonce": HEX16,
                "member": str,
                "number": int,
                "record": CONTENT,
                "record_member": str,
                "record_nonce": HEX16,
                "withheld?": str,
            }
        ],
    },
    "fidem-seal/1": {
        "case": str,
        "demonstration?": bool,
        "format": str,
        "journal": {"entries": int, "head": HEX32},
        "manifest": {"sha256": HEX32, "sm3": HEX32},
        "office": {"id": HEX16, "name": str},
        "root": HEX32,
        "seal": int,
        "size": int,
        "time": TIME,
    },
    "fidem-status/1": {
        "case": str,
        "created": TIME,
        "documents": [
            {
                "amended_by": [str],
                "id": str,
                "issued": TIME,
                "sha256": [str],
                "standing": ("issued", "explained", "corrected", "withdrawn"),
            }
        ],
        "format": str,
        "office": str,
    },
    "fidem-revision/1": {"case": str, "created": TIME, "format": str, "number": int, "previous?": HEX32},
    "fidem-partial/1": {
        "case": str,
        "content": {"index": int, "nonce": HEX16, "path": [HEX32]},
        "format": str,
        "item": int,
        "member": str,
        "record": {"index": int, "nonce": HEX16, "path": [HEX32]},
        "record_member": str,
        "seal": int,
        "size": int,
    },
    "fidem-journal-extract/1": {
        "before": int,
        "before_hash": HEX32,
        "case": str,
        "format": str,
        "links": [{"entry?": str, "sha256?": HEX32}],
    },
    "fidem-anchor/1": {
        "adapter": {"kind": str, "version": int},
        "anchor": int,
        "changed": TIME,
        "format": str,
        "network": str,
        "payload": HEX32,
        "disclosure": {
            "access": ("public", "consortium", "private"),
            "overseas_public": bool,
            **{
                f"{n}?": str
                for n in (
                    "as_of",
                    "conformity",
                    "contract",
                    "filing",
                    "finality",
                    "framework",
                    "genesis",
                    "identity",
                    "nodes",
                    "operator",
                    "region",
                )
            },
        },
        "place": {"block?": str, "height?": int, "time?": TIME, "transaction?": str},
        "rail": str,
        "size": int,
        "state": ("prepared", "submitted", "included", "final", "forked"),
        "submitted": TIME,
    },
}


def fits(value, form):
    if isinstance(form, dict):
        names = {name.rstrip("?") for name in form}
        return (
            isinstance(value, dict)
            and set(value) <= names
            and all(fits(value[n.rstrip("?")], f) if n.rstrip("?") in value else n.endswith("?") for n, f in form.items())
        )
    if isinstance(form, list):
        return isinstance(value, list) and all(fits(one, form[0]) for one in value)
    if isinstance(form, tuple):
        return isinstance(value, str) and value in form
    if isinstance(form, re.Pattern):
        return isinstance(value, str) and form.fullmatch(value) is not None
    return type(value) is form and (form is not int or value >= 0)


def statement(data, name):
    """A statement of the format `name` in its form."""
    value = canonical(data)
    if not isinstance(value, dict) or value.get("format") != name or not fits(value, FORMS[name]):
        raise Malformed(f"not {name}")
    if name == "fidem-item/1":
        origin = dict(value["facts"]["origin"])
        kind = origin.pop("kind", None)
        if kind not in ORIGINS or not fits(origin, ORIGINS[kind]):
            raise Malformed("origin")
    return value
