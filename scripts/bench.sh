#!/usr/bin/env bash
# Runs the benchmarks of the tree, in packages that have any, one package at a
# time so that they do not disturb each other. BENCH is a pattern of names.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

packages=$(grep -rlE --include='*_test.go' --exclude-dir=.cache '^func Benchmark' . | xargs -r -n1 dirname | sort -u)
# Word splitting is wanted: one argument for each package.
# shellcheck disable=SC2086
exec "${GO:-go}" test -p 1 -vet=off -run '^$' -bench "${BENCH:-.}" -benchtime "${BENCHTIME:-1s}" -benchmem $packages
