"""Signatures of documents (docs/format/receipt.md#signatures)."""


def judge(octets, trust, now, report, delivered):
    report.say("unsigned", "signature", "note" if delivered else "cannot-check")
