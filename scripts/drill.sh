#!/usr/bin/env bash
# The day after: office, authorities, chains and vendor are gone. Somebody has the evidence package, the roots of the time-stamping
# authorities, and one of four ways to check it. Each must say the same of a good package, and each must notice one altered octet.
#   scripts/drill.sh                        a package that `fidem demo` makes now
#   scripts/drill.sh PACKAGE ROOTS.pem      one that exists
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
here=$PWD
. scripts/common.sh
fail() { echo "FAIL $1" >&2; exit 1; }

folder=debug
[ "${FIDEM_PROFILE:-dev}" = dev ] || folder=release
fidem=$CARGO_TARGET_DIR/$folder/fidem
page=$CARGO_TARGET_DIR/verifier/verifier.html
[ -f "$page" ] || page=$FIDEM_VERIFIER
for needed in "$fidem" "$page"; do [ -f "$needed" ] || fail "$needed is not built"; done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# All that is left: what the judge holds, and what stands for the hands of the judge.
judge=$work/judge hands=$work/hands
mkdir -p "$judge/altered" "$judge/good" "$hands/tests" "$hands/verifier" "$hands/ui"

if [ $# -eq 2 ]; then
  cp "$1" "$judge/good/case.asice"
  cp "$2" "$judge/roots.pem"
else
  mkdir "$work/office"
  (cd "$work/office" && FIDEM_SAMPLES=$here/samples "$fidem" demo --json >/dev/null) || fail "fidem demo"
  cp "$work/office/demo.asice" "$judge/good/case.asice"
  cp "$work/office/demo-trust.pem" "$judge/roots.pem"
  rm -r "$work/office"
fi
member=$(python3 tests/drill/alter.py "$judge/good/case.asice" "$judge/altered/case.asice")
[ "$(cmp -l "$judge/good/case.asice" "$judge/altered/case.asice" | wc -l)" -le 9 ] || fail "more than an octet and its check sums was altered"
for state in good altered; do (mkdir "$judge/$state/package" && cd "$judge/$state/package" && unzip -q ../case.asice); done
cp "$fidem" "$judge/fidem"
cp "$page" "$judge/verifier.html"
cp -r tests/independent "$judge/independent"
cp -r tests/drill "$hands/tests/drill"
cp -r verifier/tests "$hands/verifier/tests"
cp ui/package.json "$hands/ui/"
modules=$(readlink -f ui/node_modules)
ln -s "$modules" "$hands/ui/node_modules"
node=$(readlink -f "$(command -v node)")

# The interpreter with the one library that the Python verifier needs.
python=${XDG_CACHE_HOME:-$HOME/.cache}/fidem/pyhanko/bin/python
[ -x "$python" ] || python=python3
"$python" -c 'import cryptography' || fail "python3 has no cryptography"
python=$("$python" -c 'import sys; print(sys.executable)')

# A place without network in which nothing exists but /usr with openssl's settings, what the judge holds (read only), and the
# tools of a route.
alone() { # folders besides --, command
  local shown=()
  while [ "$1" != -- ]; do shown+=(--ro-bind-try "$1" "$1"); shift; done
  shift
  local clean=(env -i PATH=/usr/local/bin:/usr/bin:/bin "HOME=/nobody" LANG=C.UTF-8 LC_ALL=C.UTF-8)
  case $place in
    bwrap)
      bwrap --unshare-all --die-with-parent --ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/lib /lib --symlink usr/lib64 /lib64 \
        --proc /proc --dev /dev --tmpfs /tmp --dir /nobody --ro-bind-try /etc/ssl/openssl.cnf /etc/ssl/openssl.cnf --ro-bind "$judge" "$judge" --ro-bind "$hands" "$hands" "${shown[@]}" \
        --chdir "$judge" "${clean[@]}" "$@"
      ;;
    unshare) (cd "$judge" && unshare -n "${clean[@]}" "$@") ;;
    none) (cd "$judge" && "${clean[@]}" "$@") ;;
  esac
}
place=bwrap
if ! alone -- true 2>/dev/null; then
  place=unshare
  alone -- true 2>/dev/null || place=none
fi
case $place in
  bwrap) echo "no network; of the disk only /usr, the package, the roots and the tool of the route" ;;
  unshare) echo "no network; bubblewrap does not run here, so the rest of the disk stays visible" ;;
  none) echo "neither bubblewrap nor unshare runs here: network and disk stay visible" ;;
esac
if [ $place != none ]; then
  [ "$(alone -- sed -n 's/^ *\([a-z0-9]*\):.*/\1/p' /proc/net/dev)" = lo ] || fail "there is a network"
fi
[ $place != bwrap ] || alone -- test ! -e "$fidem" || fail "the build is within reach"

# Each route prints, for a state, its verdict and then what it says is wrong.
by_hand() { alone -- bash -c 'cd "$1" && exec bash "$2" "$3"' hand "$judge/$1/package" "$hands/tests/drill/by_hand.sh" "$judge/roots.pem"; }
by_fidem() { alone -- ./fidem verify "$1/case.asice" --trust roots.pem --json --lang en | say '[f["message"] for f in d["findings"] if f["status"] == "mismatch"]'; }
by_python() { alone "$("$python" -c 'import sys; print(sys.base_prefix)')" "$(dirname "$(dirname "$python")")" -- "$python" independent/verify.py "$1/case.asice" --trust roots.pem | say '[str(f) for f in d["findings"] if f["status"] == "mismatch"]'; }
by_page() { sed -n "$([ "$1" = good ] && echo 1 || echo 2)p" "$work/page" | say 'd["named"]'; }
say() { python3 -c 'import json, sys; d = json.load(sys.stdin); print(d["verdict"], *'"$1"', sep="\n")'; }

# One browser for both.
alone "$modules" "$(dirname "$(dirname "$node")")" /etc/fonts /etc/chromium.d -- \
  env FIDEM_VERIFIER="$judge/verifier.html" HOME=/tmp "$node" "$hands/tests/drill/by_page.mjs" \
  "$judge/roots.pem" "$judge/good/case.asice" "$judge/altered/case.asice" >"$work/page" || fail "verifier.html in Chromium"

declare -A names=([hand]="VERIFY.txt, 核验说明.txt: coreutils, openssl" [fidem]="fidem verify, the one binary" [page]="verifier.html, Chromium, file://" [python]="a verifier in Python from docs/format")
bad=0
printf '%-12s %-12s %s\n' good altered route
for route in hand fidem page python; do
  declare -A found=()
  for state in good altered; do
    "by_$route" $state >"$work/$route-$state" || true
    found[$state]=$(head -1 "$work/$route-$state")
  done
  printf '%-12s %-12s %s\n' "${found[good]:--}" "${found[altered]:--}" "${names[$route]}"
  if [ "${found[good]}" != match ]; then bad=1; echo "FAIL $route on the good package:" >&2; head -5 "$work/$route-good" >&2; fi
  if [ "${found[altered]}" != mismatch ]; then bad=1; echo "FAIL $route on the altered package" >&2; fi
  if ! grep -qF -- "$member" "$work/$route-altered"; then bad=1; echo "FAIL $route does not name $member:" >&2; head -5 "$work/$route-altered" >&2; fi
done
[ $bad = 0 ] || exit 1
echo "each names $member"
# Guides written now must say all that a layman needs; those of frozen packages say what they said.
demand=()
[ $# -gt 0 ] || demand=(--demand)
bash scripts/certutil.sh "${demand[@]}" "$judge/good/package"
bash scripts/certutil.sh "$judge/altered/package" "$member"
