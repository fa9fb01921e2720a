"""Web archives written by warcio and py-wacz, which `FIDEM_WARC_TOOLS` names (crates/webarchive/tests/tools.txt)."""

import os
import pathlib
import subprocess

WRITE = """
import io, sys
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

name, version = sys.argv[1:]
with open(name, 'wb') as file:
    writer = WARCWriter(file, gzip=name.endswith('.gz'), warc_version=version)
    writer.write_record(writer.create_warcinfo_record(name, {'software': 'x'}))
    for number in range(3):
        address = f'http://page.example/{number}'
        answer = StatusAndHeaders('200 OK', [('Content-Type', 'text/html; charset=utf-8')], protocol='HTTP/1.1')
        body = io.BytesIO(f'<html><title>{number}</title></html>'.encode())
        answer = writer.create_warc_record(address, 'response', payload=body, http_headers=answer)
        asked = StatusAndHeaders('GET / HTTP/1.1', [('Host', 'page.example')], is_http_request=True)
        writer.write_request_response_pair(writer.create_warc_record(address, 'request', http_headers=asked), answer)
    named = io.BytesIO(b'page.example. 1 IN A 192.0.2.1')
    writer.write_record(writer.create_warc_record('dns:page.example', 'response', payload=named, warc_content_type='text/dns'))
    text = io.BytesIO(b'text')
    writer.write_record(writer.create_warc_record('urn:x', 'resource', payload=text, warc_content_type='text/plain'))
"""


def archives(folder):
    """Names and archives: both versions of WARC, with the pages that the program finds and without."""
    tools = os.environ.get("FIDEM_WARC_TOOLS")
    if not tools or not (pathlib.Path(tools) / "bin/wacz").exists():
        print("skipped: no py-wacz (FIDEM_WARC_TOOLS)")
        return
    work, tool = pathlib.Path(folder) / "producers", lambda name: str(pathlib.Path(tools) / "bin" / name)
    work.mkdir()
    for version in ("WARC/1.0", "WARC/1.1"):
        name = f"{version[5:]}.warc.gz"
        run(work, tool("python"), "-c", WRITE, name, version)
        for what in ([], ["--detect-pages"], ["--detect-pages", "--text"], ["--hash-type", "md5"]):
            run(work, tool("wacz"), "create", "-o", "made.wacz", *what, name)
            yield f"py-wacz, {version} {' '.join(what)}", (work / "made.wacz").read_bytes()
            (work / "made.wacz").unlink()


def run(work, *line):
    ran = subprocess.run(line, cwd=work, capture_output=True, check=False)
    if ran.returncode:
        raise RuntimeError(f"{line[:2]}: {ran.stderr.decode()[-500:]}")
