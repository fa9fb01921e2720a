"""The zip of a package (docs/format/package.md#the-zip)."""

import struct
import zlib

MIMETYPE = b"application/vnd.etsi.asic-e+zip"
NEEDED = (10, 20, 45)
FULL, MANY = 0xFFFFFFFF, 0xFFFF
MOST_MEMBERS, MOST_DIRECTORY, MOST_READ = 2_100_000, 600 << 20, 1 << 30
REFUSALS = {
    "container-truncated": ("content", "cannot-check"),
    "container-damaged": ("content", "cannot-check"),
    "container-budget": ("content", "cannot-check"),
    "container-compressed": ("content", "cannot-check"),
    "container-not-a-file": ("manifest", "mismatch"),
    "container-inconsistent": ("manifest", "mismatch"),
    "container-name": ("manifest", "mismatch"),
    "container-duplicate": ("manifest", "mismatch"),
    "container-mimetype": ("manifest", "mismatch"),
}


class Refused(Exception):
    """Two readers could understand the container differently."""

    def __init__(self, code, why=""):
        super().__init__(f"{code} {why}")
        self.code, (self.layer, self.status) = code, REFUSALS[code]


class Entry:
    """What the central directory says of one member."""

    def __init__(self, name, raw, flags, time, crc, size, place):
        self.name, self.raw, self.flags, self.time, self.crc, self.size, self.place = name, raw, flags, time, crc, size, place

    def local(self):
        """The local header that follows from it, with its version left zero."""
        wide = b"" if self.size < FULL else struct.pack("<HHQQ", 1, 16, self.size, self.size)
        said = min(self.size, FULL)
        fixed = struct.pack("<4s2xHHHHLLLHH", b"PK\3\4", self.flags, 0, *self.time, self.crc, said, said, len(self.raw), len(wide))
        return fixed + self.raw + wide


def members(data):
    """Names with their octets, and the names of those whose CRC-32 does not fit."""
    count, length, offset, end = end_records(data)
    if count > MOST_MEMBERS or length > MOST_DIRECTORY:
        raise Refused("container-budget")
    if offset + length != end:
        raise Refused("container-damaged", "directory")
    found, damaged, due = {}, [], 0
    for entry in directory(data[offset:end], count):
        if entry.name in found:
            raise Refused("container-duplicate", entry.name)
        head = entry.local()
        there = data[entry.place : entry.place + len(head)]
        needed = int.from_bytes(there[4:6], "little")
        there = there[:4] + b"\0\0" + there[6:]
        start = entry.place + len(head)
        if entry.place != due or there != head or needed not in NEEDED or start + entry.size > offset:
            raise Refused("container-inconsistent", entry.name)
        due = start + entry.size
        body = data[start:due]
        if zlib.crc32(body) != entry.crc:
            damaged.append(entry.name)
        found[entry.name] = body
    if due != offset:
        raise Refused("container-damaged", "gap before the directory")
    if next(iter(found), None) != "mimetype" or found["mimetype"] != MIMETYPE:
        raise Refused("container-mimetype")
    return found, damaged


def end_records(data):
    """Entries, length and offset of the directory, and where it must end."""
    if len(data) < 22 or data[-22:-18] != b"PK\5\6":
        raise Refused("container-truncated")
    disk, first, here, count, length, offset, comment = struct.unpack("<4H2LH", data[-18:])
    if disk or first or comment or here != count:
        raise Refused("container-damaged", "end record")
    end = len(data) - 22
    if count == MANY or FULL in (length, offset):
        return wide_end(data, end)
    return count, length, offset, end


def wide_end(data, end):
    """The zip64 end record and its locator (APPNOTE 4.3.14, 4.3.15)."""
    record, locator = data[end - 76 : end - 20], data[end - 20 : end]
    if record[:4] != b"PK\6\6" or locator[:4] != b"PK\6\7":
        raise Refused("container-damaged", "zip64")
    size, _, _, disk, first, here, count, length, offset = struct.unpack("<QHHLLQQQQ", record[4:])
    if size != 44 or disk or first or here != count or struct.unpack("<LQL", locator[4:]) != (0, end - 76, 1):
        raise Refused("container-damaged", "zip64")
    return count, length, offset, end - 76


def directory(data, count):
    at = 0
    for _ in range(count):
        if data[at : at + 4] != b"PK\1\2" or at + 46 > len(data):
            raise Refused("container-damaged", "directory entry")
        entry, at = central(data, at)
        yield entry
    if at != len(data):
        raise Refused("container-damaged", "octets behind the directory")


def central(data, at):
    fixed = struct.unpack("<6H3L5H2L", data[at + 4 : at + 46])
    flags, method, crc, packed, size = fixed[2], fixed[3], fixed[6], fixed[7], fixed[8]
    names, extras, notes, disk, place = fixed[9], fixed[10], fixed[11], fixed[12], fixed[15]
    end = at + 46 + names + extras + notes
    if end > len(data) or disk or notes:
        raise Refused("container-damaged", "directory entry")
    raw, extra = data[at + 46 : at + 46 + names], data[at + 46 + names : at + 46 + names + extras]
    if method or packed != size or flags & ~0x800 or fixed[1] not in NEEDED:
        raise Refused("container-compressed", raw)
    if fixed[13] > 1 or fixed[14] & ~(0o777 << 16 | 0x27) not in (0, 0o100000 << 16):
        raise Refused("container-not-a-file", raw)
    size, place = wide_fields(extra, size, place)
    return Entry(allowed(raw, flags), raw, flags, fixed[4:6], crc, size, place), end


def wide_fields(extra, size, place):
    """The zip64 extra field: size twice where it is full, the offset where it is."""
    due = (16 if size == FULL else 0) + (8 if place == FULL else 0)
    if not due and not extra:
        return size, place
    if not due or len(extra) != 4 + due or struct.unpack("<HH", extra[:4]) != (1, due):
        raise Refused("container-inconsistent", "extra field")
    numbers = list(struct.unpack(f"<{due // 8}Q", extra[4:]))
    if size == FULL:
        size, again = numbers.pop(0), numbers.pop(0)
        if size != again or size < FULL:
            raise Refused("container-inconsistent", "extra field")
    return size, numbers.pop(0) if numbers else place


def allowed(raw, flags):
    """The name, where it is an allowed one with the flag it asks for."""
    try:
        name = raw.decode()
    except UnicodeDecodeError:
        raise Refused("container-name", raw) from None
    if not is_allowed(name) or bool(flags) == raw.isascii():
        raise Refused("container-name", name)
    return name


def is_allowed(name):
    control = any(c < " " or "\x7f" <= c <= "\x9f" or c == "\\" for c in name)
    parts = name.split("/")
    return 1 <= len(name.encode()) <= 1024 and not control and name[1:2] != ":" and not {"", ".", ".."} & set(parts)
