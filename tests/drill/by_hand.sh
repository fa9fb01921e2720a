#!/usr/bin/env bash
# What a person does with VERIFY.txt and 核验说明.txt in the folder of an unpacked package: runs each command as printed and looks
# for the words that the guide itself says must appear.
#   by_hand.sh ROOTS.pem     roots obtained from the authorities
# The first line is the verdict; then what was not as it must be.
set -uo pipefail
roots=$1
work=$(mktemp -d)
wrong=() unknown=()
ran=0

# The sentence before a command says what it must print; it holds until the next such sentence, or step.
words_in() {
  case $1 in
    *'Verification: OK'*) echo token ;;
    *'must begin with OK'* | *'均应以 OK 开头'*) echo begins ;;
    *'ust say OK'* | *'应显示 OK'*) echo says ;;
    *'"sm3" in the manifest'* | *'清单内“sm3”'*) echo sm3 ;;
    [0-9].\ * | [一二三四五六七八九]、*) echo nothing ;;
  esac
}

judge() { # words, command, its exit code, its output
  case $1 in
    token) grep -qx 'Verification: OK' "$4" && [ "$3" = 0 ] || wrong+=("$2") ;;
    begins) all "$4" '^OK ' "$(find evidence -type f | wc -l)" "$2" ;;
    says) all "$4" ': OK$' "$(due "$2")" "$2" ;;
    sm3) sm3_of_manifest "$4" "$2" ;;
    *) wrong+=("the guide does not say what this must print: $2") ;;
  esac
}

# Lines that a comparison of check sums must print.
due() {
  case $1 in
    *' manifest-sha256.txt') wc -l <manifest-sha256.txt ;;
    *) echo 1 ;;
  esac
}

all() { # output, pattern, lines due, command
  mapfile -t other < <(grep -v -- "$2" "$1" | head -3)
  [ "$(wc -l <"$1")" = "$3" ] && [ ${#other[@]} = 0 ] || wrong+=("$4: ${other[*]:-$(wc -l <"$1") lines, not $3}")
}

sm3_of_manifest() {
  local line count=0
  while IFS= read -r line; do
    count=$((count + 1))
    grep -q "\"sm3\":\"${line##*= }\"" seals/*/manifest.json || wrong+=("SM3 stands in no manifest: $line")
  done <"$1"
  [ "$count" = "$(find evidence -type f | wc -l)" ] || wrong+=("$2: $count files")
}

follow() { # guide
  local line words='' found output=$work/output code
  while IFS= read -r line; do
    found=$(words_in "$line")
    words=${found:-$words}
    [ "${line:0:2}" = '$ ' ] || continue
    code=0
    bash -o pipefail -c "${line:2}" >"$output" 2>"$output.errors" || code=$?
    # openssl speaks of its configuration, sha256sum of its count of failures, on the other channel.
    [ "$words" != token ] || cat "$output.errors" >>"$output"
    judge "$words" "${line:2}" "$code" "$output"
    ran=$((ran + 1))
  done <"$1"
}

# The roots inside are copies for convenience: each printed digest must be that of the copy used and of a root obtained elsewhere.
compare_roots() {
  local hex obtained ordinal=0
  csplit -sz -f "$work/root-" -b '%d.pem' "$roots" '/BEGIN CERTIFICATE/' '{*}'
  obtained=$(for one in "$work"/root-*.pem; do digest_of "$one"; done)
  for hex in $(sed -n 's/.*root SHA-256 \([0-9a-f]\{64\}\)$/\1/p' VERIFY.txt); do
    ordinal=$((ordinal + 1))
    [ "$(digest_of "trust/tsa/$(printf %03d $ordinal).pem")" = "$hex" ] || wrong+=("root $ordinal is not the one printed")
    grep -qx "$hex" <<<"$obtained" || unknown+=("root $ordinal is not among those obtained")
  done
  [ "$ordinal" -ge 1 ] || wrong+=("VERIFY.txt names no root")
}
digest_of() { openssl x509 -in "$1" -outform DER | sha256sum | cut -c1-64; }

for guide in VERIFY.txt 核验说明.txt; do
  before=$ran
  follow "$guide"
  [ $((ran - before)) -ge 7 ] || wrong+=("$guide has only $((ran - before)) commands")
done
compare_roots
rm -r "$work"
if [ ${#wrong[@]} -gt 0 ]; then printf '%s\n' mismatch "${wrong[@]}"
elif [ ${#unknown[@]} -gt 0 ]; then printf '%s\n' cannot-check "${unknown[@]}"
else echo match; fi
