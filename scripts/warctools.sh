# warcio, FastWARC, py-wacz and cdxj-indexer in a folder of their own in the cache, which FIDEM_WARC_TOOLS names. The versions
# are pinned in crates/webarchive/tests/tools.txt. Sourced, not run.

if [ -z "${FIDEM_WARC_TOOLS:-}" ]; then
  pins=$here/crates/webarchive/tests/tools.txt
  FIDEM_WARC_TOOLS=${XDG_CACHE_HOME:-$HOME/.cache}/fidem/warc-tools
  if ! cmp -s "$pins" "$FIDEM_WARC_TOOLS/installed.txt"; then
    need_packages python3-venv
    python3 -m venv "$FIDEM_WARC_TOOLS"
    "$FIDEM_WARC_TOOLS/bin/pip" install --quiet --disable-pip-version-check -r "$pins" >&2
    # See there.
    "$FIDEM_WARC_TOOLS/bin/pip" uninstall --quiet --yes brotli >&2
    cp "$pins" "$FIDEM_WARC_TOOLS/installed.txt"
  fi
fi
export FIDEM_WARC_TOOLS
