"""Bare proofs: tokens, evidence records, log proofs, OpenTimestamps proofs (docs/format/report.md#kind)."""

import re

import der
import ers
import officelog
import ots
import timestamps

XML_RECORD = re.compile(rb"<(\w+:)?EvidenceRecord[\s>]")


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
    elif XML_RECORD.search(octets[:4096]):
        report.kind = "evidence-record"
        record(octets, report, trust, now, data, ers.read_xml)
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
    """An EvidenceRecord begins with its version (RFC 4998 §3.1)."""
    try:
        return der.whole(octets)[0].tag == 2
    except der.Malformed:
        return False


def record(octets, report, trust, now, data, reader=ers.read):
    found = ers.judge(octets, reader, list(data) or None, trust, now)
    code = {"match": "renewal-holds", "mismatch": "renewal-invalid", "cannot-check": "renewal-undecided"}[found.state]
    report.say(code, "time", found.state, found.why)
    if not data:
        report.say("no-data", "content", "not-supplied")
