"""ITU-T X.690: values read from DER, and from BER where RFC 5652 allows it."""

from datetime import datetime, timezone

DEPTH = 24


class Malformed(ValueError):
    """Octets that are no such structure."""


class Value:
    """One value: its first octet `tag`, its content `body`, and all its octets `raw`."""

    __slots__ = ("tag", "body", "raw", "_inside", "depth")

    def __init__(self, tag, body, raw, depth):
        self.tag, self.body, self.raw, self.depth, self._inside = tag, body, raw, depth, None

    @property
    def inside(self):
        """The values within a constructed one."""
        if self._inside is None:
            if not self.tag & 0x20:
                raise Malformed("primitive")
            self._inside = sequence(self.body, self.depth + 1)
        return self._inside

    def __getitem__(self, index):
        try:
            return self.inside[index]
        except IndexError:
            raise Malformed("something is missing") from None

    def __len__(self):
        return len(self.inside)

    def need(self, tag):
        if self.tag != tag:
            raise Malformed(f"tag {self.tag:02x} in place of {tag:02x}")
        return self

    def octets(self):
        """An OCTET STRING, also in pieces (X.690 §8.7.3)."""
        if self.tag == 0x24:
            return b"".join(piece.octets() for piece in self.inside)
        return self.need(4).body

    def integer(self, tag=2):
        body = self.need(tag).body
        if not body or len(body) > 1 and (body[0], body[1] >> 7) in ((0, 0), (0xFF, 1)):
            raise Malformed("INTEGER")
        return int.from_bytes(body, signed=True)

    def oid(self):
        return dotted(self.need(6).body)

    def bits(self):
        """A BIT STRING of whole octets."""
        body = self.need(3).body
        if not body or body[0] > 7:
            raise Malformed("BIT STRING")
        return body[1:]

    def flags(self):
        """A BIT STRING as the set of the bits that are set."""
        data = self.bits()
        return {i for i in range(len(data) * 8) if data[i // 8] >> (7 - i % 8) & 1}

    def boolean(self):
        if self.need(1).body not in (b"\0", b"\xff"):
            raise Malformed("BOOLEAN")
        return self.body == b"\xff"

    def time(self):
        """UTCTime or GeneralizedTime in UTC with seconds (RFC 5280 §4.1.2.5), without fraction."""
        return moment(self.tag, self.body)

    def as_set(self):
        """The octets with the tag of a SET in place of [0] (RFC 5652 §5.4)."""
        return b"\x31" + self.raw[1:]


def moment(tag, body):
    text = body.decode("ascii", "replace")
    if tag == 0x17:
        text = ("20" if text[:2] < "50" else "19") + text
    elif tag != 0x18:
        raise Malformed("time")
    if len(text) != 15 or not text[:14].isdigit() or text[14] != "Z":
        raise Malformed("time")
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=timezone.utc)
    except ValueError:
        raise Malformed("time") from None


def dotted(body):
    if not body or body[-1] & 0x80:
        raise Malformed("OBJECT IDENTIFIER")
    parts, value = [], 0
    for octet in body:
        value = value << 7 | octet & 0x7F
        if not octet & 0x80:
            parts.append(value)
            value = 0
    first = min(parts[0] // 40, 2)
    return ".".join(map(str, [first, parts[0] - 40 * first, *parts[1:]]))


def header(data, at):
    """Tag, start of the content, and its length or `None` for the indefinite form."""
    if at + 2 > len(data):
        raise Malformed("cut off")
    tag, length, start = data[at], data[at + 1], at + 2
    if tag & 0x1F == 0x1F:
        raise Malformed("high tag")
    if length == 0x80:
        return tag, start, None
    if length & 0x80:
        octets = length & 0x7F
        if octets > 8 or start + octets > len(data):
            raise Malformed("length")
        length, start = int.from_bytes(data[start : start + octets]), start + octets
    if start + length > len(data):
        raise Malformed("cut off")
    return tag, start, length


def value(data, at=0, depth=0):
    """The value at `at` and where the next one begins."""
    if depth > DEPTH:
        raise Malformed("depth")
    tag, start, length = header(data, at)
    if length is not None:
        end = start + length
        return Value(tag, data[start:end], data[at:end], depth), end
    if not tag & 0x20:
        raise Malformed("indefinite length of a primitive value")
    here = start
    while data[here : here + 2] != b"\0\0":
        here = value(data, here, depth + 1)[1]
    return Value(tag, data[start:here], data[at : here + 2], depth), here + 2


def sequence(data, depth=0):
    found, at = [], 0
    while at < len(data):
        one, at = value(data, at, depth)
        found.append(one)
    return found


def whole(data):
    """One value and nothing behind it."""
    one, end = value(data)
    if end != len(data):
        raise Malformed("octets behind")
    return one


def to_der(one):
    """Definite lengths, shortest form, sets in order (X.690 §10, §11.6)."""
    if not one.tag & 0x20:
        return encode(one.tag, one.body)
    if one.tag == 0x24:
        return encode(4, one.octets())
    parts = [to_der(child) for child in one.inside]
    return encode(one.tag, b"".join(sorted(parts) if one.tag == 0x31 else parts))


def encode(tag, body):
    size = len(body)
    if size < 0x80:
        return bytes([tag, size]) + body
    octets = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes([tag, 0x80 | len(octets)]) + octets + body


def encode_integer(number):
    return encode(2, number.to_bytes(number.bit_length() // 8 + 1))
