"""Recursive Length Prefix (Yellow Paper, appendix B), every item in its shortest form."""


class Malformed(ValueError):
    """No such encoding."""


def whole(data):
    item, end = one(data, 0, len(data), 0)
    if end != len(data):
        raise Malformed("octets behind")
    return item


def one(data, at, end, depth):
    """The item at `at`, a list or octets, and where the next one begins."""
    if at >= end or depth > 16:
        raise Malformed("cut off")
    first = data[at]
    if first < 0x80:
        return data[at : at + 1], at + 1
    base, start = (0xC0, at + 1) if first >= 0xC0 else (0x80, at + 1)
    length = first - base
    if length > 55:
        octets = data[start : start + length - 55]
        length, start = int.from_bytes(octets), start + length - 55
        if not octets or octets[0] == 0 or length < 56:
            raise Malformed("length")
    if start + length > end:
        raise Malformed("cut off")
    if base == 0x80:
        if length == 1 and data[start] < 0x80:
            raise Malformed("length")
        return data[start : start + length], start + length
    found, here = [], start
    while here < start + length:
        item, here = one(data, here, start + length, depth + 1)
        found.append(item)
    return found, start + length


def encode(item):
    if isinstance(item, list):
        body = b"".join(map(encode, item))
        return prefix(0xC0, len(body)) + body
    if len(item) == 1 and item[0] < 0x80:
        return item
    return prefix(0x80, len(item)) + item


def prefix(base, length):
    if length < 56:
        return bytes([base + length])
    octets = length.to_bytes((length.bit_length() + 7) // 8)
    return bytes([base + 55 + len(octets)]) + octets


def number(item, most=1 << 64):
    """A number without leading zeros."""
    if not isinstance(item, bytes) or item[:1] == b"\0":
        raise Malformed("number")
    value = int.from_bytes(item)
    if value >= most:
        raise Malformed("number")
    return value


def from_number(value):
    return value.to_bytes((value.bit_length() + 7) // 8)
