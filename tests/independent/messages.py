"""HTTP messages in records (RFC 9112): the head, the body, and a body without its chunks."""

import re


class Message:
    """A message: what stands before and behind the first empty line; without one there is neither."""

    def __init__(self, block):
        found = re.search(rb"\n\r?\n", block)
        self.lines = block[: found.start()].decode("utf-8", "replace").split("\n") if found else None
        self.body = block[found.end() :] if found else b""

    def start(self):
        return self.lines[0].rstrip("\r") if self.lines else ""

    def is_whole(self, kind):
        """Whether it begins as what the record says it is."""
        if kind == "response":
            return self.status() is not None
        if kind == "request":
            method, space, rest = self.start().partition(" ")
            return bool(space) and not method.startswith("HTTP/") and " HTTP/" in rest
        return self.lines is not None

    def status(self):
        parts = self.start().split(" ")
        good = parts[0].startswith("HTTP/") and len(parts) > 1 and re.fullmatch("[0-9]{3}", parts[1])
        return str(int(parts[1])) if good else None

    def mime(self):
        """Content-Type without its parameters."""
        for line in (self.lines or [])[1:]:
            name, colon, value = line.rstrip("\r").partition(":")
            if colon and name.lower() == "content-type":
                return re.split(r"[;\s]", value.strip(), maxsplit=1)[0] or None
        return None


def dechunked(body):
    """The body without its chunks (RFC 9112 §7.1); `None` where it does not follow the grammar to its end."""
    found, at = [], 0
    while True:
        line, at = line_from(body, at)
        size = line and re.fullmatch(rb"\s*([0-9A-Fa-f]{1,16})\s*(;.*)?", line)
        if not size:
            return None
        length = int(size[1], 16)
        if not length:
            break
        found.append(body[at : at + length])
        line, at = line_from(body, at + length)
        if line != b"":
            return None
    while line:
        line, at = line_from(body, at)
    return b"".join(found) if line == b"" and at == len(body) else None


def line_from(body, at):
    """A line without its end, and where the next starts; `None` where no line ends."""
    end = body.find(b"\n", at)
    return (None, at) if end < 0 else (body[at:end].removesuffix(b"\r"), end + 1)
