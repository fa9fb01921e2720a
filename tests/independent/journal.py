"""The extract of the journal (docs/format/journal.md)."""

import statements
from digests import sha256

FORMAT = "fidem-journal-extract/1"


def states(extract):
    """The chain hash by the number of entries, before the first link and after each."""
    here, count = bytes.fromhex(extract["before_hash"]), extract["before"]
    found = {count: here.hex()}
    for link in extract["links"]:
        if len(link) != 1:
            raise statements.Malformed("link")
        entry = sha256(link["entry"].encode()) if "entry" in link else bytes.fromhex(link["sha256"])
        here, count = sha256(here + entry), count + 1
        found[count] = here.hex()
    return found


def judge(octets, case, seals, stamped, report):
    """`seals` are the statements by number; `stamped` says whether a delivery time protects the end."""
    try:
        extract = statements.statement(octets, FORMAT)
        if extract["case"] != case:
            raise statements.Malformed("case")
        found = states(extract)
    except statements.Malformed as error:
        report.say("journal-malformed", "journal", "mismatch", error)
        return
    for number, seal in seals.items():
        named = seal["journal"]
        if found.get(named["entries"]) != named["head"]:
            report.say("journal-broken", "journal", "mismatch", number)
            return
    report.say("journal-links", "journal", "match")
    last = max((seal["journal"]["entries"] for seal in seals.values()), default=0)
    if not stamped and max(found) > last:
        report.say("journal-tail-unprotected", "journal", "cannot-check")
