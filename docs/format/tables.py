#!/usr/bin/env python3
"""Writes the tables of finding codes and token rules in report.md from the sources.

    python3 tables.py            writes report.md
    python3 tables.py --check    exits 1 if report.md is not what would be written
"""

import pathlib
import re
import sys

HERE = pathlib.Path(__file__).parent
CRATES = HERE.parent.parent / "crates"
REPORT = HERE / "report.md"

# Layer and status of each code, where the code is made. A code that is missing here is an error.
LAYERS = """
content cannot-check: kind-unknown container-truncated container-damaged container-budget container-compressed member-too-large
content, time cannot-check: unreadable
content cannot-check: digest-not-used
content mismatch: member-damaged evidence-missing evidence-altered evidence-unsealed data-unknown partial-differs data-differs
content match: evidence-matches data-matches partial-matches data-fits data-fits-canonical
signature note: status-issued status-explained status-corrected status-withdrawn status-not-listed status-list-untrusted status-list-broken
content note: evidence-withheld data-places data-stretch data-line data-pages data-pixels data-pixels-same data-picture-size
content not-supplied: no-data
content not-supplied, note: data-not-supplied
manifest mismatch: container-name container-duplicate container-not-a-file container-inconsistent container-mimetype
manifest mismatch: member-altered member-missing
manifest mismatch: member-unlisted member-unknown checksums-missing checksums-malformed statement-missing statement-malformed
manifest mismatch: seal-case-differs manifest-differs tree-differs record-differs token-manifest-differs delivery-differs
manifest mismatch: certificate-differs
manifest match: checksums-match seal-matches
manifest cannot-check: no-seal
manifest cannot-check, mismatch: certificate-unreadable
manifest note: more-of-the-same certificate-attachments
time mismatch: token-invalid
time match, note: token-valid
time cannot-check: token-missing tokens-all-expired
time cannot-check, note: token-undecided
time match: renewal-holds archive-holds
time cannot-check: archive-undecided
time mismatch: renewal-invalid
time cannot-check, note: renewal-undecided
manifest mismatch: renewal-differs
time note: trust-supplied DEMONSTRATION token-expired-later token-carried time-gap delivery-time delivery-none
time note, cannot-check: token-list-damaged
time as-the-rule: token-rule
chain match: log-entry
chain cannot-check: log-key-unknown
chain mismatch: log-broken
chain note: log-own-record
chain note: log-witnessed log-witness-unknown
chain mismatch: log-witness-broken
chain match: anchor-canonical
chain cannot-check: anchor-quorum-unpinned anchor-pow-only anchor-inclusion-only anchor-pending platform-receipt
chain mismatch: anchor-failed anchor-path anchor-covers-nothing
chain note: anchor-covers anchor-overseas
chain mismatch: ots-malformed
chain cannot-check: headers-malformed
content match: ots-data-fits
content mismatch: ots-data-differs
content cannot-check: ots-data-unreadable
content not-supplied: ots-no-data
content note: ots-weak-digest
chain note: payload-differs network-differs receipt-unread headers-unread ots-unread ots-pending ots-unknown
chain note: ots-no-attestation bitcoin-header bitcoin-root bitcoin-linked bitcoin-height bitcoin-work
chain note: bitcoin-few-above bitcoin-work-lacking
chain note: evm-transaction evm-other-chain evm-other-payload evm-header evm-link evm-path evm-other-block
chain note: evm-other-consensus evm-not-sealed evm-too-few-blocks evm-no-seals evm-sealers evm-sender
chain note: fisco-transaction fisco-transaction-signature fisco-payload fisco-header fisco-path fisco-limit
chain note: fisco-sealer fisco-signature fisco-below-quorum fisco-pin-below-quorum fisco-pin-unusable fisco-unpinned
chain note: fisco-sealers-differ fisco-sender fabric-block fabric-no-transaction fabric-transaction
chain note: fabric-other-channel fabric-other-payload fabric-signatures fabric-unsigned fabric-other-block
chain note: fabric-other-orderer fabric-other-endorser fabric-flagged fabric-no-time fabric-claimed-time
chain note: fabric-chaincode fabric-creator fabric-orderer fabric-endorser
journal match: journal-links
journal cannot-check: journal-tail-unprotected
journal mismatch: journal-broken journal-malformed
signature match: signature-holds signature-holds-undated
signature match, note: document-stamp-holds
signature mismatch: signature-broken document-stamp-broken
signature cannot-check: signature-undecided signature-unreadable
signature cannot-check, note: document-stamp-undecided
signature mismatch: signature-changed-after signature-changed-more signature-octets-after signature-not-permitted
signature note: signature-stamp-undecided signature-further signature-maintained signature-carried
signature match: detached-signature-holds detached-signature-holds-undated detached-signature-earlier
signature mismatch: detached-signature-changed-after detached-signature-broken detached-stamp-broken
signature cannot-check: detached-signature-undecided detached-signature-unreadable detached-signature-not-used
signature cannot-check, note: unsigned
signature note: office-unverified
source cannot-check: source-class
source mismatch: source-class-unsupported
content match: wacz-matches wacz-data-matches
content mismatch, note: wacz-fault capture-malformed capture-counts-differ operations-broken redactions-differ
content cannot-check, note: wacz-undecided capture-undecided
content mismatch: wacz-data-unknown
content note: wacz-note operations-linked
source cannot-check: wacz-alone
source note: wacz-foreign capture-made capture-whole capture-partial capture-deviation capture-masked
source note: capture-cleanliness capture-cleanliness-elsewhere cleanliness cleanliness-malformed
– –: not-checked-truth not-checked-revocation not-checked-revocation-since not-checked-signer-revocation not-checked-printed-text not-checked-later not-checked-revision
"""


def layers():
    found = {}
    for line in LAYERS.strip().splitlines():
        place, codes = line.split(": ")
        layer, status = re.match(r"(.*?) ((?:not-supplied|[a-z–-]+)(?:, (?:note|mismatch|cannot-check))?)$", place).groups()
        found.update(dict.fromkeys(codes.split(), (layer, status)))
    return found


def findings():
    text = (CRATES / "verify/src/codes.rs").read_text(encoding="utf-8")
    rows = re.findall(r'= "([^"]+)", "([^"]+)", "([^"]+)";', text)
    place = layers()
    missing = {code for code, *_ in rows} ^ set(place)
    if missing:
        raise SystemExit("codes without a place, or places without a code: " + ", ".join(sorted(missing)))
    lines = ["| code | layer | status | 中文 | English |", "|---|---|---|---|---|"]
    lines += [f"| `{code}` | {place[code][0]} | {place[code][1]} | {chinese} | {english} |" for code, chinese, english in rows]
    return "\n".join(lines)


def rules(*sources):
    text = "".join((CRATES / source).read_text(encoding="utf-8") for source in sources)
    rows = re.findall(r'= "([^"]+)", "([^"]+)", (\w+)(?:\((\w+)\))?;', text)
    reason = lambda name: re.sub(r"(?<!^)(?=[A-Z])", "_", name).upper() if name else ""
    lines = ["| rule | clause | weight | reason |", "|---|---|---|---|"]
    lines += [f"| `{code}` | {clause} | {weight.lower()} | {reason(why)} |" for code, clause, weight, why in rows]
    return "\n".join(lines)


def written():
    text = REPORT.read_text(encoding="utf-8")
    for name, table in (
        ("findings", findings()),
        ("rules", rules("rfc3161-client/src/rules.rs")),
        ("signature rules", rules("rfc3161-client/src/signed_data/rules.rs", "pades/src/rules.rs")),
    ):
        pattern = rf"(<!-- {name}: begin[^\n]*-->\n).*?(<!-- {name}: end -->)"
        text = re.sub(pattern, lambda m: f"{m[1]}{table}\n{m[2]}", text, flags=re.S)
    return text


def main():
    if sys.argv[1:] == ["--check"]:
        same = REPORT.read_text(encoding="utf-8") == written()
        print("report.md is up to date" if same else "report.md differs")
        return 0 if same else 1
    REPORT.write_text(written(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
