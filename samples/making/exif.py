"""The particulars a camera writes into a picture (JEITA CP-3451, Exif 2.3)."""

import struct

BYTE, ASCII, SHORT, LONG, RATIONAL, UNDEFINED = 1, 2, 3, 4, 5, 7


def value(kind, content):
    if kind == ASCII:
        return len(content) + 1, content.encode("ascii") + b"\0"
    if kind in (BYTE, UNDEFINED):
        return len(content), content
    if kind == RATIONAL:
        return len(content), b"".join(struct.pack(">LL", *pair) for pair in content)
    return len(content), b"".join(struct.pack(">H" if kind == SHORT else ">L", number) for number in content)


def directory(entries, start):
    """An image file directory that stands `start` bytes after the header; long values follow it."""
    head, tail = struct.pack(">H", len(entries)), b""
    free = start + 2 + 12 * len(entries) + 4
    for tag, kind, content in sorted(entries):
        count, data = value(kind, content)
        if len(data) > 4:
            place = struct.pack(">L", free + len(tail))
            tail += data + b"\0" * (len(data) % 2)
        else:
            place = data.ljust(4, b"\0")
        head += struct.pack(">HHL", tag, kind, count) + place
    return head + bytes(4) + tail


def segment(width, height):
    """The APP1 segment of a picture taken by an invented telephone at an invented place."""
    camera = [
        (0x9000, UNDEFINED, b"0232"),
        (0x9003, ASCII, "2026:04:02 10:15:33"),
        (0x9004, ASCII, "2026:04:02 10:15:33"),
        (0x9011, ASCII, "+08:00"),
        (0x829A, RATIONAL, [(1, 60)]),
        (0x829D, RATIONAL, [(18, 10)]),
        (0x8827, SHORT, [320]),
        (0x920A, RATIONAL, [(560, 100)]),
        (0xA002, LONG, [width]),
        (0xA003, LONG, [height]),
    ]
    place = [
        (0x0000, BYTE, bytes([2, 3, 0, 0])),
        (0x0001, ASCII, "N"),
        (0x0002, RATIONAL, [(31, 1), (18, 1), (3000, 100)]),
        (0x0003, ASCII, "E"),
        (0x0004, RATIONAL, [(120, 1), (36, 1), (1500, 100)]),
        (0x001D, ASCII, "2026:04:02"),
    ]

    def main(camera_at, place_at):
        return [
            (0x010F, ASCII, "Invented"),
            (0x0110, ASCII, "Sample Phone X"),
            (0x0112, SHORT, [1]),
            (0x0131, ASCII, "samples/make.py"),
            (0x0132, ASCII, "2026:04:02 10:15:33"),
            (0x8769, LONG, [camera_at]),
            (0x8825, LONG, [place_at]),
        ]

    camera_at = 8 + len(directory(main(0, 0), 8))
    camera_part = directory(camera, camera_at)
    place_at = camera_at + len(camera_part)
    body = b"Exif\0\0MM\0*" + struct.pack(">L", 8) + directory(main(camera_at, place_at), 8) + camera_part + directory(place, place_at)
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def put_into(jpeg, width, height):
    """Directly after the start of the image, in place of a JFIF header."""
    rest = jpeg[2:]
    if rest[:2] == b"\xff\xe0":
        rest = rest[2 + struct.unpack(">H", rest[2:4])[0] :]
    return jpeg[:2] + segment(width, height) + rest
