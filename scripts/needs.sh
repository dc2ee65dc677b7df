#!/usr/bin/env bash
# Sees to what `make test` needs beside Go: as root on Debian it installs it from
# the host's own apt sources, else it says what is missing. Prints nothing when
# all is there. But for the packages the host stays as it was.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fail() {
	printf 'needs: %s\n' "$@" >&2
	exit 1
}

# Debian makes and starts a database of its own with the first PostgreSQL, unless
# this file says not to. It says so as long as the installation takes.
clusters=/etc/postgresql-common/createcluster.conf
kept=$clusters.before-dipcast # what it was, until it is so again

# no_cluster keeps the file and changes it. Written in place: it may be a link, and
# has an owner and a mode.
no_cluster() {
	cp -p "$clusters" "$kept.part"
	mv "$kept.part" "$kept"
	trap put_back EXIT # also when the installation fails or is broken off
	{
		sed '/^[# ]*create_main_cluster *=/d' "$kept"
		printf '\ncreate_main_cluster = false\n'
	} >"$clusters"
}

# put_back undoes no_cluster, by this run or by one that was killed.
put_back() {
	if [ -e "$kept" ] && [ -w "$clusters" ]; then
		cat "$kept" >"$clusters"
		rm "$kept"
	fi
}
put_back

wanted=$(sed -n 's/^go //p' go.mod)
command -v "${GO:-go}" >/dev/null || fail "no Go: install Go $wanted or newer from https://go.dev/dl/ and put it into PATH"

packages=()
# The race detector needs a C compiler that finds the C library's headers.
printf '#include <stdlib.h>\nint main(void) { return EXIT_SUCCESS; }\n' |
	"${CC:-gcc}" -x c -o /dev/null - 2>/dev/null || packages+=(gcc libc6-dev)
# The examples in Python are run as their first line says.
/usr/bin/python3 -c 'import websockets' 2>/dev/null || packages+=(python3-websockets)

# Tests of what is kept start a PostgreSQL of their own, 15 or newer.
postgres() {
	local f v
	command -v initdb >/dev/null && return
	for f in /usr/lib/postgresql/*/bin/initdb; do
		v=${f#/usr/lib/postgresql/} v=${v%%/*}
		[ -x "$f" ] && [ "$v" -ge 15 ] && return
	done
	return 1
}
postgres || packages+=(postgresql-15)

# Pages are looked at in Chromium, with letters and signs that cards are made of.
chromium=
for name in chromium chromium-browser google-chrome; do
	if command -v "$name" >/dev/null; then chromium=$name; fi
done
[ -n "$chromium${CHROMIUM:-}" ] || packages+=(chromium)
# font reports whether a font is there whose file's name has one of these words.
font() {
	local word
	for word; do
		[ -z "$(find -L /usr/share/fonts /usr/local/share/fonts "${HOME:-/}/.fonts" "${HOME:-/}/.local/share/fonts" -iname "*$word*" -type f -print -quit 2>/dev/null)" ] || return 0
	done
	return 1
}
font nanum cjk notosanskr || packages+=(fonts-nanum)
font emoji || packages+=(fonts-noto-color-emoji)

# Texts for prompts are spoken by this.
command -v espeak-ng >/dev/null || packages+=(espeak-ng)

command -v npm >/dev/null || fail "no npm: install Node.js 20 or newer, which brings it"

[ ${#packages[@]} -gt 0 ] || exit 0
if ! command -v apt-get >/dev/null; then
	fail "missing: what Debian calls ${packages[*]}; install it with your system's package manager"
fi
if [ "$(id -u)" != 0 ]; then
	fail "missing: ${packages[*]}" \
		"install with: sudo apt-get install -y --no-install-recommends ${packages[*]}"
fi
export DEBIAN_FRONTEND=noninteractive
echo "needs: installing ${packages[*]}"
apt-get -q update
case " ${packages[*]} " in
*" postgresql-15 "*)
	apt-cache show postgresql-15 >/dev/null 2>&1 || packages=("${packages[@]/postgresql-15/postgresql}") # newer systems have newer ones
	apt-get -q install -y --no-install-recommends postgresql-common
	no_cluster
	;;
esac
apt-get -q install -y --no-install-recommends "${packages[@]}"
