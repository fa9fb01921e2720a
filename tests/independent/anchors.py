"""Anchorings of the office log in a package (docs/format/anchoring.md#how-a-verifier-judges)."""

import re

import evm
import fabric
import fisco
import officelog
import ots
import statements
from worth import Failed, Worth

MEMBER = re.compile(r"proofs/anchors/(\d{4,})/(.+)")
KNOWN = re.compile(r"anchor\.json|\d{3,}\.tlog-proof|receipt\.json|proof\.ots|headers\.bin|platform\.json")
KINDS = {"fidem-evm/1": evm, "fidem-fisco/1": fisco, "fidem-fabric/1": fabric}
LARGEST = 64 << 20


def judge(subject):
    found = {}
    for name in subject.files:
        if place := MEMBER.fullmatch(name):
            found.setdefault(place[1], {})[place[2]] = subject.files[name]
    for number in sorted(found, key=int):
        judge_one(subject, number, found[number])


def judge_one(subject, number, files):
    for name in files:
        path = re.fullmatch(r"(\d{3,})\.tlog-proof", name)
        if not KNOWN.fullmatch(name) or path and int(path[1]) not in subject.seals:
            subject.say("member-unknown", "manifest", "mismatch", name)
    said = subject.statement(f"proofs/anchors/{number}/anchor.json", "fidem-anchor/1")
    if said is None:
        return
    if said["anchor"] != int(number) or said["size"] < 1 or said["anchor"] < 1:
        subject.say("statement-malformed", "manifest", "mismatch", number)
        return
    covered = [seal for seal in subject.seals if covers(subject, said, number, seal, files)]
    if not covered:
        subject.say("anchor-covers-nothing", "chain", "mismatch", number)
        return
    if "platform.json" in files:
        subject.say("platform-receipt", "chain", "cannot-check", number)
        return
    worth = receipt(subject, said, files)
    subject.say(f"anchor-{worth.name}", "chain", worth.status, worth.remarks)


def covers(subject, said, number, seal, files):
    """Whether the path of a seal leads to the payload."""
    octets = files.get(f"{seal:03}.tlog-proof")
    if octets is None:
        return False
    try:
        proof = officelog.Proof(octets)
        if not proof.leads(subject.files[f"seals/{seal:03}/seal.json"]):
            raise officelog.Broken("path")
        if (proof.checkpoint.size, proof.checkpoint.root.hex()) != (said["size"], said["payload"]):
            raise officelog.Broken("another root")
        return True
    except officelog.Broken as error:
        subject.say("anchor-path", "chain", "mismatch", error)
        return False


def receipt(subject, said, files):
    """The worth of what travels with the statement."""
    payload = bytes.fromhex(said["payload"])
    try:
        if "receipt.json" in files:
            worth = by_kind(files["receipt.json"], payload, subject.trust)
        elif "proof.ots" in files:
            worth = ots.judge_receipt(files["proof.ots"], files.get("headers.bin"), payload, subject.trust)
            if not said["network"].startswith("bitcoin"):
                raise Failed("network-differs")
            if worth.name != "canonical":
                return worth
        else:
            return Worth("pending")
        if worth.network != said["network"]:
            raise Failed("network-differs")
        return worth
    except Failed as failed:
        return Worth("failed", None, None, str(failed))


def by_kind(octets, payload, trust):
    if len(octets) > LARGEST:
        raise Failed("receipt-unread")
    try:
        value = statements.canonical(octets)
        kind = KINDS[value["format"]]
    except (statements.Malformed, KeyError, TypeError):
        raise Failed("receipt-unread") from None
    return kind.judge(value, payload, trust)
