#!/usr/bin/env bash
# A proof of one file as we export it, judged by the OpenTimestamps client of others against a real Bitcoin node in regtest.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/common.sh
. scripts/chains.sh
tools=${FIDEM_OTS_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/fidem/ots-tools}
pins="opentimestamps-client==0.7.2 opentimestamps==0.4.5"
if [ -z "${FIDEM_OTS_TOOLS:-}" ] && [ "$(cat "$tools/installed.txt" 2>/dev/null)" != "$pins" ]; then
  need_packages python3-venv
  python3 -m venv "$tools"
  # shellcheck disable=SC2086
  "$tools/bin/pip" install --quiet --disable-pip-version-check $pins setuptools >&2
  echo "$pins" >"$tools/installed.txt"
fi
export FIDEM_OTS=$tools/bin/ots
if [ -z "${FIDEM_BCOIN:-}" ]; then
  echo "skipped: no Bitcoin node"
  exit 0
fi
said=$(cargo test --workspace --locked --features fidem-desktop/custom-protocol --quiet --test anchoring -- --nocapture the_client_of_others 2>&1) ||
  { echo "$said" >&2; exit 1; }
! grep -q '^skipped' <<<"$said" || { echo "$said" >&2; exit 1; }
grep '^ok' <<<"$said"
