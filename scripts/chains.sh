# Real chains for tests, from npm: `anvil` (an EVM node) and `bcoin` (a Bitcoin node). Sourced, not run. What cannot be
# installed stays away, and the tests that need it say so and pass over.
#
#   FIDEM_ANVIL   the program `anvil`
#   FIDEM_BCOIN   the folder of the package `bcoin`: node "$FIDEM_BCOIN/bin/node"

# Outside the clone, like the build cache.
FIDEM_CHAINS=${FIDEM_CHAINS:-${XDG_CACHE_HOME:-$HOME/.cache}/fidem/tools/chains}

chains_manifest() {
  # leveldown as bcoin names it does not compile for today's Node; with --ignore-scripts nothing needs a compiler.
  cat <<'JSON'
{
  "private": true,
  "dependencies": { "@foundry-rs/anvil": "1.7.1", "bcoin": "1.0.2" },
  "overrides": { "leveldown": "6.1.1" }
}
JSON
}

need_chains() {
  mkdir -p "$FIDEM_CHAINS"
  if ! cmp -s <(chains_manifest) "$FIDEM_CHAINS/.installed"; then
    chains_manifest >"$FIDEM_CHAINS/package.json"
    (cd "$FIDEM_CHAINS" && npm install --ignore-scripts --no-audit --no-fund >&2) &&
      chains_manifest >"$FIDEM_CHAINS/.installed" || echo "no chains from npm: their tests pass over" >&2
  fi
  local machine anvil
  machine=$(uname -m | sed 's/x86_64/amd64/;s/aarch64/arm64/')
  anvil=$FIDEM_CHAINS/node_modules/@foundry-rs/anvil-linux-$machine/bin/anvil
  [ ! -f "$anvil" ] || { chmod +x "$anvil" && export FIDEM_ANVIL=$anvil; }
  [ ! -d "$FIDEM_CHAINS/node_modules/bcoin" ] || export FIDEM_BCOIN=$FIDEM_CHAINS/node_modules/bcoin
}

need_chains
