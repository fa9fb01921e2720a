#!/usr/bin/env bash
# Signed PDFs and detached signatures, judged by software that is not ours: pyHanko, poppler, qpdf, mupdf, openssl,
# SoftHSM2 as the token; with `--dss` EU DSS as well (Java 17, Maven).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
here=$PWD
. scripts/common.sh
need_rust
need_packages qpdf poppler-utils mupdf-tools softhsm2 opensc openssl python3-venv
dss=no
for option in "$@"; do
  case $option in
    --dss) dss=yes ;;
    *) echo "signatures.sh [--dss]" >&2; exit 2 ;;
  esac
done

. scripts/pyhanko.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# The whole run of the checks has made and judged them already.
if [ -f "${FIDEM_SIGNED:-}/b-lta.pdf" ]; then
  cp -r "$FIDEM_SIGNED" "$work/signed"
  export FIDEM_SIGNED=$work/signed
else
  export FIDEM_SIGNED=$work/signed
  output=$work/output
  cargo test --locked -p fidem-signing -- --nocapture 2>&1 | tee "$output"
  features=(--workspace --locked --features fidem-desktop/custom-protocol)
  cargo build "${features[@]}" --bins
  cargo test "${features[@]}" --test signing_beside --test signing_revocation -- --nocapture 2>&1 | tee -a "$output"
  if grep -q '^skipped:' "$output"; then
    echo "FAIL a judge was missing: $(grep -m1 '^skipped:' "$output")" >&2
    exit 1
  fi
fi
# What three people signed through the program, with lists and responses of real addresses, and stamped again since.
for signed in "$FIDEM_SIGNED"/office-b-lta*.pdf; do
  if ! "$FIDEM_PYHANKO" sign adesverify --trust-replace --trust "$FIDEM_SIGNED/office-trust.pem" "$signed" >"$work/said" 2>&1; then
    echo "FAIL pyHanko refuses $signed" >&2
    cat "$work/said" >&2
    exit 1
  fi
done
# pyHanko must also refuse: one octet of the first revision changed
cp "$FIDEM_SIGNED/b-lta.pdf" "$work/altered.pdf"
printf 'X' | dd of="$work/altered.pdf" bs=1 seek=2000 conv=notrunc status=none
if "$FIDEM_PYHANKO" sign adesverify --trust-replace --trust "$FIDEM_SIGNED/levels-trust.pem" "$work/altered.pdf" >/dev/null 2>&1; then
  echo "FAIL pyHanko accepts an altered file" >&2
  exit 1
fi
echo "ok   $(find "$FIDEM_SIGNED" -name '*.pdf' | wc -l) signed PDFs, $(find "$FIDEM_SIGNED" -name '*.p7s' | wc -l) detached signatures"

if [ "$dss" = yes ]; then
  need_packages openjdk-17-jdk-headless maven
  # The Bouncy Castle that DSS 6.4 names itself: 1.87 takes the zeros after a signature in /Contents for an error.
  FIDEM_INTEROP=$work mvn -B -ntp test -f interop/pom.xml -Dbouncycastle.version=1.83 -Dtest=SignedPdfTest,DetachedSignatureTest
fi
