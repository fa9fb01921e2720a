"""Packages, whole and partial (docs/format/package.md)."""

import re

import anchors
import asic
import container
import evidence
import items
import journal
import officelog
import receipts
import sources
import stamps
import standing
import statements
import trees
from digests import sha256

FOLDERS = ("META-INF/", "seals/", "evidence/", "captures/", "certificate/", "proofs/", "trust/")
SINGLE = {"mimetype", "journal.json", "VERIFY.txt", "核验说明.txt", "revision.json", "manifest-sha256.txt"}
# In these folders every member is tied to a seal, a token, a record or an anchoring.
TIED = ("META-INF/", "proofs/", "trust/")
BESIDE = re.compile(r"trust/tsa/\d{3,}(\.pem|-\d+\.ocsp)|proofs/anchors/\d{4,}/.+")
LIST, DELIVERY, STAMP = "manifest-sha256.txt", "META-INF/ASiCArchiveManifest.xml", "META-INF/timestamp-delivery.tst"
SEAL = re.compile(r"seals/(\d+)/seal\.json")
PARTIAL = "proofs/partial.json"


class Subject:
    """The members of one package and what is found out about them."""

    def __init__(self, files, report, trust, now):
        self.files, self.report, self.trust, self.now = files, report, trust, now
        self.seals, self.records, self.delivered, self.case = {}, [], False, None
        self.delivery, self.chain, self.contents = DELIVERY, [], []

    def say(self, *finding):
        self.report.say(*finding)

    def statement(self, member, form):
        """A statement of the package, or `None` with a finding."""
        if member not in self.files:
            self.say("statement-missing", "manifest", "mismatch", member)
            return None
        try:
            return statements.statement(self.files[member], form)
        except statements.Malformed as error:
            self.say("statement-malformed", "manifest", "mismatch", f"{member} {error}")
            return None


def verify(data, report, trust, now, given=()):
    """A package, with files `given` beside it: status lists, and what must be among its items."""
    try:
        files, damaged = container.members(data)
    except container.Refused as refused:
        report.say(refused.code, refused.layer, refused.status, refused)
        return
    for name in damaged:
        report.say("member-damaged", "content", "mismatch", name)
    subject = Subject(files, report, trust, now)
    partial = PARTIAL in files
    report.kind = "partial" if partial else "package"
    chain = set() if partial else evidence.archive_chain(subject)
    checksums(subject, chain)
    seals(subject)
    delivery(subject, chain)
    renewed = evidence.judge(subject, chain)
    tied = stamps.judge(subject, renewed)
    (partial_content if partial else whole_content)(subject)
    for number in subject.seals:
        for name in log_proofs(number):
            if name in files:
                officelog.judge(files[name], files[f"seals/{number:03}/seal.json"], trust, report)
    anchors.judge(subject)
    strays(subject, tied | chain | evidence.members(files))
    if "journal.json" in files and not partial:
        journal.judge(files["journal.json"], subject.case, subject.seals, subject.delivered, report)
    receipts.judge_all(subject, renewed)
    items.judge(subject.records, report)
    sources.judge(subject)
    lists, given = standing.apart(given)
    receipts.compare(subject.contents, given, report)
    standing.judge(lists, report, trust, subject)


def log_proofs(number):
    """The proof over a checkpoint that witnesses signed, and that of the moment of sealing (docs/format/office-log.md)."""
    return f"proofs/log/{number:03}-witnessed.tlog-proof", f"proofs/log/{number:03}.tlog-proof"


def strays(subject, tied):
    """Tokens, proofs and certificates that belong to nothing in the package."""
    tied = tied | {subject.delivery, STAMP, PARTIAL} | {name for number in subject.seals for name in log_proofs(number)}
    for name in subject.files:
        if name.startswith(TIED) and name not in tied and not BESIDE.fullmatch(name):
            subject.say("member-unknown", "manifest", "mismatch", name)


def checksums(subject, chain):
    """manifest-sha256.txt against the members (docs/format/package.md#manifest-sha256txt)."""
    files, listed = subject.files, set()
    if LIST not in files:
        subject.say("checksums-missing", "manifest", "mismatch")
    before = len(subject.report.findings)
    for digits, name in lines(subject, files.get(LIST, b"")):
        listed.add(name)
        if name not in files:
            subject.say("member-missing", "manifest", "mismatch", name)
        elif sha256(files[name]).hex() != digits:
            subject.say("member-altered", "manifest", "mismatch", name)
    for name in files:
        if name not in listed and name not in (LIST, subject.delivery, STAMP) and name not in chain:
            subject.say("member-unlisted", "manifest", "mismatch", name)
        if name not in SINGLE and not name.startswith(FOLDERS):
            subject.say("member-unknown", "manifest", "mismatch", name)
    if LIST in files and len(subject.report.findings) == before:
        subject.say("checksums-match", "manifest", "match", len(listed))


def lines(subject, data):
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = "?\n"
    seen = set()
    for line in text.split("\n")[: -1 if text.endswith("\n") or not text else None]:
        found = re.fullmatch(r"([0-9a-f]{64})  (.+)", line)
        if not found or found[2] in seen:
            subject.say("checksums-malformed", "manifest", "mismatch", line)
            continue
        seen.add(found[2])
        yield found[1], found[2]


def seals(subject):
    """The seals, counted from 001 until one is missing; of a partial package the one it names."""
    names = [name for name in subject.files if SEAL.fullmatch(name)]
    if PARTIAL not in subject.files:
        names = []
        while (name := f"seals/{len(names) + 1:03}/seal.json") in subject.files:
            names.append(name)
    for name in names:
        seal = subject.statement(name, "fidem-seal/1")
        if seal is None:
            continue
        if len(subject.files[name]) > 2048 or seal["size"] < 2 or seal["size"] % 2 or seal.get("demonstration") is False:
            subject.say("statement-malformed", "manifest", "mismatch", name)
            continue
        if seal["seal"] != int(name.split("/")[1]):
            subject.say("statement-malformed", "manifest", "mismatch", f"{name} has another number")
        if subject.case not in (None, seal["case"]):
            subject.say("seal-case-differs", "manifest", "mismatch", name)
        subject.case = subject.case or seal["case"]
        subject.seals[int(name.split("/")[1])] = seal
    if not names:
        subject.say("no-seal", "manifest", "cannot-check")


def whole_content(subject):
    """Manifests, trees, records and files of every seal."""
    owned = set()
    for number, seal in subject.seals.items():
        owned |= {f"seals/{number:03}/{name}.json" for name in ("seal", "manifest")}
        entries = manifest(subject, number, seal)
        subject.contents += [entry["content"] for entry in entries]
        compared = False
        for entry in entries:
            compared |= item(subject, seal, entry)
            for member in (entry["member"], entry["record_member"]):
                if member in owned:
                    subject.say("container-duplicate", "manifest", "mismatch", member)
                owned.add(member)
        if compared:
            subject.say("evidence-matches", "content", "match", number)
    for name in subject.files:
        if name.startswith(("evidence/", "captures/", "seals/")) and name not in owned:
            subject.say("evidence-unsealed", "content", "mismatch", name)


def manifest(subject, number, seal):
    """The entries of a manifest that is the seal's."""
    member = f"seals/{number:03}/manifest.json"
    value = subject.statement(member, "fidem-manifest/1")
    return checked_manifest(subject, subject.files[member], value, seal) if value else []


def checked_manifest(subject, octets, value, seal):
    facts = trees.of(octets)
    if {name: facts[name] for name in ("sha256", "sm3")} != seal["manifest"]:
        subject.say("manifest-differs", "manifest", "mismatch", seal["seal"])
    if (value["case"]["number"], value["seal"]) != (seal["case"], seal["seal"]):
        subject.say("seal-case-differs", "manifest", "mismatch", seal["seal"])
    entries = value["items"]
    numbers = [entry["number"] for entry in entries]
    if not entries or sorted(set(numbers)) != numbers:
        subject.say("statement-malformed", "manifest", "mismatch", "items")
        return []
    leaves = []
    for entry in entries:
        leaves += [trees.leaf(entry["content"], entry["content_nonce"]), trees.leaf(entry["record"], entry["record_nonce"])]
    if (len(leaves), trees.root(leaves).hex()) != (seal["size"], seal["root"]):
        subject.say("tree-differs", "manifest", "mismatch", seal["seal"])
    else:
        subject.say("seal-matches", "manifest", "match", seal["seal"])
    return entries


def item(subject, seal, entry):
    """One entry, its record and its file; whether a file was compared."""
    number, files = entry["number"], subject.files
    octets = files.get(entry["record_member"])
    if octets is None:
        subject.say("statement-missing", "manifest", "mismatch", entry["record_member"])
    elif trees.of(octets) != entry["record"]:
        subject.say("record-differs", "manifest", "mismatch", number)
    elif (record := items.read(octets, subject.report, entry["record_member"])) is not None:
        same = all(record.get(name) == entry.get(name) for name in ("number", "member", "content", "withheld"))
        if not same or record["case"] != seal["case"]:
            subject.say("record-differs", "manifest", "mismatch", number)
        subject.records.append(record)
    file = files.get(entry["member"])
    if file is None and "withheld" in entry:
        subject.say("evidence-withheld", "content", "note", number)
    elif file is None:
        subject.say("evidence-missing", "content", "mismatch", number)
    elif trees.of(file) != entry["content"]:
        subject.say("evidence-altered", "content", "mismatch", number)
    return file is not None


def partial_content(subject):
    """One item by its paths (docs/format/package.md#the-partial-package-fidem-partial1)."""
    said = subject.statement(PARTIAL, "fidem-partial/1")
    if said is None:
        return
    seal, files = subject.seals.get(said["seal"]), subject.files
    if seal is None or said["member"] not in files or said["record_member"] not in files:
        subject.say("statement-missing", "manifest", "mismatch", "the seal, the file or the record")
        return
    subject.contents.append(trees.of(files[said["member"]]))
    mine = {said["member"], said["record_member"], f"seals/{said['seal']:03}/seal.json"}
    for name in files:
        if name.startswith(("evidence/", "captures/", "seals/", "certificate/")) and name not in mine:
            subject.say("evidence-unsealed", "content", "mismatch", name)
    record = items.read(files[said["record_member"]], subject.report, said["record_member"])
    if leads(said, seal, files) and record is not None:
        named = (record["number"], record["member"], record["content"], record["case"])
        if named != (said["item"], said["member"], trees.of(files[said["member"]]), seal["case"]):
            subject.say("record-differs", "manifest", "mismatch", said["item"])
        subject.say("partial-matches", "content", "match", said["item"])
        subject.records.append(record)
    else:
        subject.say("partial-differs", "content", "mismatch", said["item"])


def leads(said, seal, files):
    """Both leaves give the root of the seal."""
    content, record = said["content"]["index"], said["record"]["index"]
    if content % 2 or record != content + 1 or said["size"] != seal["size"] or said["case"] != seal["case"]:
        return False
    for place, member in ((said["content"], said["member"]), (said["record"], said["record_member"])):
        here = trees.leaf(trees.of(files[member]), place["nonce"])
        found = trees.climb(here, place["index"], said["size"], [bytes.fromhex(step) for step in place["path"]])
        if found is None or found.hex() != seal["root"]:
            return False
    return True


def delivery(subject, chain):
    """The revision, the delivery list and its time."""
    files = subject.files
    if "revision.json" in files:
        value = subject.statement("revision.json", "fidem-revision/1")
        if value and (value["number"] < 1 or ("previous" in value) != (value["number"] > 1)):
            subject.say("statement-malformed", "manifest", "mismatch", "revision.json")
        if value and subject.case not in (None, value["case"]):
            subject.say("seal-case-differs", "manifest", "mismatch", "revision.json")
        if subject.delivery not in files:
            subject.say("statement-missing", "manifest", "mismatch", subject.delivery)
    if subject.delivery not in files:
        subject.say("delivery-none", "time", "note")
        return
    delivery_list(subject, chain)
    if STAMP not in files:
        subject.say("delivery-none", "time", "note")
        return
    stamps.delivery(subject, files[STAMP], files[subject.delivery])


def delivery_list(subject, chain):
    """Every member but the delivery's own stands in the list with its digest."""
    files = subject.files
    try:
        token, listed = asic.references(files[subject.delivery])
    except asic.Malformed as error:
        subject.say("statement-malformed", "manifest", "mismatch", f"{subject.delivery} {error}")
        return
    names = [name for name, _ in listed]
    due = {name for name in files if name not in (subject.delivery, STAMP) and name not in chain}
    if token != STAMP or len(set(names)) != len(names) or set(names) != due:
        subject.say("delivery-differs", "manifest", "mismatch", sorted(set(names) ^ due)[:3])
    for name, value in listed:
        if name in files and sha256(files[name]) != value:
            subject.say("delivery-differs", "manifest", "mismatch", name)
