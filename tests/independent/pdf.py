"""Objects of a PDF by its cross-reference tables (ISO 32000-2 §7), with every revision by itself."""

import re
import zlib

WHITE, DELIMITERS = b"\0\t\n\f\r ", b"()<>[]{}/%"
LARGEST, DEEPEST, MOST_INFLATED = 512 << 20, 64, 256 << 20


class Malformed(ValueError):
    """No such file, or one beyond what is read."""


class NoEnd(Malformed):
    """More than one line end follows the last update; `at` is where that ends."""

    def __init__(self, at):
        super().__init__("octets after the end")
        self.at = at


class Name(str):
    """A name object; its text is without the solidus."""


class Reference(tuple):
    """`n g R` as a pair."""


class Stream:
    """A dictionary with octets that may be under filters."""

    def __init__(self, fields, raw):
        self.fields, self.raw = fields, raw


def same(one, other):
    """Whether two objects are the same; in Python 0, 0.0 and false would be."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, Stream):
        return one.raw == other.raw and same(one.fields, other.fields)
    return one == other


class Reader:
    """Objects read from `data` one after the other (§7.3)."""

    def __init__(self, data, at=0):
        self.data, self.at = data, at

    def skip(self):
        data = self.data
        while self.at < len(data):
            if data[self.at] in WHITE:
                self.at += 1
            elif data[self.at] == 0x25:
                while self.at < len(data) and data[self.at] not in b"\r\n":
                    self.at += 1
            else:
                return

    def word(self):
        start = self.at
        while self.at < len(self.data) and self.data[self.at] not in WHITE + DELIMITERS:
            self.at += 1
        return self.data[start : self.at]

    def read(self, depth=0):
        self.skip()
        if depth > DEEPEST or self.at >= len(self.data):
            raise Malformed("object")
        first = self.data[self.at : self.at + 2]
        if first == b"<<":
            return self.dictionary(depth)
        if first[:1] in b"(</[":
            return {b"(": self.literal, b"<": self.hexadecimal, b"/": self.name, b"[": lambda: self.array(depth)}[first[:1]]()
        return self.atom()

    def dictionary(self, depth):
        self.at += 2
        found = {}
        while True:
            self.skip()
            if self.data[self.at : self.at + 2] == b">>":
                self.at += 2
                return found
            key = self.read(depth + 1)
            if not isinstance(key, Name):
                raise Malformed("key")
            found[key] = self.read(depth + 1)

    def array(self, depth):
        self.at += 1
        found = []
        while True:
            self.skip()
            if self.data[self.at : self.at + 1] == b"]":
                self.at += 1
                return found
            found.append(self.read(depth + 1))

    def name(self):
        self.at += 1
        raw = re.sub(rb"#([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]), self.word())
        return Name(raw.decode("utf-8", "surrogateescape"))

    def hexadecimal(self):
        end = self.data.find(b">", self.at)
        digits = bytes(c for c in self.data[self.at + 1 : end] if c not in WHITE)
        self.at = end + 1
        try:
            return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))
        except ValueError:
            return None

    def literal(self):
        self.at += 1
        found, level, data = bytearray(), 1, self.data
        while self.at < len(data):
            octet = data[self.at]
            self.at += 1
            if octet == 0x5C:
                found += self.escaped()
                continue
            level += (octet == 0x28) - (octet == 0x29)
            if not level:
                return bytes(found)
            found.append(octet)
        raise Malformed("string")

    def escaped(self):
        octal = re.compile(rb"[0-7]{1,3}").match(self.data, self.at)
        if octal:
            self.at = octal.end()
            return bytes([int(octal[0], 8) & 255])
        one = self.data[self.at : self.at + 1]
        self.at += 1
        if one == b"\r" and self.data[self.at : self.at + 1] == b"\n":
            self.at += 1
        return {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b""}.get(one, one)

    REFERENCE = re.compile(rb"(\d{1,10})[\0\t\n\f\r ]+(\d{1,5})[\0\t\n\f\r ]+R(?![^\0\t\n\f\r ()<>\[\]{}/%])")

    def atom(self):
        pair = self.REFERENCE.match(self.data, self.at)
        if pair:
            self.at = pair.end()
            return Reference((int(pair[1]), int(pair[2])))
        word = self.word()
        if word in (b"true", b"false", b"null"):
            return {b"true": True, b"false": False, b"null": None}[word]
        if re.fullmatch(rb"[+-]?\d+", word):
            return int(word)
        if re.fullmatch(rb"[+-]?(\d+\.?\d*|\.\d+)", word):
            return float(word)
        raise Malformed(f"object {word[:20]!r}")


class Revision:
    """What one update places: offsets and generations by number, its trailer, and where its file ends."""

    def __init__(self, places, trailer, end):
        self.places, self.trailer, self.end = places, trailer, end


class File:
    """A PDF as of its newest revision; `as_of(n)` gives the one that ended with update n."""

    def __init__(self, data, revisions=None):
        if len(data) > LARGEST or not data.startswith(b"%PDF-"):
            raise Malformed("no PDF")
        self.data, self.cache, self.packed = data, {}, {}
        self.revisions = read_revisions(data) if revisions is None else revisions
        self.places, self.trailer = {}, self.revisions[-1].trailer
        for revision in self.revisions:
            self.places |= revision.places

    def as_of(self, count):
        return File(self.data, self.revisions[:count])

    def get(self, value):
        """The object that a reference names, or the value itself."""
        for _ in range(8):
            if not isinstance(value, Reference):
                return value
            value = self.object(value[0]) if (self.places.get(value[0]) or (0, 0, -1))[2] == value[1] else None
        raise Malformed("references")

    def object(self, number):
        if number not in self.cache:
            place = self.places.get(number)
            if place is None:
                value = None
            elif place[0] == "in":
                value = self.from_stream(place[1], number)
            else:
                value = indirect(self.data, place[1], self, number)
            self.cache[number] = value
        return self.cache[number]

    def object_or_none(self, number):
        """As `object`, and `None` for what cannot be read."""
        try:
            return self.object(number)
        except (Malformed, ValueError, KeyError, TypeError):
            return None

    def from_stream(self, container, number):
        """An object of an object stream (§7.5.7)."""
        if container not in self.packed:
            stream = self.object(container)
            if not isinstance(stream, Stream):
                raise Malformed("object stream")
            octets, first = self.octets(stream), self.get(stream.fields["First"])
            numbers = [int(n) for n in octets[:first].split()]
            self.packed[container] = {n: Reader(octets, first + at).read() for n, at in zip(numbers[::2], numbers[1::2])}
        return self.packed[container].get(number)

    def octets(self, stream):
        """The content of a stream under no filter or FlateDecode."""
        filters = self.get(stream.fields.get("Filter")) or []
        filters = filters if isinstance(filters, list) else [filters]
        data = stream.raw
        for one in filters:
            if self.get(one) != "FlateDecode":
                raise Malformed("filter")
            data = inflate(data)
        parameters = self.get(stream.fields.get("DecodeParms"))
        return unpredict(data, parameters) if isinstance(parameters, dict) else data


def inflate(data):
    machine = zlib.decompressobj()
    try:
        found = machine.decompress(data, MOST_INFLATED)
    except zlib.error as error:
        raise Malformed(str(error)) from None
    if machine.unconsumed_tail:
        raise Malformed("too much")
    return found


def unpredict(data, parameters):
    """PNG's filter Up and None (§7.4.4.4), as cross-reference streams have them."""
    if parameters.get("Predictor", 1) < 10:
        return data
    width = parameters.get("Columns", 1)
    above, found = bytes(width), b""
    for start in range(0, len(data), width + 1):
        kind, row = data[start], data[start + 1 : start + 1 + width]
        if kind not in (0, 2):
            raise Malformed("predictor")
        above = bytes((a + b) & 255 for a, b in zip(row, above)) if kind else row
        found += above
    return found


def indirect(data, at, file, number=None):
    head = re.compile(rb"[\0\t\n\f\r ]*(\d+)[\0\t\n\f\r ]+(\d+)[\0\t\n\f\r ]+obj").match(data, at)
    if not head or number is not None and int(head[1]) != number:
        raise Malformed(f"object {number}")
    reader = Reader(data, head.end())
    value = reader.read()
    start = re.compile(rb"[\0\t\n\f\r ]*stream(\r\n|\n)").match(data, reader.at)
    if not start or not isinstance(value, dict):
        return value
    length = value.get("Length")
    length = file.get(length) if file else length
    if not isinstance(length, int) or not 0 <= length <= len(data) - start.end():
        raise Malformed("stream")
    return Stream(value, data[start.end() : start.end() + length])


START = re.compile(rb"startxref[\r\n ]+(\d+)[\r\n ]+%%EOF")


def read_revisions(data):
    """Every update, the oldest first."""
    ends = list(START.finditer(data))
    if not ends:
        raise Malformed("no end")
    if data[ends[-1].end() :] not in (b"", b"\n", b"\r", b"\r\n"):
        raise NoEnd(ends[-1].end())
    found, at, end = [], int(ends[-1][1]), ends[-1].end()
    while True:
        places, trailer = section(data, at)
        found.insert(0, Revision(places, trailer, end))
        previous = trailer.get("Prev")
        if previous is None:
            return found
        if not isinstance(previous, int) or previous >= at or len(found) > 500:
            raise Malformed("Prev")
        own = [one for one in ends if int(one[1]) == previous]
        if not own:
            raise Malformed("Prev")
        at, end = previous, own[0].end()


def section(data, at):
    """A cross-reference table or stream: offsets by number, and the trailer."""
    if re.compile(rb"[\0\t\n\f\r ]*xref").match(data, at):
        return table(data, at)
    stream = indirect(data, at, None)
    if not isinstance(stream, Stream) or stream.fields.get("Type") != "XRef":
        raise Malformed("cross-reference")
    return stream_section(stream)


def table(data, at):
    """§7.5.4"""
    at, places = data.index(b"xref", at) + 4, {}
    head = re.compile(rb"[\r\n\t ]*(\d+) (\d+)[\r\n\t ]*")
    while found := head.match(data, at):
        first, count, at = int(found[1]), int(found[2]), found.end()
        for number in range(first, first + count):
            line = data[at : at + 20]
            if not re.fullmatch(rb"\d{10} \d{5} [nf](\r\n| \r| \n)", line) or int(line[11:16]) > 65535:
                raise Malformed("table")
            places[number] = ("at", int(line[:10]), int(line[11:16])) if line[17:18] == b"n" else None
            at += 20
    word = re.compile(rb"[\r\n\t ]*trailer").match(data, at)
    if not word:
        raise Malformed("trailer")
    trailer = Reader(data, word.end()).read()
    if not isinstance(trailer, dict):
        raise Malformed("trailer")
    return places, trailer


def stream_section(stream):
    """§7.5.8"""
    fields = stream.fields
    octets, widths = File.octets(Plain, stream), fields["W"]
    index = fields.get("Index") or [0, fields["Size"]]
    numbers = [n for first, count in zip(index[::2], index[1::2]) for n in range(first, first + count)]
    places, size = {}, sum(widths)
    for place, number in enumerate(numbers):
        row = octets[place * size : (place + 1) * size]
        if len(row) < size:
            raise Malformed("cross-reference stream")
        kind = int.from_bytes(row[: widths[0]]) if widths[0] else 1
        second = int.from_bytes(row[widths[0] : widths[0] + widths[1]])
        places[number] = {1: ("at", second, int.from_bytes(row[sum(widths[:2]) :])), 2: ("in", second, 0)}.get(kind)
    return places, fields


class Plain:
    """Values of a cross-reference stream are never references."""

    @staticmethod
    def get(value):
        return value


def attachments(file):
    """Files of the name tree `EmbeddedFiles` by name (§7.11.4), names that stand twice refused."""
    catalog = file.get(file.trailer.get("Root"))
    names = file.get(catalog.get("Names")) if isinstance(catalog, dict) else None
    tree = file.get(names.get("EmbeddedFiles")) if isinstance(names, dict) else None
    found, seen = {}, [0]
    if isinstance(tree, dict):
        walk(file, tree, found, seen, 0)
    return found


def walk(file, node, found, seen, depth):
    seen[0] += 1
    if depth > 16 or seen[0] > 8192 or len(found) > 4096 or not isinstance(node, dict):
        raise Malformed("name tree")
    leaves = file.get(node.get("Names")) or []
    for key, value in zip(leaves[::2], leaves[1::2]):
        name = file.get(key).decode("latin-1")
        if name in found:
            raise Malformed("a name twice")
        embedded = file.get(file.get(value)["EF"])
        stream = file.get(embedded.get("F") or embedded.get("UF"))
        if not isinstance(stream, Stream):
            raise Malformed("attachment")
        found[name] = file.octets(stream)
    for kid in file.get(node.get("Kids")) or []:
        walk(file, file.get(kid), found, seen, depth + 1)
