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
trap 'rm -rf "$TMPDIR"' EXIT

step() {
	local start=$SECONDS
	printf '\n== make %s\n' "$1"
	"${MAKE:-make}" --no-print-directory "$1"
	printf '== make %s: %d s\n' "$1" $((SECONDS - start))
}

# left prints the ids of processes that work in this run's folder.
left() {
	local p
	for p in /proc/[0-9]*; do
		[ "${p#/proc/}" != $$ ] || continue
		if tr '\0' ' ' 2>/dev/null <"$p/cmdline" | grep -qF -- "$TMPDIR/"; then
			echo "${p#/proc/}"
		fi
	done
}

for s in needs build asterisk lint race; do
	step "$s"
done

outlived=$(left)
if [ -n "$outlived" ]; then
	echo "processes outlived their tests:" >&2
	for p in $outlived; do
		printf '  %s %s\n' "$p" "$(tr '\0' ' ' <"/proc/$p/cmdline")" >&2
		kill -9 "$p"
	done
	exit 1
fi
printf '\nall of make test passed in %d s\n' "$SECONDS"
