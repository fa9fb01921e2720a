"""The sample receipt signed by pyHanko with certificates of making.py, and altered afterwards."""

import io
import pathlib
from datetime import timedelta

import altering
import making
from forged import pem
from making import AT, DAY, FOR_ISSUER, FOR_STAMPS, certificate, purposes, usage

ROOT = pathlib.Path(__file__).resolve().parents[2]
RECEIPT = ROOT / "samples/packages/v1/receipt.pdf"


class Office:
    """A root, and a time-stamping authority with a key of RSA, which pyHanko wants."""

    def __init__(self):
        self.root, self.authority = making.Signer("SECP256R1"), making.Signer("rsa3072")
        self.root_raw = certificate("Signers", self.root, "Signers", self.root, FOR_ISSUER, begins=AT - 400 * DAY)
        self.stamp_raw = certificate("Stamps", self.authority, "Signers", self.root, FOR_STAMPS, begins=AT - 30 * DAY)

    def signer(self, leaf=(usage(0, 1),), **dates):
        from asn1crypto import keys, x509
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
        from pyhanko.sign import signers
        from pyhanko_certvalidator.registry import SimpleCertificateStore

        own = making.Signer("SECP256R1")
        raw = certificate("甲", own, "Signers", self.root, leaf, **dates)
        secret = own.secret.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        store = SimpleCertificateStore()
        store.register(x509.Certificate.load(self.root_raw))
        return signers.SimpleSigner(x509.Certificate.load(raw), keys.PrivateKeyInfo.load(secret), store)

    def stamper(self, at=AT):
        from asn1crypto import keys, x509
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
        from pyhanko.sign.timestamps import DummyTimeStamper

        secret = self.authority.secret.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        return DummyTimeStamper(x509.Certificate.load(self.stamp_raw), keys.PrivateKeyInfo.load(secret), fixed_dt=at)


def writer_of(octets, renews=False):
    """A writer of one update; `renews` lets it renew the metadata as pyHanko is used to."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(octets))
    if not renews:
        writer._update_meta = lambda: None
    return writer


def sign(octets, signer, field, stamper=None, sub_filter=None, level=None, box=None, renews=False):
    """Signed by pyHanko; `level` is that of DocMDP, `box` the area of a seal that is seen."""
    from pyhanko.sign import fields, signers

    kind = sub_filter or fields.SigSeedSubFilter.PADES
    certify = {} if level is None else {"certify": True, "docmdp_permissions": fields.MDPPerm(level)}
    about = signers.PdfSignatureMetadata(field_name=field, subfilter=kind, md_algorithm="sha256", **certify)
    place = None if box is None else fields.SigFieldSpec(field, box=box)
    made = signers.PdfSigner(about, signer, timestamper=stamper, new_field_spec=place)
    return made.sign_pdf(writer_of(octets, renews)).getvalue()


def told(octets, raw_list):
    """With a list in DSS, and the signature's entry in VRI."""
    from asn1crypto import crl
    from pyhanko.sign.validation.dss import DocumentSecurityStore

    writer, output = writer_of(octets), io.BytesIO()
    contents = writer.prev.embedded_signatures[0].pkcs7_content.hex().encode("ascii")
    store = DocumentSecurityStore.supply_dss_in_writer(writer, contents, crls=[crl.CertificateList.load(raw_list)])
    assert store is not None
    writer.write(output)
    return output.getvalue()


def stamp(octets, stamper):
    from pyhanko.sign import signers

    return signers.PdfTimeStamper(stamper).timestamp_pdf(writer_of(octets), "sha256").getvalue()


def documents(folder):
    """Names, documents, trust, and whether more than the verdict must agree."""
    from pyhanko.sign.fields import SigSeedSubFilter

    office, plain = Office(), RECEIPT.read_bytes()
    trust = folder.put(pem(office.root_raw))
    one = sign(plain, office.signer(), "S1")
    dated = sign(plain, office.signer(), "S1", office.stamper())
    twice = sign(one, office.signer(), "S2")
    archived = stamp(dated, office.stamper(AT + timedelta(hours=1)))
    yield "signed", one, trust, True
    yield "signed, no roots", one, folder.put(pem(making.Authority().root_raw)), True
    yield "signed and stamped", dated, trust, True
    yield "signed twice", twice, trust, True
    yield "signed twice, metadata renewed", sign(one, office.signer(), "S2", renews=True), trust, True
    yield "signed, stamped, archived", archived, trust, True
    yield "a document stamp alone", stamp(plain, office.stamper()), trust, True
    yield "as Adobe does", sign(plain, office.signer(), "S1", sub_filter=SigSeedSubFilter.ADOBE_PKCS7_DETACHED), trust, True
    yield "certificate ended", sign(plain, office.signer(ends=AT + DAY), "S1"), trust, True
    yield "certificate ended, stamped", sign(plain, office.signer(ends=AT + DAY), "S1", office.stamper()), trust, True
    yield "certificate of mail", sign(plain, office.signer((usage(0), purposes("1.3.6.1.5.5.7.3.4"))), "S1"), trust, True
    yield "certificate of servers", sign(plain, office.signer((usage(0), purposes("1.3.6.1.5.5.7.3.1"))), "S1"), trust, True
    yield "certificate that encrypts", sign(plain, office.signer((usage(2),)), "S1"), trust, True
    yield "certificate of an authority", sign(plain, office.signer(FOR_ISSUER[:1] + (usage(0),)), "S1"), trust, True
    yield "signed, octets after", one + b"x", trust, True
    yield "signed, a line after", one + b"\n", trust, True
    yield "signed twice, first altered", twice[:3000] + bytes([twice[3000] ^ 1]) + twice[3001:], trust, False
    yield "another page text", update(one, "page"), trust, False
    yield "another title", update(one, "info"), trust, False
    for level in (1, 2, 3):
        certified = sign(plain, office.signer(), "S1", office.stamper(), level=level)
        yield f"certified, P {level}", certified, trust, True
        if level > 1:  # pyHanko makes no other.
            yield f"certified, P {level}, signed again", sign(certified, office.signer(), "S2"), trust, True
        yield f"certified, P {level}, archived", stamp(certified, office.stamper(AT + DAY)), trust, True
    yield "signed, seen", sign(plain, office.signer(), "S1", box=(10, 10, 90, 60)), trust, True
    yield "signed twice, seen", sign(one, office.signer(), "S2", box=(10, 10, 90, 60)), trust, True
    for what, when in {"before": AT - DAY, "after": AT + DAY}.items():
        signer = office.signer()
        serial = signer.signing_cert.serial_number
        revoking = making.crl("Signers", office.root, AT + 2 * DAY, [(serial, when, 1)])
        bare, own = sign(plain, signer, "S1"), sign(plain, signer, "S1", office.stamper())
        yield f"revoked {what}", told(bare, revoking), trust, True
        yield f"revoked {what}, stamped", told(own, revoking), trust, True
        yield f"revoked {what}, stamped and archived", stamp(told(own, revoking), office.stamper(AT + DAY / 2)), trust, True
    # The update differs from run to run, so what a turned bit there does would too.
    for what, octets in list(altering.octets(plain, 25))[7:]:
        yield f"signed, {what}", octets + one[len(plain) :], trust, False
    for size in (len(one) // 2, len(plain), len(one) - 1):
        yield f"signed, first {size}", one[:size], trust, False
    yield "signed, another byte range", one.replace(b"/ByteRange [0 ", b"/ByteRange [1 ", 1), trust, False
    start = one.index(b"/Contents <", len(plain)) + 11
    yield "signed, no structure", one[:start] + b"00" * 40 + one[start + 80 :], trust, False


def update(octets, what):
    """An update after the signature that changes what was signed."""
    from pyhanko.pdf_utils import generic

    writer = writer_of(octets)
    if what == "page":
        page = writer.root["/Pages"]["/Kids"][0].get_object()
        page[generic.NameObject("/Rotate")] = generic.NumberObject(90)
        writer.update_container(page)
    else:
        writer.root[generic.NameObject("/Lang")] = generic.TextStringObject("en")
        writer.update_root()
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()
