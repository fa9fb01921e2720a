#!/usr/bin/env bash
# Whether the same source gives the same files, whatever the folder, the day, and the user's settings: built by this clone,
# and from nothing by another user, as it were, of another country. Prints what was compared with its SHA-256.
#   scripts/reproducible.sh           verifier.html
#   scripts/reproducible.sh release   all that scripts/release.sh makes (some 25 minutes a build on two cores)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
here=$PWD
. scripts/common.sh

what=${1:-page}
case $what in
  page | release) ;;
  *) echo "reproducible.sh [release]" >&2; exit 2 ;;
esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ -d ui/node_modules ] || install_ui

# Builds in the current folder and puts the files into the one that is named.
make() {
  mkdir -p "$1"
  case $what in
    page) bash scripts/verifier.sh --install "$1/verifier.html" ;;
    release) bash scripts/release.sh "$1" ;;
  esac >"$work/log" 2>&1 || { cat "$work/log" >&2; return 1; }
}

# The source as it stands here, in a folder of another name and of this moment.
other="$work/another folder"
mkdir -p "$other/source"
git ls-files -z --cached --others --exclude-standard | tar --null -T - -cf - | tar -C "$other/source" -xmf -
ln -s "$here/ui/node_modules" "$other/source/ui/node_modules"
crates=${CARGO_HOME:-$HOME/.cargo}
if [ "$what" = release ]; then
  # Sources of crates lie elsewhere too, in a folder without a blank, which flags for C do not take.
  cp -a --reflink=auto "$crates" "$work/cargo"
  crates=$work/cargo
fi

make "$work/first"
(
  cd "$other/source"
  umask 077
  export TZ=Asia/Shanghai LC_ALL=C.UTF-8 LANGUAGE=zh
  export CARGO_TARGET_DIR="$other/target" CARGO_HOME="$crates"
  make "$work/second"
)

diff <(ls "$work/first") <(ls "$work/second")
cd "$work/first"
for file in *; do
  cmp "$file" "../second/$file" || { echo "two builds of the same source differ: $file" >&2; exit 1; }
  echo "$file: $(wc -c <"$file") octets, SHA-256 $(sha256sum <"$file" | cut -c1-64), the same twice"
done
