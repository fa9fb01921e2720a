#!/usr/bin/env bash
# Builds the verifier for WebAssembly, reproducibly, and demands the reports that the command line gives.
#   scripts/wasm.sh            builds and compares
#   scripts/wasm.sh build      builds only; the path of the module is the last line
#   scripts/wasm.sh bench      builds one that also computes SM3 alone, for verifier/bench/sm3.mjs
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
here=$PWD
. scripts/common.sh

target=wasm32-unknown-unknown
folder=$CARGO_TARGET_DIR/wasm
module=$folder/$target/release/fidem_verifier.wasm

# The verifier must not be able to ask its host for anything, randomness included.
tree=$(cargo tree --locked -p fidem-verifier -e normal --prefix none --target $target)
for banned in getrandom rand wasm-bindgen js-sys web-sys libc tokio; do
  if grep -q "^$banned v" <<<"$tree"; then
    echo "the verifier depends on $banned:" >&2
    cargo tree --locked -p fidem-verifier -e normal --target $target -i "$banned" >&2 || true
    exit 1
  fi
done

# rustup's standard library where it is installed; else Debian's compiler builds its own from source.
compiler=$(rustc --print sysroot)
with=()
if [ ! -d "$compiler/lib/rustlib/$target/lib" ]; then
  need_packages "${WASM_PACKAGES[@]}"
  linker=$(find "$compiler/lib/rustlib" -name rust-lld -type f | head -1)
  [ -n "$linker" ] || { echo "rust-lld is not in $compiler" >&2; exit 1; }
  export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=$linker
  RUSTC=$(dpkg -L rustc-web | grep -x '.*/bin/rustc' | head -1)
  export RUSTC RUSTC_BOOTSTRAP=1
  compiler=$("$RUSTC" --print sysroot)
  with=(-Zbuild-std=std,panic_abort)
fi

# No path of this machine in the module, so that other machines build the same octets; our own paths are relative ones.
library=$(readlink -f "$compiler/lib/rustlib/src/rust" || true)
# No vectors: not every engine and processor a court may have can run them (WebKitGTK without AVX, LoongArch), and in Chromium
# they made no difference that could be measured.
flags=()
for pair in "${CARGO_HOME:-$HOME/.cargo}=/cargo" "$compiler/lib/rustlib/src/rust=/rust" "$library=/rust"; do
  [ -z "${pair%%=*}" ] || flags+=("--remap-path-prefix=$pair")
done
CARGO_ENCODED_RUSTFLAGS=$(IFS=$'\x1f'; echo "${flags[*]}")
export CARGO_ENCODED_RUSTFLAGS
unset RUSTFLAGS
# One page carries the module, so its size counts; it is built seldom.
export CARGO_PROFILE_RELEASE_LTO=fat CARGO_PROFILE_RELEASE_CODEGEN_UNITS=1 CARGO_PROFILE_RELEASE_PANIC=abort
export CARGO_PROFILE_RELEASE_STRIP=symbols

[ "${1:-}" != bench ] || with+=(--features bench)
cargo build --locked --release -p fidem-verifier --lib --target $target --target-dir "$folder" "${with[@]}" >&2

if grep -aqE "$HOME/|$here/" "$module"; then
  echo "the module names paths of this machine:" >&2
  grep -aoE "($HOME|$here)/[[:print:]]{0,80}" "$module" | sort -u | head >&2
  exit 1
fi
echo "$(wc -c <"$module") octets, $(gzip -9 <"$module" | wc -c) compressed, SHA-256 $(sha256sum <"$module" | cut -c1-64)"
case ${1:-} in '' | build | bench) ;; *) echo "usage: scripts/wasm.sh [build | bench]" >&2; exit 64 ;; esac
if [ -n "${1:-}" ]; then
  echo "$module"
  exit 0
fi
node tests/wasm/compare.mjs "$module"
