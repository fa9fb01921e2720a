#!/usr/bin/env bash
# Builds the judge's verifier: one page, verifier.html, with the inner ring as WebAssembly inside.
#   scripts/verifier.sh                 builds it; its path is the last line
#   scripts/verifier.sh --install FILE  builds it and puts it there
#   scripts/verifier.sh --test          builds it and drives it in browsers by file://
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
here=$PWD
. scripts/common.sh

# At most this many octets: it travels with every hand-over.
LARGEST=3000000

build() {
  local module out=$CARGO_TARGET_DIR/verifier
  module=$(bash scripts/wasm.sh build | tail -1)
  mkdir -p "$out"
  [ -d ui/node_modules/rolldown ] || install_ui
  node ui/node_modules/typescript/bin/tsc -p verifier >&2
  # GNU gzip: zlib compresses otherwise on other processors.
  gzip -9n <"$module" >"$out/module.gz"
  node verifier/build.mjs "$module" "$out/module.gz" "$out/verifier.html"
  local size
  size=$(wc -c <"$out/verifier.html")
  [ "$size" -le $LARGEST ] || { echo "verifier.html has $size octets, more than $LARGEST" >&2; exit 1; }
  echo "verifier.html: $size octets, SHA-256 $(sha256sum <"$out/verifier.html" | cut -c1-64)" >&2
  page=$out/verifier.html
}

case ${1:-} in
  --install)
    build
    mkdir -p "$(dirname "$2")"
    cp "$page" "$2.new"
    mv "$2.new" "$2"
    ;;
  --test)
    build
    FIDEM_VERIFIER=$page node --test --test-concurrency=1 verifier/tests/
    ;;
  *)
    build
    echo "$page"
    ;;
esac
