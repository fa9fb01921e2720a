"""The structure tree (ISO 32000-2 §14.7) of a signed document: a signature that is seen has a `Form` element in it."""

import pdf

ELEMENT = set("Type S P Pg K Alt Lang T ID A C R".split())
REFERENCE, NODE, LEAF = {"Type", "Obj", "Pg"}, {"Nums", "Kids", "Limits"}, {"Nums", "Limits"}
DEEPEST = 8


def keys_that_differ(one, other):
    return {key for key in {*one, *other} if (key in one) != (key in other) or not pdf.same(one[key], other[key])}


def only(value, keys):
    return isinstance(value, dict) and set(value) <= keys


def judge(comparison):
    """Claims what the tree gained for widgets of new signature fields."""
    root = comparison.before.get(comparison.before.trailer["Root"]).get("StructTreeRoot")
    if not isinstance(root, pdf.Reference):
        return
    for number in comparison.having("replaced"):
        if comparison.both(number):
            element(comparison, number)
        elif comparison.both(number, list):
            list_of_kids(comparison, number)
    nodes = tree(comparison.before, comparison.before.get(root).get("ParentTree"))
    for number in comparison.having("replaced"):
        pair = comparison.both(number)
        if pair and number in nodes and grows(comparison, *pair):
            comparison.claimed.add(number)
        if pair and number == root[0] and root_grows(comparison, *pair):
            comparison.claimed.add(number)


def element(comparison, number):
    """An element that gained kids."""
    was, now = comparison.both(number)
    if not (was.get("Type") == "StructElem" or "S" in was and "P" in was) or keys_that_differ(was, now) != {"K"}:
        return
    comparison.claim_owned(was.get("K"), now.get("K"), {number})
    if adds(comparison, number, kids(comparison.before, was.get("K")), kids(comparison.now, now.get("K"))):
        comparison.claimed.add(number)


def list_of_kids(comparison, number):
    """The kids of an element in an array of their own."""
    owners = comparison.referrers.get(number, set())
    owner = min(owners) if len(owners) == 1 else 0
    parent = comparison.before.object(owner) if owner else None
    if isinstance(parent, dict) and "S" in parent and (parent.get("K") or (0,))[0] == number:
        if adds(comparison, owner, *comparison.both(number, list)):
            comparison.claimed.add(number)


def kids(view, value):
    held = view.get(value)
    return held if isinstance(held, list) else [] if value is None else [value]


def adds(comparison, parent, was, now):
    return now[: len(was)] == was and all(new_element(comparison, one, parent) for one in now[len(was) :])


def new_element(comparison, reference, parent):
    """A `Form` element about new widgets alone."""
    value = comparison.added(reference)
    if not only(value, ELEMENT) or value.get("S") != "Form" or (value.get("P") or (0,))[0] != parent:
        return False
    about = kids(comparison.now, value.get("K"))
    for kid in about:
        held = comparison.now.get(kid)
        widget = held.get("Obj") if only(held, REFERENCE) else None
        if not isinstance(widget, pdf.Reference) or widget[0] not in comparison.widgets:
            return False
    if not about:
        return False
    comparison.claim(reference, ("P", "Pg", "Obj"))
    comparison.elements.add(reference[0])
    return True


def tree(view, top):
    """The objects that are nodes of the parent tree."""
    found, level = set(), [top]
    for _ in range(DEEPEST):
        below = []
        for one in level:
            node = view.get(one)
            if isinstance(one, pdf.Reference):
                if one[0] in found:
                    continue
                found.add(one[0])
            below += view.get(node.get("Kids")) or [] if isinstance(node, dict) else []
        level = below
    return found


def root_grows(comparison, was, now):
    for key in keys_that_differ(was, now):
        pair = was.get(key), now.get(key)
        counts = key == "ParentTreeNextKey" and all(type(one) is int for one in pair) and pair[0] <= pair[1]
        if not counts and not (key == "ParentTree" and all(isinstance(one, dict) for one in pair) and grows(comparison, *pair)):
            return False
    return True


def grows(comparison, was, now):
    """A node that gained entries, or leaves with entries, that lead to new elements."""
    if not keys_that_differ(was, now) <= NODE:
        return False
    added = []
    for key in ("Nums", "Kids"):
        old, new = comparison.before.get(was.get(key)) or [], comparison.now.get(now.get(key)) or []
        if new[: len(old)] != old:
            return False
        added.append(new[len(old) :])
    if not entries(comparison, added[0]):
        return False
    for kid in added[1]:
        leaf = comparison.added(kid)
        if not only(leaf, LEAF) or not entries(comparison, comparison.now.get(leaf.get("Nums")) or []):
            return False
        comparison.claimed.add(kid[0])
    return True


def entries(comparison, nums):
    pairs = list(zip(nums[::2], nums[1::2]))
    return len(nums) % 2 == 0 and all(
        type(key) is int and isinstance(to, pdf.Reference) and to[0] in comparison.elements for key, to in pairs
    )
