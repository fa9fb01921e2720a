"""Bare proofs: tokens, evidence records, log proofs, OpenTimestamps proofs (docs/format/report.md#kind)."""

import ers
import officelog
import ots
import timestamps
import wacz
import xmlers


def verify(octets, report, trust, now, data, headers):
    if octets.startswith(b"c2sp.org/tlog-proof"):
        report.kind = "log-proof"
        log_proof(octets, report, trust, data)
    elif octets.startswith(ots.MAGIC):
        report.kind = "open-timestamps"
        ots.verify(octets, report, trust, data, headers)
    elif octets.startswith(b"\x30"):
        report.kind = "evidence-record" if is_record(octets) else "token"
        (record if report.kind == "evidence-record" else token)(octets, report, trust, now, data)
    elif xmlers.is_record(octets):
        report.kind = "evidence-record"
        record(octets, report, trust, now, data, xmlers.read)
    elif wacz.is_listed(octets):
        report.kind = "web-archive"
        wacz.verify_alone(octets, report, data)
    else:
        report.say("kind-unknown", "content", "cannot-check")


def token(octets, report, trust, now, data):
    """A token over the file handed in; its content is said to fit where the token holds."""
    judged = timestamps.judge(octets, data[0] if data else None, trust, now)
    code = {"match": "token-valid", "mismatch": "token-invalid", "cannot-check": "token-undecided"}[judged.state]
    report.say(code, "time", judged.state, judged.why())
    if not data:
        report.say("no-data", "content", "not-supplied")
    elif ("imprint-mismatch", timestamps.FAILURE) in judged.rules:
        report.say("data-differs", "content", "mismatch")
    elif judged.state == "match":
        report.say("data-fits", "content", "match")


def log_proof(octets, report, trust, data):
    """The `seal.json` is handed in as data; without it, or with more, nothing is decided."""
    if len(data) == 1:
        return officelog.judge(octets, data[0], trust, report)
    report.say("no-data", "content", "not-supplied")
    return report.say("log-key-unknown", "chain", "cannot-check")


def is_record(octets):
    """An EvidenceRecord begins with its version (RFC 4998 §3.1), whatever follows it."""
    length = octets[1] if len(octets) > 1 else 0
    at = 2 + (length & 0x7F if 0x81 <= length <= 0x88 else 0)
    return octets[at : at + 1] == b"\2"


def record(octets, report, trust, now, data, reader=ers.read):
    """A record over the files handed in; that they fit is said where it holds."""
    found = ers.judge(octets, reader, list(data) or None, trust, now)
    code = {"match": "renewal-holds", "mismatch": "renewal-invalid", "cannot-check": "renewal-undecided"}[found.state]
    report.say(code, "time", found.state, found.why)
    if not data:
        report.say("no-data", "content", "not-supplied")
    elif found.state == "match":
        report.say("data-fits-canonical" if found.by_canonical_form else "data-fits", "content", "match")
