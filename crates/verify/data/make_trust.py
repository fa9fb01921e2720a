#!/usr/bin/env python3
"""Writes trust.json from the roots of the Debian package ca-certificates.

    python3 make_trust.py              writes trust.json beside this file
    python3 make_trust.py --check      exits 1 if trust.json is not what would be written

The result is canonical JSON (RFC 8785): one line, sorted keys, UTF-8, no line end. SERIAL and DATE
are raised by hand with every change of the content. Only roots to which time-stamping authorities
for the public lead are taken; those that Debian lists for TLS servers alone are left out. Being in
that package says that Mozilla trusts a root for TLS or mail. That it may decide about time is the
decision of this file.
"""

import base64
import hashlib
import json
import pathlib
import ssl
import subprocess
import sys

SERIAL = 2
DATE = "2026-11-27"
UNKNOWN = "未知"
FOLDER = pathlib.Path("/usr/share/ca-certificates/mozilla")
CHECKPOINTS = pathlib.Path(__file__).with_name("bitcoin-checkpoints.txt")
# The last block of each period of difficulty.
PERIOD = 2016
TARGET = pathlib.Path(__file__).with_name("trust.json")

# File of the package without its ending -> who runs the root, as its subject or the operator says.
# Roots under which no authority for the public could be named stay out.
ROOTS = {
    "ACCVRAIZ1": "ACCV",
    "AC_RAIZ_FNMT-RCM": "FNMT-RCM",
    "Actalis_Authentication_Root_CA": "Actalis S.p.A.",
    "Baltimore_CyberTrust_Root": "DigiCert, Inc.",
    "CA_Disig_Root_R2": "Disig a.s.",
    "Certigna": "Dhimyotis",
    "Certigna_Root_CA": "Dhimyotis",
    "Certum_EC-384_CA": "Asseco Data Systems S.A.",
    "Certum_Trusted_Network_CA": "Asseco Data Systems S.A.",
    "Certum_Trusted_Network_CA_2": "Asseco Data Systems S.A.",
    "Certum_Trusted_Root_CA": "Asseco Data Systems S.A.",
    "D-TRUST_Root_Class_3_CA_2_2009": "D-Trust GmbH",
    "D-TRUST_Root_Class_3_CA_2_EV_2009": "D-Trust GmbH",
    "DigiCert_Assured_ID_Root_CA": "DigiCert, Inc.",
    "DigiCert_Assured_ID_Root_G2": "DigiCert, Inc.",
    "DigiCert_Assured_ID_Root_G3": "DigiCert, Inc.",
    "DigiCert_Global_Root_CA": "DigiCert, Inc.",
    "DigiCert_Global_Root_G2": "DigiCert, Inc.",
    "DigiCert_Global_Root_G3": "DigiCert, Inc.",
    "DigiCert_High_Assurance_EV_Root_CA": "DigiCert, Inc.",
    "DigiCert_Trusted_Root_G4": "DigiCert, Inc.",
    "Entrust.net_Premium_2048_Secure_Server_CA": "Entrust, Inc.",
    "Entrust_Root_Certification_Authority": "Entrust, Inc.",
    "Entrust_Root_Certification_Authority_-_EC1": "Entrust, Inc.",
    "Entrust_Root_Certification_Authority_-_G2": "Entrust, Inc.",
    "Entrust_Root_Certification_Authority_-_G4": "Entrust, Inc.",
    "GlobalSign_ECC_Root_CA_-_R5": "GlobalSign nv-sa",
    "GlobalSign_Root_CA": "GlobalSign nv-sa",
    "GlobalSign_Root_CA_-_R3": "GlobalSign nv-sa",
    "GlobalSign_Root_CA_-_R6": "GlobalSign nv-sa",
    "IdenTrust_Commercial_Root_CA_1": "IdenTrust",
    "Izenpe.com": "IZENPE S.A.",
    "Microsec_e-Szigno_Root_CA_2009": "Microsec Ltd.",
    "QuoVadis_Root_CA_1_G3": "QuoVadis Limited",
    "QuoVadis_Root_CA_2": "QuoVadis Limited",
    "QuoVadis_Root_CA_2_G3": "QuoVadis Limited",
    "QuoVadis_Root_CA_3": "QuoVadis Limited",
    "QuoVadis_Root_CA_3_G3": "QuoVadis Limited",
    "SSL.com_Root_Certification_Authority_ECC": "SSL Corporation",
    "SSL.com_Root_Certification_Authority_RSA": "SSL Corporation",
    "SwissSign_Gold_CA_-_G2": "SwissSign AG",
    "SwissSign_Silver_CA_-_G2": "SwissSign AG",
    "T-TeleSec_GlobalRoot_Class_2": "T-Systems Enterprise Services GmbH",
    "T-TeleSec_GlobalRoot_Class_3": "T-Systems Enterprise Services GmbH",
    "TeliaSonera_Root_CA_v1": "TeliaSonera",
    "Telia_Root_CA_v2": "Telia Finland Oyj",
    "USERTrust_ECC_Certification_Authority": "Sectigo Limited",
    "USERTrust_RSA_Certification_Authority": "Sectigo Limited",
    "e-Szigno_Root_CA_2017": "Microsec Ltd.",
}


def package_version() -> str:
    """Version of ca-certificates as dpkg knows it."""
    command = ["dpkg-query", "-W", "-f", "${Version}", "ca-certificates"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def subject_is_issuer(pem: str) -> bool:
    """A root names itself; the standard library decodes names of certificates it was given as CAs."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=pem)
    (certificate,) = context.get_ca_certs()
    return certificate["subject"] == certificate["issuer"]


def root(stem: str, operator: str, source: str) -> dict:
    """One entry of the trust file."""
    pem = (FOLDER / f"{stem}.crt").read_text(encoding="ascii")
    if not subject_is_issuer(pem):
        raise SystemExit(f"{stem} is not a root")
    der = ssl.PEM_cert_to_DER_cert(pem)
    return {
        "certificate": base64.b64encode(der).decode("ascii"),
        "exceptions": [],
        "kind": "tsa-root",
        "licence": UNKNOWN,
        "name": stem.replace("_", " "),
        "operator": operator,
        "policies": [],
        "sha256": hashlib.sha256(der).hexdigest(),
        "source": source,
    }


def checkpoints() -> dict:
    """Every 2016th block of Bitcoin: facts that any node answers. Hashes are shown with their octets turned around."""
    lines = CHECKPOINTS.read_text(encoding="ascii").splitlines()
    hashes = [bytes.fromhex(line)[::-1] for line in lines if not line.startswith("#")]
    if any(len(found) != 32 for found in hashes):
        raise SystemExit("a checkpoint is no hash")
    packed = base64.b64encode(b"".join(hashes)).decode("ascii")
    return {"checkpoints": {"every": PERIOD, "first": PERIOD - 1, "hashes": packed}, "network": "bitcoin"}


def trust() -> bytes:
    """The file. With ASCII keys, integers and plain text this form of the encoder is canonical."""
    source = f"Debian ca-certificates {package_version()}"
    roots = [root(stem, operator, source) for stem, operator in sorted(ROOTS.items())]
    if len({entry["sha256"] for entry in roots}) != len(roots):
        raise SystemExit("a root is listed twice")
    document = {
        "chains": {"bitcoin": [checkpoints()]},
        "date": DATE,
        "format": "fidem-trust/1",
        "logs": [],
        "offices": [],
        "roots": roots,
        "serial": SERIAL,
    }
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.encode("utf-8")


def main() -> int:
    """Writes, or with --check compares."""
    written = trust()
    if sys.argv[1:] == ["--check"]:
        same = TARGET.exists() and TARGET.read_bytes() == written
        print("trust.json is up to date" if same else "trust.json differs")
        return 0 if same else 1
    if sys.argv[1:]:
        print(__doc__, file=sys.stderr)
        return 64
    TARGET.write_bytes(written)
    print(f"{len(ROOTS)} roots, {len(written)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
