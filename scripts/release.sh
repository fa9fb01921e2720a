#!/usr/bin/env bash
# What is handed out: the command line, the window's program and verifier.html, with SHA256SUMS, and BUILT-WITH, which names
# the compilers and the system. No path of the machine is in them.
#   scripts/release.sh FOLDER
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
here=$PWD
. scripts/common.sh
mkdir -p "${1:?the folder that the files are put into}"
out=$(cd "$1" && pwd)

need_packages "${BUILD_PACKAGES[@]}" "${WINDOW_PACKAGES[@]}" "${WASM_PACKAGES[@]}"
need_rust
need_fonts
build_ui
page=$(bash scripts/verifier.sh | tail -1)

# No path of this machine enters, neither by what Rust says of a panic nor by what C says of an assertion. A folder of its
# own, since these flags are not those of other builds.
export CARGO_TARGET_DIR=$CARGO_TARGET_DIR/handed-out
crates=${CARGO_HOME:-$HOME/.cargo}
case $crates in
  *[[:space:]]*) echo "CARGO_HOME has a blank in it, by which flags for C are parted: $crates" >&2; exit 1 ;;
esac
flags=
for map in "$here=/fidem" "$CARGO_TARGET_DIR=/target" "$crates=/cargo"; do
  flags+="${flags:+$'\x1f'}--remap-path-prefix=$map"
done
export CARGO_ENCODED_RUSTFLAGS=$flags CARGO_INCREMENTAL=0
export CFLAGS="-ffile-prefix-map=$crates=/cargo" CXXFLAGS="-ffile-prefix-map=$crates=/cargo"
cargo build --release --locked -p fidem-cli -p fidem-desktop --features fidem-desktop/custom-protocol >&2

install -m 755 "$CARGO_TARGET_DIR/release/fidem" "$CARGO_TARGET_DIR/release/fidem-desktop" "$out/"
install -m 644 "$page" "$out/verifier.html"
cd "$out"
{
  rustc --version
  cc --version | head -1
  node --version
  . /etc/os-release && echo "$PRETTY_NAME"
  uname -m
} >BUILT-WITH
sha256sum fidem fidem-desktop verifier.html | tee SHA256SUMS
