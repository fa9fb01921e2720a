# What ./run and ./test share. Sourced, not run.

# The build cache lies outside the clone, so that a fresh clone builds quickly again.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/fidem/target}
export FIDEM_FONTS=${FIDEM_FONTS:-${XDG_CACHE_HOME:-$HOME/.cache}/fidem/fonts}
export FIDEM_VERIFIER=${FIDEM_VERIFIER:-${XDG_CACHE_HOME:-$HOME/.cache}/fidem/verifier.html}
export PATH="$HOME/.cargo/bin:$PATH"

BUILD_PACKAGES=(build-essential pkg-config libssl-dev curl ca-certificates fonts-hanazono fonts-lxgw-wenkai nodejs npm)
WINDOW_PACKAGES=(file libwebkit2gtk-4.1-dev libsoup-3.0-dev libjavascriptcoregtk-4.1-dev libgtk-3-dev librsvg2-dev
  libxdo-dev libayatana-appindicator3-dev gstreamer1.0-plugins-good gstreamer1.0-libav fonts-noto-cjk)
TEST_PACKAGES=(xvfb xauth dbus dbus-x11 at-spi2-core webkit2gtk-driver xdotool openbox imagemagick chromium
  qpdf poppler-utils mupdf-tools softhsm2 opensc python3-venv libreoffice-writer-nogui zbar-tools unzip openssl libnss3-tools libfaketime bubblewrap
  maint-guide-zh-cn sqlite3-doc developers-reference)
JAVA_PACKAGES=(openjdk-17-jdk-headless maven)
WASM_PACKAGES=(rustc-web rust-web-src libstd-rust-web-dev)

# Installs Debian packages that are missing; a program found by other means (node by hand, say) is left alone.
need_packages() {
  local missing=() package
  for package in "$@"; do
    case $package in
      nodejs) command -v node >/dev/null && continue ;;
      npm) command -v npm >/dev/null && continue ;;
      openjdk-*) command -v javac >/dev/null && continue ;;
      maven) command -v mvn >/dev/null && continue ;;
    esac
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  echo "installing: ${missing[*]}" >&2
  local as=()
  [ "$(id -u)" -eq 0 ] || as=(sudo)
  "${as[@]}" apt-get -o DPkg::Lock::Timeout=300 update -qq >&2
  DEBIAN_FRONTEND=noninteractive "${as[@]}" apt-get -o DPkg::Lock::Timeout=300 install -y -qq \
    --no-install-recommends "${missing[@]}" >&2
}

need_rust() {
  command -v cargo >/dev/null && return
  echo "Rust 1.95 or newer is needed: https://rustup.rs" >&2
  exit 1
}

# Noto Serif SC from npm and HanaMin from Debian: every ideograph of GB 18030-2022.
need_fonts() {
  bash "$here/fonts.sh" "$FIDEM_FONTS" >&2
}

# The page that goes into every hand-over. Without it the program works and says so.
need_verifier() {
  bash "$here/scripts/verifier.sh" --install "$FIDEM_VERIFIER" >&2 ||
    echo "verifier.html could not be built: hand-overs will not hold it" >&2
}

install_ui() {
  (
    cd "$here/ui"
    # Installed anew only when the lock file changed.
    if ! cmp -s package-lock.json node_modules/.installed-lock 2>/dev/null; then
      # Versions are the lock file's. Not `npm ci`: it refuses a lock that lacks optional packages of other platforms,
      # and some registries do not serve those.
      npm install --no-save --no-audit --no-fund >&2
      cp package-lock.json node_modules/.installed-lock
    fi
  )
}

build_ui() {
  install_ui
  (cd "$here/ui" && npm run build >&2)
}
