"""What an update may do to a signed document (docs/format/receipt.md#signatures): each object that it writes needs a reason."""

import pdf
import pdfstructure
from pdfstructure import keys_that_differ, only

EXTENSIONS, STORE = {"ESIC", "ADBE", "ISO_", "Type"}, {"Type", "VRI", "Certs", "OCSPs", "CRLs"}
BACK = ("P", "Parent")
# Of a field and its widget; none of them acts.
FIELD = set("Type Subtype FT T TU F Ff P V Rect AP MK StructParent Lock SV Kids Border BS DA M NM Contents Lang AS".split())
SIGNED = {"V", "AP", "M", "F", "MK"}
# What a cross-reference stream has among the keys of the trailer.
TABLE = {"Size", "Prev", "Type", "W", "Index", "Filter", "DecodeParms", "Length"}
HIDDEN, FLAGS, DEEPEST = 2, 3, 16


def judge(before, now):
    """Why an update is not allowed, or `None`; and whether it adds the signature of a signer."""
    comparison = Comparison(before, now)
    try:
        comparison.run()
    except (pdf.Malformed, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        comparison.why.append(f"unreadable {error!r}")
    return comparison.why or None, comparison.signs


class Comparison:
    """Two revisions, what the newer one writes, and what of that has a reason (`claimed`)."""

    def __init__(self, before, now):
        self.before, self.now, self.why, self.signs = before, now, [], False
        self.touched, self.claimed, self.widgets, self.elements = {}, set(), set(), set()
        self.referrers = {}

    def run(self):
        walk(self.now)
        self.touched = dict(self.differing())
        self.referrers = referrers(self.before)
        self.why += [f"{number} was missing" for number in self.having("added") if number in self.referrers]
        self.trailer()
        self.catalog()
        self.pages()
        if self.widgets:
            pdfstructure.judge(self)
        self.why += [f"{number} {how}" for number, how in self.touched.items() if number not in self.claimed]

    def having(self, how):
        return [number for number, became in self.touched.items() if became == how]

    def differing(self):
        for number, place in self.now.revisions[-1].places.items():
            was = self.before.places.get(number)
            if place is None and was is None or self.is_of_table(number):
                continue
            if place is None or was is None:
                yield number, "removed" if place is None else "added"
            elif was != place and (was[2] != place[2] or not pdf.same(self.before.object(number), self.now.object(number))):
                yield number, "replaced"

    def is_of_table(self, number):
        value = self.now.object_or_none(number)
        return isinstance(value, pdf.Stream) and value.fields.get("Type") in ("XRef", "ObjStm")

    def both(self, number, kind=dict):
        """The contents of a replaced object, where both are of a kind."""
        pair = self.before.object(number), self.now.object(number)
        return pair if all(isinstance(one, kind) for one in pair) else None

    def is_owned(self, number, owners):
        """Whether nobody else referred to an object."""
        return number in self.referrers and self.referrers[number] <= set(owners)

    def claim_owned(self, was, now, owners):
        """The object of a value that is new, or replaced where it was that value's and only `owners` referred to it.

        Its content is judged apart.
        """
        if isinstance(now, pdf.Reference):
            how = self.touched.get(now[0])
            if how == "added" or how == "replaced" and was == now and self.is_owned(now[0], owners):
                self.claimed.add(now[0])

    def claim(self, value, but=()):
        """Every added object that a value leads to, not through the keys `but`."""
        if isinstance(value, pdf.Reference):
            if self.touched.get(value[0]) == "added" and value[0] not in self.claimed:
                self.claimed.add(value[0])
                self.claim(self.now.get(value), but)
        elif isinstance(value, pdf.Stream):
            self.claim(value.fields, but)
        elif isinstance(value, dict):
            for key, one in value.items():
                if key not in but:
                    self.claim(one, but)
        elif isinstance(value, list):
            for one in value:
                self.claim(one, but)

    def added(self, reference):
        """The dictionary that a reference names, where the update adds it."""
        is_new = isinstance(reference, pdf.Reference) and self.touched.get(reference[0]) == "added"
        value = self.now.get(reference) if is_new else None
        return value if isinstance(value, dict) else None

    def trailer(self):
        old, new = self.before.trailer, self.now.trailer
        first = lambda trailer: (trailer.get("ID") or [None])[0]
        for key in keys_that_differ(old, new) - TABLE:
            if key != "ID" or first(old) != first(new):
                self.why.append(f"trailer {key}")

    def catalog(self):
        before, after = self.before.trailer["Root"], self.now.trailer["Root"]
        old, new = self.before.get(before), self.now.get(after)
        if before == after:
            self.claimed.add(before[0])
        for key in keys_that_differ(old, new):
            good = key in new and (key in ("DSS", "AcroForm") or key == "Extensions" and self.extensions(old, new))
            if not good:
                self.why.append(f"catalog {key}")
        self.validation(old, new, before[0])
        self.form(old, new, before[0])

    def extensions(self, old, new):
        was, declared = self.before.get(old.get("Extensions")) or {}, self.now.get(new["Extensions"])
        good = keys_that_differ(was, declared) <= EXTENSIONS
        if good:
            self.claim(new["Extensions"])
        return good

    def validation(self, old, new, catalog):
        """Data of validation may be added and put in order; a stream stays what it is, and what the document has besides."""
        if "DSS" not in new:
            return
        if not only(self.now.get(new["DSS"]), STORE):
            self.why.append("DSS")
            return
        own = reachable(self.before, old.get("DSS"))
        rest = reachable(self.before, [{k: v for k, v in old.items() if k != "DSS"}, self.before.trailer.get("Info")])
        for number in self.having("replaced"):
            if number in own - rest - {catalog}:
                value = self.now.object(number)
                if not isinstance(value, pdf.Stream):
                    self.claimed.add(number)
                    self.claim(value)
        self.claim(new["DSS"])

    def form(self, old, new, catalog):
        if "AcroForm" not in new:
            return
        before, after = self.before.get(old.get("AcroForm")) or {}, self.now.get(new["AcroForm"])
        owners = {catalog}
        if "AcroForm" in old:
            self.claim_owned(old["AcroForm"], new["AcroForm"], owners)
            owners |= {new["AcroForm"][0]} if isinstance(new["AcroForm"], pdf.Reference) else set()
            for key in keys_that_differ(before, after) - {"Fields"}:
                flags = after.get("SigFlags")
                if key != "SigFlags" or type(flags) is not int or flags < 0 or flags & ~FLAGS:
                    self.why.append(f"form {key}")
        self.fields(before, after, owners)
        self.signed_fields()

    def fields(self, before, after, owners):
        self.claim_owned(before.get("Fields"), after.get("Fields"), owners)
        was, now = self.before.get(before.get("Fields")) or [], self.now.get(after.get("Fields")) or []
        if now[: len(was)] != was:
            self.why.append("fields")
            return
        for field in now[len(was) :]:
            if not self.new_field(field):
                self.why.append(f"field {field}")

    def new_field(self, reference):
        """A signature field with its signature, and nothing else."""
        field = self.added(reference)
        kind = self.new_signature(field) if field is not None else None
        if kind is None or field.get("FT") != "Sig" or not only(field, FIELD):
            return False
        widgets = {reference[0]: field}
        for kid in self.now.get(field.get("Kids")) or []:
            widget = self.added(kid)
            if widget is None or not only(widget, FIELD - {"Kids"} | {"Parent"}):
                return False
            widgets[kid[0]] = widget
        # Any other annotation would be drawn by rules of its own.
        if not all(one.get("Subtype") == "Widget" or "Subtype" not in one and "Kids" in one for one in widgets.values()):
            return False
        if kind == "stamp" and not all(map(self.shows_nothing, widgets.values())):
            return False
        self.claim(reference, BACK)
        self.widgets |= set(widgets)
        self.signs |= kind == "signature"
        return True

    def signed_fields(self):
        """Fields that stood empty and are signed now."""
        for number in self.having("replaced"):
            was, now = self.both(number) or ({}, {})
            if was.get("FT") != "Sig" or "V" in was or not keys_that_differ(was, now) <= SIGNED:
                continue
            kind = self.new_signature(now)
            if kind is None or kind == "stamp" and not self.shows_nothing(now):
                continue
            self.claimed.add(number)
            self.claim(now, (*BACK, "Kids"))
            self.signs |= kind == "signature"

    def new_signature(self, field):
        """What the value of a field is, where the update adds it."""
        value = self.added(field.get("V"))
        if value is None or value.get("Type") not in (None, "Sig", "DocTimeStamp"):
            return None
        return "stamp" if value.get("SubFilter") == "ETSI.RFC3161" else "signature"

    def shows_nothing(self, widget):
        """Anybody can have a document time-stamped, so that must not cover a page."""
        corners = self.now.get(widget.get("Rect")) or []
        flat = not corners or len(corners) == 4 and (corners[0] == corners[2] or corners[1] == corners[3])
        flags = widget.get("F")
        return flat or type(flags) is int and bool(flags & HIDDEN)

    def pages(self):
        """Widgets of new signature fields on pages, also where the annotations are an array of their own."""
        for number in self.having("replaced"):
            was, now = self.both(number) or ({}, {})
            if was.get("Type") == "Page":
                wrong = {key for key in keys_that_differ(was, now) if not self.page_key(key, number, was, now)}
                self.why += [f"page {number} {key}" for key in wrong]
                self.claimed |= set() if wrong else {number}
        for number in self.having("replaced"):
            pair, owners = self.both(number, list), self.referrers.get(number, set())
            page = self.before.object(min(owners)) if len(owners) == 1 and min(owners) else None
            mine = isinstance(page, dict) and page.get("Type") == "Page" and (page.get("Annots") or (0,))[0] == number
            if pair and mine and self.adds_widgets(*pair):
                self.claimed.add(number)

    def page_key(self, key, number, was, now):
        if key == "Annots":
            self.claim_owned(was.get("Annots"), now.get("Annots"), {number})
            return self.adds_widgets(self.before.get(was.get("Annots")) or [], self.now.get(now.get("Annots")) or [])
        return key == "Tabs" and "Tabs" not in was

    def adds_widgets(self, was, now):
        more = now[len(was) :]
        return now[: len(was)] == was and all(isinstance(one, pdf.Reference) and one[0] in self.widgets for one in more)


def walk(view):
    """Fails where the fields of a form are no tree: a signature could stand there that is not found."""
    form, met = view.get(view.get(view.trailer["Root"]).get("AcroForm")), set()
    waiting = [(one, 0) for one in view.get(form.get("Fields")) or []] if isinstance(form, dict) else []
    while waiting:
        one, depth = waiting.pop()
        field = view.get(one)
        again = isinstance(one, pdf.Reference) and tuple(one) in met
        if again or depth > DEEPEST or not isinstance(field, dict):
            raise pdf.Malformed("fields")
        met |= {tuple(one)} if isinstance(one, pdf.Reference) else set()
        waiting += [(kid, depth + 1) for kid in view.get(field.get("Kids")) or []]


def referrers(view):
    """Who refers to each object; 0 is the trailer."""
    found = {}

    def note(value, by):
        if isinstance(value, pdf.Reference):
            found.setdefault(value[0], set()).add(by)
        elif isinstance(value, pdf.Stream):
            note(value.fields, by)
        elif isinstance(value, dict):
            note(list(value.values()), by)
        elif isinstance(value, list):
            for one in value:
                note(one, by)

    note(view.trailer, 0)
    for number, place in view.places.items():
        if place is not None:
            note(view.object_or_none(number), number)
    return found


def reachable(view, value):
    """Numbers of the objects that a value leads to."""
    found, waiting = set(), [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, pdf.Reference):
            if one[0] not in found:
                found.add(one[0])
                waiting.append(view.get(one))
        elif isinstance(one, pdf.Stream):
            waiting.append(one.fields)
        elif isinstance(one, (dict, list)):
            waiting += one.values() if isinstance(one, dict) else one
    return found
