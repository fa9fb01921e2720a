"""SignedData (RFC 5652 §5) as tokens and signatures have it."""

import certificates
import der

SIGNED_DATA, TST_INFO, DATA = "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4", "1.2.840.113549.1.7.1"
CONTENT_TYPE, MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
BINDING_V1, BINDING_V2 = "1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.47"
PROTECTION, TIME_STAMP = "1.2.840.113549.1.9.52", "1.2.840.113549.1.9.16.2.14"
SIGNING_TIME = "1.2.840.113549.1.9.5"
# GB/T 35275: SignedData and Data under SM2.
GM_SIGNED_DATA, GM_DATA = "1.2.156.10197.6.1.4.2.2", "1.2.156.10197.6.1.4.2.1"
OCSP = "1.3.6.1.5.5.7.16.2"


class SignedData:
    """The content, certificates and lists, and the signers."""

    def __init__(self, raw):
        outer = der.whole(raw).need(0x30)
        if outer[0].oid() not in (SIGNED_DATA, GM_SIGNED_DATA):
            raise der.Malformed("no SignedData")
        fields = list(outer[1].need(0xA0)[0].need(0x30).inside)
        self.version = small(fields[0])
        self.digests = [one[0].oid() for one in fields[1].need(0x31).inside]
        self.type = fields[2].need(0x30)[0].oid()
        self.content = fields[2][1].need(0xA0)[0].octets() if len(fields[2]) > 1 else None
        self.certificates, self.crls, self.responses, self.others = [], [], [], 0
        for field in fields[3:-1]:
            if field.tag == 0xA0:
                self.read_certificates(field)
            elif field.tag == 0xA1:
                self.read_revocation(field)
            else:
                raise der.Malformed("SignedData")
        self.signers = [Signer(one) for one in fields[-1].need(0x31).inside]

    def read_certificates(self, field):
        for one in field.inside:
            if one.tag != 0x30:
                continue
            try:
                self.certificates.append(certificates.Certificate(one.raw))
            except (der.Malformed, ValueError, IndexError):
                self.others += 1

    def read_revocation(self, field):
        """Lists, and responses as RFC 5940 §2.1 has them; other kinds are passed over."""
        for one in field.inside:
            if one.tag != 0xA1:
                self.crls.append(one)
            elif one[0].oid() == OCSP:
                self.responses.append(one[1].raw)


def small(value):
    """A version: an INTEGER of one octet, not below nothing."""
    found = value.integer()
    if not 0 <= found < 128:
        raise der.Malformed("version")
    return found


class Signer:
    """SignerInfo (RFC 5652 §5.3)."""

    def __init__(self, value):
        fields = list(value.need(0x30).inside)
        self.version, self.sid = small(fields[0]), fields[1]
        if self.sid.tag == 0x30:
            self.sid[0].need(0x30)
        self.digest = fields[2].need(0x30)[0].oid()
        at = 3
        self.signed = fields[at] if fields[at].tag == 0xA0 else None
        at += self.signed is not None
        self.algorithm, self.signature = fields[at].need(0x30), fields[at + 1].octets()
        self.unsigned = fields[at + 2] if len(fields) > at + 2 else None
        self.attributes = attributes(self.signed)
        self.more = attributes(self.unsigned)

    def names(self, certificate):
        """Whether `sid` is this certificate."""
        if self.sid.tag == 0x30:
            return self.sid[1].integer() == certificate.serial and certificates.same_name(self.sid[0], certificate.issuer)
        if self.sid.tag == 0x80:
            return self.sid.body == certificate.subject_key()
        raise der.Malformed("sid")

    def single(self, oid):
        """The one value of an attribute; `None` where it is not there."""
        held = self.attributes.get(oid)
        if held is None:
            return None
        if len(held) != 1:
            raise der.Malformed("attribute")
        return held[0]


def attributes(field):
    found = {}
    for one in field.inside if field is not None else []:
        found.setdefault(one[0].oid(), []).extend(one[1].need(0x31).inside)
    return found
