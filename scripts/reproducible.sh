#!/usr/bin/env bash
# Whether the same source gives the same octets, whatever the folder, the day, and the user's settings.
#   scripts/reproducible.sh            the page, and the program of this build cache against our own crates compiled anew
#   scripts/reproducible.sh --release  the page and the released program `fidem`, each built twice with nothing in common
# Prints what it compared with its SHA-256. The program that a clerk runs is that of --release.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
here=$PWD
. scripts/common.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The source as it stands here, in a folder of another name, all of it newer than anything compiled.
copy() {
  local folder=$1
  mkdir -p "$folder/source"
  git ls-files -z --cached --others --exclude-standard | tar --null -T - -cf - | tar -C "$folder/source" -xmf -
  [ ! -d ui/node_modules ] || ln -s "$here/ui/node_modules" "$folder/source/ui/node_modules"
}

# Runs a command in a copy as another user of another country would.
elsewhere() {
  local folder=$1
  shift
  (cd "$folder/source" && umask 077 && env TZ=Asia/Shanghai LC_ALL=C.UTF-8 LANGUAGE=zh CARGO_TARGET_DIR="$folder/target" "$@")
}

same() {
  cmp "$2" "$3" || { echo "$1: two builds of the same source differ" >&2; exit 1; }
  echo "$1: $(wc -c <"$2") octets, SHA-256 $(sha256sum <"$2" | cut -c1-64)"
}

page() {
  local first
  first=$(bash scripts/verifier.sh 2>"$work/first.log" | tail -1) || { cat "$work/first.log" >&2; exit 1; }
  copy "$work/for the page"
  elsewhere "$work/for the page" bash scripts/verifier.sh >/dev/null 2>"$work/second.log" || { cat "$work/second.log" >&2; exit 1; }
  same verifier.html "$first" "$work/for the page/target/verifier/verifier.html"
}

# What others published and is compiled already, without our own crates.
borrow() {
  local from=$CARGO_TARGET_DIR/debug to=$1/debug ours
  ours=$(cargo metadata --locked --no-deps --format-version 1 | python3 -c '
import json, sys
names = [package["name"] for package in json.load(sys.stdin)["packages"]]
print("|".join(sorted({name for one in names for name in (one, one.replace("-", "_"))})))')
  mkdir -p "$to"
  for folder in .fingerprint build deps; do
    (cd "$from" && find "$folder" -mindepth 1 -maxdepth 1 -regextype posix-extended ! -regex "$folder/(lib)?($ours)(-[0-9a-f]{16}.*|\.d)?" -print0) |
      { [ "$folder" != deps ] && cat || grep -zE '\.(rlib|rmeta|so|d)$'; } | tar -C "$from" --null -T - -cf - | tar -C "$to" -xf -
  done
}

# Debug information names the folder of the source, and the linker's mark is a digest over it.
bare() {
  objcopy --strip-debug --remove-section .note.gnu.build-id "$1" "$2"
}

program() {
  cargo build --locked --workspace --all-targets --features fidem-desktop/custom-protocol >&2
  copy "$work/for the program"
  borrow "$work/for the program/target"
  # One test with it, the smallest: features of dependencies are then those of a build of everything.
  elsewhere "$work/for the program" cargo build --locked --workspace --bin fidem --test digests --features fidem-desktop/custom-protocol >&2
  bare "$CARGO_TARGET_DIR/debug/fidem" "$work/first"
  bare "$work/for the program/target/debug/fidem" "$work/second"
  same "fidem (development build, without debug information)" "$work/first" "$work/second"
}

# Others may keep their registry elsewhere.
release() {
  export RUSTFLAGS="--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=/cargo"
  for one in one another; do
    copy "$work/$one"
    elsewhere "$work/$one" bash scripts/verifier.sh >/dev/null
    elsewhere "$work/$one" cargo build --release --locked -p fidem-cli >&2
  done
  for file in verifier/verifier.html release/fidem; do
    same "${file#*/}" "$work/one/target/$file" "$work/another/target/$file"
  done
}

case ${1:-} in
  --release) release ;;
  *)
    page
    program
    ;;
esac
