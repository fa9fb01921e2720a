#!/usr/bin/env bash
# The inner ring reaches no clock, network, disk or randomness: neither by its dependencies nor by its own words.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
tree=$(cargo tree --locked -p fidem-verify -p fidem-netlog -p fidem-webarchive -e normal --prefix none --target wasm32-unknown-unknown |
  sed 's/ .*//' | sort -u)
for banned in tokio reqwest rusqlite getrandom rand mio hyper walkdir tempfile rustix libc; do
  if grep -qx "$banned" <<<"$tree"; then
    echo "the inner ring depends on $banned" >&2
    exit 1
  fi
done
inner="crates/fingerprint crates/manifest crates/rfc3161-client crates/anchor crates/package crates/pdf crates/pades crates/netlog crates/webarchive crates/verify"
for crate in $inner; do
  if grep -rnE 'std::(fs|env|net|process|thread)|SystemTime|Instant::now|HashMap|HashSet' "$crate/src" \
    | grep -vE '^[^:]+:[0-9]+:\s*//|cfg\(test\)|/tests?\.rs|_tests?\.rs' ; then
    echo "$crate names what the inner ring must not know" >&2
    exit 1
  fi
done
echo "the inner ring is pure ($(wc -l <<<"$tree") crates)"
