#!/usr/bin/env python3
"""A second verifier, written from docs/format alone: standard library and `cryptography`.

    python3 verify.py FILE [--trust FILE|DIR] [--at TIME] [--data FILE…] [--headers FILE…] [--signature P7S…]

Prints one JSON object: `kind`, `verdict`, `layers` and the codes of findings, as docs/format/report.md names them. It
shares no code with the program; README.md beside it says what it covers. Exit codes: 0 match, 1 mismatch, 2 cannot-check.
"""

import argparse
import json
import pathlib
import sys
from datetime import datetime, timezone

import bare
import package
import receipts
import wacz
from digests import instant
from report import Report
from trust import load

CODES = {"match": 0, "mismatch": 1, "cannot-check": 2}


def verify(octets, trust, now, data=(), headers=(), signatures=()):
    """The report on one subject; its kind is found by its content (docs/format/report.md)."""
    report = Report("unknown")
    if signatures and not octets.startswith(b"%PDF-"):
        report.say("detached-signature-not-used", "signature", "cannot-check")
    if octets.startswith(b"PK") and wacz.is_archive(octets):
        report.kind = "web-archive"
        wacz.verify_alone(octets, report, data)
    elif octets.startswith(b"PK"):
        report.kind = "package"
        package.verify(octets, report, trust, now, data)
    elif octets.startswith(b"%PDF-"):
        report.kind = "certificate"
        receipts.verify(octets, report, trust, now, data, signatures)
    else:
        bare.verify(octets, report, trust, now, data, headers)
    return report


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("subject", type=pathlib.Path)
    parser.add_argument("--trust")
    parser.add_argument("--at", help="RFC 3339, or seconds since 1970")
    parser.add_argument("--data", nargs="*", type=pathlib.Path, default=[])
    parser.add_argument("--headers", nargs="*", type=pathlib.Path, default=[])
    parser.add_argument("--signature", nargs="*", type=pathlib.Path, default=[])
    line = parser.parse_args()
    now = datetime.now(timezone.utc)
    if line.at:
        now = datetime.fromtimestamp(int(line.at), timezone.utc) if line.at.isdigit() else instant(line.at)
    beside = ([one.read_bytes() for one in some] for some in (line.data, line.headers, line.signature))
    report = verify(line.subject.read_bytes(), load(line.trust), now, *beside)
    said = {"kind": report.kind, "verdict": report.verdict(), "layers": report.layers, "findings": report.findings}
    print(json.dumps(said, ensure_ascii=False))
    sys.exit(CODES[report.verdict()])


if __name__ == "__main__":
    main()
