#!/usr/bin/env bash
# What the program writes, judged by EU DSS and Bouncy Castle (Java 17, Maven).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
here=$PWD
. scripts/common.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$work" && FIDEM_PROFILE=${FIDEM_PROFILE:-dev} "$here/run" demo --json >/dev/null)
export FIDEM_INTEROP=$work
# Packages with evidence records, and tokens of every kind of key.
cargo test --workspace --locked --features fidem-desktop/custom-protocol --test renewal --test made_tokens \
  --test conformance -- --quiet
# The record by itself, with what it covers, for Bouncy Castle.
python3 - "$work" <<'PYTHON'
import pathlib, re, sys, urllib.parse, zipfile
work = pathlib.Path(sys.argv[1])
with zipfile.ZipFile(work / "thrice-renewed.asice") as package:
    (work / "thrice.ers").write_bytes(package.read("META-INF/evidencerecord001.ers"))
    manifest = package.read("META-INF/ASiCEvidenceRecordManifest001.xml").decode()
    data = work / "thrice.data"
    data.mkdir()
    for number, uri in enumerate(re.findall(r'DataObjectReference URI="([^"]*)"', manifest)):
        (data / f"{number:04}").write_bytes(package.read(urllib.parse.unquote(uri)))
PYTHON
mvn -B -ntp test -f interop/pom.xml
