"""A subset of a TrueType font: only the glyphs that a text needs, so that a small document can carry its font."""

import struct


class Font:
    def __init__(self, path):
        with open(path, "rb") as file:
            self.data = file.read()
        count = struct.unpack_from(">H", self.data, 4)[0]
        self.tables = {}
        for entry in range(count):
            tag, _, offset, length = struct.unpack_from(">4sLLL", self.data, 12 + 16 * entry)
            self.tables[tag.decode()] = (offset, length)
        head = self.tables["head"][0]
        self.units = struct.unpack_from(">H", self.data, head + 18)[0]
        self.box = struct.unpack_from(">4h", self.data, head + 36)
        self.long_loca = struct.unpack_from(">h", self.data, head + 50)[0] == 1
        hhea = self.tables["hhea"][0]
        self.ascent, self.descent = struct.unpack_from(">2h", self.data, hhea + 4)
        self.metrics = struct.unpack_from(">H", self.data, hhea + 34)[0]
        self.characters = self.read_characters()

    def table(self, tag):
        offset, length = self.tables[tag]
        return self.data[offset : offset + length]

    def read_characters(self):
        """Code point to glyph, from the table of format 12 or else 4."""
        start = self.tables["cmap"][0]
        found = {}
        for entry in range(struct.unpack_from(">H", self.data, start + 2)[0]):
            at = start + struct.unpack_from(">L", self.data, start + 8 + 8 * entry)[0]
            form = struct.unpack_from(">H", self.data, at)[0]
            if form == 12:
                for group in range(struct.unpack_from(">L", self.data, at + 12)[0]):
                    first, last, glyph = struct.unpack_from(">3L", self.data, at + 16 + 12 * group)
                    found.update({code: glyph + code - first for code in range(first, last + 1)})
                return found
            if form == 4:
                found = self.read_segments(at)
        return found

    def read_segments(self, at):
        found = {}
        segments = struct.unpack_from(">H", self.data, at + 6)[0] // 2
        ends, starts = at + 14, at + 16 + 2 * segments
        deltas, ranges = starts + 2 * segments, starts + 4 * segments
        for n in range(segments):
            end, start, delta, offset = (struct.unpack_from(">H", self.data, base + 2 * n)[0] for base in (ends, starts, deltas, ranges))
            for code in range(start, min(end, 0xFFFE) + 1):
                glyph = code if offset == 0 else struct.unpack_from(">H", self.data, ranges + 2 * n + offset + 2 * (code - start))[0]
                found[code] = (glyph + delta) & 0xFFFF
        return found

    def outline(self, glyph):
        base = self.tables["loca"][0]
        if self.long_loca:
            start, end = struct.unpack_from(">2L", self.data, base + 4 * glyph)
        else:
            start, end = (2 * value for value in struct.unpack_from(">2H", self.data, base + 2 * glyph))
        origin = self.tables["glyf"][0]
        return self.data[origin + start : origin + end]

    def advance(self, glyph):
        return struct.unpack_from(">H", self.data, self.tables["hmtx"][0] + 4 * min(glyph, self.metrics - 1))[0]

    def subset(self, glyphs):
        """A font file in which glyph n is `glyphs[n]`. Compound glyphs are refused: the font used here has none."""
        outlines, offsets, metrics = b"", [0], b""
        for glyph in glyphs:
            outline = self.outline(glyph)
            if outline and struct.unpack_from(">h", outline)[0] < 0:
                raise ValueError(f"glyph {glyph} is compound")
            outlines += outline + b"\0" * (-len(outline) % 4)
            offsets.append(len(outlines))
            metrics += struct.pack(">Hh", self.advance(glyph), struct.unpack_from(">h", outline, 2)[0] if outline else 0)
        head = bytearray(self.table("head"))
        head[8:12] = bytes(4)
        struct.pack_into(">h", head, 50, 1)
        hhea = bytearray(self.table("hhea"))
        struct.pack_into(">H", hhea, 34, len(glyphs))
        maxp = bytearray(self.table("maxp"))
        struct.pack_into(">H", maxp, 4, len(glyphs))
        hints = {tag: self.table(tag) for tag in ("cvt ", "fpgm", "prep") if tag in self.tables}
        return assemble({
            "glyf": outlines,
            "head": bytes(head),
            "hhea": bytes(hhea),
            "hmtx": metrics,
            "loca": struct.pack(f">{len(offsets)}L", *offsets),
            "maxp": bytes(maxp),
            **hints,
        })


def assemble(tables):
    power = 1 << (len(tables).bit_length() - 1)
    directory = struct.pack(">LHHHH", 0x10000, len(tables), power * 16, power.bit_length() - 1, len(tables) * 16 - power * 16)
    body, offset = b"", 12 + 16 * len(tables)
    for tag in sorted(tables):
        content = tables[tag]
        padded = content + b"\0" * (-len(content) % 4)
        checksum = sum(struct.unpack(f">{len(padded) // 4}L", padded)) & 0xFFFFFFFF
        directory += struct.pack(">4sLLL", tag.encode(), checksum, offset + len(body), len(content))
        body += padded
    return directory + body
