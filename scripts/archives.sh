#!/usr/bin/env bash
# Archives that we captured, judged by tools that are not ours: warcio, FastWARC, py-wacz, cdxj-indexer.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
here=$PWD
. scripts/common.sh
. scripts/warctools.sh
tools=$FIDEM_WARC_TOOLS
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "FAIL $1" >&2; exit 1; }

# As ./test has built it: nothing is built anew.
tests=(cargo test --workspace --locked --features fidem-desktop/custom-protocol --quiet)
# Our own writers' archives, and what these tools write, in our reader.
"${tests[@]}" --test oracles -- --nocapture >"$work/oracles" 2>&1 ||
  { cat "$work/oracles" >&2; fail "crates/webarchive/tests/oracles.rs"; }
! grep -q '^skipped' "$work/oracles" || fail "a judge is missing: $(grep -m1 '^skipped' "$work/oracles")"
echo "ok   warcio, FastWARC, py-wacz and cdxj-indexer on archives made in the test"

# Archives of the browser: those that the tests of captures made and put down, now or a moment ago.
kept=${FIDEM_KEEP_ARCHIVES:-$work/kept}
mkdir -p "$kept"
if ! compgen -G "$kept/*.wacz" >/dev/null; then
  FIDEM_KEEP_ARCHIVES=$kept "${tests[@]}" --test sites
fi
count=0
for wacz in "$kept"/*.wacz; do
  [ -e "$wacz" ] || break
  name=$(basename "$wacz" .wacz)
  mkdir "$work/$name" && (cd "$work/$name" && unzip -q "$wacz" archive/data.warc.gz)
  said=$("$tools/bin/warcio" check -v "$work/$name/archive/data.warc.gz" 2>&1) || fail "warcio check $name: $said"
  ! grep -qi 'digest fail' <<<"$said" || fail "warcio check $name: $said"
  passed=$(grep -c 'digest pass' <<<"$said")
  "$tools/bin/python" - "$work/$name/archive/data.warc.gz" <<'PYTHON' || fail "FastWARC on $name"
import sys
from fastwarc.warc import ArchiveIterator
records = 0
for record in ArchiveIterator(open(sys.argv[1], 'rb'), parse_http=False):
    assert record.verify_block_digest(), record.record_id
    records += 1
for record in ArchiveIterator(open(sys.argv[1], 'rb'), parse_http=True):
    if record.is_http and record.headers.get('WARC-Payload-Digest'):
        assert record.verify_payload_digest(), record.record_id
assert records > 1
PYTHON
  said=$("$tools/bin/wacz" validate -f "$wacz" 2>&1) || fail "wacz validate $name: $said"
  grep -q 'Valid' <<<"$said" || fail "wacz validate $name: $said"
  echo "ok   $name.wacz: warcio check ($passed records), FastWARC, wacz validate"
  count=$((count + 1))
done
if [ "$count" = 0 ]; then
  [ -x /usr/lib/chromium/chromium ] && fail "no archive was captured"
  echo "skipped: no Chromium here, so no archive was captured"
fi
