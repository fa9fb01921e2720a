"""Leaves and trees (docs/format/manifest.md; RFC 6962 §2.1, RFC 9162 §2.1.3.2)."""

from digests import sha256, sm3


def of(data):
    """The three facts of a file's octets."""
    return {"sha256": sha256(data).hex(), "size": len(data), "sm3": sm3(data).hex()}


def leaf(facts, nonce):
    return sha256(b"\0" + bytes.fromhex(facts["sha256"]) + bytes.fromhex(facts["sm3"]) + bytes.fromhex(nonce))


def node(left, right):
    return sha256(b"\1" + left + right)


def root(level):
    while len(level) > 1:
        pairs = [node(a, b) for a, b in zip(level[::2], level[1::2])]
        level = pairs + level[len(pairs) * 2 :]
    return level[0]


def climb(here, index, size, path):
    """The root that a path leads to; `None` where it is longer or shorter than index and size imply."""
    last = size - 1
    if not 0 <= index <= last:
        return None
    for step in path:
        if last == 0:
            return None
        if index & 1 or index == last:
            here = node(step, here)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            here = node(here, step)
        index, last = index >> 1, last >> 1
    return here if last == 0 else None
