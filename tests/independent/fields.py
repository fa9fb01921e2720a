"""JSON of web archives as far as it is read: fields of one kind each, and others that are passed over."""

import json

TEXT, NEEDED = (str,), object()


class Known(dict):
    """An object, with the names that stand twice in it."""

    def __init__(self, pairs):
        super().__init__(pairs)
        names = [name for name, _ in pairs]
        self.twice = {name for name in names if names.count(name) > 1} if len(self) < len(names) else set()


def read(octets):
    """An object in UTF-8."""
    value = json.loads(octets.decode(), object_pairs_hook=Known, parse_constant=refuse)
    if not isinstance(value, Known):
        raise ValueError("no object")
    return value


def refuse(word):
    raise ValueError(word)


def taken(value, name, kinds, otherwise=NEEDED):
    """A field of one of the kinds; where it is not needed, `otherwise` in its place, and `None` says the same as that."""
    if name in value.twice:
        raise ValueError(f"{name} twice")
    found = value.get(name)
    if found is None and (name not in value or otherwise is None):
        if otherwise is NEEDED:
            raise ValueError(f"no {name}")
        return otherwise
    whole = isinstance(found, kinds) and not isinstance(found, bool)
    if not whole or isinstance(found, int) and not 0 <= found < 1 << 64:
        raise ValueError(name)
    if isinstance(found, str):
        found.encode()
    return found
