#!/usr/bin/env bash
# What the program writes, judged by EU DSS and Bouncy Castle (Java 17, Maven).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
here=$PWD
. scripts/common.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$work" && FIDEM_PROFILE=${FIDEM_PROFILE:-dev} "$here/run" demo --json >/dev/null)
FIDEM_INTEROP=$work mvn -B -ntp test -f interop/pom.xml
