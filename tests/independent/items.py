"""Records of items and their source classes (docs/format/item.md)."""

import statements

SCOPE = {"A": 3, "B": 3, "A-": 2, "F": 2, "G": 2, "C": 1, "D": 1, "E": 1}


def class_of(origin):
    """The class that the facts give."""
    kind = origin["kind"]
    if kind == "office-capture":
        whole = origin["clean_check_passed"] and origin["device_of_office"] and origin["network"] == "office"
        return "A" if whole else "A-"
    if kind == "on-site":
        return "B" if len({name.strip() for name in origin["officers"]}) >= 2 else "C"
    if kind == "device":
        return "D" if origin["signature_checked"] else "C"
    if kind == "paper-scan":
        return "G" if origin["compared"] and origin["pages"] >= 1 else "C"
    return {"supplied-by-party": "C", "derived": "E", "third-party-archive": "F"}[kind]


def supported(record):
    """Whether the class in force is the computed one, or an allowed lowering of it."""
    computed, said = class_of(record["facts"]["origin"]), record["class"]
    if "lowered" not in record:
        return said == computed
    lower = SCOPE[said] < SCOPE[computed] or said == "C" and computed != "C"
    return record["lowered"]["from"] == computed and lower


def judge(records, report):
    """The source layer of the records of one subject."""
    for record in records:
        if not supported(record):
            report.say("source-class-unsupported", "source", "mismatch", record["number"])
    for name in sorted({record["class"] for record in records}):
        report.say("source-class", "source", "cannot-check", name)


def read(octets, report, member):
    try:
        return statements.statement(octets, "fidem-item/1")
    except statements.Malformed as error:
        report.say("statement-malformed", "manifest", "mismatch", f"{member} {error}")
        return None
