#!/usr/bin/env bash
# Puts the typefaces of the certificates into a folder: fonts.sh [DIR]
#
# DIR defaults to $XDG_CACHE_HOME/fidem/fonts, where the program looks by itself. Nothing is fetched when the
# folder is complete. The texts are set in Noto Serif SC, Latin and figures in Source Serif 4, digests in Source
# Code Pro (npm packages, SIL OFL 1.1); names with characters outside these fall back to HanaMin A and B, and to LXGW
# WenKai for a few of Unicode's extensions G and H (Debian packages fonts-hanazono and fonts-lxgw-wenkai, SIL OFL 1.1),
# which `fallback/` holds because they are read only when needed.
set -eu

dir=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/fidem/fonts}
npm_scope=@expo-google-fonts

# sha256, file in DIR, npm package, version, path in the package. A certificate is reproducible only with the same
# bytes of every font, so a file with another digest is no substitute.
npm_fonts='
c358a69de3df5f423a8946a7b03e3126fb6ba116f1130a463455b4e39e1f0742 NotoSerifSC-Regular.ttf noto-serif-sc 0.4.3 400Regular/NotoSerifSC_400Regular.ttf
9c6a2ba736e4b499c84f65ce366bd3625c0401885fd3e585ace50fb738b96ff6 NotoSerifSC-Bold.ttf noto-serif-sc 0.4.3 700Bold/NotoSerifSC_700Bold.ttf
d47da11c5f55f031d9ec54c3172865d76009b2cbab5c706dfa73866b00096639 SourceSerif4-Regular.ttf source-serif-4 0.4.1 400Regular/SourceSerif4_400Regular.ttf
162a20188bb5c72582b77ca1c3a03480b743695b1c3c04dd0d79ead4e74f4533 SourceSerif4-Bold.ttf source-serif-4 0.4.1 700Bold/SourceSerif4_700Bold.ttf
1bd0bb61d974f62f9cc208a162fd3a7a13f95ba0b56b88b870730bf3ae1ba358 SourceCodePro-Regular.ttf source-code-pro 0.4.1 400Regular/SourceCodePro_400Regular.ttf
402e3a7661938b6606272ff8e126d761b25f2df5881833c59fa620adf1a82350 SourceCodePro-Bold.ttf source-code-pro 0.4.1 700Bold/SourceCodePro_700Bold.ttf
'

say() { printf 'fonts: %s\n' "$*" >&2; }

matches() { # sha256 file
    [ -f "$2" ] && [ "$(sha256sum "$2" | cut -d' ' -f1)" = "$1" ]
}

unpacked=
scratch=
trap '[ -z "$scratch" ] || rm -rf "$scratch"' EXIT

unpack_npm() { # package version: unpacks into $scratch/<package>, once
    [ -n "$scratch" ] || scratch=$(mktemp -d)
    unpacked=$scratch/$1
    [ -d "$unpacked" ] && return
    mkdir "$unpacked"
    say "fetching $npm_scope/$1@$2"
    for attempt in 1 2 3; do
        if (cd "$unpacked" && npm pack --silent "$npm_scope/$1@$2" >/dev/null); then
            tar -xzf "$unpacked"/*.tgz -C "$unpacked"
            return
        fi
        say "attempt $attempt failed"
        sleep "$((attempt * 3))"
    done
    say "could not fetch $npm_scope/$1@$2"
    exit 1
}

place() { # source target: appears whole or not at all
    cp "$1" "$2.part"
    chmod 644 "$2.part"
    mv "$2.part" "$2"
}

fetch_npm_fonts() {
    while read -r sha256 file package version path; do
        [ -n "$sha256" ] || continue
        matches "$sha256" "$dir/$file" && continue
        unpack_npm "$package" "$version"
        matches "$sha256" "$unpacked/package/$path" || { say "$package@$version: $path has another digest"; exit 1; }
        place "$unpacked/package/LICENSE_FONT" "$dir/LICENSE-$package.txt"
        place "$unpacked/package/$path" "$dir/$file"
    done <<EOF
$npm_fonts
EOF
}

# Without these a certificate is complete for all but the rarest characters, and one that needs them is refused with
# the character named; so their absence is said and does not fail.
copy_debian_fonts() { # package folder files...
    package=$1 from=/usr/share/fonts/truetype/$2
    shift 2
    missing=
    for file in "$@"; do [ -f "$dir/fallback/$file" ] || missing=yes; done
    [ -n "$missing" ] || return 0
    if [ ! -f "$from/$1" ] && command -v apt-get >/dev/null; then
        [ -n "$scratch" ] || scratch=$(mktemp -d)
        say "fetching the Debian package $package"
        (cd "$scratch" && apt-get -qq download "$package" && dpkg-deb -x "$package"_*.deb deb) >&2 || true
        from=$scratch/deb$from
    fi
    if [ ! -f "$from/$1" ]; then
        say "no $1 here (Debian: apt-get install $package); rare characters may be refused"
        return
    fi
    mkdir -p "$dir/fallback"
    for file in "$@"; do place "$from/$file" "$dir/fallback/$file"; done
    licence=${from%/share/fonts/*}/share/doc/$package/copyright
    [ ! -f "$licence" ] || place "$licence" "$dir/fallback/LICENSE-${package#fonts-}.txt"
}

mkdir -p "$dir"
fetch_npm_fonts
copy_debian_fonts fonts-hanazono hanazono HanaMinA.ttf HanaMinB.ttf
copy_debian_fonts fonts-lxgw-wenkai lxgw-wenkai LXGWWenKai-Regular.ttf
