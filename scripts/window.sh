#!/usr/bin/env bash
# The real desktop window under Xvfb with a window manager and a session bus of its own.
# FIDEM_SCREENSHOTS=DIR keeps pictures of the screens.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/common.sh
for tool in xvfb-run dbus-run-session WebKitWebDriver xdotool openbox; do
  command -v "$tool" >/dev/null || { echo "missing: $tool" >&2; exit 1; }
done
export FIDEM_WINDOW=1 LIBGL_ALWAYS_SOFTWARE=1 WEBKIT_DISABLE_DMABUF_RENDERER=1 GTK_USE_PORTAL=0
run='openbox & manager=$!; sleep 1; status=0
cargo test --workspace --locked --features fidem-desktop/custom-protocol --test window -- --test-threads=1 || status=$?
kill $manager; exit $status'
exec xvfb-run -a -s "-screen 0 1400x900x24" dbus-run-session -- bash -c "$run"
