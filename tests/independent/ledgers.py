"""Blocks and receipts of ledgers made for the comparison: Bitcoin, EVM chains, FISCO BCOS, Hyperledger Fabric."""

import base64

import curves
import der
import evm
import making
import ots
import rlp
import tars
from digests import keccak256, sha256, sm3

TIME = 1_795_700_000


class Account:
    """A key of secp256k1, or of SM2."""

    def __init__(self, seed, sm=False):
        self.sm, self.curve = sm, curves.SM2 if sm else curves.K1
        self.secret = int.from_bytes(sha256(seed.encode())) % self.curve.n
        self.point = self.curve.times(self.secret, self.curve.g)
        self.key = curves.flat(self.point)
        self.address = (sm3 if sm else keccak256)(self.key)[12:]

    def sign(self, hashed, low=True):
        """r ‖ s ‖ parity over a hash; of SM2 r ‖ s over a message."""
        if self.sm:
            r, s = making.sm2_pair(self.secret, self.point, hashed)
            return r.to_bytes(32) + s.to_bytes(32)
        n, k = curves.K1.n, int.from_bytes(sha256(self.secret.to_bytes(32) + hashed)) % curves.K1.n
        x, y = curves.K1.times(k, curves.K1.g)
        s, parity = pow(k, -1, n) * (int.from_bytes(hashed) + x * self.secret) % n, y & 1
        if (s > n // 2) == low:
            s, parity = n - s, parity ^ 1
        return (x % n).to_bytes(32) + s.to_bytes(32) + bytes([parity])


# Bitcoin
def mined(before, root, bits=0x207FFFFF, works=True):
    nonce = 0
    while True:
        header = (
            (4).to_bytes(4, "little")
            + before
            + root
            + TIME.to_bytes(4, "little")
            + bits.to_bytes(4, "little")
            + nonce.to_bytes(4, "little")
        )
        if ots.works(header) == works:
            return header
        nonce += 1


def headers(root, count, before=bytes(32), works=True):
    found = []
    for index in range(count):
        found.append(mined(before, root if index == 0 else sha256(bytes([index])), works=works))
        before = ots.twice(found[-1])
    return found


def counted(octets):
    return bytes([len(octets)]) + octets


def proof(payload, height, more=b""):
    """A proof with one operation, and the root that it leads to."""
    root = sha256(payload + b"nonce")
    attested = b"\0" + ots.BITCOIN + counted(leb(height))
    return ots.MAGIC + b"\1\x08" + payload + more + b"\xf0" + counted(b"nonce") + b"\x08" + attested, root


def leb(value):
    found = []
    while True:
        value, octet = value >> 7, value & 0x7F
        found.append(octet | 0x80 * (value > 0))
        if not value:
            return bytes(found)


def promise(address=b"https://calendar.example"):
    return b"\xff\0" + ots.CALENDAR + counted(counted(address))


# EVM
def trie(pairs):
    """The root of a Merkle-Patricia trie and its nodes; keys are lists of nibbles."""
    nodes = {}
    top = rlp.encode(branch(pairs, nodes))
    nodes[keccak256(top)] = top
    return keccak256(top), nodes


def branch(pairs, nodes):
    keys = list(pairs)
    if len(keys) == 1:
        return [packed(keys[0], True), pairs[keys[0]]]
    shared = 0
    while all(len(key) > shared and key[shared] == keys[0][shared] for key in keys):
        shared += 1
    if shared:
        return [
            packed(keys[0][:shared], False),
            held(branch({key[shared:]: value for key, value in pairs.items()}, nodes), nodes),
        ]
    found = [b""] * 17
    for nibble in range(16):
        below = {key[1:]: value for key, value in pairs.items() if key and key[0] == nibble}
        if below:
            found[nibble] = held(branch(below, nodes), nodes)
    found[16] = pairs.get((), b"")
    return found


def held(node, nodes):
    raw = rlp.encode(node)
    if len(raw) < 32:
        return node
    nodes[keccak256(raw)] = raw
    return keccak256(raw)


def packed(nibbles, leaf):
    flag = 2 * leaf + len(nibbles) % 2
    digits = [flag, *([] if len(nibbles) % 2 else [0]), *nibbles]
    return bytes(a << 4 | b for a, b in zip(digits[::2], digits[1::2]))


def evm_transaction(payload, chain, typed=False, account=None, low=True):
    number, account = rlp.from_number, account or Account("sender")
    if typed:
        fields = [number(chain), number(3), number(1), number(9), number(30000), bytes(20), b"", payload, []]
        signed = account.sign(keccak256(b"\2" + rlp.encode(fields)), low)
        tail = [number(signed[64]), signed[:32].lstrip(b"\0"), signed[32:64].lstrip(b"\0")]
        return b"\2" + rlp.encode(fields + tail)
    fields = [number(3), number(9), number(30000), bytes(20), b"", payload]
    signed = account.sign(keccak256(rlp.encode([*fields, number(chain), b"", b""])), low)
    v = 35 + 2 * chain + signed[64]
    return rlp.encode([*fields, number(v), signed[:32].lstrip(b"\0"), signed[32:64].lstrip(b"\0")])


def evm_header(root, height, before, extra):
    number = rlp.from_number
    fields = [
        before,
        bytes(32),
        bytes(20),
        bytes(32),
        root,
        bytes(32),
        bytes(256),
        number(1),
        number(height),
        number(30_000_000),
        number(30000),
        number(TIME),
    ]
    return [*fields, extra, bytes(32), bytes(8)]


def sealed(fields, consensus, signers, named=None, round_number=0):
    """A header with its seals, and its hash."""
    if consensus == "none":
        raw = rlp.encode([*fields[:12], b"", *fields[13:]])
    elif consensus == "clique":
        extra = bytes(32)
        hashed = keccak256(rlp.encode([*fields[:12], extra, *fields[13:]]))
        raw = rlp.encode([*fields[:12], extra + signers[0].sign(hashed), *fields[13:]])
    else:
        turn = round_number.to_bytes(4) if consensus == "ibft2" else rlp.from_number(round_number)
        items = [bytes(32), [one.address for one in named or signers], b"" if consensus == "ibft2" else [], turn]
        extra = rlp.encode(items if consensus == "ibft2" else [*items, []])
        hashed = keccak256(rlp.encode([*fields[:12], extra, *fields[13:]]))
        raw = rlp.encode([*fields[:12], rlp.encode([*items, [one.sign(hashed) for one in signers]]), *fields[13:]])
    return raw, evm.Header(raw, consensus).hash


def evm_receipt(
    payload, consensus="none", signers=(), named=None, chain=5555, count=3, index=1, typed=False, successors=(), **more
):
    sent = evm_transaction(payload, chain, typed, **more)
    others = {tuple(evm.nibbles(rlp.encode(rlp.from_number(n)))): rlp.encode([n.to_bytes(2)] * 9) for n in range(count)}
    key = tuple(evm.nibbles(rlp.encode(rlp.from_number(index))))
    root, nodes = trie(others | {key: sent})
    raw, hashed = sealed(evm_header(root, 7, bytes(32), b""), consensus, signers, named)
    follow = []
    for place, signer in enumerate(successors):
        one, hashed = sealed(evm_header(root, 8 + place, hashed, b""), consensus, signer)
        follow.append(one.hex())
    return {
        "chain_id": chain,
        "consensus": consensus,
        "format": "fidem-evm/1",
        "header": raw.hex(),
        "index": index,
        "proof": [one.hex() for one in way(root, nodes, list(key))],
        "successors": follow,
        "transaction": sent.hex(),
    }


def way(root, nodes, key):
    """The nodes from the root to a key that do not stand within the one above."""
    found, due = [], root
    while True:
        if isinstance(due, bytes):
            raw = nodes[due]
            found.append(raw)
            due = rlp.whole(raw)
        due, key, done = evm.step(due, key)
        if done:
            return found


# FISCO BCOS
def fisco_v3(payload, sm, sealers, signing, weights=None, chain=b"chain0", group=b"group0", limit=501, height=2, path=()):
    hash_of, sender = (sm3 if sm else keccak256), Account("sender", sm)
    data = {n: 0 if n in tars.INTEGERS else b"" for n in range(1, 15)}
    data |= {2: chain, 3: group, 4: limit, 5: b"1" * 39, 6: b"0x" + b"0" * 39 + b"4", 7: payload}
    hashed = hash_of(tars.hashed(data))
    sent = tars.encode(data, hashed, sender.sign(hashed) + (sender.key if sm else b""))
    root = hashed
    for left, right in path:
        root = hash_of(b"".join(left) + root + b"".join(right))
    weights = weights or [1] * len(sealers)
    value = {
        "consensusWeights": weights,
        "extraData": "",
        "gasUsed": "0",
        "number": height,
        "parentInfo": [{"blockHash": "11" * 32, "blockNumber": height - 1}],
        "receiptsRoot": "22" * 32,
        "sealer": 0,
        "sealerList": [one.key.hex() for one in sealers],
        "stateRoot": "33" * 32,
        "timestamp": TIME * 1000,
        "txsRoot": root.hex(),
        "version": 50528256,
    }
    message = (
        value["version"].to_bytes(4)
        + (height - 1).to_bytes(8)
        + bytes.fromhex("11" * 32)
        + root
        + bytes.fromhex("22" * 32 + "33" * 32)
    )
    message += (
        height.to_bytes(8)
        + b"0"
        + (TIME * 1000).to_bytes(8)
        + bytes(8)
        + b"".join(one.key for one in sealers)
        + b"".join(w.to_bytes(8) for w in weights)
    )
    signed = [{"sealer": n, "signature": sealers[n].sign(hash_of(message)).hex()} for n in signing]
    shown = [{"left": [n.hex() for n in left], "right": [n.hex() for n in right]} for left, right in path]
    return {
        "format": "fidem-fisco/1",
        "header": {"v3": value},
        "path": shown,
        "signatures": signed,
        "suite": "sm3-sm2" if sm else "keccak256-secp256k1",
        "transaction": sent.hex(),
    }


def fisco_v2(payload, sealers, signing, count=1, index=0, limit=501):
    number, sender = rlp.from_number, Account("sender")
    fields = [number(99), number(1), number(30000), number(limit), bytes(19) + b"\4", b"", payload, number(1), number(1), b""]
    signed = sender.sign(keccak256(rlp.encode(fields)))
    sent = rlp.encode([*fields, number(27 + signed[64]), signed[:32].lstrip(b"\0"), signed[32:64].lstrip(b"\0")])
    leaves = [rlp.encode(number(n)) + (keccak256(sent) if n == index else sha256(n.to_bytes(2))) for n in range(count)]
    path, place, level = [], index, leaves
    while len(level) > 1:
        first = place // 16 * 16
        path.append((level[first:place], level[place + 1 : first + 16]))
        level, place = [keccak256(b"".join(level[n : n + 16])) for n in range(0, len(level), 16)], place // 16
    path.append(([], []))
    header = [
        bytes(32),
        bytes(32),
        keccak256(level[0]),
        bytes(32),
        bytes(32),
        bytes(256),
        number(2),
        number(1),
        b"",
        number(TIME * 1000),
        [],
        b"",
        [one.key for one in sealers],
    ]
    raw = rlp.encode(header)
    shown = [{"left": [n.hex() for n in left], "right": [n.hex() for n in right]} for left, right in path]
    signatures = [{"sealer": n, "signature": sealers[n].sign(keccak256(raw)).hex()} for n in signing]
    return {
        "format": "fidem-fisco/1",
        "header": {"v2": raw.hex()},
        "index": index,
        "path": shown,
        "signatures": signatures,
        "suite": "keccak256-secp256k1",
        "transaction": sent.hex(),
    }


# Hyperledger Fabric
def message(*fields):
    """Fields of Protocol Buffers in the order given: numbers or octets."""
    found = b""
    for number, value in fields:
        if isinstance(value, int):
            found += leb(number << 3) + leb(value)
        else:
            found += leb(number << 3 | 2) + leb(len(value)) + value
    return found


class Member:
    """A node of an organisation, with a certificate by the organisation's authority."""

    def __init__(self, msp, issuer=None):
        self.msp, self.signer = msp, making.Signer("SECP256R1")
        issuer = issuer or making.Signer("SECP256R1")
        self.issuer_raw = making.certificate(f"CA {msp}", issuer, f"CA {msp}", issuer, making.FOR_ISSUER)
        self.raw = making.certificate(f"node {msp}", self.signer, f"CA {msp}", issuer)
        text = "-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(self.raw).decode() + "-----END CERTIFICATE-----\n"
        self.identity = message((1, msp.encode()), (2, text.encode()))

    def sign(self, octets, low=True):
        pair = der.whole(self.signer.sign(octets))
        r, s = pair[0].integer(), pair[1].integer()
        half = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
        s = half - s if (s > half // 2) == low else s
        return making.sequence(der.encode_integer(r), der.encode_integer(s))


def fabric_receipt(
    payload, creator, endorsers, orderers, channel="notary", arguments=None, kind=3, note=0, response=None, number=5, low=True
):
    nonce = bytes(24)
    called = [message((1, b"set")), message((1, payload.hex().encode()))] if arguments is None else arguments
    identifier = sha256(nonce + creator.identity).hex().encode()
    head = message((1, kind), (3, message((1, TIME))), (4, channel.encode()), (5, identifier))
    signature_header = message((1, creator.identity), (2, nonce))
    inputs = b"".join(called)
    specification = message((1, 1), (2, message((2, b"cc"))), (3, inputs))
    proposal = message((1, message((1, specification))))
    answered = response or message((1, sha256(head + signature_header + proposal)), (2, b"ok"))
    endorsed = [message((1, one.identity), (2, one.sign(answered + one.identity))) for one in endorsers]
    action = message((1, proposal), (2, message((1, answered), *((2, one) for one in endorsed))))
    body = message((1, message((1, head), (2, signature_header))), (2, message((1, message((1, signature_header), (2, action))))))
    envelope = message((1, body), (2, creator.sign(body, low)))
    before, contents = bytes(32), sha256(envelope)
    header = making.sequence(der.encode_integer(number), making.octets(before), making.octets(contents))
    signatures = []
    for one in orderers:
        own = message((1, one.identity), (2, bytes(24)))
        signatures.append((2, message((1, own), (2, one.sign(b"value" + own + header)))))
    metadata = message((1, message((1, b"value"), *signatures)), (1, b""), (1, bytes([note])))
    block = message((1, message((1, number), (2, before), (3, contents))), (2, message((1, envelope))), (3, metadata))
    receipt = {"block": base64.b64encode(block).decode(), "channel": channel, "format": "fidem-fabric/1", "index": 0}
    return receipt, sha256(header)
