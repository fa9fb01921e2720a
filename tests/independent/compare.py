#!/usr/bin/env python3
"""The second verifier and `fidem verify` must agree on the verdict of every sample, whole, altered and cut.

    python3 compare.py FIDEM
"""

import json
import pathlib
import random
import subprocess
import sys
import tempfile
from datetime import datetime, timezone

import verify

ROOT = pathlib.Path(__file__).resolve().parents[2]
FROZEN, EXAMPLE = ROOT / "samples/packages/v1", ROOT / "docs/format/example"
SAMPLES = [
    (FROZEN / "case.asice", FROZEN / "trust.pem"),
    (FROZEN / "exhibit.asice", FROZEN / "trust.pem"),
    (EXAMPLE / "example.asice", EXAMPLE / "trust.json"),
    (EXAMPLE / "example-item-1.asice", EXAMPLE / "trust.json"),
]
AT = "2026-12-01T00:00:00Z"
NOW = datetime(2026, 12, 1, tzinfo=timezone.utc)


def native(fidem, path, trust):
    line = [fidem, "verify", "--json", "--lang", "en", "--at", AT, path, *(["--trust", trust] if trust else [])]
    return json.loads(subprocess.run(line, capture_output=True, check=False).stdout)


def mutants(whole, count):
    yield whole
    yield whole[: len(whole) // 2]
    yield whole[:-1]
    dice = random.Random(len(whole))
    for _ in range(count):
        octets = bytearray(whole)
        octets[dice.randrange(len(whole))] ^= 1 << dice.randrange(8)
        yield bytes(octets)


def main():
    fidem, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 60
    compared = differing = 0
    with tempfile.TemporaryDirectory() as folder:
        altered = pathlib.Path(folder) / "p.asice"
        for path, trust in SAMPLES:
            for index, octets in enumerate(mutants(path.read_bytes(), count)):
                altered.write_bytes(octets)
                for given in (trust, None) if index == 0 else (trust,):
                    due = native(fidem, altered, given)
                    # Without roots the program has its own, none of which these samples use.
                    found = verify.verify(octets, verify.load_trust(given), NOW)
                    compared += 1
                    layers = {name: due["layers"][name] for name in found.layers}
                    same = found.verdict() == due["verdict"] and (index > 0 or layers == found.layers)
                    if not same:
                        differing += 1
                        codes = [f["code"] for f in due["findings"] if f["status"] == "mismatch"]
                        print(f"{path.name} {index}: {due['verdict']} {layers} {codes}\n  here {found.verdict()} {found.layers} {found.why}")
    print(f"{compared} compared, {differing} differ")
    sys.exit(1 if differing or not compared else 0)


if __name__ == "__main__":
    main()
