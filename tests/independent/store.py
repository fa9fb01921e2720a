"""The document security store (EN 319 142-1 §5.4.2): what is at hand for the paths of signatures and time stamps."""

import certificates
import der
import pdf
import revocation

MOST, LARGEST = 512, 64 << 20
KEYS = (("Certs", "CRLs", "OCSPs"), ("Cert", "CRL", "OCSP"))


def of(file):
    """The store of the newest revision; what cannot be read is left out, since nothing in it is trusted."""
    held = [[], []]
    try:
        for octets, revoking in entries(file):
            if octets not in held[revoking]:
                held[revoking].append(octets)
    except (pdf.Malformed, ValueError, KeyError, TypeError, AttributeError):
        pass
    found = revocation.Material()
    for raw in held[0]:
        try:
            found.certificates.append(certificates.Certificate(raw))
        except (der.Malformed, ValueError, IndexError):
            pass
    for raw in held[1]:
        (found.responses if is_response(raw) else found.lists).append(raw)
    return found


def entries(file):
    """The octets of each entry, and whether it is a list or a response."""
    catalog = file.get(file.trailer["Root"])
    store = file.get(catalog.get("DSS"))
    if store is None:
        return
    related = file.get(store.get("VRI")) or {}
    places = [(store, KEYS[0])] + [(file.get(one), KEYS[1]) for one in list(related.values())[:MOST]]
    count, size = 0, 0
    for held, names in places:
        for name in names:
            for one in file.get(held.get(name)) or []:
                count += 1
                if count > MOST:
                    return
                octets = read(file, one)
                if octets is not None and size + len(octets) <= LARGEST:
                    size += len(octets)
                    yield octets, name != names[0]


def read(file, reference):
    """A stream as it is, or under FlateDecode alone."""
    try:
        stream = file.get(reference)
        return None if not isinstance(stream, pdf.Stream) or "DecodeParms" in stream.fields else file.octets(stream)
    except (pdf.Malformed, ValueError, KeyError, TypeError):
        return None


def is_response(raw):
    """An OCSPResponse begins with an ENUMERATED."""
    try:
        return der.whole(raw)[0].tag == 10
    except der.Malformed:
        return False
