#!/usr/bin/env bash
# Documents made and signed through the program, judged by software that is not ours: qpdf, mupdf, poppler, pyHanko with our
# roots alone, and a word processor that reads the drafts. The signing room's own tests are judged by signatures.sh.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/common.sh
need_packages qpdf poppler-utils mupdf-tools softhsm2 opensc openssl python3-venv libreoffice-writer-nogui

venv=${XDG_CACHE_HOME:-$HOME/.cache}/fidem/pyhanko
if [ ! -x "$venv/bin/pyhanko" ]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet "pyhanko[image-support]==0.38.*" "pyhanko-cli==0.6.*"
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export FIDEM_SHOW=$work
output=$work/output
cargo test --workspace --locked --features fidem-desktop/custom-protocol --test papers --test signing -- --nocapture >"$output" 2>&1 ||
  { cat "$output" >&2; exit 1; }
if grep -q '^skipped:' "$output"; then
  echo "FAIL a judge was missing: $(grep -m1 '^skipped:' "$output")" >&2
  exit 1
fi

judged=0
say() { judged=$((judged + 1)); echo "ok   $*"; }
for pdf in "$work"/*.pdf; do
  qpdf --check "$pdf" >/dev/null
  mutool info "$pdf" >/dev/null
done
say "qpdf and mutool: $(find "$work" -name '*.pdf' | wc -l) documents"
for name in work-record testimony list; do
  [ -s "$work/$name.docx" ]
done
say "LibreOffice read the three drafts"
signed=$work/signed.pdf
[ "$(pdfsig -nocert "$signed" 2>/dev/null | grep -c 'Signature is Valid')" = 3 ]
say "pdfsig: three signatures valid"
"$venv/bin/pyhanko" sign validate --no-revocation-check --trust-replace --trust "$work/roots.pem" "$signed" >/dev/null 2>&1
say "pyHanko: all signatures valid with these roots alone"
cp "$signed" "$work/altered.pdf"
printf 'X' | dd of="$work/altered.pdf" bs=1 seek=3000 conv=notrunc status=none
if "$venv/bin/pyhanko" sign validate --no-revocation-check --trust-replace --trust "$work/roots.pem" "$work/altered.pdf" >/dev/null 2>&1; then
  echo "FAIL pyHanko accepts an altered file" >&2
  exit 1
fi
say "pyHanko refuses one altered octet"
echo "$judged checks"
