#!/usr/bin/env bash
# Whether the same source gives the same verifier.html, whatever the folder, the day, and the user's settings: the page as
# this clone builds it, against one built from nothing by another user, as it were, of another country. Prints its SHA-256.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
here=$PWD
. scripts/common.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ -d ui/node_modules ] || install_ui

first=$(bash scripts/verifier.sh 2>"$work/log" | tail -1) || { cat "$work/log" >&2; exit 1; }

# The source as it stands here, in a folder of another name and of this moment.
other="$work/another folder"
mkdir -p "$other/source"
git ls-files -z --cached --others --exclude-standard | tar --null -T - -cf - | tar -C "$other/source" -xmf -
ln -s "$here/ui/node_modules" "$other/source/ui/node_modules"
(
  cd "$other/source"
  umask 077
  TZ=Asia/Shanghai LC_ALL=C.UTF-8 LANGUAGE=zh CARGO_TARGET_DIR="$other/target" bash scripts/verifier.sh
) >/dev/null 2>"$work/log" || { cat "$work/log" >&2; exit 1; }
second="$other/target/verifier/verifier.html"

cmp "$first" "$second" || { echo "two builds of the same source differ" >&2; exit 1; }
echo "verifier.html: $(wc -c <"$first") octets, SHA-256 $(sha256sum <"$first" | cut -c1-64), the same twice"
