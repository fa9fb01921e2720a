"""What the two verifiers are compared on."""

import os
import pathlib
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

import altering
import archives
import built_packages
import container
import foreign
import foreign_cases
import forged
import forged_anchors
import forged_beside
import forged_lists
import forged_packages
import forged_signatures
import forged_updates
import forged_xml
import office
import producers
import records
import signed_documents

ROOT = pathlib.Path(__file__).resolve().parents[2]
FROZEN, EXAMPLE = ROOT / "samples/packages/v1", ROOT / "docs/format/example"
NOW = "2026-12-01T00:00:00Z"


@dataclass(frozen=True)
class Key:
    """What a run of the program is given beside the subjects."""

    trust: str | None = None
    at: str = NOW
    data: tuple = ()
    headers: tuple = ()
    signatures: tuple = ()

    @property
    def beside(self):
        return self.data, self.headers, self.signatures


@dataclass
class Case:
    """One subject; of altered ones only the verdict must agree."""

    part: str
    name: str
    octets: bytes = field(repr=False)
    layers: bool = True


def everything(fidem, folder):
    yield from samples()
    yield from demonstration(fidem, pathlib.Path(folder) / "demo")
    for what, octets, trust in office.packages(fidem, pathlib.Path(folder) / "case"):
        for at in (NOW, "2037-06-01T00:00:00Z", "2028-12-01T00:00:00Z"):
            yield Key(trust, at), Case("a case by the command line", what, octets)
    yield from tokens(folder)
    for part, what, octets, trust in forged_packages.packages(folder):
        yield Key(trust), Case(part, what, octets)
    for what, octets, trust in forged_anchors.anchored(forged.Folder(folder)):
        yield Key(trust), Case("anchorings", what, octets)
    yield from built(folder)
    yield from vectors()
    yield from signed(folder)
    yield from documents(forged.Folder(folder))
    yield from made_by_tests()
    for what, octets, trust in records.packages(forged.Folder(folder)):
        yield Key(trust), Case("evidence records", what, octets)
    for what, octets, trust, data in records.alone(forged.Folder(folder)):
        yield Key(trust, data=data), Case("evidence records alone", what, octets)
    for what, octets, trust, data in forged_xml.records(forged.Folder(folder)):
        yield Key(trust, data=data), Case("evidence records in XML", what, octets)
    for what, octets, trust, data in forged_xml.altered(forged.Folder(folder), 120):
        yield Key(trust, data=data), Case("evidence records in XML altered", what, octets, False)
    for what, octets, trust in forged_xml.packages(forged.Folder(folder)):
        yield Key(trust), Case("evidence records in XML", what, octets)


def built(folder):
    """Packages and web archives written anew from the pages."""
    for what, octets, trust in built_packages.packages(forged.Folder(folder)):
        yield Key(trust), Case("packages built", what, octets)
    for what, octets in archives.cases():
        yield Key(), Case("web archives built", what, octets)
    whole = archives.whole()
    for what, octets in altering.octets(whole, 60):
        yield Key(), Case("web archives altered", what, octets, False)
    yield from of_others(folder)


def of_others(folder):
    """Web archives as other programs write them, with and without files beside them."""
    for what, octets in foreign_cases.cases():
        yield Key(), Case("web archives of others", what, octets)
    for what, octets in producers.archives(folder):
        yield Key(), Case("web archives of others", what, octets)
    for what, octets in foreign.altered(60):
        yield Key(), Case("web archives of others altered", what, octets, False)
    path = pathlib.Path(folder) / "body"
    for what, data in {"a body": foreign.BODY, "an answer": foreign.RESPONSE, "nothing of it": b"x"}.items():
        path = path.with_name(what.replace(" ", "-"))
        path.write_bytes(data)
        yield Key(data=(str(path),)), Case("web archives of others", f"with {what}", foreign.made())


def demonstration(fidem, folder):
    """What `fidem demo` makes now, whole and in its parts, with and without trust and data."""
    folder.mkdir()
    subprocess.run(
        [fidem, "demo", "--json"],
        cwd=folder,
        env=os.environ | {"FIDEM_SAMPLES": str(ROOT / "samples")},
        check=True,
        capture_output=True,
    )
    whole = (folder / "demo.asice").read_bytes()
    members = container.members(whole)[0]
    for name, data in members.items():
        (folder / name.replace("/", "+")).write_bytes(data)
    part = lambda name: str(folder / name.replace("/", "+"))
    trust, later = str(folder / "demo-trust.pem"), "2056-01-01T00:00:00Z"
    tomorrow = (datetime.now(timezone.utc) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    originals = tuple(str(path) for path in sorted((ROOT / "samples/case-shop").rglob("*")) if path.is_file())
    stamp, listed = "META-INF/timestamp001.tst", part("META-INF/ASiCManifest001.xml")
    proof, seal = "proofs/log/001.tlog-proof", part("seals/001/seal.json")
    for name, octets, datas in [
        ("package", whole, [()]),
        ("exhibit", (folder / "demo-exhibit.asice").read_bytes(), [()]),
        ("receipt", (folder / "demo-receipt.pdf").read_bytes(), [(), originals, originals[:2], (*originals, trust)]),
        ("token", members[stamp], [(), (listed,), (seal,)]),
        ("log proof", members[proof], [(), (seal,), (listed,), (seal, seal)]),
        ("certificates", (folder / "demo-trust.pem").read_bytes(), [()]),
        ("nothing", b"", [()]),
    ]:
        for data in datas:
            for at in (tomorrow, later):
                yield Key(trust, at, data), Case("demonstration", f"{name} {len(data)}", octets)
            yield Key(None, tomorrow, data), Case("demonstration", f"{name} {len(data)}", octets)


def made_by_tests():
    """What the program's own tests left, where ./test names it."""
    kept = os.environ.get("FIDEM_KEEP_ARCHIVES")
    for path in sorted(pathlib.Path(kept).glob("*.wacz")) if kept else []:
        if path.stat().st_size < 4 << 20:
            yield Key(), Case("captures of the browser", path.name, path.read_bytes())
    held = os.environ.get("FIDEM_SIGNED")
    for trust in sorted(pathlib.Path(held).glob("*-trust.pem")) if held else []:
        for path in sorted(trust.parent.glob("*.pdf")):
            yield Key(str(trust)), Case("documents of the signing tests", path.name, path.read_bytes())
    if not kept or not held:
        print("skipped: captures of the browser (FIDEM_KEEP_ARCHIVES) or documents of the signing tests (FIDEM_SIGNED)")


def signed(folder):
    """Documents signed by pyHanko, in whose virtual environment this runs."""
    try:
        import pyhanko.sign  # noqa: F401
    except ImportError:
        print("skipped: no pyHanko, no signed documents")
        return
    for what, octets, trust, layers in signed_documents.documents(forged.Folder(folder)):
        yield Key(trust), Case("signed documents", what, octets, layers)


def documents(folder):
    """Documents signed here, with what lies beside them, and status lists."""
    for what, octets, trust, *at in forged_signatures.documents(folder):
        yield Key(trust, *filter(None, at)), Case("signatures made for one rule", what, octets)
    for what, octets, trust in forged_updates.documents(folder):
        yield Key(trust), Case("updates of signed documents", what, octets)
    for what, octets, given, trust, *at in forged_beside.documents(folder):
        key = Key(trust, *filter(None, at), signatures=tuple(folder.keep(one, ".p7s") for one in given))
        yield key, Case("signatures beside documents", what, octets)
    for what, octets, given, trust in forged_beside.altered(folder):
        key = Key(trust, signatures=tuple(folder.keep(one, ".p7s") for one in given))
        yield key, Case("signatures altered", what, octets, False)
    for what, octets, trust, *at in forged_beside.packages(folder):
        yield Key(trust, *filter(None, at)), Case("packages with signed documents", what, octets)
    for what, octets, given, trust in forged_lists.cases(folder):
        yield Key(trust, data=tuple(folder.keep(one, ".txt") for one in given)), Case("status lists", what, octets)


def vectors():
    """Proofs of others."""
    folder = pathlib.Path(os.environ.get("FIDEM_VECTORS", "/nowhere"))
    if not (folder / "tsa").is_dir():
        if os.environ.get("FIDEM_REQUIRE_VECTORS") == "1":
            sys.exit(f"the vectors are required and not at {folder}")
        print("skipped: no vectors of others (FIDEM_VECTORS)")
        return
    for path in sorted((folder / "ots").glob("*.ots")):
        data = path.with_suffix("")
        yield Key(data=(str(data),) if data.exists() else ()), Case("vectors: OpenTimestamps", path.name, path.read_bytes())
    headers = tuple(str(path) for path in sorted((folder / "btc").glob("*.bin")))
    for path in sorted((folder / "ots").glob("*.ots")):
        yield Key(headers=headers), Case("vectors: OpenTimestamps", f"{path.name} with headers", path.read_bytes())
    for path in sorted((folder / "tsa/corpus").glob("*.tst")):
        yield Key(), Case("vectors: tokens", path.name, path.read_bytes())
    for path in sorted((folder / "tsa/curated").glob("*.t*")):
        root = path.with_suffix(".ca.pem")
        yield Key(str(root) if root.exists() else None), Case("vectors: tokens, each with its root", path.name, path.read_bytes())


def samples():
    frozen, example = FROZEN / "trust.pem", EXAMPLE / "trust.json"
    for trust, path in [
        (frozen, FROZEN / "case.asice"),
        (frozen, FROZEN / "exhibit.asice"),
        (frozen, FROZEN / "receipt.pdf"),
        (example, EXAMPLE / "example.asice"),
        (example, EXAMPLE / "example-item-1.asice"),
    ]:
        whole = path.read_bytes()
        for key in (Key(str(trust)), Key(), Key(str(trust), "2046-01-01T00:00:00Z"), Key(str(trust), "2026-11-01T00:00:00Z")):
            yield key, Case("samples", path.name, whole)
        key, few = Key(str(trust)), len(whole) > 100_000
        for what, octets in altering.octets(whole, 30 if few else 60):
            yield key, Case("samples altered", f"{path.name} {what}", octets, False)
        if path.name == "example.asice":
            for what, octets in altering.containers(whole):
                yield key, Case("containers", f"{path.name} {what}", octets)
        if path.suffix == ".asice":
            # The large package is slow to hash in a build for tests; the small ones have every member that it has.
            for number, (what, octets) in enumerate(altering.members(whole)):
                if not few or number % 5 == 0:
                    yield key, Case("packages made anew", f"{path.name} {what}", octets, False)


def tokens(folder):
    """Tokens made for one rule each, by themselves."""
    for what, octets, trust in forged.tokens(forged.Folder(folder)):
        yield Key(trust), Case("tokens made for one rule", what, octets)
    for what, octets, trust in forged.altered(forged.Folder(folder)):
        yield Key(trust), Case("tokens altered", what, octets, False)
