"""Documents and their updates written object by object (ISO 32000-2 §7.5), with or without signatures in them."""

import copy
import itertools

import pdf
from pdf import Name, Reference, Stream

ROOM = 8192
SPAN, ZEROS = b"[0 0000000000 0000000000 0000000000]", b"<" + b"0" * (2 * ROOM) + b">"


class Written(bytes):
    """Octets that stand as they are."""


def reference(number):
    return Reference((number, 0))


def serial(value):
    """An object as octets."""
    if isinstance(value, Written):
        return bytes(value)
    if isinstance(value, Reference):
        return b"%d %d R" % value
    if isinstance(value, Stream):
        return serial(value.fields | {"Length": len(value.raw)}) + b"\nstream\n" + value.raw + b"\nendstream"
    if isinstance(value, dict):
        return b"<<" + b" ".join(serial(Name(key)) + b" " + serial(one) for key, one in value.items()) + b">>"
    if isinstance(value, list):
        return b"[" + b" ".join(map(serial, value)) + b"]"
    if isinstance(value, str):
        plain = lambda octet: 0x21 <= octet <= 0x7E and octet not in b"#()<>[]{}/%"
        return b"/" + b"".join(bytes([one]) if plain(one) else b"#%02X" % one for one in value.encode("utf-8", "surrogateescape"))
    if isinstance(value, bytes):
        return b"<" + value.hex().upper().encode() + b">"
    if value is None or isinstance(value, bool):
        return {True: b"true", False: b"false", None: b"null"}[value]
    return str(value).encode()


def table(places, trailer, at):
    """A cross-reference table of offsets (`None` for what is free), its trailer, and the end."""
    found = b"xref\n"
    for _, run in itertools.groupby(enumerate(sorted(places)), lambda pair: pair[1] - pair[0]):
        numbers = [number for _, number in run]
        found += b"%d %d\n" % (numbers[0], len(numbers))
        for number in numbers:
            free = b"0000000000 65535 f \n" if number == 0 else b"0000000000 00001 f \n"
            found += free if places[number] is None else b"%010d 00000 n \n" % places[number]
    return found + b"trailer\n" + serial(trailer) + b"\nstartxref\n%d\n%%%%EOF\n" % at


def whole(objects, root, **trailer):
    """A document of one revision."""
    octets, places = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", {0: None}
    for number, value in objects.items():
        places[number] = len(octets)
        octets += b"%d 0 obj\n" % number + serial(value) + b"\nendobj\n"
    top = {"Size": max(objects) + 1, "Root": reference(root), "ID": [b"1" * 16, b"1" * 16]} | trailer
    return octets + table(places, top, len(octets))


class Update:
    """What one update puts, frees and says in its trailer."""

    def __init__(self, octets):
        self.octets, self.file = octets, pdf.File(octets)
        self.objects, self.freed, self.next = {}, set(), self.file.trailer["Size"]
        self.trailer = {key: self.file.trailer[key] for key in ("Root", "Info", "ID") if key in self.file.trailer}

    def get(self, number):
        """An object to be changed; what is done to it is written."""
        number = number[0] if isinstance(number, Reference) else number
        if number not in self.objects:
            self.objects[number] = copy.deepcopy(self.file.object(number))
        return self.objects[number]

    def add(self, value):
        self.objects[self.next] = value
        self.next += 1
        return reference(self.next - 1)

    @property
    def catalog(self):
        return self.get(self.file.trailer["Root"])

    @property
    def page(self):
        pages = self.file.get(self.file.get(self.file.trailer["Root"])["Pages"])
        return pages["Kids"][0]

    def write(self):
        octets, places = self.octets, dict.fromkeys(self.freed)
        for number, value in self.objects.items():
            places[number] = len(octets)
            octets += b"%d 0 obj\n" % number + serial(value) + b"\nendobj\n"
        before = int(list(pdf.START.finditer(self.octets))[-1][1])
        return octets + table(places, self.trailer | {"Size": self.next, "Prev": before}, len(octets))


def filled(octets, make, span=None, written=None):
    """A document with its open place for a signature filled: `make` gives the structure over the octets around it.

    `span` alters the four numbers, `written` the digits.
    """
    start = octets.rindex(ZEROS)
    a, b = start, start + len(ZEROS)
    numbers = [0, a, b, len(octets) - b] if span is None else span(a, b, len(octets))
    said = b"[%s]" % b" ".join(str(n).encode() for n in numbers)
    octets = octets.replace(SPAN, said.ljust(len(SPAN)))
    zero, a, b, c = numbers
    digits = make(octets[zero:a] + octets[b : b + c]).hex().encode()
    digits = digits.ljust(2 * ROOM, b"0") if written is None else written(digits)
    return octets[:start] + b"<" + digits + b">" + octets[start + len(ZEROS) :]


def value(sub_filter="ETSI.CAdES.detached", kind="Sig", **more):
    """A signature dictionary with an open place."""
    own = {"Type": Name(kind), "Filter": Name("Adobe.PPKLite"), "SubFilter": Name(sub_filter)} | more
    return {key: one for key, one in own.items() if one is not None} | {"ByteRange": Written(SPAN), "Contents": Written(ZEROS)}


def field(update, name, signature, **more):
    """A field with its widget on the first page, in the form and among the annotations."""
    own = {
        "Type": Name("Annot"),
        "Subtype": Name("Widget"),
        "FT": Name("Sig"),
        "T": name.encode(),
        "F": 132,
        "Rect": [0, 0, 0, 0],
        "P": update.page,
        "V": signature,
    } | more
    made = update.add({key: one for key, one in own.items() if one is not None})
    catalog = update.catalog
    form = catalog.setdefault("AcroForm", {"Fields": [], "SigFlags": 3})
    form = update.get(form) if isinstance(form, Reference) else form
    (update.get(form["Fields"]) if isinstance(form["Fields"], Reference) else form["Fields"]).append(made)
    page = update.file.get(update.page)
    if isinstance(page.get("Annots"), Reference):
        update.get(page["Annots"]).append(made)
    else:
        update.get(update.page).setdefault("Annots", []).append(made)
    return made


def signed(octets, make, name="S1", change=None, signature=None, span=None, written=None, **more):
    """A document with one more signature; `change` may do more in the same update."""
    update = Update(octets)
    made = field(update, name, update.add(value() if signature is None else signature), **more)
    if change is not None:
        change(update, made)
    return filled(update.write(), make, span, written)


def changed(octets, change):
    """A document with one more update."""
    update = Update(octets)
    change(update)
    return update.write()
