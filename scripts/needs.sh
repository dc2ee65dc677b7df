#!/usr/bin/env bash
# Sees to what `make test` needs beside Go: as root on Debian it installs it from
# the host's own apt sources, else it says what is missing. Prints nothing when
# all is there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fail() {
	printf 'needs: %s\n' "$@" >&2
	exit 1
}

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
# Debian makes and starts a database of its own with the package, unless told not to.
case " ${packages[*]} " in
*" postgresql-15 "*)
	apt-cache show postgresql-15 >/dev/null 2>&1 || packages=("${packages[@]/postgresql-15/postgresql}") # newer systems have newer ones
	apt-get -q install -y --no-install-recommends postgresql-common
	sed -i 's/^#\?create_main_cluster *=.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
	;;
esac
apt-get -q install -y --no-install-recommends "${packages[@]}"
