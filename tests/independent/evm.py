"""Receipts of EVM chains: fidem-evm/1 (docs/format/evm.md)."""

import curves
import rlp
import statements
from digests import keccak256
from worth import Failed, Worth

FORM = {
    "chain_id": int,
    "consensus": ("none", "clique", "ibft2", "qbft"),
    "format": str,
    "header": str,
    "index": int,
    "proof": [str],
    "successors": [str],
    "transaction": str,
}
MOST_NODES, MOST_SUCCESSORS = 24, 4096


def judge(value, payload, trust):
    if not statements.fits(value, FORM) or len(value["proof"]) > MOST_NODES or len(value["successors"]) > MOST_SUCCESSORS:
        raise Failed("receipt-unread")
    sent = octets(value["transaction"])
    chain, data = transaction(sent)
    if chain != value["chain_id"]:
        raise Failed("evm-other-chain")
    if data != payload:
        raise Failed("evm-other-payload")
    consensus = value["consensus"]
    headers = [Header(octets(one), consensus) for one in [value["header"], *value["successors"]]]
    for before, after in zip(headers, headers[1:]):
        if after.parent != before.hash or after.number != before.number + 1:
            raise Failed("evm-link")
    follow(headers[0].root, value["index"], [octets(one) for one in value["proof"]], sent)
    return weigh(headers, value, consensus, trust)


def octets(text):
    try:
        raw = bytes.fromhex(text)
    except ValueError:
        raise Failed("receipt-unread") from None
    if raw.hex() != text:
        raise Failed("receipt-unread")
    return raw


def transaction(sent):
    """Chain and input of a signed transaction (EIP-155, EIP-1559)."""
    try:
        typed = sent[:1] == b"\2"
        fields = rlp.whole(sent[1:] if typed else sent)
        if not isinstance(fields, list) or len(fields) != (12 if typed else 9):
            raise rlp.Malformed("fields")
        v, r, s = (rlp.number(one, 1 << 256) for one in fields[-3:])
        if typed:
            chain, parity, unsigned = rlp.number(fields[0]), v, b"\2" + rlp.encode(fields[:-3])
            data, to, numbers = fields[7], fields[5], [*fields[1:5], fields[6]]
        else:
            chain, parity = (v - 35) // 2, (v - 35) % 2
            unsigned = rlp.encode([*fields[:6], rlp.from_number(max(chain, 0)), b"", b""])
            data, to, numbers = fields[5], fields[3], [*fields[:3], fields[4]]
        if chain < 1 or parity not in (0, 1) or len(to) not in (0, 20) or s > curves.K1.n // 2:
            raise rlp.Malformed("signature")
        for one in numbers:
            rlp.number(one, 1 << 256)
        if curves.recover(keccak256(unsigned), r, s, parity) is None:
            raise rlp.Malformed("signature")
    except (rlp.Malformed, TypeError):
        raise Failed("evm-transaction") from None
    return chain, data


class Header:
    """A block header with the hash that its way of sealing gives."""

    def __init__(self, raw, consensus):
        try:
            fields = rlp.whole(raw)
            if not isinstance(fields, list) or not 15 <= len(fields) <= 40:
                raise rlp.Malformed("fields")
            self.fields, self.parent, self.root, self.extra = fields, fields[0], fields[4], fields[12]
            if len(self.parent) != 32 or len(self.root) != 32 or isinstance(self.extra, list):
                raise rlp.Malformed("fields")
            self.number, self.time = rlp.number(fields[8]), rlp.number(fields[11])
            self.seals, self.validators, hashed, signed = self.sealing(consensus)
        except (rlp.Malformed, TypeError, AttributeError):
            raise Failed("evm-header") from None
        self.hash = keccak256(raw if hashed is None else self.with_extra(hashed))
        self.signed = None if signed is None else keccak256(self.with_extra(signed))

    def with_extra(self, extra):
        return rlp.encode([*self.fields[:12], extra, *self.fields[13:]])

    def sealing(self, consensus):
        """Seals, validators named, extra data that are hashed and that are sealed."""
        if consensus == "none":
            return [], [], None, None
        if consensus == "clique":
            if len(self.extra) < 97:
                return [], [], None, None
            return [self.extra[-65:]], [], None, self.extra[:-65]
        items = rlp.whole(self.extra)
        if not isinstance(items, list) or len(items) != 5 or len(items[0]) != 32:
            raise rlp.Malformed("extra data")
        first, validators, vote, turn, seals = items
        if not all(isinstance(one, bytes) and len(one) == 20 for one in validators) or not isinstance(seals, list):
            raise rlp.Malformed("validators")
        if not all(isinstance(one, bytes) and len(one) == 65 for one in seals):
            raise rlp.Malformed("seals")
        if consensus == "ibft2":
            if len(turn) != 4:
                raise rlp.Malformed("round")
            return seals, validators, rlp.encode([first, validators, vote]), rlp.encode([first, validators, vote, turn])
        rlp.number(turn)
        hashed = rlp.encode([first, validators, vote, b"", []])
        return seals, validators, hashed, rlp.encode([first, validators, vote, turn, []])

    def sealers(self):
        """The addresses whose seals these are; `None` where one of them is nobody's, or none is there."""
        found = set()
        for seal in self.seals:
            r, s, parity = int.from_bytes(seal[:32]), int.from_bytes(seal[32:64]), seal[64]
            key = curves.recover(self.signed, r, s, parity) if parity in (0, 1) else None
            if key is None:
                return None
            found.add(keccak256(curves.flat(key))[12:])
        return found if self.signed else None


def nibbles(data):
    return [n for octet in data for n in (octet >> 4, octet & 15)]


def follow(root, index, proof, sent):
    """The Merkle-Patricia trie from the root to the transaction (Yellow Paper, appendix D)."""
    key, proof, due = nibbles(rlp.encode(rlp.from_number(index))), list(proof), root
    try:
        while True:
            if isinstance(due, list):
                node = due
            elif len(due) == 32:
                raw = proof.pop(0)
                if keccak256(raw) != due or len(raw) < 32 and due is not root:
                    raise rlp.Malformed("node")
                node = rlp.whole(raw)
            else:
                raise rlp.Malformed("node")
            due, key, done = step(node, key)
            if done:
                break
    except (rlp.Malformed, IndexError, TypeError):
        raise Failed("evm-path") from None
    if proof or due != sent:
        raise Failed("evm-path")


def step(node, key):
    """The next node, what is left of the key, and whether this is the value."""
    if len(node) == 17:
        return (node[16], key, True) if not key else (node[key[0]], key[1:], False)
    if len(node) != 2:
        raise rlp.Malformed("node")
    part = nibbles(node[0])
    flag = part.pop(0)
    if not flag & 1 and part.pop(0):
        raise rlp.Malformed("path")
    if flag > 3 or key[: len(part)] != part:
        raise rlp.Malformed("path")
    key = key[len(part) :]
    if flag & 2:
        if key:
            raise rlp.Malformed("path")
        return node[1], key, True
    return node[1], key, False


def weigh(headers, value, consensus, trust):
    """What pins and seals make of the block (docs/format/evm.md#how-a-verifier-judges)."""
    head, network = headers[0], f"eip155:{value['chain_id']}"
    mine = [pin for pin in trust.chains.get("evm", []) if pin["chain_id"] == value["chain_id"]]
    pinned = False
    for pin in mine:
        for block in pin.get("blocks", []):
            for header in headers:
                if header.number == block["height"]:
                    if header.hash.hex() != block["hash"]:
                        raise Failed("evm-other-block")
                    pinned = True
    few = False
    for pin in mine:
        state = by_validators(headers, consensus, pin)
        pinned |= state == "sealed"
        few |= state == "few"
    if pinned:
        return Worth("canonical", network, head.number)
    sealers = head.sealers()
    if consensus in ("ibft2", "qbft") and sealers is not None and sealers <= set(head.validators):
        if len(sealers) >= quorum(len(head.validators)):
            return Worth("quorum-unpinned", network, head.number, "evm-sealers")
    return Worth("inclusion-only", network, head.number, "evm-too-few-blocks" if few else "evm-no-seals")


def quorum(validators):
    """Two thirds, rounded up; of nobody it cannot be had."""
    return -(-2 * validators // 3) or 1


def by_validators(headers, consensus, pin):
    """The first set of a pin that covers the block; whoever else sealed it does not count."""
    height = headers[0].number
    for one in pin.get("validators", []):
        span = one.get("from", 0), one.get("until", 1 << 64)
        if not span[0] <= height <= span[1]:
            continue
        if one["consensus"] != consensus:
            raise Failed("evm-other-consensus")
        known = {bytes.fromhex(address) for address in one["addresses"]}
        if consensus == "clique":
            return by_clique([header for header in headers if span[0] <= header.number <= span[1]], known)
        if len((headers[0].sealers() or set()) & known) < quorum(len(known)):
            raise Failed("evm-not-sealed")
        return "sealed"
    return None


def by_clique(headers, known):
    """Block by block, until more than half of the signers have each sealed one; each by one of them."""
    found = set()
    for header in headers:
        sealer = header.sealers() or set()
        if not sealer or not sealer <= known:
            raise Failed("evm-not-sealed")
        found |= sealer
        if len(found) > len(known) // 2:
            return "sealed"
    return "few"
