#!/usr/bin/env bash
# The route on Windows: the guides say `certutil -hashfile FILE SHA256`. Whoever follows them must arrive at the values of
# manifest-sha256.txt, in every form in which certutil is documented to print (tests/drill/certutil.py has the sources; nothing here
# was recorded on Windows).
#   scripts/certutil.sh FOLDER [MEMBER]    the folder of an unpacked package; the one member that must differ
#   scripts/certutil.sh --demand FOLDER    and the guides must say all that a layman needs
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/common.sh
fail() { echo "FAIL $1" >&2; exit 1; }

demand=()
if [ "${1:-}" = --demand ]; then
  demand=(--demand)
  shift
fi
[ $# -gt 0 ] || fail "name a folder"
# The same spelling wherever else it is printed: certutil takes SHA256, never SHA-256.
for place in templates/steps.typ templates/body.typ verifier/page.html verifier/src/words.ts; do
  while IFS= read -r words; do
    grep -qE '^certutil -hashfile [^ ]+ SHA256$' <<<"$words" || fail "$place prints $words"
  done < <(grep -oE 'certutil -hashfile [^ <]+ [A-Za-z0-9-]+' "$place")
done
grep -q 'certutil -hashfile verifier.html SHA256' templates/steps.typ || fail "steps.typ does not name the command"
python3 tests/drill/certutil.py "$1" "${demand[@]}" ${2:+--altered "$2"}
