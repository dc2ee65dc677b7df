// Package speed_test measures how fast the web is, in Chromium and on a gateway that
// runs as a process of its own: the first paint, a history of millions of calls, and
// the main thread while live calls change. `make test` runs a small one that only
// wants everything to work; `make ui-speed` the whole, and then figures are wanted
// too. What they were: docs/performance.md.
package speed_test

import (
	"flag"
	"os"
	"testing"

	"go.uber.org/goleak"

	"github.com/dipcast/dipcast/internal/browsertest"
	"github.com/dipcast/dipcast/internal/programtest"
	"github.com/dipcast/dipcast/internal/store/storetest"
)

var (
	calls    = flag.Int("speed.rows", 4000, "calls in the history")
	keep     = flag.String("speed.keep", "", "folder in which the history is kept for the next run; filling it takes minutes")
	postgres = flag.Bool("speed.postgres", false, "the history is in a PostgreSQL of the test's, not in SQLite")
	rounds   = flag.Int("speed.rounds", 1, "how often each thing is measured")
	seconds  = flag.Int("speed.seconds", 1, "how long live calls change")
	parts    = flag.String("speed.only", "paint,history,live", "what is measured")
	whose    = flag.String("speed.who", "company,operator,small company", "who looks at the history")
	fillOnly = flag.Bool("speed.fill", false, "fill the folder of -speed.keep, and measure nothing")
	strict   = flag.Bool("speed.strict", false, "figures are wanted, not only that everything works")
)

// What is wanted, with -speed.strict.
const (
	wantedPaint   = 1000 // ms
	wantedHistory = 500  // ms, until rows are on screen
	wantedThread  = 30   // percent
)

func TestMain(m *testing.M) {
	flag.Parse()
	goleak.VerifyTestMain(storetest.Tests{M: m}, goleak.Cleanup(func(code int) {
		browsertest.Remove()
		programtest.Remove()
		os.Exit(code)
	}))
}
