"""Transactions of FISCO BCOS 3 in Tars (docs/format/fisco.md#transaction), in the one form that writers give them."""

# Numbers of the members of the data, and whether each is an integer, a string, or octets.
INTEGERS, OCTETS = {1, 4, 11}, {7, 14}
MEMBERS = {0: range(1, 9), 1: range(1, 14), 2: range(1, 15)}
STRUCTURE, END, ZERO, SIMPLE = 10, 11, 12, 13


class Malformed(ValueError):
    """No such transaction."""


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        if self.at + count > len(self.data):
            raise Malformed("cut off")
        self.at += count
        return self.data[self.at - count : self.at]

    def head(self):
        octet = self.take(1)[0]
        if octet >> 4 == 15:
            raise Malformed("number")
        return octet >> 4, octet & 15

    def integer(self, kind):
        if kind == ZERO:
            return 0
        if kind > 3:
            raise Malformed("integer")
        return int.from_bytes(self.take(1 << kind), signed=True)

    def value(self, kind):
        if kind in (6, 7):
            return self.take(int.from_bytes(self.take(1 if kind == 6 else 4)))
        if kind == SIMPLE:
            if self.head() != (0, 0):
                raise Malformed("list")
            return self.take(self.integer(self.head()[1]))
        return self.integer(kind)


def transaction(sent):
    """Data by number, hash and signature; octets that are not of the one form are refused."""
    reader = Reader(sent)
    if reader.head() != (1, STRUCTURE):
        raise Malformed("data")
    data = {number: 0 if number in INTEGERS else b"" for number in range(1, 15)}
    while (head := reader.head()) != (0, END):
        if head[0] not in data:
            raise Malformed("member")
        data[head[0]] = reader.value(head[1])
    rest = {}
    while reader.at < len(sent):
        number, kind = reader.head()
        rest[number] = reader.value(kind)
    if set(rest) != {2, 3} or data[1] not in MEMBERS or any(isinstance(data[n], int) != (n in INTEGERS) for n in data):
        raise Malformed("members")
    if data[4] < 0 or data[11] < 0 or encode(data, rest[2], rest[3]) != sent:
        raise Malformed("form")
    return data, rest[2], rest[3]


def encode(data, hashed, signature):
    body = b"".join(member(number, data[number]) for number in MEMBERS[data[1]])
    return bytes([1 << 4 | STRUCTURE]) + body + bytes([END]) + member(2, hashed, True) + member(3, signature, True)


def member(number, value, always=False):
    """One member; those that are zero or empty are left out."""
    if not value and not always:
        return b""
    if isinstance(value, int):
        return integer(number, value)
    if number in OCTETS or always:
        return bytes([number << 4 | SIMPLE, 0]) + integer(0, len(value)) + value
    if len(value) < 256:
        return bytes([number << 4 | 6, len(value)]) + value
    return bytes([number << 4 | 7]) + len(value).to_bytes(4) + value


def integer(number, value):
    if value == 0:
        return bytes([number << 4 | ZERO])
    kind = next(k for k in range(4) if -(1 << (8 << k) - 1) <= value < 1 << (8 << k) - 1)
    return bytes([number << 4 | kind]) + value.to_bytes(1 << kind, signed=True)


def hashed(data):
    """What the hash of a transaction is over."""
    parts = [data[1].to_bytes(4), data[2], data[3], data[4].to_bytes(8), data[5], data[6], data[7], data[8]]
    if data[1] >= 1:
        parts += [data[9], data[10], data[11].to_bytes(8), data[12], data[13]]
    if data[1] >= 2:
        parts.append(data[14])
    return b"".join(parts)
