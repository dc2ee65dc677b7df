package hub_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/hub"
)

// TestFormatsAreApart: a client gets the frames of its format only, and nobody
// wants what no client would get.
func TestFormatsAreApart(t *testing.T) {
	h := start(t, hub.Options{})
	wants := func(want string) {
		t.Helper()
		got := ""
		for _, f := range []hub.Format{hub.V1, hub.V2, hub.AMIWS} {
			for _, key := range []string{hub.Operators, "a", "b"} {
				if h.Wants(f, key) {
					got += fmt.Sprintf("%d%s ", f, key)
				}
			}
		}
		if got != want {
			t.Errorf("wanted is %q, want %q", got, want)
		}
	}
	wants("")
	a := attach(t, h, "a", hub.Filter{})
	wants("0a ")
	raw := attachAs(t, h, hub.AMIWS, hub.Operators, hub.Filter{})
	wants("0a 2 2a 2b ")
	for i := range 100 {
		h.Append(hub.V1, fmt.Appendf(nil, "v1 %d", i), hub.Meta{Topic: "a"})
		h.Append(hub.AMIWS, fmt.Appendf(nil, "raw %d", i), hub.Meta{Topic: "a"})
	}
	for i := range 100 {
		a.want(t, fmt.Sprintf("v1 %d", i))
		raw.want(t, fmt.Sprintf("raw %d", i))
	}
	raw.c.Close(1000, "")
	raw.next(t)
	<-raw.ends
	wants("0a ")
}

// TestOneBoundForAllLogs: the logs of all formats share the bytes, and the
// oldest goes first.
func TestOneBoundForAllLogs(t *testing.T) {
	const bound = 2 << 20
	h := start(t, hub.Options{Bytes: bound})
	body := []byte(strings.Repeat("x", 60000))
	for range 300 {
		h.Append(hub.V1, body, hub.Meta{Topic: "a"})
		h.Append(hub.AMIWS, body, hub.Meta{Topic: "a"})
		if got := h.LogBytes(); got > bound+64<<10 {
			t.Fatalf("the logs hold %d bytes, their bound is %d", got, bound)
		}
	}
	for range 300 { // one format alone has all of it, but for the last piece of the other
		h.Append(hub.V1, body, hub.Meta{Topic: "a"})
	}
	if got := h.LogBytes(); got < bound-128<<10 || got > bound+64<<10 {
		t.Errorf("the logs hold %d bytes, their bound is %d", got, bound)
	}
}
