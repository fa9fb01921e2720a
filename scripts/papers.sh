#!/usr/bin/env bash
# Documents made and signed through the program, judged by software that is not ours: qpdf, mupdf, poppler, pyHanko with our
# roots alone, and a word processor that reads the drafts. The signing room's own tests are judged by signatures.sh.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/common.sh
need_packages qpdf poppler-utils mupdf-tools softhsm2 opensc openssl python3-venv libreoffice-writer-nogui

. scripts/pyhanko.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# The whole run of the checks has made them already.
if [ -f "${FIDEM_SHOW:-}/signed.pdf" ]; then
  cp "$FIDEM_SHOW"/* "$work/"
else
  export FIDEM_SHOW=$work
  cargo build --workspace --locked --features fidem-desktop/custom-protocol --bins
  cargo test --workspace --locked --features fidem-desktop/custom-protocol --test papers --test signing
fi

judged=0
say() { judged=$((judged + 1)); echo "ok   $*"; }
for pdf in "$work"/*.pdf; do
  qpdf --check "$pdf" >/dev/null
  mutool info "$pdf" >/dev/null
done
say "qpdf and mutool: $(find "$work" -name '*.pdf' | wc -l) documents"
for name in work-record testimony list; do
  soffice "-env:UserInstallation=file://$work/soffice" --headless --convert-to pdf --outdir "$work/read" "$work/$name.docx" >/dev/null 2>&1
  pdftotext "$work/read/$name.pdf" - | tr -d '[:space:]' | grep -q '草稿，须经承办公证员核对、修改'
done
say "LibreOffice reads the three drafts"
signed=$work/signed.pdf
[ "$(pdfsig -nocert "$signed" 2>/dev/null | grep -c 'Signature is Valid')" = 3 ]
say "pdfsig: three signatures valid"
"$FIDEM_PYHANKO" sign validate --no-revocation-check --trust-replace --trust "$work/roots.pem" "$signed" >/dev/null 2>&1
say "pyHanko: all signatures valid with these roots alone"
cp "$signed" "$work/altered.pdf"
printf 'X' | dd of="$work/altered.pdf" bs=1 seek=3000 conv=notrunc status=none
if "$FIDEM_PYHANKO" sign validate --no-revocation-check --trust-replace --trust "$work/roots.pem" "$work/altered.pdf" >/dev/null 2>&1; then
  echo "FAIL pyHanko accepts an altered file" >&2
  exit 1
fi
say "pyHanko refuses one altered octet"
echo "$judged checks"
