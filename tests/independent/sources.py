"""Web archives that are items of a package (docs/format/capture.md#what-a-verifier-checks)."""

import wacz


def judge(subject):
    for record in subject.records:
        octets = subject.files.get(record["member"])
        named = record["media_type"] == "application/wacz" or record["name"].lower().endswith(".wacz")
        if octets is None or not named:
            continue
        archive = wacz.Archive(octets, record["facts"]["origin"]["kind"] == "office-capture")
        wacz.say(archive, subject.report, archive.ours)
