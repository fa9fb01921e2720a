#!/usr/bin/env python3
"""The second verifier and `fidem verify` must agree: on verdict and every layer of sound material, on the verdict of altered.

    python3 compare.py FIDEM [PART…]

FIDEM_VECTORS names public vectors of others; with FIDEM_REQUIRE_VECTORS=1 their absence is a failure.
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import traceback
from concurrent.futures import ThreadPoolExecutor

import material
import trust
import verify
from digests import instant

SAID = re.compile("(detached|document-stamp|signature-(carried|holds|broken|undecided|octets|not-permitted|unreadable|stamp)|status)-?")
HOLDS = ("signature-holds", "signature-holds-undated")


def native(fidem, group, key):
    """The program's reports on one group of subjects, which share trust, time and data."""
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, case in enumerate(group):
            path = pathlib.Path(folder) / f"{number:05}"
            path.write_bytes(case.octets)
            paths.append(path)
        line = [fidem, "verify", "--json", "--lang", "en", "--at", key.at, *paths]
        trusted = key.trust and [key.trust]
        for option, values in zip(("--trust", "--data", "--headers", "--signature"), (trusted, *key.beside)):
            line += [option, *values] if values else []
        ran = subprocess.run(line, capture_output=True, check=False)
        try:
            value = json.loads(ran.stdout)
        except ValueError:
            sys.exit(f"{line[:8]}: {ran.returncode} {ran.stderr.decode()[-2000:]}")
        return value.get("reports", [value])


def own(case, key, roots):
    beside = ([pathlib.Path(one).read_bytes() for one in some] for some in key.beside)
    try:
        return verify.verify(case.octets, roots, instant(key.at), *beside)
    except Exception:  # A fault of this verifier is a difference like any other.
        traceback.print_exc()
        return None


def differs(case, due, found):
    # Of a document altered by chance one reader makes out less than the other: to neither its signatures may hold.
    if found is not None and not case.layers and (unread(due["findings"]) or unread(found.findings)):
        return "match" in (due["layers"]["signature"], found.layers["signature"])
    if found is None or (due["verdict"], due["kind"]) != (found.verdict(), found.kind):
        return True
    return case.layers and (due["layers"] != found.layers or details(due) != (said(found.findings), found.levels))


def unread(findings):
    return any(one["code"] in ("certificate-unreadable", "signature-unreadable") for one in findings)


def details(due):
    """What the program says of signatures and lists that no layer shows: each finding, and the levels of those that hold."""
    levels = [one["params"]["level"].removeprefix("PAdES ") for one in due["findings"] if one["code"] in HOLDS]
    return said(due["findings"]), [] if "signature-octets-after" in said(due["findings"]) else levels


def said(findings):
    codes = [one["code"] for one in findings]
    # The program judges what stands before; by the page nothing of such a file is read.
    if "signature-octets-after" in codes:
        return ["signature-octets-after"]
    return sorted(one for one in codes if one == "unsigned" or SAID.match(one))


def brief(finding, more):
    more = {k: v for k, v in more.items() if not k.endswith(("_zh", "_en", "clause"))} if isinstance(more, dict) else more
    return f"{finding['code']}={finding['status']} {more}"[:160]


def present(layers):
    return {name: state for name, state in layers.items() if state != "absent"}


def show(case, key, due, found):
    print(f"DIFFERS {case.name} (trust {key.trust}, {key.at})")
    print(f"  program {due['kind']} {due['verdict']} {present(due['layers'])}")
    print("   ", [brief(f, f["params"]) for f in due["findings"] if f["status"] not in ("match", "note")])
    print("   ", *details(due), "here", *(() if found is None else (said(found.findings), found.levels)))
    if found is not None:
        print(f"  here    {found.kind} {found.verdict()} {present(found.layers)}")
        print("   ", [brief(f, f["why"]) for f in found.findings if f["status"] not in ("match", "note")])


def main():
    fidem, only = sys.argv[1], sys.argv[2:]
    with tempfile.TemporaryDirectory() as folder:
        compare(fidem, folder, only)


def compare(fidem, folder, only):
    groups, counts, differing = {}, {}, 0
    for key, case in material.everything(fidem, folder):
        if case.part in only or not only:
            groups.setdefault(key, []).append(case)
    with ThreadPoolExecutor(2) as pool:
        runs = {key: pool.submit(native, fidem, group, key) for key, group in groups.items()}
        for key, group in groups.items():
            roots = trust.load(key.trust)
            mine = [own(case, key, roots) for case in group]
            for case, due, found in zip(group, runs[key].result(), mine, strict=True):
                good = not differs(case, due, found)
                counts.setdefault(case.part, [0, 0])[not good] += 1
                if not good:
                    differing += 1
                    show(case, key, due, found)
    for part, (same, other) in counts.items():
        print(f"{part}: {same} agree, {other} differ")
    total = sum(map(sum, counts.values()))
    print(f"{total} compared, {differing} differ")
    sys.exit(1 if differing or not total else 0)


if __name__ == "__main__":
    main()
