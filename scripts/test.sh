#!/usr/bin/env bash
# `make test`: everything that has to hold before a change is taken, in the order
# that compiles least: the program, vet and the linter share one set of compiled
# packages, the race detector needs its own. What it starts it stops; what stays
# is bin/ and .cache/.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# A folder of this run's own, so that nothing stays behind in the system's, and
# so that a process which outlives its test is known by the folder it works in.
TMPDIR=$(mktemp -d "${TMPDIR:-/tmp}/dipcast-test.XXXXXX")
export TMPDIR
chmod 711 "$TMPDIR" # PostgreSQL does not run as root: another user has to get to its folder

step() {
	local start=$SECONDS
	printf '\n== make %s\n' "$1"
	"${MAKE:-make}" --no-print-directory "$1"
	printf '== make %s: %d s\n' "$1" $((SECONDS - start))
}

# left prints the ids of processes that work in this run's folder, or nothing when
# there are none within five seconds.
left() {
	local p found
	for _ in 1 2 3 4 5; do
		found=
		for p in /proc/[0-9]*; do
			if tr '\0' ' ' 2>/dev/null <"$p/cmdline" | grep -qF -- "$TMPDIR/"; then
				found="$found ${p#/proc/}"
			fi
		done
		[ -n "$found" ] || return 0
		sleep 1
	done
	echo "$found"
}

# clean ends what outlived its test and removes the folder. It fails when there
# was anything to end.
clean() {
	local p outlived
	wait # for what still unpacks
	outlived=$(left)
	for p in $outlived; do
		printf 'outlived its test: %s %s\n' "$p" "$(tr '\0' ' ' <"/proc/$p/cmdline")" >&2
		kill -9 "$p" || true
	done
	rm -rf "$TMPDIR"
	[ -z "$outlived" ]
}
trap clean EXIT

step needs
step build
# Unpacking waits for the network and the disk; what is compiled meanwhile does not.
step asterisk >"$TMPDIR/asterisk.log" 2>&1 &
unpacking=$!
step test-ui
step lint
if ! wait "$unpacking"; then
	cat "$TMPDIR/asterisk.log" >&2
	exit 1
fi
cat "$TMPDIR/asterisk.log"
step alone
step race

trap - EXIT
clean
printf '\nall of make test passed in %d s\n' "$SECONDS"
