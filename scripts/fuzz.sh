#!/usr/bin/env bash
# Every parser of the inner ring under libFuzzer: scripts/fuzz.sh [SECONDS] [TARGET…]
# First what once failed (fuzz/regressions), then SECONDS of search for each target, two at a time. The corpus found is
# kept outside the clone, and beside it a log of how long each target was searched; an input that fails is copied to
# fuzz/artifacts. scripts/fuzz.sh --log prints the sums of that log as a table.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
here=$PWD
cache=${XDG_CACHE_HOME:-$HOME/.cache}/fidem
# Instrumented code is of no use to other builds, so it has a folder of its own.
export CARGO_TARGET_DIR=$cache/fuzz
. scripts/common.sh
export FIDEM_VECTORS=${FIDEM_VECTORS:-$here/../shared/vectors}
vectors=$FIDEM_VECTORS/tsa
corpus=$cache/corpus
log=$cache/fuzz-log.tsv

if [ "${1:-}" = --log ]; then
  echo "| target | searched, s | executions | failures | last |"
  echo "|---|---|---|---|---|"
  awk -F'\t' '{s[$2]+=$3; e[$2]+=$4; f[$2]+=($5!="ok"); d[$2]=$1}
    END {for (t in s) printf "| `%s` | %d | %d | %d | %s |\n", t, s[t], e[t], f[t], d[t]}' "$log" | sort
  exit
fi

seconds=60
if [[ ${1:-} =~ ^[0-9]+$ ]]; then
  seconds=$1
  shift
fi
mapfile -t known < <(cd fuzz/targets && printf '%s\n' *.rs | sed 's/\.rs$//')
targets=("$@")
[ $# -gt 0 ] || targets=("${known[@]}")
for target in "${targets[@]}"; do
  [ -f "fuzz/targets/$target.rs" ] || { echo "no target $target; there are: ${known[*]}" >&2; exit 64; }
done

need_packages build-essential unzip qpdf
need_rust
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The flags of `cargo fuzz --sanitizer none`, which stable Rust takes. Naming the target keeps them from build scripts.
build() {
  local triple flags
  triple=$(rustc -vV | sed -n 's/^host: //p')
  flags="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4"
  flags+=" -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table"
  flags+=" -Cllvm-args=-sanitizer-coverage-trace-compares"
  # The product's own versions of everything that both use.
  [ fuzz/Cargo.lock -nt Cargo.lock ] || cp Cargo.lock fuzz/Cargo.lock
  RUSTFLAGS=$flags cargo build --release --manifest-path fuzz/Cargo.toml --target "$triple" "$@" >&2
  built=$CARGO_TARGET_DIR/$triple/release
}

# plant TARGET FILE…: copies what is there of the seeds, under the names that libFuzzer gives, so that each stands once.
plant() {
  local folder=$corpus/$1 hash file files=()
  shift
  mkdir -p "$folder"
  for file in "$@"; do [ ! -f "$file" ] || files+=("$file"); done
  [ ${#files[@]} -gt 0 ] || return 0
  while read -r hash file; do
    [ -e "$folder/$hash" ] || cp -- "$file" "$folder/$hash"
  done < <(sha1sum -- "${files[@]}")
}

# The members of a package, and the package itself. Long ones teach a search nothing and slow it down.
plant_package() {
  local folder=$work/packages/$((++packages)) pdf
  mkdir -p "$folder"
  unzip -q "$1" -d "$folder"
  find "$folder" -type f -size +64k ! -name '*.pdf' -delete
  plant seal "$folder"/seals/*/seal.json
  plant manifest "$folder"/seals/*/manifest.json
  plant item_record "$folder"/seals/*/items/*.json
  plant journal_extract "$folder"/journal.json
  plant revision "$folder"/revision.json
  plant partial "$folder"/proofs/partial.json
  plant log_proof "$folder"/proofs/log/* "$folder"/proofs/anchors/*/*.tlog-proof
  plant anchor_statement "$folder"/proofs/anchors/*/anchor.json
  plant opentimestamps "$folder"/proofs/anchors/*/proof.ots
  plant asic_manifest "$folder"/META-INF/*.xml
  plant token "$folder"/META-INF/*.tst
  plant evidence_record "$folder"/META-INF/*.ers
  plant checksums "$folder"/manifest-sha256.txt
  plant canonical_json "$folder"/*.json "$folder"/seals/*/*.json "$folder"/proofs/*.json
  plant verify "$folder"/META-INF/*.tst "$folder"/META-INF/*.ers "$folder"/proofs/log/*
  plant pem "$folder"/trust/tsa/*.pem
  plant trust "$folder"/trust/tsa/*.pem
  [ "$(stat -c %s "$1")" -gt 65536 ] || plant container "$1"
  [ "$(stat -c %s "$1")" -gt 65536 ] || plant verify "$1"
  for pdf in "$folder"/certificate/*.pdf; do plant_receipt "$pdf"; done
}

# A receipt's attachments alone, laid out in two ways: its pages and fonts are never read. The target itself writes
# the five octets of the header.
plant_receipt() {
  local folder=$work/receipts/$((++receipts)) layout
  mkdir -p "$folder"
  qpdf --static-id --empty --copy-attachments-from "$1" -- "$folder/plain.pdf"
  qpdf --static-id --stream-data=uncompress "$folder/plain.pdf" "$folder/open.pdf"
  for layout in plain open; do tail -c +6 "$folder/$layout.pdf" >"$folder/$layout"; done
  plant receipt "$folder"/plain "$folder"/open
}

seed() {
  local packages=0 receipts=0 tokens=() file
  shopt -s nullglob globstar
  for file in docs/format/example/*.asice samples/packages/**/*.asice; do plant_package "$file"; done
  for file in samples/packages/**/*.pdf; do plant_receipt "$file"; done
  plant trust docs/format/example/*.json samples/packages/**/*.pem
  plant canonical_json docs/format/example/*.json
  plant evm_receipt crates/anchor/tests/data/evm.json
  plant fabric_receipt "$FIDEM_VECTORS"/fabric/*.pb
  plant opentimestamps "$FIDEM_VECTORS"/ots/*.ots
  # Events alone, as the target puts the constants before them.
  for file in crates/netlog/tests/data/*.json; do sed 1,2d "$file" >"$work/events" && plant netlog "$file" "$work/events"; done
  sed -n 's/.*"key":"\([^"]*\)".*/\1/p' docs/format/example/trust.json | tr -d '\n' >"$work/key"
  plant note "$work/key"
  printf '%s\n' fidem-status/1 '{"case":"A","created":"2026-11-27T08:00:00Z","documents":[{"amended_by":["B"],"id":"H","issued":"2026-11-26T08:00:00Z","sha256":["00"],"standing":"corrected"}],"format":"fidem-status/1","office":"00"}' >"$work/status"
  plant status_list "$work/status"
  plant picture samples/case-shop/**/*.png
  plant pdf_pages samples/packages/**/*.pdf samples/case-shop/**/*.pdf
  if [ -d "$vectors" ]; then
    tokens=("$vectors"/curated/*.tok "$vectors"/corpus/*.tst)
    plant token "${tokens[@]}"
    plant verify "$vectors"/curated/*.tok
    plant response "$vectors"/curated/*.tsr "$vectors"/curated/*.tok
    plant pem "$vectors"/curated/*.pem
    plant trust "$vectors"/curated/*.pem
  else
    echo "skipped: seeds of public authorities (no vectors at $vectors; FIDEM_VECTORS names them)"
  fi
  "$built/seeds" "$work/made" "${tokens[@]}"
  for file in "$work"/made/*; do plant "${file##*/}" "$file"/*; done
  shopt -u nullglob globstar
}

# One line of result for a target; its last word is `ok` when nothing failed.
run() {
  local target=$1 said=$work/$1.log artifacts=fuzz/artifacts/$1 limits result=ok executions size
  mkdir -p "$artifacts" "$corpus/$target"
  limits=(-timeout=10 -rss_limit_mb=2048 "-artifact_prefix=$artifacts/")
  for file in fuzz/regressions/"$target"/*; do
    [ -f "$file" ] || continue
    "$built/$target" "${limits[@]}" "$file" >>"$said" 2>&1 || result="fails again on $file"
  done
  if [ "$result" = ok ]; then
    "$built/$target" "${limits[@]}" "-max_total_time=$seconds" -print_final_stats=1 "$corpus/$target" >>"$said" 2>&1 ||
      result=$(sed -n 's/.*Test unit written to \(.*\)/fails on \1/p' "$said" | tail -1)
  fi
  executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$said" | tail -1)
  size=$(find "$corpus/$target" -type f | wc -l)
  printf '%s\t%s\t%s\t%s\t%s\n' "$(date -u +%F)" "$target" "$seconds" "${executions:-0}" "$result" >>"$log"
  printf '%-16s %9s executions %6s in the corpus  %s\n' "$target" "${executions:-0}" "$size" "${result:-fails}"
  [ "$result" = ok ] && return
  # From the panic to the frame that called the target; then what libFuzzer says of it.
  sed -n '/panicked at/,/rust_fuzzer_test_input/p; /ERROR: libFuzzer/p; /SUMMARY/p' "$said" | cut -c1-400 >&2
  return 1
}

bins=(--bin seeds)
for target in "${targets[@]}"; do bins+=(--bin "$target"); done
export RUST_BACKTRACE=1
build "${bins[@]}"
seed
passed=0 failed=0
for target in "${targets[@]}"; do
  if [ "$(jobs -rp | wc -l)" -ge 2 ]; then
    if wait -n; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
  fi
  run "$target" &
done
while [ $((passed + failed)) -lt ${#targets[@]} ]; do
  if wait -n; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
