"""Zips of web archives: what two readers could understand differently is a fault (docs/format/capture.md)."""

import struct
import zlib

import container
from warc import Fault, Undecided

FULL, ENTRY, LOCAL = container.FULL, b"PK\1\2", b"PK\3\4"
MOST_MEMBERS, MOST_DIRECTORY = 100_000, 64 << 20
UTF8, DESCRIBED, ENCRYPTED, DATE = 0x800, 8, 0x2041, 0x21


class Member:
    """One member as the directory has it, `entry` being its octets there."""

    def __init__(self, entry):
        fixed = struct.unpack("<4s6H3L5H2L", entry[:46])
        self.entry, self.flags, self.method, self.date, self.crc = entry, fixed[3], fixed[4], fixed[6], fixed[7]
        names, extras, disk = fixed[10], fixed[11], fixed[13]
        self.raw, extra = entry[46 : 46 + names], entry[46 + names : 46 + names + extras]
        self.name = self.raw.decode("utf-8", "replace")
        if fixed[0] != ENTRY or disk:
            raise Fault("directory entry")
        self.size, self.packed, self.place = wide(extra, fixed[9], fixed[8], fixed[16])
        self.described = bool(self.flags & DESCRIBED)

    def check(self):
        """What the directory may say of a member."""
        if not container.is_allowed(self.name) or self.name.encode() != self.raw:
            raise Fault(f"name {self.name!r}")
        if self.method not in (0, 8) or self.flags & ENCRYPTED or self.method == 0 and self.size != self.packed:
            raise Fault(f"method of {self.name}")
        if not 1 <= self.date >> 5 & 15 <= 12 or not self.date & 31:
            raise Fault(f"date of {self.name}")

    def locate(self, octets):
        """Where its data start; both headers agree."""
        head = octets[self.place : self.place + 30]
        if len(head) < 30 or head[:4] != LOCAL:
            raise Fault(f"header of {self.name}")
        flags, method, _, _, crc, packed, size, names, extras = struct.unpack("<4H3L2H", head[6:])
        self.data = self.place + 30 + names + extras
        extra = octets[self.place + 30 + names : self.data]
        deferred = self.described and (packed, size) == (0, 0) and crc in (0, self.crc)
        if (crc, packed, size) != (self.crc, self.packed, self.size) and not deferred:
            size, packed, _ = wide(extra, size, packed, 0)
            deferred = self.described and (packed, size) == (0, 0)
            if not deferred and (packed, size) != (self.packed, self.size) or crc != self.crc and not self.described:
                raise Fault(f"sizes of {self.name}")
        alike = (bool(flags & DESCRIBED), method) == (self.described, self.method)
        if not alike or octets[self.place + 30 : self.place + 30 + names] != self.raw:
            raise Fault(f"headers of {self.name}")

    def ends_at(self, octets, end):
        """Whether its data, and a descriptor where it has one, reach to where the next begins."""
        gap = octets[self.data + self.packed : end]
        if self.data + self.packed > end or not self.described:
            return self.data + self.packed == end
        plain = struct.pack("<LLL", self.crc, min(self.packed, FULL), min(self.size, FULL))
        large = struct.pack("<LQQ", self.crc, self.packed, self.size)
        return gap in (plain, large, b"PK\7\10" + plain, b"PK\7\10" + large)

    def octets(self, octets):
        body = octets[self.data : self.data + self.packed]
        if self.method:
            machine = zlib.decompressobj(-15)
            try:
                body = machine.decompress(body, self.size + 1)
            except zlib.error as error:
                raise Fault(str(error)) from None
            if not machine.eof or machine.unused_data or len(body) != self.size:
                raise Fault(f"length of {self.name}")
        if zlib.crc32(body) != self.crc:
            raise Fault(f"CRC-32 of {self.name}")
        return body

    def is_ours(self, octets):
        """Whether both headers are as our writer has them."""
        large, far = self.size >= FULL, self.place >= FULL
        sizes = [self.size, self.size] if large else []
        said, flags = min(self.size, FULL), 0 if self.raw.isascii() else UTF8
        common = struct.pack("<4H3LH", flags, 0, 0, DATE, self.crc, said, said, len(self.raw))
        extra = wide_field(sizes)
        local = LOCAL + struct.pack("<H", 45 if large else 20) + common + struct.pack("<H", len(extra)) + self.raw + extra
        extra = wide_field([*sizes, *([self.place] if far else [])])
        attributes = struct.pack("<HHHLL", 0, 0, 0, 0o100644 << 16, min(self.place, FULL))
        versions = struct.pack("<HH", 0x032D, 45 if large or far else 20)
        entry = ENTRY + versions + common + struct.pack("<H", len(extra)) + attributes + self.raw + extra
        return octets[self.place : self.data] == local and self.entry == entry


def wide_field(numbers):
    """The zip64 extra field (APPNOTE 4.5.3)."""
    return struct.pack(f"<HH{len(numbers)}Q", 1, 8 * len(numbers), *numbers) if numbers else b""


def wide(extra, size, packed, place):
    """Sizes and place, those that are full from the zip64 field."""
    found, at = b"", 0
    while at < len(extra):
        if len(extra) - at < 4:
            raise Fault("extra field")
        kind, length = struct.unpack("<HH", extra[at : at + 4])
        if at + 4 + length > len(extra):
            raise Fault("extra field")
        found = extra[at + 4 : at + 4 + length] if kind == 1 else found
        at += 4 + length
    numbers = []
    for one in (size, packed, place):
        if one == FULL and len(found) < 8:
            raise Fault("zip64")
        numbers.append(int.from_bytes(found[:8], "little") if one == FULL else one)
        found = found[8:] if one == FULL else found
    return numbers


def entries(directory, count):
    """The octets of each entry of a directory."""
    at = 0
    for _ in range(count):
        if at + 46 > len(directory):
            raise Fault("directory")
        end = at + 46 + sum(struct.unpack("<HHH", directory[at + 28 : at + 34]))
        if end > len(directory):
            raise Fault("directory")
        yield directory[at:end]
        at = end
    if at != len(directory):
        raise Fault("octets behind the directory")


def directory_of(octets):
    """Where the directory begins and ends, and how many entries it has."""
    try:
        count, length, offset, end = container.end_records(octets)
    except (container.Refused, struct.error) as error:
        raise Fault(str(error)) from None
    if offset + length != end:
        raise Fault("directory")
    if count > MOST_MEMBERS or length > MOST_DIRECTORY:
        raise Undecided("directory")
    return offset, end, count


def names(octets):
    """Names in the directory as far as they can be told, sound or not."""
    found = []
    try:
        offset, end, count = directory_of(octets)
        for entry in entries(octets[offset:end], count):
            found.append(Member(entry).name)
    except (Fault, Undecided):
        pass
    return found


def unpack(octets, note):
    """Members by name with their octets, and the names of those that are deflated."""
    offset, end, count = directory_of(octets)
    held = [Member(entry) for entry in entries(octets[offset:end], count)]
    if len({one.name for one in held}) != len(held):
        raise Fault("a member twice")
    for one in held:
        one.check()
        one.locate(octets)
    order = sorted(held, key=lambda one: one.place)
    places = [one.place for one in order] + [offset]
    if places[0] or not all(one.ends_at(octets, due) for one, due in zip(order, places[1:])):
        raise Fault("places")
    if not all(one.is_ours(octets) for one in held) or octets[end:] != ending(octets, offset, end, count):
        note("headers")
    return {one.name: one.octets(octets) for one in held}, {one.name for one in held if one.method}


def ending(octets, offset, end, count):
    """The end records as our writer has them."""
    length, found = end - offset, b""
    if count >= container.MANY or offset >= FULL or length >= FULL:
        found = b"PK\6\6" + struct.pack("<QHHLL4Q", 44, 0x032D, 45, 0, 0, count, count, length, offset)
        found += b"PK\6\7" + struct.pack("<LQL", 0, end, 1)
    count = min(count, container.MANY)
    return found + b"PK\5\6" + struct.pack("<4H2LH", 0, 0, count, count, min(length, FULL), min(offset, FULL), 0)
