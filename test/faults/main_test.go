// Package faults_test harms the running gateway from outside, as docs/reliability.md
// lists it: networks that cut, delay, swallow and reset, servers that answer
// late, twice or never, clients that do not read, processes that are killed.
// Each test bears the number of its fault. What holds for all of them, newSite
// checks: no panic, no goroutine that stays, no secret in a log.
package faults_test

import (
	"flag"
	"os"
	"testing"

	"go.uber.org/goleak"

	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/programtest"
	"github.com/dipcast/dipcast/internal/store/storetest"
)

func TestMain(m *testing.M) {
	// The processes that are killed are this program too.
	if text := os.Getenv(writerEnv); text != "" {
		writer(text)
	}
	if text := os.Getenv(openerEnv); text != "" {
		opener(text)
		return
	}
	// Most tests mostly wait, for deadlines that are not to be shortened.
	asterisktest.AtOnce(6)
	goleak.VerifyTestMain(storetest.Tests{M: m}, goleak.Cleanup(func(code int) {
		programtest.Remove()
		os.Exit(code)
	}))
}

// realTimes has TestF03_HalfOpen take the times of real operation, for the
// figure in docs/reliability.md.
var realTimes = flag.Bool("real-times", false, "measure with Pings every 10 s")
