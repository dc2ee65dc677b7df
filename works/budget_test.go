package works_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/dipcast/dipcast/works"
	"github.com/dipcast/dipcast/works/workstest"
)

// TestBudgetAhead: the client stops before the server has to refuse.
func TestBudgetAhead(t *testing.T) {
	w := start(t, workstest.Options{PerMinute: 60}, func(o *works.Options) { o.PerMinute = 60 })
	send := func() error { return w.c.SendUser(t.Context(), bot, gildong, &works.Text{Text: "x"}) }
	for i := range 60 {
		if err := send(); err != nil {
			t.Fatalf("message %d: %v", i+1, err)
		}
	}
	err := send()
	var e *works.Error
	if !errors.Is(err, works.ErrBudget) || !errors.Is(err, works.ErrNotDone) || !errors.As(err, &e) {
		t.Fatalf("got %v, want ErrBudget", err)
	}
	if e.Status != 0 || e.After <= 0 || e.After > time.Minute {
		t.Errorf("status %d, after %v: want one that was not sent, and a wait of up to a minute", e.Status, e.After)
	}
	if n := len(w.Requests(workstest.OpSendUser)); n != 60 {
		t.Errorf("%d requests went out, want 60", n)
	}
	if b := w.c.Budget(works.OpSendUser); b.Left != 0 || b.Limit != 60 {
		t.Errorf("budget %+v", b)
	}
	if b := w.c.Budget(works.OpSendChannel); b.Left != 60 {
		t.Errorf("another operation has %+v", b)
	}
	w.clock.add(e.After)
	if err := send(); err != nil {
		t.Errorf("after the wait: %v", err)
	}
}

// TestBudgetOfOthers: another sender of the same app uses the minute up; what the
// server tells of it counts.
func TestBudgetOfOthers(t *testing.T) {
	w := start(t, workstest.Options{PerMinute: 240}, func(o *works.Options) { o.PerMinute = 60 })
	other := w.another(t)
	for range 100 { // the server says 240, whatever the option
		if err := other.SendUser(t.Context(), bot, gildong, &works.Text{Text: "x"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.c.SendUser(t.Context(), bot, gildong, &works.Text{Text: "x"}); err != nil {
		t.Fatal(err)
	}
	if b := w.c.Budget(works.OpSendUser); b.Limit != 240 || b.Left != 139 {
		t.Errorf("got %+v, want 139 of 240", b)
	}
}

// TestTooManyRequests: after a 429 nothing goes until rateLimit-reset is over.
func TestTooManyRequests(t *testing.T) {
	w := start(t, workstest.Options{})
	send := func() error { return w.c.SendUser(t.Context(), bot, gildong, &works.Text{Text: "x"}) }
	w.Fault(workstest.Fault{Op: workstest.OpSendUser, Status: http.StatusTooManyRequests, Reset: 17 * time.Second})
	var e *works.Error
	if err := send(); !errors.Is(err, works.ErrBudget) || !errors.As(err, &e) || e.After != 17*time.Second {
		t.Fatalf("got %v after %v, want ErrBudget after 17 s", e, e.After)
	}
	w.clock.add(16 * time.Second)
	if err := send(); !errors.Is(err, works.ErrBudget) {
		t.Errorf("a second too early: %v", err)
	}
	w.clock.add(time.Second)
	if err := send(); err != nil {
		t.Errorf("after the wait: %v", err)
	}
	if n := len(w.Requests(workstest.OpSendUser)); n != 2 {
		t.Errorf("%d requests, want 2", n)
	}
}
