package app

import (
	"context"
	"errors"
	"net/netip"
	"testing"
)

// TestNamedBy: a carrier that is known by name is found by its address of now.
func TestNamedBy(t *testing.T) {
	asked := 0
	lookUp := func(_ context.Context, _, host string) ([]netip.Addr, error) {
		asked++
		if host != "sip.example.net" {
			return nil, errors.New("no such host")
		}
		return []netip.Addr{netip.MustParseAddr("::ffff:203.0.113.9"), netip.MustParseAddr("2001:db8::9")}, nil
	}
	hosts := []string{"203.0.113.7", "gone.example.net", "gone.example.net", "sip.example.net"}
	for source, want := range map[string]bool{"203.0.113.9/32": true, "2001:db8::/64": true, "203.0.113.7/32": false} {
		asked = 0
		if got := namedBy(t.Context(), hosts, netip.MustParsePrefix(source), lookUp); got != want || asked != 2 {
			t.Errorf("%s: %v after %d questions", source, got, asked)
		}
	}
}
