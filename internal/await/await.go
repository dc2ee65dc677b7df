// Package await is for tests: it waits for what others make true, and not for a
// time to pass.
package await

import (
	"testing"
	"time"
)

// Limit bounds one wait. It is far more than a slow machine needs, so that only
// what never comes fails its test.
const Limit = 60 * time.Second

// every is the time between two looks.
const every = 5 * time.Millisecond

// That returns when ok does, which it asks again and again. After Limit the test
// fails with what was waited for; what reads like "the link is up". It must be
// called by the test's own goroutine.
func That(tb testing.TB, what string, ok func() bool) {
	tb.Helper()
	tick := time.NewTicker(every)
	defer tick.Stop()
	limit := time.NewTimer(Limit)
	defer limit.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-limit.C:
			tb.Fatalf("waited %v in vain: %s", Limit, what)
		}
	}
}
