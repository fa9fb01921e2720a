"""What is ours in a web archive: fidem-capture/1 and its companions (docs/format/capture.md)."""

import json
import re

from digests import sha256

STARS = 0x2A
MEMBER = "urn:fidem:member:"
KINDS = ("cookie", "set-cookie", "authorization", "header", "query", "body", "echo", "coded-body")
HEX32 = re.compile(r"[0-9a-f]{64}")
CAPTURE = {
    "browser": dict,
    "capture": str,
    "cleanliness_before": (str, type(None)),
    "clock_step_ms": int,
    "command_line": list,
    "completeness": dict,
    "deviations": list,
    "downloads": list,
    "ended": str,
    "ending": dict,
    "environment": list,
    "final_url": str,
    "format": str,
    "media": list,
    "options": dict,
    "page_size": list,
    "redirects": list,
    "scrolled": (dict, type(None)),
    "started": str,
    "title": str,
    "url": str,
    "user": (int, type(None)),
    "user_agent": str,
    "viewport": list,
    "withheld": list,
}
NETWORK = {"connections": list, "failed": list, "format": str, "lookups": list, "proxy": list}
CONNECTION = {"id": int, "local": str, "peer": str, "octets": list, "exchanges": int, "tls": (dict, type(None))}
COMPLETENESS = {
    **{
        name: int
        for name in ("exchanged", "archived", "requested", "answered", "referred", "captured", "explained", "background")
    },
    "lines": list,
    "partial": bool,
}
STEP = {"act": str, "at": str, "data": dict, "monotonic_ms": int, "previous": str}


class Wrong(ValueError):
    """A member that does not follow its form."""


def check(archive):
    """Adds the faults of what is ours to those of the archive."""
    masks = attempt(archive, "redactions-differ", redactions) or {}
    statement = attempt(archive, "capture-malformed", read_statement)
    network = attempt(archive, "capture-malformed", read_network)
    attempt(archive, "operations-broken", lambda a: operations(a, masks, statement))
    if statement and network:
        requests = sum(record.type == "request" for record in archive.all_records())
        exchanges = sum(one["exchanges"] for one in network["connections"])
        said = statement["completeness"]
        if (said["archived"], said["exchanged"]) != (requests, exchanges):
            archive.faults.append(("capture-counts-differ", f"{said['archived']} {requests} {said['exchanged']} {exchanges}"))


def attempt(archive, code, step):
    try:
        return step(archive)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        archive.faults.append((code, repr(error)))
        return None


def form(value, due, spare=()):
    if not isinstance(value, dict) or set(due) - set(value) or set(value) - set(due) - set(spare):
        raise Wrong(f"fields {sorted(set(due) ^ set(value)) if isinstance(value, dict) else value}")
    for name, kind in due.items():
        if not isinstance(value[name], kind) or kind is int and isinstance(value[name], bool):
            raise Wrong(name)
    return value


def read_statement(archive):
    value = form(json.loads(archive.members["fidem/capture.json"]), CAPTURE, ("interactive",))
    form(value["completeness"], COMPLETENESS)
    if value["format"] != "fidem-capture/1" or not re.fullmatch(r"[0-9a-f]{32}", value["capture"]):
        raise Wrong("format")
    if value["completeness"]["partial"] != any(line["partial"] for line in value["completeness"]["lines"]):
        raise Wrong("partial")
    return value


def read_network(archive):
    value = form(json.loads(archive.members["fidem/network.json"]), NETWORK)
    if value["format"] != "fidem-network/1":
        raise Wrong("format")
    for one in value["connections"]:
        form(one, CONNECTION)
    return value


def operations(archive, masks, statement):
    """The log links from end to end, but where a line is masked."""
    data = archive.members["fidem/operations.jsonl"]
    places, at, previous = masks.get(MEMBER + "fidem/operations.jsonl", []), 0, sha256(b"").hex()
    interrupted = statement is not None and statement["ending"].get("code") == "interrupted"
    lines = data.split(b"\n")
    if lines.pop() and not interrupted:
        raise Wrong("end")
    masked = False
    for number, line in enumerate(lines):
        step = form(json.loads(line), STEP)
        if step["previous"] != previous and not masked:
            raise Wrong(f"line {number + 1}")
        masked = any(at <= start < at + len(line) for start, _ in places)
        previous, at = sha256(line).hex(), at + len(line) + 1


def redactions(archive):
    """What a verifier checks by the copy alone; the places by record."""
    if "fidem/redactions.json" not in archive.members:
        return {}
    value = form(json.loads(archive.members["fidem/redactions.json"]), {"format": str, "records": list, "unsearched": list})
    if value["format"] != "fidem-redactions/1":
        raise Wrong("format")
    by_id = {record.id[1:-1]: record for record in archive.all_records()}
    order = [*by_id, *(MEMBER + name for name in archive.members)]
    found, last = {}, -1
    for one in value["records"]:
        form(one, {"record_id": str, "original": str, "redactions": list})
        place = order.index(one["record_id"])
        if place <= last or not HEX32.fullmatch(one["original"]):
            raise Wrong(one["record_id"])
        last = place
        found[one["record_id"]] = masked_places(archive, by_id, one)
    return found


def masked_places(archive, by_id, one):
    identity = one["record_id"]
    record = by_id.get(identity)
    parts = (
        {"block": archive.members[identity[len(MEMBER) :]]}
        if record is None
        else {"target-uri": (record.uri or "").encode(), "block": record.block}
    )
    ends, order, found = {}, list(parts), []
    for place in one["redactions"]:
        form(place, {"commitment": str, "kind": str, "length": int, "offset": int, "name": str, "part": str})
        part, start, end = place["part"], place["offset"], place["offset"] + place["length"]
        if place["kind"] not in KINDS or not HEX32.fullmatch(place["commitment"]) or part not in parts:
            raise Wrong("place")
        if (
            place["length"] < 1
            or start < ends.get(part, 0)
            or end > len(parts[part])
            or order.index(part) < max(map(order.index, ends), default=0)
        ):
            raise Wrong("order of places")
        if any(octet != STARS for octet in parts[part][start:end]):
            raise Wrong("not masked")
        ends[part] = end
        found.append((start, end))
    return found
