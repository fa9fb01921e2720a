"""Receipts of Hyperledger Fabric: fidem-fabric/1 (docs/format/fabric.md)."""

import base64
import binascii
import re

import certificates
import der
import keys
import statements
from digests import sha256
from worth import Failed, Worth

FORM = {"block": str, "channel": str, "format": str, "index": int}
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
ECDSA = der.whole(der.encode(0x30, keys.encode_oid("1.2.840.10045.4.3.2")))


class Malformed(ValueError):
    """No such message."""


class Message:
    """A message of Protocol Buffers: octets of each field, by number."""

    def __init__(self, data):
        self.fields, self.numbers, at = {}, {}, 0
        while at < len(data):
            key, at = varint(data, at)
            number, kind = key >> 3, key & 7
            if not number:
                raise Malformed("field")
            if kind == 0:
                value, at = varint(data, at)
                self.numbers.setdefault(number, []).append(value)
            elif kind in (1, 5):
                at += 8 if kind == 1 else 4
            elif kind == 2:
                size, at = varint(data, at)
                self.fields.setdefault(number, []).append(data[at : at + size])
                at += size
            else:
                raise Malformed("group")
            if at > len(data):
                raise Malformed("cut off")

    def many(self, number):
        if number in self.numbers:
            raise Malformed("type of a field")
        return self.fields.get(number, [])

    def one(self, number):
        """A field that stands at most once; absent it is empty."""
        found = self.many(number)
        if len(found) > 1:
            raise Malformed("a field twice")
        return found[0] if found else b""

    def number(self, field):
        if field in self.fields or len(self.numbers.get(field, [])) > 1:
            raise Malformed("type of a field")
        return self.numbers.get(field, [0])[0]


def varint(data, at):
    value = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise Malformed("number")
        octet = data[at]
        at += 1
        value |= (octet & 0x7F) << shift
        shift += 7
        if not octet & 0x80:
            if octet == 0 and shift > 7 or value >= 1 << 64:
                raise Malformed("number")
            return value, at


class Identity:
    """An organisation and a certificate (docs/format/fabric.md#identities)."""

    def __init__(self, octets):
        message = Message(octets)
        self.msp = message.one(1).decode()
        found = re.findall(rb"-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", message.one(2), re.S)
        if len(found) != 1 or not self.msp:
            raise Malformed("certificate")
        self.certificate = certificates.Certificate(base64.b64decode(found[0]))

    def signed(self, message, signature):
        """ECDSA of P-256 with the smaller s."""
        try:
            pair = der.whole(signature)
            low = 0 < pair[1].integer() <= ORDER // 2
            return low and self.certificate.key.kind == "EC" and keys.holds(self.certificate.key, ECDSA, message, signature)
        except (der.Malformed, keys.Unknown, ValueError):
            return False

    def is_of(self, organisation):
        """Whether it has the name, and a certificate that is pinned or issued by a pinned one."""
        if organisation["msp"] != self.msp:
            return False
        for text in organisation["certificates"]:
            pinned = certificates.Certificate(base64.b64decode(text))
            if pinned == self.certificate:
                return True
            if pinned.subject.raw == self.certificate.issuer.raw and issued(self.certificate, pinned):
                return True
        return False


def issued(certificate, issuer):
    try:
        return certificate.algorithm[0].oid() == "1.2.840.10045.4.3.2" and keys.holds(
            issuer.key, certificate.algorithm, certificate.tbs.raw, certificate.signature
        )
    except keys.Unknown:
        return False


BROKEN = (Malformed, der.Malformed, UnicodeDecodeError, ValueError, IndexError, keys.Unknown)


def judge(value, payload, trust):
    if not statements.fits(value, FORM):
        raise Failed("receipt-unread")
    try:
        raw = base64.b64decode(value["block"], validate=True)
        if base64.b64encode(raw).decode() != value["block"]:
            raise Failed("receipt-unread")
    except binascii.Error:
        raise Failed("receipt-unread") from None
    number, hashed, header, envelopes, metadata = block(raw)
    if value["index"] >= len(envelopes):
        raise Failed("fabric-no-transaction")
    try:
        channel, arguments, endorsers = transaction(envelopes[value["index"]])
    except BROKEN:
        raise Failed("fabric-transaction") from None
    if channel != value["channel"]:
        raise Failed("fabric-other-channel")
    if len(arguments) != 2 or arguments[1] not in (payload, payload.hex().encode()):
        raise Failed("fabric-other-payload")
    try:
        orderers = signers(metadata, header)
    except BROKEN:
        raise Failed("fabric-signatures") from None
    return weigh(number, hashed, channel, orderers, endorsers, trust)


def block(raw):
    try:
        message = Message(raw)
        head, data, metadata = (Message(message.one(n)) for n in (1, 2, 3))
        number, before, contents = head.number(1), head.one(2), head.one(3)
        envelopes = data.many(1)
        if sha256(b"".join(envelopes)) != contents:
            raise Malformed("contents")
        header = der.encode(0x30, der.encode_integer(number) + der.encode(4, before) + der.encode(4, contents))
        return number, sha256(header), header, envelopes, metadata.many(1)
    except BROKEN:
        raise Failed("fabric-block") from None


def transaction(envelope):
    """Channel, arguments, and the organisations that endorsed, of one envelope."""
    outer = Message(envelope)
    payload = Message(outer.one(1))
    header = Message(payload.one(1))
    channel_raw, signature_raw = header.one(1), header.one(2)
    channel, signature = Message(channel_raw), Message(signature_raw)
    creator_raw, nonce = signature.one(1), signature.one(2)
    if channel.number(1) != 3 or channel.one(5).decode() != sha256(nonce + creator_raw).hex():
        raise Malformed("header")
    if not Identity(creator_raw).signed(outer.one(1), outer.one(2)):
        raise Malformed("signature")
    actions = Message(payload.one(2)).many(1)
    if len(actions) != 1:
        raise Malformed("actions")
    action = Message(Message(actions[0]).one(2))
    proposal, endorsed = action.one(1), Message(action.one(2))
    response = endorsed.one(1)
    if Message(response).one(1) != sha256(channel_raw + signature_raw + proposal):
        raise Malformed("response")
    endorsers = []
    for one in map(Message, endorsed.many(2)):
        try:
            identity = Identity(one.one(1))
        except BROKEN:
            continue
        if identity.signed(response + one.one(1), one.one(2)):
            endorsers.append(identity)
    specification = Message(Message(Message(proposal).one(1)).one(1))
    return channel.one(4).decode(), Message(specification.one(3)).many(1), endorsers


def signers(metadata, header):
    """The orderers whose signatures on the block hold."""
    if not metadata or not metadata[0]:
        return []
    message, found = Message(metadata[0]), []
    for one in map(Message, message.many(2)):
        raw = one.one(1)
        if not raw:
            continue
        identity = Identity(Message(raw).one(1))
        if identity.signed(message.one(1) + raw + header, one.one(2)):
            found.append(identity)
    return found


def weigh(number, hashed, channel, orderers, endorsers, trust):
    mine = [pin for pin in trust.chains.get("fabric", []) if pin["channel"] == channel]
    decided = False
    for pin in mine:
        for one in pin.get("blocks", []):
            if one["height"] == number:
                if one["hash"] != hashed.hex():
                    raise Failed("fabric-other-block")
                decided = True
        decided |= by_members(pin, orderers, endorsers)
    if decided:
        return Worth("canonical", f"fabric:{channel}", number)
    if not orderers:
        raise Failed("fabric-unsigned")
    return Worth("inclusion-only", f"fabric:{channel}", number)


def by_members(pin, orderers, endorsers):
    """Orderers and endorsers as the pin demands; `False` where it names no orderers."""
    if not pin.get("orderers"):
        return False
    signed = {one.certificate for one in orderers if any(one.is_of(org) for org in pin["orderers"])}
    if len(signed) < max(pin.get("signatures", 1), 1):
        raise Failed("fabric-other-orderer")
    peers = pin.get("peers", [])
    endorsed = {org["msp"] for org in peers for one in endorsers if one.is_of(org)}
    if len(endorsed) < max(pin.get("endorsements", len(peers) // 2 + 1), 1):
        raise Failed("fabric-other-endorser")
    return True
