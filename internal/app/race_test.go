//go:build race

package app_test

// raceEnabled: the race detector multiplies what memory is needed.
const raceEnabled = true
