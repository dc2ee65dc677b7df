package guard

import (
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// failAs has an account fail n times from an address.
func (r *rig) failAs(account, address string, n int) {
	for range n {
		r.Event(event(r.t, "Event: ChallengeResponseFailed\r\nService: PJSIP\r\nAccountID: "+account+"\r\nRemoteAddress: "+address+"\r\n\r\n"))
		synctest.Wait()
	}
}

// TestPushServices: softphones that fail where a push service registers count for
// themselves, and silence nobody; others who fail there are banned as anywhere.
func TestPushServices(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		const service, known = "IPV4/TLS/192.0.2.1/5061", "IPV4/TLS/198.18.0.9/5061"
		r.settings.Push = []netip.Prefix{netip.MustParsePrefix("198.18.0.0/24")}
		r.home[netip.MustParseAddr("192.0.2.1")] = true
		r.start()
		defer func() { r.stop() }()
		r.o.Pushed = func(account string) bool { return account == "T2_1010_1" || account == "T2_1013_1" }
		for range 50 {
			r.failAs("T2_1010_1", service, 1)
			r.failAs("T2_1013_1", service, 1)
			r.failAs("T2_1010_1", known, 1)
			r.failAs("T2_9999", known, 1) // gone, and still registered for
		}
		pass(2 * time.Second)
		r.servers[0].has(t)
		if s := r.Stats(); s.Pushed < 190 {
			t.Errorf("counted for accounts: %d", s.Pushed)
		}
		r.failAs("T2_1018", service, 15) // no softphone: five times as patient, no more
		pass(2 * time.Second)
		r.servers[0].has(t, "192.0.2.1/32")
		// A softphone's name protects no source where none of ours is.
		r.failAs("T2_1010_1", "IPV4/TLS/203.0.113.7/5061", 3)
		pass(2 * time.Second)
		r.servers[0].has(t, "192.0.2.1/32", "203.0.113.7/32")
		pass(2 * time.Minute)
		if n := len(r.accounts); n != 0 {
			t.Errorf("%d accounts are still counted", n)
		}
	})
}

// TestAccountOf: the sender's own lines name nobody.
func TestAccountOf(t *testing.T) {
	for text, want := range map[string]string{
		"AccountID: T2_1010_1\r\n":                                 "T2_1010_1",
		"AccountID: x\r\nAccountID: T2_1010_1\r\n":                 "x",
		"AccountID: \r\n":                                          "",
		"Severity: Error\r\n":                                      "",
		"AccountID: " + strings.Repeat("x", maxAccount+1) + "\r\n": "",
	} {
		if got := accountOf(event(t, "Event: X\r\n"+text+"\r\n")); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}
