"""An office driven by the command line, with time-stamping authorities of making.py on this machine."""

import http.server
import json
import os
import pathlib
import subprocess
import threading
from datetime import datetime, timezone

import der
import making
from forged import pem

PASSPHRASE = "correct-horse-battery"


class Stamper(http.server.BaseHTTPRequestHandler):
    """Answers a TimeStampReq (RFC 3161 §2.4.1) by the authority of its path."""

    authorities = []

    def do_POST(self):
        request = der.whole(self.rfile.read(int(self.headers["Content-Length"])))
        made = self.authorities[int(self.path.strip("/"))]
        imprint, nonce = request[1].raw, next(one.raw for one in request.inside[2:] if one.tag == 2)
        content = making.sequence(
            making.encode_integer(1),
            making.oid("1.2.3.4"),
            imprint,
            making.encode_integer(5),
            making.general(datetime.now(timezone.utc)),
            nonce,
        )
        token = making.signed_data(content, made.own, made.raw, [made.raw], made.issuer, made.serial)
        answer = making.sequence(making.sequence(making.encode_integer(0)), token)
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


class Office:
    """A folder, and `fidem` over it."""

    def __init__(self, fidem, folder):
        self.fidem, self.folder = fidem, pathlib.Path(folder)
        self.folder.mkdir(parents=True)
        named = {
            "FIDEM_OFFICE": str(self.folder / "office"),
            "FIDEM_AS": "张三",
            "FIDEM_PASSPHRASE": PASSPHRASE,
            "FIDEM_NEW_PASSPHRASE": PASSPHRASE,
        }
        self.environment = os.environ | named

    def __call__(self, *line):
        ran = subprocess.run(
            [self.fidem, *line, "--json"], env=self.environment, cwd=self.folder, capture_output=True, check=False
        )
        if ran.returncode:
            raise RuntimeError(f"fidem {' '.join(line)}: {ran.stdout.decode()} {ran.stderr.decode()}")
        return json.loads(ran.stdout) if ran.stdout.strip() else None


def packages(fidem, folder):
    """Names, packages and trust of one case: a revision, an exhibit, a second seal, a renewal."""
    Stamper.authorities = [making.Authority("rsa3072", subject="Authority A"), making.Authority(subject="Authority B")]
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stamper)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        office = Office(fidem, folder)
        trust = office.folder / "roots.pem"
        trust.write_text(pem(*(one.root_raw for one in Stamper.authorities)))
        addresses = [part for n in range(2) for part in ("--tsa", f"http://127.0.0.1:{server.server_port}/{n}")]
        yield from case(office, [*addresses, "--trust", str(trust)], str(trust))
    finally:
        server.shutdown()


def case(office, stamped, trust):
    office("init", "--name", "某公证处")
    office("person", "add", "李四", "--roles", "reviewer,archivist,notary,admin")
    number = office("case", "new", "--matter", "甲", "--applicant", "乙")["number"]
    for name in ("a.txt", "b.txt"):
        (office.folder / name).write_text(name)
    read = lambda name: (office.folder / name).read_bytes()
    office("add", number, "a.txt")
    office("seal", number, *stamped)
    office("export", number, "-o", "1.asice")
    yield "before review", read("1.asice"), trust
    office("review", number, "--as", "李四")
    office("certify", number, "-o", "receipt.pdf")
    yield "receipt", read("receipt.pdf"), trust
    office("export", number, "-o", "2.asice")
    yield "with a receipt", read("2.asice"), trust
    office("add", number, "b.txt")
    office("seal", number, *stamped)
    office("export", number, "-o", "3.asice")
    yield "two seals", read("3.asice"), trust
    office("export", number, "--only", "2", "-o", "4.asice")
    yield "the second item alone", read("4.asice"), trust
    office("renew", number, "--propose", *stamped)
    office("renew", number, "--as", "李四", *stamped)
    office("export", number, "-o", "5.asice")
    yield "renewed", read("5.asice"), trust
    office("renew", number, "--propose", *stamped)
    office("renew", number, "--as", "李四", *stamped)
    office("export", number, "-o", "6.asice")
    yield "renewed twice", read("6.asice"), trust
