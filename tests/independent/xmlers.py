"""Evidence records in XML: RFC 6283 (docs/format/evidence-records.md#records-in-xml)."""

import base64
import binascii
import codecs
import re

import canonical
import ers
from canonical import SPACE, Element, Text
from digests import digest

NAMESPACE = "urn:ietf:params:xml:ns:ers"
LARGEST, LARGEST_DATA, PROLOG = 32 << 20, 16 << 20, 64 << 10
# RFC 6931 and what it builds on.
URIS = {
    "http://www.w3.org/2001/04/xmldsig-more#md5": "md5",
    "http://www.w3.org/2000/09/xmldsig#sha1": "sha1",
    "http://www.w3.org/2001/04/xmldsig-more#sha224": "sha224",
    "http://www.w3.org/2001/04/xmlenc#sha256": "sha256",
    "http://www.w3.org/2001/04/xmldsig-more#sha384": "sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512": "sha512",
    "http://www.w3.org/2007/05/xmldsig-more#sha3-256": "sha3_256",
    "http://www.w3.org/2007/05/xmldsig-more#sha3-384": "sha3_384",
    "http://www.w3.org/2007/05/xmldsig-more#sha3-512": "sha3_512",
}
NOT_CANONICAL = "evidence-canonicalization-unknown"
BEFORE_ROOT = re.compile(r"\s*(<\?.*?\?>|<!--.*?-->)", re.DOTALL)
START_TAG = re.compile(r"""\s*(<(?:[^<>"']|"[^"]*"|'[^']*')*)>""")


def is_record(octets):
    """Whether the document element, of which the start tag stands in the first octets, is that of a record."""
    text, at = octets[:PROLOG].decode("utf-8", "replace").lstrip("\ufeff"), 0
    while found := BEFORE_ROOT.match(text, at):
        at = found.end()
    found = START_TAG.match(text, at)
    try:
        return found is not None and is_named(only(f"{found[1].rstrip('/')}/>"), "EvidenceRecord")
    except ValueError:
        return False


def only(text):
    return canonical.root(canonical.read(text.encode()))


def is_named(element, name):
    return (element.space, element.local) == (NAMESPACE, name)


class Chain:
    """One ArchiveTimeStampChain: its elements, its time-stamps, its method of canonicalization or `None`."""

    def __init__(self, element):
        self.element = element
        hashed, method = methods(element)
        name = URIS.get(hashed)
        self.method, self.elements, self.stamps = method, [], []
        for one in in_order(element, "ArchiveTimeStamp", ers.MOST_STAMPS, 2):
            tree, stamp, token = time_stamp(one)
            self.elements.append(stamp)
            self.stamps.append(ers.Stamp(name, tree, token))


class Record(ers.Record):
    """A record with what its renewals are over in canonical form."""

    def __init__(self, sequence):
        self.sequence = sequence
        self.parts = [Chain(one) for one in in_order(sequence, "ArchiveTimeStampChain", ers.MOST_CHAINS, 0)]
        super().__init__([part.stamps for part in self.parts])

    def due(self, chain, place, data, first):
        part = self.parts[chain]
        name = part.stamps[0].algorithm
        if name == "md5":
            raise ers.Unknown("evidence-data-not-at-hand")
        if place:
            return [self.form_of(chain, part.elements[place - 1])], True
        own = [self.of_data(chain, one, first) for one in ers.at_hand(data)]
        more = len(own) == 1
        if chain:
            forms = [self.form_of(chain, self.sequence, left_out) for left_out in self.later(chain)]
            own.append(next((one for one in forms if one in first), forms[0]))
        return own, more

    def later(self, chain):
        """What is left out of the sequence before a chain: the chains from it on, and these with the space before each."""
        chains = [part.element for part in self.parts[chain:]]
        held = self.sequence.children
        places = [held.index(one) - 1 for one in chains]
        spaces = [held[at] for at in places if at >= 0 and type(held[at]) is Text and not held[at].text.strip(SPACE)]
        return [chains, chains + spaces]

    def form_of(self, chain, element, left_out=()):
        """The digest of an element's canonical form under the digest and the method of a chain."""
        return self.digested(chain, lambda method: canonical.element(method, element, left_out))

    def digested(self, chain, form):
        part = self.parts[chain]
        if part.method is None:
            raise ers.Unknown(NOT_CANONICAL)
        try:
            return digest(part.stamps[0].algorithm, form(part.method))
        except canonical.Unknown:
            raise ers.Unknown(NOT_CANONICAL) from None

    def of_data(self, chain, octets, first):
        """The digest of a data object: of its octets, or where the list lacks it of its canonical form."""
        own = digest(self.parts[chain].stamps[0].algorithm, octets)
        if own in first:
            return own
        children = as_xml(octets)
        if children is None:
            return own
        found = self.digested(chain, lambda method: canonical.document(method, children))
        self.by_canonical_form |= found in first
        return found


def as_xml(octets):
    """The document that data are; `None` for what is none."""
    begins = octets.removeprefix(codecs.BOM_UTF8).lstrip(b" \t\r\n\f").startswith(b"<")
    if octets.startswith((codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE)) or begins and len(octets) > LARGEST_DATA:
        raise ers.Unknown(NOT_CANONICAL)
    try:
        return canonical.read(octets) if begins else None
    except canonical.Beyond:
        raise ers.Unknown(NOT_CANONICAL) from None
    except canonical.NoXml:
        return None


def read(octets):
    """EvidenceRecord of RFC 6283 §2.1."""
    if len(octets) > LARGEST:
        raise ers.Malformed("size")
    top = canonical.root(canonical.read(octets))
    if not is_named(top, "EvidenceRecord") or top.get("Version") != "1.0":
        raise ers.Malformed("EvidenceRecord")
    names = ("EncryptionInformation", "SupportingInformationList", "ArchiveTimeStampSequence")
    encryption, _, sequence = parts_of(top, names)
    if encryption is not None:
        raise ers.Unknown("evidence-kind-unknown")
    if sequence is None:
        raise ers.Malformed("ArchiveTimeStampSequence")
    return Record(sequence)


def methods(chain):
    """The identifier of the digest, and the canonicalization where it is known (§4.1.1, §4.1.2)."""
    found = chain.elements()[:2]
    names = ("DigestMethod", "CanonicalizationMethod")
    for element, name in zip(found, names):
        if not is_named(element, name) or element.get("Algorithm") is None:
            raise ers.Malformed(name)
    if len(found) < 2:
        raise ers.Malformed("methods")
    try:
        known = canonical.method(found[1].get("Algorithm"))
    except canonical.Unknown:
        known = None
    # What stands in a method, such as InclusiveNamespaces, would change its form.
    return found[0].get("Algorithm"), None if found[1].elements() else known


def time_stamp(element):
    """The lists, the TimeStamp and the token of an ArchiveTimeStamp (§3.1)."""
    tree, stamp, _ = parts_of(element, ("HashTree", "TimeStamp", "Attributes"))
    if stamp is None:
        raise ers.Malformed("TimeStamp")
    token, _ = parts_of(stamp, ("TimeStampToken", "CryptographicInformationList"))
    if token is None:
        raise ers.Malformed("TimeStampToken")
    if token.get("Type") != "RFC3161":
        raise ers.Unknown("evidence-kind-unknown")
    lists = [] if tree is None else [digests_of(one) for one in in_order(tree, "Sequence", ers.MOST_LISTS, 0)]
    return lists, stamp, octets_of(token)


def digests_of(element):
    found = element.elements()
    if not found or len(found) > ers.MOST_DIGESTS or not all(is_named(one, "DigestValue") for one in found):
        raise ers.Malformed("Sequence")
    return [octets_of(one) for one in found]


def octets_of(element):
    """Base 64 with white space anywhere, and no other element."""
    if element.elements():
        raise ers.Malformed(element.local)
    text = "".join(one.text for one in element.children if type(one) is Text)
    try:
        found = base64.b64decode(re.sub(rf"[{SPACE}]", "", text), validate=True)
    except (binascii.Error, ValueError):
        raise ers.Malformed(element.local) from None
    if not found:
        raise ers.Malformed(element.local)
    return found


def parts_of(element, names):
    """The children of these names, each once at most; no others may stand there."""
    found = dict.fromkeys(names)
    for child in element.elements():
        if child.space != NAMESPACE or child.local not in found or found[child.local] is not None:
            raise ers.Malformed(child.name)
        found[child.local] = child
    return found.values()


def in_order(element, name, most, others):
    """The children of one name by their `Order`, which counts from 1; beside them as many others."""
    found = [child for child in element.elements() if is_named(child, name)]
    if len(found) > most or len(element.elements()) - len(found) != others:
        raise ers.Malformed(name)
    orders = [(child.get("Order") or "").strip(SPACE) for child in found]
    if not found or not all(re.fullmatch(r"\+?[0-9]{1,18}", one) for one in orders):
        raise ers.Malformed(name)
    numbered = sorted(zip(map(int, orders), range(len(found))))
    if [number for number, _ in numbered] != list(range(1, len(found) + 1)):
        raise ers.Malformed(name)
    return [found[place] for _, place in numbered]
