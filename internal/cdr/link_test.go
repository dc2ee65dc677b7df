package cdr

import (
	"log/slog"
	"testing"

	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// TestOtherLinks: that a server's other links come or go once its state was read
// does not have its calls count as seen in part for good; that of the events does,
// until the state is read again.
func TestOtherLinks(t *testing.T) {
	h, err := New(Options{Store: new(store.Store), Directory: func() *tenant.Directory { return nil }, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		what string
		do   func()
		want bool
	}{
		{"the state was read, the link for calls is not up yet", func() { h.sees(1, true) }, true},
		{"the link for calls comes up", func() { h.linked(1, true) }, true},
		{"it goes", func() { h.linked(1, true) }, true},
		{"the link of the events goes", func() { h.linked(1, false) }, false},
		{"it is back, the state is not read yet", func() { h.linked(1, false) }, false},
		{"the state was read", func() { h.sees(1, true) }, true},
	} {
		if step.do(); h.server(1).whole != step.want {
			t.Errorf("%s: whole is %t", step.what, !step.want)
		}
	}
}
