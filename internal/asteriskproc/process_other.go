//go:build !linux

package asteriskproc

import (
	"context"
	"math"
	"os/exec"
)

// Asterisk itself is unpacked and run on Linux only; the rest of the program
// still builds elsewhere.

func dieWithUs(*exec.Cmd) {}

func freeBytes(string) (uint64, error) { return math.MaxUint64, nil }

func lockFile(context.Context, string, func()) (func(), error) { return func() {}, nil }

// stepBack does nothing here.
func stepBack(int) {}
