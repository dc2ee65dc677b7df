#!/usr/bin/env bash
# Runs every fuzz target of the tree for FUZZTIME, one after the other. What
# breaks one is kept by Go below that package's testdata/fuzz, to be committed
# with the fix. FUZZ is a pattern of names.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

targets=$(grep -roE --include='*_test.go' --exclude-dir=.cache "^func Fuzz[A-Za-z0-9_]*" . |
	sed 's,/[^/]*_test.go:func , ,' | grep -E -- " ${FUZZ:-Fuzz}" | sort) ||
	{ echo "fuzz: no target matches ${FUZZ:-Fuzz}" >&2; exit 1; }
failed=()
while read -r dir name; do
	printf '\n== %s in %s, %s\n' "$name" "$dir" "${FUZZTIME:-60s}"
	"${GO:-go}" test -vet=off -run '^$' -fuzz "^$name\$" -fuzztime "${FUZZTIME:-60s}" "$dir" </dev/null ||
		failed+=("$dir $name")
done <<<"$targets"
[ ${#failed[@]} -eq 0 ] || { printf 'fuzz: %s failed\n' "${failed[@]}" >&2; exit 1; }
