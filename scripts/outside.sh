#!/usr/bin/env bash
# The demonstration, judged by tools that are not ours: unzip, sha256sum, openssl, qpdf, poppler, zbar.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
here=$PWD
. scripts/common.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
ok() { passed=$((passed + 1)); echo "ok   $1"; }
fail() { echo "FAIL $1" >&2; exit 1; }

(cd "$work" && FIDEM_PROFILE=${FIDEM_PROFILE:-dev} "$here/run" demo --json >made.json) || fail "./run demo"
ok "./run demo exits 0 and prints what it made: $(cut -c1-60 "$work/made.json")…"
cd "$work"
fidem=$CARGO_TARGET_DIR/debug/fidem
[ "${FIDEM_PROFILE:-dev}" = dev ] || fidem=$CARGO_TARGET_DIR/release/fidem

unzip -tq demo.asice >/dev/null || fail "unzip -t"
ok "unzip -t"
mkdir package && (cd package && unzip -q ../demo.asice)
cmp -s <(head -c 69 demo.asice | tail -c 31) <(printf 'application/vnd.etsi.asic-e+zip') || fail "mimetype first and stored"
ok "mimetype first and stored"
(cd package && sha256sum --quiet -c manifest-sha256.txt) || fail "sha256sum -c manifest-sha256.txt"
ok "sha256sum -c manifest-sha256.txt"
for xml in package/META-INF/ASiCManifest0*.xml; do
  number=${xml//[^0-9]/}
  (cd package && openssl ts -verify -data "META-INF/ASiCManifest$number.xml" -in "META-INF/timestamp$number.tst" \
    -token_in -CAfile ../demo-trust.pem >/dev/null 2>&1) || fail "openssl ts -verify $number"
  ok "openssl ts -verify timestamp$number.tst"
done
(cd package && openssl ts -verify -data META-INF/ASiCArchiveManifest.xml -in META-INF/timestamp-delivery.tst \
  -token_in -CAfile ../demo-trust.pem >/dev/null 2>&1) || fail "openssl ts -verify timestamp-delivery.tst"
ok "openssl ts -verify timestamp-delivery.tst"

# Every command of VERIFY.txt and 核验说明.txt, exactly as printed, must succeed; the two guides give the same commands.
for guide in VERIFY.txt 核验说明.txt; do
  count=0
  while IFS= read -r line; do
    (cd package && bash -o pipefail -c "${line#\$ }" >/dev/null 2>&1) || fail "$guide: $line"
    count=$((count + 1))
  done < <(grep '^\$ ' "package/$guide")
  [ "$count" -ge 7 ] || fail "$guide has only $count commands"
  ok "$guide: $count commands run as printed"
done
cmp -s <(grep '^\$ ' package/VERIFY.txt) <(grep '^\$ ' package/核验说明.txt) || fail "the two guides differ in their commands"
# … and must fail once a file is altered.
cp -r package altered
printf x >>"$(find altered/evidence -type f | sort | head -1)"
(cd altered && ! sha256sum --quiet -c manifest-sha256.txt >/dev/null 2>&1) || fail "an altered file fails sha256sum -c"
ok "an altered file fails sha256sum -c"
last=$(grep '^\$ for' altered/VERIFY.txt | sed 's/^\$ //')
compared=$(cd altered && bash -c "$last" || true)
grep -q '^MISMATCH' <<<"$compared" || fail "an altered file fails the manual comparison"
ok "an altered file fails the manual comparison"

pdf=demo-receipt.pdf
qpdf --check $pdf >/dev/null || fail "qpdf --check"
ok "qpdf --check"
mkdir attached && pdfdetach -saveall -o attached $pdf >/dev/null
for pair in seal-001.json:seals/001/seal.json manifest-001.json:seals/001/manifest.json \
  ASiCManifest001.xml:META-INF/ASiCManifest001.xml timestamp001.tst:META-INF/timestamp001.tst \
  ASiCManifest002.xml:META-INF/ASiCManifest002.xml timestamp002.tst:META-INF/timestamp002.tst; do
  cmp -s "attached/${pair%%:*}" "package/${pair##*:}" || fail "attachment ${pair%%:*}"
done
ok "pdfdetach -saveall gives byte-identical attachments"
pdftoppm -r 150 -f 1 -l 1 -png $pdf page
code=$(zbarimg -q --raw page-*.png | head -1)
[ "$code" = "FIDEM1:$(sed -n 's/.*"case":"\([^"]*\)".*/\1/p' package/seals/001/seal.json):$(sha256sum package/seals/001/manifest.json | cut -c1-64)" ] ||
  fail "the QR code reads $code"
ok "zbarimg reads the case number and the manifest's SHA-256"
pages=$(pdfinfo $pdf | sed -n 's/^Pages: *//p')
[ "$(pdftotext -layout $pdf - | grep -c DEMONSTRATION)" -ge "$pages" ] || fail "DEMONSTRATION stands on all $pages pages"
ok "DEMONSTRATION stands on all $pages pages"

code=0; "$fidem" verify demo.asice --json >/dev/null || code=$?
[ "$code" = 2 ] || fail "without --trust the demonstration cannot be checked (exit 2)"
ok "without --trust the demonstration cannot be checked (exit 2)"
"$fidem" verify demo.asice --trust demo-trust.pem --json | grep -q '"DEMONSTRATION"' || fail "with --trust it matches and says DEMONSTRATION"
ok "with --trust it matches and says DEMONSTRATION"
unzip -tq demo-exhibit.asice >/dev/null || fail "unzip -t of the exhibit"
mkdir exhibit && (cd exhibit && unzip -q ../demo-exhibit.asice && sha256sum --quiet -c manifest-sha256.txt) || fail "sha256sum -c of the exhibit"
(cd exhibit && openssl ts -verify -data META-INF/ASiCManifest001.xml -in META-INF/timestamp001.tst \
  -token_in -CAfile ../demo-trust.pem >/dev/null 2>&1) || fail "openssl ts -verify of the exhibit"
[ "$(find exhibit/evidence -type f | wc -l)" = 1 ] || fail "the exhibit holds one original"
"$fidem" verify demo-exhibit.asice --trust demo-trust.pem --json >/dev/null || fail "the exhibit matches by itself"
ok "the exhibit stands by itself: unzip, sha256sum, openssl ts and ours"
"$fidem" verify $pdf --data package/evidence --trust demo-trust.pem --json >/dev/null || fail "the receipt with the originals is a complete proof"
ok "the receipt with the originals is a complete proof"
code=0; "$fidem" verify $pdf --data altered/evidence --trust demo-trust.pem --json >/dev/null || code=$?
[ "$code" = 1 ] || fail "the receipt with an altered original is a mismatch (exit 1)"
ok "the receipt with an altered original is a mismatch (exit 1)"
printf '%s passed, 0 failed\n' "$passed"
