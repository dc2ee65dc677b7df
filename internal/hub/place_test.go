package hub_test

import (
	"testing"

	"github.com/dipcast/dipcast/internal/hub"
)

// TestPlace: a client whose handshake is under way misses nothing, though it
// is the only one; and who does not come leaves nothing behind.
func TestPlace(t *testing.T) {
	h := start(t, hub.Options{})
	if h.Wants(hub.V1, "a") {
		t.Error("nobody is there")
	}
	place := h.Keep(hub.V1, "a")
	if !h.Wants(hub.V1, "a") {
		t.Error("somebody is about to be there")
	}
	h.Append(hub.V1, []byte("one"), hub.Meta{Topic: "a", Event: []byte("E")})
	p := attachWith(t, h, hub.ClientOptions{Format: hub.V1, Topic: "a", Place: place})
	place.Release()
	place.Release()
	h.Append(hub.V1, []byte("two"), hub.Meta{Topic: "a", Event: []byte("E")})
	p.want(t, "one")
	p.want(t, "two")
	h.Keep(hub.V1, "b").Release()
	if h.Wants(hub.V1, "b") {
		t.Error("nobody came")
	}
}
