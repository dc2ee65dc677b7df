// Package load_test puts a whole box under the load that its data sheet names:
// an Asterisk that records every call, a gateway of its own process that keeps
// their history, WebSocket clients, and SIP phones that send and hear tones.
// `make test` runs a short one that only wants everything to work; `make load`
// the whole, and then figures are wanted too. What they were:
// docs/performance.md.
package load_test

import (
	"flag"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dipcast/dipcast/internal/programtest"
)

var (
	phones    = flag.Int("load.phones", 30, "phones that are registered")
	calls     = flag.Int("load.calls", 5, "calls at once")
	talk      = flag.Duration("load.talk", 3*time.Second, "how long each call is talked")
	lasting   = flag.Duration("load.for", 5*time.Second, "how long new calls are made")
	clients   = flag.Int("load.clients", 20, "WebSocket clients")
	more      = flag.Int("load.more", 0, "calls at once afterwards; 0 none")
	moreFor   = flag.Duration("load.more-for", 2*time.Minute, "how long those are made")
	alone     = flag.Duration("load.alone", 2*time.Second, "how long the phones first call each other without Asterisk, as many at once; 0 not")
	strict    = flag.Bool("load.strict", false, "figures are wanted, not only that everything works")
	profile   = flag.String("load.profile", "", "folder for profiles of the gateway's CPU time and memory")
	keepFiles = flag.String("load.keep", "", "folder that recordings are moved to; empty: they are removed")
)

// What is wanted of the load, with -load.strict.
const (
	wantedCalls  = 500
	wantedSetUp  = 300 * time.Millisecond // p99
	wantedCPU    = 10.0                   // percent of one core, the gateway
	wantedMemory = 150 << 20              // the gateway
	gap          = 100 * time.Millisecond // no sound for longer is a gap
	wantedGaps   = 1                      // calls with one, beyond what phones have without Asterisk
	besides      = 5                      // calls without Asterisk beside each phase
)

func TestMain(m *testing.M) {
	flag.Parse()
	goleak.VerifyTestMain(m, goleak.Cleanup(func(int) { programtest.Remove() }))
}
