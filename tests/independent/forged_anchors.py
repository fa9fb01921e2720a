"""The worked example with anchorings put into it: receipts of every kind, sound and not."""

import base64
import json
import random

import ledgers
from digests import sha256
from forged_packages import EXAMPLE, SEAL, canonical, example, packed


class Anchored:
    """The example with one anchoring of a log of one entry."""

    def __init__(self, network, **said):
        self.files = example()
        leaf = sha256(b"\0" + sha256(self.files[SEAL]))
        self.payload, self.said = (
            leaf,
            {
                "adapter": {"kind": "test", "version": 1},
                "anchor": 1,
                "changed": "2026-11-22T12:00:00Z",
                "format": "fidem-anchor/1",
                "disclosure": {"access": "consortium", "overseas_public": False},
                "network": network,
                "payload": leaf.hex(),
                "place": {},
                "rail": "试",
                "size": 1,
                "state": "final",
                "submitted": "2026-11-22T12:00:00Z",
            }
            | said,
        )
        signature = base64.b64encode(bytes(68)).decode()
        self.proof = (
            f"c2sp.org/tlog-proof@v1\nindex 0\n\nlog\n1\n{base64.b64encode(leaf).decode()}\n\n— log {signature}\n".encode()
        )

    def package(self, files, **changes):
        folder = "proofs/anchors/0001/"
        own = {"anchor.json": canonical(self.said), "001.tlog-proof": self.proof} | {
            n: canonical(d) if isinstance(d, dict) else d for n, d in files.items()
        }
        own = {folder + name: data for name, data in (own | changes).items() if data is not None}
        return packed(own)


def with_chains(folder, **chains):
    value = json.loads((EXAMPLE / "trust.json").read_text()) | {"chains": chains}
    return folder.put(canonical(value).decode(), ".json")


def anchored(folder):
    plain = with_chains(folder)
    yield from statements_of_anchors(plain)
    for name, network, receipt, chains in [*evm_cases(), *fisco_cases(), *fabric_cases()]:
        one = Anchored(network)
        trust = with_chains(folder, **chains) if chains else plain
        value = receipt(one.payload)
        yield name, one.package({"receipt.json": value}), trust
        if name in SPOILED:
            yield from spoiled(name, one, value, trust)
        if network.endswith("5555"):
            yield f"{name}, another network", Anchored("eip155:1").package({"receipt.json": value}), trust
    yield from bitcoin_cases(folder)


def statements_of_anchors(trust):
    one = Anchored("bitcoin")
    yield "nothing but the statement", one.package({}), trust
    yield "a platform's word", one.package({"platform.json": b"{}"}), trust
    yield "a platform's word and a receipt", one.package({"platform.json": b"{}", "receipt.json": b"x"}), trust
    yield "no path", one.package({}, **{"001.tlog-proof": None}), trust
    yield "a path of another size", Anchored("bitcoin", size=2).package({}), trust
    yield "a path to another root", Anchored("bitcoin", payload="00" * 32).package({}), trust
    yield "another number", Anchored("bitcoin", anchor=2).package({}), trust
    yield "size 0", Anchored("bitcoin", size=0).package({}), trust
    yield "an unknown state", Anchored("bitcoin", state="x").package({}), trust
    yield "another time", Anchored("bitcoin", changed="x").package({}), trust
    yield "a place", Anchored("bitcoin", place={"block": "x", "height": 1, "time": "x", "transaction": "x"}).package({}), trust
    yield "a field too many", Anchored("bitcoin", x="x").package({}), trust
    yield "a path for a seal that is not there", one.package({"002.tlog-proof": one.proof}), trust
    yield "a malformed path", one.package({}, **{"001.tlog-proof": b"x"}), trust
    yield "no receipt of a known kind", one.package({"receipt.json": {"format": "x"}}), trust
    yield "overseas", Anchored("bitcoin", disclosure={"access": "public", "overseas_public": True}).package({}), trust


VALIDATORS = [ledgers.Account(f"validator {n}") for n in range(4)]
OTHERS = [ledgers.Account(f"other {n}") for n in range(4)]
SPOILED = {"evm qbft, pinned", "evm clique, pinned", "fisco v3 sm, pinned", "fisco v2, pinned"}


def pin(consensus, signers, **more):
    one = {
        "name": "省链",
        "chain_id": 5555,
        "validators": [{"consensus": consensus, "addresses": [s.address.hex() for s in signers]} | more],
    }
    return {"evm": [one]}


def evm_cases():
    make, network = ledgers.evm_receipt, "eip155:5555"
    yield "evm none", network, lambda p: make(p), {}
    yield "evm typed", network, lambda p: make(p, typed=True), {}
    yield "evm one transaction", network, lambda p: make(p, count=1, index=0), {}
    yield "evm 200 transactions", network, lambda p: make(p, count=200, index=130), {}
    other = ledgers.Account("another sender")
    yield (
        "evm a transaction that is not in the block",
        network,
        lambda p: make(p) | {"transaction": ledgers.evm_transaction(p, 5555, account=other).hex()},
        {},
    )
    yield "evm a node too many", network, lambda p: make(p, count=200) | {"proof": [*make(p, count=200)["proof"], "c0"]}, {}
    yield "evm high s", network, lambda p: make(p, low=False), {}
    yield "evm another payload", network, lambda p: make(sha256(p)), {}
    yield "evm another chain", network, lambda p: make(p) | {"chain_id": 1}, {}
    for consensus in ("ibft2", "qbft"):
        for signing in (4, 3, 2):
            sealed = lambda p, c=consensus, n=signing: make(p, c, VALIDATORS[:n], VALIDATORS)
            yield f"evm {consensus}, {signing} of 4", network, sealed, {}
            yield f"evm {consensus}, {signing} of 4, pinned", network, sealed, pin(consensus, VALIDATORS)
        sealed = lambda p, c=consensus: make(p, c, VALIDATORS, VALIDATORS)
        yield f"evm {consensus}, pinned", network, sealed, pin(consensus, VALIDATORS)
        yield f"evm {consensus}, others pinned", network, sealed, pin(consensus, OTHERS)
        yield f"evm {consensus}, three pinned", network, sealed, pin(consensus, VALIDATORS[:3])
        yield f"evm {consensus}, later pinned", network, sealed, pin(consensus, VALIDATORS, **{"from": 8})
        yield f"evm {consensus}, earlier pinned", network, sealed, pin(consensus, VALIDATORS, until=6)
        yield (
            f"evm {consensus}, a stranger's seal",
            network,
            lambda p, c=consensus: make(p, c, [*VALIDATORS, OTHERS[0]], VALIDATORS),
            {},
        )
    yield "evm qbft, pinned as clique", network, lambda p: make(p, "qbft", VALIDATORS), pin("clique", VALIDATORS)
    for count in (1, 2, 3):
        follow = [[one] for one in VALIDATORS[1:count]]
        yield f"evm clique, {count} blocks", network, lambda p, f=follow: make(p, "clique", VALIDATORS[:1], successors=f), {}
        yield (
            f"evm clique, {count} blocks, pinned",
            network,
            lambda p, f=follow: make(p, "clique", VALIDATORS[:1], successors=f),
            pin("clique", VALIDATORS),
        )
    yield (
        "evm clique, pinned",
        network,
        lambda p: make(p, "clique", VALIDATORS[:1], successors=[[v] for v in VALIDATORS[1:]]),
        pin("clique", VALIDATORS),
    )
    yield (
        "evm clique, a stranger",
        network,
        lambda p: make(p, "clique", VALIDATORS[:1], successors=[[OTHERS[0]]]),
        pin("clique", VALIDATORS),
    )
    yield (
        "evm clique, the same twice",
        network,
        lambda p: make(p, "clique", VALIDATORS[:1], successors=[VALIDATORS[:1]] * 3),
        pin("clique", VALIDATORS),
    )
    block = {"evm": [{"name": "x", "chain_id": 5555, "blocks": [{"height": 7, "hash": "00" * 32}]}]}
    yield "evm another block pinned", network, lambda p: make(p), block


SEALERS, SM_SEALERS = [ledgers.Account(f"sealer {n}") for n in range(4)], [ledgers.Account(f"sealer {n}", True) for n in range(4)]


def group(sealers, suite, network="fisco:chain0/group0", **more):
    return {"fisco": [{"name": "群组", "network": network, "sealers": [one.key.hex() for one in sealers], "suite": suite} | more]}


def fisco_cases():
    old, new, network = ledgers.fisco_v2, ledgers.fisco_v3, "fisco:chain0/group0"
    k1, sm = "keccak256-secp256k1", "sm3-sm2"
    beside = [([], [sha256(b"a")]), ([sha256(b"b")], []), ([], [])]
    for name, suite, is_sm, sealers in (("fisco v3", k1, False, SEALERS), ("fisco v3 sm", sm, True, SM_SEALERS)):
        for signing in ([0, 1, 2], [0, 1], [0, 1, 2, 3]):
            made = lambda p, s=is_sm, a=sealers, n=signing: new(p, s, a, n, path=beside)
            yield f"{name}, {len(signing)} of 4", network, made, {}
            yield f"{name}, {len(signing)} of 4, pinned", network, made, group(sealers, suite)
        made = lambda p, s=is_sm, a=sealers: new(p, s, a, [0, 1, 2])
        yield f"{name}, pinned", network, made, group(sealers, suite)
        yield f"{name}, two pinned", network, made, group(sealers[:2], suite)
        yield f"{name}, pinned in another group", network, made, group(sealers, suite, "fisco:chain0/group1")
        yield f"{name}, pinned with weights", network, made, group(sealers, suite, weights=[1, 1, 1, 9])
        yield f"{name}, pinned with too few weights", network, made, group(sealers, suite, weights=[1])
        yield f"{name}, weights", network, lambda p, s=is_sm, a=sealers: new(p, s, a, [0], weights=[9, 1, 1, 1]), {}
        root = lambda p, s=is_sm, a=sealers: new(p, s, a, [0, 1, 2]) | {"path": [{"left": [], "right": ["11" * 32]}]}
        yield f"{name}, another path", network, root, {}
        yield f"{name}, signed twice", network, lambda p, s=is_sm, a=sealers: new(p, s, a, [0, 1, 1]), {}
        yield f"{name}, too late", network, lambda p, s=is_sm, a=sealers: new(p, s, a, [0, 1, 2], limit=1), {}
        yield f"{name}, another payload", network, lambda p, s=is_sm, a=sealers: new(sha256(p), s, a, [0, 1, 2]), {}
        yield (
            f"{name}, another border",
            network,
            lambda p, s=is_sm, a=sealers: new(p, s, a, [0, 1, 2], chain=b"chain0g", group=b"roup0"),
            {},
        )
    for count, index in ((1, 0), (3, 2), (16, 5), (17, 16), (300, 259)):
        yield (
            f"fisco v2, {index} of {count}",
            "fisco:1/1",
            lambda p, c=count, i=index: old(p, SEALERS, [0, 1, 2], c, i),
            group(SEALERS, k1, "fisco:1/1"),
        )
    yield "fisco v2, pinned", "fisco:1/1", lambda p: old(p, SEALERS, [0, 1, 3], 20, 18), group(SEALERS, k1, "fisco:1/1")
    yield (
        "fisco v2, another path",
        "fisco:1/1",
        lambda p: old(p, SEALERS, [0, 1, 3], 20, 18) | {"path": [{"left": [], "right": []}]},
        {},
    )
    yield "fisco v2, another index", "fisco:1/1", lambda p: old(p, SEALERS, [0, 1, 3], 20, 18) | {"index": 17}, {}
    yield "fisco v2, two signed", "fisco:1/1", lambda p: old(p, SEALERS, [0, 1]), group(SEALERS, k1, "fisco:1/1")
    yield "fisco v2, too late", "fisco:1/1", lambda p: old(p, SEALERS, [0, 1, 2], limit=1), {}


def fabric_cases():
    creator, orderers = ledgers.Member("Org1"), [ledgers.Member("Orderer") for _ in range(2)]
    peers = [ledgers.Member(f"Org{n}") for n in range(3)]
    organisation = lambda one: {"msp": one.msp, "certificates": [base64.b64encode(one.issuer_raw).decode()]}
    network = "fabric:notary"

    def made(payload, **more):
        return ledgers.fabric_receipt(
            payload, more.pop("creator", creator), more.pop("endorsers", peers), more.pop("orderers", orderers[:1]), **more
        )[0]

    def pinned(**more):
        return {"fabric": [{"name": "通道", "channel": "notary"} | more]}

    ours, theirs = [organisation(one) for one in orderers], [organisation(one) for one in peers]
    yield "fabric", network, made, {}
    yield "fabric, pinned", network, made, pinned(orderers=ours[:1], peers=theirs)
    yield "fabric, other orderers pinned", network, made, pinned(orderers=ours[1:], peers=theirs)
    yield "fabric, orderers alone pinned", network, made, pinned(orderers=ours[:1])
    yield "fabric, peers alone pinned", network, made, pinned(peers=theirs)
    yield "fabric, two signatures pinned", network, made, pinned(orderers=ours, signatures=2, peers=theirs)
    yield (
        "fabric, two signatures",
        network,
        lambda p: made(p, orderers=orderers),
        pinned(orderers=ours, signatures=2, peers=theirs),
    )
    yield "fabric, one endorses", network, lambda p: made(p, endorsers=peers[:1]), pinned(orderers=ours[:1], peers=theirs)
    yield (
        "fabric, one endorses and is enough",
        network,
        lambda p: made(p, endorsers=peers[:1]),
        pinned(orderers=ours[:1], peers=theirs, endorsements=1),
    )
    yield "fabric, high s", network, lambda p: made(p, low=False), {}
    yield "fabric, unsigned", network, lambda p: made(p, orderers=[]), {}
    yield "fabric, another channel pinned", network, made, {"fabric": [{"name": "x", "channel": "x", "orderers": ours}]}
    yield "fabric, another block pinned", network, made, pinned(blocks=[{"height": 5, "hash": "00" * 32}])
    yield "fabric, raw payload", network, lambda p: made(p, arguments=[ledgers.message((1, b"set")), ledgers.message((1, p))]), {}
    yield "fabric, another payload", network, lambda p: made(sha256(p)), {}
    yield (
        "fabric, three arguments",
        network,
        lambda p: made(p, arguments=[ledgers.message((1, b"set")), ledgers.message((1, p)), ledgers.message((1, p))]),
        {},
    )
    yield "fabric, another type", network, lambda p: made(p, kind=1), {}
    yield "fabric, another response", network, lambda p: made(p, response=ledgers.message((1, bytes(32)))), {}
    yield "fabric, flagged", network, lambda p: made(p, note=11), pinned(orderers=ours[:1], peers=theirs)
    yield "fabric, another network", "fabric:x", made, {}


def spoiled(name, one, value, trust):
    """The receipt with one digit changed at a time."""
    text, dice = canonical(value).decode(), random.Random(name)
    for _ in range(12):
        at = dice.randrange(len(text))
        if text[at] in "0123456789abcdef":
            digit = dice.choice([c for c in "0123456789abcdef" if c != text[at]])
            yield f"{name}, {digit} at {at}", one.package({"receipt.json": (text[:at] + digit + text[at + 1 :]).encode()}), trust


def bitcoin_cases(folder):
    one = Anchored("bitcoin")
    octets, root = ledgers.proof(one.payload, 100)
    lone = with_chains(folder)
    run = ledgers.headers(root, 8)
    last = ledgers.ots.twice(run[-1])[::-1].hex()
    pins = {"bitcoin": [{"network": "bitcoin", "blocks": [{"hash": last, "height": 107}]}]}
    marked = {
        "bitcoin": [
            {
                "network": "bitcoin",
                "checkpoints": {
                    "every": 5,
                    "first": 2,
                    "hashes": base64.b64encode(bytes(32) + bytes.fromhex(last)[::-1]).decode(),
                },
            }
        ]
    }
    trusts = {"": lone, ", pinned": with_chains(folder, **pins), ", checkpoint": with_chains(folder, **marked)}
    for what, trust in trusts.items():
        files = {"proof.ots": octets, "headers.bin": b"".join(run)}
        yield f"bitcoin{what}", one.package(files), trust
        yield f"bitcoin, another network{what}", Anchored("bitcoin-testnet").package(files), trust
        yield f"bitcoin, no headers{what}", one.package({"proof.ots": octets}), trust
        yield (
            f"bitcoin, other headers{what}",
            one.package(files | {"headers.bin": b"".join(ledgers.headers(bytes(32), 8))}),
            trust,
        )
        yield f"bitcoin, first alone{what}", one.package(files | {"headers.bin": run[0]}), trust
        yield f"bitcoin, headers not linked{what}", one.package(files | {"headers.bin": b"".join(run[::-1])}), trust
        yield f"bitcoin, headers cut{what}", one.package(files | {"headers.bin": b"".join(run)[:-1]}), trust
        yield (
            f"bitcoin, another root at the height{what}",
            one.package(
                files
                | {
                    "proof.ots": ledgers.proof(one.payload, 101, b"")[0][:-12] + ledgers.proof(one.payload, 101)[0][-12:],
                    "headers.bin": b"".join(ledgers.headers(bytes(32), 7) + []),
                }
            ),
            trust,
        )
        wrong, _ = ledgers.proof(one.payload, 104)
        yield f"bitcoin, another height{what}", one.package(files | {"proof.ots": wrong}), trust
        yield (
            f"bitcoin, no work{what}",
            one.package(files | {"headers.bin": b"".join(ledgers.headers(root, 3, works=False))}),
            trust,
        )
        yield (
            f"bitcoin, and a promise{what}",
            one.package(files | {"proof.ots": ledgers.proof(one.payload, 100, ledgers.promise() + b"")[0]}),
            trust,
        )
        yield f"bitcoin, another payload{what}", one.package(files | {"proof.ots": ledgers.proof(bytes(32), 100)[0]}), trust
        yield (
            f"bitcoin, headers that contradict{what}",
            one.package(
                {"proof.ots": ledgers.proof(one.payload, 103)[0].replace(b"nonce", b"other"), "headers.bin": b"".join(run)}
            ),
            trust,
        )
    yield "bitcoin, no proof", one.package({"proof.ots": b"x"}), lone
    yield "bitcoin, evm said", Anchored("eip155:1").package({"proof.ots": octets}), lone
