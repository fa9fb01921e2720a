#!/usr/bin/env bash
# Licences, sources and banned crates by cargo-deny, built once from crates.io. The advisory database is a git
# repository that some networks do not reach: then advisories are skipped, and said so.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/common.sh
if ! command -v cargo-deny >/dev/null; then
  cargo install cargo-deny --locked --version 0.20.2 --quiet --target-dir "${XDG_CACHE_HOME:-$HOME/.cache}/fidem/tools"
fi
cargo deny --all-features --locked check licenses bans sources
if ! cargo deny --locked fetch db 2>/dev/null; then
  echo "SKIPPED: advisories (the advisory database is not reachable from here)"
  exit 0
fi
cargo deny --all-features --locked check advisories
