"""What an update may do to a signed document (docs/format/receipt.md#signatures), by the kinds of what it places."""

import pdf

EXTENSIONS = {"ESIC", "ADBE", "ISO_"}


def forbidden(before, now, signatures):
    """Why an update is not allowed, or `None`."""
    if {k: before.trailer.get(k) for k in ("Root", "Info")} != {k: now.trailer.get(k) for k in ("Root", "Info")}:
        return "trailer"
    old_root, new_root = (view.get(view.trailer["Root"]) for view in (before, now))
    allowed = reachable(now, [new_root.get("DSS")]) | {one.number for one in signatures}
    fields = new_fields(before, now, old_root, new_root)
    if fields is None:
        return "fields"
    allowed |= fields
    for reference in list(fields):
        field = now.object(reference)
        if "A" in field or "AA" in field:
            return "action"
        allowed |= reachable(now, [field.get("AP")])
    for number in now.revisions[-1].places:
        if number in allowed or before.object_or_none(number) == now.object_or_none(number):
            continue
        why = judge_object(before.object_or_none(number), now.object_or_none(number), old_root, new_root, fields, before, now)
        if why:
            return f"object {number}: {why}"
    return None


def reachable(view, values):
    """Numbers of the objects that values lead to, but for pages and parents."""
    found, waiting = set(), list(values)
    while waiting:
        value = waiting.pop()
        if isinstance(value, pdf.Reference):
            if value[0] not in found:
                found.add(value[0])
                waiting.append(view.get(value))
        elif isinstance(value, pdf.Stream):
            waiting.append(value.fields)
        elif isinstance(value, dict):
            waiting += [one for key, one in value.items() if key not in ("P", "Parent")]
        elif isinstance(value, list):
            waiting += value
    return found


def new_fields(before, now, old_root, new_root):
    """Numbers of the fields that were added or signed; `None` where fields were taken away."""

    def listed(view, root):
        form = view.get(root.get("AcroForm"))
        return (
            [one[0] for one in view.get(form.get("Fields")) or [] if isinstance(one, pdf.Reference)]
            if isinstance(form, dict)
            else []
        )

    old, new = listed(before, old_root), listed(now, new_root)
    if new[: len(old)] != old:
        return None
    found = set(new[len(old) :])
    for number in old:
        one, other = before.object(number), now.object(number)
        if one != other:
            if "V" in one or {k for k in {*one, *other} if one.get(k) != other.get(k)} - {"V", "AP", "M", "F", "MK"}:
                return None
            found.add(number)
    return found


def judge_object(one, other, old_root, new_root, fields, before, now):
    """Why an object that differs may not; `None` where it may."""
    if isinstance(other, pdf.Stream) and other.fields.get("Type") in ("XRef", "ObjStm"):
        return None
    if other is new_root or isinstance(other, dict) and other.get("Type") == "Catalog":
        return differing(one, other, {"DSS", "Extensions", "AcroForm"})
    if isinstance(other, dict) and "Fields" in other:
        return differing(one or {}, other, {"Fields", "SigFlags"})
    if isinstance(other, dict) and other.get("Type") == "Page":
        annotations = now.get(other.get("Annots")) or []
        old = before.get((one or {}).get("Annots")) or []
        added = [value for value in annotations if value not in old]
        mine = all(isinstance(value, pdf.Reference) and value[0] in fields for value in added)
        return differing(one, other, {"Annots", "Tabs"}) or (None if mine else "annotations")
    if isinstance(other, list) and all(isinstance(value, pdf.Reference) for value in other):
        added = [value for value in other if value not in (one or [])]
        return None if all(value[0] in fields for value in added) else "a list"
    return "not allowed" if one is not None else "added"


def differing(one, other, allowed):
    if not isinstance(one, dict):
        return "replaced"
    keys = {key for key in {*one, *other} if one.get(key) != other.get(key)} - allowed
    return f"keys {sorted(keys)}" if keys else None
