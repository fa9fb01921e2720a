# pyHanko in a folder of its own in the cache; its program in FIDEM_PYHANKO. Sourced, not run.

venv=${XDG_CACHE_HOME:-$HOME/.cache}/fidem/pyhanko
if [ ! -x "$venv/bin/pyhanko" ]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet "pyhanko[image-support]==0.38.*" "pyhanko-cli==0.6.*"
fi
export FIDEM_PYHANKO=$venv/bin/pyhanko
